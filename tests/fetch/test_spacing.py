from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from monitor.fetch import spacing
from monitor.fetch.domains import pause_of, sites
from monitor.fetch.spacing import RequestSpacing
from monitor.model import Fetched, Trouble, Unreachable
from tests.fakes_fetch import INTERNET, answer, fetcher, site

PAUSE = timedelta(milliseconds=60)
NONE = timedelta()
FEED = answer("a feed")


async def test_one_request_at_a_time_to_all_hosts_of_a_domain_with_a_pause_between() -> None:
    order = RequestSpacing(8, lambda _: PAUSE)
    inside = 0
    began: list[float] = []

    async def ask(host: str) -> None:
        nonlocal inside
        async with order.take(host, opened=False, pause=None) as rest:
            assert rest is None
            inside += 1
            assert inside == 1
            began.append(asyncio.get_running_loop().time())
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(ask(host) for host in ("a.news.example", "b.news.example", "news.example")))
    gaps = [later - earlier for earlier, later in pairwise(began)]
    assert min(gaps) >= PAUSE.total_seconds()


async def test_a_host_that_is_a_site_of_its_own_does_not_wait_for_its_domain() -> None:
    order = RequestSpacing(8, lambda _: timedelta(seconds=60), sites(["A.news.example."]))
    async with (
        asyncio.timeout(1),
        order.take("a.news.example", opened=False, pause=None) as first,
        order.take("b.news.example", opened=False, pause=None) as second,
    ):
        assert first is second is None
    assert order.free_in("a.news.example") > 50
    assert order.free_in("news.example") > 50, "the other hosts are one site"
    assert order.free_in("b.news.example") == 0


def test_a_host_that_is_a_site_of_its_own_keeps_the_pause_of_its_domain() -> None:
    order = RequestSpacing(8, pause_of, sites(["one.tumblr.com"]))
    assert order.pause("one.tumblr.com") == timedelta(seconds=5)


async def test_domains_do_not_wait_for_each_other() -> None:
    order = RequestSpacing(8, lambda _: timedelta(seconds=60))
    async with (
        asyncio.timeout(1),
        order.take("one.example", opened=False, pause=None),
        order.take("two.example", opened=False, pause=None) as rest,
    ):
        assert rest is None


@pytest.mark.parametrize(
    ("asked", "pause", "at_least", "opened"),
    [("the user", NONE, timedelta(hours=1), False), ("an opened host", None, NONE, True)],
)
async def test_who_may_do_without_a_pause(
    asked: str, pause: timedelta | None, at_least: timedelta, opened: bool
) -> None:
    order = RequestSpacing(8, lambda _: timedelta(seconds=60))
    async with asyncio.timeout(1):
        for _ in range(3):
            async with order.take("news.example", opened=opened, pause=pause, at_least=at_least) as rest:
                assert rest is None, asked


async def test_no_more_than_so_many_are_under_way_at_once() -> None:
    order = RequestSpacing(2, lambda _: NONE)
    inside = most = 0

    async def ask(host: str) -> None:
        nonlocal inside, most
        async with order.take(host, opened=False, pause=None):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(ask(f"site{n}.example") for n in range(10)))
    assert most == 2


async def test_domains_of_the_past_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spacing, "TIDY_AT", 10)
    order = RequestSpacing(2, lambda _: NONE)
    order.bar("barred.example", timedelta(minutes=5))
    for n in range(100):
        async with order.take(f"site{n}.example", opened=False, pause=None):
            pass
    assert len(order) <= 11
    async with order.take("barred.example", opened=False, pause=None) as rest:
        assert rest is not None


