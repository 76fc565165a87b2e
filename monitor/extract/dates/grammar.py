"""Define the meanings of rules in language files, a closed list of ways to combine the parts of a date.

A meaning takes the constituents that its rule's pattern matched and returns the value that they state together, or None
when they cannot be combined.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from monitor.extract.dates.numerals import FIRST_YEAR, LAST_YEAR, century
from monitor.extract.dates.values import (
    NO_TRAITS,
    About,
    Bound,
    Either,
    Lapse,
    NumeralForm,
    Offset,
    Range,
    Stated,
    Trait,
    Vague,
    Value,
    WeekOf,
    merged,
    said,
)

__all__ = ["MEANINGS", "NEEDS", "Constituent", "Meaning"]


class Constituent(NamedTuple):
    """A stretch of tokens, `start` to `end`, read as `kind`.

    `doubt` is 0 for a date in its own right, 1 for a word that needs a companion ("may", "sun"), 2 for a bare
    number, 3 for one that is a day only at the end of its sentence or phrase ("on the 27."), 4 if it also
    needs a word before it ("on 4.22"). One of the kind `loose` is a date only in the context of its sentence
    ("that year"). `rules` are the names of the rules that made it, `traits` what later steps ask of them (`Trait`), and
    `form` the form of a run of digits that is a date by itself.
    """

    start: int
    end: int
    kind: str
    value: Any
    doubt: int = 0
    rules: tuple[str, ...] = ()
    traits: frozenset[Trait] = NO_TRAITS
    form: NumeralForm | None = None


Meaning = Callable[[Sequence[Constituent]], "tuple[str, Any, int] | None"]
"""A function that returns the kind, the value and the doubt of the whole."""


def _of(marks: Sequence[Constituent], kind: str) -> Any:
    return next((mark.value for mark in marks if mark.kind == kind), None)


def _dates(marks: Sequence[Constituent]) -> list[Constituent]:
    return [mark for mark in marks if isinstance(mark.value, Value)]


def _number(marks: Sequence[Constituent]) -> int | None:
    value = next((mark.value for mark in marks if mark.kind in ("number", "ordinal", "roman")), None)
    return value if isinstance(value, int) else None


def _sure(doubt: int) -> int:
    return 0 if doubt < 2 else 2


def _merge(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    one, two = _dates(marks)
    # "of" alone links a bare number to its month: neither "3, October" nor "Quest 2 in May" is a day
    loose = any(mark.kind in ("glue", "comma") for mark in marks)
    # "on the 10th, November 26": a day that a comma keeps from a month is of another one
    if any(mark.kind == "comma" for mark in marks) and _only(one, "day") and _only(two, "month"):
        return None
    if loose and any(
        _bare_day(mark) and (not _weekday_only(other) or _is_cardinal(mark))
        for mark, other in ((one, two), (two, one))
    ):
        return None
    if min(one.doubt, two.doubt) >= 2 or (_bare_day(one) and not _opens(one, two, marks)):
        return None
    if not isinstance(one.value, Stated) or not isinstance(two.value, Stated):
        return None
    if any(
        _is_part_of_year(mark) and said(other.value) & {"month"} for mark, other in ((one, two), (two, one))
    ):
        return None  # "from November to early 2024": the early part is that of the year
    value = merged(one.value, two.value)
    return None if value is None else ("date", value, 0)


def _is_part_of_year(mark: Constituent) -> bool:
    stated = said(mark.value)
    return "part" in stated and bool(stated & {"year", "years"}) and not stated & {"month", "sub"}


def _opens(number: Constituent, date: Constituent, marks: Sequence[Constituent]) -> bool:
    """Return whether a bare number can be the day of the date after it: not the 2 of "2 next month", "2 on Friday", the 50 of "50 6 May"."""
    if number.value.year is not None or not isinstance(date.value, Stated):
        return False
    if any(mark.kind == "of" for mark in marks):
        return True
    linked = any(mark.kind in ("glue", "comma") for mark in marks)
    counted = date.value.months is not None or date.value.which is not None
    return not counted and not (linked and date.value.weekday is not None)


def _bare_day(mark: Constituent) -> bool:
    value = mark.value
    return mark.doubt >= 2 and isinstance(value, Stated) and (value.day is not None or value.year is not None)


def _only(mark: Constituent, name: str) -> bool:
    return isinstance(mark.value, Stated) and said(mark.value) == {name}


def _is_cardinal(mark: Constituent) -> bool:
    """Return whether a day is a spelled cardinal: "Monday, five minutes long"."""
    return Trait.CARDINAL in mark.traits


def _is_spelled(mark: Constituent) -> bool:
    return Trait.SPELLED_DAY in mark.traits


def _weekday_only(mark: Constituent) -> bool:
    value = mark.value
    return isinstance(value, Stated) and value.weekday is not None and value.month is None


def _small(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Read a month without its capital beside a day or a year."""
    month = next(mark for mark in marks if mark.kind == "small_month")
    number = next((mark.value for mark in marks if mark.kind == "ordinal"), None)
    beside = (
        Stated(day=number)
        if number is not None
        else next((mark.value for mark in marks if mark.kind == "date"), None)
    )
    value = merged(month.value, beside) if isinstance(beside, Stated) else None
    return None if value is None else ("date", value, 0)


