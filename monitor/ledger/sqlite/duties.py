"""Store duties: tasks that one of all processes does, once in each span of time."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.ledger.sqlite.columns import instant
from monitor.ledger.sqlite.connection import Connection
from monitor.ledger.sqlite.sources import CLOCK_SKEW

__all__ = ["take_duty"]

_TAKE = (
    "INSERT INTO duties VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET done_at = excluded.done_at"
    " WHERE done_at <= ?3 OR done_at > ?4"
)


def take_duty(ledger: Connection, name: str, every: timedelta, now: datetime) -> bool:
    """Return True for one of all callers in each span of `every`: that one does the duty `name` now.

    A time that a clock ahead of `now` recorded does not count.
    """
    return bool(ledger.run(_TAKE, (name, instant(now), instant(now - every), instant(now + CLOCK_SKEW))))
