"""Decide the certainty and the attribution of a claim, by weights on its context.

Every name in a claim's sentence, its neighbours or the headline may be credited. Names themselves are never
features; their position, the verb beside them and whether a list has them as outlets are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from monitor.extract.candidates import Candidate, Mention, Place
from monitor.extract.cues import Cue, CueRule
from monitor.extract.features import Seen, grain_of, relation_to
from monitor.extract.normalise import normalise
from monitor.extract.scoring import Head, Weights, chances, odds, sigmoid
from monitor.extract.sentence import Sentence
from monitor.extract.templates import Features
from monitor.extract.tokens import Token
from monitor.model import Form

__all__ = [
    "CERTAINTIES",
    "Attribution",
    "CreditCandidate",
    "attribution_of",
    "certainty_features",
    "certainty_of",
    "credit_candidates",
    "credits_of",
    "named_in",
    "vouched_features",
]

CERTAINTIES = ("official", "reported", "expected", "rumoured")

_CREDITING = frozenset(("say", "according", "by", "release", "delay", "cancel", "advance"))
_FLAGS = (
    "press",
    "heard",
    "tells",
    "always",
    "certainty",
    "strong",
    "far",
    "tense",
    "event",
    "unveils",
    "official",
)
_BACK = 3
_WINDOW = 5
_LONGEST = 70
"""Tokens of a sentence whose words are features."""
_LONGEST_NAME = 6
_LONGEST_CHARACTERS = 14
_MOST = 40
"""The most names that are weighed for one claim."""
_LINKS = frozenset((" ", "-", "", "'", "’", " '", ". "))
_POSSESSIVES = ("'s", "’s", "s'", "s’")
_STOPS = frozenset(
    (
        ",",
        ".",
        ";",
        ":",
        "!",
        "?",
        "(",
        ")",
        "。",
        "，",
        "、",
        "；",
        "：",
        "！",
        "？",
        "（",
        "）",
        "「",
        "」",
        "『",
        "』",
        "《",
        "》",
        "“",
        "”",
        "—",
        "–",
        "-",
        "|",
        "…",
    )
)


class NameRun(NamedTuple):
    """A run of tokens that is a name, from `first` up to `last`; `sort` is name, role, work or post."""

    first: int
    last: int
    text: str
    sort: str


@dataclass(slots=True, eq=False)
class CreditCandidate:
    """A name that may be credited with a claim, with features; `order` sorts by nearness."""

    name: str
    features: Features = field(default_factory=Features)
    order: tuple[int, int] = (99, 0)
    is_press: bool = False
    screened: Features = field(default_factory=Features)
    """The few features by which it is given up or not."""


# Names


def named_in(sentence: Sentence) -> list[NameRun]:
    """Return the names in a sentence: capitalised runs, roles, and words in the position of a subject."""
    language = sentence.language
    if language.name_particles:
        found = _before_particles(sentence)
    elif language.names_in_runs:
        found = _in_runs(sentence)
    elif language.name_breaks:
        found = _between_breaks(sentence)
    elif language.titlecase:
        found = list(_opening(sentence) if sentence.titled else _capitals(sentence))
    else:
        found = list(_capitals(sentence))
        found += _before_markers(sentence)
    taken = {at for one in found for at in range(one.first, one.last)}
    stream = sentence.stream
    for at, token in enumerate(stream):
        if at in taken or token.kind == "date":
            continue
        if token.kind == "work":
            if any(cue.kind == "say" and 0 <= cue.first - at - 1 <= 2 for cue in sentence.cues):
                found.append(NameRun(at, at + 1, sentence.original(at, at + 1), "work"))
        elif not token.kind and (token.text in language.role_credits or token.text in language.companies):
            found.append(NameRun(at, at + 1, sentence.original(at, at + 1), "role"))
    found.sort()
    return found


def _named(sentence: Sentence, first: int, last: int) -> Iterator[NameRun]:
    """Yield the name from `first` to `last` without tokens at its ends that are not part of it."""
    language, stream = sentence.language, sentence.stream
    while first < last and not stream[first].kind:
        text = stream[first].text
        if (
            (text in language.stops and (first == 0 or not _is_capital(sentence, first)))
            or (text in language.roles and not _begins_name(sentence, first, last))
            or text in language.unnamed
            or text in language.articles
        ):
            first += 1
        else:
            break
    while last > first and not stream[last - 1].kind and stream[last - 1].text in _STOPS:
        last -= 1
    if first >= last or last - first > _LONGEST_CHARACTERS:
        return
    name = sentence.original(first, last).strip(" .,'’\"“”")
    for ending in _POSSESSIVES:
        if name.endswith(ending):
            name = name[: -1 if ending[0] == "s" else -len(ending)]
            break
    if name and name[0].isalnum():
        yield NameRun(first, last, name, "name")


def _begins_name(sentence: Sentence, at: int, last: int) -> bool:
    """Return whether the word for a role at `at` belongs to the name behind it, as in Team Cherry; a CEO's does not."""
    return sentence.stream[at].text in _NAME_HEADS and at + 1 < last and _is_capital(sentence, at)


_NAME_HEADS = frozenset(("team",))


def _is_capital(sentence: Sentence, at: int) -> bool:
    token = sentence.stream[at]
    text = sentence.block.text
    if token.kind:
        return (
            token.kind == "scope"
            and token.value.group in ("services", "platforms")
            and text[token.start].isupper()
        )
    first = text[token.start]
    if first.isupper() or first == "@":
        return True
    if token.text[:1] == "r" and text[token.end : token.end + 1] == "/":
        return True
    return first.isdigit() and len(token.text) > 1 and text[token.end - 1].isupper()


