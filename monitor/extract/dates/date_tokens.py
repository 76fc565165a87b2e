"""Split text into tokens in one pass: words, numbers and single marks, each with its offsets.

Nothing is interpreted here. Normalisation maps one character to one character, so offsets are those of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

__all__ = ["MARKS", "SCAN", "DateToken", "date_tokens", "dictionary_key", "normalise_date_text"]

MARKS = {
    ",": "comma", "、": "comma", "،": "comma", "，": "comma", "-": "dash", "~": "tilde", "/": "slash", ".": "dot",
    "。": "stop", "(": "open", ")": "close", "[": "open", "]": "close", "（": "open", "）": "close", "'": "apostrophe", "・": "dash", "^": "ring", ":": "colon",
}  # fmt: skip
"""The marks that may occur inside a date; every other one ends it."""

_PLAIN = {
    **dict.fromkeys("‐‑‒–—―−－﹣", "-"), **dict.fromkeys("～〜∼", "~"), **dict.fromkeys("’‘ʼ′´`＇‛", "'"),
    "／": "/", "．": ".", "：": ":", "ı": "i", "İ": "i", "ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d",
    "ة": "ه", "ى": "ي", "º": "^", "°": "^", "ª": "^", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\u3000": " ",
}  # fmt: skip


def _table() -> dict[int, str]:
    table: dict[int, str] = {}
    ranges = ((0x41, 0x5B), (0xC0, 0x250), (0x620, 0x650), (0x660, 0x66A), (0x6F0, 0x6FA), (0x958, 0x960), (0x966, 0x970),
              (0x1E00, 0x1F00), (0xFF10, 0xFF5B))  # fmt: skip
    for first, last in ranges:
        for code in range(first, last):
            char = chr(code)
            base = (
                str(unicodedata.digit(char))
                if char.isdigit()
                else unicodedata.normalize("NFKD", char)[:1].lower()
            )
            if len(base) == 1 and base != char:
                table[code] = base
    return table | {ord(char): plain for char, plain in _PLAIN.items()}


_FOLD = _table()
# Marks that do not distinguish words: Arabic vowels and tatweel, the nukta, joiners.
_SILENT = "\u0610-\u061a\u0640\u064b-\u065f\u0670\u093c\u0300-\u036f\u200c\u200d\u00ad"
_DELETE = re.compile(f"[{_SILENT}]+")
_LETTER = rf"(?:[^\W\d_]|[{_SILENT}\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963])"
_CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_NUMBER = r"[0-9]+(?:(?:[ \t]{0,2}[-/.~][ \t]{0,2}|[:,])[0-9]+)*"
_REST = rf"(?P<word>{_LETTER}+)|(?P<mark>[^\w\s])|(?P<line>\n)"


SCAN = re.compile(rf"{_LETTER}+|{_NUMBER}")
"""The pattern of words and numbers only, which decide whether a text can contain a date."""


class DateToken(NamedTuple):
    """A token: `text` is normalised; `kind` is "word", "number" or the name of a mark ("" for one that ends a date)."""

    start: int
    end: int
    text: str
    kind: str


# A named tuple's own constructor is a call in Python; every word near a date becomes a token.
_made = tuple.__new__


def normalise_date_text(text: str, letters: str = "") -> str:
    """Return `text` in lower case, without accents except on `letters`, with ASCII digits, dashes and quotes; the same length."""
    return text.translate(_keeping(letters) if letters else _FOLD)


@cache
def _keeping(letters: str) -> dict[int, str]:
    kept = {ord(letter): letter for letter in letters} | {ord(letter.upper()): letter for letter in letters}
    return _FOLD | kept


def dictionary_key(word: str) -> str:
    """Return a normalised word without marks that do not distinguish words."""
    return _DELETE.sub("", word)


def pattern(words: list[str], *, han: bool = False) -> re.Pattern[str]:
    """Return the pattern of tokens; `words` are those of a script without spaces between words.

    With `han` Chinese numerals are numbers.
    """
    # a letter that does not begin a known word is skipped alone in a script without spaces, else with the rest of its word
    rest = (
        _REST.replace(f"(?P<word>{_LETTER}+", rf"(?P<word>[{_CJK}]|(?:(?![{_CJK}]){_LETTER})+", 1)
        if han
        else _REST
    )
    inner = "|".join(
        _after_no_number(word) + re.escape(word).replace(r"\ ", " ?")
        for word in sorted(words, key=len, reverse=True)
    )
    return re.compile(
        f"(?P<number>{_NUMBER})|"
        + (f"(?P<cjk>{inner})|" if inner else "")
        + (f"(?P<han>[{''.join(_HAN)}]+)|" if han else "")
        + rest
    )


_UNIT_FIRST = "年月日周週년월일주"


def _after_no_number(word: str) -> str:
    """Return the lookbehind by which 月末 is not matched within 10月末."""
    return (
        rf"(?<![0-9{''.join(_HAN)}])(?<![0-9] )"
        if len(word) > 1 and word[0] in _UNIT_FIRST and word[-1] in "初末底中内內尾旬말초"
        else ""
    )


def date_tokens(
    folded: str, matcher: re.Pattern[str], start: int = 0, end: int | None = None
) -> Iterator[DateToken]:
    """Yield the tokens of a normalised text, or of its stretch `start:end`, from left to right."""
    for match in matcher.finditer(folded, start, len(folded) if end is None else end):
        kind = match.lastgroup or ""
        text = match[0]
        if kind == "word":
            if not text.isascii():  # marks that do not distinguish words are all beyond ASCII
                text = dictionary_key(text)
        elif kind == "mark":
            kind = MARKS.get(text, "")
        elif kind == "han":
            kind, text = "number", _han(text)
        elif kind == "cjk":
            kind, text = "word", text.replace(" ", "")
        yield _made(DateToken, (*match.span(), text, kind))


_HAN = {"〇": 0, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "两": 2, "兩": 2,
        "十": 10, "廿": 20, "卅": 30, "百": 100, "千": 1000}  # fmt: skip


def _han(text: str) -> str:
    """Return Chinese numerals as digits, written out (二十一, 两千零四) or digit by digit (二零零四)."""
    values = [_HAN[char] for char in text[:12]]
    if len(values) > 1 and max(values) < 10:
        return "".join(map(str, values))
    total, digit = 0, 0
    for value in values:
        if value >= 10:
            total += (digit or 1) * value
            digit = 0
        else:
            digit = value
    return str(total + digit)
