"""The latest word of one document counts, and a document that is merely refreshed says nothing new: polls, and a replay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.cycle import Cycle
from monitor.extract import Extractor
from monitor.ledger import Ledger, SqliteStore
from monitor.model import Channel, ChannelKind, Document, Event, Work
from monitor.recording import Recorder
from tests.builders import NOW, document, source, work
from tests.fakes import FakeClock, FakeWeb, InlineReader, poll_once, replay, rss

FEED = "https://news.example/feed.xml"
WORKS = [work("Glass Harbour"), work("Alan Wake 2")]
IDLE = ("idle", "A quiz show", "It has nothing to do with games.")
DATED = "The studio confirmed that Glass Harbour launches on {}, 2027."
CHANNEL = Channel(name="desk", kind=ChannelKind.CONSOLE, target="")

Entry = tuple[str, str, str]


class Desk:
    """One feed that is polled hourly, and what is told of it."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.web = FakeWeb()
        self.ledger = Ledger.open(folder / "monitor.db")
        self.source = source()
        self.ledger.sync_sources([self.source], self.clock())
        recorder = Recorder({each.title: each for each in WORKS}, [CHANNEL])
        self.cycle = Cycle(
            SqliteStore(self.ledger),
            self.web,
            InlineReader(Extractor(WORKS)),
            recorder,
            self.clock,
            lambda: 0.0,
        )

    async def poll(self, *entries: Entry, published: datetime = NOW) -> list[str]:
        """Return what a poll of `entries` changes, each "kind date"."""
        self.web.pages[FEED] = rss(*entries, published=published)
        self.clock.go(hours=1)
        polled = await poll_once(self.cycle, self.source)
        return [f"{change.kind} {change.after and change.after.when}" for change in polled.changes]

    def believed(self, title: str = "Glass Harbour", event: Event = Event.RELEASE) -> list[str]:
        return [str(standing.belief.when) for standing in self.ledger.standings(title, event).values()]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.ledger.close()


def entry(day: str, name: str = "g1", words: str = DATED) -> Entry:
    return (name, "Glass Harbour is dated", words.format(day))


EDITS = [
    ("May 21", "May 12", "moved_earlier 2027-05-12"),
    ("May 12", "May 21", "moved_later 2027-05-21"),
    ("May 21", "May 22", "moved_later 2027-05-22"),
    ("May 21", "May 20", "moved_earlier 2027-05-20"),
    ("May 21", "June 3", "moved_later 2027-06-03"),
    ("October 1", "September 30", "moved_earlier 2027-09-30"),
]


@pytest.mark.parametrize("dated_anew", [False, True], ids=["same pubDate", "new pubDate"])
@pytest.mark.parametrize(("before", "after", "told"), EDITS)
async def test_an_edit_of_the_date_is_told_whatever_the_words_and_the_time(
    desk: Desk, before: str, after: str, told: str, dated_anew: bool
) -> None:
    await desk.poll(entry(before))
    assert await desk.poll(entry(after), published=NOW + timedelta(minutes=dated_anew)) == [told]
    assert desk.believed() == [told.partition(" ")[2]]
    assert await desk.poll(entry(after), IDLE) == []


async def test_what_is_edited_and_set_right_again_ends_where_it_began_with_two_alerts(desk: Desk) -> None:
    await desk.poll(entry("May 21"))
    assert await desk.poll(entry("May 12")) == ["moved_earlier 2027-05-12"]
    assert await desk.poll(entry("May 21")) == ["moved_later 2027-05-21"]
    assert desk.believed() == ["2027-05-21"]
    assert await desk.poll(entry("May 21"), IDLE) == []


async def test_an_edit_counts_though_another_outlet_repeated_the_old_date(desk: Desk) -> None:
    await desk.poll(entry("May 21"))
    await desk.poll(
        entry("May 21"), entry("May 21", "g2", "Glass Harbour is out on {}, 2027, says the studio.")
    )
    assert await desk.poll(entry("May 12"), entry("May 21", "g2", "Glass Harbour is out on {}, 2027, says the studio.")) == [
        "moved_earlier 2027-05-12"
    ]  # fmt: skip


PRESS = "Glass Harbour will be released on {}, 2027."


async def test_an_edit_of_a_day_counts_though_another_outlet_repeated_the_old_date(desk: Desk) -> None:
    other = entry("May 21", "g2", PRESS)
    await desk.poll(entry("May 21", words=PRESS), other)
    assert await desk.poll(entry("May 22", words=PRESS), other) == ["moved_later 2027-05-22"]


async def test_an_entry_whose_id_changes_is_known_by_its_address(desk: Desk) -> None:
    await desk.poll(entry("May 21"))
    feed = rss(entry("May 12")).replace(b">g1</guid>", b">another</guid>")
    assert b"another" in feed
    desk.web.pages[FEED] = feed
    desk.clock.go(hours=1)
    (change,) = (await poll_once(desk.cycle, desk.source)).changes
    assert str(change.after and change.after.when) == "2027-05-12"


