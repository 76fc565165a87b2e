"""Convert model values to columns and back without loss.

Times are UTC in ISO 8601 with the offset written out: such texts sort as the times do.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from monitor.ledger.sqlite.failures import legible
from monitor.model import Belief, Certainty, Event, Key, Status, When

__all__ = [
    "belief",
    "folded",
    "instant",
    "json_text",
    "key",
    "local",
    "moment",
    "moment_or_none",
    "scope_text",
    "storable",
    "strings",
    "when_text",
]

_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
# Letters with a stroke that Unicode does not decompose as an accent.
_UNDIVIDED = str.maketrans("łøđı", "lodi")
_SURROGATES = re.compile("[\ud800-\udfff]")


def instant(at: datetime) -> str:
    """Return an aware time as stored text; the first and last hours of the calendar are clamped to it."""
    try:
        return at.astimezone(UTC).isoformat()
    except OverflowError:
        return (_FIRST if at.year == 1 else _LAST).isoformat()


@legible
def moment(text: str) -> datetime:
    """Return the aware time stored as `text`."""
    return datetime.fromisoformat(text)


@legible
def moment_or_none(text: str | None) -> datetime | None:
    """Return the aware time stored as `text`, None for NULL."""
    return None if text is None else datetime.fromisoformat(text)


@legible
def local(text: str, utc_offset: int) -> datetime:
    """Return the time stored as `text` in the time zone that is `utc_offset` seconds ahead of UTC."""
    at = datetime.fromisoformat(text)
    try:
        return at.astimezone(_zone(utc_offset)) if utc_offset else at
    except OverflowError:
        return at


@lru_cache(maxsize=256)
def _zone(utc_offset: int) -> timezone:
    return timezone(timedelta(seconds=utc_offset))


def storable(text: str) -> str:
    """Return `text` with each lone surrogate, which UTF-8 cannot encode, replaced by one character, so that offsets stay valid."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def folded(text: str) -> str:
    """Return `text` without case and accents, for searches; SQL has the function under the same name."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).translate(_UNMARKED)
    return unicodedata.normalize("NFC", plain).casefold().translate(_UNDIVIDED)


class _Unmarked(dict[int, int | None]):
    """What becomes of each code point in :func:`folded`: nothing of a combining mark; looked up once for most that occur."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.combining(chr(code)) else code
        if len(self) < _MOST_REMEMBERED:
            self[code] = kept
        return kept


_MOST_REMEMBERED = 8192
_UNMARKED = _Unmarked()


def json_text(values: Iterable[str]) -> str:
    """Return strings as a JSON array, without escapes of non-ASCII characters."""
    return storable(json.dumps(list(values), ensure_ascii=False))


@lru_cache(maxsize=4096)
@legible
def strings(text: str) -> tuple[str, ...]:
    """Return the strings of a JSON array."""
    return tuple(json.loads(text)) if text != "[]" else ()


def scope_text(scope: Iterable[str]) -> str:
    """Return a scope as a key stores it: sorted, without duplicates."""
    return json_text(sorted(set(scope)))


def when_text(when: When | None) -> str | None:
    """Return the EDTF string of a period, None for None."""
    return None if when is None else when.edtf


@legible
def key(title: str, instalment: str | None, event: str, scope: str) -> Key:
    """Return the key in four columns."""
    return Key(title, instalment, Event(event), strings(scope))


@legible
def belief(status: str, when: str | None, certainty: str) -> Belief:
    """Return the belief in three columns."""
    return Belief(Status(status), None if when is None else When(when), Certainty(certainty))
