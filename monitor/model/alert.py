"""Alert: a change as a subscriber receives it, one JSON object."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from monitor.model.claim import Observation
from monitor.model.standing import Belief, Change, ChangeKind

__all__ = ["alert", "instant"]

# Standard Webhooks asks for payloads under 20 kB: the evidence is cut, never the change.
_EVIDENCE = 5
_EVIDENCE_BYTES = 16_000
_QUOTE = 600
_HEADLINE = 300


def alert(change: Change) -> dict[str, Any]:
    """Return `change` as the JSON object that a webhook receives and that every other channel renders.

    A change that a person's verdict caused has `by`, `verdict` and `note`, and neither certainty nor evidence, since it rests on no
    document.
    """
    judged = change.verdict is not None
    before = None if change.before is None else _belief(change.before, bare=judged)
    if before is not None and change.since is not None:
        before["since"] = instant(change.since)
    evidence = [] if judged else [_evidence(observation) for observation in change.evidence[:_EVIDENCE]]
    return {
        "type": f"{change.key.event.value}.{change.kind.value}",
        "timestamp": instant(_came_at(change)),
        "data": {
            "id": change.id or None,
            "title": change.key.title,
            "instalment": change.key.instalment,
            "event": change.key.event.value,
            "scope": list(change.key.scope),
            "trailer": change.trailer or None,
            "change": change.kind.value,
            "from": before,
            "to": None if change.after is None else _belief(change.after, bare=judged),
            **_on_whose_word(change),
            "claim": _claim(change),
            "evidence": _bounded(evidence),
        },
    }


def _came_at(change: Change) -> datetime:
    """Return when the belief changed: the time at which the newest evidence was published.

    The time follows from the evidence and not from when it was read, so that the same change makes the same alert when a restored
    ledger finds it again. An overdue date and a person's verdict have the time of the change itself.
    """
    if change.kind is ChangeKind.OVERDUE or change.verdict is not None:
        return change.at
    return min([change.at, max((each.published for each in change.evidence), default=change.at)])


def _claim(change: Change) -> int | None:
    """Return the id of the claim that carries the change: the judged one, else the first with the certainty of the new belief."""
    if change.verdict is not None:
        return change.verdict.observation
    certainty = None if change.after is None else change.after.certainty
    fitting = [each for each in change.evidence if each.claim.certainty is certainty] or list(change.evidence)
    main = next((each for each in fitting if each.claim.sources), fitting[0] if fitting else None)
    return None if main is None else main.claim_id or None


def _on_whose_word(change: Change) -> dict[str, Any]:
    """Return the fields that not every change has: the verdict that caused it, or the time of the confirmation that it contradicts."""
    if change.verdict is not None:
        note = change.verdict.note
        return {
            "by": "monitor",
            "verdict": change.verdict.kind.value,
            "note": note if len(note) <= _QUOTE else note[: _QUOTE - 1] + "…",
        }
    return {} if change.against is None else {"against": instant(change.against)}


def instant(at: datetime) -> str:
    """Return an aware time as RFC 3339 in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _belief(belief: Belief, *, bare: bool) -> dict[str, Any]:
    return {
        "status": belief.status.value,
        "when": None if belief.when is None else str(belief.when),
        "certainty": None if bare else belief.certainty.value,
    }


def _evidence(observation: Observation) -> dict[str, Any]:
    claim = observation.claim
    return {
        "claim": observation.claim_id or None,
        "quote": _cut(claim.quote, _QUOTE),
        "lang": observation.lang or None,
        "headline": _cut(observation.headline, _HEADLINE),
        "url": observation.url,
        "source": observation.source,
        "published": instant(observation.published),
        "certainty": claim.certainty.value,
        "sources": list(claim.sources),
    }


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _bounded(evidence: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the evidence, cut at its end to what fits into a payload."""
    while (
        len(evidence) > 1
        and len(json.dumps(evidence, ensure_ascii=False).encode("utf-8", "replace")) > _EVIDENCE_BYTES
    ):
        evidence = evidence[:-1]
    return evidence
