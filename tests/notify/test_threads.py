"""Blocking work in a daemon thread."""

from __future__ import annotations

import asyncio
import threading

import pytest

from monitor.notify.threads import in_thread


async def test_the_result_comes_back() -> None:
    assert await in_thread(lambda: threading.current_thread().name, name="worker 7") == "worker 7"


@pytest.mark.parametrize(("error", "seen"), [(OSError("full"), OSError), (StopIteration(), RuntimeError)])
async def test_what_is_raised_comes_back(error: Exception, seen: type[Exception]) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(seen):
        await in_thread(fail, name="worker")


async def test_a_hanging_thread_holds_up_neither_the_caller_nor_the_exit() -> None:
    release, started = threading.Event(), threading.Event()

    def hang() -> None:
        started.set()
        release.wait(10)

    task = asyncio.create_task(in_thread(hang, name="hanging"))
    await asyncio.to_thread(started.wait)
    (thread,) = [thread for thread in threading.enumerate() if thread.name == "hanging"]
    assert thread.daemon
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    release.set()
    await asyncio.to_thread(thread.join)
