"""Define the clauses of alerts, each a whole message, since languages differ in word order and inflection.

A clause is a state of affairs; its fields are the ways to say it: as a fact, as expected, as rumoured, as possible, as no longer
believed, and as the other side of a dispute, which leaves out the subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from monitor.i18n import MessageText, message, pmessage
from monitor.model import Belief, Certainty, Event, Status

__all__ = ["BROUGHT_FORWARD", "CALLED_OFF", "CANCELLED", "COARSER", "INSTEAD", "MOVED", "OTHERWISE", "PUT_OFF", "PUT_OFF_FROM", "UNKNOWN", "Clause", "Move", "clause_of"]  # fmt: skip


@dataclass(frozen=True)
class Move:
    """A change of date or plan: as a fact, as expected, as rumoured."""

    fact: MessageText
    expected: MessageText
    rumoured: MessageText

    def by(self, certainty: Certainty) -> MessageText:
        """Return the message for this certainty."""
        if certainty is Certainty.EXPECTED:
            return self.expected
        return self.rumoured if certainty is Certainty.RUMOURED else self.fact


@dataclass(frozen=True)
class Clause(Move):
    """A state of affairs."""

    possible: MessageText
    gone: MessageText
    other: MessageText


_DUE: Final = Clause(
    message("{subject} is due {date_at}"),
    message("{subject} is expected to come out {date_at}"),
    message("{subject} is rumoured to come out {date_at}"),
    message("{subject} may come out {date_at}"),
    message("{subject} is no longer believed to come out {date_at}"),
    pmessage("or", "is due {date_at}"),
)
_COMING: Final = Clause(
    message("{subject} is coming, with no date so far"),
    message("{subject} is expected to come out, with no date so far"),
    message("{subject} is rumoured to come out, with no date so far"),
    message("{subject} may come out, with no date so far"),
    message("{subject} is no longer believed to come out, with no date so far"),
    pmessage("or", "is coming, with no date so far"),
)
_CAME_OUT: Final = Clause(
    message("{subject} came out {date_at}"),
    message("{subject} is expected to have come out {date_at}"),
    message("{subject} is rumoured to have come out {date_at}"),
    message("{subject} may have come out {date_at}"),
    message("{subject} is no longer believed to have come out {date_at}"),
    pmessage("or", "came out {date_at}"),
)
_OUT: Final = Clause(
    message("{subject} is out"),
    message("{subject} is expected to be out"),
    message("{subject} is rumoured to be out"),
    message("{subject} may be out"),
    message("{subject} is no longer believed to be out"),
    pmessage("or", "is out"),
)
_AWAITED: Final = Clause(
    message("{subject} is still awaited"),
    message("{subject} is expected to be still awaited"),
    message("{subject} is rumoured to be still awaited"),
    message("{subject} may be still awaited"),
    message("{subject} is no longer believed to be still awaited"),
    pmessage("or", "is still awaited"),
)
_UNDATED: Final = Clause(
    message("{subject} has no release date so far"),
    message("{subject} is expected to have no release date so far"),
    message("{subject} is rumoured to have no release date so far"),
    message("{subject} may have no release date so far"),
    message("{subject} is no longer believed to have no release date so far"),
    pmessage("or", "has no release date so far"),
)
_POSTPONED_FROM: Final = Clause(
    message("{subject} has been postponed from {date}"),
    message("{subject} is expected to have been postponed from {date}"),
    message("{subject} is rumoured to have been postponed from {date}"),
    message("{subject} may have been postponed from {date}"),
    message("{subject} is no longer believed to have been postponed from {date}"),
    pmessage("or", "has been postponed from {date}"),
)
_POSTPONED: Final = Clause(
    message("{subject} has been postponed"),
    message("{subject} is expected to have been postponed"),
    message("{subject} is rumoured to have been postponed"),
    message("{subject} may have been postponed"),
    message("{subject} is no longer believed to have been postponed"),
    pmessage("or", "has been postponed"),
)
CANCELLED: Final = Clause(
    message("{subject} has been cancelled"),
    message("{subject} is expected to have been cancelled"),
    message("{subject} is rumoured to have been cancelled"),
    message("{subject} may have been cancelled"),
    message("{subject} is no longer believed to have been cancelled"),
    pmessage("or", "has been cancelled"),
)
_NOT_THEN: Final = Clause(
    message("{subject} is not coming {date_at}"),
    message("{subject} is expected to not be coming {date_at}"),
    message("{subject} is rumoured to not be coming {date_at}"),
    message("{subject} may not be coming {date_at}"),
    message("{subject} is no longer believed to not be coming {date_at}"),
    pmessage("or", "is not coming {date_at}"),
)
_NOT: Final = Clause(
    message("{subject} is not coming"),
    message("{subject} is expected to not be coming"),
    message("{subject} is rumoured to not be coming"),
    message("{subject} may not be coming"),
    message("{subject} is no longer believed to not be coming"),
    pmessage("or", "is not coming"),
)

UNKNOWN: Final = message("{subject} is no longer believed to be known")
OTHERWISE: Final = pmessage("or", "was known otherwise")

MOVED: Final = Move(
    message("{subject} has moved from {old_short} to {new_short}"),
    message("{subject} is expected to have moved from {old_short} to {new_short}"),
    message("{subject} is rumoured to have moved from {old_short} to {new_short}"),
)
BROUGHT_FORWARD: Final = Move(
    message("{subject} has been brought forward from {old_short} to {new_short}"),
    message("{subject} is expected to have been brought forward from {old_short} to {new_short}"),
    message("{subject} is rumoured to have been brought forward from {old_short} to {new_short}"),
)
INSTEAD: Final = Move(
    message("{subject} is now due {new_at} instead of {old_at}"),
    message("{subject} is expected to be due {new_at} instead of {old_at}"),
    message("{subject} is rumoured to be due {new_at} instead of {old_at}"),
)
COARSER: Final = Move(
    message("{subject} has gone from {old} to just {new}"),
    message("{subject} is expected to have gone from {old} to just {new}"),
    message("{subject} is rumoured to have gone from {old} to just {new}"),
)
PUT_OFF_FROM: Final = Move(
    message("{subject} has been postponed from {date}, with no new date"),
    message("{subject} is expected to have been postponed from {date}, with no new date"),
    message("{subject} is rumoured to have been postponed from {date}, with no new date"),
)
PUT_OFF: Final = Move(
    message("{subject} has been postponed, with no new date"),
    message("{subject} is expected to have been postponed, with no new date"),
    message("{subject} is rumoured to have been postponed, with no new date"),
)
CALLED_OFF: Final = Move(
    message("{subject} has been cancelled; it was due {date_at}"),
    message("{subject} is expected to have been cancelled; it was due {date_at}"),
    message("{subject} is rumoured to have been cancelled; it was due {date_at}"),
)


def clause_of(event: Event, belief: Belief) -> Clause:
    """Return the clause for `event` when `belief` is held."""
    dated = belief.when is not None
    match belief.status:
        case Status.SCHEDULED:
            return _DUE if dated else _COMING
        case Status.RELEASED:
            return _CAME_OUT if dated else _OUT
        case Status.UNANNOUNCED:
            return _AWAITED if event is Event.TRAILER else _UNDATED
        case Status.POSTPONED:
            return _POSTPONED_FROM if dated else _POSTPONED
        case Status.CANCELLED:
            return CANCELLED
        case Status.DENIED:
            return _NOT_THEN if dated else _NOT
