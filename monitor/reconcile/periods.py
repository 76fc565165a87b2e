"""Compare an observed period with the believed one.

Differences that rounding, the vague ends of seasons or time zones explain do not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from monitor.model import When

__all__ = ["Periods", "Relation", "bounds", "forget_periods", "is_step", "relation", "relation_of_edtf"]

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


def relation(claimed: When, believed: When) -> Relation:
    """Return the relation of `claimed` to `believed`; a difference of one day between two days is a time zone's."""
    return relation_of_edtf(claimed.edtf, believed.edtf)


# A fold asks for the same pairs again and again. Strings keep their hash, and periods would compute it at each call.
@lru_cache(maxsize=16384)
def relation_of_edtf(claimed: str, believed: str) -> Relation:
    """Return the relation of the period `claimed` to `believed`, both EDTF strings, as :func:`relation` does."""
    if claimed == believed:
        return Relation.SAME
    mine, theirs = _days(claimed), _days(believed)
    if mine.stated == theirs.stated:
        return Relation.SAME
    if mine.is_exact and theirs.is_exact:
        if abs(mine.first - theirs.first) <= 1:
            return Relation.SAME
        return Relation.EARLIER if mine.first < theirs.first else Relation.LATER
    if _contains(mine, theirs):
        return Relation.SAME if _contains(theirs, mine) else Relation.WIDER
    if _contains(theirs, mine):
        return Relation.NARROWER
    if mine.first <= theirs.last and theirs.first <= mine.last:
        return Relation.ACROSS
    return Relation.EARLIER if mine.last < theirs.first else Relation.LATER


def is_step(one: When, other: When) -> bool:
    """Return whether two periods are different days that a time zone may explain."""
    return one != other and one.is_day and other.is_day and relation(one, other) is Relation.SAME


class Periods:
    """Periods in the order in which they were added, found by their days and not by comparing them one by one."""

    def __init__(self, periods: Iterable[When] = ()) -> None:
        self._periods: dict[str, When] = {}
        self._exact: set[int] = set()
        """The days that are stated exactly."""
        self._others: list[str] = []
        for period in periods:
            self.add(period)

    def __iter__(self) -> Iterator[When]:
        return iter(self._periods.values())

    def __contains__(self, when: When) -> bool:
        return when.edtf in self._periods

    def add(self, when: When) -> None:
        """Add a period, unless it is one of them."""
        if when in self:
            return
        self._periods[when.edtf] = when
        days = _days(when.edtf)
        if days.is_exact:
            self._exact.add(days.first)
        else:
            self._others.append(when.edtf)

    def have_same(self, when: When) -> bool:
        """Return whether one of them is the same as `when`, as :func:`relation` compares them."""
        days = _days(when.edtf)
        if not days.is_exact:
            return any(relation_of_edtf(when.edtf, one) is Relation.SAME for one in self._periods)
        day = days.first
        if day in self._exact or day - 1 in self._exact or day + 1 in self._exact:
            return True
        return any(relation_of_edtf(when.edtf, one) is Relation.SAME for one in self._others)


def bounds(when: When) -> tuple[date, date]:
    """Return the first and last day that `when` may mean, its tolerance included; open ends are the calendar's."""
    return _bounds(when.edtf)


def forget_periods(most: int) -> None:
    """Forget what was remembered of periods where it is of more than `most` of one kind; it is worked out again when needed."""
    for remembered in (relation_of_edtf, _bounds, _days):
        if remembered.cache_info().currsize > most:
            remembered.cache_clear()


@lru_cache(maxsize=16384)
def _bounds(edtf: str) -> tuple[date, date]:
    when = When(edtf)
    first, last = when.earliest or date.min, when.latest or date.max
    before = after = timedelta(0)
    if when.is_approximate and when.days is not None:
        before = after = next((slack for days, slack in _AROUND if when.days <= days), _WINTER)
    elif when.edtf[4:6] == "-2" and when.edtf[6:7] in ("1", "2", "3", "4") and len(when.edtf) == 7:
        after = _SEASON
        before = _WINTER if when.edtf.endswith("24") else timedelta(0)
    return _shifted(first, -before), _shifted(last, after)


class _Days(NamedTuple):
    """A period as numbers of days: its bounds, what was stated, whether that is a day, and whether it is one exactly."""

    first: int
    last: int
    stated: tuple[date | None, date | None]
    is_day: bool
    is_exact: bool


@lru_cache(maxsize=4096)
def _days(edtf: str) -> _Days:
    when = When(edtf)
    first, last = _bounds(edtf)
    is_exact = when.is_day and not when.is_approximate
    return _Days(first.toordinal(), last.toordinal(), when.interval, when.is_day, is_exact)


def _contains(wide: _Days, narrow: _Days) -> bool:
    slack = int(narrow.is_day)
    return wide.first - narrow.first <= slack and narrow.last - wide.last <= slack


def _shifted(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return date.min if by < timedelta(0) else date.max
