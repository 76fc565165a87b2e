"""Resolve what a date implies, in this module only: the year, the month, the bounds of a season or a part.

A value is resolved against the day of writing, which is an argument.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import replace
from datetime import MAXYEAR, date, timedelta
from functools import lru_cache

from monitor.extract.dates.feasts import feast, nth_weekday
from monitor.extract.dates.values import (
    EARLY,
    LATE,
    MID,
    About,
    Bound,
    Either,
    Lapse,
    Offset,
    Range,
    Stated,
    Vague,
    Value,
    WeekOf,
    inherit,
    parts,
    said,
)
from monitor.model import When

__all__ = ["needs_year", "resolve", "resolve_ends"]

_SEASONS = range(21, 25)
_A_MONTH = timedelta(days=31)


@lru_cache(maxsize=4096)
def resolve(value: Value, on: date, *, past: bool = False) -> When | None:
    """Return `value`, written on `on`, as EDTF; None when it does not exist in the calendar.

    Without a year it is the nearest such period that is not over, with `past` the nearest that has begun.
    """
    try:
        edtf = _edtf(value, on, past)
        return None if edtf is None else When.parse(edtf)
    except (ValueError, OverflowError, KeyError):
        # a day that does not exist (31 June), a year out of range, a lunar feast beyond its table
        return None


def resolve_ends(value: Range, on: date, *, past: bool = False) -> tuple[When, When] | None:
    """Return the two ends of a range with the precision of the text; None when they do not exist in the calendar."""
    try:
        start, end = _ends(value.first, value.last, on, past)
        return When.parse(start), When.parse(end)
    except (ValueError, OverflowError, KeyError):
        return None


def needs_year(value: Value) -> bool:
    """Return whether `value` is one period whose year is neither named nor counted."""
    return isinstance(value, Stated) and not _knows_year(value)


def _edtf(value: Value, on: date, past: bool) -> str | None:
    match value:
        case Stated():
            return _stated(value, on, past)
        case Offset():
            return _offset(value, on, past)
        case WeekOf(base, weekend):
            day = _first(_need(base, on, past))
            monday = day - timedelta(days=day.weekday())
            return _span(monday + timedelta(days=5), monday + timedelta(days=6)) if weekend else _week(monday)
        case Range(first, last):
            return _range(first, last, on, past)
        case Bound(side, base):
            return _bound(side, base, on, past)
        case Either(first, last):
            first, last = inherit(first, last), inherit(last, first)
            one = _edtf(first, on, past)
            later = one is not None and not past and needs_year(first) and needs_year(last)
            two = _edtf(last, on, past)
            if one is not None and two is not None and later and _first(one) - _last(two) > _A_MONTH:
                # "spring or fall" goes forward, "29 October or 24 October" does not
                two = _edtf(last, _first(one), past)
            return None if one is None or two is None else _one_of(one, two)
        case About(base):
            edtf = _edtf(base, on, past)
            return edtf if edtf is None or edtf[-1] == "~" or set(edtf) & set("/[") else f"{edtf}~"
        case Lapse() | Vague():
            return None


def _need(value: Value, on: date, past: bool) -> str:
    edtf = _edtf(value, on, past)
    if edtf is None:
        raise ValueError("names no time")
    return edtf


def _one_of(one: str, two: str) -> str:
    """Return the set of both; with a range, which cannot be a member of a set in the contract's EDTF, the span of both."""
    if any("/" in edtf and edtf[0] != "[" for edtf in (one, two)):
        return _span(min(_first(one), _first(two)), max(_last(one), _last(two)))
    one, two = sorted((one, two), key=_first)
    return f"[{_inner(one)},{_inner(two)}]"


def _inner(edtf: str) -> str:
    # the contract's EDTF has no nested sets
    return edtf[1:-1] if edtf[0] == "[" else edtf.rstrip("~")


def _first(edtf: str) -> date:
    day = When.parse(edtf).earliest
    if day is None:
        raise ValueError("open")
    return day


def _last(edtf: str) -> date:
    day = When.parse(edtf).latest
    if day is None:
        raise ValueError("open")
    return day


def _span(first: date, last: date) -> str:
    return f"{first}/{last}"


def _week(monday: date) -> str:
    return _span(monday, monday + timedelta(days=6))


