"""Write a claim as JSON, as `monitor claims show` does: the log's row with its observations, origins, verdicts and what is believed."""

from __future__ import annotations

from typing import Any

from monitor.ledger import ClaimHistory, Ledger
from monitor.model import Belief, Claim, Event, Observation, Standing, VerdictKind
from monitor.model import instant as rfc3339
from monitor.notify import composed
from monitor.reconcile import Revision, first_said, origins, why_outweighed
from monitor.reconcile import history as revisions_of
from monitor.review.outlets import origin_view
from monitor.review.why import explain, gather

__all__ = ["claim_row", "reasons"]

Row = dict[str, Any]


def claim_row(ledger: Ledger, history: ClaimHistory) -> Row:
    """Return a claim with its observations, origins, verdicts, changes and standing as JSON."""
    claim = history.row.claim
    said = [one for one in history.observations if not one.replaced] or history.observations
    first = first_said(said)
    standing = _standing(ledger, claim)
    turns = _revisions(ledger, claim.title, claim.event)
    return {
        **history.row.to_dict(),
        "first_said": None if first is None else _observation(first),
        "origins": [
            {
                "name": origin_view(origin).name,
                "chain": list(origin.chain),
                "documents": len(origin.observations),
            }
            for origin in origins(said)
        ],
        "observations": [_observation(observation) for observation in history.observations],
        "verdicts": [
            {"kind": verdict.kind.value, "at": rfc3339(verdict.at), "note": verdict.note}
            for verdict in history.verdicts
        ],
        "changes": [{"at": rfc3339(change.at), **composed(change)["data"]} for change in history.changes],
        "standing": None if standing is None else _believed(standing),
        "turns": [
            _revision(revision) for revision in turns if standing is not None and revision.key == standing.key
        ],
        "heard": [] if standing is None else _heard_beside(ledger, history, standing),
        "why": _why(ledger, history),
    }


def _why(ledger: Ledger, history: ClaimHistory) -> Row:
    reasons = explain(gather(ledger, history.row.id, None))
    return {"believed": reasons.is_believed, "reason": reasons.reason, "unalerted": reasons.unalerted or None}


def reasons(ledger: Ledger, title: str) -> dict[int, str]:
    """Return the reason of each change of a work, by its id."""
    reasons: dict[int, str] = {}
    turns = {event: _revisions(ledger, title, event) for event in Event}
    for change in ledger.timeline(title):
        fitting = [
            revision
            for revision in turns[change.key.event]
            if revision.key == change.key and revision.after == change.after and revision.at <= change.at
        ]
        if fitting:
            reasons[change.id] = fitting[-1].reason
    return reasons


def _revisions(ledger: Ledger, title: str, event: Event) -> tuple[Revision, ...]:
    verdicts = {verdict.observation: verdict for verdict in ledger.verdicts(title, event)}
    return revisions_of(ledger.observations(title, event), verdicts)


def _revision(revision: Revision) -> Row:
    return {
        "at": rfc3339(revision.at),
        "from": None if revision.before is None else _belief(revision.before),
        "to": _belief(revision.after),
        "reason": revision.reason,
        "said_by": list(dict.fromkeys(_credit(observation) for observation in revision.evidence)),
    }


def _credit(observation: Observation) -> str:
    return " ← ".join([observation.source, *observation.claim.sources])


def _heard_beside(ledger: Ledger, history: ClaimHistory, standing: Standing) -> list[Row]:
    """Return the competing claims that are not believed: how well each is supported, and why it is not believed."""
    own, key = history.row.claim, standing.key
    groups: dict[tuple[str, str | None], list[Observation]] = {}
    for observation in ledger.observations(own.title, own.event):
        claim = observation.claim
        when = None if claim.when is None else str(claim.when)
        believed = standing.belief.when and str(standing.belief.when)
        same_part = claim.instalment == key.instalment and (
            not claim.scope or tuple(sorted(claim.scope)) == key.scope
        )
        if observation.replaced or observation.deleted:
            continue
        if same_part and (claim.status, when) != (standing.belief.status, believed):
            groups.setdefault((claim.status.value, when), []).append(observation)
    verdicts = {verdict.observation: verdict.kind for verdict in ledger.verdicts(own.title, own.event)}
    rows = []
    for (status, when), said in groups.items():
        surest = max(said, key=lambda o: o.claim.certainty.rank)
        count = len(origins(said))
        dismissed = any(verdicts.get(o.id) is VerdictKind.DISMISSED for o in said)
        rows.append({
            "status": status, "when": when, "certainty": surest.claim.certainty.value, "documents": len(said),
            "origins": count, "first_said": _observation(said[0]), "last_said": rfc3339(said[-1].published),
            "why_not": "a person dismissed it" if dismissed else why_outweighed(surest.claim, said[-1].published, count, standing),
        })  # fmt: skip
    return sorted(rows, key=lambda row: row["last_said"])


def _observation(observation: Observation) -> Row:
    post = observation.claim.post
    return {
        "published": rfc3339(observation.published),
        "source": observation.source,
        "url": observation.url,
        "headline": observation.headline,
        "author": observation.author,
        "certainty": observation.claim.certainty.value,
        "sources": list(observation.claim.sources),
        "quote": observation.claim.quote,
        "confidence": observation.claim.confidence,
        "rules": list(observation.claim.rules),
        "reader": observation.reader,
        "replaced": observation.replaced,
        "deleted": observation.deleted,
        "post": None
        if post is None
        else {"author": post.author, "at": post.at and rfc3339(post.at), "url": post.url},
    }


def _standing(ledger: Ledger, claim: Claim) -> Standing | None:
    standings = ledger.standings(claim.title, claim.event)
    own = {key.scope: standing for key, standing in standings.items() if key.instalment == claim.instalment}
    return own.get(tuple(sorted(claim.scope))) or own.get(())


def _believed(standing: Standing) -> Row:
    return {
        **_belief(standing.belief),
        "since": rfc3339(standing.since),
        "origins": standing.origins,
        "disputed": standing.disputed,
        "overdue": standing.overdue,
        "rivals": [_belief(rival) for rival in standing.rivals],
    }


def _belief(belief: Belief) -> Row:
    return {
        "status": belief.status.value,
        "when": None if belief.when is None else str(belief.when),
        "certainty": belief.certainty.value,
    }
