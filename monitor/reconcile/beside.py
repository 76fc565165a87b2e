"""Compare a claim, as all its observations add up, with what is believed of its key: for review, and to show claims side by side.

Nothing here changes a belief. It compares sums and not single observations, so that the claims of a work can be compared without
folding what was said of it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from monitor.model import Claim, ClaimSummary, Event, Key, Standing, Status, VerdictKind, counted
from monitor.reconcile.periods import Relation, relation
from monitor.reconcile.release import DOUBTFUL

__all__ = ["Cause", "Stance", "cause", "stance", "standing_for", "why_not", "why_outweighed"]


class Cause(StrEnum):
    """Why a claim waits for a person's verdict, most urgent first; `rank` orders and stores them."""

    CONTRADICTS = "contradicts"
    """It says otherwise than what is believed, and was said since."""
    WOULD_CHANGE = "would change"
    """It is narrower than what is believed, or gives a date where none is believed, or says that it is out."""
    FIRST = "first of its kind"
    """Nothing is believed yet of what it is about."""
    REST = "the rest"

    @property
    def rank(self) -> int:
        """The rank, from 3 for the most urgent down to 0."""
        return _RANKS[self]

    @classmethod
    def of_rank(cls, rank: int | None) -> Cause:
        """Return the cause of a stored rank; None is that of a claim that was not ranked yet."""
        return next((cause for cause, own in _RANKS.items() if own == rank), cls.REST)


_RANKS = {Cause.CONTRADICTS: 3, Cause.WOULD_CHANGE: 2, Cause.FIRST: 1, Cause.REST: 0}


class Stance(StrEnum):
    """How a claim relates to what is believed of its key."""

    BELIEVED = "believed"
    SUPPORTS = "supports"
    """It says the same less precisely."""
    BEFORE = "before"
    """It was last said before what is believed now was."""
    CONTRADICTS = "contradicts"
    DISMISSED = "dismissed"


def standing_for(standings: Mapping[Key, Standing], key: Key) -> Standing | None:
    """Return the belief that a claim about `key` is compared with: that of its scope, else that of its part in all scopes."""
    return standings.get(key) or standings.get(Key(key.title, key.instalment, key.event))


def cause(claim: ClaimSummary, standing: Standing | None) -> Cause:
    """Return why a claim waits for a verdict, given what is believed of its key."""
    if standing is None:
        return Cause.FIRST if claim.when is not None or claim.status is not Status.UNANNOUNCED else Cause.REST
    belief = standing.belief
    compared = stance(claim, standing)
    if compared is not Stance.CONTRADICTS or claim.status is Status.UNANNOUNCED:
        return Cause.REST
    if belief.status is Status.RELEASED and claim.status in (Status.RELEASED, Status.SCHEDULED):
        return Cause.REST  # repetition, or another release
    if claim.status is Status.RELEASED and belief.status is Status.SCHEDULED:
        return Cause.WOULD_CHANGE
    if claim.when is not None and claim.status is Status.SCHEDULED:
        if belief.when is None:
            return Cause.WOULD_CHANGE
        if relation(claim.when, belief.when) is Relation.NARROWER:
            return Cause.WOULD_CHANGE
    return Cause.CONTRADICTS


def stance(claim: ClaimSummary, standing: Standing) -> Stance:
    """Return how a claim relates to the belief of its key."""
    belief = standing.belief
    if claim.verdict is VerdictKind.DISMISSED:
        return Stance.DISMISSED
    is_due = {claim.status, belief.status} == {Status.SCHEDULED, Status.RELEASED}
    if claim.status is belief.status or is_due:
        if claim.when == belief.when or claim.key.event is Event.TRAILER:
            return Stance.BELIEVED
        if claim.when is None:
            return Stance.SUPPORTS
        if belief.when is not None:
            related = relation(claim.when, belief.when)
            if related is Relation.SAME:
                return Stance.BELIEVED
            if related is Relation.WIDER:
                return Stance.SUPPORTS
    return Stance.BEFORE if claim.last_said < standing.since else Stance.CONTRADICTS


def why_not(claim: ClaimSummary, standing: Standing) -> str:
    """Return why a claim is not what is believed, as a sentence for a person without a full stop."""
    if claim.verdict is VerdictKind.DISMISSED:
        return "a person dismissed it"
    return why_outweighed(claim, claim.last_said, claim.origins or claim.documents, standing)


def why_outweighed(claim: Claim | ClaimSummary, last_said: datetime, origins: int, standing: Standing) -> str:
    """Return why a claim that `origins` made, the last of them at `last_said`, is not what is believed; worded as by :func:`why_not`."""
    belief = standing.belief
    if claim.when is not None and belief.when is not None and claim.when.contains(belief.when):
        return "it says the same less precisely"
    if last_said < standing.since:
        return "it was said before what is believed now"
    if origins < 2 and claim.confidence is not None and claim.confidence < DOUBTFUL:
        return f"it was read with a confidence of {claim.confidence:.0%} only, and one origin says so"
    if claim.certainty.rank < belief.certainty.rank:
        return f"it is {claim.certainty.value}, what is believed {belief.certainty.value}"
    if origins < standing.origins:
        return f"{counted(origins, 'independent origin')} against {standing.origins}"
    return "it is disputed" if standing.disputed else "it changes nothing of what is believed"
