from __future__ import annotations

import os
import subprocess
import sys
import time
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
        with pytest.raises(ParseError, match="."):
            await reader.read(fetched(b"nothing"), source(), NOW)
    finally:
        reader.close()


async def test_a_body_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    reader = ProcessReader([work()], limit=0.001)
    try:
        with pytest.raises(ParseError, match="longer than"):
            await reader.read(fetched(), source(), NOW)
        reader._limit = 60
        assert (await reader.read(fetched(), source(), NOW)).telling
    finally:
        reader.close()


async def test_a_body_that_ends_its_process_is_given_up_and_the_next_is_read() -> None:
    reader = ProcessReader([work()])
    try:
        with pytest.raises(ParseError, match="ended the reader"):
            await reader._run("https://news.example/", os._exit, 1)
        assert (await reader.read(fetched(), source(), NOW)).telling
    finally:
        reader.close()


PARENT = """
import asyncio, os
from monitor.reader import ProcessReader

async def main():
    reader = ProcessReader([])
    print(await reader._run("here", os.getpid), flush=True)
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


def _is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
