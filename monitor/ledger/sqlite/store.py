"""The store that is one SQLite file: transactions run on the event loop, and those of polls that end together share a commit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from monitor.errors import LedgerError, LockedError
from monitor.ledger.port import Transaction
from monitor.ledger.sqlite import Ledger

__all__ = ["SqliteStore"]

T = TypeVar("T")

# Batch commit: transactions that come within a moment of each other, or while one is expected, share one commit. The wait
# and the size of a commit are bounded.
_MOMENT_SECONDS = 0.01
LONGEST_SECONDS = 0.25
MOST = 256


@dataclass(eq=False)
class _Batched:
    """A transaction that waits for its batch, and the future of its result."""

    work: Callable[[Transaction], Any]
    done: asyncio.Future[Any]


class SqliteStore:
    """The SQLite implementation of :class:`monitor.ledger.port.Store` on an open ledger, which outlives it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._holder = ""
        self._batch: list[_Batched] = []
        self._timer: asyncio.TimerHandle | None = None
        self._first_at = self._last_at = 0.0
        self._expected = 0

    @property
    def holder(self) -> str:
        """The name under which this store holds leases: it ends with the process, and so do they."""
        if not self._holder:
            self._holder = self._ledger.hold()
        return self._holder

    def is_attended(self) -> bool:
        """Return whether a daemon in another process polls and sends what is due."""
        return self._ledger.is_owned_by_another()

    async def do(
        self, work: Callable[[Transaction], T], *, durable: bool = False, batched: bool = False
    ) -> T:
        """Run `work` as one transaction, whole or not at all, and return its result. Raises LedgerError.

        `durable` waits for the disk. `batched` shares the commit of others that come within a moment; it returns after the commit.
        """
        if batched and not durable:
            result: T = await self._joined(work)
            return result
        return self.run(work, durable=durable)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Return what `work` reads; it writes nothing, and waits for no lock. Raises LedgerError."""
        return work(self._ledger)

    async def tidy(self) -> None:
        """Checkpoint the write-ahead log where this process owns the file."""
        self._ledger.checkpoint()

    async def look(self, page: Callable[[Transaction, T | None], Sequence[T]]) -> AsyncIterator[T]:
        """Yield a listing page by page: `page(tx, last)` returns what follows `last`, an empty page ends it."""
        last: T | None = None
        while found := page(self._ledger, last):
            for each in found:
                yield each
            last = found[-1]

    @contextmanager
    def expecting(self) -> Iterator[None]:
        """Announce that a batched transaction follows right after the block, so that the batch waits for it."""
        self._expected += 1
        try:
            yield
        finally:
            self._expected -= 1

    def run(self, work: Callable[[Transaction], T], *, durable: bool = False) -> T:
        """Do what :meth:`do` does, for those who run no event loop. Raises LedgerError."""
        begun = False
        try:
            with self._ledger.transaction(durable=durable):
                begun = True
                return work(self._ledger)
        except LockedError:
            if not begun:  # it has waited for the lock as long as a write may
                raise
        with self._ledger.transaction(durable=durable):
            return work(self._ledger)

    async def _joined(self, work: Callable[[Transaction], Any]) -> Any:
        loop = asyncio.get_running_loop()
        one = _Batched(work, loop.create_future())
        self._batch.append(one)
        self._last_at = loop.time()
        if self._timer is None:
            self._first_at = self._last_at
            self._timer = loop.call_later(_MOMENT_SECONDS, self._look, loop)
        if len(self._batch) >= MOST:
            self._commit()
        return await one.done

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Commit if no transaction came within the last moment and none is expected, or if the first has waited long enough."""
        quiet_at = (loop.time() if self._expected else self._last_at) + _MOMENT_SECONDS
        at = min(quiet_at, self._first_at + LONGEST_SECONDS)
        if loop.time() < at:
            self._timer = loop.call_at(at, self._look, loop)
        else:
            self._commit()

    def _commit(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        batch, self._batch = self._batch, []
        try:
            results = self.run(lambda tx: [one.work(tx) for one in batch])
        except LedgerError as error:
            for one in batch:
                _fail(one, error)
        except Exception:  # noqa: BLE001 - one of them failed: found by itself, so that the others are kept
            for one in batch:
                try:
                    _resolve(one, self.run(one.work))
                except Exception as error:  # noqa: BLE001 - raised where the transaction was asked for
                    _fail(one, error)
        else:
            for one, result in zip(batch, results, strict=True):
                _resolve(one, result)


def _resolve(one: _Batched, result: Any) -> None:
    if not one.done.done():  # unless whoever waited was cancelled meanwhile
        one.done.set_result(result)


def _fail(one: _Batched, error: Exception) -> None:
    if not one.done.done():
        one.done.set_exception(error)
