"""The tables of the transitions are whole: each need has words for why it was met, and for what was lacking."""

from __future__ import annotations

from monitor.reconcile.transitions import LACKS, REASONS, TRANSITIONS, Need


def test_every_need_has_its_reasons() -> None:
    assert set(REASONS) == set(Need)
    assert set(LACKS) == set(Need) - {Need.SUPPORT}


def test_every_need_is_asked_for_or_worked_out() -> None:
    asked = {need for row in TRANSITIONS.values() for need in row.values()}
    assert set(Need) - asked == {Need.CORRECTION}  # which depends on who says so
