"""Polling beside `reader` (PyPI) on the same feeds in one run, and what ten thousand sources cost.

    polling.py [--shared DIR] [--feeds 1000] [--only first,memory,slow]

The feeds are SHARED/eval/feedserver.py's where that is there, else made up (bench/feeds.py), and all are made before anything is
measured. Every measure runs in a process of its own with a fresh database, through the parts that `monitor run` is made of;
everything read is recorded and read for claims of twenty works. Of what takes seconds the median of five runs counts. Each bar is
printed with its figure.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from operator import truediv
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.texts import WORKS

_HOSTS = 50
_MANY = 10_000
_FAST = 200
_LIMIT_SECONDS = 420.0
# Ours takes seconds, in which the speed of a shared machine wanders; the median of some, before and after reader's long run.
_TIMES = 5
_BEFORE = 3
_TURNS = 16


def run(shared: Path, feeds: int = 1000, only: tuple[str, ...] = ("first", "memory", "slow")) -> None:
    """Measure and print; every measure ends within seven minutes, whatever hangs."""
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as name:
        folder = Path(name)
        if "first" in only:
            with served(shared, feeds, _HOSTS) as port:
                urls = [url(n, port, _HOSTS) for n in range(feeds)]
                ours = [measured("ours", folder / f"ours{n}", urls) for n in range(_BEFORE)]
                theirs = measured("reader", folder / "reader", urls)
                ours += [measured("ours", folder / f"ours{n}", urls) for n in range(_BEFORE, _TIMES)]
            report_passes(feeds, ours, theirs)
        if "memory" in only:
            hosts = 250
            with served(shared, feeds, hosts) as port:
                urls = [f"{url(n % feeds, port, hosts)}?source={n}" for n in range(_MANY)]
                report_many(measured("many", folder / "many", urls))
        if "slow" in only:
            with served(shared, feeds, _HOSTS) as port, served(shared, 20, 1, delay=2.0) as slow_port:
                # The slow one is 127.0.0.1, whose other feeds would rightly wait for it.
                urls = [url(n, port, _HOSTS) for n in range(feeds) if n % _HOSTS][:_FAST]
                slow = [url(n, slow_port, 1) for n in range(20)]
                report_slow(measured("slow", folder / "slow", urls, slow))


def report_passes(feeds: int, runs: list[dict[str, float]], theirs: dict[str, float]) -> None:
    ours = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
    for name, key in (("monitor", ours), ("reader", theirs)):
        print(
            f"{name:8} first pass {feeds / key['first']:7.1f} feeds/s ({1000 * key['first_cpu'] / feeds:6.2f} ms CPU a feed), "
            f"unchanged {feeds / key['unchanged']:7.1f} feeds/s ({1000 * key['unchanged_cpu'] / feeds:5.2f} ms CPU), "
            f"{key['rss']:.0f} MB RSS, {key['pss']:.0f} MB PSS"
        )
    each = ", ".join(f"{feeds / run['first']:.1f}" for run in runs)
    print(
        f"{'':8} {ours['documents']:.0f} documents, {ours['claims']:.0f} claims; first passes {each} feeds/s"
    )
    bar("first pass, times reader", theirs["first"] / ours["first"], 12, "x", least=True)
    bar("all unchanged, times reader", theirs["unchanged"] / ours["unchanged"], 4, "x", least=True)
    bar("CPU of an unchanged poll", 1000 * ours["unchanged_cpu"] / feeds, 1, "ms")


def report_many(found: dict[str, float]) -> None:
    print(
        f"{_MANY} sources: built in {found['build']:.1f} s, polled once in {found['first']:.1f} s, "
        f"{found['rss']:.0f} MB RSS summed, {found['pss']:.0f} MB with shared pages counted once (PSS)"
    )
    bar(f"memory with {_MANY} sources polled once, RSS", found["rss"], 250, "MB")
    bar("one tick, none due", found["tick"], 5, "ms")


def report_slow(found: dict[str, float]) -> None:
    bar("what a slow host costs the fast ones", 100 * found["lost"], 5, "%")


def bar(what: str, figure: float, target: float, unit: str, *, least: bool = False) -> None:
    held = figure >= target if least else figure <= target
    print(
        f"  {what:48} {figure:8.2f} {unit:3} ({'at least' if least else 'at most'} {target:g}): {'held' if held else 'MISSED'}",
        flush=True,
    )


def url(number: int, port: int, hosts: int) -> str:
    return f"http://127.0.0.{1 + number % hosts}:{port}/feed/{number}.xml"


@contextlib.contextmanager
def served(shared: Path, feeds: int, hosts: int, delay: float = 0.0) -> Iterator[int]:
    """Serve feeds from a process of its own; gives its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    archive = shared / "corpora" / "replay-2023-h1.jsonl.gz"
    program = shared / "eval" / "feedserver.py"
    command = (
        [str(program), "--entries", str(archive)]
        if program.exists() and archive.exists()
        else [str(Path(__file__).with_name("feeds.py"))]
    )
    command += ["--port", str(port), "--hosts", str(hosts), "--feeds", str(feeds), "--delay", str(delay)]
    server = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        said = server.stdout.readline()
        if not said.startswith(f"{feeds} feeds"):
            raise SystemExit(f"the feed server did not start: {said!r}")
        _warm(feeds, port)
        yield port
    finally:
        server.kill()
        server.wait()


