"""Releases: assign each claim to a stand, and fold a subject's observations over its stands.

A claim without a scope or season may be about any of them: it is assigned to the stand whose date it repeats. A scope without a
date of its own shares the work's; once its date differs it is a stand of its own and moves no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model import Certainty, Claim, Event, Key, Observation, Status, When
from monitor.reconcile.periods import Relation, bounds, relation
from monitor.reconcile.stand import Heard, Stand
from monitor.reconcile.transitions import Fit

__all__ = [
    "DOUBTFUL",
    "confirm_release",
    "hear_release",
    "is_aside",
    "is_divided",
    "is_headlined",
    "is_part",
    "is_serial",
    "may_mean",
]

_DAY = timedelta(days=1)
# What is taken off the weight of a claim made in passing, and the least that is left where it counts alone: the maker's word
# with a day, or a credited one with a day (decision 0051).
_ASIDE = 2
DOUBTFUL = 0.6
"""The confidence below which a claim about a release does not change a belief by itself (decision 0055)."""
_FULL = 3
_MONTH = 31
# Events of their own: they share no date with the release and are no evidence for it.
_APART = frozenset({"unveiling", "early access"})
# The fits that agree with a stand's own date, and those that leave open whose date is meant.
_CONSISTENT = frozenset({Fit.SAME, Fit.WIDER, Fit.DUE})
_OPEN = frozenset({None, Fit.NEW, Fit.NARROWER, Fit.UNDATED, Fit.PAST})
_SERIAL = re.compile(r"(?:season|part|volume|chapter|episode|act|cour)\b")
_OFF = frozenset({Status.POSTPONED, Status.DENIED})
_ORDER = {status: order for order, status in enumerate(
    (Status.POSTPONED, Status.DENIED, Status.CANCELLED, Status.UNANNOUNCED, Status.SCHEDULED, Status.RELEASED)
)}  # fmt: skip


def hear_release(stands: dict[Key, Stand], document: Sequence[Observation]) -> None:
    """Apply the observations of one document to the stands of a work's release."""
    words = _heard(document)
    for heard in words:
        if _is_split(heard, words):
            continue  # each scope moves to a date of its own: together they are not put off
        if heard.status is Status.RELEASED and heard.holds and not _is_past(heard):
            continue  # a document that says when it will come does not say that it is out
        stand = _home(stands, heard)
        stand.hear(heard)
        stands.setdefault(stand.key, stand)


def _is_split(heard: Heard, words: Sequence[Heard]) -> bool:
    """Return whether `heard` postpones something of which the same document gives each scope another new date."""
    if heard.status is not Status.POSTPONED or len(words) < 3:
        return False
    claim = heard.observation.claim
    dated = {
        word.observation.claim.scope
        for word in words
        if word.status is Status.SCHEDULED
        and word.when is not None
        and word.observation.claim.instalment == claim.instalment
    }
    return (
        len(dated) > 1
        and () not in dated
        and set(claim.scope).issubset({name for scope in dated for name in scope})
    )


def confirm_release(stands: dict[Key, Stand], said: Sequence[Observation], at: datetime) -> None:
    """Believe the claim of the observations `said`, which a person confirmed at `at`, for exactly the scope that it names."""
    claim = said[0].claim
    key = Key(claim.title, claim.instalment, Event.RELEASE, claim.scope)
    stand = stands.setdefault(key, Stand(key))
    wider = stands.get(replace(key, scope=()))
    if stand.belief is None and key.scope and wider is not None:
        stand.instead_of, stand.stood = wider.belief, wider.held_for(key.scope, at)
    stand.confirm([_one(observation, [observation]) for observation in said], at)


def _differ(one: When, other: When | None) -> bool:
    return other is not None and relation(one, other) in (Relation.EARLIER, Relation.LATER)


def _is_past(heard: Heard) -> bool:
    return heard.when is not None and heard.when.latest is not None and heard.on - heard.when.latest > _DAY


def is_headlined(observation: Observation) -> bool:
    """Return whether the headline makes the claim, or the document has none and is as short as one."""
    return not observation.headline or observation.claim.quote.strip() in observation.headline


def is_aside(observation: Observation) -> bool:
    """Return whether a claim needs a second origin, because it is made in passing and weighs too little.

    A claim under the work's own headline, in a sentence that refers to it, counts alone. Others are weighed: a full, credited and dated
    statement outweighs its position.
    """
    claim = observation.claim
    # The maker's own page rarely repeats the name of its work; for a trailer the video itself is the evidence.
    inherited = claim.inherited and claim.event is Event.RELEASE and claim.certainty is not Certainty.OFFICIAL
    if not (claim.passing or inherited):
        return False
    weight = claim.certainty.rank + bool(claim.sources) + _grain(claim.when)
    return weight - _ASIDE * (claim.passing + inherited) < _FULL


