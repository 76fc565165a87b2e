"""Warn about entries of a configuration that are valid but probably not meant so."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.model import Work

if TYPE_CHECKING:
    from monitor.config import Config

__all__ = ["SCRIPTS", "advice", "everyday", "language_name", "languages_read", "script", "short_alias"]

_FILES = "everyday.*.txt"
_TWO_NAMES = re.compile(r"([^()（）]{2,80}?)\s?[(（]([^()（）]{2,60})[)）]")
_DIVIDED = re.compile(r":\s+|\s+[–—-]\s+")
_VERSIONS = frozenset(
    ["edition", "remake", "remaster", "remastered", "redux", "definitive", "complete", "enhanced", "extended", "cut", "director's", "directors", "hd", "collection", "trilogy", "movie", "film", "series", "game", "show", "album", "book", "musical"]
)  # fmt: skip
_SHORTEST = 3
"""The number of characters from which on a name is distinctive."""
_FIELDS = ("articles", "pronouns", "determiners", "prepositions", "auxiliaries", "adverbs", "joiners")
# The languages that are written in each script, keyed by the prefix of Unicode's letter names.
SCRIPTS = {
    "HANGUL": ("ko",),
    "HIRAGANA": ("ja",),
    "KATAKANA": ("ja",),
    "CJK": ("zh", "ja"),
    "DEVANAGARI": ("hi", "mr", "ne"),
    "BENGALI": ("bn",),
    "TAMIL": ("ta",),
    "TELUGU": ("te",),
    "ARABIC": ("ar", "fa", "ur"),
    "HEBREW": ("he",),
    "CYRILLIC": ("ru", "uk", "bg", "sr", "be", "mk"),
    "GREEK": ("el",),
    "THAI": ("th",),
    "GEORGIAN": ("ka",),
    "ARMENIAN": ("hy",),
}


def advice(config: Config) -> Iterator[str]:
    """Yield a line for each warning, with ``file:line:column``, in the order of the file."""
    if not config.watch:
        yield f"{config.place('watch')}: nothing is watched, so nothing is claimed of anything; name what you wait for"
    taken = {name.casefold() for work in config.watch for name in (work.title, *work.aliases)}
    for number, work in enumerate(config.watch):
        yield from _of_work(config, number, work, taken)
    if not config.sources:
        yield f"{config.place('sources')}: there are no sources, so nothing is polled; add the feeds and pages to read"
    for number, source in enumerate(config.sources):
        if source.lang and not _is_read(source.lang):
            yield (
                f"{config.place('sources', number, 'lang')}: claims are not read in {language_name(source.lang)}, so this source"
                f" will claim nothing; they are read in {_listed(languages_read(), 'and')}"
            )
    for number, channel in enumerate(config.channels):
        unread = [tag for tag in (channel.only.languages if channel.only else ()) if not _is_read(tag)]
        if unread:
            yield (
                f"{config.place('channels', number, 'only', 'languages')}: claims are not read in"
                f" {_listed([language_name(tag) for tag in unread], 'or')}, so no alert is in it;"
                f" they are read in {_listed(languages_read(), 'and')}"
            )
    if not config.channels:
        yield f"{config.place('channels')}: there are no channels, so nobody is alerted; the least is `channels: [console]`"


def _of_work(config: Config, number: int, work: Work, taken: set[str]) -> Iterator[str]:
    for name in (work.title, *work.aliases):
        here = config.place("watch", number, "title" if name == work.title else "aliases")
        if common := everyday(name):
            yield (
                f"{here}: `{name}` is {common}, and what is said of other things may be taken for it;"
                " a longer name, if it has one, is surer"
            )
        if foreign := _unread_script(name):
            yield (
                f"{here}: `{name}` is {foreign}, and claims are read in {_listed(languages_read(), 'and')} only:"
                " it is found where their texts use this name"
            )
    if both := _in_title(work):
        yield (
            f"{config.place('watch', number, 'title')}: texts say one of the two names of `{work.title}`, seldom both;"
            f" `aliases: [{', '.join((*work.aliases, *both))}]` finds them"
        )
    short = short_alias(work)
    if short and short.casefold() not in taken:
        yield (
            f"{config.place('watch', number, 'title')}: texts often say only `{short}`; "
            + ("add it to its `aliases`" if work.aliases else f"`aliases: [{short}]` finds them")
        )


def everyday(name: str) -> str:
    """Return which kind of common word or number a name is, "" when it is distinctive; a leading article is ignored."""
    words = re.findall(r"[^\W_]+", name.casefold().replace("'", "").replace("’", ""))
    if len(words) > 1 and words[0] in _articles():
        words = words[1:]
    if len(words) != 1:
        return ""
    word = words[0]
    if word.isdecimal():
        return "a bare number"
    if word.isascii() and len(word) == 1:
        return "a single letter"
    return "an everyday word" if word in _everyday_words() else ""


def short_alias(work: Work) -> str:
    """Return the short name of a work called "A: B" that texts use for it, "" where it has one or needs none."""
    whole, *rest = _DIVIDED.split(work.title, maxsplit=1)
    if not rest:
        return ""
    part = rest[0].strip()
    if number := _number(part):
        short = f"{whole} {number}"
    elif _is_version(part):
        short = ""
    elif everyday(part) or len(part) < _SHORTEST:
        head = whole.split()
        short = f"{head[-1]} {part}" if len(head) > 1 else ""
    else:
        short = part
    own = {_bare(name) for name in (work.title, *work.aliases)}
    shorter = any(_bare(alias) in _bare(work.title) for alias in work.aliases)
    return "" if shorter or _bare(short) in own else short


def _in_title(work: Work) -> list[str]:
    """Return the two names of a title such as "Ao Ashi (アオアシ)" that are no aliases already, none of any other title."""
    both = _TWO_NAMES.fullmatch(work.title)
    if both is None or not script(both[2]) or script(both[1]) == script(both[2]):
        return []
    return [name for name in both.groups() if name not in work.aliases]


def script(text: str) -> str:
    """Return the script of the first letter of a text as Unicode's names of its letters begin, "" where there is none."""
    for letter in filter(str.isalpha, text):
        plain = unicodedata.normalize("NFKC", letter)[:1]
        return unicodedata.name(plain, "").partition(" ")[0].partition("-")[0]
    return ""


