"""Releases: assign each claim to a belief state, and fold a subject's observations over its states.

A claim without a scope or season may be about any of them: it is assigned to the state whose date it repeats. A scope without a
date of its own shares the work's; once its date differs it has a state of its own and moves no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model import Certainty, Claim, Event, Key, Observation, Status, When
from monitor.reconcile.belief_state import BeliefState, WeighedClaim
from monitor.reconcile.periods import Relation, bounds, relation
from monitor.reconcile.transitions import Fit

__all__ = [
    "DOUBTFUL",
    "apply_release",
    "confirm_release",
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
# The fits that agree with a state's own date, and those that leave open whose date is meant.
_CONSISTENT = frozenset({Fit.SAME, Fit.WIDER, Fit.DUE})
_OPEN = frozenset({None, Fit.NEW, Fit.NARROWER, Fit.UNDATED, Fit.PAST})
_SERIAL = re.compile(r"(?:season|part|volume|chapter|episode|act|cour)\b")
_OFF = frozenset({Status.POSTPONED, Status.DENIED})
_ORDER = {status: order for order, status in enumerate(
    (Status.POSTPONED, Status.DENIED, Status.CANCELLED, Status.UNANNOUNCED, Status.SCHEDULED, Status.RELEASED)
)}  # fmt: skip


def apply_release(states: dict[Key, BeliefState], document: Sequence[Observation]) -> None:
    """Apply the observations of one document to the states of a work's release."""
    words = _weighed(document)
    for weighed in words:
        if _is_split(weighed, words):
            continue  # each scope moves to a date of its own: together they are not put off
        if weighed.status is Status.RELEASED and weighed.holds and not _is_past(weighed):
            continue  # a document that says when it will come does not say that it is out
        state = _home(states, weighed)
        state.apply(weighed)
        states.setdefault(state.key, state)


def _is_split(weighed: WeighedClaim, words: Sequence[WeighedClaim]) -> bool:
    """Return whether `weighed` postpones something of which the same document gives each scope another new date."""
    if weighed.status is not Status.POSTPONED or len(words) < 3:
        return False
    claim = weighed.observation.claim
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


def confirm_release(states: dict[Key, BeliefState], said: Sequence[Observation], at: datetime) -> None:
    """Believe the claim of the observations `said`, which a person confirmed at `at`, for exactly the scope that it names."""
    claim = said[0].claim
    key = Key(claim.title, claim.instalment, Event.RELEASE, claim.scope)
    state = states.setdefault(key, BeliefState(key))
    wider = states.get(replace(key, scope=()))
    if state.belief is None and key.scope and wider is not None:
        state.instead_of, state.stood = wider.belief, wider.held_for(key.scope, at)
    state.confirm([_one(observation, [observation]) for observation in said], at)


def _differ(one: When, other: When | None) -> bool:
    return other is not None and relation(one, other) in (Relation.EARLIER, Relation.LATER)


def _is_past(weighed: WeighedClaim) -> bool:
    return (
        weighed.when is not None
        and weighed.when.latest is not None
        and weighed.on - weighed.when.latest > _DAY
    )


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


def _weighed(document: Sequence[Observation]) -> list[WeighedClaim]:
    """Return a document's claims with their weights, in the order in which they are applied."""
    words = [_one(observation, document) for observation in document]
    return sorted(words, key=_in_order) if len(words) > 1 else words


def _in_order(weighed: WeighedClaim) -> tuple[object, ...]:
    observation = weighed.observation
    claim = observation.claim
    place = claim.instalment or "", claim.scope, observation.url, claim.quote, claim.sources
    return _ORDER[weighed.status], str(weighed.when), -weighed.rank, place


