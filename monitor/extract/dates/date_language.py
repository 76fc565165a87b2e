"""Load the dates of a language from one file of words and named rules, checked and completed from CLDR.

`und.dates.yaml` has the rules that all languages share. Month and weekday names and the order of numeric dates come
from CLDR through Babel. A faulty file raises LanguageError, which names the language and the rule.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache, cached_property, lru_cache
from itertools import product
from pathlib import Path
from re import Pattern
from typing import Any, NamedTuple

import yaml
from babel import Locale, UnknownLocaleError

from monitor.errors import LanguageError
from monitor.extract.dates.date_tokens import MARKS, date_tokens, dictionary_key, normalise_date_text, pattern
from monitor.extract.dates.feasts import FEASTS
from monitor.extract.dates.grammar import MEANINGS, NEEDS, Meaning
from monitor.extract.dates.values import NO_TRAITS, Stated, Trait, Vague

__all__ = [
    "LANGUAGES",
    "DateLanguage",
    "DateRule",
    "DictionaryEntry",
    "Example",
    "RuleNode",
    "build",
    "language",
    "months_elsewhere",
    "parse",
    "puts_month_first",
]

_FOLDER = Path(__file__).parents[1] / "languages"
_ENDING = ".dates.yaml"
_ROOT = "und"

LANGUAGES = tuple(sorted({path.name.removesuffix(_ENDING) for path in _FOLDER.glob(f"*{_ENDING}")} - {_ROOT}))
"""The languages whose dates are read: those with a file."""

_SECTIONS = {
    "language", "options", "words", "stated", "rules", "examples", "rejects",
    "weak", "small", "bare", "skip", "without", "prefixes", "suffixes",
}  # fmt: skip
_UNITS = {"day", "workday", "week", "weekend", "month", "quarter", "half", "third", "year", "decade"}
_SHIFTS = {"this", "next", "coming", "last", "next_but_one", "last_but_one"}
_PARTS = {"early": 37, "mid": 38, "late": 39}
_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "winter": 24}
_WEEKDAYS = {name: day for day, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_DAY_OF_YEAR = re.compile(r"(\d\d)-(\d\d)")
_FIELDS = {item.name for item in fields(Stated)}


_TRAITS = {kind: frozenset({Trait.ANAPHORIC}) for kind in ("told", "told_next", "told_last")} | {
    "number": frozenset({Trait.CARDINAL})
}
"""The traits of words, by their kind."""


class DictionaryEntry(NamedTuple):
    """One meaning of a word or phrase: `rest` are the words after its first one."""

    rest: tuple[str, ...]
    kind: str
    value: Any
    doubt: int
    name: str
    traits: frozenset[Trait] = NO_TRAITS


@dataclass(frozen=True, slots=True)
class Example:
    """A text that a rule must read as `edtf` (None for a mention without a date), or must not match (`edtf` "")."""

    rule: str
    text: str
    edtf: str | None
    lang: str


@dataclass(frozen=True, slots=True)
class DateRule:
    """One named rule: `patterns` are its sequences of kinds, options written out."""

    name: str
    patterns: tuple[tuple[str, ...], ...]
    meaning: Meaning
    doubt: int | None = None
    traits: frozenset[Trait] = NO_TRAITS
    kind: str = ""
    """The kind of its results, if other rules distinguish them from plain dates."""


class RuleNode:
    """A node in the tree of all patterns: the nodes for each next kind, and the rules whose pattern ends here."""

    __slots__ = ("children", "rules")

    def __init__(self) -> None:
        self.children: dict[str, RuleNode] = {}
        self.rules: list[DateRule] = []

    def add(self, sequence: tuple[str, ...], rule: DateRule) -> None:
        """Add one pattern of a rule."""
        node = self
        for kind in sequence:
            node = node.children.setdefault(kind, RuleNode())
        node.rules.append(rule)


class Compounds(dict[str, int]):
    """Number words that may be written together; hashed by identity, since it is never modified."""

    __hash__ = object.__hash__  # type: ignore[assignment]

    @cached_property
    def heads(self) -> frozenset[str]:
        """Return the first three letters of each."""
        return frozenset(word[:3] for word in self)


@dataclass(frozen=True, eq=False, repr=False)
class DateLanguage:
    """The compiled data of a language."""

    code: str
    order: str
    dotted: bool
    matcher: Pattern[str]
    entries: Mapping[str, dict[str, tuple[DictionaryEntry, ...]]]
    """The entries by first word, then by second word or ""."""
    words: frozenset[str]
    """Every word of every phrase."""
    rules: tuple[DateRule, ...]
    patterns: RuleNode
    triggers: frozenset[str]
    """The kinds of words in its own rules: beside a number they may be a date."""
    trigger_words: frozenset[str]
    abbreviations: frozenset[str]
    """Words after which a dot does not end the sentence."""
    number_words: frozenset[str]
    """Words that are a date only beside a number: the 26th, am 15."""
    leads: frozenset[str]
    small: frozenset[str]
    """Words that are months only when capitalised: may, march."""
    before_counts: frozenset[str]
    after_counts: frozenset[str]
    clock: frozenset[str]
    """Words after the hour of a time of day."""
    suffixes: frozenset[str]
    letters: str
    """Letters that are not normalised, since they distinguish words: vår and var."""
    compounds: Compounds | None
    """The number words, in a language that writes them together: zweiundzwanzig."""
    bounded: bool
    """Whether words are separated by spaces: not in Japanese and Chinese."""
    noun_capitals: bool
    """Whether nouns are capitalised: German."""
    elides: bool
    """Whether an apostrophe may belong to the word before it: l'été."""
    particles: bool
    """Whether only the particles that it lists may follow a word: Korean."""
    examples: tuple[Example, ...] = field(repr=False)


