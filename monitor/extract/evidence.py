"""Word the evidence for a claim, and the reasons against each date without a claim.

The features with the largest weights are named, "+" for and "−" against.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from monitor.extract.decode import FIRST, Featured, Hypothesis, chance_of_any, least
from monitor.extract.scoring import Weights, chances
from monitor.extract.templates import Features

__all__ = ["against", "evidence", "in_words"]

_NAMED = 4
_LEAST_WEIGHT = 20
_KINDS = {
    "release": "a release",
    "out": "being out",
    "delay": "a delay",
    "advance": "being brought forward",
    "due": "an earlier plan",
    "cancel": "a cancellation",
    "unannounced": "no date so far",
    "answer-no": "a denial",
    "not": "a negation",
    "false": "a denial",
    "launched": "a launch in the past",
    "trailer": "a trailer",
    "clip": "a clip",
    "shown": "a showing",
    "coming": "coming",
    "hedge": "a hedge",
    "sure": "certainty",
    "say": "a statement",
    "according": "a credit",
    "by": "a credit",
    "other": "something else that has a date",
    "known": "a date being known",
    "soon": "soon",
}
_WAYS = {
    "named": "the sentence names the work",
    "back": "the sentence before names the work",
    "before": "an earlier paragraph names the work",
    "lead": "the lead of the list names the work",
    "section": "the heading names the work",
    "headline": "the headline names the work",
    "only": "no other work is named",
    "main": "the document is mostly about the work",
    "below": "the work is named below",
    "quoted": "the quoted post names the work",
}
_WORDS = (
    ("mW<D:", "“{}” between the work and the date"),
    ("mD<W:", "“{}” between the date and the work"),
    ("pathW<D:", "“{}” leads from the work to the date"),
    ("pathD<W:", "“{}” leads from the date to the work"),
    ("d-0:", "“{}” right before the date"),
    ("d-01:", "“{}” right before the date"),
    ("d-012:", "“{}” right before the date"),
    ("d<:", "“{}” before the date"),
    ("d-", "“{}” before the date"),
    ("d+0:", "“{}” right behind the date"),
    ("d+01:", "“{}” right behind the date"),
    ("d>:", "“{}” behind the date"),
    ("d+", "“{}” behind the date"),
    ("dt:", "the date is written “{}”"),
    ("w+0:", "“{}” right behind the work"),
    ("w+01:", "“{}” right behind the work"),
    ("w+012:", "“{}” right behind the work"),
    ("w-0:", "“{}” right before the work"),
    ("w-01:", "“{}” right before the work"),
    ("w>:", "“{}” behind the work"),
    ("w<:", "“{}” before the work"),
    ("w+", "“{}” behind the work"),
    ("w-", "“{}” before the work"),
    ("via", "“{}” links the list of works to the date"),
    ("h:", "the headline says “{}”"),
    ("p:", "the heading above says “{}”"),
    ("col:", "the column is headed “{}”"),
    ("s:", "“{}” in the sentence"),
    ("opens=", "the sentence opens with “{}”"),
)
_CUES = (
    ("hc:", "the headline speaks of {}"),
    ("pc:", "the sentence before speaks of {}"),
    ("nc:", "the sentence behind speaks of {}"),
    ("sec:", "the heading speaks of {}"),
    ("sc:", "the sentence speaks of {}"),
    ("dc<", "{} is spoken of before the date"),
    ("dc>", "{} is spoken of behind the date"),
    ("wc<", "{} is spoken of before the work"),
    ("wc>", "{} is spoken of behind the work"),
    ("dnc=<", "nearest before the date: {}"),
    ("dnc=>", "nearest behind the date: {}"),
    ("wnc=<", "nearest before the work: {}"),
    ("wnc=>", "nearest behind the work: {}"),
    ("mcW<D:", "{} between the work and the date"),
    ("mcD<W:", "{} between the date and the work"),
)
_MASKS = {
    "@W": "the work",
    "@V": "another work",
    "@date": "a date",
    "@inst": "a part",
    "@N": "a name",
    "#": "a number",
}


@lru_cache(maxsize=1024)
def in_words(feature: str) -> str:
    """Return a feature in words; one without words of its own is returned unchanged."""
    if feature.startswith("how=") and "|" not in feature:
        return _WAYS.get(feature[4:], feature)
    for prefix, words in _CUES:
        if feature.startswith(prefix):
            kind = feature[len(prefix) :].partition("|")[0].partition(":")[0].partition("/")[0]
            return words.format(_KINDS.get(kind, kind))
    for prefix, words in _WORDS:
        if feature.startswith(prefix) and (":" in feature or "=" in feature):
            said = feature[len(prefix) :] if prefix[-1] in ":=" else feature.partition(":")[2]
            said = " ".join(_MASKS.get(word, word) for word in said.partition("|")[0].split("_"))
            return words.format(said) if said else feature
    return (
        _PLAIN.get(feature.partition("=")[0], "{}").format(feature)
        if "=" in feature
        else _ALONE.get(feature, feature)
    )


_PLAIN = {
    "time": "when the date lies ({})",
    "grain": "how exact the date is ({})",
    "dist": "how far the work stands from the date ({})",
    "named": "how many works the sentence names ({})",
    "block": "where it stands ({})",
    "bound": "a bound at the date ({})",
}
_ALONE = {
    "?": "the sentence is a question",
    "quoted": "the date stands in a quotation",
    "vague": "the date is vague",
    "doubtful": "the words may be no date",
    "range": "two dates are named",
    "src:video": "the source is a video channel",
    "src:official": "the source is the maker's own",
    "W<D": "the work stands before the date",
    "D<W": "the date stands before the work",
}


def evidence(hypothesis: Hypothesis, weights: Weights) -> tuple[str, ...]:
    """Return the strongest reasons for and against a hypothesis, each with its sign."""
    mention = hypothesis.best
    return tuple(
        _strongest(
            _contributions(mention.features, hypothesis.code, weights, dated=mention.reading is not None)
        )
    )


def against(row: Featured | None, weights: Weights, found: Sequence[Hypothesis]) -> str:
    """Return why a date has no claim: the reasons against it, or the claim of the same date that was chosen instead."""
    if row is None:
        return "no watched work is in reach"
    if row.candidate.date is None or not row.readings:
        return "it names no period"
    head = weights["dated"]
    chance = dict(zip(head.classes, chances(head.sums(row.features)), strict=True))
    none = chance.pop("none")
    code = max(chance, key=lambda one: (chance[one], one))
    any_at_all = chance_of_any(found)
    for one in found:
        if (
            any(mention.candidate is row.candidate for mention in one.mentions)
            and one.code == code
            and one.score >= least(row.candidate.text)
        ):
            if any_at_all < FIRST:
                return f"{one.score:.0%} for a claim, and a document that is less than {FIRST:.0%} likely to make any makes none"
            return "another date of the same event is narrower, or is said beside it"
    marks = _strongest(
        [(-weight, name) for weight, name in _contributions(row.features, code, weights, dated=True)],
        only=True,
    )
    spoken = ", ".join(f"− {one[2:]}" for one in marks[:3])
    return f"{none:.0%} against a claim" + (f": {spoken}" if spoken else "")


def _contributions(features: Features, code: str, weights: Weights, *, dated: bool) -> list[tuple[int, str]]:
    head = weights["dated" if dated else "undated"]
    if code not in head.classes:
        return []
    own, none = head.classes.index(code), head.classes.index("none") if dated else None
    found = [
        (-abs(weight), feature, weight)
        for weight, feature in head.rows.differences(features, own, none)
        if abs(weight) >= _LEAST_WEIGHT
    ]
    found.sort()
    return [(weight, feature) for _, feature, weight in found]


def _strongest(contributions: Sequence[tuple[int, str]], *, only: bool = False) -> list[str]:
    """Return the largest contributions in words, each once; with `only` those above zero."""
    found: dict[str, None] = {}
    for weight, feature in contributions:
        if only and weight <= 0:
            continue
        words = in_words(feature)
        if words == feature and len(found) < 1 and len(contributions) > 8:
            continue
        found[f"{'+' if weight > 0 else '−'} {words}"] = None
        if len(found) >= _NAMED:
            break
    return list(found)
