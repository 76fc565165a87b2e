"""Bound the bytes of all bodies that are held at once: most are small, and a hostile web would fill the memory with large ones."""

from __future__ import annotations

import asyncio
import weakref
from collections import deque
from contextlib import suppress
from typing import Final

__all__ = ["FREE_BYTES", "BodyBudget", "NoRoomError", "Room"]

FREE_BYTES: Final = 256 * 1024
"""What a body may have without asking; few feeds are larger."""


LONGEST_WAIT: Final = 120.0
"""How many seconds a large body waits; those before it are read and recorded in less, unless they wait for another themselves."""


class NoRoomError(TimeoutError):
    """A large body waited too long for others."""


class BodyBudget:
    """Shares `most` bytes among large bodies, in the order in which they ask."""

    def __init__(self, most: int) -> None:
        self._left = self._most = most
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @property
    def left(self) -> int:
        """The bytes that nobody holds."""
        return self._left

    def room(self, most: int, limit: asyncio.Timeout | None = None) -> Room:
        """Return the room of a body of at most `most` bytes; its wait does not count for the `limit` that it is read under."""
        return Room(self, min(most, self._most), limit)

    async def take(self, size: int) -> None:
        """Take `size` bytes, when they are there."""
        if not self._waiting and size <= self._left:
            self._left -= size
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = size, turn
        self._waiting.append(entry)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give(size)
            else:
                with suppress(ValueError):  # passed over already
                    self._waiting.remove(entry)
                self.give(0)  # those behind it may fit
            raise

    def give(self, size: int) -> None:
        """Give `size` bytes back, and let those go on that wait for them."""
        self._left += size
        while self._waiting and self._waiting[0][0] <= self._left:
            wanted, turn = self._waiting.popleft()
            if turn.cancelled():
                continue
            self._left -= wanted
            turn.set_result(None)


class Room:
    """The room of one body: none until it grows beyond `FREE_BYTES`, then that of the largest body, in the end what it really has."""

    def __init__(self, budget: BodyBudget, most: int, limit: asyncio.Timeout | None) -> None:
        self._budget = budget
        self._most = most
        self._limit = limit
        self._held = 0

    async def grow(self, size: int) -> None:
        """Wait until a body of `size` bytes may be held. Raises NoRoomError after `LONGEST_WAIT`."""
        if size <= FREE_BYTES or self._held:
            return
        limit, now = self._limit, asyncio.get_running_loop().time
        ends = None if limit is None or limit.expired() else limit.when()
        began = now()
        if limit is not None and ends is not None:
            limit.reschedule(None)
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                await self._budget.take(self._most)
        except TimeoutError:
            raise NoRoomError from None
        finally:
            if limit is not None and ends is not None:
                limit.reschedule(ends + now() - began)
        self._held = self._most

    def shrink(self, size: int) -> None:
        """Keep what a complete body of `size` bytes has."""
        kept = min(self._held, size)
        self._budget.give(self._held - kept)
        self._held = kept

    def leave(self) -> None:
        """Give everything back; nobody holds the body any more."""
        held, self._held = self._held, 0
        self._budget.give(held)

    def leave_with(self, holder: object) -> None:
        """Give everything back when `holder`, which has the body, is dropped, in whatever thread that is."""
        self._limit = None  # it knows the task that has the body
        if self._held:
            weakref.finalize(holder, _leave_soon, asyncio.get_running_loop(), self).atexit = False


def _leave_soon(loop: asyncio.AbstractEventLoop, room: Room) -> None:
    with suppress(RuntimeError):  # the loop has ended, and the budget with it
        loop.call_soon_threadsafe(room.leave)
