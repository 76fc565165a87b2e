"""An embedded post is signed at its end: a dash, a name, a handle in brackets, a date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

__all__ = ["Signature", "read_signature"]

_HANDLE = re.compile(r"\((@[\w.@-]{1,60})\)\s{0,3}([^()]{0,60})\Z")
_MONTHS = {
    name: month
    for month, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sept sep", "october oct", "november nov", "december dec"), 1)
    for name in names.split()
}  # fmt: skip
_DATE = re.compile(
    r"([A-Za-z]{3,9})\.? (\d{1,2}), (\d{4})|(\d{1,2})\.? ([A-Za-z]{3,9})\.? (\d{4})|(\d{4})-(\d{2})-(\d{2})"
)
_DASH = re.compile(r"\s{0,3}[—–―-]{1,2}\s{0,3}")


@dataclass(frozen=True)
class Signature:
    """Who posted, under which handle, when; `start` is where the signature begins."""

    start: int
    author: str
    handle: str
    at: datetime | None


def read_signature(text: str) -> Signature | None:
    """Return the signature at the end of `text`, None when it is not a post."""
    tail_at = max(0, len(text) - 260)
    tail = text[tail_at:].rstrip()
    handle = _HANDLE.search(tail)
    if handle is None:
        return None
    dashes = [
        dash for dash in _DASH.finditer(tail, 0, handle.start()) if dash[0].strip() in ("—", "–", "―", "--")
    ]
    if not dashes:
        return None
    dash = dashes[-1]
    author = tail[dash.end() : handle.start()].strip()
    if len(author) > 100:
        return None
    return Signature(tail_at + dash.start(), author, handle[1], _date(handle[2]))


def _date(text: str) -> datetime | None:
    found = _DATE.search(text)
    if found is None:
        return None
    if found[1]:
        month, day, year = _MONTHS.get(found[1].lower()), found[2], found[3]
    elif found[4]:
        month, day, year = _MONTHS.get(found[5].lower()), found[4], found[6]
    else:
        month, day, year = int(found[8]), found[9], found[7]
    if not month:
        return None
    try:
        return datetime(int(year), month, int(day), 12, tzinfo=UTC)
    except ValueError:
        return None
