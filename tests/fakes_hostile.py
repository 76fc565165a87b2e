"""Every answer that a hostile or broken server is known to give, each on a host of its own, and a daemon that polls them all.

    python -m tests.fakes_hostile SOURCES DATABASE

is `monitor run`, but for the time that one fetch may take (4 s, but of the server that hangs as long as a fetch of ours lets it) and
one body may be read (15 s): half a minute each in earnest.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import logging
import re
import struct
import sys
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from monitor import wire
from monitor.daemon import Daemon
from monitor.fetch import Fetcher
from monitor.model import FetchOutcome, Validators
from monitor.wire import Runtime
from tests.fakes_fetch import Asked, Route, Site, answer
from tests.fakes_social import CHANNEL, DID

__all__ = ["AGAIN", "HANGING", "HONEST", "INPUTS", "SECRET", "Input", "Web", "open_web"]

MIB = 2**20
HONEST = ("127.0.2.1", "127.0.2.2", "127.0.2.3")
HANGING = "127.0.2.4"
AGAIN = 3
"""How often each honest feed must be asked before the hanging one ends."""
SECRET = "what only this machine may read"
_XML = '<?xml version="1.0" encoding="utf-8"?>'


def news(day: int) -> str:
    return f"Northlight confirmed that Alan Wake 2 will be released on October {day}, 2031."


NEWS = news(17)


def feed(*titles: str, text: str = NEWS, prologue: str = _XML, date: str = "Thu, 10 Aug 2023 14:03:00 GMT") -> str:  # fmt: skip
    items = "".join(
        f"<item><guid>{n}</guid><title>{title}</title><pubDate>{date}</pubDate><description>{text}</description></item>"
        for n, title in enumerate(titles)
    )
    return f'{prologue}<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'


def sitemap(*addresses: str) -> str:
    return "<urlset>" + "".join(f"<url><loc>{address}</loc></url>" for address in addresses) + "</urlset>"


@cache
def bomb(mib: int) -> bytes:
    """Return a member of gzip that unpacks to `mib` MiB of zeros: one block for each, packed once."""
    zeros, pack, check = bytes(MIB), zlib.compressobj(9, wbits=-zlib.MAX_WBITS), 0
    block = pack.compress(zeros) + pack.flush(zlib.Z_FULL_FLUSH)
    for _ in range(mib):
        check = zlib.crc32(zeros, check)
    head = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    return head + block * mib + pack.flush() + struct.pack("<II", check, mib * MIB % 2**32)


def stream(head: bytes, part: bytes, pause: float = 0.0) -> Route:
    """An answer that never ends."""

    async def endless(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)

    return endless


async def hang(_: Asked, __: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


@dataclass(frozen=True)
class Input:
    """What a source answers, and what `monitor sources` says of it: a state, and words of its line."""

    route: Route
    state: str = "ok"
    line: str = ""
    kind: str = "feed"
    target: str = ""
    """The account of a social kind, which is asked of the server of the answer."""


def failing(route: Route, line: str) -> Input:
    return Input(route, "failing", line)


def account(target: str, route: Route, line: str = "", state: str = "failing") -> Input:
    """Return an answer to whoever asks for an account."""
    kind = (
        "bluesky"
        if target.startswith(("did:", "lantern."))
        else "reddit"
        if target.startswith("r/")
        else "mastodon"
        if "@toot." in target
        else "youtube"
    )
    return Input(route, state if line else "ok", line, kind, target)


def sky(*posts: dict[str, Any], cursor: str = "") -> str:
    return json.dumps({"feed": [{"post": post} for post in posts], "cursor": cursor})


def post(key: str, text: str, continues: str = "") -> dict[str, Any]:
    reply = (
        {name: {"uri": f"at://{DID}/app.bsky.feed.post/{continues}"} for name in ("parent", "root")}
        if continues
        else {}
    )
    return {
        "uri": f"at://{DID}/app.bsky.feed.post/{key}",
        "author": {"did": DID, "handle": "lantern.example"},
        "indexedAt": "2023-08-10T14:03:00Z",
        "record": {"text": text, "createdAt": "2023-08-10T14:03:00Z", **({"reply": reply} if reply else {})},
    }


def toots(*contents: str) -> str:
    who = {"id": "77", "acct": "lantern", "username": "lantern"}
    return json.dumps(
        [
            {
                "id": str(n),
                "url": f"https://toot.example/@lantern/{n}",
                "account": who,
                "content": text,
                "created_at": "2023-08-10T14:03:00Z",
            }
            for n, text in enumerate(contents)
        ]
    )


def videos(*titles: str, text: str = NEWS, prologue: str = _XML) -> str:
    entries = "".join(
        f"<entry><id>yt:video:{n}</id><yt:channelId>{CHANNEL}</yt:channelId><title>{title}</title><media:group><media:description>{text}</media:description></media:group></entry>"
        for n, title in enumerate(titles)
    )
    return f"{prologue}<feed xmlns='http://www.w3.org/2005/Atom' xmlns:yt='http://www.youtube.com/xml/schemas/2015' xmlns:media='http://search.yahoo.com/mrss/'>{entries}</feed>"


def lines(*entities: str) -> str:
    return _XML + "<!DOCTYPE rss [" + "".join(entities) + "]>"


_HEAD = b"HTTP/1.1 200 OK\r\n"
_CHUNKED = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
_CLOSE = _HEAD + b"Connection: close\r\n\r\n"
_LAUGHS = ['<!ENTITY l0 "lol">', *(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))]
_XXE = '<!ENTITY x SYSTEM "file://{secret}">'

_TAG, _TOOTER, _SUB, _HANDLE = "#games@toot.example", "@lantern@toot.example", "r/games", "@lantern"
_FLAIRS = "<category label='Rumor'/>" * 20_000

# `{site}` in an answer is the address of the web, `{secret}` a file that holds SECRET.
INPUTS: dict[str, Input] = {
    "external entity": Input(answer(feed("&x;", prologue=lines(_XXE)))),
    "external entity, UTF-16": Input(answer(feed("&x;", prologue=lines(_XXE)).replace("utf-8", "utf-16").encode("utf-16"))),
    "remote DTD": Input(answer(feed("a", prologue=_XML + '<!DOCTYPE rss SYSTEM "{site}/secret">'))),
    "billion laughs": Input(answer(feed("&l9;", prologue=lines(*_LAUGHS)))),
    "quadratic blowup": Input(answer(feed("&a;" * 20_000, prologue=lines('<!ENTITY a "' + "a" * 20_000 + '">')))),
    "external entity on a page": Input(answer(lines(_XXE) + f"<html><body><p>&x; {NEWS}</p></body></html>"), kind="page"),
    "OPML with an external entity": failing(answer(lines(_XXE) + "<opml version='2.0'><body><outline text='&x;'/></body></opml>"), "no feed (its first element is <opml>)"),
    "OPML of a billion laughs": failing(answer(lines(*_LAUGHS) + "<opml><body><outline text='&l9;'/></body></opml>"), "no feed (its first element is <opml>)"),
    "sitemap as a feed": failing(answer(sitemap("https://news.example/1")), "no feed (its first element is <urlset>); `sitemap:` reads it"),
    "sitemap with an external entity": Input(answer(lines(_XXE) + sitemap("https://news.example/&x;")), kind="sitemap"),
    "sitemap of a billion laughs": Input(answer(lines(*_LAUGHS) + sitemap("https://news.example/&l9;")), kind="sitemap"),
    "sitemap of what is private": Input(answer(sitemap("{site}/secret", "http://169.254.169.254/latest/", "http://[::1]/secret")), kind="sitemap"),
    "sitemap of files": Input(answer(sitemap("file://{secret}", "gopher://127.0.0.1/")), "failing", "has no entries", "sitemap"),
    "sitemap of itself": Input(answer(sitemap("/sitemap%20of%20itself")), kind="sitemap"),
    "sitemap of 50,000": Input(answer(sitemap(*(f"https://news.example/{n}" for n in range(50_000)))), kind="sitemap"),
    "sitemap nested 200,000 deep": Input(answer("<urlset>" + "<url>" * 200_000 + "</urlset>"), "failing", "nested too deeply", "sitemap"),
    "sitemap in gzip": Input(answer(gzip.compress(sitemap("https://packed.example/1").encode()), Content_Type="application/x-gzip"), kind="sitemap"),
    "sitemap in a gzip bomb": Input(answer(bomb(64)), "failing", "larger than 10 MiB", "sitemap"),
    "sitemap cut short": Input(answer(sitemap("https://news.example/1")[:-9]), "failing", "cut short", "sitemap"),
    "sitemap index": Input(answer("<sitemapindex><sitemap><loc>https://news.example/n.xml</loc></sitemap></sitemapindex>"), "failing", "such as https://news.example/n.xml", "sitemap"),
    "brotli bomb": failing(answer(b"\x8b\x03\x80" * 999, Content_Encoding="br"), "not asked for: br"),
    "zstd bomb": failing(answer(b"\x28\xb5\x2f\xfd" * 999, Content_Encoding="zstd"), "not asked for: zstd"),
    "deflate bomb": failing(answer(zlib.compress(bytes(16 * MIB), 1), Content_Encoding="deflate"), "not asked for: deflate"),
    "gzip bomb": failing(answer(bomb(256), Content_Encoding="gzip"), "larger than 10 MiB"),
    "gzip bomb on a redirect": Input(answer(bomb(64), status=302, Content_Encoding="gzip", Location="/honest")),
    "gzip bomb on an error": failing(answer(bomb(64), status=503, Content_Encoding="gzip"), "503"),
    "declared twice": failing(answer(gzip.compress(gzip.compress(b"x")), Content_Encoding="gzip, gzip"), "encoded"),
    "bomb in gzip": failing(answer(gzip.compress(bomb(64)), Content_Encoding="gzip"), "larger than 10 MiB"),
    "gzip cut short": failing(answer(gzip.compress(feed("a").encode())[:-9], Content_Encoding="gzip"), "cut short"),
    "lying length": failing(_HEAD + b"Content-Length: 9\r\nConnection: close\r\n\r\n<rss>", "."),
    "a length too short": failing(_HEAD + b"Content-Length: 99\r\n\r\n" + feed("a").encode() + answer("smuggled"), "does not speak HTTP"),
    "200 MB announced": failing(_HEAD + b"Content-Length: 209715200\r\n\r\n", "larger than 10 MiB"),
    "endless body": failing(stream(_CLOSE, b"<item>" * 10_000), "larger than 10 MiB"),
    "slow drip": failing(stream(_HEAD + b"Content-Length: 9000\r\n\r\n", b".", 0.05), "in time"),
    "silence": failing(hang, "in time"),
    "endless headers": failing(stream(_HEAD, b"X-Header: y\r\n" * 1000), "does not speak HTTP"),
    "endless header": failing(stream(_HEAD + b"X-Header: ", b"y" * 10_000), "does not speak HTTP"),
    "endless chunk size": failing(stream(_CHUNKED, b"0" * 10_000), "."),
    "slow headers": failing(stream(_HEAD, b"X: y\r\n", 0.05), "."),
    "no HTTP": failing(b"\x00\x01\x02\r\n\r\n", "does not speak HTTP"),
    "redirect loop": failing(answer(status=302, Location="/redirect%20loop?again"), "in a circle"),
    "redirect chain": failing(answer(status=302, Location="/redirect%20chain?{number}"), "more than 10 times"),
    "redirect to a file": failing(answer(status=302, Location="file://{secret}"), "kind file:"),
    "redirect to loopback": failing(answer(status=302, Location="{site}/secret"), "not a public address"),
    "redirect to metadata": failing(answer(status=302, Location="http://169.254.169.254/latest/"), "not a public address"),
    "redirect to a spelling": failing(answer(status=302, Location="http://[::ffff:127.0.0.1]/secret"), "not a public address"),
    "redirect to a number": failing(answer(status=302, Location="http://2130706433/secret"), "can be dialled"),
    "redirect to hexadecimal": failing(answer(status=302, Location="http://0x7f.1/secret"), "not a public address"),
    "redirect to wide letters": failing(b"HTTP/1.1 302 Said\r\nContent-Length: 0\r\nLocation: " + "http://127。0。0。1/secret".encode() + b"\r\n\r\n", "not a public address"),
    "redirect to a zone": failing(answer(status=302, Location="http://[fe80::1%25lo]/secret"), "not a public address"),
    "redirect to NAT64": failing(answer(status=302, Location="http://[64:ff9b::7f00:1]/secret"), "not a public address"),
    "redirect to data": failing(answer(status=302, Location="data:text/xml,<rss/>"), "kind data:"),
    "redirect to ftp": failing(answer(status=302, Location="ftp://127.0.0.1/secret"), "kind ftp:"),
    "redirect for good": Input(answer(status=301, Location="/honest")),
    "redirect by backslash": failing(answer(status=302, Location="http://127.0.0.1\\@news.example/"), "backslash"),
    "redirect with a password": failing(answer(status=302, Location="http://a:b@news.example/"), "password"),
    "not found": failing(answer(status=404), "404"),
    "login": failing(answer(status=401), "login"),
    "forbidden": failing(answer(status=403), "403"),
    "too many requests": failing(answer(status=429, Retry_After="-7"), "too many requests"),
    "gone": Input(answer(status=410), "gone", "gone for good"),
    "broken server": failing(answer(status=500), "500"),
    "a block page": failing(answer("<html><title>Just a moment...</title></html>"), "a block page (Cloudflare)"),
    "a block page of script": failing(answer("<html><title>Un moment…</title><script>window._cf_chl_opt={}</script></html>"), "a block page (Cloudflare)"),
    "an article on block pages": Input(answer(f"<html><title>What block pages say</title><body><p>“Just a moment...” is all I saw. {NEWS * 9}</p></body></html>"), kind="page"),
    "a page": failing(answer("<!doctype html><html><title>Welcome</title></html>"), "HTML page, not a feed"),
    "nothing": failing(answer(""), "empty body"),
    "no entries": failing(answer(feed()), "no entries"),
    "cut before an entry": failing(answer(feed("a")[:70]), "cut short"),
    "cut in an entry": Input(answer(feed("one", "two")[:-90])),
    "random bytes": failing(answer(bytes(range(256)) * 64), "not a feed"),
    "200,000 nested tags": Input(answer(feed("a", text="<a>" * 200_000))),
    "200,000 nested tags in a body": Input(answer(feed("a", text="&lt;div&gt;" * 200_000))),
    "200,000 nested tags on a page": Input(answer("<html><body>" + "<div>" * 200_000 + NEWS), kind="page"),
    "200,000 open comments": failing(answer("<rss>" + "<!--" * 200_000), ""),
    "20,000 entries": Input(answer(feed(*("entry " + str(n) for n in range(20_000)), text="x"))),
    "a line of 5 MB": Input(answer(feed("x" * 5_000_000))),
    "markup three deep": Input(answer(feed("a", text="&amp;amp;lt;script&amp;amp;gt;alert(1)"))),
    "wrong charset": Input(answer(feed("Wiedźmin ogłoszony").encode("iso-8859-2"), Content_Type="text/xml; charset=utf-8")),
    "unknown charset": Input(answer(feed("a"), Content_Type="text/xml; charset=klingon")),
    "NULs and controls": Input(answer(feed("a\x00b\x01c\x08d\x1b[31m"))),
    "the year 1": Input(answer(feed("a", date="Mon, 01 Jan 0001 00:00:00 GMT")), line="the date cannot be read"),
    "the year 9999": Input(answer(feed("a", date="Fri, 31 Dec 9999 23:59:59 +1400")), line="the date cannot be read"),
    "the future": Input(answer(feed("a", date="Thu, 10 Aug 2040 14:03:00 GMT"))),
    "no date": Input(answer(feed("a", date="the day before yesterday")), line="the date cannot be read"),
    "terminal codes": Input(answer(feed("\x1b[2J\x1b]8;;http://evil.example\x07[bold red]Alan Wake 2[/] [link=http://evil.example]dated", text="[red]" + news(19) + "\x9b31m"))),
    "bidi marks": Input(answer(feed("\u202eAlan Wake 2\u2066 dated\u200b", text=news(20).replace("Alan", "\u202eAlan")))),
    "a formula": Input(answer(feed('=HYPERLINK("http://evil.example";"Alan Wake 2")', text="=HYPERLINK(1) " + news(18)))),
    "a header in a title": Input(answer(feed("Alan Wake 2\r\nBcc: victim@example.com"))),
    "posts nested 200,000 deep": account(DID, answer('{"feed":' + "[" * 200_000), "nested"),
    "20,000 posts": account(DID, answer(sky(*(post(f"3{n}", "x") for n in range(20_000))))),
    "a thread of 5,000 posts": account(DID, answer(sky(*(post(f"3{n}", "x", f"3{n + 1}") for n in range(5_000))))),
    "a circle of replies": account(DID, answer(sky(post("3a", "x", "3b"), post("3b", "x", "3a")))),
    "a post of 5 MB": account(DID, answer(sky(post("3a", "x" * 5_000_000)))),
    "a post of retweets": account(DID, answer(sky(post("3a", "RT @a: " * 200_000)))),
    "older posts without end": account(DID, answer(sky(post("3a{number}", "x"), cursor="{number}"))),
    "posts in a gzip bomb": account(DID, answer(bomb(256), Content_Encoding="gzip"), "larger than 10 MiB"),
    "posts by a redirect": account(DID, answer(status=302, Location="{site}/secret"), "not a public address"),
    "a post with an address of this machine": account(DID, answer(sky(post("3a", "{site}/secret file://{secret}")))),
    "an account that names another": account("lantern.example", answer('{"did": "did:plc:../../secret"}'), "cannot be found"),
    "an account that is no name": account("lantern.example", answer('{"did": ' + "[" * 200_000), "cannot be found"),
    "an account without end": account("lantern.example", stream(_CLOSE, b'{"did": "' * 10_000), "larger than 10 MiB"),
    "an account that drips": account("lantern.example", stream(_HEAD + b"Content-Length: 9000\r\n\r\n", b".", 0.05), "in time"),
    "20,000 toots": account(_TAG, answer(toots(*["<p>x"] * 20_000))),
    "a toot of 200,000 tags": account(_TAG, answer(toots("<p>RT @a: " + "<a>" * 200_000))),
    "a toot of open comments": account(_TAG, answer(toots("<!--" * 200_000))),
    "toots of numbers": account(_TAG, answer('[{"id": "1", "account": 7, "content": [], "card": 1, "quote": "x", "media_attachments": {}}]')),
    "toots nested 200,000 deep": account(_TAG, answer("[" * 200_000), "nested"),
    "toots with an external entity": account(_TAG, answer(feed("&x;", prologue=lines(_XXE)))),
    "toots of a billion laughs": account(_TAG, answer(feed("&l9;", prologue=lines(*_LAUGHS)))),
    "a tooter of another server": account(_TOOTER, answer('{"id": "../../secret"}'), "cannot be found"),
    "a tooter who is not there": account(_TOOTER, answer('{"error": "Record not found"}', status=404), "404"),
    "20,000 videos": account(CHANNEL, answer(videos(*["x"] * 20_000, text="x"))),
    "videos with an external entity": account(CHANNEL, answer(videos("&x;", prologue=lines(_XXE)))),
    "videos of a billion laughs": account(CHANNEL, answer(videos("&l9;", prologue=lines(*_LAUGHS)))),
    "a video of statistics": account(CHANNEL, answer(videos("x", text="&lt;media:statistics views=" * 100_000))),
    "a page of links": account(_HANDLE, answer("<html>" + "<link rel='canonical'>" * 100_000), "cannot be found"),
    "a page of an open tag": account(_HANDLE, answer("<link " + "rel='canonical' " * 100_000), "cannot be found"),
    "a page of another channel": account(_HANDLE, answer("<link rel='canonical' href='https://evil.example/watch?v=/channel/" + CHANNEL + "'>"), "cannot be found"),
    "a consent page": account(CHANNEL, answer('<html><form action="https://consent.youtube.com/save">Agree</form></html>'), "consent page"),
    "a login page": account(_SUB, answer("<html><title>Log in to Reddit</title></html>"), "login page"),
    "20,000 submissions": account(_SUB, answer(videos(*["x"] * 20_000, text="x"))),
    "a submission of flairs": account(_SUB, answer(videos("x").replace("<title>", _FLAIRS + "<title>", 1))),
    "a submission of open marks": account(_SUB, answer(videos("x", text="&lt;!-- SC_OFF --&gt;" * 200_000))),
    "a submission of blanks": account(_SUB, answer("<feed><entry><id>" + " " * 2_000_000), "cut short"),
    "a video of blanks": account(CHANNEL, answer("<feed><entry><id>" + " " * 2_000_000), "cut short"),
    "a submission of links": account(_SUB, answer(videos("x", text="&lt;a href=&quot;" * 200_000))),
    "a script": Input(answer(feed("&lt;script&gt;alert(1)&lt;/script&gt;Alan Wake 2", text="&lt;img src=x onerror=alert(1)&gt;" + news(21)))),
}  # fmt: skip


@dataclass
class Web:
    """All of INPUTS, the honest feeds, and one that answers only when each of those was asked again and again meanwhile.

    `asked` counts the requests to each host, `asked_meanwhile` those to the honest ones while that one hung.
    """

    port: int
    hosts: dict[str, str]
    asked: dict[str, int] = field(default_factory=dict)
    asked_meanwhile: dict[str, int] = field(default_factory=dict)
    asked_again: asyncio.Event = field(default_factory=asyncio.Event)
    leaks: int = 0

    def count(self, host: str) -> None:
        """Note a request to `host`."""
        self.asked[host] = self.asked.get(host, 0) + 1
        if host in HONEST and self.asked.get(HANGING) == 1:
            self.asked_meanwhile[host] = self.asked_meanwhile.get(host, 0) + 1
            if all(self.asked_meanwhile.get(each, 0) >= AGAIN for each in HONEST):
                self.asked_again.set()

    def sources(self) -> list[dict[str, Any]]:
        common = {"every": "1s", "pause": "0s", "allow_private": True, "obey_robots": False}
        return [
            {**self._source(name, f"http://{host}:{self.port}"), "name": name, **common}
            for name, host in self.hosts.items()
        ] + [
            {"feed": f"http://{host}:{self.port}/honest", "name": f"honest {host}", **common}
            for host in (*HONEST, HANGING)
        ]

    @staticmethod
    def _source(name: str, server: str) -> dict[str, str]:
        given = INPUTS[name]
        if given.target:
            return {given.kind: given.target, "api": server}
        return {given.kind: f"{server}/{name.replace(' ', '%20')}"}


@contextlib.asynccontextmanager
async def open_web(secret: Path) -> AsyncIterator[Web]:
    """Serve every input on a host of its own."""
    await asyncio.to_thread(secret.write_text, SECRET, "utf-8")
    web = Web(0, {name: f"127.0.1.{n}" for n, name in enumerate(INPUTS, 1)})
    names = {host: name for name, host in web.hosts.items()}
    tasks: set[asyncio.Task[None]] = set()

    def route(host: str) -> Route:
        async def said(asked: Asked, writer: asyncio.StreamWriter) -> bytes | None:
            web.count(host)
            if host == HANGING:
                await web.asked_again.wait()
            if asked.path == "/secret":
                web.leaks += 1
                return answer(SECRET)
            if asked.path == "/honest":
                return answer(feed(f"Entry {web.asked[host]} of {host}", text="Nothing of note."))
            served = INPUTS[names[host]].route
            return (
                _filled(served, web, secret, web.asked[host])
                if isinstance(served, bytes)
                else await served(asked, writer)
            )

        return said

    def serve(host: str) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]:
        class Anything(dict[str, Route]):
            def get(self, _: str, __: Any = None) -> Route:
                return route(host)

        here = Site(host, routes=Anything())

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            try:
                await here.serve(reader, writer)
            except asyncio.CancelledError:
                writer.transport.abort()
            finally:
                tasks.discard(task)

        return connected

    servers = [await asyncio.start_server(serve("127.0.0.1"), "127.0.0.1", 0)]
    web.port = servers[0].sockets[0].getsockname()[1]
    servers += [
        await asyncio.start_server(serve(host), host, web.port) for host in (*names, *HONEST, HANGING)
    ]
    try:
        yield web
    finally:
        for server in servers:
            server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _filled(served: bytes, web: Web, secret: Path, number: int) -> bytes:
    filled = served
    for name, value in (
        ("site", f"http://127.0.0.1:{web.port}"),
        ("secret", str(secret)),
        ("number", str(number)),
    ):
        for encoding in ("utf-8", "utf-16-le"):
            filled = filled.replace(f"{{{name}}}".encode(encoding), value.encode(encoding))
    head, _, body = filled.partition(b"\r\n\r\n")
    if filled != served:
        head = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % len(body), head)
    return head + b"\r\n\r\n" + body


@dataclass
class Patient:
    """Fetches from the server that hangs with a fetcher that lets it, from all others with another."""

    others: Fetcher
    hanging: Fetcher

    async def fetch(self, url: str, validators: Validators = Validators(), **how: Any) -> FetchOutcome:  # noqa: B008 - frozen
        return await (self.hanging if HANGING in url else self.others).fetch(url, validators, **how)

    def free_in(self, site: str) -> float:
        return self.others.free_in(site)

    def hold(self, site: str, seconds: float) -> None:
        self.others.hold(site, seconds)

    def rest(self, place: str, wait: timedelta) -> None:
        self.others.rest(place, wait)


def _run(sources: Path, database: Path) -> None:
    async def build(wake: asyncio.Event, stopping: Callable[[], bool]) -> Runtime:
        runtime = await wire.build(sources, ledger, wake, stopping)
        runtime.fetcher.total_seconds = 4.0
        runtime.cycle.fetcher = Patient(runtime.fetcher, Fetcher(clock=runtime.clock))
        runtime.reader.limit = 15.0
        return runtime

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    with wire.open_ledger(database, owner=True) as ledger:
        asyncio.run(Daemon(build).run())


if __name__ == "__main__":
    _run(*map(Path, sys.argv[1:]))
