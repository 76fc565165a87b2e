"""Explain why a claim is or is not believed, and why it was or was not alerted.

:func:`explain` is pure; :func:`gather` reads its arguments. All results are frozen values; rendering is the caller's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.ledger import ClaimHistory, Ledger
from monitor.model import (
    Belief,
    Change,
    Channel,
    Claim,
    Delivery,
    Event,
    Key,
    Observation,
    Standing,
    Status,
    Verdict,
    Work,
    alert,
)
from monitor.model import instant as rfc3339
from monitor.notify.routing import decide
from monitor.notify.wording import ended, sentence
from monitor.reconcile import Revision, WeighingOutcome, weigh

__all__ = [
    "Believed",
    "Facts",
    "Routed",
    "RoutedChange",
    "WeighedObservation",
    "Why",
    "explain",
    "gather",
    "gather_title",
]

REPLAY = "replay"
"""The channel under which a replay keeps its alerts."""
_REPLAYED = "an archive was replayed: the alert was written and sent to nobody"
_ABSENT = "the channel was not there when this changed, or nobody was to be alerted"


@dataclass(frozen=True)
class WeighedObservation:
    """One observation of the claim, and the outcome of weighing it."""

    observation: Observation
    believed: bool
    reason: str


@dataclass(frozen=True)
class Believed:
    """The belief that the claim is, or that is held instead of it: since when, from how many origins, and for what reason."""

    standing: Standing
    is_claim: bool
    reason: str


@dataclass(frozen=True)
class Routed:
    """The routing of a change to one channel. `state` is "delivered", "pending", "dead", "held back" or "not sent"."""

    channel: str
    state: str
    at: datetime | None
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class RoutedChange:
    """A change that the claim is evidence of, and its routing to each channel."""

    change: Change
    routes: tuple[Routed, ...]


@dataclass(frozen=True)
class Why:
    """All reasons about one claim. `unalerted` says why nothing was alerted of it, "" when something was."""

    id: int
    claim: Claim
    is_believed: bool
    reason: str
    said: tuple[WeighedObservation, ...]
    believed: tuple[Believed, ...]
    revisions: tuple[Revision, ...]
    changes: tuple[RoutedChange, ...]
    unalerted: str

    def to_dict(self) -> dict[str, Any]:
        """Return the reasons as `monitor why --format json` writes them."""
        return {
            "id": self.id,
            **self.claim.to_dict(),
            "believed": self.is_believed,
            "reason": self.reason,
            "unalerted": self.unalerted or None,
            "said": [
                {
                    "at": rfc3339(each.observation.published),
                    "source": each.observation.source,
                    "headline": each.observation.headline,
                    "url": each.observation.url,
                    "certainty": each.observation.claim.certainty.value,
                    "rules": list(each.observation.claim.rules),
                    "believed": each.believed,
                    "reason": each.reason,
                }
                for each in self.said
            ],
            "standings": [
                {
                    **_belief(each.standing.belief),
                    "instalment": each.standing.key.instalment,
                    "scope": list(each.standing.key.scope),
                    "since": rfc3339(each.standing.since),
                    "origins": each.standing.origins,
                    "is_claim": each.is_claim,
                    "reason": each.reason,
                }
                for each in self.believed
            ],
            "turns": [
                {
                    "at": rfc3339(revision.at),
                    "from": None if revision.before is None else _belief(revision.before),
                    "to": None if revision.after is None else _belief(revision.after),
                    "reason": revision.reason,
                }
                for revision in self.revisions
            ],
            "changes": [
                {
                    "id": each.change.id,
                    "at": alert(each.change)["timestamp"],
                    "change": each.change.kind.value,
                    "sentence": ended(sentence(alert(each.change), "en")),
                    "channels": [
                        {
                            "channel": route.channel,
                            "state": route.state,
                            "at": route.at and rfc3339(route.at),
                            "reasons": list(route.reasons),
                        }
                        for route in each.routes
                    ],
                }
                for each in self.changes
            ],
        }


@dataclass(frozen=True)
class Facts:
    """The input of :func:`explain`: all observations of the claim's work and event, and their outcome."""

    id: int
    claim: Claim
    observations: Sequence[Observation]
    standings: Mapping[Key, Standing]
    verdicts: Mapping[int, Verdict]
    changes: Sequence[Change]
    all_changes: Sequence[Change]
    deliveries: Mapping[int, Sequence[Delivery]]
    held_back: Mapping[int, Mapping[str, tuple[str, ...]]]
    channels: Sequence[Channel]
    work: Work | None
    outcomes: Mapping[int, WeighingOutcome]
    revisions: Sequence[Revision]