def _capitals(sentence: Sentence) -> Iterator[NameRun]:
    stream, text = sentence.stream, sentence.block.text
    inner = sentence.language.inner_words
    at = 0
    while at < len(stream):
        if not _is_capital(sentence, at):
            at += 1
            continue
        first = at
        at += 1
        while at < len(stream):
            token = stream[at]
            if _is_capital(sentence, at) and text[stream[at - 1].end : token.start] in _LINKS:
                at += 1
                continue
            follows = at + 1 < len(stream) and _is_capital(sentence, at + 1)
            joined = token.end == stream[at + 1].start if follows else False
            if follows and (token.text == "&" or token.text in inner or (token.text in "-/." and joined)):
                at += 2
                continue
            break
        yield from _named(sentence, first, at)


def _opening(sentence: Sentence) -> Iterator[NameRun]:
    """Yield the name at the beginning of a line of capitalised words: the words before its first verb of saying or acting."""
    stream = sentence.stream
    starts = [0]
    starts += [
        at + 1 for at, token in enumerate(stream[:_LONGEST]) if token.text in (":", "-", "–", "—", "|", ",")
    ]
    cues = sorted(cue.first for cue in sentence.cues if cue.kind in _CREDITING)
    for start in starts:
        end = start
        while end < len(stream) and end - start < _LONGEST_NAME:
            token = stream[end]
            if (
                end in cues
                or (token.kind and not _is_capital(sentence, end))
                or (token.text in _STOPS and token.text != "-")
            ):
                break
            if token.text.endswith(("'s", "s'")):
                end += 1
                break
            end += 1
        if end > start and end < len(stream):
            yield from _named(sentence, start, end)
    for cue in sentence.cues:
        if cue.kind in ("according", "by"):
            end = cue.last
            while end < len(stream) and end - cue.last < _LONGEST_NAME and _is_capital(sentence, end):
                end += 1
            yield from _named(sentence, cue.last, end)


def _before_markers(sentence: Sentence) -> list[NameRun]:
    """Return the names before the particle of a subject or an owner, in a script without capitals."""
    markers = sentence.language.name_markers
    found: list[NameRun] = []
    stream = sentence.stream
    start = 0
    for at, token in enumerate(stream):
        if token.text in markers and not token.kind:
            first = max(start, at - 3)
            for size in range(first, at):
                found += _named(sentence, size, at)
        if (
            token.kind in ("date", "work", "inst")
            or token.text in _STOPS
            or token.text in markers
            or token.text in sentence.language.and_words
        ):
            start = at + 1
    return found


def _before_particles(sentence: Sentence) -> list[NameRun]:
    """Return the names in a script whose characters are tokens and whose particles are attached: the text between two blanks."""
    stream = sentence.stream
    heads = _heads(sentence)
    found: list[NameRun] = []
    first = 0
    for at, token in enumerate(stream):
        ends = at + 1 == len(stream) or stream[at + 1].start > token.end or bool(stream[at + 1].kind)
        if token.kind or token.text in _STOPS:
            first = at + 1
            continue
        if not ends and at + 1 not in heads:
            continue
        last = at + 1
        if last - first > 2 and token.text in sentence.language.name_particles:
            last -= 1
        if 2 <= last - first <= 10:
            found += _named(sentence, first, last)
        if ends:
            first = at + 1
    return found


def _in_runs(sentence: Sentence) -> list[NameRun]:
    """Return the names in a script without blanks that writes names in other letters than the words between them."""
    stream, breaks = sentence.stream, sentence.language.name_breaks
    heads = _heads(sentence)
    found: list[NameRun] = []
    opened: int | None = None
    for at in range(len(stream) + 1):
        inside = (
            at < len(stream)
            and (not stream[at].kind or stream[at].kind == "scope")
            and stream[at].text[:1] not in breaks
            and stream[at].text not in _STOPS
        )
        if inside and opened is not None and at in heads:
            found += _named(sentence, opened, at)
            opened = at
        if inside:
            opened = at if opened is None else opened
        elif opened is not None:
            if 2 <= at - opened <= _LONGEST_CHARACTERS or stream[opened].text[:1].isascii():
                found += _named(sentence, opened, at)
            opened = None
    return found


def _between_breaks(sentence: Sentence) -> list[NameRun]:
    """Return the names in a script without blanks: the text between marks, dates, verbs of saying and words that separate names."""
    stream, breaks = sentence.stream, sentence.language.name_breaks
    heads = _heads(sentence)
    found: list[NameRun] = []
    start = 0
    for at in range(len(stream) + 1):
        behind = stream[at] if at < len(stream) else None
        if (
            behind is None
            or behind.kind not in ("", "scope")
            or behind.text in _STOPS
            or at in heads
            or behind.text in breaks
        ):
            if 1 <= at - start <= 10 and (
                at - start > 1 or stream[start].kind or len(stream[start].text) > 1
            ):
                found += _named(sentence, start, at)
            start = at + 1
    return found


def _heads(sentence: Sentence) -> set[int]:
    """Return the positions of words of attribution."""
    return {cue.first for cue in sentence.cues if cue.kind in ("say", "according", "by")}


# The features of a name


class _Sighting:
    """An occurrence of a name: whether it is an attribution, and the ways in which it is; its features are computed on demand."""

    __slots__ = ("_context", "_marks", "is_leak", "is_press", "key", "named", "sign", "ways")

    def __init__(
        self, named: NameRun, key: str, context: _Context, ways: list[str], *, is_press: bool
    ) -> None:
        """Store an occurrence of the name `key`, as normalised."""
        self.named, self.key, self.ways, self.is_press = named, key, ways, is_press
        self.sign, self.is_leak = context.sign, context.is_leak
        self._context = context
        self._marks: list[str] | None = None

    @property
    def marks(self) -> list[str]:
        """Return the features of the name here."""
        if self._marks is None:
            self._marks = _marks(self.named, self._context)
        return self._marks


@dataclass(slots=True, eq=False)
class _Context:
    """What stands around a name in its sentence: the verb behind it, the cue before it, and its neighbours."""

    sentence: Sentence
    ahead: Cue | None
    ahead_gap: str
    behind: Cue | None
    behind_gap: str
    before: str
    after: str
    place: str
    sign: str
    sign_ahead: str
    owns: bool
    is_outlet: bool
    has_press_role: bool
    is_leak: bool
    is_handle: bool
    has_role_before: bool


