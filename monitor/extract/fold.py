"""Two spellings of one word compare equal once both are folded; a fold never changes a text's length.

Case, accents, full width, curly quotes and the kinds of dash are folded away, one character to one character,
so that an offset into the folded text is an offset into the text.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["CJK", "compact", "fold", "is_cjk"]

CJK = "\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
"""Inside a character class: the scripts that are read character by character."""

_CJK = re.compile(f"[{CJK}]")
_PLAIN = {
    "ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "ı": "i", "İ": "i", "đ": "d", "Đ": "d",
    "’": "'", "‘": "'", "‛": "'", "ʼ": "'", "′": "'", "´": "'", "`": "'", "＇": "'",
    "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"', "＂": '"',
    "‐": "-", "‑": "-", "‒": "-", "−": "-", "﹣": "-", "－": "-",
    "\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u3000": " ", "\u2002": " ", "\u2003": " ", "\u2009": " ",
}  # fmt: skip


def _folded(char: str) -> str:
    if char in _PLAIN:
        return _PLAIN[char]
    base = unicodedata.normalize("NFKD", char)[:1]
    if not base.isalnum():
        return char
    lower = base.lower()
    return lower if len(lower) == 1 else base


def _table() -> dict[int, str]:
    ranges = ((0x41, 0x5B), (0xA0, 0x250), (0x370, 0x530), (0x1E00, 0x2000), (0xFF01, 0xFF5F))
    chars = {chr(code) for first, last in ranges for code in range(first, last)} | set(_PLAIN)
    return {ord(char): folded for char in chars if (folded := _folded(char)) != char}


_FOLD = _table()
_COMPACT = _FOLD | {
    code: " "
    for first, last in ((0x21, 0x30), (0x3A, 0x41), (0x5B, 0x61), (0x7B, 0x7F), (0xA1, 0xBF), (0x2010, 0x2070), (0x3001, 0x3004), (0x3008, 0x3020), (0xFF01, 0xFF10))
    for code in range(first, last)
    if not chr(code).isalnum() and chr(code) != "&"
}  # fmt: skip
_COMPACT[ord("&")] = " "
_COMPACT[0xB4] = " "


def fold(text: str) -> str:
    """Return `text` folded; the same length."""
    return text.translate(_FOLD)


def compact(text: str) -> str:
    """Return `text` folded with every punctuation mark a space; the same length."""
    return text.translate(_COMPACT)


def is_cjk(char: str) -> bool:
    """Whether `char` is of a script that puts no spaces between words, or agglutinates within them."""
    return bool(_CJK.match(char))
