"""Standing and Change: the belief about one key, and how it differs from the belief before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model.claim import Certainty, Key, Observation, Status, Verdict
from monitor.model.when import When

__all__ = ["Belief", "Change", "ChangeKind", "Standing"]


@dataclass(frozen=True)
class Belief:
    """A belief: the status, date and certainty of the contract."""

    status: Status
    when: When | None
    certainty: Certainty


@dataclass(frozen=True)
class Standing:
    """The current belief about one key; derived from observations and therefore rebuildable.

    `since` is when the belief began, `evidence` the ids of the observations that support it, earliest first, and `origins` the number of
    independent origins of those. `rivals` are differing beliefs that were observed and not adopted, `disputed` says that one of them
    has equal standing, `overdue` that the period passed without a release. `alerted` is the belief that subscribers were last alerted of
    (None: never), `times` how many alerts of this key they got so far (several trailers of one work are each alerted).
    `confirmed_at` is when a person confirmed the belief, None when nobody did.

    The fields are flat for storage: a key, two or more beliefs, a time, integers and flags. The standings of a subject are replaced
    as a whole: a key that is missing from a new fold has no standing any more.
    """

    key: Key
    belief: Belief
    since: datetime
    evidence: tuple[int, ...] = ()
    origins: int = 1
    rivals: tuple[Belief, ...] = ()
    disputed: bool = False
    overdue: bool = False
    alerted: Belief | None = None
    times: int = 0
    confirmed_at: datetime | None = None


class ChangeKind(StrEnum):
    """The reason of a change."""

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
    """A difference between two standings of one key, with its reason; only changes cause alerts.

    `before` is None for the first belief; `since` is when `before` began. `after` is the new belief, None where nothing is believed any
    more; for `rumoured` and `disputed` it is the differing belief beside `before`. `evidence` supports the change, or, for a
    retraction, supported the former belief. `verdict` is the person's verdict that caused it, None when a document did. `against` is
    when a person confirmed `before`, if the maker contradicts that.

    For a trailer, `trailer` is its name in the document, and `milestone` why it is alerted to subscribers that did not ask for every
    trailer: "first trailer" of the work or instalment, "first teaser", "first official trailer" or "launch trailer"; "" for a
    further one.
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
