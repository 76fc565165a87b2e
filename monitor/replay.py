"""Run an archive through the whole pipeline on the archive's own clock; an interrupted replay continues where it stopped.

A replay sends nothing: what the channels' rules admit becomes an alert of the replay's own channel, for its caller to write. The
position is committed with the results, so that a ledger always holds the complete outcome of the first part of the archive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import islice

from monitor.extract import Extractor
from monitor.ledger import Ledger, Position
from monitor.model import Change, Channel, ChannelFilter, ChannelKind, Document, Work
from monitor.notify import composed
from monitor.notify.routing import decide, is_further_trailer
from monitor.pipeline import Recorder, adopt_rules
from monitor.workers.worker import extracted

__all__ = ["CHANNEL", "Replayed", "replay"]

CHANNEL = Channel(name="replay", kind=ChannelKind.FILE, target="", only=ChannelFilter(trailers="all"))
"""The channel under which the ledger keeps the alerts of an archive; no configured channel is sent any.

Its rule applies where the configuration has no channel, so that every change is written.
"""

# Documents in one transaction: a replay is limited by the extractor and not by the disk.
_BATCH = 250
# Feeds are read in turns: a document that stands this much too late in the archive is sorted to its place.
_LATE = timedelta(hours=1)
# After a longer gap, from a document with a wrong time for instance, overdue dates are checked from here on.
_LONGEST_GAP = timedelta(days=400)
_DAY = timedelta(days=1)


@dataclass
class Replayed:
    """The result of a replay: `skipped` of its documents were replayed before the interruption, `alerts` counts all.

    `further_trailers` counts the changes that a channel receives only where it asks for every trailer.
    """

    documents: int = 0
    skipped: int = 0
    changes: int = 0
    alerts: int = 0
    bugs: int = 0
    further_trailers: int = 0


def replay(
    ledger: Ledger,
    works: Sequence[Work],
    channels: Sequence[Channel],
    documents: Iterable[Document],
    *,
    run: str = "",
    written: Callable[[Sequence[str]], None] = lambda _: None,
    told: Callable[[Document], None] = lambda _: None,
) -> Replayed:
    """Replay archived documents in the order of publication, each at its own time, and write the alerts.

    `run` identifies the archive and the watch list; when the ledger holds the beginning of the same run, the replay continues from there.
    `written` receives alerts as a webhook does, in JSON, after their commit: first all that the ledger holds of this run, then those of
    each batch, so that a file that is written anew each time is complete. `told` receives the last document of each batch.
    Raises LedgerError.
    """
    adopt_rules(ledger)
    hearing = _Hearing(ledger, works, channels, run)
    done = Replayed(skipped=hearing.position.documents)
    kept = hearing.kept()
    written(kept)
    done.alerts = len(kept)
    rest = islice(_in_order(documents), hearing.position.documents, None)
    while batch := list(islice(rest, _BATCH)):
        with ledger.transaction():
            changes, bugs = hearing.hear(batch)
            alerts = hearing.route(changes)
        written(alerts)
        told(batch[-1])
        done.documents += len(batch)
        done.changes += len(changes)
        done.alerts += len(alerts)
        done.bugs += bugs
        done.further_trailers += sum(map(is_further_trailer, changes))
    with ledger.transaction():
        ledger.mark_written(CHANNEL.name)
    return done


class _Hearing:
    """The steps of the pipeline after parsing, on an archive's clock."""

    def __init__(self, ledger: Ledger, works: Sequence[Work], channels: Sequence[Channel], run: str) -> None:
        self._ledger = ledger
        self._extractor = Extractor(works)
        self._works = {work.title: work for work in works}
        self._channels = channels or (CHANNEL,)
        self._recorder = Recorder(ledger, self._works, ())
        known = ledger.position(run) if run else None
        self.position = known or Position(run, earlier=len(self._alerts()))

    def kept(self) -> list[str]:
        """Return the alerts of this run in the ledger, in the order in which they were caused."""
        return self._alerts()[self.position.earlier :]

    def hear(self, documents: Sequence[Document]) -> tuple[list[Change], int]:
        """Record the claims of `documents` and what becomes overdue meanwhile; return the changes and the number of bugs."""
        self._ledger.mark_written(CHANNEL.name)  # those of the batches before
        changes: list[Change] = []
        silent: list[str] = []
        bugs = 0
        for document in documents:
            changes += self._pass_days(document.published)
            reading = extracted(self._extractor, document)
            if reading.bug:
                self._ledger.add_bug(document.source, document, reading.bug, document.published)
                bugs += 1
            if reading.claims:
                changes += self._recorder.record(reading, now=document.published, silent=False)
            else:
                silent.append(document.fingerprint)
        self._ledger.mark_seen(silent)
        self.position = replace(self.position, documents=self.position.documents + len(documents))
        self._ledger.keep_position(self.position)
        return changes, bugs

    def route(self, changes: Iterable[Change]) -> list[str]:
        """Record a delivery to the replay's own channel where a channel wants the change; return its alert."""
        return [self._put(change) for change in changes if self._is_wanted(change)]

    def _put(self, change: Change) -> str:
        delivery = self._ledger.add_delivery(
            change, CHANNEL, composed(change), send_at=change.at, now=change.at
        )
        return delivery.body.decode()

    def _is_wanted(self, change: Change) -> bool:
        """Return whether a channel wants `change`; which of them do not, and why, is recorded with it."""
        key = change.key
        standing = self._ledger.standings(key.title, key.event).get(key)
        origins = None if standing is None else standing.origins
        decided = [
            (channel, decide(channel, change, self._works.get(key.title), origins=origins))
            for channel in self._channels
        ]
        for channel, decision in decided:
            if not decision.wanted:
                self._ledger.hold_back(change, channel.name, decision.rule, decision.reasons)
        return any(decision.wanted for _, decision in decided)

    def _pass_days(self, published: datetime) -> Iterator[Change]:
        """Yield the changes of dates that are overdue at the end of each day since the last one that was checked."""
        today = published.astimezone(UTC).date()
        seen = self.position.day or today
        day = max(seen, today - _LONGEST_GAP)
        while day < today:
            day += _DAY
            yield from self._recorder.overdue(_midnight(day))
        self.position = replace(self.position, day=max(seen, today))

    def _alerts(self) -> list[str]:
        kept = list(self._ledger.deliveries(channel=CHANNEL.name))
        return [delivery.body.decode() for delivery in reversed(kept)]


def _in_order(documents: Iterable[Document]) -> Iterator[Document]:
    """Yield documents by time, moving those that come up to an hour late; the order within an hour is arbitrary."""
    waiting: list[tuple[datetime, tuple[str, ...], int, Document]] = []
    newest: datetime | None = None
    for number, document in enumerate(documents):
        at = document.published
        newest = at if newest is None else max(newest, at)
        own = (document.source, document.id, document.url, document.title, document.html, document.text)
        heappush(waiting, (at, own, number, document))
        while newest - waiting[0][0] > _LATE:
            yield heappop(waiting)[-1]
    while waiting:
        yield heappop(waiting)[-1]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
