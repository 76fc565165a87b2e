"""Run blocking work in a daemon thread of its own: when it hangs, it blocks neither the loop, nor other channels, nor the exit.

`asyncio.to_thread` shares one pool, and the interpreter waits for its threads at exit.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

__all__ = ["in_thread"]

T = TypeVar("T")


async def in_thread(work: Callable[[], T], *, name: str) -> T:
    """Return the result of `work()` or raise its exception; when cancelled, the thread is left to end by itself."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(result)  # type: ignore[arg-type]  # None only where T is None

    def run() -> None:
        result: T | None = None
        error: BaseException | None = None
        try:
            result = work()
        except StopIteration as stop:  # a future refuses it
            error = RuntimeError(f"{name}: {type(stop).__name__}")
        except BaseException as caught:  # noqa: BLE001 - carried over to the one who waits
            error = caught
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return await answer
