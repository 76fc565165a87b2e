from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import LeaseLostError
from monitor.fetch import Fetcher
from monitor.model import Fetched, FetchOutcome, NotModified, Trouble, Unreachable, Validators
from tests.builders import NOW
from tests.fakes_fetch import INTERNET, Asked, answer, fetcher, site

FEED = b"<rss><channel><title>An invented outlet</title></channel></rss>"


def fetched(outcome: FetchOutcome) -> Fetched:
    assert isinstance(outcome, Fetched), outcome
    return outcome


def unreachable(outcome: FetchOutcome) -> Unreachable:
    assert isinstance(outcome, Unreachable), outcome
    return outcome


async def test_a_body_comes_with_its_final_url_its_type_and_its_validators() -> None:
    served = answer(
        FEED, Content_Type="application/rss+xml", ETag='W/"one"', Last_Modified="Thu, 10 Aug 2023 11:00:00 GMT",
        Cache_Control="public, max-age=900", Age="300",
    )  # fmt: skip
    async with site(feed=served) as here, fetcher() as fetch:
        outcome = fetched(await fetch.fetch(here.url()))
    assert outcome == Fetched(
        url=here.url(),
        body=FEED,
        content_type="application/rss+xml",
        validators=Validators(
            here.url(), 'W/"one"', "Thu, 10 Aug 2023 11:00:00 GMT", hashlib.sha256(FEED).hexdigest()
        ),
        fresh_for=timedelta(seconds=600),
    )


async def test_what_is_said_of_keeping_may_stand_on_several_lines() -> None:
    head = b"HTTP/1.1 200 OK\r\nCache-Control: max-age=900\r\nContent-Length: %d\r\nCache-Control: public\r\n\r\n"
    async with site(feed=head % len(FEED) + FEED) as here, fetcher() as fetch:
        assert fetched(await fetch.fetch(here.url())).fresh_for == timedelta(seconds=900)


async def test_every_request_says_who_asks_and_takes_only_gzip() -> None:
    async with site(feed=answer(FEED)) as here, fetcher(contact="https://example.org/me") as fetch:
        await fetch.fetch(here.url())
    headers = here.asked[-1].headers
    assert headers["user-agent"].startswith("monitor/")
    assert headers["user-agent"].endswith(" (+https://example.org/me)")
    assert headers["accept-encoding"] == "gzip"
    assert "cookie" not in headers


