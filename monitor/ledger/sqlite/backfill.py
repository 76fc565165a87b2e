"""Fill what a step of the schema added for the rows that were there before, some rows at a time.

A ledger with a million claims takes most of a minute: each portion is a transaction of its own, and the place reached is kept in
`meta`, so that an upgrade that was cut off continues where it was. Until it is done the ledger can only be opened for writing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from monitor.ledger.sqlite.summaries import REFRESH, STANDING_VERDICT, TEXTS

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

__all__ = ["fill", "is_filled"]

log = logging.getLogger(__name__)

PORTION = 25_000
_SAY_EVERY = 2.0
_OF = "BETWEEN ? AND ?"
_OBSERVED = "FROM observations o JOIN claims c ON c.id = o.claim JOIN documents d ON d.id = o.document"
ROWS: tuple[tuple[str, str], ...] = (
    ("claims", REFRESH.format(f"o.claim {_OF}", "0")),
    (
        "observations",
        f"INSERT OR IGNORE INTO claim_langs SELECT lower(d.lang), o.claim {_OBSERVED} WHERE o.id {_OF}",
    ),
    (
        "observations",
        f"INSERT INTO words (rowid, title, quote, headline, credits) SELECT o.id, {TEXTS} {_OBSERVED} WHERE o.id {_OF}",
    ),
)
"""What is filled by portions of the ids of a table."""
_LAST = (
    (
        "UPDATE claims SET version = (SELECT max(v.id) FROM verdicts v WHERE v.claim = claims.id), verdict = (SELECT v.kind FROM verdicts v"
        f" WHERE v.claim = claims.id AND {STANDING_VERDICT} ORDER BY v.id DESC LIMIT 1) WHERE id IN (SELECT claim FROM verdicts)"
    ),
    "CREATE INDEX claims_title ON claims (title, id)",
    "CREATE INDEX claims_certainty ON claims (certainty, id)",
    "CREATE INDEX claims_verdict ON claims (verdict, id)",
    "CREATE INDEX claims_last_seen ON claims (last_seen)",
    "CREATE INDEX claims_unranked ON claims (title, event) WHERE cause IS NULL",
    (
        "CREATE INDEX claims_waiting ON claims (cause, id, certainty, lang, title, verdict, documents) WHERE verdict IS NULL AND documents > 0 AND cause > 0"
    ),
    "DELETE FROM tallies",
    (
        "INSERT INTO tallies (title, event, claims, unjudged, waiting) SELECT title, event, sum(documents > 0),"
        " sum(documents > 0 AND verdict IS NULL), sum(documents > 0 AND verdict IS NULL AND ifnull(cause, 0) > 0) FROM claims GROUP BY title, event"
    ),
    (
        "CREATE TRIGGER tallies_add AFTER INSERT ON claims BEGIN"
        " INSERT INTO tallies (title, event, claims, unjudged, waiting) VALUES (new.title, new.event, 0, 0, 0) ON CONFLICT DO NOTHING;"
        " UPDATE tallies SET claims = claims + (new.documents > 0), unjudged = unjudged + (new.documents > 0 AND new.verdict IS NULL),"
        " waiting = waiting + (new.documents > 0 AND new.verdict IS NULL AND ifnull(new.cause, 0) > 0)"
        " WHERE title = new.title AND event = new.event; END"
    ),
    (
        "CREATE TRIGGER tallies_change AFTER UPDATE OF title, documents, verdict, cause ON claims"
        " WHEN old.title <> new.title OR (old.documents > 0) <> (new.documents > 0) OR old.verdict IS NOT new.verdict"
        " OR (ifnull(old.cause, 0) > 0) <> (ifnull(new.cause, 0) > 0) BEGIN"
        " INSERT INTO tallies (title, event, claims, unjudged, waiting) VALUES (new.title, new.event, 0, 0, 0) ON CONFLICT DO NOTHING;"
        " UPDATE tallies SET claims = claims - (old.documents > 0), unjudged = unjudged - (old.documents > 0 AND old.verdict IS NULL),"
        " waiting = waiting - (old.documents > 0 AND old.verdict IS NULL AND ifnull(old.cause, 0) > 0)"
        " WHERE title = old.title AND event = old.event;"
        " UPDATE tallies SET claims = claims + (new.documents > 0), unjudged = unjudged + (new.documents > 0 AND new.verdict IS NULL),"
        " waiting = waiting + (new.documents > 0 AND new.verdict IS NULL AND ifnull(new.cause, 0) > 0)"
        " WHERE title = new.title AND event = new.event; END"
    ),
    (
        "CREATE TRIGGER tallies_remove AFTER DELETE ON claims BEGIN"
        " UPDATE tallies SET claims = claims - (old.documents > 0), unjudged = unjudged - (old.documents > 0 AND old.verdict IS NULL),"
        " waiting = waiting - (old.documents > 0 AND old.verdict IS NULL AND ifnull(old.cause, 0) > 0)"
        " WHERE title = old.title AND event = old.event; END"
    ),
    "DELETE FROM meta WHERE name = 'backfill'",
)


def is_filled(connection: sqlite3.Connection) -> bool:
    """Return whether nothing is left to fill."""
    return connection.execute("SELECT 1 FROM meta WHERE name = 'backfill'").fetchone() is None


def fill(connection: sqlite3.Connection, path: Path, *, clock: Callable[[], float] = monotonic) -> None:
    """Fill what is left, and log how far it is every two seconds; call it outside a transaction."""
    said = clock()
    is_large = connection.execute("SELECT 1 FROM claims LIMIT 1 OFFSET 10000").fetchone() is not None
    for done in _portions(connection):
        if clock() - said >= _SAY_EVERY:
            said = clock()
            log.warning("%s: upgrading the database, %d%% done", path, round(done * 100))
    if is_large:  # of a small one the planner guesses well enough
        connection.execute("PRAGMA analysis_limit = 1000")
        connection.execute("ANALYZE")


def _portions(connection: sqlite3.Connection) -> Iterator[float]:
    """Do one portion after another, and yield after each what part of the whole is done."""
    place = connection.execute("SELECT value FROM meta WHERE name = 'backfill'").fetchone()
    if place is None:
        return
    stage, reached = (int(part) for part in place[0].strip("[]").split(","))
    ends = [connection.execute(f"SELECT ifnull(max(id), 0) FROM {table}").fetchone()[0] for table, _ in ROWS]
    while stage < len(ROWS):
        while reached < ends[stage]:
            until = reached + PORTION
            with _transaction(connection):
                connection.execute(ROWS[stage][1], (reached + 1, until))
                reached = until
                keep_place(connection, stage, reached)
            yield (stage + min(1.0, reached / ends[stage])) / (len(ROWS) + 1)
        stage, reached = stage + 1, 0
        with _transaction(connection):
            keep_place(connection, stage, reached)
    with _transaction(connection):
        for statement in _LAST:
            connection.execute(statement)
    yield 1.0


def keep_place(connection: sqlite3.Connection, stage: int, reached: int) -> None:
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('backfill', ?)", (f"[{stage}, {reached}]",))


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
