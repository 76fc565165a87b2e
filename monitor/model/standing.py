"""Standing and Change: what is believed of one key, and how that differs from what was believed before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model.claim import Certainty, Key, Observation, Status, Verdict
from monitor.model.when import When

__all__ = ["Belief", "Change", "ChangeKind", "Standing"]


@dataclass(frozen=True)
class Belief:
    """What is held to be so: the contract's status, when and certainty."""

    status: Status
    when: When | None
    certainty: Certainty


@dataclass(frozen=True)
class Standing:
    """What is currently believed of one key; folded from observations and so rebuildable.

    `since` is when the belief began, `evidence` the ids of the observations that it rests on, first said first,
    `origins` how many independent origins those have. `rivals` are beliefs that differ and do not stand but were
    heard, `disputed` that one of them has equal standing, `overdue` that the period passed without a release.
    `told` is the belief that subscribers were last told (None: what is believed was never worth an alert), `times`
    how many things of this key they were told so far (several trailers of one work are each told). `confirmed_at` is
    when a person confirmed the belief, None when nobody did.

    Flat on purpose, for whoever stores it: a key, two or more beliefs, a time, integers and flags. A subject's
    standings are replaced whole: a key that is missing from a new fold has no standing any more.
    """

    key: Key
    belief: Belief
    since: datetime
    evidence: tuple[int, ...] = ()
    origins: int = 1
    rivals: tuple[Belief, ...] = ()
    disputed: bool = False
    overdue: bool = False
    told: Belief | None = None
    times: int = 0
    confirmed_at: datetime | None = None


class ChangeKind(StrEnum):
    """The reason why a change alerts."""

    APPEARED = "appeared"
    NARROWED = "narrowed"
    WIDENED = "widened"
    MOVED_EARLIER = "moved_earlier"
    MOVED_LATER = "moved_later"
    CONFIRMED = "confirmed"
    RELEASED = "released"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    DENIED = "denied"
    RUMOURED = "rumoured"
    DISPUTED = "disputed"
    OVERDUE = "overdue"
    RETRACTED = "retracted"


@dataclass(frozen=True, kw_only=True)
class Change:
    """A difference between two standings of one key, with its reason; the only thing that alerts.

    `before` is None for the first belief; `since` is when `before` began. `after` is what is believed now, None where
    nothing is, or for `rumoured` and `disputed` the differing belief that was heard beside `before`. `evidence` is what
    it rests on, for a retraction what the former belief rested on. `verdict` is the person's word that caused it, None
    when a document did. `against` is when a person confirmed `before`, if the maker contradicts that.

    Of a trailer `trailer` is what its document calls it, and `milestone` why it is told to those who did not ask for every
    trailer: "first trailer" of the work or instalment, "first teaser", "first official trailer" or "launch trailer"; "" for
    a further one.
    """

    kind: ChangeKind
    key: Key
    before: Belief | None
    since: datetime | None
    after: Belief | None
    at: datetime
    evidence: tuple[Observation, ...] = ()
    trailer: str = ""
    milestone: str = ""
    verdict: Verdict | None = None
    against: datetime | None = None
    id: int = 0
