"""A web of made-up feeds on loopback hosts, as the benches ask for it: feeds.py --port 8901 [--hosts 50] [--feeds 1000].

It listens on 127.0.0.1 … 127.0.0.<hosts> only. Feed n is http://127.0.0.<1 + n % hosts>:<port>/feed/<n>.xml, RSS of
`per-feed` entries, answered with an ETag and with 304 to the one who knows it. GET /step gives a tenth of the feeds one entry more, each time the next tenth.
"""

from __future__ import annotations

import argparse
import asyncio
import email.utils
import hashlib
import html
import sys
from datetime import timedelta
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.texts import entries
from monitor.model import Document

_NOWHERE = Path("/nonexistent")  # the made-up entries, whatever else there is


class Feeds:
    """Feeds cut one after another from made-up entries; a step shifts a tenth of them on by one, the next one the next tenth."""

    def __init__(self, count: int, per_feed: int) -> None:
        made = entries(_NOWHERE, count * (per_feed + 5))
        self._cuts = [list(islice(made, per_feed + 5)) for _ in range(count)]
        self._per_feed = per_feed
        self._shift = [0] * count
        self._steps = 0
        self.body = lru_cache(maxsize=None)(self._body)

    def _body(self, number: int) -> tuple[bytes, bytes]:
        shift = self._shift[number]
        items = "".join(map(partial(_item, number), self._cuts[number][shift : shift + self._per_feed][::-1]))
        body = (
            f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Outlet {number}</title>'
            f"<link>https://outlet{number}.example/</link><description>made up</description>{items}</channel></rss>"
        ).encode()
        return body, b'"%s"' % hashlib.sha256(body).hexdigest().encode()

    def step(self) -> None:
        for number in range(self._steps % 10, len(self._cuts), 10):
            self._shift[number] = min(self._shift[number] + 1, 5)
        self._steps += 1
        self.body.cache_clear()


def _item(number: int, entry: Document) -> str:
    # What two outlets say is two documents: the title names the outlet.
    at = email.utils.format_datetime(entry.published + timedelta(minutes=int(entry.id)))
    return (
        f"<item><title>{html.escape(entry.title)} (Outlet {number})</title>"
        f"<link>https://outlet{number}.example/{entry.id}</link><guid>{number}-{entry.id}</guid><pubDate>{at}</pubDate>"
        f"<description>{html.escape(entry.html)}</description></item>"
    )


class Connection(asyncio.Protocol):
    """Just enough HTTP for one client after another request."""

    def __init__(self, feeds: Feeds, delay: float) -> None:
        self._feeds = feeds
        self._delay = delay
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *heads, self._buffer = (self._buffer + data).split(b"\r\n\r\n")
        for head in heads:
            if self._delay:
                asyncio.get_running_loop().call_later(self._delay, self._answer, head)
            else:
                self._answer(head)

    def _answer(self, head: bytes) -> None:
        path = head.split(b" ", 2)[1].partition(b"?")[0].decode("ascii", "replace")
        status, etag, body = b"200 OK", b"", b""
        if path.startswith("/feed/"):
            body, etag = self._feeds.body(int(path[6:].removesuffix(".xml")))
            if b"\r\nif-none-match: " + etag in head.lower():
                status, body = b"304 Not Modified", b""
        elif path == "/step":
            self._feeds.step()
        else:
            status = b"404 Not Found"
        fields = b"Content-Type: application/rss+xml\r\nETag: %s\r\n" % etag if etag else b""
        self._transport.write(
            b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s" % (status, fields, len(body), body)
        )


async def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=8901)
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--per-feed", type=int, default=30)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds that every answer takes")
    arguments = parser.parse_args()
    feeds = Feeds(arguments.feeds, arguments.per_feed)
    loop = asyncio.get_running_loop()
    servers = [
        await loop.create_server(
            lambda: Connection(feeds, arguments.delay), f"127.0.0.{host + 1}", arguments.port
        )
        for host in range(arguments.hosts)
    ]
    print(f"{arguments.feeds} feeds on {arguments.hosts} hosts, port {arguments.port}", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(main())
