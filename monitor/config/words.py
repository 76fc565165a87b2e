"""Normalise what a person writes for a duration, an instalment, an hour or a time zone.

Each function returns the normal form or raises ValueError, whose message says what to write instead.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from monitor.config.faults import nearest, shown

__all__ = ["base_url", "digest", "duration", "instalment", "quiet", "rate", "retention", "zone"]

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"(?:(\d{1,7})([smhdw]))(?:(\d{1,7})([smhdw]))?\Z")
_NONE = re.compile(r"0{1,7}[smhdw]?\Z")
_SPOKEN = re.compile(
    r"(\d{1,7}(?:\.\d{1,3})?)\s*(seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|[smhdw])\Z",
    re.IGNORECASE,
)
_ADVERBS = {"hourly": "1h", "daily": "1d", "weekly": "7d", "minutely": "1m"}
_LONGEST = timedelta(days=30)
_AGE = re.compile(r"(\d{1,5})([dw])\Z")
# Alerts are tried for three days, and a feed may be unreachable for some.
_SHORTEST_AGE, _LONGEST_AGE = timedelta(days=7), timedelta(days=36500)

_NUMBERS = {
    word: number
    for number, pair in enumerate(
        ["one first", "two second", "three third", "four fourth", "five fifth", "six sixth", "seven seventh", "eight eighth", "nine ninth", "ten tenth"], 1
    )
    for word in pair.split()
}  # fmt: skip
_PARTS = {
    "season": "season", "series": "season", "s": "season", "part": "part", "act": "part", "cour": "part", "volume": "volume",
    "vol": "volume", "vol.": "volume", "chapter": "chapter", "ch.": "chapter", "episode": "episode", "ep": "episode", "e": "episode",
    "ep.": "episode", "phase": "phase", "book": "book",
}  # fmt: skip
_NAMED = re.compile(r"(dlc|edition|special)\s*:\s*(\S.{0,100})\Z")
_COUNT = r"(?:\d{1,4}(?!\d)|(?:" + "|".join(_NUMBERS) + r")\b)"
_UNIT_FIRST = re.compile(rf"([a-z]+\.?)\s*({_COUNT})\s*")
_COUNT_FIRST = re.compile(rf"({_COUNT})(?:st|nd|rd|th)?\s+([a-z]+)\s*")

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)\Z")
_RATE = re.compile(r"(\d{1,6})\s*(?:/|per)\s*(?:(?P<span>\d{1,4}[smhd])|(?P<unit>second|minute|hour|day))\Z")


def pause(text: str) -> timedelta:
    """Return `2s` as a timedelta from zero (`0s`, for one's own server) to thirty days."""
    if _NONE.match(text.strip()):
        return timedelta(0)
    try:
        return duration(text)
    except ValueError as error:
        raise ValueError(f"{error}, or 0s for none") from None


def duration(text: str) -> timedelta:
    """Return `15m`, `1h30m` as a timedelta from one second to thirty days."""
    found = _DURATION.match(text)
    if not found:
        raise ValueError(f"{shown(text)} is not an interval; {_duration_hint(text)}")
    first, unit, second, second_unit = found.groups()
    span = timedelta(seconds=int(first) * _UNITS[unit] + int(second or 0) * _UNITS[second_unit or "s"])
    if not timedelta(seconds=1) <= span <= _LONGEST:
        raise ValueError(f"{shown(text)} is out of bounds; an interval is from 1s to 30d")
    return span


def retention(text: str) -> timedelta:
    """Return `90d` or `26w` as a timedelta from a week to a hundred years."""
    found = _AGE.match(text)
    if not found:
        raise ValueError(f"{shown(text)} is not an age; write days or weeks, as in 90d or 26w")
    age = timedelta(seconds=int(found[1]) * _UNITS[found[2]])
    if not _SHORTEST_AGE <= age <= _LONGEST_AGE:
        raise ValueError(f"{shown(text)} is out of bounds; what is kept is kept from 7d to 36500d")
    return age


def _duration_hint(text: str) -> str:
    lowered = text.strip().casefold().removeprefix("every ").removeprefix("pt")
    if lowered in _ADVERBS:
        return f"write {_ADVERBS[lowered]}"
    if lowered.isascii() and lowered.isdigit():
        return f"add a unit, as in {lowered}s, {lowered}m, {lowered}h or {lowered}d"
    if found := _SPOKEN.match(lowered):
        count, unit = float(found[1]), found[2][0].lower()
        if count and count.is_integer():
            return f"write {int(count)}{unit}"
        seconds = max(1, round(count * _UNITS[unit]))
        smaller = next(name for name in "wdhms" if seconds % _UNITS[name] == 0)
        return f"write {seconds // _UNITS[smaller]}{smaller}"
    return "write a number and s, m, h or d, as in 30s, 15m, 6h, 2d"


def instalment(text: str) -> str:
    """Return `Season Two`, `S2`, `2nd season` as `season 2`; `season 6 part 1` and `dlc: Name` keep their form.

    `whole` is the work as a whole.
    """
    named = " ".join(unicodedata.normalize("NFKC", text).split())
    if named.casefold() == "whole":
        return "whole"
    if found := _NAMED.match(named.casefold()):
        return f"{found[1]}: {named[found.start(2) :]}"
    rest, parts = named.casefold(), []
    while rest:
        if (found := _UNIT_FIRST.match(rest)) and found[1] in _PARTS:
            unit, count = found.groups()
        elif (found := _COUNT_FIRST.match(rest)) and found[2] in _PARTS:
            count, unit = found.groups()
        else:
            break
        parts.append(f"{_PARTS[unit]} {_NUMBERS.get(count) or int(count)}")
        rest = rest[found.end() :].lstrip(",- ")
    if rest or not parts:
        meant = (
            f"season {rest}"
            if rest.isdecimal()
            else "season 2, part 3, season 6 part 1, episode 5, dlc: Name, or whole for the work itself"
        )
        raise ValueError(f"{shown(text)} is not an instalment; write it as in {meant}")
    return " ".join(parts)


def base_url(text: str) -> str:
    """Return the public address of the page, without a slash at its end. Raises ValueError for what is no origin of the web."""
    try:
        parts = urlsplit(text)
        is_origin = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        parts, is_origin = urlsplit(""), False
    if not is_origin or parts.username is not None or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(
            f"{shown(text)} is no address of a page; write it as in https://releases.example.org"
        )
    return f"{parts.scheme}://{parts.netloc}"


def zone(text: str) -> str:
    """Return the IANA name of a time zone."""
    try:
        ZoneInfo(text)
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        pass
    except KeyError:
        pass
    else:
        return text
    tail = {name.rpartition("/")[2]: name for name in available_timezones() if "/" in name}
    close = nearest(text, available_timezones()) or tail.get(nearest(text.replace(" ", "_"), tail), "")
    raise ValueError(
        f"{shown(text)} is not a time zone; "
        + (f"did you mean {close}?" if close else "write it as in Europe/Warsaw")
    )


def digest(text: str, default_zone: str) -> str:
    """Return `hourly`, `daily HH:MM Zone` or `weekly day HH:MM Zone`, with the zone filled in."""
    words = text.split()
    kind = words[0].casefold() if words else ""
    rest = words[1:]
    if kind == "hourly" and not rest:
        return "hourly"
    day = ""
    if kind == "weekly" and rest:
        day = next(
            (
                name
                for name in _DAYS
                if name[:3] == rest[0].casefold()[:3] and name.startswith(rest[0].casefold())
            ),
            "",
        )
        rest = rest[1:]
    if (kind == "daily" or day) and rest and len(rest) <= 2 and (at := _clock(rest[0])):
        name = zone(rest[1]) if len(rest) == 2 else default_zone
        return " ".join(filter(None, [kind, day, at, name]))
    raise ValueError(
        f"{shown(text)} is not a digest; write hourly, daily 08:00 or weekly monday 08:00, with a zone at the end if need be"
    )


def quiet(text: str, default_zone: str) -> str:
    """Return `HH:MM-HH:MM Zone` with the zone filled in."""
    hours, _, named = " ".join(re.sub(r"\s*[-–—]\s*|\s+to\s+", "-", text.strip(), count=1).split()).partition(
        " "
    )
    first, _, last = hours.partition("-")
    start, end = _clock(first), _clock(last)
    if not start or not end or start == end:
        raise ValueError(
            f"{shown(text)} are not quiet hours; write 22:00-07:00, with a zone at the end if need be"
        )
    return f"{start}-{end} {zone(named) if named else default_zone}"


def rate(text: str) -> str:
    """Return `20/1h`; "" for `none`, which means no limit."""
    if text.casefold() in ("none", "off", "unlimited"):
        return ""
    found = _RATE.match(text.casefold())
    if not found or not int(found[1]):
        raise ValueError(f"{shown(text)} is not a rate; write so many in a while, as in 20/1h, or none")
    return f"{int(found[1])}/{found['span'] or '1' + found['unit'][0]}"


def _clock(text: str) -> str:
    found = _CLOCK.match(text)
    return f"{int(found[1]):02d}:{found[2]}" if found else ""
