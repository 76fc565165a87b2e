"""Choose the consistent set of claims of a document from its scored candidates.

Each (work, event and status, period) that some candidate makes likely is a hypothesis; the "claim" head decides by the joint score of its
mentions and the other hypotheses of the document. Cases settled by the contract are constraints.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from monitor.extract.adjustment import Adjustment, coarse_features
from monitor.extract.candidates import Candidate, Mention, Place, Survey, candidates, refers
from monitor.extract.dates.alternatives import DateReading
from monitor.extract.features import (
    Seen,
    dated_features,
    grain_of,
    medium_of,
    reading_features,
    relation_to,
    undated_features,
)
from monitor.extract.parts import part_options
from monitor.extract.scoring import Head, Weights, bucket, chances, sigmoid
from monitor.extract.screening import features_of_candidate, features_of_part
from monitor.extract.sentence import Sentence
from monitor.extract.templates import Features
from monitor.extract.trailers import is_imitation, is_talk
from monitor.model import When

__all__ = [
    "CODES", "DATED", "LEAST", "MOST_WEIGHED", "UNDATED", "Featured", "Hypothesis", "Mention", "claim_features", "featured", "hypotheses",
    "is_inherited", "is_passing",
]  # fmt: skip

CODES = {
    "rs": ("release", "scheduled"),
    "rr": ("release", "released"),
    "rp": ("release", "postponed"),
    "rd": ("release", "denied"),
    "rc": ("release", "cancelled"),
    "ru": ("release", "unannounced"),
    "ts": ("trailer", "scheduled"),
    "tr": ("trailer", "released"),
    "tu": ("trailer", "unannounced"),
    "tp": ("trailer", "postponed"),
    "td": ("trailer", "denied"),
    "tc": ("trailer", "cancelled"),
}
"""The classes of a candidate: event and status."""
DATED = ("none", "rs", "rr", "rp", "rd", "rc", "ts", "tr", "tp", "td")
UNDATED = ("rs", "rr", "ru", "rp", "rc", "rd", "ts", "tr", "tu")

_LEAST_DATED, _LEAST_UNDATED = 0.1, 0.08


@dataclass(slots=True, eq=False)
class Hypothesis:
    """A possible claim of the document: `chance` is the probability of its likeliest mention."""

    title: str
    code: str
    part: str | None
    when: When | None
    mentions: list[Mention] = field(default_factory=list)
    chance: float = 0.0
    score: float = 0.0
    adjusted: int = 0
    """The amount that the installation's verdicts add to its score."""

    @property
    def best(self) -> Mention:
        """Return the likeliest mention."""
        return max(self.mentions, key=lambda one: (one.chance, -one.candidate.place.index))


class Featured:
    """A candidate with every reading of its date; its features are computed when they are first asked for."""

    __slots__ = ("_features", "_seen", "candidate", "readings")

    def __init__(self, seen: Seen, candidate: Candidate, readings: tuple[DateReading, ...] = ()) -> None:
        """Store a candidate of a document; `readings` are those of its date."""
        self.candidate, self.readings = candidate, readings
        self._seen = seen
        self._features: Features | None = None

    @property
    def features(self) -> Features:
        """Return the features of the candidate."""
        if self._features is None:
            self._features = self._computed()
        return self._features

    def _computed(self) -> Features:
        seen, candidate = self._seen, self.candidate
        if candidate.date is None:
            return undated_features(seen, candidate)
        mention = candidate.place.sentence.stream[candidate.date].value
        back = mention.resolve(seen.written(candidate.place), past=True)
        today = seen.text.document.published.date()
        return dated_features(seen, candidate, self.readings[0].when, back, today)


def featured(text: Survey, seen: Seen) -> list[Featured]:
    """Return the candidates of a document; a date without a valid reading is left out."""
    found = []
    for candidate in candidates(text):
        if candidate.date is None:
            found.append(Featured(seen, candidate))
            continue
        readings = seen.readings(candidate.place, candidate.date)
        if readings:
            found.append(Featured(seen, candidate, readings))
    return found