def _warm(feeds: int, port: int) -> None:
    """Have the server make every feed, which it keeps: whoever is measured first does not wait for that."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.closing(connection):
        for number in range(feeds):
            connection.request("GET", f"/feed/{number}.xml")
            connection.getresponse().read()


def measured(what: str, folder: Path, *arguments: Any) -> dict[str, float]:
    """Run the measure `what` in a process of its own."""
    folder.mkdir()
    command = [sys.executable, __file__, "--measure", what, str(folder)]
    done = subprocess.run(
        command,
        input=json.dumps(arguments),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=_LIMIT_SECONDS,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


class Meter:
    """Wall time and the CPU time of this process and all below it, from one call to the next."""

    def __init__(self) -> None:
        self._at = self._cpu = 0.0
        self()

    def __call__(self) -> tuple[float, float]:
        at, cpu = time.perf_counter(), sum(map(cpu_seconds, family()))
        past = at - self._at, cpu - self._cpu
        self._at, self._cpu = at, cpu
        return past


def family(oldest: int | None = None) -> list[int]:
    """Return the process `oldest`, this one where none is given, and all below it."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)] = int(stat[1])
    found = [oldest or os.getpid()]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def queued_seconds(pids: Sequence[int]) -> float:
    """Return how long processes have waited for a core, which is what else runs on the machine and nothing of theirs."""
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) for pid in pids) / 1e9


def cpu_seconds(pid: int) -> float:
    try:
        stat = Path(f"/proc/{pid}/schedstat").read_text().split()
    except OSError:
        return 0.0
    return _cpu_of_threads(pid) if len(list(Path(f"/proc/{pid}/task").iterdir())) > 1 else int(stat[0]) / 1e9


def _cpu_of_threads(pid: int) -> float:
    ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")


def memory() -> dict[str, float]:
    """Return MB of this process and all below it: RSS summed, and with shared pages counted once."""
    found = {"rss": 0.0, "pss": 0.0}
    for pid in family():
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                name, _, value = line.partition(":")
                if name.lower() in found:
                    found[name.lower()] += int(value.split()[0]) / 1024
    return found


def _config(folder: Path, urls: list[str], every: str = "1d") -> Path:
    config = folder / "sources.yaml"
    sources = [{"feed": url, "every": every, "allow_private": True, "pause": "0s"} for url in urls]
    config.write_text(
        json.dumps({"watch": [{"title": work.title} for work in WORKS], "sources": sources}), encoding="utf-8"
    )
    return config


async def ours(folder: Path, urls: list[str]) -> dict[str, float]:
    from monitor import wire  # noqa: PLC0415 - measured with the rest

    with wire.open_ledger(folder / "monitor.db", owner=True) as ledger:
        house = await wire.build(_config(folder, urls), ledger, asyncio.Event())
        try:
            meter = Meter()
            polled = await wire.poll_now(house)
            first, first_cpu = meter()
            assert not any(each.error for each in polled), next(each.error for each in polled if each.error)
            passes = []
            for _ in range(3):
                meter()
                again = await wire.poll_now(house)
                passes.append(meter())
                assert not any(each.error or each.new for each in again)
            unchanged, unchanged_cpu = sorted(passes)[1]
            return {
                "first": first,
                "first_cpu": first_cpu,
                "unchanged": unchanged,
                "unchanged_cpu": unchanged_cpu,
                "documents": sum(each.new for each in polled),
                "claims": sum(each.claims for each in polled),
                **memory(),
            }
        finally:
            await house.release()


