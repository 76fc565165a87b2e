"""Wrong answers of every network are one line each and no claim; a fresh start of fifty sources keeps to every pace."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.cycle import Cycle, Polled, SiteTurn
from monitor.extract import Extractor
from monitor.fetch import Fetcher
from monitor.fetch.domains import pause_of
from monitor.ledger import Ledger, SqliteStore
from monitor.model import Source, SourceKind, Work
from monitor.recording import Recorder
from tests.builders import source
from tests.fakes import FakeClock, InlineReader, poll_once
from tests.fakes_social import CHANNEL, TOKEN, Fault, Network, faulty, open_network

WORKS = [Work("Harbour Lights")]


class Polling:
    """A cycle with a real fetcher and a real ledger beside a network."""

    def __init__(self, path: Path, network: Network, fetcher: Fetcher, clock: FakeClock) -> None:
        self.ledger = Ledger.open(path)
        recorder = Recorder({work.title: work for work in WORKS}, [])
        self.cycle = Cycle(
            SqliteStore(self.ledger), fetcher, InlineReader(Extractor(WORKS)), recorder, clock, lambda: 0.0
        )
        self.sources = {each.kind.value + each.target[:1]: each for each in kinds(network)}
        self.ledger.sync_sources(self.sources.values(), clock())

    async def all_of(self, turn: SiteTurn) -> list[Polled]:
        """Poll the sources of one turn of a site, one after the other."""
        polled = [await self.cycle.poll(turn, *turn.sources.popleft()) for _ in range(len(turn.sources))]
        if not turn.is_released:
            await self.cycle.store.do(lambda tx: tx.release([turn.lease]))
        return polled


def kinds(network: Network) -> list[Source]:
    here = {"allow_private": True, "obey_robots": False, "pause": timedelta()}
    return [
        source("bluesky", kind=SourceKind.BLUESKY, target="lantern.example", url=f"{network.url}/xrpc/app.bsky.feed.getAuthorFeed?actor=lantern.example", **here),
        source("mastodon", kind=SourceKind.MASTODON, target="@lantern@toot.example", url=f"{network.url}/@lantern.rss", **here),
        source("tag", kind=SourceKind.MASTODON, target="#games@toot.example", url=f"{network.url}/tags/games.rss", **here),
        source("youtube", kind=SourceKind.YOUTUBE, target=CHANNEL, url=f"{network.url}/feeds/videos.xml?channel_id={CHANNEL}", **here),
        source("reddit", kind=SourceKind.REDDIT, target="r/games", url=f"{network.url}/r/games/new/.rss", secret=f"feed={TOKEN}&user=x", **here),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["bluesky", "mastodon", "tag", "youtube", "reddit"])
async def test_a_wrong_answer_is_one_line_and_the_next_right_one_is_read(tmp_path: Path, name: str) -> None:
    clock = FakeClock()
    async with open_network() as network:
        network.remaining = 10**6
        fetcher = Fetcher(clock=clock)
        polling = Polling(tmp_path / "monitor.db", network, fetcher, clock)
        (here,) = [each for each in kinds(network) if each.name == name]
        network.post(name, "1", "Harbour Lights will be released on October 17, 2031.")
        first = await poll_once(polling.cycle, here)
        assert (first.claims, first.state.failures) == (1, 0), first.state.error
        for fault, line in faulty():
            clock.go(hours=1)
            network.faults[name].append(fault)
            polled = await poll_once(polling.cycle, here)
            # A closed API is no failure where there is RSS.
            is_by_rss = network.asked[name][-1][1].endswith(".rss?limit=40")
            if is_by_rss and fault.status in (401, 403, 422) and not polled.state.failures:
                assert polled.state.error == ""
            else:
                assert polled.state.failures > 0, fault
                assert line in polled.state.error, fault
                assert polled.state.error.isprintable()
                assert TOKEN not in polled.state.error
            assert (polled.claims, polled.changes) == (0, ())
            clock.go(hours=1)
            after = await poll_once(polling.cycle, here)
            assert after.state.failures == 0, (fault, after.state.error)
        assert polling.ledger.deletions("Harbour Lights") == []
        await fetcher.aclose()
        polling.ledger.close()


async def test_an_account_that_is_closed_to_visitors_from_the_start_is_read_by_rss(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_network() as network:
        network.is_open = False
        fetcher = Fetcher(clock=clock)
        polling = Polling(tmp_path / "monitor.db", network, fetcher, clock)
        for name in ("mastodon", "tag"):
            network.post(name, "1", f"Harbour Lights will be released on October 17, 2031, says {name}.")
            (here,) = [each for each in kinds(network) if each.name == name]
            assert (await poll_once(polling.cycle, here)).claims == 1
        await fetcher.aclose()
        polling.ledger.close()


async def test_a_long_absence_is_made_up_for_page_by_page(tmp_path: Path) -> None:
    clock = FakeClock()
    async with open_network() as network:
        network.remaining, network.page = 10**6, 10
        fetcher = Fetcher(clock=clock)
        polling = Polling(tmp_path / "monitor.db", network, fetcher, clock)
        for name in ("bluesky", "mastodon"):
            (here,) = [each for each in kinds(network) if each.name == name]
            network.post(name, "0", "Good morning.")
            await poll_once(polling.cycle, here)
            for number in range(1, 25):
                network.post(
                    name,
                    str(number),
                    "Harbour Lights will be released on October 17, 2031."
                    if number == 2
                    else f"Day {number}.",
                )
            polled = await poll_once(polling.cycle, here)
            assert (polled.claims, len(polled.state.listed)) == (1, 25)
        await fetcher.aclose()
        polling.ledger.close()


# Each network on a host of its own, the pace at which it may be asked, and how many of the fifty sources it has.
PLACES = {
    "bluesky": ("127.0.0.3", "bsky.app", 13),
    "mastodon": ("127.0.0.4", "toot.example", 9),
    "tag": ("127.0.0.4", "toot.example", 4),
    "youtube": ("127.0.0.5", "youtube.com", 12),
    "reddit": ("127.0.0.6", "reddit.com", 12),
}
PAUSE = timedelta(milliseconds=100)
"""What stands for the pause of each network here, so that the test takes seconds: what counts is who waits for whom."""


async def test_a_fresh_start_of_fifty_sources_keeps_to_every_pace_and_quota(tmp_path: Path) -> None:
    clock = FakeClock()
    hosts = {host: domain for host, domain, _ in PLACES.values()}
    async with contextlib.AsyncExitStack() as stack:
        networks = {host: await stack.enter_async_context(open_network(host=host)) for host in hosts}
        fetcher = Fetcher(clock=clock, pause_of=lambda _: PAUSE)
        polling = Polling(tmp_path / "monitor.db", networks["127.0.0.3"], fetcher, clock)
        sources: list[Source] = []
        for name, (host, _, count) in PLACES.items():
            networks[host].post(
                name, "1", f"Harbour Lights will be released on October 17, 2031, says {name}."
            )
            (here,) = [each for each in kinds(networks[host]) if each.name == name]
            if name == "youtube":  # by its handle, which has to be asked for
                here = replace(here, target="@lantern", url=f"{networks[host].url}/@lantern")
            sources += [replace(here, name=f"{name} {number}", pause=PAUSE) for number in range(count)]
        polling.ledger.sync_sources(sources, clock())
        polling.cycle.secrets = {each.name: each.secret for each in sources}
        polled: list[Polled] = []
        while turns := await polling.cycle.take(len(sources)):
            polled += itertools.chain(*await asyncio.gather(*map(polling.all_of, turns)))
        await fetcher.aclose()
        polling.ledger.close()
    assert len(sources) == 50
    assert [each.state.error for each in polled if each.state.failures] == []
    asked = {
        host: [one for kind in network.asked.values() for one in kind] for host, network in networks.items()
    }
    # An account is a question for its id and a poll, a tag and a subreddit a poll.
    assert {host: len(times) for host, times in asked.items()} == {
        "127.0.0.3": 26, "127.0.0.4": 22, "127.0.0.5": 24, "127.0.0.6": 12,
    }  # fmt: skip
    for times in asked.values():
        # Half of the pauses, since a busy machine may note the first request late; without pauses they come at once.
        at = sorted(each for each, _ in times)
        assert at[-1] - at[0] >= (len(at) - 1) * PAUSE.total_seconds() / 2
    assert networks["127.0.0.4"].remaining > 0
    assert {domain: pause_of(domain).total_seconds() for domain in hosts.values()} == {
        "bsky.app": 0.5, "toot.example": 1, "youtube.com": 2, "reddit.com": 60,
    }  # fmt: skip
    assert (
        timedelta(minutes=5) / pause_of("toot.example") <= 300
    )  # Mastodon's limit, also without its headers


def test_faults_are_of_every_sort() -> None:
    statuses = {fault.status for fault, _ in faulty()}
    assert statuses >= {200, 401, 403, 404, 410, 422, 429}
    assert isinstance(faulty()[0][0], Fault)