def hypotheses(seen: Seen, rows: Sequence[Featured], weights: Weights) -> list[Hypothesis]:
    """Return the hypotheses of the document, likely or not, with the mentions that support each."""
    if _is_imitation(seen.text) or _is_poll(seen.text):
        return []
    found: dict[tuple[str, str, str, str], Hypothesis] = {}
    dated, undated = weights["dated"], weights["undated"]
    names_trailer = any(
        cue.kind == "trailer" or cue.get("event") == "trailer"
        for place in seen.text.places
        for cue in place.sentence.cues
    )
    by_date: dict[tuple[int, int], list[tuple[float, Mention]]] = {}

    def add(title: str, code: str, when: When | None, mention: Mention) -> None:
        if code[0] == "t" and (not names_trailer or _is_no_trailer(seen, mention.candidate.place)):
            return
        if code[1] in "pc" and when is None and seen.is_post and mention.candidate.place.sentence.question:
            return  # whether it will be delayed is what a post asks, and no claim
        part, mention.part = likeliest_part(seen, mention.candidate, code, weights)
        key = title, code, part or "", "" if when is None else str(when.interval)
        hypothesis = found.get(key)
        if hypothesis is None:
            hypothesis = found[key] = Hypothesis(title, code, part, when)
        hypothesis.mentions.append(mention)
        hypothesis.chance = max(hypothesis.chance, mention.chance)

    screens = {True: weights.screen("dated"), False: weights.screen("undated")}
    for row in rows:
        candidate = row.candidate
        screen = screens[candidate.date is not None]
        if screen is not None and not screen.passes(features_of_candidate(seen, candidate, row.readings)):
            continue
        title = candidate.reach.work.title
        if candidate.date is None:
            for code, total in zip(undated.classes, undated.sums(row.features), strict=True):
                chance = sigmoid(total)
                if chance >= _LEAST_UNDATED:
                    add(title, code, None, Mention(candidate, chance, 1 - chance, None, row.features))
            continue
        chance_of = dict(zip(dated.classes, chances(dated.sums(row.features)), strict=True))
        none = chance_of.pop("none")
        for code in sorted(chance_of, key=lambda code: (-chance_of[code], code))[:2]:
            if chance_of[code] < _LEAST_DATED:
                continue
            reading = _likeliest_reading(seen, row, code, weights)
            made = Mention(candidate, chance_of[code], none, reading, row.features)
            by_date.setdefault((candidate.place.index, candidate.date), []).append((1 - none, made))
            add(title, code, reading.when, made)
    for rivals in by_date.values():
        for claimed, one in rivals:
            above = {other.candidate.reach.work.title for more, other in rivals if more > claimed}
            one.rank = len(above - {one.candidate.reach.work.title})
    return _likeliest(list(found.values()))


def _is_imitation(text: Survey) -> bool:
    """Return whether a document is, or is about, a fan-made video: a concept or a parody has no claims."""
    document = text.document
    if document.official:
        return False
    if document.title.strip():
        return text.is_video and is_imitation(document.title)
    told = any(cue.kind == "trailer" for place in text.places for cue in place.sentence.cues)
    return told and any(is_imitation(place.sentence.text) for place in text.places)


def _is_poll(text: Survey) -> bool:
    """Return whether a document is a poll: its first line says so, and what follows are answers."""
    if not text.places or len(text.places) > _LONGEST_POLL:
        return False
    first = text.places[0].sentence
    return _says(first, first.language.polls) and any(place.sentence.question for place in text.places[:2])


def _says(sentence: Sentence, words: Iterable[str]) -> bool:
    """Return whether a sentence contains one of some words or phrases."""
    spaced = sentence.spaced
    return any(f" {word} " in spaced for word in words)


_LONGEST_POLL = 10


def _is_no_trailer(seen: Seen, place: Place) -> bool:
    """Return whether a sentence is only about a reaction to a trailer, a breakdown of it, or a fan-made one."""
    known: bool | None = seen.kept.get(("no trailer", place.index))
    if known is None:
        document = seen.text.document
        sentence, block = place.sentence.text, place.sentence.block.text
        whole = block if len(block) <= _LONGEST_TITLE else sentence
        known = not document.official and (
            is_imitation(whole)
            or (len(whole) <= _LONGEST_TITLE and is_talk(whole))
            or (seen.text.is_video and is_talk(document.title))
        )
        seen.kept["no trailer", place.index] = known
    return known


_LONGEST_TITLE = 120
"""The most characters of a headline or of a sentence in a post; a longer sentence may be about a trailer and reactions to it."""