def _number(part: str) -> str:
    """Return the number of an instalment: "3" of "Part Three"."""
    from monitor.config.words import instalment  # noqa: PLC0415 - only `check` asks

    try:
        return instalment(part).rpartition(" ")[2]
    except ValueError:
        return ""


def _is_version(part: str) -> bool:
    words = re.findall(r"[^\W_]+", part.casefold())
    return bool(words) and words[-1] in _VERSIONS


def _bare(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def languages_read() -> list[str]:
    """Return the names of the languages that claims are read in."""
    from monitor.extract.claim_language import LANGUAGES, UNDETERMINED  # noqa: PLC0415 - as above

    return sorted(language_name(code) for code in LANGUAGES if code != UNDETERMINED)


def language_name(tag: str) -> str:
    """Return the English name of a language: "Korean", "Brazilian Portuguese"; its tag where it has none."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - as above

    try:
        return Locale.parse(tag, sep="-").get_language_name("en") or tag
    except (UnknownLocaleError, ValueError):
        return tag


def _is_read(tag: str) -> bool:
    from monitor.extract.claim_language import LANGUAGES  # noqa: PLC0415 - as above

    return tag.partition("-")[0].lower() in LANGUAGES


def _unread_script(name: str) -> str:
    """Return the language of a name whose script only languages without a reader use, "" for any other."""
    for letter in filter(str.isalpha, name):
        script = unicodedata.name(letter, "").partition(" ")[0]
        if codes := SCRIPTS.get(script):
            return (
                ""
                if any(map(_is_read, codes))
                else _listed([language_name(code) for code in codes[:2]], "or")
            )
    return ""


@cache
def _everyday_words() -> frozenset[str]:
    """Return the everyday words of the supported languages, as far as they are listed."""
    from monitor.extract.claim_language import LANGUAGES, load  # noqa: PLC0415 - as above

    words: set[str] = set(_listed_words())
    for code in LANGUAGES:
        language = load(code)
        words.update(*(getattr(language, field) for field in _FIELDS))
    return frozenset(words)


@cache
def _listed_words() -> frozenset[str]:
    """Return the words of the files beside this one."""
    words: set[str] = set()
    for file in Path(__file__).parent.glob(_FILES):
        lines = file.read_text(encoding="utf-8").splitlines()
        words.update(word for line in lines if not line.startswith("#") for word in line.split())
    return frozenset(words)


@cache
def _articles() -> frozenset[str]:
    """Return the articles of the supported languages, without those that are words of another ("Die Hard")."""
    from monitor.extract.claim_language import LANGUAGES, load  # noqa: PLC0415 - as above

    found = {word: code for code in LANGUAGES for word in load(code).articles}
    return frozenset(word for word, code in found.items() if code == "en" or word not in _listed_words())


def _listed(names: Sequence[str], word: str) -> str:
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
