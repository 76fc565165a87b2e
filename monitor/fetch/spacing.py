"""Space the requests to a site: one at a time, a pause after each, and none while a site rests.

A site is a registrable domain, or a host that is spaced by itself. Waiting holds no connection, so a slow site delays only its own requests.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from monitor.fetch.domains import domain

__all__ = ["RequestSpacing"]

# A longer wait is returned to the schedule.
_PATIENCE_SECONDS = 30.0
# A rest asked for by one address delays the site's other sources no longer than this.
_LONGEST_BAR = timedelta(hours=1)
TIDY_AT = 4096  # sites


@dataclass(slots=True)
class _Site:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    wanted_by: int = 0
    free_at: float = 0.0
    barred_until: float = 0.0


class RequestSpacing:
    """The spacing of all sites.

    `at_once` bounds the concurrent requests, `pause_of` gives the pause of a registrable domain, `site_of` the site of a host.
    """

    def __init__(
        self, at_once: int, pause_of: Callable[[str], timedelta], site_of: Callable[[str], str] = domain
    ) -> None:
        self._pause_of = pause_of
        self._site_of = site_of
        self._sites: dict[str, _Site] = {}
        self._tidy_at = TIDY_AT
        self._slots = asyncio.Semaphore(at_once)

    @contextlib.asynccontextmanager
    async def take(
        self,
        host: str,
        *,
        opened: bool,
        pause: timedelta | None,
        at_least: timedelta = timedelta(),
        again: bool = False,
    ) -> AsyncIterator[timedelta | None]:
        """Wait until `host` may be requested and hold its slot; yields None, or how long its site still rests.

        `pause` replaces the pause of its domain, which is zero for an `opened` (private) host; `at_least` is the crawl delay of its
        robots.txt. A redirect within the same site (`again`) does not pause once more.
        """
        each = self._site(host if opened else self._site_of(host))
        if pause is None:
            pause = max(timedelta() if opened else self.pause(host), at_least)
        now = asyncio.get_running_loop().time
        each.wanted_by += 1
        try:
            async with each.lock:
                barred = each.barred_until - now()
                if barred > _PATIENCE_SECONDS:
                    yield timedelta(seconds=barred)
                    return
                wait = max(barred, 0.0 if again else each.free_at - now())
                if wait > 0:
                    await asyncio.sleep(wait)
                async with self._slots:
                    try:
                        yield None
                    finally:
                        each.free_at = now() + pause.total_seconds()
        finally:
            each.wanted_by -= 1

    def __len__(self) -> int:
        """Return the number of sites that are in memory."""
        return len(self._sites)

    def bar(self, name: str, wait: timedelta) -> timedelta:
        """Rest the site `name` for `wait`, up to the maximum; return for how long."""
        wait = min(wait, _LONGEST_BAR)
        each = self._site(name)
        each.barred_until = max(each.barred_until, asyncio.get_running_loop().time() + wait.total_seconds())
        return wait

    def free_in(self, name: str) -> float:
        """Return for how many seconds the site `name` is still to be left alone after its last request."""
        each = self._sites.get(name)
        return 0.0 if each is None else max(0.0, each.free_at - asyncio.get_running_loop().time())

    def hold(self, name: str, seconds: float) -> None:
        """Leave the site `name` alone for `seconds`, or for longer where it already is."""
        if seconds > 0:
            each = self._site(name)
            each.free_at = max(each.free_at, asyncio.get_running_loop().time() + seconds)

    def pause(self, host: str) -> timedelta:
        """Return the pause of the domain of `host`."""
        return self._pause_of(domain(host))

    def _site(self, name: str) -> _Site:
        if name not in self._sites:
            if len(self._sites) >= self._tidy_at:
                now = asyncio.get_running_loop().time()
                self._sites = {
                    kept: each
                    for kept, each in self._sites.items()
                    if each.wanted_by or each.free_at > now or each.barred_until > now
                }
                self._tidy_at = max(TIDY_AT, 2 * len(self._sites))
            self._sites[name] = _Site()
        return self._sites[name]
