"""An archive in, alerts out; the words of docs/replay.md, and what differs between two replays."""

from __future__ import annotations

import gzip
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.cli.archives import STORY, WATCH, WORK, lines, write
from tests.cli.conftest import Run

GUIDE = Path(__file__).parents[2] / "docs" / "replay.md"


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def works(tmp_path: Path) -> Path:
    path = tmp_path / "works.yaml"
    path.write_text(WATCH)
    return path


def test_a_replay_tells_what_would_have_been_alerted_and_when(run: Run, tmp_path: Path, works: Path) -> None:
    archive = write(tmp_path / "in.jsonl", lines())
    ran = run("replay", archive, "--config", works, "--alerts", "out.jsonl")
    alerts = objects((tmp_path / "out.jsonl").read_text())
    told = [
        (alert["timestamp"][:10], alert["data"]["change"], alert["data"]["to"]["when"]) for alert in alerts
    ]
    assert told[0][:2] == ("2023-02-01", "appeared")
    assert ("2023-08-10", "moved_later", "2023-10-27") in told
    assert told[-1][:2] == ("2023-10-27", "released")
    assert {alert["data"]["title"] for alert in alerts} == {WORK}
    assert ran.out.endswith(f"{len(alerts)} alerts.\n")
    assert ran.out.startswith(f"{len(STORY)} documents")


def test_a_replay_without_a_file_tells_the_alerts_in_words(run: Run, tmp_path: Path, works: Path) -> None:
    ran = run("replay", write(tmp_path / "in.jsonl", lines()), "--config", works)
    assert f"2023-08-10 {WORK} has moved from 17 to 27 October 2023" in ran.out


def test_a_part_of_an_archive_can_be_replayed(run: Run, tmp_path: Path, works: Path) -> None:
    archive = write(tmp_path / "in.jsonl", lines())
    ran = run("replay", archive, "--config", works, "--from", "2023-05-01", "--to", "2023-06-01")
    assert ran.out.splitlines()[-1].startswith("2 documents")


def test_several_archives_are_merged_by_time(run: Run, tmp_path: Path, works: Path) -> None:
    documents = lines()
    first, second = write(tmp_path / "a.jsonl", documents[::2]), write(tmp_path / "b.jsonl", documents[1::2])
    whole = write(tmp_path / "all.jsonl", documents)
    run("replay", first, second, "--config", works, "--alerts", "merged.jsonl")
    run("replay", whole, "--config", works, "--alerts", "whole.jsonl")
    assert (tmp_path / "merged.jsonl").read_text() == (tmp_path / "whole.jsonl").read_text() != ""


def test_a_replay_is_compared_with_an_earlier_one(run: Run, tmp_path: Path, works: Path) -> None:
    run("replay", write(tmp_path / "a.jsonl", lines()), "--config", works, "--alerts", "old.jsonl")
    same = run("replay", "a.jsonl", "--config", works, "--diff", "old.jsonl")
    assert "0 gone, 0 new." in same.out
    write(tmp_path / "b.jsonl", lines(STORY[:-1]))
    other = run("replay", "b.jsonl", "--config", works, "--diff", "old.jsonl")
    gone = [line for line in other.out.splitlines() if line.startswith("- 2023-10-27")]
    assert len(gone) == 1
    assert "1 gone, 0 new." in other.out


def test_rules_of_channels_and_instalments_limit_what_would_be_sent(
    run: Run, tmp_path: Path, works: Path
) -> None:
    archive = write(tmp_path / "in.jsonl", lines())
    works.write_text(WATCH + "channels:\n  - console:\n    only: {changes: moved_later}\n")
    run("replay", archive, "--config", works, "--alerts", "out.jsonl")
    assert {alert["data"]["change"] for alert in objects((tmp_path / "out.jsonl").read_text())} == {
        "moved_later"
    }