def _likeliest(found: list[Hypothesis]) -> list[Hypothesis]:
    """Return the `MOST_WEIGHED` hypotheses with the highest scores: each is compared with all others, which must not be quadratic for a hostile text."""
    if len(found) <= MOST_WEIGHED:
        return found
    order = sorted(range(len(found)), key=lambda index: (-found[index].chance, index))
    return [found[index] for index in sorted(order[:MOST_WEIGHED])]


MOST_WEIGHED = 150
"""The most hypotheses of a document that are weighed."""


def likeliest_part(seen: Seen, candidate: Candidate, code: str, weights: Weights) -> tuple[str | None, float]:
    """Return the likeliest instalment of a candidate of class `code`, and its probability if the candidate is a claim."""
    screen = weights.screen("part")
    if screen is not None and not _may_mean_part(seen, candidate, screen):
        return None, 1.0
    made = part_options(seen, candidate, code)
    if len(made) == 1:
        return None, 1.0
    head = weights["part"]
    shares = chances([option.score(head) for option in made])
    most = max(shares)
    return made[shares.index(most)].name, most


def _may_mean_part(seen: Seen, candidate: Candidate, screen: Head) -> bool:
    """Return whether a sentence may be about an instalment of the candidate's work."""
    key = "may mean part", (candidate.place.index, candidate.reach.work.title)
    known: bool | None = seen.kept.get(key)
    if known is None:
        known = seen.kept[key] = screen.passes(features_of_part(seen, candidate))
    return known


def _likeliest_reading(seen: Seen, row: Featured, code: str, weights: Weights) -> DateReading:
    if len(row.readings) == 1:
        return row.readings[0]
    if code == "rd" and (corrected := _nearest_to_correction(seen, row)) is not None:
        return corrected
    head = weights["reading"]
    scored = [
        (head.sums(reading_features(seen, row.candidate, code, reading, index, len(row.readings)))[0], -index)
        for index, reading in enumerate(row.readings)
        if not month_before_dot(row, reading)
    ]
    return row.readings[-max(scored)[1]]


def _nearest_to_correction(seen: Seen, row: Featured) -> DateReading | None:
    """Return the reading nearest to the other day of a correcting sentence; None when there is none."""
    place = row.candidate.place
    if not any(cue.kind == "correction" for cue in place.sentence.cues):
        return None
    others = [
        reading.when.earliest
        for at in place.dates
        if at != row.candidate.date
        for reading in seen.readings(place, at)[:1]
        if reading.when.earliest is not None
    ]
    days = [
        (abs((reading.when.earliest - others[0]).days), index)
        for index, reading in enumerate(row.readings)
        if others and reading.when.earliest is not None
    ]
    return row.readings[min(days)[1]] if days else None


def month_before_dot(row: Featured, reading: DateReading) -> bool:
    """Return whether a reading takes the first number of "12.05.2027" for the month: with dots the day always comes first."""
    at = row.candidate.date
    if reading.form != "month-first" or at is None:
        return False
    text = row.candidate.place.sentence.stream[at].value.text
    return "." in text and any(other.form == "day-first" for other in row.readings)


def claim_features(
    text: Survey, seen: Seen, hypothesis: Hypothesis, others: Sequence[Hypothesis]
) -> list[str]:
    """Return the features of a hypothesis relative to all `others` of its document."""
    code, best = hypothesis.code, hypothesis.best
    today = text.document.published.date()
    ordered = sorted((one.chance for one in hypothesis.mentions), reverse=True)
    step = bucket(hypothesis.chance)
    dated = hypothesis.when is not None
    reach = best.candidate.reach.how[0]
    unit = (hypothesis.part or "whole").split()[0].rstrip(":")
    sure = bucket(best.part)
    found = [
        f"{code}|{dated}",
        f"p={step}|{dated}",
        f"{code}|{dated}|p={step}",
        f"second={bucket(ordered[1]) if len(ordered) > 1 else '-'}|p={step}",
        f"mentions={min(len(ordered), 4)}|{dated}",
        f"none={bucket(best.none)}|{dated}",
        f"rank={min(best.rank, 2)}|p={step}",
        f"rank={min(best.rank, 2)}|{reach}",
        f"reach={reach}|{dated}",
        f"reach={reach}|{code}",
        f"block={best.candidate.place.sentence.block.kind}|{dated}",
        f"head={hypothesis.title in text.in_headline}|{code}",
        f"main={hypothesis.title == text.main}|{dated}|p={step}",
        f"works={min(len(text.works), 4)}|{dated}",
        f"long={min(len(text.places) // 8, 5)}|{dated}",
        *(f"kind={medium}|{code}" for medium in medium_of(best.candidate.reach.work)),
        f"part={unit}|{code}",
        f"part={unit}|p={step}",
        f"part={unit}|sure={sure}",
        f"sure={sure}|p={step}",
        f"sure={sure}|{code}",
        *(f"{one}|{code}" for one in seen.of_document if one.startswith("src")),
    ]
    if dated and best.reading is not None:
        found += [
            f"reading={best.reading.form}|{code}",
            f"{code}|{relation_to(hypothesis.when, today)}|{grain_of(hypothesis.when)}",
            f"{grain_of(hypothesis.when)}|p={step}",
        ]
    found += _of_others(hypothesis, others, best)
    return found