class TestConditionalRequests:
    KNOWN = Validators("", '"one"', "Thu, 10 Aug 2023 11:00:00 GMT", "0" * 64)

    async def test_both_validators_are_sent_and_304_is_not_modified(self) -> None:
        async with site(feed=b'HTTP/1.1 304 Same\r\nETag: "two"\r\n\r\n') as here, fetcher() as fetch:
            known = replace(self.KNOWN, url=here.url())
            outcome = await fetch.fetch(here.url(), known)
        assert outcome == NotModified(url=here.url(), validators=replace(known, etag='"two"'))
        assert here.asked[-1].headers["if-none-match"] == '"one"'
        assert here.asked[-1].headers["if-modified-since"] == "Thu, 10 Aug 2023 11:00:00 GMT"

    async def test_a_body_of_the_same_hash_is_not_modified_with_the_newer_validators(self) -> None:
        async with site(feed=answer(FEED, ETag='"two"')) as here, fetcher() as fetch:
            known = replace(self.KNOWN, url=here.url(), body=hashlib.sha256(FEED).hexdigest())
            outcome = await fetch.fetch(here.url(), known)
        assert isinstance(outcome, NotModified)
        assert outcome.validators == Validators(here.url(), '"two"', "", known.body)

    async def test_validators_are_sent_to_the_address_that_gave_them_and_no_other(self) -> None:
        async with (
            site(feed=answer(status=302, Location="/there"), there=answer(FEED, ETag='"one"')) as here,
            fetcher() as fetch,
        ):
            outcome = await fetch.fetch(here.url())
            assert fetched(outcome).validators.url == here.url("/there")
            here.asked.clear()
            await fetch.fetch(here.url(), fetched(outcome).validators)
        sent = {each.path: each.headers.get("if-none-match") for each in here.asked}
        assert sent == {"/feed": None, "/there": '"one"'}

    async def test_304_to_an_unconditional_request_is_a_fault_of_the_server(self) -> None:
        async with site(feed=b"HTTP/1.1 304 Same\r\n\r\n") as here, fetcher() as fetch:
            outcome = unreachable(await fetch.fetch(here.url()))
        assert outcome.trouble is Trouble.PROTOCOL

    async def test_a_validator_that_cannot_be_sent_back_is_forgotten(self) -> None:
        async with site(feed=answer(FEED, ETag='"é"', Last_Modified="x" * 5000)) as here, fetcher() as fetch:
            outcome = fetched(await fetch.fetch(here.url()))
        assert (outcome.validators.etag, outcome.validators.last_modified) == ("", "")


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    async def test_each_kind_is_followed_and_only_permanent_ones_move_the_source(self, status: int) -> None:
        async with (
            site(feed=answer(status=status, Location="new"), new=answer(FEED)) as here,
            fetcher() as fetch,
        ):
            outcome = fetched(await fetch.fetch(here.url()))
        assert outcome.url == here.url("/new")
        assert outcome.moved_to == (here.url("/new") if status in {301, 308} else "")

    async def test_one_temporary_hop_makes_the_whole_way_temporary(self) -> None:
        routes = {
            "feed": answer(status=301, Location="/a"),
            "a": answer(status=302, Location="/b"),
            "b": answer(status=308, Location="/c"),
            "c": answer(FEED),
        }
        async with site(**routes) as here, fetcher() as fetch:
            assert fetched(await fetch.fetch(here.url())).moved_to == ""

    async def test_ten_are_followed_and_eleven_are_too_many(self) -> None:
        routes = {f"{n}": answer(status=302, Location=f"/{n + 1}") for n in range(11)} | {"11": answer(FEED)}
        async with site(**routes) as here, fetcher() as fetch:
            assert fetched(await fetch.fetch(here.url("/1"))).url == here.url("/11")
            outcome = unreachable(await fetch.fetch(here.url("/0")))
        assert outcome == Unreachable(trouble=Trouble.REDIRECTS, detail="it redirects more than 10 times")

    async def test_a_circle_is_seen_when_it_closes(self) -> None:
        async with (
            site(feed=answer(status=302, Location="/a"), a=answer(status=302, Location="/feed")) as here,
            fetcher() as fetch,
        ):
            outcome = unreachable(await fetch.fetch(here.url(), obey_robots=False))
        assert outcome.trouble is Trouble.REDIRECTS
        assert here.paths == ["/feed", "/a"]

    async def test_a_redirect_that_sets_a_cookie_is_no_circle(self) -> None:
        async def gate(asked: Asked, _: asyncio.StreamWriter) -> bytes:
            if asked.headers.get("cookie") == "seen=1":
                return answer(FEED)
            return answer(status=302, Location="/feed", Set_Cookie="seen=1; Path=/")

        async with site(feed=gate) as here, fetcher() as fetch:
            outcome = fetched(await fetch.fetch(here.url(), obey_robots=False))
            again = fetched(await fetch.fetch(here.url(), obey_robots=False))
        assert (outcome.moved_to, outcome.body) == ("", FEED)
        assert again.body == outcome.body
        assert [asked.headers.get("cookie") for asked in here.asked] == [None, "seen=1", None, "seen=1"]

    async def test_a_cookie_that_changes_nothing_is_a_circle_all_the_same(self) -> None:
        loop = answer(status=302, Location="/feed", Set_Cookie="seen=1; Path=/")
        async with site(feed=loop) as here, fetcher() as fetch:
            outcome = unreachable(await fetch.fetch(here.url(), obey_robots=False))
        assert (outcome.detail, here.paths) == ("it redirects in a circle", ["/feed", "/feed"])

    async def test_a_cookie_of_one_host_is_not_sent_to_another(self) -> None:
        async with site(feed=answer(FEED)) as there:
            away = answer(status=302, Location=there.url(), Set_Cookie="secret=1; Path=/")
            async with site("127.0.0.3", feed=away) as here, fetcher(is_dialable=lambda _: True) as fetch:
                fetched(await fetch.fetch(here.url(), obey_robots=False))
        assert "cookie" not in there.asked[0].headers

    @pytest.mark.parametrize(
        ("location", "why"),
        [
            ("file:///etc/passwd", "an address of kind file: is not asked for"),
            ("ftp://127.0.0.2/x", "an address of kind ftp:"),
            ("javascript:alert(1)", "an address of kind javascript:"),
            ("http://user:secret@127.0.0.2/", "user name or password"),
            ("http://127.0.0.1:8888\\@127.0.0.2/", "backslash"),
            ("/a b", "space"),
            ("/a\x01b", "control character"),
            ("http://[::1", "cannot be read"),
            ("/" + "a" * 9000, "too long"),
            ("", "empty"),
        ],
    )
    async def test_an_address_that_we_do_not_ask_for_ends_the_way(self, location: str, why: str) -> None:
        async with site(feed=answer(status=302, Location=location)) as here, fetcher() as fetch:
            outcome = unreachable(await fetch.fetch(here.url()))
        assert outcome.trouble in {Trouble.REDIRECTS, Trouble.PROTOCOL}
        assert why in outcome.detail or "does not speak HTTP" in outcome.detail
        assert "secret" not in outcome.detail

    @pytest.mark.parametrize("inside", ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://2130706433:{port}/", "http://[::1]:{port}/", "http://inside.example:{port}/"])  # fmt: skip
    async def test_a_redirect_to_a_private_host_is_refused_even_where_the_source_is_opened(
        self, inside: str
    ) -> None:
        async with (
            site("127.0.0.1") as secret,
            site("127.0.0.3", feed=answer(status=302, Location=inside.format(port=secret.port))) as here,
            fetcher(names={"inside.example": "127.0.0.1", "localhost": "127.0.0.1"}) as fetch,
        ):
            outcome = unreachable(await fetch.fetch(here.url(), allow_private=True, obey_robots=False))
        assert outcome.trouble in {Trouble.REFUSED_ADDRESS, Trouble.PROTOCOL}
        assert here.paths == ["/feed"]
        assert secret.asked == []

    async def test_a_fragment_is_not_sent_nor_kept(self) -> None:
        async with site(feed=answer(FEED)) as here, fetcher() as fetch:
            assert fetched(await fetch.fetch(here.url() + "#part")).url == here.url()


class TestPrivateHosts:
    async def test_the_host_that_the_user_wrote_is_opened(self) -> None:
        async with site("127.0.0.1", feed=answer(FEED)) as here, fetcher() as fetch:
            assert unreachable(await fetch.fetch(here.url())).trouble is Trouble.REFUSED_ADDRESS
            assert here.asked == []
            assert fetched(await fetch.fetch(here.url(), allow_private=True)).body == FEED
            assert unreachable(await fetch.fetch(here.url())).trouble is Trouble.REFUSED_ADDRESS

    async def test_an_address_that_the_source_names_is_opened_only_on_the_source_s_own_host(self) -> None:
        routes = {"feed": answer(FEED), "article": answer("an article")}
        async with (
            site("127.0.0.1", **routes) as here,
            site("127.0.0.3", **routes) as other,
            fetcher() as fetch,
        ):
            own = await fetch.fetch(here.url("/article"), allow_private=True, named_by=here.url())
            foreign = await fetch.fetch(other.url("/article"), allow_private=True, named_by=here.url())
        assert fetched(own).body == b"an article"
        assert unreachable(foreign).trouble is Trouble.REFUSED_ADDRESS
        assert other.asked == []

    async def test_a_feed_cannot_name_a_file_of_this_machine(self, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("secret")
        async with fetcher() as fetch:
            outcome = await fetch.fetch(
                (tmp_path / "secret").as_uri(), allow_private=True, named_by="https://news.example/feed"
            )
        assert unreachable(outcome).trouble is Trouble.PROTOCOL


class TestTroubles:
    @pytest.mark.parametrize(
        ("status", "trouble", "says"),
        [
            (400, Trouble.HTTP, "the server cannot read the request (400)"),
            (401, Trouble.HTTP, "the server asks for a login (401)"),
            (403, Trouble.HTTP, "the server forbids it (403)"),
            (404, Trouble.HTTP, "there is nothing at this address (404)"),
            (410, Trouble.GONE, "it is gone for good (410)"),
            (418, Trouble.HTTP, "the server refuses (418)"),
            (429, Trouble.RATE_LIMITED, "too many requests (429)"),
            (451, Trouble.HTTP, "it is withheld for legal reasons (451)"),
            (500, Trouble.HTTP, "the server failed (500)"),
            (503, Trouble.HTTP, "the server is not available (503)"),
            (599, Trouble.HTTP, "the server failed (599)"),
            (204, Trouble.HTTP, "there is no content (204)"),
            (302, Trouble.HTTP, "the server points nowhere (302)"),
        ],
    )
    async def test_a_status_is_named_for_what_it_is(self, status: int, trouble: Trouble, says: str) -> None:
        async with site(feed=answer(status=status)) as here, fetcher() as fetch:
            outcome = unreachable(await fetch.fetch(here.url(), obey_robots=False))
        assert outcome == Unreachable(trouble=trouble, detail=says, status=status)

    async def test_gone_at_the_end_of_a_temporary_redirect_ends_nothing(self) -> None:
        async with (
            site(feed=answer(status=302, Location="/x"), x=answer(status=410)) as here,
            fetcher() as fetch,
        ):
            assert unreachable(await fetch.fetch(here.url())).trouble is Trouble.HTTP

    async def test_a_refusal_behind_a_redirect_says_where_it_was_met(self) -> None:
        async with (
            site(feed=answer(status=301, Location="/x?id=1"), **{"x?id=1": answer(status=403)}) as here,
            fetcher() as fetch,
        ):
            outcome = unreachable(await fetch.fetch(here.url()))
            assert outcome.detail == f"the server forbids it (403), after a redirect to {here.url('/x')}"

    async def test_a_host_without_a_name_is_a_dns_trouble(self) -> None:
        async with fetcher() as fetch:
            outcome = unreachable(await fetch.fetch("http://nowhere.example/feed"))
        assert outcome.trouble is Trouble.DNS
        assert "nowhere.example" in outcome.detail

    async def test_a_closed_port_is_a_connect_trouble(self) -> None:
        async with site() as here:
            url = here.url()
        async with fetcher() as fetch:
            assert unreachable(await fetch.fetch(url)).trouble is Trouble.CONNECT

    async def test_plain_http_behind_https_is_a_tls_trouble(self) -> None:
        async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(answer(status=400))
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(greet, INTERNET, 0)
        port = server.sockets[0].getsockname()[1]
        async with server, fetcher() as fetch:
            outcome = unreachable(await fetch.fetch(f"https://{INTERNET}:{port}/"))
        assert outcome.trouble is Trouble.TLS

    async def test_what_is_no_http_is_a_protocol_trouble(self) -> None:
        async with site(feed=b"SSH-2.0-OpenSSH_9.2\r\n\r\n") as here, fetcher() as fetch:
            outcome = unreachable(await fetch.fetch(here.url(), obey_robots=False))
        assert outcome.trouble is Trouble.PROTOCOL
        assert "\n" not in outcome.detail

    @pytest.mark.parametrize(
        "url", ["", "feed.xml", "ftp://a.example/", "http://u:p@a.example/", "http://a.example/\nx"]
    )
    async def test_an_address_that_is_none_is_said_so(self, url: str) -> None:
        async with fetcher() as fetch:
            assert unreachable(await fetch.fetch(url)).trouble is Trouble.PROTOCOL

    async def test_an_abort_in_the_middle_leaves_nothing_behind(self) -> None:
        async def half(_: Asked, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + FEED)

        async with site(feed=half) as here, fetcher() as fetch:
            outcome = unreachable(await fetch.fetch(here.url()))
        assert (outcome.trouble, outcome.detail) == (Trouble.PROTOCOL, "127.0.0.2 broke off the answer")

    async def test_many_fetches_at_once_each_have_their_own_outcome(self) -> None:
        routes = {f"{n}": answer(f"body {n}") for n in range(30)}
        async with site(**routes) as here, fetcher() as fetch:
            outcomes = await asyncio.gather(*(fetch.fetch(here.url(f"/{n}")) for n in range(30)))
        assert [fetched(each).body for each in outcomes] == [b"body %d" % n for n in range(30)]
        assert here.open_most == 1
        assert here.paths.count("/robots.txt") == 1


async def test_a_file_source_is_read_from_this_machine(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(FEED)
    fetch = Fetcher(clock=lambda: NOW)
    assert fetched(await fetch.fetch((tmp_path / "feed.xml").as_uri())).body == FEED
    await fetch.aclose()


@pytest.mark.parametrize("obey_robots", [True, False])
async def test_a_request_begins_only_if_its_whole_time_limit_fits_into_what_is_left(
    obey_robots: bool,
) -> None:
    async with site(feed=answer("a feed")) as here, fetcher(total=timedelta(seconds=40)) as made:
        for left in (39.9, 19.0, 0.0):
            with pytest.raises(LeaseLostError, match="its lease ends before a request could"):
                await made.fetch(here.url(), obey_robots=obey_robots, within=lambda left=left: left)  # type: ignore[misc]
        assert "/feed" not in here.paths
        assert isinstance(await made.fetch(here.url(), obey_robots=obey_robots, within=lambda: 40.0), Fetched)


async def test_each_hop_of_a_redirect_is_held_to_what_is_left() -> None:
    left = 50.0

    async def move(_: Asked, __: asyncio.StreamWriter) -> bytes:
        nonlocal left
        left = 5.0
        return answer(status=302, Location="/there")

    async with site(feed=move, there=answer("a feed")) as here, fetcher(total=timedelta(seconds=40)) as made:
        with pytest.raises(LeaseLostError):
            await made.fetch(here.url(), obey_robots=False, within=lambda: left)
        assert here.paths == ["/feed"]


async def test_a_site_is_left_alone_for_as_long_as_another_process_says() -> None:
    async with site(feed=answer("a feed")) as here, fetcher(pause_of=lambda _: timedelta(seconds=9)) as made:
        assert made.free_in(here.host) == 0.0
        await made.fetch(here.url(), obey_robots=False)
        assert 8 < made.free_in(here.host) <= 9
        made.hold(here.host, 20.0)
        assert 19 < made.free_in(here.host) <= 20
        made.hold(here.host, 1.0)
        assert 19 < made.free_in(here.host) <= 20
