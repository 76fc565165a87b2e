"""The dates of documents, in the forms that feeds and pages really use, to aware datetimes.

These are the times at which things were published, written by machines; dates inside the text are the extractor's.
Read are RFC 822 and 2822, RFC 850, asctime, RFC 3339 and ISO 8601, "August 10, 2023", Chinese, Japanese and Korean forms,
American numbers with AM or PM, and Unix time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

__all__ = ["first_date", "published_at", "read_date"]

_LONGEST = 80
_EARLIEST_YEAR, _LATEST_YEAR = 1990, 2200
# A clock in the wrong zone is at most this far ahead.
_AHEAD = timedelta(hours=14)

_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_ZONES = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "met": 1, "cest": 2, "mest": 2, "eet": 2,
    "eest": 3, "msk": 3, "jst": 9, "kst": 9, "hkt": 8, "sgt": 8, "awst": 8, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "ast": -4, "adt": -3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "akst": -9, "akdt": -8, "hst": -10, "brt": -3, "et": -5, "pt": -8,
}  # fmt: skip
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
_HALF = r"(?:\s*(?P<half>[ap])\.?m\.?)?"
_ZONE = r"(?:\s*(?P<zone>[+-]\d{2}:?\d{2}|[+-]\d{1,2}|[A-Za-z]{1,5}(?:[+-]\d{1,2}:?\d{0,2})?)?)?"
# Compiled when the first is met that is in none of the usual forms.
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
_UNIX = re.compile(r"\d{10}(?:\d{3})?")


def read_date(text: str) -> datetime | None:
    """Return the aware time that `text` names, or None. With no zone it is UTC, with no clock it is midnight."""
    if moment := _usual(text):
        return _plausible(moment)
    text = " ".join(text[: _LONGEST * 2].split())
    if not text or len(text) > _LONGEST:
        return None
    if _UNIX.fullmatch(text):
        return _plausible(datetime.fromtimestamp(int(text[:10]), UTC))
    for form in _FORMS:
        if match := re.fullmatch(form, text, re.IGNORECASE):
            moment = _moment({k: v for k, v in match.groupdict().items() if v})
            if moment is not None:
                return _plausible(moment)
    return None


def first_date(texts: Iterable[str]) -> datetime | None:
    """Return the first of `texts` that can be read as a time, None when none can."""
    for text in texts:
        if moment := read_date(text):
            return moment
    return None


def published_at(moment: datetime | None, now: datetime) -> datetime:
    """Return when a document counts as published: `moment`, or `now` where there is none or it lies ahead of `now`."""
    if moment is None or moment > now + _AHEAD:
        return now
    return moment


def _usual(text: str) -> datetime | None:
    """Return the time in a form that nearly every feed uses, None for any other; _FORMS would read it too, but slower."""
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
    month = int(parts["month"]) if "month" in parts else _MONTHS.get(parts["name"][:3].casefold(), 0)
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


@lru_cache(maxsize=256)
def _offset(zone: str) -> str:
    """Return a zone as RFC 3339 writes it; one that there is none of is UTC."""
    name = zone.rstrip("+-0123456789:").casefold()
    digits = zone[len(name) :].replace(":", "")
    minutes = 60 * _ZONES.get(name, 0)
    if digits[1:].isdigit():
        whole = digits[1:] if len(digits) <= 3 else digits[1:-2]
        rest = "0" if len(digits) <= 3 else digits[-2:]
        minutes = (int(whole) * 60 + int(rest)) * (-1 if digits[0] == "-" else 1)
    if abs(minutes) > 14 * 60:
        return "+00:00"
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _plausible(moment: datetime) -> datetime | None:
    return moment if _EARLIEST_YEAR <= moment.year < _LATEST_YEAR else None
