"""An attempt is a value, whatever the notifier does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from monitor.errors import DeliveryError
from monitor.model import Message
from monitor.notify.attempt import Attempt, attempt
from tests.fakes_notify import sent

SECRET = "hunter22-of-the-channel"


class Scripted:
    """A notifier that does what it is told."""

    def __init__(self, act: Callable[[], Awaitable[None]]) -> None:
        self._act = act

    async def send(self, message: Message) -> None:
        assert message.id
        await self._act()

    async def aclose(self) -> None:
        """Nothing is open."""


async def _succeed() -> None:
    await asyncio.sleep(0)


async def _hang() -> None:
    await asyncio.Event().wait()


async def _fail() -> None:
    await asyncio.sleep(0)
    raise DeliveryError(
        "full", where="channel x", retryable=False, retry_after=timedelta(seconds=9), disable=True
    )


async def _break() -> None:
    await asyncio.sleep(0)
    raise KeyError(SECRET)


@pytest.mark.parametrize(
    ("act", "ended"),
    [
        (_succeed, Attempt(ok=True)),
        (_hang, Attempt(ok=False, error="no answer within 0.02 s", retryable=True)),
        (_fail, Attempt(ok=False, error="channel x: full", retry_after=timedelta(seconds=9), disable=True)),
    ],
)
async def test_each_end_has_its_value(act: Callable[[], Awaitable[None]], ended: Attempt) -> None:
    assert await attempt(Scripted(act), sent(), timeout=0.02) == ended


async def test_a_bug_is_reported_by_its_place_and_tells_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        ended = await attempt(Scripted(_break), sent(), timeout=1)
    assert (ended.ok, ended.retryable) == (False, True)
    assert ended.error.startswith("internal error: KeyError at tests.notify.test_attempt:")
    assert "bug in a notifier" in caplog.text
    assert SECRET not in caplog.text + repr(ended)


async def test_cancelling_goes_through() -> None:
    task = asyncio.create_task(attempt(Scripted(_hang), sent(), timeout=60))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
