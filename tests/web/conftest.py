"""The story's ledger, made once; and the page as a test asks it, through aiohttp's own test server."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from monitor.review import Review
from monitor.web.application import Server, application
from monitor.web.guard import Address, Guard
from monitor.web.reader_threads import Pool
from monitor.web.settings import Configured
from tests.web import story


@dataclass(frozen=True)
class Answer:
    """What the page answered: `form` is the token that its forms carry, `address` where a redirect led."""

    status: int
    text: str
    headers: dict[str, str]
    address: str

    @property
    def token(self) -> str:
        return str(re.findall(r'name="token" value="([0-9a-f]+)"', self.text)[0])

    @property
    def heading(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.text, re.DOTALL)
        return re.sub(r"<[^>]+>", "", found[1]) if found else ""

    def version(self, claim: int) -> str:
        part = self.text[self.text.index(f'action="/claims/{claim}/') :]
        return str(re.findall(r'name="version" value="(\d+)"', part)[0])


@dataclass
class Page:
    """A page of a ledger: `get` and `post` as a browser asks, with the cookies that it was given."""

    client: TestClient[Any, Any]
    database: Path
    port: int = 0
    now: list[datetime] = field(default_factory=lambda: [story.NOW])

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def ask(self, method: str, path: str, **given: Any) -> Answer:
        headers = {"Host": f"127.0.0.1:{self.port}", **given.pop("headers", {})}
        async with self.client.request(method, path, headers=headers, **given) as response:
            return Answer(
                response.status, await response.text(), dict(response.headers), str(response.url.relative())
            )

    async def get(self, path: str, **given: Any) -> Answer:
        return await self.ask("GET", path, **given)

    async def post(self, path: str, form: Mapping[str, str], origin: str | None = None) -> Answer:
        headers = {"Origin": self.origin if origin is None else origin}
        return await self.ask("POST", path, headers=headers, data=dict(form))

    async def answer(self, claim: int, answer: str, *, back: str = "/review", **form: str) -> Answer:
        """Answer a claim as its page offers it."""
        shown = await self.get(f"/claims/{claim}")
        fields = {"token": shown.token, "version": shown.version(claim), "answer": answer, "back": back}
        return await self.post(f"/claims/{claim}/judge", {**fields, **form})


Opened = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the story's ledger and configuration; whoever writes to it copies it first."""
    folder = tmp_path_factory.mktemp("story")
    story.make(folder)
    return folder


@pytest.fixture
def folder(told: Path, tmp_path: Path) -> Path:
    """A copy of the story's ledger and configuration."""
    for name in ("monitor.db", "sources.yaml"):
        shutil.copy(told / name, tmp_path / name)
    return tmp_path


@pytest.fixture
async def opened() -> AsyncIterator[Opened]:
    """Open pages of ledgers: `await opened(folder)`."""
    clients: list[tuple[TestClient[Any, Any], Pool]] = []

    async def open_page(folder: Path, *, base: str = "", actor: str = "robin", seconds: float = 2.0) -> Page:
        now = [story.NOW]
        database = folder / "monitor.db"
        pool = Pool(Review(database, None, clock=lambda: now[0], patience=seconds))
        secret = b"the same for a whole test"
        guards: dict[int, Guard] = {}

        def guard() -> Guard:
            return guards.setdefault(port[0], Guard(Address("127.0.0.1", port[0]), base, secret))

        port = [0]
        configured = Configured(folder / "sources.yaml", {})
        server = TestServer(application(Server(guard, pool, configured, lambda: now[0], actor)))
        client: TestClient[Any, Any] = TestClient(server)
        await client.start_server()
        port[0] = server.port or 0
        clients.append((client, pool))
        return Page(client, database, port[0], now)

    yield open_page
    for client, pool in clients:
        await client.close()
        pool.close()


@pytest.fixture
async def page(folder: Path, opened: Opened) -> Page:
    """The page of a copy of the story's ledger."""
    return await opened(folder)


@pytest.fixture
async def empty(tmp_path: Path, opened: Opened) -> Page:
    """The page of a new ledger, with neither works nor sources."""
    from monitor.ledger import Ledger

    with Ledger.open(tmp_path / "monitor.db"):
        pass
    return await opened(tmp_path)
