from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor import cycle as cycle_module
from monitor.cycle import Cycle as PollCycle
from monitor.cycle import Polled
from monitor.errors import DamagedError, LedgerError
from monitor.extract import Extractor
from monitor.ledger import Ledger, SqliteStore
from monitor.model import (
    Certainty,
    Change,
    ChangeKind,
    Channel,
    ChannelKind,
    Document,
    Event,
    ExtractedBody,
    Fetched,
    Source,
    SourceKind,
    StructuredDocument,
    Trouble,
    Unreachable,
    Work,
    WorkKind,
)
from monitor.reconcile import RULES
from monitor.recording import Recorder, adopt_rules
from monitor.workers.worker import extracted
from tests.builders import NOW, document, source, work
from tests.fakes import FakeClock, FakeWeb, InlineReader, poll_once, rss

FEED = "https://news.example/feed.xml"
OLD = ("old", "A quiz show", "It has nothing to do with games.")
DATED = ("dated", "Alan Wake 2 has a date", "Remedy confirmed that Alan Wake 2 launches on October 17, 2023.")
MOVED = (
    "moved",
    "Alan Wake 2 delayed",
    "Remedy has delayed Alan Wake 2 from October 17, 2023 to October 27, 2023.",
)


class Cycle:
    """A cycle on a small web, with a real ledger."""

    def __init__(self, path: Path, works: Sequence[Work] = (work(aliases=("Alan Wake II",)),)) -> None:
        self.clock = FakeClock()
        self.web = FakeWeb()
        self.ledger = Ledger.open(path)
        self.works = works
        self.channel = Channel(name="desk", kind=ChannelKind.CONSOLE, target="")
        self.stop = False
        self.take([source()])

    def take(self, sources: list[Source]) -> None:
        works = self.works
        self.ledger.sync_sources(sources, self.clock())
        recorder = Recorder({w.title: w for w in works}, [self.channel])
        reader = InlineReader(Extractor(works))
        self.cycle = PollCycle(
            SqliteStore(self.ledger), self.web, reader, recorder, self.clock, lambda: 0.0, lambda: self.stop
        )
        self.source = sources[0]
        self.sources = {each.name: each for each in sources}

    async def poll(self, body: bytes | Unreachable | None = None, **fields: object) -> Polled:
        if body is not None:
            self.web.pages[FEED] = body
        self.clock.go(hours=1)
        return await poll_once(self.cycle, replace(self.source, **fields))  # type: ignore[arg-type]

    def told(self) -> list[str]:
        return [delivery.channel for delivery in self.ledger.deliveries()]


@pytest.fixture
def cycle(tmp_path: Path) -> Iterator[Cycle]:
    cycle = Cycle(tmp_path / "monitor.db")
    yield cycle
    cycle.ledger.close()


def kinds(changes: tuple[Change, ...]) -> list[ChangeKind]:
    return [change.kind for change in changes]


async def test_the_first_pass_of_a_source_is_logged_without_an_alert(cycle: Cycle) -> None:
    polled = await cycle.poll(rss(DATED, OLD))
    assert (polled.new, polled.claims, polled.changes) == (2, 1, ())
    assert cycle.ledger.count("observations") == 1
    assert cycle.told() == []
    assert not polled.state.baseline


async def test_a_change_of_belief_is_recorded_with_a_delivery_for_each_channel(cycle: Cycle) -> None:
    await cycle.poll(rss(DATED))
    polled = await cycle.poll(rss(MOVED, DATED, published=NOW + timedelta(minutes=30)))
    assert kinds(polled.changes) == [ChangeKind.MOVED_LATER]
    assert cycle.told() == ["desk"]


async def test_what_was_read_before_adds_nothing(cycle: Cycle) -> None:
    await cycle.poll(rss(OLD))
    await cycle.poll(rss(DATED, OLD))
    before = cycle.ledger.count("observations")
    _, title, text = DATED
    polled = await cycle.poll(rss(("another-guid", title, text), OLD))
    assert (polled.new, polled.changes) == (0, ())
    assert cycle.ledger.count("observations") == before
    assert cycle.told() == ["desk"]


