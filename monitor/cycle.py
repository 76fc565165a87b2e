"""Poll sources in five steps: take, fetch, read, record, settle; send to channels in three: take, send, settle.

Each step is one function, of :class:`Cycle` or of :class:`Outbox`, called in this order by the daemon, by `monitor poll` and by any other
worker; a replay has its documents already, and calls :func:`record_documents`. A document passes each step once. Parsing and extraction run
in worker processes; everything is recorded through the store.
"""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from monitor import schedule
from monitor.account_lookup import Accounts, Reached
from monitor.errors import DamagedError, LeaseLostError, LedgerError, ParseError
from monitor.leases import Leases
from monitor.ledger import LEASE_SECONDS, Lease, PolledState, Store, Transaction
from monitor.model import (
    Change,
    Delivery,
    Document,
    ExtractedBody,
    ExtractedDocument,
    Fetched,
    FetchOutcome,
    Message,
    Source,
    SourceState,
    Trouble,
    Unreachable,
    Validators,
)
from monitor.notify import Attempt, Notifier, attempt, rate_of, time_limit
from monitor.recording import Recorder, stale_subjects
from monitor.sending import DeliveryRecorder, MarkedMessages

__all__ = ["ChannelTurn", "Cycle", "Outbox", "Polled", "Reader", "SiteTurn", "missing", "record_documents"]

log = logging.getLogger(__name__)

# Articles fetched in one poll, newest first: the first pass over a feed of teasers must not crawl the site.
FOLLOWED = 30
# The most pages of an account that one poll reads after a long pause.
_MOST_PAGES = 4
# Notifiers have their own limits, of which a program's is the longest; this one covers a bug in a notifier.
_LONGEST_ATTEMPT_SECONDS = 600.0
# Clock skew below this is not worth rescheduling for.
_STEP_BACK = timedelta(minutes=1)


class Reader(Protocol):
    """Parses and extracts off the event loop."""

    @property
    def has_room(self) -> bool:
        """Return whether another body may be fetched while others wait to be read (backpressure)."""

    async def read(self, fetched: Fetched, source: Source, now: datetime) -> ExtractedBody:
        """Return the reading of a source's body. Raises ParseError."""

    async def read_article(self, fetched: Fetched, document: Document, source: Source) -> ExtractedDocument:
        """Return the reading of the article behind a teaser. Raises ParseError."""


class Fetches(Protocol):
    """The fetcher as the cycle uses it."""

    async def fetch(
        self,
        url: str,
        validators: Validators = ...,
        *,
        allow_private: bool = False,
        obey_robots: bool = True,
        pause: timedelta | None = None,
        named_by: str = "",
        secret: str = "",
        within: Callable[[], float] = ...,
    ) -> FetchOutcome:
        """Return what `url` gave; never raises on network trouble. Raises LeaseLostError where it would not end `within` the lease."""

    def free_in(self, site: str) -> float:
        """Return for how many seconds no request may be made to a site after its last one."""

    def hold(self, site: str, seconds: float) -> None:
        """Make no request to a site for `seconds`, since another process has just made one."""

    def rest(self, place: str, wait: timedelta) -> None:
        """Make no request to a place for `wait`, since it asked another process for that."""


@dataclass(frozen=True)
class Polled:
    """The result of one poll: the source's state before and after, and the changes that it caused.

    `finished` is False when a stop interrupted between two documents: the rest is read after the restart.
    """

    source: Source
    before: SourceState
    state: SourceState
    new: int = 0
    claims: int = 0
    changes: tuple[Change, ...] = ()
    error: str = ""
    finished: bool = True


@dataclass(eq=False)
class SiteTurn:
    """A leased site: the sources that are still to be polled under the lease, and the names of those that are not settled."""

    lease: Lease
    sources: deque[tuple[Source, SourceState]]
    unsettled: set[str] = field(default_factory=set)
    is_released: bool = False

    def __post_init__(self) -> None:
        self.unsettled |= {source.name for source, _ in self.sources}

    def left(self) -> float:
        """Return for how many seconds the lease certainly lasts, by the monotonic clock of this process."""
        return self.lease.left(time.monotonic())


