from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch.blocks import wall
from monitor.model import Trouble, Unreachable
from tests.fakes_fetch import answer, fetcher, site

FILLER = "<p>An invented outlet writes about an invented game and its long way to the shops.</p>" * 200


def page(title: str = "", body: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>".encode()


@pytest.mark.parametrize(
    ("served", "owner"),
    [
        (page("Just a moment..."), "Cloudflare"),
        (page("  Just a\n moment...  "), "Cloudflare"),
        (page("Attention Required! | Cloudflare"), "Cloudflare"),
        (page("", "<script>window._cf_chl_opt={}</script>"), "Cloudflare"),
        (page("Blocked", "<h1>whoa there, pardner!</h1>"), "Reddit"),
        (b"<html>Whoa there, pardner</html>", "Reddit"),
        (page("Making sure you&#39;re not a bot!"), "Anubis"),
        (page("Pardon Our Interruption"), "Imperva"),
        (page("", '<div id="px-captcha"></div>'), "HUMAN"),
        (page("Before you continue to YouTube"), "YouTube's consent page"),
        (page("", "<script src='https://geo.captcha-delivery.com/captcha/x.js'>"), "DataDome"),
    ],
)
def test_a_wall_is_known(served: bytes, owner: str) -> None:
    assert wall(served) == owner


@pytest.mark.parametrize(
    "served",
    [
        page("Just a moment: the game is out", FILLER),
        page("Why sites say “Just a moment...”", FILLER + "Whoa there, pardner, says the page"),
        page("Pardon Our Interruption", FILLER * 10),
        b"<rss><channel><title>Just a moment...</title></channel></rss>",
        b"<?xml version='1.0'?><feed><title>Just a moment...</title></feed>",
        b'{"title": "Just a moment..."}',
        b"whoa there, pardner",
        b"",
        b"<title>",
    ],
)
def test_content_is_not_taken_for_one(served: bytes) -> None:
    assert wall(served) is None


@given(st.binary(max_size=300))
def test_any_bytes_are_judged(body: bytes) -> None:
    assert wall(b"<html>" + body) is None or body


@pytest.mark.parametrize("status", [200, 202, 403, 503])
async def test_a_wall_is_blocked_and_never_content_whatever_its_status(status: int) -> None:
    async with site(feed=answer(page("Just a moment..."), status=status)) as here, fetcher() as fetch:
        outcome = await fetch.fetch(here.url())
    assert outcome == Unreachable(
        trouble=Trouble.BLOCKED, detail=f"a wall of Cloudflare stands before it ({status})", status=status
    )
