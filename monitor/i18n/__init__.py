"""Internationalisation: the gettext catalogues of the texts for people, one `.po` file for each language, and the locale of a tag.

The messages in the code are English. A catalogue is compiled in memory by Babel when the first text in its
language is needed, and cached; nothing is built at installation. Channels and pages use the same catalogues.
"""

from __future__ import annotations

import difflib
import gettext
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

__all__ = [
    "CATALOGUES",
    "LANGUAGES",
    "REGIONS",
    "Catalogue",
    "MessageText",
    "capitalised",
    "catalogue",
    "direction",
    "language_name",
    "locale_of",
    "message",
    "nmessage",
    "pmessage",
    "spoken",
    "tag_of",
    "words_for",
]

CATALOGUES: Final = Path(__file__).with_name("catalogues")
"""The folder of the `.po` files and of `messages.pot`, which is extracted from the code."""

LANGUAGES: Final = (
    "en", "pl", "de", "es", "fr", "pt", "it", "ja", "ko", "zh", "zh-Hant", "tr", "id",
)  # fmt: skip
"""The languages that alerts are written in; each but English has a complete catalogue."""

REGIONS: Final = ("en_CA", "en_US", "pt_PT")
"""The catalogues with messages that differ in one country from the rest of its language."""

_RIGHT_TO_LEFT: Final = frozenset({"Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"})
"""The scripts that are written from right to left, by ISO 15924."""


@dataclass(frozen=True)
class MessageText:
    """A text to be translated, in English. `context` distinguishes equal texts, `many` is the plural of a text with a count."""

    text: str
    context: str | None = None
    many: str = ""


def message(text: str) -> MessageText:
    """Return a message; the message extractor of Babel finds it by this call."""
    return MessageText(text)


def pmessage(context: str, text: str) -> MessageText:
    """Return a message in a context."""
    return MessageText(text, context)


def nmessage(one: str, many: str) -> MessageText:
    """Return a message that has a plural; `{count}` chooses the form."""
    return MessageText(one, None, many)


@dataclass(frozen=True)
class Catalogue:
    """The messages in one language; `locale` is that of numbers, lists and dates, `language` the BCP 47 tag of the words."""

    locale: Locale
    language: str
    translations: gettext.NullTranslations

    def say(self, what: MessageText, **values: Any) -> str:
        """Return `what` in this language with `values` filled in; its `count`, if any, is written as a number."""
        if what.many:
            text = self.translations.ngettext(what.text, what.many, values["count"])
            values["count"] = format_decimal(values["count"], locale=self.locale)
        elif what.context is not None:
            text = self.translations.pgettext(what.context, what.text)
        else:
            text = self.translations.gettext(what.text)
        return text.format(**values)


def locale_of(tag: str) -> Locale:
    """Return the locale that `tag` names ("pl", "pt-BR", "en_US"); plain "en" is international English, 17 October 2023.

    An unknown tag falls back to its language and then to English.
    """
    return _locale(tag.strip().replace("-", "_"))


def spoken(tag: str) -> Locale:
    """Return the locale of a language that alerts are written in ("pl", "pt-BR", "zh-TW").

    Raises ValueError for any other, with the one that was probably meant, if any, and the list of languages.
    """
    locale = _parsed(tag.strip().replace("-", "_"))
    if locale is not None and _base(locale):
        return locale
    meant = _meant(tag, is_language=locale is not None)
    known = f"they are in {', '.join(LANGUAGES)}"
    raise ValueError(f"did you mean `{meant}`? {known}" if meant else known)


def tag_of(locale: Locale) -> str:
    """Return a locale as a BCP 47 tag: "pt-BR"; international English is "en"."""
    return "en" if str(locale) == "en_001" else str(locale).replace("_", "-")


