from __future__ import annotations

import inspect
import pickle
from datetime import timedelta

import pytest

from monitor import errors
from monitor.errors import ConfigError, DeliveryError, LedgerError, MonitorError, ParseError

CLASSES = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, MonitorError)]


@pytest.mark.parametrize("error", CLASSES)
def test_every_error_is_drawn_in_the_tree(error: type[MonitorError]) -> None:
    assert error.__name__ in (errors.__doc__ or "")


def test_an_error_says_where_then_what_then_why() -> None:
    error = LedgerError("the disk is full", where="/data/monitor.db")
    error.__cause__ = OSError(28, "No space left on device")
    assert str(error) == "/data/monitor.db: the disk is full: [Errno 28] No space left on device"
    assert str(ConfigError("an unknown key")) == "an unknown key"


def test_an_error_crosses_from_a_reader_process_whole() -> None:
    error = pickle.loads(pickle.dumps(ParseError("empty body", where="https://news.example/feed")))  # noqa: S301 - our own bytes
    assert isinstance(error, ParseError)
    assert (error.message, error.where) == ("empty body", "https://news.example/feed")
    late = DeliveryError("429", retryable=True, retry_after=timedelta(seconds=3))
    assert pickle.loads(pickle.dumps(late)).retry_after == timedelta(seconds=3)  # noqa: S301 - our own bytes
