"""`monitor poll` as a person runs it, on an outlet of this machine."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.ledger import Ledger
from monitor.model import DeliveryState
from tests.builders import NOW
from tests.cli.conftest import Run
from tests.fakes import rss
from tests.fakes_fetch import Site, answer, site

HOST = "127.0.4.9"
NEWS = rss(
    ("1", "Alan Wake 2", "Northlight confirmed that Alan Wake 2 will be released on October 17, 2031.")
)


@contextmanager
def outlet(**routes: Any) -> Iterator[Site]:
    """Serve beside the test, whose thread the command takes."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    opened = site(HOST, **routes)
    try:
        yield asyncio.run_coroutine_threadsafe(opened.__aenter__(), loop).result(10)
    finally:
        asyncio.run_coroutine_threadsafe(opened.__aexit__(None, None, None), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def configure(folder: Path, *sources: dict[str, Any], **rest: Any) -> None:
    common = {"pause": "0s", "allow_private": True, "obey_robots": False}
    config = {"watch": ["Alan Wake 2"], "sources": [common | source for source in sources], **rest}
    (folder / "sources.yaml").write_text(json.dumps(config), encoding="utf-8")


def test_a_bug_at_a_source_fails_the_poll_and_is_not_gone_for_good(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> Any:
        raise ValueError("'address' does not appear to be an IPv4 or IPv6 address")

    with outlet(feed=answer(NEWS)) as here:
        configure(tmp_path, {"feed": here.url(), "name": "outlet", "every": "1h"})
        with monkeypatch.context() as patched:
            patched.setattr("monitor.workers.pool.WorkerPool.read", broken)
            ran = run("poll", "--db", tmp_path / "monitor.db")
            assert ran.code == 1
            assert "outlet: a bug of ours ended its poll (ValueError)" in ran.err
            assert "Traceback" not in ran.out + ran.err
            assert "gone for good" not in ran.out
            assert "1 source polled" in ran.out
            patched.setattr("monitor.cycle.Cycle.settle", broken)
            lost = run("poll", "--db", tmp_path / "monitor.db")
            assert (lost.code, "gone for good" in lost.out) == (1, False)
            assert "outlet: a bug of ours" in lost.err
        (row,) = run("sources", "--db", tmp_path / "monitor.db", "--format", "json").rows
        assert row["state"] == "bug"
        assert "ValueError" in row["error"]
        assert "does not appear" in run("sources", "--bugs", "--db", tmp_path / "monitor.db").out
        assert run("poll", "--db", tmp_path / "monitor.db").code == 0
        (row,) = run("sources", "--db", tmp_path / "monitor.db", "--format", "json").rows
        assert row["state"] == "ok"


def test_what_a_daemon_will_send_a_poll_by_hand_does_not(run: Run, tmp_path: Path) -> None:
    moved = rss(
        ("2", "Alan Wake 2", "Northlight has delayed Alan Wake 2 from October 17, 2031 to October 27, 2031."),
        published=NOW + timedelta(days=1),
    )
    database, alerts = tmp_path / "monitor.db", tmp_path / "alerts.jsonl"
    with outlet(feed=answer(NEWS)) as here:
        configure(tmp_path, {"feed": here.url(), "name": "outlet"}, channels=[{"file": str(alerts)}])
        assert run("poll", "--db", database).code == 0
        here.routes["/feed"] = answer(moved)
        with Ledger.open(database, checkpoint=True) as daemon:
            assert "1 change" in run("poll", "--db", database).out
            (waiting,) = daemon.deliveries()
            assert waiting.state == DeliveryState.PENDING
            assert not alerts.exists()
        assert run("poll", "--db", database).code == 0
    assert len(alerts.read_text(encoding="utf-8").splitlines()) == 1


def test_sixteen_sources_without_a_network_are_one_line(run: Run, tmp_path: Path) -> None:
    configure(tmp_path, *({"feed": f"http://127.0.5.{number}:1/feed"} for number in range(1, 17)))
    ran = run("poll", "--db", tmp_path / "monitor.db")
    assert ran.code == 1
    (line,) = ran.err.splitlines()
    assert "none of 16 sources can be reached (no connection to 127.0.5." in line
    assert "Connection refused" in line
    assert "Errno" not in line
    assert "16 failed" in ran.out