def _month(year: int, month: int) -> str:
    extra, month = divmod(month - 1, 12)
    return f"{year + extra:04}-{month + 1:02}"


def _stated(value: Stated, on: date, past: bool) -> str:
    if value.nth is not None:
        return _counted(value, on, past)
    if value.month is not None and value.day is not None:
        month, day = value.month, value.day
        found = _by_year(value, on, past, lambda year: str(date(year, month, day)))
        if value.weekday is None or not needs_year(value) or _falls_on(found, value.weekday):
            return found
        # "Friday, October 27" said in November is the near one that was, not that of next year, which is a Sunday
        other = _by_year(value, on, not past, lambda year: str(date(year, month, day)))
        nearer = abs(date.fromisoformat(other) - on) < abs(date.fromisoformat(found) - on)
        return other if nearer and _falls_on(other, value.weekday) else found
    if value.days is not None:
        return str(on + timedelta(days=value.days))
    if value.months is not None:
        month_edtf = _month(on.year, on.month + value.months)
        return f"{month_edtf}-{value.day:02}" if value.day is not None else _thirds(month_edtf, value.part)
    if value.day is not None:
        return _by_month(value.day, value.weekday, on, past)
    if value.weeks is not None:
        return _of_week(value, on)
    if value.weekend and value.feast is None:
        return _weekend(value, on, past)
    if value.weekday is not None and value.feast is None:
        return _weekday(value, on, past)
    if value.quarters is not None:
        quarter = on.year * 4 + (on.month - 1) // 3 + value.quarters
        return f"{quarter // 4:04}-{33 + quarter % 4}"
    if value.halves is not None:
        half = on.year * 2 + (on.month - 1) // 6 + value.halves
        return f"{half // 2:04}-{40 + half % 2}"
    if value.feast is not None:
        name = value.feast
        return _by_year(value, on, past, lambda year: _feast(name, year, bool(value.weekend)))
    if value.month is not None:
        month = value.month
        return _by_year(value, on, past, lambda year: _thirds(_month(year, month), value.part))
    if value.sub is not None:
        sub = value.sub
        return _by_year(value, on, past, lambda year: f"{year:04}-{sub}")
    if value.part is not None:
        part = value.part
        return _by_year(
            replace(value, years=value.years or 0) if value.year is None else value,
            on,
            past,
            lambda year: f"{year:04}-{part}",
        )
    if value.year is not None:
        return f"{value.year:04}"
    if value.years is not None:
        return f"{on.year + value.years:04}"
    raise ValueError("says nothing")


def _falls_on(edtf: str, weekday: int) -> bool:
    return date.fromisoformat(edtf).weekday() == weekday


def _thirds(month: str, part: int | None) -> str:
    """Return a month, or its early, mid or late third: 1 to 10, 11 to 20, 21 to the end."""
    if part is None:
        return month
    first, last = {EARLY: (1, 10), MID: (11, 20), LATE: (21, _last(month).day)}[part]
    return f"{month}-{first:02}/{month}-{last:02}"


def _feast(name: str, year: int, weekend: bool) -> str:
    first, last = feast(name, year)
    if weekend:
        # the weekend at which a feast is kept: its own, or for a weekday the nearest
        saturday = first + timedelta(days=(5 - first.weekday() + 3) % 7 - 3)
        return _span(saturday, saturday + timedelta(days=1))
    if first == last:
        return str(first)
    if first.day == 1 and last.day == monthrange(last.year, last.month)[1]:
        months = [_month(day.year, day.month) for day in (first, last)]
        return months[0] if months[0] == months[1] else "/".join(months)
    return _span(first, last)


def _by_year(value: Stated, on: date, past: bool, in_year: Callable[[int], str]) -> str:
    if value.year is not None:
        return in_year(value.year)
    if value.years is not None:
        return in_year(on.year + value.years)
    if value.which == "this":
        # in January "this winter" is the one that began in December
        this = in_year(on.year)
        return (
            in_year(on.year - 1)
            if value.sub == 24 and _first(in_year(on.year - 1)) <= on <= _last(in_year(on.year - 1))
            else this
        )
    # the near years suffice for all but 29 February and feasts at the ends of their tables
    for reach in _REACHES:
        years = range(on.year - reach, on.year + reach + 1)
        candidates = [edtf for year in years if (edtf := _possible(in_year, year))]
        found = _of_which(value, candidates, on, past)
        if found is not None:
            return found
    raise ValueError("no such day near")


