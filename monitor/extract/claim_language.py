"""Load the data of a language: its words, its phrases and their meaning. Adding a language adds no code.

The data is in `languages/<language>.claims.yaml` (docs/add-a-language.md); a faulty file raises LanguageError.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from monitor.errors import LanguageError
from monitor.extract.cues import CueRule, Phrasebook
from monitor.extract.instalments import Instalments
from monitor.extract.normalise import normalise
from monitor.extract.scope_names import ScopeNames
from monitor.extract.tokens import tokens

__all__ = ["LANGUAGES", "UNDETERMINED", "ClaimLanguage", "first_part", "load"]

# Every scalar is text: "no" and "on" are words here, not truth values.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
FOLDER = Path(__file__).with_name("languages")
_ENDING = ".claims.yaml"

LANGUAGES = tuple(sorted(path.name.removesuffix(_ENDING) for path in FOLDER.glob(f"*{_ENDING}")))
"""The languages in which claims are extracted."""

UNDETERMINED = "und"
"""The tag of a text in a language without a file (RFC 5646): `und.claims.yaml` has what most languages share."""

_RECOGNITION_FIELDS = (
    "function_words",
    "news_words",
    "endings",
    "letters",
    "script",
    "script_shared",
    "signs",
    "others",
)
"""The fields by which a language is recognised: docs/add-a-language.md."""
_READ_ELSEWHERE = frozenset((
    "language", "title_words", "numbers", "ordinals", "elliptic", "not_instalments", "several", "ordinal_verbs", "scopes", "rules", "lists",
    "fillers",
))  # fmt: skip
"""The fields of a file that are not fields of ClaimLanguage."""
_KNOWN = frozenset({"name", "kind", "match", "accepts", "rejects"})
_KINDS = frozenset((
    "release", "out", "delay", "advance", "due", "cancel", "unannounced", "answer-no", "not", "false", "launched", "trailer", "clip",
    "shown", "coming", "hedge", "sure", "say", "according", "by", "other", "known", "soon", "correction",
))  # fmt: skip


Words = frozenset[str]
"""The words of a field of a language file, normalised like tokens."""


@dataclass(frozen=True, eq=False, repr=False)
class ClaimLanguage:
    """One language's words and phrases."""

    code: str
    phrasebook: Phrasebook
    instalments: Instalments
    places: ScopeNames
    boilerplate: tuple[str, ...]
    """The first words of parts of a page that are not part of the article, each followed by a space."""
    anaphors: Mapping[str, Words]
    joiners: Words
    press: Words

    ordinal_dots: bool
    titlecase: bool
    names_in_runs: bool

    abbreviations: Words
    adverbs: Words
    and_words: Words
    articles: Words
    at_words: Words
    auxiliaries: Words
    companies: Words
    determiners: Words
    dlc: Words
    dlc_called: Words
    edition_words: Words
    editions: Words
    elisions: Words
    from_words: Words
    generic: Words
    inner_words: Words
    name_breaks: Words
    name_markers: Words
    name_particles: Words
    of_words: Words
    official_words: Words
    passives: Words
    persons: Words
    prepositions: Words
    press_endings: Words
    press_roles: Words
    polls: Words
    pronouns: Words
    rebuttals: Words
    relatives: Words
    role_credits: Words
    roles: Words
    stops: Words
    suffixes: Words
    to_words: Words
    tonight_words: Words
    unnamed: Words
    versions: Words

    @cached_property
    def boilerplate_openings(self) -> Words:
        """The first word of each phrase that opens a part of the page outside of the article."""
        return frozenset(phrase.split(" ", 1)[0] for phrase in self.boilerplate)

    @cached_property
    def small_words(self) -> Words:
        """What may stand within a name and neither begins nor ends it."""
        return self.inner_words | self.articles | self.of_words

    @cached_property
    def content_nouns(self) -> Words:
        """Words for what is added to a work, and for its editions."""
        return self.dlc | self.editions

    @cached_property
    def linking_words(self) -> Words:
        """Prepositions, among them those of an owner."""
        return self.of_words | self.prepositions

    @cached_property
    def joining_words(self) -> Words:
        """What stands between the entries of a list."""
        return self.joiners | self.and_words

    @cached_property
    def all_roles(self) -> Words:
        """Words for those who are credited, named or not."""
        return self.roles | self.role_credits

    @cached_property
    def before_names(self) -> Words:
        """What stands between a verb of saying and the name of the speaker."""
        return self.roles | self.articles | self.of_words

    @cached_property
    def leaks(self) -> Words:
        """Words for sources without a name that are no press."""
        return self.unnamed - self.press_roles


