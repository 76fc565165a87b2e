"""Schedule the retries of a delivery as the Standard Webhooks specification does, for every kind of channel.

At once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h: ten attempts over a little more than three days.
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (decision 0063)
"""

from __future__ import annotations

import email.utils
from datetime import UTC, datetime, timedelta
from typing import Final

__all__ = ["ATTEMPTS", "SCHEDULE", "next_attempt_at", "retry_after"]

SCHEDULE: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""The pauses after the first, second, … attempt."""

ATTEMPTS: Final = len(SCHEDULE) + 1

_JITTER = 0.1
_LONGEST = timedelta(hours=24)


def next_attempt_at(
    attempts: int, now: datetime, *, jitter: float, retry_after: timedelta | None = None
) -> datetime | None:
    """Return when to try again after `attempts` failed attempts (at least 1), or None when the delivery is dead.

    `jitter` in [0, 1) lengthens a pause by up to a tenth, so that deliveries that failed together are not retried together.
    `retry_after` is the wait that the channel asked for: it lengthens a pause, up to a day, and never adds an attempt.
    """
    if attempts < 1:
        raise ValueError(f"nothing was attempted yet: {attempts}")
    if attempts >= ATTEMPTS:
        return None
    pause = SCHEDULE[attempts - 1] * (1 + _JITTER * jitter)
    asked = min(retry_after or timedelta(0), _LONGEST)
    return now + max(pause, asked)


def retry_after(value: str, now: datetime) -> timedelta | None:
    """Return the wait of a Retry-After header (RFC 9110, 10.2.3: seconds or a date), None when it cannot be parsed.

    A time in the past is a wait of zero; the longest wait is a day.
    """
    value = value.strip()[:64]
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value), int(_LONGEST.total_seconds())))
    try:
        at = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    try:
        return min(max(at - now, timedelta(0)), _LONGEST)
    except OverflowError:
        return None
