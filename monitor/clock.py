"""The clock: the one place that asks what time it is. Everything below the composition root takes the time as an argument."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["now"]


def now() -> datetime:
    """Return the current time in UTC, aware."""
    return datetime.now(UTC)
