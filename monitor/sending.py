"""Record which deliveries go in which message and how each attempt ended, as functions of a transaction.

The steps that call these are those of :class:`monitor.cycle.Outbox`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.ledger import Lease, Transaction
from monitor.model import Channel, ChannelKind, Delivery, Message, Notice, NoticeKind
from monitor.notify import Attempt, batches, message, next_attempt_at, notice, rate_of, send_at

__all__ = ["Attempted", "DeliveryRecorder", "DueMessages", "MarkedMessages"]

log = logging.getLogger(__name__)

# Where each message is a connection of its own they are sent concurrently; other channels keep the order.
_AT_ONCE = {ChannelKind.WEBHOOK: 16, ChannelKind.EMAIL: 2, ChannelKind.EXEC: 2}
# The deliveries that are loaded from the ledger at once: bounds the memory however much is pending. Whole digests fit in it.
_LOADED = 200
_SPARED = timedelta(seconds=5)


@dataclass(frozen=True)
class DueMessages:
    """The due deliveries of a channel, in the groups that go in one message each.

    `is_all` says that the channel has no other due deliveries.
    """

    groups: Sequence[Sequence[Delivery]]
    is_all: bool


@dataclass(frozen=True)
class MarkedMessages:
    """Messages that are on the disk as attempted, the deliveries of each, and what is due after them."""

    groups: Sequence[Sequence[Delivery]]
    messages: Sequence[Message]
    after: DueMessages


@dataclass(frozen=True)
class Attempted:
    """How the attempt at a message ended, and when it is tried again, None where it is not."""

    channel: str
    ids: Sequence[str]
    outcome: Attempt
    again: datetime | None

    @property
    def error(self) -> str:
        """Why the attempt failed, without the name of the channel."""
        return self.outcome.error.removeprefix(f"channel {self.channel}: ")

    def spared_until(self, now: datetime) -> datetime:
        """Return until when the channel's other deliveries wait."""
        return now + max(_SPARED, self.outcome.retry_after or timedelta(0))


@dataclass
class DeliveryRecorder:
    """Records attempts at deliveries, and the notices of the monitor about itself."""

    channels: Mapping[str, Channel]
    jitter: Callable[[], float]
    failing: dict[str, datetime] = field(default_factory=dict)
    """Until when the other deliveries of a channel that fails wait."""

    def due(self, tx: Transaction, name: str, now: datetime) -> DueMessages:
        """Return what is due for a channel and allowed by its rate, longest due first."""
        channel = self.channels[name]
        due = tx.due_deliveries(now, _LOADED, channel=name)
        rate = rate_of(channel)
        sent_at = tx.sent_at(name, now - rate.span) if rate else ()
        return DueMessages(batches(channel, due, sent_at, now), is_all=len(due) < _LOADED)

    def mark(self, tx: Transaction, lease: Lease, due: DueMessages, now: datetime) -> MarkedMessages:
        """Record as many messages as are sent at once as attempted. Raises LeaseLostError."""
        name = lease.name
        at_once = _AT_ONCE.get(self.channels[name].kind, 1)
        some = due.groups[:at_once]
        messages = [
            message(group, attempt_at=now, further_trailers=self._further(tx, name, group)) for group in some
        ]
        ids = [[delivery.id for delivery in group] for group in some]
        tx.mark_attempting(lease, {each.id: own for each, own in zip(messages, ids, strict=True)}, now)
        return MarkedMessages(some, messages, replace(due, groups=due.groups[at_once:]))

    def _further(self, tx: Transaction, name: str, group: Sequence[Delivery]) -> int:
        """Return how many trailers a digest counts in addition to its alerts."""
        if not self.channels[name].digest:
            return 0
        return tx.further_trailers(name, [each.change for each in group if each.change])

    def attempted(self, name: str, group: Sequence[Delivery], outcome: Attempt, now: datetime) -> Attempted:
        """Return what becomes of the deliveries of a message whose attempt ended."""
        attempts = 1 + max(delivery.attempts for delivery in group)
        again = (
            next_attempt_at(attempts, now, jitter=self.jitter(), retry_after=outcome.retry_after)
            if outcome.retryable and not outcome.ok
            else None
        )
        return Attempted(name, [delivery.id for delivery in group], outcome, again)

    def record(self, tx: Transaction, lease: Lease, ended: Attempted, now: datetime) -> None:
        """Record how an attempt ended; other channels are told when this one fails and when it works again. Raises LeaseLostError."""
        name, ids, outcome = lease.name, ended.ids, ended.outcome
        if outcome.ok:
            tx.mark_delivered(lease, ids, now)
            if name in self.failing:
                tx.end_rest(f"channel {name}")
            if tx.mark_well(name):
                self._tell_others(tx, NoticeKind.CHANNEL_RECOVERED, name, "", now)
        elif ended.again is not None:
            tx.reschedule(lease, ids, ended.again, ended.error)
            if outcome.retry_after:
                tx.keep_rest(f"channel {name}", ended.spared_until(now), now)
        else:
            tx.mark_dead(lease, ids, ended.error)
            if outcome.disable:
                tx.disable_channel(name, ended.error, now)
                self._tell_others(tx, NoticeKind.CHANNEL_GONE, name, ended.error, now)
            elif tx.mark_failing(name, ended.error, now):
                self._tell_others(tx, NoticeKind.CHANNEL_FAILING, name, ended.error, now)

    def note(self, ended: Attempted, now: datetime) -> None:
        """Log how an attempt ended, after its record; the other pending deliveries of a channel that fails wait as long as a first retry."""
        name = ended.channel
        if ended.outcome.ok:
            self.failing.pop(name, None)
        elif ended.again is not None:
            at = f"{ended.again:%Y-%m-%d %H:%M:%S} UTC"
            log.warning("channel %s: %s; tried again at %s", name, ended.error, at)
            self.failing[name] = ended.spared_until(now)
        else:
            told = "channel %s: given up: %s; `monitor deliveries retry` sends it again"
            log.error(told, name, ended.error)

    def tell_all(self, tx: Transaction, told: Notice, at: datetime, *, but: str = "") -> None:
        """Send a notice of the monitor through every channel except `but`; the same notice twice is one delivery.

        A channel with `only:` receives notices only where no other channel exists. Digests do not delay a notice, quiet hours do.
        """
        away = {but, *tx.disabled_channels()}
        able = [each for name, each in self.channels.items() if name not in away]
        for channel in [each for each in able if each.only is None] or able:
            when = send_at(replace(channel, digest=""), at)
            tx.add_delivery(None, channel, notice(told, at, channel.locale), send_at=when, now=at)

    def _tell_others(self, tx: Transaction, kind: NoticeKind, name: str, error: str, now: datetime) -> None:
        """Send a notice about this channel through the others: once when it fails, once when it works again."""
        self.tell_all(tx, Notice(kind, name, {"error": error} if error else {}), now, but=name)

    def retime(self, tx: Transaction, now: datetime, *, ahead_of: datetime) -> list[str]:
        """Make due what a clock ahead of `ahead_of` scheduled; return the channels of these deliveries."""
        return [
            name
            for name, channel in self.channels.items()
            if tx.retime(name, send_at(channel, now), ahead_of=ahead_of)
        ]
