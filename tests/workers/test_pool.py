from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

import monitor.workers.pool
from monitor.errors import ParseError
from monitor.extract.adjustment import Adjustment
from monitor.extract.scoring import UNIT
from monitor.model import Event, ExtractedBody, Fetched, Validators
from monitor.workers.pool import WorkerPool
from monitor.workers.worker import warm_up
from tests.builders import NOW, source, work
from tests.fakes import rss
from tests.waiting import ended, until_ended

BODY = rss(("1", "Alan Wake 2", "Remedy confirmed that Alan Wake 2 launches on October 17, 2023."))


def fetched(body: bytes = BODY) -> Fetched:
    return Fetched(url="https://news.example/feed.xml", body=body, validators=Validators())


async def test_a_body_is_read_in_another_process() -> None:
    reader = WorkerPool([work()])
    try:
        read = await reader.read(fetched(), source(), NOW)
        assert [str(claim.when) for reading in read.with_claims for claim in reading.claims] == ["2023-10-17"]
        with pytest.raises(ParseError, match="is not a feed"):
            await reader.read(fetched(b"nothing"), source(), NOW)
    finally:
        reader.close()


async def test_the_processes_read_with_the_adjustment_of_the_installation() -> None:
    adjustment = Adjustment({f"source {source().name}": -UNIT})
    reader = WorkerPool([work()], adjustment=adjustment)
    try:
        (reading,) = (await reader.read(fetched(), source(), NOW)).with_claims
        assert reading.reader.endswith(f" adjusted {adjustment.version}")
        assert reading.claims[0].rules[-1] == "− your verdicts: 1.0"
    finally:
        reader.close()


async def test_a_body_that_takes_too_long_is_given_up_and_what_waited_behind_it_is_read() -> None:
    reader = WorkerPool([work()])
    try:
        await reader.read(fetched(), source(), NOW)
        os.kill(reader.processes[0], signal.SIGSTOP)
        reader.limit = 0.1
        slow = asyncio.create_task(reader.read(fetched(), source(), NOW))
        behind = asyncio.create_task(reader.read(fetched(), source(), NOW))
        with pytest.raises(ParseError, match="longer than"):
            await slow
        reader.limit = 60
        assert (await behind).with_claims
    finally:
        reader.close()


async def test_a_body_that_ends_its_process_is_given_up_and_what_waited_behind_it_is_read() -> None:
    reader = WorkerPool([work()])
    try:
        await reader.read(fetched(), source(), NOW)
        process = reader.processes[0]
        os.kill(process, signal.SIGSTOP)
        reading = [asyncio.create_task(reader.read(fetched(), source(), NOW)) for _ in range(3)]
        await asyncio.sleep(0)
        os.kill(process, signal.SIGKILL)
        with pytest.raises(ParseError, match="ended the reader"):
            await reading[0]
        assert all([(await each).with_claims for each in reading[1:]])
        assert process not in reader.processes
    finally:
        reader.close()


async def test_answers_go_to_those_who_asked_whatever_process_gave_them() -> None:
    reader = WorkerPool([work()], workers=2)
    bodies = [
        rss((str(n), f"Number {n}", "Nothing of note."), published=NOW - timedelta(n)) for n in range(1, 41)
    ]
    try:
        found = await asyncio.gather(*(reader.read(fetched(body), source(), NOW) for body in bodies))
        assert [read.published for read in found] == [{NOW - timedelta(n)} for n in range(1, 41)]
        assert len(reader.processes) == 2
    finally:
        reader.close()


@pytest.fixture
async def pair() -> AsyncIterator[WorkerPool]:
    """A reader of two processes: the one that was started and its copy."""
    reader = WorkerPool([work()], workers=2)
    try:
        await asyncio.gather(*(reader.read(fetched(), source(), NOW) for _ in range(8)))
        assert len(reader.processes) == 2
        yield reader
    finally:
        reader.close()


async def test_what_all_processes_need_is_loaded_once(pair: WorkerPool) -> None:
    started, copy = pair.processes
    assert _parent(copy) == started


def test_the_rehearsal_loads_what_claims_need() -> None:
    assert {claim.event for reading in warm_up().with_claims for claim in reading.claims} == {
        Event.RELEASE,
        Event.TRAILER,
    }