_REACHES = (2, 9)
"""The years before and after that of writing that are tried, in this order."""


def _of_which(value: Stated, candidates: list[str], on: date, past: bool) -> str | None:
    if value.which in ("next", "coming"):
        ahead = [edtf for edtf in candidates if _first(edtf) > on]
        # "next summer" said before this year's summer is over is the one after it
        if value.which == "next" and value.sub in _SEASONS and ahead and int(ahead[0][:4]) == on.year:
            del ahead[0]
        return ahead[0] if ahead else None
    if value.which == "last":
        return next((edtf for edtf in reversed(candidates) if _last(edtf) < on), None)
    return _near(candidates, on, past)


def _possible(in_year: Callable[[int], str], year: int) -> str | None:
    try:
        edtf = in_year(year)
        When.parse(edtf)
    except (ValueError, KeyError):
        return None  # 29 February, a lunar feast beyond its table
    return edtf


def _near(candidates: list[str], on: date, past: bool) -> str | None:
    if past:
        return next((edtf for edtf in reversed(candidates) if _first(edtf) <= on), None)
    return next((edtf for edtf in candidates if _last(edtf) >= on), None)


def _nearest(candidates: list[str], on: date, past: bool) -> str:
    found = _near(candidates, on, past)
    if found is None:
        raise ValueError("no such day near")
    return found


def _by_month(day: int, weekday: int | None, on: date, past: bool) -> str:
    """Resolve a bare day: in the nearest month, or with a weekday in the nearest month in which it falls on that weekday, Friday the 13th."""
    candidates = []
    for shift in range(-14, 15):
        month = _month(on.year, on.month + shift)
        if day <= _last(month).day:
            candidates.append(f"{month}-{day:02}")
    fitting = [
        edtf for edtf in candidates if weekday is None or date.fromisoformat(edtf).weekday() == weekday
    ]
    return _nearest(fitting, on, past)


def _of_week(value: Stated, on: date) -> str:
    monday = on - timedelta(days=on.weekday()) + timedelta(weeks=value.weeks or 0)
    if value.weekday is not None:
        return str(monday + timedelta(days=value.weekday))
    if value.weekend:
        return _span(monday + timedelta(days=5), monday + timedelta(days=6))
    return _week(monday)


def _weekend(value: Stated, on: date, past: bool) -> str:
    saturday = on + timedelta(days=5 - on.weekday())
    shift = {"next": 1, "last": -1}.get(value.which or "", -1 if past and saturday > on else 0)
    saturday += timedelta(weeks=shift)
    return _span(saturday, saturday + timedelta(days=1))


def _weekday(value: Stated, on: date, past: bool) -> str:
    assert value.weekday is not None  # noqa: S101 - the caller asks only then
    monday = on - timedelta(days=on.weekday())
    ahead = (value.weekday - on.weekday()) % 7
    back = (on.weekday() - value.weekday) % 7
    match value.which:
        case "this":
            return str(monday + timedelta(days=value.weekday))
        case "next":
            return str(monday + timedelta(days=7 + value.weekday))
        case "coming":
            return str(on + timedelta(days=ahead or 7))
        case "last":
            return str(on - timedelta(days=back or 7))
        case _:
            return str(on - timedelta(days=back) if past else on + timedelta(days=ahead))


def _counted(value: Stated, on: date, past: bool) -> str:
    """Resolve the nth week, weekday, day, half, … of the period of the other fields."""
    holder = replace(
        value, nth=None, unit=None, weekday=None
    )  # the weekday is counted, or lies in the counted week
    nth = value.nth or 1
    if not said(holder):
        if value.unit in ("month", "quarter", "half"):
            holder = Stated(years=0)
        else:
            # "the third Tuesday" of this month, or when that is over of the next
            shifts = range(0, -13, -1) if past else range(13)
            found = (
                _counted(replace(value, months=shift), on, past) for shift in shifts if _has(value, on, shift)
            )
            return next(edtf for edtf in found if (_first(edtf) <= on if past else _last(edtf) >= on))
    if (
        value.unit == "weekday"
        and holder.which is None
        and holder.year is None
        and holder.years is None
        and holder.month
    ):
        month = holder.month
        return _by_year(value, on, past, lambda year: _nth(value, nth, _month(year, month)))
    return _nth(value, nth, _need(holder, on, past))