async def test_the_same_news_in_other_words_alerts_once(cycle: Cycle) -> None:
    await cycle.poll(rss(OLD))
    await cycle.poll(rss(DATED))
    polled = await cycle.poll(
        rss(("again", "Mark the day", "Alan Wake 2 will be released on October 17, 2023, Remedy says."))
    )
    assert polled.claims == 1
    assert polled.changes == ()


async def test_unchanged_is_a_value_and_costs_no_reading(cycle: Cycle) -> None:
    await cycle.poll(rss(DATED))
    polled = await cycle.poll()
    assert (polled.new, polled.error) == (0, "")
    assert polled.state.failures == 0


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (Unreachable(trouble=Trouble.HTTP, detail="503 Service Unavailable", status=503), "503"),
        (b"<html><body>Welcome</body></html>", "HTML"),
        (b"", "empty"),
        (b"<rss><channel></channel></rss>", "no entries"),
    ],
)
async def test_trouble_ends_in_the_state_of_its_source(
    cycle: Cycle, body: bytes | Unreachable, word: str
) -> None:
    polled = await cycle.poll(body)
    assert word in polled.error
    assert polled.state.failures == 1
    assert polled.state.next_poll_at > cycle.clock()
    assert polled.state.baseline, "the first pass is still to come"


async def test_a_stop_between_two_documents_keeps_what_was_finished_and_reads_the_rest_later(
    cycle: Cycle,
) -> None:
    await cycle.poll(rss(OLD))
    recorded = cycle.cycle.recorder.record

    def record_and_stop(*arguments: object, **named: object) -> tuple[Change, ...]:
        cycle.stop = True
        return recorded(*arguments, **named)  # type: ignore[arg-type]

    cycle.cycle.recorder.record = record_and_stop  # type: ignore[method-assign]
    polled = await cycle.poll(rss(DATED, MOVED, OLD))
    assert not polled.finished
    assert cycle.ledger.count("documents") == 1
    cycle.stop = False
    polled = await cycle.poll()
    assert polled.finished
    assert cycle.ledger.count("documents") == 2


async def test_a_teaser_is_followed_to_its_article_once(cycle: Cycle) -> None:
    await cycle.poll(rss(OLD), follow=True)
    cycle.web.pages["https://news.example/tease"] = (
        b"<html><body><article><h1>Alan Wake 2 news</h1><p>Remedy confirmed that Alan Wake 2 launches on "
        b"October 17, 2023. The studio showed it to a full hall, and answered questions for an hour.</p></article></body></html>"
    )
    feed = rss(("tease", "Alan Wake 2 news", "There is news of Alan Wake 2 [...]"), OLD)
    polled = await cycle.poll(feed, follow=True)
    assert (polled.claims, kinds(polled.changes)) == (1, [ChangeKind.APPEARED])
    await cycle.poll(feed + b"\n", follow=True)
    assert cycle.web.asked.count("https://news.example/tease") == 1


async def test_a_teaser_whose_article_is_gone_is_read_as_it_is(cycle: Cycle) -> None:
    await cycle.poll(rss(OLD), follow=True)
    polled = await cycle.poll(
        rss(("tease", "Alan Wake 2", "Remedy said Alan Wake 2 is out on October 17, 2023 [...]")), follow=True
    )
    assert polled.claims == 1


async def test_of_many_teasers_the_newest_are_followed(cycle: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycle_module, "FOLLOWED", 2)
    entries = [
        f"<item><guid>{n}</guid><link>https://news.example/{n}</link><title>Alan Wake 2, part {n}</title>"
        f"<pubDate>{day} Jul 2023 10:00:00 GMT</pubDate><description>More on Alan Wake 2 [...]</description></item>"
        for n, day in enumerate((1, 4, 2, 3))
    ]
    await cycle.poll(f"<rss version='2.0'><channel>{''.join(entries)}</channel></rss>".encode(), follow=True)
    assert cycle.web.asked[1:] == ["https://news.example/3", "https://news.example/1"]


def sitemap(*numbers: int) -> bytes:
    listed = "".join(f"<url><loc>https://news.example/{n}</loc><lastmod>2023-07-{n % 28 + 1:02}</lastmod></url>" for n in numbers)  # fmt: skip
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{listed}</urlset>".encode()