def language(tag: str) -> DateLanguage:
    """Return the language of a BCP 47 tag whose primary subtag is one of LANGUAGES, with its region's order of numeric dates.

    Raises LanguageError when there is no such language or its file is faulty. Tags come from outside, so the cache is bounded.
    """
    code = tag.replace("_", "-").split("-")[0].lower()
    if code not in LANGUAGES:
        raise LanguageError("is not a language of dates; add its file beside the others", where=code[:20])
    known = of_code(code)
    order = numeric_order(tag, code)
    return known if order == (known.order, known.dotted) else _with_order(code, *order)


def puts_month_first(tag: str) -> bool:
    """Return whether the language of a BCP 47 tag writes the month before the day; False when its dates are not read."""
    code = tag.replace("_", "-").split("-")[0].lower()
    if code not in LANGUAGES:
        return False
    order, _ = numeric_order(tag, code)
    return order == "mdy"


@cache
def months_elsewhere() -> dict[str, tuple[str, ...]]:
    """Return the normalised names of months, each with its languages, by which a text in another language is recognised."""
    found: dict[str, tuple[str, ...]] = {}
    for code, names in (_root().get("months") or {}).items():
        for name in _list("und", "months", names):
            found[name] = (*found.get(name, ()), str(code))
    return found


@cache
def _root() -> dict[str, Any]:
    return _load(_ROOT)


@cache
def of_code(code: str) -> DateLanguage:
    return build(code, _root(), _load(code))


@cache
def _with_order(code: str, order: str, dotted: bool) -> DateLanguage:
    return replace(of_code(code), order=order, dotted=dotted)


@lru_cache(maxsize=256)
def numeric_order(tag: str, code: str) -> tuple[str, bool]:
    """Return the order of day, month and year in CLDR for `tag`, else for `code`, and whether they are separated by dots."""
    short = _locale(code, tag).date_formats["short"].pattern.lower()
    return "".join(sorted("dmy", key=short.index)), "." in short and code != "ko"


