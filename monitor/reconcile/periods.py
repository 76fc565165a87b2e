"""Compare an observed period with the believed one.

Differences that rounding, the vague ends of seasons or time zones explain do not count.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from monitor.model import When

__all__ = ["Relation", "bounds", "is_step", "relation"]

_DAY = timedelta(days=1)
# The tolerance of "around June 2024" or "in two weeks", by the length of the period.
_AROUND = ((1, timedelta(days=5)), (31, timedelta(days=31)), (366, timedelta(days=120)))
# Astronomical seasons end three weeks after the meteorological ones, and "winter 2024" may begin or end in 2024.
_SEASON = timedelta(days=22)
_WINTER = timedelta(days=366)


class Relation(StrEnum):
    """The relation of an observed period to the believed one."""

    SAME = "same"
    NARROWER = "narrower"
    WIDER = "wider"
    EARLIER = "earlier"
    LATER = "later"
    ACROSS = "across"
    """They share days, and neither contains the other."""


@lru_cache(maxsize=16384)
def relation(claimed: When, believed: When) -> Relation:
    """Return the relation of `claimed` to `believed`; a difference of one day between two days is a time zone's."""
    if claimed == believed or claimed.interval == believed.interval:
        return Relation.SAME
    mine, theirs = bounds(claimed), bounds(believed)
    if claimed.is_day and believed.is_day and not (claimed.is_approximate or believed.is_approximate):
        if abs(mine[0] - theirs[0]) <= _DAY:
            return Relation.SAME
        return Relation.EARLIER if mine < theirs else Relation.LATER
    if _contains(mine, theirs, believed):
        return Relation.SAME if _contains(theirs, mine, claimed) else Relation.WIDER
    if _contains(theirs, mine, claimed):
        return Relation.NARROWER
    if mine[0] <= theirs[1] and theirs[0] <= mine[1]:
        return Relation.ACROSS
    return Relation.EARLIER if mine[1] < theirs[0] else Relation.LATER


def is_step(one: When, other: When) -> bool:
    """Return whether two periods are different days that a time zone may explain."""
    return one != other and one.is_day and other.is_day and relation(one, other) is Relation.SAME


@lru_cache(maxsize=16384)
def bounds(when: When) -> tuple[date, date]:
    """Return the first and last day that `when` may mean, its tolerance included; open ends are the calendar's."""
    first, last = when.earliest or date.min, when.latest or date.max
    before = after = timedelta(0)
    if when.is_approximate and when.days is not None:
        before = after = next((slack for days, slack in _AROUND if when.days <= days), _WINTER)
    elif when.edtf[4:6] == "-2" and when.edtf[6:7] in ("1", "2", "3", "4") and len(when.edtf) == 7:
        after = _SEASON
        before = _WINTER if when.edtf.endswith("24") else timedelta(0)
    return _shifted(first, -before), _shifted(last, after)


def _contains(wide: tuple[date, date], narrow: tuple[date, date], period: When) -> bool:
    slack = _DAY if period.is_day else timedelta(0)
    return wide[0] - narrow[0] <= slack and narrow[1] - wide[1] <= slack


def _shifted(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return date.min if by < timedelta(0) else date.max
