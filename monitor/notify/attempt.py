"""Make one attempt to send a message: whatever a notifier does, the caller gets a value within the time limit."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from monitor.errors import DeliveryError
from monitor.model import Channel, ChannelKind, Message

__all__ = ["TIME_LIMITS", "Attempt", "Notifier", "attempt", "time_limit"]

TIME_LIMITS: Final = {
    ChannelKind.WEBHOOK: 20.0,
    ChannelKind.EMAIL: 60.0,
    ChannelKind.APPRISE: 60.0,
    ChannelKind.EXEC: 30.0,
}
"""How many seconds an attempt at a channel of each kind takes at most; of those that are not named it is a matter of writing."""
_WRITING_SECONDS = 5.0

_log = logging.getLogger(__name__)


class Notifier(Protocol):
    """The sender of one channel."""

    async def send(self, message: Message) -> None:
        """Send `message`; returns when the channel accepted it. Raises DeliveryError only."""

    async def aclose(self) -> None:
        """Close what is held open; never raises."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """The outcome of an attempt: `error` is one line without secrets, `disable` says that the channel is permanently gone."""

    ok: bool
    error: str = ""
    retryable: bool = False
    retry_after: timedelta | None = None
    disable: bool = False


def time_limit(channel: Channel) -> float:
    """Return how many seconds an attempt at `channel` takes at most."""
    return float(channel.options.get("timeout") or TIME_LIMITS.get(channel.kind, _WRITING_SECONDS))


async def attempt(notifier: Notifier, message: Message, *, timeout: float) -> Attempt:  # noqa: ASYNC109 - the caller's limit
    """Send `message` within `timeout` seconds; raises only when cancelled.

    A notifier that raises anything but DeliveryError has a bug: it is logged with its traceback and counts as a failure
    that may pass.
    """
    try:
        async with asyncio.timeout(timeout):
            await notifier.send(message)
    except DeliveryError as error:
        return Attempt(
            ok=False,
            error=str(error),
            retryable=error.retryable,
            retry_after=error.retry_after,
            disable=error.disable,
        )
    except TimeoutError:
        return Attempt(ok=False, error=f"no answer within {timeout:g} s", retryable=True)
    except Exception as bug:  # noqa: BLE001 - one channel's bug must not stop the others
        # Its message may quote anything, also a secret: type and place are enough to find the bug.
        place = _place(bug)
        _log.error("bug in a notifier: %s at %s (message %s)", type(bug).__name__, place, message.id)
        return Attempt(ok=False, error=f"internal error: {type(bug).__name__} at {place}", retryable=True)
    return Attempt(ok=True)


def _place(bug: BaseException) -> str:
    trace = bug.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "unknown place"
    module = trace.tb_frame.f_globals.get("__name__", "?")
    return f"{module}:{trace.tb_lineno}"
