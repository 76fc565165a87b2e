"""Wrong answers of every network are one line each and no claim; a fresh start of fifty sources keeps to every pace."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.extract import Extractor
from monitor.fetch import Fetcher
from monitor.fetch.domains import PAUSES
from monitor.ledger import Ledger
from monitor.model import Source, SourceKind, Work
from monitor.pipeline import Pipeline, Recorder
from tests.builders import source
from tests.fakes import FakeClock, InlineReader
from tests.fakes_social import CHANNEL, TOKEN, Fault, Network, faulty, open_network

WORKS = [Work("Harbour Lights")]


class Polling:
    """A pipeline with a real fetcher and a real ledger beside a network."""

    def __init__(self, path: Path, network: Network, fetcher: Fetcher, clock: FakeClock) -> None:
        self.ledger = Ledger.open(path)
        recorder = Recorder(self.ledger, {work.title: work for work in WORKS}, [])
        self.pipeline = Pipeline(
            self.ledger, fetcher, InlineReader(Extractor(WORKS)), recorder, clock, lambda: 0.0
        )
        self.sources = {each.kind.value + each.target[:1]: each for each in kinds(network)}
        self.ledger.sync_sources(self.sources.values(), clock())


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
        first = await polling.pipeline.poll(here)
        assert (first.claims, first.state.failures) == (1, 0), first.state.error
        for fault, line in faulty():
            clock.go(hours=1)
            network.faults[name].append(fault)
            polled = await polling.pipeline.poll(here)
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
            after = await polling.pipeline.poll(here)
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
            assert (await polling.pipeline.poll(here)).claims == 1
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
            await polling.pipeline.poll(here)
            for number in range(1, 25):
                network.post(
                    name,
                    str(number),
                    "Harbour Lights will be released on October 17, 2031."
                    if number == 2
                    else f"Day {number}.",
                )
            polled = await polling.pipeline.poll(here)
            assert (polled.claims, len(polled.state.listed)) == (1, 25)
        await fetcher.aclose()
        polling.ledger.close()


async def test_fifty_sources_at_once_keep_to_the_pace_of_each_network() -> None:
    """The pauses are the real ones, a thousandth as long: what counts is who waits for whom."""
    hosts = {
        "bsky.app": "127.0.0.3",
        "toot.example": "127.0.0.4",
        "youtube.com": "127.0.0.5",
        "reddit.com": "127.0.0.6",
    }
    pauses = {hosts[name]: PAUSES.get(name, timedelta(seconds=1)) / 1000 for name in hosts}
    times: dict[str, list[float]] = {}
    clock = FakeClock()

    async def serve(host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        times.setdefault(host, []).append(asyncio.get_running_loop().time())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<rss/>")
        await writer.drain()
        writer.close()

    first = await asyncio.start_server(lambda r, w: serve("127.0.0.3", r, w), "127.0.0.3", 0)
    port = first.sockets[0].getsockname()[1]
    servers = [first]
    servers += [
        await asyncio.start_server(lambda r, w, host=host: serve(host, r, w), host, port)  # type: ignore[misc]
        for host in list(hosts.values())[1:]
    ]
    fetcher = Fetcher(clock=clock, pause_of=lambda name: pauses[name], is_dialable=lambda _: True)
    asked = [
        f"http://{host}:{port}/{number}"
        for number, host in zip(range(50), itertools.cycle(hosts.values()), strict=False)
    ]
    await asyncio.gather(*(fetcher.fetch(url, obey_robots=False) for url in asked))
    await fetcher.aclose()
    for server in servers:
        server.close()
    assert sum(map(len, times.values())) == 50
    for host, pause in pauses.items():
        gaps = [later - earlier for earlier, later in itertools.pairwise(times[host])]
        assert min(gaps) >= 0.95 * pause.total_seconds(), host


def test_faults_are_of_every_sort() -> None:
    statuses = {fault.status for fault, _ in faulty()}
    assert statuses >= {200, 401, 403, 404, 410, 422, 429}
    assert isinstance(faulty()[0][0], Fault)
