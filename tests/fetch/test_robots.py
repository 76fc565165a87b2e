from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from monitor.fetch import robots
from monitor.fetch.robots import Robots
from monitor.model import Fetched, FetchOutcome, RobotsFile, Trouble, Unreachable, Validators
from tests.fakes import FakeClock
from tests.fakes_fetch import Asked, answer, fetcher, site

FEED = answer("a feed")


async def barrier(text: str | bytes, url: str = "https://news.example/feed") -> timedelta | Unreachable:
    body = text if isinstance(text, bytes) else text.encode()

    async def read(asked: httpx.URL, opened: bool, _: Callable[[], float]) -> FetchOutcome:
        assert not opened
        return Fetched(url=str(asked), body=body, validators=Validators())

    return await Robots(read, FakeClock()).barrier(httpx.URL(url), opened=False)


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/feed", True),
        ("User-agent: *\nDisallow: /", "/feed", False),
        ("User-agent: *\nDisallow:", "/feed", True),
        ("User-agent: *\nDisallow: /\nAllow: /feed", "/feed", True),
        ("User-agent: *\nAllow: /\nDisallow: /feed", "/feed", False),
        ("User-agent: *\nDisallow: /*.xml$", "/a/feed.xml", False),
        ("User-agent: *\nDisallow: /*.xml$", "/a/feed.xml?page=1", True),
        ("User-agent: monitor\nDisallow: /\n\nUser-agent: *\nAllow: /", "/feed", False),
        ("User-agent: otherbot\nDisallow: /", "/feed", True),
        ("User-agent: MONITOR\nUser-agent: otherbot\nDisallow: /private", "/private/x", False),
        ("﻿User-agent: *\r\nDisallow: /feed # not for you", "/feed", False),
        ("User-agent: *\nDisallow: /%66eed", "/feed", False),
        ("User-agent: monitor/0.1\nDisallow: /\n\nUser-agent: *\nAllow: /", "/feed", False),
        ("User-agent: monitorbot\nDisallow: /", "/feed", True),
        ("User-agent: uptimemonitor\nDisallow: /", "/feed", True),
        ("User-agent: monitor\nDisallow: /private\n\nUser-agent: *\nDisallow: /", "/feed", True),
        ("User-agent: monitor\nDisallow: /private\n\nUser-agent: monitor\nDisallow: /feed", "/feed", False),
        ("User-agent: *\nDisallow: /*?", "/feed?page=1", False),
        ("User-agent: *\nDisallow: /feed?type=atom", "/feed?type=rss", True),
        ("User-agent: *\nDisallow: /ü", "/%C3%BC", False),
        ("Disallow: /", "/feed", True),
        ("<html><body>nothing here</body></html>", "/feed", True),
    ],
)
async def test_the_longest_rule_of_the_most_specific_group_decides(
    text: str, path: str, allowed: bool
) -> None:
    found = await barrier(text, f"https://news.example{path}")
    assert isinstance(found, timedelta) == allowed
    if isinstance(found, Unreachable):
        assert found.trouble is Trouble.ROBOTS
        assert "news.example" in found.detail


@pytest.mark.parametrize(
    ("said", "seconds"), [("2", 2), ("0.5", 0.5), ("86400", 60), ("-5", 0), ("nan", 0), ("soon", 0)]
)
async def test_a_crawl_delay_is_honoured_within_bounds(said: str, seconds: float) -> None:
    assert await barrier(f"User-agent: *\nCrawl-delay: {said}\n") == timedelta(seconds=seconds)


async def test_a_line_that_is_cut_at_the_limit_is_no_rule() -> None:
    rules = b"User-agent: *\nDisallow: /private\n"
    filler = b"#" * (robots.CAP_BYTES - len(rules) - len(b"\nDisallow: /")) + b"\nDisallow: /"
    assert await barrier(rules + filler) == timedelta()
    assert isinstance(await barrier(rules + filler, "https://news.example/private"), Unreachable)