def _sightings(seen: Seen, place: Place) -> list[_Sighting]:
    known: list[_Sighting] | None = seen.kept.get(("sightings", place.index))
    if known is None:
        known = [_sighting(place.sentence, one) for one in named_in(place.sentence)]
        seen.kept["sightings", place.index] = known
    return known


def _word(token: Token) -> str:
    if token.kind:
        return f"@{token.kind}"
    return "#" if token.text[:1].isdigit() else token.text


@cache
def _sort_of(rule: CueRule) -> str:
    """Return a rule's kind with its voice and certainty."""
    meaning = rule.meaning
    return "/".join([rule.kind, *(f"{key}={meaning[key]}" for key in _FLAGS if key in meaning)])


def _sighting(sentence: Sentence, named: NameRun) -> _Sighting:
    stream, language = sentence.stream, sentence.language
    first, last = named.first, named.last
    text = sentence.block.text
    folded = normalise(named.text)
    ahead, ahead_gap = _verb_behind(sentence, last)
    behind, behind_gap = _cue_before(sentence, first)
    before = _word(stream[first - 1]) if first else "^"
    after = _word(stream[last]) if last < len(stream) else "$"
    owns = stream[last - 1].text.endswith(_POSSESSIVES)
    head, _, ending = folded.replace(".", " ").rpartition(" ")
    near = {token.text for token in stream[max(0, first - 2) : first]}
    around = {token.text for token in stream[max(0, first - 3) : first]} | {
        token.text for token in stream[last : last + 3]
    }
    has_role_before = not near.isdisjoint(language.all_roles)
    place = (
        "opens"
        if first == 0
        else "clause"
        if before in _STOPS
        else "prep"
        if before in language.prepositions
        else "role"
        if has_role_before
        else "art"
        if before in language.articles
        else "in"
    )
    sign_ahead = sign_behind = "-"
    ways = ["owns"] if owns else []
    if ahead is not None:
        sort = _sort_of(ahead.rule)
        sign_ahead = sort if ahead_gap == "0" else f"{ahead.kind}~{ahead_gap}"
        if ahead_gap in ("0", "1", "2"):
            ways.append(f">{sort}")
    if behind is not None:
        sort = _sort_of(behind.rule)
        is_beside = behind_gap in ("0", "1")
        sign_behind = sort if is_beside else f"{behind.kind}~{behind_gap}"
        if is_beside:
            ways.append(f"<{sort}")
    context = _Context(
        sentence, ahead, ahead_gap, behind, behind_gap, before, after, place,
        sign=f"{named.sort}|{sign_behind}|{sign_ahead}|{'owns' if owns else place}",
        sign_ahead=sign_ahead,
        owns=owns,
        is_outlet=folded in language.press or (bool(head) and ending in language.press_endings),
        has_press_role=not near.isdisjoint(language.press_roles),
        is_leak=not language.leaks.isdisjoint(around) or "leak" in folded,
        is_handle=text.startswith("@", stream[last - 1].start) or folded.startswith("r/"),
        has_role_before=has_role_before,
    )  # fmt: skip
    is_press = (
        context.is_outlet
        or context.has_press_role
        or (
            behind is not None
            and bool(behind.get("press") or behind.get("heard"))
            and behind_gap in ("0", "1", "2")
        )
    )
    if is_press:
        ways.append("press")
    if owns and after == "@work":
        ways.append("owns work")
    return _Sighting(named, folded, context, ways, is_press=is_press)


def _marks(named: NameRun, context: _Context) -> list[str]:
    """Return the features of a name in its sentence."""
    sentence, place = context.sentence, context.place
    before, after = context.before, context.after
    stream, language = sentence.stream, sentence.language
    first, last = named.first, named.last
    marks = [f"sort={named.sort}", f"{named.sort}|size={min(last - first, 4)}"]
    if context.is_outlet:
        marks.append("press")
    if context.has_press_role:
        marks.append("press role")
    if context.is_leak:
        marks.append("leak")
    if context.is_handle:
        marks.append("handle")
    if context.owns:
        marks += ["owns", f"owns|>{after}"]
    if context.has_role_before:
        marks.append("role<")
    if any(token.text in language.all_roles for token in stream[last : last + 3]):
        marks.append("role>")
    if any(token.kind == "scope" for token in stream[first:last]):
        marks.append("service" if last - first == 1 else "service part")
    marks += [f"at={place}", f"w<{before}", f"w>{after}"]
    if last + 1 < len(stream):
        marks.append(f"w>>{after}_{_word(stream[last + 1])}")
        marks += [f"w>.{_word(token)}" for token in stream[last : last + 4]]
    if first > 1:
        marks.append(f"w<<{_word(stream[first - 2])}_{before}")
    ahead, ahead_gap = context.ahead, context.ahead_gap
    if ahead is not None:
        marks += _marks_of_verb(context, ahead, ahead_gap)
    behind, behind_gap = context.behind, context.behind_gap
    if behind is not None:
        marks += [
            f"<{_sort_of(behind.rule)}:{behind_gap}",
            f"<{behind.kind}:{behind_gap}",
            f"<r:{behind.rule.name}:{behind_gap}",
        ]
    if any(start <= stream[first].start < end for start, end in sentence.quotes):
        marks.append("quoted")
    marks += [
        f"sign={context.sign}",
        f"lang={language.code}|{named.sort}",
        f"block={sentence.block.kind}|{named.sort}",
        f"lang={language.code}|{ahead.kind + ahead_gap if ahead else '-'}",
        f"lang={language.code}|{behind.kind + behind_gap if behind else '-'}",
    ]
    if sentence.titled:
        marks.append(f"titled|{context.sign_ahead}")
    return marks


