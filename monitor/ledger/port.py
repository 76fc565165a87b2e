"""Define the port of the ledger: what one transaction can do, what is leased to a worker, and what every implementation of the store promises.

A worker changes the ledger by ``await store.do(work)``, where ``work(tx)`` is an ordinary function and acts through `tx` only: it is run
again where the database asked for that. tests/ledger/test_port.py holds each implementation to the promises that are written here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol, TypeVar

from monitor.model import (
    Account,
    Belief,
    Change,
    Channel,
    ClaimSummary,
    Delivery,
    Document,
    Event,
    Key,
    Observation,
    RobotsFile,
    Source,
    SourceState,
    Standing,
    Verdict,
    Work,
)

__all__ = [
    "LEASE_SECONDS",
    "Lease",
    "PolledState",
    "Position",
    "Pruning",
    "SiteRecord",
    "Store",
    "StoredTurn",
    "Subject",
    "TakenSite",
    "Transaction",
    "Watched",
]

LEASE_SECONDS = 180.0
"""How long a lease lasts unless it is renewed. It is longer than two requests at their time limit."""

T = TypeVar("T")

Subject = tuple[str, Event]
"""What is reconciled together: a work's releases, or its trailers; all instalments and scopes, since a claim may name neither."""


@dataclass(eq=False)
class Lease:
    """The right of one worker to poll a site or to send to a channel, until it ends or is released.

    `number` is a fencing token: each lease of a site or channel has a higher one than those of it before, and the store refuses what is
    written under another.
    `until` is when the lease ends at the earliest by the monotonic clock of the process that took it. `is_of_channel` tells the lease of a
    channel from that of a site, which may have the same name and number.
    """

    name: str
    number: int
    until: float
    is_of_channel: bool = False

    def left(self, now: float) -> float:
        """Return for how many seconds the lease certainly lasts at the monotonic time `now`; 0 when it may have ended."""
        return max(0.0, self.until - now)


@dataclass(frozen=True)
class TakenSite:
    """A site that was taken: its lease, its due sources with their states, longest due first, and its pause in seconds.

    `free_in` is for how many seconds the site is still to be left alone after the last request of its previous holder, `barred_until`
    the time until which it asked not to be polled.
    """

    lease: Lease
    sources: Sequence[tuple[Source, SourceState]]
    free_in: float = 0.0
    barred_until: datetime | None = None


@dataclass(frozen=True)
class PolledState:
    """The result of a poll as it is settled: the next state of its source, and the fingerprints of documents without claims.

    `new` and `claims` are the numbers of new documents and of claims that were recorded; `new` leaves out those in `without_claims`.
    `listed` are the fingerprints of all documents of the body, each of which was read by now; None where no body was read.
    """

    state: SourceState
    without_claims: Sequence[str] = ()
    new: int = 0
    claims: int = 0
    listed: Sequence[str] | None = None


@dataclass(frozen=True)
class SiteRecord:
    """What all workers know of an origin: its robots.txt, when the next request to its site may begin, and until when it is barred."""

    robots: RobotsFile | None = None
    free_in: float = 0.0
    barred_until: datetime | None = None


@dataclass(frozen=True)
class Watched:
    """The differences in the watch list.

    `added` are titles that were not watched, `names` those with a further name, `renamed` pairs of an old title and the new one.
    """

    added: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Position:
    """The position of a replay. `run` identifies the archive and the watch list: another one starts from the beginning.

    `documents` is the number of documents replayed, `day` the last day checked for overdue dates, `earlier` the number of alerts of
    other replays in this ledger.
    """

    run: str
    documents: int = 0
    day: date | None = None
    earlier: int = 0


@dataclass(frozen=True)
class Pruning:
    """How far the removal of what is older than `before` has come, and how much is gone.

    `stage` and `after` are the store's own: where it goes on. `marks` counts contents that are no longer known as read, `alerts` those
    that were shortened, `bugs` the tracebacks.
    """

    before: datetime
    stage: str = ""
    after: str = ""
    marks: int = 0
    alerts: int = 0
    bugs: int = 0
    is_done: bool = False


@dataclass(frozen=True)
class StoredTurn:
    """One change of belief of one key: the belief before, the one since `at`, the reason, and the ids of the observations behind it."""

    key: Key
    at: datetime
    before: Belief | None
    after: Belief
    reason: str
    evidence: tuple[int, ...]
    alerted: bool


