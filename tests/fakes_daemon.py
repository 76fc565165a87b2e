"""A daemon that can be killed many times a second, the news that it reads, and a receiver that checks what it sends.

    python -m tests.fakes_daemon SOURCES DATABASE STAGES

forks a daemon for each line on its standard input and answers with its process id: the same runtime and the same loop as
`monitor run`, without the second that a program takes to be imported. Only what reads bodies is in the process itself.
STAGES is a file of one byte, in which a daemon writes what it is doing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import random
import signal
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from monitor import wire
from monitor.config import load
from monitor.daemon import Daemon
from monitor.extract import Extractor
from monitor.model import Document
from monitor.parse import structured
from monitor.wire import Runtime
from tests.fakes import InlineReader, rss, serving
from tests.waiting import ended, until

__all__ = [
    "POLL",
    "RECORD",
    "SECRET",
    "SEND",
    "News",
    "Nursery",
    "Received",
    "kill_and_check",
    "open_site",
    "program",
]

POLL, RECORD, SEND = b"p", b"r", b"s"
SECRET = "whsec_bW9uaXRvcnMgdGVzdCBzZWNyZXQgb2YgMzIgYnl0ZXM="
FIRST = [
    "Amber", "Broken", "Crimson", "Distant", "Emerald", "Frozen", "Golden", "Hollow", "Ivory", "Jagged", "Lunar", "Marble",
    "Narrow", "Ochre", "Pale", "Quiet", "Rusted", "Silver", "Tidal", "Umber", "Velvet", "Winter", "Yonder", "Zinc",
]  # fmt: skip
SECOND = [
    "Harbour", "Meadow", "Lantern", "Orchard", "Citadel", "Causeway", "Observatory", "Quarry", "Lighthouse", "Monastery",
    "Viaduct", "Foundry", "Aqueduct", "Vineyard", "Glacier", "Archipelago", "Cathedral", "Windmill", "Labyrinth", "Prairie",
    "Cloister", "Rampart", "Estuary", "Belfry", "Pavilion",
]  # fmt: skip
TITLES = [f"{first} {second}" for first in FIRST for second in SECOND]
"""Works that nobody makes."""


@dataclass
class News:
    """A feed: each entry dates another work."""

    told: list[str] = field(default_factory=list)
    polls: int = 0

    def tell(self, count: int = 1) -> None:
        self.told += TITLES[len(self.told) : len(self.told) + count]

    def feed(self) -> bytes:
        entries = [
            (title.replace(" ", "-"), f"{title} is dated", f"Northlight confirmed that {title} will be released on October 17, 2031.")
            for title in reversed(self.told[-150:])
        ]  # fmt: skip
        return rss(*entries, published=datetime.now(UTC) - timedelta(minutes=5))


@dataclass
class Received:
    """What arrived at a receiver, and whether it was as the specification asks for."""

    posts: list[tuple[str, str, bytes]] = field(default_factory=list)
    """Path, id and body of each."""
    bad: int = 0
    slowest: float = 0.0
    is_fresh: bool = True
    """Whether the time of an attempt must be that of the receiver."""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when something has arrived and is not answered yet."""

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not self._is_signed(body, request.headers):
            self.bad += 1
            return web.Response(status=401)
        self.posts.append((request.path, request.headers["webhook-id"], body))
        self.arrived.set()
        await asyncio.sleep(random.uniform(0, self.slowest))
        return web.Response(status=204)

    def _is_signed(self, body: bytes, headers: Mapping[str, str]) -> bool:
        if self.is_fresh:
            try:
                Webhook(SECRET).verify(body, dict(headers))
            except WebhookVerificationError:
                return False
            return True
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        signature: str = Webhook(SECRET).sign(headers["webhook-id"], at, body.decode())
        return signature in headers["webhook-signature"]

    def titles(self, path: str) -> Counter[str]:
        """Return how often an alert of each work arrived."""
        return Counter(
            alert["data"]["title"] for own, _, body in self.posts if own == path for alert in alerts_in(body)
        )

    def bodies(self) -> dict[str, set[bytes]]:
        """Return what arrived under each id."""
        found: dict[str, set[bytes]] = defaultdict(set)
        for _, id_, body in self.posts:
            found[id_].add(body)
        return found

    def companies(self) -> dict[str, set[str]]:
        """Return the ids of the digests that each delivery arrived in."""
        found: dict[str, set[str]] = defaultdict(set)
        for _, id_, body in self.posts:
            for alert in alerts_in(body):
                if "id" in alert:
                    found[alert["id"]].add(id_)
        return found


