"""`monitor run` as a process: signals, a supervisor, restarts, kills, and what it says when it cannot begin."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from monitor import wire
from monitor.errors import SchemaVersionError
from monitor.ledger import Ledger
from tests.fakes import rss
from tests.fakes_daemon import Nursery
from tests.fakes_fetch import Asked, Site, answer, site
from tests.fakes_hostile import hang
from tests.waiting import ended, until

NEWS = rss(
    ("1", "Alan Wake 2", "Northlight confirmed that Alan Wake 2 will be released on October 17, 2031.")
)
HOST = "127.0.3.1"


def configured(folder: Path, *sources: dict[str, Any], **more: Any) -> Path:
    common = {"pause": "0s", "allow_private": True, "obey_robots": False}
    path = folder / "sources.yaml"
    config = {"watch": ["Alan Wake 2"], "sources": [common | source for source in sources], **more}
    path.write_text(json.dumps(config), encoding="utf-8")
    return path


class Running:
    """A daemon, and what it logs."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.log = ""

    async def says(self, words: str) -> None:
        assert self.process.stderr is not None
        async with asyncio.timeout(40):
            while words not in self.log:
                line = await self.process.stderr.readline()
                assert line, f"it ended without {words!r}: {self.log}"
                self.log += line.decode()

    async def ends(self, seconds: float) -> int:
        async with asyncio.timeout(seconds):
            _, rest = await self.process.communicate()
        self.log += rest.decode()
        assert self.process.returncode is not None
        return self.process.returncode