def _is_doubtful(claim: Claim) -> bool:
    """Return whether the confidence of a claim is low; the precision of its date does not outweigh that."""
    return claim.confidence is not None and claim.confidence < DOUBTFUL


def _grain(when: When | None) -> int:
    """Return the weight of a claim's date: 2 for a day, 1 for at most a month, else 0."""
    if when is None or when.days is None or when.is_approximate:
        return 0
    return 2 if when.days == 1 else int(when.days <= _MONTH)


def is_serial(instalment: str | None) -> bool:
    """Return whether it is one of a series (a season, a volume), which a claim may leave unnamed."""
    return instalment is not None and _SERIAL.match(instalment) is not None


def _heard(document: Sequence[Observation]) -> list[Heard]:
    """Return a document's claims with their weights, in the order in which they are applied."""
    words = [_one(observation, document) for observation in document]
    return sorted(words, key=_in_order) if len(words) > 1 else words


def _in_order(heard: Heard) -> tuple[object, ...]:
    observation = heard.observation
    claim = observation.claim
    place = claim.instalment or "", claim.scope, observation.url, claim.quote, claim.sources
    return _ORDER[heard.status], str(heard.when), -heard.rank, place


def _one(observation: Observation, group: Sequence[Observation]) -> Heard:
    claim, on = observation.claim, observation.published.date()
    status = claim.status
    if status is Status.RELEASED and claim.when is not None and bounds(claim.when)[0] - on > _DAY:
        status = Status.SCHEDULED  # what is to come has not happened, whatever the tense
    if status is Status.SCHEDULED and claim.when is not None and claim.when.interval == (on, on):
        status = Status.RELEASED  # "launches today"
    moves: set[str] = set()
    holds: set[str] = set()
    torn = put_off = False
    if len(group) > 1:
        for other in group:
            near = other.claim
            if near.instalment != claim.instalment or (near.scope and near.scope != claim.scope):
                continue
            if near.status is Status.POSTPONED:
                put_off = True
            if near.when is None or other is observation:
                continue
            if near.status in _OFF:
                moves.add(str(near.when))
            elif (
                near.status is Status.SCHEDULED
                and bounds(near.when)[0] > on
                and (near.when != claim.when or status in _OFF)
            ):
                holds.add(str(near.when))
                torn = torn or (near.scope == claim.scope and _differ(near.when, claim.when))
    return Heard(
        observation=observation,
        status=status,
        when=claim.when,
        rank=claim.certainty.rank,
        at=observation.published,
        on=on,
        headlined=is_headlined(observation) and not claim.passing,
        passing=is_aside(observation) or ((torn or _is_doubtful(claim)) and not moves),
        doubtful=_is_doubtful(claim),
        moves=frozenset(moves),
        corrects=frozenset(observation.replaces),
        put_off=put_off and status is Status.SCHEDULED,
        holds=frozenset(holds),
    )


def _home(stands: dict[Key, Stand], heard: Heard) -> Stand:
    """Return the stand that `heard` is about, a new one for a subject without a stand."""
    claim = heard.observation.claim
    key = Key(claim.title, claim.instalment, Event.RELEASE, claim.scope)
    own = stands.get(key)
    if (
        own is not None
        and own.belief is not None
        and (claim.scope or own.fit(heard) in _CONSISTENT)
        and own.fit(heard) not in _OPEN
    ):
        return own
    if _APART.intersection(claim.scope):
        return own or Stand(key)
    if own is not None and _is_out(own) and heard.status is Status.RELEASED:
        return own  # its own release is what is repeated, whatever other scope is out too
    kin = [s for s in stands.values() if s.belief is not None and may_mean(key, s.key) and s.key != key]
    if echoed := next((stand for stand in kin if _is_of(stand, heard) and _echoes(stand, heard)), None):
        return echoed
    if own is not None and own.belief is not None and own.belief.when is not None:
        return own
    wider = [s for s in kin if s.key.instalment == key.instalment and set(s.key.scope) >= set(key.scope)]
    wider += [s for s in kin if s.key.instalment == key.instalment and not s.key.scope]
    if wider and key.scope:
        nearest = min(wider, key=lambda s: (not s.key.scope, len(s.key.scope), s.key.scope))
        if _is_shared(nearest, heard):
            return nearest
        return _parted(own or Stand(key), nearest, heard.at)
    parts = [s for s in kin if (s.key.scope and _is_out(s)) or _is_dated(s)]
    if parts and not key.scope and heard.status is Status.SCHEDULED:
        # Only its parts have a belief: a date for the whole replaces theirs, and needs as much.
        most = max(parts, key=lambda s: (len(s.evidence), s.key.scope, s.key.instalment or ""))
        own = own or Stand(key)
        by_maker = most.rank >= Certainty.OFFICIAL.rank > heard.rank
        own.instead_of = most.belief
        own.parted_from_many = most.is_settled or _is_out(most) or by_maker
        own.stood = None if any(part.key.scope for part in parts) else most.belief
        return own
    return own or Stand(key)