def _marks_of_verb(context: _Context, ahead: Cue, gap: str) -> Iterator[str]:
    """Yield the features of the verb behind a name."""
    sentence = context.sentence
    stream = sentence.stream
    sort = _sort_of(ahead.rule)
    yield f">{sort}"
    yield f">{sort}:{gap}"
    yield f">{ahead.kind}:{gap}"
    yield f">r:{ahead.rule.name}:{gap}"
    yield f"{context.place}>{ahead.kind}:{gap}"
    if context.owns:
        yield f"owns>{ahead.kind}:{gap}"
    reach = stream[ahead.last : ahead.last + 6]
    if gap in ("0", "1"):
        verb = stream[ahead.first].text
        what = next((token.kind or "," for token in reach if token.kind or token.text in _STOPS), "-")
        tells_trailer = any(
            cue.kind == "trailer" and 0 <= cue.first - ahead.last < 8 for cue in sentence.cues
        )
        yield f"verb={verb}"
        yield f"verb={verb}|{what}"
        yield f"verb>{what}"
        for token in reach:
            if not token.kind:
                yield f"verb>.{token.text}"
        yield f"verb+{'trailer' if tells_trailer else '-'}"
    yield f">{ahead.kind}:{gap}|{next((token.kind for token in reach if token.kind), '-')}"
    if ahead.first and stream[ahead.first - 1].text in sentence.language.passives:
        yield f"passive>{ahead.kind}:{gap}"


def _verb_behind(sentence: Sentence, at: int) -> tuple[Cue | None, str]:
    """Return the first cue of saying or acting after token `at`, with its distance; auxiliaries, adverbs and dates are not counted."""
    stream, language = sentence.stream, sentence.language
    best: Cue | None = None
    for cue in sentence.cues:
        if (
            cue.first >= at
            and cue.kind in _CREDITING
            and (best is None or (cue.first, cue.kind != "say") < (best.first, best.kind != "say"))
        ):
            best = cue
    if best is None:
        return None, ""
    between = [
        token
        for token in stream[at : best.first]
        if token.kind != "date"
        and token.text not in language.auxiliaries
        and token.text not in language.adverbs
    ]
    if any(token.text in _STOPS for token in between):
        return best, ",near" if len(between) < 4 else ",far"
    gap = len(between)
    return best, str(gap) if gap < 3 else "3-5" if gap < 6 else "far"


def _cue_before(sentence: Sentence, at: int) -> tuple[Cue | None, str]:
    best: Cue | None = None
    for cue in sentence.cues:
        if (
            cue.last <= at
            and cue.kind in ("say", "according", "by")
            and (best is None or cue.last > best.last)
        ):
            best = cue
    if best is None:
        return None, ""
    between = sentence.stream[best.last : at]
    roles = sentence.language.before_names
    gap = sum(token.text not in roles for token in between)
    if any(token.text in _STOPS for token in between):
        return best, ",near" if gap < 4 else ",far"
    return best, str(gap) if gap < 3 else "3-5" if gap < 6 else "far"


def _places(seen: Seen, place: Place) -> Iterator[tuple[str, int, Place]]:
    """Yield the places whose names may be credited, with their relation to the claim's place and their distance."""
    yield "here", 0, place
    taken = {place.index}
    places = seen.text.places
    for back in range(1, _BACK + 1):
        at = place.index - back
        if at < 0 or places[at].sentence.block.kind == "headline":
            break
        taken.add(at)
        yield f"back{back}", back, places[at]
    if place.index + 1 < len(places):
        taken.add(place.index + 1)
        yield "next", 4, places[place.index + 1]
    for how, other in (("lead", place.lead), ("heading", place.heading)):
        if other is not None and other.index not in taken:
            taken.add(other.index)
            yield how, 5, other
    for other in seen.text.headline[:2]:
        if other.index not in taken:
            taken.add(other.index)
            yield "headline", 6, other
    first = len(seen.text.headline)
    for at in range(first, min(first + 3, len(places))):
        if at not in taken:
            yield "opening", 7, places[at]


def _point(candidate: Candidate, code: str) -> int | None:
    """Return the token at which a claim is made: its date, or else the cue of its event, or the work."""
    if candidate.date is not None:
        return candidate.date
    own = candidate.place.at(candidate.reach.work.title)
    kinds = ("trailer",) if code[0] == "t" else ("out", "release", "unannounced", "delay", "cancel")
    told = [cue.first for cue in candidate.place.sentence.cues if cue.kind in kinds]
    if told:
        return min(told, key=lambda at: (abs(at - own[0]), at)) if own else told[0]
    return own[0] if own else None


def _kin(seen: Seen, candidate: Candidate, code: str) -> list[Place]:
    """Return other places with the same statement: the same date, or a trailer, or that the work is out."""
    title = candidate.reach.work.title
    place = candidate.place
    if candidate.date is not None:
        readings = seen.readings(place, candidate.date)
        same = _dated(seen).get(str(readings[0].when.interval), ()) if readings else ()
    else:
        same = _places_of(seen, title, code[0])
    return [other for other in same if other is not place][:_MOST_KIN]


_MOST_KIN = 5


def _dated(seen: Seen) -> dict[str, list[Place]]:
    """Return the places with a date, by its preferred reading."""
    known: dict[str, list[Place]] | None = seen.kept.get(("dated", 0))
    if known is None:
        known = {}
        for place in seen.text.places:
            for at in place.dates:
                readings = seen.readings(place, at)
                if readings:
                    there = known.setdefault(str(readings[0].when.interval), [])
                    if place not in there:
                        there.append(place)
        seen.kept["dated", 0] = known
    return known


def _places_of(seen: Seen, title: str, event: str) -> list[Place]:
    key = (f"places {event}", title)
    known: list[Place] | None = seen.kept.get(key)
    if known is None:
        kinds = ("trailer",) if event == "t" else ("release", "out")
        known = [
            place
            for place in seen.text.places
            if (event == "t" or title in place.titles)
            and any(cue.kind in kinds for cue in place.sentence.cues)
        ]
        seen.kept[key] = known
    return known


