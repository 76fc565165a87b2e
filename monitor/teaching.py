"""Learn from a person's verdicts: measure the reader, export labels for training, and fit an adjustment of the weights."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean
from typing import Any

from monitor.extract import Adjustment, Extractor
from monitor.extract.adjustment import LEAST_VERDICTS, JudgedExample, Trial, coarse_features, fit, trial
from monitor.ledger import JudgedClaim, Ledger
from monitor.model import Claim, Document, Observation, VerdictKind, Work, instant
from monitor.workers.worker import extracted

__all__ = ["Adjusted", "Label", "Lesson", "adjust", "adjustment_of", "in_use", "labels", "lesson"]

log = logging.getLogger(__name__)

SURE = 0.8
"""Above this confidence a dismissed claim counts as a mistake that the weights were sure of."""


@dataclass(frozen=True)
class Lesson:
    """How the current weights, unadjusted, read the judged claims.

    `judged` are the claims that they still read; `unread` counts the others by verdict, `unwatched` those of works that are no longer
    watched. `undone` verdicts count nowhere else.
    """

    reader: str
    judged: tuple[JudgedExample, ...]
    unread: Mapping[VerdictKind, int]
    unwatched: int
    undone: int

    def to_dict(self) -> dict[str, Any]:
        """Return the lesson as JSON."""
        result: dict[str, Any] = {"reader": self.reader}
        for kind in (VerdictKind.CONFIRMED, VerdictKind.DISMISSED):
            own = [one.confidence for one in self.judged if one.confirmed is (kind is VerdictKind.CONFIRMED)]
            result[kind.value] = {
                "claims": len(own) + self.unread[kind],
                "no_longer_read": self.unread[kind],
                "mean_confidence": round(fmean(own), 3) if own else None,
                "above_80": sum(one > SURE for one in own),
            }
        return {**result, "undone": self.undone, "not_watched": self.unwatched}


def lesson(ledger: Ledger, works: Sequence[Work]) -> Lesson:
    """Read the documents of the judged claims with the current weights; nothing is written."""
    extractor = Extractor(works)
    titles = {work.title for work in works}
    found: list[JudgedExample] = []
    unread = {VerdictKind.CONFIRMED: 0, VerdictKind.DISMISSED: 0}
    unwatched = 0
    read: dict[str, dict[tuple[Any, ...], Claim]] = {}
    for one in ledger.judged():
        observation = one.observations[0]
        if observation.claim.title not in titles:
            unwatched += 1
            continue
        if observation.document not in read:
            claims = extracted(extractor, ledger.document(observation.document)).claims
            read[observation.document] = {_said(claim): claim for claim in claims}
        claim = read[observation.document].get(_said(observation.claim))
        if claim is None or claim.confidence is None:
            unread[one.kind] += 1
            continue
        found.append(_judged(claim, observation, one.kind))
    return Lesson(extractor.version, tuple(found), unread, unwatched, ledger.undone())


def _said(claim: Claim) -> tuple[Any, ...]:
    when = None if claim.when is None else str(claim.when)
    return claim.title, claim.instalment, claim.event, claim.status, when


def _judged(claim: Claim, observation: Observation, kind: VerdictKind) -> JudgedExample:
    features = coarse_features(
        claim.event.value,
        claim.status.value,
        dated=claim.when is not None,
        source=observation.source,
        passing=claim.passing,
        inherited=claim.inherited,
    )
    assert claim.confidence is not None  # noqa: S101 - its caller asked
    return JudgedExample(claim.confidence, features, kind is VerdictKind.CONFIRMED, observation.document)


@dataclass(frozen=True)
class Adjusted:
    """An adjustment in use: its weights, the verdicts and the reader it was fitted with, the time, and the result of its trial."""

    adjustment: Adjustment
    reader: str
    made: str
    figures: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON, in the form that the ledger keeps."""
        return {
            "weights": dict(self.adjustment.weights),
            "reader": self.reader,
            "made": self.made,
            "figures": dict(self.figures),
        }


