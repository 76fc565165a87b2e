"""monitor upcoming, and claims correct, as a person and a program use them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run

DOCS = Path(__file__).parents[2] / "docs"


def test_upcoming_says_when_how_sure_and_who_said_it_first(run: Run, database: Path) -> None:
    run("claims", "confirm", _of(run, database, "2023-10-27"), "--db", database)
    told = run("upcoming", "--as-of", "2023-09-01", "--db", database, "--format", "json")

    assert told.code == 0
    (row,) = told.rows
    assert (row["part"], row["title"], row["when"], row["confirmed"]) == (
        "dated",
        "Harbour of Glass",
        "2023-10-27",
        True,
    )
    assert (row["earliest"], row["latest"]) == ("2023-10-27", "2023-10-27")
    assert row["first_said_by"] == "news.example"
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    (fields,) = re.findall(r"\| `upcoming` \| (.*) \|", text)
    documented = re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", fields))
    assert documented == list(row)


def test_upcoming_tells_a_person_by_parts(run: Run, database: Path) -> None:
    run("claims", "confirm", _of(run, database, "2023-10-27"), "--db", database)
    dated = run("upcoming", "--as-of", "2023-09-01", "--db", database)
    assert "27 October 2023" in dated.out
    assert "confirmed by you" in dated.out
    overdue = run("upcoming", "--as-of", "2023-12-01", "--db", database)
    assert "Nothing dated is believed to come." in overdue.out
    assert "Overdue" in overdue.out
    assert run("upcoming", "--until", "2023-09-30", "--as-of", "2023-09-01", "--db", database).out.startswith(
        "Nothing dated"
    )


@pytest.mark.parametrize("wrong", ["tomorrow", "2023-02-30", "٢٠٢٣-01-01x"])
def test_a_day_that_is_none_is_an_error(run: Run, database: Path, wrong: str) -> None:
    told = run("upcoming", "--until", wrong, "--db", database)
    assert told.code == 2
    assert "is not a day; write 2023-08-10" in told.err


def test_a_correction_is_previewed_given_and_undone(
    run: Run, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USER", "ann")
    number = _of(run, database, "2023-10-27")
    preview = run("claims", "correct", number, "--when", "2023-11-03", "--preview", "--db", database)
    assert preview.code == 0
    assert "Nothing was written." in preview.out
    assert "3 November 2023" in preview.out
    assert run("claims", "--verdict", "dismissed", "--db", database, "--format", "json").rows == []

    done = run("claims", "correct", number, "--when", "2023-11-03", "--db", database)
    assert done.code == 0
    assert f"Corrected: claim {number}" in done.out
    (dismissed,) = run("claims", "--verdict", "dismissed", "--db", database, "--format", "json").rows
    assert dismissed["id"] == number
    (confirmed,) = run("claims", "--verdict", "confirmed", "--db", database, "--format", "json").rows
    assert confirmed["when"] == "2023-11-03"
    left = {row["id"] for row in run("claims", "--unjudged", "--db", database, "--format", "json").rows}
    assert not left & {number, confirmed["id"]}
    assert ", ann" in run("claims", "show", number, "--db", database).out

    assert run("claims", "undo", number, "--db", database).code == 0
    assert run("claims", "--verdict", "confirmed", "--db", database, "--format", "json").rows == []
    assert "2023-11-03" not in {
        row["when"] for row in run("claims", "--db", database, "--format", "json").rows
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--when", "next week"), "is not a date of EDTF"),
        (("--work", "Nothing of the kind"), "no work is called"),
        ((), "that is what the claim says already"),
    ],
)
def test_a_correction_that_cannot_be_given_is_an_error(
    run: Run, database: Path, arguments: tuple[str, ...], said: str
) -> None:
    number = _of(run, database, "2023-10-27")
    told = run("claims", "correct", number, *arguments, "--db", database)
    assert told.code in (1, 2)
    assert said in told.err
    assert run("claims", "--verdict", "dismissed", "--db", database, "--format", "json").rows == []


def test_a_verdict_upgrades_the_ledger_of_an_older_version(run: Run, first_version: Path) -> None:
    told = run("claims", "dismiss", 1, "--db", first_version)
    assert told.code == 0
    assert "Dismissed: claim 1" in told.out
    assert run("upcoming", "--db", first_version, "--format", "json").code == 0


def test_a_verdict_and_none_at_once_are_an_error(run: Run, database: Path) -> None:
    assert run("claims", "--verdict", "confirmed", "--unjudged", "--db", database).code == 2


def test_origins_of_a_video_have_a_readable_name(run: Run, tmp_path: Path) -> None:
    feed = "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv"
    (tmp_path / "works.yaml").write_text("watch: [Harbour of Glass]\n", encoding="utf-8")
    line = {
        "id": "v", "url": "", "source": feed, "published": "2023-08-10T14:00:00Z", "lang": "en", "title": "Harbour of Glass",
        "text": "Harbour of Glass will be released on October 27, 2023.",
    }  # fmt: skip
    (tmp_path / "a.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    db = tmp_path / "v.db"
    assert run("replay", tmp_path / "a.jsonl", "--config", tmp_path / "works.yaml", "--db", db).code == 0
    (row,) = run("claims", "show", 1, "--db", db, "--format", "json").rows
    assert [origin["name"] for origin in row["origins"]] == ["UCabcdefghijklmnopqrstuv, youtube.com"]


def _of(run: Run, database: Path, when: str) -> int:
    rows = run("claims", "--db", database, "--format", "json").rows
    return int(next(row["id"] for row in rows if row["when"] == when))
