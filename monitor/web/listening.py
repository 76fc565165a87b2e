"""Listen and serve until a stop signal: at most 200 connections, each closed when it is idle or stays half-sent for 10 seconds."""

from __future__ import annotations

import asyncio
import ctypes
import errno
import gc
import logging
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from aiohttp import web

from monitor.errors import ConfigError
from monitor.review import Review
from monitor.web.application import Server, application
from monitor.web.guard import Address, Guard
from monitor.web.reader_threads import QUERY_SECONDS, Pool
from monitor.web.settings import Configured

__all__ = ["KEEPALIVE_SECONDS", "MOST_CONNECTIONS", "serve"]

log = logging.getLogger(__name__)

KEEPALIVE_SECONDS: Final = 10.0
MOST_CONNECTIONS: Final = 200
_STOP_SECONDS: Final = 3.0
_PARENT_SECONDS: Final = 1.0
_BACKLOG: Final = 128
_M_ARENA_MAX: Final = -8
"""The parameter of mallopt(3)."""
_FULL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 21\r\nRetry-After: 5\r\n"
    b"Connection: close\r\n\r\nToo many connections\n"
)


async def serve(
    listens: Address,
    database: Path,
    config: Path,
    *,
    clock: Callable[[], datetime],
    actor: str,
    on_start: Callable[[str], None] = lambda _: None,
    stopping: asyncio.Event | None = None,
    parent: int | None = None,
) -> None:
    """Serve the pages until SIGTERM, SIGINT or `stopping`; `on_start` receives the address when they can be asked for.

    With `parent` it ends when that process is no longer its parent. Raises ConfigError when the address cannot be listened on.
    """
    _allot_memory()
    stop = stopping or asyncio.Event()
    configured = Configured(config)
    pool = Pool(Review(database, None, clock=clock, patience=QUERY_SECONDS))
    guards: dict[tuple[Address, str], Guard] = {}
    at = listens

    def guard() -> Guard:
        key = (at, configured.known.base)
        return guards.setdefault(key, Guard(*key, secret=secret))

    secret = os.urandom(32)
    app = application(Server(guard, pool, configured, clock, actor))
    runner = web.AppRunner(
        app, keepalive_timeout=KEEPALIVE_SECONDS, access_log=None, shutdown_timeout=_STOP_SECONDS
    )
    await runner.setup()
    loop = asyncio.get_running_loop()
    try:
        server = await _listening(loop, runner, listens)
        at = Address(listens.host, server.sockets[0].getsockname()[1])
        with suppress(NotImplementedError, RuntimeError):  # not in the main thread: whoever runs it stops it
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, stop.set)
        on_start(f"http://{at.netloc}/")
        # What takes a while is read before the first request asks for it.
        await loop.run_in_executor(None, configured.current)
        # What is there now stays: a search for cycles among it would take 30 ms of some request.
        gc.collect()
        gc.freeze()
        await _until(stop, parent)
        server.close()
    finally:
        await runner.cleanup()
        await loop.run_in_executor(None, pool.close)


async def _listening(
    loop: asyncio.AbstractEventLoop, runner: web.AppRunner, listens: Address
) -> asyncio.Server:
    make = runner.server
    assert make is not None  # noqa: S101 - set up above

    def protocol() -> asyncio.Protocol:
        return make() if len(make.connections) < MOST_CONNECTIONS else _Full()

    try:
        return await loop.create_server(protocol, listens.host, listens.port, backlog=_BACKLOG)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = (
            "another program listens there"
            if taken
            else (os.strerror(error.errno) if error.errno else str(error))
        )
        raise ConfigError(
            f"{listens.netloc} cannot be listened on: {why}; name another address", where="--bind"
        ) from None


def _allot_memory() -> None:
    """Let all threads allocate from one heap where the C library is glibc: of those that it makes for each thread, each keeps what was freed in it."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


async def _until(stop: asyncio.Event, parent: int | None) -> None:
    if parent is None:
        await stop.wait()
        return
    while not stop.is_set() and os.getppid() == parent:
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _PARENT_SECONDS)


class _Full(asyncio.Protocol):
    """Answers a connection beyond the limit, and closes it."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what a server's connection is
        transport.write(_FULL)
        transport.close()
