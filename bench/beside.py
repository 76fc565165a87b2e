"""The daemon alone, and while ten people read its ledger on the page: polls a second, and how long its commits take.

    .venv/bin/python bench/beside.py LEDGER.db      the ledger that `bench/serving.py` makes; it is copied

The daemon is the one of `monitor run`, with 200 made-up feeds on loopback hosts, each polled every 3 s; every 2 s a tenth of
them get an entry. A person opens one page after another, with 1 to 3 s between them. Each half takes 30 s.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.ledgers import titles
from bench.polling import served, url
from bench.texts import WORKS

PEOPLE = 10
SECONDS = 30.0
_FEEDS = 200
_HOSTS = 50
_NOWHERE = Path("/nonexistent")
_STEP_SECONDS = 2.0
_STARTS_SECONDS = 240.0


def run(ledger: Path, people: int = PEOPLE, seconds: float = SECONDS) -> tuple[float, float]:
    """Measure and print; return what part of its polls the daemon still makes, and how many times as long its slowest commits take."""
    with tempfile.TemporaryDirectory(prefix="monitor-bench-", dir=ledger.parent) as name:
        folder = Path(name)
        with (
            contextlib.closing(sqlite3.connect(ledger)) as kept,
            contextlib.closing(sqlite3.connect(folder / "monitor.db")) as copy,
        ):
            kept.backup(copy)
        with served(_NOWHERE, _FEEDS, _HOSTS) as port, stepping(port):
            configure(folder, [url(number, port, _HOSTS) for number in range(_FEEDS)])
            with daemon(folder) as ask:
                settle(ask)
                with page(folder / "monitor.db", folder / "sources.yaml") as (address, _):
                    ask()
                    time.sleep(seconds)
                    alone = ask()
                    with reading(address, people) as pages:
                        time.sleep(seconds)
                        beside = ask()
    for what, found in (("alone", alone), (f"while {people} people read", beside)):
        print(
            f"daemon {what}: {found['polls'] / found['seconds']:.1f} polls/s, {found['commits']} commits, median {found['median']:.2f} ms,"
            f" p99 {found['p99']:.2f} ms, {found['cpu'] / found['seconds'] * 100:.0f} % of a core",
            flush=True,
        )
    print(f"  the people opened {len(pages)} pages", flush=True)
    share = beside["polls"] / beside["seconds"] / (alone["polls"] / alone["seconds"])
    return share, beside["p99"] / alone["p99"]


def settle(ask: Callable[[], dict[str, Any]]) -> None:
    """Wait until every feed was read once, and a while longer: the rest of a start is done then."""
    polls = 0
    for _ in range(int(_STARTS_SECONDS / _STEP_SECONDS)):
        time.sleep(_STEP_SECONDS)
        polls += ask()["polls"]
        if polls >= 2 * _FEEDS:
            return
    raise SystemExit(f"the daemon made {polls} polls in {_STARTS_SECONDS:.0f} s")


def configure(folder: Path, feeds: list[str]) -> None:
    watch = [{"title": work.title} for work in WORKS] + [{"title": title} for title in titles(2_000)]
    sources = [{"feed": feed, "every": "3s", "allow_private": True, "pause": "0s"} for feed in feeds]
    written = {"watch": watch, "sources": sources, "channels": [{"file": str(folder / "alerts.jsonl")}]}
    (folder / "sources.yaml").write_text(json.dumps(written), encoding="utf-8")


@contextlib.contextmanager
def stepping(port: int) -> Iterator[None]:
    """Give feeds new entries while the block runs."""
    over = threading.Event()

    def step() -> None:
        while not over.wait(_STEP_SECONDS):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/step", timeout=10).close()

    thread = threading.Thread(target=step)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextlib.contextmanager
def daemon(folder: Path) -> Iterator[Any]:
    """Run a daemon in a process of its own; what is given asks it what it did since it was asked last."""
    command = [sys.executable, __file__, "--daemon", str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ask() -> dict[str, Any]:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write("now\n")
            process.stdin.flush()
            found: dict[str, Any] = json.loads(process.stdout.readline())
            return found

        try:
            ask()
            yield ask
        finally:
            process.terminate()


@contextlib.contextmanager
def page(ledger: Path, config: Path) -> Iterator[tuple[str, int]]:
    """Serve the page in a process of its own; gives its address and the process."""
    command = [sys.executable, "-m", "monitor", "serve", "--bind", "127.0.0.1:0"]
    command += ["--db", str(ledger), "--config", str(config)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield re.findall(r"http://[\d.:]+", process.stdout.readline())[0], process.pid
        finally:
            process.terminate()


@contextlib.contextmanager
def reading(address: str, people: int) -> Iterator[list[str]]:
    """Have so many people read while the block runs; gives the pages that they opened."""
    opened: list[str] = []
    over = threading.Event()
    words = [title.split()[0] for title in titles(2_000)]

    def read(number: int) -> None:
        chosen = random.Random(number)
        known = ["/", "/review", "/changes"]
        while not over.wait(chosen.uniform(1, 3)):
            path = chosen.choice([*known, f"/search?q={urllib.parse.quote(chosen.choice(words))}"])
            with urllib.request.urlopen(f"{address}{path}", timeout=30) as answer:  # noqa: S310 - our own page
                text = answer.read().decode()
            opened.append(path)
            found = re.findall(r'href="(/(?:works|claims|changes)/[^"?]+)"', text)
            known = ["/", "/review", *chosen.sample(found, min(4, len(found)))]

    threads = [threading.Thread(target=read, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    try:
        yield opened
    finally:
        over.set()
        for thread in threads:
            thread.join()


async def serve_daemon(folder: Path) -> None:
    """Run the daemon, and answer each line of standard input with what it did since the last."""
    from monitor import wire  # noqa: PLC0415 - of the other process
    from monitor.daemon import Daemon  # noqa: PLC0415 - as above

    commits: list[float] = []
    polls = [0]
    time_commits(commits)

    def polled(_: object) -> None:
        polls[0] += 1

    def answer() -> None:
        since, used = time.perf_counter(), time.process_time()
        while sys.stdin.readline():
            taken, count = commits[:], polls[0]
            commits.clear()
            polls[0] = 0
            now, cpu = time.perf_counter(), time.process_time()
            taken = sorted(taken) or [0.0]
            found = {
                "seconds": now - since,
                "polls": count,
                "commits": len(taken),
                "median": taken[len(taken) // 2],
                "p99": taken[min(len(taken) - 1, int(len(taken) * 0.99))],
                "cpu": cpu - used,
            }
            since, used = now, cpu
            print(json.dumps(found), flush=True)

    threading.Thread(target=answer, daemon=True).start()
    with wire.open_ledger(folder / "monitor.db", owner=True) as ledger:
        await Daemon(
            lambda deliver, stopping: wire.build(
                folder / "sources.yaml", ledger, deliver, stopping, on_poll=polled
            )
        ).run()


def time_commits(into: list[float]) -> None:
    """Add the milliseconds that each commit takes to `into`."""
    from monitor.ledger.sqlite.connection import Connection  # noqa: PLC0415 - of the other process

    plain = Connection.transaction

    @contextlib.contextmanager
    def timed(self: Connection, *, durable: bool = False) -> Iterator[None]:
        ended = 0.0
        with plain(self, durable=durable):
            yield
            ended = time.perf_counter()
        into.append((time.perf_counter() - ended) * 1000)

    Connection.transaction = timed  # type: ignore[method-assign]


if __name__ == "__main__":
    if sys.argv[1] == "--daemon":
        asyncio.run(serve_daemon(Path(sys.argv[2])))
    else:
        polls_kept, commits_times = run(Path(sys.argv[1]))
        print(
            f"polls: {polls_kept:.1%} of alone (bar 95 %); commits: p99 {commits_times:.2f} times alone (bar 2)"
        )
