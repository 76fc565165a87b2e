"""Interpret a run of digits as a date, a range, or numbers: 26.10., 2015/3, 10/1-11/2/2017.

The order of day, month and year is that of the locale in CLDR; a version, a score, a price or a telephone
number has no reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from monitor.extract.dates.values import NO_TRAITS, NumeralForm, Range, Stated, Trait, Value, inherit

__all__ = [
    "LONGEST_NUMBER",
    "LOOSE",
    "NumeralReading",
    "century",
    "compound",
    "countdowns",
    "is_year",
    "numeral_readings",
    "spaced_days",
]

FIRST_YEAR, LAST_YEAR = 1900, 2099
FIRST_SURE_YEAR = 1950
"""A smaller number is a year only beside the rest of a date, or after a word that introduces one."""
LOOSE = 5
"""The doubt of a date that only its sentence makes one."""
LONGEST_NUMBER = 40
"""The most characters of a run of digits and separators that is a date."""


_NUMERIC = frozenset({Trait.NUMERIC})
_ORDERED = frozenset({NumeralForm.DAY_MONTH, NumeralForm.DATE, NumeralForm.RANGE})


class NumeralReading(NamedTuple):
    """One reading of a run of digits; `doubt` is that of its constituent."""

    value: Value
    doubt: int
    form: NumeralForm

    @property
    def traits(self) -> frozenset[Trait]:
        """Return the traits of its constituent: a day and a month in digits may be in either order."""
        return _NUMERIC if self.form in _ORDERED else NO_TRAITS


_SHORT_YEARS = range(15, 50)
_NEAR_YEARS = range(20, 40)
_PIECES = re.compile(r"([0-9]+)([ \t]*[-/.~:,][ \t]*)?")


def is_year(digits: str) -> bool:
    """Return whether a number looks like a year by itself."""
    return len(digits) == 4 and FIRST_YEAR <= int(digits) <= LAST_YEAR


def century(two_digits: int) -> int:
    """Return the year that two digits stand for: 50 to 99 are of the last century."""
    return two_digits + (1900 if two_digits >= 50 else 2000)


@lru_cache(maxsize=8192)
def numeral_readings(text: str, order: str, *, dotted: bool) -> list[NumeralReading] | None:
    """Return the readings of a normalised run of digits and separators, an empty list if it is not a date.

    `order` is the locale's, as "mdy"; `dotted` says that it writes dates with dots. None means that the run has to be
    split into its numbers.
    """
    if len(text) > LONGEST_NUMBER:
        return []
    pieces = _PIECES.findall(text)
    digits = [digit for digit, _ in pieces]
    spaced = [separator for _, separator in pieces[:-1]]
    separators = [separator.strip() for separator in spaced]
    if any(len(digit) > 8 for digit in digits):
        return []
    if not separators:
        return _single(digits[0])
    if ":" in separators:
        return []
    kinds = set(separators)
    if "," in kinds:
        return _with_comma(digits, separators, order, dotted=dotted)
    if len(kinds) == 1:
        found = _uniform(digits, separators[0], order, dotted=dotted)
        if found:
            return found
    if len(digits) > 2:
        found = _ranges(digits, separators, order, dotted=dotted)
        if found:
            return found
    if (
        len(digits) == 2
        and any(is_year(digit) for digit in digits)
        and any(len(digit) <= 2 and 1 <= int(digit) <= 31 for digit in digits)
    ):
        return None  # 23-2020-September
    # 2014-19 beside month names, 5 - 12: their parts may belong to different dates
    if (
        kinds <= {"-", "~"}
        and len(digits) == 2
        and (any(" " in mark for mark in spaced) or is_year(digits[0]) or len(digits[1]) == 4)
    ):
        return None
    return (
        None
        if any(" " in mark for mark in spaced) and max(map(len, digits)) <= 4 and kinds & {"-", "~"}
        else []
    )


def _single(digits: str) -> list[NumeralReading]:
    if is_year(digits):
        return [
            NumeralReading(
                Stated(year=int(digits)), 0 if int(digits) >= FIRST_SURE_YEAR else 1, NumeralForm.YEAR
            )
        ]
    if len(digits) == 8 and digits[:2] in ("19", "20"):
        day = _day(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        return [NumeralReading(day, 0, NumeralForm.DIGITS)] if day else []
    if len(digits) <= 2 and 1 <= int(digits) <= 31:
        return [NumeralReading(Stated(day=int(digits)), 2, NumeralForm.DAY)]
    if len(digits) == 2 and int(digits) >= 50:
        return [NumeralReading(Stated(year=century(int(digits))), 2, NumeralForm.SHORT_YEAR)]
    return []


def _with_comma(
    digits: list[str], separators: list[str], order: str, *, dotted: bool
) -> list[NumeralReading] | None:
    # "4,2023" after a month, "08/12,2015"; everything else with a comma is an amount
    if separators[-1] != "," or separators.count(",") > 1 or not is_year(digits[-1]):
        return []
    if len(digits) == 2:
        return None if len(digits[0]) <= 2 and 1 <= int(digits[0]) <= 31 else []
    if len(digits) == 3 and separators[0] in "/-.":
        return _uniform(digits, separators[0], order, dotted=dotted)
    return []


def _uniform(digits: list[str], separator: str, order: str, *, dotted: bool) -> list[NumeralReading]:
    if len(digits) == 2:
        return _pair(digits[0], digits[1], separator, order, dotted=dotted)
    if len(digits) == 3:
        value = _triple(digits, order)
        if value is None or separator == "~":
            return []
        long = max(map(len, digits)) == 4
        padded = all(len(digit) == 2 for digit in digits)
        version = separator == "." and not long and not (padded and dotted)
        if max(map(len, digits)) == 1:
            return [NumeralReading(value, 2, NumeralForm.DATE)]  # 1-2-3
        if version and padded and int(digits[0]) <= 12 < int(digits[1]) and int(digits[2]) in _SHORT_YEARS:
            return [NumeralReading(value, 0, NumeralForm.DATE)]  # 11.19.26: no version is numbered so
        if version and len(digits[2]) == 2 and int(digits[2]) in _SHORT_YEARS:
            return [NumeralReading(value, LOOSE, NumeralForm.DATE)]  # 6.6.23, or a version
        return (
            []
            if version
            else [NumeralReading(value, 0 if long or padded or separator != "." else 1, NumeralForm.DATE)]
        )
    if len(digits) == 6:
        first, last = _triple(digits[:3], order), _triple(digits[3:], order)
        return [NumeralReading(Range(first, last), 0, NumeralForm.RANGE)] if first and last else []
    return []


_BESIDE = r"[\w.,:/$€£%°#-]"
_SPACED_DAY = re.compile(
    rf"(?<!{_BESIDE})(?<![0-9] )([0-9]{{1,2}}) ([0-9]{{1,2}}) ([0-9]{{2}})(?!{_BESIDE}| [0-9])"
)
_COUNTDOWN = re.compile(
    r"(?<![\w-])(?:d ?- ?|t ?- ?|t-minus |t minus )([0-9]{1,3})(?: days?)?(?![\w:/-]|[.,][0-9])"
)
_COUNTDOWN_FR = re.compile(r"(?<![\w-])j ?- ?([0-9]{1,3})(?![\w:/-]|[.,][0-9])")


def spaced_days(folded: str) -> Iterator[tuple[int, int, Stated]]:
    """Yield the days in a normalised text whose numbers are separated by spaces, if their order is clear: 7 17 26."""
    for match in _SPACED_DAY.finditer(folded):
        one, two, year = (int(group) for group in match.groups())
        if year not in _NEAR_YEARS or not min(one, two) <= 12 < max(one, two):
            continue
        month, day = (one, two) if one <= 12 else (two, one)
        value = _day(century(year), month, day)
        if value is not None:
            yield match.start(), match.end(), value


def countdowns(folded: str, code: str) -> Iterator[tuple[int, int, Stated]]:
    """Yield the days that a normalised text counts down to, relative to the day of writing: D-3, in French J-3, T-minus 5 days."""
    for match in (_COUNTDOWN_FR if code == "fr" else _COUNTDOWN).finditer(folded):
        yield match.start(), match.end(), Stated(days=int(match[1]))


def _triple(digits: list[str], order: str) -> Stated | None:
    numbers = [int(digit) for digit in digits]
    lengths = [len(digit) for digit in digits]
    if lengths[0] == 4:
        orders = ["ymd"] if max(lengths[1:]) <= 2 else []
    elif lengths[2] == 4:
        orders = [order if order != "ymd" else "mdy", "dmy", "mdy"] if max(lengths[:2]) <= 2 else []
    else:
        orders = [order, "mdy", "dmy", "ymd"] if max(lengths) <= 2 else []
    for candidate in orders:
        found = dict(zip(candidate, numbers, strict=True))
        year = found["y"] if max(lengths) == 4 else century(found["y"])
        day = _day(year, found["m"], found["d"])
        if day:
            return day
    return None


def _day(year: int, month: int, day: int) -> Stated | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        date(year, month, day)
    except ValueError:
        return None
    return Stated(year=year, month=month, day=day)


def _pair(first: str, last: str, separator: str, order: str, *, dotted: bool) -> list[NumeralReading]:
    one, two = int(first), int(last)
    if is_year(first) and is_year(last):
        return (
            [
                NumeralReading(
                    Range(Stated(year=one), Stated(year=two)),
                    0 if one >= FIRST_SURE_YEAR else 1,
                    NumeralForm.YEARS,
                )
            ]
            if one < two and separator != "."
            else []
        )
    if is_year(first) and len(last) <= 2 and 1 <= two <= 12:
        return [
            NumeralReading(Stated(year=one, month=two), 1 if separator == "." else 0, NumeralForm.YEAR_MONTH)
        ]
    if is_year(first) and len(last) == 2 and two == (one + 1) % 100 and separator in "-/":
        return [NumeralReading(Range(Stated(year=one), Stated(year=one + 1)), 0, NumeralForm.YEARS)]
    if is_year(last) and len(first) <= 2 and 1 <= one <= 12:
        return [NumeralReading(Stated(year=two, month=one), 0, NumeralForm.MONTH_YEAR)]
    if max(len(first), len(last)) > 2:
        return []
    found: list[NumeralReading] = []
    day_month = _day_month(first, last, order)
    if day_month:
        found.append(
            NumeralReading(day_month, _doubt(first, last, separator, dotted=dotted), NumeralForm.DAY_MONTH)
        )
    if separator in "-~" and 1 <= one < two <= 31:
        found.append(NumeralReading(Range(Stated(day=one), Stated(day=two)), 2, NumeralForm.DAYS))
    if separator == "/" and 1 <= one < two <= 31:
        found.append(NumeralReading(Range(Stated(day=one), Stated(day=two)), 2, NumeralForm.DAYS))
    return found


def _day_month(first: str, last: str, order: str) -> Stated | None:
    one, two = int(first), int(last)
    pairs = [(one, two), (two, one)] if order.index("m") < order.index("d") else [(two, one), (one, two)]
    for month, day in pairs:
        if _day(2000, month, day):
            return Stated(month=month, day=day)
    return None


def _doubt(first: str, last: str, separator: str, *, dotted: bool) -> int:
    """Return the doubt of a day and month: none for 4/22 and 05/06; 9/10 may be a score, 4.5 a version, 2-7 two days."""
    padded = first[0] == "0" or last[0] == "0"
    two_digits = len(first) == len(last) == 2
    if (first, last) == ("24", "7"):
        return 2
    if separator == "/":
        return 0 if padded or max(int(first), int(last)) > 12 else 1
    if separator == ".":
        return 0 if dotted and (two_digits or last[0] == "0") else 1 if dotted else 4
    return 1


def _ranges(digits: list[str], separators: list[str], order: str, *, dotted: bool) -> list[NumeralReading]:
    """Read `29/2-1/3`, `10/1-11/2/2017`: two dates with one separator, joined by another."""
    for at, joint in enumerate(separators):
        if joint not in "-~" or (separators.count(joint) > 1 and len(set(separators)) > 1):
            continue
        left, right = digits[: at + 1], digits[at + 1 :]
        marks = {*separators[:at], *separators[at + 1 :]}
        if len(marks) != 1 or joint in marks:
            continue
        separator = marks.pop()
        if len(left) == len(right) == 2 and separator == "/":
            order = _order_of(left, right, order)
        first = _side(left, separator, order, dotted=dotted)
        last = _side(right, separator, order, dotted=dotted)
        if first and last:
            return [NumeralReading(Range(inherit(first, last), last), 0, NumeralForm.RANGE)]
    return []


def _order_of(left: list[str], right: list[str], order: str) -> str:
    """Return the order in which both dates exist, the locale's if both orders do: 2/29-3/1 is mdy."""
    pairs = [(int(one), int(two)) for one, two in (left, right)]
    fits = {
        "mdy": all(_day(2000, one, two) for one, two in pairs),
        "dmy": all(_day(2000, two, one) for one, two in pairs),
    }
    usual = "mdy" if order.index("m") < order.index("d") else "dmy"
    return usual if fits[usual] else "mdy" if fits["mdy"] else "dmy"


