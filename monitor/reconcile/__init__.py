"""Reconcile: observations to what is believed, and a difference in belief to a change. Pure: time is an argument.

`docs/belief-revision.md` explains it with an example; `transitions.py` is its specification.
"""

from __future__ import annotations

from monitor.reconcile.fold import Reconciled, reconcile
from monitor.reconcile.origins import Origin, first_said, near_duplicates, origins
from monitor.reconcile.record import Record, Score, ranked, track_record

__all__ = [
    "Origin",
    "Reconciled",
    "Record",
    "Score",
    "first_said",
    "near_duplicates",
    "origins",
    "ranked",
    "reconcile",
    "track_record",
]
