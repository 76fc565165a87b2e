"""Start due polls and deliveries: one lease for each site and each channel, so that a slow one delays no other.

While the ledger cannot be written, nothing that is started could be recorded: then one trial at a time is made, with growing waits.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable
from functools import partial

from monitor.cycle import Polled, SiteTurn
from monitor.errors import LeaseLostError, LedgerError
from monitor.leases import Leases
from monitor.model import Source, SourceState

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

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.error: LedgerError | None = None
        self.clock = clock
        """Seconds from any beginning, that never go back."""
        self._wait = 0.0
        self._trial_at = 0.0

    def allows(self) -> bool:
        """Return whether work may start: always in normal operation, during a standstill for one trial at a time."""
        if self.error is None:
            return True
        now = self.clock()
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
            self._trial_at = self.clock() + self._wait
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

    `is_due` returns whether `take` would find any site; `take` leases up to so many. What is leased here is polled by nobody else,
    and is given back when all its polls are settled. `poll` is given a callback to call when the site's turn is over, so that the rest
    of a poll blocks no other source. It contains the bugs that it can record; any other is passed to `lost`, and the source is held back
    although it is due.
    """

    def __init__(
        self,
        *,
        is_due: Callable[[], Awaitable[bool]],
        take: Callable[[int], Awaitable[list[SiteTurn]]],
        poll: Callable[[SiteTurn, Source, SourceState, Callable[[], None]], Awaitable[Polled]],
        leases: Leases,
        on_poll: Callable[[Polled], None],
        lost: Callable[[Source, str], None] = lambda _source, _error: None,
        standstill: Standstill | None = None,
        slots: int = 64,
    ) -> None:
        self._is_due = is_due
        self._take = take
        self._poll = poll
        self._leases = leases
        self._on_poll = on_poll
        self._lost = lost
        self._pauses = Pauses()
        self._standstill = standstill or Standstill()
        self._slots = slots
        self._ready: deque[SiteTurn] = deque()
        self._busy: dict[SiteTurn, str] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._polling: Counter[SiteTurn] = Counter()
        self._filling: asyncio.Task[None] | None = None
        self._stopped = False

    async def start_due(self) -> None:
        """Take the sites that are due, and start as many of them as there are slots."""
        self._fill_soon()
        if self._filling is not None:
            # The taking goes on when the caller is cancelled: only `stop` ends it, in its time of grace.
            await asyncio.wait([self._filling])

    def _fill_soon(self) -> None:
        if self._filling is None and not self._stopped and len(self._busy) < self._slots:
            self._filling = asyncio.create_task(self._fill(), name="take sites")
            self._filling.add_done_callback(self._filled)

    def _filled(self, _: asyncio.Task[None]) -> None:
        self._filling = None

    async def _fill(self) -> None:
        """Start what was taken, and take more as long as there are slots; a few are taken ahead, so that few transactions do."""
        try:
            while len(self._busy) < self._slots and not self._stopped:
                if not self._ready and not await self._is_due():
                    return
                if not self._standstill.allows():
                    return
                if not self._ready:
                    ahead = 1 if self._standstill.error else 2 * self._slots - len(self._busy)
                    self._ready.extend(filter(self._is_to_poll, await self._take(ahead)))
                if not self._ready:
                    return
                self._next(self._ready.popleft())
        except LedgerError as error:
            self._standstill.refused(error)
        except Exception as bug:  # noqa: BLE001 - said in one line; what was started goes on
            log.error("a bug of ours ended the search for due sources (%s)", _placed(bug))  # noqa: TRY400 - as above

    def _is_to_poll(self, turn: SiteTurn) -> bool:
        """Hold the lease of a turn, without the sources that are held back; return whether any is left."""
        self._leases.hold(turn.lease)
        turn.sources = deque(each for each in turn.sources if not self._pauses.holds(each[0].name))
        if not turn.sources:
            self._leases.drop(turn.lease, is_released=False)
        return bool(turn.sources)

    def _next(self, turn: SiteTurn) -> None:
        """Start the poll of the next source of a site."""
        source, state = turn.sources.popleft()
        self._busy[turn] = source.name
        leave = partial(self._leave, turn, source.name)
        task = asyncio.create_task(self._one(turn, source, state, leave), name=f"poll {source.name}")
        self._running.add(task)
        self._polling[turn] += 1
        task.add_done_callback(partial(self._finished, turn, leave))

    def _leave(self, turn: SiteTurn, name: str) -> None:
        """End the turn of the source `name`, once: its site may have started the next one since."""
        if self._busy.get(turn) != name:
            return
        if turn.sources and not self._stopped and self._standstill.allows():
            self._next(turn)
            return
        turn.sources.clear()
        del self._busy[turn]
        self._fill_soon()

    def _finished(self, turn: SiteTurn, leave: Callable[[], None], task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._stopped |= task.cancelled()  # only a stop cancels
        self._polling[turn] -= 1
        leave()
        if turn not in self._busy and not self._polling[turn]:
            del self._polling[turn]
            self._leases.drop(turn.lease, is_released=turn.is_released)
            self._fill_soon()

    async def _one(
        self, turn: SiteTurn, source: Source, state: SourceState, leave: Callable[[], None]
    ) -> None:
        try:
            self._on_poll(await self._poll(turn, source, state, leave))
            self._standstill.taken()
            self._pauses.end(source.name)
        except asyncio.CancelledError:
            raise
        except LedgerError as error:
            log.debug("%s: nothing of this poll was kept, so it is polled again", source.name)
            self._standstill.refused(error)
        except LeaseLostError as error:
            reason = f"nothing of this poll was kept, so it is polled again ({error})"
            log.warning("%s: %s", source.name, reason)
            self._lost(source, reason)
        except Exception as bug:  # noqa: BLE001 - said in one line; the others go on
            reason = f"a bug of ours ended its poll ({_placed(bug)})"
            wait = self._pauses.begin(source.name)
            log.error("%s: %s; it is polled again in %d s", source.name, reason, wait)  # noqa: TRY400 - as above
            self._lost(source, reason)

    async def idle(self) -> None:
        """Wait until no poll is running and nothing that is due can be started."""
        while working := [*self._running, *([] if self._filling is None else [self._filling])]:
            await asyncio.wait(working)
            await asyncio.sleep(0)  # what was waiting is started by the callbacks

    async def stop(self, grace: float) -> None:
        """Start nothing more, and wait up to `grace` seconds for running polls; what was only taken is given back with the leases."""
        self._stopped = True
        while self._ready:
            self._leases.drop(self._ready.popleft().lease, is_released=False)
        await _finish([*self._running, *([] if self._filling is None else [self._filling])], grace)


class Deliveries:
    """Send due deliveries, each channel in its own task, so that a channel that hangs delays no other.

    `due` returns the channels with due deliveries and no sender; `send` leases one of them, sends until nothing is due, and returns
    whether anything was attempted.
    """

    def __init__(
        self,
        *,
        due: Callable[[], Awaitable[list[str]]],
        send: Callable[[str], Awaitable[bool]],
        standstill: Standstill | None = None,
    ) -> None:
        self._due = due
        self._send = send
        self._standstill = standstill or Standstill()
        self._pauses = Pauses()
        self._sending: dict[str, asyncio.Task[None]] = {}
        self._stopped = False

    async def start_due(self) -> None:
        """Start a task for each channel that has due deliveries and no sender. Raises LedgerError."""
        if self._stopped:
            return
        for channel in await self._due():
            if channel in self._sending or self._pauses.holds(channel) or not self._standstill.allows():
                continue
            task = asyncio.create_task(self._one(channel), name=f"deliver {channel}")
            self._sending[channel] = task
            task.add_done_callback(partial(self._ended, channel))

    def _ended(self, channel: str, _: asyncio.Task[None]) -> None:
        del self._sending[channel]

    async def _one(self, channel: str) -> None:
        try:
            if await self._send(channel):
                self._standstill.taken()
            self._pauses.end(channel)
        except asyncio.CancelledError:
            raise
        except LedgerError as error:
            self._standstill.refused(error)
        except LeaseLostError as error:
            log.warning("channel %s: what was not recorded is sent again (%s)", channel, error)
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
        await _finish(self._sending.values(), grace)


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
