"""List the periods that a date expression could mean: each end of a range, a bound and its bare date, both orders of 12.05.

The literal meaning of an expression is its value, resolved in `resolving`; this module lists the alternatives, between
which the weights decide in the context of the sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from monitor.extract.dates.resolving import needs_year, resolve, resolve_ends
from monitor.extract.dates.values import (
    About,
    Bound,
    Either,
    Lapse,
    Offset,
    Range,
    Stated,
    Value,
    WeekOf,
    inherit,
    said,
)
from monitor.model import When

__all__ = ["DateReading", "date_readings"]

_OPEN = {"before": "before", "until": "until", "after": "after", "from": "not-before", "since": "since"}
_SHORTEST_MONTH = 28
_INSTEAD = frozenset({"month", "year"})
"""Forms that are used only when the stated date does not exist in the calendar."""
_FOURTH_QUARTER = 36
_CLOSER = "to the "
_DIRECTIONS = {False: "future", True: "past"}


@dataclass(frozen=True, slots=True)
class DateReading:
    """One period that an expression could mean.

    `form` names the part of the words that is used:

    - `whole`: all of them
    - `before`, `until`, `after`, `not-before`, `since`: the open period of a bound; `bare` is its date alone. A `before`
      is `not-before` when the sentence negates it ("will not come before May")
    - `from-to`: a range; `start` and `end` are its ends
    - `either`: one of two; `alternative` is one of them alone
    - `about`: a period that is called approximate, or computed from a duration; `exact` is the same without `~`
    - `day`: the day named before, of a month that contains it ("that July slot")
    - `coarse`: without early, mid or late
    - `nearest`: without "coming", which may be the running season; the fourth quarter for "the last quarter"
    - `to the day`, `to the month`: the result of counting in months or years ("a year ago")
    - `base`: the date that is counted from
    - `ago`, `ahead`: the period as long before or after the day of writing ("13 years after", "a month until"), and
      `later`, `earlier` after or before another date
    - `month`: the month alone of a day that it does not have (31 April), `year`: the year of a feast whose day is not known
    - `numbered`: a month with the number before it as its day, if that may count something else (season 9 June)
    - `month-first`, `day-first`: the numeric date in that order, where both exist

    `anchor` names the origin of the fields that the words leave out: `stated` when they leave out none, else `future` or
    `past`, the nearest such period that is not over or that has begun, or `near`, another date of the text.
    """

    form: str
    anchor: str
    when: When

    @property
    def name(self) -> str:
        """Return form and anchor as one name, "bare past"; the usual `whole` and `stated` are left out if possible."""
        if self.form == "whole":
            return self.anchor if self.anchor != "stated" else "whole"
        return self.form if self.anchor == "stated" else f"{self.form} {self.anchor}"


def date_readings(
    value: Value,
    on: date,
    *,
    is_numeric: bool,
    text: str,
    numbered: Value | None,
    near: tuple[When, ...],
    past: bool,
    is_anaphoric: bool = False,
) -> tuple[DateReading, ...]:
    """Return the distinct readings of `value`, written on `on`, the preferred one first.

    `is_numeric` says that the date is in digits, `text` and `numbered` are those of the mention. With `past` the nearest
    past is preferred to the nearest future. `near` are other dates of the text, which fill the missing fields; with `is_anaphoric`
    the words refer to them ("the same day"), and these readings come first.
    """
    forms = list(_forms(value))
    if is_numeric and (turned := _turned(value)) is not None:
        order, reverse = ("month-first", "day-first")
        if not _month_first(value, text):
            order, reverse = reverse, order
        forms = [(order if form == "whole" else form, held) for form, held in forms] + [(reverse, turned)]
    if numbered is not None:
        forms += [
            (f"numbered {form}" if form == "bare" else "numbered", held) for form, held in _forms(numbered)
        ]
    found: dict[str, DateReading] = {}
    if any(form not in _INSTEAD and resolve(held, on) is not None for form, held in forms):
        forms = [(form, held) for form, held in forms if form not in _INSTEAD]
    ways = [
        (form, held, _when(form, held, on, past=past), _when(form, held, on, past=not past))
        for form, held in forms
    ]
    for form, held, preferred, other in ways:
        _add(found, form, _anchor(held, preferred, other, on, past=past), preferred)
    for form, _, _, other in ways:
        _add(found, form, _DIRECTIONS[not past], other)
    filled: dict[str, DateReading] = {}
    for other in near:
        _fill(filled, value, forms, other)
    joined = (
        filled | {edtf: one for edtf, one in found.items() if edtf not in filled}
        if is_anaphoric
        else found | {edtf: one for edtf, one in filled.items() if edtf not in found}
    )
    return tuple(joined.values())


def _fill(found: dict[str, DateReading], value: Value, forms: list[tuple[str, Value]], near: When) -> None:
    """Add the meanings of the forms of `value` relative to the date `near`."""
    day = near.earliest or near.latest
    if day is None:
        return
    for form, held in list(_from_another(value)) or forms:
        when = _when(form, _filled(held, day), day, past=False)
        _add(found, form, "near", when)
        if near.is_day and when is not None and not when.is_day and form == "whole" and needs_year(held):
            # "that July slot": the day in July that was named
            _add(found, "day", "near", near if when.contains(near) else None)


def _anchor(value: Value, preferred: When | None, other: When | None, on: date, *, past: bool) -> str:
    """Return the anchor of the preferred reading of `value`: a weekday that determines the year (Friday, May 10) leaves one direction."""
    if preferred != other:
        return _DIRECTIONS[past]
    if preferred is None or not needs_year(value) or not isinstance(value, Stated) or value.weekday is None:
        return "stated"
    if preferred.earliest is None or preferred.earliest == on:
        return "stated"
    return _DIRECTIONS[preferred.earliest < on]


def _add(found: dict[str, DateReading], form: str, anchor: str, when: When | None) -> None:
    if when is None:
        return
    found.setdefault(when.edtf, DateReading(form, anchor, when))
    if when.is_approximate and not form.startswith(_CLOSER):
        plain = When.parse(when.edtf.rstrip("~?%"))
        found.setdefault(plain.edtf, DateReading("exact", anchor, plain))


def _when(form: str, value: Value, on: date, *, past: bool) -> When | None:
    if form in ("start", "end") and isinstance(value, Range):
        ends = resolve_ends(value, on, past=past)
        return None if ends is None else ends[form == "end"]
    return resolve(value, on, past=past)


def _forms(value: Value) -> Iterator[tuple[str, Value]]:
    """Yield the possible meanings of `value` with the names of their forms, the whole first."""
    match value:
        case Bound(side, base):
            yield _OPEN[side], value
            for form, held in _forms(base):
                yield "bare" if form == "whole" else form, held
            if side in ("before", "until"):
                yield "not-before", Bound("from", base)
        case Range(first, last):
            yield "from-to", value
            yield "start", value
            yield "end", value
            if isinstance(first, Offset) and first.base is not None:
                # "pushed back 12 weeks from February to April 28"
                yield "start", first.base
            if needs_year(last) and not needs_year(first):
                yield "end", last
        case Either(first, last):
            yield "either", value
            if isinstance(first, Stated) and said(first) == {"part"} and inherit(first, last) != first:
                # "late this year or early 2025", with "this year" left out
                yield "either", Either(replace(first, years=0), last)
                yield "alternative", first
            for one, two in ((first, last), (last, first)):
                for form, held in _forms(inherit(one, two)):
                    yield "alternative" if form in ("whole", "either") else form, held
        case About(base):
            yield "about", value
            yield from ((form, held) for form, held in _forms(base) if form != "whole")
        case Offset():
            yield "whole", value
            yield from _counted_off(value)
        case Lapse(side=side):
            yield from _lapsed(value, -1 if side == "after" else 1, "ahead", "ago")
        case Stated():
            yield "whole", value
            if value.day is not None and value.month is not None and value.day > _SHORTEST_MONTH:
                yield "month", replace(value, day=None, weekday=None)
            if value.feast is not None and value.year is not None:
                yield "year", Stated(year=value.year)
            if value.part is not None and said(value) != {"part"}:
                yield "coarse", replace(value, part=None)
            if value.quarters == -1:
                # "in the last quarter" is the one before this, or the fourth
                yield "nearest", Stated(sub=_FOURTH_QUARTER)
            if value.which == "coming":
                yield "nearest", replace(value, which=None)
        case _:
            yield "whole", value


def _from_another(value: Value) -> Iterator[tuple[str, Value]]:
    """Yield the periods counted in both directions from another date, as for "two days before"."""
    match value:
        case Lapse():
            yield from _lapsed(value, 1, "later", "earlier")
            yield from _lapsed(value, -1, "later", "earlier")
        case Offset(base=None):
            yield from _forms(value)
            turned = replace(value, count=-value.count)
            yield "later" if turned.count > 0 else "earlier", turned
            yield from _counted_off(turned)
        case _:
            return


def _lapsed(value: Lapse, sign: int, ahead: str, ago: str) -> Iterator[tuple[str, Value]]:
    """Yield the day at the distance of a lapse from the day of writing, or from another date, in the direction of `sign`."""
    counted = Offset(sign * value.count, value.unit)
    yield ahead if sign > 0 else ago, counted
    if value.unit == "year":
        yield "to the month", replace(counted, unit="month", count=12 * counted.count)
    yield from _counted_off(counted)


def _counted_off(value: Offset) -> Iterator[tuple[str, Value]]:
    """Yield the exact day at the distance, the month for years, and the date that is counted from."""
    if value.base is None:
        if value.unit in ("month", "year"):
            yield "to the day", replace(value, base=Stated(days=0))
        if value.unit == "year" and abs(value.count) == 1:
            yield "to the month", replace(value, unit="month", count=12 * value.count)
        return
    base = value.base
    if isinstance(base, Stated) and base.days is not None and base.day is not None:
        base = replace(base, days=None)
    for form, held in _forms(base):
        yield "base" if form == "whole" else form, held


# -- the other order of a numeric date -----------------------------------------------------------------------


def _turned(value: Value) -> Value | None:
    """Return `value` with day and month of each date exchanged, None when one of them has no other order."""
    match value:
        case Stated():
            month, day = value.month, value.day
            if month is None or day is None or day > 12 or day == month:
                return None
            return replace(value, month=day, day=month, weekday=None)
        case Bound(_, base) | About(base):
            turned = _turned(base)
            return None if turned is None else replace(value, base=turned)
        case Range(first, last):
            one, two = _turned(first), _turned(last)
            return None if one is None or two is None else Range(one, two)
        case _:
            return None


def _month_first(value: Value, text: str) -> bool:
    match value:
        case Bound(_, base) | About(base):
            return _month_first(base, text)
        case Range(first, _):
            return _month_first(first, text)
        case Stated(month=int(month), day=int(day)):
            digits = "".join(char if char.isdigit() else " " for char in text).split()
            small = [int(number) for number in digits if int(number) in (month, day)]
            return small[:1] == [month]
        case _:
            return False


# -- fields filled by another date of the text ---------------------------------------------------------------------


def _filled(value: Value, near: date) -> Value:
    """Return `value` with the year of `near` if it has none, and its month if it has only a day."""
    match value:
        case Stated() if needs_year(value):
            stated = said(value)
            if stated <= {"day", "weekday"} and value.day is not None:
                return replace(value, year=near.year, month=near.month, weekday=None)
            if stated & {"month", "sub", "feast"} and value.weekday is None:
                return replace(value, year=near.year)
            return replace(value, year=near.year, weekday=None) if {"month", "day"} <= stated else value
        case Range(first, last) | Either(first, last):
            return type(value)(_filled(inherit(first, last), near), _filled(inherit(last, first), near))
        case Bound(side, base):
            return Bound(side, _filled(base, near))
        case About(base):
            return About(_filled(base, near))
        case WeekOf(base, weekend):
            return WeekOf(_filled(base, near), weekend)
        case Offset(base=base) if base is not None:
            return replace(value, base=_filled(base, near))
        case _:
            return value
