"""Store replays: the position up to which an archive was replayed, committed with the results; and whether its alerts were written."""

from __future__ import annotations

import json
from datetime import date

from monitor.ledger.port import Position
from monitor.ledger.sqlite.connection import Connection
from monitor.ledger.sqlite.failures import legible

__all__ = ["keep_position", "mark_written", "position"]


def position(ledger: Connection, run: str) -> Position | None:
    """Return the position of the replay `run`, None when the last one was another."""
    kept = ledger.value("SELECT value FROM meta WHERE name = 'replay'")
    if kept is None:
        return None
    found = _position(kept)
    return found if found.run == run else None


@legible
def _position(kept: str) -> Position:
    named, documents, day, earlier = json.loads(kept)
    return Position(named, documents, day and date.fromisoformat(day), earlier)


def keep_position(ledger: Connection, position: Position) -> None:
    """Store the position of a replay, in the transaction of its results."""
    day = position.day and position.day.isoformat()
    kept = json.dumps([position.run, position.documents, day, position.earlier])
    ledger.run("INSERT OR REPLACE INTO meta VALUES ('replay', ?)", (kept,))


def mark_written(ledger: Connection, channel: str) -> None:
    """Record that the alerts of a replay's `channel` were written, each at its own time on the archive's clock."""
    ledger.run(
        "UPDATE deliveries SET state = 'delivered', attempts = 1, next_attempt_at = NULL, attempted_at = created_at,"
        " delivered_at = created_at WHERE channel = ? AND state = 'pending'",
        (channel,),
    )