@dataclass(frozen=True)
class _Subject:
    """What all claims of one work and event share: observations, verdicts and beliefs."""

    observations: Sequence[Observation]
    standings: Mapping[Key, Standing]
    verdicts: Mapping[int, Verdict]
    changes: Sequence[Change]
    outcomes: Mapping[int, WeighingOutcome]
    revisions: Sequence[Revision]


def _subject(ledger: Ledger, title: str, event: Event) -> _Subject:
    observations = ledger.observations(title, event)
    verdicts = {verdict.observation: verdict for verdict in ledger.verdicts(title, event)}
    weighing = weigh(observations, verdicts)
    return _Subject(
        observations=observations,
        standings=ledger.standings(title, event),
        verdicts=verdicts,
        changes=[change for change in ledger.timeline(title) if change.key.event is event],
        outcomes=weighing.outcomes,
        revisions=weighing.revisions,
    )


def gather(
    ledger: Ledger, number: int, channels: Sequence[Channel] | None, works: Iterable[Work] = ()
) -> Facts:
    """Return the facts about the claim that `number` identifies, by the id of any of its observations. Raises NotFoundError.

    `channels` is None where there is no configuration.
    """
    found = ledger.claim(number)
    claim = found.row.claim
    return _facts(ledger, found, _subject(ledger, claim.title, claim.event), channels, works)


def gather_title(
    ledger: Ledger, title: str, channels: Sequence[Channel] | None, works: Iterable[Work] = ()
) -> list[Facts]:
    """Return the facts about every claim of a work, newest first."""
    known = list(works)
    subjects: dict[tuple[str, Event], _Subject] = {}
    facts = []
    for row in list(ledger.claims(titles=[title])):
        key = row.claim.title, row.claim.event
        if key not in subjects:
            subjects[key] = _subject(ledger, *key)
        facts.append(_facts(ledger, ledger.claim(row.id), subjects[key], channels, known))
    return facts


def _facts(
    ledger: Ledger,
    found: ClaimHistory,
    subject: _Subject,
    channels: Sequence[Channel] | None,
    works: Iterable[Work],
) -> Facts:
    changes = found.changes
    return Facts(
        id=found.row.id,
        claim=found.row.claim,
        observations=subject.observations,
        standings=subject.standings,
        verdicts=subject.verdicts,
        changes=changes,
        all_changes=subject.changes,
        deliveries={change.id: list(ledger.deliveries(change=change.id)) for change in changes},
        held_back={change.id: ledger.held_back(change.id) for change in changes},
        channels=channels or (),
        work=next((work for work in works if work.title == found.row.claim.title), None),
        outcomes=subject.outcomes,
        revisions=subject.revisions,
    )


def explain(facts: Facts) -> Why:
    """Return why a claim is or is not believed, and why it was or was not alerted."""
    outcomes = facts.outcomes
    said = tuple(
        WeighedObservation(observation, outcomes[observation.id].believed, outcomes[observation.id].reason)
        for observation in facts.observations
        if observation.claim_id == facts.id
    )
    keys = {outcomes[each.observation.id].key for each in said} | {_key(facts.claim)}
    standings = [standing for key, standing in facts.standings.items() if key in keys]
    standings = standings or _kin(facts)
    revisions = [revision for revision in facts.revisions if revision.key in {s.key for s in standings}]
    believed = tuple(
        Believed(standing, _is_claim(standing, facts.claim), _last_reason(standing, revisions))
        for standing in standings
    )
    is_believed = any(each.is_claim for each in believed)
    changes = tuple(RoutedChange(change, _routes(facts, change)) for change in facts.changes)
    return Why(
        id=facts.id,
        claim=facts.claim,
        is_believed=is_believed,
        reason=_reason(said, believed, outcomes),
        said=said,
        believed=believed,
        revisions=tuple(revisions),
        changes=changes,
        unalerted=_unalerted(facts, said, standings, changes, is_believed=is_believed),
    )


def _key(claim: Claim) -> Key:
    return Key(claim.title, claim.instalment, claim.event, claim.scope)