async def test_the_origins_and_paths_that_are_remembered_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robots, "ORIGINS", 10)
    monkeypatch.setattr(robots, "DECISIONS", 3)

    async def read(asked: httpx.URL, opened: bool, _: Callable[[], float]) -> FetchOutcome:  # noqa: ARG001 - the fetcher's signature
        return Fetched(url=str(asked), body=b"User-agent: *\nDisallow: /7", validators=Validators())

    decided: list[str] = []
    can_fetch = Protego.can_fetch

    def decide(parsed: Protego, url: str, agent: str) -> bool:
        decided.append(url)
        allowed: bool = can_fetch(parsed, url, agent)
        return allowed

    monkeypatch.setattr(Protego, "can_fetch", decide)
    rules = Robots(read, FakeClock())
    for n in range(30):
        url = httpx.URL(f"https://site{n // 10}.example/{n % 10}")
        assert isinstance(await rules.barrier(url, opened=False), Unreachable) == (n % 10 == 7)
        await rules.barrier(httpx.URL(f"https://other{n}.example/"), opened=False)
    assert len(rules) == 10
    decided.clear()
    for path in "abcda":  # three are remembered of a site, then all are forgotten
        await rules.barrier(httpx.URL(f"https://site2.example/{path}"), opened=False)
        await rules.barrier(httpx.URL(f"https://site2.example/{path}"), opened=False)
    assert [url[-1] for url in decided] == list("abcda")


@given(
    st.binary(max_size=300) | st.text(alphabet="user-agent:*dilow/ \n$%^#é\x00", max_size=300).map(str.encode)
)
def test_whatever_it_holds_it_is_read(text: bytes) -> None:
    asyncio.run(barrier(text))