def in_use(ledger: Ledger) -> Adjusted | None:
    """Return the adjustment in use; one that is corrupt counts as none, and is logged."""
    text = ledger.adjustment()
    if text is None:
        return None
    try:
        kept = json.loads(text)
        adjustment = Adjustment.from_json(json.dumps(kept["weights"]))
        return Adjusted(adjustment, str(kept["reader"]), str(kept["made"]), dict(kept["figures"]))
    except (ValueError, KeyError, TypeError):
        log.warning("the adjustment by verdicts is damaged and left out; `monitor learn --reset` removes it")
        return None


def adjustment_of(ledger: Ledger) -> Adjustment | None:
    """Return the adjustment that the ledger's verdicts make to the weights, None when none is in use."""
    kept = in_use(ledger)
    return None if kept is None else kept.adjustment


def figures(tried: Trial) -> dict[str, Any]:
    """Return the result of an adjustment on held-out verdicts as JSON."""
    return {
        "verdicts": tried.verdicts,
        "loss_before": round(tried.before, 4),
        "loss_after": round(tried.after, 4),
        "standard_error": round(tried.error, 4),
        "dismissed_still_likely": list(tried.dismissed_above),
        "confirmed_still_likely": list(tried.confirmed_above),
    }


def adjust(ledger: Ledger, learnt: Lesson, now: datetime) -> tuple[Trial | None, bool]:
    """Fit an adjustment, test it on held-out verdicts, and use it from now on if it is better there.

    Returns the trial, None with too few verdicts, and whether the adjustment is in use.
    """
    if len(learnt.judged) < LEAST_VERDICTS:
        return None, False
    tried = trial(learnt.judged)
    if not tried.is_better:
        return tried, False
    kept = Adjusted(fit(learnt.judged), learnt.reader, instant(now), figures(tried))
    ledger.keep_adjustment(json.dumps(kept.to_dict(), ensure_ascii=False))
    return tried, True


@dataclass(frozen=True)
class Label:
    """A judged document in the form of the corpora: the document and its labels."""

    document: dict[str, Any]
    label: dict[str, Any]


def labels(ledger: Ledger, works: Sequence[Work]) -> Iterator[Label]:
    """Yield every document that makes a judged claim, with its claims as labels, first judged first.

    A confirmed claim is required and a dismissed one left out; an unjudged one is optional, so that it neither counts for nor against.
    """
    known = {work.title: work for work in works}
    kinds: dict[tuple[str, tuple[Any, ...]], JudgedClaim] = {}
    documents: dict[str, None] = {}
    for one in ledger.judged():
        for observation in one.observations:
            kinds[observation.document, _said(observation.claim)] = one
            documents[observation.document] = None
    for name in documents:
        document = ledger.document(name)
        observed = ledger.observations_of(name)
        claims: dict[tuple[Any, ...], dict[str, Any]] = {}
        for observation in observed:
            said = _said(observation.claim)
            verdict = kinds.get((name, said))
            if verdict is not None and verdict.kind is VerdictKind.DISMISSED:
                continue
            if verdict is None and observation.replaced:
                continue
            claims[said] = {**observation.claim.to_dict(), "when_text": None, "optional": verdict is None}
        titles = list(dict.fromkeys(observation.claim.title for observation in observed))
        yield Label(
            _row(document, name, titles, known),
            {"id": name, "watch": titles, "claims": list(claims.values())},
        )


def _row(document: Document, name: str, titles: Sequence[str], known: Mapping[str, Work]) -> dict[str, Any]:
    body = {"html": document.html} if document.html else {"text": document.text}
    watched = [known.get(title) or Work(title) for title in titles]
    return {
        "id": name,
        "url": document.url,
        "source": document.source,
        "published": document.published.isoformat(),
        "lang": document.lang,
        "title": document.title,
        **body,
        "author": document.author,
        "official": document.official,
        "form": document.form.value,
        "timezone": document.timezone,
        "watch": [
            {"title": one.title, "aliases": list(one.aliases), "kind": one.kind.value} for one in watched
        ],
    }
