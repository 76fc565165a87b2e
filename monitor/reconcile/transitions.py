"""The tables of belief revision: what a claim may do to a belief, and the name of each difference between beliefs.

`TRANSITIONS[believed, claimed][fit]` says what is needed before the observed belief replaces the current one; a fit that is not listed
changes nothing. All decisions are in these tables; observations are counted in `belief_state.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from monitor.model import ChangeKind, Status
from monitor.reconcile.periods import Relation

__all__ = ["KINDS", "LACKS", "MOVES", "REASONS", "TRANSITIONS", "Fit", "Need"]


class Fit(StrEnum):
    """The relation of a claim to the current belief."""

    SAME = "same"
    NARROWER = "narrower"
    WIDER = "wider"
    EARLIER = "earlier"
    LATER = "later"
    ACROSS = "across"
    NEW = "new"
    """The claim has a date and the belief has none."""
    UNDATED = "undated"
    """The claim has no date."""
    FORMER = "former"
    """Its date was believed before and was superseded."""
    PAST = "past"
    """Its date was long past when it was claimed."""
    DUE = "due"
    """A release, claimed when it was expected or later."""
    WITHIN = "within"
    """A release without a date, claimed within a long period in which it was expected."""
    EARLY = "early"
    """A release, claimed before it was expected."""
    AFRESH = "afresh"
    """A future date for a work that came out so long ago, or is so weakly believed to be out, that it is another release."""
    CONTRARY = "contrary"
    """A future date for a work that is believed to be out."""


class Need(StrEnum):
    """What a claim needs to be believed."""

    SUPPORT = "support"
    """Nothing: it repeats the belief."""
    SINGLE = "single"
    """One observation, however uncertain."""
    PLAIN = "plain"
    """One observation without a hedge."""
    CORRECTION = "correction"
    """One observation, where the belief rests on its own source alone."""
    SURE = "sure"
    """One observation without a hedge, or two that are as certain as the belief."""
    FIRM = "firm"
    """The maker's word, or two unhedged origins."""
    CLEAR = "clear"
    """The maker's word in a headline or with the date that is off, or two outlets of which one says so in its headline."""
    TWICE = "twice"
    """Two outlets without a hedge, whomever they credit."""
    CROWD = "crowd"
    """Three outlets without a hedge, within days."""
    PREVAIL = "prevail"
    """More weight than the belief: the maker's word, else more unhedged origins since it was first claimed."""
    OVERWHELM = "overwhelm"
    """Three unhedged origins, and more than repeat the belief."""


_ANEW: Mapping[Status, Mapping[Fit, Need]] = {
    Status.SCHEDULED: {Fit.NEW: Need.SINGLE, Fit.UNDATED: Need.SINGLE},
    Status.RELEASED: {Fit.NEW: Need.SINGLE, Fit.UNDATED: Need.SINGLE, Fit.PAST: Need.SINGLE},
    Status.UNANNOUNCED: {Fit.NEW: Need.SINGLE, Fit.UNDATED: Need.SINGLE},
    Status.POSTPONED: {Fit.NEW: Need.FIRM, Fit.UNDATED: Need.CLEAR},
    Status.CANCELLED: {Fit.NEW: Need.FIRM, Fit.UNDATED: Need.CLEAR},
    Status.DENIED: {Fit.NEW: Need.SINGLE, Fit.UNDATED: Need.SINGLE},
}

_OUT_OF_DATE = {
    Fit.SAME: Need.CLEAR, Fit.WIDER: Need.CLEAR, Fit.NARROWER: Need.CLEAR, Fit.UNDATED: Need.CLEAR,
}  # fmt: skip

