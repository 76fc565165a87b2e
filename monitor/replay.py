"""Run an archive through the whole pipeline on the archive's own clock; an interrupted replay continues where it stopped.

A replay sends nothing: what the channels' rules admit becomes an alert of the replay's own channel, for its caller to write. The
position is committed with the results, so that a ledger always holds the complete outcome of the first part of the archive.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import islice

from monitor.cycle import record_documents
from monitor.extract import Extractor
from monitor.ledger import Position, SqliteStore, Transaction
from monitor.model import (
    Change,
    Channel,
    ChannelFilter,
    ChannelKind,
    DeliveryState,
    Document,
    ExtractedDocument,
    Work,
)
from monitor.notify.routing import is_further_trailer
from monitor.recording import Recorder, adopt_rules
from monitor.workers.worker import extracted

__all__ = ["CHANNEL", "Replayed", "replay"]

CHANNEL = Channel(name="replay", kind=ChannelKind.FILE, target="", only=ChannelFilter(trailers="all"))
"""The channel under which the ledger keeps the alerts of an archive; no configured channel is sent any.

Its rule applies where the configuration has no channel, so that every change is written.
"""

# Documents in one transaction: a replay is limited by the extractor and not by the disk.
BATCH = 250
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


async def replay(
    store: SqliteStore,
    works: Sequence[Work],
    channels: Sequence[Channel],
    documents: Iterable[Document],
    *,
    run: str = "",
    written: Callable[[Sequence[str]], None] = lambda _: None,
    on_batch: Callable[[Document], None] = lambda _: None,
) -> Replayed:
    """Replay archived documents in the order of publication, each at its own time, and write the alerts.

    `run` identifies the archive and the watch list; when the ledger holds the beginning of the same run, the replay continues from there.
    `written` receives alerts as a webhook does, in JSON, after their commit: first all that the ledger holds of this run, then those of
    each batch, so that a file that is written anew each time is complete. `on_batch` receives the last document of each batch.
    Raises LedgerError.
    """
    adopt_rules(store.run)
    batches = await store.read(lambda tx: _Batches(tx, works, channels, run))
    done = Replayed(skipped=batches.position.documents)
    kept = await store.read(lambda tx: _alerts(tx)[batches.position.earlier :])
    written(kept)
    done.alerts = len(kept)
    rest = islice(_in_order(documents), batches.position.documents, None)
    while batch := list(islice(rest, BATCH)):
        readings = batches.read(batch)
        position, changes, alerts = await store.do(lambda tx: batches.record(tx, readings))  # noqa: B023 - run at once
        batches.position = position
        written(alerts)
        on_batch(batch[-1])
        done.documents += len(batch)
        done.changes += len(changes)
        done.alerts += len(alerts)
        done.bugs += sum(bool(reading.bug) for reading in readings)
        done.further_trailers += sum(map(is_further_trailer, changes))
        await asyncio.sleep(0)  # where an interrupt is noticed
    await store.do(lambda tx: tx.mark_written(CHANNEL.name))
    return done


class _Batches:
    """The steps of the cycle after parsing, on an archive's clock, for many documents at once."""

    def __init__(self, tx: Transaction, works: Sequence[Work], channels: Sequence[Channel], run: str) -> None:
        self._extractor = Extractor(works)
        self._recorder = Recorder({work.title: work for work in works}, channels or (CHANNEL,), into=CHANNEL)
        known = tx.position(run) if run else None
        self.position = known or Position(run, earlier=len(_alerts(tx)))

    def read(self, documents: Sequence[Document]) -> list[ExtractedDocument]:
        """Return what `documents` claim."""
        return [extracted(self._extractor, document) for document in documents]

    def record(
        self, tx: Transaction, readings: Sequence[ExtractedDocument]
    ) -> tuple[Position, list[Change], list[str]]:
        """Record documents and what becomes overdue meanwhile; return the new position, the changes, and the alerts of this batch."""
        tx.mark_written(CHANNEL.name)  # those of the batches before
        changes: list[Change] = []
        day = self.position.day
        for reading in readings:
            published = reading.document.published
            for passed in _days_passed(day, published):
                changes += self._recorder.overdue(tx, passed)
            day = _checked(day, published)
            changes += record_documents(tx, self._recorder, [reading], at=lambda document: document.published)
        tx.mark_seen(reading.document.fingerprint for reading in readings if not reading.claims)
        position = replace(self.position, documents=self.position.documents + len(readings), day=day)
        tx.keep_position(position)
        return position, changes, _alerts(tx, state=DeliveryState.PENDING)


def _alerts(tx: Transaction, state: DeliveryState | None = None) -> list[str]:
    """Return the alerts of replays in the order in which they were caused."""
    kept = list(tx.deliveries(channel=CHANNEL.name, state=state))
    return [delivery.body.decode() for delivery in reversed(kept)]


def _days_passed(checked: date | None, published: datetime) -> Iterator[datetime]:
    """Yield the end of each day since the last one that was checked for overdue dates."""
    today = published.astimezone(UTC).date()
    day = max(checked or today, today - _LONGEST_GAP)
    while day < today:
        day += _DAY
        yield _midnight(day)


def _checked(checked: date | None, published: datetime) -> date:
    """Return the last day that was checked for overdue dates after a document of `published`."""
    today = published.astimezone(UTC).date()
    return max(checked or today, today)


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
