"""Is it right, and is it well?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.config import json_schema
from monitor.ledger import Ledger, SourceRow
from monitor.model import SourceKind, SourceState
from monitor.review.listing_rows import source_row
from tests.builders import NOW, source
from tests.cli.archives import WATCH, WORK, lines, write
from tests.cli.conftest import Run


def test_a_right_configuration_is_told_with_what_each_channel_would_get(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text(
        f"{WATCH}sources:\n  - feed: http://127.0.0.1/feed\n    every: 90s\n"
        "channels:\n  - console\n  - console:\n    name: trailers\n    only: {events: trailer}\n    digest: daily 08:00\n"
    )
    ran = run("check")
    assert (ran.code, ran.err) == (0, "")
    assert "note: sources.yaml:6:11: this is not a public address and will be refused" in ran.out
    assert "127.0.0.1/feed, feed, every 90s" in ran.out
    assert f"console: would get “{WORK} has moved" in ran.out
    assert "trailers, digest daily 08:00 UTC: would not get" in ran.out
    assert "event release is not among trailer" in ran.out


def test_check_has_no_side_effects(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text(WATCH + f"channels:\n  - file: {tmp_path}/out/alerts.jsonl\n")
    before = sorted(tmp_path.rglob("*"))
    assert run("check").code == 0
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("channel", "told"),
    [
        ("{webhook: 'https://hooks.example', secret: whsec_!}", "channel hooks.example: the webhook's secret begins with whsec_"),
        ("{apprise: 'nonsense://token'}", "channel nonsense: Apprise does not know its address 1 of 1"),
        ("{console: , template: '{% macro m() %}{% endmacro %}'}", "channel console: the template may not have macros"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
def test_a_channel_that_cannot_be_served_is_told_before_anything_runs(
    run: Run, tmp_path: Path, channel: str, told: str
) -> None:
    (tmp_path / "sources.yaml").write_text(f"{WATCH}channels:\n  - {channel}\n")
    ran = run("check")
    assert ran.code == 2
    assert told in ran.err


def test_the_schema_is_written_without_a_configuration(run: Run) -> None:
    assert json.loads(run("check", "--schema").out) == json.loads(json.dumps(json_schema()))


def test_no_secret_is_shown_by_check(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", "hunter2")
    (tmp_path / "sources.yaml").write_text(
        WATCH
        + "channels:\n  - webhook: https://hooks.example/${KEY}\n    secret: ${KEY}\n  - apprise: json://hunter2/1\n"
    )
    ran = run("check")
    assert ran.code == 0
    assert "hunter2" not in ran.out + ran.err


def test_the_configuration_is_looked_for_where_the_documentation_says(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "home" / "monitor" / "sources.yaml"
    own.parent.mkdir(parents=True)
    for path, title in ((own, "Own"), (tmp_path / "named.yaml", "Named"), (tmp_path / "given.yaml", "Given")):
        path.write_text(f"watch: [{title}]\n")
    assert "1 work: Own" in run("check").out
    (tmp_path / "sources.yaml").write_text("watch: [Here]\n")
    assert "1 work: Here" in run("check").out
    monkeypatch.setenv("MONITOR_CONFIG", "named.yaml")
    assert "1 work: Named" in run("check").out
    assert "1 work: Given" in run("check", "--config", "given.yaml").out


def test_a_real_test_alert_is_sent_and_a_refusal_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text(
        f"{WATCH}channels:\n  - file: {tmp_path}/alerts.jsonl\n    only: {{events: trailer}}\n    quiet: 00:00-23:59\n"
        "  - exec: ['false']\n"
    )
    ran = run("notify", "test", "alerts.jsonl")
    assert (ran.code, ran.out) == (0, "alerts.jsonl took the test alert.\n")
    assert json.loads((tmp_path / "alerts.jsonl").read_text())["test"] is True
    refused = run("notify", "test", "false")
    assert (refused.code, refused.out) == (1, "")
    assert "false did not accept the test alert: " in refused.err
    unknown = run("notify", "test", "alrets.jsonl")
    assert unknown.code == 2
    assert "did you mean 'alerts.jsonl'?" in unknown.err


STATES: list[tuple[SourceRow, str]] = [
    (SourceRow("feed", "u", True, SourceState(name="a", next_poll_at=NOW)), "new"),
    (SourceRow("feed", "u", True, SourceState(name="a", next_poll_at=NOW, last_poll_at=NOW)), "first pass"),
    (SourceRow("feed", "u", True, SourceState(name="a", next_poll_at=NOW, last_poll_at=NOW, baseline=False)), "ok"),
    (SourceRow("feed", "u", True, SourceState(name="a", next_poll_at=NOW, last_poll_at=NOW, failures=2)), "failing"),
    (SourceRow("feed", "u", True, SourceState(name="a", next_poll_at=NOW, last_poll_at=NOW, baseline=False, silence_alerted=True)), "silent"),
    (SourceRow("feed", "u", True, SourceState(name="a", next_poll_at=NOW, last_poll_at=NOW, gone=True)), "gone"),
    (SourceRow("feed", "u", True, SourceState(name="a", next_poll_at=NOW, last_poll_at=NOW - timedelta(hours=2))), "late"),
    (SourceRow("feed", "u", True, SourceState(name="a", next_poll_at=NOW, scheduled_at=NOW - timedelta(hours=2))), "late"),
    (SourceRow("feed", "u", True, SourceState(name="a", next_poll_at=NOW, last_poll_at=NOW + timedelta(days=900))), "late"),
    (SourceRow("feed", "u", False, SourceState(name="a", next_poll_at=NOW)), "removed"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "state"), STATES, ids=[state for _, state in STATES])
def test_a_source_has_a_state_that_a_person_understands(row: SourceRow, state: str) -> None:
    told = source_row(row, NOW + timedelta(minutes=1))
    assert told["state"] == state
    assert (told["next_poll_at"] is None) == (state in ("gone", "removed"))


@pytest.mark.parametrize(
    ("hours", "state", "error"), [(0, "ok", "unreadable date"), (2, "late", "not polled")]
)
def test_that_a_source_is_late_is_said_before_what_was_doubtful_when_it_was_read(
    hours: int, state: str, error: str
) -> None:
    polled = NOW - timedelta(hours=hours)
    read = SourceState(
        name="a", next_poll_at=NOW, last_poll_at=polled, baseline=False, error="unreadable date 'soon'"
    )
    told = source_row(SourceRow("feed", "u", True, read), NOW)
    assert told["state"] == state
    assert error in told["error"]


@pytest.mark.parametrize(
    ("kind", "fields", "advice"),
    [
        ("feed", {}, None),
        ("feed", {"moved_to": "https://a.example/new"}, "it moved for good and is read at https://a.example/new: write `feed: https://a.example/new`"),
        ("page", {"moved_to": "https://a.example/new"}, "it moved for good and is read at https://a.example/new: write `page: https://a.example/new`"),
        ("sitemap", {"moved_to": "https://a.example/new"}, "it moved for good and is read at https://a.example/new: write `sitemap: https://a.example/new`"),
        ("reddit", {"moved_to": "https://a.example/new"}, "it moved for good and is read at https://a.example/new"),
        ("feed", {"gone": True}, "take it out of sources.yaml; `monitor poll 'an outlet'` asks whether it is back"),
    ],
)  # fmt: skip
def test_what_only_the_user_can_do_is_said(
    kind: str, fields: dict[str, Any], advice: str | None, run: Run, database: Path
) -> None:
    with Ledger.open(database) as ledger:
        ledger.sync_sources([source("an outlet", kind=SourceKind(kind))], NOW)
        ledger.save_states([replace(ledger.state("an outlet"), **fields)])
    (row,) = run("sources", "--db", database, "--format", "json").rows
    assert (row["advice"], row["moved_to"]) == (advice, fields.get("moved_to"))
    assert (advice or "source") in run("sources", "--db", database).out


def test_the_health_of_sources_is_listed(run: Run, database: Path) -> None:
    with Ledger.open(database) as ledger:
        ledger.sync_sources([source("news.example"), source("bad \x1b[31m", url="https://bad.example/")], NOW)
    rows = run("sources", "--db", database, "--format", "json").rows
    assert set(rows[0]) >= {
        "name", "kind", "url", "state", "last_poll_at", "next_poll_at", "failures", "documents", "claims", "error",
    }  # fmt: skip
    assert "bad ␛[31m" in run("sources", "--db", database).out


def test_a_table_of_sources_tells_times_by_their_distance_and_failures_in_a_row(
    run: Run, database: Path
) -> None:
    now = datetime.now(UTC)
    with Ledger.open(database) as ledger:
        ledger.sync_sources([source("a.example"), source("b.example", url="https://b.example/")], now)
        states = [
            replace(
                ledger.state("a.example"),
                last_poll_at=now - timedelta(hours=2),
                next_poll_at=now - timedelta(hours=1),
                usual=timedelta(hours=1),
            ),
            replace(
                ledger.state("b.example"),
                last_poll_at=now,
                failures=3,
                next_poll_at=now + timedelta(hours=5, minutes=9),
            ),
        ]
        ledger.save_states(states)
    rows = [line.split() for line in run("sources", "--db", database).out.splitlines()]
    assert rows[0][:6] == ["source", "kind", "state", "polled", "next", "documents"]
    assert rows[1][:6] == ["a.example", "feed", "first", "pass", "2h", "ago"]
    assert rows[1][6] == "due"
    assert " ".join(rows[2][2:4]) == "failing (3)"
    assert " ".join(rows[2][-4:-2]) == "in 5h"


def test_sources_are_ranked_by_how_right_they_were(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text(WATCH)
    story = (
        ("right.example", "2023-03-01T09:00:00Z", f"{WORK} will be released on October 17, 2023."),
        ("wrong.example", "2023-04-01T09:00:00Z", f"{WORK} will be released on December 5, 2023."),
        (
            "other.example",
            "2023-10-17T09:00:00Z",
            f"{WORK} was released on October 17, 2023, Northlight confirmed.",
        ),
    )
    run("replay", write(tmp_path / "in.jsonl", lines(story)), "--db", "r.db")
    rows = run("sources", "--record", "--db", "r.db", "--format", "json").rows
    told = {row["source"]: (row["kind"], row["claims"], row["hits"]) for row in rows}
    assert told == {"right": ("game", 1, 1), "wrong": ("game", 1, 0)}
    assert rows[0]["source"] == "right"


def test_bugs_are_shown_with_their_tracebacks(run: Run, database: Path) -> None:
    with Ledger.open(database) as ledger:
        ledger.add_bug("news.example", None, "Traceback: \x1b[2J here", NOW)
    assert "Traceback: ␛[2J here" in run("sources", "--bugs", "--db", database).out


def test_a_release_without_a_day_is_dated_by_the_news_of_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text(WATCH)
    story = (
        ("right.example", "2023-03-01T09:00:00Z", f"{WORK} will be released on October 17, 2023."),
        ("vague.example", "2023-03-02T09:00:00Z", f"{WORK} could come out in 2023, an insider claims."),
        ("early.example", "2023-04-01T09:00:00Z", f"{WORK} is expected to be released on September 12, 2023."),
        ("daily.example", "2023-10-17T09:00:00Z", f"Northlight confirmed that {WORK} is out now."),
    )  # fmt: skip
    run("replay", write(tmp_path / "in.jsonl", lines(story)), "--db", "r.db")
    rows = run("sources", "--record", "--db", "r.db", "--format", "json").rows
    told = {row["source"]: (row["hits"], row["flat_hits"], row["days_off"], row["lead"]) for row in rows}
    assert told == {"right": (1, 1, 0, 230), "vague": (1, 0, 0, 229), "early": (0, 0, 35, None)}
    table = run("sources", "--record", "--db", "r.db").out
    assert "230" in table.splitlines()[1]