class Transaction(Protocol):
    """What can be read and written in one transaction. All times are aware; those of leases are the database's own."""

    # Sites and sources.

    def sync_sources(
        self, sources: Iterable[Source], now: datetime, site: Callable[[Source], str] = ...
    ) -> None:
        """Store the configured `sources` and the site of each; a new one is due at once and starts with a baseline pass."""

    def has_due_sites(self, now: datetime) -> bool:
        """Return whether :meth:`take_sites` would find any; nothing is written, and no lock is waited for."""

    def take_sites(
        self, holder: str, most: int, now: datetime, *, names: Collection[str] | None = None
    ) -> list[TakenSite]:
        """Lease up to `most` sites with due sources to `holder`, longest due first; of a site there are never two holders.

        `names` takes the sites of these sources instead, due or not. Leases end by the database's clock. The cost grows with what is taken
        and leased, not with the sources.
        """

    def renew(self, leases: Iterable[Lease]) -> list[Lease]:
        """Extend `leases` to their full length from now; return those that had ended, which are not extended."""

    def release(self, leases: Iterable[Lease]) -> None:
        """Give `leases` back; those that ended already, or are another's by now, are left alone."""

    def settle(
        self, lease: Lease, polls: Iterable[PolledState], *, release: bool = False, pause: float = 0.0
    ) -> list[tuple[SourceState, int]]:
        """Record the results of polls of a leased site: its documents as seen, its sources' states, its next time.

        Returns the stored state of each and its number of new documents. `release` gives the lease back, and the site is left alone
        for `pause` seconds. Raises LeaseLostError, and writes nothing, where the lease has ended.
        """

    def state(self, name: str) -> SourceState:
        """Return the state of a source. Raises NotFoundError."""

    def save_states(self, states: Iterable[SourceState]) -> None:
        """Store `states`, each under its name."""

    def gone(self) -> set[str]:
        """Return the names of the sources that are gone for good."""

    def silent_sources(self, now: datetime, after: str, limit: int) -> list[tuple[Source, SourceState]]:
        """Return, by name from `after` on, sources whose silence may have to be reported, except those that are being polled."""

    def put_off_sources(
        self, now: datetime, beyond: datetime, after: str, limit: int
    ) -> list[tuple[Source, SourceState]]:
        """Return, by name from `after` on, sources that a clock ahead of `now` scheduled or whose next poll is after `beyond`."""

    def sources_after(self, after: str, limit: int) -> list[tuple[Source, SourceState]]:
        """Return, by name from `after` on, the configured sources, except those that are being polled."""

    def site(self, origin: str, name: str, now: datetime) -> SiteRecord:
        """Return what is known of `origin`, whose requests are spaced as those of the site `name`."""

    def keep_robots(self, origin: str, robots: RobotsFile) -> None:
        """Store the robots.txt of `origin` for all workers."""

    def account(self, source: Source) -> Account | None:
        """Return the account that the target of `source` was resolved to, None without one."""

    def keep_account(self, account: Account) -> None:
        """Store `account` as the resolution of its source's name."""

    def keep_rest(self, place: str, until: datetime, now: datetime) -> None:
        """Store that `place` is to be left alone until `until`."""

    def end_rest(self, place: str) -> None:
        """Delete the rest of `place`."""

    def rests(self, now: datetime) -> dict[str, datetime]:
        """Return until when each resting place is to be left alone."""

    # Documents, and what they claim. None of these needs a lease: each is safe to repeat.

    def lock(self, subjects: Iterable[Subject]) -> None:
        """Let no other transaction fold `subjects` before this one ends.

        Locks are taken in sorted order. Call it before an id is drawn, so that the ids within a subject follow the order of commits.
        """

    def unseen(self, fingerprints: Iterable[str]) -> set[str]:
        """Return those of `fingerprints` that were never read."""

    def unread(
        self, documents: Iterable[Document], unseen: Collection[str], shared: Collection[str] = ...
    ) -> set[str]:
        """Return the fingerprints of the `documents` whose text differs from their latest reading."""

    def unrecorded_from_maker(self, documents: Iterable[Document]) -> set[str]:
        """Return the fingerprints of the maker's own documents whose content is recorded from others only."""

    def has_reading(self, source: str, entry: str) -> bool:
        """Return whether a reading with claims of the post `entry` of `source` is recorded under its own id."""

    def mark_seen(self, fingerprints: Iterable[str], at: datetime | None = None) -> int:
        """Record that these contents were read `at` a time, None where it is not known; return how many of them are new."""

    def record_document(
        self,
        document: Document,
        seen_at: datetime,
        observed: Iterable[Observation],
        *,
        shared: Collection[str] = ...,
    ) -> list[Observation]:
        """Store a document with its observations; return them with their ids, none where the content is recorded already.

        Whoever comes second with the same content, at the same moment too, still leaves its sighting.
        """

    def record_found(
        self, document: Document, seen_at: datetime, observed: Iterable[Observation]
    ) -> list[Observation]:
        """Store what a document that was read before claims about works that were not watched then."""

    def reread_document(
        self, reading: int, at: datetime, observed: Sequence[Observation], reader: str
    ) -> list[Observation]:
        """Replace what was observed in the text of a `reading` by what `reader` observes in it at `at`."""

    def mark_deleted(self, source: str, entries: Iterable[str], at: datetime) -> list[Subject]:
        """Record that the posts `entries` of `source` were deleted; return the subjects of their claims."""

    def mark_returned(self, source: str, entries: Iterable[str], at: datetime) -> list[Subject]:
        """Record that those of the posts `entries` that were deleted are back; return the subjects of their claims."""

    def add_bug(self, source: str, document: Document | None, trace: str, at: datetime) -> None:
        """Store the traceback of a bug that was contained."""

    def documents_after(self, last: int, limit: int) -> list[tuple[int, Document]]:
        """Return up to `limit` stored documents with their row ids, in the order of the ids, from the one after `last`."""

    # Beliefs and changes.

    def subjects(self) -> Iterator[Subject]:
        """Yield every subject with claims, in a fixed order."""

    def observations(self, title: str, event: str) -> list[Observation]:
        """Return all observations of a subject, in the order of publication."""

    def verdicts(self, title: str, event: str) -> list[Verdict]:
        """Return the verdict that counts for each claim of a subject."""

    def add_verdict(self, verdict: Verdict) -> Verdict:
        """Record a person's verdict on a claim; return it with its id. Raises NotFoundError."""

    def take_back(self, undoing: Verdict) -> int:
        """Give up the unsent deliveries of the verdict that `undoing` takes back; return how many of its alerts were sent."""

    def standings(self, title: str, event: str) -> dict[Key, Standing]:
        """Return the beliefs about a subject, by key."""

    def put_standings(self, title: str, event: str, believed: Iterable[Standing]) -> None:
        """Replace all beliefs about a subject by `believed`."""

    def put_turns(self, title: str, event: str, found: Iterable[StoredTurn]) -> None:
        """Replace how the beliefs about a subject came about."""

    def unfolded(self, limit: int) -> list[Subject]:
        """Return up to `limit` subjects whose turns are not stored yet."""

    def unranked(self) -> list[Subject]:
        """Return the subjects with claims that are not compared with what is believed yet."""

    def summaries(
        self, title: str, event: str, *, new: bool = False, recent: bool = False
    ) -> list[ClaimSummary]:
        """Return the claims of a subject as they are compared with what is believed; only the `new` ones, where asked."""

    def put_causes(self, title: str, event: str, causes: Mapping[int, int]) -> None:
        """Store how each claim of a subject compares with what is believed."""

    def put_origins(self, counts: Mapping[int, int]) -> None:
        """Store of how many origins each claim is."""

    def stale_standings(self, now: datetime) -> list[Key]:
        """Return the keys that are still scheduled though the last day of their period has ended in UTC."""

    def rules(self) -> int:
        """Return the version of the rules that the beliefs were derived by."""

    def keep_rules(self, version: int) -> None:
        """Store the version of the rules that the beliefs were derived by."""

    def add_changes(self, changed: Iterable[Change]) -> list[Change]:
        """Record changes and return them with their ids; one that is recorded already keeps its id."""

    def timeline(self, title: str) -> Iterator[Change]:
        """Yield the changes of the beliefs about a work, oldest first."""

    def sync_works(self, works: Iterable[Work]) -> Watched:
        """Store the watched `works` and return the differences from before."""

    def look_for(self, watched: Watched, now: datetime) -> None:
        """Let the next poll of each configured source, due now, read the whole body for the additions to the watch list."""

    # Deliveries and channels.

    def add_delivery(
        self,
        change: Change | None,
        channel: Channel,
        body: dict[str, Any],
        *,
        send_at: datetime,
        now: datetime,
    ) -> Delivery:
        """Record a delivery of an alert to `channel`, not before `send_at`; the same delivery again has no effect."""

    def hold_back(self, change: Change, channel: str, rule: str, reasons: Iterable[str]) -> None:
        """Record that `channel` does not get `change`, by which of its rules and why."""

    def further_trailers(self, channel: str, changes: Collection[int]) -> int:
        """Return how many trailers `channel` was not sent before the last of `changes`."""

    def due_channels(self, now: datetime) -> list[str]:
        """Return the channels with due deliveries, without the disabled ones and those that another sends to."""

    def take_channel(self, holder: str, name: str) -> Lease | None:
        """Lease a channel to `holder`; None where another has it. There is one sender a channel."""

    def due_deliveries(
        self, now: datetime, limit: int | None = None, *, channel: str | None = None
    ) -> list[Delivery]:
        """Return the due deliveries, longest due first."""

    # What a sender writes is refused, whole, where its lease has ended or where one of the deliveries is another channel's.

    def mark_attempting(self, lease: Lease, messages: Mapping[str, Iterable[str]], now: datetime) -> None:
        """Record that these are being sent, by the id of the message that carries them.

        Do it in a durable transaction before they leave; it may be the one that took the channel. Raises LeaseLostError.
        """

    def mark_delivered(self, lease: Lease, ids: Iterable[str], now: datetime) -> None:
        """Record that the channel accepted these. Raises LeaseLostError."""

    def reschedule(self, lease: Lease, ids: Iterable[str], next_attempt_at: datetime, error: str) -> None:
        """Record why the channel did not accept these, and when to try again. Raises LeaseLostError."""

    def mark_dead(self, lease: Lease, ids: Iterable[str], error: str) -> None:
        """Give these up. Raises LeaseLostError."""

    def deliveries(
        self,
        *,
        state: str | None = None,
        channel: str | None = None,
        change: int | None = None,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> Iterator[Delivery]:
        """Yield deliveries, newest first; `since` is the earliest creation that counts."""

    def retry(self, ids: Iterable[str], now: datetime) -> None:
        """Make these due now, with a new retry schedule. Raises NotFoundError, and then changes nothing."""

    def retime(self, channel: str, send_at: datetime, *, ahead_of: datetime) -> int:
        """Make due at `send_at` the deliveries that a clock ahead of `ahead_of` scheduled; return their number."""

    def sent_at(self, channel: str, since: datetime) -> list[datetime]:
        """Return when the channel accepted its messages since `since`."""

    def mark_failing(self, name: str, reason: str, now: datetime) -> bool:
        """Record that a channel let an alert die; return False when it was failing already."""

    def mark_well(self, name: str) -> bool:
        """Record that a channel accepted an alert; return False when it was not failing."""

    def disable_channel(self, name: str, reason: str, now: datetime) -> None:
        """Disable a channel that is gone for good; its pending deliveries wait."""

    def enable_channel(self, name: str) -> None:
        """Enable a disabled channel; the next alert shows whether it works."""

    def disabled_channels(self) -> dict[str, str]:
        """Return the disabled channels and the reason of each."""

    # What is done once for all machines.

    def take_duty(self, name: str, every: timedelta, now: datetime) -> bool:
        """Return True for one of all callers in each span of `every`: that one does the duty `name` now."""

    def prune(self, pruning: Pruning, now: datetime) -> Pruning:
        """Remove some of what is older than `pruning` keeps; return how far it has come. Call it until that `is_done`.

        Gone are the marks of contents that no source lists any more and that claimed nothing, the texts of delivered alerts (that they
        were sent stays), and tracebacks. Documents, observations, verdicts, changes and what is yet to be sent are kept for ever. An entry
        that a source still lists stays known as read.
        """

    def note_alive(self, now: datetime) -> None:
        """Record that the daemon was at work at `now`."""

    # How far an archive was replayed.

    def position(self, run: str) -> Position | None:
        """Return the position of the replay `run`, None when the last one was another."""

    def keep_position(self, position: Position) -> None:
        """Store the position of a replay, in the transaction of its results."""

    def mark_written(self, channel: str) -> None:
        """Record that the alerts of a replay's `channel` were written, each at its own time on the archive's clock."""


class Store(Protocol):
    """The store of all that the monitor records. No database that hangs may hold up the event loop for longer than its own time limit."""

    @property
    def holder(self) -> str:
        """The name under which this process holds leases; no other process, of now or before, has the same."""

    async def do(
        self, work: Callable[[Transaction], T], *, durable: bool = False, batched: bool = False
    ) -> T:
        """Run `work` as one transaction, whole or not at all, and return its result.

        It is run again after a deadlock or a lost connection, so it acts through its argument only. `durable` returns when everything
        written so far is on the disk. `batched` lets the store wait a moment and commit it together with others of the same kind.
        Raises LedgerError.
        """

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Return what `work` reads; it writes nothing, and waits for no lock. Raises LedgerError."""

    def look(self, page: Callable[[Transaction, T | None], Sequence[T]]) -> AsyncIterator[T]:
        """Yield a listing page by page: `page(tx, last)` returns what follows `last`, an empty page ends it.

        No snapshot is held between two pages: what was written meanwhile is seen, or not.
        """

    def expecting(self) -> AbstractContextManager[None]:
        """Announce that a batched transaction follows right after the block, so that a batch may wait for it."""

    async def tidy(self) -> None:
        """Do the housekeeping of this implementation; it waits for no lock."""

    def is_attended(self) -> bool:
        """Return whether a daemon in another process polls and sends what is due."""