@cache
def first_part(code: str) -> dict[str, Any]:
    """Return the first part of a language's file, by which the language is recognised. Raises LanguageError like `load`."""
    with _readable(code) as parts:
        return next(parts)


@cache
def load(code: str) -> ClaimLanguage:
    """Return a language's data. Raises LanguageError when its file is missing or violates the schema."""
    with _readable(code) as parts:
        small, *others = parts
        if misplaced := next((name for part in others for name in _RECOGNITION_FIELDS if name in part), ""):
            raise ValueError(f"{misplaced} must be in the first part, which is read without the rest")
        raw = {name: value for part in (small, *others) for name, value in part.items()}
        if unread := sorted(
            raw.keys()
            - _READ_ELSEWHERE
            - {*_RECOGNITION_FIELDS, *(field.name for field in fields(ClaimLanguage))}
        ):
            raise ValueError(f"nothing reads {', '.join(unread)}: take it out, or correct its name")
        return _language(code, raw)


@contextmanager
def _readable(code: str) -> Iterator[Iterator[dict[str, Any]]]:
    """Yield the parts of a language's file. Raises LanguageError when one is faulty."""
    where = f"{code}{_ENDING}"
    try:
        yield _parts((FOLDER / where).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise LanguageError("there is no such language file", where=where) from error
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise LanguageError("the language file cannot be read", where=where) from error


def _parts(text: str) -> Iterator[dict[str, Any]]:
    empty = True
    for part in yaml.load_all(text, Loader=_LOADER):
        if not isinstance(part, dict):
            raise TypeError("it is not a mapping of names to words")
        empty = False
        yield part
    if empty:
        raise ValueError("it is empty")


@cache
def _shared() -> dict[str, Any]:
    text = (FOLDER / "scopes.yaml").read_text(encoding="utf-8")
    shared: dict[str, Any] = yaml.load(text, Loader=_LOADER)  # noqa: S506 - it makes text only
    return shared


@cache
def _shared_places() -> ScopeNames:
    return ScopeNames.listed(_shared())


def _words(listed: Iterable[str]) -> Words:
    return frozenset(" ".join(token.text for token in tokens(word)) for word in listed)


def _language(code: str, raw: Mapping[str, Any]) -> ClaimLanguage:
    rules = [_rule(code, one) for one in raw["rules"]]
    if len({rule.name for rule in rules}) != len(rules):
        raise ValueError("two rules have one name")
    made: dict[str, Any] = {
        field.name: raw.get(field.name) == "true" if field.type == "bool" else _words(raw.get(field.name, ()))
        for field in fields(ClaimLanguage)
    }
    made["code"] = code
    made["phrasebook"] = Phrasebook(
        rules, raw.get("lists", {}), _words(raw.get("fillers", ())), made["elisions"]
    )
    made["anaphors"] = {
        kind: frozenset(map(normalise, nouns)) for kind, nouns in raw.get("anaphors", {}).items()
    }
    made["joiners"] |= {",", "&", "/", "|", "(", "+", "'"}
    made["boilerplate"] = tuple(sorted(f"{phrase} " for phrase in made["boilerplate"]))
    made["press"] = frozenset(
        " ".join(normalise(name).split()) for name in (*_shared()["press"], *raw.get("press", ()))
    )
    numbers = {normalise(word): int(value) for word, value in raw.get("numbers", {}).items()}
    ordinals = {normalise(word): int(value) for word, value in raw.get("ordinals", {}).items()}
    made["instalments"] = Instalments(
        raw.get("instalments", {}),
        raw.get("elliptic", ()),
        numbers=numbers,
        ordinals=ordinals,
        not_before=tuple(map(normalise, raw.get("not_instalments", ()))),
        several=_words(raw.get("several", ())),
        verbs=_words(raw.get("ordinal_verbs", ())),
    )
    made["places"] = ScopeNames.listed(
        raw.get("scopes", {}),
        _shared_places(),
        stops=made["stops"],
        elisions=made["elisions"],
        suffixes=made["suffixes"],
    )
    return ClaimLanguage(**made)


def _rule(code: str, raw: dict[str, Any]) -> CueRule:
    if raw["kind"] not in _KINDS:
        raise ValueError(f"rule {raw['name']}: there is no kind {raw['kind']!r}")
    return CueRule(
        name=f"{code}/{raw['name']}",
        kind=raw["kind"],
        meaning={key: value for key, value in raw.items() if key not in _KNOWN},
        phrases=tuple(map(str, raw["match"])),
        accepts=tuple(raw.get("accepts", ())),
        rejects=tuple(raw.get("rejects", ())),
    )