_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Words(_Loader):  # type: ignore[misc, valid-type]
    """A YAML loader with the booleans of YAML 1.2, true and false, so that `no` and `on` are words."""


_Words.yaml_implicit_resolvers = {
    char: [(tag, regexp) for tag, regexp in found if tag != "tag:yaml.org,2002:bool"]
    for char, found in _Loader.yaml_implicit_resolvers.items()
}
_Words.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def _load(code: str) -> dict[str, Any]:
    path = _FOLDER / f"{code}{_ENDING}"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise LanguageError("has no file of dates; add it beside the others", where=code) from None
    return parse(text, code)


def parse(text: str, code: str) -> dict[str, Any]:
    """Return the sections of a language file. Raises LanguageError when it is not YAML or not a mapping."""
    try:
        content = yaml.load(text, Loader=_Words)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise LanguageError("is not valid YAML", where=code) from error
    if not isinstance(content, dict):
        raise LanguageError("must be a mapping of sections", where=code)
    return content


def _locale(code: str, tag: str) -> Locale:
    for candidate in (tag, code):
        try:
            return Locale.parse(candidate.replace("_", "-"), sep="-")
        except (ValueError, TypeError, UnknownLocaleError):
            continue
    raise LanguageError("is unknown to CLDR", where=code)


def build(code: str, root: dict[str, Any], own: dict[str, Any]) -> DateLanguage:
    """Return the language built from two parsed files, the shared rules and its own. Raises LanguageError when one is faulty."""
    unknown = set(own) - _SECTIONS
    if unknown:
        raise LanguageError(f"has an unknown section {min(unknown)!r}", where=code)
    if own.get("language") != code:
        raise LanguageError(f"says that it is {own.get('language')!r}", where=code)
    locale = _locale(code, code)
    options = own.get("options") or {}
    words = _words(code, own)
    letters = str(options.get("letters") or "")
    short, abbreviations = _add_names(
        words, locale, {normalise_date_text(str(name)) for name in own.get("skip") or []}
    )
    weak = {
        dictionary_key(normalise_date_text(word, letters))
        for word in (*_list(code, "weak", own.get("weak") or []), *short)
    }
    readings = [*_readings(code, words), *_stated(code, own)]
    spaced = options.get("spaced", True)
    matcher = pattern(
        []
        if spaced
        else sorted({normalise_date_text(phrase) for phrase, *_ in readings if not phrase.isascii()}),
        han=bool(options.get("han")),
    )
    doubts = dict.fromkeys(weak, 1) | {
        dictionary_key(normalise_date_text(str(word))): 2 for word in own.get("bare") or []
    }
    entries = _entries(readings, short=short, doubts=doubts, own=own, matcher=matcher, letters=letters)
    kinds = {entry.kind for found in entries.values() for entry in found}
    kinds |= {"small_month"} if own.get("small") else set()
    kinds |= {"century_cut", "date", "span", "number", "ordinal", *MARKS.values()}
    kinds |= {item["as"] for file in (root, own) for item in file.get("rules") or [] if "as" in item}
    declared = _rules("und", root.get("rules") or [], None) + _rules(code, own.get("rules") or [], kinds)
    rules = tuple(rule for rule, _ in declared)
    examples = [example for _, found in declared for example in found if example.lang == code]
    unused = {f"und: {name}" for name in own.get("without") or []}
    if unused - {rule.name for rule in rules}:
        raise LanguageError(f"does without {', '.join(sorted(unused))}, which is not a rule", where=code)
    patterns = RuleNode()
    for rule in rules:
        for sequence in rule.patterns:
            if set(sequence) <= kinds and rule.name not in unused:
                patterns.add(sequence, rule)
    own_kinds = frozenset(
        kind
        for rule in rules
        if rule.name.startswith(f"{code}:")
        for sequence in rule.patterns
        for kind in sequence
    )
    own_kinds -= {"lead", "number", "ordinal", "date", "span", "glue", *MARKS.values()}
    order, dotted = numeric_order(code, code)
    return DateLanguage(
        code=code,
        order=order,
        dotted=dotted,
        matcher=matcher,
        entries={word: _by_second(found) for word, found in entries.items()},
        words=frozenset(
            word for first, found in entries.items() for entry in found for word in (first, *entry.rest)
        ),
        rules=rules,
        patterns=patterns,
        triggers=own_kinds,
        abbreviations=frozenset(
            abbreviations
            | {
                dictionary_key(normalise_date_text(phrase[:-1], letters))
                for found in words.values()
                for phrase, _ in found
                if phrase.endswith(".")
            }
        ),
        number_words=frozenset(
            word
            for word, found in entries.items()
            if any(entry.kind in own_kinds and entry.value is None for entry in found)
        ),
        trigger_words=_trigger_words(entries, own_kinds),
        leads=_plain(words, "lead", letters),
        small=frozenset(
            dictionary_key(normalise_date_text(str(word), letters)) for word in own.get("small") or []
        ),
        before_counts=_plain(words, "before_count", letters),
        after_counts=_plain(words, "after_count", letters),
        clock=_plain(words, "clock", letters),
        suffixes=frozenset(normalise_date_text(str(suffix), letters) for suffix in own.get("suffixes") or [])
        | _plain(words, "ordinal_suffix", letters),
        letters=letters,
        compounds=Compounds(
            {
                dictionary_key(normalise_date_text(word, letters)): value
                for kind in ("number", "ordinal")
                for word, value in words[kind]
            }
        )
        if options.get("compounds")
        else None,
        bounded=spaced,
        noun_capitals=bool(options.get("noun_capitals")),
        elides=bool(options.get("elides")),
        particles=bool(words.get("particle")),
        examples=(*examples, *_own_examples(code, own)),
    )


