"""Split text into tokens and sentences; a recognised entity (a title, a date) is one token."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from monitor.extract.normalise import CJK, may_hold_cjk, normalise

__all__ = ["Token", "plain_tokens", "sentences", "tokens", "with_entities"]


@cache
def _pattern(cjk: str = "", *, marked: bool = False) -> re.Pattern[str]:
    """Return the pattern of a token; each character of `cjk` is a token.

    With `marked` combining marks (vowel signs, points, separate accents) belong to their word.
    """
    single = f"[{cjk}]|" if cjk else ""
    letters = f"[^\\W\\d_{cjk}]"
    word = f"{letters}(?:{letters}|[{_marks()}])*" if marked else f"{letters}+"
    return re.compile(
        rf"{single}{word}(?:['’]{word})*"
        r"|\d+(?:[.,]\d+)*"
        # Quotation marks are not tokens: cues match across them.
        r"|([^\w\s\ufffc\"])\1*|_+"
    )


# Characters that are part of a word although Python does not take them for letters, and those left out because they do not distinguish words.
_MAY_HOLD_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u0591-\u10ff\u200c\u200d]")
_SILENT = re.compile("[\u0300-\u036f\u0640\u064b-\u065f\u0670\u093c\u200c\u200d]")


@cache
def _marks() -> str:
    """Return the combining marks, inside a character class."""
    return "\u200c\u200d" + "".join(
        char for char in map(chr, range(0x300, 0x1100)) if unicodedata.category(char) in ("Mn", "Mc")
    )


# Text without blanks goes on right behind a full stop, even an ASCII one.
_END = re.compile(
    r"[.!?…]+[\"'”’»)\]]*(?=\s|$)|(?<=[\u3040-\ud7ff])[.!?]+(?=[\u3040-\ud7ff])"
    r"|[。！？।॥｡]+[」』”’）]*|\n+|(?<=[a-z])\s+\|\s+(?=[A-Z])"
)


class Token(NamedTuple):
    """A word, a mark, or a recognised entity (`kind` is its kind, `value` the entity)."""

    text: str
    start: int
    end: int
    kind: str = ""
    value: Any = None


# A named tuple's own constructor is a call in Python; every word of every text that names a work becomes a token.
_made = tuple.__new__


def tokens(text: str, entities: Sequence[Token] = ()) -> list[Token]:
    """Return the normalised tokens of `text`; `entities`, sorted and without overlaps, replace the text that they cover."""
    folded = normalise(text)
    return with_entities(folded, plain_tokens(folded), entities)


def plain_tokens(folded: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Return the tokens of a stretch of normalised text without entities."""
    stop = len(folded) if end is None else end
    marked = not folded.isascii() and _MAY_HOLD_MARKS.search(folded, start, stop) is not None
    pattern = _pattern(CJK if may_hold_cjk(folded, start, stop) else "", marked=marked)
    if marked:
        return [
            _made(
                Token,
                (
                    match[1] if match.lastindex else _SILENT.sub("", match[0]) or match[0],
                    *match.span(),
                    "",
                    None,
                ),
            )
            for match in pattern.finditer(folded, start, stop)
        ]
    return [
        _made(Token, (match[1] if match.lastindex else match[0], *match.span(), "", None))
        for match in pattern.finditer(folded, start, stop)
    ]


def with_entities(
    folded: str, plain: Sequence[Token], entities: Sequence[Token], start: int = 0, end: int | None = None
) -> list[Token]:
    """Return the tokens of a stretch of normalised text: its `plain` ones, replaced by the entities that cover them."""
    stop = len(folded) if end is None else end
    whole = all(start <= entity.start and entity.end <= stop for entity in entities)
    found: list[Token] = []
    at = start
    for entity in entities:
        if entity.start < at or entity.end > stop:
            continue
        found += _between(folded, plain if whole else (), at, entity.start)
        found.append(entity)
        at = entity.end
    found += _between(folded, plain if whole else (), at, stop)
    return found


def _between(folded: str, plain: Sequence[Token], start: int, end: int) -> Sequence[Token]:
    """Return the tokens between two entities: the plain ones unless an entity cuts one."""
    first, last = bisect_left(plain, start, key=_START), bisect_left(plain, end, key=_START)
    if not plain or (first and plain[first - 1].end > start) or (last and plain[last - 1].end > end):
        return plain_tokens(folded, start, end) if start < end else ()
    return plain[first:last]


_START = attrgetter("start")


def sentences(
    text: str, abbreviations: frozenset[str], kept: list[tuple[int, int]], *, ordinal_dots: bool
) -> list[tuple[int, int]]:
    """Return the sentences of `text`; none ends within one of the sorted spans `kept`."""
    spans: list[tuple[int, int]] = []
    start = 0
    upcoming = iter(kept)
    span = next(upcoming, None)
    for mark in _END.finditer(text):
        while span is not None and span[1] <= mark.start():
            span = next(upcoming, None)
        if span is not None and span[0] <= mark.start() < span[1] and mark.end() < span[1]:
            continue
        if mark[0] == "." and _abbreviates(
            text, mark.start(), mark.end(), abbreviations, ordinal_dots=ordinal_dots
        ):
            continue
        if (
            mark[0][0] in "…."
            and len(mark[0]) > 1
            and text[mark.end() : mark.end() + 2].strip()[:1].islower()
        ):
            continue
        if text[start : mark.end()].strip():
            spans.append((start, mark.end()))
        start = mark.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return [_trimmed(text, first, last) for span in spans for first, last in _cut(text, *span)]


_LONGEST = 900


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a sentence in pieces of bounded length, cut between words."""
    while end - start > _LONGEST:
        blank = text.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        stop = blank if blank > 0 else start + _LONGEST
        yield start, stop
        start = stop
    if text[start:end].strip():
        yield start, end


def _abbreviates(text: str, dot: int, end: int, abbreviations: frozenset[str], *, ordinal_dots: bool) -> bool:
    word_start = dot
    while word_start > max(0, dot - 12) and (text[word_start - 1].isalnum() or text[word_start - 1] == "."):
        word_start -= 1
    word = text[word_start:dot]
    if not word:
        return False
    following = text[end : end + 2].strip()[:1]
    if word.isdigit():
        return ordinal_dots and len(word) <= 2 and not following.isdigit()
    if len(word) == 1 and word.isalpha() and word.isupper():
        return True
    if "." in word and all(len(part) == 1 for part in word.split(".")):
        return not following.isupper() or len(word) <= 3
    return word.casefold() in abbreviations


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
