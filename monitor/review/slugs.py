"""Give each work a name that can stand in an address, and find it again."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

__all__ = ["slugs"]

_LONGEST = 80
# Letters that Unicode does not decompose as an accent.
_UNDIVIDED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe"})


def slugs(titles: Iterable[str]) -> dict[str, str]:
    """Return the slug of each title: its letters and digits in lower case without accents, with "-" between its words.

    Letters of other scripts stay as they are. Of titles with the same letters the first in alphabetical order gets the plain slug, the
    others a number behind it. A title without letters and digits is "work".
    """
    taken: set[str] = set()
    found: dict[str, str] = {}
    for title in sorted(set(titles)):
        plain = _plain(title)
        slug, number = plain, 1
        while slug in taken:
            number += 1
            slug = f"{plain}-{number}"
        taken.add(slug)
        found[title] = slug
    return found


def _plain(title: str) -> str:
    decomposed = unicodedata.normalize("NFKD", title.casefold().translate(_UNDIVIDED))
    kept = unicodedata.normalize("NFC", "".join(c for c in decomposed if not _is_accent(c)))
    words = "".join(c if c.isalnum() else " " for c in kept.replace("'", "").replace("’", "")).split()
    return "-".join(words)[:_LONGEST].strip("-") or "work"


def _is_accent(char: str) -> bool:
    """Return whether `char` is a mark above or below a letter of the Latin, Greek or Cyrillic script.

    Marks of other scripts are parts of their words: the voiced kana, vowels of Devanagari.
    """
    return "\u0300" <= char <= "\u036f"
