"""Start due polls and deliveries: one queue for each site and each channel, so that a slow one delays no other.

While the ledger cannot be written, nothing that is started could be recorded: then one trial at a time is made, with growing waits.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from functools import partial

from monitor.errors import LedgerError
from monitor.model import Source
from monitor.pipeline import Polled

__all__ = ["Deliveries", "Polls", "Standstill"]

log = logging.getLogger(__name__)

_FIRST_TRIAL_SECONDS = 1.0
# A trial on a locked ledger blocks the event loop for as long as a write waits for the lock.
_LATER_TRIALS_SECONDS = 60.0
_FIRST_PAUSE_SECONDS = 60.0
_LONGEST_PAUSE_SECONDS = 3600.0


class Standstill:
    """The circuit breaker of the ledger: logs once that writes fail, and once that they succeed again.

    Whoever starts work that ends in a write calls `allows` before, and `refused` or `taken` after it.
    """

    def __init__(self) -> None:
        self.error: LedgerError | None = None
        self._wait = 0.0
        self._trial_at = 0.0

    def allows(self) -> bool:
        """Return whether work may start: always in normal operation, during a standstill for one trial at a time."""
        if self.error is None:
            return True
        now = asyncio.get_running_loop().time()
        if now < self._trial_at:
            return False
        self._wait = min(2 * self._wait, _LATER_TRIALS_SECONDS)
        self._trial_at = now + self._wait
        return True

    def refused(self, error: LedgerError) -> None:
        """Record that a write to the ledger failed."""
        if self.error is None:
            log.error("nothing is polled or sent until the ledger can be written: %s", error)
            self._wait = _FIRST_TRIAL_SECONDS
            self._trial_at = asyncio.get_running_loop().time() + self._wait
        self.error = error

    def taken(self) -> None:
        """Record that a write to the ledger succeeded."""
        if self.error is not None:
            self.error = None
            log.warning("the ledger can be written again; polling and sending go on")


class Pauses:
    """Back-off after a bug of the monitor: a minute, then two, doubling up to an hour."""

    def __init__(self) -> None:
        self._paused: dict[str, tuple[float, float]] = {}

    def holds(self, name: str) -> bool:
        """Return whether `name` is still to wait."""
        return name in self._paused and asyncio.get_running_loop().time() < self._paused[name][0]

    def begin(self, name: str) -> float:
        """Start the wait of `name`; return its length in seconds."""
        _, before = self._paused.get(name, (0.0, _FIRST_PAUSE_SECONDS / 2))
        wait = min(2 * before, _LONGEST_PAUSE_SECONDS)
        self._paused[name] = asyncio.get_running_loop().time() + wait, wait
        return wait

    def end(self, name: str) -> None:
        """End the back-off of `name` after a success."""
        self._paused.pop(name, None)


class Polls:
    """Run due polls: at most `slots` sites at once, each for one source, so that a slow site delays no other.

    `poll` is given a callback to call when the site's turn is over, so that the rest of a poll blocks no other source. It contains
    the bugs that it can record; any other is passed to `lost`, and the source is held back although it is due.
    """

    def __init__(
        self,
        *,
        due: Callable[[], list[Source]],
        poll: Callable[[Source, Callable[[], None]], Awaitable[Polled]],
        site: Callable[[Source], str],
        told: Callable[[Polled], None],
        lost: Callable[[Source, str], None] = lambda _source, _error: None,
        standstill: Standstill | None = None,
        slots: int = 64,
    ) -> None:
        self._due = due
        self._poll = poll
        self._site = site
        self._told = told
        self._lost = lost
        self._pauses = Pauses()
        self._standstill = standstill or Standstill()
        self._slots = slots
        self._waiting: dict[str, deque[Source]] = {}
        self._next: deque[str] = deque()
        self._busy: dict[str, str] = {}
        self._taken: set[str] = set()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._stopped = False

    def is_polling(self, name: str) -> bool:
        """Return whether the source is being polled now, so that its state is about to be written."""
        return name in self._running

    def start_due(self) -> None:
        """Take the sources that are due and start as many of them as there are slots."""
        for source in self._due():
            if source.name not in self._taken and not self._pauses.holds(source.name):
                self._taken.add(source.name)
                self._line_up(source)
        self._fill()

    def _line_up(self, source: Source) -> None:
        site = self._site(source)
        if site in self._waiting:
            self._waiting[site].append(source)
            return
        self._waiting[site] = deque([source])
        if site not in self._busy:
            self._next.append(site)

    def _fill(self) -> None:
        while (
            self._next and len(self._busy) < self._slots and not self._stopped and self._standstill.allows()
        ):
            self._start(self._next.popleft())

    def _start(self, site: str) -> None:
        queue = self._waiting[site]
        source = queue.popleft()
        if not queue:
            del self._waiting[site]
        self._busy[site] = source.name
        leave = partial(self._leave, site, source.name)
        task = asyncio.create_task(self._one(source, leave), name=f"poll {source.name}")
        self._running[source.name] = task
        task.add_done_callback(partial(self._finished, source.name, leave))

    def _leave(self, site: str, name: str) -> None:
        """End the turn of the source `name`, once: its site may have started the next one since."""
        if self._busy.get(site) != name:
            return
        del self._busy[site]
        if site in self._waiting:  # to the end of the line, behind the sites that have waited
            self._next.append(site)
        self._fill()

    def _finished(self, name: str, leave: Callable[[], None], _: asyncio.Task[None]) -> None:
        self._taken.discard(name)
        del self._running[name]
        leave()
        self._fill()

    async def _one(self, source: Source, leave: Callable[[], None]) -> None:
        try:
            self._told(await self._poll(source, leave))
            self._standstill.taken()
            self._pauses.end(source.name)
        except asyncio.CancelledError:
            raise
        except LedgerError as error:
            log.debug("%s: nothing of this poll was kept, so it is polled again", source.name)
            self._standstill.refused(error)
        except Exception as bug:  # noqa: BLE001 - said in one line; the others go on
            told = f"a bug of ours ended its poll ({_placed(bug)})"
            wait = self._pauses.begin(source.name)
            log.error("%s: %s; it is polled again in %d s", source.name, told, wait)  # noqa: TRY400 - as above
            self._lost(source, told)

    async def idle(self) -> None:
        """Wait until no poll is running or queued."""
        while self._running:
            await asyncio.wait(self._running.values())
            await asyncio.sleep(0)  # what was waiting is started by the callbacks

    async def stop(self, grace: float) -> None:
        """Start nothing more and wait up to `grace` seconds for running polls."""
        self._stopped = True
        await _finish(self._running.values(), grace)


class Deliveries:
    """Send due deliveries, each channel in its own task, so that a channel that hangs delays no other."""

    def __init__(
        self,
        *,
        due: Callable[[], list[str]],
        send: Callable[[str], Awaitable[bool]],
        standstill: Standstill | None = None,
    ) -> None:
        self._due = due
        self._send = send
        self._standstill = standstill or Standstill()
        self._pauses = Pauses()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._stopped = False

    def start_due(self) -> None:
        """Start a task for each channel that has due deliveries and no task."""
        if self._stopped:
            return
        for channel in self._due():
            if channel in self._running or self._pauses.holds(channel):
                continue
            if self._standstill.allows():
                task = asyncio.create_task(self._one(channel), name=f"deliver {channel}")
                self._running[channel] = task
                task.add_done_callback(partial(self._finished, channel))

    def _finished(self, channel: str, _: asyncio.Task[None]) -> None:
        self._running.pop(channel, None)

    async def _one(self, channel: str) -> None:
        try:
            if await self._send(channel):
                self._standstill.taken()
            self._pauses.end(channel)
        except asyncio.CancelledError:
            raise
        except LedgerError as error:
            self._standstill.refused(error)
        except Exception as bug:  # noqa: BLE001 - said in one line; the others go on
            wait = self._pauses.begin(channel)
            log.error(  # noqa: TRY400 - as above
                "channel %s: a bug of ours ended its round (%s); it is tried again in %d s",
                channel,
                _placed(bug),
                wait,
            )

    async def stop(self, grace: float) -> None:
        """Start nothing more and wait up to `grace` seconds for running tasks; deliveries that are cut off are sent again."""
        self._stopped = True
        await _finish(self._running.values(), grace)


def _placed(bug: BaseException) -> str:
    """Return the type of a bug and where it was raised, without its message, which may quote anything."""
    trace = bug.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f" at {trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
    return f"{type(bug).__name__}{place}"


async def _finish(tasks: Iterable[asyncio.Task[None]], grace: float) -> None:
    running = list(tasks)
    if not running:
        return
    _, late = await asyncio.wait(running, timeout=grace)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
