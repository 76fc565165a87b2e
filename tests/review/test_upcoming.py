"""What is believed to come: dated by date, undated, overdue, said not to come, by the day of the configured time zone."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from monitor.config import Config, Settings
from monitor.ledger import Ledger
from monitor.model import Certainty, Event, Status, Work, WorkKind
from monitor.recording import Recorder
from monitor.review import Review
from tests.builders import NOW, at, document, observation

WORKS = (
    Work("Amber", WorkKind.GAME),
    Work("Beacon", WorkKind.GAME),
    Work("Cinder", WorkKind.SERIES),
    Work("Delta", WorkKind.FILM),
    Work("Ember", WorkKind.GAME),
    Work("Falcon", WorkKind.OTHER),
)
SAID = (
    ("Amber", "2023-10-17", Status.SCHEDULED),
    ("Beacon", "2023", Status.SCHEDULED),
    ("Cinder", "2023-09", Status.SCHEDULED),
    ("Delta", None, Status.DENIED),
    ("Ember", "2023-08-12", Status.SCHEDULED),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    with Ledger.open(path) as ledger:
        recorder = Recorder({}, ())
        for title, when, status in SAID:
            said = observation(when, title=title, status=status, certainty=Certainty.OFFICIAL)
            with ledger.transaction():
                ledger.record_document(document(f"{title} {when}", title=title), NOW, [said])
                recorder.revise(ledger, title, Event.RELEASE, now=NOW)
    return path


def review(path: Path, clock: datetime = NOW, timezone: str = "UTC") -> Review:
    config = Config(Path("sources.yaml"), watch=WORKS, settings=Settings(timezone=timezone))
    return Review(path, config, clock=lambda: clock)


def test_what_comes_stands_by_the_last_day_it_may_come_on(path: Path) -> None:
    found = review(path).upcoming()
    assert [row.key.title for row in found.dated.rows] == ["Ember", "Cinder", "Amber", "Beacon"]
    assert [row.days for row in found.dated.rows] == [2, 22, 68, -221]
    assert [row.key.title for row in found.off] == ["Delta"]
    assert [work.title for work in found.without_belief] == ["Falcon"]
    first = found.dated.rows[0]
    assert first.first is not None
    assert first.first.name == "news.example"
    assert first.is_new


def test_the_day_is_that_of_the_configured_time_zone(path: Path) -> None:
    late = at("2023-08-12T23:30:00")
    assert review(path, late).upcoming().today == date(2023, 8, 12)
    there = review(path, late, "Asia/Tokyo").upcoming()
    assert there.today == date(2023, 8, 13)
    assert [row.key.title for row in there.overdue] == ["Ember"]


def test_it_is_told_as_of_another_day_until_a_day_and_of_a_kind(path: Path) -> None:
    one = review(path)
    later = one.upcoming(as_of=date(2023, 10, 1))
    assert [row.key.title for row in later.dated.rows] == ["Amber", "Beacon"]
    assert {row.key.title for row in later.overdue} == {"Ember", "Cinder"}
    assert [row.key.title for row in one.upcoming(until=date(2023, 9, 30)).dated.rows] == [
        "Ember",
        "Cinder",
        "Beacon",
    ]
    games = one.upcoming(kind=WorkKind.GAME)
    assert [row.key.title for row in games.dated.rows] == ["Ember", "Amber", "Beacon"]
    assert (games.off, games.without_belief) == ((), ())


def test_pages_of_what_comes_follow_each_other(path: Path) -> None:
    one = review(path)
    paged, cursor = [], ""
    for _ in range(9):
        page = one.upcoming(limit=1, cursor=cursor).dated
        paged += [row.key.title for row in page.rows]
        cursor = page.cursor
        if not cursor:
            break
    assert paged == ["Ember", "Cinder", "Amber", "Beacon"]


def test_the_first_page_counts_by_kind_and_says_what_changed(path: Path) -> None:
    home = review(path).home()
    assert {facet.value: facet.count.number for facet in home.kinds} == {"game": 3, "series": 1}
    assert home.dated_count.number == 4
    assert home.change_count.number == len(home.changes) >= 4
    assert all(change.why and change.first for change in home.changes)
    assert not home.health.is_running
