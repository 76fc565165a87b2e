"""The worker pool that parses bodies and extracts their claims beside the event loop, each body within a time limit.

Hostile markup can make a parser slow; a process can be ended, a thread cannot (docs/decisions/0003).
"""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from monitor.errors import ParseError
from monitor.model import Document, ExtractedBody, ExtractedDocument, Fetched, Source, Work

if TYPE_CHECKING:
    from monitor.extract import Adjustment

__all__ = ["WorkerPool"]

# One body in progress and the others buffered, so that a worker does not wait for an event loop that is busy with a commit.
_BUFFERED = 8
# A body that takes longer than this returns the bodies buffered behind it to the queue.
SLOW_SECONDS = 1.0
# The queue of bodies: more than a worker parses while another starts, and little compared with the daemon's memory.
_MOST_WAITING = 800
MOST_WAITING_BYTES = 8 * 2**20
_START_SECONDS = 60.0
_LARGE_BYTES = 512 * 1024
# The allocator does not always return the memory of a large body: a worker above this is replaced.
_MOST_BYTES = 128 * 2**20
# The environment that a worker needs to find its libraries; the rest may hold secrets and is not passed on.
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")
# glibc returns the memory of large blocks to the system only while its thresholds are set: 4 MB of what loading the weights takes.
_ALLOCATOR = {"MALLOC_TRIM_THRESHOLD_": str(2**17)}

_FORK = pickle.dumps(("fork", ()))


@dataclass(eq=False)
class _Task:
    """One body to parse, and the future of the caller that waits for it."""

    work: str
    arguments: tuple[Any, ...]
    done: asyncio.Future[Any] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    worker: WorkerProcess | None = None
    """The worker whose answer counts: the body may have been given to another since."""

    def __post_init__(self) -> None:
        fetched: Fetched = self.arguments[0]
        self.where = fetched.url
        self.size = len(fetched.body)
        self.is_large = self.size > _LARGE_BYTES
        """Whether parsing may take seconds."""

    def packed(self) -> bytes:
        """Return the request as the worker receives it."""
        return pickle.dumps((self.work, self.arguments), pickle.HIGHEST_PROTOCOL)


class WorkerPool:
    """Parse bodies in a pool of up to `workers` processes, each body for at most `limit` seconds.

    A body that exceeds the limit or ends its process is a ParseError for its own source only: the bodies buffered in that process go to
    another. A process is started when there is work for it, and replaced when it holds more than `most_bytes` after an answer.
    """

    def __init__(
        self,
        works: Sequence[Work],
        *,
        adjustment: Adjustment | None = None,
        workers: int = 1,
        limit: float = 30.0,
        most_bytes: int = _MOST_BYTES,
    ) -> None:
        self.limit = limit
        self._works = pickle.dumps((tuple(works), adjustment), pickle.HIGHEST_PROTOCOL)
        self._most = workers
        self._most_bytes = most_bytes
        self._small: deque[_Task] = deque()
        self._large: deque[_Task] = deque()
        self._waiting_bytes = 0
        self.workers: list[WorkerProcess] = []

    async def read(self, fetched: Fetched, source: Source, now: datetime) -> ExtractedBody:
        """Return the documents and claims of a source's body. Raises ParseError."""
        found: ExtractedBody = await self._run("read", fetched, source, now)
        return found

    async def read_article(self, fetched: Fetched, document: Document, source: Source) -> ExtractedDocument:
        """Return the claims of the article behind a teaser. Raises ParseError."""
        found: ExtractedDocument = await self._run("read_article", fetched, document, source)
        return found

    @property
    def has_room(self) -> bool:
        """Return whether another body may be fetched while others wait to be read (backpressure)."""
        waiting = len(self._small) + len(self._large)
        return waiting < _MOST_WAITING and self._waiting_bytes < MOST_WAITING_BYTES

    @property
    def processes(self) -> list[int]:
        """Return the ids of the processes, for measurements."""
        return [worker.id for worker in self.workers if worker.id]

    def close(self) -> None:
        """End the processes and cancel what they were reading."""
        self._most = 0
        for task in (*self._small, *self._large):
            task.done.cancel()
        self._small.clear()
        self._large.clear()
        self._waiting_bytes = 0
        workers, self.workers = self.workers, []
        for worker in workers:
            for task in worker.end():
                task.done.cancel()

    async def _run(self, work: str, *arguments: Any) -> Any:
        task = _Task(work, arguments)
        self._queue(task).append(task)
        self._waiting_bytes += task.size
        self.dispatch()
        return await task.done

    def dispatch(self) -> None:
        """Dispatch queued bodies: small ones first, and one large one at a time, so that no small one waits for it."""
        while self._most:
            waiting = self._small or self._large
            if not waiting or (
                waiting is self._large and any(worker.is_long_busy for worker in self.workers)
            ):
                return
            try:
                worker = self._roomiest()
            except OSError as error:
                message = f"no process can be started to read it ({error.strerror}); it is left out this time"
                _blame(self._popped(waiting), message)
                continue
            if worker is None:
                return
            task = self._popped(waiting)
            if not task.done.done():
                worker.take(task)

    def _popped(self, waiting: deque[_Task]) -> _Task:
        task = waiting.popleft()
        self._waiting_bytes -= task.size
        return task

    def _roomiest(self) -> WorkerProcess | None:
        """Return the process with the fewest buffered bodies, or a new one when all are busy; None when all buffers are full.

        Raises OSError when there is no process and none can be started.
        """
        found, least = None, _BUFFERED
        for worker in self.workers:
            if not worker.is_long_busy and len(worker.tasks) < least:
                found, least = worker, len(worker.tasks)
        if (found is None or least) and len(self.workers) < self._most:
            try:
                another = self._another()
            except OSError:
                if self.workers:
                    return found
                raise
            found = another
            self.workers.append(found)
            found.begin(self)
        return found

    def _another(self) -> WorkerProcess:
        """Return a fork of a process that is still starting, else a new process: one that has read a body is never forked."""
        for worker in self.workers:
            if worker.can_fork:
                with suppress(OSError):  # it has just ended, or its socket buffer is full
                    return worker.fork()
        return _started(self._works, self._most_bytes)

    def lost(self, worker: WorkerProcess) -> None:
        """Requeue what was buffered in a process that ended."""
        if worker in self.workers:
            self.workers.remove(worker)
        self._take_back(worker.end())

    def slow(self, worker: WorkerProcess) -> None:
        """Requeue what waits behind a body that takes long."""
        if self._most > 1:
            self._take_back(worker.release())

    def _take_back(self, tasks: Sequence[_Task]) -> None:
        for task in reversed(tasks):
            task.worker = None
            self._queue(task).appendleft(task)
            self._waiting_bytes += task.size
        self.dispatch()

    def _queue(self, task: _Task) -> deque[_Task]:
        return self._large if task.is_large else self._small


