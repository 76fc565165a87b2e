"""Find what a person names: works, sources and channels by whole names, words, beginnings, initials or parts of their names."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

__all__ = ["LONGEST", "KnownNames", "matching", "nearest"]

KnownNames = Mapping[str, Sequence[str]]
"""The names to choose from, and the other names of each."""

_NEAR = 0.6
LONGEST = 80
"""The characters of a name that similarity is computed on, at quadratic cost."""
_SHORTEST = 3
"""The least letters of an abbreviation or of a part of a word."""
_MARKS = str.maketrans({"'": "", "’": "", "‘": "", "ʼ": "", "`": "", "´": "", "&": " and "})
_NUMERALS = {
    "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10", "xi": "11",
    "xii": "12", "xiii": "13", "xiv": "14", "xv": "15", "xvi": "16",
}  # fmt: skip


def matching(text: str, known: KnownNames) -> list[str]:
    """Return what `text` matches, in the order of `known`: whole names, else words, else prefixes, else substrings.

    Case, accents, punctuation and the spelling of numbers are ignored; initials match ("BG3").
    """
    asked = _words(text)
    if not asked:
        return []
    names = {one: [_words(name) for name in (one, *others)] for one, others in known.items()}
    for fits in (_is_same, _has_words, _has_beginnings, _has_initials, _has_part):
        if found := [one for one, words in names.items() if any(fits(asked, name) for name in words)]:
            return found
    return []


def nearest(text: str, known: KnownNames, most: int = 3) -> list[str]:
    """Return the most similar names, most similar first, by whole names and by their words."""
    asked = " ".join(_words(text))[:LONGEST]
    likeness: dict[str, float] = {}
    for one, others in known.items():
        for name in (one, *others):
            words = _words(name)
            for part in (" ".join(words), *(word for word in words if len(word) > _SHORTEST)):
                likeness[one] = max(likeness.get(one, 0.0), _likeness(asked, part[:LONGEST]))
    near = [one for one, ratio in likeness.items() if ratio >= _NEAR]
    return sorted(near, key=lambda one: -likeness[one])[:most]


@lru_cache(maxsize=20_000)
def _words(text: str) -> tuple[str, ...]:
    """Return the words of a name without case, accents and punctuation, numbers as digits."""
    from monitor.ledger import folded  # noqa: PLC0415 - only who names something pays for it

    kept = folded(text).translate(_MARKS)
    words = "".join(c if c.isalnum() else " " for c in kept).split()
    return (words[0], *(_NUMERALS.get(word, word) for word in words[1:])) if words else ()


def _is_same(asked: Sequence[str], name: Sequence[str]) -> bool:
    return "".join(asked) == "".join(name)


def _has_words(asked: Sequence[str], name: Sequence[str]) -> bool:
    return any(list(run) == list(asked) for run in _runs(name, len(asked)))


def _has_beginnings(asked: Sequence[str], name: Sequence[str]) -> bool:
    return all(any(word.startswith(one) for word in name) for one in asked)


def _has_initials(asked: Sequence[str], name: Sequence[str]) -> bool:
    letters = "".join(asked)
    initials = "".join(word if word.isdigit() else word[0] for word in name)
    return len(letters) >= _SHORTEST and initials.endswith(letters)


def _has_part(asked: Sequence[str], name: Sequence[str]) -> bool:
    letters = "".join(asked)
    return (len(letters) >= _SHORTEST or not letters.isascii()) and letters in "".join(name)


def _runs(name: Sequence[str], length: int) -> Iterator[Sequence[str]]:
    return (name[start : start + length] for start in range(len(name) - length + 1))


def _likeness(one: str, other: str) -> float:
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _NEAR and matcher.quick_ratio() >= _NEAR else 0.0