TRANSITIONS: Mapping[tuple[Status | None, Status], Mapping[Fit, Need]] = {
    **{(None, claimed): row for claimed, row in _ANEW.items()},
    **{(Status.UNANNOUNCED, claimed): row for claimed, row in _ANEW.items()},
    (Status.UNANNOUNCED, Status.UNANNOUNCED): {Fit.UNDATED: Need.SUPPORT, Fit.NEW: Need.SUPPORT},
    (Status.SCHEDULED, Status.SCHEDULED): {
        Fit.SAME: Need.SUPPORT,
        Fit.WIDER: Need.SUPPORT,  # a vaguer repeat is corroboration, not a widening
        Fit.UNDATED: Need.SUPPORT,
        Fit.NEW: Need.SINGLE,
        Fit.NARROWER: Need.SURE,
        Fit.EARLIER: Need.PREVAIL,
        Fit.LATER: Need.PREVAIL,
        Fit.ACROSS: Need.PREVAIL,
        Fit.FORMER: Need.OVERWHELM,
    },
    (Status.SCHEDULED, Status.RELEASED): {
        Fit.DUE: Need.SINGLE,
        Fit.WITHIN: Need.TWICE,
        Fit.NEW: Need.PLAIN,
        Fit.UNDATED: Need.TWICE,
        Fit.EARLY: Need.CROWD,
    },
    (Status.SCHEDULED, Status.POSTPONED): _OUT_OF_DATE,
    (Status.SCHEDULED, Status.CANCELLED): _OUT_OF_DATE,
    (Status.SCHEDULED, Status.DENIED): {Fit.SAME: Need.CLEAR, Fit.WIDER: Need.CLEAR},
    (Status.POSTPONED, Status.SCHEDULED): {
        Fit.NEW: Need.PLAIN,
        Fit.LATER: Need.PLAIN,
        Fit.EARLIER: Need.FIRM,
        Fit.NARROWER: Need.FIRM,
        Fit.WIDER: Need.FIRM,
        Fit.ACROSS: Need.FIRM,
        Fit.SAME: Need.OVERWHELM,  # the old date, from outlets that do not know of the postponement
    },
    (Status.POSTPONED, Status.POSTPONED): dict.fromkeys((Fit.SAME, Fit.WIDER, Fit.NEW, Fit.UNDATED), Need.SUPPORT),
    (Status.POSTPONED, Status.RELEASED): dict.fromkeys((Fit.NEW, Fit.UNDATED, Fit.DUE, Fit.EARLY), Need.TWICE),
    (Status.POSTPONED, Status.CANCELLED): {**_OUT_OF_DATE, Fit.NEW: Need.FIRM},
    (Status.CANCELLED, Status.CANCELLED): dict.fromkeys(Fit, Need.SUPPORT),
    (Status.CANCELLED, Status.SCHEDULED): dict.fromkeys((Fit.NEW, Fit.LATER, Fit.EARLIER, Fit.ACROSS, Fit.NARROWER, Fit.WIDER), Need.FIRM),
    (Status.CANCELLED, Status.RELEASED): dict.fromkeys((Fit.NEW, Fit.UNDATED, Fit.DUE, Fit.EARLY), Need.TWICE),
    (Status.DENIED, Status.DENIED): dict.fromkeys(Fit, Need.SUPPORT),
    (Status.DENIED, Status.SCHEDULED): {
        Fit.NEW: Need.PLAIN, Fit.EARLIER: Need.PLAIN, Fit.LATER: Need.PLAIN, Fit.ACROSS: Need.PLAIN,
        Fit.WIDER: Need.PLAIN, Fit.SAME: Need.PREVAIL, Fit.NARROWER: Need.PREVAIL,
    },
    (Status.DENIED, Status.RELEASED): dict.fromkeys((Fit.NEW, Fit.UNDATED, Fit.DUE, Fit.EARLY), Need.FIRM),
    (Status.DENIED, Status.CANCELLED): {Fit.NEW: Need.FIRM, Fit.UNDATED: Need.FIRM},
    (Status.DENIED, Status.POSTPONED): {Fit.NEW: Need.FIRM, Fit.UNDATED: Need.FIRM},
    # A release stays released. Later claims about it are repetition, history, or about another release.
    (Status.RELEASED, Status.RELEASED): dict.fromkeys(Fit, Need.SUPPORT),
    (Status.RELEASED, Status.SCHEDULED): {Fit.AFRESH: Need.PLAIN, Fit.CONTRARY: Need.PREVAIL},
}  # fmt: skip
"""(believed, claimed) → how it fits → what it needs."""


MOVES: Mapping[Relation, ChangeKind] = {
    Relation.SAME: ChangeKind.CONFIRMED,
    Relation.NARROWER: ChangeKind.NARROWED,
    Relation.WIDER: ChangeKind.WIDENED,
    Relation.EARLIER: ChangeKind.MOVED_EARLIER,
    Relation.LATER: ChangeKind.MOVED_LATER,
}
"""The name of a new date relative to the old one; of periods that only share days the later end decides."""

KINDS: Mapping[Status, ChangeKind] = {
    Status.SCHEDULED: ChangeKind.APPEARED,
    Status.RELEASED: ChangeKind.RELEASED,
    Status.UNANNOUNCED: ChangeKind.WIDENED,
    Status.POSTPONED: ChangeKind.POSTPONED,
    Status.CANCELLED: ChangeKind.CANCELLED,
    Status.DENIED: ChangeKind.DENIED,
}
"""The name of a new status; of two schedules with dates, MOVES gives it."""

REASONS: Mapping[Need, str] = {
    Need.SUPPORT: "it says what is believed already",
    Need.SINGLE: "nothing stood against it",
    Need.PLAIN: "it is said without a hedge",
    Need.CORRECTION: "its source corrects what it alone had said",
    Need.SURE: "it is narrower and as sure",
    Need.FIRM: "the maker says so, or two origins without a hedge",
    Need.CLEAR: "the maker says so, or two outlets and a headline",
    Need.TWICE: "two outlets say so without a hedge",
    Need.CROWD: "three outlets say so within days",
    Need.PREVAIL: "it outweighs what was believed",
    Need.OVERWHELM: "three origins came back to it",
}
"""Why a claim was believed, as a sentence for a person."""

LACKS: Mapping[Need, str] = {
    Need.SINGLE: "nobody says so on purpose",
    Need.PLAIN: "it is hedged, and only a plain statement moves this",
    Need.SURE: "it is less sure than what is believed, and one voice only",
    Need.FIRM: "neither the maker says so nor do two origins without a hedge",
    Need.CLEAR: "neither the maker says so clearly nor do two outlets, one in its headline",
    Need.TWICE: "only one outlet says so without a hedge",
    Need.CROWD: "it is said before the day, and not by three outlets",
    Need.PREVAIL: "it weighs less than what is believed: that has more origins, or surer ones",
    Need.CORRECTION: "its source had said otherwise, and nobody else says this",
    Need.OVERWHELM: "it is the date that was overtaken, and not three origins came back to it",
}
"""Why a claim was not believed, as a sentence for a person: what it would have needed."""
