"""The claims log is read, explained and judged."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.cli.judging import CLAIM_COLUMNS
from monitor.ledger import Ledger
from monitor.model import Status
from tests.cli.archives import WATCH, WORK, lines, write
from tests.cli.conftest import Run
from tests.senders import send_pending

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
    assert "due 27 October 2023" in table


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "due 27 October 2023, PC"),
        ({"event": "trailer"}, "trailer due 27 October 2023, PC"),
        ({"status": "released", "when": None}, "out, PC"),
        ({"event": "trailer", "status": "released", "when": None, "scope": []}, "trailer out"),
        ({"status": "postponed", "scope": []}, "postponed: 27 October 2023"),
        ({"status": "denied", "when": None, "scope": []}, "denied"),
        ({"status": "unannounced", "when": None, "scope": []}, "no date yet"),
        ({"status": "cancelled", "when": None, "scope": []}, "cancelled"),
    ],
)
def test_what_is_claimed_is_said_in_plain_words(fields: dict[str, Any], told: str) -> None:
    row = {"event": "release", "status": "scheduled", "when": "2023-10-27", "scope": ["PC"], **fields}
    (column,) = [column for column in CLAIM_COLUMNS if column.heading == "claim"]
    assert column.cell(row) == told


def test_every_status_has_its_words() -> None:
    (column,) = [column for column in CLAIM_COLUMNS if column.heading == "claim"]
    told = [
        column.cell({"event": "release", "status": status.value, "when": None, "scope": []})
        for status in Status
    ]
    assert len(set(told)) == len(Status)
    assert "" not in told


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


def test_claims_can_be_chosen_by_words_part_language_and_end(run: Run, database: Path) -> None:
    def chosen(*options: str) -> list[str | None]:
        rows = run("claims", "--db", database, "--format", "json", "--status", "scheduled", *options).rows
        return [row["when"] for row in rows]

    assert chosen("--search", "INSIDER claims") == ["2023"]
    assert chosen("--search", "northlight delayed") == chosen("--search", "delayed  Northlight")
    assert chosen("--search", "nowhere said") == []
    assert chosen("--instalment", "whole") == chosen()
    assert chosen("--instalment", "S2") == []
    assert chosen("--lang", "EN") == chosen()
    assert chosen("--lang", "ko") == []
    assert chosen("--since", "2023-02-01", "--until", "2023-05-24") == ["2023-10", "2023"]
    assert run("claims", "--db", database, "--instalment", "later").code == 2


def test_changes_can_be_chosen_by_words_part_language_and_end(run: Run, database: Path) -> None:
    def chosen(*options: str) -> list[str]:
        return [row["at"] for row in run("changes", "--db", database, "--format", "json", *options).rows]

    assert len(chosen("--search", "October 27", "--lang", "en", "--instalment", "whole")) == 1
    assert chosen("--until", "2023-03-01") == [at for at in chosen() if at < "2023-03-01"]
    assert chosen("--lang", "ko") == chosen("--instalment", "season 2") == []


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
        f"“Northlight confirmed that {WORK} will be released on October 17, 2023.”",  # it is all of its text
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


@pytest.mark.parametrize("command", ["show", "confirm", "dismiss", "undo"])
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


def test_a_claim_tells_how_belief_came_about_and_what_else_was_heard(
    run: Run, database: Path, october: int
) -> None:
    (row,) = run("claims", "show", october, "--db", database, "--format", "json").rows
    assert [turn["to"]["when"] for turn in row["turns"]][:3] == ["2023", "2023-10", "2023-10-17"]
    assert row["turns"][2]["said_by"] == ["daily.example ← Northlight"]
    assert all(turn["reason"] for turn in row["turns"])
    heard = {(other["status"], other["when"]): other for other in row["heard"]}
    assert heard["scheduled", "2023-10-17"]["why_not"] == "it was said before what is believed now"
    assert heard["scheduled", "2023-10-17"]["origins"] == 1
    text = run("claims", "show", october, "--db", database).out
    assert "daily.example ← Northlight" in text
    assert "also heard        scheduled 2023 (rumoured), 1 independent origin, first leak.example" in text


OUTLIER = (
    ("one.example", "2023-03-01T09:00:00Z", f"Northlight confirmed that {WORK} will be released on October 17, 2023."),
    ("two.example", "2023-03-01T11:00:00Z", f"{WORK} will be released on October 17, 2023, according to Osen."),
    ("far.example", "2023-03-20T09:00:00Z", f"{WORK} could come out on December 5, 2023, an insider claims."),
)  # fmt: skip


@pytest.fixture
def disputed(run: Run, tmp_path: Path) -> Path:
    (tmp_path / "works.yaml").write_text(WATCH)
    archive = write(tmp_path / "in.jsonl", lines(OUTLIER))
    run("replay", archive, "--config", "works.yaml", "--db", "outlier.db")
    return tmp_path / "outlier.db"


def dated(run: Run, database: Path, when: str) -> int:
    rows = run("claims", "--db", database, "--format", "json", "--status", "scheduled").rows
    return next(int(row["id"]) for row in rows if row["when"] == when)


def believed(run: Run, database: Path, claim: int) -> object:
    (row,) = run("claims", "show", claim, "--db", database, "--format", "json").rows
    return row["standing"]["when"]


def test_what_is_weaker_is_heard_and_not_believed(run: Run, disputed: Path) -> None:
    ran = run("claims", "show", dated(run, disputed, "2023-10-17"), "--db", disputed)
    assert "this claim" in ran.out
    assert "official, 2 independent origins" in ran.out
    assert (
        "scheduled 5 December 2023 (rumoured), 1 independent origin, first far.example on 2023-03-20"
        in ran.out
    )
    assert "it is rumoured, what is believed official" in ran.out


def test_what_a_person_confirms_outranks_the_press(run: Run, disputed: Path) -> None:
    claim = dated(run, disputed, "2023-12-05")
    assert believed(run, disputed, claim) == "2023-10-17"
    ran = run("claims", "confirm", claim, "--db", disputed)
    assert (
        "Corrected by your monitor: Harbour of Glass is due on 5 December 2023, not on 17 October 2023."
        in ran.out
    )
    assert "Believed now: Harbour of Glass, release scheduled, 5 December 2023 (confirmed by you)." in ran.out
    assert believed(run, disputed, claim) == "2023-12-05"


def test_what_a_person_dismissed_stays_dismissed_when_it_is_edited_or_repeated(
    run: Run, disputed: Path, tmp_path: Path
) -> None:
    claim = dated(run, disputed, "2023-10-17")
    run("claims", "dismiss", claim, "--db", disputed)
    told = run("changes", "--db", disputed, "--format", "json").rows
    edited = [
        ("one.example", "2023-03-02T09:00:00Z", f"{OUTLIER[0][2]} We corrected a name in this article."),
        ("two.example", "2023-03-03T11:00:00Z", f"{OUTLIER[1][2]} This article was edited."),
    ]
    again = write(tmp_path / "again.jsonl", lines(tuple(edited)))
    run("replay", again, "--config", "works.yaml", "--db", disputed)
    (row,) = run("claims", "show", claim, "--db", disputed, "--format", "json").rows
    assert (row["documents"], row["verdict"]) == (2, "dismissed")
    assert row["standing"] is None or row["standing"]["when"] != "2023-10-17"
    assert run("changes", "--db", disputed, "--format", "json").rows == told


def bodies(database: Path) -> list[dict[str, Any]]:
    """Return the alerts that wait for the channel, oldest first."""
    with Ledger.open(database, read_only=True) as log:
        return [
            json.loads(delivery.body) for delivery in reversed(list(log.deliveries(channel="alerts.jsonl")))
        ]


@pytest.fixture
def dated_once(run: Run, tmp_path: Path) -> Path:
    """A ledger with one official date, and a channel."""
    (tmp_path / "works.yaml").write_text(WATCH)
    (tmp_path / "sources.yaml").write_text(WATCH + "channels:\n  - file: alerts.jsonl\n")
    archive = write(tmp_path / "in.jsonl", lines(OUTLIER[:1]))
    run("replay", archive, "--config", "works.yaml", "--db", "once.db")
    return tmp_path / "once.db"


def test_a_dismissal_that_leaves_nothing_says_so_and_is_alerted_as_withdrawn(
    run: Run, dated_once: Path
) -> None:
    ran = run("claims", "dismiss", 1, "--note", "another game", "--db", dated_once)
    assert ran.out.splitlines() == [
        f"Dismissed: claim 1, {WORK}.",
        f"Withdrawn by your monitor: {WORK} is no longer believed to come out on 17 October 2023 – another game.",
        f"Believed now: nothing of the release of {WORK}.",
    ]
    (body,) = bodies(dated_once)
    assert (body["type"], body["data"]["to"], body["data"]["by"]) == ("release.retracted", None, "monitor")
    assert "retracted" in run("changes", "--db", dated_once).out


def test_an_undone_dismissal_lets_stand_what_stood_and_alerts_nothing_that_was_known(
    run: Run, dated_once: Path
) -> None:
    with Ledger.open(dated_once, read_only=True) as log:
        stood = list(log.all_standings())
    run("claims", "dismiss", 1, "--db", dated_once)
    told = bodies(dated_once)
    ran = run("claims", "undo", 1, "--db", dated_once)
    assert ran.out.splitlines() == [
        f"Undone: claim 1, {WORK}.",
        f"Believed now: {WORK}, release scheduled, 17 October 2023 (official).",
    ]
    assert bodies(dated_once) == told
    with Ledger.open(dated_once, read_only=True) as log:
        assert list(log.all_standings()) == stood
    again = run("claims", "undo", 1, "--db", dated_once)
    assert again.code == 2
    assert "no verdict on claim 1 is left to undo" in again.err


def test_what_is_read_after_an_undone_verdict_is_alerted_as_ever(
    run: Run, dated_once: Path, tmp_path: Path
) -> None:
    run("claims", "dismiss", 1, "--db", dated_once)
    run("claims", "undo", 1, "--db", dated_once)
    moved = f"Northlight has delayed {WORK} from October 17 to October 27, 2023."
    story = (*OUTLIER[:1], ("one.example", "2023-08-10T14:00:00Z", moved))
    archive = write(tmp_path / "more.jsonl", lines(story))
    run("replay", archive, "--config", "works.yaml", "--db", dated_once)
    rows = run("changes", "--db", dated_once, "--format", "json").rows
    assert {row["id"]: row["change"] for row in rows} == {1: "appeared", 2: "retracted", 3: "moved_later"}


def test_a_change_to_nothing_leaves_every_column_of_the_others(run: Run, dated_once: Path) -> None:
    run("claims", "dismiss", 1, "--note", "another game", "--db", dated_once)
    rows = list(
        csv.DictReader(io.StringIO(run("export", "changes", "--db", dated_once, "--format", "csv").out))
    )
    assert [(row["change"], row["from.when"], row["to.when"], row["note"]) for row in rows] == [
        ("retracted", "2023-10-17", "", "another game"),
        ("appeared", "", "2023-10-17", ""),
    ]
    assert "your verdict" in run("changes", "--db", dated_once).out


def test_the_alert_of_a_verdict_that_is_undone_before_it_went_out_is_never_sent(
    run: Run, dated_once: Path
) -> None:
    run("claims", "dismiss", 1, "--db", dated_once)
    undone = run("claims", "undo", 1, "--db", dated_once)
    assert undone.err == ""
    (given_up,) = run("deliveries", "--channel", "alerts.jsonl", "--db", dated_once, "--format", "json").rows
    assert (given_up["state"], given_up["error"]) == (
        "dead",
        "the verdict that it tells was undone before it was sent",
    )
    assert run("deliveries", "retry", "--db", dated_once).out == "Nothing is dead.\n"
    with Ledger.open(dated_once) as log:
        found = {each.id: each.is_taken_back for each in log.deliveries()}
    assert [each for each, taken_back in found.items() if taken_back] == [given_up["id"]]
    assert len(found) > 1


@pytest.mark.parametrize("asked", [False, True])
def test_who_was_told_of_a_verdict_is_told_that_it_is_undone_where_that_is_asked_for(
    run: Run, dated_once: Path, asked: bool
) -> None:
    run("claims", "dismiss", 1, "--db", dated_once)
    with Ledger.open(dated_once) as log:
        send_pending(log, datetime.now(UTC))
    undone = run("claims", "undo", 1, *(["--alert"] if asked else []), "--db", dated_once)
    note = "note: 1 alert of the verdict went out, and nobody is alerted that it is undone, except with --alert\n"
    assert undone.err == ("" if asked else note)
    assert [body["type"] for body in bodies(dated_once)[1:]] == (["release.appeared"] if asked else [])
    if asked:
        assert f"Corrected by your monitor: {WORK} is due on 17 October 2023." in undone.out


def test_the_makers_later_word_against_a_confirmation_is_alerted_as_such(
    run: Run, disputed: Path, tmp_path: Path
) -> None:
    (tmp_path / "sources.yaml").write_text(WATCH + "channels:\n  - file: alerts.jsonl\n")
    run("claims", "confirm", dated(run, disputed, "2023-12-05"), "--db", disputed)
    with Ledger.open(disputed, read_only=True) as log:
        (confirmed_at,) = (standing.confirmed_at for standing in log.all_standings() if standing.confirmed_at)
    later = (confirmed_at + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    year = confirmed_at.year + 2
    said = f"Northlight confirmed that {WORK} will be released on March 3, {year}."
    archive = write(tmp_path / "later.jsonl", lines((*OUTLIER, ("two.example", later, said))))
    run("replay", archive, "--config", "works.yaml", "--db", disputed)
    row = max(run("changes", "--db", disputed, "--format", "json").rows, key=lambda row: int(row["id"]))
    assert (row["change"], row["to"]["when"], row["against"][:10]) == (
        "moved_later",
        f"{year}-03-03",
        confirmed_at.date().isoformat(),
    )
    assert ", against your confirmation of " in run("changes", "--db", disputed).out.replace("\n", " ")


@pytest.mark.parametrize("went_out", [False, True])
def test_what_an_undone_confirmation_had_told_is_withdrawn_where_it_went_out(
    run: Run, tmp_path: Path, went_out: bool
) -> None:
    (tmp_path / "works.yaml").write_text(WATCH)
    (tmp_path / "sources.yaml").write_text(WATCH + "channels:\n  - file: alerts.jsonl\n")
    aside = ("far.example", "2023-03-20T09:00:00Z", f"{WORK} will be released in 2024.")
    archive = write(tmp_path / "in.jsonl", lines((aside,), title="The week in games"))
    run("replay", archive, "--config", "works.yaml", "--db", "aside.db")
    database = tmp_path / "aside.db"
    run("claims", "confirm", 1, "--db", database)
    assert [body["type"] for body in bodies(database)] == ["release.appeared"]
    with Ledger.open(database) as log:
        if went_out:
            send_pending(log, datetime.now(UTC))
    undone = run("claims", "undo", 1, "--db", database)
    assert [body["type"] for body in bodies(database)[1:]] == (["release.retracted"] if went_out else [])
    assert undone.out.endswith(f"Believed now: nothing of the release of {WORK}.\n")
    assert undone.err == ""
