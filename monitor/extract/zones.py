"""The writer's day: in which zone a post counts "today", by the offset of its time or by the zone that it names.

A network gives the time of a post in UTC, whatever the writer's zone. Where the text names a zone with an hour ("midnight PT"), its
days are counted there. Abbreviations are those of the IANA time zone database's US, European and East Asian zones.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

__all__ = ["is_between_days", "written"]

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
_NAMED = re.compile(
    rf"(?:[0-9]{{1,2}}|[ap]\.?m\.?|midnight|noon|Uhr|h)\s{{0,2}}[(/]?\s?({'|'.join(sorted(_ZONES, key=len, reverse=True))})(?!\w)",
    re.IGNORECASE,
)
_EARLY = 8
"""The hour of UTC before which it is still yesterday in America."""


def written(published: datetime, text: str) -> datetime:
    """Return when `text` was written, in the zone that counts its days: its own offset, else the zone that it names, else UTC."""
    if published.utcoffset() != timedelta(0) or (named := _NAMED.search(text)) is None:
        return published
    for name, zone in _ZONES.items():
        if name.casefold() == named[1].casefold():
            return published.astimezone(_zone(zone))
    return published


def is_between_days(at: datetime) -> bool:
    """Whether it was another day where the writer may have been: early in a day of UTC, which says nothing of a zone.

    Midnight itself is how a date without a time is given.
    """
    if at.utcoffset() != timedelta(0):
        return False
    return at.astimezone(UTC).hour < _EARLY and (at.hour, at.minute, at.second) != (0, 0, 0)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
