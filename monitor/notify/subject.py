"""Word the subject of a change as a phrase: the title in quotation marks, the instalment, the trailer, and the scopes.

Titles, editions and the names of trailers are not translated; the words around them are messages. The phrase is never
inflected: messages use it where a nominative is possible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.lists import format_list

from monitor.i18n import Catalogue, MessageText, capitalised, locale_of, message, pmessage
from monitor.model import Event

__all__ = ["joined", "subject"]

_UNITS: Final[Mapping[str, MessageText]] = {
    "season": pmessage("instalment", "season {number}"),
    "part": pmessage("instalment", "part {number}"),
    "volume": pmessage("instalment", "volume {number}"),
    "chapter": pmessage("instalment", "chapter {number}"),
    "episode": pmessage("instalment", "episode {number}"),
    "phase": pmessage("instalment", "phase {number}"),
    "book": pmessage("instalment", "book {number}"),
}

_TRAILERS: Final[Mapping[str, MessageText]] = {
    each.text: each
    for each in (
        pmessage("trailer", "trailer"),
        pmessage("trailer", "teaser"),
        pmessage("trailer", "teaser trailer"),
        pmessage("trailer", "first trailer"),
        pmessage("trailer", "first teaser"),
        pmessage("trailer", "second trailer"),
        pmessage("trailer", "final trailer"),
        pmessage("trailer", "official trailer"),
        pmessage("trailer", "official teaser"),
        pmessage("trailer", "launch trailer"),
        pmessage("trailer", "release date trailer"),
        pmessage("trailer", "announcement trailer"),
        pmessage("trailer", "reveal trailer"),
        pmessage("trailer", "story trailer"),
        pmessage("trailer", "gameplay trailer"),
        pmessage("trailer", "character trailer"),
        pmessage("trailer", "cinematic trailer"),
    )
}

# A frame and the scopes in it. In English the frame is a preposition; all others are platforms, with "on".
_ON = pmessage("scope", "on {scopes}")
_IN = pmessage("scope", "in {scopes}")
_AS = pmessage("scope", "as {scopes}")
_AT = pmessage("scope", "at {scopes}")
_SCOPES: Final[Mapping[str, tuple[MessageText, MessageText]]] = {
    "theatres": (_IN, pmessage("scope", "theatres")),
    "early access": (_IN, pmessage("scope", "early access")),
    "digital": (_IN, pmessage("scope", "digital form")),
    "audiobook": (_AS, pmessage("scope", "an audiobook")),
    "paperback": (_IN, pmessage("scope", "paperback")),
    "hardcover": (_IN, pmessage("scope", "hardcover")),
    "physical edition": (_AS, pmessage("scope", "a physical edition")),
    "unveiling": (_AT, pmessage("scope", "its unveiling")),
    "streaming": (_ON, pmessage("scope", "streaming")),
    "disc": (_ON, pmessage("scope", "disc")),
    "vinyl": (_ON, pmessage("scope", "vinyl")),
    "TV": (_ON, pmessage("scope", "TV")),
}
# Parts of the world whose names are messages; those of all others are CLDR's.
_REGIONS: Final[Mapping[str, MessageText]] = {
    "Europe": pmessage("scope", "Europe"),
    "US": pmessage("scope", "the US"),
    "UK": pmessage("scope", "the UK"),
}


def subject(
    words: Catalogue, title: str, instalment: str | None, event: Event, scope: Sequence[str], trailer: str
) -> str:
    """Return the subject of a change: "The launch trailer for Alan Wake 2 on PS5"."""
    name = _named(words, title, instalment)
    if event is Event.TRAILER:
        name = _trailer(words, trailer, name)
    if scope:
        name = words.say(pmessage("scope", "{subject} {scopes}"), subject=name, scopes=_places(words, scope))
    return name


def joined(words: Catalogue, parts: Sequence[str]) -> str:
    """Return a list: "A, B and C"; without a comma before "and" in every kind of English."""
    locale = locale_of("en") if words.locale.language == "en" else words.locale
    return str(format_list(list(parts), locale=locale))


def _named(words: Catalogue, title: str, instalment: str | None) -> str:
    title = words.say(pmessage("title", "{title}"), title=title)
    if not instalment:
        return title
    kind, colon, name = instalment.partition(": ")
    if not colon:
        part = _instalment(words, instalment)
        return words.say(pmessage("instalment", "{title} {instalment}"), title=title, instalment=part)
    if kind != "edition":
        return words.say(pmessage("instalment", "{title}: {name}"), title=title, name=name)
    if "edition" in name.casefold():
        return words.say(pmessage("instalment", "{title} ({name})"), title=title, name=name)
    return words.say(pmessage("instalment", "{title} ({name} edition)"), title=title, name=name)


def _instalment(words: Catalogue, instalment: str) -> str:
    """Return "season 6 part 1" in this language; an instalment without a number is returned unchanged."""
    pieces = instalment.split()
    units, numbers = pieces[::2], pieces[1::2]
    if len(units) != len(numbers) or not all(unit in _UNITS for unit in units):
        return instalment
    parts = [words.say(_UNITS[unit], number=number) for unit, number in zip(units, numbers, strict=True)]
    phrase = parts[0]
    for part in parts[1:]:
        phrase = words.say(pmessage("instalment", "{whole} {part}"), whole=phrase, part=part)
    return phrase


def _trailer(words: Catalogue, called: str, name: str) -> str:
    """Return a trailer of `name`: "Teaser 2 for Alan Wake 2", "The character trailer “Azucena” for Tekken 8"."""
    kind, _, own = (called or "trailer").partition(": ")
    number = ""
    if kind[-1:].isdecimal() and " " in kind:
        kind, _, number = kind.rpartition(" ")
    # The capital of the English message is not kept in other languages.
    capital = capitalised(kind, locale_of("en"))
    if kind in _TRAILERS:
        kind = words.say(_TRAILERS[kind])
    elif words.locale.language != "en":
        kind = words.say(pmessage("quote", "“{quote}”"), quote=kind)
    values = {"kind": kind, "kind_capital": capital, "number": number, "own": own, "name": name}
    if own and number:
        return words.say(message("{kind_capital} {number} “{own}” for {name}"), **values)
    if own:
        return words.say(message("The {kind} “{own}” for {name}"), **values)
    if number:
        return words.say(message("{kind_capital} {number} for {name}"), **values)
    return words.say(message("The {kind} for {name}"), **values)


def _places(words: Catalogue, scopes: Sequence[str]) -> str:
    """Return the scopes as one phrase: "on PC, PS5 and Switch in Japan and Europe"."""
    # Platforms are nearest to the verb, then the medium, then the territory.
    together: dict[tuple[int, str], tuple[MessageText, list[str]]] = {}
    for scope in scopes:
        if scope in _SCOPES:
            frame, own = _SCOPES[scope]
            name = words.say(own)
            order = 0 if frame is _ON else 1
        elif region := _region(words, scope):
            frame, name, order = _IN, region, 2
        else:
            frame, name, order = _ON, scope, 0
        together.setdefault((order, frame.text), (frame, []))[1].append(name)
    parts = [
        words.say(frame, scopes=joined(words, names))
        for _, (frame, names) in sorted(together.items(), key=lambda item: item[0])
    ]
    phrase = parts[0]
    for part in parts[1:]:
        phrase = words.say(pmessage("scope", "{first} {second}"), first=phrase, second=part)
    return phrase


def _region(words: Catalogue, scope: str) -> str:
    """Return the name of a part of the world, "" when `scope` is not one."""
    if scope in _REGIONS:
        return words.say(_REGIONS[scope])
    code = _territories().get(scope)
    if code is None:
        return ""
    # Claims contain the English names; those of a regional English may differ.
    english = words.locale.language == "en"
    return scope if english else str(words.locale.territories.get(code, scope))


@lru_cache(maxsize=1)
def _territories() -> Mapping[str, str]:
    """Return the codes of the territories by the English names that claims use."""
    return {str(name): code for code, name in Locale("en").territories.items()}