@lru_cache(maxsize=64)
def catalogue(locale: Locale) -> Catalogue | None:
    """Return the catalogue that serves `locale`, None when its language is not in `LANGUAGES`."""
    base = _base(locale)
    if not base:
        return None
    region = f"{locale.language}_{locale.territory}"
    translations = gettext.NullTranslations() if base == "en" else _compiled(base)
    if region in REGIONS:
        own = _compiled(region)
        own.add_fallback(translations)
        translations = own
    return Catalogue(locale, tag_of(locale), translations)


def words_for(tag: str) -> Catalogue:
    """Return the catalogue for readers of `tag`; English when the language has none."""
    words = catalogue(locale_of(tag)) or catalogue(locale_of("en"))
    assert words is not None  # noqa: S101 - English has its messages in the code
    return words


def capitalised(text: str, locale: Locale) -> str:
    """Return `text` with its first letter in upper case by the rules of `locale`: Turkish has a dotted capital i."""
    first = "İ" if locale.language in {"az", "tr"} and text[:1] == "i" else text[:1].upper()
    return first + text[1:]


def language_name(tag: str, reader: Locale) -> str:
    """Return the name of the language `tag` for `reader`: "Korean"; "" when it is the reader's own or has no name."""
    parts = tag.replace("_", "-").split("-")
    if not parts[0] or parts[0].lower() == reader.language:
        return ""
    locale = _parsed(tag, sep="-") if "-" in tag else _parsed(parts[0].lower())
    if locale is None:
        return str(reader.languages.get(parts[0].lower(), ""))
    names = [f"{locale.language}_{locale.territory}", f"{locale.language}_{locale.script}", locale.language]
    return next((str(reader.languages[name]) for name in names if name in reader.languages), "")


@lru_cache(maxsize=256)
def direction(tag: str) -> str:
    """Return in which direction the language `tag` is written, "ltr" or "rtl"; "" when it is not known.

    The direction is that of its script, or of the one it is likely written in: the data of a locale is 1 to 2 MB, and quotes are in
    any language.
    """
    locale = _parsed(tag, sep="-")
    if locale is None:
        return ""
    likely = get_global("likely_subtags")
    own = f"{locale.language}_{locale.territory}"
    script = locale.script or (likely.get(own) or likely.get(locale.language, "")).partition("_")[2][:4]
    return "rtl" if script in _RIGHT_TO_LEFT else "ltr"


def _base(locale: Locale) -> str:
    """Return the name of the catalogue of a locale, "" when its language has none."""
    names = [f"{locale.language}_{locale.script}", locale.language]
    return next((name for name in names if name.replace("_", "-") in LANGUAGES), "")


def _meant(text: str, *, is_language: bool) -> str:
    """Return the language that `text` names in words, by its country, or with a typing error; "" for none."""
    wanted = text.strip().replace("_", "-").casefold()[:40]
    names: dict[str, str] = {}
    for tag in reversed(LANGUAGES):
        own = Locale.parse(tag, sep="-")
        english = str(own.english_name or "")
        names |= {tag.casefold(): tag, english.casefold(): tag, str(own.display_name or "").casefold(): tag}
    head = wanted.partition("-")[0]
    if head in names:
        return names[head]
    if len(head) == 2 and not is_language:
        for language in get_official_languages(head.upper(), de_facto=True):
            if language in LANGUAGES:
                return str(language)
    close = difflib.get_close_matches(wanted, names, n=1, cutoff=0.7)
    return names[close[0]] if close else ""


def _compiled(name: str) -> gettext.NullTranslations:
    """Return the catalogue of one file, compiled anew: a fallback may be added to it."""
    with (CATALOGUES / f"{name}.po").open("rb") as file:
        read = read_po(file, locale=name)
    compiled = io.BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@lru_cache(maxsize=64)
def _locale(tag: str) -> Locale:
    locale = _parsed(tag) or _parsed(tag.partition("_")[0])
    return Locale("en", "001") if locale is None or str(locale) == "en" else locale


def _parsed(identifier: str, sep: str = "_") -> Locale | None:
    """Return the locale of an identifier, None when CLDR does not have it."""
    try:
        return Locale.parse(identifier, sep=sep)
    except (UnknownLocaleError, ValueError, TypeError):
        return None