async def test_ids_that_name_several_entries_name_none(desk: Desk) -> None:
    one = ("same", "Glass Harbour is dated", DATED.format("May 21"))
    other = ("same", "Alan Wake 2 is dated", "Remedy confirmed that Alan Wake 2 launches on May 3, 2027.")
    third = (
        "same",
        "Glass Harbour again",
        "Glass Harbour will be released on May 21, 2027, the studio says.",
    )
    await desk.poll(one, other, third)
    for _ in range(3):
        assert await desk.poll(one, other, third, IDLE) == []
        assert await desk.poll(third, other, one) == []
    assert desk.ledger.count("observations") == 3


async def test_what_an_edit_does_not_speak_of_stays_said(desk: Desk) -> None:
    await desk.poll(entry("May 21"))
    assert await desk.poll(("g1", "Glass Harbour is dated", "Our servers were down for an hour.")) == []
    assert desk.believed() == ["2027-05-21"]


TRAILER = ("t1", "Glass Harbour - Official Launch Trailer", "{} views. Watch the official launch trailer for Glass Harbour.")  # fmt: skip


async def test_a_refreshed_entry_is_the_same_document_for_a_month(desk: Desk) -> None:
    name, title, text = TRAILER
    await desk.poll(IDLE)
    told = await desk.poll((name, title, text.format(10)))
    assert [each.partition(" ")[0] for each in told] == ["released"]
    documents = desk.ledger.count("documents")
    for day in range(1, 30):
        later = NOW + timedelta(days=day)
        desk.clock.now = later
        assert await desk.poll((name, title, text.format(10 + day)), published=later) == []
    assert desk.ledger.count("documents") == documents


async def test_another_trailer_in_between_does_not_make_a_refreshed_one_new(desk: Desk) -> None:
    name, title, text = TRAILER
    second = ("t2", "Glass Harbour - Official Story Trailer", "The official story trailer for Glass Harbour.")
    await desk.poll(IDLE)
    await desk.poll((name, title, text.format(1)))
    desk.clock.now = NOW + timedelta(days=12)
    assert len(await desk.poll(second, published=desk.clock.now)) == 1
    for day in (13, 25, 40):
        desk.clock.now = later = NOW + timedelta(days=day)
        assert await desk.poll((name, title, text.format(day)), second, published=later) == []


async def test_tomorrow_in_an_entry_that_is_dated_anew_is_still_the_day_after_it_was_written(
    desk: Desk,
) -> None:
    words = (
        "g1",
        "Glass Harbour tomorrow",
        "The studio confirmed that Glass Harbour launches tomorrow. {} readers.",
    )
    await desk.poll(("g1", words[1], words[2].format(1)))
    (before,) = desk.believed()
    desk.clock.go(days=3)
    later = NOW + timedelta(days=3)
    assert await desk.poll(("g1", words[1], words[2].format(2)), published=later) == []
    assert desk.believed() == [before]


def readings(days: Sequence[str]) -> list[Document]:
    return [
        document(DATED.format(day), id="g1", url="https://news.example/1", published=NOW + timedelta(days=number))
        for number, day in enumerate(days)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (["May 21", "May 12", "May 21"], ["appeared 2027-05-21", "moved_earlier 2027-05-12", "moved_later 2027-05-21"]),
        (["May 21", "May 22"], ["appeared 2027-05-21", "moved_later 2027-05-22"]),
        (["May 21"] * 5, ["appeared 2027-05-21"]),
    ],
)  # fmt: skip
def test_a_replay_hears_the_readings_of_one_document(
    tmp_path: Path, days: list[str], told: list[str]
) -> None:
    with Ledger.open(tmp_path / "replayed.db") as ledger:
        replay(ledger, [Work("Glass Harbour")], (), readings(days))
        changes = list(reversed(list(ledger.changes())))
    assert [f"{change.kind} {change.after and change.after.when}" for change in changes] == told


@pytest.mark.parametrize(
    ("first", "believed"),
    [(DATED, "2027-05-21"), (PRESS, "2027-05-02")],
    ids=["the maker's", "another outlet's"],
)
def test_an_edit_does_not_outweigh_the_makers_word(tmp_path: Path, first: str, believed: str) -> None:
    other = document(first.format("May 21"), source="other.example", url="https://other.example/1", id="o")
    paper = [replace(each, text=PRESS.format(day)) for day in ("May 21", "May 2") for each in readings([day])]
    paper[1] = replace(paper[1], published=NOW + timedelta(days=1))
    with Ledger.open(tmp_path / "replayed.db") as ledger:
        replay(ledger, [Work("Glass Harbour")], (), [other, *paper])
        (standing,) = ledger.standings("Glass Harbour", Event.RELEASE).values()
    assert str(standing.belief.when) == believed
