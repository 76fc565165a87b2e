"""Extract the name of a trailer from its document: "launch trailer", "teaser 2", "character trailer: Azucena".

The words are data (`languages/trailers.yaml`), those of all languages together, since videos are named alike in all of
them. Linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml

from monitor.extract.normalise import is_cjk, normalise
from monitor.model import TrailerKind

__all__ = ["Trailer", "is_imitation", "is_talk", "name_of", "plain_words"]

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_FILE = Path(__file__).with_name("languages") / "trailers.yaml"
_TOKEN = re.compile(r"\w+(?:['’.&-]\w+)*|[^\w\s]")
_QUOTED = re.compile(r"[“\"‘'«]([^“”\"‘’'«»|]{2,60}?)[”\"’'»](?!\w)")
_SEPARATORS = frozenset("-–—:|•·/（(")
_COLONS = frozenset(":-–—")
_BETWEEN_IDEOGRAPHS = re.compile(r"(?<=[\u3040-\u30ff\u4e00-\u9fff]) (?=[\u3040-\u30ff\u4e00-\u9fff])")
_LONGEST_NAME = 6
_LONGEST_PHRASE = 3
_TEXT = 1000


class Trailer(NamedTuple):
    """A trailer's `name`, "" when its document does not give one, and its `kind`."""

    name: str
    kind: TrailerKind


@dataclass(frozen=True)
class _Words:
    teasers: frozenset[str]
    trailers: frozenset[str]
    launch: frozenset[str]
    launched: frozenset[str]
    kinds: frozenset[str]
    named: frozenset[str]
    official: frozenset[str]
    counted: frozenset[str]
    plain: frozenset[str]
    joining: frozenset[str]
    verbs: frozenset[str]
    instalments: frozenset[str]
    unspaced: re.Pattern[str]
    """Words of scripts without spaces."""


@dataclass(frozen=True)
class _Noun:
    """A word for the video at tokens `first` up to, not including, `last`, and the leftmost word that belongs to it, `left`."""

    first: int
    last: int
    left: int


def name_of(title: str, headline: str, quote: str) -> Trailer:
    """Return the trailer of `title` named in a document's `headline`, else in the passage `quote`."""
    for text in (headline, quote):
        if (found := _named(title, text[:_TEXT])) is not None:
            return found
    return Trailer("", TrailerKind.TRAILER)


def is_imitation(text: str) -> bool:
    """Return whether a headline or sentence calls its video unofficial: fan-made, a concept, a parody."""
    return _has_word_of("imitations", normalise(text[:_TEXT]))


def is_talk(text: str) -> bool:
    """Return whether a headline or sentence is about a reaction to a video, a breakdown or a review of it."""
    return _has_word_of("talk", normalise(text[:_TEXT]))


def _has_word_of(name: str, folded: str) -> bool:
    """Return whether a text has a word of a list; most texts contain none of them even within a word."""
    words, pattern = _pattern(name)
    return any(map(folded.__contains__, words)) and pattern.search(folded) is not None


@lru_cache(maxsize=2)
def _pattern(name: str) -> tuple[Sequence[str], re.Pattern[str]]:
    """Return the words of a list that contain no other, and the pattern of all, with word boundaries in scripts with spaces."""
    listed = {normalise(word) for own in _lists().values() for word in own.get(name, ())}
    words = sorted(listed, key=lambda word: (-len(word), word))
    shortest = [word for word in words if not any(other != word and other in word for other in words)]
    return shortest, re.compile(
        "|".join(re.escape(word) if is_cjk(word[0]) else rf"(?<!\w){re.escape(word)}(?!\w)" for word in words)
    )


@lru_cache(maxsize=1)
def _lists() -> dict[str, dict[str, list[str]]]:
    lists: dict[str, dict[str, list[str]]] = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - it makes text only
    return lists


def _named(title: str, text: str) -> Trailer | None:
    words = _words()
    quoted = [match[1].strip(" ,.") for match in _QUOTED.finditer(text)]
    spaced = words.unspaced.sub(r" \g<0> ", _without(title, text))
    tokens = _TOKEN.findall(spaced)
    folded = [token.casefold() for token in tokens]
    nouns = list(_nouns(folded, words))
    if not nouns:
        return None
    noun = next((noun for noun in nouns if noun.left < noun.first), nouns[0])
    number = _number(folded, noun.last)
    phrase = _phrase(folded[noun.left : noun.last], words, is_numbered=bool(number))
    subject = _subject_before(tokens, folded, noun, words) or _subject_after(tokens, folded, noun, words)
    subject = subject or next((each for each in quoted if _is_beside(each, text, phrase)), "")
    if subject.casefold() in title.casefold():
        subject = ""
    name = _BETWEEN_IDEOGRAPHS.sub("", f"{phrase} {number}".rstrip()) + (f": {subject}" if subject else "")
    if words.launched.intersection(folded[noun.first : noun.last]) or (
        noun.left < noun.first and folded[noun.first - 1] in words.launch
    ):
        kind = TrailerKind.LAUNCH
    else:
        is_teaser = " ".join(folded[noun.first : noun.last]) in words.teasers
        kind = TrailerKind.TEASER if is_teaser else TrailerKind.TRAILER
    return Trailer(name, kind)


