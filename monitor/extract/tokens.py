"""A text is read as tokens and sentences; what was recognised in it (a title, a date) becomes one token."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from monitor.extract.fold import CJK, fold

__all__ = ["Token", "folded_tokens", "sentences", "tokens"]

_TOKEN = re.compile(
    rf"[{CJK}]"
    rf"|[^\W\d_{CJK}]+(?:['’][^\W\d_{CJK}]+)*"
    r"|\d+(?:[.,]\d+)*"
    # Quotation marks show in no pattern of a language: a cue reads through them.
    r"|([^\w\s\ufffc\"])\1*|_+"
)
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)|[。！？]+[」』”’）]*|\n+|(?<=[a-z])\s+\|\s+(?=[A-Z])")


class Token(NamedTuple):
    """A word, a mark, or something recognised (`kind` names what, `value` is it)."""

    text: str
    start: int
    end: int
    kind: str = ""
    value: Any = None


def tokens(text: str, entities: Iterable[Token] = ()) -> list[Token]:
    """Return the tokens of `text`, folded; entities, sorted and apart, stand for what they cover."""
    return folded_tokens(fold(text), entities)


def folded_tokens(
    folded: str, entities: Iterable[Token] = (), start: int = 0, end: int | None = None
) -> list[Token]:
    """Return the tokens of a stretch of a text that is folded; entities, sorted and apart, stand for what they cover."""
    stop = len(folded) if end is None else end
    found: list[Token] = []
    at = start
    for entity in entities:
        if entity.start < at or entity.end > stop:
            continue
        found.extend(_plain(folded, at, entity.start))
        found.append(entity)
        at = entity.end
    found.extend(_plain(folded, at, stop))
    return found


def _plain(folded: str, start: int, end: int) -> list[Token]:
    return [
        Token(match[1] if match.lastindex else match[0], match.start(), match.end())
        for match in _TOKEN.finditer(folded, start, end)
    ]


def sentences(
    text: str, abbreviations: frozenset[str], kept: list[tuple[int, int]], *, ordinal_dots: bool
) -> list[tuple[int, int]]:
    """Return the sentences of `text`; none ends within one of the `kept` spans, which are sorted."""
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
    """No sentence is longer than any writer's: what goes on without an end is cut between words."""
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
