"""The poll cycle, one function for each step: fetch, parse, extract, reconcile, record.

A document passes each step once. Parsing and extraction run in a reader process; everything that touches the ledger runs here, with
one transaction for each document.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from monitor import reconcile, schedule
from monitor.account_lookup import Accounts
from monitor.errors import DamagedError, LedgerError, ParseError
from monitor.ledger import Ledger, StoredTurn, Subject
from monitor.model import (
    Change,
    Channel,
    ClaimSummary,
    Document,
    Event,
    ExtractedBody,
    ExtractedDocument,
    Fetched,
    FetchOutcome,
    Key,
    Observation,
    Source,
    SourceState,
    Standing,
    Trouble,
    Unreachable,
    Validators,
    Verdict,
    VerdictKind,
    Work,
)
from monitor.notify import composed, send_at
from monitor.notify.routing import decide

__all__ = [
    "Pipeline", "Polled", "Reader", "Recorder", "Settlements", "adopt_rules", "fold_some", "missing", "refolded", "store_beliefs",
]  # fmt: skip

log = logging.getLogger(__name__)

# Articles fetched in one poll, newest first: the first pass over a feed of teasers must not crawl the site.
_FOLLOWED = 30
# Batch commit: polls that end within a moment of each other, or while a body is being read, share one commit. The wait
# and the size of a commit are bounded.
_MOMENT_SECONDS = 0.01
_LONGEST_SECONDS = 0.25
_MOST_POLLS = 256
# The most pages of an account that one poll reads after a long pause.
_MOST_PAGES = 4
# The subjects whose claims are compared with what is believed in one transaction.
_RANKED_AT_ONCE = 100
# The time under which no date is overdue.
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


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
    """The fetcher as the pipeline uses it."""

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
    ) -> FetchOutcome:
        """Return what `url` gave; never raises on network trouble."""


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


@dataclass
class Recorder:
    """Commits documents: observations, standings, changes and deliveries in one transaction, each document once."""

    ledger: Ledger
    works: Mapping[str, Work]
    channels: Sequence[Channel]
    delivered: Callable[[], None] = field(default=lambda: None)
    """Called after a commit that contains deliveries, so that they need not wait for the next round."""
    folds: reconcile.FoldCache = field(default_factory=reconcile.FoldCache)

    def record(
        self,
        reading: ExtractedDocument,
        *,
        now: datetime,
        silent: bool,
        shared: Collection[str] = frozenset(),
        silent_titles: Collection[str] = frozenset(),
    ) -> tuple[Change, ...]:
        """Commit one document that has claims; `silent` (the baseline) logs them without changes.

        The works of `silent_titles` are logged without changes too. The claims of the document's earlier version no longer count. Content that is
        recorded already adds nothing. `shared` are ids and addresses that several documents of its body have in common. The commit does not wait for the
        disk: a power failure would lose the document together with its deliveries, so that it is read again, and no alert is sent before
        everything that led to it is on the disk.
        """
        with self.ledger.transaction():
            heard = self.ledger.record_document(
                reading.document, now, _observations(reading, now), shared=shared
            )
            subjects = dict.fromkeys((o.claim.title, o.claim.event) for o in heard)
            changes = [
                change
                for title, event in subjects
                for change in self.revise(title, event, now=now, silent=silent or title in silent_titles)
            ]
        if changes:
            self.delivered()
        return tuple(changes)

    def withdraw(
        self, source: str, gone: Sequence[str], listed: Sequence[str], *, now: datetime, silent: bool
    ) -> tuple[Change, ...]:
        """Withdraw the claims of the posts `gone` of `source`, and restore those of posts that are `listed` again.

        Returns the changes: beliefs without other support are retracted. Nothing is written where nothing differs.
        """
        with self.ledger.transaction():
            subjects = dict.fromkeys(
                [
                    *self.ledger.mark_deleted(source, gone, now),
                    *self.ledger.mark_returned(source, listed, now),
                ]
            )
            changes = [
                change
                for title, event in subjects
                for change in self.revise(title, event, now=now, silent=silent)
            ]
        if changes:
            self.delivered()
        return tuple(changes)

    def look(self, reading: ExtractedDocument, titles: Collection[str], *, now: datetime) -> int:
        """Log, as a baseline, what a document that was read before claims of `titles`, which were not watched then; return the number of claims."""
        claims = tuple(claim for claim in reading.claims if claim.title in titles)
        if not claims:
            return 0
        with self.ledger.transaction():
            observed = _observations(replace(reading, claims=claims), now)
            heard = self.ledger.record_found(reading.document, now, observed)
            for title, event in dict.fromkeys((o.claim.title, o.claim.event) for o in heard):
                self.revise(title, event, now=now, silent=True)
        return len(heard)

    def revise(
        self,
        title: str,
        event: Event,
        *,
        now: datetime,
        silent: bool = False,
        applied: Verdict | None = None,
        known_too: bool = False,
    ) -> list[Change]:
        """Fold a subject's observations anew and record the difference; call it inside a transaction.

        `applied` is the verdict that makes the difference, None when a document or the time does. What an undone verdict restores was
        alerted before, and is alerted again only when `known_too`.
        """
        subject = (title, event)
        before = self.ledger.standings(*subject)
        observations = self.ledger.observations(*subject)
        revised = reconcile.reconcile(
            observations,
            before,
            {verdict.observation: verdict for verdict in self.ledger.verdicts(*subject)},
            now,
            applied=applied,
            cache=self.folds,
        )
        store_beliefs(self.ledger, subject, before, revised, observations)
        if silent:
            return []
        news: Sequence[Change] = revised.changes
        if applied is not None and applied.kind is VerdictKind.UNDONE and not known_too:
            told = list(self.ledger.timeline(title))
            news = [change for change in news if not reconcile.was_alerted(change, told)]
        changes = self.ledger.add_changes(news)
        for change in changes:
            self._route(change, revised.standings.get(change.key) or before.get(change.key), now)
        return changes

    def overdue(self, now: datetime) -> list[Change]:
        """Fold every subject again whose period has passed, and return the changes; each overdue date is reported once."""
        changes: list[Change] = []
        for subject in dict.fromkeys((key.title, key.event) for key in self.ledger.stale_standings(now)):
            with self.ledger.transaction():
                changes += self.revise(*subject, now=now)
        if changes:
            self.delivered()
        return changes

    def _route(self, change: Change, standing: Standing | None, now: datetime) -> None:
        work = self.works.get(change.key.title)
        origins = None if standing is None else standing.origins
        for channel in self.channels:
            decided = decide(channel, change, work, origins=origins)
            if not decided.wanted:
                self.ledger.hold_back(change, channel.name, decided.rule, decided.reasons)
            else:
                body = composed(change, channel.locale, channel.base_url)
                self.ledger.add_delivery(change, channel, body, send_at=send_at(channel, now), now=now)


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


def refolded(
    ledger: Ledger,
) -> Iterator[tuple[Subject, dict[Key, Standing], reconcile.Reconciled, Sequence[Observation]]]:
    """Yield each subject with its current belief, what the current rules derive from all observations, and these observations.

    Overdue dates are left as they are: they are reported when they are noticed.
    """
    for subject in ledger.subjects():
        yield subject, *_folded(ledger, subject)


def _folded(
    ledger: Ledger, subject: Subject
) -> tuple[dict[Key, Standing], reconcile.Reconciled, Sequence[Observation]]:
    before = ledger.standings(*subject)
    verdicts = {verdict.observation: verdict for verdict in ledger.verdicts(*subject)}
    observations = ledger.observations(*subject)
    revised = reconcile.reconcile(observations, before, verdicts, _LONG_AGO)
    after = {
        key: replace(standing, overdue=key in before and before[key].overdue)
        for key, standing in revised.standings.items()
    }
    return before, replace(revised, standings=after), observations


def store_beliefs(
    ledger: Ledger,
    subject: Subject,
    before: Mapping[Key, Standing],
    revised: reconcile.Reconciled,
    observations: Sequence[Observation],
) -> None:
    """Store what is believed of a subject, how that came about, and how its claims compare with it; call it inside a transaction.

    All claims are compared where a belief differs from that `before`, else those that were made since.
    """
    ledger.put_standings(*subject, revised.standings.values())
    ledger.put_turns(
        *subject,
        [
            StoredTurn(
                turn.key,
                turn.at,
                turn.before,
                turn.after,
                turn.reason,
                tuple(voice.id for voice in turn.evidence),
                turn.alerted,
            )
            for turn in revised.revisions
        ],
    )
    held = {key: (standing.belief, standing.since) for key, standing in before.items()}
    is_same = held == {key: (one.belief, one.since) for key, one in revised.standings.items()}
    found = ledger.summaries(*subject, new=is_same)
    if uncounted := {claim.id for claim in found if claim.origins is None}:
        said: dict[int, list[Observation]] = {}
        for one in observations:
            if one.claim_id in uncounted and not one.replaced:
                said.setdefault(one.claim_id, []).append(one)
        ledger.put_origins({claim: len(reconcile.origins(theirs)) for claim, theirs in said.items()})
    ledger.put_causes(*subject, _ranked(found, revised.standings))


def _ranked(claims: Iterable[ClaimSummary], standings: Mapping[Key, Standing]) -> dict[int, int]:
    return {
        claim.id: reconcile.cause(claim, reconcile.standing_for(standings, claim.key)).rank
        for claim in claims
    }


def adopt_rules(ledger: Ledger) -> None:
    """Recompute the beliefs by the current rules where earlier rules made them; nobody is alerted of the differences.

    In a ledger that was upgraded it also compares the claims with what is believed, some works at a time.
    """
    if ledger.rules() != reconcile.RULES:
        with ledger.transaction():
            for subject, before, revised, observations in refolded(ledger):
                store_beliefs(ledger, subject, before, revised, observations)
            ledger.keep_rules(reconcile.RULES)
    left = ledger.unranked()
    for start in range(0, len(left), _RANKED_AT_ONCE):
        with ledger.transaction():
            for subject in left[start : start + _RANKED_AT_ONCE]:
                ledger.put_causes(
                    *subject, _ranked(ledger.summaries(*subject, recent=True), ledger.standings(*subject))
                )
        if start:
            log.info("comparing claims with what is believed, %d of %d works done", start, len(left))


def fold_some(ledger: Ledger, most: int) -> int:
    """Fold up to `most` subjects of an upgraded ledger whose turns are not stored yet; return how many were.

    Beliefs stay as they are: they are derived from the same observations by the same rules.
    """
    found = ledger.unfolded(most)
    for subject in found:
        with ledger.transaction():
            before, revised, observations = _folded(ledger, subject)
            store_beliefs(ledger, subject, before, revised, observations)
    return len(found)


def _observations(reading: ExtractedDocument, now: datetime) -> Iterator[Observation]:
    document = reading.document
    for claim in reading.claims:
        yield Observation(
            claim=claim,
            document=document.fingerprint,
            source=document.source,
            url=document.url,
            published=document.published,
            seen_at=now,
            headline=document.title,
            author=document.author,
            lang=document.lang,
            reader=reading.reader,
        )


@dataclass(eq=False)
class _Outcome:
    """The result of a poll, except for the number of new documents."""

    polled: Polled
    silent: Sequence[str]
    kept: asyncio.Future[Polled]


class Settlements:
    """Records the results of polls by batch commit: a poll without claims costs no commit of its own."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._gathered: list[_Outcome] = []
        self._timer: asyncio.TimerHandle | None = None
        self._first_at = self._last_at = 0.0
        self._coming = 0

    @contextmanager
    def coming(self) -> Iterator[None]:
        """Announce that another poll ends right after the block, so that the batch waits for it."""
        self._coming += 1
        try:
            yield
        finally:
            self._coming -= 1

    async def keep(self, polled: Polled, silent: Sequence[str] = ()) -> Polled:
        """Record `polled.state` and mark its `silent` documents as seen; return `polled` with the number of new documents.

        Returns after the commit, so that a source is never due again before its state is recorded. Raises LedgerError.
        """
        loop = asyncio.get_running_loop()
        outcome = _Outcome(polled, silent, loop.create_future())
        self._gathered.append(outcome)
        self._last_at = loop.time()
        if self._timer is None:
            self._first_at = self._last_at
            self._timer = loop.call_later(_MOMENT_SECONDS, self._look, loop)
        if len(self._gathered) >= _MOST_POLLS:
            self._commit()
        return await outcome.kept

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Commit if no poll ended within the last moment and none is coming, or if the first has waited long enough."""
        quiet_at = (loop.time() if self._coming else self._last_at) + _MOMENT_SECONDS
        at = min(quiet_at, self._first_at + _LONGEST_SECONDS)
        if loop.time() < at:
            self._timer = loop.call_at(at, self._look, loop)
        else:
            self._commit()

    def _commit(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        gathered, self._gathered = self._gathered, []
        try:
            self._settle(gathered, self._write(gathered))
        except LedgerError as error:
            for outcome in gathered:
                _fail(outcome, error)
        except Exception:  # noqa: BLE001 - a bug with one of them: found by itself, so that the others are kept
            for outcome in gathered:
                try:
                    self._settle([outcome], self._write([outcome]))
                except Exception as error:  # noqa: BLE001 - raised where the poll is
                    _fail(outcome, error)

    def _write(self, gathered: Sequence[_Outcome]) -> list[Polled]:
        with self._ledger.transaction():
            kept = [_counted(each.polled, self._ledger.mark_seen(each.silent)) for each in gathered]
            self._ledger.save_states([polled.state for polled in kept])
        return kept

    @staticmethod
    def _settle(gathered: Sequence[_Outcome], kept: Sequence[Polled]) -> None:
        for outcome, polled in zip(gathered, kept, strict=True):
            if not outcome.kept.done():  # unless the poll was called off meanwhile
                outcome.kept.set_result(polled)


def _fail(outcome: _Outcome, error: Exception) -> None:
    if not outcome.kept.done():
        outcome.kept.set_exception(error)


def _counted(polled: Polled, new: int) -> Polled:
    new += polled.new
    if not new and not polled.claims:
        return polled
    state = polled.state
    state = replace(state, documents=state.documents + new, claims=state.claims + polled.claims)
    return replace(polled, state=state, new=new)


def _kind(bug: Exception) -> str:
    """Return the type of a bug; for one from a reader process, which comes as a traceback, the type in its last line."""
    told = str(bug).rstrip()
    name = told.rpartition("\n")[2].partition(":")[0]
    is_told = "Traceback (most recent call last)" in told and name.replace(".", "").isidentifier()
    return name if is_told else type(bug).__name__


@dataclass
class Pipeline:
    """Polls one source, from the fetch to the record."""

    ledger: Ledger
    fetcher: Fetches
    reader: Reader
    recorder: Recorder
    clock: Callable[[], datetime]
    jitter: Callable[[], float]
    stopping: Callable[[], bool] = field(default=lambda: False)
    refusal: Callable[[], LedgerError | None] = field(default=lambda: None)
    """Why the ledger cannot be written at the moment; None when it can."""

    def __post_init__(self) -> None:
        self._settlements = Settlements(self.ledger)
        self._accounts = Accounts(self.ledger, self._fetch, self.clock)

    async def poll(self, source: Source, done: Callable[[], None] = lambda: None) -> Polled:
        """Poll `source` and record its claims; any failure, including a bug, ends up in its state. Raises LedgerError.

        `done` is called when the next poll of the site may start: after the fetch if the worker pool has room for another body, else after
        the claims are recorded and before the next poll is scheduled.
        """
        try:
            return await self._poll(source, done)
        except DamagedError as error:
            done()
            return await self._put_off(source, Unreachable(trouble=Trouble.UNREADABLE, detail=str(error)))
        except LedgerError:
            raise
        except Exception as bug:  # noqa: BLE001 - whatever it is: it stays with its source, which waits as after any failure
            done()
            return await self._contain(source, bug)

    async def _contain(self, source: Source, bug: Exception) -> Polled:
        """Record the traceback of a bug that ended the poll of `source`, and postpone its next poll."""
        told = "".join(traceback.format_exception(bug))
        self.ledger.add_bug(source.name, None, told, self.clock())
        error = f"a bug of ours ended its poll ({_kind(bug)}); `monitor sources --bugs` shows the traceback"
        return await self._put_off(source, Unreachable(trouble=Trouble.BUG, detail=error))

    async def _put_off(self, source: Source, trouble: Unreachable) -> Polled:
        state = self.ledger.state(source.name)
        return await self._settle(Polled(source, state, state), trouble)

    async def _poll(self, source: Source, done: Callable[[], None]) -> Polled:
        known = self.refusal()
        state = self.ledger.state(source.name)
        # A source that is to be read completely must not be skipped as unchanged.
        validators = Validators() if state.look_for else state.validators
        reached = await self._accounts.poll(source, state, validators)
        outcome, bound = reached.outcome, reached.source
        polled, read = Polled(source, state, state), None
        silent: Sequence[str] = ()
        if isinstance(outcome, Fetched):
            # A source with articles to follow makes more requests to its site.
            if self.reader.has_room and not source.follow:
                done()
            try:
                with self._settlements.coming():
                    read = await self._read(outcome, bound, state, reached.note)
            except ParseError as error:
                outcome = Unreachable(trouble=Trouble.UNREADABLE, detail=error.message)
            else:
                self._give_way(known)
                polled, silent = await self._record(source, state, read)
                if not polled.finished:
                    return polled
                polled = self._compare(polled, read, outcome)
        done()
        return await self._settle(polled, outcome, read, silent)

    async def _read(self, outcome: Fetched, source: Source, state: SourceState, note: str) -> ExtractedBody:
        """Return the reading of the body of `outcome` and of the older pages as far as they are new. Raises ParseError."""
        # Workers are given no secret.
        bare = replace(source, secret="")
        read = await self.reader.read(outcome, bare, self.clock())
        for _ in range(_MOST_PAGES):
            if not _is_gap(state, read):
                break
            before = await self._fetch(source, read.older, Validators())
            if not isinstance(before, Fetched):
                break
            try:
                older = await self.reader.read(before, bare, self.clock())
            except ParseError:
                break
            if not set(older.listed) - set(read.listed):
                break
            read = _joined(read, older)
        doubt = "; ".join(filter(None, (note, read.doubt)))
        return replace(read, doubt=doubt)

    def _compare(self, polled: Polled, read: ExtractedBody, outcome: Fetched) -> Polled:
        """Withdraw the claims of posts that were deleted since the last poll, and restore those of posts that are back."""
        state = polled.state
        if not read.listed:
            return polled
        # Two addresses of one account may list different posts.
        is_alike = state.validators.url.partition("?")[0] == outcome.url.partition("?")[0]
        gone = missing(state.listed, read.listed) if is_alike else []
        changes = self.recorder.withdraw(
            polled.source.name, gone, read.listed, now=self.clock(), silent=state.baseline
        )
        return replace(polled, changes=polled.changes + changes)

    def _give_way(self, known: LedgerError | None) -> None:
        """Give up if another poll's write failed meanwhile: each failing write takes seconds, and many polls may be waiting."""
        refusal = self.refusal()
        if known is None and refusal is not None:
            raise refusal.with_traceback(None)

    async def _fetch(
        self, source: Source, url: str, validators: Validators, *, named_by: str = ""
    ) -> FetchOutcome:
        return await self.fetcher.fetch(
            url,
            validators,
            allow_private=source.allow_private,
            obey_robots=source.obey_robots,
            pause=source.pause,
            named_by=named_by,
            secret=source.secret,
        )

    async def _record(
        self, source: Source, state: SourceState, heard: ExtractedBody
    ) -> tuple[Polled, list[str]]:
        """Record new documents, oldest first; return also those that turned out to claim nothing."""
        if heard.orphans:
            heard = replace(heard, with_claims=tuple(self._without_parts(source, state, heard)))
        known = [(reading.document.fingerprint, reading) for reading in heard.with_claims + heard.teasers]
        unseen = self.ledger.unseen(fingerprint for fingerprint, _ in known)
        unseen |= self.ledger.unheard_from_maker(reading.document for reading in heard.with_claims)
        teasers = {reading.document.fingerprint for reading in heard.teasers}
        # The article of a teaser is fetched once; a document that was read before may have new text today.
        followable = teasers if state.look_for else teasers & unseen
        new = [(fingerprint, reading) for fingerprint, reading in known if fingerprint in followable]
        unread = self.ledger.unread((reading.document for reading in heard.with_claims), unseen, heard.shared)
        new += [(r.document.fingerprint, r) for r in heard.with_claims if r.document.fingerprint in unread]
        new.sort(key=lambda one: one[1].document.published)
        if state.look_for:  # what was there before the news
            new[:0] = [one for one in known if one[0] not in teasers | unread]
        silent = list(heard.without_claims)
        polled = Polled(source, state, state)
        followed = [fingerprint for fingerprint, _ in new if fingerprint in teasers][-_FOLLOWED:]
        for fingerprint, reading in new:
            if self.stopping():  # the document in hand was finished; the others are read after the restart
                return replace(polled, finished=False), silent
            if fingerprint in teasers:
                silent.append(fingerprint)
            if fingerprint in followed:
                reading = await self._follow(source, reading)  # noqa: PLW2901 - the article replaces its teaser
            is_new = fingerprint in unseen
            if is_new or fingerprint in unread:
                polled = self._keep(polled, reading, heard.shared, is_new=is_new)
            else:
                found = self.recorder.look(reading, state.look_for, now=self.clock())
                polled = replace(polled, claims=polled.claims + found)
            if not reading.claims:
                silent.append(reading.document.fingerprint)
        return polled, silent

    def _without_parts(
        self, source: Source, state: SourceState, heard: ExtractedBody
    ) -> Iterator[ExtractedDocument]:
        """Yield the readings with claims, without parts of threads that were read as a whole when their beginning was still listed."""
        for reading in heard.with_claims:
            name = reading.document.id
            was_part = name in heard.orphans and name in state.listed
            if not was_part or self.ledger.has_reading(source.name, name):
                yield reading

    async def _follow(self, source: Source, teaser: ExtractedDocument) -> ExtractedDocument:
        """Return the article behind `teaser`, or the teaser itself where the article cannot be had."""
        # The feed names this address, not the user: `allow_private` permits the feed's own host only.
        outcome = await self._fetch(source, teaser.document.url, Validators(), named_by=source.url)
        if not isinstance(outcome, Fetched):
            return teaser
        try:
            return await self.reader.read_article(outcome, teaser.document, source)
        except ParseError as error:
            log.info("%s: the article behind a teaser cannot be read: %s", source.name, error)
            return teaser

    def _keep(
        self, polled: Polled, reading: ExtractedDocument, shared: Collection[str], *, is_new: bool
    ) -> Polled:
        now = self.clock()
        error = polled.error
        if reading.bug:
            self.ledger.add_bug(polled.source.name, reading.document, reading.bug, now)
            place = reading.document.url or reading.document.id
            error = f"a bug of ours while reading {place}; `monitor sources --bugs` shows the traceback"
        changes: tuple[Change, ...] = ()
        if reading.claims:
            changes = self.recorder.record(
                reading,
                now=now,
                silent=polled.state.baseline,
                shared=shared,
                silent_titles=polled.state.baseline_for,
            )
        return replace(
            polled,
            new=polled.new + bool(reading.claims and is_new),
            claims=polled.claims + (len(reading.claims) if is_new or changes else 0),
            changes=polled.changes + changes,
            error=error,
        )

    async def _settle(
        self,
        polled: Polled,
        outcome: FetchOutcome,
        read: ExtractedBody | None = None,
        silent: Sequence[str] = (),
    ) -> Polled:
        """Schedule the next poll and record the state."""
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
        return await self._settlements.keep(replace(polled, state=state, error=error), silent)
