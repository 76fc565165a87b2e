"""A real ledger in a file of its own, and other processes beside it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from monitor.ledger import Ledger


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with Ledger.open(path, checkpoint=True) as opened:
        yield opened


@pytest.fixture
def fork() -> Iterator[Callable[[Callable[[], None]], int]]:
    """Run a function in a process of its own, which is gone when the test ends; its status is 1 when it raises."""
    started: list[int] = []

    def start(work: Callable[[], None]) -> int:
        process = os.fork()
        if process:
            started.append(process)
            return process
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)

    yield start
    for process in started:
        try:
            os.kill(process, 9)
            os.waitpid(process, 0)
        except (ProcessLookupError, ChildProcessError):
            continue