async def test_a_new_address_of_a_sitemap_is_followed_to_its_article_once(cycle: Cycle) -> None:
    cycle.take([source(kind=SourceKind.SITEMAP, follow=True)])
    await cycle.poll(sitemap(1, 2))
    assert cycle.web.asked[1:] == ["https://news.example/1", "https://news.example/2"]
    cycle.web.pages["https://news.example/3"] = (
        b"<html><head><title>Alan Wake 2 has a date</title></head><body><article><p>Remedy confirmed that Alan Wake 2 launches on "
        b"October 17, 2023. The studio showed it to a full hall, and answered questions for an hour.</p></article></body></html>"
    )
    polled = await cycle.poll(sitemap(1, 2, 3))
    assert (polled.claims, kinds(polled.changes)) == (1, [ChangeKind.APPEARED])
    (observed,) = cycle.ledger.observations("Alan Wake 2", Event.RELEASE)
    assert (observed.headline, observed.url) == ("Alan Wake 2 has a date", "https://news.example/3")
    again = await cycle.poll(sitemap(3, 2, 1))
    assert (again.new, again.claims) == (0, 0)
    assert len(cycle.web.asked) == 6


async def test_a_first_pass_over_a_sitemap_is_no_crawl_and_takes_the_newest(cycle: Cycle) -> None:
    cycle.take([source(kind=SourceKind.SITEMAP, follow=True)])
    polled = await cycle.poll(
        b"<urlset>" + b"".join(b"<url><loc>https://news.example/%d</loc><lastmod>20%02d-08-10</lastmod></url>" % (n, n % 24) for n in range(600)) + b"</urlset>"
    )  # fmt: skip
    followed = [int(url.rpartition("/")[2]) for url in cycle.web.asked[1:]]
    assert len(followed) == 30
    assert {number % 24 for number in followed} == {23, 22}
    assert polled.new == 500
    again = await cycle.poll()
    assert again.new == 0
    assert len(cycle.web.asked) == 32


async def test_a_bug_of_the_extractor_stays_with_its_document(cycle: Cycle) -> None:
    class Broken(Extractor):
        def might_claim(self, documents: Sequence[Document]) -> list[bool]:
            if any(document.id == "moved" for document in documents):
                raise ZeroDivisionError
            return super().might_claim(documents)

    cycle.cycle.reader = InlineReader(Broken([work()]))
    polled = await cycle.poll(rss(DATED, MOVED))
    assert polled.claims == 1
    assert "bug" in polled.error
    assert "ZeroDivisionError" in next(iter(cycle.ledger.bugs())).traceback
    assert polled.finished


async def test_a_damaged_row_stays_with_its_source_which_waits(
    cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object, **__: object) -> None:
        raise DamagedError("the file is damaged")

    monkeypatch.setattr(cycle.cycle.recorder, "record", damaged)
    polled = await cycle.poll(rss(DATED))
    assert "damaged" in polled.error
    assert polled.state.next_poll_at > cycle.clock()


def test_extracting_contains_a_bug() -> None:
    class Broken(Extractor):
        def claims(self, structured: StructuredDocument, lang: str = "") -> tuple[()]:
            raise ZeroDivisionError(structured.document.id, lang)

    reading = extracted(Broken([work()]), document("Alan Wake 2 is out."))
    assert reading.claims == ()
    assert "ZeroDivisionError" in reading.bug


async def test_a_period_that_passes_is_said_once(cycle: Cycle) -> None:
    await cycle.poll(rss(OLD))
    await cycle.poll(rss(DATED))
    await cycle.poll(
        rss(("other", "A date", "Alan Wake 2 launches on October 17, 2023, according to Pixel Gazette."))
    )
    cycle.clock.go(days=120)
    before = cycle.ledger.count("changes")
    for _ in range(2):
        await cycle.cycle.overdue(cycle.clock())
        assert cycle.ledger.count("changes") == before + 1
    assert next(cycle.ledger.changes()).kind is ChangeKind.OVERDUE


