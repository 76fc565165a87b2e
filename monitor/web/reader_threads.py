"""Threads that read the ledger and write to it for the page: SQLite blocks, and the event loop must not."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final, TypeVar

from monitor.errors import ConflictError, CursorError, LedgerError, NotFoundError
from monitor.review import Review

__all__ = ["QUERY_SECONDS", "Pool"]

T = TypeVar("T")

QUERY_SECONDS: Final = 2.0
"""How long a query may take."""

_THREADS: Final = 2


class Pool:
    """Runs functions of the read model in threads.

    Each thread has its own connection, which is opened anew when a query failed or when another file is behind the path: a ledger may
    come, go or be replaced by a backup while the page is served.
    """

    def __init__(self, review: Review, *, threads: int = _THREADS) -> None:
        self.review = review
        self._own = threading.local()
        self._readers = ThreadPoolExecutor(threads, thread_name_prefix="read")
        # One at a time: two writers of one process would only wait for each other.
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="write")

    async def read(self, function: Callable[[Review], T]) -> T:
        """Return the result of `function` on the read model, in a thread that reads. Raises LedgerError or a subclass."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._call, function)

    async def write(self, function: Callable[[Review], T]) -> T:
        """Return the result of `function`, a command, on the read model, in the one thread that writes. Raises LedgerError or a subclass."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, self._call, function)

    def close(self) -> None:
        """Stop the threads when they are done; their connections close with them."""
        for threads in (self._readers, self._writer):
            threads.shutdown(wait=True, cancel_futures=True)

    def _call(self, function: Callable[[Review], T]) -> T:
        status = self._identity()
        if getattr(self._own, "status", status) != status:
            self._drop()
        self._own.status = status
        try:
            return function(self.review)
        except (NotFoundError, ConflictError, CursorError):
            raise
        except LedgerError:
            self._drop()
            raise

    def _identity(self) -> tuple[int, int] | None:
        """Return what identifies the file behind the path, None without one."""
        with suppress(OSError):
            status = self.review.path.stat()
            return status.st_dev, status.st_ino
        return None

    def _drop(self) -> None:
        with suppress(LedgerError):
            self.review.close()