@pytest.mark.parametrize("index", [0, 1])
async def test_a_process_goes_on_without_the_one_that_it_is_a_copy_of_or_that_is_a_copy_of_it(
    pair: WorkerPool, index: int
) -> None:
    before = pair.processes
    os.kill(before[index], signal.SIGKILL)
    await ended(before[index])
    async with asyncio.timeout(20):
        while before[index] in pair.processes:  # noqa: ASYNC110 - the pool hears of it in its turn
            await asyncio.sleep(0)
    assert pair.processes == [before[1 - index]]
    assert (await pair.read(fetched(), source(), NOW)).with_claims
    found = await asyncio.gather(*(pair.read(fetched(), source(), NOW) for _ in range(8)))
    assert all(read.with_claims for read in found)
    assert len(pair.processes) == 2


async def test_a_copy_that_takes_too_long_is_ended(pair: WorkerPool) -> None:
    _, copy = before = pair.processes
    for process in before:
        os.kill(process, signal.SIGSTOP)
    pair.limit = 0.1
    slow = [asyncio.create_task(pair.read(fetched(), source(), NOW)) for _ in range(2)]
    for each in slow:
        with pytest.raises(ParseError, match="longer than"):
            await each
    pair.limit = 60
    assert (await pair.read(fetched(), source(), NOW)).with_claims
    assert not set(before) & set(pair.processes)
    until_ended(copy)


@pytest.mark.parametrize("index", [0, 1])
async def test_a_process_that_ended_unseen_takes_nobody_along(pair: WorkerPool, index: int) -> None:
    reading = [asyncio.create_task(pair.read(fetched(), source(), NOW)) for _ in range(8)]
    await asyncio.sleep(0)
    killed = pair.processes[index]
    os.kill(killed, signal.SIGKILL)
    until_ended(killed)  # the event loop is busy with a commit
    async with asyncio.timeout(30):
        found = await asyncio.gather(*reading, return_exceptions=True)
    assert sum(isinstance(each, ParseError) for each in found) <= 1
    assert sum(isinstance(each, ExtractedBody) for each in found) >= 7


async def test_a_reader_whose_process_ended_unseen_is_closed(pair: WorkerPool) -> None:
    other, ended_ = pair.processes
    os.kill(ended_, signal.SIGKILL)
    until_ended(ended_)  # as above
    pair.close()
    until_ended(other)


async def test_what_waits_behind_a_slow_body_is_read_by_others(
    pair: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitor.workers.pool, "SLOW_SECONDS", 0.1)
    stopped = pair.processes[0]
    os.kill(stopped, signal.SIGSTOP)
    reading = [asyncio.create_task(pair.read(fetched(), source(), NOW)) for _ in range(12)]
    async with asyncio.timeout(30):
        pending = set(reading)
        while len(pending) > 1:
            _, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
    os.kill(stopped, signal.SIGCONT)
    assert all(read.with_claims for read in await asyncio.gather(*reading))
    assert stopped in pair.processes


async def test_where_no_copy_can_be_made_one_process_reads_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitor.workers.pool.WorkerProcess, "begin_copy", lambda *_: None)
    reader = WorkerPool([work()], workers=2)
    try:
        found = await asyncio.gather(*(reader.read(fetched(), source(), NOW) for _ in range(9)))
        assert [bool(read.with_claims) for read in found] == [True] * 9
    finally:
        reader.close()


async def test_where_no_process_can_be_started_each_body_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = WorkerPool([work()], workers=2)
    monkeypatch.setattr(sys, "executable", "/nonexistent")
    before = _open_files()
    refused = await asyncio.gather(
        *(reader.read(fetched(), source(), NOW) for _ in range(3)), return_exceptions=True
    )
    assert [str(error) for error in refused] == [
        "https://news.example/feed.xml: no process can be started to read it (No such file or directory); it is left out this time"
    ] * 3
    assert _open_files() == before
    monkeypatch.undo()
    assert (await reader.read(fetched(), source(), NOW)).with_claims
    monkeypatch.setattr(sys, "executable", "/nonexistent")
    found = await asyncio.gather(*(reader.read(fetched(), source(), NOW) for _ in range(9)))
    assert all(read.with_claims for read in found), "one process is enough"
    reader.close()


def _open_files() -> int:
    return len([*Path("/proc/self/fd").iterdir()])


async def test_a_closed_reader_leaves_no_process(pair: WorkerPool) -> None:
    before = pair.processes
    pair.close()
    for process in before:
        until_ended(process)


async def test_a_process_that_ends_before_it_is_copied_is_blamed_on_few_bodies() -> None:
    reader = WorkerPool([work()], workers=2)
    try:
        reading = [asyncio.create_task(reader.read(fetched(), source(), NOW)) for _ in range(9)]
        await asyncio.sleep(0)
        os.kill(reader.processes[0], signal.SIGKILL)
        found = await asyncio.gather(*reading, return_exceptions=True)
        assert sum(isinstance(each, ParseError) for each in found) <= 2
        assert sum(isinstance(each, ExtractedBody) and bool(each.with_claims) for each in found) >= 7
    finally:
        reader.close()


