"""Stand-ins for what is outside: a small web, a clock that is set by hand, a channel that does as it is told."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from math import inf
from typing import Any

from aiohttp import web

from monitor.cycle import Cycle, Outbox, Polled
from monitor.extract import Extractor
from monitor.leases import Leases
from monitor.ledger import Ledger, SqliteStore
from monitor.model import (
    Change,
    Channel,
    Document,
    ExtractedBody,
    ExtractedDocument,
    Fetched,
    FetchOutcome,
    Message,
    NotModified,
    Source,
    Trouble,
    Unreachable,
    Validators,
    Work,
)
from monitor.notify import Notifier
from monitor.recording import Recorder
from monitor.replay import Replayed
from monitor.replay import replay as replayed
from monitor.sending import DeliveryRecorder
from monitor.workers import worker
from tests.builders import NOW

__all__ = [
    "FakeClock",
    "FakeNotifier",
    "FakeWeb",
    "InlineReader",
    "open_outbox",
    "poll_once",
    "record",
    "replay",
    "rss",
    "serving",
]


@contextlib.asynccontextmanager
async def serving(
    application: web.Application, port: int = 0, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[str]:
    """Serve on loopback; yields the address."""
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, host, port, ssl_context=tls).start()
    try:
        yield f"http{'s' if tls else ''}://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


class FakeClock:
    """Tells the time that it was set to."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def go(self, **time: float) -> None:
        self.now += timedelta(**time)


class FakeWeb:
    """Pages by address. An unchanged page is not modified, one that is not there is a 404."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes | Unreachable] = {}
        self.asked: list[str] = []

    async def fetch(
        self,
        url: str,
        validators: Validators = Validators(),  # noqa: B008 - frozen
        *,
        allow_private: bool = False,  # noqa: ARG002 - the protocol's
        obey_robots: bool = True,  # noqa: ARG002 - the protocol's
        pause: timedelta | None = None,  # noqa: ARG002 - the protocol's
        named_by: str = "",  # noqa: ARG002 - the protocol's
        secret: str = "",  # noqa: ARG002 - the protocol's
        within: Callable[[], float] = lambda: inf,  # noqa: ARG002 - the protocol's
    ) -> FetchOutcome:
        self.asked.append(url)
        page = self.pages.get(url)
        if page is None:
            return Unreachable(trouble=Trouble.HTTP, detail="404 Not Found", status=404)
        if isinstance(page, Unreachable):
            return page
        now = Validators(url=url, body=hashlib.sha256(page).hexdigest())
        if now == validators:
            return NotModified(url=url, validators=now)
        return Fetched(url=url, body=page, validators=now, content_type="application/rss+xml")

    def free_in(self, site: str) -> float:  # noqa: ARG002 - the protocol's
        return 0.0

    def hold(self, site: str, seconds: float) -> None:
        """Nothing is spaced here."""

    def rest(self, place: str, wait: timedelta) -> None:
        """Nothing rests here."""


class InlineReader:
    """Reads in this process, at once."""

    has_room = True

    def __init__(self, extractor: Extractor) -> None:
        self._extractor = extractor

    async def read(self, fetched: Fetched, source: Source, now: datetime) -> ExtractedBody:
        return worker.read(self._extractor, fetched, source, now)

    async def read_article(self, fetched: Fetched, document: Document, source: Source) -> ExtractedDocument:
        return worker.read_article(self._extractor, fetched, document, source)


async def poll_once(cycle: Cycle, source: Source, done: Callable[[], None] = lambda: None) -> Polled:
    """Poll one source, due or not, as `monitor poll` does: under a lease, which is given back."""
    (turn,) = await cycle.take(1, names=[source.name])
    ((_, state),) = turn.sources
    turn.sources.clear()
    try:
        return await cycle.poll(turn, source, state, done)
    finally:
        if not turn.is_released:
            await cycle.store.do(lambda tx: tx.release([turn.lease]))


def open_outbox(
    ledger: Ledger,
    channels: Mapping[str, Channel],
    notifiers: Mapping[str, Notifier],
    clock: Callable[[], datetime],
) -> Outbox:
    """Return an outbox that has just been started, on a ledger that others may use too."""
    store = SqliteStore(ledger)
    failing = {
        name: until
        for name in channels
        if (until := ledger.rests(clock()).get(f"channel {name}")) is not None
    }
    recorder = DeliveryRecorder(channels, lambda: 0.0, failing)
    return Outbox(store, Leases(store), recorder, notifiers, clock)


def record(
    ledger: Ledger, recorder: Recorder, reading: ExtractedDocument, *, now: datetime, baseline: bool = False
) -> tuple[Change, ...]:
    """Record one reading in a transaction of its own."""
    return SqliteStore(ledger).run(lambda tx: recorder.record(tx, reading, now=now, baseline=baseline))


def replay(
    ledger: Ledger,
    works: Sequence[Work],
    channels: Sequence[Channel],
    documents: Iterable[Document],
    **how: Any,
) -> Replayed:
    """Replay an archive into a ledger."""
    return asyncio.run(replayed(SqliteStore(ledger), works, channels, documents, **how))


class FakeNotifier:
    """Takes what it is sent, or raises the next of its `troubles`; never answers the first `hanging` messages."""

    def __init__(self, *troubles: Exception | None) -> None:
        self.troubles = list(troubles)
        self.attempts: list[Message] = []
        self.taken: list[Message] = []
        self.hanging = 0

    async def send(self, message: Message) -> None:
        self.attempts.append(message)
        if len(self.attempts) <= self.hanging:
            await asyncio.Event().wait()
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble is not None:
            raise trouble
        self.taken.append(message)

    async def aclose(self) -> None:
        pass


def rss(*items: tuple[str, str, str], published: datetime = NOW) -> bytes:
    """Return a feed of (guid, title, text) entries, all of one time."""
    body = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title>"
        f"<link>https://news.example/{guid}</link><description>{text}</description>"
        f"<pubDate>{published:%a, %d %b %Y %H:%M:%S} +0000</pubDate></item>"
        for guid, title, text in items
    )
    return f"<rss version='2.0'><channel><title>News</title>{body}</channel></rss>".encode()
