"""Find the zone in which a text counts its days ("today", "in 5 days").

It is the offset of the text's own time, else the zone that the text names with an hour ("midnight PT"), else the zone that is configured
for its source. A network gives the time of a post in UTC, whatever the writer's zone. Abbreviations are those of the IANA time zone
database's US, European and East Asian zones.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.model import Document, Form

__all__ = ["at_home", "is_between_days", "on_clock", "zone_named"]

_NAMES = {
    "America/New_York": ("ET", "EST", "EDT", "Eastern"),
    "America/Chicago": ("CT", "CST", "CDT"),
    "America/Denver": ("MT", "MST", "MDT"),
    "America/Los_Angeles": ("PT", "PST", "PDT", "Pacific"),
    "America/Sao_Paulo": ("BRT",),
    "Europe/London": ("BST",),
    "Europe/Paris": ("CET", "CEST", "MEZ", "MESZ"),
    "Asia/Tokyo": ("JST",),
    "Asia/Seoul": ("KST",),
    "Australia/Sydney": ("AEST", "AEDT"),
}
_ZONES = {name: zone for zone, names in _NAMES.items() for name in names}
_BY_NAME = {name.casefold(): zone for name, zone in _ZONES.items()}
_NAMED = re.compile(
    rf"(?:[0-9]{{1,2}}|[ap]\.?m\.?|midnight|noon|Uhr|h)\s{{0,2}}[(/]?\s?({'|'.join(sorted(_ZONES, key=len, reverse=True))})(?!\w)",
    re.IGNORECASE,
)
_EARLY = 8
"""The hour of UTC before which it is still yesterday in America."""


def at_home(document: Document, *, is_post: bool) -> Document:
    """Return `document` with its time on the clock of the zone that it names if it is a post, else of its own `timezone`.

    Its `timezone` is then that zone, and "" where none is known or its time has an offset of its own. A page may give a date alone, which
    is midnight and the writer's day already; a network always gives a time.
    """
    published = document.published
    zone = (zone_named(document.html or document.text) if is_post else "") or document.timezone
    is_timed = document.form is not Form.ARTICLE or not _is_midnight(published)
    if zone and is_timed and published.utcoffset() == timedelta(0):
        return replace(document, published=on_clock(published, zone), timezone=zone)
    return replace(document, timezone="") if document.timezone else document


def zone_named(text: str) -> str:
    """Return the IANA name of the zone that `text` names with an hour, "" where it names none."""
    named = _NAMED.search(text)
    return "" if named is None else _BY_NAME[named[1].casefold()]


def on_clock(at: datetime, zone: str) -> datetime:
    """Return `at` on the clock of `zone`."""
    return at.astimezone(_zone(zone))


def is_between_days(at: datetime) -> bool:
    """Return whether it was another day where the writer may have been: early in a day of UTC, which says nothing of a zone.

    Midnight itself is how a date without a time is given.
    """
    if at.utcoffset() != timedelta(0):
        return False
    return at.astimezone(UTC).hour < _EARLY and not _is_midnight(at)


def _is_midnight(at: datetime) -> bool:
    """Return whether a time is the beginning of its day, which is how a date without a time is given."""
    return (at.hour, at.minute, at.second) == (0, 0, 0)


@lru_cache(maxsize=64)
def _zone(name: str) -> tzinfo:
    """Return a zone by its IANA name, UTC where this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