def _one(observation: Observation, group: Sequence[Observation]) -> WeighedClaim:
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
    return WeighedClaim(
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


def _home(states: dict[Key, BeliefState], weighed: WeighedClaim) -> BeliefState:
    """Return the belief state that `weighed` is about, a new one for a subject without one."""
    claim = weighed.observation.claim
    key = Key(claim.title, claim.instalment, Event.RELEASE, claim.scope)
    own = states.get(key)
    if (
        own is not None
        and own.belief is not None
        and (claim.scope or own.fit(weighed) in _CONSISTENT)
        and own.fit(weighed) not in _OPEN
    ):
        return own
    if _APART.intersection(claim.scope):
        return own or BeliefState(key)
    if own is not None and _is_out(own) and weighed.status is Status.RELEASED:
        return own  # its own release is what is repeated, whatever other scope is out too
    kin = [s for s in states.values() if s.belief is not None and may_mean(key, s.key) and s.key != key]
    if echoed := next((state for state in kin if _is_of(state, weighed) and _echoes(state, weighed)), None):
        return echoed
    if own is not None and own.belief is not None and own.belief.when is not None:
        return own
    wider = [s for s in kin if s.key.instalment == key.instalment and set(s.key.scope) >= set(key.scope)]
    wider += [s for s in kin if s.key.instalment == key.instalment and not s.key.scope]
    if wider and key.scope:
        nearest = min(wider, key=lambda s: (not s.key.scope, len(s.key.scope), s.key.scope))
        if _is_shared(nearest, weighed):
            return nearest
        return _parted(own or BeliefState(key), nearest, weighed.at)
    parts = [s for s in kin if (s.key.scope and _is_out(s)) or _is_dated(s)]
    if parts and not key.scope and weighed.status is Status.SCHEDULED:
        # Only its parts have a belief: a date for the whole replaces theirs, and needs as much.
        most = max(parts, key=lambda s: (len(s.evidence), s.key.scope, s.key.instalment or ""))
        own = own or BeliefState(key)
        by_maker = most.rank >= Certainty.OFFICIAL.rank > weighed.rank
        own.instead_of = most.belief
        own.parted_from_many = most.is_settled or _is_out(most) or by_maker
        own.stood = None if any(part.key.scope for part in parts) else most.belief
        return own
    return own or BeliefState(key)


def may_mean(key: Key, other: Key) -> bool:
    """Return whether a claim of `key` may be about `other`."""
    if _APART.intersection(other.scope):
        return False
    if key.instalment == other.instalment:
        return True
    return key.instalment is None and is_serial(other.instalment)


def is_divided(state: BeliefState, states: Iterable[BeliefState]) -> bool:
    """Return whether each of the scopes of a state has a later state of its own, so that nothing is left of it."""
    if len(state.key.scope) < 2 or state.since is None:
        return False
    left = set(state.key.scope)
    for part in states:
        key = part.key
        is_later = part.belief is not None and part.since is not None and part.since > state.since
        if is_later and key.instalment == state.key.instalment and set(key.scope) < set(state.key.scope):
            left.difference_update(key.scope)
    return not left


def is_part(key: Key, whole: Key) -> bool:
    """Return whether `key` is an episode or part of `whole`."""
    return (
        key.instalment is not None
        and whole.instalment is not None
        and (key.instalment.startswith(f"{whole.instalment} "))
    )


def _is_out(state: BeliefState) -> bool:
    return state.belief is not None and state.belief.status is Status.RELEASED and state.alerted is not None


def _is_dated(state: BeliefState) -> bool:
    belief = state.belief
    return belief is not None and belief.status is Status.SCHEDULED and belief.when is not None


def _echoes(state: BeliefState, weighed: WeighedClaim) -> bool:
    """Return whether `weighed` repeats the belief of `state`, or says that it has come to pass."""
    belief = state.belief
    if weighed.status is Status.SCHEDULED and weighed.when is None:
        return _is_dated(state)
    if belief is None or belief.when is None:
        return (
            belief is not None
            and belief.status is Status.RELEASED
            and weighed.status is Status.RELEASED
            and (state.alerted is not None)
        )
    if weighed.status is Status.RELEASED:
        if belief.status is Status.RELEASED:
            return weighed.when is None or relation(weighed.when, belief.when) in (
                Relation.SAME,
                Relation.WIDER,
            )
        return belief.status is Status.SCHEDULED and belief.when.is_day and state.fit(weighed) is Fit.DUE
    if (
        weighed.status is Status.SCHEDULED
        and weighed.when is not None
        and belief.status in (Status.SCHEDULED, Status.RELEASED)
    ):
        related = relation(weighed.when, belief.when)
        unnamed = weighed.observation.claim.instalment != state.key.instalment
        vague = related is Relation.WIDER or (unnamed and related is Relation.NARROWER)
        return related is Relation.SAME or (vague and belief.status is Status.SCHEDULED)
    return False


def _is_of(state: BeliefState, weighed: WeighedClaim) -> bool:
    """Return whether the claim of `weighed` about its scopes applies to `state`: a release on one platform leaves the others unchanged."""
    scope = set(weighed.observation.claim.scope)
    if weighed.status is not Status.RELEASED or not scope:
        return True
    if state.belief is not None and state.belief.status is Status.RELEASED:
        return not state.key.scope or not scope.isdisjoint(state.key.scope)
    return bool(state.key.scope) and scope.issuperset(state.key.scope)


def _is_shared(wider: BeliefState, weighed: WeighedClaim) -> bool:
    """Return whether a claim about a scope applies to all scopes of `wider`."""
    scope = weighed.observation.claim.scope
    if wider.belief is None or weighed.status is Status.UNANNOUNCED:
        return True
    if wider.belief.status is Status.RELEASED:
        # A scope that is out cannot come out again; elsewhere the work may.
        out = {name for one in wider.evidence for name in one.observation.claim.scope}
        return weighed.status is not Status.SCHEDULED or not out.isdisjoint(scope)
    is_off = wider.belief.status in _OFF or wider.belief.status is Status.CANCELLED
    if weighed.status is Status.SCHEDULED and not is_off:
        differs = wider.fit(weighed) in (Fit.EARLIER, Fit.LATER, Fit.ACROSS)
        return wider.belief.status is not Status.SCHEDULED or not differs
    # Released or cancelled on several scopes, all that were ever named, or newly dated there, it applies to all.
    named = {name for one in wider.evidence for name in one.observation.claim.scope}.union(wider.key.scope)
    return len(scope) > 1 and named.issubset(scope)


def _parted(state: BeliefState, wider: BeliefState, at: datetime) -> BeliefState:
    """Return `state` after it leaves, at `at`, the belief that it shared with `wider`."""
    if state.belief is None:
        state.instead_of, state.stood = wider.belief, wider.held_for(state.key.scope, at)
        state.parted_from_many = wider.is_settled
        if wider.belief is not None and wider.belief.status is Status.RELEASED:
            state.instead_of = state.stood = None
    return state
