"""The last arrow: what is due for a channel is sent, and what came of it is kept with the delivery.

A delivery is noted as attempted before it leaves and as delivered only after the channel took it: a crash between the
two sends it again, under the same id and with the same bytes, and never loses it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.ledger import Ledger
from monitor.model import Channel, Delivery, Message
from monitor.notify import Attempt, Notifier, attempt, batches, message, next_attempt_at, notice

__all__ = ["Outbox"]

log = logging.getLogger(__name__)

# A notifier has its own limits, a program's the longest; this one is for a bug in it.
_LONGEST_ATTEMPT_SECONDS = 600.0
_AT_ONCE = 8
# What a round takes from the ledger: memory stays flat however much waits.
_ROUND = 256
# How far back a rate may look.
_REMEMBERED = 4096


@dataclass
class Outbox:
    """Sends deliveries. Each channel's round is called by itself, so that no channel waits for another."""

    ledger: Ledger
    channels: Mapping[str, Channel]
    notifiers: Mapping[str, Notifier]
    clock: Callable[[], datetime]
    jitter: Callable[[], float]
    stopping: Callable[[], bool] = field(default=lambda: False)

    def __post_init__(self) -> None:
        self._sent_at: dict[str, deque[datetime]] = {}
        self._failing: dict[str, datetime] = {}

    def due(self) -> list[str]:
        """Return the channels that something is to be sent to now."""
        now = self.clock()
        return [
            name
            for name in self.ledger.due_channels(now)
            if name in self.notifiers and self._failing.get(name, now) <= now
        ]

    async def send_due(self, name: str) -> None:
        """Send what is due for one channel, until nothing is or the channel fails."""
        while not self.stopping():
            now = self.clock()
            due = self.ledger.due_deliveries(now, _ROUND, channel=name)
            groups = batches(self.channels[name], due, self._sent_at.get(name, ()), now)
            for start in range(0, len(groups), _AT_ONCE):
                if self.stopping() or not await self._send(name, groups[start : start + _AT_ONCE]):
                    return
            if len(due) < _ROUND or not groups:
                return

    async def _send(self, name: str, groups: Sequence[Sequence[Delivery]]) -> bool:
        """Send a few messages side by side; False when the channel fails, so that the rest waits."""
        now = self.clock()
        self.ledger.mark_attempting([delivery.id for group in groups for delivery in group])
        messages = [message(group, attempt_at=now) for group in groups]
        outcomes = await asyncio.gather(*(self._attempt(name, each) for each in messages))
        with self.ledger.transaction(durable=True):
            for group, outcome in zip(groups, outcomes, strict=True):
                self._settle(name, group, outcome)
        return all(outcome.ok or not outcome.retryable for outcome in outcomes)

    async def _attempt(self, name: str, each: Message) -> Attempt:
        self._sent_at.setdefault(name, deque(maxlen=_REMEMBERED)).append(each.attempt_at)
        return await attempt(self.notifiers[name], each, timeout=_LONGEST_ATTEMPT_SECONDS)

    def _settle(self, name: str, group: Sequence[Delivery], outcome: Attempt) -> None:
        now = self.clock()
        ids = [delivery.id for delivery in group]
        if outcome.ok:
            self.ledger.mark_delivered(ids, now)
            self._failing.pop(name, None)
            return
        attempts = 1 + max(delivery.attempts for delivery in group)
        again = (
            next_attempt_at(attempts, now, jitter=self.jitter(), retry_after=outcome.retry_after)
            if outcome.retryable
            else None
        )
        if again is not None:
            log.warning(
                "channel %s: %s; tried again at %s", name, outcome.error, f"{again:%Y-%m-%d %H:%M:%S} UTC"
            )
            self.ledger.reschedule(ids, again, outcome.error)
            # The others that wait are spared a channel that fails just now, for as long as a first retry waits.
            self._failing[name] = max(now + timedelta(seconds=5), now + (outcome.retry_after or timedelta(0)))
            return
        log.error("channel %s: given up: %s; `monitor deliveries retry` sends it again", name, outcome.error)
        self.ledger.mark_dead(ids, outcome.error)
        if outcome.disable:
            self.ledger.disable_channel(name, outcome.error, now)
        self._tell_others(name, now, disabled=outcome.disable)

    def tell_all(self, title: str, text: str, at: datetime, *, but: str = "") -> None:
        """Send word of the monitor itself through every channel `but` one; the same word twice is one delivery."""
        body = notice(title, text, at)
        for channel in self.channels.values():
            if channel.name != but and channel.name in self.notifiers:
                self.ledger.add_delivery(None, channel, body, send_at=at, now=at)

    def _tell_others(self, name: str, now: datetime, *, disabled: bool) -> None:
        """Say through the other channels that this one does not take its alerts, once an hour at most."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        what = "is gone for good and disabled" if disabled else "does not take its alerts"
        self.tell_all(
            f"Channel {name} {what}",
            "`monitor deliveries` lists what was not delivered, and why.",
            hour,
            but=name,
        )
