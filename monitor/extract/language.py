"""A language is one data file: its words, its phrases and their meaning; adding one adds no code.

Read from `languages/<language>.claims.yaml` (docs/add-a-language.md); LanguageError when a file is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from monitor.errors import LanguageError
from monitor.extract.cues import Phrasebook, Rule
from monitor.extract.fold import CJK, fold
from monitor.extract.tokens import tokens

__all__ = ["LANGUAGES", "Language", "load", "recognise"]

LANGUAGES = ("en", "pl", "de", "es")
"""The registry: the languages in which claims are read."""

# Every scalar is text: "no" and "on" are words here, not truth values.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_FOLDER = files("monitor.extract") / "languages"
_KNOWN = frozenset({"name", "kind", "match", "accepts", "rejects"})
_KINDS = frozenset(
    [
        "release",
        "out",
        "delay",
        "advance",
        "due",
        "cancel",
        "unannounced",
        "answer-no",
        "not",
        "false",
        "launched",
        "trailer",
        "clip",
        "shown",
        "coming",
        "hedge",
        "sure",
        "say",
        "according",
        "by",
        "other",
        "known",
        "soon",
    ]
)


@dataclass(frozen=True)
class Language:
    """One language's words and phrases, folded as tokens are."""

    code: str
    phrasebook: Phrasebook
    abbreviations: frozenset[str]
    ordinal_dots: bool
    suffixes: frozenset[str]
    function_words: frozenset[str]
    stops: frozenset[str]
    anaphors: Mapping[str, frozenset[str]]
    pronouns: frozenset[str]
    determiners: frozenset[str]
    boundaries: frozenset[str]
    prepositions: frozenset[str]
    joiners: frozenset[str]
    from_words: frozenset[str]
    to_words: frozenset[str]
    since_words: frozenset[str]
    before_words: frozenset[str]
    same_words: frozenset[str]
    persons: frozenset[str]
    past_words: frozenset[str]
    relatives: frozenset[str]
    roles: frozenset[str]
    role_credits: frozenset[str]
    unnamed: frozenset[str]
    press_roles: frozenset[str]
    press_endings: frozenset[str]
    organs: frozenset[str]
    boilerplate: tuple[str, ...]
    not_instalments: tuple[str, ...]
    several: frozenset[str]
    old_columns: frozenset[str]
    new_columns: frozenset[str]
    at_words: frozenset[str]
    today_words: frozenset[str]
    of_words: frozenset[str]
    beside_words: frozenset[str]
    and_words: frozenset[str]
    articles: frozenset[str]
    inner_words: frozenset[str]
    adverbs: frozenset[str]
    companies: frozenset[str]
    ones: frozenset[str]
    later_words: frozenset[str]
    as_words: frozenset[str]
    old_words: frozenset[str]
    noun_marks: frozenset[str]
    release_nouns: frozenset[str]
    ordinal_verbs: frozenset[str]
    after_words: frozenset[str]
    conditionals: frozenset[str]
    generic_nouns: frozenset[str]
    until_words: frozenset[str]
    noun_signs: frozenset[str]
    passives: frozenset[str]
    subordinators: frozenset[str]
    auxiliaries: frozenset[str]
    successors: frozenset[str]
    official_words: frozenset[str]
    prodrop: bool
    bare_anaphors: bool
    generic: frozenset[str]
    listings: frozenset[str]
    dlc: frozenset[str]
    dlc_bare: frozenset[str]
    dlc_called: frozenset[str]
    editions: frozenset[str]
    new_instalment: frozenset[str]
    instalments: Sequence[tuple[str, re.Pattern[str]]]
    elliptic: re.Pattern[str] | None
    numbers: Mapping[str, int]
    scopes: Mapping[tuple[str, ...], tuple[str, str, bool]]
    """The tokens of a scope's name: its canonical name, its group, and whether it is written with a capital."""
    press: frozenset[str]
    titlecase: bool


