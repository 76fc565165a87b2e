"""Normalise text, so that spellings of one word compare equal, without changing its length.

Case, accents, full and half width, digits of other scripts, curly quotes and kinds of dashes are normalised one character to one
character, so that offsets in the normalised text are offsets in the text. Most text is ASCII, which is translated as bytes.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from array import array
from collections.abc import Mapping
from functools import cache
from pathlib import Path

__all__ = [
    "CJK",
    "CharTable",
    "compact",
    "compacted",
    "is_cjk",
    "may_hold_cjk",
    "normalise",
    "words",
]  # fmt: skip

CJK = "\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
"""The scripts that are read character by character, for use inside a character class."""

# The complement: a pattern of few characters is compiled much faster.
_MAY_BE_CJK = re.compile("[^\x00-\u10ff\u1200-\u3004]")
_PLAIN = {
    "ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "ı": "i", "İ": "i", "đ": "d", "Đ": "d",
    "’": "'", "‘": "'", "‛": "'", "ʼ": "'", "′": "'", "´": "'", "`": "'", "＇": "'",
    "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"', "＂": '"',
    "‐": "-", "‑": "-", "‒": "-", "−": "-", "﹣": "-", "－": "-",
    "ँ": "ं", "\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u3000": " ", "\u2002": " ", "\u2003": " ", "\u2009": " ",
}  # fmt: skip


# Roman numerals of one character, up to nine: those of more than one digit are kept.
_ROMAN_DIGITS = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅰⅱⅲⅳⅴⅵⅶⅷⅸ"


def _folded(char: str) -> str:
    if char in _PLAIN:
        return _PLAIN[char]
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if char in _ROMAN_DIGITS:
        return str(_ROMAN_DIGITS.index(char) % 9 + 1)
    base = unicodedata.normalize("NFKD", char)[:1]
    if not base.isalnum():
        return base if "\uff01" <= char <= "\uff5e" else char
    lower = base.lower()
    return lower if len(lower) == 1 else base


_BASIC_PLANE = array("H", range(0x10000))
# A lone surrogate is not a character.
_BASIC_PLANE[0xD800:0xE000] = array("H", [0xFFFD]) * 0x800


class CharTable:
    """A table of replacements: bytes for ASCII, and a string indexed by code point for the rest."""

    def __init__(self, chars: Mapping[str, str]) -> None:
        codes = _BASIC_PLANE[:]
        for char, other in chars.items():
            codes[ord(char)] = ord(other)
        self.plane = codes.tobytes().decode(f"utf-16-{sys.byteorder[0]}e")
        self.ascii = bytes(list(codes[:0x80])) + bytes(range(0x80, 0x100))

    def translate(self, text: str) -> str:
        """Return `text` with each character replaced; the same length."""
        if text.isascii():
            return text.encode().translate(self.ascii).decode()
        return text.translate(self.plane)


def _folds() -> dict[str, str]:
    ranges = (
        (0x41, 0x5B), (0xA0, 0x250), (0x370, 0x530), (0x660, 0x66A), (0x6F0, 0x6FA), (0x958, 0x960), (0x966, 0x970),
        (0x1E00, 0x2000), (0xFF01, 0xFF5F), (0xFF66, 0xFF9E),
    )  # fmt: skip
    chars = (
        {chr(code) for first, last in ranges for code in range(first, last)}
        | set(_PLAIN)
        | set(_ROMAN_DIGITS)
    )
    return {char: _folded(char) for char in chars}


def _compacts(folds: Mapping[str, str]) -> dict[str, str]:
    ranges = ((0x21, 0x30), (0x3A, 0x41), (0x5B, 0x61), (0x7B, 0x7F), (0xA1, 0xBF), (0xD7, 0xD8), (0x964, 0x966), (0x2010, 0x2070),
              (0x2190, 0x2460), (0x2500, 0x2776), (0x2794, 0x27C0), (0x3001, 0x3004), (0x3008, 0x3020), (0x30FB, 0x30FC), (0xFF01, 0xFF10),
              (0xFF5F, 0xFF66))  # fmt: skip
    marks = {chr(code) for first, last in ranges for code in range(first, last) if not chr(code).isalnum()}
    return {char: " " if folded in marks else folded for char, folded in folds.items()} | dict.fromkeys(
        marks, " "
    )


def _simplified() -> dict[str, str]:
    """Return the simplified form of each character of Chinese that has one."""
    file = Path(__file__).with_name("languages") / "han.txt"
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return dict(zip("".join(lines[::2]), "".join(lines[1::2]), strict=True))


_FOLDS = _folds()
_FOLD = CharTable(_FOLDS)
_COMPACT = CharTable(_compacts(_FOLDS) | _simplified())


def normalise(text: str) -> str:
    """Return `text` normalised, with the same length."""
    return _FOLD.translate(text)


def compact(text: str) -> str:
    """Return `text` normalised, with punctuation as spaces and Chinese simplified; with the same length."""
    return _COMPACT.translate(text)


def words(text: str) -> str:
    """Return the words of `text` in compact form, with one space between and around them."""
    return f" {' '.join(compacted(text).split())} "


def compacted(text: str) -> str:
    """Return the same as `compact`; much faster for text that is mostly ASCII."""
    if text.isascii() or len(text.encode(errors="replace")) > _MOSTLY_ASCII * len(text):
        return compact(text)
    beyond = text.encode(errors="surrogatepass").translate(None, _ASCII).decode(errors="surrogatepass")
    changed = {char: other for char in set(beyond) if (other := compact(char)) != char}
    if len(changed) > _MOST_REPLACED or not changed.keys().isdisjoint(changed.values()):
        return compact(text)
    for char, other in changed.items():
        text = text.replace(char, other)
    return text.encode(errors="replace").translate(_COMPACT.ascii).decode()


# Replacing a character everywhere costs as much as looking up some twenty.
_MOSTLY_ASCII = 1.05
_MOST_REPLACED = 64
_ASCII = bytes(range(0x80))


def is_cjk(char: str) -> bool:
    """Return whether `char` is of a script without spaces between words, or with agglutination."""
    return char >= "\u1100" and bool(_cjk().match(char))


def may_hold_cjk(text: str, start: int = 0, end: int = sys.maxsize) -> bool:
    """Return whether a stretch of `text` may contain such characters; False is certain. Cheap."""
    return not text.isascii() and _MAY_BE_CJK.search(text, start, end) is not None


@cache
def _cjk() -> re.Pattern[str]:
    """Return the pattern of some fifty thousand characters, compiled on first use since most processes do not need it."""
    return re.compile(f"[{CJK}]")