def _same(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    (mark,) = _dates(marks)
    return mark.kind, mark.value, mark.doubt


def _definite(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    (mark,) = _dates(marks)
    return "span" if mark.kind == "span" else "date", mark.value, 0


def _day(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    number = _number(marks)
    doubtful = any(mark.doubt for mark in marks if mark.kind == "number")
    if any(mark.kind == "on" for mark in marks) and _spelled(marks):
        return None  # "for one week"
    return (
        ("date", Stated(day=number), 0) if number is not None and 1 <= number <= 31 and not doubtful else None
    )


def _latent_day(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    number = _number(marks)
    article = any(mark.doubt for mark in marks)  # "a Friday" is not the first
    return (
        ("date", Stated(day=number), 2) if number is not None and 1 <= number <= 31 and not article else None
    )


def _ordinal(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    number = _number(marks)
    return None if number is None else ("ordinal", number, 0)


def _month(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    number = _number(marks)
    return ("date", Stated(month=number), 0) if number is not None and 1 <= number <= 12 else None


def _day_and_month(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Read two numbers as day and month: el 17 del 11, 7. vierter."""
    day, month = [mark.value for mark in marks if mark.kind in ("number", "ordinal")]
    return ("date", Stated(day=day, month=month), 0) if 1 <= day <= 31 and 1 <= month <= 12 else None


def _full_year(number: int) -> int | None:
    if 15 <= number < 100:  # "year 5" is no year
        number = century(number)
    return number if FIRST_YEAR <= number <= LAST_YEAR else None


def _year(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    number = _number(marks)
    year = None if number is None else _full_year(number)
    return None if year is None else ("date", Stated(year=year), 0)


def _year_word(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Read a number before the word for year, 2024年; with two digits, 24年, only beside the rest of a date."""
    number = _number(marks)
    if number is not None and 20 <= number < 100:
        return "date", Stated(year=century(number)), 1
    return (
        None if number is None or not FIRST_YEAR <= number <= LAST_YEAR else ("date", Stated(year=number), 0)
    )


def _short_year(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    number = _number(marks)
    return None if number is None or not 0 <= number < 100 else ("date", Stated(year=century(number)), 1)


def _spelled_year(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    number = _number(marks)
    if number is None or not FIRST_YEAR <= number <= LAST_YEAR or not _spelled(marks):
        return None
    return "date", Stated(year=number), 1


def _decade(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Read a decade: the 1980s, the 90's."""
    number = _number(marks)
    if number is None or number % 10 or not (FIRST_YEAR <= number <= LAST_YEAR or 20 <= number < 100):
        return None
    first = number if number >= FIRST_YEAR else century(number)
    return "span", Range(Stated(year=first), Stated(year=first + 9)), 0


def _part_of_decade(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Read a part of a decade, of which the late one begins with its seventh year: the late 90's."""
    (mark,) = _dates(marks)
    match mark.value:
        case Range(Stated(year=int(first)), Stated(year=int(last))) if last == first + 9:
            start, end = {37: (0, 3), 38: (4, 6), 39: (7, 9)}[_part_of(marks)]
            return "span", Range(Stated(year=first + start), Stated(year=first + end)), 0
        case _:
            return None


def _in_brackets(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Read a day with its weekday as one letter in brackets, which makes a day of a number too: 10.09（三）, 10월 9일(월)."""
    (mark,) = _dates(marks)
    value = mark.value
    if not isinstance(value, Stated) or value.day is None or (value.month is None and mark.doubt):
        return None
    weekday = _of(marks, "weekday_letter")
    if weekday is None:
        number = _number(marks) or 0
        weekday = number - 1 if 1 <= number <= 6 else None  # Chinese counts the days from Monday, 一 to 六
    joined = None if weekday is None else merged(value, Stated(weekday=weekday))
    return None if joined is None else ("date", joined, 0)


def _until_month(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Read "within the business year" as the bound of its last month: 年度内 is until the end of March, 2023年度内 that of 2024."""
    number = _number(marks)
    if number is not None and not FIRST_YEAR <= number < LAST_YEAR:
        return None
    year = None if number is None else number + 1
    return "span", Bound("until", Stated(year=year, month=_of(marks, "business_year"))), 0


def _era(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    number = _number(marks) or 1
    year = _of(marks, "era") + number - 1
    return ("date", Stated(year=year), 0) if FIRST_YEAR <= year <= LAST_YEAR else None


def _quarter(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    if _spelled(marks):
        return None
    number = _number(marks)
    if number == -1:
        return "date", Stated(sub=36), 1  # "the last quarter" by itself is the one before this
    return ("date", Stated(sub=32 + number), 0) if number is not None and 1 <= number <= 4 else None


def _quarter_and_year(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Read a quarter and its year that digits give like a month's: quý 3/2024, Q3/2024."""
    (mark,) = _dates(marks)
    value = mark.value
    if not isinstance(value, Stated) or value.month is None or value.month > 4:
        return None
    stated = Stated(year=value.year, sub=32 + value.month)
    return ("date", stated, 0) if value.year and value == Stated(year=value.year, month=value.month) else None


def _spelled(marks: Sequence[Constituent]) -> bool:
    """Return whether a cardinal number is spelled: "half a year" is not H1."""
    return any(mark.kind == "number" and mark.rules for mark in marks)


def _half(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    if _spelled(marks):
        return None
    number = _number(marks)
    if number == -1:
        number = 2
    if number not in (1, 2):
        return None
    # "the first half" by itself is more often of a match than of the year; H1 is not
    return "date", Stated(sub=39 + number), 0 if any(mark.kind == "half_letter" for mark in marks) else 1


def _relative(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Read a shift and a unit: next week, last month, this year."""
    shift, unit = _shift(marks), _of(marks, "unit")
    value = _shifted(shift, unit)
    return None if value is None else ("date", value, 0)


def _shift(marks: Sequence[Constituent]) -> Any:
    return _of(marks, "shift") or _of(marks, "shift_after")


def _shifted(shift: str, unit: str) -> Stated | None:
    count = {"this": 0, "next": 1, "coming": 1, "last": -1, "next_but_one": 2, "last_but_one": -2}[shift]
    if unit == "weekend":
        return Stated(weekend=True, weeks=count) if abs(count) == 2 else Stated(weekend=True, which=shift)
    field = {
        "day": "days",
        "week": "weeks",
        "month": "months",
        "quarter": "quarters",
        "half": "halves",
        "year": "years",
    }.get(unit)
    return None if field is None else Stated(**{field: count})  # type: ignore[arg-type]


def _which(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Read a shift before a name: this Friday, next spring, last June."""
    shift = _shift(marks)
    (mark,) = _dates(marks)
    if (
        not isinstance(mark.value, Stated)
        or mark.doubt >= 2
        or shift not in ("this", "next", "coming", "last")
    ):
        return None
    value = merged(mark.value, Stated(which=shift)) if mark.value.which is None else None
    return None if value is None else ("date", value, 0)


def _part_of(marks: Sequence[Constituent]) -> Any:
    return next((mark.value for mark in marks if mark.kind in ("part", "part_after", "part_tight")), None)


def _part(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    part = _part_of(marks)
    (mark,) = _dates(marks)
    if not isinstance(mark.value, Stated) or mark.doubt >= 2:
        return None
    value = merged(mark.value, Stated(part=part))
    if value is not None and (
        value.sub is not None
        or value.weeks is not None
        or value.quarters is not None
        or value.halves is not None
    ):
        value = replace(value, part=None)  # seasons, quarters, halves and weeks are not cut finer
    return None if value is None else ("date", value, 0)


def _parts(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    first, last = [mark.value for mark in marks if mark.kind == "part"]
    (mark,) = _dates(marks)
    if not isinstance(mark.value, Stated) or mark.doubt >= 2:
        return None
    one, two = merged(mark.value, Stated(part=first)), merged(mark.value, Stated(part=last))
    return None if one is None or two is None else ("span", Range(one, two), 0)


def _part_of_unit(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Read a part of the running period: the end of the year."""
    value = _shifted("this", _of(marks, "unit"))
    part = _part_of(marks)
    if value is None or value.days is not None or value.weekend:
        return None
    whole = value.years is None and value.months is None
    return "date", value if whole else replace(value, part=part), 0


def _until_unit(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Read the running period as the bound: before the year ends."""
    value = _shifted("this", _of(marks, "unit"))
    return None if value is None or value.days is not None else ("span", Bound("until", value), 0)


def _this_unit(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    value = _shifted("this", _of(marks, "unit"))
    return None if value is None else ("date", value, 0)


def _sub_of_unit(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Read a quarter or half of the running year: the second half of the year."""
    if _of(marks, "unit") != "year":
        return None
    made = _quarter(marks) if any(mark.kind == "quarter" for mark in marks) else _half(marks)
    return None if made is None else ("date", replace(made[1], years=0), 0)


def _nth(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Count a unit within a period: the first week of October, the last month of 2024."""
    number, unit = _number(marks), _of(marks, "unit")
    held = _dates(marks)
    if (
        unit in ("quarter", "half")
        and held
        and isinstance(held[0].value, Stated)
        and held[0].value.month is None
        and held[0].value.months is None
    ):
        return None  # quarters and halves of a year have rules of their own
    if number is None or unit is None or not (-1 <= number <= 31) or number == 0:
        return None
    if unit == "year" or (unit == "day" and not held):
        return None
    return _counted(Stated(nth=number, unit=unit), held)


def _day_of_unit(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Read a day of a shifted month: the 20th of next month."""
    value = _shifted(_shift(marks), _of(marks, "unit"))
    number = _number(marks)
    if value is None or value.months is None or number is None or not 1 <= number <= 31:
        return None
    return "date", replace(value, day=number), 0


def _nth_of_unit(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Count a unit within the running one: the first day of the month."""
    _, holder = [mark for mark in marks if mark.kind == "unit"]
    value = _shifted("this", holder.value)
    held = Constituent(holder.start, holder.end, "date", value)
    return None if value is None else _nth([mark for mark in marks if mark is not holder] + [held])


def _nth_weekday(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    number = _number(marks)
    if number is None or not (-1 <= number <= 5) or number == 0:
        return None
    weekday = _of(marks, "weekday")
    held = _dates(marks)
    return _counted(Stated(nth=number, unit="weekday", weekday=weekday), held)


def _counted(counted: Stated, held: list[Constituent]) -> tuple[str, Any, int] | None:
    if not held:
        return "date", counted, 1
    holder = held[0]
    if not isinstance(holder.value, Stated) or holder.doubt >= 2 or holder.value.weekday is not None:
        return None
    year_long = holder.value.month is None and holder.value.months is None
    if counted.unit in ("quarter", "half") and year_long and counted.nth is not None:
        base = 32 if counted.unit == "quarter" else 39
        last = 4 if counted.unit == "quarter" else 2
        number = last if counted.nth == -1 else counted.nth
        value = merged(Stated(sub=base + number), holder.value) if number <= last else None
    elif counted.unit in ("month", "quarter") and not year_long:
        return None
    else:
        value = merged(counted, holder.value)
    return None if value is None else ("date", value, 0)


def _one(sign: int) -> Meaning:
    def one(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
        unit = _of(marks, "unit")
        return None if unit in ("weekend", "half", "third") else ("date", Offset(sign, unit), 0)

    return one


def _half_year(sign: int) -> Meaning:
    """Read half a year as six months from the day of writing: 半年后, hace medio año."""

    def half_year(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
        del marks
        return "date", Offset(sign * 6, "month"), 0

    return half_year


def _two(sign: int) -> Meaning:
    """Read a dual, which says two units in one word; its value counts the units from the day."""

    def two(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
        unit = {1: "day", 2: "week", 3: "month", 4: "year"}.get(_of(marks, "dual"))
        return None if unit is None else ("date", Offset(sign * 2, unit), 0)

    return two


def _days(sign: int) -> Meaning:
    """Read a word that names a count of days: 나흘, four days."""

    def days(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
        return "date", Stated(days=sign * _of(marks, "native_days")), 0

    return days


def _halves(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Read the first or second half of the period beside it."""
    (mark,) = _dates(marks)
    return _counted(Stated(nth=_of(marks, "halves"), unit="half"), [mark])


def _months(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Read two numbers before the word for month: 1~2월, 10～12月."""
    value = _of(marks, "span")
    if (
        not isinstance(value, Range)
        or not isinstance(value.first, Stated)
        or not isinstance(value.last, Stated)
    ):
        return None
    first, last = value.first.day, value.last.day
    if (
        value != Range(Stated(day=first), Stated(day=last))
        or first is None
        or last is None
        or not first < last <= 12
    ):
        return None
    return "span", Range(Stated(month=first), Stated(month=last)), 0


def _month_and_day(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    month, day = [mark.value for mark in marks if mark.kind == "number"]
    return ("date", Stated(day=day, month=month), 0) if 1 <= day <= 31 and 1 <= month <= 12 else None


def _turn(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Read the turn of two periods: late in the one to early in the other."""
    one, two = _dates(marks)
    if not isinstance(one.value, Stated) or not isinstance(two.value, Stated):
        return None
    first, last = merged(one.value, Stated(part=39)), merged(two.value, Stated(part=37))
    return None if first is None or last is None else ("span", Range(first, last), 0)


def _both(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Read two days of one month: May 4 and 5, 4 and 5 May."""
    one, two = _dates(marks)
    if (
        min(one.doubt, two.doubt) >= 2
        or max(one.doubt, two.doubt) < 2
        or not isinstance(one.value, Stated)
        or not isinstance(two.value, Stated)
    ):
        return None
    if one.value.day is None or two.value.day is None or not one.value.day < two.value.day:
        return None
    return (
        "span",
        Range(one.value, two.value) if two.value.day == one.value.day + 1 else Either(one.value, two.value),
        0,
    )


def _offset(sign: int) -> Meaning:
    def offset(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
        count = _number(marks)
        unit = _of(marks, "unit")
        if unit is None and (weekday := _of(marks, "weekday")) is not None:
            unit = f"weekday{weekday}"
        held = _dates(marks)
        if count is None or not 0 < count < 1000 or unit is None:
            return None
        base = held[0].value if held else None
        if (day := _of(marks, "relative_day")) is not None:
            base = Stated(days=day)
        if held and (held[0].doubt >= 2 or isinstance(base, Vague)):
            return None
        return "date", Offset(sign * count, unit, base), 0

    return offset


def _within(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    count, unit = _number(marks), _of(marks, "unit")
    return (
        None
        if count is None or not 0 < count < 1000 or unit is None
        else ("span", Bound("until", Offset(count, unit, None, exact=True)), 0)
    )


def _lapse(side: str) -> Meaning:
    def lapse(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
        count, unit = _number(marks), _of(marks, "unit")
        if count is None or not 0 < count < 1000 or unit not in _LASTING:
            return None
        return "date", Lapse(count, unit, side), 0

    return lapse


_LASTING = frozenset({"day", "week", "month", "year", "decade"})
_TOLD_STEPS = {"told": 0, "told_next": 1, "told_last": -1}
_TOLD = {"day": "days", "week": "weeks", "month": "months", "year": "years"}


def _told(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Read a period named before, or the one next to it: that year, the same day, 翌年; with a date beside it the date within it."""
    kind, unit = next((mark.kind, mark.value) for mark in marks if mark.kind in _TOLD_STEPS)
    if unit not in _TOLD:
        return None
    told = Stated(**{_TOLD[unit]: _TOLD_STEPS[kind]})  # type: ignore[arg-type]
    held = _dates(marks)
    if not held:
        return "date", told, 0
    value = held[0].value
    if not isinstance(value, Stated) or unit not in ("month", "year"):
        return None
    joined = merged(value, told)
    return None if joined is None else ("date", joined, 0)


def _season(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    return "date", Stated(sub=_of(marks, "season")), 0


def _month_name(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    return "date", Stated(month=_of(marks, "month")), 0


def _relative_day(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    return "date", Stated(days=_of(marks, "relative_day")), 0


def _midnight(_marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Return the day after that of writing, which the coming midnight begins."""
    return "date", Stated(days=1), 0


def _week_of(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    mark = _dates(marks)[-1]
    value = mark.value
    named = isinstance(value, Stated) and (
        value.day is not None or value.days is not None or value.feast is not None
    )
    return ("date", WeekOf(value), 0) if named else None


def _weekend_of(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    mark = _dates(marks)[-1]
    value = mark.value
    named = isinstance(value, Stated) and (
        value.day is not None or value.days is not None or value.feast is not None
    )
    return ("date", WeekOf(value, weekend=True), 0) if named else None


def _range(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    one, two = _dates(marks)
    if isinstance(one.value, Range | Bound | Vague | Either) or isinstance(
        two.value, Range | Bound | Vague | Either
    ):
        return None
    if _is_spelled(one) and one.value != Stated(day=1) and not _is_spelled(two):
        return None  # "June 18, the second on 6 August" counts things
    if not _comparable(one.value, two.value) or (two.doubt >= 2 and _is_full(one.value)):
        return None
    return "span", Range(one.value, two.value), 2 if min(one.doubt, two.doubt) >= 2 else 0


def _is_full(value: Value) -> bool:
    """Return whether a date names its day, month and year, after which a bare number is not a second day: "Nov. 3, 1956 — 17 years"."""
    return isinstance(value, Stated) and None not in (value.year, value.month, value.day)


def _comparable(one: Value, two: Value) -> bool:
    """Return whether the two ends of a range are of the same kind: not "2 to October 2020", not "Friday to 2024"."""
    if not isinstance(one, Stated) or not isinstance(two, Stated):
        return True
    only_day = [
        value.day is not None and value.month is None and value.months is None for value in (one, two)
    ]
    has_day = [value.day is not None for value in (one, two)]
    if only_day[0] and not has_day[1]:
        return False
    if only_day[1] and not has_day[0]:
        return False
    if has_day[0] and one.year is None and one.years is None and said(two) <= {"year", "years"}:
        return False  # "from September 30 to 2022" is moved there
    only_weekday = [
        value.weekday is not None and value.day is None and value.weeks is None for value in (one, two)
    ]
    return not (any(only_weekday) and any(value.year is not None for value in (one, two)))


def _inside(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Read a range within a period: next week between Wednesday and Friday."""
    holder = next(mark for mark in marks if mark.kind == "date")
    span = next(mark for mark in marks if mark.kind == "span")
    if not isinstance(span.value, Range) or not isinstance(holder.value, Stated) or holder.doubt >= 2:
        return None
    if holder.value.day is not None or holder.value.weekday is not None or holder.value.days is not None:
        return None
    ends = []
    for end in (span.value.first, span.value.last):
        if not isinstance(end, Stated):
            return None
        value = merged(end, holder.value)
        if value is None:
            return None
        ends.append(value)
    return "span", Range(*ends), 0


def _bound(side: str) -> Meaning:
    def bound(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
        (mark,) = _dates(marks)
        if isinstance(mark.value, Range | Bound | Lapse | Vague):
            return None
        return "span", Bound(side, mark.value), _sure(mark.doubt)

    return bound


def _either(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    one, two = _dates(marks)
    if (
        not all(isinstance(mark.value, Stated | Either) for mark in (one, two))
        or max(one.doubt, two.doubt) >= 2
    ):
        return None
    if not _comparable(one.value, two.value):
        return None
    return "span", Either(one.value, two.value), min(one.doubt, two.doubt)


def _about(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    (mark,) = _dates(marks)
    if isinstance(mark.value, Range | Bound | Vague | Either):
        return None
    return "span", About(mark.value), _sure(mark.doubt)


def _sum(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Compose spelled numbers: twenty + one, nineteen + ninety-five, two + thousand, thousand + eighteen."""
    numbers = [mark for mark in marks if mark.kind in ("number", "ordinal")]
    one, two = numbers
    total = composed(one.value, two.value)
    return None if total is None else (two.kind, total, 0)


def _sum_reversed(marks: Sequence[Constituent]) -> tuple[str, Any, int] | None:
    """Compose a unit before its ten: one and twenty."""
    unit, ten = [mark.value for mark in marks if mark.kind == "number"]
    return ("number", unit + ten, 0) if 0 < unit < 10 and 20 <= ten < 100 and ten % 10 == 0 else None


def composed(one: int, two: int) -> int | None:
    """Return the number composed of two adjacent spelled ones, None when they do not compose."""
    if one <= 0 or two <= 0:
        return None
    if two in (100, 1000):
        return one * two if one < two else None
    if one >= 1000 and one % 1000 == 0 and two < 1000:
        return one + two
    if one >= 100 and one % 100 == 0 and two < 100:
        return one + two
    if 10 <= one < 100 and one % 10 == 0 and two < 10:
        return one + two
    return one * 100 + two if one in (19, 20) and 10 <= two < 100 else None


MEANINGS: dict[str, Meaning] = {
    "merge": _merge,
    "small": _small,
    "same": _same,
    "definite": _definite,
    "ordinal": _ordinal,
    "day": _day,
    "latent_day": _latent_day,
    "day_and_month": _day_and_month,
    "month": _month,
    "year": _year,
    "year_word": _year_word,
    "short_year": _short_year,
    "spelled_year": _spelled_year,
    "decade": _decade,
    "part_of_decade": _part_of_decade,
    "era": _era,
    "quarter": _quarter,
    "quarter_and_year": _quarter_and_year,
    "half": _half,
    "relative": _relative,
    "which": _which,
    "part": _part,
    "parts": _parts,
    "part_of_unit": _part_of_unit,
    "this_unit": _this_unit,
    "until_unit": _until_unit,
    "season": _season,
    "month_name": _month_name,
    "relative_day": _relative_day,
    "sub_of_unit": _sub_of_unit,
    "nth": _nth,
    "day_of_unit": _day_of_unit,
    "nth_of_unit": _nth_of_unit,
    "nth_weekday": _nth_weekday,
    "ahead": _offset(1),
    "ago": _offset(-1),
    "ahead_one": _one(1),
    "ago_one": _one(-1),
    "ahead_two": _two(1),
    "ago_two": _two(-1),
    "half_year_ahead": _half_year(1),
    "half_year_ago": _half_year(-1),
    "days_ahead": _days(1),
    "days_ago": _days(-1),
    "halves": _halves,
    "months": _months,
    "month_and_day": _month_and_day,
    "turn": _turn,
    "until_month": _until_month,
    "in_brackets": _in_brackets,
    "both": _both,
    "within": _within,
    "lapse_after": _lapse("after"),
    "lapse_before": _lapse("before"),
    "told": _told,
    "midnight": _midnight,
    "week_of": _week_of,
    "weekend_of": _weekend_of,
    "range": _range,
    "inside": _inside,
    "before": _bound("before"),
    "until": _bound("until"),
    "after": _bound("after"),
    "from": _bound("from"),
    "since": _bound("since"),
    "either": _either,
    "about": _about,
    "sum": _sum,
    "sum_reversed": _sum_reversed,
}

NEEDS: dict[str, tuple[str, ...]] = {
    "merge": ("date", "date"),
    "small": ("small_month",),
    "same": ("date",),
    "definite": ("date",),
    "which": ("shift", "date"),
    "relative": ("shift", "unit"),
    "relative_day": ("relative_day",),
    "month_name": ("month",),
    "season": ("season",),
    "quarter_and_year": ("date",),
    "part": ("part", "date"),
    "part_of_decade": ("part", "date"),
    "parts": ("part", "part", "date"),
    "part_of_unit": ("part", "unit"),
    "this_unit": ("unit",),
    "until_unit": ("unit",),
    "sub_of_unit": ("number", "unit"),
    "nth": ("number", "unit"),
    "nth_of_unit": ("number", "unit", "unit"),
    "nth_weekday": ("number", "weekday"),
    "day_of_unit": ("number", "shift", "unit"),
    "day_and_month": ("number", "number"),
    "month_and_day": ("number", "number"),
    "ahead": ("number",),
    "ago": ("number",),
    "within": ("number", "unit"),
    "lapse_after": ("number", "unit"),
    "lapse_before": ("number", "unit"),
    "told": ("told",),
    "midnight": ("midnight",),
    "ahead_one": ("unit",),
    "ago_one": ("unit",),
    "ahead_two": ("dual",),
    "ago_two": ("dual",),
    "half_year_ahead": ("half_year",),
    "half_year_ago": ("half_year",),
    "days_ahead": ("native_days",),
    "days_ago": ("native_days",),
    "halves": ("halves", "date"),
    "months": ("date",),
    "week_of": ("date",),
    "weekend_of": ("date",),
    "range": ("date", "date"),
    "inside": ("span", "date"),
    "turn": ("date", "date"),
    "until_month": ("business_year",),
    "in_brackets": ("date",),
    "both": ("date", "date"),
    "either": ("date", "date"),
    "about": ("date",),
    "before": ("date",),
    "until": ("date",),
    "after": ("date",),
    "from": ("date",),
    "since": ("date",),
    "sum": ("number", "number"),
    "sum_reversed": ("number", "number"),
    "era": ("era",),
}
"""The kinds that a pattern must contain for its meaning; a meaning that is not listed needs a number."""
