"""A work that is added to the watch list is looked for in all that is there, silently; one that is renamed keeps its history."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import wire
from monitor.extract import Extractor
from monitor.ledger import Ledger
from monitor.model import Event, Work
from monitor.wire import Runtime
from tests.builders import NOW, observation
from tests.builders import document as read
from tests.fakes import FakeClock, FakeWeb, InlineReader, poll_once, rss

FEED = "https://news.example/feed.xml"
IDLE = ("idle", "A quiz show", "It has nothing to do with games.")
BOTH = (
    "both",
    "Two dates",
    "The studio confirmed that Glass Harbour launches on May 21, 2027. Remedy confirmed that Alan Wake 2 launches on May 3, 2027.",
)
OTHER = ("other", "Alan Wake 2 is dated", "Remedy confirmed that Alan Wake 2 launches on May 3, 2027.")
DELAY = (
    "delay",
    "Alan Wake 2 is delayed",
    "Remedy has delayed Alan Wake 2 from May 3, 2027 to June 9, 2027.",
)


class Watcher:
    """A runtime on one feed, built anew for each watch list."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.web = FakeWeb()

    @asynccontextmanager
    async def watching(self, *works: Any) -> AsyncIterator[Runtime]:
        path = self.folder / "sources.yaml"
        source = {"feed": FEED, "name": "news"}
        path.write_text(json.dumps({"watch": works, "sources": [source], "channels": ["console"]}), "utf-8")
        with wire.open_ledger(self.folder / "monitor.db", owner=True) as ledger:
            runtime = await wire.build(path, ledger, asyncio.Event(), clock=self.clock)
            runtime.cycle.reader = InlineReader(Extractor(runtime.config.watch))
            runtime.cycle.fetcher = self.web
            try:
                yield runtime
            finally:
                await runtime.close(0.1)

    async def poll(self, runtime: Runtime, *entries: tuple[str, str, str]) -> list[str]:
        if entries:
            self.web.pages[FEED] = rss(*entries, published=self.clock.now)
        self.clock.go(hours=1)
        polled = await poll_once(runtime.cycle, runtime.config.sources[0])
        return [
            f"{change.kind} {change.key.title} {change.after and change.after.when}"
            for change in polled.changes
        ]


def believed(runtime: Runtime, title: str = "Alan Wake 2") -> list[str]:
    return [str(standing.belief.when) for standing in runtime.ledger.standings(title, Event.RELEASE).values()]


@pytest.fixture
def watcher(tmp_path: Path) -> Watcher:
    return Watcher(tmp_path)


async def test_an_added_work_is_found_in_stored_documents_and_nobody_is_alerted(watcher: Watcher) -> None:
    async with watcher.watching("Glass Harbour") as runtime:
        await watcher.poll(runtime, BOTH)
    async with watcher.watching("Glass Harbour", "Alan Wake 2") as runtime:
        assert believed(runtime) == ["2027-05-03"]
        assert believed(runtime, "Glass Harbour") == ["2027-05-21"]
        assert list(runtime.ledger.changes()) == []


async def test_an_added_work_is_found_by_one_poll_of_what_did_not_change(watcher: Watcher) -> None:
    async with watcher.watching("Glass Harbour") as runtime:
        await watcher.poll(runtime, OTHER, IDLE)
        assert believed(runtime) == []
    async with watcher.watching("Glass Harbour", "Alan Wake 2") as runtime:
        assert runtime.ledger.state("news").next_poll_at == watcher.clock()
        assert runtime.ledger.has_due_sites(watcher.clock())
        assert await watcher.poll(runtime) == []
        assert believed(runtime) == ["2027-05-03"]
        assert runtime.ledger.state("news").look_for == ()
        assert await watcher.poll(runtime, OTHER, DELAY) == ["moved_later Alan Wake 2 2027-06-09"]


async def test_what_is_new_of_an_added_work_is_a_baseline_and_of_the_others_news(watcher: Watcher) -> None:
    async with watcher.watching("Glass Harbour") as runtime:
        await watcher.poll(runtime, IDLE)
    async with watcher.watching("Glass Harbour", "Alan Wake 2") as runtime:
        assert await watcher.poll(runtime, BOTH, IDLE) == ["appeared Glass Harbour 2027-05-21"]
        assert believed(runtime) == ["2027-05-03"]


