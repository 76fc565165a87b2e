"""Two spellings of one word compare equal once both are folded; a fold never changes a text's length.

Case, accents, full and half width, digits of other scripts, curly quotes and the kinds of dash are folded away, one character
to one character, so that an offset into the folded text is an offset into the text. Most text is ASCII, which is folded as bytes.
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
    "cjk_in",
    "compact",
    "compacted",
    "format_characters",
    "is_cjk",
    "may_hold_cjk",
    "normalise",
    "parts_words",
    "without_format",
    "words",
]  # fmt: skip

CJK = "\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
"""Inside a character class: the scripts that are read character by character."""

# What it is not: a pattern of few characters is compiled much faster.
_MAY_BE_CJK = re.compile("[^\x00-\u10ff\u1200-\u3004]")
_PLAIN = {
    "ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "ı": "i", "İ": "i", "đ": "d", "Đ": "d",
    "’": "'", "‘": "'", "‛": "'", "ʼ": "'", "′": "'", "´": "'", "`": "'", "＇": "'",
    "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"', "＂": '"',
    "‐": "-", "‑": "-", "‒": "-", "−": "-", "﹣": "-", "－": "-",
    "ँ": "ं", "\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u3000": " ", "\u2002": " ", "\u2003": " ", "\u2009": " ",
}  # fmt: skip


# Roman numbers that are one character, up to nine: those of more than one digit keep theirs.
_ROMAN_DIGITS = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅰⅱⅲⅳⅴⅵⅶⅷⅸ"


# Unicode's category Cf but for the signs in it that are seen, and what is as invisible: the joiner of graphemes, fillers of Hangul, selectors of variants.
_FORMAT = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001-\U000e007f\U000e0100-\U000e01ef]"
)
_ZERO_WIDTH_SPACE = "\u200b"


def format_characters(text: str) -> list[int]:
    """Return where characters stand in `text` that are not seen."""
    return [] if text.isascii() else [match.start() for match in _FORMAT.finditer(text)]


def parts_words(before: str, char: str, after: str) -> bool:
    """Whether a character that is not seen parts two words: a space without width between a small letter and a capital.

    Anywhere else in a word it is only where a line may break.
    """
    return char == _ZERO_WIDTH_SPACE and before.islower() and after.isupper()


def without_format(text: str) -> str:
    """Return `text` without characters that are not seen; the very same text when it has none."""
    if text.isascii() or _FORMAT.search(text) is None:
        return text
    return _FORMAT.sub(
        lambda match: (
            " "
            if parts_words(
                text[match.start() - 1 : match.start()], match[0], text[match.end() : match.end() + 1]
            )
            else ""
        ),
        text,
    )


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
# What is half a character is none.
_BASIC_PLANE[0xD800:0xE000] = array("H", [0xFFFD]) * 0x800


class CharTable:
    """Which character stands for which: for ASCII a table of bytes, for all else a text that is looked into by code point."""

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
    """Return `text` folded; the same length."""
    return _FOLD.translate(text)


def compact(text: str) -> str:
    """Return `text` folded with every punctuation mark a space, and Chinese simplified; the same length."""
    return _COMPACT.translate(text)


def words(text: str) -> str:
    """Return the words of `text` as in a compact text, with one space between and around them."""
    return f" {' '.join(compacted(text).split())} "


def compacted(text: str) -> str:
    """Return `text` compact; much faster where little of it is beyond ASCII."""
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
    """Whether `char` is of a script that puts no spaces between words, or agglutinates within them."""
    return char >= "\u1100" and bool(_cjk().match(char))


def cjk_in(text: str) -> list[str]:
    """Return the characters of `text` that are of such a script."""
    return _cjk().findall(text) if may_hold_cjk(text) else []


def may_hold_cjk(text: str, start: int = 0, end: int = sys.maxsize) -> bool:
    """Whether a stretch of `text` can have such characters; False is certain, and cheap."""
    return not text.isascii() and _MAY_BE_CJK.search(text, start, end) is not None


@cache
def _cjk() -> re.Pattern[str]:
    """Compile what most processes never need: the pattern of some fifty thousand characters."""
    return re.compile(f"[{CJK}]")