class TestOverTheWire:
    @pytest.mark.parametrize(
        ("status", "asked_for_feed"),
        [
            (404, True),
            (401, True),
            (403, True),
            (410, True),
            (204, True),
            (429, False),
            (500, False),
            (503, False),
        ],
    )
    async def test_absent_allows_and_unreachable_waits(self, status: int, asked_for_feed: bool) -> None:
        routes = {"robots.txt": answer(status=status), "feed": FEED}
        async with site(**routes) as here, fetcher() as fetch:
            outcome = await fetch.fetch(here.url())
        assert isinstance(outcome, Fetched) == asked_for_feed
        assert ("/feed" in here.paths) == asked_for_feed
        if isinstance(outcome, Unreachable):
            assert outcome.trouble is (Trouble.RATE_LIMITED if status == 429 else Trouble.ROBOTS)
            assert outcome.retry_after == timedelta(minutes=10)

    async def test_it_is_read_once_for_all_that_ask_at_the_same_time_and_kept(self) -> None:
        routes = {
            "robots.txt": answer("User-agent: *\nDisallow: /private/"),
            "feed": FEED,
            "private/feed": FEED,
        }
        async with site(**routes) as here, fetcher() as fetch:
            open_to_all = await asyncio.gather(*(fetch.fetch(here.url()) for _ in range(5)))
            barred = await fetch.fetch(here.url("/private/feed"))
        assert all(isinstance(each, Fetched) for each in open_to_all)
        assert isinstance(barred, Unreachable)
        assert barred.trouble is Trouble.ROBOTS
        assert here.paths == ["/robots.txt", *["/feed"] * 5]

    async def test_the_user_may_call_it_off(self) -> None:
        routes = {"robots.txt": answer("User-agent: *\nDisallow: /"), "feed": FEED}
        async with site(**routes) as here, fetcher() as fetch:
            assert isinstance(await fetch.fetch(here.url(), obey_robots=False), Fetched)
        assert here.paths == ["/feed"]

    async def test_the_target_of_a_redirect_is_asked_for_its_own_rules(self) -> None:
        async with (
            site(feed=FEED, **{"robots.txt": answer("User-agent: *\nDisallow: /")}) as there,
            site("127.0.0.2", feed=answer(status=302, Location=there.url())) as here,
            fetcher() as fetch,
        ):
            outcome = await fetch.fetch(here.url())
        assert isinstance(outcome, Unreachable)
        assert outcome.trouble is Trouble.ROBOTS
        assert there.paths == ["/robots.txt"]

    async def test_five_redirects_are_followed_and_more_are_as_good_as_none(self) -> None:
        def hops(count: int) -> dict[str, bytes]:
            way = {f"{n}": answer(status=301, Location=f"/{n + 1}") for n in range(1, count)}
            return {"robots.txt": answer(status=301, Location="/1"), **way, f"{count}": answer("User-agent: *\nDisallow: /"), "feed": FEED}  # fmt: skip

        async with site(**hops(5)) as five, site(**hops(6)) as six, fetcher() as fetch:
            assert isinstance(await fetch.fetch(five.url()), Unreachable)
            assert isinstance(await fetch.fetch(six.url()), Fetched)

    async def test_of_a_huge_one_the_first_500_kib_count(self) -> None:
        filler = "# nothing to see here, walk on\n" * (robots.CAP_BYTES // 31)
        head, tail = "User-agent: *\nDisallow: /private\n", "Disallow: /feed\n"
        routes = {"robots.txt": answer(head + filler + tail * 100_000), "feed": FEED, "private": FEED}
        async with site(**routes) as here, fetcher() as fetch:
            assert isinstance(await fetch.fetch(here.url("/private")), Unreachable)
            outcome = await fetch.fetch(here.url())
        assert isinstance(outcome, Fetched)

    async def test_a_private_host_that_is_opened_is_asked_for_its_rules_too(self) -> None:
        routes = {"robots.txt": answer("User-agent: *\nDisallow: /"), "feed": FEED}
        async with site("127.0.0.1", **routes) as here, fetcher() as fetch:
            outcome = await fetch.fetch(here.url(), allow_private=True)
        assert isinstance(outcome, Unreachable)
        assert outcome.trouble is Trouble.ROBOTS

    @pytest.mark.parametrize(
        "said", [answer(b"not gzip", Content_Encoding="gzip"), b"HTTP/1.1 200 OK\r\n\0\r\n\r\n"]
    )
    async def test_one_that_comes_broken_is_waited_for_and_named(self, said: bytes) -> None:
        async with site(feed=FEED, **{"robots.txt": said}) as here, fetcher() as fetch:
            outcome = await fetch.fetch(here.url())
        assert isinstance(outcome, Unreachable)
        assert outcome.trouble is Trouble.PROTOCOL
        assert outcome.detail.startswith("its robots.txt cannot be read (")
        assert here.paths == ["/robots.txt"]

    async def test_a_host_that_is_down_says_so_itself(self) -> None:
        async with site() as here:
            url = here.url()
        async with fetcher() as fetch:
            outcome = await fetch.fetch(url)
        assert isinstance(outcome, Unreachable)
        assert outcome.trouble is Trouble.CONNECT

    async def test_a_site_that_fails_later_keeps_the_rules_it_had(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(robots, "LIFE_SECONDS", 0.0)
        said = [answer("User-agent: *\nDisallow: /private"), answer(status=503)]

        async def rules(_: Asked, __: asyncio.StreamWriter) -> bytes:
            return said.pop(0)

        async with site(feed=FEED, **{"robots.txt": rules}) as here, fetcher() as fetch:
            assert isinstance(await fetch.fetch(here.url()), Fetched)
            assert isinstance(await fetch.fetch(here.url()), Fetched)
            outcome = await fetch.fetch(here.url("/private"))
        assert isinstance(outcome, Unreachable)
        assert outcome.trouble is Trouble.ROBOTS
        assert here.paths == ["/robots.txt", "/feed", "/robots.txt", "/feed"]


async def test_what_another_process_read_is_not_read_again_before_it_expires() -> None:
    clock = FakeClock()
    shared: dict[str, RobotsFile] = {}
    asked: list[str] = []

    async def read(url: httpx.URL, _: bool, __: Callable[[], float]) -> FetchOutcome:
        asked.append(str(url))
        return Fetched(url=str(url), body=b"User-agent: *\nDisallow: /no", validators=Validators())

    async def recall(origin: str, host: str) -> RobotsFile | None:
        assert host == "news.example"
        return shared.get(origin)

    async def remember(origin: str, robots: RobotsFile) -> None:
        shared[origin] = robots

    async def forbidden() -> bool:
        """Ask as a process that has just started."""
        rules = Robots(read, clock, recall, remember)
        return isinstance(
            await rules.barrier(httpx.URL("https://news.example/no"), opened=False), Unreachable
        )

    assert await forbidden()
    clock.go(hours=23)
    assert await forbidden()
    assert len(asked) == 1
    clock.go(hours=2)
    assert await forbidden()
    assert len(asked) == 2
    clock.go(hours=-40)  # read in the future: by a clock that was wrong
    assert await forbidden()
    assert len(asked) == 3
