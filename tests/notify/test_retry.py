"""The schedule of the specification, to the second."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.notify.retry import ATTEMPTS, SCHEDULE, next_attempt_at, retry_after
from tests.builders import NOW


@pytest.mark.parametrize(
    ("attempts", "pause"),
    [
        (1, timedelta(seconds=5)),
        (2, timedelta(minutes=5)),
        (3, timedelta(minutes=30)),
        (4, timedelta(hours=2)),
        (5, timedelta(hours=5)),
        (6, timedelta(hours=10)),
        (7, timedelta(hours=14)),
        (8, timedelta(hours=20)),
        (9, timedelta(hours=24)),
    ],
)
def test_the_pauses_are_those_of_the_specification(attempts: int, pause: timedelta) -> None:
    assert next_attempt_at(attempts, NOW, jitter=0) == NOW + pause


def test_ten_attempts_span_a_little_more_than_three_days_and_then_it_is_dead() -> None:
    assert ATTEMPTS == 10
    assert sum(SCHEDULE, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)
    assert next_attempt_at(10, NOW, jitter=0) is None
    assert next_attempt_at(11, NOW, jitter=0, retry_after=timedelta(seconds=1)) is None


def test_nothing_is_tried_again_before_it_was_tried() -> None:
    with pytest.raises(ValueError, match="nothing was attempted"):
        next_attempt_at(0, NOW, jitter=0)


@pytest.mark.parametrize(
    ("attempts", "asked", "pause"),
    [
        (1, timedelta(minutes=2), timedelta(minutes=2)),
        (2, timedelta(minutes=2), timedelta(minutes=5)),
        (1, timedelta(days=40), timedelta(days=1)),
        (1, timedelta(seconds=-9), timedelta(seconds=5)),
    ],
)
def test_what_the_channel_asks_lengthens_a_pause_up_to_a_day(
    attempts: int, asked: timedelta, pause: timedelta
) -> None:
    assert next_attempt_at(attempts, NOW, jitter=0, retry_after=asked) == NOW + pause


@given(st.integers(1, 9), st.floats(0, 1, exclude_max=True))
def test_jitter_lengthens_a_pause_by_a_tenth_at_most(attempts: int, jitter: float) -> None:
    at = next_attempt_at(attempts, NOW, jitter=jitter)
    assert at is not None
    assert SCHEDULE[attempts - 1] <= at - NOW <= SCHEDULE[attempts - 1] * 1.1


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 0 ", timedelta(0)),
        ("99999999999999999999", timedelta(days=1)),
        ("Thu, 10 Aug 2023 12:10:00 GMT", timedelta(minutes=10)),
        ("Thu, 10 Aug 2023 11:00:00 GMT", timedelta(0)),
        ("Thu, 10 Aug 2099 11:00:00 GMT", timedelta(days=1)),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("soon", None),
        ("", None),
        ("Thu, 99 Xxx 2023", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_or_nothing(value: str, wait: timedelta | None) -> None:
    assert retry_after(value, NOW) == wait


@given(st.text())
def test_any_retry_after_header_is_read(value: str) -> None:
    wait = retry_after(value, NOW)
    assert wait is None or timedelta(0) <= wait <= timedelta(days=1)
