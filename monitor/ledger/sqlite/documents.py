"""Store documents: each content is read once, and stored whole where it claims something.

Of a document without claims only the fingerprint is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any

from monitor.errors import NotFoundError
from monitor.ledger.sqlite.columns import instant, local, storable
from monitor.ledger.sqlite.connection import Connection
from monitor.ledger.sqlite.failures import legible
from monitor.model import Document, Form

__all__ = [
    "COLUMNS", "add_document", "add_sightings", "as_makers", "day_of", "document", "document_of", "documents_after", "mark_seen",
    "unrecorded_from_maker", "unseen",
]  # fmt: skip

_BATCH = 500
COLUMNS = (
    "d.id, d.seen_at, d.entry, d.url, d.source, d.published, d.utc_offset, d.lang, d.title, d.html, d.text, d.author,"
    " d.official, d.form, d.timezone"
)
"""The columns of a table `documents d` that :func:`document_of` reads."""
_SELECT = f"SELECT {COLUMNS} FROM documents d"  # noqa: S608 - our own columns


def unseen(ledger: Connection, fingerprints: Iterable[str]) -> set[str]:
    """Return those of `fingerprints` that were never read."""
    new = set(fingerprints)
    for some in _batches(sorted(map(bytes.fromhex, new))):
        sql = f"SELECT fingerprint FROM seen WHERE fingerprint IN ({', '.join('?' * len(some))})"  # noqa: S608 - question marks only
        new.difference_update(known.hex() for (known,) in ledger.rows(sql, some))
    return new


def mark_seen(ledger: Connection, fingerprints: Iterable[str], at: datetime | None = None) -> int:
    """Record that these contents were read `at` a time, None where it is not known; return how many of them are new."""
    # Many rows in one statement take half the time of as many statements.
    insert, row = "INSERT OR IGNORE INTO seen VALUES ", f"(?, {'NULL' if at is None else day_of(at)})"
    return sum(
        ledger.run(insert + ", ".join([row] * len(some)), some)
        for some in _batches(sorted(map(bytes.fromhex, set(fingerprints))))
    )


def day_of(at: datetime) -> int:
    """Return the day of an aware time in UTC, as the number of days since 1970."""
    return int(at.timestamp() // 86400)


def unrecorded_from_maker(ledger: Connection, documents: Iterable[Document]) -> set[str]:
    """Return the fingerprints of the maker's own documents among `documents` whose content is recorded from others only."""
    return {each.fingerprint for each in documents if each.official and _is_others(ledger, each)}


def _is_others(ledger: Connection, document: Document) -> bool:
    """Return whether the content is recorded from another source as not the maker's, and not as the maker's."""
    others = "SELECT 1 FROM documents WHERE fingerprint = ? AND NOT official AND source <> ?"
    if ledger.row(others, (document.fingerprint, storable(document.source))) is None:
        return False
    return ledger.row("SELECT 1 FROM documents WHERE fingerprint = ?", (as_makers(document),)) is None


def as_makers(document: Document) -> str:
    """Return the fingerprint under which the maker's own copy of a content is stored beside another's."""
    return sha256(f"official\0{document.fingerprint}".encode()).hexdigest()[:32]


def add_document(
    ledger: Connection, document: Document, seen_at: datetime, *, revises: int | None = None
) -> tuple[int, str] | None:
    """Store a document and mark it as seen; return its row id and fingerprint, None when its content is stored already.

    The maker's own copy of content from another source is stored in addition, since it is more certain. `revises` is the row of the
    document's earlier version.
    """
    offset = document.published.utcoffset()
    fingerprint = document.fingerprint
    if document.official and _is_others(ledger, document):
        fingerprint = as_makers(document)
    found = ledger.row(
        "INSERT INTO documents (fingerprint, entry, url, source, published, utc_offset, lang, title, html, text,"
        " author, official, seen_at, revises, form, timezone)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (fingerprint) DO NOTHING RETURNING id",
        (
            fingerprint,
            storable(document.id),
            storable(document.url),
            storable(document.source),
            instant(document.published),
            0 if offset is None else round(offset.total_seconds()),
            storable(document.lang),
            storable(document.title),
            storable(document.html),
            storable(document.text),
            storable(document.author),
            document.official,
            instant(seen_at),
            revises,
            document.form.value,
            storable(document.timezone),
        ),
    )
    mark_seen(ledger, [fingerprint], seen_at)
    return None if found is None else (int(found[0]), fingerprint)


def add_sightings(ledger: Connection, documents: Iterable[Document], at: datetime) -> int:
    """Record where else the content of stored documents was found; return the number of new places.

    Documents without claims, and known places, cost a look-up and no write.
    """
    new = [row for document in documents for row in _unknown_place(ledger, document, instant(at))]
    return ledger.run_many("INSERT OR IGNORE INTO sightings VALUES (?, ?, ?, ?, ?)", new) if new else 0


def _unknown_place(ledger: Connection, document: Document, at: str) -> Iterator[tuple[Any, ...]]:
    place = storable(document.source), storable(document.url)
    kept = ledger.row("SELECT id, source, url FROM documents WHERE fingerprint = ?", (document.fingerprint,))
    if kept is None or kept[1:] == place:
        return
    known = "SELECT 1 FROM sightings WHERE document = ? AND source = ? AND url = ?"
    if ledger.row(known, (kept[0], *place)) is None:
        yield (kept[0], *place, storable(document.id), at)


def document(ledger: Connection, fingerprint: str) -> Document:
    """Return a stored document as it was read. Raises NotFoundError."""
    found = ledger.row(f"{_SELECT} WHERE fingerprint = ?", (fingerprint,))
    if found is None:
        raise NotFoundError(f"no document {fingerprint} is recorded", where=str(ledger.path))
    return document_of(found)


def documents_after(ledger: Connection, last: int, limit: int) -> list[tuple[int, Document]]:
    """Return up to `limit` stored documents with their row ids, in the order of the ids, from the one after `last`."""
    sql = f"{_SELECT} WHERE id > ? ORDER BY id LIMIT ?"
    return [(row[0], document_of(row)) for row in ledger.rows(sql, (last, limit))]


def newest_documents(ledger: Connection, limit: int) -> Iterator[Document]:
    """Yield the `limit` documents that were read last, the newest first."""
    for row in ledger.rows(f"{_SELECT} ORDER BY id DESC LIMIT ?", (limit,)):
        yield document_of(row)


def languages(ledger: Connection) -> dict[str, int]:
    """Return how many documents declare each language."""
    return dict(ledger.rows("SELECT lang, COUNT(*) FROM documents WHERE lang <> '' GROUP BY lang"))


@legible
def document_of(row: Sequence[Any]) -> Document:
    """Return the document in a row of :data:`COLUMNS`."""
    (
        _,
        _,
        entry,
        url,
        source,
        published,
        utc_offset,
        lang,
        title,
        html,
        text,
        author,
        official,
        form,
        timezone,
    ) = row
    return Document(
        id=entry,
        url=url,
        source=source,
        published=local(published, utc_offset),
        lang=lang,
        title=title,
        html=html,
        text=text,
        author=author,
        official=bool(official),
        form=Form(form),
        timezone=timezone,
    )


def _batches(items: Sequence[bytes]) -> Iterator[list[bytes]]:
    rest = iter(items)
    while some := list(islice(rest, _BATCH)):
        yield some
