"""Store readings: the text of one document at one time. The entry's id, else the address, identifies the document; its text does not.

A later reading of the same document replaces its claims. Nothing is deleted: the latest reading is computed from these append-only
rows. A text that another reader reads again is a reading too: `rereads` names the one whose place in the order it takes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from monitor.ledger.sqlite.columns import instant, moment, storable
from monitor.ledger.sqlite.connection import Connection
from monitor.ledger.sqlite.documents import COLUMNS, as_makers, document_of
from monitor.ledger.sqlite.sequences import draw
from monitor.model import Claim, Document, Observation

__all__ = [
    "LastReading",
    "RecordedReading",
    "Statement",
    "add_reading",
    "basis_of",
    "earlier_reading",
    "last_reading",
    "readings",
    "says_the_same",
    "statements",
    "unread",
]  # fmt: skip

_SELECT = (
    "SELECT r.id, r.place, r.document, d.fingerprint, d.title, d.published"
    " FROM readings r JOIN documents d ON d.id = r.document WHERE"
)
_BY_ENTRY = f"{_SELECT} r.source = ? AND r.entry = ? AND r.by_entry ORDER BY r.id DESC LIMIT 1"
_BY_URL = f"{_SELECT} r.source = ? AND r.url = ? AND r.by_url ORDER BY r.id DESC LIMIT 1"
_EARLIER = f"{_SELECT} r.place = ? AND r.id < ? AND r.rereads IS NULL ORDER BY r.id DESC LIMIT 1"
_OBSERVED_IN = "FROM observations o JOIN readings r ON r.id = o.reading WHERE o.document = ?"
# A reading of a text that was observed in an earlier reading, elsewhere, has no observations of its own.
_RECORDED = (
    f"SELECT s.id, s.place, s.source, s.url, s.at, {COLUMNS} FROM readings s JOIN documents d ON d.id = s.document"  # noqa: S608 - our own columns
    " WHERE s.id > ? AND s.rereads IS NULL AND (EXISTS (SELECT 1 FROM observations o JOIN readings r ON r.id = o.reading"
    " WHERE o.document = s.document AND ifnull(r.rereads, r.id) = s.id)"
    " OR (NOT EXISTS (SELECT 1 FROM observations o WHERE o.document = s.document)"
    " AND NOT EXISTS (SELECT 1 FROM readings f WHERE f.place = s.place AND f.document = s.document AND f.id < s.id)))"
    " ORDER BY s.id LIMIT 50"
)


@dataclass(frozen=True)
class LastReading:
    """The latest reading of a document: its row `id`, its `place` (the id of the document's first reading), and what was read."""

    id: int
    place: int
    document: int
    fingerprint: str
    title: str
    published: datetime

    def is_of(self, document: Document) -> bool:
        """Return whether it has the text of `document`."""
        return self.fingerprint in (document.fingerprint, as_makers(document))


@dataclass(frozen=True)
class RecordedReading:
    """A reading with observations: its row `id`, its `place`, where and when it was read, and the document."""

    id: int
    place: int
    source: str
    url: str
    seen_at: datetime
    document: Document


@dataclass(frozen=True)
class Statement:
    """A claim to be stored: `said_at` is when the document first made it, `replaces` the dates of the version before."""

    claim: Claim
    said_at: datetime
    replaces: tuple[str, ...] = ()


def last_reading(
    ledger: Connection, document: Document, shared: Collection[str] = frozenset()
) -> LastReading | None:
    """Return the latest reading of `document`; None when none is stored.

    `shared` are ids and addresses that several documents of one body have, which therefore identify none of them.
    """
    source = storable(document.source)
    by_entry, by_url = _naming(document, shared)
    found = [
        _last(row)
        for row in (
            ledger.row(_BY_ENTRY, (source, storable(document.id))) if by_entry else None,
            ledger.row(_BY_URL, (source, storable(document.url))) if by_url else None,
        )
        if row is not None
    ]
    # Where they differ, the id identifies the document; its latest reading may have been under another id.
    return max(
        (each for each in found if each.place == found[0].place), key=lambda each: each.id, default=None
    )


def _last(row: Sequence[Any]) -> LastReading:
    return LastReading(row[0], row[1], row[2], row[3], row[4], moment(row[5]))


def earlier_reading(ledger: Connection, reading: RecordedReading) -> LastReading | None:
    """Return the reading of the same document before `reading`, None when that is its first."""
    row = ledger.row(_EARLIER, (reading.place, reading.id)) if reading.id != reading.place else None
    return None if row is None else _last(row)


def basis_of(ledger: Connection, last: LastReading) -> int:
    """Return the id of the reading that has the observations of `last`: itself, else the first of the same text."""
    own = f"SELECT 1 {_OBSERVED_IN} AND ifnull(r.rereads, r.id) = ? LIMIT 1"
    if ledger.row(own, (last.document, last.id)) is not None:
        return last.id
    first = ledger.value(f"SELECT min(ifnull(r.rereads, r.id)) {_OBSERVED_IN}", (last.document,))
    return last.id if first is None else int(first)


def readings(ledger: Connection) -> Iterator[RecordedReading]:
    """Yield the readings that have observations, in order; rows may be added meanwhile."""
    last = 0
    while some := list(ledger.rows(_RECORDED, (last,))):
        for number, place, source, url, at, *row in some:
            yield RecordedReading(number, place, source, url, moment(at), document_of(row))
        last = some[-1][0]


def add_reading(
    ledger: Connection,
    document: Document,
    row: int,
    at: datetime,
    shared: Collection[str] = frozenset(),
    *,
    last: LastReading | None,
) -> tuple[int, int]:
    """Record that `document`, stored in `row`, was read at `at`, and `last` before; return the reading's id and its place."""
    number = draw(ledger, "readings")
    place = last.place if last else number
    source, entry, url = storable(document.source), storable(document.id), storable(document.url)
    ledger.run(
        "INSERT INTO readings (id, place, source, entry, url, by_entry, by_url, document, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (number, place, source, entry, url, *_naming(document, shared), row, instant(at)),
    )
    return number, place


def unread(
    ledger: Connection,
    documents: Iterable[Document],
    unseen: Collection[str],
    shared: Collection[str] = frozenset(),
) -> set[str]:
    """Return the fingerprints of the `documents` whose text differs from their latest reading.

    `unseen` are the fingerprints that were never read anywhere. A document without a stored reading counts as changed when its text is
    unseen, or stored from elsewhere.
    """
    found = set()
    for document in documents:
        fingerprint = document.fingerprint
        last = last_reading(ledger, document, shared)
        if last is not None:
            is_new = not last.is_of(document)
        else:
            is_new = fingerprint in unseen or _is_from_elsewhere(ledger, document)
        if is_new:
            found.add(fingerprint)
    return found


def statements(
    claims: Sequence[Claim],
    before: Sequence[Observation],
    document: Document,
    last: LastReading | None,
    seen_at: datetime,
) -> list[Statement]:
    """Return which `claims` are new and which are unchanged in a document that said `before` at its latest reading.

    An unchanged sentence keeps its time and its date: "tomorrow" in an entry with only a new timestamp is still the day after it was
    written. Everything else is claimed now.
    """
    if last is None:
        return [Statement(claim, document.published) for claim in claims]
    now = document.published if document.published > last.published else max(seen_at, last.published)
    now = now.astimezone(document.published.tzinfo)
    is_dated_anew = document.published.date() != last.published.date()
    kept = [_kept(claim, before, is_dated_anew=is_dated_anew) for claim in claims]
    dates = {(claim.title, claim.event, claim.instalment, str(claim.when)) for claim, _ in kept}
    return [
        Statement(claim, now, _replaced(claim, before, dates))
        if said_at is None
        else Statement(claim, said_at)
        for claim, said_at in kept
    ]


def _kept(
    claim: Claim, before: Sequence[Observation], *, is_dated_anew: bool
) -> tuple[Claim, datetime | None]:
    for earlier in before:
        is_same = _subject(claim) == _subject(earlier.claim) and claim.quote == earlier.claim.quote
        if is_dated_anew and is_same:
            claim = replace(claim, when=earlier.claim.when)
            break
    for earlier in before:
        said = earlier.claim
        if (
            _subject(claim) == _subject(said)
            and claim.when == said.when
            and claim.certainty.rank <= said.certainty.rank
        ):
            return claim, earlier.published
    return claim, None


def _subject(claim: Claim) -> tuple[object, ...]:
    return claim.title, claim.event, claim.instalment, claim.status, claim.scope


def _replaced(
    claim: Claim, before: Sequence[Observation], dates: Collection[tuple[object, ...]]
) -> tuple[str, ...]:
    """Return the dates of the same event that the document gave before and no longer gives."""
    return tuple(
        dict.fromkeys(
            str(said.when)
            for said in (earlier.claim for earlier in before)
            if said.when is not None
            and (said.title, said.event, said.instalment) == (claim.title, claim.event, claim.instalment)
            and (said.scope == claim.scope or not said.scope)
            and (said.title, said.event, said.instalment, str(said.when)) not in dates
        )
    )


def says_the_same(claims: Sequence[Claim], before: Sequence[Observation]) -> bool:
    """Return whether `claims` equal those observed `before`, word for word."""
    return len(claims) == len(before) and set(map(_said, claims)) == {_said(o.claim) for o in before}


def _said(claim: Claim) -> tuple[object, ...]:
    return *_subject(claim), claim.when, claim.certainty, claim.sources, claim.quote


def _naming(document: Document, shared: Collection[str]) -> tuple[bool, bool]:
    """Return whether the id and whether the address of `document` identify it and nothing else.

    Many entries have the address of a site's front page.
    """
    return document.id not in shared, document.url not in shared and _is_own(document)


def _is_own(document: Document) -> bool:
    if not document.url or document.id == document.url:
        return bool(document.url)
    try:
        parts = urlsplit(document.url)
    except ValueError:
        return False
    return bool(parts.path.strip("/") or parts.query)


def _is_from_elsewhere(ledger: Connection, document: Document) -> bool:
    kept = ledger.row("SELECT source, url FROM documents WHERE fingerprint = ?", (document.fingerprint,))
    if kept is None or kept == (storable(document.source), storable(document.url)):
        return False
    known = (
        "SELECT 1 FROM sightings s JOIN documents d ON d.id = s.document"
        " WHERE d.fingerprint = ? AND s.source = ? AND s.url = ?"
    )
    place = document.fingerprint, storable(document.source), storable(document.url)
    return ledger.row(known, place) is None
