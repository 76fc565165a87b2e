"""Encode the position of a page as an opaque text, and refuse a text that was not returned for the same listing."""

from __future__ import annotations

import base64
import binascii
import json
from hashlib import blake2s
from typing import Any

from monitor.errors import CursorError

__all__ = ["decoded", "encoded"]

_LONGEST = 4000
_CHECK_BYTES = 6


def encoded(listing: object, position: tuple[int | str, ...]) -> str:
    """Return the cursor of the rows after `position` in `listing`, which names the listing and its filters by its repr."""
    body = json.dumps(position, ensure_ascii=True, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_check(listing, body) + body).decode().rstrip("=")


def decoded(listing: object, cursor: str, kinds: tuple[type, ...]) -> tuple[Any, ...] | None:
    """Return the position that `cursor` encodes, None for "", the first page. `kinds` are the types of its parts.

    Raises CursorError when the cursor was not returned for this `listing`.
    """
    if not cursor:
        return None
    body = b""
    if len(cursor) <= _LONGEST and cursor.isascii():
        try:
            whole = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            whole = b""
        check, body = whole[:_CHECK_BYTES], whole[_CHECK_BYTES:]
        if check != _check(listing, body):
            body = b""
    try:
        position = json.loads(body) if body else None
    except ValueError:
        position = None
    if (
        not isinstance(position, list)
        or len(position) != len(kinds)
        or any(type(part) is not kind for part, kind in zip(position, kinds, strict=True))
    ):
        raise CursorError("this is no page of this listing with these filters; go back to its first page")
    return tuple(position)


def _check(listing: object, body: bytes) -> bytes:
    return blake2s(repr(listing).encode() + b"\0" + body, digest_size=_CHECK_BYTES).digest()