def may_mean(key: Key, other: Key) -> bool:
    """Return whether a claim of `key` may be about `other`."""
    if _APART.intersection(other.scope):
        return False
    if key.instalment == other.instalment:
        return True
    return key.instalment is None and is_serial(other.instalment)


def is_divided(stand: Stand, stands: Iterable[Stand]) -> bool:
    """Return whether each of the scopes of a stand has a later stand of its own, so that nothing is left of it."""
    if len(stand.key.scope) < 2 or stand.since is None:
        return False
    left = set(stand.key.scope)
    for part in stands:
        key = part.key
        is_later = part.belief is not None and part.since is not None and part.since > stand.since
        if is_later and key.instalment == stand.key.instalment and set(key.scope) < set(stand.key.scope):
            left.difference_update(key.scope)
    return not left


def is_part(key: Key, whole: Key) -> bool:
    """Return whether `key` is an episode or part of `whole`."""
    return (
        key.instalment is not None
        and whole.instalment is not None
        and (key.instalment.startswith(f"{whole.instalment} "))
    )


def _is_out(stand: Stand) -> bool:
    return stand.belief is not None and stand.belief.status is Status.RELEASED and stand.told is not None


def _is_dated(stand: Stand) -> bool:
    belief = stand.belief
    return belief is not None and belief.status is Status.SCHEDULED and belief.when is not None


def _echoes(stand: Stand, heard: Heard) -> bool:
    """Return whether `heard` repeats the belief of `stand`, or says that it has come to pass."""
    belief = stand.belief
    if heard.status is Status.SCHEDULED and heard.when is None:
        return _is_dated(stand)
    if belief is None or belief.when is None:
        return (
            belief is not None
            and belief.status is Status.RELEASED
            and heard.status is Status.RELEASED
            and (stand.told is not None)
        )
    if heard.status is Status.RELEASED:
        if belief.status is Status.RELEASED:
            return heard.when is None or relation(heard.when, belief.when) in (Relation.SAME, Relation.WIDER)
        return belief.status is Status.SCHEDULED and belief.when.is_day and stand.fit(heard) is Fit.DUE
    if (
        heard.status is Status.SCHEDULED
        and heard.when is not None
        and belief.status in (Status.SCHEDULED, Status.RELEASED)
    ):
        related = relation(heard.when, belief.when)
        unnamed = heard.observation.claim.instalment != stand.key.instalment
        vague = related is Relation.WIDER or (unnamed and related is Relation.NARROWER)
        return related is Relation.SAME or (vague and belief.status is Status.SCHEDULED)
    return False


def _is_of(stand: Stand, heard: Heard) -> bool:
    """Return whether the claim of `heard` about its scopes applies to `stand`: a release on one platform leaves the others unchanged."""
    scope = set(heard.observation.claim.scope)
    if heard.status is not Status.RELEASED or not scope:
        return True
    if stand.belief is not None and stand.belief.status is Status.RELEASED:
        return not stand.key.scope or not scope.isdisjoint(stand.key.scope)
    return bool(stand.key.scope) and scope.issuperset(stand.key.scope)


def _is_shared(wider: Stand, heard: Heard) -> bool:
    """Return whether a claim about a scope applies to all scopes of `wider`."""
    scope = heard.observation.claim.scope
    if wider.belief is None or heard.status is Status.UNANNOUNCED:
        return True
    if wider.belief.status is Status.RELEASED:
        # A scope that is out cannot come out again; elsewhere the work may.
        out = {name for one in wider.evidence for name in one.observation.claim.scope}
        return heard.status is not Status.SCHEDULED or not out.isdisjoint(scope)
    is_off = wider.belief.status in _OFF or wider.belief.status is Status.CANCELLED
    if heard.status is Status.SCHEDULED and not is_off:
        differs = wider.fit(heard) in (Fit.EARLIER, Fit.LATER, Fit.ACROSS)
        return wider.belief.status is not Status.SCHEDULED or not differs
    # Released or cancelled on several scopes, all that were ever named, or newly dated there, it applies to all.
    named = {name for one in wider.evidence for name in one.observation.claim.scope}.union(wider.key.scope)
    return len(scope) > 1 and named.issubset(scope)


def _parted(stand: Stand, wider: Stand, at: datetime) -> Stand:
    """Return `stand` after it leaves, at `at`, the belief that it shared with `wider`."""
    if stand.belief is None:
        stand.instead_of, stand.stood = wider.belief, wider.held_for(stand.key.scope, at)
        stand.parted_from_many = wider.is_settled
        if wider.belief is not None and wider.belief.status is Status.RELEASED:
            stand.instead_of = stand.stood = None
    return stand
