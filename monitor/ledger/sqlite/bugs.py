"""Store the exceptions of the monitor that were contained at a document, each once with its traceback and a count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.ledger.sqlite.columns import instant, moment, storable
from monitor.ledger.sqlite.connection import Connection
from monitor.model import Document

__all__ = ["Bug", "add_bug", "bugs"]

# The first and last frames of a deep recursion's traceback say everything.
_LONGEST = 20_000


@dataclass(frozen=True)
class Bug:
    """A contained bug: the source and document, the number of occurrences, and the traceback."""

    source: str
    document: str
    traceback: str
    times: int
    last_at: datetime


def add_bug(
    ledger: Connection, source: str, document: Document | None, traceback: str, now: datetime
) -> None:
    """Record a bug in `document`, or in the source as a whole; a repetition is only counted."""
    place = "" if document is None else document.url or document.id
    if len(traceback) > _LONGEST:
        traceback = f"{traceback[: _LONGEST // 2]}\n…\n{traceback[-_LONGEST // 2 :]}"
    ledger.run(
        "INSERT INTO bugs (source, document, traceback, times, first_at, last_at) VALUES (?1, ?2, ?3, 1, ?4, ?4)"
        " ON CONFLICT (source, document, traceback) DO UPDATE SET times = times + 1, last_at = ?4",
        (storable(source), storable(place), storable(traceback), instant(now)),
    )


def bugs(ledger: Connection, *, limit: int | None = None) -> Iterator[Bug]:
    """Yield bugs, the most recent first."""
    sql = (
        "SELECT source, document, traceback, times, last_at FROM bugs ORDER BY last_at DESC, id DESC LIMIT ?"
    )
    for source, document, traceback, times, last_at in ledger.rows(sql, (-1 if limit is None else limit,)):
        yield Bug(source, document, traceback, times, moment(last_at))