def _spoken_by(seen: Seen) -> dict[str, set[str]]:
    """Return the attributions of each name anywhere in the document."""
    known: dict[str, set[str]] | None = seen.kept.get(("spoken", 0))
    if known is None:
        known = {}
        for place in seen.text.places[:_MOST_PLACES]:
            for one in _sightings(seen, place):
                ways = known.setdefault(one.key, set())
                ways.update(one.ways)
        seen.kept["spoken", 0] = known
    return known


_MOST_PLACES = 60


def _subject(seen: Seen, place: Place) -> str:
    """Return the kind of the subject that speaks or acts in a sentence: name, role, pronoun, unnamed, or none."""
    known: str | None = seen.kept.get(("subject", place.index))
    if known is not None:
        return known
    sentence = place.sentence
    language = sentence.language
    said = next((cue for cue in sentence.cues if cue.kind == "say"), None)
    found = "none"
    if said is not None:
        found = "other"
        for token in sentence.stream[max(0, said.first - 4) : said.first][::-1]:
            if token.text in language.role_credits or token.text in language.companies:
                found = "role"
            elif token.text in language.persons or token.text in language.pronouns:
                found = "pronoun"
            elif token.text in language.unnamed:
                found = "unnamed"
            elif token.kind == "work":
                found = "work"
            else:
                continue
            break
        if any(one.named.last == said.first and one.named.sort == "name" for one in _sightings(seen, place)):
            found = "name"
    seen.kept["subject", place.index] = found
    return found


@dataclass(slots=True, eq=False)
class _Found:
    """A name near a claim, with its occurrences, each with its relation to the claim's sentence."""

    name: str
    order: tuple[int, int] = (99, 0)
    is_press: bool = False
    sightings: list[tuple[str, Place, _Sighting]] = field(default_factory=list)

    def hows(self) -> dict[str, None]:
        """Return its distinct relations to the claim's sentence."""
        return dict.fromkeys([how for how, _, _ in self.sightings])


def _names_near(seen: Seen, candidate: Candidate, code: str, point: int) -> dict[str, _Found]:
    """Return the names in the sentences near a claim; of two where one is a part of the other only one."""
    found: dict[str, _Found] = {}
    kin = _kin(seen, candidate, code)
    for how, near, other in [*_places(seen, candidate.place), *(("kin", 3, other) for other in kin)]:
        for one in _sightings(seen, other):
            name = one.named.text
            key = _key_of(one.key, found)
            known = found.get(key)
            if known is None:
                if len(found) >= _MOST:
                    continue
                known = found[key] = _Found(name)
            elif len(name) > len(known.name) and one.named.sort == "name":
                known.name = name
            known.order = min(known.order, (near, abs(one.named.first - point)))
            known.is_press = known.is_press or one.is_press
            known.sightings.append((how, other, one))
    return found


def credit_candidates(
    seen: Seen, candidate: Candidate, code: str, screen: Head | None = None
) -> list[CreditCandidate]:
    """Return the names that may be credited with a candidate's claim of class `code`, with features.

    Names that the `screen` gives up are left out.
    """
    block = candidate.place.sentence.block
    author = (block.author or block.handle) if block.kind == "post" else ""
    author_key = normalise(author)
    point = _point(candidate, code) or 0
    near = _names_near(seen, candidate, code, point)
    spoken_by = _spoken_by(seen)
    found: dict[str, CreditCandidate] = {}
    for key, one in near.items():
        known = spoken_by.get(normalise(one.name), ())
        screened = _screened(candidate, code, one, known)
        if screen is None or key == author_key or screen.passes(screened):
            found[key] = CreditCandidate(one.name, Features(), one.order, one.is_press, screened)
    if found:
        _describe(seen, candidate, code, point, near, found)
    if author:
        credited = found.setdefault(author_key, CreditCandidate(author, order=(0, 0)))
        credited.features.names += ["post author", f"post author|{code}"]
    return list(found.values())


def _describe(
    seen: Seen,
    candidate: Candidate,
    code: str,
    point: int,
    near: Mapping[str, _Found],
    found: Mapping[str, CreditCandidate],
) -> None:
    """Add the features of the names `found` among those `near` a claim at token `point`."""
    sentence = candidate.place.sentence
    subject = _subject(seen, candidate.place)
    spoken_by = _spoken_by(seen)
    source = normalise(seen.text.document.source)
    spoken = sum("here" in one.hows() for one in near.values())
    voicing = [(cue, _sort_of(cue.rule)) for cue in sentence.cues if cue.kind in _VOICING]
    context = {f"{'<' if cue.last <= point else '>'}{sort}" for cue, sort in voicing}
    context.update(_of_source(seen, candidate, code))
    told = {True: Features(), False: Features()}
    for is_here, features in told.items():
        features.bags.append((f"m|{'here' if is_here else 'far'}|", context))
    for key, credited in found.items():
        hows = near[key].hows()
        is_here = "here" in hows
        features = credited.features
        _add_occurrences(candidate, code, point, subject, near[key], features)
        features.shared.append(told[is_here])
        features.filled += [
            (_reached, code, "+".join(sorted(hows)), is_here, min(spoken, 4)),
            (_repeated, min(seen.count(key), 4), seen.in_headline(key), is_here),
            (_in_block, sentence.block.kind, sentence.language.code),
        ]
        known = spoken_by.get(normalise(credited.name), ())
        ahead = {f"{way.partition('/')[0]}|{subject}|here={is_here}" for way in known}
        features.bags.append(("doc:", ahead.union(known)))
        if key in source:
            features.names.append("is the source")


def _screened(candidate: Candidate, code: str, one: _Found, known: Collection[str]) -> Features:
    """Return the features by which a name is given up or not; `known` are its attributions anywhere in the document."""
    found = Features()
    signs = dict.fromkeys([(how, sighting.sign) for how, _, sighting in one.sightings])
    found.filled.append((_occurrences, tuple(signs)))
    found.bags.append(("doc:", known))
    near, gap = one.order
    found.filled.append((
        _nearness, code, near, "0-3" if gap < 4 else "4-9" if gap < 10 else "far",
        "+".join(sorted(one.hows())), one.is_press, candidate.place.sentence.block.kind, len(known) > 0,
    ))  # fmt: skip
    return found


