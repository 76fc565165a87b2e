"""Parse the dates of documents, in the forms that feeds and pages use, to aware datetimes.

These are times of publication, mostly written by machines; dates inside the text are parsed by `monitor.extract.dates`.
Supported are RFC 822 and 2822, RFC 850, asctime, RFC 3339 and ISO 8601, "August 10, 2023", Chinese, Japanese and Korean forms,
numbers with dots (the day first) or slashes, Unix time, and whatever has a day, a year and the name of a month in a language of CLDR.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.parse.calendar_names import (
    CalendarNames,
    Name,
    all_names,
    day_first,
    named,
    names_of,
    pieces,
    spread,
)

__all__ = ["first_date", "published_at", "read_date", "unread_dates"]

_LONGEST = 120
_EARLIEST_YEAR, _LATEST_YEAR = 1990, 2200
# Locales with years of the Buddhist era, 543 years ahead.
_BUDDHIST = 2400
_DEEPEST_COMMENT = 5
_NEARLY_EVERY = 5
_LONGEST_SHOWN = 60
# A clock in the wrong zone is at most this far ahead.
_AHEAD = timedelta(hours=14)

_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_ENGLISH = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
# Hours from UTC; of several zones with one name the one that feeds mean.
_ZONES = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "cut": 0, "west": 1, "bst": 1, "cet": 1, "met": 1, "mez": 1, "wat": 1,
    "cest": 2, "mest": 2, "mesz": 2, "eet": 2, "cat": 2, "sast": 2, "eest": 3, "msk": 3, "eat": 3, "trt": 3, "idt": 3, "gst": 4,
    "pkt": 5, "ist": 5.5, "npt": 5.75, "wib": 7, "ict": 7, "hkt": 8, "sgt": 8, "awst": 8, "pht": 8, "jst": 9, "kst": 9,
    "acst": 9.5, "aest": 10, "acdt": 10.5, "aedt": 11, "nzst": 12, "nzdt": 13, "nst": -3.5, "ndt": -2.5,
    "ast": -4, "adt": -3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "akst": -9, "akdt": -8, "hst": -10, "brt": -3, "art": -3, "clt": -4, "cot": -5, "pet": -5, "et": -5, "pt": -8,
}  # fmt: skip
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
_HALF = r"(?:\s*(?P<half>[ap])\.?m\.?)?"
_ZONE = r"(?:\s*(?P<zone>[+-]\d{2}:?\d{2}|[+-]\d{1,2}|[A-Za-z]{1,5}(?:[+-]\d{1,2}:?\d{0,2})?)?)?"
# Compiled for the first date that is not in a usual form.
_FORMS = (
    # 2023-08-10T14:03:00.000Z · 20230810T140300Z · 2023-08-10 14:03 · 2023/8/10
    r"(?P<year>\d{4})(?P<dash>[-/.]?)(?P<month>\d{1,2})(?P=dash)(?P<day>\d{1,2})"
    r"(?:[T\s]\s*(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,]\d{1,9})?)?" + _HALF + _ZONE + r")?",
    # Thu, 10 Aug 2023 14:03:00 +0000 · Thursday, 10-Aug-23 14:03:00 GMT
    r"(?:[^\W\d]{2,12}\.?\s*,?\s*)?(?P<day>\d{1,2})[\s-]+(?P<name>[A-Za-z]{3,9})\.?,?[\s-]+(?P<year>\d{4}|\d{2})"
    r"(?:[\s,T-]+(?:at\s+)?" + _CLOCK + _HALF + _ZONE + r")?",
    # August 10, 2023 2:03 PM · Thu Aug 10, 2023
    r"(?:[A-Za-z]{3,9}\.?\s*,?\s+)?(?P<name>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"
    r"(?:[\s,]+(?:at\s+|-\s+)?" + _CLOCK + _HALF + _ZONE + r")?",
    # Thu Aug 10 14:03:00 2023 · Thu Aug 10 14:03:00 UTC 2023
    r"(?:[A-Za-z]{3,9}\s*,?\s+)?(?P<name>[A-Za-z]{3,9})\s+(?P<day>\d{1,2})\s+" + _CLOCK + r"(?:\s+(?P<zone>[A-Za-z]{1,5}|[+-]\d{4}))?\s+(?P<year>\d{4})",
    # 2023年8月10日 14:03 · 2023년 8월 10일 오후 2:03
    r"(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]"
    r"(?:\s*(?P<cjk>[^\W\d]{2})?\s*" + _CLOCK + _ZONE + r")?",
    # 8/10/2023 2:03:00 PM
    r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})[\s,]+" + _CLOCK + r"\s*(?P<half>[ap])\.?m\.?" + _ZONE,
)  # fmt: skip
# The form of nearly every RSS feed, "Thu, 10 Aug 2023 14:03:00 +0000", in parts; and that of nearly every Atom feed.
_RFC_822_DAY = re.compile(r"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) ", re.ASCII)
_RFC_822_ZONE = re.compile(r" ([+-]\d{4}|GMT|UTC|Z|[ECMP][SD]T)", re.ASCII)
_RFC_3339 = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
# The time of day of a date in any language, the zone after it, and text in brackets after that: a comment (RFC 2822, 3.2.3),
# or the name of a zone (RFC 9557).
_COMMENT = re.compile(r"\([^()]{0,100}\)")
_NAMED_ZONE = re.compile(r"\[?\b([A-Z][A-Za-z_]{2,20}(?:/[A-Z][A-Za-z_+-]{2,30}){1,2})\]?")
_ANY_CLOCK = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2})(?:[:h]|(?<=\d)\.(?=\d\d(?:\s*uhr|$)))(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?(?!\d)"
    r"(?:\s*(?P<half>[ap])\.?\s?m\b\.?)?(?:\s*(?P<zone>(?:UTC|GMT|Z)?[+-]\d{1,2}:?(?:\d{2})?(?!\d)|Z\b|[A-Z]{2,5}\b))?",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"\d[+-]\d{2}|[+-]\d{2}:?\d{2}$|Z$")
_ZONE_WORDS = re.compile(r"\b((?:[A-Z][a-z]{2,12} ){1,3}Time)\b")
_NUMERIC = re.compile(
    r"(?<!\d)(?P<first>\d{1,2})(?P<mark>[./-])\s?(?P<second>\d{1,2})(?P=mark)\s?(?P<year>\d{4}|\d{2})(?!\d)"
)
_UNIX = re.compile(r"\d{10}(?:\d{3})?")


def read_date(text: str, lang: str = "") -> datetime | None:
    """Return the aware time in `text`, or None. Without a zone it is UTC, without a time of day it is midnight.

    `lang` is the language of the document: it decides the month of a name that two languages share, and whether the day
    comes first in numbers with slashes.
    """
    if moment := _usual(text):
        return moment if _EARLIEST_YEAR <= moment.year < _LATEST_YEAR else None
    text = " ".join(text[: _LONGEST * 2].split())
    if not text or len(text) > _LONGEST:
        return None
    if _UNIX.fullmatch(text):
        return _plausible(datetime.fromtimestamp(int(text[:10]), UTC))
    if moment := _formed(text):
        return _plausible(moment)
    return _spelt(text, lang)


def _formed(text: str) -> datetime | None:
    for form in _FORMS:
        if match := re.fullmatch(form, text, re.IGNORECASE):
            moment = _moment({k: v for k, v in match.groupdict().items() if v})
            if moment is not None:
                return moment
    return None


def _spelt(text: str, lang: str) -> datetime | None:
    """Return the time in a text with a day, a month by its number or its name in any language, a year, and an optional time of day."""
    zone = _zone_named(text)
    bare = _NAMED_ZONE.sub(" ", text)
    for _ in range(_DEEPEST_COMMENT):
        bare, found = _COMMENT.subn(" ", bare)
        if not found:
            break
    if bare != text and (moment := _formed(" ".join(bare.split()))):
        return _plausible(moment if zone is None or _OFFSET.search(bare) else moment.replace(tzinfo=zone))
    parts: dict[str, str] = {}
    if clock := _ANY_CLOCK.search(bare):
        parts = {name: value for name, value in clock.groupdict().items() if value}
        bare = f"{bare[: clock.start()]} {bare[clock.end() :]}"
    day = _numeric(bare, lang)
    if day is None:
        words = pieces(bare)
        day = (lang and _worded(words, names_of(lang), lang, parts)) or _worded(
            words, all_names(), lang, parts
        )
    moment = _moment(parts | day) if day else None
    if moment is None:
        return None
    return _plausible(moment if zone is None or "zone" in parts else moment.replace(tzinfo=zone))


def _zone_named(text: str) -> tzinfo | None:
    """Return the zone that `text` names in full, by its place ("Europe/Berlin") or in words ("Pacific Daylight Time")."""
    if match := _NAMED_ZONE.search(text):
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo(match[1])
    if match := _ZONE_WORDS.search(text):
        initials = "".join(word[0] for word in match[1].split()).casefold()
        if initials in _ZONES:
            return timezone(timedelta(hours=_ZONES[initials]))
    return None


def _numeric(text: str, lang: str) -> dict[str, str] | None:
    """Return the day in numbers: with dots the day always comes first; else by the numbers or the language."""
    match = _NUMERIC.search(text)
    if match is None:
        return None
    first, second = int(match["first"]), int(match["second"])
    is_day_first: bool | None = True
    if match["mark"] != ".":
        is_day_first = True if first > 12 or first == second else False if second > 12 else day_first(lang)
    if is_day_first is None:
        return None
    day, month = (first, second) if is_day_first else (second, first)
    return {"day": str(day), "month": str(month), "year": match["year"]}


def _worded(
    words: list[str], names: CalendarNames, lang: str, parts: dict[str, str]
) -> dict[str, str] | None:
    """Return the day in words and numbers; a word for half a day is added to `parts`, those of the time of day."""
    numbers: list[str] = []
    months: list[frozenset[Name]] = []
    weekdays: set[Name] = set()
    at = 0
    while at < len(words):
        size, meanings = named(names, words, at)
        if not size and words[at].isdecimal():
            numbers.append(words[at])
        by_kind = {
            kind: {name for name in meanings if name.kind == kind} for kind in ("month", "weekday", "half")
        }
        if by_kind["month"]:
            months.append(frozenset(by_kind["month"]))
        elif "hour" in parts and len({name.value for name in by_kind["half"]}) == 1:
            parts.setdefault("half", "ap"[by_kind["half"].pop().value])
        weekdays |= by_kind["weekday"]
        at += size or 1
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) <= 2]
    if len(numbers) != 2 or len(days) + len(years) != 2 or not days or not months:
        return None
    year, day = (years[0], days[0]) if years else (days[1], days[0])
    if int(year) > _BUDDHIST:
        year = str(int(year) - 543)
    # Short words such as "di" are the name of a month in some language: the most common meaning is taken.
    likeliest = max(months, key=lambda meanings: sum(spread(name.lang) for name in meanings))
    month = _agreed(likeliest, weekdays, lang, int(year), int(day))
    return {"day": day, "month": str(month), "year": year} if month else None


def _agreed(months: frozenset[Name], weekdays: set[Name], lang: str, year: int, day: int) -> int:
    """Return the month of a name in `lang`, else in a language in which the weekday fits, else in nearly every language; 0 when ambiguous."""
    own = {name.value for name in months if name.lang == lang.partition("-")[0].lower()}
    if len(own) == 1:
        return own.pop()
    if len({name.value for name in months}) == 1:
        return next(iter(months)).value
    fitting = {
        name.value
        for name in months
        if any(
            weekday.lang == name.lang and weekday.value == _weekday(year, name.value, day)
            for weekday in weekdays
        )
    }
    if len(fitting) == 1:
        return fitting.pop()
    weights: Counter[int] = Counter()
    for name in months:
        weights[name.value] += spread(name.lang)
    (month, most), *others = weights.most_common()
    return month if most > _NEARLY_EVERY * sum(count for _, count in others) else 0


def _weekday(year: int, month: int, day: int) -> int:
    try:
        return date(year, month, day).weekday()
    except ValueError:
        return -1


def first_date(texts: Iterable[str], lang: str = "") -> datetime | None:
    """Return the first of `texts` that can be parsed as a time, None when none can."""
    for text in texts:
        if moment := read_date(text, lang):
            return moment
    return None


def unread_dates(texts: Sequence[str], total: int) -> str:
    """Return one line that says that `texts`, the dates of some of `total` documents, cannot be parsed; "" when there are none."""
    if not texts:
        return ""
    shown = " ".join(texts[0][: 2 * _LONGEST_SHOWN].split())
    shown = shown if len(shown) <= _LONGEST_SHOWN else f"{shown[: _LONGEST_SHOWN - 1]}…"
    which = "the date" if total == 1 else f"{len(texts)} of {total} dates"
    return f"{which} cannot be read ({shown!r}); the time of reading is used for {'it' if total == 1 else 'them'}"


def published_at(moment: datetime | None, now: datetime) -> datetime:
    """Return the time of publication of a document: `moment`, or `now` when there is none or it is after `now`."""
    if moment is None or moment > now + _AHEAD:
        return now
    return moment


def _usual(text: str) -> datetime | None:
    """Return the time in a form that nearly every feed uses, None for any other; _FORMS includes it, but is slower."""
    if text[3:5] == ", " and text[19:23:3] == "::":
        day, zone = _rfc_822_day(text[:17]), _rfc_822_zone(text[25:40])
        exact = f"{day}T{text[17:25]}{zone}" if day and zone else ""
    elif match := _RFC_3339.fullmatch(text):
        exact = match[1] + _offset(match[2])
    else:
        return None
    try:
        return datetime.fromisoformat(exact) if exact else None
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def _rfc_822_day(text: str) -> str:
    match = _RFC_822_DAY.fullmatch(text)
    return f"{match[3]}-{_MONTHS.get(match[2].lower(), 0):02}-{match[1]}" if match else ""


@lru_cache(maxsize=256)
def _rfc_822_zone(text: str) -> str:
    match = _RFC_822_ZONE.fullmatch(text)
    return _offset(match[1]) if match else ""


def _moment(parts: dict[str, str]) -> datetime | None:
    month = int(parts["month"]) if "month" in parts else _english_month(parts["name"].casefold())
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 2000 if year < 70 else 1900
    hour = int(parts.get("hour", "0"))
    half = parts.get("half", "").casefold() or {
        "오후": "p",
        "下午": "p",
        "午後": "p",
        "오전": "a",
        "上午": "a",
        "午前": "a",
    }.get(parts.get("cjk", ""), "")
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    second = min(int(parts.get("second", "0")), 59)
    clock = f"{hour % 24:02}:{int(parts.get('minute', '0')):02}:{second:02}"
    try:
        moment = datetime.fromisoformat(
            f"{year:04}-{month:02}-{int(parts['day']):02}T{clock}{_offset(parts.get('zone', ''))}"
        )
        return moment + timedelta(days=1) if hour == 24 else moment
    except (ValueError, OverflowError):
        return None


def _english_month(name: str) -> int:
    whole = next((month for month in _ENGLISH if month.startswith(name)), "") if len(name) >= 3 else ""
    return _ENGLISH.index(whole) + 1 if whole else 0


@lru_cache(maxsize=256)
def _offset(zone: str) -> str:
    """Return an RFC 3339 offset as a zone; an impossible one is UTC."""
    name = zone.rstrip("+-0123456789:").casefold()
    digits = zone[len(name) :].replace(":", "")
    minutes = int(60 * _ZONES.get(name, 0))
    if digits[1:].isdigit():
        whole = digits[1:] if len(digits) <= 3 else digits[1:-2]
        rest = "0" if len(digits) <= 3 else digits[-2:]
        minutes = (int(whole) * 60 + int(rest)) * (-1 if digits[0] == "-" else 1)
    if abs(minutes) > 14 * 60:
        return "+00:00"
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _plausible(moment: datetime) -> datetime | None:
    return moment if _EARLIEST_YEAR <= moment.year < _LATEST_YEAR else None