class TestOverTheWire:
    @pytest.mark.parametrize(
        ("status", "said", "rests"),
        [
            (429, "120", 120),
            (503, "120", 120),
            (429, None, 60),
            (503, None, 0),
            (500, "120", 0),
            (429, "7200", 3600),
        ],
    )
    async def test_a_domain_that_asked_for_a_rest_is_not_asked(
        self, status: int, said: str | None, rests: int
    ) -> None:
        limited = answer(status=status, **({"Retry_After": said} if said else {}))
        async with site(feed=limited, other=FEED) as here, fetcher() as fetch:
            first = await fetch.fetch(here.url(), obey_robots=False)
            second = await fetch.fetch(here.url("/other"), obey_robots=False)
        assert isinstance(first, Unreachable)
        assert first.status == status
        assert first.retry_after == (timedelta(seconds=int(said)) if said else None)
        assert here.paths == (["/feed"] if rests else ["/feed", "/other"])
        if rests:
            assert isinstance(second, Unreachable)
            assert (second.trouble, second.status) == (Trouble.RATE_LIMITED, None)
            assert second.detail == "127.0.0.2 asked for a rest, so it was not asked"
            assert second.retry_after is not None
            assert timedelta(seconds=rests - 5) < second.retry_after <= timedelta(seconds=rests)
        else:
            assert isinstance(second, Fetched)

    @pytest.mark.parametrize("own", [[], ["a.news.example"], ["b.news.example"]])
    async def test_a_rest_is_for_the_site_that_asked_for_it(self, own: list[str]) -> None:
        rested: list[str] = []

        async def note(place: str, _: timedelta) -> None:
            rested.append(place)

        names = {f"{name}.news.example": INTERNET for name in "ab"}
        async with (
            site(feed=answer(status=429, Retry_After="120"), other=FEED) as here,
            fetcher(names=names, site_of=sites(own), rested=note) as fetch,
        ):
            await fetch.fetch(here.url(host="a.news.example"), obey_robots=False)
            again = await fetch.fetch(here.url("/other", "a.news.example"), obey_robots=False)
            beside = await fetch.fetch(here.url("/other", "b.news.example"), obey_robots=False)
        assert isinstance(again, Unreachable)
        assert again.trouble is Trouble.RATE_LIMITED
        assert isinstance(beside, Fetched if own else Unreachable)
        assert f"site {'a.' if 'a.news.example' in own else ''}news.example" in rested

    async def test_a_private_host_answers_for_each_address_alone(self) -> None:
        async with (
            site("127.0.0.1", feed=answer(status=429, Retry_After="120"), other=FEED) as here,
            fetcher() as fetch,
        ):
            await fetch.fetch(here.url(), allow_private=True, obey_robots=False)
            assert isinstance(
                await fetch.fetch(here.url("/other"), allow_private=True, obey_robots=False), Fetched
            )

    async def test_the_pause_is_kept_on_the_wire_and_robots_and_redirects_wait_for_nothing_twice(
        self,
    ) -> None:
        routes = {"feed": answer(status=302, Location="/there"), "there": FEED}
        async with site(**routes) as here, fetcher(pause_of=lambda _: PAUSE) as fetch:
            await asyncio.gather(fetch.fetch(here.url()), fetch.fetch(here.url("/there")))
        at = {path: [each.at for each in here.asked if each.path == path] for path in set(here.paths)}
        assert at["/feed"][0] - at["/robots.txt"][0] >= PAUSE.total_seconds()
        assert here.open_most == 1


async def test_a_rest_is_kept_by_the_next_process_for_address_and_domain() -> None:
    kept: dict[str, timedelta] = {}

    async def keep(place: str, wait: timedelta) -> None:
        kept[place] = wait

    async with site(feed=answer(status=429, Retry_After="7200"), other=FEED) as here:
        async with fetcher(rested=keep) as first:
            await first.fetch(here.url("/feed"))
        assert kept == {
            f"address {here.url('/feed')}": timedelta(hours=2),
            "site 127.0.0.2": timedelta(hours=1),
        }
        async with fetcher() as second:
            for place, wait in kept.items():
                second.rest(place, wait - timedelta(minutes=1))
            for path in ("/feed", "/other"):
                outcome = await second.fetch(here.url(path))
                assert isinstance(outcome, Unreachable)
                assert (outcome.trouble, outcome.status) == (Trouble.RATE_LIMITED, None)
        assert [each.path for each in here.asked] == ["/robots.txt", "/feed"]