def _occurrences(signs: Iterable[tuple[str, str]]) -> Iterable[str]:
    for how, sign in signs:
        sort, behind, ahead, place = sign.split("|")
        yield f"{how}|{sign}"
        yield f"{how}|{sort}|{place}"
        yield f"{how}|<{behind}"
        yield f"{how}|>{ahead}"
        yield f">{ahead}|{place}"
        yield f"<{behind}|>{ahead}"


def _nearness(
    code: str, near: int, gap: str, ways: str, is_press: bool, block: str, is_known: bool
) -> Iterable[str]:
    yield f"{code}|{near}"
    yield f"near={near}|{gap}"
    yield f"ways={ways}"
    yield f"press={is_press}|{near}"
    yield f"block={block}"
    yield f"known={is_known}|{near}"


def _add_occurrences(
    candidate: Candidate, code: str, point: int, subject: str, one: _Found, features: Features
) -> None:
    """Add the features of a name where it occurs; `subject` is the kind of who speaks in the claim's sentence."""
    everywhere: dict[str, None] = {}
    marks_of: dict[str, dict[str, None]] = {}
    for how, other, sighting in one.sightings:
        marks = marks_of.setdefault(how, {subject: None})
        marks.update(dict.fromkeys(sighting.marks))
        marks[f"{subject}|{sighting.sign}"] = marks[f"{code}|{sighting.sign}"] = None
        everywhere.update(dict.fromkeys(sighting.marks))
        if how == "here":
            features.names += _beside(candidate, sighting, point, code)
            if sighting.named.sort == "work":
                work = candidate.reach.work
                own = other.sentence.stream[sighting.named.first].value.work.title == work.title
                features.names += [f"own={own}", f"own={own}|{work.kind.value}"]
    features.bags += [(f"{how}|", marks) for how, marks in marks_of.items()]
    features.bags.append(("any|", everywhere))


def _reached(code: str, ways: str, is_here: bool, names: int) -> Iterable[str]:
    return f"code={code}", f"ways={ways}", f"here={is_here}|{code}", f"here={is_here}|names={names}"


def _repeated(count: int, in_headline: bool, is_here: bool) -> Iterable[str]:
    return f"count={count}|here={is_here}", f"inhead={in_headline}|here={is_here}"


def _in_block(block: str, lang: str) -> Iterable[str]:
    return f"block={block}", f"lang={lang}"


def _key_of(key: str, found: Collection[str]) -> str:
    """Return the key of the name that `key` is a part of, or that is a part of it."""
    if key in found:
        return key
    padded = f" {key} "
    for known in found:
        if padded in f" {known} " or f" {known} " in padded:
            return known
    return key


def _beside(candidate: Candidate, one: _Sighting, point: int, code: str) -> Iterator[str]:
    """Yield the position of a name relative to the date (or the work) and the words between them."""
    place = candidate.place
    stream, language = place.sentence.stream, place.sentence.language
    what = "D" if candidate.date is not None else "W"
    first, last = one.named.first, one.named.last
    side = "<" if last <= point else ">"
    between = stream[last:point] if last <= point else stream[point + 1 : first]
    yield f"{what}{side}|{code}"
    yield f"{what}{side}|{one.sign}"
    yield f"{what}{side}|{one.sign}|{code}"
    yield f"{what}{side}|{'0-3' if len(between) < 4 else '4-9' if len(between) < 10 else 'far'}"
    low, high = (last, point) if last <= point else (point, first)
    kinds = [cue.kind for cue in place.sentence.cues if low <= cue.first < high]
    yield f"{what}{side}|{'_'.join(kinds[:4])}"
    for token in between:
        if token.text in language.relatives:
            yield f"{what}{side}|relative"
            yield f"{what}{side}|relative|{code[0]}"
            break
    if any(
        token.kind == "work" and token.value.work.title == candidate.reach.work.title for token in between
    ):
        yield f"{what}{side}|work between"
    others = sum(token.kind == "date" for token in between)
    yield f"{what}{side}|dates={min(others, 2)}"


@dataclass(slots=True, eq=False)
class Attribution:
    """The evidence of the `leading` mentions of a claim: the probability of each certainty, and of each name to be credited."""

    mentions: Sequence[Mention]
    leading: Sequence[Mention]
    certainties: dict[str, float]
    voices: list[tuple[float, CreditCandidate]]


