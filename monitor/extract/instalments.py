"""Find the instalments that a text names by unit and number: "season 2", "the second season", "S02"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.extract.normalise import is_cjk, normalise
from monitor.extract.spelling import ROMAN

__all__ = ["Instalment", "Instalments", "bare_numbers"]

# A single letter is rarely a number, and one of more than nine rarely a part.
_ROMAN = {roman: int(digit) for roman, digit in ROMAN.items() if len(roman) > 1 and len(digit) == 1}
_MOST = 400
_MOST_OF = {"chapter": 1900, "episode": 1900}
"""The limit for units of which a long-running work has many; a larger number of four digits is a year."""
_UNIT_OF_KIND = {"series": ("season", 40), "book": ("volume", _MOST)}
_Found = tuple[int, int, "Instalment"]


@dataclass(frozen=True)
class Instalment:
    """A part of a work as the contract writes it ("season 2"); `unit` is empty when only an ordinal is given."""

    name: str
    unit: str = ""
    number: int = 0


class Instalments:
    """The names of instalments in a language.

    `units` are the forms of each unit, `elliptic` those that name one more of the unit named before ("the third"). In a form
    ``{n}`` is a number, ``{o}`` an ordinal, ``{d}`` digits, ``*`` any ending. Raises ValueError when a form has no word.
    """

    def __init__(
        self,
        units: Mapping[str, Sequence[str]],
        elliptic: Sequence[str] = (),
        *,
        numbers: Mapping[str, int],
        ordinals: Mapping[str, int],
        not_before: tuple[str, ...] = (),
        several: frozenset[str] = frozenset(),
        verbs: frozenset[str] = frozenset(),
    ) -> None:
        """Compile the forms, with the words after a number that exclude an instalment, those that announce another one, and verbs after an ordinal."""
        self._units = units
        self._elliptic_forms = elliptic
        self._cardinals, self._ordinals, self._numbers = numbers, ordinals, {**numbers, **ordinals}
        self._not_before, self._several, self._verbs = not_before, several, verbs
        words = {unit: {_word_of(form) for form in forms} for unit, forms in units.items()}
        self._words = re.compile("|".join(sorted(set().union(*words.values()))) or "(?!)")
        self._unit_words = {unit: re.compile("|".join(sorted(some))) for unit, some in words.items() if some}

    def find(self, folded: str) -> list[_Found]:
        """Return the instalments in a normalised text in order, each with its position."""
        if not self._words.search(folded):
            return []
        found = sorted(self._stated(folded), key=lambda one: (one[0], -one[1]))
        named: list[_Found] = []
        for start, end, instalment in found:
            if named and start < named[-1][1]:
                continue
            if named and start - named[-1][1] <= 2 and _is_within(instalment, named[-1][2]):
                first, _, outer = named[-1]
                name = f"{outer.name} {instalment.name}"
                named[-1] = first, end, Instalment(name, "season", outer.number)
            else:
                named.append((start, end, instalment))
        if named and self._elliptic_forms:
            named.extend(self._further(folded, named))
            named.sort(key=lambda one: one[0])
        return named

    def _stated(self, folded: str) -> Iterator[_Found]:
        for unit, pattern in self._patterns.items():
            # Most texts contain one unit only, and searching for a word is cheap.
            matches = (
                match
                for first, last in _windows(self._unit_words[unit], folded)
                for match in pattern.finditer(folded, first, last)
            )
            for match in matches:
                if folded[match.end() : match.end() + 20].strip().startswith(self._not_before):
                    continue
                number = self._number(match)
                if 0 < number < _MOST_OF.get(unit, _MOST):
                    yield match.start(), match.end(), Instalment(f"{unit} {number}", unit, number)

    def _further(self, folded: str, stated: Sequence[_Found]) -> list[_Found]:
        """Return the instalments named by their number alone: "the first season was short, and the second was long"."""
        unit = stated[0][2].unit
        named = list(stated)
        for match in self._elliptic.finditer(folded):
            number = self._number(match)
            if not number or any(match.start() < end and start < match.end() for start, end, _ in named):
                continue
            earlier = [end for _, end, _ in named if end <= match.start()]
            if not earlier:
                continue
            if set(folded[earlier[-1] : match.start()].replace(",", " ").split()) & self._several:
                continue
            following = folded[match.end() : match.end() + 24].lstrip()
            if following[:1] in (",", ".", ";", "") or following.split(" ")[0] in self._verbs:
                named.append((match.start(), match.end(), Instalment(f"{unit} {number}", unit, number)))
        return named[len(stated) :]

    def _number(self, match: re.Match[str]) -> int:
        said = next((group for group in match.groups() if group), "")
        if said.isdigit():
            return int(said)
        number = _ROMAN.get(said) or self._numbers.get(said)
        if number is None:
            stems = (word for word in self._numbers if word.endswith("*") and said.startswith(word[:-1]))
            number = next(map(self._numbers.__getitem__, stems), 0)
        return number

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str]]:
        return {unit: self._pattern(forms) for unit, forms in self._units.items() if forms}

    @cached_property
    def _elliptic(self) -> re.Pattern[str]:
        return self._pattern(self._elliptic_forms)

    def _pattern(self, forms: Sequence[str]) -> re.Pattern[str]:
        digits = "[0-9]{1,4}"
        number = f"{digits}|{_one_of(self._cardinals)}|{'|'.join(_ROMAN)}" if self._cardinals else digits
        ordinal = _one_of(self._ordinals) if self._ordinals else "(?!)"
        parts = []
        for form in forms:
            text = re.escape(normalise(form)).replace(r"\{o\}\ ", f"({ordinal}){_ASIDE}\\ ")
            text = text.replace(r"\{n\}", f"({number})").replace(r"\{o\}", f"({ordinal})")
            text = text.replace(r"\{d\}", "([0-9]{1,2})").replace(r"\ ", "[ -]")
            text = text.replace(r"\*", r"\w{0,5}").replace(r"\?", "?")
            parts.append(f"{_left_of(form)}{text}{_right_of(form)}")
        return re.compile("|".join(parts))


def _windows(words: re.Pattern[str], folded: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a folded text `_AROUND` characters around certain words, which no form of a part exceeds, cut at spaces."""
    first = last = -1
    for match in words.finditer(folded):
        if match.start() - _AROUND > last:
            if last >= 0:
                yield first, last
            first = max(folded.rfind(" ", 0, max(match.start() - _AROUND, 0)), 0)
        end = folded.find(" ", match.end() + _AROUND)
        last = end if end >= 0 else len(folded)
    if last >= 0:
        yield first, last


