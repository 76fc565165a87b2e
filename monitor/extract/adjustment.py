"""Adjust the log odds of claims by the verdicts of one installation: a few coarse features, together at most by one unit.

The adjustment is fitted by penalised logistic regression with the log odds of the weights as an offset, and evaluated on held-out
verdicts. Pure, and without a library: a dozen numbers, fitted one at a time by Newton's method.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from zlib import crc32

from monitor.extract.scoring import UNIT, odds

__all__ = [
    "BOUND",
    "LEAST_VERDICTS",
    "Adjustment",
    "JudgedExample",
    "Trial",
    "coarse_features",
    "fit",
    "trial",
]

BOUND = 1.0
"""The most that an adjustment may add to, or subtract from, the log odds of a claim."""
LEAST_VERDICTS = 40
"""The least verdicts that an adjustment is fitted on."""

_FOLDS = 5
_LEAST_OF_A_FEATURE = 4
# The precision of a normal prior around zero: few verdicts have little effect.
_PENALTY = 2.0
_ROUNDS = 60
_CLOSE = 1e-6


@dataclass(frozen=True)
class Adjustment:
    """Integers by coarse feature, in the scorer's units; `version` is recorded with the claims that they adjust."""

    weights: Mapping[str, int]

    @property
    def version(self) -> str:
        """Return eight hex digits, equal for equal numbers."""
        return f"{crc32(self.to_json().encode()):08x}"

    def of(self, features: Iterable[str]) -> int:
        """Return the amount, within the bound, that is added to the score of a claim with `features`."""
        total = sum(self.weights.get(feature, 0) for feature in features)
        return max(-_BOUND_UNITS, min(_BOUND_UNITS, total))

    def to_json(self) -> str:
        """Return the numbers as JSON."""
        return json.dumps(dict(self.weights), sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Adjustment:
        """Return the adjustment that :meth:`to_json` wrote. Raises ValueError when it is not one."""
        weights = json.loads(text)
        if not isinstance(weights, dict) or not all(type(one) is int for one in weights.values()):
            raise ValueError("an adjustment is an object of whole numbers")
        return cls(weights)


_BOUND_UNITS = round(BOUND * UNIT)


@dataclass(frozen=True)
class JudgedExample:
    """A judged claim: its confidence by the weights, its coarse features, and whether it was confirmed.

    `group` names its document: the claims of one document are held out together.
    """

    confidence: float
    features: tuple[str, ...]
    confirmed: bool
    group: str = ""


@dataclass(frozen=True)
class Trial:
    """The result of an adjustment on held-out verdicts: mean log loss before and after, and the standard error of their difference.

    `dismissed_above` and `confirmed_above` count the claims with a probability of at least one half, before and after.
    """

    verdicts: int
    before: float
    after: float
    error: float
    dismissed_above: tuple[int, int]
    confirmed_above: tuple[int, int]

    @property
    def is_better(self) -> bool:
        """Return whether the loss falls by more than one standard error of the difference."""
        return self.before - self.after > self.error


def coarse_features(
    event: str, status: str, *, dated: bool, source: str, passing: bool, inherited: bool
) -> tuple[str, ...]:
    """Return the features of a claim that an adjustment may use: its class, whether it has a date, its position, and how it is worded."""
    found = [f"{event} {status}", f"{event} {'dated' if dated else 'undated'}", f"source {source}"]
    if passing:
        found.append("passing")
    if inherited:
        found.append("inherited")
    return tuple(found)


def fit(judged: Sequence[JudgedExample]) -> Adjustment:
    """Return the adjustment fitted to the verdicts; a rare feature gets no weight."""
    counts = Counter(feature for one in judged for feature in set(one.features))
    names = sorted(feature for feature, count in counts.items() if count >= _LEAST_OF_A_FEATURE)
    has = {name: [row for row, one in enumerate(judged) if name in one.features] for name in names}
    weights = dict.fromkeys(names, 0.0)
    scores = [odds(one.confidence) for one in judged]
    for _ in range(_ROUNDS):
        moved = 0.0
        for name in names:
            chances = [_chance(scores[row]) for row in has[name]]
            slope = sum(
                judged[row].confirmed - chance for row, chance in zip(has[name], chances, strict=True)
            )
            curve = sum(chance * (1 - chance) for chance in chances) + _PENALTY
            step = (slope - _PENALTY * weights[name]) / curve
            step = max(-BOUND, min(BOUND, weights[name] + step)) - weights[name]
            weights[name] += step
            for row in has[name]:
                scores[row] += step
            moved = max(moved, abs(step))
        if moved < _CLOSE:
            break
    return Adjustment({name: rounded for name in names if (rounded := round(weights[name] * UNIT))})


def trial(judged: Sequence[JudgedExample]) -> Trial:
    """Return the result of five-fold cross-validation over documents."""
    groups = {
        group: number % _FOLDS
        for number, group in enumerate(sorted({one.group for one in judged}, key=_mixed))
    }
    before, after = [], []
    for fold in range(_FOLDS):
        held = [one for one in judged if groups[one.group] == fold]
        fitted = fit([one for one in judged if groups[one.group] != fold])
        for one in held:
            own = odds(one.confidence)
            before.append((one.confirmed, own))
            after.append((one.confirmed, own + fitted.of(one.features) / UNIT))
    gains = [_loss(*was) - _loss(*now) for was, now in zip(before, after, strict=True)]
    return Trial(
        verdicts=len(judged),
        before=fmean(_loss(*one) for one in before),
        after=fmean(_loss(*one) for one in after),
        error=stdev(gains) / math.sqrt(len(gains)) if len(gains) > 1 else math.inf,
        dismissed_above=(_above(before, confirmed=False), _above(after, confirmed=False)),
        confirmed_above=(_above(before, confirmed=True), _above(after, confirmed=True)),
    )


def _mixed(group: str) -> tuple[int, str]:
    """Return the key by which documents are shuffled, independent of their names."""
    return crc32(group.encode("utf-8", "surrogatepass")), group


def _above(scored: Sequence[tuple[bool, float]], *, confirmed: bool) -> int:
    return sum(score >= 0 for was, score in scored if was is confirmed)


def _chance(score: float) -> float:
    return 1 / (1 + math.exp(-score))


def _loss(confirmed: bool, score: float) -> float:
    """Return the log loss of a verdict, in nats."""
    return math.log1p(math.exp(-score if confirmed else score))
