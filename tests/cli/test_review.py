"""The claims log is read, explained and judged."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.cli.archives import WATCH, WORK
from tests.cli.conftest import Run

FIELDS = {
    "id", "title", "instalment", "event", "status", "when", "certainty", "sources", "scope", "quote", "first_seen", "last_seen",
    "documents",
}  # fmt: skip


def test_claims_are_listed_newest_first_with_the_contracts_fields(run: Run, database: Path) -> None:
    rows = run("claims", "--db", database, "--format", "json").rows
    assert all(set(row) >= FIELDS for row in rows)
    assert [row["id"] for row in rows] == sorted((row["id"] for row in rows), reverse=True)
    assert rows[0]["status"] == "released"
    assert rows[-1]["certainty"] == "rumoured"


def test_every_format_has_the_same_rows(run: Run, database: Path) -> None:
    rows = run("claims", "--db", database, "--format", "json").rows
    table = run("claims", "--db", database).out
    cells = list(csv.DictReader(io.StringIO(run("claims", "--db", database, "--format", "csv").out)))
    assert [int(cell["id"]) for cell in cells] == [row["id"] for row in rows]
    assert len(run("claims", "--db", database, "--format", "jsonl").out.splitlines()) == len(rows)
    assert len(table.splitlines()) == len(rows) + 1
    assert "release scheduled, 27 October 2023" in table


@pytest.mark.parametrize(
    ("option", "value", "held"),
    [
        ("title", WORK.upper(), WORK),
        ("event", "release", "release"),
        ("status", "postponed", "postponed"),
        ("certainty", "rumoured", "rumoured"),
    ],
)
def test_claims_can_be_chosen(run: Run, database: Path, option: str, value: str, held: str) -> None:
    rows = run("claims", "--db", database, "--format", "json", f"--{option}", value).rows
    assert rows
    assert {row[option] for row in rows} == {held}


def test_claims_can_be_chosen_by_source_and_time(run: Run, database: Path) -> None:
    assert len(run("claims", "--db", database, "--format", "json", "--source", "leak.example").rows) == 1
    assert run("claims", "--db", database, "--format", "json", "--since", "2024-01-01").rows == []
    assert run("claims", "--db", database, "--since", "2024-01-01").out == "No claims.\n"
    assert len(run("claims", "--db", database, "--format", "json", "--limit", "2").rows) == 2


@pytest.fixture
def october(run: Run, database: Path) -> int:
    """The claim of 17 October, which two documents make."""
    rows = run("claims", "--db", database, "--format", "json", "--status", "scheduled").rows
    return next(int(row["id"]) for row in rows if row["when"] == "2023-10-17")


def test_a_claim_shows_its_quote_in_context_who_said_it_first_and_what_became_of_it(
    run: Run, database: Path, october: int
) -> None:
    ran = run("claims", "show", october, "--db", database)
    assert ran.code == 0
    for words in (
        f"{WORK} · release",
        "scheduled 17 October 2023",
        "seen              2 documents",
        f"[Northlight confirmed that {WORK} will be released on October 17, 2023.]",
        "first             daily.example",
        "Northlight",
        "https://echo.example/4",
        "not this claim",
    ):
        assert words in ran.out


def test_a_claim_is_told_whole_as_json(run: Run, database: Path, october: int) -> None:
    (row,) = run("claims", "show", october, "--db", database, "--format", "json").rows
    assert set(row) >= FIELDS | {"first_said", "origins", "observations", "verdicts", "changes", "standing"}
    assert row["first_said"]["source"] == "daily.example"
    assert [observation["source"] for observation in row["observations"]] == ["daily.example", "echo.example"]
    assert all(observation["rules"] for observation in row["observations"])
    assert row["standing"]["status"] == "released"


def test_the_database_may_be_named_before_or_after_the_inner_command(
    run: Run, database: Path, october: int
) -> None:
    assert (
        run("claims", "--db", database, "show", october).out
        == run("claims", "show", october, "--db", database).out
    )


@pytest.mark.parametrize("command", ["show", "confirm", "dismiss"])
def test_a_claim_that_is_not_there_is_wrong_usage(run: Run, database: Path, command: str) -> None:
    ran = run("claims", command, 9999, "--db", database)
    assert (ran.code, ran.out) == (2, "")
    assert "there is no claim 9999; `monitor claims` lists them" in ran.err


def test_a_dismissed_claim_stands_no_more_and_keeps_its_note(
    run: Run, database: Path, tmp_path: Path
) -> None:
    (tmp_path / "sources.yaml").write_text(WATCH + f"channels:\n  - file: {tmp_path}/alerts.jsonl\n")
    (released,) = run("claims", "--db", database, "--format", "json", "--status", "released").rows
    ran = run("claims", "dismiss", released["id"], "--note", "another\x1b game", "--db", database)
    assert ran.code == 0
    assert ran.out.startswith(f"Dismissed: claim {released['id']}, {WORK}.")
    (row,) = run("claims", "show", released["id"], "--db", database, "--format", "json").rows
    assert row["verdict"] == "dismissed"
    assert [verdict["note"] for verdict in row["verdicts"]] == ["another\x1b game"]
    assert row["standing"]["status"] == "scheduled"
    assert "another␛ game" in run("claims", "show", released["id"], "--db", database).out
    assert "✗" in run("claims", "--db", database).out


def test_a_confirmed_claim_says_that_a_person_confirmed_it(run: Run, database: Path, october: int) -> None:
    ran = run("claims", "confirm", october, "--db", database)
    assert ran.code == 0
    assert "no configuration was found, so nobody is alerted" in ran.err
    assert "confirmed by a person" in run("claims", "show", october, "--db", database).out