def _of_others(hypothesis: Hypothesis, others: Sequence[Hypothesis], best: Mention) -> Iterable[str]:
    code, event = hypothesis.code, hypothesis.code[0]
    strongest: dict[str, tuple[float, Hypothesis]] = {}
    for other in others:
        if other is hypothesis:
            continue
        if other.title != hypothesis.title:
            if other.best.candidate.date is not None and (
                other.best.candidate.place is best.candidate.place
                and other.best.candidate.date == best.candidate.date
            ):
                how = "same date of another work"
            elif other.code == code:
                how = "another work"
            else:
                continue
        else:
            kin = (
                ""
                if other.part == hypothesis.part
                else "whole/"
                if not other.part
                else "part/"
                if not hypothesis.part
                else "other/"
            )
            how = f"{kin}{other.code}:{_fit(hypothesis.when, other.when)}"
            if other.code[0] != event:
                how = f"{kin}{other.code}:{'dated' if other.when else 'undated'}"
        if how not in strongest or other.chance > strongest[how][0]:
            strongest[how] = (other.chance, other)
    for how, (chance, other) in strongest.items():
        relative = "above" if chance > hypothesis.chance else "below"
        yield f"{code}~{how}|{bucket(chance)}"
        yield f"{code}~{how}|{relative}"
        if other.best.candidate.place is best.candidate.place:
            yield f"{code}~{how}|same sentence|{relative}"
        if hypothesis.when is not None and other.title == hypothesis.title and other.when is not None:
            side = "earlier" if other.best.candidate.key < best.candidate.key else "later"
            yield f"{code}~{how}|{side}|{relative}"


def _fit(mine: When | None, theirs: When | None) -> str:
    """Return the relation of another period of the same event to this one."""
    if mine is None or theirs is None:
        return "undated" if theirs is None else "dated"
    if mine.interval == theirs.interval:
        return "same"
    if mine.contains(theirs):
        return "within"
    if theirs.contains(mine):
        return "around"
    if mine.overlaps(theirs):
        return "across"
    first, second = mine.latest or mine.earliest, theirs.earliest or theirs.latest
    return "after" if first is not None and second is not None and second > first else "before"


FIRST = 0.52
"""The least probability that a document has any claim (`chance_of_any`): below it, the document has no claims.

A false claim in a document without any is worse than a missed one beside others.
"""
LEAST = 0.35
"""The least probability of a further claim: half of the strict F1, where that is highest (Lipton, Elkan and Naryanaswamy 2014)."""


LONG, LEAST_OF_LONG = 40, 0.27
"""The number of sentences of a long document, and its least probability of a further claim: its F1 is lower, and so is half of it."""


def least(text: Survey) -> float:
    """Return the least probability of a further claim of a document."""
    return LEAST if len(text.places) < LONG else LEAST_OF_LONG


def chance_of_any(found: Iterable[Hypothesis]) -> float:
    """Return the probability that a document has any claim, from the likeliest hypothesis of each work, taken as independent."""
    best: dict[str, float] = {}
    for one in found:
        best[one.title] = max(best.get(one.title, 0.0), one.score)
    return 1 - math.prod(1 - score for score in best.values())


