"""A quota that is used up is waited out; a secret query reaches its own host and no outcome."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from monitor.model import Fetched, Trouble, Unreachable
from tests.fakes_fetch import INTERNET, Asked, answer, fetcher, site

SECRET = "feed=0123456789abcdef&user=someone"


async def test_a_host_whose_quota_is_used_up_is_left_alone() -> None:
    rested: list[tuple[str, timedelta]] = []

    async def keep(place: str, wait: timedelta) -> None:
        rested.append((place, wait))

    used = answer("<rss/>", X_RateLimit_Remaining=0, X_RateLimit_Reset=240)
    async with site(feed=used) as here, fetcher(rested=keep) as fetch:
        assert isinstance(await fetch.fetch(here.url()), Fetched)
        second = await fetch.fetch(here.url())
    assert isinstance(second, Unreachable)
    assert (second.trouble, second.status) == (Trouble.RATE_LIMITED, None)
    assert len([path for path in here.paths if path == "/feed"]) == 1
    assert rested == [(f"site {INTERNET}", timedelta(seconds=240))]


async def test_a_refusal_says_what_the_api_says() -> None:
    refused = answer(
        '{"error":"InvalidRequest","message":"Profile not found"}', 400, Content_Type="application/json"
    )
    async with site(feed=refused) as here, fetcher() as fetch:
        outcome = await fetch.fetch(here.url())
    assert isinstance(outcome, Unreachable)
    assert outcome.detail == "the server cannot read the request (400): Profile not found"


async def test_the_way_to_a_consent_page_is_a_wall_that_nobody_walks_into() -> None:
    away = answer(status=302, Location="https://consent.youtube.com/m?continue=x")
    async with site(feed=away) as here, fetcher() as fetch:
        outcome = await fetch.fetch(here.url())
    assert isinstance(outcome, Unreachable)
    assert (outcome.trouble, outcome.detail) == (
        Trouble.BLOCKED,
        "a block page (YouTube's consent page) was sent instead of the content",
    )


async def test_a_secret_goes_along_and_stands_in_nothing_that_comes_back() -> None:
    async def echo(asked: Asked, _: asyncio.StreamWriter) -> bytes:
        return answer(f"<rss><link>{asked.path}</link></rss>")

    async with site() as here, fetcher() as fetch:
        here.routes[f"/feed?q=1&{SECRET}"] = echo
        outcome = await fetch.fetch(here.url("/feed?q=1"), secret=SECRET)
    assert here.paths[-1] == f"/feed?q=1&{SECRET}"
    assert isinstance(outcome, Fetched)
    assert outcome.url == here.url("/feed?q=1")
    assert "0123456789abcdef" not in repr(outcome)
    assert b"***" in outcome.body


async def test_a_secret_is_not_repeated_in_refusals_or_sent_elsewhere() -> None:
    told = '{"message": "no such feed 0123456789abcdef"}'
    async with site() as here, site("127.0.0.1") as other, fetcher(is_dialable=lambda _: True) as fetch:
        here.routes |= {
            f"/feed?{SECRET}": answer(status=301, Location=f"/new?{SECRET}&x=1"),
            f"/new?x=1&{SECRET}": answer(told, 403, Content_Type="application/json"),
            f"/away?{SECRET}": answer(status=302, Location=other.url(f"/taken?{SECRET}")),
        }
        outcomes = [await fetch.fetch(here.url(path), secret=SECRET) for path in ("/feed", "/away")]
    assert "0123456789abcdef" not in repr(outcomes)
    assert isinstance(outcomes[0], Unreachable)
    assert "no such feed ***" in outcomes[0].detail
    assert [path for path in other.paths if "0123456789abcdef" in path] == []
    assert "/taken" in other.paths