_AROUND = 120
"""Characters."""

_BEHIND = re.compile(r"[\"'”’»」』]? (?:([0-9]{1,3})|([ivx]+))(?![\w%°]|[.,:/-][0-9])")

_IN_TAG = re.compile(r"(?:s|season)?([0-9]{1,2})()(?!\w)")
"""The number at the end of a hashtag: #AllOfUsAreDead2."""


def bare_numbers(folded: str, names: Sequence[tuple[int, int, str]]) -> Iterator[_Found]:
    """Yield the instalments named by a number right after a title: "Boris 5" is its season 5, "Berserk 42" its volume 42.

    `names` are the positions of works in the normalised text with their kinds: with a number a film or game is another work.
    """
    for first, end, kind in names:
        unit, most = _UNIT_OF_KIND.get(kind, ("", 0))
        behind = _IN_TAG if folded[first : first + 1] == "#" else _BEHIND
        match = (behind.match(folded, end) or _BEHIND.match(folded, end)) if unit else None
        if match is None:
            continue
        number = int(match[1]) if match[1] else _ROMAN.get(match[2], 0)
        if 0 < number < most:
            start = match.start(1 if match[1] else 2)
            yield start, match.end(), Instalment(f"{unit} {number}", unit, number)


# "The third — and possibly final — season".
_ASIDE = "(?: ?[—–(-]{1,2}[^—–().,;0-9]{1,40}[—–)-]{1,2})?"


def _is_within(part: Instalment, whole: Instalment) -> bool:
    return whole.unit == "season" and part.unit in ("part", "volume", "episode")


def _word_of(form: str) -> str:
    """Return a pattern of the longest word of a form without its optional part; for a single letter together with its digit.

    A word of ASCII is not matched within another: "act" in "character".
    """
    folded = normalise(form)
    words = re.findall(r"[^\W\d_]+(?!\?)", re.sub(r"\{[nod]\}", " ", folded))
    if not words:
        raise ValueError(f"the form {form!r} has no word")
    word = max(words, key=len)
    found = f"{word}[0-9]" if f"{word}{{d}}" in folded else str(word)
    if not word.isascii() or f"}}{word}" in folded:
        return found
    # A lookbehind after the word, since a search for a pattern that begins with one is slow.
    return f"{found}(?<![a-z]{found})"


def _one_of(words: Mapping[str, int]) -> str:
    spelled = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(
        rf"{re.escape(word[:-1])}\w{{0,5}}" if word.endswith("*") else re.escape(word) for word in spelled
    )


def _left_of(form: str) -> str:
    if is_cjk(form[0]):
        return ""
    # 1200부 are copies, and no part 200.
    return r"(?<![0-9.,])" if form.startswith(("{n}", "{o}")) and any(map(is_cjk, form)) else r"(?<!\w)"


def _right_of(form: str) -> str:
    if is_cjk(form[-1]):
        return ""
    return "(?![A-Za-z0-9_])" if form.endswith("{n}") else r"(?!\w)"
