"""A hostile server, on real sockets: whatever it does costs a bounded time and memory, and is one line for a person."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from datetime import timedelta

import pytest

from monitor.model import Fetched, FetchOutcome, Trouble, Unreachable, Validators
from tests.fakes_fetch import Asked, Route, answer, fetcher, site

MIB = 2**20
CAP = MIB
FEED = b"<rss><channel><title>An invented outlet</title></channel></rss>"


def bomb(mib: int) -> bytes:
    pack = zlib.compressobj(9, wbits=31)
    zeros = b"\0" * MIB
    return b"".join(pack.compress(zeros) for _ in range(mib)) + pack.flush()


BOMB = bomb(256)


def said(outcome: FetchOutcome) -> tuple[Trouble, str]:
    assert isinstance(outcome, Unreachable), outcome
    assert "\n" not in outcome.detail
    assert outcome.detail.isprintable()
    assert len(outcome.detail) < 400
    return outcome.trouble, outcome.detail


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP"])
async def test_a_bomb_is_cut_at_the_cap_and_never_unpacked(coding: str) -> None:
    async with site(feed=answer(BOMB, Content_Encoding=coding)) as here, fetcher(body_bytes=CAP) as fetch:
        tracemalloc.start()
        outcome = await fetch.fetch(here.url())
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert said(outcome) == (Trouble.TOO_LARGE, "the body is larger than 1 MiB")
    assert most < 8 * MIB


@pytest.mark.parametrize("status", [301, 403, 404, 500, 503])
async def test_a_bomb_in_a_redirect_or_an_error_is_not_even_looked_at(status: int) -> None:
    bombed = answer(BOMB, status=status, Content_Encoding="gzip", Location="/there")
    async with site(feed=bombed, there=answer(FEED)) as here, fetcher(body_bytes=CAP) as fetch:
        tracemalloc.start()
        outcome = await fetch.fetch(here.url())
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert isinstance(outcome, Fetched) == (status == 301)
    assert most < 4 * MIB


@pytest.mark.parametrize(
    ("served", "trouble"),
    [
        (answer(gzip.compress(gzip.compress(FEED)), Content_Encoding="gzip, gzip"), Trouble.PROTOCOL),
        (answer(b"\x8b\x03\x80", Content_Encoding="br"), Trouble.PROTOCOL),
        (answer(FEED, Content_Encoding="gzip"), Trouble.PROTOCOL),
        (answer(gzip.compress(FEED)[:-9], Content_Encoding="gzip"), Trouble.PROTOCOL),
        (answer(b"", Content_Encoding="gzip"), Trouble.PROTOCOL),
        (answer(gzip.compress(BOMB), Content_Encoding="gzip"), Trouble.TOO_LARGE),
        (answer(gzip.compress(b"") * 5000, Content_Encoding="gzip"), Trouble.PROTOCOL),
    ],
    ids=["declared twice", "brotli", "not gzip", "cut short", "empty", "a bomb in gzip", "five thousand members"],
)  # fmt: skip
async def test_a_coding_that_we_did_not_ask_for_or_that_is_broken_is_refused(
    served: bytes, trouble: Trouble
) -> None:
    async with site(feed=served) as here, fetcher(body_bytes=CAP) as fetch:
        assert said(await fetch.fetch(here.url()))[0] is trouble


async def test_a_gzip_file_inside_gzip_is_unpacked_once_more_under_the_same_cap() -> None:
    twice = answer(gzip.compress(gzip.compress(FEED)), Content_Encoding="gzip")
    async with site(feed=twice) as here, fetcher(body_bytes=CAP) as fetch:
        outcome = await fetch.fetch(here.url())
    assert isinstance(outcome, Fetched)
    assert outcome.body == FEED


async def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 209715200\r\n\r\n"
    async with site(feed=head) as here, fetcher() as fetch:
        assert said(await fetch.fetch(here.url())) == (Trouble.TOO_LARGE, "the body is larger than 10 MiB")


async def test_a_body_that_never_ends_ends_at_the_cap() -> None:
    async def endless(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            writer.write(b"<item>" * 10_000)
            await writer.drain()

    async with site(feed=endless) as here, fetcher(body_bytes=CAP) as fetch:
        assert said(await fetch.fetch(here.url()))[0] is Trouble.TOO_LARGE


@pytest.mark.parametrize(
    ("length", "trouble"), [("1000", Trouble.PROTOCOL), ("-1", Trouble.PROTOCOL), ("1e3", Trouble.PROTOCOL)]
)  # fmt: skip
async def test_a_content_length_that_lies_is_a_fault_of_the_server(length: str, trouble: Trouble) -> None:
    async def lie(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n".encode() + FEED)
        await writer.drain()

    async with site(feed=lie) as here, fetcher() as fetch:
        assert said(await fetch.fetch(here.url(), obey_robots=False))[0] is trouble


async def test_what_stands_after_a_short_content_length_does_not_become_the_next_answer() -> None:
    smuggled = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfour" + answer("smuggled")
    async with site(feed=smuggled, next=answer(FEED)) as here, fetcher() as fetch:
        first = await fetch.fetch(here.url(), obey_robots=False)
        second = await fetch.fetch(here.url("/next"), obey_robots=False)
    assert isinstance(first, Fetched)
    assert first.body == b"four"
    assert isinstance(second, Fetched)
    assert second.body == FEED


async def drip(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b".")
        await writer.drain()
        await asyncio.sleep(0.01)


async def drip_headers(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X: y\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


async def say_nothing(_: Asked, __: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def endless_headers(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Header: y\r\n" * 1000)
        await writer.drain()


async def endless_header(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX-Header: ")
    while True:
        writer.write(b"y" * 10_000)
        await writer.drain()


async def endless_chunk_size(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"0" * 10_000)
        await writer.drain()


async def endless_trailers(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n")
    while True:
        writer.write(b"X-Trailer: y\r\n" * 1000)
        await writer.drain()


async def endless_continue(_: Asked, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0)


async def broken_chunk(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nbody")
    await writer.drain()


@pytest.mark.parametrize(
    ("route", "troubles"),
    [
        (drip, {Trouble.TIMEOUT}),
        (drip_headers, {Trouble.TIMEOUT, Trouble.PROTOCOL}),
        (say_nothing, {Trouble.TIMEOUT}),
        (endless_headers, {Trouble.PROTOCOL}),
        (endless_header, {Trouble.PROTOCOL}),
        (endless_trailers, {Trouble.PROTOCOL}),
        (endless_continue, {Trouble.TIMEOUT, Trouble.PROTOCOL}),
        (broken_chunk, {Trouble.PROTOCOL}),
    ],
)
async def test_time_and_headers_are_bounded_as_a_whole(route: Route, troubles: set[Trouble]) -> None:
    async with (
        site(feed=route, next=answer(FEED)) as here,
        fetcher(total=timedelta(milliseconds=300)) as fetch,
        asyncio.timeout(5),
    ):
        tracemalloc.start()
        outcome = await fetch.fetch(here.url(), obey_robots=False)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert isinstance(await fetch.fetch(here.url("/next"), obey_robots=False), Fetched)
    assert said(outcome)[0] in troubles
    assert most < 16 * MIB


async def endless_extension(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;")
    while True:
        writer.write(b"x" * 10_000)
        await writer.drain()


async def a_chunk_a_byte(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"00001\r\nx\r\n" * 1000)
        await writer.drain()


@pytest.mark.parametrize("route", [endless_chunk_size, endless_extension, a_chunk_a_byte])
async def test_an_answer_that_is_all_wrapping_ends_long_before_its_time(route: Route) -> None:
    async with site(feed=route, next=answer(FEED)) as here, fetcher() as fetch, asyncio.timeout(20):
        outcome = await fetch.fetch(here.url(), obey_robots=False)
        assert isinstance(await fetch.fetch(here.url("/next"), obey_robots=False), Fetched)
    assert said(outcome) == (Trouble.PROTOCOL, f"{here.host} broke off the answer")


async def test_a_body_whose_every_line_is_a_chunk_is_read() -> None:
    line = b"<item><title>One of many lines</title></item>\n"
    lines = 30_000

    async def serve(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _thousand in range(lines // 1000):
            writer.write(b"%x\r\n%s\r\n" % (len(line), line) * 1000)
            await writer.drain()
        writer.write(b"0\r\n\r\n")

    async with site(feed=serve) as here, fetcher() as fetch:
        outcome = await fetch.fetch(here.url(), obey_robots=False)
    assert isinstance(outcome, Fetched)
    assert outcome.body == line * lines


async def test_the_time_limit_holds_over_all_hops_together() -> None:
    async def slow(asked: Asked, _: asyncio.StreamWriter) -> bytes:
        await asyncio.sleep(0.1)
        return answer(status=302, Location=f"/{int(asked.path[1:]) + 1}")

    routes: dict[str, Route] = {f"{n}": slow for n in range(10)}
    async with site(**routes) as here, fetcher(total=timedelta(milliseconds=250)) as fetch:
        outcome = await fetch.fetch(here.url("/0"), obey_robots=False)
    assert said(outcome)[0] is Trouble.TIMEOUT
    assert 1 < len(here.paths) <= 3  # each answers within the limit


@pytest.mark.parametrize(
    "served",
    [
        b'HTTP/1.1 200 OK\r\nETag: "\x1b[2J\x07"\r\nContent-Type: text/\x1b]8;;x\r\nContent-Length: 4\r\n\r\nfour',
        b"HTTP/1.1 200 \x1b[2J\x1b]8;;http://evil.example\r\nContent-Length: 4\r\n\r\nfour",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 99999 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nBad Header: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nfour",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nfour",
        b"\x00\x01\x02\r\n\r\n",
        b"<html>\r\n\r\n",
    ],
)
async def test_headers_of_terminal_codes_and_nonsense_are_dropped_or_refused(served: bytes) -> None:
    async with site(feed=served) as here, fetcher(total=timedelta(milliseconds=500)) as fetch:
        outcome = await fetch.fetch(here.url(), obey_robots=False)
    if isinstance(outcome, Fetched):
        assert (outcome.validators.etag, outcome.content_type) == ("", "")
    else:
        said(outcome)


async def test_a_slow_host_does_not_hold_up_the_fast_ones() -> None:
    async with (
        site(feed=say_nothing) as slow,
        site("127.0.0.3", feed=answer(FEED)) as fast,
        fetcher(total=timedelta(seconds=30), at_once=4) as fetch,
    ):
        waiting = [asyncio.create_task(fetch.fetch(slow.url(), obey_robots=False)) for _ in range(40)]
        await asyncio.sleep(0)
        async with asyncio.timeout(5):
            for _ in range(20):
                assert isinstance(
                    await fetch.fetch(fast.url(), Validators(), allow_private=True, obey_robots=False),
                    Fetched,
                )
        assert not any(task.done() for task in waiting)
        assert slow.open_most == 1
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_fetch_that_is_called_off_leaves_its_domain_free() -> None:
    asked = asyncio.Event()

    async def hang(_: Asked, __: asyncio.StreamWriter) -> None:
        asked.set()
        await asyncio.Event().wait()

    async with site(feed=hang, next=answer(FEED)) as here, fetcher() as fetch:
        task = asyncio.create_task(fetch.fetch(here.url(), obey_robots=False))
        await asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert isinstance(await fetch.fetch(here.url("/next"), obey_robots=False), Fetched)


async def test_of_many_large_bodies_no_more_are_held_than_the_budget_has_room_for() -> None:
    large = answer(b"<rss>" + b"x" * (CAP - 10))
    async with (
        site(**{f"feed{number}": large for number in range(6)}) as here,
        fetcher(body_bytes=CAP, held_bytes=2 * CAP) as fetch,
    ):
        waiting = {asyncio.create_task(fetch.fetch(here.url(f"/feed{number}"))) for number in range(6)}
        held = 0
        while waiting:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED, timeout=20)
            assert done
            held = max(held, len(done))
            assert all(isinstance(task.result(), Fetched) for task in done)
            del done  # whoever has read it drops it
        assert held <= 2
