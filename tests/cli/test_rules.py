"""Which channels get a change, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.archives import WATCH, WORK
from tests.cli.conftest import Run

CHANNELS = """channels:
  - console
  - {console: , name: korean, only: {languages: [ko]}}
  - {console: , name: sure, only: {certainty: reported, origins: 2}}
  - {console: , name: film, only: {scopes: [theatres]}, digest: daily 08:00}
  - {console: , name: parts, except: {instalments: [whole]}, quiet: '22:00-07:00'}
"""


@pytest.fixture
def explain(run: Run, tmp_path: Path) -> Any:
    (tmp_path / "sources.yaml").write_text(WATCH + CHANNELS)
    return lambda *arguments: {
        row["channel"]: row for row in run("rules", "explain", *arguments, "--format", "json").rows
    }


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ([], {"console", "film"}),
        (["--lang", "ko"], {"console", "korean", "film"}),
        (["--origins", 2], {"console", "sure", "film"}),
        (["--source", "a.example", "--source", "b.example"], {"console", "sure", "film"}),
        (["--origins", 3, "--certainty", "rumoured"], {"console", "film"}),
        (["--scope", "Netflix"], {"console"}),
        (["--instalment", "S2", "--scope", "theatres"], {"console", "film", "parts"}),
        (["--instalment", "whole", "--change", "released", "--event", "trailer"], {"console", "film"}),
    ],
)
def test_a_change_that_is_described_is_decided_as_one_that_happens(
    explain: Any, options: list[object], wanted: set[str]
) -> None:
    assert {name for name, row in explain(*options).items() if row["wanted"]} == wanted


def test_digests_and_quiet_hours_say_when(explain: Any) -> None:
    rows = explain("--instalment", "part 2", "--at", "2023-08-10T23:00")
    assert rows["console"]["at"] == "2023-08-10T23:00:00Z"
    assert rows["film"]["at"] == "2023-08-11T08:00:00Z"
    assert rows["parts"]["at"] == "2023-08-11T07:00:00Z"
    assert (rows["korean"]["at"], rows["korean"]["reasons"]) == (None, ["only: language en is not among ko"])


def test_a_change_that_happened_is_explained(run: Run, explain: Any, database: Path) -> None:
    (change, *_) = run("changes", "--db", database, "--format", "json").rows
    rows = explain(change["id"], "--db", database)
    assert rows["console"]["reasons"] == ["no rule says otherwise"]
    assert rows["korean"]["reasons"] == ["only: language en is not among ko"]
    assert run("rules", "explain", 999, "--db", database).code != 0


def test_a_person_reads_what_would_be_said_and_who_gets_it(run: Run, explain: Any) -> None:
    ran = run("rules", "explain", "--title", WORK.casefold())
    assert ran.out.startswith(f"{WORK} has moved ")
    assert "film" in ran.out
    assert "only: language en is not among ko" in " ".join(ran.out.split())
    del explain


def test_a_title_or_instalment_that_is_none_is_told(run: Run, explain: Any) -> None:
    del explain
    assert f"did you mean '{WORK}'?" in run("rules", "explain", "--title", WORK.replace("Glass", "Grass")).err
    assert "is not an instalment" in run("rules", "explain", "--instalment", "soon").err
