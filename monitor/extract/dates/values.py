"""Represent what a text states of a date, and nothing else: a missing field is None until the value is resolved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from enum import StrEnum

__all__ = [
    "NO_TRAITS",
    "About",
    "Bound",
    "Either",
    "Lapse",
    "NumeralForm",
    "Offset",
    "Range",
    "Stated",
    "Trait",
    "Vague",
    "Value",
    "WeekOf",
    "bare",
    "inherit",
    "merged",
    "parts",
    "said",
]

EARLY, MID, LATE = 37, 38, 39


class NumeralForm(StrEnum):
    """The form of a run of digits that is a date; its value names the rule in the evidence of a claim."""

    YEAR = "year"
    SHORT_YEAR = "two-digit year"
    DAY = "day"
    DIGITS = "yyyymmdd"
    DATE = "numeric date"
    RANGE = "numeric range"
    YEARS = "years"
    YEAR_MONTH = "year and month"
    MONTH_YEAR = "month and year"
    DAY_MONTH = "day and month"
    DAYS = "days"


class Trait(StrEnum):
    """A property of how a date was read, for later steps."""

    ANAPHORIC = "anaphoric"
    """A word of it refers to a period named before: that day, the next year."""
    CARDINAL = "cardinal"
    """A number of it is a spelled cardinal."""
    COUNTDOWN = "countdown"
    """It counts the time that is left until something."""
    MIDNIGHT = "midnight"
    """It is the midnight that ends the day of writing."""
    NUMERIC = "numeric"
    """Its day and month are in digits, so that they may be in either order."""
    SPELLED_DAY = "spelled day"
    """A spelled number of it is taken for a day."""


NO_TRAITS: frozenset[Trait] = frozenset()


@dataclass(frozen=True, slots=True)
class Stated:
    """One period by the fields in its text; plural fields are relative to the day of writing."""

    year: int | None = None
    years: int | None = None
    """0 this year, 1 next year, -1 last year."""
    sub: int | None = None
    """An EDTF sub-year code: season, quarter or half."""
    quarters: int | None = None
    halves: int | None = None
    month: int | None = None
    months: int | None = None
    weeks: int | None = None
    weekday: int | None = None
    """Monday 0."""
    weekend: bool | None = None
    day: int | None = None
    days: int | None = None
    feast: str | None = None
    part: int | None = None
    """37 early, 38 mid, 39 late, of the finest period named."""
    nth: int | None = None
    """The ordinal of `unit` (or of the weekday) within the period; -1 is the last."""
    unit: str | None = None
    which: str | None = None
    """`this`, `next`, `coming` or `last` before a name: this Friday, next spring, last June."""


@dataclass(frozen=True, slots=True)
class Offset:
    """`count` units from `base`, or from the day of writing: in two weeks, three days after Easter."""

    count: int
    unit: str
    base: Value | None = None
    exact: bool = False


@dataclass(frozen=True, slots=True)
class WeekOf:
    """The week, or with `weekend` the weekend, that contains `base`."""

    base: Value
    weekend: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """From `first` to `last`, both included."""

    first: Value
    last: Value


@dataclass(frozen=True, slots=True)
class Bound:
    """`before` and `after` leave `base` out, `until` and `from` include it."""

    side: str
    base: Value


@dataclass(frozen=True, slots=True)
class Either:
    """One of the two."""

    first: Value
    last: Value


@dataclass(frozen=True, slots=True)
class About:
    """Around `base`."""

    base: Value


@dataclass(frozen=True, slots=True)
class Vague:
    """A time without a date: soon, in the coming weeks."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """`count` units `before` or `after` something without a date in the words: "13 years after", "just a month until"."""

    count: int
    unit: str
    side: str


Value = Stated | Offset | WeekOf | Range | Bound | Either | About | Lapse | Vague


def parts(value: Value) -> Iterator[Value]:
    """Yield `value` and all values that it is composed of."""
    yield value
    match value:
        case Range(first, last) | Either(first, last):
            yield from parts(first)
            yield from parts(last)
        case Bound(_, base) | About(base) | WeekOf(base, _):
            yield from parts(base)
        case Offset(base=base) if base is not None:
            yield from parts(base)
        case _:
            return


def bare(value: Value) -> Value:
    """Return `value` without its bound."""
    return value.base if isinstance(value, Bound) else value


# -- joining adjacent parts ------------------------------------------------------------------------

_FIELDS = tuple(field.name for field in fields(Stated))


def said(value: Stated) -> frozenset[str]:
    """Return the names of the fields that are stated."""
    return frozenset(name for name in _FIELDS if getattr(value, name) is not None)


def merged(one: Stated, two: Stated) -> Stated | None:
    """Return the period that both state together, or None when they are not compatible."""
    first, second = said(one), said(two)
    if first & second:
        return None
    joined = replace(one, **{name: getattr(two, name) for name in second})
    return joined if _coherent(first | second) else None


_YEARS = frozenset({"year", "years"})
_NAMED = frozenset({"sub", "month", "weekday", "weekend", "day", "feast"})
_MONTHS = frozenset({"month", "months"})
# The fields that may occur together in one date; the table is symmetric.
_BESIDE = {
    "sub": "year years part which",
    "quarters": "part",
    "halves": "part",
    "month": "year years day days weekday part which nth unit weeks",
    "months": "day weekday part nth unit",
    "weeks": "weekday weekend part day month",
    "weekday": "year years month months weeks day days feast which nth unit",
    "weekend": "weeks feast year years which",
    "day": "year years month months weekday days which weeks",
    "days": "weekday day month year years",
    "feast": "year years weekend weekday which",
    "part": "year years sub quarters halves month months weeks which",
    "which": "sub month weekday weekend day feast part",
    "nth": "unit year years month months weekday",
    "unit": "nth year years month months weekday",
    "year": "sub month weekday weekend day days feast part nth unit",
    "years": "sub month weekday weekend day days feast part nth unit",
}
_ALLOWED = {name: frozenset(others.split()) | {name} for name, others in _BESIDE.items()}


def _coherent(stated: frozenset[str]) -> bool:
    """Return whether the fields are compatible in one date."""
    if any(not stated <= _ALLOWED[name] for name in stated):
        return False
    if stated & {"day", "days"} and stated & _YEARS and not stated & _MONTHS:
        return False
    if "which" in stated and not stated & _NAMED:
        return False
    if "days" in stated and ("day" in stated) != ("month" in stated):
        return False
    if "weekday" in stated and stated & (_YEARS | _MONTHS) and not stated & {"day", "nth", "feast"}:
        return False
    return not ("weeks" in stated and stated & {"day", "month"} and "weekday" not in stated)


def inherit(one: Value, two: Value) -> Value:
    """Return `one` with the coarser fields that only `two` names: the month and year of "4 to 22 January 1995"."""
    if not isinstance(one, Stated) or not isinstance(two, Stated):
        return one
    own, other = said(one), said(two)
    if one.days is not None or one.weeks is not None or own & {"quarters", "halves"}:
        return one
    given: dict[str, int | str | None] = {}
    if (own <= {"day", "weekday"} and "day" in own) or (own <= {"part"} and other & {"month", "months"}):
        given |= {name: getattr(two, name) for name in ("month", "months")}
    elif own == {"weekday"} and "weekday" in other:
        given["weeks"] = two.weeks
    if own <= {"part"} and two.sub is not None:
        given["sub"] = two.sub
    if (
        one.year is None
        and one.years is None
        and one.months is None
        and "which" not in own
        and own != {"weekday"}
    ):
        month_known = own & {"month", "sub", "feast", "part"} or given.get("month")
        if month_known:
            given |= {"year": two.year, "years": two.years}
    given = {name: value for name, value in given.items() if value is not None}
    return replace(one, **given)  # type: ignore[arg-type]
