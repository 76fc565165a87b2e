"""A sentence is about what it names before its verb, or what its words for a work refer to; another name is another work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.extract.credits import names
from monitor.extract.fold import fold
from monitor.extract.happenings import Happening, subject_end
from monitor.extract.sentence import Instalment, Sentence
from monitor.model import Event, Work, WorkKind

__all__ = [
    "Subject",
    "for_event",
    "foreign_subject",
    "instalment_at",
    "instalment_near",
    "is_credited",
    "is_label",
    "is_of_another",
    "listed_with",
    "nearest_left",
    "object_after",
    "opens_with_pronoun",
    "owner_of",
    "owners",
    "speaks_of_new",
    "subjects_named",
    "takes_other",
]


@dataclass(frozen=True)
class Subject:
    """What a sentence speaks of: a work and one of its instalments.

    `named` tells that the sentence names it itself, `inherited` that nothing in the sentence refers to it at all.
    """

    work: Work
    instalment: str | None = None
    named: bool = False
    inherited: bool = False


def owners(sentence: Sentence) -> list[str]:
    """Return the names in the possessive right before a work or its kind: "Apple's drama X"."""
    found = []
    for first, last in names(sentence):
        word = sentence.original(first, last)
        if word.endswith(("'s", "’s")) and any(
            token.kind == "work" for token in sentence.stream[last : last + 5]
        ):
            found.append(word[:-2])
    return found


def is_credited(sentence: Sentence, last: int) -> bool:
    """Whether the name that ends at `last` is the subject of a verb of saying."""
    following = sentence.stream[last : last + 1]
    return any(cue.kind == "say" and 0 <= cue.first - last <= 2 for cue in sentence.cues) or any(
        token.text in sentence.language.roles for token in following
    )


def subjects_named(
    sentence: Sentence, focus: Sequence[Subject] = (), *, leading: bool = False
) -> list[Subject]:
    """Return the subjects that a sentence names; with `leading` only those that it is about, not behind a preposition."""
    found: list[Subject] = []
    for at, token in enumerate(sentence.stream):
        if token.kind == "work":
            if (
                leading
                and at
                and sentence.stream[at - 1].text
                in (sentence.language.prepositions | sentence.language.beside_words | {"(", "'s"})
                and focus
            ):
                continue
            found.append(Subject(token.value.work, instalment_near(sentence, at), named=True))
    if not found:
        instalments = [
            token.value
            for at, token in enumerate(sentence.stream)
            if token.kind == "inst" and not is_of_another(sentence, at)
        ]
        if instalments and focus:
            found.append(Subject(focus[0].work, instalments[0].name, named=True))
    return list(dict.fromkeys(found))


def speaks_of_new(sentence: Sentence, at: int) -> bool:
    """Tell whether "the new season" or the like stands by the work at token `at`."""
    words = " ".join(token.text for token in sentence.stream[max(0, at - 6) : at + 7])
    return any(phrase in words for phrase in sentence.language.new_instalment)


_LINKS = frozenset(("'", "s", "'s", ",", "-", ":", "(", "–", "—"))


def instalment_near(sentence: Sentence, at: int) -> str | None:
    """Return the instalment named with the work at token `at`: "X season 2", "the second season of X"."""
    stream = sentence.stream
    for step in range(at + 1, min(at + 5, len(stream))):
        token = stream[step]
        if token.kind == "inst":
            return instalment_at(sentence, step)
        if token.kind or token.text not in _LINKS | sentence.language.and_words:
            break
    for step in range(at - 1, max(at - 5, -1), -1):
        token = stream[step]
        if token.kind == "inst":
            return instalment_at(sentence, step)
        if token.kind or not (
            token.text
            in sentence.language.of_words | sentence.language.articles | sentence.language.prepositions
            or any(token.text in words for words in sentence.language.anaphors.values())
        ):
            break
    return None


_PARTS = frozenset(("part", "volume", "episode"))


def instalment_at(sentence: Sentence, at: int) -> str:
    """Return the instalment named at token `at`, with the season that it is a part of: "episode 5 of X season 2"."""
    stream, language = sentence.stream, sentence.language
    value: Instalment = stream[at].value
    whole = value.unit == "season" and value.name.count(" ") == 1
    if not whole and value.unit not in _PARTS:
        return value.name
    small = language.of_words | language.articles | _LINKS
    step = -1 if whole else 1
    for other in range(at + step, at + 6 * step, step):
        if not 0 <= other < len(stream):
            break
        token = stream[other]
        if token.kind == "inst":
            pair = (token.value, value) if not whole else (value, token.value)
            joined = stream[min(at, other) + 1].text in language.of_words
            if (
                joined
                and pair[0].unit == "season"
                and pair[1].unit in _PARTS
                and pair[0].name.count(" ") == 1
            ):
                return f"{pair[0].name} {pair[1].name}"
            break
        if token.kind != "work" and token.text not in small:
            break
    return value.name


def is_of_another(sentence: Sentence, at: int) -> bool:
    """Tell whether the instalment at token `at` is of a name that is not watched: "Dead Reckoning Part Two"."""
    return bool(owner_of(sentence, at))


_LONGEST_OWNER = 6


def _is_of_name(sentence: Sentence, at: int) -> bool:
    token = sentence.stream[at]
    return (
        not token.kind
        and sentence.block.text[token.start].isupper()
        and token.text not in sentence.language.stops
        and token.text not in sentence.language.roles
    )


def owner_of(sentence: Sentence, at: int) -> str:
    """Return the unwatched name that the instalment at token `at` stands behind, folded, "" when there is none."""
    token = sentence.stream[at]
    if token.kind != "inst" or token.value.unit == "dlc" or sentence.titled or not at:
        return ""
    first = at
    while first and at - first < _LONGEST_OWNER and _is_of_name(sentence, first - 1):
        first -= 1
    return fold(sentence.original(first, at)) if first else ""


def nearest_left(sentence: Sentence, anchor: int, works: Sequence[Work]) -> int | None:
    """Return the nearest work, instalment or word for one of `works` before `anchor`."""
    stream, language = sentence.stream, sentence.language
    for at in range(min(anchor, len(stream)) - 1, -1, -1):
        token = stream[at]
        if token.kind in ("work", "inst"):
            return at
        if token.kind:
            continue
        if token.text in language.pronouns:
            return at
        kinds = {kind for kind, words in language.anaphors.items() if token.text in words}
        if kinds and any(
            language.bare_anaphors
            or stream[back].text in language.determiners
            or stream[back].text.endswith("'s")
            or stream[back].text == "next"
            for back in range(max(0, at - 5), max(at, 1))
        ):
            named = _in_apposition(sentence, at)
            if named is not None:
                return named
            if any(work.kind.value in kinds or work.kind is WorkKind.OTHER for work in works) or not works:
                return at
    return None


def _in_apposition(sentence: Sentence, at: int) -> int | None:
    """Return the work that the noun at token `at` is said of: "X, the second book in the series, …"."""
    stream = sentence.stream
    for back in range(at - 1, max(at - 9, 0), -1):
        if stream[back].text == "," and stream[back - 1].kind in ("work", "inst"):
            return back - 1
        if stream[back].text in (",", ";", ".") or stream[back].kind:
            return None
    return None


def object_after(sentence: Sentence, last: int) -> int | None:
    """Return the work or instalment that follows a cue as its object, not one whose sequel is meant."""
    stream = sentence.stream
    for at in range(last, min(last + 9, len(stream))):
        if stream[at].kind in ("work", "inst"):
            following = [token.text for token in stream[at + 1 : at + 6]]
            if following[:1] in (["'"], ["'s"]) and set(following) & sentence.language.successors:
                return None
            return at
        if stream[at].kind == "date" or stream[at].text in sentence.language.boundaries | {".", ";"}:
            return None
    return None


def listed_with(sentence: Sentence, at: int) -> list[int]:
    """Return the works that are listed with the one at `at`: "X, Y and Z arrive in July"."""
    stream, joiners = sentence.stream, sentence.language.joiners
    found = [at]
    for direction in (-1, 1):
        step = at + direction
        while 0 <= step < len(stream):
            if stream[step].kind == "work":
                found.append(step)
            elif stream[step].kind or stream[step].text not in joiners:
                break
            step += direction
    return sorted(found)


def foreign_subject(sentence: Sentence, anchor: int) -> tuple[int, int] | None:
    """Return the name of something unwatched that stands as the subject right before `anchor`."""
    if sentence.block.kind in ("headline", "heading") and sentence.language.titlecase:
        return None
    stream = sentence.stream
    runs = names(sentence)
    small = sentence.language.prepositions | sentence.language.beside_words | sentence.language.of_words
    end = subject_end(sentence, anchor)
    if end < anchor and stream[end].text in sentence.language.relatives | {","}:
        # "Fans of X will love NAME, which launches in May".
        anchor = end
        runs = [
            run for run in runs if run[0] and stream[run[0] - 1].text not in small | sentence.language.joiners
        ]
    for first, last in runs:
        gap = stream[last:anchor] if last <= anchor else None
        if (
            gap is None
            or len(gap) > 2
            or any(token.kind or token.text not in sentence.language.auxiliaries for token in gap)
        ):
            continue
        before = stream[first - 1].text if first else ""
        if before in sentence.language.prepositions and any(last_one == first - 1 for _, last_one in runs):
            return next(run for run in runs if run[1] == first - 1)
        if before in sentence.language.prepositions or before in sentence.language.beside_words | {"'s", "s"}:
            continue
        if all(token.kind == "scope" for token in stream[first:last]):
            continue
        return first, last
    return None


def takes_other(sentence: Sentence, last: int) -> bool:
    """Tell whether the verb that ends at `last` has something unwatched as its object: "will release NAME in May"."""
    stream, language = sentence.stream, sentence.language
    if sentence.titled or sentence.block.kind in ("headline", "heading"):
        return False
    if stream[last - 1].text in language.prepositions | language.of_words:
        return False
    at = last
    while at < len(stream) and stream[at].text in language.articles | language.generic:
        at += 1
    return any(
        first == at and not any(token.kind for token in stream[first:end]) for first, end in names(sentence)
    )


def for_event(subject: Subject, happening: Happening) -> Subject:
    """Fit a subject to a happening: the past of a series is the series' unless an instalment is named; its future is that of the instalment at issue."""
    if (
        happening.event is Event.RELEASE
        and (happening.tense == "past" or happening.kind == "out")
        and not subject.named
    ):
        return replace(subject, instalment=None, named=False)
    if happening.event is Event.RELEASE and happening.tense == "past":
        return replace(subject, instalment=None)
    return subject


def opens_with_pronoun(sentence: Sentence) -> bool:
    """Tell whether the sentence goes on about what the one before was about."""
    return any(token.text in sentence.language.pronouns for token in sentence.stream[:3])


def is_label(sentence: Sentence) -> bool:
    """Tell whether a heading only names what follows ("X season 2 release date and trailer") and states nothing."""
    return not any(token.kind == "date" for token in sentence.stream) and not any(
        cue.kind in ("out", "delay", "cancel", "unannounced", "due", "advance")
        or (cue.kind == "release" and cue.get("tense") != "noun")
        for cue in sentence.cues
    )