def select(
    text: Survey,
    seen: Seen,
    found: Sequence[Hypothesis],
    weights: Weights,
    adjustment: Adjustment | None = None,
) -> list[Hypothesis]:
    """Return the hypotheses that are claims, in reading order, each with its `score`, the calibrated probability that it is right.

    An `adjustment` adds to the log odds of each the amount that this installation's verdicts give claims like it.
    """
    head = weights["claim"]
    for hypothesis in found:
        total = head.sums(claim_features(text, seen, hypothesis, found))[0]
        if adjustment is not None:
            hypothesis.adjusted = adjustment.of(coarse_features_of(text, hypothesis))
        hypothesis.score = sigmoid(total + hypothesis.adjusted)
    if chance_of_any(found) < FIRST:
        return []
    threshold = least(text)
    likely = sorted(
        (one for one in found if one.score >= threshold),
        key=lambda one: (-one.score, one.best.candidate.key[:2], one.code),
    )
    kept: list[Hypothesis] = []
    for one in likely:
        rivals = [
            other
            for other in kept
            if (other.title, other.part, other.code[0]) == (one.title, one.part, one.code[0])
        ]
        if any(constraint(one, other, text) for other in rivals for constraint in CONSTRAINTS):
            continue
        kept = [
            other
            for other in kept
            if other not in rivals or not any(constraint(other, one, text) for constraint in _ALSO_OF_EARLIER)
        ]
        kept.append(one)
    kept = _settled(kept, text)
    kept += [new for old in kept if (new := _new_date(old, kept, found, seen)) is not None]
    kept.sort(
        key=lambda one: (one.best.candidate.place.index, one.best.candidate.date or 0, one.title, one.code)
    )
    return kept


def _settled(kept: list[Hypothesis], text: Survey) -> list[Hypothesis]:
    """Return the claims after the document's own statements about them are applied.

    A quoted post that is called false is denied; a date that a correction replaces is denied.
    """
    rebutted = _is_rebutted(text)
    found: list[Hypothesis] = []
    for one in kept:
        if rebutted and all(
            mention.candidate.place.sentence.block.kind == "post" for mention in one.mentions
        ):
            if one.code not in ("rs", "rd"):
                continue
            one.code = "rd"
        elif one.code == "rs" and one.when is not None and _is_corrected(one, kept):
            one.code = "rd"
        found.append(one)
    return found


def _is_rebutted(text: Survey) -> bool:
    """Return whether the words above a quoted post begin with calling it false."""
    if not any(place.sentence.block.kind == "post" for place in text.places):
        return False
    first = next(
        (place for place in text.places if place.sentence.block.kind not in ("post", "headline")), None
    )
    if (
        first is None
        or first.dates
        or any(place.sentence.block.kind == "post" for place in text.places[: first.index])
    ):
        return False
    sentence = first.sentence
    return len(sentence.text) <= _LONGEST_REBUTTAL and _says(sentence, sentence.language.rebuttals)


_LONGEST_REBUTTAL = 40


def _is_corrected(one: Hypothesis, kept: Sequence[Hypothesis]) -> bool:
    """Return whether a correcting sentence gives another day for the same release, and does not name this one."""
    if any(_corrects(mention) for mention in one.mentions):
        return False
    return any(
        other is not one
        and (other.title, other.code) == (one.title, "rs")
        and (other.part == one.part or not other.part or not one.part)
        and other.when is not None
        and one.when is not None
        and other.when.is_day == one.when.is_day
        and any(_corrects(mention) for mention in other.mentions)
        for other in kept
    )


def _corrects(mention: Mention) -> bool:
    return any(cue.kind == "correction" for cue in mention.candidate.place.sentence.cues)


def is_passing(text: Survey, hypothesis: Hypothesis) -> bool:
    """Return whether the document's headline does not name the work."""
    return bool(text.document.title.strip()) and hypothesis.title not in text.in_headline


def is_inherited(hypothesis: Hypothesis) -> bool:
    """Return whether the sentence of the likeliest mention neither names the work nor refers to it."""
    candidate = hypothesis.best.candidate
    return not refers(candidate.place, candidate.reach.work)


def coarse_features_of(text: Survey, hypothesis: Hypothesis) -> tuple[str, ...]:
    """Return the coarse features of a hypothesis for an adjustment."""
    event, status = CODES[hypothesis.code]
    return coarse_features(
        event,
        status,
        dated=hypothesis.when is not None,
        source=text.document.source,
        passing=is_passing(text, hypothesis),
        inherited=is_inherited(hypothesis),
    )