def recognise(declared: str, text: str) -> str:
    """Return the language of `text` among those that can be read, by script and by its small words, "" when it is none.

    What the source declares decides between languages that the words do not tell apart.
    """
    base = declared.partition("-")[0].lower()
    sample = text[:6000]
    script = _script(sample)
    if script:
        return script if script in LANGUAGES else ""
    words = fold(sample).split()
    counts = {
        code: sum(map(load(code).function_words.__contains__, words))
        for code in LANGUAGES
        if code not in ("ko", "ja", "zh", "hi")
    }
    best = max(counts, key=lambda code: (counts[code], code == base, code), default="")
    if (
        base in counts
        and counts[base] * 2 >= counts[best]
        and (counts[base] * 25 >= len(words) or len(words) < 14)
    ):
        return base
    if counts.get(best, 0) >= 2:
        return best
    if len(words) >= 14:
        return ""
    return base if base in LANGUAGES else "en"


def _script(sample: str) -> str:
    if sample.isascii():
        return ""
    letters = sum(map(str.isalpha, sample)) or 1
    for code, pattern in _SCRIPTS:
        if len(pattern.findall(sample)) / letters > 0.2:
            return code
    return ""


_SCRIPTS = (
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
)


@cache
def load(code: str) -> Language:
    """Return a language's data. LanguageError when its file breaks the schema."""
    where = f"{code}.claims.yaml"
    try:
        raw = yaml.load((_FOLDER / where).read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - it makes text only
        return _language(code, raw)
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise LanguageError("the language file cannot be read", where=where) from error


@cache
def _shared() -> dict[str, Any]:
    text = (_FOLDER / "scopes.yaml").read_text(encoding="utf-8")
    shared: dict[str, Any] = yaml.load(text, Loader=_LOADER)  # noqa: S506 - it makes text only
    return shared


def _language(code: str, raw: dict[str, Any]) -> Language:
    lists = raw.get("lists", {})
    numbers = {fold(str(word)): int(value) for word, value in raw.get("numbers", {}).items()}
    ordinals = {fold(str(word)): int(value) for word, value in raw.get("ordinals", {}).items()}
    rules = [_rule(code, one) for one in raw["rules"]]
    names = [rule.name for rule in rules]
    if len(set(names)) != len(names):
        raise ValueError("two rules have one name")

    def words(name: str) -> frozenset[str]:
        return frozenset(" ".join(token.text for token in tokens(str(word))) for word in raw.get(name, ()))

    return Language(
        code=code,
        phrasebook=Phrasebook(rules, lists, words("fillers")),
        abbreviations=words("abbreviations"),
        ordinal_dots=raw.get("ordinal_dots") == "true",
        suffixes=words("suffixes"),
        function_words=words("function_words"),
        stops=words("stops"),
        anaphors={kind: frozenset(map(fold, nouns)) for kind, nouns in raw.get("anaphors", {}).items()},
        pronouns=words("pronouns"),
        determiners=words("determiners"),
        boundaries=words("boundaries"),
        prepositions=words("prepositions"),
        joiners=words("joiners") | frozenset((",", "&", "/", "|", "(", "+", "'")),
        from_words=words("from_words"),
        to_words=words("to_words"),
        since_words=words("since_words"),
        before_words=words("before_words"),
        same_words=words("same_words"),
        persons=words("persons"),
        past_words=words("past_words"),
        relatives=words("relatives"),
        roles=words("roles"),
        role_credits=words("role_credits"),
        unnamed=words("unnamed"),
        press_roles=words("press_roles"),
        press_endings=words("press_endings"),
        organs=words("organs"),
        boilerplate=tuple(sorted(f"{phrase} " for phrase in words("boilerplate"))),
        not_instalments=tuple(fold(words) for words in raw.get("not_instalments", ())),
        several=words("several"),
        old_columns=words("old_columns"),
        new_columns=words("new_columns"),
        at_words=words("at_words"),
        today_words=words("today_words"),
        of_words=words("of_words"),
        beside_words=words("beside_words"),
        and_words=words("and_words"),
        articles=words("articles"),
        inner_words=words("inner_words"),
        adverbs=words("adverbs"),
        companies=words("companies"),
        ones=words("ones"),
        later_words=words("later_words"),
        as_words=words("as_words"),
        old_words=words("old_words"),
        noun_marks=words("noun_marks"),
        release_nouns=words("release_nouns"),
        ordinal_verbs=words("ordinal_verbs"),
        after_words=words("after_words"),
        conditionals=words("conditionals"),
        generic_nouns=words("generic_nouns"),
        until_words=words("until_words"),
        noun_signs=words("noun_signs"),
        passives=words("passives"),
        subordinators=words("subordinators"),
        auxiliaries=words("auxiliaries"),
        successors=words("successors"),
        official_words=words("official_words"),
        prodrop=raw.get("prodrop") == "true",
        bare_anaphors=raw.get("bare_anaphors") == "true",
        generic=words("generic"),
        listings=words("listings"),
        dlc=words("dlc"),
        dlc_bare=words("dlc_bare"),
        dlc_called=words("dlc_called"),
        editions=words("editions"),
        new_instalment=words("new_instalment"),
        instalments=_instalments(raw.get("instalments", {}), numbers, ordinals),
        elliptic=_forms(raw.get("elliptic", ()), numbers, ordinals),
        numbers=numbers | ordinals,
        scopes=_scopes(raw.get("scopes", {})),
        press=frozenset(
            " ".join(fold(name).split()) for name in (*_shared()["press"], *raw.get("press", ()))
        ),
        titlecase=raw.get("titlecase") == "true",
    )


def _rule(code: str, raw: dict[str, Any]) -> Rule:
    if raw["kind"] not in _KINDS:
        raise ValueError(f"rule {raw['name']}: there is no kind {raw['kind']!r}")
    return Rule(
        name=f"{code}/{raw['name']}",
        kind=raw["kind"],
        meaning={key: value for key, value in raw.items() if key not in _KNOWN},
        phrases=tuple(map(str, raw["match"])),
        accepts=tuple(raw.get("accepts", ())),
        rejects=tuple(raw.get("rejects", ())),
    )


def _scopes(own: Mapping[str, Mapping[str, Sequence[str]]]) -> dict[tuple[str, ...], tuple[str, str, bool]]:
    found: dict[tuple[str, ...], tuple[str, str, bool]] = {}
    for group in ("platforms", "services", "media", "territories"):
        for source in (_shared().get(group, {}), own.get(group, {})):
            for canonical, spellings in source.items():
                for spelling in spellings:
                    found[tuple(token.text for token in tokens(str(spelling)))] = (
                        canonical,
                        group,
                        spelling[0].isupper(),
                    )
    return found


_ROMANS = ("ii", "iii", "iv", "vi", "vii", "viii", "ix")


def _instalments(
    units: Mapping[str, Sequence[str]], numbers: Mapping[str, int], ordinals: Mapping[str, int]
) -> list[tuple[str, re.Pattern[str]]]:
    found = []
    for unit, forms in units.items():
        pattern = _forms(forms, numbers, ordinals)
        if pattern is not None:
            found.append((unit, pattern))
    return found


def _forms(
    forms: Sequence[str], numbers: Mapping[str, int], ordinals: Mapping[str, int]
) -> re.Pattern[str] | None:
    if not forms:
        return None

    def one_of(words: Mapping[str, int]) -> str:
        spelled = sorted(words, key=lambda word: (-len(word), word))
        return "|".join(
            rf"{re.escape(word[:-1])}\w{{0,5}}" if word.endswith("*") else re.escape(word) for word in spelled
        )

    number = (
        f"(?P<number>[0-9]{{1,3}}|{one_of(numbers)}|{'|'.join(_ROMANS)})"
        if numbers
        else "(?P<number>[0-9]{1,3})"
    )
    ordinal = f"(?P<number>{one_of(ordinals)})" if ordinals else r"(?P<number>(?!))"
    parts = []
    for index, form in enumerate(forms):
        text = re.escape(fold(form)).replace(r"\{n\}", number).replace(r"\{o\}", ordinal)
        text = text.replace(r"\ ", r"[ -]").replace(r"\*", r"\w{0,5}").replace(r"\?", "?")
        text = text.replace(r"\{d\}", "(?P<number>[0-9]{1,2})").replace("(?P<number>", f"(?P<n{index}>")
        left = (
            ""
            if re.match(f"[{CJK}]", form[0]) or (form.startswith("{n}") and re.search(f"[{CJK}]", form))
            else r"(?<![\w])"
        )
        right = (
            ""
            if re.match(f"[{CJK}]", form[-1])
            else r"(?![\w])"
            if not form.endswith("{n}")
            else r"(?![A-Za-z0-9_])"
        )
        parts.append(f"{left}{text}{right}")
    return re.compile("|".join(parts))
