"""Generate the variants of a watched name in texts.

The variants of a name are looked up like the name itself; only a word with an ending before a number is changed in the text
instead. The replacements are data (`languages/names.yaml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from monitor.extract.normalise import compact, is_cjk, normalise
from monitor.extract.spelling import ROMAN, spelled

__all__ = ["PART_WORDS", "forms", "joined", "stem", "uninflected"]

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_FILE = Path(__file__).with_name("languages") / "names.yaml"
_ARABIC = {arabic: roman for roman, arabic in ROMAN.items()}
_SYLLABLES = re.compile(
    r"(?:(?:[kgsztdnhbpmr]y?|sh|ch|ts|j|f|y|w)?[aeiouāūēōâûêô]|n(?![aeiouy])|([kstp])(?=\1)|t(?=ch)|m(?=[bp]))+"
)
_SEAM = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])|(?<=[^\W\d_])(?=\d)|_")
_ROMANISED = 7
"""The letters below which a name is not taken for a romanised one."""
_LETTERS_OF_WORD = re.compile(r"[^\W\d_]+")
_NUMBERED = re.compile(r"(?<= )([^\W\d_]{4,40}) (?:\d{1,4}|[ivx]{1,5})(?= )")
_LONGEST_ENDING = 4
_STEM = 3
_BEFORE = 48
"""The characters before a word that may belong to its name."""


def _read() -> Mapping[str, Any]:
    with _FILE.open(encoding="utf-8") as file:
        read: Mapping[str, Any] = yaml.load(file, _LOADER)  # noqa: S506 - builds text, lists and mappings only
    return read


_DATA = _read()
_NUMBERS = {
    **{normalise(word): digits for digits, words in _DATA["numbers"].items() for word in words},
    **ROMAN,
    **{digits: digits for digits in _ARABIC},
}
_AND = frozenset(_DATA["and"]) - {""}
_TIMES = frozenset((_DATA["times"],))
_SIGNS = (
    (re.compile(f"[{_DATA['and_signs']}]"), tuple(_DATA["and"])),
    (re.compile(f"[{_DATA['times_signs']}]"), tuple(_TIMES)),
)
_PARTED = re.compile(f"['’{_DATA['and_signs']}{_DATA['times_signs']}-]")
PART_WORDS = frozenset(_DATA["parts"])
"""The words for a part that may follow a title: Part Two, Chapter 3."""
_DROPPED = tuple(_DATA["dropped"])
_OTHERWISE = re.compile("|".join((*_DATA["long_vowels"], *_DATA["short_vowels"], *_DATA["syllables"])))


def forms(alias: str) -> list[str]:
    """Return the variants of `alias` in a spelled text, each once and after a space unless it needs no boundary."""
    words = compact(alias).split() if alias.isascii() else spelled(alias).split()
    if not words:
        return []
    plain = " ".join(words)
    others = _others(alias, words)
    if not others:
        return [plain if is_cjk(plain[0]) else f" {plain}"]
    found = {plain, *others} - {""}
    return [form if is_cjk(form[0]) else f" {form}" for form in sorted(found)]


def _others(alias: str, words: list[str]) -> list[str]:
    """Return the forms of `alias`, whose words are `words`, that are spelled otherwise."""
    found: list[str] = []
    if _PARTED.search(alias):
        found += _parted(alias)
    if len(alias) >= _ROMANISED and not alias.istitle() and _SEAM.search(alias):
        found.append(" ".join(spelled(_SEAM.sub(" ", alias)).split()))
    if not alias.isascii():
        found += _replaced(alias, _DATA["letters"])
    if len(words) > 2:
        inner = words[1:-1]
        for left_out in (_AND, _TIMES):
            if not left_out.isdisjoint(inner):
                found.append(
                    " ".join([words[0], *(word for word in inner if word not in left_out), words[-1]])
                )
    if len(words) > 1 and not _NUMBERS.keys().isdisjoint(words):
        found += _renumbered(words)
    if len(alias) >= _ROMANISED and _OTHERWISE.search(name := alias.lower()):
        found += _romanised(name)
    return found


def stem(form: str) -> str:
    """Return a name without the last letter, which inflection changes in some languages ("Diuna", "Diuny"), "" when it has none."""
    return form[:-1] if form.endswith(_DROPPED) and form[-_STEM - 1 :].isalpha() else ""


def _parted(alias: str) -> Iterator[str]:
    """Yield the variants of a name without its apostrophes and hyphens, and with words for its signs."""
    if "'" in alias or "’" in alias:
        yield " ".join(spelled(alias.replace("'", "").replace("’", "")).split())
    if "-" in alias:
        yield " ".join(spelled(alias.replace("-", "")).split())
    for signs, words in _SIGNS:
        parts = signs.split(alias) if signs.search(alias) else []
        if all(parts):
            for word in words if parts else ():
                yield " ".join(spelled(f" {word} ".join(parts)).split())


def _replaced(alias: str, letters: Mapping[str, str]) -> Iterator[str]:
    """Yield the variant of a name with other letters, if it has any of `letters`."""
    name = alias.lower()
    other = name
    for letter, written in letters.items():
        other = other.replace(letter, written)
    if other != name:
        yield " ".join(spelled(other).split())


def _renumbered(words: list[str]) -> Iterator[str]:
    """Yield the variants of a name with its number in other numerals."""
    for index in range(1, len(words)):
        word = words[index]
        digits = _NUMBERS.get(word)
        if digits is None:
            continue
        numerals = {digits, _ARABIC.get(digits, digits)}
        if index == len(words) - 1 and is_cjk(words[index - 1][-1]):
            numerals.add(_DATA["numerals"].get(digits, digits))
        for other in numerals - {word}:
            yield " ".join(spelled(" ".join([*words[:index], other, *words[index + 1 :]])).split())


def _romanised(name: str) -> Iterator[str]:
    """Yield the other spellings of a romanised name in small letters: its long vowels, and its syllables in the other system."""
    if not all(map(_SYLLABLES.fullmatch, _LETTERS_OF_WORD.findall(name))):
        return
    vowels = [name]
    for changes in ("long_vowels", "short_vowels"):
        other = name
        for vowel, written in _DATA[changes].items():
            other = other.replace(vowel, written)
        vowels.append(other)
    for spelling in dict.fromkeys(vowels):
        yield " ".join(spelled(spelling).split())
        other = spelling
        for syllable, written in _DATA["syllables"].items():
            other = other.replace(syllable, written)
        yield " ".join(spelled(other).split())


@lru_cache(maxsize=4096)
def _joints(alias: str) -> tuple[tuple[frozenset[str], str, frozenset[str]], ...]:
    """Return the joints ("and", "×") of a name: the words and signs for each, and those of the words that the name has."""
    inner = frozenset(spelled(alias).split()[1:-1])
    return tuple(
        (words, signs, inner & words)
        for words, signs in ((_AND, _DATA["and_signs"]), (_TIMES, _DATA["times_signs"]))
        if inner & words or set(signs) & set(alias)
    )


def joined(alias: str, found: str) -> bool:
    """Return whether `found` joins the halves of a name like `alias`: "Romeo, Juliet" is not "Romeo and Juliet"."""
    for words, signs, of_alias in _joints(alias):
        if set(signs) & set(found) or words & set(spelled(found).split()[1:-1]):
            continue
        if of_alias or set(",;/、，") & set(found):
            return False
    return True


def uninflected(spaced: str, endings: frozenset[str] | None) -> Iterator[tuple[str, int, int, int]]:
    """Yield each word with one of `endings` before a number in a spelled text, without the ending: "Wiedźmina 3" is "Wiedźmin 3".

    None means any ending. Also yields the start and the end in `spaced`, and the start of the word in it.
    """
    for match in _NUMBERED.finditer(spaced):
        word, end = match[1], match.end(1)
        begin = max(spaced.find(" ", max(0, match.start() - _BEFORE)), 0)
        for size in range(1, min(_LONGEST_ENDING, len(word) - _STEM) + 1):
            if endings is None or word[-size:] in endings:
                other = f"{spaced[begin : end - size]}{spaced[end : match.end()]} "
                yield other, begin, match.end(), match.start() - begin
