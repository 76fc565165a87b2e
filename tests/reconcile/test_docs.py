"""The worked example of docs/belief-revision.md is true."""

from __future__ import annotations

from pathlib import Path

from monitor.model import Event, Key
from tests.reconcile.story import believed, told

PAGE = Path(__file__).parents[2] / "docs" / "belief-revision.md"
WORK = Key("Alan Wake 2", None, Event.RELEASE)


def _rows() -> list[list[str]]:
    section = PAGE.read_text(encoding="utf-8").partition("## A worked example")[2]
    rows = [line.strip("| ").split("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def test_the_worked_example_alerts_and_believes_what_it_says() -> None:
    rows = _rows()
    assert len(rows) > 10
    lines: list[str] = []
    known: list[str] = []
    for day, outlet, claims, alert, then in rows:
        lines.append(f"{day} {outlet} {claims}")
        alerts, standings = told(lines)
        assert alerts[len(known) :] == ([alert] if alert else []), lines[-1]
        assert believed(standings[WORK]) == then, lines[-1]
        known = alerts
