"""The whole runtime in one process, on a clock that is set by hand: what is polled when, and what it says of itself."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import wire
from monitor.cycle import Polled
from monitor.daemon import Daemon
from monitor.errors import LedgerError, ReadOnlyError
from monitor.ledger import Ledger
from monitor.model import SourceState
from monitor.wire import Runtime
from tests.builders import NOW
from tests.fakes import FakeClock, FakeNotifier, rss
from tests.fakes_fetch import Asked, answer, site

HOST = "127.0.4.1"
NEWS = rss(
    ("1", "Alan Wake 2", "Northlight confirmed that Alan Wake 2 will be released on October 17, 2031.")
)


class Life:
    """A runtime, its clock, and what its one channel was told."""

    def __init__(self, runtime: Runtime, clock: FakeClock, channel: FakeNotifier, polled: list[str]) -> None:
        self.runtime = runtime
        self.clock = clock
        self.channel = channel
        self.polled = polled

    async def go(self, **time: float) -> None:
        """Let time pass, and do what is due then."""
        self.clock.go(**time)
        await self.runtime.polls.start_due()
        await self.runtime.polls.idle()
        await self.runtime.housekeeping()
        for name in await self.runtime.outbox.due():
            await self.runtime.outbox.send_due(name)

    def state(self, name: str) -> SourceState:
        return self.runtime.ledger.state(name)

    def told(self) -> list[str]:
        return [str(alert["data"]["title"]) for message in self.channel.taken for alert in message.alerts]


@contextlib.asynccontextmanager
async def living(
    folder: Path, *sources: dict[str, Any], clock: FakeClock | None = None, **keys: str
) -> AsyncIterator[Life]:
    common = {"pause": "0s", "allow_private": True, "obey_robots": False}
    path = folder / "sources.yaml"
    config = {
        "watch": ["Alan Wake 2"],
        "sources": [common | source for source in sources],
        "channels": ["console"],
        **keys,
    }
    await asyncio.to_thread(path.write_text, json.dumps(config), "utf-8")
    clock, channel = clock or FakeClock(), FakeNotifier()
    with wire.open_ledger(folder / "monitor.db", owner=True) as ledger:
        polled: list[str] = []

        def on_poll(each: Polled) -> None:
            polled.append(each.source.url)
            runtime.poll_log(each)

        runtime = await wire.build(path, ledger, asyncio.Event(), clock=clock, on_poll=on_poll)
        runtime.outbox.notifiers = dict.fromkeys(runtime.outbox.notifiers, channel)
        try:
            yield Life(runtime, clock, channel, polled)
        finally:
            await runtime.close(1.0)


async def test_a_source_that_dies_is_told_once_and_once_when_it_is_heard_again(tmp_path: Path) -> None:
    async with (
        site(HOST, feed=answer(NEWS)) as here,
        living(tmp_path, {"feed": here.url(), "name": "outlet"}) as life,
    ):
        await life.go()
        here.routes["/feed"] = answer(status=503)
        for _ in range(30):
            await life.go(hours=6)
        assert len([told for told in life.told() if "outlet" in told]) == 1
        here.routes["/feed"] = answer(NEWS)
        for _ in range(4):
            await life.go(hours=6)
        told = [told for told in life.told() if "outlet" in told]
        assert told == ["Source outlet is dead", "Source outlet has recovered"]


async def test_a_restart_repeats_no_word_of_a_silence(tmp_path: Path) -> None:
    clock = FakeClock()

    async def told_in(life: Life, rounds: int) -> list[str]:
        for _ in range(rounds):
            await life.go(hours=6)
        return life.told()

    async with site(HOST, feed=answer(NEWS)) as here:
        outlet = {"feed": here.url(), "name": "outlet"}
        async with living(tmp_path, outlet, clock=clock) as life:
            await life.go()
            here.routes["/feed"] = answer(status=503)
            assert await told_in(life, 20) == ["Source outlet is dead"]
        async with living(tmp_path, outlet, clock=clock) as life:
            assert await told_in(life, 5) == []
            here.routes["/feed"] = answer(NEWS)
        async with living(tmp_path, outlet, clock=clock) as life:
            assert await told_in(life, 3) == ["Source outlet has recovered"]
        async with living(tmp_path, outlet, clock=clock) as life:
            assert await told_in(life, 3) == []


async def test_a_wall_is_told_as_one(tmp_path: Path) -> None:
    async with (
        site(HOST, feed=answer(NEWS)) as here,
        living(tmp_path, {"feed": here.url(), "name": "outlet"}) as life,
    ):
        await life.go()
        here.routes["/feed"] = answer("<html><title>Just a moment...</title></html>")
        for _ in range(20):
            await life.go(hours=6)
        assert life.told() == ["Source outlet is blocked"]
        assert "a block page (Cloudflare)" in life.state("outlet").error


async def test_a_source_that_is_quiet_beyond_its_rhythm_is_told_once(tmp_path: Path) -> None:
    days = b"".join(
        rss((str(n), f"Entry {n}", "Nothing of note."), published=NOW - timedelta(days=n))[
            len("<rss version='2.0'><channel><title>News</title>") : -len("</channel></rss>")
        ]
        for n in range(8)
    )
    feed = b"<rss version='2.0'><channel><title>News</title>" + days + b"</channel></rss>"
    async with (
        site(HOST, feed=answer(feed)) as here,
        living(tmp_path, {"feed": here.url(), "name": "outlet"}) as life,
    ):
        for _ in range(80):
            await life.go(hours=6)
        assert life.told() == ["Source outlet is quiet"]


async def test_a_permanent_move_is_followed_and_reported_and_a_temporary_one_is_not(tmp_path: Path) -> None:
    async with site(
        HOST,
        old=answer(status=301, Location="/new"),
        lent=answer(status=302, Location="/new"),
        new=answer(NEWS),
    ) as here:
        sources = [{"feed": here.url(f"/{name}"), "name": name} for name in ("old", "lent")]
        async with living(tmp_path, *sources) as life:
            await life.go()
            assert life.state("old").moved_to == here.url("/new")
            assert life.state("lent").moved_to == ""


@pytest.mark.parametrize("served", [answer(NEWS), answer(NEWS, ETag='"1"')], ids=["the same body", "304"])
async def test_a_move_is_reported_though_nothing_else_changed(
    served: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def there(asked: Asked, _: asyncio.StreamWriter) -> bytes:
        return b"HTTP/1.1 304 Same\r\n\r\n" if "if-none-match" in asked.headers else served

    async with (
        site(HOST, feed=answer(NEWS), there=there) as here,
        living(tmp_path, {"feed": here.url(), "name": "outlet"}) as life,
    ):
        await life.go()
        here.routes["/feed"] = answer(status=301, Location="/there")
        for _ in range(3):
            await life.go(hours=6)
        assert life.state("outlet").moved_to == here.url("/there")
        assert caplog.text.count(f"outlet: it moved for good to {here.url('/there')}") == 1
        here.routes["/feed"] = answer(NEWS)
        await life.go(hours=6)
        assert life.state("outlet").moved_to == ""


async def test_what_is_gone_for_good_is_asked_no_more(tmp_path: Path) -> None:
    async with (
        site(HOST, feed=answer(status=410)) as here,
        living(tmp_path, {"feed": here.url(), "name": "outlet", "every": "1m"}) as life,
    ):
        for _ in range(10):
            await life.go(days=10)
            await wire.poll_now(life.runtime)
        assert here.paths == ["/feed"]
        assert life.told() == ["Source outlet is dead"]
        here.routes["/feed"] = answer(NEWS)
        await wire.poll_now(life.runtime, ["outlet"])
        for _ in range(3):
            await life.go(minutes=2)
        assert here.paths == ["/feed"] * 5
        assert life.told() == ["Source outlet is dead", "Source outlet has recovered"]


@pytest.mark.parametrize(
    ("headers", "ttl", "asked"),
    [
        ({}, "", 12),
        ({"Cache_Control": "max-age=7200"}, "", 3),
        ({}, "<ttl>120</ttl>", 3),
        ({"Cache_Control": "max-age=99999999"}, "", 1),
    ],
    ids=["nothing said", "max-age", "ttl", "max-age beyond all bounds"],
)
async def test_an_adaptive_source_is_not_asked_before_it_says_that_it_is_stale(
    headers: dict[str, str], ttl: str, asked: int, tmp_path: Path
) -> None:
    news = NEWS.replace(b"<title>News", ttl.encode() + b"<title>News", 1)
    async with (
        site(HOST, feed=answer(news, 200, **headers)) as here,
        living(tmp_path, {"feed": here.url()}) as life,
    ):
        for _ in range(72):
            await life.go(minutes=5)
        assert abs(len(here.asked) - asked) <= asked // 2, len(here.asked)


@pytest.mark.parametrize("kind", ["page", "feed"])
async def test_what_is_undated_and_never_twice_the_same_tells_nothing_of_a_rhythm(
    kind: str, tmp_path: Path
) -> None:
    async def say(_: Asked, __: asyncio.StreamWriter) -> bytes:
        nonce = len(here.asked)
        page = (
            f"<html><head><title>News</title></head><body><p>{'Nothing of note. ' * 30}</p><i id={nonce}></i>"
        )
        feed = f"<rss><channel><title>{nonce}</title><item><guid>1</guid><title>One</title></item></channel></rss>"
        return answer(page if kind == "page" else feed)

    async with (
        site(HOST, feed=say) as here,
        living(tmp_path, {kind: here.url(), "name": "outlet"}) as life,
    ):
        for _ in range(12 * 5):
            await life.go(minutes=5)
        assert 8 <= len(here.asked) <= 11, "half an hour apart, for five hours"


async def test_a_server_that_asks_for_a_rest_gets_it(tmp_path: Path) -> None:
    async with (
        site(HOST, feed=answer(status=429, Retry_After="10800")) as here,
        living(tmp_path, {"feed": here.url(), "every": "1m"}) as life,
    ):
        for _ in range(34):
            await life.go(minutes=5)
        assert len(here.asked) == 1
        await life.go(minutes=60)
        assert len(here.asked) == 2


async def test_a_rest_that_was_asked_for_survives_a_restart_and_a_poll_by_hand(tmp_path: Path) -> None:
    async with site(HOST, feed=answer(status=429, Retry_After="10800")) as here:
        outlet = {"feed": here.url(), "name": "outlet", "every": "1m"}
        async with living(tmp_path, outlet) as life:
            await life.go()
            clock = life.clock
        for _ in range(17):
            async with living(tmp_path, outlet, clock=clock) as life:
                await life.go(minutes=10)
                (polled,) = await wire.poll_now(life.runtime)
                assert "asked for a rest" in polled.error or "429" in polled.error
        assert len(here.asked) == 1
        async with living(tmp_path, outlet, clock=clock) as life:
            clock.go(minutes=11)
            await wire.poll_now(life.runtime)
        assert len(here.asked) == 2


async def test_another_source_of_an_address_that_rests_waits_as_long_and_quietly(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with site(HOST, feed=answer(NEWS)) as here:
        sources = [{"feed": here.url(), "name": name, "every": "10m"} for name in ("one", "two")]
        async with living(tmp_path, *sources) as life:
            await life.go()
            here.routes["/feed"] = answer(status=429, Retry_After="80000")
            before = len(here.asked)
            for _ in range(60):
                await life.go(minutes=20)
            assert len(here.asked) == before + 1
    assert "put off further" not in caplog.text


async def test_a_pause_of_its_own_keeps_the_sources_of_one_host_apart(tmp_path: Path) -> None:
    async with site(HOST, one=answer(NEWS), two=answer(NEWS)) as here:
        sources = [{"feed": here.url(f"/{name}"), "pause": "1s"} for name in ("one", "two")]
        async with living(tmp_path, *sources) as life:
            await life.go()
            first, second = (each.at for each in here.asked)
            assert second - first >= 0.99


def read_only(ledger: Ledger) -> Callable[[], object]:
    ledger.run("PRAGMA query_only = ON")
    return lambda: ledger.run("PRAGMA query_only = OFF")


def full(ledger: Ledger) -> Callable[[], object]:
    pages = ledger.value("PRAGMA page_count")
    ledger.value(f"PRAGMA max_page_count = {pages}")
    while True:  # what is free within the file
        try:
            ledger.run("INSERT INTO meta VALUES (hex(randomblob(9)), hex(randomblob(9000)))")
        except LedgerError:
            break
    return lambda: ledger.value("PRAGMA max_page_count = 4294967294")


def locked(ledger: Ledger) -> Callable[[], object]:
    ledger.value("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(ledger.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other.close


async def _never_built(*_: Any) -> Runtime:
    raise AssertionError


async def test_a_stop_while_a_job_of_the_daemon_waits_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    waiting, ticks = asyncio.Event(), 0

    async def start_due() -> None:
        nonlocal ticks
        ticks += 1
        if ticks > 1:  # the first is that of the start
            waiting.set()
            await asyncio.Event().wait()

    async with living(tmp_path) as life:
        monkeypatch.setattr(life.runtime.polls, "start_due", start_due)

        async def build(*_: Any) -> Runtime:
            return life.runtime

        daemon = Daemon(build)
        async with asyncio.timeout(20):
            running = asyncio.create_task(daemon.run())
            await waiting.wait()
            daemon.stop()
            await running
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR] == []


@pytest.mark.parametrize(
    ("trouble", "words"),
    [(read_only, "it cannot be written here"), (full, "there is no room left"), (locked, "another process is writing")],
    ids=["read-only", "full", "locked"],
)  # fmt: skip
async def test_a_ledger_that_takes_nothing_for_a_while_is_one_line_and_costs_nothing(
    trouble: Callable[[Ledger], Callable[[], object]],
    words: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    text = "Northlight confirmed that Alan Wake 2 will be released on {}, 2031. " + "And more of it. " * 500
    said = rss(("1", "Alan Wake 2", text.format("October 17")))
    served = {name: answer(said) for name in "abcdef"}
    sources = [{"name": name, "every": "1s"} for name in served]
    async with (
        site(HOST, **served) as here,
        living(tmp_path, *({**each, "feed": here.url(f"/{each['name']}")} for each in sources)) as life,
    ):
        daemon = Daemon(_never_built)
        daemon.runtime = life.runtime
        life.runtime.standstill.clock = lambda: life.clock().timestamp()

        async def second() -> None:
            life.clock.go(seconds=2)
            await daemon.tick()
            await life.runtime.polls.idle()
            await daemon.housekeeping()
            await daemon.send()
            await asyncio.sleep(0)

        await second()
        mend = trouble(life.runtime.ledger)
        for name in served:
            here.routes[f"/{name}"] = answer(
                rss(("2", "Alan Wake 2", text.format("October 27"))), Cache_Control=name
            )
        before = len(here.asked)
        for _ in range(20):
            await second()
        asked = len(here.asked) - before
        mend()
        async with asyncio.timeout(20):
            while not life.told():
                await second()
        assert asked <= 12, "one trial after another, ever later, where twenty rounds of six were due"
        assert [record.levelname for record in caplog.records].count("ERROR") == 1
        assert words in caplog.text
        assert "the ledger can be written again" in caplog.text
        assert "Traceback" not in caplog.text
        assert life.told() == ["Alan Wake 2"]
        assert life.channel.taken[-1].alerts[-1]["data"]["to"]["when"] == "2031-10-27"


async def test_a_poll_by_hand_that_cannot_be_kept_fails(tmp_path: Path) -> None:
    async with (
        site(HOST, feed=answer(NEWS)) as here,
        living(tmp_path, {"feed": here.url(), "name": "outlet"}) as life,
    ):
        read_only(life.runtime.ledger)
        with pytest.raises(ReadOnlyError):
            await wire.poll_now(life.runtime)


async def test_house_keeping_notes_that_the_daemon_goes_on(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await life.go(hours=1)
        with Ledger.open(tmp_path / "monitor.db", read_only=True) as other:
            assert other.alive_at() == life.clock()


async def test_a_slow_site_holds_up_no_other(tmp_path: Path) -> None:
    let_go = asyncio.Event()

    async def slow(_: Asked, __: asyncio.StreamWriter) -> bytes:
        await let_go.wait()
        return answer(NEWS)

    async with site(HOST, one=slow, two=slow) as hanging, site("127.0.4.2", feed=answer(NEWS)) as quick:
        sources = [{"feed": hanging.url("/one")}, {"feed": hanging.url("/two")}]
        async with living(tmp_path, *sources, {"feed": quick.url(), "every": "1s"}) as life:
            for number in range(1, 6):
                life.clock.go(seconds=5)
                await _until_polled(life, quick.url(), number)
            assert len(quick.asked) == 5
            assert hanging.open_most == 1
            let_go.set()


async def _until_polled(life: Life, url: str, number: int) -> None:
    async with asyncio.timeout(30):
        while life.polled.count(url) < number:
            await life.runtime.polls.start_due()
            await asyncio.sleep(0)


async def test_a_source_is_told_once_though_it_is_being_polled_at_the_time(tmp_path: Path) -> None:
    asked, let_go = asyncio.Event(), asyncio.Event()

    async def slow(_: Asked, __: asyncio.StreamWriter) -> bytes:
        asked.set()
        await let_go.wait()
        return answer(status=503)

    async with (
        site(HOST, feed=answer(status=503)) as here,
        living(tmp_path, {"feed": here.url(), "name": "outlet"}) as life,
    ):
        for _ in range(4):
            await life.go(hours=12)
        here.routes["/feed"] = slow
        life.clock.go(hours=12)
        await life.runtime.polls.start_due()
        await asked.wait()
        await life.runtime.housekeeping()
        let_go.set()
        await life.runtime.polls.idle()
        for _ in range(4):
            await life.go(hours=12)
        assert life.told() == ["Source outlet is dead"]


@pytest.mark.parametrize(
    "step", [timedelta(days=-9000), timedelta(hours=-5), timedelta(hours=5), timedelta(days=9000)]
)
async def test_after_any_step_of_the_clock_a_source_is_polled_within_its_interval(
    tmp_path: Path, step: timedelta
) -> None:
    async with (
        site(HOST, feed=answer(NEWS)) as here,
        living(tmp_path, {"feed": here.url(), "every": "1h"}) as life,
    ):
        for moved in (timedelta(), step, -step):
            life.clock.now += moved
            before = len(life.polled)
            for _ in range(8):
                life.clock.go(minutes=10)
                await life.runtime.polls.start_due()
                await life.runtime.polls.idle()
            assert before < len(life.polled) <= before + 3


async def test_a_shorter_interval_and_a_far_next_poll_are_mended_at_the_start_and_by_house_keeping(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with site(HOST, feed=answer(NEWS)) as here:
        outlet = {"feed": here.url(), "name": "outlet"}
        async with living(tmp_path, {**outlet, "every": "30d"}) as life:
            await life.go()
            clock = life.clock
        async with living(tmp_path, {**outlet, "every": "15m"}, clock=clock) as life:
            await life.go(minutes=1)
            assert len(life.polled) == 1
            far = replace(life.state("outlet"), next_poll_at=clock() + timedelta(days=8000))
            life.runtime.ledger.save_states([far])
            await life.go(minutes=1)
            await life.go(minutes=1)
            assert len(life.polled) == 2
    assert caplog.text.count("put off further than they ever wait") == 2


BROKEN = {
    "fetch": "monitor.fetch.Fetcher.fetch",
    "read": "monitor.workers.pool.WorkerPool.read",
    "record": "monitor.recording.Recorder.record",
    "schedule": "monitor.schedule.interval",
    "keep": "monitor.ledger.Ledger.settle",
}


@pytest.mark.parametrize("place", BROKEN)
async def test_a_bug_at_a_source_puts_its_next_poll_off_and_is_one_line(
    place: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("in two\nlines")

    news = [NEWS]
    async with (
        site(HOST, feed=answer(NEWS)) as here,
        living(tmp_path, {"feed": here.url(), "name": "outlet", "every": "1h"}) as life,
    ):
        await life.go()
        news[0] = rss(("2", "Alan Wake 2", "Northlight says that Alan Wake 2 comes out on October 20, 2031."))
        here.routes["/feed"] = answer(news[0])
        life.clock.go(hours=2)
        with monkeypatch.context() as patched:
            patched.setattr(BROKEN[place], broken)
            for _ in range(40):
                life.clock.go(seconds=1)
                await life.runtime.polls.start_due()
                await life.runtime.polls.idle()
        asked = len(here.asked)
        assert asked <= 2
        assert len([line for line in caplog.messages if "bug" in line]) == 1
        assert "\n" not in "".join(line for line in caplog.messages if "bug" in line)
        assert "Traceback" not in caplog.text
        if place not in ("schedule", "keep"):  # there nothing could be kept, and it waits in memory
            state = life.state("outlet")
            assert (state.last_result, state.failures) == ("bug", 1)
            assert state.next_poll_at > life.clock()
            assert "ZeroDivisionError" in state.error
            assert "ZeroDivisionError" in next(iter(life.runtime.ledger.bugs())).traceback
            await life.go(hours=1)
            assert life.state("outlet").last_result == "read"


def test_a_daemon_that_reads_feeds_loads_neither_parsers_nor_languages(tmp_path: Path) -> None:
    """They are its readers'; a daemon would hold 15 MB of them for nothing."""
    config = tmp_path / "sources.yaml"
    config.write_text(
        json.dumps(
            {"watch": ["Alan Wake 2"], "sources": [{"feed": f"http://{HOST}/feed.xml", "name": "news"}]}
        ),
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, str(config), str(tmp_path / "monitor.db")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(done.stdout) == {"polled": "news", "root": None, "loaded": []}


_LOADED = """
import asyncio, json, sys
from pathlib import Path
import monitor.cli.running, monitor.daemon
from monitor import wire

async def main():
    with wire.open_ledger(Path(sys.argv[2]), owner=True) as ledger:
        runtime = await wire.build(Path(sys.argv[1]), ledger, asyncio.Event())
        (polled,) = await wire.poll_now(runtime)
        await runtime.release()
    heavy = ("monitor.parse", "monitor.extract", "monitor.workers.worker", "lxml", "trafilatura", "feedparser")
    loaded = [name for name in heavy if name in sys.modules]
    print(json.dumps({"polled": polled.source.name, "root": runtime.config.root, "loaded": loaded}))

asyncio.run(main())
"""


async def test_a_poll_by_hand_waits_for_a_site_that_a_daemon_polls(tmp_path: Path) -> None:
    asked, let_go = asyncio.Event(), asyncio.Event()

    async def slow(_: Asked, __: asyncio.StreamWriter) -> bytes:
        asked.set()
        await let_go.wait()
        return answer(NEWS)

    async with (
        site(HOST, feed=slow) as here,
        living(tmp_path, {"feed": here.url(), "name": "outlet"}) as life,
    ):
        daemon = asyncio.create_task(life.go())
        await asked.wait()
        with Ledger.open(tmp_path / "monitor.db") as beside:
            runtime = await wire.build(
                tmp_path / "sources.yaml", beside, asyncio.Event(), clock=life.clock, on_poll=lambda _: None
            )
            by_hand = asyncio.create_task(wire.poll_now(runtime, ["outlet"]))
            done, _ = await asyncio.wait([by_hand], timeout=0.5)
            assert not done
            assert len(here.asked) == here.open_most == 1
            let_go.set()
            (polled,) = await by_hand
            assert (polled.error, here.open_most) == ("", 1)
            await daemon
            await runtime.close(1.0)


async def test_hosts_that_are_sites_of_their_own_are_leased_and_spaced_apart(tmp_path: Path) -> None:
    public = {"allow_private": False}
    feeds = [
        {"feed": f"https://{name}.news.example/{number}", "name": f"{name}{number}", **public}
        for name in "abc"
        for number in (1, 2)
    ]
    feeds[0]["site"] = "host"  # for the other source of its host too
    async with living(tmp_path, *feeds) as life:
        turns = await life.runtime.cycle.take(9)
        taken = {turn.lease.name: {source.name for source, _ in turn.sources} for turn in turns}
        assert taken == {"a.news.example": {"a1", "a2"}, "news.example": {"b1", "b2", "c1", "c2"}}
        fetcher = life.runtime.fetcher
        fetcher.hold("news.example", 9.0)
        assert (fetcher.free_in("a.news.example"), fetcher.free_in("news.example") > 5) == (0, True)
        await life.runtime.store.do(lambda tx: tx.release([turn.lease for turn in turns]))
    del feeds[0]["site"]
    async with living(tmp_path, *feeds) as life:
        assert [turn.lease.name for turn in await life.runtime.cycle.take(9)] == ["news.example"]


async def test_what_is_kept_for_so_long_goes_and_no_entry_becomes_news_by_that(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "monitor.wire")
    moved = ("2", "Alan Wake 2", "Northlight confirmed that Alan Wake 2 was delayed to October 27, 2031.")
    plain = [(f"p{number}", f"The weather {number}", "It rained on the stones.") for number in range(3)]
    first = [
        ("1", "Alan Wake 2", "Northlight confirmed that Alan Wake 2 will be released on October 17, 2031.")
    ]

    def marks(ledger: Ledger) -> int:
        return int(ledger.value("SELECT count(*) FROM seen"))

    async with (
        site(HOST, feed=answer(rss(*first, *plain))) as here,
        living(tmp_path, {"feed": here.url(), "name": "outlet"}, retention="90d") as life,
    ):
        await life.go()
        here.routes["/feed"] = answer(rss(moved, *first, *plain))
        await life.go(days=1)
        assert life.told() == ["Alan Wake 2"]
        for _ in range(30):
            await life.go(days=10)
        assert marks(life.runtime.ledger) == 5, "all of them are listed still"
        here.routes["/feed"] = answer(rss(*plain[:1]))
        await life.go(days=1)
        for _ in range(30):
            await life.go(days=10)
        assert marks(life.runtime.ledger) == 3, "two without claims are listed no more"
        here.routes["/feed"] = answer(rss(moved, *first, *plain))
        await life.go(days=1)
        assert [told for told in life.told() if told.startswith("Alan")] == ["Alan Wake 2"]
        (sent,) = (each for each in life.runtime.ledger.deliveries() if each.change)
        assert "shortened" in json.loads(sent.body)
    assert "gone: marks of 2 entries, texts of 0 alerts, 0 tracebacks" in caplog.text
    assert "gone: marks of 0 entries, texts of 1 alert, 0 tracebacks" in caplog.text


async def test_nothing_goes_unless_the_configuration_says_so(tmp_path: Path) -> None:
    def marks(life: Life) -> int:
        return int(life.runtime.ledger.value("SELECT count(*) FROM seen"))

    async with (
        site(HOST, feed=answer(rss(("1", "The weather", "It rained.")))) as here,
        living(tmp_path, {"feed": here.url()}) as life,
    ):
        await life.go()
        here.routes["/feed"] = answer(rss(("2", "The weather", "It snowed.")))
        for _ in range(9):
            await life.go(days=400)
        assert marks(life) == 2
        clock = life.clock
    async with living(tmp_path, clock=clock, retention="90d") as life:
        await life.go(minutes=2)
        assert marks(life) == 1, "at once where the configuration begins to say so"
