"""Verdicts as lessons: what the weights say of them, labels in the form of the corpora, and an adjustment that is tried first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.cli import main
from monitor.extract import Extractor
from monitor.extract.adjustment import LEAST_VERDICTS
from monitor.ledger import Ledger, SqliteStore
from monitor.model import Verdict, VerdictKind, Work
from monitor.parse import structured
from monitor.recording import Recorder, adopt_rules
from monitor.teaching import adjustment_of, in_use, lesson
from monitor.workers.worker import extracted
from tests.builders import NOW, document
from tests.fakes import record

TITLES = [f"Harbour Story {letter}" for letter in ("Amber", "Birch", "Cedar", "Delta", "Ember", "Fjord")]
WORKS = [Work(title) for title in TITLES]
GOOD, BAD = "news.example", "gossip.example"
DISMISSED = VerdictKind.DISMISSED


def _fill(path: Path, rounds: int, *, judge: bool = True) -> None:
    """Record `rounds` documents of each work at either source; what the one says is confirmed, what the other says dismissed."""
    extractor = Extractor(WORKS)
    with Ledger.open(path) as ledger:
        adopt_rules(SqliteStore(ledger).run)
        for day in range(1, rounds + 1):
            for number, title in enumerate(TITLES):
                month = "May" if number % 2 else "June"
                for source, year in ((GOOD, 2024), (BAD, 2025)):
                    text = f"{title} will be released on {month} {day}, {year}."
                    read = document(
                        text, title=f"{title} gets a release date", source=source, id=text, url=""
                    )
                    record(ledger, Recorder({}, []), extracted(extractor, read), now=NOW, baseline=True)
        if judge:
            for row in list(ledger.claims()):
                kind = (
                    DISMISSED if ledger.claim(row.id).observations[0].source == BAD else VerdictKind.CONFIRMED
                )
                ledger.add_verdict(Verdict(row.id, kind, NOW))
    path.with_name("sources.yaml").write_text(
        "watch:\n" + "".join(f"  - {title}\n" for title in TITLES), encoding="utf-8"
    )


@pytest.fixture
def ledger_path(tmp_path: Path) -> Path:
    path = tmp_path / "monitor.db"
    _fill(path, 4)
    return path


def _learn(database: Path, *options: object) -> int:
    config = database.with_name("sources.yaml")
    return main(["learn", *map(str, options), "--db", str(database), "--config", str(config)])


def test_it_says_how_many_verdicts_there_are_and_what_the_weights_say_of_them(
    ledger_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Ledger.open(ledger_path) as ledger:
        ledger.add_verdict(Verdict(1, VerdictKind.UNDONE, NOW))
        judged = lesson(ledger, WORKS).judged
    assert _learn(ledger_path, "--format", "json") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["confirmed"]["claims"], row["dismissed"]["claims"], row["undone"]) == (23, 24, 1)
    dismissed = [one.confidence for one in judged if not one.confirmed]
    assert row["dismissed"]["mean_confidence"] == pytest.approx(sum(dismissed) / len(dismissed), abs=0.001)
    assert row["dismissed"]["above_80"] == sum(one > 0.8 for one in dismissed)
    assert row["adjustment"] is None
    assert _learn(ledger_path) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("23 confirmed, mean confidence ")
    assert "1 verdict undone, not counted" in lines


def test_verdicts_on_works_that_are_watched_no_more_are_told_apart(ledger_path: Path) -> None:
    with Ledger.open(ledger_path) as ledger:
        learnt = lesson(ledger, WORKS[1:])
    assert (learnt.unwatched, len(learnt.judged)) == (8, 40)


def test_the_export_has_the_form_of_the_corpora(
    ledger_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = ledger_path.with_name("mine")
    assert _learn(ledger_path, "--export", target) == 0
    assert "48 documents, 24 confirmed claims" in capsys.readouterr().out
    docs, labels = (
        [
            json.loads(line)
            for line in target.with_name(f"mine.{kind}.jsonl").read_text(encoding="utf-8").splitlines()
        ]
        for kind in ("docs", "labels")
    )
    assert [row["id"] for row in docs] == [row["id"] for row in labels]
    for row, label in zip(docs, labels, strict=True):
        assert [one["title"] for one in row["watch"]] == label["watch"]
        assert bool(label["claims"]) is (row["source"] == GOOD)
        for claim in label["claims"]:
            assert claim["quote"] in row["text"] + row["title"]
            assert claim["optional"] is False
    # What was exported can be read by the program itself, and nothing is written over.
    assert main(["extract", str(target.with_name("mine.docs.jsonl"))]) == 0
    assert _learn(ledger_path, "--export", target) == 2
    assert "cannot be written: File exists" in capsys.readouterr().err


def test_a_claim_of_a_judged_document_that_nobody_judged_is_optional(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    _fill(path, 1, judge=False)
    both = document(
        f"{TITLES[0]} will be released on May 9, 2024. {TITLES[1]} will be released on June 9, 2024.",
        id="b",
        url="",
    )
    with Ledger.open(path) as ledger:
        read = extracted(Extractor(WORKS), both)
        assert len(read.claims) == 2
        record(ledger, Recorder({}, []), read, now=NOW, baseline=True)
        first = next(
            row.id for row in ledger.claims(titles=[TITLES[0]]) if str(row.claim.when) == "2024-05-09"
        )
        ledger.add_verdict(Verdict(first, VerdictKind.CONFIRMED, NOW))
    assert _learn(path, "--export", tmp_path / "mine") == 0
    (label,) = map(json.loads, (tmp_path / "mine.labels.jsonl").read_text(encoding="utf-8").splitlines())
    assert {claim["title"]: claim["optional"] for claim in label["claims"]} == {
        TITLES[0]: False,
        TITLES[1]: True,
    }


def test_an_adjustment_is_fitted_used_and_removed(
    ledger_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = document(
        f"{TITLES[0]} will be released on May 20, 2025.", title=f"{TITLES[0]} gets a release date", source=BAD
    )
    (plain,) = Extractor(WORKS).claims(structured(said))
    with Ledger.open(ledger_path, read_only=True) as ledger:
        assert adjustment_of(ledger) is None  # off by default
    assert _learn(ledger_path, "--adjust", "--format", "json") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["kept"]
    assert row["tried"]["verdicts"] == 48
    assert row["tried"]["loss_after"] + row["tried"]["standard_error"] < row["tried"]["loss_before"]
    with Ledger.open(ledger_path, read_only=True) as ledger:
        (lower,) = Extractor(WORKS, adjustment=adjustment_of(ledger)).claims(structured(said))
        logged = ledger.count("observations")
    assert lower.confidence is not None
    assert plain.confidence is not None
    assert lower.confidence < plain.confidence
    assert _learn(ledger_path) == 0
    assert f"source {BAD}" in capsys.readouterr().out
    assert _learn(ledger_path, "--reset") == 0
    assert "is removed" in capsys.readouterr().out
    with Ledger.open(ledger_path, read_only=True) as ledger:
        assert adjustment_of(ledger) is None
        assert ledger.count("observations") == logged


def test_too_few_verdicts_fit_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "monitor.db"
    _fill(path, 1)
    assert _learn(path, "--adjust") == 1
    assert f"needs {LEAST_VERDICTS} verdicts" in capsys.readouterr().out
    with Ledger.open(path, read_only=True) as ledger:
        assert ledger.adjustment() is None


def test_verdicts_that_follow_no_source_change_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "monitor.db"
    _fill(path, 4, judge=False)
    with Ledger.open(path) as ledger:
        for number, row in enumerate(ledger.claims()):
            kind = DISMISSED if number // 2 % 9 == 0 else VerdictKind.CONFIRMED
            ledger.add_verdict(Verdict(row.id, kind, NOW))
    assert _learn(path, "--adjust") == 0
    assert "nothing is changed" in capsys.readouterr().out
    with Ledger.open(path, read_only=True) as ledger:
        assert ledger.adjustment() is None


def test_a_damaged_adjustment_is_left_out(ledger_path: Path) -> None:
    with Ledger.open(ledger_path) as ledger:
        ledger.keep_adjustment('{"weights": {"a": "b"}}')
        assert in_use(ledger) is None


def test_one_thing_at_a_time(ledger_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _learn(ledger_path, "--adjust", "--reset") == 2
    assert "one of --export, --adjust and --reset" in capsys.readouterr().err