GUID, TITLE, TEXT = DATED
REPEATS = {
    "under another address": [("dated-amp", TITLE, TEXT)],
    "under another title": [("again", "All we know about the date of Alan Wake 2", TEXT)],
    "under another title and address, with a sentence of its own": [
        ("other", "Mark the day", f"{TEXT} We cannot wait.")
    ],
    "with an id that flips and flips back": [("flipped", TITLE, TEXT), DATED, ("flipped", TITLE, TEXT)],
    "edited": [(GUID, TITLE, f"{TEXT} An earlier version misspelt a name.")],
    "edited, and edited back": [(GUID, TITLE, f"{TEXT} Corrected."), DATED],
    "with another headline": [(GUID, "Alan Wake 2: the date", TEXT)],
    "in other spaces": [(GUID, f"  {TITLE} ", TEXT.replace(" ", "  "))],
    "passed on": [("via", TITLE, "Alan Wake 2 launches on October 17, 2023, Remedy confirmed, via Pixel Gazette.")],
    "in capitals": [("loud", TITLE.upper(), TEXT)],
}  # fmt: skip


@pytest.mark.parametrize("repeats", REPEATS.values(), ids=REPEATS)
async def test_the_same_story_alerts_once(cycle: Cycle, repeats: list[tuple[str, str, str]]) -> None:
    await cycle.poll(rss(OLD))
    await cycle.poll(rss(DATED, OLD))
    assert cycle.told() == ["desk"]
    for repeat in repeats:
        polled = await cycle.poll(rss(repeat, OLD))
        assert (polled.changes, polled.error) == ((), "")
    both = await cycle.poll(rss(*repeats, DATED, OLD))
    assert both.changes == ()
    assert cycle.told() == ["desk"]


@pytest.mark.parametrize(
    "between", [rss(OLD), b"", b"<rss version='2.0'><channel><title>News</title></channel></rss>"]
)
async def test_a_feed_that_empties_and_refills_alerts_once(cycle: Cycle, between: bytes) -> None:
    await cycle.poll(rss(OLD))
    await cycle.poll(rss(DATED, OLD))
    await cycle.poll(between)
    polled = await cycle.poll(rss(DATED, OLD, published=cycle.clock()))
    assert (polled.new, polled.claims, polled.changes) == (0, 0, ())
    assert cycle.told() == ["desk"]
    assert cycle.ledger.count("observations") == 1


async def test_the_same_story_in_another_feed_alerts_once_and_is_noted(cycle: Cycle) -> None:
    copy = source("copy.example", target="https://copy.example/feed", url="https://copy.example/feed")
    cycle.take([source(), copy])
    for each in (cycle.source, copy):
        cycle.web.pages[each.url] = rss(OLD)
        await poll_once(cycle.cycle, each)
    await cycle.poll(rss(DATED, OLD))
    cycle.web.pages[copy.url] = rss(("syndicated", TITLE, TEXT), OLD)
    polled = await poll_once(cycle.cycle, copy)
    assert (polled.claims, polled.changes) == (0, ())
    assert cycle.ledger.count("documents") == 1
    assert list(cycle.ledger.rows("SELECT source FROM sightings")) == [("copy.example",)]
    assert cycle.told() == ["desk"]


async def test_an_edit_that_changes_a_claim_is_an_observation_of_its_own(cycle: Cycle) -> None:
    await cycle.poll(rss(OLD))
    await cycle.poll(rss(DATED, OLD))
    edited = TEXT.replace("October 17", "October 27")
    polled = await cycle.poll(rss((GUID, TITLE, edited), OLD))
    assert kinds(polled.changes) == [ChangeKind.MOVED_LATER]
    assert cycle.ledger.count("documents") == 2
    assert [str(o.claim.when) for o in cycle.ledger.observations("Alan Wake 2", "release")] == [
        "2023-10-17",
        "2023-10-27",
    ]
    assert cycle.told() == ["desk", "desk"]


class _SlowReader(InlineReader):
    """Reads when it may."""

    def __init__(self, *, has_room: bool) -> None:
        super().__init__(Extractor([work()]))
        self.has_room = has_room
        self.asked, self.may = asyncio.Event(), asyncio.Event()

    async def read(self, fetched: Fetched, source: Source, now: datetime) -> ExtractedBody:
        self.asked.set()
        await self.may.wait()
        return await super().read(fetched, source, now)


