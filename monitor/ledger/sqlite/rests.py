"""Store rests: until when each site or channel that asked for it (Retry-After) is left alone, so that a restart does not ask too early."""

from __future__ import annotations

from datetime import datetime

from monitor.ledger.sqlite.columns import instant, moment
from monitor.ledger.sqlite.connection import Connection
from monitor.ledger.sqlite.sources import CLOCK_SKEW

__all__ = ["end_rest", "keep_rest", "rests"]


def keep_rest(ledger: Connection, place: str, until: datetime, now: datetime) -> None:
    """Store that `place` is to be left alone until `until`; rests that have passed are deleted."""
    with ledger.transaction():
        ledger.run("DELETE FROM rests WHERE until <= ?", (instant(now),))
        ledger.run("INSERT OR REPLACE INTO rests VALUES (?, ?, ?)", (place, instant(until), instant(now)))


def end_rest(ledger: Connection, place: str) -> None:
    """Delete the rest of `place`."""
    ledger.run("DELETE FROM rests WHERE place = ?", (place,))


def rests(ledger: Connection, now: datetime) -> dict[str, datetime]:
    """Return until when each resting place is to be left alone.

    Rests recorded by a clock ahead of `now` are ignored.
    """
    sql = "SELECT place, until FROM rests WHERE until > ? AND set_at <= ?"
    return {
        place: moment(until) for place, until in ledger.rows(sql, (instant(now), instant(now + CLOCK_SKEW)))
    }
