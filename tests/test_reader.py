from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import ParseError
from monitor.model import Fetched, Validators
from monitor.reader import ProcessReader
from tests.builders import NOW, source, work
from tests.fakes import rss

BODY = rss(("1", "Alan Wake 2", "Remedy confirmed that Alan Wake 2 launches on October 17, 2023."))


def fetched(body: bytes = BODY) -> Fetched:
    return Fetched(url="https://news.example/feed.xml", body=body, validators=Validators())


async def test_a_body_is_read_in_another_process() -> None:
    reader = ProcessReader([work()])
    try:
        read = await reader.read(fetched(), source(), NOW)
        assert [str(claim.when) for reading in read.telling for claim in reading.claims] == ["2023-10-17"]
        with pytest.raises(ParseError, match="is not a feed"):
            await reader.read(fetched(b"nothing"), source(), NOW)
    finally:
        reader.close()


async def test_a_body_that_takes_too_long_is_given_up_and_what_waited_behind_it_is_read() -> None:
    reader = ProcessReader([work()])
    try:
        await reader.read(fetched(), source(), NOW)
        os.kill(reader.processes[0], signal.SIGSTOP)
        reader.limit = 0.1
        slow = asyncio.create_task(reader.read(fetched(), source(), NOW))
        behind = asyncio.create_task(reader.read(fetched(), source(), NOW))
        with pytest.raises(ParseError, match="longer than"):
            await slow
        reader.limit = 60
        assert (await behind).telling
    finally:
        reader.close()


async def test_a_body_that_ends_its_process_is_given_up_and_what_waited_behind_it_is_read() -> None:
    reader = ProcessReader([work()])
    try:
        await reader.read(fetched(), source(), NOW)
        process = reader.processes[0]
        os.kill(process, signal.SIGSTOP)
        reading = [asyncio.create_task(reader.read(fetched(), source(), NOW)) for _ in range(3)]
        await asyncio.sleep(0)
        os.kill(process, signal.SIGKILL)
        with pytest.raises(ParseError, match="ended the reader"):
            await reading[0]
        assert all([(await each).telling for each in reading[1:]])
        assert process not in reader.processes
    finally:
        reader.close()


async def test_answers_go_to_those_who_asked_whatever_process_gave_them() -> None:
    reader = ProcessReader([work()], workers=2)
    bodies = [
        rss((str(n), f"Number {n}", "Nothing of note."), published=NOW - timedelta(n)) for n in range(1, 41)
    ]
    try:
        found = await asyncio.gather(*(reader.read(fetched(body), source(), NOW) for body in bodies))
        assert [read.published for read in found] == [{NOW - timedelta(n)} for n in range(1, 41)]
        assert len(reader.processes) == 2
    finally:
        reader.close()


async def test_one_who_is_called_off_takes_nobody_elses_answer() -> None:
    reader = ProcessReader([work()])
    try:
        gone = asyncio.create_task(reader.read(fetched(), source(), NOW))
        stays = asyncio.create_task(reader.read(fetched(b"nothing"), source(), NOW))
        await asyncio.sleep(0)
        gone.cancel()
        with pytest.raises(ParseError, match="not a feed"):
            await stays
        assert (await reader.read(fetched(), source(), NOW)).telling
    finally:
        reader.close()


async def test_a_close_calls_off_what_is_being_read() -> None:
    reader = ProcessReader([work()])
    reading = asyncio.create_task(reader.read(fetched(), source(), NOW))
    await asyncio.sleep(0)
    reader.close()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert reader.processes == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_to_the_whole_service_leaves_the_document_in_hand(number: signal.Signals) -> None:
    reader = ProcessReader([work()])
    try:
        await reader.read(fetched(), source(), NOW)
        os.kill(reader.processes[0], number)
        assert (await reader.read(fetched(), source(), NOW)).telling
    finally:
        reader.close()


async def test_a_process_that_outgrew_its_bound_is_replaced_and_what_waited_behind_it_is_read() -> None:
    reader = ProcessReader([work()], most_bytes=1)
    try:
        reading = [asyncio.create_task(reader.read(fetched(), source(), NOW)) for _ in range(2)]
        await reading[0]
        before = reader.processes
        assert (await reading[1]).telling
        assert not set(before) & set(reader.processes)
    finally:
        reader.close()


async def test_a_small_body_does_not_wait_for_large_ones() -> None:
    reader = ProcessReader([work()], workers=2)
    try:
        await asyncio.gather(*(reader.read(fetched(), source(), NOW) for _ in range(4)))
        large = fetched(BODY + b" " * 1_000_000)
        waiting = [asyncio.create_task(reader.read(large, source(), NOW)) for _ in range(3)]
        await asyncio.sleep(0)
        held = next(worker for worker in reader._workers if worker.errands)
        os.kill(held.process.pid, signal.SIGSTOP)
        assert (await reader.read(fetched(), source(), NOW)).telling
        assert not any(task.done() for task in waiting)
        os.kill(held.process.pid, signal.SIGCONT)
        await asyncio.gather(*waiting)
    finally:
        reader.close()


async def test_the_process_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", "a secret of the test")
    reader = ProcessReader([work()])
    try:
        await reader.read(fetched(), source(), NOW)
        assert b"a secret" not in _environment(reader.processes[0])
    finally:
        reader.close()


PARENT = """
import asyncio, os
from monitor.model import Fetched, Validators
from monitor.reader import ProcessReader

async def main():
    reader = ProcessReader([])
    reading = asyncio.create_task(reader.read(Fetched(url="here", body=b"-", validators=Validators()), None, None))
    await asyncio.wait([reading], timeout=0.5)
    print(reader.processes[0], flush=True)
    await asyncio.sleep(60)

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_a_reader_ends_when_its_daemon_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, encoding="utf-8")
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    for _ in range(100):
        if not _is_running(child):
            return
        time.sleep(0.1)
    pytest.fail("the reader outlived its daemon")


def _environment(process: int) -> bytes:
    return Path(f"/proc/{process}/environ").read_bytes()


def _is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