def alerts_in(body: bytes) -> list[Any]:
    told = json.loads(body)
    return list(told["data"]["alerts"]) if told["type"] == "monitor.digest" else [told]


@contextlib.asynccontextmanager
async def open_site(news: News, received: Received) -> AsyncIterator[str]:
    """Serve the feed at /feed, and take what is posted anywhere."""

    async def feed(_request: web.Request) -> web.Response:
        news.polls += 1
        return web.Response(body=news.feed(), content_type="application/rss+xml")

    application = web.Application(client_max_size=2**24)
    application.router.add_get("/feed", feed)
    application.router.add_post("/{path:.*}", received.answer)
    async with serving(application) as address:
        yield address


@contextlib.asynccontextmanager
async def program(*arguments: str, log: Path, **environ: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a module of ours, which is killed in the end; what it says is in `log`."""
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *arguments,
            stdout=file, stderr=file, cwd=Path(__file__).parent.parent, env={**os.environ, **environ},
        )  # fmt: skip
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


class Nursery:
    """Starts daemons and kills them."""

    def __init__(self, process: asyncio.subprocess.Process, stages: Path) -> None:
        self._process = process
        self._stages = stages

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, sources: Path, database: Path) -> AsyncIterator[Nursery]:
        stages = database.with_name("stages")
        with database.with_name("daemon.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.fakes_daemon", str(sources), str(database), str(stages),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log,
                cwd=Path(__file__).parent.parent,
            )  # fmt: skip
        try:
            yield cls(process, stages)
        finally:
            assert process.stdin is not None
            process.stdin.close()  # it ends its last daemon, and itself
            await process.wait()

    async def start(self) -> int:
        """Start a daemon and return its process id."""
        await asyncio.to_thread(self._stages.write_bytes, b"-")
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"\n")
        async with asyncio.timeout(60):
            return int(await self._process.stdout.readline())

    @property
    def stage(self) -> bytes:
        """Return what the daemon is doing."""
        return self._stages.read_bytes()[-1:]

    async def reach(self, stage: bytes, limit: float) -> None:
        """Wait until a daemon does what `stage` says, `limit` seconds at most."""
        before = max(len(self._stages.read_bytes()) - 1, 0)
        with contextlib.suppress(TimeoutError):
            await until(
                lambda: stage in self._stages.read_bytes()[before:], self._stages.parent, seconds=limit
            )


async def kill_and_check(folder: Path, kills: int, *, slowest: float = 0.02) -> Counter[str]:
    """Kill a daemon `kills` times while it polls, records and sends; nothing may be missing at the end.

    Return what it was doing when it was killed.
    """
    news, received = News(), Received(slowest=slowest)
    news.tell()  # before the first pass, of which nothing is sent
    hit: Counter[str] = Counter()
    async with open_site(news, received) as site:
        sources = folder / "sources.yaml"
        works = TITLES[: 2 * kills + 2]
        sources.write_text(_sources(site, works), "utf-8")
        async with Nursery.open(sources, folder / "monitor.db") as nursery:
            daemon = await nursery.start()
            await until(lambda: news.polls and not _baseline(folder / "monitor.db"), folder)
            for number in range(kills):
                news.tell(random.choice((1, 2)))
                if stage := (POLL, RECORD, SEND, b"")[number % 4]:
                    await nursery.reach(stage, 3.0)
                    await asyncio.sleep(random.choice((0, random.uniform(0, 0.01))))
                else:  # what has arrived and is not noted comes again
                    received.arrived.clear()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(received.arrived.wait(), 3.0)
                hit[{POLL: "poll", RECORD: "record", SEND: "send"}.get(nursery.stage, "between")] += 1
                await _kill(daemon)
                daemon = await nursery.start()
            wanted = set(news.told[1:])
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(30):
                    while not all(wanted <= received.titles(path).keys() for path in ("/each", "/summed")):
                        await received.arrived.wait()
                        received.arrived.clear()
            os.kill(daemon, signal.SIGTERM)
    for path in ("/each", "/summed"):
        assert news.told[0] not in received.titles(path)
        missing = wanted - received.titles(path).keys()
        assert not missing, (
            f"{len(missing)} of {len(wanted)} alerts never came to {path}: {sorted(missing)[:5]}"
        )
    assert received.bad == 0
    assert all(len(bodies) == 1 for bodies in received.bodies().values())
    assert all(len(digests) == 1 for digests in received.companies().values())
    hit["alerts"], hit["repeats"] = len(wanted), len(received.posts) - len(received.bodies())
    return hit


async def _kill(daemon: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(daemon, signal.SIGKILL)
    await ended(daemon)


def _sources(site: str, works: Collection[str]) -> str:
    return json.dumps({
        "watch": list(works),
        "sources": [{"feed": f"{site}/feed", "every": "1s", "pause": "0s", "allow_private": True, "obey_robots": False}],
        "channels": [
            {"webhook": f"{site}/each", "name": "each", "secret": "${SECRET}", "allow_private": True},
            {"webhook": f"{site}/summed", "name": "summed", "secret": "${SECRET}", "allow_private": True, "rate": "2/1s"},
        ],
    })  # fmt: skip


def _baseline(database: Path) -> bool:
    from monitor.errors import LedgerError
    from monitor.ledger import Ledger

    try:
        with Ledger.open(database, read_only=True) as ledger:
            return any(row.state.baseline for row in ledger.sources())
    except LedgerError:
        return True


def _noting(stages: Path, runtime: Runtime) -> None:
    """Have a runtime note what it is doing."""

    # Each note is one write at the end of the file, which the kernel reports to who waits for it.
    notes = os.open(stages, os.O_WRONLY | os.O_APPEND)

    def during(stage: bytes, function: Callable[..., Any]) -> Callable[..., Any]:
        async def told(*arguments: Any, **named: Any) -> Any:
            os.write(notes, stage)
            try:
                return await function(*arguments, **named)
            finally:
                os.write(notes, b"-")

        return told

    record = runtime.recorder.record

    def recorded(*arguments: Any, **named: Any) -> Any:
        os.write(notes, RECORD)
        try:
            return record(*arguments, **named)
        finally:
            os.write(notes, b"-")

    for holder, name, replaced in [
        (runtime.fetcher, "fetch", during(POLL, runtime.fetcher.fetch)),
        (runtime.recorder, "record", recorded),
        *((each, "send", during(SEND, each.send)) for each in runtime.outbox.notifiers.values()),
    ]:
        setattr(holder, name, replaced)


def _live(sources: Path, database: Path, extractor: Extractor, stages: Path) -> None:
    async def build(wake: asyncio.Event, stopping: Callable[[], bool]) -> Runtime:
        runtime = await wire.build(sources, ledger, wake, stopping, environ={"SECRET": SECRET})
        # Each daemon polls at once: it has not long to live.
        ledger.save_states([replace(row.state, next_poll_at=wire.now()) for row in list(ledger.sources())])
        runtime.cycle.reader = InlineReader(extractor)
        _noting(stages, runtime)
        return runtime

    with wire.open_ledger(database, owner=True) as ledger:
        asyncio.run(Daemon(build).run())


def _serve(sources: Path, database: Path, stages: Path) -> None:
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(process)d %(levelname)s %(name)s %(message)s"
    )
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    extractor = Extractor(load(sources, {"SECRET": SECRET}).watch)
    # What every daemon would read from disk, each is born with.
    extractor.claims(
        structured(
            Document(id="warm", published=wire.now(), text=f"Northlight confirmed {TITLES[0]} for May 2031.")
        )
    )
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that are killed
    child = 0
    try:
        while sys.stdin.buffer.readline():
            child = os.fork()
            if child == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _live(sources, database, extractor, stages)
                os._exit(0)
            sys.stdout.write(f"{child}\n")
            sys.stdout.flush()
    finally:
        if child:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    _serve(*map(Path, sys.argv[1:]))
