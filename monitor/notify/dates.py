"""A period as a person writes it: every EDTF form of the contract, in the words and the order of a locale (CLDR, by Babel).

What CLDR has no words for (seasons, halves, early, "or later") stands in `_WORDS`, one entry a language; a language without an
entry gets the months that such a period has, so that nothing is ever shown in a foreign word.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, parse_pattern
from babel.lists import format_list

from monitor.model import When

__all__ = ["locale_of", "spell", "spell_day", "spell_move", "spell_range"]

_QUARTERS = {33: 1, 34: 2, 35: 3, 36: 4}


@dataclass(frozen=True)
class _Words:
    """How a language names the periods that CLDR does not; `{}` is the year or month inside, in the genitive where it has one."""

    sub_years: Mapping[int, str]
    thirds: tuple[str, str, str]
    halves: tuple[str, str]
    first_week: str
    week: str
    end: str
    around: str
    until: str
    since: str
    decade: str


_EN = _Words(
    sub_years={
        21: "spring {}", 22: "summer {}", 23: "autumn {}", 24: "winter {}",
        37: "early {}", 38: "mid-{}", 39: "late {}",
        40: "the first half of {}", 41: "the second half of {}",
    },
    thirds=("early {}", "mid-{}", "late {}"),
    halves=("the first half of {}", "the second half of {}"),
    first_week="the first week of {}",
    week="the week of {}",
    end="the end of {}",
    around="around {}",
    until="no later than {}",
    since="{} or later",
    decade="the {}0s",
)  # fmt: skip
_PL = _Words(
    sub_years={
        21: "wiosna {}", 22: "lato {}", 23: "jesień {}", 24: "zima {}",
        37: "początek {}", 38: "połowa {}", 39: "koniec {}",
        40: "pierwsza połowa {}", 41: "druga połowa {}",
    },
    thirds=("początek {}", "połowa {}", "koniec {}"),
    halves=("pierwsza połowa {}", "druga połowa {}"),
    first_week="pierwszy tydzień {}",
    week="tydzień od {}",
    end="koniec {}",
    around="około {}",
    until="nie później niż {}",
    since="{} lub później",
    decade="lata {}0.",
)  # fmt: skip
_WORDS = {"en": _EN, "pl": _PL}
# Americans say fall; the rest of the English-speaking world autumn.
_FALL = "fall {}"


def locale_of(tag: str) -> Locale:
    """Return the locale that `tag` names ("pl", "pt-BR", "en_US"); plain "en" is international English, 17 October 2023.

    An unknown tag falls back to its language and then to English: wording never fails.
    """
    return _locale(tag.strip().replace("-", "_"))


@lru_cache(maxsize=64)
def _locale(tag: str) -> Locale:
    for name in (tag, tag.partition("_")[0]):
        try:
            locale = Locale.parse(name)
        except (UnknownLocaleError, ValueError, TypeError):
            continue
        return Locale("en", "001") if str(locale) == "en" else locale
    return Locale("en", "001")


def spell(when: When, locale: Locale) -> str:
    """Return `when` as a noun: "27 October 2023", "Q4 2023", "the first half of 2024", "May – July 2024"."""
    return _spell(when.edtf, locale)


def spell_day(at: datetime | date, locale: Locale) -> str:
    """Return a day: "27 October 2023"; of an aware time the day in UTC."""
    on = at.astimezone(ZoneInfo("UTC")).date() if isinstance(at, datetime) else at
    return _skeleton("yMMMMd", on, locale)


def spell_move(before: When, after: When, locale: Locale) -> tuple[str, str]:
    """Return both sides of a move without saying twice what they share: ("17", "27 October 2023").

    Two days or two months share their month or year; other periods are spelt out.
    """
    return _pair(before.edtf, after.edtf, locale) or (spell(before, locale), spell(after, locale))


def spell_range(when: When, locale: Locale) -> tuple[str, str] | None:
    """Return both ends of a closed range ("May", "July 2024"); None where `when` is no range or has a name of its own."""
    first, slash, last = when.edtf.partition("/")
    if not slash or ".." in (first, last) or _named_range(when, locale):
        return None
    return _pair(first, last, locale) or (_spell(first, locale), _spell(last, locale))


@lru_cache(maxsize=4096)
def _spell(edtf: str, locale: Locale) -> str:
    words = _words(locale)
    if edtf.endswith(("~", "?", "%")) and "/" not in edtf:
        return words.around.format(_inner(edtf[:-1], locale)) if words else f"~ {_spell(edtf[:-1], locale)}"
    if edtf.startswith("["):
        members = [part.strip() for part in edtf[1:-1].split(",")]
        pair = _pair(members[0], members[1], locale) if len(members) == 2 else None
        parts = list(pair or [_spell(member, locale) for member in members])
        return format_list(parts, style="or", locale=locale)
    if "/" in edtf:
        return _spell_interval(edtf, locale)
    if edtf.endswith("X"):
        decade = edtf[:3]
        return words.decade.format(decade) if words else _between(When(f"{decade}0/{decade}9"), locale)
    pieces = [int(piece) for piece in edtf.split("-")]
    match pieces:
        case [year]:
            return _skeleton("y", date(year, 1, 1), locale)
        case [year, month] if month <= 12:
            return _skeleton("yMMMM", date(year, month, 1), locale)
        case [year, code] if code in _QUARTERS:
            return _skeleton("yQQQ", date(year, _QUARTERS[code] * 3, 1), locale)
        case [year, code]:
            if words is None:
                return _between(When(edtf), locale)
            phrase = _FALL if code == 23 and _is_american(locale) else words.sub_years[code]
            return phrase.format(_spell(f"{year:04}", locale))
        case [year, month, day]:
            return _skeleton("yMMMMd", date(year, month, day), locale)
        case _:
            return edtf


def _spell_interval(edtf: str, locale: Locale) -> str:
    words = _words(locale)
    first, _, last = edtf.partition("/")
    if first == "..":
        inner = _end(last, locale)
        return words.until.format(inner) if words else f"– {inner}"
    if last == "..":
        inner = _spell(first, locale)
        return words.since.format(inner) if words else f"{inner} –"
    when = When(edtf)
    return _named_range(when, locale) or _between(when, locale)


def _end(edtf: str, locale: Locale) -> str:
    """Return the last day of a year or month as "the end of 2024"."""
    words = _words(locale)
    try:
        on = date.fromisoformat(edtf)
    except ValueError:
        return _spell(edtf, locale)
    if words is None or on.day != calendar.monthrange(on.year, on.month)[1]:
        return _spell(edtf, locale)
    return words.end.format(
        _inner(f"{on.year:04}" if on.month == 12 else f"{on.year:04}-{on.month:02}", locale)
    )


def _inner(edtf: str, locale: Locale) -> str:
    """Return a month in the form that stands after another noun (CLDR's "format" form), anything else as ever."""
    if len(edtf) == len("2023-10") and edtf[5:] <= "12":
        return _squeeze(parse_pattern("MMMM y").apply(date.fromisoformat(f"{edtf}-01"), locale))
    return _spell(edtf, locale)


def _named_range(when: When, locale: Locale) -> str:
    """Return the name of the ranges of days that have one (CLAIMS: early October, a week), else ""."""
    words = _words(locale)
    lo, hi = when.interval
    if words is None or lo is None or hi is None or len(when.edtf) != len("2023-10-01/2023-10-10"):
        return ""
    if (lo.year, lo.month) == (hi.year, hi.month):
        last = calendar.monthrange(lo.year, lo.month)[1]
        names = {
            (1, 10): words.thirds[0], (11, 20): words.thirds[1], (21, last): words.thirds[2],
            (1, 15): words.halves[0], (16, last): words.halves[1], (1, 7): words.first_week,
        }  # fmt: skip
        if name := names.get((lo.day, hi.day), ""):
            return name.format(_inner(f"{lo.year:04}-{lo.month:02}", locale))
    if hi - lo == timedelta(days=6) and lo.weekday() == calendar.MONDAY:
        return words.week.format(_skeleton("yMMMMd", lo, locale))
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
    """Return the two sides of CLDR's interval of two days or two months (TR 35, 2.8.1), or None where there is none."""
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
    """Return `pattern` with month names in full, where it has them abbreviated."""
    for short in ("MMM", "LLL"):
        if short in pattern and short + short[0] not in pattern:
            pattern = pattern.replace(short, short + short[0])
    return pattern


def _skeleton(skeleton: str, on: date, locale: Locale) -> str:
    if skeleton == "yMMMMd":  # not every locale lists the skeleton; every one has its long date
        return _squeeze(parse_pattern(locale.date_formats["long"].pattern).apply(on, locale))
    return _squeeze(format_skeleton(skeleton, on, locale=locale))


def _squeeze(text: str) -> str:
    return text.replace("\u2009", " ").replace("\u202f", " ").replace("\u00a0", " ")


def _words(locale: Locale) -> _Words | None:
    return _WORDS.get(locale.language)


def _is_american(locale: Locale) -> bool:
    return locale.language == "en" and locale.territory in {"US", "CA"}
