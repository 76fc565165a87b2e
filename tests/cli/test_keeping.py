"""The ledger as a whole: written out, copied, worked out anew."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from monitor.extract import Extractor
from monitor.ledger import Ledger
from monitor.model import Belief, Certainty, Document, Event, Status, When, Work
from monitor.reconcile import RULES
from monitor.recording import Recorder
from monitor.workers.worker import extracted
from tests.cli.archives import WORK, lines
from tests.cli.conftest import Run
from tests.fakes import record


@pytest.mark.parametrize("what", ["claims", "changes"])
def test_an_export_is_what_the_listing_says(run: Run, database: Path, tmp_path: Path, what: str) -> None:
    rows = run(what, "--db", database, "--format", "json").rows
    assert run("export", what, "--db", database).rows == rows
    assert run("export", what, "--db", database, "--format", "csv", "-o", tmp_path / "out.csv").out == ""
    cells = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text())))
    assert [int(cell["id"]) for cell in cells] == [row["id"] for row in rows]
    assert run("export", what, "--db", database, "--since", "2024-01-01").rows == []


def test_an_export_to_nowhere_is_wrong_usage(run: Run, database: Path, tmp_path: Path) -> None:
    ran = run("export", "claims", "--db", database, "-o", tmp_path / "nowhere" / "x")
    assert ran.code == 2
    assert "cannot be written: No such file" in ran.err


def test_a_backup_is_a_whole_ledger_and_never_goes_over_a_file(run: Run, database: Path) -> None:
    ran = run("backup", "copy.db", "--db", database)
    assert (ran.code, ran.err) == (0, "")
    assert (
        run("claims", "--db", "copy.db", "--format", "json").rows
        == run("claims", "--db", database, "--format", "json").rows
    )
    again = run("backup", "copy.db", "--db", database)
    assert again.code == 1
    assert "there is a file already" in again.err


def test_a_rebuild_by_the_same_rules_changes_nothing(run: Run, database: Path) -> None:
    before = run("changes", "--db", database, "--format", "json").rows
    with Ledger.open(database, read_only=True) as ledger:
        standings = list(ledger.all_standings())
    ran = run("rebuild", "--db", database)
    assert ran.out == f"1 subject, {len(standings)} belief as before, 0 gone, 0 new.\n"
    assert run("changes", "--db", database, "--format", "json").rows == before
    with Ledger.open(database, read_only=True) as ledger:
        assert list(ledger.all_standings()) == standings


def test_a_rebuild_says_what_differs_and_a_dry_run_writes_nothing(run: Run, database: Path) -> None:
    with Ledger.open(database) as ledger:
        (standing,) = ledger.all_standings()
        wrong = replace(standing, belief=Belief(Status.SCHEDULED, When.parse("2024"), Certainty.RUMOURED))
        ledger.put_standings(WORK, Event.RELEASE, [wrong])
    dry = run("rebuild", "--dry-run", "--db", database)
    assert dry.out.splitlines() == [
        f"- {WORK}, release scheduled, 2024 (rumoured)",
        f"+ {WORK}, release released (reported)",
        "1 subject, 0 beliefs as before, 1 gone, 1 new; nothing was written.",
    ]
    assert "1 new.\n" in run("rebuild", "--db", database).out
    assert "0 gone, 0 new" in run("rebuild", "--dry-run", "--db", database).out


def test_an_export_writes_over_a_file_only_when_told_to(run: Run, database: Path, tmp_path: Path) -> None:
    kept = tmp_path / "claims.json"
    kept.write_text("mine", encoding="utf-8")
    refused = run("export", "claims", "-o", kept, "--db", database)
    assert (refused.code, kept.read_text(encoding="utf-8")) == (2, "mine")
    assert "claims.json exists already; --force writes over it" in refused.err
    assert run("export", "claims", "-o", kept, "--force", "--db", database).code == 0
    assert kept.read_text(encoding="utf-8").startswith("[")
    assert run("export", "claims", "-o", "/dev/null", "--db", database).code == 0


def test_a_rebuild_lists_nothing_that_nobody_was_told(run: Run, tmp_path: Path) -> None:
    database = tmp_path / "first-pass.db"
    with Ledger.open(database) as ledger:
        ledger.keep_rules(RULES)
        recorder = Recorder({}, ())
        for row in lines()[:3]:
            published = datetime.fromisoformat(row["published"])
            document = Document(**{**row, "published": published})
            reading = extracted(Extractor([Work(WORK)]), document)
            record(ledger, recorder, reading, now=published, baseline=True)  # as a first pass does
    assert "+" not in run("rebuild", "--db", database).out
    assert run("changes", "--db", database).out == "No changes.\n"
    assert "Nothing has changed" in run("timeline", WORK, "--db", database).out
    (upcoming,) = run(
        "claims", "--db", database, "--status", "scheduled", "--limit", "1", "--format", "json"
    ).rows
    assert upcoming["when"] == "2023-10-17"
