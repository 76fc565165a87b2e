"""Send the due deliveries of a channel and record the result of each.

A delivery is recorded as attempted, with the id of its message, before it is sent, and as delivered after the channel accepted it.
A crash between the two sends it again in the same message, with the same id and bytes; nothing is lost.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.errors import LeaseLostError
from monitor.leases import Leases
from monitor.ledger import Lease, Store, Transaction
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

__all__ = ["ChannelTurn", "Outbox"]

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


@dataclass(frozen=True)
class _Marked:
    """Messages that are on the disk as attempted, and the deliveries of each."""

    groups: Sequence[Sequence[Delivery]]
    messages: Sequence[Message]


@dataclass(eq=False)
class ChannelTurn:
    """A leased channel: the messages to be sent next, which are recorded as attempted, and the groups of deliveries that follow.

    `is_whole` says that nothing else of the channel was due.
    """

    lease: Lease
    marked: _Marked
    waiting: Sequence[Sequence[Delivery]]
    is_whole: bool
    is_released: bool = False

    @property
    def is_last(self) -> bool:
        """Whether nothing is due after the messages that are to be sent next."""
        return self.is_whole and not self.waiting


@dataclass
class Outbox:
    """The steps of a channel's round: take, send, settle. Each channel has its own, so that no channel waits for another."""

    store: Store
    leases: Leases
    channels: Mapping[str, Channel]
    notifiers: Mapping[str, Notifier]
    clock: Callable[[], datetime]
    jitter: Callable[[], float]
    stopping: Callable[[], bool] = field(default=lambda: False)
    failing: dict[str, datetime] = field(default_factory=dict)
    """Until when the other deliveries of a channel that fails wait."""

    def __post_init__(self) -> None:
        self._looked_at: datetime | None = None

    async def due(self) -> list[str]:
        """Return the channels that have due deliveries and no sender. Raises LedgerError."""
        now = self.clock()
        await self._correct_clock_skew(now)
        due = await self.store.read(lambda tx: tx.due_channels(now))
        return [name for name in due if name in self.notifiers and self.failing.get(name, now) <= now]

    async def send_due(self, name: str) -> bool:
        """Send the due deliveries of one channel, unless another does; return whether any was attempted."""
        turn = await self.take(name)
        return False if turn is None else await self.send(turn)

    async def take(self, name: str) -> ChannelTurn | None:
        """Lease a channel and record its first messages as attempted, in one durable transaction. Raises LedgerError.

        Returns None where another sends to the channel, or no message is due or allowed by its rate now.
        """
        channel, now = self.channels[name], self.clock()
        if rate_of(channel) and not (await self.store.read(lambda tx: self._round(tx, channel, now)))[1]:
            return None

        def work(tx: Transaction) -> ChannelTurn | None:
            lease = tx.take_channel(self.store.holder, name)
            if lease is None:
                return None
            due, groups = self._round(tx, channel, now)
            if not groups:
                tx.release([lease])
                return None
            marked, waiting = self._mark(tx, lease, groups, now)
            return ChannelTurn(lease, marked, waiting, is_whole=due < _ROUND)

        turn = await self.store.do(work, durable=True)
        if turn is not None:
            self.leases.hold(turn.lease)
        return turn

    async def send(self, turn: ChannelTurn) -> bool:
        """Send the due deliveries of a leased channel until none is left or it fails, and give the lease back.

        Returns whether any was attempted. Raises LedgerError, and LeaseLostError where the lease ended.
        """
        try:
            return await self._send_all(turn)
        finally:
            self.leases.drop(turn.lease, is_released=turn.is_released)
            await self.leases.give_back()

    async def _send_all(self, turn: ChannelTurn) -> bool:
        tried = False
        while not self.stopping():
            tried = True
            attempts = await self._send(turn)
            is_failing = not all(outcome.ok or not outcome.retryable for _, outcome in attempts)
            is_over = turn.is_last or is_failing or self.stopping()
            await self.settle(turn, attempts, release=is_over)
            if is_over or not await self._mark_next(turn):
                break
        return tried

    async def _mark_next(self, turn: ChannelTurn) -> bool:
        """Record the next messages of a leased channel as attempted; return False where none is due."""
        channel, now = self.channels[turn.lease.name], self.clock()
        groups, is_whole = turn.waiting, turn.is_whole
        if not groups:
            due, groups = await self.store.read(lambda tx: self._round(tx, channel, now))
            is_whole = due < _ROUND
        if not groups:
            return False
        turn.marked, turn.waiting = await self.store.do(
            lambda tx: self._mark(tx, turn.lease, groups, now), durable=True
        )
        turn.is_whole = is_whole
        return True

    def _round(
        self, tx: Transaction, channel: Channel, now: datetime
    ) -> tuple[int, Sequence[Sequence[Delivery]]]:
        """Return the number of due deliveries that were loaded, and the messages that they go in."""
        due = tx.due_deliveries(now, _ROUND, channel=channel.name)
        rate = rate_of(channel)
        sent_at = tx.sent_at(channel.name, now - rate.span) if rate else ()
        return len(due), batches(channel, due, sent_at, now)

    def tell_all(self, tx: Transaction, told: Notice, at: datetime, *, but: str = "") -> None:
        """Send a notice of the monitor through every channel except `but`; the same notice twice is one delivery.

        A channel with `only:` receives notices only where no other channel exists. Digests do not delay a notice, quiet hours do.
        """
        away = {but, *tx.disabled_channels()}
        able = [each for name, each in self.channels.items() if name in self.notifiers and name not in away]
        for channel in [each for each in able if each.only is None] or able:
            when = send_at(replace(channel, digest=""), at)
            tx.add_delivery(None, channel, notice(told, at, channel.locale), send_at=when, now=at)

    def _mark(
        self, tx: Transaction, lease: Lease, groups: Sequence[Sequence[Delivery]], now: datetime
    ) -> tuple[_Marked, Sequence[Sequence[Delivery]]]:
        """Record as many messages as are sent at once as attempted; return them, and the groups that are left."""
        name = lease.name
        at_once = _AT_ONCE.get(self.channels[name].kind, 1)
        some = groups[:at_once]
        messages = [
            message(group, attempt_at=now, further_trailers=self._further(tx, name, group)) for group in some
        ]
        ids = [[delivery.id for delivery in group] for group in some]
        tx.mark_attempting(lease, {each.id: own for each, own in zip(messages, ids, strict=True)}, now)
        return _Marked(some, messages), groups[at_once:]

    async def _send(self, turn: ChannelTurn) -> list[tuple[Sequence[Delivery], Attempt]]:
        """Send the messages that are recorded as attempted concurrently; return how the attempt at each ended."""
        lease, marked = turn.lease, turn.marked
        if lease.left(time.monotonic()) <= 0:
            raise LeaseLostError("its lease ended before its deliveries were sent", where=lease.name)
        attempts = [asyncio.create_task(self._attempt(lease.name, each)) for each in marked.messages]
        try:
            await asyncio.wait(attempts)
        except BaseException:
            # When a stop interrupts, finished messages are still recorded, and the rest is sent again.
            for each in attempts:
                each.cancel()
            await asyncio.wait(attempts)
            ended = zip(marked.groups, attempts, strict=True)
            outcomes = [(group, each.result()) for group, each in ended if not each.cancelled()]
            await self.settle(turn, outcomes, release=True)
            raise
        return [(group, each.result()) for group, each in zip(marked.groups, attempts, strict=True)]

    async def settle(
        self, turn: ChannelTurn, ended: Sequence[tuple[Sequence[Delivery], Attempt]], *, release: bool = False
    ) -> None:
        """Record how attempts ended, in one transaction; `release` gives the lease back. Raises LedgerError or LeaseLostError."""
        lease = turn.lease
        now = self.clock()
        outcomes = [self._decided(group, outcome, now) for group, outcome in ended]

        def work(tx: Transaction) -> None:
            for settled in outcomes:
                self._record(tx, lease, settled, now)
            if release:
                tx.release([lease])

        await self.store.do(work)
        turn.is_released = release
        for settled in outcomes:
            self._note(lease.name, settled, now)

    def _further(self, tx: Transaction, name: str, group: Sequence[Delivery]) -> int:
        """Return how many trailers a digest counts in addition to its alerts."""
        if not self.channels[name].digest:
            return 0
        return tx.further_trailers(name, [each.change for each in group if each.change])

    async def _attempt(self, name: str, each: Message) -> Attempt:
        return await attempt(self.notifiers[name], each, timeout=_LONGEST_ATTEMPT_SECONDS)

    def _decided(self, group: Sequence[Delivery], outcome: Attempt, now: datetime) -> _Settled:
        """Return what becomes of the deliveries of a message."""
        attempts = 1 + max(delivery.attempts for delivery in group)
        again = (
            next_attempt_at(attempts, now, jitter=self.jitter(), retry_after=outcome.retry_after)
            if outcome.retryable and not outcome.ok
            else None
        )
        return _Settled([delivery.id for delivery in group], outcome, again)

    def _record(self, tx: Transaction, lease: Lease, settled: _Settled, now: datetime) -> None:
        name, ids, outcome = lease.name, settled.ids, settled.outcome
        error = settled.error(name)
        if outcome.ok:
            tx.mark_delivered(lease, ids, now)
            if name in self.failing:
                tx.end_rest(f"channel {name}")
            if tx.mark_well(name):
                self._tell_others(tx, NoticeKind.CHANNEL_RECOVERED, name, "", now)
        elif settled.again is not None:
            tx.reschedule(lease, ids, settled.again, error)
            if outcome.retry_after:
                tx.keep_rest(f"channel {name}", settled.spared_until(now), now)
        else:
            tx.mark_dead(lease, ids, error)
            if outcome.disable:
                tx.disable_channel(name, error, now)
                self._tell_others(tx, NoticeKind.CHANNEL_GONE, name, error, now)
            elif tx.mark_failing(name, error, now):
                self._tell_others(tx, NoticeKind.CHANNEL_FAILING, name, error, now)

    def _note(self, name: str, settled: _Settled, now: datetime) -> None:
        """Log how an attempt ended; the other pending deliveries of a channel that fails wait as long as a first retry."""
        error = settled.error(name)
        if settled.outcome.ok:
            self.failing.pop(name, None)
        elif settled.again is not None:
            log.warning(
                "channel %s: %s; tried again at %s", name, error, f"{settled.again:%Y-%m-%d %H:%M:%S} UTC"
            )
            self.failing[name] = settled.spared_until(now)
        else:
            log.error("channel %s: given up: %s; `monitor deliveries retry` sends it again", name, error)

    def _tell_others(self, tx: Transaction, kind: NoticeKind, name: str, error: str, now: datetime) -> None:
        """Send a notice about this channel through the others: once when it fails, once when it works again."""
        self.tell_all(tx, Notice(kind, name, {"error": error} if error else {}), now, but=name)

    async def _correct_clock_skew(self, now: datetime) -> None:
        """Correct the times that a clock ahead of the present set; checked at the start and whenever the clock steps back."""
        before, self._looked_at = self._looked_at, now
        if before is not None and now > before - _STEP_BACK:
            return
        if before is not None:
            self.failing.clear()

        def mend(tx: Transaction) -> tuple[list[str], set[str]]:
            mended = [
                name
                for name, channel in self.channels.items()
                if tx.retime(name, send_at(channel, now), ahead_of=now + _STEP_BACK)
            ]
            return mended, set(tx.due_channels(now)) - self.notifiers.keys()

        mended, unknown = await self.store.do(mend)
        for name in mended:
            log.warning("channel %s: the clock was ahead; what waited for it is sent on time", name)
        if before is None:
            for name in unknown:
                log.warning("alerts wait for channel %s, which the configuration has no more", name)


@dataclass(frozen=True)
class _Settled:
    """How the attempt at a message ended, and when it is tried again, None where it is not."""

    ids: Sequence[str]
    outcome: Attempt
    again: datetime | None

    def error(self, channel: str) -> str:
        """Return why the attempt failed, without the name of its channel."""
        return self.outcome.error.removeprefix(f"channel {channel}: ")

    def spared_until(self, now: datetime) -> datetime:
        """Return until when the channel's other deliveries wait."""
        return now + max(_SPARED, self.outcome.retry_after or timedelta(0))