def _side(digits: list[str], separator: str, order: str, *, dotted: bool) -> Stated | None:
    if len(digits) == 1:
        return Stated(day=int(digits[0])) if len(digits[0]) <= 2 and 1 <= int(digits[0]) <= 31 else None
    found = _uniform(digits, separator, order, dotted=dotted)
    value = found[0].value if found else None
    return replace(value) if isinstance(value, Stated) else None


_AND = ("und", "en", "och", "e")


@lru_cache(maxsize=4096)
def _split(word: str, words: Mapping[str, int]) -> tuple[str, ...] | None:
    """Cut a word into number words from the left, the longest first; None when something else is left over."""
    found: list[str] = []
    at = 0
    while at < len(word):
        piece = next(
            (
                word[at:end]
                for end in range(min(len(word), at + 16), at, -1)
                if word[at:end] in words or word[at:end] in _AND
            ),
            None,
        )
        if piece is None:
            return None
        found.append(piece)
        at += len(piece)
    return tuple(found)


def compound(word: str, words: Mapping[str, int]) -> int | None:
    """Return the value of number words that are written together: duemiladiciotto, zweiundzwanzig, tjugoandre."""
    if not 5 < len(word) <= 48:
        return None
    pieces = _split(word, words)
    if pieces is None or sum(piece in words for piece in pieces) < 2:
        return None
    total, group = 0, 0
    for at, piece in enumerate(pieces):
        if piece in _AND and piece not in words:
            continue
        value = words[piece]
        if value == 1000:
            total, group = (total + (group or 1)) * 1000, 0
        elif value == 100:
            group = (group or 1) * 100
        elif 11 <= group <= 20 and (value >= 10 or (pieces[at + 1 : at + 2] and pieces[at + 1] in _AND)):
            total, group = total + group * 100, value  # negentien|negenennegentig
        elif (
            (group % 100 >= 20 and group < 100 and value < 10)
            or group % 100 == 0
            or (group % 100 < 10 and value >= 20 and at and pieces[at - 1] in _AND)
        ):
            group += value
        else:
            return None
    return total + group