def _own_examples(code: str, own: dict[str, Any]) -> list[Example]:
    accepted = [
        Example(f"{code}: examples", str(text), _edtf(edtf), code)
        for text, edtf in (own.get("examples") or {}).items()
    ]
    return accepted + [Example(f"{code}: rejects", str(text), "", code) for text in own.get("rejects") or []]


def _edtf(value: Any) -> str | None:
    return None if value is None else str(value)


def _plain(words: dict[str, list[tuple[str, Any]]], kind: str, letters: str) -> frozenset[str]:
    return frozenset(
        dictionary_key(normalise_date_text(phrase, letters)) for phrase, _ in words.get(kind, ())
    )


# -- words -------------------------------------------------------------------------------------------------


def _words(code: str, own: dict[str, Any]) -> dict[str, list[tuple[str, Any]]]:
    """Return the words of a file by their kind, each with its value."""
    words: dict[str, list[tuple[str, Any]]] = defaultdict(list)
    for kind, content in (own.get("words") or {}).items():
        if isinstance(content, Mapping):
            for name, phrases in content.items():
                value = _value(code, kind, name)
                words[kind] += [(str(phrase), value) for phrase in _list(code, kind, phrases)]
        else:
            words[kind] += [(str(phrase), None) for phrase in _list(code, kind, content)]
    return words


def _list(code: str, kind: str, phrases: Any) -> list[Any]:
    if not isinstance(phrases, list):
        raise LanguageError("must be a list of words", where=f"{code}: {kind}")
    for phrase in phrases:
        if not isinstance(phrase, str):
            raise LanguageError(
                f"{phrase!r} is not a word; quote what YAML reads otherwise (12, 1.0)",
                where=f"{code}: {kind}",
            )
    return phrases


