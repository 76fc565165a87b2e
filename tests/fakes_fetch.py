"""A web on loopback, made of raw bytes, so that it can be as rude as the real one.

127.0.0.2 plays the public internet, every other loopback address stays private.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

from monitor.fetch import Fetcher
from monitor.net import Address, is_public
from tests.builders import NOW

__all__ = ["INTERNET", "Asked", "Route", "Site", "answer", "dialable", "fetcher", "site"]

INTERNET = "127.0.0.2"


def dialable(address: Address) -> bool:
    return address == ip_address(INTERNET) or is_public(address)


def answer(body: bytes | str = b"", status: int = 200, **headers: str | int) -> bytes:
    """Return the bytes of a whole answer; header names are written with underscores."""
    content = body.encode() if isinstance(body, str) else body
    fields = {"Content-Length": str(len(content))}
    fields |= {name.replace("_", "-"): str(value) for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode("latin-1") + content


@dataclass(frozen=True)
class Asked:
    """One request as it came over the wire; header names in lower case."""

    path: str
    headers: dict[str, str]
    at: float


Route = bytes | Callable[[Asked, asyncio.StreamWriter], Awaitable[bytes | None]]


@dataclass
class Site:
    """One server. `routes` are whole answers as bytes, or coroutines that write what they like; all else is 404."""

    host: str
    port: int = 0
    routes: dict[str, Route] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    open_now: int = 0
    open_most: int = 0
    happened: asyncio.Condition = field(default_factory=asyncio.Condition)

    def url(self, path: str = "/feed", host: str = "") -> str:
        return f"http://{host or self.host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [each.path for each in self.asked]

    async def until(self, holds: Callable[[], object]) -> None:
        """Return when `holds()` is true, which is asked after every request; raise TimeoutError after a minute."""
        async with self.happened, asyncio.timeout(60):
            await self.happened.wait_for(lambda: bool(holds()))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                fields = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
                loop = asyncio.get_running_loop()
                asked = Asked(
                    head[0].split(" ")[1],
                    {name.lower(): value for name, value in fields.items()},
                    loop.time(),
                )
                self.asked.append(asked)
                self.open_now += 1
                self.open_most = max(self.open_most, self.open_now)
                async with self.happened:
                    self.happened.notify_all()
                try:
                    route = self.routes.get(asked.path, answer(status=404))
                    said = route if isinstance(route, bytes) else await route(asked, writer)
                finally:
                    self.open_now -= 1
                if said is None:
                    break
                writer.write(said)
                await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def site(host: str = INTERNET, /, **routes: Route) -> AsyncIterator[Site]:
    """Serve `routes` (path without its slash → answer) on a free port of `host`."""
    here = Site(host, routes={f"/{path}": route for path, route in routes.items()})
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await here.serve(reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            tasks.discard(task)

    server = await asyncio.start_server(serve, host, 0)
    here.port = server.sockets[0].getsockname()[1]
    try:
        yield here
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


@contextlib.asynccontextmanager
async def fetcher(**settings: Any) -> AsyncIterator[Fetcher]:
    """A fetcher to which 127.0.0.2 is the internet, that knows only the names it is told, and that does not pause."""
    names: dict[str, str] = settings.pop("names", {})

    def look_up(host: str) -> list[str]:
        if host not in names:
            raise OSError("no such name")
        return [names[host]]

    settings = {
        "clock": lambda: NOW,
        "pause_of": lambda _: timedelta(),
        "look_up": look_up,
        "is_dialable": dialable,
        **settings,
    }
    made = Fetcher(**settings)
    try:
        yield made
    finally:
        await made.aclose()