@pytest.mark.parametrize(
    ("has_room", "follow", "waits"), [(True, False, False), (False, False, True), (True, True, True)]
)
async def test_a_site_waits_for_a_body_to_be_read_where_no_more_may_wait_or_its_articles_are_asked_for(
    cycle: Cycle, *, has_room: bool, follow: bool, waits: bool
) -> None:
    slow = cycle.cycle.reader = _SlowReader(has_room=has_room)
    cycle.web.pages[FEED] = rss(DATED)
    over: list[bool] = []

    def note() -> None:
        over.append(slow.may.is_set())

    poll = asyncio.create_task(poll_once(cycle.cycle, replace(cycle.source, follow=follow), note))
    await slow.asked.wait()
    assert bool(over) is not waits
    slow.may.set()

    assert (await poll).claims == 1
    assert over[0] is waits


async def test_what_was_read_while_the_ledger_refused_others_is_given_up_and_a_trial_is_not(
    cycle: Cycle,
) -> None:
    slow = cycle.cycle.reader = _SlowReader(has_room=True)
    cycle.web.pages[FEED] = rss(DATED)
    refusal: LedgerError | None = None
    cycle.cycle.refusal = lambda: refusal

    poll = asyncio.create_task(poll_once(cycle.cycle, cycle.source))
    await slow.asked.wait()
    refusal = LedgerError("the disk is full")
    slow.may.set()
    with pytest.raises(LedgerError, match="the disk is full"):
        await poll
    assert cycle.ledger.count("documents") == 0

    assert (await poll_once(cycle.cycle, cycle.source)).claims == 1


SILKSONG = "Hollow Knight: Silksong"
FULL = f"Nintendo confirmed that {SILKSONG} will be released on May 6, 2027."
WEAK = f"{SILKSONG} is out in 2027."


@pytest.mark.parametrize(
    ("headline", "text", "expected"),
    [
        ("Silksong gets a date", FULL, [ChangeKind.APPEARED]),
        ("Everything that was shown on Tuesday", FULL, [ChangeKind.APPEARED]),
        (f"{SILKSONG} gets a date", FULL, [ChangeKind.APPEARED]),
        ("Everything that was shown on Tuesday", WEAK, []),
    ],
)
async def test_a_full_credited_dated_statement_is_believed_wherever_it_stands(
    tmp_path: Path, headline: str, text: str, expected: list[ChangeKind]
) -> None:
    cycle = Cycle(tmp_path / "monitor.db", [Work(SILKSONG, WorkKind.GAME)])
    await cycle.poll(rss(OLD))
    polled = await cycle.poll(rss(("new", headline, text), OLD))
    assert kinds(polled.changes) == expected
    cycle.ledger.close()


async def test_an_upgraded_ledger_takes_over_the_rules_and_alerts_nobody_for_them(
    first_version: Path,
) -> None:
    cycle = Cycle(first_version, [Work("Hades II", WorkKind.GAME), Work("Alan Wake 2", WorkKind.GAME)])
    told = [delivery.body for delivery in cycle.ledger.deliveries()]
    before = {
        standing.key.title: standing
        for standing in cycle.ledger.all_standings()
        if standing.key.event is Event.RELEASE
    }
    assert str(before["Hades II"].belief.when) == "2024"

    adopt_rules(SqliteStore(cycle.ledger).run)
    after = {
        standing.key.title: standing
        for standing in cycle.ledger.all_standings()
        if standing.key.event is Event.RELEASE
    }
    assert (
        str(after["Hades II"].belief.when) == "2024-05-06"
    )  # version 0.1 had left it out, under another headline
    assert after["Alan Wake 2"].belief == before["Alan Wake 2"].belief
    assert after["Hollow Knight: Silksong"].belief == before["Hollow Knight: Silksong"].belief
    assert after["Pixel Fold"].confirmed_at is not None

    again = ("again", "Hades II", "Hades II will be released on May 6, 2024, Supergiant Games said.")
    polled = await cycle.poll(rss(again, published=NOW))
    assert (polled.claims, polled.changes) == (1, ())
    assert [delivery.body for delivery in cycle.ledger.deliveries()] == told
    moved = (
        "moved",
        "Hades II delayed",
        "Supergiant Games has delayed Hades II from May 6, 2024 to June 3, 2024.",
    )
    polled = await cycle.poll(rss(moved, again, published=NOW + timedelta(hours=3)))
    assert kinds(polled.changes) == [ChangeKind.MOVED_LATER]
    assert cycle.ledger.rules() == RULES
    cycle.ledger.close()


