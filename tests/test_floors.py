"""Floors of the scores: reached or not, raised by --update, lowered only when that is allowed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.floors import TOLERANCE, hold


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "floors.json"
    made.write_text('{"posts": 0.7, "seed": 0.8}', encoding="utf-8")
    return made


def test_a_floor_is_reached_within_what_machines_differ_by(path: Path) -> None:
    assert hold(path, {"posts": 0.7 - TOLERANCE / 2, "seed": 0.9})


def test_a_figure_below_its_floor_or_missing_is_told(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not hold(path, {"posts": 0.69})
    told = capsys.readouterr().out
    assert "posts 0.6900, floor 0.7000" in told
    assert "seed not measured" in told


def test_update_raises_floors_and_lowers_none(path: Path) -> None:
    assert hold(path, {"posts": 0.75, "seed": 0.7995, "new": 0.5}, update=True)
    assert json.loads(path.read_text(encoding="utf-8")) == {"new": 0.5, "posts": 0.75, "seed": 0.8}
    assert not hold(path, {"posts": 0.6, "seed": 0.9, "new": 0.5}, update=True)
    assert json.loads(path.read_text(encoding="utf-8"))["posts"] == 0.75


def test_a_floor_is_lowered_when_it_is_allowed(path: Path) -> None:
    assert hold(path, {"posts": 0.6, "seed": 0.8}, update=True, regression=True)
    assert json.loads(path.read_text(encoding="utf-8"))["posts"] == 0.6


def test_floors_are_made_where_there_are_none(tmp_path: Path) -> None:
    assert hold(tmp_path / "floors.json", {"posts": 0.6}, update=True)
    assert hold(tmp_path / "floors.json", {"posts": 0.6})