def _value(code: str, kind: str, name: Any) -> Any:
    tables: dict[str, Mapping[Any, Any]] = {
        "part": _PARTS,
        "part_after": _PARTS,
        "part_tight": _PARTS,
        "season": _SEASONS,
        "weekday": _WEEKDAYS,
        "unit": {unit: unit for unit in _UNITS},
        "told": {unit: unit for unit in _UNITS},
        "told_next": {unit: unit for unit in _UNITS},
        "told_last": {unit: unit for unit in _UNITS},
        "shift": {shift: shift for shift in _SHIFTS},
        "shift_after": {shift: shift for shift in _SHIFTS},
        "feast": {feast: feast for feast in FEASTS},
        "month": {month: month for month in range(1, 13)},
    }
    table = tables.get(kind)
    if table is None:
        if not isinstance(name, int):
            raise LanguageError(f"{name!r} must be a number", where=f"{code}: {kind}")
        return name
    if kind == "feast" and (day := _DAY_OF_YEAR.fullmatch(str(name))):
        return Stated(month=int(day[1]), day=int(day[2]))
    if name not in table:
        raise LanguageError(f"{name!r} is not one of {', '.join(map(str, table))}", where=f"{code}: {kind}")
    return table[name]


def _add_names(
    words: dict[str, list[tuple[str, Any]]], locale: Locale, skipped: set[str]
) -> tuple[set[str], set[str]]:
    """Add the month and weekday names of CLDR.

    Return the short ones, which are also other words in many languages, and all abbreviations.
    """
    short: set[str] = set()
    abbreviations: set[str] = set()
    # The "format" names only: the "stand-alone" names are aliases in most languages, and Babel 2.18 returns
    # those of the locale that was loaded before ("1月" for "enero" once Japanese was).
    months, days = locale.months["format"], locale.days["format"]
    for kind, width, names in (
        ("month", "wide", months),
        ("month", "abbreviated", months),
        ("weekday", "wide", days),
    ):
        for value, name in names[width].items():
            plain = name.rstrip(".")
            if normalise_date_text(plain) in skipped or plain[:1].isnumeric():
                continue
            words[kind].append((plain, value))
            if width == "abbreviated" and plain != names["wide"][value]:
                abbreviations.add(dictionary_key(normalise_date_text(plain)))
                if len(plain) <= 3:
                    short.add(plain)
    return short, abbreviations


def _readings(code: str, words: dict[str, list[tuple[str, Any]]]) -> Iterable[tuple[str, str, Any, str]]:
    """Yield phrase, kind, value and name of every word, and for words that are dates also that meaning."""
    made: dict[str, Any] = {
        "month": lambda value: Stated(month=value),
        "weekday": lambda value: Stated(weekday=value),
        "season": lambda value: Stated(sub=value),
        "feast": lambda value: value if isinstance(value, Stated) else Stated(feast=value),
        "relative_day": lambda value: Stated(days=value),
        "vague": lambda _: Vague(),
    }
    for kind, phrases in words.items():
        for phrase, value in phrases:
            yield phrase, kind, value, f"{code}: {kind}"
            if kind in made:
                yield phrase, "span" if kind == "vague" else "date", made[kind](value), f"{code}: {kind}"


def _stated(code: str, own: dict[str, Any]) -> Iterable[tuple[str, str, Any, str]]:
    """Yield the words that state several fields."""
    for item in own.get("stated") or []:
        said = {name: value for name, value in item.items() if name != "words"}
        if "part" in said:
            said["part"] = _value(code, "part", said["part"])
        if set(said) - _FIELDS:
            raise LanguageError(
                f"{min(set(said) - _FIELDS)!r} is not a field of a date", where=f"{code}: stated"
            )
        for phrase in _list(code, "stated", item.get("words")):
            yield str(phrase), "date", Stated(**said), f"{code}: stated"