def _started(works: bytes, most_bytes: int) -> WorkerProcess:
    """Return a newly started process."""
    aside, aside_theirs = socket.socketpair()
    aside.setblocking(False)

    def start(channel: int, lifeline: int) -> subprocess.Popen[bytes]:
        with aside_theirs:
            passed = (channel, lifeline, aside_theirs.fileno())
            return subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-P", "-m", "monitor.workers.worker", *map(str, passed), str(most_bytes)],
                pass_fds=passed,
                stdin=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
                | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), **_ALLOCATOR},
            )

    return WorkerProcess(start, [works], aside)


class WorkerProcess(asyncio.Protocol):
    """One process and the connection to it; answers come in the order of the requests."""

    def __init__(
        self,
        start: Callable[[int, int], subprocess.Popen[bytes] | None],
        unsent: list[bytes],
        aside: socket.socket | None = None,
    ) -> None:
        self.tasks: deque[_Task] = deque()
        self.is_long_busy = False
        """Whether it has a body that takes seconds, or may: it is given nothing behind that."""
        self._reader: WorkerPool | None = None
        self._transport: asyncio.Transport | None = None
        self._unsent = unsent
        self._buffer = bytearray()
        self._ready = False
        self._timer: asyncio.TimerHandle | None = None
        self._connecting: asyncio.Task[Any] | None = None
        self._aside = aside
        self._handle: int | None = None
        """The pidfd of a fork: its id may be reused as soon as it has ended."""
        self._wire, theirs = socket.socketpair()
        lifeline, self._lifeline = os.pipe()
        try:
            with theirs:
                self._process = start(theirs.fileno(), lifeline)
        except BaseException:
            os.close(self._lifeline)
            self._wire.close()
            if aside is not None:
                aside.close()
            raise
        finally:
            os.close(lifeline)
        self.id = 0 if self._process is None else self._process.pid
        """The id of the process; 0 for a fork that has not started."""

    @property
    def can_fork(self) -> bool:
        """Return whether the process can be forked: it has read nothing from outside and will not before it has answered."""
        return sys.platform == "linux" and self._aside is not None and not self._ready

    def fork(self) -> WorkerProcess:
        """Return a fork of the process, which must be one that `can_fork`. Raises OSError."""
        return WorkerProcess(self.begin_copy, [])

    def begin_copy(self, channel: int, lifeline: int) -> None:
        assert self._aside is not None  # noqa: S101 - it can fork
        socket.send_fds(self._aside, [b"f"], [channel, lifeline])
        self._send(_FORK)

    def begin(self, reader: WorkerPool) -> None:
        """Connect, once, on the event loop that is running."""
        if self._reader is None:
            self._reader = reader
            loop = asyncio.get_running_loop()
            self._connecting = loop.create_task(loop.create_connection(lambda: self, sock=self._wire))
            self._expect()

    def take(self, task: _Task) -> None:
        """Send a task to the process; its answer resolves the task."""
        task.worker = self
        self.tasks.append(task)
        self.is_long_busy |= task.is_large
        if self._ready:
            self._send(task.packed())
            if len(self.tasks) == 1:
                self._expect()

    def _send(self, packed: bytes) -> None:
        if self._transport is None:
            self._unsent.append(packed)
        else:
            self._transport.write(packed)

    def release(self) -> list[_Task]:
        """Return the tasks behind the one in progress and release them: the process's answers to them no longer count."""
        self.is_long_busy = True
        return [task for task in list(self.tasks)[1:] if task.worker is self]

    def end(self) -> list[_Task]:
        """End the process; return the tasks that it had."""
        left, self.tasks = [task for task in self.tasks if task.worker is self], deque()
        if self._timer:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.abort()
        elif self._connecting is not None:
            # Only then does the event loop no longer watch the connection.
            self._connecting.add_done_callback(lambda _: self._wire.close())
            self._connecting.cancel()
        else:
            self._wire.close()
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
        if self._aside is not None:
            self._aside.close()
            self._aside = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        elif self._handle is not None:
            _end_copy(self._handle)
            self._handle = None
        return left

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send what was requested before the connection was made."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - narrows what asyncio types loosely
        self._transport = transport
        transport.writelines(self._unsent)
        self._unsent.clear()

    def data_received(self, data: bytes) -> None:
        """Process answers as they arrive."""
        self._buffer += data
        while len(self._buffer) >= 4:
            (length,) = struct.unpack_from("!I", self._buffer)
            if len(self._buffer) < 4 + length:
                return
            result, outgrown = pickle.loads(memoryview(self._buffer)[4 : 4 + length])  # noqa: S301 - from our own process
            del self._buffer[: 4 + length]
            self._settle(result, outgrown=outgrown)

    def connection_lost(self, _: Exception | None) -> None:
        """Fail the task in progress, which ended its process. A fork that never started has none."""
        if self._reader is None or self._lifeline < 0:
            return
        if self._ready or self._process is not None:
            self._give_up("reading it ended the reader process; it is left out this time")
        else:
            self._reader.lost(self)

    def _settle(self, result: Any, *, outgrown: bool) -> None:
        assert self._reader is not None  # noqa: S101 - connected by begin()
        if not self._ready:
            self._ready = True
            self.id = result
            if self._process is None:
                with suppress(OSError):  # it has just ended
                    self._handle = os.pidfd_open(self.id)
            for task in self.tasks:
                self._send(task.packed())
        else:
            task = self.tasks.popleft()
            if self.is_long_busy:
                self.is_long_busy = any(each.is_large for each in self.tasks if each.worker is self)
            if task.worker is not self or task.done.done():
                pass  # another worker has it, or the caller was cancelled
            elif isinstance(result, Exception):
                task.done.set_exception(result)
            else:
                task.done.set_result(result)
        self._expect()
        if outgrown:
            self._reader.lost(self)
        else:
            self._reader.dispatch()

    def _expect(self) -> None:
        """Start the timer of the task in progress: the limit counts the time of its own work."""
        assert self._reader is not None  # noqa: S101 - connected by begin()
        if self._timer:
            self._timer.cancel()
            self._timer = None
        loop = asyncio.get_running_loop()
        if not self._ready:
            message = f"no process was ready to read it within {_START_SECONDS:g} s; it is left out this time"
            self._timer = loop.call_later(_START_SECONDS, self._give_up, message)
        elif self.tasks:
            self._timer = loop.call_later(min(SLOW_SECONDS, self._reader.limit), self._wait_on)

    def _wait_on(self) -> None:
        assert self._reader is not None  # noqa: S101 - connected by begin()
        limit = self._reader.limit
        message = f"reading it took longer than {limit:g} s; it is left out this time"
        if limit <= SLOW_SECONDS:
            self._give_up(message)
            return
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(limit - SLOW_SECONDS, self._give_up, message)
        self._reader.slow(self)

    def _give_up(self, message: str) -> None:
        assert self._reader is not None  # noqa: S101 - connected by begin()
        if self.tasks:
            task = self.tasks.popleft()
            if task.worker is self:
                _blame(task, message)
        self._reader.lost(self)


def _blame(task: _Task, message: str) -> None:
    if not task.done.done():
        task.done.set_exception(ParseError(message, where=task.where))


def _end_copy(handle: int) -> None:
    with suppress(OSError):  # it has ended
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    # Its parent is the process that it was forked from; when that is gone and we are process 1 of a container, it is us.
    with suppress(OSError):
        os.waitid(os.P_PIDFD, handle, os.WEXITED)
    os.close(handle)