@contextlib.asynccontextmanager
async def running(folder: Path, **environ: str) -> AsyncIterator[Running]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", "run", "--config", str(folder / "sources.yaml"), "--db", str(folder / "monitor.db"),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parent.parent, env={**os.environ, **environ},
    )  # fmt: skip
    try:
        yield Running(process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def asked(here: Site, path: str) -> int:
    return here.paths.count(path)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_stop_ends_well_also_while_a_fetch_hangs(tmp_path: Path, number: signal.Signals) -> None:
    async with site(HOST, hangs=hang, feed=answer(NEWS)) as here:
        configured(tmp_path, {"feed": here.url("/hangs")}, {"feed": here.url("/feed", "localhost")})
        async with running(tmp_path) as daemon:
            await here.until(lambda: asked(here, "/hangs"))
            daemon.process.send_signal(number)
            assert await daemon.ends(5 + 5) == 0, "five seconds, and as many for a busy machine"
            assert "Traceback" not in daemon.log


async def test_a_hangup_reads_the_configuration_again_and_a_broken_one_changes_nothing(
    tmp_path: Path,
) -> None:
    async with site(HOST, old=answer(NEWS), new=answer(NEWS)) as here:
        path = configured(tmp_path, {"feed": here.url("/old"), "every": "1s"})
        async with running(tmp_path) as daemon:
            await daemon.says("first pass")
            path.write_text("watch: [Alan Wake 2]\nsources:\n  - feeed: http://news.example/\n", "utf-8")
            daemon.process.send_signal(signal.SIGHUP)
            await daemon.says("the configuration stays as it was")
            assert f"{path}:3" in daemon.log
            polls = asked(here, "/old")
            await here.until(lambda: asked(here, "/old") > polls)
            configured(tmp_path, {"feed": here.url("/new"), "every": "1s"})
            daemon.process.send_signal(signal.SIGHUP)
            await daemon.says("the configuration was read again")
            polls = asked(here, "/old")
            await here.until(lambda: asked(here, "/new") > 1)
            assert asked(here, "/old") == polls
            daemon.process.terminate()
            assert await daemon.ends(10) == 0


async def test_a_supervisor_is_told_of_the_start_of_life_and_of_the_end(tmp_path: Path) -> None:
    configured(tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.setblocking(False)
        supervisor.bind(str(tmp_path / "notify"))

        async def told() -> str:
            async with asyncio.timeout(40):
                return (await asyncio.get_running_loop().sock_recv(supervisor, 1000)).decode()

        async with running(
            tmp_path, NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="1200000"
        ) as daemon:
            assert await told() == "READY=1"
            assert [await told(), await told()] == ["WATCHDOG=1", "WATCHDOG=1"]
            daemon.process.send_signal(signal.SIGHUP)
            while (word := await told()) == "WATCHDOG=1":
                pass
            assert word == "RELOADING=1"
            daemon.process.terminate()
            while (word := await told()) in {"READY=1", "WATCHDOG=1"}:
                pass
            assert word == "STOPPING=1"
            assert await daemon.ends(10) == 0


async def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    conditions: list[str] = []

    async def feed(one: Asked, _: asyncio.StreamWriter) -> bytes:
        conditions.append(one.headers.get("if-none-match", ""))
        return answer(status=304) if conditions[-1] else answer(NEWS, ETag='"one"')

    async with site(HOST, feed=feed, rare=answer(NEWS)) as here:
        configured(
            tmp_path,
            {"feed": here.url(), "every": "1s"},
            {"feed": here.url("/rare", "localhost"), "every": "1d"},
        )
        for _ in range(2):
            polls = len(conditions)
            async with running(tmp_path) as daemon:
                await here.until(lambda polls=polls: len(here.paths) > polls + 2)  # type: ignore[misc]
                daemon.process.terminate()
                assert await daemon.ends(10) == 0
    assert conditions[0] == ""
    assert set(conditions[1:]) == {'"one"'}
    with Ledger.open(tmp_path / "monitor.db", read_only=True) as ledger:
        assert ledger.count("documents") == 1
        assert ledger.alive_at() is not None


async def test_a_server_that_is_not_there_is_said_once_and_asked_less_and_less(tmp_path: Path) -> None:
    async with site(HOST, feed=answer(NEWS)) as here:
        configured(
            tmp_path,
            {"feed": "http://127.0.3.2:9/feed", "every": "1s", "name": "away"},
            {"feed": here.url(), "every": "1s"},
        )
        async with running(tmp_path) as daemon:
            await daemon.says("away: no connection to 127.0.3.2")
            await here.until(lambda: asked(here, "/feed") > 5)
            daemon.process.terminate()
            assert await daemon.ends(10) == 0
    assert daemon.log.count("away: ") == 1
    with Ledger.open(tmp_path / "monitor.db", read_only=True) as ledger:
        assert 1 < ledger.state("away").failures < 5


def _newer(database: Path) -> None:
    with contextlib.closing(sqlite3.connect(database)) as db:
        db.execute("PRAGMA user_version = 99")


def _damaged(database: Path) -> None:
    database.write_bytes(b"no database at all" * 1000)


@pytest.mark.parametrize(
    ("spoilt", "word"), [(_newer, "newer monitor"), (_damaged, "not a database")], ids=["newer", "damaged"]
)
async def test_a_ledger_that_cannot_be_used_is_one_line_and_an_exit_code(
    tmp_path: Path, spoilt: Callable[[Path], None], word: str
) -> None:
    configured(tmp_path)
    wire.open_ledger(tmp_path / "monitor.db").close()
    spoilt(tmp_path / "monitor.db")
    async with running(tmp_path) as daemon:
        assert await daemon.ends(40) not in {0, 70}
    assert word in daemon.log
    assert str(tmp_path / "monitor.db") in daemon.log
    assert "Traceback" not in daemon.log


async def test_a_ledger_has_one_daemon(tmp_path: Path) -> None:
    configured(tmp_path)
    with wire.open_ledger(tmp_path / "monitor.db", owner=True):
        async with running(tmp_path) as daemon:
            assert await daemon.ends(40) not in {0, 70}
    assert "another monitor runs on it" in daemon.log


KILLS = int(os.environ.get("MONITOR_KILLS", "20"))


async def test_killed_anywhere_in_its_first_pass_it_ends_where_an_undisturbed_one_does(
    tmp_path: Path,
) -> None:
    days = [
        rss(*((f"{n}-{day}", f"Alan Wake 2, take {day} of outlet {n}", f"Outlet {n} says that Alan Wake 2 will be released on October {day}, 2031.") for day in range(1, 16)))
        for n in range(4)
    ]  # fmt: skip
    async with site(HOST, **{f"feed{n}": answer(body) for n, body in enumerate(days)}) as here:
        sources = configured(
            tmp_path, *({"feed": here.url(f"/feed{n}"), "every": "1h"} for n in range(len(days)))
        )
        async with Nursery.open(sources, tmp_path / "killed.db") as nursery:
            for _ in range(KILLS):
                daemon = await nursery.start()
                await asyncio.sleep(random.uniform(0, 0.15))
                os.kill(daemon, signal.SIGKILL)
                await ended(daemon)
            daemon = await nursery.start()
            await until(lambda: _passed(tmp_path / "killed.db", len(days)), tmp_path)
            os.kill(daemon, signal.SIGTERM)
        with wire.open_ledger(tmp_path / "undisturbed.db") as ledger:
            runtime = await wire.build(sources, ledger, asyncio.Event())
            await wire.poll_now(runtime)
            await runtime.release()
    killed, undisturbed = _held(tmp_path / "killed.db"), _held(tmp_path / "undisturbed.db")
    assert len(killed["documents"]) == 15 * len(days)
    assert killed == undisturbed


def _passed(database: Path, count: int) -> bool:
    try:
        with Ledger.open(database, read_only=True) as ledger:
            states = [row.state for row in ledger.sources()]
    except SchemaVersionError:  # killed so early that not even its tables are made
        return False
    return len(states) == count and not any(state.baseline for state in states)


def _held(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return what stands in a ledger, but for when and in which order it was read."""
    with contextlib.closing(sqlite3.connect(database)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        return {
            "documents": db.execute("SELECT fingerprint, source, title FROM documents ORDER BY 1").fetchall(),
            "observations": db.execute(
                'SELECT title, event, status, "when", quote, source FROM claim_log ORDER BY 1, 2, 3, 4, 5, 6'
            ).fetchall(),
            "standings": db.execute(
                'SELECT title, event, scope, status, "when", certainty FROM standings ORDER BY 1, 2, 3'
            ).fetchall(),
            "deliveries": db.execute("SELECT count(*) FROM deliveries").fetchall(),
        }
