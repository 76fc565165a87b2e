"""monitor why, as a person and a program read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

WATCH = """
watch: [{title: Glass Harbour, aliases: [GH]}, Saltmarsh Requiem]
channels:
  - console
  - file: alerts.jsonl
    name: sure
    only: {certainty: official}
"""
LINES = (
    ("one.example", "Glass Harbour in May", "Glass Harbour will be released on May 21, 2027."),
    ("two.example", "The week in games", "Also: Glass Harbour will be released on June 3, 2027."),
)


@pytest.fixture
def database(run: Run, tmp_path: Path) -> Path:
    import json

    (tmp_path / "works.yaml").write_text(WATCH)
    archive = tmp_path / "in.jsonl"
    archive.write_text(
        "".join(
            json.dumps({"id": source, "url": f"https://{source}/1", "source": source, "published": f"2026-11-0{day}T10:00:00Z",
                        "lang": "en", "title": title, "text": text}) + "\n"
            for day, (source, title, text) in enumerate(LINES, 1)
        )
    )  # fmt: skip
    run("replay", archive, "--config", "works.yaml", "--db", "why.db")
    return tmp_path / "why.db"


def test_a_claim_that_is_believed_says_why_and_who_was_alerted(run: Run, database: Path) -> None:
    out = run("why", 1, "--config", "works.yaml", "--db", database).out
    assert "believed          nothing stood against it" in out
    assert "held back" in out
    assert "only: certainty reported is not at least official" in " ".join(out.split())


def test_a_claim_that_is_not_believed_says_what_it_lacks(run: Run, database: Path) -> None:
    out = run("why", 2, "--config", "works.yaml", "--db", database).out
    assert "not believed      it is said by the way, and nobody else says so" in out
    assert "not alerted       what is not believed is not alerted" in out
    assert "not this claim" in out


@pytest.mark.parametrize("title", ["Glass Harbour", "glass harbour", "gh"])
def test_a_work_is_explained_claim_by_claim(run: Run, database: Path, title: str) -> None:
    rows = run("why", title, "--config", "works.yaml", "--db", database, "--format", "json").rows
    assert [(row["when"], row["believed"]) for row in rows] == [("2027-06-03", False), ("2027-05-21", True)]
    assert all(row["reason"] and row["said"] and row["standings"] for row in rows)
    routes: list[dict[str, Any]] = rows[1]["changes"][0]["channels"]
    assert {route["channel"]: route["state"] for route in routes} == {
        "console": "not sent",
        "sure": "held back",
        "replay": "delivered",
    }


def test_a_work_that_nothing_was_claimed_of_says_so(run: Run, database: Path) -> None:
    out = run("why", "Saltmarsh Requiem", "--config", "works.yaml", "--db", database).out
    assert "Nothing was claimed of Saltmarsh Requiem yet" in " ".join(out.split())


def test_a_work_that_nobody_watches_is_a_usage_error_that_names_the_nearest(run: Run, database: Path) -> None:
    ran = run("why", "Glass Harbor", "--config", "works.yaml", "--db", database)
    assert ran.code == 2
    assert "Glass Harbour" in ran.err


def test_claims_show_gives_the_reason_where_nothing_stands(run: Run, database: Path) -> None:
    run("claims", "dismiss", 1, "--config", "works.yaml", "--db", database)
    out = run("claims", "show", 1, "--config", "works.yaml", "--db", database).out
    assert "nothing of it stands" not in out
    assert "a person dismissed it" in out
