"""When: a period as a text states it, an EDTF value (ISO 8601-2:2019, the subset of the contract).

Whatever a code implies (the months of a season, the end of "early 2024") is computed in this module.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

__all__ = ["When"]

# EDTF sub-year code: first month, last month, years added to the last month.
_SUB_YEAR = {
    21: (3, 5, 0), 22: (6, 8, 0), 23: (9, 11, 0), 24: (12, 2, 1),  # northern meteorological seasons
    33: (1, 3, 0), 34: (4, 6, 0), 35: (7, 9, 0), 36: (10, 12, 0),  # quarters
    37: (1, 4, 0), 38: (5, 8, 0), 39: (9, 12, 0),  # quadrimesters: early, mid, late
    40: (1, 6, 0), 41: (7, 12, 0),  # halves
}  # fmt: skip
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?[~?%]?\Z")
_DECADE = re.compile(r"(\d{3})X[~?%]?\Z")


@dataclass(frozen=True)
class When:
    """One EDTF string and the closed interval of days that it denotes.

    Make it with :meth:`parse`. `earliest` and `latest` are None at an open end; of a one-of set they are the hull.
    """

    edtf: str

    @classmethod
    def parse(cls, edtf: str) -> When:
        """Return the value of `edtf`. Raises ValueError when it is not a form of the contract."""
        _interval(edtf)
        return cls(edtf)

    def __str__(self) -> str:
        return self.edtf

    # The generated one hashes a tuple of the field: periods are compared, and looked up, thousands of times in a fold.
    def __hash__(self) -> int:
        return hash(self.edtf)

    @cached_property
    def interval(self) -> tuple[date | None, date | None]:
        """The first and last day, None at an open end."""
        return _interval(self.edtf)

    @property
    def earliest(self) -> date | None:
        """The first day of the period."""
        return self.interval[0]

    @property
    def latest(self) -> date | None:
        """The last day of the period."""
        return self.interval[1]

    @cached_property
    def is_day(self) -> bool:
        """Return whether it is a single day."""
        return self.earliest is not None and self.earliest == self.latest

    @property
    def is_open(self) -> bool:
        """Return whether an end is open."""
        return None in self.interval

    @cached_property
    def is_approximate(self) -> bool:
        """Return whether it is marked as approximate ("around")."""
        return self.edtf.endswith(("~", "?", "%"))

    @property
    def days(self) -> int | None:
        """The number of days in the period; None when an end is open."""
        lo, hi = self.interval
        return None if lo is None or hi is None else (hi - lo).days + 1

    def contains(self, other: When) -> bool:
        """Return whether every day of `other` is a day of this period (equal periods contain each other)."""
        lo, hi = self.interval
        other_lo, other_hi = other.interval
        return (lo is None or (other_lo is not None and lo <= other_lo)) and (
            hi is None or (other_hi is not None and other_hi <= hi)
        )

    def overlaps(self, other: When) -> bool:
        """Return whether the two periods share a day."""
        lo, hi = self.interval
        other_lo, other_hi = other.interval
        return (lo is None or other_hi is None or lo <= other_hi) and (
            hi is None or other_lo is None or other_lo <= hi
        )


@lru_cache(maxsize=4096)
def _interval(edtf: str) -> tuple[date | None, date | None]:
    if edtf.startswith("[") and edtf.endswith("]"):
        parts = [_interval(part.strip()) for part in edtf[1:-1].split(",")]
        starts = [lo for lo, _ in parts]
        ends = [hi for _, hi in parts]
        lo = None if None in starts else min(filter(None, starts))
        hi = None if None in ends else max(filter(None, ends))
    elif "/" in edtf:
        first, _, last = edtf.partition("/")
        lo = None if first == ".." else _date(first)[0]
        hi = None if last == ".." else _date(last)[1]
        if lo is None and hi is None:
            raise ValueError(f"both ends are open: {edtf!r}")
    else:
        lo, hi = _date(edtf)
    if lo is not None and hi is not None and lo > hi:
        raise ValueError(f"ends before it starts: {edtf!r}")
    return lo, hi


def _date(edtf: str) -> tuple[date, date]:
    if m := _DECADE.match(edtf):
        year = int(m[1]) * 10
        return date(year, 1, 1), date(year + 9, 12, 31)
    m = _DATE.match(edtf)
    if not m:
        raise ValueError(f"not an EDTF form of the contract: {edtf!r}")
    year, month, day = int(m[1]), int(m[2] or 0), int(m[3] or 0)
    if not month:
        return date(year, 1, 1), date(year, 12, 31)
    if day:
        return date(year, month, day), date(year, month, day)
    if month <= 12:
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    try:
        first, last, carry = _SUB_YEAR[month]
    except KeyError:
        raise ValueError(f"not an EDTF form of the contract: {edtf!r}") from None
    end = year + carry
    return date(year, first, 1), date(end, last, calendar.monthrange(end, last)[1])