def test_a_ledger_is_kept_only_where_it_is_named(
    run: Run, tmp_path: Path, works: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_DB", str(tmp_path / "precious.db"))
    run("replay", write(tmp_path / "in.jsonl", lines()), "--config", works)
    assert not (tmp_path / "precious.db").exists()


def test_a_bad_line_of_an_archive_does_not_stop_the_replay(run: Run, tmp_path: Path, works: Path) -> None:
    archive = write(tmp_path / "in.jsonl", lines())
    archive.write_text("oops\n" + archive.read_text())
    ran = run("replay", archive, "--config", works)
    assert ran.code == 1
    assert "in.jsonl:1: this is not JSON" in ran.err
    assert f"{len(STORY)} documents" in ran.out


def test_a_packed_archive_is_read_as_it_is(run: Run, tmp_path: Path, works: Path) -> None:
    plain = write(tmp_path / "in.jsonl", lines())
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
    packed = run("replay", "in.jsonl.gz", "--config", works)
    assert packed == run("replay", plain, "--config", works)


def test_an_archive_that_breaks_off_is_told_and_what_came_before_counts(
    run: Run, tmp_path: Path, works: Path
) -> None:
    packed = gzip.compress("".join(json.dumps(line) + "\n" for line in lines() * 50).encode())
    (tmp_path / "in.jsonl.gz").write_bytes(packed[:-12])
    ran = run("replay", "in.jsonl.gz", "--config", works)
    assert ran.code == 1
    assert re.search(r"in.jsonl.gz:\d+: the file breaks off or is damaged here", ran.err)
    assert "298 documents" in ran.out


@pytest.mark.parametrize("published", ["0001-01-01T00:00:00+05:00", "9999-12-31", "soon", None])
def test_a_time_that_is_none_is_the_lines_fault(
    run: Run, tmp_path: Path, works: Path, published: str | None
) -> None:
    archive = write(tmp_path / "in.jsonl", [*lines(), *lines(STORY[:1], published=published)])
    ran = run("replay", archive, "--config", works)
    assert (ran.code, f"in.jsonl:{len(STORY) + 1}: `published` is" in ran.err) == (1, True)
    assert f"{len(STORY)} documents" in ran.out


def test_a_replay_that_is_complete_has_nothing_left_to_do_and_still_writes_its_alerts(
    run: Run, tmp_path: Path, works: Path
) -> None:
    archive = write(tmp_path / "in.jsonl", lines())
    command = ("replay", archive, "--config", works, "--db", "r.db", "--alerts", "out.jsonl")
    run(*command)
    alerts = (tmp_path / "out.jsonl").read_text()
    ran = run(*command)
    assert ran.out.startswith(
        f"Gone on after {len(STORY)} documents that this ledger holds already.\n0 documents,"
    )
    assert (tmp_path / "out.jsonl").read_text() == alerts != ""


def test_a_ledger_that_a_daemon_uses_next_has_nothing_to_send(run: Run, tmp_path: Path, works: Path) -> None:
    works.write_text(WATCH + "channels:\n  - file: alerts.jsonl\n")
    run("replay", write(tmp_path / "in.jsonl", lines()), "--config", works, "--db", "r.db")
    rows = run("deliveries", "--db", "r.db", "--format", "json").rows
    assert {(row["channel"], row["state"]) for row in rows} == {("replay", "delivered")}
    assert not (tmp_path / "alerts.jsonl").exists()


def test_an_alert_that_comes_at_another_time_or_otherwise_is_told_as_such(
    run: Run, tmp_path: Path, works: Path
) -> None:
    run("replay", write(tmp_path / "a.jsonl", lines()), "--config", works, "--alerts", "old.jsonl")
    later = [(s, p.replace("2023-08-10T14", "2023-08-10T20"), t) for s, p, t in STORY]
    run_later = run(
        "replay", write(tmp_path / "b.jsonl", lines(tuple(later))), "--config", works, "--diff", "old.jsonl"
    )
    assert f"~ 2023-08-10 20:00 {WORK} has moved from 17 to 27 October 2023" in run_later.out
    assert "    6 hours later\n" in run_later.out
    assert "1 otherwise or at another time, 0 gone, 0 new." in run_later.out
    certain = [
        (s, p, t.replace("could come out in 2023, an insider claims", "will be released in 2023"))
        for s, p, t in STORY
    ]
    ran = run(
        "replay", write(tmp_path / "c.jsonl", lines(tuple(certain))), "--config", works, "--diff", "old.jsonl"
    )
    assert "    reported, was rumoured\n" in ran.out


def test_a_new_alert_is_told_with_the_words_that_caused_it(run: Run, tmp_path: Path, works: Path) -> None:
    run("replay", write(tmp_path / "a.jsonl", lines(STORY[:-1])), "--config", works, "--alerts", "old.jsonl")
    ran = run("replay", write(tmp_path / "b.jsonl", lines()), "--config", works, "--diff", "old.jsonl")
    assert f"+ 2023-10-27 08:00 {WORK} is out" in ran.out
    assert f"    “{STORY[-1][2]}” https://daily.example/6\n" in ran.out


def test_a_replay_is_compared_with_the_changes_in_a_database(run: Run, tmp_path: Path, works: Path) -> None:
    run("replay", write(tmp_path / "a.jsonl", lines(STORY[:-1])), "--config", works, "--db", "old.db")
    ran = run("replay", write(tmp_path / "b.jsonl", lines()), "--config", works, "--diff", "old.db")
    assert "0 otherwise or at another time, 0 gone, 1 new." in ran.out


@pytest.mark.parametrize("words", ["not json", '{"type": "x"}', "[1]"])
def test_what_holds_no_alerts_cannot_be_compared_with(
    run: Run, tmp_path: Path, works: Path, words: str
) -> None:
    (tmp_path / "old.jsonl").write_text(words)
    ran = run("replay", write(tmp_path / "in.jsonl", lines()), "--config", works, "--diff", "old.jsonl")
    assert (ran.code, "old.jsonl holds neither alerts" in ran.err) == (2, True)


def test_the_guide_shows_what_is_seen(run: Run, tmp_path: Path) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    (archive,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    watch, channels = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "archive.jsonl").write_text(archive)
    (tmp_path / "works.yaml").write_text(watch)
    (tmp_path / "rules.yaml").write_text(watch + channels)
    shown = [
        (command, output)
        for console in re.findall(r"```console\n(.*?)```", text, re.DOTALL)
        for command, output in re.findall(r"^\$ monitor (.*)\n((?:[^$].*\n)*)", console, re.MULTILINE)
    ]
    assert len(shown) == 10
    for command, output in shown:
        ran = run(*shlex.split(command))
        assert (ran.code, ran.err) == (0, "")
        assert ran.out == output or not output, command