def _kin(facts: Facts) -> list[Standing]:
    """Return the beliefs about the same instalment in any scope, else about the work."""
    own = [s for key, s in facts.standings.items() if key.instalment == facts.claim.instalment]
    return own or list(facts.standings.values())


def _is_claim(standing: Standing, claim: Claim) -> bool:
    belief = standing.belief
    return belief.status is claim.status and (belief.when == claim.when or claim.event is Event.TRAILER)


def _last_reason(standing: Standing, revisions: Sequence[Revision]) -> str:
    own = [revision for revision in revisions if revision.key == standing.key]
    return own[-1].reason if own else "it was said"


def _reason(
    said: Sequence[WeighedObservation], believed: Sequence[Believed], outcomes: Mapping[int, WeighingOutcome]
) -> str:
    """Return the answer as one sentence, without a full stop."""
    for each in believed:
        if each.is_claim:
            return each.reason
    if said and not any(each.believed for each in said):
        return said[-1].reason
    if not believed:
        return "nothing is believed of this work yet: what was said of it was taken back, or names neither a date nor that it is out"
    later = believed[0].standing
    words = (
        "something else was believed since"
        if later.since > said[-1].observation.published
        else "it corroborates what is believed"
    )
    by = next((outcomes[number].reason for number in later.evidence if number in outcomes), "")
    return f"{words}: {by}" if by and words.startswith("something") else words


def _routes(facts: Facts, change: Change) -> tuple[Routed, ...]:
    sent = {delivery.channel: delivery for delivery in facts.deliveries.get(change.id, ())}
    held = facts.held_back.get(change.id, {})
    configured = {channel.name: channel for channel in facts.channels}
    standing = facts.standings.get(change.key)
    origins = None if standing is None else standing.origins
    routes = []
    for name in dict.fromkeys([*configured, *sent, *held]):
        if name in sent:
            channel, delivery = configured.get(name), sent[name]
            gone = (_REPLAYED if name == REPLAY else "the configuration has this channel no more",)
            rules = decide(channel, change, facts.work, origins=origins).reasons if channel else gone
            reasons = (delivery.error, *rules) if delivery.error else rules
            at = delivery.delivered_at or delivery.next_attempt_at
            routes.append(Routed(name, delivery.state.value, at, reasons))
        elif name in held:
            routes.append(Routed(name, "held back", change.at, held[name]))
        else:
            today = decide(configured[name], change, facts.work, origins=origins)
            rules = tuple(
                f"by today's rules {'it would get it' if today.wanted else 'it would not'}: {each}"
                for each in today.reasons
            )
            routes.append(Routed(name, "not sent", None, (_ABSENT, *rules)))
    return tuple(routes)


def _unalerted(
    facts: Facts,
    said: Sequence[WeighedObservation],
    standings: Collection[Standing],
    changes: Sequence[RoutedChange],
    *,
    is_believed: bool,
) -> str:
    """Return why nothing was alerted of a claim, "" when something was sent."""
    if any(route.state not in ("held back", "not sent") for each in changes for route in each.routes):
        return ""
    if changes:
        if not any(each.routes for each in changes):
            return "a change was logged, and no channel is configured that could have had it"
        return "a change was logged, and no channel wanted it or was there to have it"
    if said and not any(each.believed for each in said):
        return "what is not believed is not alerted"
    if not is_believed:
        return "it changed nothing of what was believed"
    repeats = [
        change for change in facts.all_changes if change.after is not None and _comes_to(change, facts.claim)
    ]
    if repeats:
        return f"it says what was told already by change {repeats[0].id} of {repeats[0].at:%Y-%m-%d}"
    if any(standing.alerted is not None for standing in standings):
        return "it was learnt in a first pass, or with the work's addition to the watch list: what stands there already is no news"
    if facts.claim.status is Status.UNANNOUNCED:
        return "that there is no date is no news"
    return "it is believed and no news: it was history when it was first heard of, or an occasion that is not told"


def _comes_to(change: Change, claim: Claim) -> bool:
    after = change.after
    return after is not None and after.status is claim.status and after.when == claim.when


def _belief(belief: Belief) -> dict[str, Any]:
    return {
        "status": belief.status.value,
        "when": None if belief.when is None else str(belief.when),
        "certainty": belief.certainty.value,
    }
