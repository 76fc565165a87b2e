"""Text from outside is made plain here before any channel shows it: nothing in it can command, reorder or hide.

Terminals act on control characters (ECMA-48), readers are misled by bidirectional controls (UAX #9, "Trojan Source"),
header lines end at CR and LF (RFC 5322). Markup is left to the one who knows the markup: HTML to Jinja2's autoescape,
rich to its Text.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

__all__ = ["link", "plain"]

# Joiners that Persian, Indic scripts and emoji need to be written at all.
_JOINERS = frozenset("\u200c\u200d")
# Line and paragraph separators are white space to a reader and line ends to some programs.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_MARKS = frozenset({"Mn", "Me"})
# Vietnamese, Hebrew with accents and Tibetan need three; a stack of fifty covers the lines above.
_MARKS_IN_A_ROW = 4
_LINK_LENGTH = 2000


def plain(text: str, limit: int = 600) -> str:
    """Return `text` on one line, visible characters only, cut to `limit` characters; linear in its length.

    White space of every kind becomes one space; control, format (bidirectional, zero-width, tag), private, unassigned and
    surrogate code points vanish; a stack of combining marks keeps its first four.
    """
    if len(text) <= limit and text.isascii() and text.isprintable():
        return " ".join(text.split())  # most texts by far
    letters: list[str] = []
    marks = 0
    space = True
    for letter in text[: limit * 8]:
        if letter.isspace():
            if not space:
                letters.append(" ")
            space, marks = True, 0
            continue
        category = _category(letter)
        if category in _HIDDEN and letter not in _JOINERS:
            continue
        marks = marks + 1 if category in _MARKS else 0
        if marks > _MARKS_IN_A_ROW:
            continue
        space = False
        letters.append(letter)
        if len(letters) > limit:
            return "".join(letters[: limit - 1]).rstrip() + "…"
    return "".join(letters).rstrip()


def link(url: str) -> str:
    """Return `url` if a reader may safely be offered it as a link, else "": http or https with a host, ASCII, no user."""
    if len(url) > _LINK_LENGTH or not url.isascii() or not url.isprintable() or " " in url:
        return ""
    try:
        parts = urlsplit(url)
        shown = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
    except ValueError:
        return ""
    return url if shown and not set('<>"\\^`{|}') & set(url) else ""


@lru_cache(maxsize=8192)
def _category(letter: str) -> str:
    return unicodedata.category(letter)
