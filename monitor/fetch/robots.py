"""Obey robots.txt (RFC 9309): rules are cached for a day, and a site whose robots.txt is unreachable is not requested."""

from __future__ import annotations

import asyncio
import functools
import re
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import inf
from typing import Final
from weakref import WeakValueDictionary

import httpx
from protego import Protego

from monitor.fetch.address import origin
from monitor.model import Fetched, FetchOutcome, RobotsFile, Trouble, Unreachable

__all__ = ["CAP_BYTES", "HOPS", "Robots"]

CAP_BYTES: Final = 500 * 1024
"""The size that RFC 9309, 2.5 requires to be parsed; the rest is ignored."""
HOPS: Final = 5
"""The redirects that RFC 9309, 2.3.1.2 requires to be followed."""

_AGENT = "monitor"
LIFE_SECONDS = 24 * 3600.0
_STALE_SECONDS = 7 * LIFE_SECONDS
_RETRY = timedelta(minutes=10)
_LONGEST_DELAY_SECONDS = 60.0
ORIGINS = 20_000
DECISIONS = 64
# Parsing takes 2.5 µs a byte: a larger file would block the event loop.
_PARSE_IN_PLACE_BYTES = 16 * 1024


# A group may name our whole User-Agent; the product token is the part before the slash.
_VERSION = re.compile(rf"^([ \t]*user-agent[ \t]*:[ \t]*{_AGENT})/[^\r\n]*", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True)
class _Rules:
    """The rules of one origin, compressed: parsed rules take twenty times the memory, and most origins are asked for one path."""

    packed: bytes
    read_at: float
    expires_at: float
    delay: timedelta = timedelta()
    decisions: dict[str, bool] = field(default_factory=dict)


class Robots:
    """The cached rules of recently used origins.

    `read` fetches one robots.txt, politely and bounded. `recall` returns what another process read of an origin (or this one before it
    was restarted), given the origin and its host, and `remember` stores what was read.
    """

    def __init__(
        self,
        read: Callable[[httpx.URL, bool, Callable[[], float]], Awaitable[FetchOutcome]],
        clock: Callable[[], datetime],
        recall: Callable[[str, str], Awaitable[RobotsFile | None]] | None = None,
        remember: Callable[[str, RobotsFile], Awaitable[None]] | None = None,
    ) -> None:
        self._read = read
        self._clock = clock
        self._recall = recall
        self._remember = remember
        self._rules: dict[str, _Rules] = {}
        self._reading: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def barrier(
        self, url: httpx.URL, opened: bool, within: Callable[[], float] = lambda: inf
    ) -> timedelta | Unreachable:
        """Return the crawl delay of the site, or the reason why `url` must not be requested now.

        `opened` allows reading robots.txt from a private host, `within` is as in :meth:`Fetcher.fetch`.
        """
        site = origin(url)
        rules = self._rules.get(site)
        now = asyncio.get_running_loop().time()
        if rules is None or rules.expires_at <= now:
            found = await self._refreshed(site, url.host, opened, within)
            if isinstance(found, Unreachable):
                return found
            rules = found
        if await self._allowed(rules, url):
            return rules.delay
        return Unreachable(
            trouble=Trouble.ROBOTS,
            detail=f"the robots.txt of {url.host} does not allow it; obey_robots: false is your call",
        )

    async def _refreshed(
        self, site: str, host: str, opened: bool, within: Callable[[], float]
    ) -> _Rules | Unreachable:
        lock = self._reading.setdefault(site, asyncio.Lock())
        async with lock:
            now = asyncio.get_running_loop().time()
            known = self._rules.get(site)
            if known is not None and known.expires_at > now:
                return known
            if known is None and (shared := await self._recalled(site, host, now)) is not None:
                known = shared
                if shared.expires_at > now:
                    self._keep(site, shared)
                    return shared
            outcome = await self._read(httpx.URL(site + "/robots.txt"), opened, within)
            now = asyncio.get_running_loop().time()
            if isinstance(outcome, Fetched):
                rules = await _rules(outcome.body, now)
                await self._share(site, outcome.body)
            elif isinstance(outcome, Unreachable) and _is_absent(outcome):
                rules = _Rules(b"", now, now + LIFE_SECONDS)
                await self._share(site, b"")
            elif known is not None and now - known.read_at < _STALE_SECONDS:
                known.expires_at = now + _RETRY.total_seconds()
                rules = known
            else:
                return _unread(outcome)
            self._keep(site, rules)
            return rules

    def __len__(self) -> int:
        """Return the number of sites whose rules are in memory."""
        return len(self._rules)

    def _keep(self, site: str, rules: _Rules) -> None:
        if len(self._rules) >= ORIGINS:
            self._rules.pop(next(iter(self._rules)))
        self._rules[site] = rules

    async def _recalled(self, site: str, host: str, now: float) -> _Rules | None:
        """Return what another process read, by the monotonic clock of this one; what was read in the future does not count."""
        found = None if self._recall is None else await self._recall(site, host)
        if found is None or found.read_at > (at := self._clock()):
            return None
        read_at = now - (at - found.read_at).total_seconds()
        rules = await _rules(found.body, read_at)
        rules.expires_at = min(rules.expires_at, now + (found.expires_at - at).total_seconds())
        return rules

    async def _share(self, site: str, body: bytes) -> None:
        if self._remember is not None:
            at = self._clock()
            kept = RobotsFile(body[:CAP_BYTES], at, at + timedelta(seconds=LIFE_SECONDS))
            await self._remember(site, kept)

    async def _allowed(self, rules: _Rules, url: httpx.URL) -> bool:
        if not rules.packed:
            return True
        path = url.raw_path.decode("ascii")
        allowed = rules.decisions.get(path)
        if allowed is None:
            allowed = (await _parsed(zlib.decompress(rules.packed))).can_fetch(str(url), _AGENT)
            if len(rules.decisions) >= DECISIONS:
                rules.decisions.clear()
            rules.decisions[path] = allowed
        return allowed