def _has(value: Stated, on: date, shift: int) -> bool:
    try:
        _counted(replace(value, months=shift), on, False)
    except ValueError:
        return False
    return True


def _nth(value: Stated, nth: int, holder: str) -> str:
    first, last = _first(holder), _last(holder)
    whole_month = (first.year, first.month) == (last.year, last.month)
    match value.unit:
        case "weekday" if value.weekday is not None:
            if nth < 0:
                return str(nth_weekday(last.year, last.month, value.weekday, nth))
            day = first + timedelta(days=(value.weekday - first.weekday()) % 7 + 7 * (nth - 1))
            if day > last:
                raise ValueError("no such weekday")
            return str(day)
        case "day":
            day = last if nth < 0 else first + timedelta(days=nth - 1)
            return str(day)
        case "week" if whole_month:
            if nth < 0:
                return _span(last - timedelta(days=6), last)
            start = first + timedelta(days=7 * (nth - 1))
            if value.weekday is not None:
                return str(start + timedelta(days=(value.weekday - start.weekday()) % 7))
            return _span(start, min(start + timedelta(days=6), last) if nth < 5 else last)
        case "half" if whole_month:
            return f"{holder}-01/{holder}-15" if nth == 1 else f"{holder}-16/{last}"
        case "third" if whole_month:
            return _thirds(holder, 36 + nth)
        case "half":
            return f"{first.year:04}-{41 if nth in (2, -1) else 40}"
        case "quarter":
            return f"{first.year:04}-{36 if nth == -1 else 32 + nth}"
        case "month":
            return _month(last.year, last.month) if nth < 0 else _month(first.year, first.month + nth - 1)
        case "week":
            monday = first + timedelta(days=-first.weekday() % 7)
            return (
                _week(monday + timedelta(weeks=nth - 1)) if nth > 0 else _span(last - timedelta(days=6), last)
            )
        case "weekend":
            saturday = first + timedelta(days=(5 - first.weekday()) % 7)
            if nth < 0:
                saturday = last - timedelta(days=(last.weekday() - 5) % 7)
                nth = 1
            saturday += timedelta(weeks=nth - 1)
            return _span(saturday, saturday + timedelta(days=1))
        case _:
            raise ValueError("cannot be counted")


def _offset(value: Offset, on: date, past: bool) -> str:
    if value.base is None:
        day, approximate = on, not value.exact
    else:
        edtf = _need(value.base, on, past)
        day, approximate = _first(edtf), False
    count = value.count
    match value.unit:
        case "day":
            return str(day + timedelta(days=count))
        case "workday":
            return str(_workdays(day, count))
        case "week":
            edtf = str(day + timedelta(weeks=count))
        case "weekend":
            saturday = day + timedelta(days=5 - day.weekday() + 7 * (count - (count > 0)))
            return _span(saturday, saturday + timedelta(days=1))
        case "month":
            edtf = _shifted(day, count, whole=approximate and abs(count) != 1)
        case "quarter":
            edtf = _shifted(day, 3 * count, whole=approximate)
        case "half":
            edtf = _shifted(day, 6 * count, whole=approximate)
        case "decade":
            edtf = f"{day.year + 10 * count:04}"
        case "year":
            edtf = (
                f"{day.year + count:04}"
                if approximate and value.base is None
                else _shifted(day, 12 * count, whole=False)
            )
        case unit if unit.startswith("weekday"):
            weekday = int(unit[-1])
            ahead = (weekday - day.weekday()) % 7 or 7
            back = (day.weekday() - weekday) % 7 or 7
            return str(
                day + timedelta(days=ahead + 7 * (count - 1))
                if count > 0
                else day - timedelta(days=back + 7 * (-count - 1))
            )
        case _:
            raise ValueError("cannot be counted")
    return f"{edtf}~" if approximate else edtf


def _shifted(day: date, months: int, *, whole: bool) -> str:
    edtf = _month(day.year, day.month + months)
    if not 0 < int(edtf[:4]) <= MAXYEAR:
        raise ValueError("out of the calendar")
    return edtf if whole else f"{edtf}-{min(day.day, _last(edtf).day):02}"


def _workdays(day: date, count: int) -> date:
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(min(abs(count), 3660)):
        day += step
        while day.weekday() > 4:
            day += step
    return day