def _without(title: str, text: str) -> str:
    """Return `text` with a mark in the place of the work's title."""
    at = text.casefold().find(title.casefold())
    if at < 0 or len(text.casefold()) != len(text):
        return text
    return f"{text[:at]} \0 {text[at + len(title) :]}"


def _nouns(folded: Sequence[str], words: _Words) -> Iterator[_Noun]:
    at = 0
    while at < len(folded):
        for last in range(min(at + _LONGEST_PHRASE, len(folded)), at, -1):
            phrase = " ".join(folded[at:last])
            if phrase in words.teasers or phrase in words.trailers or phrase in words.launched:
                yield _Noun(at, last, _leftmost(folded, at, words))
                at = last - 1
                break
        at += 1


def _leftmost(folded: Sequence[str], at: int, words: _Words) -> int:
    """Return the first of the words that specify the trailer."""
    known = words.launch | words.kinds | words.official | words.counted | words.plain | words.named
    left = at
    while left:
        if folded[left - 1] in known:
            left -= 1
        elif left > 1 and (
            " ".join(folded[left - 2 : left]) in known
            or (folded[left - 1] == "&" and left < at and folded[left - 2] in known)
        ):
            left -= 2
        else:
            break
    while left < at and folded[left] in words.plain:
        left += 1
    return left


def _phrase(folded: Sequence[str], words: _Words, *, is_numbered: bool) -> str:
    named = [word for word in folded if word not in words.plain]
    plain = [word for word in named if word not in words.official]
    # "Official launch trailer" is a launch trailer, "official trailer" has no other name.
    return " ".join(plain if len(plain) > 1 or is_numbered else named)


def _number(folded: Sequence[str], at: int) -> str:
    at += folded[at : at + 1] == ["#"]
    number = folded[at] if at < len(folded) else ""
    return number if number.isdecimal() and number.isascii() and len(number) < 3 else ""


def _subject_before(tokens: Sequence[str], folded: Sequence[str], noun: _Noun, words: _Words) -> str:
    """Return the name before the kind of the trailer: "Tekken 8 - Azucena Reveal Trailer"."""
    if noun.left < noun.first and folded[noun.left] in words.plain | words.official:
        return ""
    first = noun.left
    while first and tokens[first - 1] not in _SEPARATORS and tokens[first - 1] != "\0":
        first -= 1
    if not first or tokens[first - 1] not in _SEPARATORS:
        return ""
    while first < noun.left and folded[first] in words.official | words.plain:
        first += 1
    return _proper(tokens[first : noun.left], words)


def _subject_after(tokens: Sequence[str], folded: Sequence[str], noun: _Noun, words: _Words) -> str:
    """Return the name of a character after the trailer: "Character Trailer: Azucena"."""
    if (
        not words.named.intersection(folded[noun.left : noun.first])
        or tokens[noun.last : noun.last + 1] == []
    ):
        return ""
    if tokens[noun.last] not in _COLONS:
        return ""
    last = noun.last + 1
    while last < len(tokens) and tokens[last] not in _SEPARATORS and tokens[last] != "\0":
        last += 1
    return _proper(tokens[noun.last + 1 : last], words)


def _proper(tokens: Sequence[str], words: _Words) -> str:
    """Return a name, "" when these are the words of a sentence or of an instalment."""
    folded = [token.casefold() for token in tokens]
    if not 0 < len(tokens) <= _LONGEST_NAME or words.verbs.intersection(folded):
        return ""
    if words.trailers.union(words.teasers).intersection(folded) or any(
        word in words.instalments and "".join(folded[max(at - 1, 0) : at + 2 : 2]).isdecimal()
        for at, word in enumerate(folded)
    ):
        return ""
    capital = [token[0].isupper() or token[0].isdigit() or not token[0].isascii() for token in tokens]
    if not capital[0] or not all(
        one or word in words.joining for one, word in zip(capital, folded, strict=True)
    ):
        return ""
    return " ".join(tokens)


def _is_beside(quoted: str, text: str, phrase: str) -> bool:
    """Return whether the words in quotation marks are right before those of the trailer: Official 'The Greatest Foe' Animated Trailer."""
    behind = text[text.find(quoted) + len(quoted) + 1 :].strip().casefold()
    return behind.startswith(phrase.casefold()) and quoted[0].isupper()


@lru_cache(maxsize=1)
def plain_words() -> frozenset[str]:
    """Return the words of all languages that specify the kind of a trailer and are not part of its name."""
    words = _words()
    return words.kinds | words.launch | words.official | words.counted | words.teasers | words.trailers


@lru_cache(maxsize=1)
def _words() -> _Words:
    languages = _lists()
    lists: dict[str, frozenset[str]] = {
        name: frozenset(word for own in languages.values() for word in own.get(name, ()))
        for name in ("teasers", "trailers", "launch", "launched", "kinds", "named", "official", "counted", "plain", "joining",
                     "verbs", "instalments")
    }  # fmt: skip
    # The longest first, so that no part of a word matches.
    unspaced = sorted(
        (w for own in lists.values() for w in own if not w.isascii() and ord(w[0]) > 0x2E80), key=len
    )
    return _Words(**lists, unspaced=re.compile("|".join(map(re.escape, reversed(unspaced)))))
