"""Store deletions: posts that were deleted, and those that came back; append-only, the last entry of a place counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.ledger.port import Subject
from monitor.ledger.sqlite.columns import instant, local, moment, storable
from monitor.ledger.sqlite.connection import Connection
from monitor.model import Event

__all__ = ["Deletion", "deletions", "has_reading", "mark_deleted", "mark_returned"]

_PLACES = "SELECT place FROM readings WHERE source = ? AND entry = ? AND by_entry ORDER BY id DESC LIMIT 1"
_LAST = "SELECT kind FROM deletions WHERE place = ? ORDER BY id DESC LIMIT 1"
_SUBJECTS = (
    "SELECT DISTINCT c.title, c.event FROM readings r JOIN observations o ON o.reading = r.id"
    " JOIN claims c ON c.id = o.claim WHERE r.place = ? ORDER BY 1, 2"
)
_OF_TITLE = (
    "SELECT g.id, g.kind, g.at, r.source, r.url, d.title, d.author, d.published, d.utc_offset, min(o.claim), c.event,"
    " c.instalment, o.quote, o.certainty"
    " FROM deletions g JOIN readings r ON r.place = g.place JOIN observations o ON o.reading = r.id"
    " JOIN claims c ON c.id = o.claim JOIN documents d ON d.id = o.document"
    " WHERE c.title = ? GROUP BY g.id ORDER BY g.at, g.id"
)


@dataclass(frozen=True)
class Deletion:
    """A post that was found deleted, or restored, at `at`; `claim`, `event`, `instalment` and `quote` are those of one of its claims."""

    id: int
    kind: str
    at: datetime
    source: str
    url: str
    headline: str
    author: str
    published: datetime
    claim: int
    event: Event
    instalment: str | None
    quote: str
    certainty: str


def mark_deleted(ledger: Connection, source: str, entries: Iterable[str], at: datetime) -> list[Subject]:
    """Record that the posts `entries` of `source` were deleted; return the subjects of their claims."""
    return _mark(ledger, source, entries, at, "deleted", frozenset({None, "returned"}))


def mark_returned(ledger: Connection, source: str, entries: Iterable[str], at: datetime) -> list[Subject]:
    """Record that those of the posts `entries` of `source` that were deleted are back; return the subjects of their claims."""
    return _mark(ledger, source, entries, at, "returned", frozenset({"deleted"}))


def _mark(
    ledger: Connection,
    source: str,
    entries: Iterable[str],
    at: datetime,
    kind: str,
    after: frozenset[str | None],
) -> list[Subject]:
    found: dict[Subject, None] = {}
    number = int(ledger.value("SELECT value FROM meta WHERE name = 'deletions'") or 0)
    first = number
    with ledger.transaction():
        for entry in entries:
            place = ledger.value(_PLACES, (storable(source), storable(entry)))
            if place is None or ledger.value(_LAST, (place,)) not in after:
                continue
            number += 1
            ledger.run(
                "INSERT INTO deletions (place, id, source, entry, kind, at) VALUES (?, ?, ?, ?, ?, ?)",
                (place, number, storable(source), storable(entry), kind, instant(at)),
            )
            for title, event in ledger.rows(_SUBJECTS, (place,)):
                found[title, Event(event)] = None
        if number > first:
            ledger.run("INSERT OR REPLACE INTO meta VALUES ('deletions', ?)", (str(number),))
    return list(found)


def has_reading(ledger: Connection, source: str, entry: str) -> bool:
    """Return whether a reading with claims of the post `entry` of `source` is recorded under its own id."""
    return ledger.value(_PLACES, (storable(source), storable(entry))) is not None


def deletions(ledger: Connection, title: str) -> list[Deletion]:
    """Return, in order, the deletions and returns of posts with claims about a work."""
    return [
        Deletion(
            number, kind, moment(at), source, url, headline, author, local(published, offset), claim, Event(event),
            instalment, quote, certainty,
        )
        for (number, kind, at, source, url, headline, author, published, offset, claim, event, instalment, quote,
             certainty) in ledger.rows(_OF_TITLE, (title,))
    ]  # fmt: skip
