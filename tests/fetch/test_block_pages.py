from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch.block_pages import block_page_owner
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
        (page("Un momento…", "<script>window._cf_chl_opt={}</script>"), "Cloudflare"),
        (page("Access denied | news.example used Cloudflare to restrict access", "<h1>Error 1020</h1>"), "Cloudflare"),
        (page("Vercel Security Checkpoint"), "Vercel"),
        (page("Client Challenge", "<noscript>JavaScript is off in your browser</noscript>"), "Fastly"),
        (page("Your access to this site has been limited"), "Wordfence"),
        (page("Request Rejected", "The requested URL was rejected. Please consult with your administrator.<br>"), "F5"),
        (page("Access Denied", "<P>https&#58;&#47;&#47;errors&#46;edgesuite&#46;net&#47;18&#46;2f</P>"), "Akamai"),
        (page("", "<p>You&rsquo;ve</p><p>You’ve been blocked by network security.</p>"), "Reddit"),
        (page("", '<iframe src="/_Incapsula_Resource?CWUDNSAI=24">Request unsuccessful.</iframe>'), "Imperva"),
        (page("", "<iframe>Request unsuccessful. Incapsula incident ID: 1-2</iframe>"), "Imperva"),
        (page("Sorry", "<br>Our systems have detected unusual traffic from your computer network."), "Google"),
        (b"\xef\xbb\xbf\r\n" + page("Just a moment..."), "Cloudflare"),
        (page("Human Verification"), "AWS WAF"),
        (page("DDoS-Guard"), "DDoS-Guard"),
    ],
)  # fmt: skip
def test_a_wall_is_known(served: bytes, owner: str) -> None:
    assert block_page_owner(served) == owner


@pytest.mark.parametrize(
    "served",
    [
        page("Just a moment: the game is out", FILLER),
        page("Why sites say “Just a moment...”", FILLER + "Whoa there, pardner, says the page"),
        page("Pardon Our Interruption", FILLER * 10),
        page("Just a moment...", FILLER),
        page("How walls work", FILLER[:3000] + "<pre>window._cf_chl_opt = {}</pre>"),
        page(
            "How walls work",
            "<p>It loads <code>https://geo.captcha-delivery.com/captcha/</code> before the game.</p>",
        ),
        page("How walls work", '<p>It has an element of <code>id="px-captcha"</code>.</p>'),
        page("A note", "<p>Reddit told me: whoa there, pardner! Alan Wake 2 is out all the same.</p>"),
        page("A note", "<p>“Checking your browser before accessing” is all that I saw.</p>"),
        page("A shop", FILLER[:5000] + "<script src='/_Incapsula_Resource?SWJIYLWA=7'></script>"),
        b"<?xml version='1.0'?><a:feed xmlns:a='x'><a:title/><a:content>&lt;html><title>Just a moment...</title>",
        b'{"items": [{"content_html": "<html><title>Just a moment...</title>"}]}',
        b"<rss><channel><title>Just a moment...</title></channel></rss>",
        b"<?xml version='1.0'?><feed><title>Just a moment...</title></feed>",
        b'{"title": "Just a moment..."}',
        b"whoa there, pardner",
        b"",
        b"<title>",
    ],
)
def test_content_is_not_taken_for_one(served: bytes) -> None:
    assert block_page_owner(served) is None


@pytest.mark.parametrize("filler", [b"<script", b"<!--", b"<", b"<style>", b"<a>whoa there, pardner"])
def test_a_page_of_unclosed_markup_is_judged_in_one_pass(filler: bytes) -> None:
    page_of = b"<html><title>x</title>window._cf_chl_opt" + filler * (90_000 // len(filler))
    assert block_page_owner(page_of) in {None, "Reddit"}


@given(st.binary(max_size=300))
def test_any_bytes_are_judged(body: bytes) -> None:
    assert block_page_owner(b"<html>" + body) is None or body


@pytest.mark.parametrize("status", [200, 202, 401, 403, 405, 503])
async def test_a_wall_is_blocked_and_never_content_whatever_its_status(status: int) -> None:
    async with site(feed=answer(page("Just a moment..."), status=status)) as here, fetcher() as fetch:
        outcome = await fetch.fetch(here.url())
    assert outcome == Unreachable(
        trouble=Trouble.BLOCKED,
        detail=f"a block page (Cloudflare) was sent instead of the content ({status})",
        status=status,
    )
