"""Make the text of others safe to show: marks that reorder or hide are named, and only links to the web are links."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

__all__ = ["host_of", "link", "shown", "shown_lines"]

# The marks that reorder text (Unicode, UAX 9), with the names that the standard gives them.
_BIDI: Final = {
    "\u061c": "ALM",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
}
# ZWJ and ZWNJ belong to the spelling of several scripts and to emoji; they stay.
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_LONGEST_LINK: Final = 2000


def shown(text: str) -> str:
    """Return `text` with every mark that reorders or hides made visible: "[RLO]", "␛", "[U+200B]"."""
    return _HIDDEN.sub(_named, text)


def shown_lines(text: str) -> str:
    """Return `text` as :func:`shown`, with line breaks of one kind."""
    return shown(text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n").replace("\u2028", "\n"))


def link(url: str) -> str:
    """Return `url` when it is an http or https address that may be linked, else ""."""
    if (
        not url
        or len(url) > _LONGEST_LINK
        or _HIDDEN.search(url)
        or "\\" in url
        or any(c.isspace() for c in url)
    ):
        return ""
    try:
        parts = urlsplit(url)
        named = parts.hostname
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and named and not parts.username else ""


def host_of(url: str) -> str:
    """Return the host of a link, "" where `url` is none."""
    return (urlsplit(url).hostname or "") if link(url) else ""


def _named(found: re.Match[str]) -> str:
    mark = found[0]
    code = ord(mark)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    return f"[{_BIDI.get(mark, f'U+{code:04X}')}]"
