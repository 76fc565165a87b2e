"""Store when the daemon was last at work, so that another process can find out whether it still is."""

from __future__ import annotations

from datetime import datetime

from monitor.ledger.sqlite.columns import instant, moment_or_none
from monitor.ledger.sqlite.connection import Connection

__all__ = ["alive_at", "note_alive"]


def note_alive(ledger: Connection, now: datetime) -> None:
    """Record that the daemon was at work at `now`."""
    ledger.run("INSERT OR REPLACE INTO meta VALUES ('alive_at', ?)", (instant(now),))


def alive_at(ledger: Connection) -> datetime | None:
    """Return when the daemon last recorded that it is at work; None when none ever did."""
    return moment_or_none(ledger.value("SELECT value FROM meta WHERE name = 'alive_at'"))
