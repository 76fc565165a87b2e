"""Redact the secrets of a channel in error messages; every error of a notifier passes through here."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, unquote, urlsplit

from monitor.notify.plain import plain

__all__ = ["redact"]

_SHORTEST = 4
"""The shortest secret that is replaced: shorter ones would garble the text without protecting anything."""


def redact(text: str, secrets: Mapping[str, str], limit: int = 300) -> str:
    """Return `text` on one plain line with every secret, and every part of a secret URL, replaced by ``***``."""
    for part in sorted(_parts(secrets), key=len, reverse=True):
        text = text.replace(part, "***")
    return plain(text, limit)


def _parts(secrets: Mapping[str, str]) -> set[str]:
    found: set[str] = set()
    for value in secrets.values():
        for word in value.split():
            found.update({word, unquote(word), quote(word, safe="")})
            found.update(_of_url(word))
    return {part for part in found if len(part) >= _SHORTEST}


def _of_url(word: str) -> set[str]:
    if "://" not in word:
        return {word.removeprefix("whsec_")}
    try:
        parts = urlsplit(word)
        credentials = {parts.username or "", parts.password or ""}
    except ValueError:
        return set()
    paths = {piece for piece in parts.path.split("/") if len(piece) >= 2 * _SHORTEST}
    return {parts.query, *paths, *credentials, *(unquote(part) for part in credentials)}