async def _rules(body: bytes, now: float) -> _Rules:
    parsed = await _parsed(body)
    delay = parsed.crawl_delay(_AGENT) or 0.0
    return _Rules(
        packed=zlib.compress(body) if body.strip() else b"",
        read_at=now,
        expires_at=now + LIFE_SECONDS,
        delay=timedelta(seconds=min(delay, _LONGEST_DELAY_SECONDS)),
    )


async def _parsed(body: bytes) -> Protego:
    if len(body) >= CAP_BYTES:  # a truncated rule would be another rule
        body = body[: body.rfind(b"\n") + 1]
    text = _VERSION.sub(r"\1", body.decode("utf-8-sig", "replace"))
    return (
        _lately_parsed(text)
        if len(body) <= _PARSE_IN_PLACE_BYTES
        else await asyncio.to_thread(Protego.parse, text)
    )


# A site with many feeds (one for each channel of a video platform) is requested for many paths.
_lately_parsed = functools.lru_cache(maxsize=16)(Protego.parse)


def _is_absent(outcome: Unreachable) -> bool:
    """Return whether the response means that there is no robots.txt (RFC 9309, 2.3.1.3); 429 does not."""
    status = outcome.status or 0
    return (200 < status < 500 and status != 429) or outcome.trouble is Trouble.REDIRECTS


def _unread(outcome: FetchOutcome) -> Unreachable:
    """Return why `url` must wait: robots.txt cannot be read."""
    assert isinstance(outcome, Unreachable)  # noqa: S101 - NotModified needs validators, and none were sent
    if outcome.status is None:
        if outcome.trouble in {Trouble.TIMEOUT, Trouble.PROTOCOL}:
            return replace(outcome, detail=f"its robots.txt cannot be read ({outcome.detail}), so we wait")
        return outcome
    return Unreachable(
        trouble=outcome.trouble
        if outcome.trouble in {Trouble.BLOCKED, Trouble.RATE_LIMITED}
        else Trouble.ROBOTS,
        detail=f"its robots.txt cannot be read ({outcome.detail}), so we wait",
        status=outcome.status,
        retry_after=outcome.retry_after or _RETRY,
    )