def _range(first: Value, last: Value, on: date, past: bool) -> str:
    return _joined(*_ends(first, last, on, past))


def _ends(first: Value, last: Value, on: date, past: bool) -> tuple[str, str]:
    # "until the end of June" ends with June, "from the beginning of May" begins with it
    if isinstance(last, Stated) and last.part == LATE and said(last) & {"month", "months"}:
        last = replace(last, part=None)
    if isinstance(first, Stated) and first.part == EARLY and said(first) & {"month", "months"}:
        first = replace(first, part=None)
    first, last, given = inherit(first, last), inherit(last, first), (first, last)
    if isinstance(last, Stated) and said(last) == {"weekday"}:
        start = _need(first, on, past)
        end = _need(last, _first(start), False)
    elif needs_year(first) and needs_year(last):
        # the last end is the nearest that is not over, the first the one before it: November to March, said in January
        end = _need(last, on, past)
        start = _need(replace(first, which=None) if isinstance(first, Stated) else first, _last(end), True)
    else:
        start, end = _need(first, on, past), _need(last, on, past)
        if _first(start) > _last(end):
            if given[1] != last or not _knows_year(given[1]):
                end = _later_year(last, end, start)
            if given[0] != first:
                start = _earlier_year(start, end) or start
    return start, end


def _later_year(last: Value, end: str, start: str) -> str:
    if isinstance(last, Stated) and (
        last.month is not None or last.sub is not None or last.feast is not None
    ):
        year = _first(start).year
        for candidate in (year, year + 1):
            edtf = _edtf(replace(last, year=candidate, years=None), _first(start), False)
            if edtf is not None and _last(edtf) >= _first(start):
                return edtf
    return end


def _earlier_year(start: str, end: str) -> str | None:
    if _first(start) <= _last(end) or "/" in start:
        return None
    return f"{int(start[:4]) - 1:04}{start[4:]}"


def _joined(start: str, end: str) -> str:
    if start == end:
        return start
    ends = [edtf.rstrip("~") for edtf in (start, end)]
    if any(set(edtf) & set("/[") for edtf in ends) or _coarse(ends[0]) != _coarse(ends[1]):
        ends = [str(_first(start)), str(_last(end))]
        plain = [edtf.rstrip("~") for edtf in (start, end)]
        if not any(set(edtf) & set("/[") for edtf in plain) and max(map(_coarse, plain)) < 3:
            ends = _to_months(plain)
    return "/".join(ends)


def _coarse(edtf: str) -> int:
    return edtf.count("-") + 1


def _to_months(ends: list[str]) -> list[str]:
    first, last = _first(ends[0]), _last(ends[1])
    return [_month(first.year, first.month), _month(last.year, last.month)]


def _knows_year(value: Value) -> bool:
    return any(
        isinstance(part, Stated)
        and (
            part.year is not None
            or part.years is not None
            or part.months is not None
            or part.days is not None
            or part.weeks is not None
            or part.which is not None
        )
        for part in parts(value)
    ) or any(isinstance(part, Offset) for part in parts(value))


def _bound(side: str, base: Value, on: date, past: bool) -> str:
    if isinstance(base, Stated) and base.part is not None:
        if said(base) == {"part"}:
            base = replace(base, years=0)
        if base.part == LATE and side in ("before", "until"):
            # "before the end of 2024" is up to its last day
            base, side = replace(base, part=None), "until"
        elif base.part == EARLY and side == "from":
            base = replace(base, part=None)
    inner = _edtf(base, on, past or (side == "since"))
    if inner is None:
        raise ValueError("names no time")
    edtf = inner.rstrip("~")
    match side:
        case "before":
            return f"../{_first(edtf) - timedelta(days=1)}"
        case "until":
            return f"../{_last(edtf)}"
        case "after":
            return f"{_coarsest(_last(edtf) + timedelta(days=1))}/.."
        case _:
            plain = set(edtf) & set("/[") == set()
            return f"{edtf if plain else _first(edtf)}/.."


def _coarsest(day: date) -> str:
    """Return the longest period that begins with `day`, so that "after 2018" reads `2019/..`."""
    if (day.month, day.day) == (1, 1):
        return f"{day.year:04}"
    return _month(day.year, day.month) if day.day == 1 else str(day)