def attribution_of(seen: Seen, mentions: Sequence[Mention], code: str, weights: Weights) -> Attribution:
    """Return the probabilities of the certainties of a claim of class `code`, and of the names that may be credited."""
    leading = _leading(mentions)
    head, credit, screen = weights["certainty"], weights["credit"], weights.screen("credit")
    sums = [0] * len(head.classes)
    found: dict[str, tuple[float, CreditCandidate]] = {}
    for rank, mention in enumerate(leading):
        own = head.sums(certainty_features(seen, mention.candidate, code))
        sums = [total + one // (1 + rank) for total, one in zip(sums, own, strict=True)]
        for voice in credit_candidates(seen, mention.candidate, code, screen):
            chance = sigmoid(credit.sums(voice.features)[0])
            key = normalise(voice.name)
            if key not in found or (chance >= LEAST_CREDIT > found[key][0]):
                found[key] = (chance, voice)
    certainties = dict(zip(head.classes, chances(sums), strict=True))
    return Attribution(mentions, leading, certainties, list(found.values()))


def credits_of(seen: Seen, told: Attribution, code: str) -> list[str]:
    """Return the credited names of a claim of class `code`, nearest first; an outlet comes before the person who spoke to it."""
    if _is_quoted_denial(seen, told.mentions, code):
        return []
    found: dict[str, tuple[tuple[bool, int, int], str]] = {}
    for chance, voice in told.voices:
        if chance < LEAST_CREDIT:
            continue
        key = normalise(voice.name)
        if any(f" {key} " in f" {other} " or f" {other} " in f" {key} " for other in found):
            continue
        found[key] = ((not voice.is_press, *voice.order), voice.name)
    return [name for _, name in sorted(found.values())]


LEAST_CREDIT = 0.35
"""The least probability of a credit: where F1 of the credits is highest in cross-validation."""
_TOLD = 3
_SHARE = 0.5


def _leading(mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions that support a claim: the likeliest, and others that are nearly as likely."""
    ordered = sorted(mentions, key=lambda one: (-one.chance, one.candidate.place.index))
    least = ordered[0].chance * _SHARE if ordered else 0.0
    return [one for one in ordered if one.chance >= least][:_TOLD]


# Certainty


def certainty_features(seen: Seen, candidate: Candidate, code: str) -> Features:
    """Return the features for the certainty of a candidate's claim of class `code`."""
    place, title = candidate.place, candidate.reach.work.title
    sentence = place.sentence
    point = _point(candidate, code)
    is_dated = candidate.date is not None
    subject = _subject(seen, place)
    features = Features()
    features.filled += [
        (_claimed, code, sentence.block.kind, candidate.reach.work.kind.value, is_dated, subject),
        (_placed, candidate.reach.how[0], sentence.language.code, min(place.index, 6)),
    ]
    features.shared = [_of_headline(seen, title)]
    found = features.names
    found += _of_source(seen, candidate, code)
    found += [f"{one}|{code}" for one in features.shared[0]]
    if sentence.question:
        found.append("?")
    if sentence.titled:
        found.append("titled")
    if point is not None and any(
        start <= sentence.stream[point].start < end for start, end in sentence.quotes
    ):
        found.append("quoted")
    if sentence.quotes:
        found.append("quotes")
    if candidate.date is not None:
        published = seen.text.document.published
        mention = sentence.stream[candidate.date].value
        when = mention.resolve(published)
        features.filled.append(
            (_timed, relation_to(when, published.date()), grain_of(when), mention.bound, code)
        )
    found += _of_cues(place, point, "")
    if is_dated:
        own = place.at(title)
        if own:
            found += _of_cues(place, own[0], "w")
    _of_words(seen.words(place, title), point, features)
    for one in _sightings(seen, place):
        side = "" if point is None else "<" if one.named.last <= point else ">"
        found += [f"n{side}:{one.sign}", f"n:{one.sign}|{code}"]
        if one.is_press:
            found.append(f"n{side}:press")
        if one.is_leak:
            found.append("n:leak")
        if point is not None:
            found += [f"n{mark}" for mark in _beside(candidate, one, point, code)]
    for name, _, other in _places(seen, place):
        if name == "here":
            continue
        found += [f"{name}|c:{_sort_of(cue.rule)}" for cue in other.sentence.cues if cue.kind in _VOICING]
        if name in ("back1", "next", "headline", "lead"):
            found.append(f"{name}|subject={_subject(seen, other)}")
            found += [
                f"{name}|n:{one.sign}"
                for one in _sightings(seen, other)
                if "say" in one.sign or "according" in one.sign
            ]
            if name == "back1":
                features.bags.append(("back1:", {_word(token) for token in other.sentence.stream[:30]}))
    for other in _kin(seen, candidate, code):
        found.append(f"kin|subject={_subject(seen, other)}")
        found += [f"kin|c:{_sort_of(cue.rule)}" for cue in other.sentence.cues if cue.kind in _VOICING]
        found += [f"kin|n:{one.sign}" for one in _sightings(seen, other)]
        found += [f"kin|{way}" for one in _sightings(seen, other) for way in one.ways]
        found.append(f"kin|b={other.sentence.block.kind}")
    features.bags.append(("doc:", set().union(*_spoken_by(seen).values())))
    return features


def _claimed(code: str, block: str, kind: str, is_dated: bool, subject: str) -> Iterable[str]:
    yield code
    yield f"{code}|{block}"
    yield f"block={block}"
    yield f"kind={kind}|{code}"
    yield f"dated={is_dated}|{code}"
    yield f"subject={subject}|{code}"
    yield f"subject={subject}"


def _placed(how: str, lang: str, index: int) -> Iterable[str]:
    return f"how={how}", f"lang={lang}", f"index={index}"


def _timed(where: str, grain: str, bound: str, code: str) -> Iterable[str]:
    return f"time={where}|{code}", f"grain={grain}|{code}", f"bound={bound}", f"grain={grain}|{where}"


_ACCOUNTS = frozenset((Form.POST, Form.THREAD, Form.REPLY))
_VOICING = frozenset(("hedge", "sure", "say", "according", "by"))


def _of_source(seen: Seen, candidate: Candidate, code: str) -> list[str]:
    key = "source", (candidate.place.index, f"{code}|{candidate.reach.work.title}")
    known: list[str] | None = seen.kept.get(key)
    if known is None:
        known = seen.kept[key] = list(_features_of_source(seen, candidate, code))
    return known


def _features_of_source(seen: Seen, candidate: Candidate, code: str) -> Iterator[str]:
    """Yield the kind of the document's source: the maker's own, an account, a channel of videos, one with the name of the work."""
    document = seen.text.document
    source = normalise(document.source)
    place = candidate.place
    sort = (
        "video"
        if seen.text.is_video
        else "account"
        if document.form in _ACCOUNTS or source.startswith("@")
        else "feed"
        if "://" in source
        else "other"
    )
    if document.official and place.sentence.block.kind != "post":
        # A quotation in a maker's post is not the maker's statement.
        yield "official"
        yield f"official|{code}"
    yield f"src={sort}"
    yield f"src={sort}|{code}"
    yield f"src={sort}|titled={bool(document.title)}"
    yield f"author={bool(document.author)}"
    compact = "".join(char for char in source if char.isalnum())
    name = "".join(char for char in normalise(candidate.reach.work.title) if char.isalnum())
    if len(name) > 3 and name in compact:
        yield "src~work"
        yield f"src~work|{code}"
    embedded = place.sentence.block
    if embedded.kind == "post":
        yield "post"
        author = "".join(char for char in normalise(embedded.author or embedded.handle) if char.isalnum())
        if author:
            yield "post|author"
            if name and (name in author or author in name):
                yield "post~work"
    if candidate.text.in_headline and any(
        token.text in place.sentence.language.official_words
        for line in seen.text.headline
        for token in line.sentence.stream
    ):
        yield f"head:official|{code}"
        yield f"head:official|{sort}"
        yield f"head:official|{candidate.reach.work.title in seen.text.in_headline}|{code}"


def _of_headline(seen: Seen, title: str) -> Features:
    known: Features | None = seen.kept.get(("headline", title))
    if known is None:
        known = seen.kept["headline", title] = Features()
        words: dict[str, None] = {}
        for place in seen.text.headline[:2]:
            words.update(dict.fromkeys(seen.words(place, title)[:24]))
            known.names += [f"hc:{_sort_of(cue.rule)}" for cue in place.sentence.cues if cue.kind in _VOICING]
            if place.sentence.question:
                known.names.append("h?")
        known.names.append(f"head={title in seen.text.in_headline}")
        known.bags.append(("h:", words))
    return known


def _of_cues(place: Place, point: int | None, prefix: str) -> Iterator[str]:
    for cue in place.sentence.cues:
        sort = _sort_of(cue.rule) if cue.kind in _VOICING else cue.kind
        yield f"{prefix}c:{sort}"
        if cue.kind in _VOICING:
            yield f"{prefix}r:{cue.rule.name}"
        if point is None:
            continue
        if cue.last <= point:
            side, gap = "<", point - cue.last
            between = place.sentence.stream[cue.last : point]
        else:
            side, gap = ">", max(cue.first - point - 1, 0)
            between = place.sentence.stream[point + 1 : cue.first]
        step = "0" if not gap else "1-3" if gap < 4 else "4-9" if gap < 10 else "far"
        yield f"{prefix}c{side}{sort}:{step}"
        if cue.kind in _VOICING:
            apart = any(token.text in _APART for token in between)
            yield f"{prefix}c{side}{sort}|apart={apart}"
            yield f"{prefix}c{side}{cue.kind}:{step}|apart={apart}"
            dates = any(token.kind == "date" for token in between)
            yield f"{prefix}c{side}{sort}|date={dates}"


_APART = frozenset((",", ";", ":", "(", ")", "—", "–", "，", "；", "、", "："))


def _of_words(words: Sequence[str], point: int | None, features: Features) -> None:
    read = words[: _LONGEST + 1]
    features.names += [f"s:{word}_{behind}" for word, behind in pairwise(read)]
    features.bags.append(("s:", set(read[:_LONGEST])))
    if point is None:
        return
    left, right = words[max(0, point - _WINDOW) : point][::-1], words[point + 1 : point + 1 + _WINDOW]
    features.bags += [("d<:", set(left)), ("d>:", set(right))]
    features.runs += [(_BEFORE, left), (_BEHIND, right)]


_BEFORE = tuple(f"d-{offset}:" for offset in range(_WINDOW))
_BEHIND = tuple(f"d+{offset}:" for offset in range(_WINDOW))


def vouched_features(told: Attribution, code: str) -> list[str]:
    """Return features of the probabilities of certainties and credits: a claim with a credited maker is official."""
    best = max(told.certainties, key=lambda name: (told.certainties[name], name))
    official, reported, expected, rumoured = (_step(told.certainties[name]) for name in CERTAINTIES)
    likeliest = max(
        ((chance, -voice.order[0]) for chance, voice in told.voices if not voice.is_press), default=(0.0, -99)
    )
    maker = _step(likeliest[0])
    press = _step(max((chance for chance, voice in told.voices if voice.is_press), default=0.0))
    found = [
        f"o={official}", f"r={reported}", f"e={expected}", f"u={rumoured}", f"o={official}|r={reported}",
        f"u={rumoured}|r={reported}", f"e={expected}|r={reported}", f"u={rumoured}|e={expected}",
        f"m={maker}", f"p={press}", f"o={official}|m={maker}", f"o={official}|p={press}",
        f"best={best}", f"best={best}|m={maker}", f"best={best}|p={press}",
        f"{code}|o={official}", f"{code}|m={maker}", f"{code}|best={best}", f"{code}|best={best}|m={maker}",
    ]  # fmt: skip
    if likeliest[0]:
        near = -likeliest[1]
        found += [f"near={near}|m={maker}", f"near={near}|m={maker}|best={best}"]
    return found


def _step(chance: float) -> str:
    """Return a probability as one of eleven steps of its log odds."""
    return str(max(-5, min(5, round(odds(chance)))))


def certainty_of(seen: Seen, told: Attribution, code: str, weights: Weights) -> str:
    """Return the certainty of a claim of class `code`: the strongest that a leading mention supports."""
    document = seen.text.document
    if _is_quoted_denial(seen, told.mentions, code):
        return "official" if document.official else "reported"
    head = weights["vouched"]
    surest = max(zip(head.sums(vouched_features(told, code)), head.classes, strict=True))[1]
    if (
        surest == "official"
        and document.official
        and all(mention.candidate.place.sentence.block.kind == "post" for mention in told.leading)
    ):
        return "reported"
    if surest == "reported" and document.official and not _is_hedged(told.leading):
        return "official"  # the maker's own statement, which is not marked in the labelled corpora
    return surest


def _is_quoted_denial(seen: Seen, mentions: Sequence[Mention], code: str) -> bool:
    """Return whether a post denies what it quotes: the denial is its own statement, not that of the quoted author."""
    return (
        code[1] == "d"
        and seen.is_post
        and all(mention.candidate.place.sentence.block.kind == "post" for mention in mentions)
    )


def _is_hedged(leading: Sequence[Mention]) -> bool:
    """Return whether every leading mention is beside a hedge, or in a post of somebody else."""
    return all(
        any(cue.kind == "hedge" for cue in mention.candidate.place.sentence.cues)
        or mention.candidate.place.sentence.block.kind == "post"
        for mention in leading
    )
