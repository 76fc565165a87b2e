"""Replay of an archive: how long it takes, and that order, repeats and kills leave the same ledger."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from monitor import replay
from monitor.cli import main
from tests.archive import archive, as_lines, watch_list

KILLS = 200
PROGRAM = Path(sys.executable).with_name("monitor")
# What two orders of the same hour may differ in: the ids of rows.
_BELIEVED = (
    'SELECT title, instalment, event, scope, status, "when", certainty, since, origins, rivals, disputed, overdue, told, times'
    " FROM standings ORDER BY title, event, ifnull(instalment, ''), scope"
)


def run(shared: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        at = Path(folder)
        kills(at)
        real = shared / "corpora" / "replay-2023-h1.jsonl.gz"
        if real.exists():
            gold = shared / "corpora" / "timeline-dev.jsonl"
            works = at / "works.yaml"
            works.write_bytes(
                subprocess.run(
                    [sys.executable, shared / "eval" / "works_yaml.py", gold],
                    check=True,
                    stdout=subprocess.PIPE,
                ).stdout
            )
            orders(at, real, works)


def orders(at: Path, real: Path, works: Path) -> None:
    """Replay the half-year as it is, with each hour shuffled, and with each document twice."""
    with gzip.open(real, "rt", encoding="utf-8") as packed:
        lines = packed.readlines()
    chance = random.Random(1)
    hours = [json.loads(line)["published"][:13] for line in lines]
    shuffled = [
        line
        for _, _, line in sorted(
            (hour, chance.random(), line) for hour, line in zip(hours, lines, strict=True)
        )
    ]
    twice = [line for line in lines for _ in range(2)]
    plain = None
    for name, those in (("as it is", lines), ("hours shuffled", shuffled), ("delivered twice", twice)):
        database, alerts, seconds, cpu = replayed(at, name.replace(" ", "-"), those, works)
        found = (believed(database), told(alerts))
        plain = plain or found
        verdict = (
            ""
            if plain is found
            else f"; same standings {found[0] == plain[0]}, same alerts {found[1] == plain[1]}"
        )
        print(
            f"{name:16} {len(those):7} documents  {seconds:6.1f} s  {cpu:6.1f} s of one core  {len(found[0])} standings, "
            f"{len(found[1])} alerts{verdict}",
            flush=True,
        )


def replayed(at: Path, name: str, lines: Iterable[str], works: Path) -> tuple[Path, Path, float, float]:
    file, database, alerts = at / f"{name}.jsonl", at / f"{name}.db", at / f"{name}.alerts"
    file.write_text("".join(lines), encoding="utf-8")
    start, before = time.perf_counter(), os.times()
    command = [PROGRAM, "replay", file, "--config", works, "--db", database, "--alerts", alerts]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return database, alerts, time.perf_counter() - start, cpu


def believed(database: Path) -> list[Any]:
    with closing(sqlite3.connect(database)) as found:
        return found.execute(_BELIEVED).fetchall()


def told(alerts: Path) -> list[str]:
    return sorted(alerts.read_text(encoding="utf-8").splitlines())


def kills(at: Path) -> None:
    """Kill a replay of a made-up archive again and again, and compare with an undisturbed one, row by row."""
    documents = archive(documents=4000)
    file, works = as_lines(documents, at / "in.jsonl"), watch_list(at / "works.yaml")

    def work(name: str) -> None:
        replay.BATCH = 20
        arguments = [
            "replay",
            file,
            "--config",
            works,
            "--db",
            at / f"{name}.db",
            "--alerts",
            at / f"{name}.alerts",
        ]
        assert main([str(argument) for argument in arguments]) == 0

    ended(lambda: work("undisturbed"), None)
    chance = random.Random()
    in_time = sum(ended(lambda: work("killed"), chance.uniform(0.05, 0.6)) for _ in range(KILLS))
    ended(lambda: work("killed"), None)
    same = contents(at / "killed.db") == contents(at / "undisturbed.db")
    alerts = (at / "killed.alerts").read_bytes() == (at / "undisturbed.alerts").read_bytes()
    print(
        f"kill -9 {KILLS} times ({in_time} before the end) in {len(documents)} documents: "
        f"the same ledger {same}, the same alerts {alerts} ({len(told(at / 'killed.alerts'))})",
        flush=True,
    )


def ended(work: Callable[[], None], after: float | None) -> bool:
    """Run `work` in a process of its own, killed `after` so many seconds; tells whether that was in time."""
    process = os.fork()
    if not process:
        status = 1
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            work()
            status = 0
        finally:
            os._exit(status)
    if after is not None:
        time.sleep(after)
        os.kill(process, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(process, 0)[1])


def contents(database: Path) -> dict[str, Sequence[Any]]:
    with closing(sqlite3.connect(database)) as found:
        assert found.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        names = found.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND instr(name, 'sqlite_') = 0"
        ).fetchall()
        return {name: sorted(found.execute(f'SELECT * FROM "{name}"'), key=repr) for (name,) in names}
