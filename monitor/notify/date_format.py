"""Format a period for people: every EDTF form of the contract, in the words and the order of a locale (CLDR, by Babel).

Seasons, halves, "early", "or later" and others without words in CLDR are messages of the catalogues: a noun for labels in the context
"period", an adverbial for sentences ("in May 2024") in the context "at". A locale without a catalogue gets the months of such
a period, so that no foreign word is shown.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton, parse_pattern
from babel.lists import format_list

from monitor.i18n import Catalogue, MessageText, catalogue, pmessage
from monitor.model import When

__all__ = ["spell", "spell_at", "spell_day", "spell_move"]

_QUARTERS = {33: 1, 34: 2, 35: 3, 36: 4}
# Numerals that begin with a vowel in Italian, where the article depends on it.
_VOWEL_DAYS = frozenset({8, 11})

# By EDTF's sub-year codes: the noun, and the adverbial.
_SUB_YEARS: Final[Mapping[int, tuple[MessageText, MessageText]]] = {
    21: (pmessage("period", "spring {year}"), pmessage("at", "in spring {year}")),
    22: (pmessage("period", "summer {year}"), pmessage("at", "in summer {year}")),
    23: (pmessage("period", "autumn {year}"), pmessage("at", "in autumn {year}")),
    24: (pmessage("period", "winter {year}"), pmessage("at", "in winter {year}")),
    37: (pmessage("period", "early {year}"), pmessage("at", "in early {year}")),
    38: (pmessage("period", "mid-{year}"), pmessage("at", "in mid-{year}")),
    39: (pmessage("period", "late {year}"), pmessage("at", "in late {year}")),
    40: (pmessage("period", "the first half of {year}"), pmessage("at", "in the first half of {year}")),
    41: (pmessage("period", "the second half of {year}"), pmessage("at", "in the second half of {year}")),
}
# By the first and the last day of the range, 0 for the last of the month.
_OF_MONTH: Final[Mapping[tuple[int, int], tuple[MessageText, MessageText]]] = {
    (1, 10): (pmessage("period", "early {month}"), pmessage("at", "in early {month}")),
    (11, 20): (pmessage("period", "mid-{month}"), pmessage("at", "in mid-{month}")),
    (21, 0): (pmessage("period", "late {month}"), pmessage("at", "in late {month}")),
    (1, 15): (
        pmessage("period", "the first half of {month}"),
        pmessage("at", "in the first half of {month}"),
    ),
    (16, 0): (
        pmessage("period", "the second half of {month}"),
        pmessage("at", "in the second half of {month}"),
    ),
    (1, 7): (pmessage("period", "the first week of {month}"), pmessage("at", "in the first week of {month}")),
}
_WEEK: Final = (pmessage("period", "the week of {day}"), pmessage("at", "in the week of {day}"))


# CLDR has the nominative and the genitive of months, not the case after "in".
_MONTHS: Final = (
    pmessage("at, January", "in {month}"),
    pmessage("at, February", "in {month}"),
    pmessage("at, March", "in {month}"),
    pmessage("at, April", "in {month}"),
    pmessage("at, May", "in {month}"),
    pmessage("at, June", "in {month}"),
    pmessage("at, July", "in {month}"),
    pmessage("at, August", "in {month}"),
    pmessage("at, September", "in {month}"),
    pmessage("at, October", "in {month}"),
    pmessage("at, November", "in {month}"),
    pmessage("at, December", "in {month}"),
)


def spell(when: When, locale: Locale) -> str:
    """Return `when` as a noun: "27 October 2023", "Q4 2023", "the first half of 2024", "May – July 2024"."""
    return _spell(when.edtf, locale)


def spell_day(at: datetime | date, locale: Locale) -> str:
    """Return a day: "27 October 2023"; of an aware time the day in UTC."""
    on = at.astimezone(ZoneInfo("UTC")).date() if isinstance(at, datetime) else at
    return _skeleton("yMMMMd", on, locale)


def spell_move(before: When, after: When, locale: Locale) -> tuple[str, str]:
    """Return both sides of a move without repeating what they share: ("17", "27 October 2023").

    Two days or two months share their month or year; other periods are spelt out.
    """
    return _pair(before.edtf, after.edtf, locale) or (spell(before, locale), spell(after, locale))


def spell_at(when: When, locale: Locale) -> str:
    """Return `when` as an adverbial for a sentence: "on 27 October 2023", "in early 2024", "by the end of 2024".

    In a locale without a catalogue it is the noun: there are no sentences in that locale.
    """
    return _spell_at(when.edtf, locale)


@lru_cache(maxsize=4096)
def _spell(edtf: str, locale: Locale) -> str:
    words = catalogue(locale)
    if edtf.endswith(("~", "?", "%")) and "/" not in edtf:
        if words is None:
            return f"~ {_spell(edtf[:-1], locale)}"
        return words.say(pmessage("period", "around {date}"), date=_inner(edtf[:-1], locale))
    if edtf.startswith("["):
        members = _members(edtf)
        pair = _pair(members[0], members[1], locale) if len(members) == 2 else None
        return _either(list(pair or [_spell(member, locale) for member in members]), locale)
    if "/" in edtf:
        return _spell_interval(edtf, locale)
    if edtf.endswith("X"):
        if words is None:
            return _between(When(f"{edtf[:3]}0/{edtf[:3]}9"), locale)
        return words.say(pmessage("period", "the {decade}s"), decade=f"{edtf[:3]}0")
    pieces = [int(piece) for piece in edtf.split("-")]
    match pieces:
        case [year]:
            return _skeleton("y", date(year, 1, 1), locale)
        case [year, month] if month <= 12:
            return _skeleton("yMMMM", date(year, month, 1), locale)
        case [year, code] if code in _QUARTERS:
            short, long = _quarter(year, code, locale)
            if words is None:
                return short
            return words.say(pmessage("period", "{quarter}"), quarter=short, quarter_long=long)
        case [year, code]:
            if words is None:
                return _between(When(edtf), locale)
            return words.say(_SUB_YEARS[code][0], year=_spell(f"{year:04}", locale))
        case [year, month, day]:
            return _skeleton("yMMMMd", date(year, month, day), locale)
        case _:
            return edtf


def _spell_interval(edtf: str, locale: Locale) -> str:
    words = catalogue(locale)
    first, _, last = edtf.partition("/")
    if first == "..":
        if words is None:
            return f"– {_spell(last, locale)}"
        if inner := _ended_period(last, locale):
            return words.say(pmessage("period", "no later than the end of {date}"), date=inner)
        return words.say(pmessage("period", "no later than {date}"), date=_spell(last, locale))
    if last == "..":
        inner = _spell(first, locale)
        return words.say(pmessage("period", "{date} or later"), date=inner) if words else f"{inner} –"
    when = When(edtf)
    return _named_range(when, locale) or _between(when, locale)


@lru_cache(maxsize=4096)
def _spell_at(edtf: str, locale: Locale) -> str:
    noun = _spell(edtf, locale)
    if (words := catalogue(locale)) is None:
        return noun
    if edtf.endswith(("~", "?", "%")) and "/" not in edtf:
        inner = edtf[:-1]
        values = {"date": _inner(inner, locale), "date_at": _spell_at(inner, locale)}
        return words.say(pmessage("at", "around {date}"), **values)
    if edtf.startswith("["):
        members = _members(edtf)
        either = _either([_spell_at(member, locale) for member in members], locale)
        if len(members[0]) == len("2023-10-27"):
            return words.say(pmessage("at", "on {dates}"), dates=noun, dates_at=either)
        return words.say(pmessage("at", "in {dates}"), dates=noun, dates_at=either)
    if "/" in edtf:
        return _interval_at(edtf, words)
    if edtf.endswith("X"):
        return words.say(pmessage("at", "in the {decade}s"), decade=f"{edtf[:3]}0")
    pieces = [int(piece) for piece in edtf.split("-")]
    match pieces:
        case [_]:
            return words.say(pmessage("at", "in {year}"), year=noun)
        case [_, month] if month <= 12:
            year = _spell(edtf[:4], locale)
            return words.say(_MONTHS[month - 1], month=noun, month_year=year)
        case [year, code] if code in _QUARTERS:
            short, long = _quarter(year, code, locale)
            return words.say(pmessage("at", "in {quarter}"), quarter=short, quarter_long=long)
        case [year, code]:
            return words.say(_SUB_YEARS[code][1], year=_spell(f"{year:04}", locale))
        case [_, _, day] if day in _VOWEL_DAYS:
            return words.say(pmessage("at, the 8th or the 11th", "on {day}"), day=noun)
        case _:
            return words.say(pmessage("at", "on {day}"), day=noun)


def _interval_at(edtf: str, words: Catalogue) -> str:
    locale = words.locale
    first, _, last = edtf.partition("/")
    if first == "..":
        if inner := _ended_period(last, locale):
            return words.say(pmessage("at", "by the end of {date}"), date=inner)
        if len(last) == len("2023-10-27"):
            days = {"day": _spell(last, locale), "day_at": _spell_at(last, locale)}
            return words.say(pmessage("at", "by {day}"), **days)
        values = {"date": _spell(last, locale), "date_at": _spell_at(last, locale)}
        return words.say(pmessage("at", "by {date}"), **values)
    if last == "..":
        values = {"date": _spell(first, locale), "date_at": _spell_at(first, locale)}
        return words.say(pmessage("at", "{date_at} or later"), **values)
    when = When(edtf)
    if name := _named_range(when, locale, at=True):
        return name
    ends = _pair(first, last, locale) or (_spell(first, locale), _spell(last, locale))
    values = {"range": _between(when, locale), "range_first": ends[0], "range_last": ends[1]}
    if len(first) == len("2023-10-27"):
        return words.say(pmessage("at, days", "between {range_first} and {range_last}"), **values)
    return words.say(pmessage("at, months or years", "between {range_first} and {range_last}"), **values)


def _members(edtf: str) -> list[str]:
    return [part.strip() for part in edtf[1:-1].split(",")]


def _either(parts: list[str], locale: Locale) -> str:
    return str(format_list(parts, style="or", locale=locale))


def _quarter(year: int, code: int, locale: Locale) -> tuple[str, str]:
    on = date(year, _QUARTERS[code] * 3, 1)
    return _skeleton("yQQQ", on, locale), _skeleton("yQQQQ", on, locale)


def _ended_period(edtf: str, locale: Locale) -> str:
    """Return the year or month that ends with the day `edtf`, "" when none does."""
    try:
        on = date.fromisoformat(edtf)
    except ValueError:
        return ""
    if on.day != calendar.monthrange(on.year, on.month)[1]:
        return ""
    return _inner(f"{on.year:04}" if on.month == 12 else f"{on.year:04}-{on.month:02}", locale)


def _inner(edtf: str, locale: Locale) -> str:
    """Return a month in the form used after another noun (CLDR's "format" form), anything else unchanged."""
    if len(edtf) == len("2023-10") and edtf[5:] <= "12":
        pattern = locale.datetime_skeletons["yMMMM"].pattern.replace("L", "M")
        return _squeeze(parse_pattern(pattern).apply(date.fromisoformat(f"{edtf}-01"), locale))
    return _spell(edtf, locale)


def _named_range(when: When, locale: Locale, *, at: bool = False) -> str:
    """Return the name of the ranges of days that have one (CLAIMS: early October, a week), else ""."""
    words = catalogue(locale)
    lo, hi = when.interval
    if words is None or lo is None or hi is None or len(when.edtf) != len("2023-10-01/2023-10-10"):
        return ""
    if (lo.year, lo.month) == (hi.year, hi.month):
        last = calendar.monthrange(lo.year, lo.month)[1]
        if found := _OF_MONTH.get((lo.day, 0 if hi.day == last else hi.day)):
            return words.say(found[at], month=_inner(f"{lo.year:04}-{lo.month:02}", locale))
    if hi - lo == timedelta(days=6) and lo.weekday() == calendar.MONDAY:
        values = {"day": _spell(lo.isoformat(), locale), "day_at": _spell_at(lo.isoformat(), locale)}
        return words.say(_WEEK[at], **values)
    return ""


def _between(when: When, locale: Locale) -> str:
    """Return a closed interval as CLDR writes it, by months where it is whole months, by years where whole years."""
    lo, hi = when.interval
    if lo is None or hi is None:
        raise ValueError(f"an open interval has no two ends: {when}")
    whole_months = lo.day == 1 and hi.day == calendar.monthrange(hi.year, hi.month)[1]
    if whole_months and (lo.month, hi.month) == (1, 12):
        first, last = f"{lo.year:04}", f"{hi.year:04}"
    elif whole_months:
        first, last = f"{lo.year:04}-{lo.month:02}", f"{hi.year:04}-{hi.month:02}"
    else:
        first, last = lo.isoformat(), hi.isoformat()
    if first == last:
        return _spell(first, locale)
    if patterns := _patterns(first, last, locale):
        early = _squeeze(patterns[0].format(patterns[2], locale))
        tight = early.endswith(" – ") and (" " not in early[:-3] or patterns[2].month == patterns[3].month)
        return (early[:-3] + "–" if tight else early) + _squeeze(patterns[1].format(patterns[3], locale))
    return f"{_spell(first, locale)} – {_spell(last, locale)}"


class _Pattern(str):
    """One side of a CLDR interval."""

    __slots__ = ()

    def format(self, on: date, locale: Locale) -> str:  # type: ignore[override]
        return parse_pattern(self).apply(on, locale)


def _pair(first: str, last: str, locale: Locale) -> tuple[str, str] | None:
    found = _patterns(first, last, locale)
    if found is None:
        return None
    early, late, first_on, last_on = found
    return (
        _squeeze(early.format(first_on, locale)).rstrip(" –—-~～至から"),
        _squeeze(late.format(last_on, locale)),
    )


@lru_cache(maxsize=4096)
def _patterns(first: str, last: str, locale: Locale) -> tuple[_Pattern, _Pattern, date, date] | None:
    """Return the two sides of CLDR's interval of two days or two months (TR 35, 2.8.1), or None when there is none."""
    try:
        if len(first) == len(last) == len("2023-10-17"):
            skeleton, first_on, last_on = "yMMMd", date.fromisoformat(first), date.fromisoformat(last)
        elif len(first) == len(last) == len("2023-10"):
            skeleton, first_on, last_on = (
                "yMMM",
                date.fromisoformat(f"{first}-01"),
                date.fromisoformat(f"{last}-01"),
            )
        else:
            return None
    except ValueError:
        return None
    if first_on.year != last_on.year:
        return None
    field = "M" if first_on.month != last_on.month else "d"
    if first_on == last_on:
        return None
    formats = locale.interval_formats
    long = skeleton.replace("MMM", "MMMM")
    sides = formats.get(long, {}).get(field) or formats.get(skeleton, {}).get(field)
    if not sides or len(sides) != 2:
        return None
    early, late = (_Pattern(_lengthen(side)) for side in sides)
    return early, late, first_on, last_on


def _lengthen(pattern: str) -> str:
    """Return `pattern` as in long dates: month names in full, days without a zero before them."""
    for short in ("MMM", "LLL"):
        if short in pattern and short + short[0] not in pattern:
            pattern = pattern.replace(short, short + short[0])
    return pattern.replace("dd", "d")


def _skeleton(skeleton: str, on: date, locale: Locale) -> str:
    if skeleton == "yMMMMd":  # not every locale lists the skeleton; every one has its long date
        return _squeeze(parse_pattern(locale.date_formats["long"].pattern).apply(on, locale))
    return _squeeze(format_skeleton(skeleton, on, locale=locale))


def _squeeze(text: str) -> str:
    return text.replace("\u2009", " ").replace("\u202f", " ").replace("\u00a0", " ")
