"""A cue that can carry a claim is a happening: what happens, in which tense, and of which noun it is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.extract.cues import Cue
from monitor.extract.sentence import Sentence
from monitor.model import Event

__all__ = ["Happening", "clauses_of", "happenings_of", "head", "is_official", "subject_end"]


@dataclass
class Happening:
    """A cue that can carry a claim: what happens, in which tense, from token `first` to `last`."""

    first: int
    last: int
    kind: str
    event: Event
    tense: str
    rule: str
    official: bool = False
    dated: bool = False
    old: bool = False
    soft: bool = False
    weak: bool = False
    bound: bool = False
    named: bool = False
    reduced: bool = False
    unveils: bool = False
    used: bool = False


def happenings_of(sentence: Sentence) -> list[Happening]:
    """Return the cues that can carry a claim; the longer cue stands for those within it."""
    found: list[Happening] = []
    told: set[tuple[int, int]] = set()
    carrying = [cue for cue in sentence.cues if cue.kind in _CARRYING]
    if any(
        cue.kind in ("release", "out", "due", "delay") and not cue.get("spare") and cue.get("tense") != "noun"
        for cue in carrying
    ):
        carrying = [cue for cue in carrying if not cue.get("spare")]
    missing = [cue for cue in carrying if cue.kind == "unannounced"]
    # "Nobody knows when it will come out" says that the date is not known.
    carrying = [
        cue
        for cue in carrying
        if cue.kind != "known" or not any(one.first < cue.last and cue.first < one.last for one in missing)
    ]
    for cue in _apart(carrying):
        event = Event.TRAILER if cue.kind == "trailer" or cue.get("event") == "trailer" else Event.RELEASE
        if cue.get("weak") and not any(
            token.kind == "date" for token in sentence.stream[cue.first : cue.last + 8]
        ):
            continue
        if (
            cue.kind in ("delay", "cancel")
            and cue.first
            and sentence.stream[cue.first - 1].text in sentence.language.noun_marks
        ):
            continue
        if cue.get("weak") and cue.kind == "delay" and _is_of_place(sentence, cue.last):
            continue
        if (
            cue.kind == "release"
            and cue.get("tense") == "present"
            and cue.last - cue.first == 1
            and cue.first
            and sentence.stream[cue.first - 1].text in sentence.language.noun_signs
        ):
            continue
        happening = Happening(
            cue.first,
            cue.last,
            cue.kind,
            event,
            str(cue.get("tense", "")),
            cue.rule.name,
            dated=bool(cue.get("date")),
            old=bool(cue.get("old")),
            soft=bool(cue.get("soft")),
            weak=bool(cue.get("weak")),
            bound=bool(cue.get("bound")),
            named=bool(cue.get("noun")),
            unveils=bool(cue.get("unveils")),
        )
        if cue.kind == "trailer":
            happening.official = is_official(sentence, cue)
        elif (
            cue.kind in ("release", "out", "shown", "delay", "soon")
            and not cue.get("noun")
            and not cue.get("date")
        ):
            noun = head(sentence, cue)
            if noun is not None and cue.get("unveils") and noun.last <= cue.first:
                continue
            if noun is not None and any(one.first <= noun.first < one.last for one in missing):
                # "No trailer has been released": that there is none is said already.
                continue
            if noun is not None and noun.kind == "trailer":
                told.add((noun.first, noun.last))
                happening.reduced = noun.last <= cue.first
                happening.event = Event.TRAILER
                happening.official = is_official(sentence, noun)
            elif noun is not None or cue.kind == "shown":
                continue
        elif cue.kind == "unannounced" and any(
            one.kind == "trailer" and cue.first <= one.first < cue.last + 3 for one in sentence.cues
        ):
            happening.event = Event.TRAILER
        found.append(happening)
    return [
        one
        for one in found
        if one.kind != "trailer"
        or not any(first <= one.first and one.last <= last for first, last in told)
        or not _is_to_come(found)
    ]


def _is_of_place(sentence: Sentence, at: int) -> bool:
    """Tell whether a platform or a service follows: what "leaves Game Pass on May 4" is put off to no date."""
    return at < len(sentence.stream) and (
        sentence.stream[at].kind == "scope" and sentence.stream[at].value.group in ("services", "platforms")
    )


def _is_to_come(found: Sequence[Happening]) -> bool:
    """Whether a verb says of a trailer that it is still to come."""
    return any(
        one.event is Event.TRAILER
        and one.kind in ("release", "soon")
        and one.tense in ("future", "participle")
        for one in found
    )


_CARRYING = frozenset(
    (
        "launched",
        "release",
        "out",
        "delay",
        "advance",
        "due",
        "cancel",
        "unannounced",
        "trailer",
        "shown",
        "known",
        "soon",
    )
)


_RANK = {
    "cancel": 5,
    "unannounced": 9,
    "known": 8,
    "advance": 7,
    "due": 6,
    "delay": 5,
    "out": 4,
    "soon": 3,
    "release": 2,
    "trailer": 1,
    "shown": 0,
    "launched": 3,
}


def _apart(cues: list[Cue]) -> list[Cue]:
    """Return the cues that stand where others overlap them: the longer one, and one that says more of a date before one of release."""
    kept: list[Cue] = []
    for cue in sorted(
        cues,
        key=lambda cue: (
            -(cue.last - cue.first) - _WEIGHT.get(cue.kind, 0),
            -_RANK[cue.kind],
            cue.first,
            cue.rule.name,
        ),
    ):
        if cue.kind in ("trailer", "shown"):
            blocking = [
                one
                for one in kept
                if one.kind == cue.kind
                or (one.kind in ("unannounced", "soon") and cue.kind == "trailer")
                or (cue.kind == "shown" and one.kind in ("release", "out", "delay"))
            ]
        else:
            blocking = [one for one in kept if one.kind not in ("trailer", "shown")]
        if not any(one.first < cue.last and cue.first < one.last for one in blocking):
            kept.append(cue)
    return sorted(kept, key=lambda cue: (cue.first, cue.last))


_WEIGHT = {"unannounced": 3, "due": 2, "known": 2, "advance": 2}


def is_official(sentence: Sentence, cue: Cue) -> bool:
    """Tell whether a trailer is called official."""
    return any(
        token.text in sentence.language.official_words
        for token in sentence.stream[
            max(0, cue.first - 7 if sentence.block.kind == "headline" else cue.first - 4) : cue.last
        ]
    )


_MARKS = frozenset((",", ":", ";", "(", "—", "–", "."))


def head(sentence: Sentence, verb: Cue) -> Cue | None:
    """Return the noun that a verb is said of when it is no work: "shared a trailer", "the demo launches"."""
    stream = sentence.stream
    # "According to a leak X comes out": whose word it is, is not what comes out.
    credited = {cue.last for cue in sentence.cues if cue.kind == "according"}
    nouns = [
        cue
        for cue in sentence.cues
        if cue.kind in ("trailer", "other")
        and not cue.get("verb")
        and cue.first not in credited
        and not (cue.first < verb.last and verb.first < cue.last)
    ]
    after = [cue for cue in nouns if verb.last <= cue.first <= verb.last + 6]
    language = sentence.language
    stops = (
        language.and_words
        | language.prepositions
        | language.of_words
        | language.beside_words
        | language.subordinators
    )
    for cue in sorted(after, key=lambda cue: cue.first):
        between = stream[verb.last : cue.first]
        if any(token.kind in ("date", "scope") or token.text in stops | _MARKS for token in between):
            break
        if verb.kind == "release" and str(verb.get("tense")) not in (
            "past",
            "participle",
            "present",
            "future",
        ):
            break
        return cue
    if (
        verb.first
        and stream[verb.first - 1].kind in ("work", "inst")
        and verb.kind == "out"
        and stream[verb.first].text not in sentence.language.auxiliaries
    ):
        return None
    start = subject_end(sentence, verb.first)
    before = [cue for cue in nouns if cue.last <= start and start - cue.last <= 9]
    for cue in sorted(before, key=lambda cue: -cue.last):
        between = stream[cue.last : start]
        texts = [token.text for token in between]
        if any(token.kind == "date" for token in between):
            break
        if any(
            text in language.pronouns | language.boundaries | language.relatives | _MARKS for text in texts
        ):
            break
        named = [at for at, token in enumerate(between) if token.kind in ("work", "inst")]
        if (
            named
            and language.articles
            and not any(text in language.of_words | language.prepositions for text in texts[: named[0]])
        ):
            break
        if not named and len(texts) > 3 and not any(text in language.of_words for text in texts):
            break
        return cue
    return None


def subject_end(sentence: Sentence, verb: int) -> int:
    """Return where the subject of a verb ends: before an aside between commas, or the noun that a relative clause is of."""
    stream, language = sentence.stream, sentence.language
    at = verb
    while at and not stream[at - 1].kind and stream[at - 1].text in language.auxiliaries:
        at -= 1
    if at >= 2 and stream[at - 1].text in language.relatives:
        return at - 2 if stream[at - 2].text == "," else at - 1
    if at and stream[at - 1].text == ",":
        if stream[at - 2].kind == "inst" and at > 2 and stream[at - 3].text == ",":
            return at
        named = False
        for back in range(at - 2, max(at - 18, 0), -1):
            named = named or stream[back].kind == "work"
            if stream[back].text == ",":
                # "NAME, the first expansion for X, launches": the aside says what is named before it.
                return back if not named or stream[back - 1].kind == "inst" else at
    return at


def clauses_of(sentence: Sentence) -> list[int]:
    """Return the number of the clause that each token stands in."""
    number = 0
    found = []
    for token in sentence.stream:
        if not token.kind and (
            token.text in (";", "—", "–", ":", "(", ")", "…") or token.text in sentence.language.boundaries
        ):
            number += 1
        found.append(number)
    return found or [0]
