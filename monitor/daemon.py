"""The daemon: three jobs on one event loop (tick, deliver, housekeeping), and the signals that control it.

`next_poll_at` and `next_attempt_at` in the ledger decide what is due, not timers: a restart loses no schedule, and ten thousand
sources need one job.
"""

from __future__ import annotations

import asyncio
import logging
import resource
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from monitor import systemd
from monitor.errors import ConfigError, LedgerError
from monitor.wire import Runtime, described

__all__ = ["Daemon"]

log = logging.getLogger(__name__)

_TICK_SECONDS = 1.0
_HOUSEKEEPING_SECONDS = 60.0
# A stop may take 5 s: a poll that still waits for the network is cancelled after this.
_GRACE_SECONDS = 3.0


class Daemon:
    """Runs until SIGTERM or SIGINT; SIGHUP builds a new runtime from the configuration, or keeps the old one where that fails.

    `build` returns a runtime for the current configuration, given the event that asks for deliveries and a function that says whether the
    daemon is stopping; it raises ConfigError or LedgerError.
    """

    def __init__(self, build: Callable[[asyncio.Event, Callable[[], bool]], Awaitable[Runtime]]) -> None:
        self._build = build
        self._stopping = asyncio.Event()
        self._deliver = asyncio.Event()
        self._reloading = asyncio.Lock()
        self._met: dict[str, str] = {}

    async def run(self) -> None:
        """Run until told to stop. Raises ConfigError or LedgerError when it cannot start."""
        _allow_open_files()
        self.runtime = await self._build(self._deliver, self._stopping.is_set)
        at = self.runtime.clock()
        await self.runtime.store.do(lambda tx: tx.note_alive(at))
        self._introduce()
        scheduler = self._scheduler()
        with self._signals():
            scheduler.start()
            await self.tick()
            waker = asyncio.create_task(self._wake())
            systemd.notify("READY=1")
            try:
                await self._stopping.wait()
            finally:
                systemd.notify("STOPPING=1")
                waker.cancel()
                scheduler.shutdown(wait=False)
                await self.runtime.close(_GRACE_SECONDS)

    def stop(self) -> None:
        """Finish the document in progress and end."""
        self._stopping.set()

    async def reload(self) -> None:
        """Read the configuration again; a broken one is reported and the old one stays in use."""
        async with self._reloading:
            systemd.notify("RELOADING=1")
            try:
                runtime = await self._build(self._deliver, self._stopping.is_set)
            except (ConfigError, LedgerError) as error:
                log.error("the configuration stays as it was: %s", error)  # noqa: TRY400 - a user's mistake, said in one line
            else:
                # Before the new runtime starts: only one of them may poll a source.
                await self.runtime.close(_GRACE_SECONDS)
                self.runtime = runtime
                log.info("the configuration was read again")
                self._introduce()
            systemd.notify("READY=1")

    def _introduce(self) -> None:
        for line in described(self.runtime.config):
            log.info("%s", line)

    def _scheduler(self) -> AsyncIOScheduler:
        # One late run replaces all that were missed, however late, and no job overlaps itself.
        defaults = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=defaults)
        scheduler.add_job(self.tick, IntervalTrigger(seconds=_TICK_SECONDS), id="tick")
        scheduler.add_job(self.send, IntervalTrigger(seconds=_TICK_SECONDS), id="deliver")
        scheduler.add_job(
            self.housekeeping, IntervalTrigger(seconds=_HOUSEKEEPING_SECONDS), id="housekeeping"
        )
        if (seconds := systemd.watchdog_seconds()) is not None:
            scheduler.add_job(
                systemd.notify, IntervalTrigger(seconds=max(seconds, 0.5)), ["WATCHDOG=1"], id="watchdog"
            )
        return scheduler

    async def tick(self) -> None:
        """Start the polls that are due; an error is logged and ends nothing."""
        await self._contain(self.runtime.polls.start_due)

    async def send(self) -> None:
        """Start the deliveries that are due; an error is logged and ends nothing."""
        await self._contain(self.runtime.deliveries.start_due)

    async def housekeeping(self) -> None:
        """Do what is due each minute (silences, retention); an error is logged and ends nothing."""
        await self._contain(self.runtime.housekeeping)

    async def _wake(self) -> None:
        """Send alerts as soon as their change is committed instead of at the next round."""
        while not self._stopping.is_set():
            await self._deliver.wait()
            self._deliver.clear()
            await self.send()

    async def _contain(self, job: Callable[[], Awaitable[None]]) -> None:
        name = getattr(job, "__qualname__", str(job))
        try:
            await job()
        except asyncio.CancelledError:
            # At a stop the scheduler cancels the jobs that run, and would log each as an error with its traceback.
            if not self._stopping.is_set():
                raise
        except LedgerError as error:
            self.runtime.standstill.refused(error)
        except Exception as bug:
            # The same traceback each second would fill a disk.
            if self._met.get(name) != repr(bug):
                log.exception("a bug of ours in %s; the daemon goes on", name)
            self._met[name] = repr(bug)
        else:
            self._met.pop(name, None)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        reloads: set[asyncio.Task[None]] = set()

        def reload() -> None:
            task = loop.create_task(self.reload())
            reloads.add(task)
            task.add_done_callback(reloads.discard)

        handlers = {signal.SIGTERM: self.stop, signal.SIGINT: self.stop, signal.SIGHUP: reload}
        for number, handler in handlers.items():
            loop.add_signal_handler(number, handler)
        try:
            yield
        finally:
            for number in handlers:
                loop.remove_signal_handler(number)


def _allow_open_files() -> None:
    """Raise the limit of open files to what the system permits: the usual 1,024 are too few for thousands of sites."""
    granted = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (granted, granted))
