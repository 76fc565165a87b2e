"""Serve a ledger in a thread, with a clock of the test's own, on a free port of loopback."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from monitor.web import Address, serve

__all__ = ["served"]

_STARTS_SECONDS = 30.0


@contextmanager
def served(
    database: Path, config: Path, clock: Callable[[], datetime], *, actor: str = "robin"
) -> Iterator[str]:
    """Yield the address of a page of `database` while the block runs."""
    told: list[str] = []
    ready, loop = threading.Event(), asyncio.new_event_loop()
    stopping = asyncio.Event()
    failed: list[BaseException] = []

    def tell(where: str) -> None:
        told.append(where)
        ready.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(
                serve(
                    Address("127.0.0.1", 0),
                    database,
                    config,
                    clock=clock,
                    actor=actor,
                    on_start=tell,
                    stopping=stopping,
                )
            )
        except BaseException as error:  # noqa: BLE001 - raised in the test's own thread
            failed.append(error)
        finally:
            ready.set()
            loop.close()

    thread = threading.Thread(target=run, name="page")
    thread.start()
    assert ready.wait(_STARTS_SECONDS)
    try:
        if failed:
            raise failed[0]
        yield told[0].rstrip("/")
    finally:
        if not loop.is_closed():
            loop.call_soon_threadsafe(stopping.set)
        thread.join(_STARTS_SECONDS)
    if failed:
        raise failed[0]
