"""Which names a work lacks: in the languages of the sources, and the names that stand beside its own in what was read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.cli.advice import SCRIPTS, language_name, script
from monitor.model import Document, Work

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.ledger import Ledger

__all__ = ["Lacking", "advice_on", "lacking"]

_DOCUMENTS = 2_000
"""The newest documents of the ledger that are looked through."""
_LONGEST = 40
"""Characters of a name that is proposed."""
_LATIN = "LATIN"
# Of each mark that opens a name, the one that closes it.
_QUOTES = dict(zip("《〈「『“‘\"'«<", "》〉」』”’\"'»>", strict=True))
_BRACKETS = {"(": ")", "（": "）", "[": "]", "［": "］", "【": "】"}
_CLOSING = "".join({*_QUOTES.values(), *"*_"})
_OPENING = "".join({*_QUOTES, *"*_"})
_SEPARATORS = re.compile(r"[:：;；,，、/／|=。!?！？\n]")
_TAG = re.compile("[a-z]{2,3}")
_NO_LANGUAGE = frozenset(["und", "mul", "zxx", "mis"])


@dataclass
class Lacking:
    """A work without a name in the script of a language of the sources.

    `number` is the work's place in `watch`, `names` are those that stand beside its own in documents, the most frequent
    first, and `seen` is where the first of them stands.
    """

    number: int
    work: Work
    language: str
    documents: int
    """How many documents and sources are in the language."""
    names: Counter[str] = field(default_factory=Counter)
    seen: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name that is proposed, "" when none is known."""
        return self.names.most_common(1)[0][0] if self.names else ""


def lacking(config: Config, ledger: Ledger | None) -> list[Lacking]:
    """Return what names the watched works lack, the most important first: those that are known, then those of the most read language."""
    read: Counter[str] = Counter()
    for source in config.sources:
        read[_primary(source.lang or "")] += 1
    for tag, count in ledger.languages().items() if ledger is not None else ():
        read[_primary(tag)] += count
    found = [
        Lacking(number, work, language, count)
        for number, work in enumerate(config.watch)
        for language, count in read.items()
        if _TAG.fullmatch(language)
        and language not in _NO_LANGUAGE
        and not any(_is_written_in(name, language) for name in (work.title, *work.aliases))
    ]
    if found and ledger is not None:
        _look(found, ledger.newest_documents(_DOCUMENTS))
    return sorted(found, key=lambda one: (not one.name, -one.documents, one.number, one.language))


def advice_on(one: Lacking) -> str:
    """Return what a person reads of a name that is lacking, and what to do."""
    language = language_name(one.language)
    lacks = f"no name of `{one.work.title}` is in the script of {language}, a language of your sources"
    if not one.name:
        return f"{lacks}; add the name that {language} texts use to its `aliases`"
    aliases = ", ".join(f'"{name}"' for name in (*one.work.aliases, one.name))
    return f"{lacks}; `aliases: [{aliases}]` finds it by the name beside it in {one.seen[one.name]}"


def _look(found: Sequence[Lacking], documents: Iterable[Document]) -> None:
    """Note the names that stand beside those of works in `documents`."""
    from monitor.extract.claim_language import (  # noqa: PLC0415 - only who has a ledger pays for it
        LANGUAGES,
        UNDETERMINED,
        load,
    )
    from monitor.extract.tokens import tokens  # noqa: PLC0415 - as above
    from monitor.extract.work_index import WorkIndex  # noqa: PLC0415 - as above
    from monitor.parse import structured  # noqa: PLC0415 - as above

    works = {one.work.title: one.work for one in found}
    catalogue = WorkIndex([*works.values()])
    by_title: dict[str, list[Lacking]] = {}
    for one in found:
        by_title.setdefault(one.work.title, []).append(one)
    for document in documents:
        if not any(catalogue.might_name([f"{document.title}\n{document.html or document.text}"])):
            continue
        lang = _primary(document.lang)
        language = load(lang if lang in LANGUAGES else UNDETERMINED)
        for block in structured(document).blocks:
            for named in catalogue.find(block.text, language.suffixes):
                for name in _beside(block.text, named.start, named.end):
                    if any(language.places.find(name, tokens(name))):
                        continue
                    for one in by_title[named.work.title]:
                        if _is_whole(name, one.language) and (
                            lang == one.language or _is_distinctive(name, one.language)
                        ):
                            one.names[name] += 1
                            one.seen.setdefault(name, document.url or document.title or document.source)


def _beside(text: str, start: int, end: int) -> Iterator[str]:
    """Yield what stands in brackets or quotation marks right behind a name, and in quotation marks ahead of a name in brackets."""
    at = end
    while at < len(text) and (text[at] in _CLOSING or text[at] == " ") and at - end < 4:
        at += 1
    closing = _BRACKETS.get(text[at : at + 1]) or _QUOTES.get(text[at : at + 1])
    if closing:
        stop = text.find(closing, at + 1, at + 2 + _LONGEST)
        if stop > 0:
            yield text[at + 1 : stop].strip(_OPENING + _CLOSING + " ")
    at = start - 1
    while at >= 0 and (text[at] in _OPENING or text[at] == " ") and start - at < 4:
        at -= 1
    if at > 0 and text[at] in _BRACKETS:
        stop = len(text[:at].rstrip())
        openings = [opening for opening, closing in _QUOTES.items() if closing == text[stop - 1]]
        for opening in openings:
            begin = text.rfind(opening, max(0, stop - 2 - _LONGEST), stop - 1)
            if begin >= 0:
                yield text[begin + 1 : stop - 1].strip()


def _is_whole(name: str, language: str) -> bool:
    """Return whether every letter of a name is of the script of a language, and it is one name: no list, no field, no sentence."""
    letters = [*filter(str.isalpha, name)]
    return (
        len(letters) > 1
        and all(_is_written_in(letter, language) for letter in letters)
        and not _SEPARATORS.search(name)
    )


def _is_distinctive(name: str, language: str) -> bool:
    """Return whether a name has a letter of a script of this language only, so that any document confirms it."""
    return any(SCRIPTS.get(script(letter)) == (language,) for letter in name)


def _is_written_in(name: str, language: str) -> bool:
    """Return whether a name has a letter of a script in which a language is written."""
    scripts = {name_of for name_of, codes in SCRIPTS.items() if language in codes} or {_LATIN}
    return any(script(letter) in scripts for letter in name)


def _primary(tag: str) -> str:
    return tag.partition("-")[0].lower()