SAME_TEXT = ("e1", "Alan Wake 2", "Alan Wake 2 launches on October 17, 2023.")


@pytest.mark.parametrize("first", ["outlet", "maker"])
async def test_belief_does_not_depend_on_whether_the_outlet_or_the_maker_was_read_first(
    tmp_path: Path, first: str
) -> None:
    outlet = source()
    maker = source(
        "maker.example", url="https://maker.example/feed.xml", target="https://maker.example/feed.xml"
    )
    cycle = Cycle(tmp_path / "monitor.db")
    cycle.take([outlet, replace(maker, official=("News",))])
    cycle.web.pages |= {outlet.url: rss(OLD), maker.url: rss(OLD)}
    order = [outlet, maker] if first == "outlet" else [maker, outlet]
    for each in order:
        await poll_once(cycle.cycle, cycle.sources[each.name])
    told: list[ChangeKind] = []
    for each in order * 2:  # polled again it is nothing new
        cycle.clock.go(hours=1)
        cycle.web.pages[each.url] = rss(SAME_TEXT, OLD)
        told += kinds((await poll_once(cycle.cycle, cycle.sources[each.name])).changes)
    (standing,) = cycle.ledger.all_standings()
    assert (standing.belief.certainty, standing.origins) == (Certainty.OFFICIAL, 1)
    assert told == [ChangeKind.APPEARED]  # a plain report that proves official is no news
    assert cycle.ledger.count("documents") == (2 if first == "outlet" else 1)
    cycle.ledger.close()


# fmt: off
SCENARIOS = [
    # a day is a day
    (["Remedy confirmed that Alan Wake 2 launches on October 17, 2023.",
      "Remedy has delayed Alan Wake 2 from October 17, 2023 to October 18, 2023."],
     ["appeared None -> 2023-10-17", "moved_later 2023-10-17 -> 2023-10-18"]),
    (["Alan Wake 2 launches on October 17, 2023.", "Alan Wake 2 launches on October 16, 2023."],
     ["appeared None -> 2023-10-17", "moved_earlier 2023-10-17 -> 2023-10-16"]),
    # each scope from where it stood itself
    (["Alan Wake 2 launches in October 2023, Remedy announced.",
      "Alan Wake 2 launches on October 3, 2023 on PC, Remedy announced. On PS5, Alan Wake 2 launches on November 6, 2023."],
     ["appeared None -> 2023-10", "narrowed 2023-10 -> 2023-10-03", "moved_later (PS5) 2023-10 -> 2023-11-06"]),
    # one platform that is out is not the work
    (["Alan Wake 2 launches on August 11, 2023, Remedy announced.", "Alan Wake 2 is out now on PC."],
     ["appeared None -> 2023-08-11", "released (PC) 2023-08-11 -> None"]),
]
# fmt: on


@pytest.mark.parametrize(("texts", "told"), SCENARIOS)
async def test_what_a_source_says_in_turn_is_told_as_it_moves(
    cycle: Cycle, texts: list[str], told: list[str]
) -> None:
    await cycle.poll(rss(OLD))
    said: list[str] = []
    entries = [OLD]
    for number, text in enumerate(texts):
        entries.insert(0, (f"new-{number}", "Alan Wake 2", text))
        polled = await cycle.poll(rss(*entries, published=NOW + timedelta(hours=number)))
        for change in polled.changes:
            scope = f" ({', '.join(change.key.scope)})" if change.key.scope else ""
            before, after = change.before and change.before.when, change.after and change.after.when
            said.append(f"{change.kind.value}{scope} {before} -> {after}")
    assert said == told
