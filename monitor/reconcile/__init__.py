"""Derive beliefs from observations, and changes from differences between beliefs. Pure: time is an argument.

`docs/belief-revision.md` explains it with an example; `transitions.py` is its specification.
"""

from __future__ import annotations

from monitor.reconcile.belief import Reconciled, history, reconcile, was_told, weighed
from monitor.reconcile.belief_state import Outcome, Turn
from monitor.reconcile.beside import Cause, Stance, cause, stance, standing_for, why_not
from monitor.reconcile.origins import Origin, first_said, is_shared, origins, said_at
from monitor.reconcile.release import DOUBTFUL
from monitor.reconcile.track_record import Record, Score, ranked, track_record

RULES = 4
"""The version of the rules of belief; raised when they change, so that a ledger adopts them without alerts."""

__all__ = [
    "DOUBTFUL",
    "RULES",
    "Cause",
    "Origin",
    "Outcome",
    "Reconciled",
    "Record",
    "Score",
    "Stance",
    "Turn",
    "cause",
    "first_said",
    "history",
    "is_shared",
    "origins",
    "ranked",
    "reconcile",
    "said_at",
    "stance",
    "standing_for",
    "track_record",
    "was_told",
    "weighed",
    "why_not",
]