async def test_a_poll_that_fails_is_made_up_for(watcher: Watcher) -> None:
    async with watcher.watching("Glass Harbour") as runtime:
        await watcher.poll(runtime, OTHER)
    page = watcher.web.pages.pop(FEED)
    async with watcher.watching("Glass Harbour", "Alan Wake 2") as runtime:
        await watcher.poll(runtime)
        assert runtime.ledger.state("news").look_for == ("Alan Wake 2",)
        watcher.web.pages[FEED] = page
        await watcher.poll(runtime)
        assert believed(runtime) == ["2027-05-03"]


async def test_a_further_name_is_looked_for_and_what_is_new_is_told(watcher: Watcher) -> None:
    async with watcher.watching("Saltmarsh Requiem") as runtime:
        await watcher.poll(runtime, OTHER)
    async with watcher.watching({"title": "Saltmarsh Requiem", "aliases": ["Alan Wake 2"]}) as runtime:
        assert await watcher.poll(runtime, OTHER, DELAY) == ["moved_later Saltmarsh Requiem 2027-06-09"]
        assert believed(runtime, "Saltmarsh Requiem") == ["2027-06-09"]


async def test_a_renamed_work_keeps_its_history_and_its_next_delay_is_a_move(watcher: Watcher) -> None:
    async with watcher.watching("Alan Wake 2") as runtime:
        await watcher.poll(runtime, IDLE)
        assert await watcher.poll(runtime, OTHER) == ["appeared Alan Wake 2 2027-05-03"]
    async with watcher.watching({"title": "Alan Wake II", "aliases": ["Alan Wake 2"]}) as runtime:
        assert believed(runtime) == []
        assert believed(runtime, "Alan Wake II") == ["2027-05-03"]
        assert [change.key.title for change in runtime.ledger.timeline("Alan Wake II")] == ["Alan Wake II"]
        assert await watcher.poll(runtime, OTHER, DELAY) == ["moved_later Alan Wake II 2027-06-09"]


async def test_a_watch_list_that_stays_or_shrinks_costs_no_further_look(watcher: Watcher) -> None:
    async with watcher.watching("Glass Harbour", "Alan Wake 2") as runtime:
        await watcher.poll(runtime, BOTH)
    async with watcher.watching("Glass Harbour") as runtime:
        assert runtime.ledger.state("news").look_for == ()
    async with watcher.watching("Glass Harbour") as runtime:
        assert runtime.ledger.state("news").look_for == ()


def test_two_watched_works_that_become_one_keep_the_claims_of_both(tmp_path: Path) -> None:
    one, two = Work("Alan Wake 2"), Work("Alan Wake II")
    with Ledger.open(tmp_path / "monitor.db") as ledger:
        ledger.sync_works([one, two])
        for number, title in enumerate(("Alan Wake 2", "Alan Wake II")):
            ledger.record_document(
                read(f"text {number}"), NOW + timedelta(hours=number), [observation(title=title)]
            )
        watched = ledger.sync_works([Work("Alan Wake II", aliases=("Alan Wake 2",))])
        assert watched.renamed == (("Alan Wake 2", "Alan Wake II"),)
        assert len(ledger.observations("Alan Wake II", Event.RELEASE)) == 2
        (row,) = ledger.claims()
        assert row.documents == 2
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            ledger.run("UPDATE observations SET quote = ''")
        ledger.check()


def titles(ledger: Ledger, works: Sequence[Work]) -> tuple[str, ...]:
    watched = ledger.sync_works(works)
    assert watched.added == ()  # what is new of a work that may have been watched all along is news
    return watched.names


def test_an_upgraded_ledger_looks_only_for_works_without_claims(first_version: Path) -> None:
    with Ledger.open(first_version) as ledger:
        known = [Work(title) for title in ledger.titles()]
        assert titles(ledger, [*known, Work("Never Watched")]) == ("Never Watched",)
        assert titles(ledger, [*known, Work("Never Watched")]) == ()