def _entries(
    readings: Iterable[tuple[str, str, Any, str]],
    *,
    short: set[str],
    doubts: dict[str, int],
    own: dict[str, Any],
    matcher: Pattern[str],
    letters: str,
) -> dict[str, tuple[DictionaryEntry, ...]]:
    entries: dict[str, dict[tuple[Any, ...], DictionaryEntry]] = defaultdict(dict)
    prefixes = list(
        dict.fromkeys(
            ["", *(normalise_date_text(str(prefix), letters) for prefix in own.get("prefixes") or [])]
        )
    )
    suffixes = list(
        dict.fromkeys(
            ["", *(normalise_date_text(str(suffix), letters) for suffix in own.get("suffixes") or [])]
        )
    )
    plain: list[tuple[list[str], str, Any, int, str, bool]] = []
    for phrase, kind, value, name in readings:
        folded = normalise_date_text(phrase, letters)
        if folded.isascii() and folded.isalpha():
            found = [folded]
        else:
            found = [
                token.text
                for token in date_tokens(folded, matcher)
                if token.kind not in ("dash", "apostrophe", "line")
            ]
        if not found:
            continue
        plain.append(
            (
                found,
                kind,
                value,
                doubts.get(dictionary_key(folded), 0),
                name,
                len(phrase) > 2 and phrase not in short,
            )
        )
    # words written out in the file take precedence over words with endings
    for prefix, suffix in product(prefixes, suffixes):
        for found, kind, value, doubt, name, inflects in plain:
            if inflects or not prefix + suffix:
                words = [prefix + found[0], *found[1:]]
                words[-1] += suffix
                entry = DictionaryEntry(
                    tuple(words[1:]), kind, value, doubt, name, _TRAITS.get(kind, NO_TRAITS)
                )
                entries[words[0]].setdefault((entry.rest, kind, value), entry)
    if letters:
        _add_plain(entries)
    return {word: tuple(found.values()) for word, found in entries.items()}


_LEAST_PLAIN = 6


def _add_plain(entries: dict[str, dict[tuple[Any, ...], DictionaryEntry]]) -> None:
    """Add each longer word without its accents, unless that is another word of dates: pazdziernika for października."""
    for word, found in list(entries.items()):
        plain = normalise_date_text(word)
        for entry in list(found.values()):
            rest = tuple(normalise_date_text(other) for other in entry.rest)
            if entry.value is None or (plain, rest) == (word, entry.rest):
                continue
            if len(plain) + sum(map(len, rest)) >= _LEAST_PLAIN:
                made = entry._replace(rest=rest)
                entries[plain].setdefault((rest, made.kind, made.value), made)


def _by_second(found: Iterable[DictionaryEntry]) -> dict[str, tuple[DictionaryEntry, ...]]:
    seconds: dict[str, list[DictionaryEntry]] = defaultdict(list)
    for entry in found:
        seconds[entry.rest[0] if entry.rest else ""].append(entry)
    return {second: tuple(entries) for second, entries in seconds.items()}


_MAKES_DATES = frozenset(
    {
        "date",
        "span",
        "unit",
        "small_month",
        "ordinal_suffix",
        "quarter_letter",
        "half_letter",
        "fiscal",
        "era",
        "told",
        "told_next",
        "told_last",
        "half_year",
        "midnight",
    }
)


def _trigger_words(
    entries: Mapping[str, tuple[DictionaryEntry, ...]], own_kinds: frozenset[str]
) -> frozenset[str]:
    """Return the words one of which every date contains: of each word or phrase that can be a date, the longest without a lower-case meaning."""
    small = {
        word
        for word, found in entries.items()
        if any(not entry.rest and (entry.value is None or entry.kind == "shift") for entry in found)
        and not any(not entry.rest and entry.kind in _MAKES_DATES for entry in found)
    }
    return frozenset(
        max((first, *entry.rest), key=lambda word: (word not in small, len(word)))
        for first, found in entries.items()
        for entry in found
        if (entry.kind in _MAKES_DATES and entry.doubt < 2)
        or entry.kind == "weekday"
        or (entry.kind == "number" and entry.value >= 19)
        or (entry.kind in own_kinds and entry.value is not None)
    )


