"""Derive beliefs from observations, and changes from differences between beliefs. Pure: time is an argument.

`docs/belief-revision.md` explains it with an example; `transitions.py` is its specification.
"""

from __future__ import annotations

from monitor.reconcile.belief import FoldCache, Reconciled, Weighing, history, reconcile, was_alerted, weigh
from monitor.reconcile.belief_state import Revision, WeighingOutcome
from monitor.reconcile.beside import Cause, Stance, cause, stance, standing_for, why_not, why_outweighed
from monitor.reconcile.origins import Origin, first_said, forget_texts, host_of, is_shared, origins, said_at
from monitor.reconcile.periods import forget_periods
from monitor.reconcile.release import DOUBTFUL
from monitor.reconcile.track_record import Score, TrackRecord, ranked, track_scores

RULES = 4
"""The version of the rules of belief; raised when they change, so that a ledger adopts them without alerts."""

__all__ = [
    "DOUBTFUL",
    "RULES",
    "Cause",
    "FoldCache",
    "Origin",
    "Reconciled",
    "Revision",
    "Score",
    "Stance",
    "TrackRecord",
    "Weighing",
    "WeighingOutcome",
    "cause",
    "first_said",
    "forget_periods",
    "forget_texts",
    "history",
    "host_of",
    "is_shared",
    "origins",
    "ranked",
    "reconcile",
    "said_at",
    "stance",
    "standing_for",
    "track_scores",
    "was_alerted",
    "weigh",
    "why_not",
    "why_outweighed",
]
