"""Reconcile: observations to what is believed, and a difference in belief to a change. Pure: time is an argument.

`docs/belief-revision.md` explains it with an example; `transitions.py` is its specification.
"""

from __future__ import annotations

from monitor.reconcile.fold import Reconciled, reconcile
from monitor.reconcile.origins import Origin, first_said, near_duplicates, origins

__all__ = ["Origin", "Reconciled", "first_said", "near_duplicates", "origins", "reconcile"]
