"""Trailers: one work has several, each is told once, and what is said again of one that is out is no second one.

Coverage of a trailer comes in a burst. Within the burst only another name makes it another trailer.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from monitor.model import Belief, Event, Key, Observation, Status
from monitor.reconcile.stand import Heard, Stand

__all__ = ["fold_trailers"]

_BURST = timedelta(hours=96)
_NEWS = timedelta(days=4)


def fold_trailers(
    observations: Iterable[Observation], confirmed: frozenset[int] = frozenset()
) -> list[Stand]:
    """Return the stands that the set of `observations` of one work's trailers comes to; their order is no matter."""
    stands: dict[Key, Stand] = {}
    for observation in sorted(observations, key=_canonical):
        claim = observation.claim
        key = Key(claim.title, claim.instalment, Event.TRAILER, ())
        stand = stands.setdefault(key, Stand(key))
        on = observation.published.date()
        rank = 4 if id(observation) in confirmed else claim.certainty.rank
        _hear(stand, Heard(observation, claim.status, claim.when, rank, observation.published, on))
    return [stand for stand in stands.values() if stand.belief is not None]


def _canonical(observation: Observation) -> tuple[object, ...]:
    claim = observation.claim
    return observation.published, observation.document, claim.status, str(claim.when), claim.instalment or ""


def _hear(stand: Stand, heard: Heard) -> None:
    if heard.status is not Status.RELEASED:
        return
    if heard.when is not None and heard.when.latest is not None and heard.on - heard.when.latest > _NEWS:
        return
    latest = stand.since
    if latest is not None and heard.at - latest < _BURST:
        stand.evidence.append(heard)
        return
    stand.belief = Belief(Status.RELEASED, heard.when, heard.certainty)
    stand.since = heard.at
    stand.evidence = [heard]
    stand.told = stand.belief
    stand.times += 1
