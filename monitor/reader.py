"""A reader process: bodies are parsed and read for claims beside the event loop, and never longer than a time limit.

Hostile markup can make a parser slow; a process can be ended, a thread cannot.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from typing import Any, TypeVar

from monitor import pipeline
from monitor.errors import ParseError
from monitor.extract import Extractor
from monitor.model import Document, Fetched, Source, Work

__all__ = ["ProcessReader"]

log = logging.getLogger(__name__)
T = TypeVar("T")

# In a worker: the extractor of the watch list, built once.
_extractor: Extractor | None = None


class ProcessReader:
    """Reads bodies in `workers` processes, each body for at most `limit` seconds.

    A body that takes longer, or that ends its process, is a ParseError for its source alone: each worker is a
    pool of its own, so that ending one takes no other body with it.
    """

    def __init__(self, works: Sequence[Work], *, workers: int = 1, limit: float = 30.0) -> None:
        self._works = tuple(works)
        self._limit = limit
        self._idle: asyncio.LifoQueue[ProcessPoolExecutor] = asyncio.LifoQueue()
        for _ in range(workers):
            self._idle.put_nowait(self._start())
        self._closed = False

    async def read(self, fetched: Fetched, source: Source, now: datetime) -> pipeline.Read:
        """Read a source's body. Raises ParseError."""
        return await self._run(fetched.url, _read, fetched, source, now)

    async def read_article(self, fetched: Fetched, document: Document, source: Source) -> pipeline.Reading:
        """Read the article behind a teaser. Raises ParseError."""
        return await self._run(fetched.url, _read_article, fetched, document, source)

    def close(self) -> None:
        """End the processes that are idle now, and the others when they are done."""
        self._closed = True
        while not self._idle.empty():
            _end(self._idle.get_nowait())

    async def _run(self, where: str, work: Callable[..., T], *arguments: Any) -> T:
        worker = await self._idle.get()  # the limit counts work, not waiting
        broken = True
        try:
            future = asyncio.get_running_loop().run_in_executor(worker, work, *arguments)
            result = await asyncio.wait_for(future, self._limit)
            broken = False
        except ParseError:
            broken = False
            raise
        except TimeoutError:
            raise ParseError(
                f"reading it took longer than {self._limit:g} s; it is left out this time", where=where
            ) from None
        except BrokenProcessPool:
            raise ParseError(
                "reading it ended the reader process; it is left out this time", where=where
            ) from None
        else:
            return result
        finally:
            if broken or self._closed:
                _end(worker)
            if not self._closed:
                self._idle.put_nowait(self._start() if broken else worker)

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            1,
            # A fork of a process with threads can hang; a fork server has none.
            mp_context=multiprocessing.get_context("forkserver"),
            initializer=_prepare,
            initargs=(self._works,),
        )


def _end(worker: ProcessPoolExecutor) -> None:
    processes = list((getattr(worker, "_processes", None) or {}).values())
    worker.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.kill()


def _prepare(works: tuple[Work, ...]) -> None:
    global _extractor  # noqa: PLW0603 - a process pool hands a worker its state no other way
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the daemon's to handle
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    _extractor = Extractor(works)


def _die_with_parent() -> None:
    """Wait for the daemon's end: a worker whose daemon was killed would otherwise wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(0)


def _read(fetched: Fetched, source: Source, now: datetime) -> pipeline.Read:
    assert _extractor is not None  # noqa: S101 - _prepare ran before
    return pipeline.read(_extractor, fetched, source, now)


def _read_article(fetched: Fetched, document: Document, source: Source) -> pipeline.Reading:
    assert _extractor is not None  # noqa: S101 - _prepare ran before
    return pipeline.read_article(_extractor, fetched, document, source)
