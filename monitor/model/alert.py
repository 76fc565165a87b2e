"""Alert: a change as a subscriber receives it, one JSON object."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from monitor.model.claim import Observation
from monitor.model.standing import Belief, Change

__all__ = ["alert", "instant"]

# Standard Webhooks asks for payloads under 20 kB: the evidence is cut, never the change.
_EVIDENCE = 5
_EVIDENCE_BYTES = 16_000
_QUOTE = 600


def alert(change: Change) -> dict[str, Any]:
    """Return `change` as the JSON object that a webhook receives and that every other channel renders."""
    before = None if change.before is None else _belief(change.before)
    if before is not None and change.since is not None:
        before["since"] = instant(change.since)
    return {
        "type": f"{change.key.event.value}.{change.kind.value}",
        "timestamp": instant(change.at),
        "data": {
            "title": change.key.title,
            "instalment": change.key.instalment,
            "event": change.key.event.value,
            "scope": list(change.key.scope),
            "trailer": change.trailer or None,
            "change": change.kind.value,
            "from": before,
            "to": _belief(change.after),
            "evidence": _bounded([_evidence(observation) for observation in change.evidence[:_EVIDENCE]]),
        },
    }


def instant(at: datetime) -> str:
    """Return an aware time as RFC 3339 in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _belief(belief: Belief) -> dict[str, Any]:
    return {
        "status": belief.status.value,
        "when": None if belief.when is None else str(belief.when),
        "certainty": belief.certainty.value,
    }


def _evidence(observation: Observation) -> dict[str, Any]:
    claim = observation.claim
    return {
        "quote": claim.quote if len(claim.quote) <= _QUOTE else claim.quote[: _QUOTE - 1] + "…",
        "url": observation.url,
        "source": observation.source,
        "published": instant(observation.published),
        "certainty": claim.certainty.value,
        "sources": list(claim.sources),
    }


def _bounded(evidence: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return as much of the evidence, from its beginning, as a payload has room for."""
    while (
        len(evidence) > 1
        and len(json.dumps(evidence, ensure_ascii=False).encode("utf-8", "replace")) > _EVIDENCE_BYTES
    ):
        evidence = evidence[:-1]
    return evidence