async def many(folder: Path, urls: list[str]) -> dict[str, float]:
    from monitor import wire  # noqa: PLC0415 - measured with the rest

    with wire.open_ledger(folder / "monitor.db", owner=True) as ledger:
        meter = Meter()
        house = await wire.build(_config(folder, urls), ledger, asyncio.Event())
        try:
            build, _ = meter()
            # As the daemon does it, and not `poll_now`, which keeps every outcome for its caller.
            meter()
            await house.polls.start_due()
            await house.polls.idle()
            first, _ = meter()
            failed = ledger.value("select count(*) from sources where last_result <> 'read'")
            assert not failed, f"{failed} of the polls failed"
            found = memory()
            ticks = []
            for _ in range(21):
                began = time.perf_counter()
                await house.polls.start_due()
                ticks.append(1000 * (time.perf_counter() - began))
            return {"build": build, "first": first, "tick": statistics.median(ticks), **found}
        finally:
            await house.release()


async def slow(folder: Path, urls: list[str], slow_urls: list[str]) -> dict[str, float]:
    """Unchanged polls of the fast ones, in turns alone and beside a host that takes 2 s an answer; time spent waiting for a core is left out."""
    from monitor import wire  # noqa: PLC0415 - measured with the rest

    with wire.open_ledger(folder / "monitor.db", owner=True) as ledger:
        house = await wire.build(_config(folder, urls + slow_urls), ledger, asyncio.Event())
        names = [source.name for source in house.config.sources if source.url in set(urls)]
        slow_names = [source.name for source in house.config.sources if source.url in set(slow_urls)]

        everybody: list[int] = []

        async def passed(others: list[str], rounds: int = 5) -> float:
            beside = asyncio.create_task(wire.poll_now(house, others)) if others else None
            began = time.perf_counter() - queued_seconds(everybody)
            for _ in range(rounds):
                await wire.poll_now(house, names)
            took = time.perf_counter() - queued_seconds(everybody) - began
            if beside is not None:
                await beside
            return took

        try:
            await passed([], 1)
            # Five answers of 2 s each last longer than the passes of the others.
            everybody += family(os.getppid())
            alone: list[float] = []
            beside: list[float] = []
            for _ in range(_TURNS):
                alone.append(await passed([]))
                beside.append(await passed(slow_names[:5]))
        finally:
            await house.release()
    return {"lost": statistics.median(map(truediv, beside, alone)) - 1}


def reader(folder: Path, urls: list[str]) -> dict[str, float]:
    import feedparser_sgmllib  # noqa: PLC0415 - measured with the rest

    # The feedparser inside reader asks for it by its old name, which the feedparser of today no longer installs.
    sys.modules["sgmllib"] = feedparser_sgmllib
    from reader import make_reader  # noqa: PLC0415 - as above

    with contextlib.closing(make_reader(str(folder / "reader.db"))) as store:
        for each in urls:
            store.add_feed(each)
        meter = Meter()
        store.update_feeds(scheduled=False, workers=20)
        first, first_cpu = meter()
        assert store.get_feed_counts().broken == 0
        passes = []
        for _ in range(3):
            meter()
            store.update_feeds(scheduled=False, workers=20)
            passes.append(meter())
        unchanged, unchanged_cpu = sorted(passes)[1]
    return {
        "first": first,
        "first_cpu": first_cpu,
        "unchanged": unchanged,
        "unchanged_cpu": unchanged_cpu,
        **memory(),
    }


_MEASURES: dict[str, Callable[..., Any]] = {"ours": ours, "many": many, "slow": slow, "reader": reader}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--only", default="first,memory,slow")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        what, folder = arguments.measure
        found = _MEASURES[what](Path(folder), *json.load(sys.stdin))
        print(json.dumps(asyncio.run(found) if asyncio.iscoroutine(found) else found))
        return 0
    run(arguments.shared, arguments.feeds, tuple(arguments.only.split(",")))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