async def test_one_who_is_called_off_takes_nobody_elses_answer() -> None:
    reader = WorkerPool([work()])
    try:
        gone = asyncio.create_task(reader.read(fetched(), source(), NOW))
        stays = asyncio.create_task(reader.read(fetched(b"nothing"), source(), NOW))
        await asyncio.sleep(0)
        gone.cancel()
        with pytest.raises(ParseError, match="not a feed"):
            await stays
        assert (await reader.read(fetched(), source(), NOW)).with_claims
    finally:
        reader.close()


async def test_a_close_calls_off_what_is_being_read() -> None:
    reader = WorkerPool([work()])
    reading = asyncio.create_task(reader.read(fetched(), source(), NOW))
    await asyncio.sleep(0)
    reader.close()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert reader.processes == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_to_the_whole_service_leaves_the_document_in_hand(number: signal.Signals) -> None:
    reader = WorkerPool([work()])
    try:
        await reader.read(fetched(), source(), NOW)
        os.kill(reader.processes[0], number)
        assert (await reader.read(fetched(), source(), NOW)).with_claims
    finally:
        reader.close()


async def test_a_process_that_outgrew_its_bound_is_replaced_and_what_waited_behind_it_is_read() -> None:
    reader = WorkerPool([work()], most_bytes=1)
    try:
        reading = [asyncio.create_task(reader.read(fetched(), source(), NOW)) for _ in range(2)]
        await reading[0]
        before = reader.processes
        assert (await reading[1]).with_claims
        assert not set(before) & set(reader.processes)
    finally:
        reader.close()


async def test_a_small_body_does_not_wait_for_large_ones() -> None:
    reader = WorkerPool([work()], workers=2)
    try:
        await asyncio.gather(*(reader.read(fetched(), source(), NOW) for _ in range(4)))
        large = fetched(BODY + b" " * 1_000_000)
        waiting = [asyncio.create_task(reader.read(large, source(), NOW)) for _ in range(3)]
        await asyncio.sleep(0)
        held = next(worker for worker in reader.workers if worker.tasks)
        os.kill(held.id, signal.SIGSTOP)
        assert (await reader.read(fetched(), source(), NOW)).with_claims
        assert not any(task.done() for task in waiting)
        os.kill(held.id, signal.SIGCONT)
        await asyncio.gather(*waiting)
    finally:
        reader.close()


async def test_no_more_bodies_are_asked_for_than_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitor.workers.pool, "MOST_WAITING_BYTES", 8_000_000)
    reader = WorkerPool([work()])
    try:
        await reader.read(fetched(), source(), NOW)
        os.kill(reader.processes[0], signal.SIGSTOP)
        large = fetched(BODY + b" " * 3_000_000)
        room, waiting = [], []
        for _ in range(5):
            room.append(reader.has_room)
            waiting.append(asyncio.create_task(reader.read(large, source(), NOW)))
            await asyncio.sleep(0)
        assert room == [True, True, True, True, False]  # the first is in work, three wait
        os.kill(reader.processes[0], signal.SIGCONT)
        await asyncio.gather(*waiting)
        assert reader.has_room
    finally:
        reader.close()


async def test_the_process_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", "a secret of the test")
    reader = WorkerPool([work()])
    try:
        await reader.read(fetched(), source(), NOW)
        assert b"a secret" not in _environment(reader.processes[0])
    finally:
        reader.close()


PARENT = """
import asyncio, os
from monitor.model import Fetched, Validators
from monitor.workers.pool import WorkerPool

async def main():
    reader = WorkerPool([], workers=2)
    fetched = Fetched(url="here", body=b"-", validators=Validators())
    await asyncio.gather(*(reader.read(fetched, None, None) for _ in range(4)), return_exceptions=True)
    print(*reader.processes, flush=True)
    await asyncio.Event().wait()

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_a_reader_ends_when_its_daemon_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, encoding="utf-8")
    assert parent.stdout is not None
    children = [int(process) for process in parent.stdout.readline().split()]
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert len(children) == 2
    for child in children:
        until_ended(child)


def _environment(process: int) -> bytes:
    return Path(f"/proc/{process}/environ").read_bytes()


def _is_running(process: int) -> bool:
    try:
        return _stat(process)[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _parent(process: int) -> int:
    return int(_stat(process)[1])


def _stat(process: int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
