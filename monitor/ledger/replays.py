"""Replays: how far an archive was replayed into this ledger, committed with what came of it; and its alerts, once written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from monitor.ledger.connection import Connection
from monitor.ledger.failures import legible

__all__ = ["Position", "keep_position", "mark_written", "position"]


@dataclass(frozen=True)
class Position:
    """How far a replay came. `run` names the archive and what was watched for: another one begins anew.

    `documents` is how many were heard, `day` the last that was looked at for what is overdue, `earlier` how many
    alerts of other replays this ledger holds.
    """

    run: str
    documents: int = 0
    day: date | None = None
    earlier: int = 0


def position(ledger: Connection, run: str) -> Position | None:
    """Return how far the replay named `run` came, None when the last one was another."""
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
    """Remember how far a replay came, in the transaction that holds what came of it."""
    day = position.day and position.day.isoformat()
    kept = json.dumps([position.run, position.documents, day, position.earlier])
    ledger.run("INSERT OR REPLACE INTO meta VALUES ('replay', ?)", (kept,))


def mark_written(ledger: Connection, channel: str) -> None:
    """Note that the alerts of a replay's `channel` are where they go, each at its own time on the archive's clock."""
    ledger.run(
        "UPDATE deliveries SET state = 'delivered', attempts = 1, next_attempt_at = NULL, attempted_at = created_at,"
        " delivered_at = created_at WHERE channel = ? AND state = 'pending'",
        (channel,),
    )
