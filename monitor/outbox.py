"""Send the due deliveries of a channel and record the result of each.

A delivery is recorded as attempted, with the id of its message, before it is sent, and as delivered after the channel accepted it.
A crash between the two sends it again in the same message, with the same id and bytes; nothing is lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.ledger import Ledger
from monitor.model import Channel, ChannelKind, Delivery, Message, Notice, NoticeKind
from monitor.notify import (
    Attempt,
    Notifier,
    attempt,
    batches,
    message,
    next_attempt_at,
    notice,
    rate_of,
    send_at,
)

__all__ = ["Outbox"]

log = logging.getLogger(__name__)

# Notifiers have their own limits, of which a program's is the longest; this one covers a bug in a notifier.
_LONGEST_ATTEMPT_SECONDS = 600.0
# Where each message is a connection of its own they are sent concurrently; other channels keep the order.
_AT_ONCE = {ChannelKind.WEBHOOK: 16, ChannelKind.EMAIL: 2, ChannelKind.EXEC: 2}
# The batch that is loaded from the ledger: bounds the memory however much is pending. Whole digests fit in it.
_ROUND = 200
_SPARED = timedelta(seconds=5)
# Clock skew below this is not worth rescheduling for.
_STEP_BACK = timedelta(minutes=1)


@dataclass
class Outbox:
    """Sends deliveries. The round of each channel is called separately, so that no channel waits for another."""

    ledger: Ledger
    channels: Mapping[str, Channel]
    notifiers: Mapping[str, Notifier]
    clock: Callable[[], datetime]
    jitter: Callable[[], float]
    stopping: Callable[[], bool] = field(default=lambda: False)

    def __post_init__(self) -> None:
        self._failing: dict[str, datetime] = {
            name: until
            for name in self.channels
            if (until := self.ledger.rests(self.clock()).get(f"channel {name}"))
        }
        self._looked_at: datetime | None = None

    def due(self) -> list[str]:
        """Return the channels that have due deliveries."""
        now = self.clock()
        self._correct_clock_skew(now)
        return [
            name
            for name in self.ledger.due_channels(now)
            if name in self.notifiers and self._failing.get(name, now) <= now
        ]

    async def send_due(self, name: str) -> bool:
        """Send the due deliveries of one channel until none is left or the channel fails; return whether any was attempted."""
        channel = self.channels[name]
        at_once = _AT_ONCE.get(channel.kind, 1)
        tried = False
        while not self.stopping():
            now = self.clock()
            due = self.ledger.due_deliveries(now, _ROUND, channel=name)
            groups = batches(channel, due, self._sent_at(channel, now), now)
            for start in range(0, len(groups), at_once):
                if self.stopping():
                    return tried
                tried = True
                if not await self._send(name, groups[start : start + at_once]):
                    return tried
            if len(due) < _ROUND or not groups:
                return tried
        return tried

    def tell_all(self, told: Notice, at: datetime, *, but: str = "") -> None:
        """Send a notice of the monitor through every channel except `but`; the same notice twice is one delivery.

        A channel with `only:` receives notices only where no other channel exists. Digests do not delay a notice, quiet hours do.
        """
        away = {but, *self.ledger.disabled_channels()}
        able = [each for name, each in self.channels.items() if name in self.notifiers and name not in away]
        for channel in [each for each in able if each.only is None] or able:
            when = send_at(replace(channel, digest=""), at)
            self.ledger.add_delivery(None, channel, notice(told, at, channel.locale), send_at=when, now=at)

    def _sent_at(self, channel: Channel, now: datetime) -> Sequence[datetime]:
        rate = rate_of(channel)
        return self.ledger.sent_at(channel.name, now - rate.span) if rate else ()

    async def _send(self, name: str, groups: Sequence[Sequence[Delivery]]) -> bool:
        """Send a few messages concurrently; return False when the channel fails, so that the rest waits."""
        now = self.clock()
        messages = [
            message(group, attempt_at=now, further_trailers=self._further(name, group)) for group in groups
        ]
        ids = [[delivery.id for delivery in group] for group in groups]
        self.ledger.mark_attempting({each.id: own for each, own in zip(messages, ids, strict=True)}, now)
        attempts = [asyncio.create_task(self._attempt(name, each)) for each in messages]
        try:
            await asyncio.wait(attempts)
        finally:
            # When a stop interrupts, finished messages are still recorded, and the rest is sent again.
            for each in attempts:
                each.cancel()
            await asyncio.wait(attempts)
            ended = [
                (group, each.result())
                for group, each in zip(groups, attempts, strict=True)
                if each.done() and not each.cancelled()
            ]
            with self.ledger.transaction():
                for group, outcome in ended:
                    self._settle(name, group, outcome)
        return all(outcome.ok or not outcome.retryable for _, outcome in ended)

    def _further(self, name: str, group: Sequence[Delivery]) -> int:
        """Return how many trailers a digest counts in addition to its alerts."""
        if not self.channels[name].digest:
            return 0
        return self.ledger.further_trailers(name, [each.change for each in group if each.change])

    async def _attempt(self, name: str, each: Message) -> Attempt:
        return await attempt(self.notifiers[name], each, timeout=_LONGEST_ATTEMPT_SECONDS)

    def _settle(self, name: str, group: Sequence[Delivery], outcome: Attempt) -> None:
        now = self.clock()
        ids = [delivery.id for delivery in group]
        error = outcome.error.removeprefix(f"channel {name}: ")
        if outcome.ok:
            self.ledger.mark_delivered(ids, now)
            if self._failing.pop(name, None):
                self.ledger.end_rest(f"channel {name}")
            if self.ledger.mark_well(name):
                self._tell_others(NoticeKind.CHANNEL_RECOVERED, name, "", now)
            return
        attempts = 1 + max(delivery.attempts for delivery in group)
        again = (
            next_attempt_at(attempts, now, jitter=self.jitter(), retry_after=outcome.retry_after)
            if outcome.retryable
            else None
        )
        if again is not None:
            log.warning("channel %s: %s; tried again at %s", name, error, f"{again:%Y-%m-%d %H:%M:%S} UTC")
            self.ledger.reschedule(ids, again, error)
            # The other pending deliveries of a channel that fails wait as long as a first retry.
            self._failing[name] = now + max(_SPARED, outcome.retry_after or timedelta(0))
            if outcome.retry_after:
                self.ledger.keep_rest(f"channel {name}", self._failing[name], now)
            return
        log.error("channel %s: given up: %s; `monitor deliveries retry` sends it again", name, error)
        self.ledger.mark_dead(ids, error)
        if outcome.disable:
            self.ledger.disable_channel(name, error, now)
            self._tell_others(NoticeKind.CHANNEL_GONE, name, error, now)
        elif self.ledger.mark_failing(name, error, now):
            self._tell_others(NoticeKind.CHANNEL_FAILING, name, error, now)

    def _tell_others(self, kind: NoticeKind, name: str, error: str, now: datetime) -> None:
        """Send a notice about this channel through the others: once when it fails, once when it works again."""
        self.tell_all(Notice(kind, name, {"error": error} if error else {}), now, but=name)

    def _correct_clock_skew(self, now: datetime) -> None:
        """Correct the times that a clock ahead of the present set; checked at the start and whenever the clock steps back."""
        before, self._looked_at = self._looked_at, now
        if before is not None and now > before - _STEP_BACK:
            return
        if before is not None:
            self._failing.clear()
        with self.ledger.transaction():
            for name, channel in self.channels.items():
                if self.ledger.retime(name, send_at(channel, now), ahead_of=now + _STEP_BACK):
                    log.warning("channel %s: the clock was ahead; what waited for it is sent on time", name)
        if before is None:
            for name in set(self.ledger.due_channels(now)) - self.notifiers.keys():
                log.warning("alerts wait for channel %s, which the configuration has no more", name)
