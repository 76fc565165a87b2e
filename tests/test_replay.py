"""An archive replayed: one change, one alert; in any order, as often as it comes, and however often it is cut off."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import replay as module
from monitor.cli import main
from monitor.extract import Extractor
from monitor.ledger import Ledger
from monitor.model import Channel, ChannelFilter, ChannelKind, Document, StructuredDocument
from monitor.replay import CHANNEL
from tests.archive import WORKS, archive, as_lines, shuffled_hours, watch_list
from tests.builders import NOW, at, document, work
from tests.fakes import replay

KILLS = 25
STORY = ["appeared", "confirmed", "narrowed", "released", "moved_later", "released"]


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return archive()


@pytest.fixture(scope="module")
def undisturbed(documents: list[Document], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with Ledger.open(tmp_path_factory.mktemp("replay") / "undisturbed.db", checkpoint=True) as opened:
        replay(opened, WORKS, (), documents)
        yield opened


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.db", checkpoint=True) as opened:
        yield opened


def alerts(ledger: Ledger) -> list[dict[str, Any]]:
    return [json.loads(delivery.body) for delivery in reversed(list(ledger.deliveries()))]


def told(ledger: Ledger) -> Counter[str]:
    """Return what was alerted, whenever it was and whoever said it."""
    return Counter(
        json.dumps([body["type"], *(body["data"][name] for name in ("title", "instalment", "scope", "to"))])
        for body in alerts(ledger)
    )


def believed(ledger: Ledger) -> list[object]:
    """Return every standing, its evidence named by document and quote: ids depend on the order."""
    evidence = {
        number: (fingerprint, quote)
        for number, fingerprint, quote in ledger.rows(
            "SELECT o.id, d.fingerprint, o.quote FROM observations o JOIN documents d ON d.id = o.document"
        )
    }
    return [
        (replace(standing, evidence=()), [evidence[number] for number in standing.evidence])
        for standing in ledger.all_standings()
    ]


def test_each_turn_of_each_story_is_told_once(undisturbed: Ledger) -> None:
    kinds: dict[str, list[str]] = {}
    for body in alerts(undisturbed):
        kinds.setdefault(body["data"]["title"], []).append(body["data"]["change"])
    assert kinds == {each.title: STORY for each in WORKS}


def test_an_archive_alerts_from_its_first_document_at_the_time_it_was_published(ledger: Ledger) -> None:
    first = document(
        "Remedy confirmed that Alan Wake 2 launches on October 17, 2023.", published=at("2023-05-24T20:00")
    )
    replay(ledger, [work()], (), [first])
    (only,) = alerts(ledger)
    assert (only["type"], only["timestamp"]) == ("release.appeared", "2023-05-24T20:00:00Z")


@pytest.mark.parametrize("seed", range(3))
def test_the_order_within_an_hour_changes_neither_beliefs_nor_alerts(
    documents: list[Document], undisturbed: Ledger, ledger: Ledger, seed: int
) -> None:
    replay(ledger, WORKS, (), shuffled_hours(documents, seed))
    assert believed(ledger) == believed(undisturbed)
    assert told(ledger) == told(undisturbed)


@pytest.mark.parametrize("again", [1, 2], ids=["each twice", "the whole twice"])
def test_what_comes_twice_adds_nothing(
    documents: list[Document], undisturbed: Ledger, ledger: Ledger, again: int
) -> None:
    twice = [each for each in documents for _ in range(2)] if again == 1 else documents * 2
    replay(ledger, WORKS, (), twice)
    assert believed(ledger) == believed(undisturbed)
    assert alerts(ledger) == alerts(undisturbed)
    assert ledger.count("observations") == undisturbed.count("observations")


def test_who_else_carried_a_claim_is_noted(undisturbed: Ledger) -> None:
    copies = undisturbed.value("SELECT count(*) FROM sightings WHERE source = 'copydesk.example'")
    assert copies > 0


def test_no_configured_channel_is_sent_any_and_their_rules_decide_what_is_told(
    documents: list[Document], ledger: Ledger
) -> None:
    hook = Channel(
        name="hook",
        kind=ChannelKind.WEBHOOK,
        target="https://a.example",
        only=ChannelFilter(changes=("moved_later",)),
    )
    replay(ledger, WORKS, [hook], documents)
    assert {body["data"]["change"] for body in alerts(ledger)} == {"moved_later"}
    assert {(row.channel, row.state) for row in ledger.deliveries()} == {(CHANNEL.name, "delivered")}
    assert ledger.due_channels(datetime(2100, 1, 1, tzinfo=UTC)) == []


def test_further_trailers_are_counted_and_only_told_to_who_asks_for_all(tmp_path: Path) -> None:
    names = (
        "Teaser",
        "Teaser 2",
        "Story Trailer",
        "Character Trailer: Saga",
        "Launch Trailer",
        "Accolades Trailer",
    )
    videos = [
        document(f"The {name} for Alan Wake 2.", title=f"Alan Wake 2 - Official {name}", published=NOW + timedelta(days=12 * number))
        for number, name in enumerate(names)
    ]  # fmt: skip

    def told(name: str, *channels: Channel) -> tuple[list[str], int]:
        with Ledger.open(tmp_path / f"{name}.db") as ledger:
            done = replay(ledger, [work()], channels, videos)
            return [body["data"]["trailer"] for body in alerts(ledger)], done.further_trailers

    desk = Channel(name="desk", kind=ChannelKind.CONSOLE, target="")
    every = [
        "official teaser",
        "teaser 2",
        "story trailer",
        "character trailer: Saga",
        "launch trailer",
        "accolades trailer",
    ]
    assert told("desk", desk) == ([every[0], every[2], every[4]], 3)
    assert told("all", replace(desk, only=ChannelFilter(trailers="all"))) == (every, 3)
    assert told("none") == (every, 3)


def test_what_is_overdue_is_told_on_the_archives_clock(ledger: Ledger) -> None:
    said = "Alan Wake 2 launches on {}, 2023, {} confirmed."
    story = [
        document(said.format("May 17", "Remedy"), id="1", source="one.example", published=at("2023-03-01")),
        document(said.format("May 17", "Pixel Gazette"), id="2", source="two.example", published=at("2023-03-02")),
        document("Nothing to see.", id="3", published=at("2023-09-01T10:00")),
    ]  # fmt: skip
    story[1] = replace(story[1], url="https://two.example/2")
    replay(ledger, [work()], (), story)
    late = [body for body in alerts(ledger) if body["data"]["change"] == "overdue"]
    assert [body["timestamp"] for body in late] == ["2023-06-17T00:00:00Z"]


def test_a_time_that_is_far_off_costs_no_walk_through_the_centuries(ledger: Ledger) -> None:
    times = ("1970-01-01", "2023-05-01", "2098-01-01", "2023-05-02")
    done = replay(
        ledger,
        [work()],
        (),
        [document(f"Alan Wake 2 is fun, {each}.", id=each, published=at(each)) for each in times],
    )
    assert done.documents == len(times)


def test_a_run_goes_on_where_it_was_cut_off_and_writes_all_its_alerts(
    documents: list[Document], undisturbed: Ledger, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 20)

    def cut_off(rest: Sequence[Document]) -> Iterator[Document]:
        yield from rest[:170]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        replay(ledger, WORKS, (), cut_off(documents), run="a")
    written: list[str] = []
    done = replay(ledger, WORKS, (), documents, run="a", written=written.extend)
    assert (done.skipped, done.documents) == (160, len(documents) - 160)
    assert list(map(json.loads, written)) == alerts(ledger) == alerts(undisturbed)


def test_another_run_begins_anew_and_repeats_no_alert(documents: list[Document], ledger: Ledger) -> None:
    written: list[str] = []
    replay(ledger, WORKS[:1], (), documents, run="a")
    replay(ledger, WORKS[:2], (), documents, run="b", written=written.extend)
    assert {json.loads(body)["data"]["title"] for body in written} == {WORKS[1].title}


def test_a_bug_stays_with_its_document(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(Extractor):
        def claims(self, structured: StructuredDocument, lang: str = "") -> tuple[()]:
            raise ZeroDivisionError(structured.document.id, lang)

    monkeypatch.setattr(module, "Extractor", Broken)
    done = replay(ledger, [work()], (), [document("Alan Wake 2 is out.")])
    assert (done.documents, done.bugs) == (1, 1)
    assert "ZeroDivisionError" in next(iter(ledger.bugs())).traceback


def test_kills_at_random_moments_leave_the_ledger_of_an_undisturbed_run(
    documents: list[Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 10)
    lines, works = as_lines(documents, tmp_path / "in.jsonl"), watch_list(tmp_path / "works.yaml")

    def run(name: str) -> int:
        arguments = ["replay", lines, "--config", works, "--db", tmp_path / f"{name}.db"]
        return main([*map(str, arguments), "--alerts", str(tmp_path / f"{name}.jsonl")])

    assert run("undisturbed") == 0
    in_time = sum(_killed(lambda: run("killed"), 0.02, 0.25) for _ in range(KILLS))
    assert in_time > 3, "the work was done before it could be disturbed"
    assert run("killed") == 0

    assert _contents(tmp_path / "killed.db") == _contents(tmp_path / "undisturbed.db")
    told, expected = ((tmp_path / f"{name}.jsonl").read_text() for name in ("killed", "undisturbed"))
    assert told == expected != ""


def _killed(work: Any, least: float, most: float) -> bool:
    """Run `work` in a process and kill it after a while; tells whether that was in time."""
    process = os.fork()
    if not process:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            work()
        finally:
            os._exit(0)
    time.sleep(random.uniform(least, most))
    os.kill(process, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(process, 0)[1])


def _contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table, and how far the replay came."""
    with closing(sqlite3.connect(path)) as found:
        assert found.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert found.execute("PRAGMA foreign_key_check").fetchall() == []
        tables = found.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlite\\_%' ESCAPE '\\'"
        )
        return {
            name: sorted(found.execute(f'SELECT * FROM "{name}"'), key=repr)  # noqa: S608 - our own tables
            for (name,) in tables.fetchall()
            if name
            not in ("words", "words_data", "words_idx")  # its pages depend on when its parts were merged
        }


def test_an_hours_order_differs_in_the_shuffled_archive(documents: list[Document]) -> None:
    other = shuffled_hours(documents, 1)
    assert other != documents
    assert all(
        abs(a.published - b.published) < timedelta(hours=1) for a, b in zip(other, documents, strict=True)
    )
