"""Look up the names of months, weekdays and halves of the day in every language of CLDR, for dates not in English.

Loading one declared language takes milliseconds, loading all languages a second, once a process.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from babel import Locale

__all__ = ["CalendarNames", "Name", "all_names", "day_first", "named", "names_of", "pieces", "spread"]

_PIECE = re.compile(r"\d+|[^\s\d.,;:/()\[\]،·\-\u2013\u2014\u200e\u200f]+")
_MOST_PIECES = 40
_LONGEST_NAME = 5


class Name(NamedTuple):
    """The meaning of a name in one language: `kind` is "month", "weekday" (Monday is 0) or "half" (of the day, 1 is after noon)."""

    kind: str
    value: int
    lang: str


CalendarNames = Mapping[tuple[str, ...], frozenset[Name]]
"""The meanings of each name, by its words."""


def pieces(text: str) -> list[str]:
    """Return the words and numbers of `text` in lower case, without punctuation."""
    folded = text.casefold().replace("’", "'")
    return [match[0] for match, _ in zip(_PIECE.finditer(folded), range(_MOST_PIECES), strict=False)]


def names_of(lang: str) -> CalendarNames:
    """Return the names in the language of the tag `lang`, an empty mapping when CLDR does not have it."""
    return _names_of(lang.partition("-")[0].lower())


@cache
def all_names() -> CalendarNames:
    """Return the names of every language."""
    from babel import localedata  # noqa: PLC0415 - as in _locale

    # A language, or one in another script; territories add no months.
    return _merged(
        identifier
        for identifier in localedata.locale_identifiers()
        if "_" not in identifier or len(identifier.partition("_")[2]) == len("Latn")
    )


def spread(lang: str) -> int:
    """Return the number of territories of CLDR in which a language is used, a measure of how likely a name is in this language."""
    return _spreads()[lang]


def named(names: CalendarNames, words: list[str], at: int) -> tuple[int, frozenset[Name]]:
    """Return the longest name that begins at `at` in `words`: its number of words and its meanings; (0, an empty set) when there is none."""
    for size in range(min(_LONGEST_NAME, len(words) - at), 0, -1):
        if found := names.get(tuple(words[at : at + size])):
            return size, found
    return 0, frozenset()


def day_first(lang: str) -> bool | None:
    """Return whether numeric dates in `lang` give the day before the month; None when its tag does not determine it."""
    # English alone differs from one country to the other.
    locale = _locale(lang.replace("-", "_")) if lang and lang.casefold() != "en" else None
    if locale is None:
        return None
    short = str(getattr(locale.date_formats["short"], "pattern", "")).lower()
    return short.find("d") < short.find("m")


@cache
def _spreads() -> Counter[str]:
    from babel import localedata  # noqa: PLC0415 - as in _locale

    return Counter(identifier.partition("_")[0] for identifier in localedata.locale_identifiers())


@lru_cache(maxsize=32)
def _names_of(lang: str) -> CalendarNames:
    return _merged([lang]) if _locale(lang) is not None else {}


def _merged(identifiers: Iterable[str]) -> CalendarNames:
    found: dict[tuple[str, ...], set[Name]] = {}
    for identifier in identifiers:
        for name, meaning in _of(identifier):
            if words := tuple(pieces(name)):
                found.setdefault(words, set()).add(meaning)
    return {words: frozenset(meanings) for words, meanings in found.items()}


def _locale(identifier: str) -> Locale | None:
    # Imported here: few feeds have a date that is not in English.
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - slow to import, rarely needed

    try:
        return Locale.parse(identifier)
    except (UnknownLocaleError, ValueError, TypeError):
        return None


def _of(identifier: str) -> Iterator[tuple[str, Name]]:
    locale = _locale(identifier)
    if locale is None:
        return
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[context][width].items():
                # Some languages only count their months ("10", "M10").
                if not name.removeprefix("M").isdecimal():
                    yield name, Name("month", number, locale.language)
                    if locale.language == "he":
                        yield f"ב{name}", Name("month", number, locale.language)
            for number, name in locale.days[context][width].items():
                yield name, Name("weekday", number, locale.language)
    for width in ("wide", "abbreviated"):
        halves = locale.day_periods["format"].get(width, {})
        for half, value in (("am", 0), ("pm", 1)):
            if name := halves.get(half):
                yield name, Name("half", value, locale.language)