# -- rules -------------------------------------------------------------------------------------------------


def _rules(code: str, content: Any, kinds: set[str] | None) -> list[tuple[DateRule, list[Example]]]:
    """Return the checked rules of a file; `kinds` is None for the root, whose words are in the files of the languages."""
    if not isinstance(content, list):
        raise LanguageError("must be a list of rules", where=f"{code}: rules")
    found: list[tuple[DateRule, list[Example]]] = []
    made = frozenset(str(item["as"]) for item in content if "as" in item)
    for item in content:
        name = f"{code}: {item.get('name')}"
        unknown = set(item) - {
            "name",
            "pattern",
            "means",
            "accepts",
            "rejects",
            "doubt",
            "as",
            "lang",
            "trait",
        }
        if unknown or not isinstance(item.get("name"), str):
            raise LanguageError(
                f"needs a name and knows no {', '.join(sorted(unknown)) or 'other key'}", where=name
            )
        if item.get("means") not in MEANINGS:
            raise LanguageError(
                f"means {item.get('means')!r}, which is not one of {', '.join(MEANINGS)}", where=name
            )
        if not item.get("accepts") or "rejects" not in item:
            raise LanguageError("needs examples that it accepts and that it rejects", where=name)
        written = item.get("pattern")
        patterns = tuple(
            sequence
            for text in ([written] if isinstance(written, str) else written or [])
            for sequence in _expanded(str(text))
        )
        if not patterns:
            raise LanguageError("has no pattern", where=name)
        for sequence in patterns:
            if missing := _missing(sequence, item["means"], made):
                raise LanguageError(
                    f"means {item['means']}, for which {' '.join(sequence)!r} lacks a {missing}", where=name
                )
        for element in {element for sequence in patterns for element in sequence}:
            if kinds is not None and element not in kinds:
                raise LanguageError(f"{element!r} is not a kind of word of this language", where=name)
        lang = item.get("lang", "en" if code == "und" else code)
        examples = [Example(name, str(text), _edtf(edtf), lang) for text, edtf in item["accepts"].items()]
        examples += [Example(name, str(text), "", lang) for text in item["rejects"]]
        meaning = MEANINGS[item["means"]]
        traits = _traits(item.get("trait"), where=name)
        found.append(
            (DateRule(name, patterns, meaning, item.get("doubt"), traits, item.get("as", "")), examples)
        )
    return found


def _traits(written: Any, *, where: str) -> frozenset[Trait]:
    """Return the trait that a rule declares. Raises LanguageError when there is no such trait."""
    if written is None:
        return NO_TRAITS
    try:
        return frozenset({Trait(written)})
    except ValueError:
        raise LanguageError(
            f"has the trait {written!r}, which is not one of {', '.join(Trait)}", where=where
        ) from None


_STANDS_FOR = {
    "number": ("number", "ordinal", "roman"),
    "part": ("part", "part_after", "part_tight"),
    "shift": ("shift", "shift_after"),
    "told": ("told", "told_next", "told_last"),
}


def _missing(sequence: tuple[str, ...], means: str, made: frozenset[str]) -> str:
    """Return the kind that a pattern lacks for its meaning, "" when it has all."""
    left = list(sequence)
    for needed in NEEDS.get(means, ("number",)):
        fitting = (
            made | {"date", "span", "loose", "small_month"}
            if needed == "date"
            else _STANDS_FOR.get(needed, (needed,))
        )
        found = next((kind for kind in left if kind in fitting), None)
        if found is None:
            return needed
        left.remove(found)
    return ""


def _expanded(text: str) -> list[tuple[str, ...]]:
    """Return every sequence that a pattern matches: `a|b` is either, `c?` is optional."""
    choices = []
    for element in text.split():
        names = element.rstrip("?").split("|")
        choices.append(names + ([""] if element.endswith("?") else []))
    return [tuple(filter(None, sequence)) for sequence in product(*choices) if any(sequence)]