@dataclass(frozen=True)
class _Recorded:
    """What a poll recorded: its result so far, and the fingerprints of documents without claims and of all that its body lists."""

    polled: Polled
    without_claims: Sequence[str] = ()
    listed: Sequence[str] | None = None


@dataclass
class Cycle:
    """The steps of a poll, from a leased site to the record of the source's next poll."""

    store: Store
    fetcher: Fetches
    reader: Reader
    recorder: Recorder
    clock: Callable[[], datetime]
    jitter: Callable[[], float]
    stopping: Callable[[], bool] = field(default=lambda: False)
    refusal: Callable[[], LedgerError | None] = field(default=lambda: None)
    """Why the ledger cannot be written at the moment; None when it can."""
    delivered: Callable[[], None] = field(default=lambda: None)
    """Called after a commit that contains deliveries, so that they need not wait for the next round."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """The secrets of the sources that have one, by name: no store keeps them."""

    def __post_init__(self) -> None:
        self._accounts = Accounts(self.store, self.clock)

    async def take(
        self, most: int, *, names: Collection[str] | None = None, returned: Collection[Lease] = ()
    ) -> list[SiteTurn]:
        """Lease up to `most` sites with due sources, longest due first; of the sources `names`, due or not, where they are given.

        `returned` are leases to give back in the same transaction. Raises LedgerError.
        """

        def work(tx: Transaction) -> list[SiteTurn]:
            tx.release(returned)
            taken = tx.take_sites(self.store.holder, most, now, names=names)
            for each in taken:
                site = each.lease.name
                self.fetcher.hold(site, each.free_in)
                if each.barred_until is not None and each.barred_until > now:
                    self.fetcher.rest(f"site {site}", each.barred_until - now)
            return [SiteTurn(each.lease, deque(map(self._with_secret, each.sources))) for each in taken]

        now = self.clock()
        return await self.store.do(work)

    def _with_secret(self, polled: tuple[Source, SourceState]) -> tuple[Source, SourceState]:
        source, state = polled
        secret = self.secrets.get(source.name, "")
        return (replace(source, secret=secret), state) if secret else polled

    async def poll(
        self, turn: SiteTurn, source: Source, state: SourceState, done: Callable[[], None] = lambda: None
    ) -> Polled:
        """Poll `source` and record its claims; any failure, including a bug, ends up in its state.

        `done` is called when the next poll of the site may start: after the fetch if the worker pool has room for another body, else after
        the claims are recorded and before the next poll is scheduled. Raises LedgerError, and LeaseLostError where the lease ended.
        """
        try:
            return await self._poll(turn, source, state, done)
        except DamagedError as error:
            done()
            return await self._put_off(
                turn, source, Unreachable(trouble=Trouble.UNREADABLE, detail=str(error))
            )
        except (LedgerError, LeaseLostError):
            raise
        except Exception as bug:  # noqa: BLE001 - whatever it is: it stays with its source, which waits as after any failure
            done()
            return await self._contain(turn, source, bug)

    async def _poll(
        self, turn: SiteTurn, source: Source, state: SourceState, done: Callable[[], None]
    ) -> Polled:
        known = self.refusal()
        reached = await self.fetch(turn, source, state)
        outcome, read, recorded = reached.outcome, None, _Recorded(Polled(source, state, state))
        if isinstance(outcome, Fetched):
            # A source with articles to follow makes more requests to its site.
            if self.reader.has_room and not source.follow:
                done()
            try:
                with self.store.expecting():
                    read = await self.read(turn, reached, outcome, state)
            except ParseError as error:
                outcome = Unreachable(trouble=Trouble.UNREADABLE, detail=error.message)
            else:
                self._give_way(known)
                recorded = await self.record(turn, source, state, read, outcome)
                if not recorded.polled.finished:
                    return recorded.polled
        done()
        return await self.settle(turn, recorded, outcome, read)

    async def fetch(self, turn: SiteTurn, source: Source, state: SourceState) -> Reached:
        """Return what the address of `source` gave, and the source as it was asked (by its account's id). Raises LedgerError."""
        # A source that is to be read completely must not be skipped as unchanged.
        validators = Validators() if state.look_for else state.validators

        async def fetch(source: Source, url: str, validators: Validators) -> FetchOutcome:
            return await self._fetch(turn, source, url, validators)

        return await self._accounts.poll(source, state, validators, fetch)

    async def read(
        self, turn: SiteTurn, reached: Reached, outcome: Fetched, state: SourceState
    ) -> ExtractedBody:
        """Return the reading of a body, and of the older pages as far as they are new. Raises ParseError."""
        # Workers are given no secret.
        bare = replace(reached.source, secret="")
        read = await self.reader.read(outcome, bare, self.clock())
        for _ in range(_MOST_PAGES):
            if not _is_gap(state, read):
                break
            before = await self._fetch(turn, reached.source, read.older, Validators())
            if not isinstance(before, Fetched):
                break
            try:
                older = await self.reader.read(before, bare, self.clock())
            except ParseError:
                break
            if not set(older.listed) - set(read.listed):
                break
            read = _joined(read, older)
        doubt = "; ".join(filter(None, (reached.note, read.doubt)))
        return replace(read, doubt=doubt)

    async def record(
        self, turn: SiteTurn, source: Source, state: SourceState, body: ExtractedBody, outcome: Fetched
    ) -> _Recorded:
        """Record new documents, oldest first, each in a transaction of its own, and which posts were deleted or came back."""
        recorded = await self._documents(turn, source, state, body)
        if not body.listed or not recorded.polled.finished:
            return recorded
        # Two addresses of one account may list different posts.
        is_alike = state.validators.url.partition("?")[0] == outcome.url.partition("?")[0]
        gone = missing(state.listed, body.listed) if is_alike else []
        now = self.clock()
        changes = await self.store.do(
            lambda tx: self.recorder.withdraw(
                tx, source.name, gone, body.listed, now=now, baseline=state.baseline
            )
        )
        self._announce(changes)
        return replace(recorded, polled=replace(recorded.polled, changes=recorded.polled.changes + changes))

    async def settle(
        self, turn: SiteTurn, recorded: _Recorded, outcome: FetchOutcome, read: ExtractedBody | None = None
    ) -> Polled:
        """Schedule the next poll and record the state; the last poll of a turn gives the lease back.

        Returns after the commit, so that a source is never due again before its state is recorded. Raises LedgerError or LeaseLostError.
        """
        polled = recorded.polled
        state = schedule.next_state(
            polled.source,
            polled.state,
            outcome,
            now=self.clock(),
            jitter=self.jitter(),
            read=read,
            error=polled.error,
        )
        # A doubt about what was read is shown with the source and is not a failure of the poll. A rest that the domain asked for
        # is not a failure of the source either, but the source was not polled.
        unasked = outcome.detail if isinstance(outcome, Unreachable) else ""
        error = (state.error if state.failures else polled.error) or unasked
        name = polled.source.name
        settled = PolledState(state, recorded.without_claims, polled.new, polled.claims, recorded.listed)
        turn.unsettled.discard(name)
        is_last = not turn.unsettled
        pause = self.fetcher.free_in(turn.lease.name) if is_last else 0.0
        try:
            ((state, new),) = await self.store.do(
                lambda tx: tx.settle(turn.lease, [settled], release=is_last, pause=pause), batched=True
            )
        except BaseException:
            turn.unsettled.add(name)
            raise
        turn.is_released = turn.is_released or is_last
        return replace(polled, state=state, error=error, new=new)

    async def overdue(self, now: datetime) -> None:
        """Fold every subject again whose period has passed; each overdue date is reported once. Raises LedgerError."""
        for title, event in await self.store.read(lambda tx: stale_subjects(tx, now)):
            changes = await self.store.do(
                lambda tx, title=title, event=event: self.recorder.revise(tx, title, event, now=now)  # type: ignore[misc]
            )
            self._announce(changes)

    def _announce(self, changes: Sequence[Change]) -> None:
        if changes:
            self.delivered()

    async def _contain(self, turn: SiteTurn, source: Source, bug: Exception) -> Polled:
        """Record the traceback of a bug that ended the poll of `source`, and postpone its next poll."""
        trace, now = "".join(traceback.format_exception(bug)), self.clock()
        await self.store.do(lambda tx: tx.add_bug(source.name, None, trace, now))
        error = f"a bug of ours ended its poll ({_kind(bug)}); `monitor sources --bugs` shows the traceback"
        return await self._put_off(turn, source, Unreachable(trouble=Trouble.BUG, detail=error))

    async def _put_off(self, turn: SiteTurn, source: Source, trouble: Unreachable) -> Polled:
        state = await self.store.read(lambda tx: tx.state(source.name))
        return await self.settle(turn, _Recorded(Polled(source, state, state)), trouble)

    def _give_way(self, known: LedgerError | None) -> None:
        """Raise the LedgerError of another poll whose write failed meanwhile, since each failing write takes seconds."""
        refusal = self.refusal()
        if known is None and refusal is not None:
            raise refusal.with_traceback(None)

    async def _fetch(
        self, turn: SiteTurn, source: Source, url: str, validators: Validators, *, named_by: str = ""
    ) -> FetchOutcome:
        return await self.fetcher.fetch(
            url,
            validators,
            allow_private=source.allow_private,
            obey_robots=source.obey_robots,
            pause=source.pause,
            named_by=named_by,
            secret=source.secret,
            within=turn.left,
        )

    async def _documents(
        self, turn: SiteTurn, source: Source, state: SourceState, body: ExtractedBody
    ) -> _Recorded:
        """Record new documents, oldest first; return the result so far and the fingerprints of documents without claims."""

        def look(tx: Transaction) -> tuple[ExtractedBody, set[str], set[str]]:
            left = body
            if body.orphans:
                left = replace(body, with_claims=tuple(_without_parts(tx, source, state, body)))
            unseen = tx.unseen(reading.document.fingerprint for reading in left.with_claims + left.teasers)
            unseen |= tx.unrecorded_from_maker(reading.document for reading in left.with_claims)
            unread = tx.unread((reading.document for reading in left.with_claims), unseen, left.shared)
            return left, unseen, unread

        body, unseen, unread = await self.store.read(look)
        known = [(reading.document.fingerprint, reading) for reading in body.with_claims + body.teasers]
        teasers = {reading.document.fingerprint for reading in body.teasers}
        # The article of a teaser is fetched once; a document that was read before may have new text today.
        followable = teasers if state.look_for else teasers & unseen
        new = [(fingerprint, reading) for fingerprint, reading in known if fingerprint in followable]
        new += [(r.document.fingerprint, r) for r in body.with_claims if r.document.fingerprint in unread]
        new.sort(key=lambda one: one[1].document.published)
        if state.look_for:  # what was there before the news
            new[:0] = [one for one in known if one[0] not in teasers | unread]
        without_claims = list(body.without_claims)
        polled = Polled(source, state, state)
        followed = [fingerprint for fingerprint, _ in new if fingerprint in teasers][-FOLLOWED:]
        for fingerprint, reading in new:
            if self.stopping():  # the document in hand was finished; the others are read after the restart
                return _Recorded(replace(polled, finished=False), without_claims)
            if fingerprint in teasers:
                without_claims.append(fingerprint)
            if fingerprint in followed:
                reading = await self._follow(turn, source, reading)  # noqa: PLW2901 - the article replaces its teaser
            is_new = fingerprint in unseen
            if is_new or fingerprint in unread:
                polled = await self._keep(polled, reading, body.shared, is_new=is_new)
            else:
                found = await self._look(reading, state)
                polled = replace(polled, claims=polled.claims + found)
            if not reading.claims:
                without_claims.append(reading.document.fingerprint)
        listed = dict.fromkeys([*(fingerprint for fingerprint, _ in known), *body.without_claims])
        return _Recorded(polled, without_claims, tuple(listed))

    async def _look(self, reading: ExtractedDocument, state: SourceState) -> int:
        now = self.clock()
        return await self.store.do(lambda tx: self.recorder.look(tx, reading, state.look_for, now=now))

    async def _follow(self, turn: SiteTurn, source: Source, teaser: ExtractedDocument) -> ExtractedDocument:
        """Return the article behind `teaser`, or the teaser itself where the article cannot be had."""
        # The feed names this address, not the user: `allow_private` permits the feed's own host only.
        outcome = await self._fetch(turn, source, teaser.document.url, Validators(), named_by=source.url)
        if not isinstance(outcome, Fetched):
            return teaser
        try:
            return await self.reader.read_article(outcome, teaser.document, source)
        except ParseError as error:
            log.info("%s: the article behind a teaser cannot be read: %s", source.name, error)
            return teaser

    async def _keep(
        self, polled: Polled, reading: ExtractedDocument, shared: Collection[str], *, is_new: bool
    ) -> Polled:
        error = polled.error
        if reading.bug:
            place = reading.document.url or reading.document.id
            error = f"a bug of ours while reading {place}; `monitor sources --bugs` shows the traceback"
        changes: tuple[Change, ...] = ()
        if reading.claims or reading.bug:
            now = self.clock()
            changes = await self.store.do(
                lambda tx: record_documents(
                    tx,
                    self.recorder,
                    [reading],
                    at=lambda _: now,
                    baseline=polled.state.baseline,
                    shared=shared,
                    baseline_titles=polled.state.baseline_for,
                )
            )
            self._announce(changes)
        return replace(
            polled,
            new=polled.new + bool(reading.claims and is_new),
            claims=polled.claims + (len(reading.claims) if is_new or changes else 0),
            changes=polled.changes + changes,
            error=error,
        )


def record_documents(
    tx: Transaction,
    recorder: Recorder,
    readings: Iterable[ExtractedDocument],
    *,
    at: Callable[[Document], datetime],
    baseline: bool = False,
    shared: Collection[str] = frozenset(),
    baseline_titles: Collection[str] = frozenset(),
) -> tuple[Change, ...]:
    """Record what documents claim, with all that follows, in one transaction; return the changes in the order in which they were caused.

    `at` gives the time at which each document is recorded: now for a poll, its publication for a replay. The other arguments are those of
    :meth:`monitor.recording.Recorder.record`.
    """
    return tuple(
        change
        for reading in readings
        for change in recorder.record(
            tx,
            reading,
            now=at(reading.document),
            baseline=baseline,
            shared=shared,
            baseline_titles=baseline_titles,
        )
    )


@dataclass(eq=False)
class ChannelTurn:
    """A leased channel, and the messages to be sent next, which are recorded as attempted."""

    lease: Lease
    marked: MarkedMessages
    is_released: bool = False

    @property
    def is_last(self) -> bool:
        """Whether nothing is due after the messages that are to be sent next."""
        return self.marked.after.is_all and not self.marked.after.groups


@dataclass
class Outbox:
    """The steps of a channel's round, from a leased channel to the record of each attempt.

    A delivery is recorded as attempted, with the id of its message, before it is sent, and as delivered after the channel accepted it.
    A crash between the two sends it again in the same message, with the same id and bytes; nothing is lost. Each channel has a round of
    its own, so that no channel waits for another.
    """

    store: Store
    leases: Leases
    recorder: DeliveryRecorder
    notifiers: Mapping[str, Notifier]
    clock: Callable[[], datetime]
    stopping: Callable[[], bool] = field(default=lambda: False)

    def __post_init__(self) -> None:
        self._looked_at: datetime | None = None

    async def due(self) -> list[str]:
        """Return the channels that have due deliveries and no sender. Raises LedgerError."""
        now = self.clock()
        await self._correct_clock_skew(now)
        due = await self.store.read(lambda tx: tx.due_channels(now))
        return [
            name for name in due if name in self.notifiers and self.recorder.failing.get(name, now) <= now
        ]

    async def send_due(self, name: str) -> bool:
        """Send the due deliveries of one channel until none is left or it fails, unless another sends to it.

        Returns whether any was attempted. Raises LedgerError, and LeaseLostError where the lease ended.
        """
        turn = await self.take(name)
        if turn is None:
            return False
        is_tried = False
        try:
            while not turn.is_released and not self.stopping():
                is_tried = True
                await self.settle(turn, await self.send(turn))
        finally:
            self.leases.drop(turn.lease, is_released=turn.is_released)
            await self.leases.give_back()
        return is_tried

    async def take(self, name: str) -> ChannelTurn | None:
        """Lease a channel and record its first messages as attempted, in one durable transaction. Raises LedgerError.

        Returns None where another sends to the channel, or no message is due or allowed by its rate now.
        """
        now = self.clock()
        if rate_of(self.recorder.channels[name]):
            due = await self.store.read(lambda tx: self.recorder.due(tx, name, now))
            if not due.groups:
                return None

        def work(tx: Transaction) -> ChannelTurn | None:
            lease = tx.take_channel(self.store.holder, name)
            if lease is None:
                return None
            due = self.recorder.due(tx, name, now)
            if not due.groups:
                tx.release([lease])
                return None
            return ChannelTurn(lease, self.recorder.mark(tx, lease, due, now))

        turn = await self.store.do(work, durable=True)
        if turn is not None:
            self.leases.hold(turn.lease)
        return turn

    async def send(self, turn: ChannelTurn) -> list[Attempt]:
        """Send the messages that are recorded as attempted concurrently; return how each attempt ended, in their order.

        An attempt begins only if its time limit fits into what is left of the lease, of which renewals leave two thirds at least: a longer one
        relies on them. Raises LeaseLostError where it does not fit.
        """
        lease, marked = turn.lease, turn.marked
        needed = min(time_limit(self.recorder.channels[lease.name]), LEASE_SECONDS * 2 / 3)
        if lease.left(time.monotonic()) < needed:
            raise LeaseLostError("its lease ended before its deliveries were sent", where=lease.name)
        attempts = [asyncio.create_task(self._attempt(lease.name, each)) for each in marked.messages]
        try:
            await asyncio.wait(attempts)
        except BaseException:
            # When a stop interrupts, finished messages are still recorded, and the rest is sent again.
            for each in attempts:
                each.cancel()
            await asyncio.wait(attempts)
            ended = [
                (group, one.result())
                for group, one in zip(marked.groups, attempts, strict=True)
                if not one.cancelled()
            ]
            await self._record(turn, ended, is_over=True)
            raise
        return [each.result() for each in attempts]

    async def settle(self, turn: ChannelTurn, attempts: Sequence[Attempt]) -> None:
        """Record how the attempts ended, then the next messages as attempted; the last settlement of a round gives the lease back.

        A round is over when nothing else is due, the channel fails, or the monitor stops. Raises LedgerError or LeaseLostError.
        """
        is_failing = any(each.retryable and not each.ok for each in attempts)
        is_over = turn.is_last or is_failing or self.stopping()
        await self._record(turn, list(zip(turn.marked.groups, attempts, strict=True)), is_over=is_over)
        if not is_over:
            await self._mark_next(turn)

    async def _record(
        self, turn: ChannelTurn, ended: Sequence[tuple[Sequence[Delivery], Attempt]], *, is_over: bool
    ) -> None:
        lease, now = turn.lease, self.clock()
        settled = [self.recorder.attempted(lease.name, group, outcome, now) for group, outcome in ended]

        def work(tx: Transaction) -> None:
            for each in settled:
                self.recorder.record(tx, lease, each, now)
            if is_over:
                tx.release([lease])

        await self.store.do(work)
        turn.is_released = is_over
        for each in settled:
            self.recorder.note(each, now)

    async def _mark_next(self, turn: ChannelTurn) -> None:
        """Record the next messages of a leased channel as attempted; give the lease back where none is due."""
        name, now, due = turn.lease.name, self.clock(), turn.marked.after
        if not due.groups:
            due = await self.store.read(lambda tx: self.recorder.due(tx, name, now))
        if due.groups:
            turn.marked = await self.store.do(
                lambda tx: self.recorder.mark(tx, turn.lease, due, now), durable=True
            )
        else:
            await self.store.do(lambda tx: tx.release([turn.lease]))
            turn.is_released = True

    async def _attempt(self, name: str, each: Message) -> Attempt:
        return await attempt(self.notifiers[name], each, timeout=_LONGEST_ATTEMPT_SECONDS)

    async def _correct_clock_skew(self, now: datetime) -> None:
        """Correct the times that a clock ahead of the present set; checked at the start and whenever the clock steps back."""
        before, self._looked_at = self._looked_at, now
        if before is not None and now > before - _STEP_BACK:
            return
        if before is not None:
            self.recorder.failing.clear()

        def mend(tx: Transaction) -> tuple[list[str], set[str]]:
            mended = self.recorder.retime(tx, now, ahead_of=now + _STEP_BACK)
            return mended, set(tx.due_channels(now)) - self.notifiers.keys()

        mended, unknown = await self.store.do(mend)
        for name in mended:
            log.warning("channel %s: the clock was ahead; what waited for it is sent on time", name)
        if before is None:
            for name in unknown:
                log.warning("alerts wait for channel %s, which the configuration has no more", name)


def _without_parts(
    tx: Transaction, source: Source, state: SourceState, body: ExtractedBody
) -> Iterator[ExtractedDocument]:
    """Yield the readings with claims, without parts of threads that were read as a whole when their beginning was still listed."""
    for reading in body.with_claims:
        name = reading.document.id
        was_part = name in body.orphans and name in state.listed
        if not was_part or tx.has_reading(source.name, name):
            yield reading


def missing(before: Sequence[str], now: Sequence[str]) -> list[str]:
    """Return the ids that were removed from a list, newest first: those that are missing although an older one is still listed."""
    still = frozenset(now)
    standing = [place for place, each in enumerate(before) if each in still]
    return [each for each in before[: max(standing, default=0)] if each not in still]


def _is_gap(state: SourceState, read: ExtractedBody) -> bool:
    """Return whether there may be posts between the oldest one of a page and those of the last poll."""
    return bool(
        read.older and state.listed and read.listed and not frozenset(state.listed) & frozenset(read.listed)
    )


def _joined(read: ExtractedBody, older: ExtractedBody) -> ExtractedBody:
    """Return the reading of two pages as one."""
    return replace(
        read,
        with_claims=read.with_claims + older.with_claims,
        without_claims=read.without_claims + older.without_claims,
        published=read.published | older.published,
        shared=read.shared | older.shared,
        listed=tuple(dict.fromkeys(read.listed + older.listed)),
        orphans=read.orphans | older.orphans,
        older=older.older,
    )


def _kind(bug: Exception) -> str:
    """Return the type of a bug; of one in a worker process, which arrives as a traceback, the type in its last line."""
    trace = str(bug).rstrip()
    name = trace.rpartition("\n")[2].partition(":")[0]
    is_traceback = "Traceback (most recent call last)" in trace and name.replace(".", "").isidentifier()
    return name if is_traceback else type(bug).__name__