def _new_date(
    old: Hypothesis, kept: Sequence[Hypothesis], found: Sequence[Hypothesis], seen: Seen
) -> Hypothesis | None:
    """Return the new day of a release that is postponed "from A to B", unless another claim has it: both are one statement."""
    mention = old.best
    if (
        old.code != "rp"
        or mention.reading is None
        or mention.reading.form != "start"
        or mention.candidate.date is None
    ):
        return None
    readings = seen.readings(mention.candidate.place, mention.candidate.date)
    end = next((one for one in readings if one.form == "end"), None)
    if end is None:
        return None
    for one in kept:
        if (
            (one.title, one.part, one.code) == (old.title, old.part, "rs")
            and one.when is not None
            and end.when.contains(one.when)
        ):
            return None
    for one in found:
        if (one.title, one.part, one.code) == (old.title, old.part, "rs") and one.when == end.when:
            one.score = max(one.score, old.score)
            return one
    made = Mention(mention.candidate, mention.chance, mention.none, end, mention.features)
    return Hypothesis(old.title, "rs", old.part, end.when, [made], mention.chance, old.score)


def narrower_over_coarser(one: Hypothesis, other: Hypothesis, _text: Survey) -> bool:
    """Return whether the period of `one` contains that of `other`, so that only the latter is claimed; an open bound is separate."""
    if (
        one.code != other.code
        or one.when is None
        or other.when is None
        or one.when.is_open
        or other.when.is_open
    ):
        return False
    return one.when.interval != other.when.interval and one.when.contains(other.when)


def date_over_none(one: Hypothesis, other: Hypothesis, _text: Survey) -> bool:
    """Return whether `one`, which says without a date that it will come, has come or has no date yet, is superseded by the date of `other`."""
    if one.when is not None or other.when is None:
        return False
    return one.code == other.code or (one.code[1] == "u" and other.code[1] == "s")


def one_trailer_once(one: Hypothesis, other: Hypothesis, text: Survey) -> bool:
    """Return whether both are the same trailer that came out about the time of its document, with a day and without."""
    if one.code != "tr" or other.code != "tr":
        return False
    today = text.document.published.date()
    return all(
        each.when is None
        or (each.when.earliest is not None and abs((each.when.earliest - today).days) <= _ABOUT)
        for each in (one, other)
    )


def one_date_once(one: Hypothesis, other: Hypothesis, _text: Survey) -> bool:
    """Return whether the same words are read as out, as to come, or as not coming: only the likelier is claimed."""
    codes = {one.code, other.code}
    if one.when is None or other.when is None or codes not in ({"rs", "rr"}, {"ts", "tr"}, {"rs", "rd"}):
        return False
    if "rd" in codes and one.when.interval != other.when.interval:
        return False
    return {mention.candidate.key for mention in one.mentions} <= {
        mention.candidate.key for mention in other.mentions
    }


def day_over_out(one: Hypothesis, other: Hypothesis, _text: Survey) -> bool:
    """Return whether the words that `one` reads as out continue with the day of `other`: "is in theaters July 17"."""
    if (one.code, other.code) != ("rr", "rs") or one.when is not None or other.when is None:
        return False
    return all(
        any(
            date.candidate.place is mention.candidate.place
            and date.candidate.date is not None
            and any(
                cue.kind == "out" and 0 <= date.candidate.date - cue.last <= 1
                for cue in mention.candidate.place.sentence.cues
            )
            for date in other.mentions
        )
        for mention in one.mentions
    )


def premiere_over_out(one: Hypothesis, other: Hypothesis, _text: Survey) -> bool:
    """Return whether `one` takes a trailer to be out where the same words give the day of `other`, on which it comes: "Trailer 3 - Premieres March 12".

    The same words are one sentence, or one headline.
    """
    if (one.code, other.code) != ("tr", "ts") or one.when is not None or other.when is None:
        return False
    places = [mention.candidate.place for mention in other.mentions]
    return all(
        any(
            place is mention.candidate.place
            or (place.sentence.block is mention.candidate.place.sentence.block and _is_headline(place))
            for place in places
        )
        for mention in one.mentions
    )


def _is_headline(place: Place) -> bool:
    return place.sentence.block.kind == "headline"


_ABOUT = 7
CONSTRAINTS = (
    narrower_over_coarser,
    date_over_none,
    one_trailer_once,
    one_date_once,
    day_over_out,
    premiere_over_out,
)
"""The constraints of the contract: whether the first hypothesis is not a claim beside the second."""
_ALSO_OF_EARLIER = (narrower_over_coarser, day_over_out, premiere_over_out)
"""Those that also take back what was likelier."""
