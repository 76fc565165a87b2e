"""Fetch one address politely and within bounds, following redirects hop by hop.

Failures of the network or of a server are not raised: they are `Unreachable`, with a one-line reason.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import inf
from typing import Final
from urllib.parse import quote

import httpx

from monitor.errors import LeaseLostError
from monitor.fetch import robots
from monitor.fetch.address import address
from monitor.fetch.answer import fresh_for, message, quota_rest, refusal, validator
from monitor.fetch.block_pages import block_page_owner
from monitor.fetch.body import read, too_large
from monitor.fetch.budget import BodyBudget, NoRoomError
from monitor.fetch.cookies import Cookies
from monitor.fetch.domains import DEFAULT_PAUSE, domain, pause_of
from monitor.fetch.files import read_file
from monitor.fetch.robots import Robots
from monitor.fetch.spacing import RequestSpacing
from monitor.model import Fetched, FetchOutcome, NotModified, RobotsFile, Trouble, Unreachable, Validators
from monitor.net import (
    OPEN_HOST,
    Address,
    LookUp,
    RefusedAddressError,
    ResolutionError,
    TlsError,
    is_public,
    open_transport,
    user_agent,
)

__all__ = ["Fetcher"]

BODY_BYTES: Final = 10 * 2**20
"""The largest body that is read, decompressed."""
HELD_BYTES: Final = 32 * 2**20
"""How many bytes of large bodies are held at once, from the network until they are recorded; the others wait."""
HOPS: Final = 10
"""The most redirects that are followed."""
TOTAL: Final = timedelta(seconds=60)
"""The time limit of one fetch over all hops, not counting the wait for spacing."""

# Enough of an error page to tell a block page from a plain refusal.
_GLANCE_BYTES = 16 * 1024
_CONNECT_SECONDS = 10.0
_SILENCE_SECONDS = 30.0
_ROBOTS_SECONDS = 20.0
_AT_ONCE = 128
_LONGEST_NAMED = 200
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
# The statuses of block pages besides 200; with 429 the wait is what counts.
_BLOCK_STATUSES = frozenset({202, 401, 403, 405, 503})
# The prefixes of what is rested: a site, or a single address.
_SITE, _ADDRESS = "site", "address"
_TIDY_AT = 4096  # addresses
# Where Google's sites redirect clients without consent; the requested page is never there.
_CONSENT = {
    "consent.youtube.com": "YouTube's consent page",
    "consent.google.com": "Google's consent page",
}
_SHORTEST_SECRET = 4
# The rest of a domain that answers 429 without Retry-After.
_UNSAID_WAIT = timedelta(minutes=1)
_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/html;q=0.8, */*;q=0.5"


_NOTHING = httpx.ByteStream(b"")


def _ends(context: _FetchContext, began: float) -> float:
    """Return when the time of a fetch is over, by the clock of the loop, during its request that `began` then."""
    limit = None if context.limit is None else context.limit.when()
    return began + context.seconds if limit is None else limit


@dataclass(frozen=True, slots=True)
class _Redirect:
    location: str
    permanent: bool


@dataclass(slots=True)
class _FetchContext:
    """The parameters and the state of one fetch over its hops, with the time that is left."""

    start: httpx.URL
    open_host: str | None
    seconds: float
    validators: Validators = field(default_factory=Validators)
    obey_robots: bool = True
    pause: timedelta | None = None
    secret: str = ""
    hops: int = HOPS
    cap: int = BODY_BYTES
    cut: bool = False
    for_good: bool = True
    within: Callable[[], float] = lambda: inf
    """In how many seconds whoever asks has to have its answer; a request that may take longer does not begin."""
    limit: asyncio.Timeout | None = None
    """What ends the request that is made now; a body that waits for room moves it."""
    seen: set[tuple[str, str]] = field(default_factory=set)
    """The addresses requested so far, each with the cookies sent to it: a repetition is a redirect loop."""
    cookies: Cookies = field(default_factory=Cookies)

    def opens(self, url: httpx.URL) -> bool:
        """Return whether `url` is on the host that the user opened."""
        return self.open_host is not None and url.host == self.open_host

    def knows_secret(self, url: httpx.URL) -> bool:
        """Return whether the secret may be sent to `url`: only to the configured host and port, and not over http when https was configured."""
        start = self.start
        return self.secret != "" and (url.scheme, url.host, url.port) == (
            start.scheme,
            start.host,
            start.port,
        )

    def moved_to(self, url: str) -> str:
        """Return `url`, the final address, if every redirect to it was permanent; "" otherwise or without a redirect."""
        return url if self.for_good and url != str(self.start) else ""


class Fetcher:
    """Fetches any number of addresses concurrently and keeps the spacing and the limits itself.

    `clock` gives the aware time that Expires and Retry-After dates are compared with when a server sends no Date.
    `pause_of` gives the time between two requests to a registrable domain, `site_of` what the requests to a host are spaced by. `contact` (a URL or mail address) is sent to every server. Await `aclose()` at the end.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        contact: str = "",
        body_bytes: int = BODY_BYTES,
        held_bytes: int = HELD_BYTES,
        total: timedelta = TOTAL,
        at_once: int = _AT_ONCE,
        pause_of: Callable[[str], timedelta] = pause_of,
        site_of: Callable[[str], str] = domain,
        look_up: LookUp | None = None,
        is_dialable: Callable[[Address], bool] = is_public,
        rested: Callable[[str, timedelta], Awaitable[None]] | None = None,
        recall: Callable[[str, str], Awaitable[RobotsFile | None]] | None = None,
        remember: Callable[[str, RobotsFile], Awaitable[None]] | None = None,
    ) -> None:
        self._clock = clock
        self._rested = rested
        self._rests: dict[str, tuple[datetime, datetime]] = {}
        self._body_bytes = body_bytes
        self._bodies = BodyBudget(held_bytes)
        self.total_seconds = total.total_seconds()
        self._transport = open_transport(
            max_connections=2 * at_once, look_up=look_up, is_dialable=is_dialable
        )
        self._site_of = site_of
        self._turns = RequestSpacing(at_once, pause_of, site_of)
        self._robots = Robots(self._read_robots, clock, recall, remember)
        self._headers = httpx.Headers(
            [
                (b"User-Agent", user_agent(contact).encode("latin-1", "replace")),
                (b"Accept", _ACCEPT.encode()),
                (b"Accept-Encoding", b"gzip"),
            ],
            encoding="latin-1",
        )
        self._timeout = {
            "connect": _CONNECT_SECONDS,
            "read": _SILENCE_SECONDS,
            "pool": 2 * _CONNECT_SECONDS,
            "write": _SILENCE_SECONDS,
        }

    async def fetch(
        self,
        url: str,
        validators: Validators = Validators(),  # noqa: B008 - frozen
        *,
        allow_private: bool = False,
        obey_robots: bool = True,
        pause: timedelta | None = None,
        named_by: str = "",
        secret: str = "",
        within: Callable[[], float] = lambda: inf,
    ) -> FetchOutcome:
        """Return what is at `url`: Fetched, NotModified, or Unreachable with the reason.

        `validators` are those of the last outcome; they are sent only to the address that returned them.
        Store an outcome's validators only after its body is fully processed. `allow_private` opens the host of `url`, not
        hosts that redirects name. An address that the user did not write is `named_by` the one they wrote (a feed names
        its articles): it must not be a file, and it is opened only when both are on the same host. `pause` replaces the one of its domain and its robots.txt. `secret` is a query that goes along with every request to the
        host of `url`, and is in no outcome. Waits for the spacing of its site without a limit,
        unless the site asked for a long rest: that is Unreachable(RATE_LIMITED) without a status, since no request was made.
        A request begins only if its whole time limit is `within` what that returns, in seconds. Raises LeaseLostError where it is not.
        """
        if url[:5].lower() == "file:" and not named_by:
            return await read_file(url, validators, self._body_bytes)
        start = _address(url)
        if isinstance(start, Unreachable):
            return start
        namer = _address(named_by) if named_by else start
        written = isinstance(namer, httpx.URL) and namer.host == start.host
        return await self._follow(
            _FetchContext(
                start=start,
                open_host=start.host if allow_private and written else None,
                seconds=self.total_seconds,
                validators=validators,
                obey_robots=obey_robots,
                pause=pause,
                secret=secret,
                cap=self._body_bytes,
                within=within,
            )
        )

    def free_in(self, site: str) -> float:
        """Return for how many seconds the site is still to be left alone after its last request."""
        return self._turns.free_in(site)

    def hold(self, site: str, seconds: float) -> None:
        """Leave a site alone for `seconds`: another process has just made a request to it."""
        self._turns.hold(site, seconds)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._transport.aclose()

    async def _read_robots(self, url: httpx.URL, opened: bool, within: Callable[[], float]) -> FetchOutcome:
        pause = min(self._turns.pause(url.raw_host.decode("ascii")), DEFAULT_PAUSE)
        return await self._follow(
            _FetchContext(
                start=url,
                open_host=url.host if opened else None,
                seconds=_ROBOTS_SECONDS,
                obey_robots=False,
                pause=timedelta() if opened else pause,
                hops=robots.HOPS,
                cap=robots.CAP_BYTES,
                cut=True,
                within=within,
            )
        )

    async def _follow(self, context: _FetchContext) -> FetchOutcome:
        url, before = context.start, ""
        for _ in range(context.hops + 1):
            if (left := self._resting(str(url))) is not None:
                return left
            opened = context.opens(url)
            wanted = timedelta()
            if context.obey_robots:
                barrier = await self._robots.barrier(url, opened, context.within)
                if isinstance(barrier, Unreachable):
                    return barrier
                wanted = barrier
            host = url.raw_host.decode("ascii")
            turn = self._turns.take(
                host, opened=opened, pause=context.pause, at_least=wanted, again=before == self._site_of(host)
            )
            async with turn as rest:
                if rest is not None:
                    return _resting(self._site_of(host), rest)
                if context.within() < context.seconds:
                    raise LeaseLostError("its lease ends before a request could", where=host)
                answer = await self._ask(url, context, opened)
                if isinstance(answer, Unreachable):
                    await self._leave_alone(url, answer, opened=opened)
            if not isinstance(answer, _Redirect):
                return _named(answer, url) if before else answer
            target = address(_without(context.secret, answer.location), base=url)
            if isinstance(target, Unreachable):
                return replace(target, trouble=Trouble.REDIRECTS, detail=f"it redirects, but {target.detail}")
            if target.host in _CONSENT:
                return Unreachable(
                    trouble=Trouble.BLOCKED,
                    detail=f"a block page ({_CONSENT[target.host]}) was sent instead of the content",
                )
            # A server that sets a cookie may redirect to the same address.
            cookies = context.cookies.add_to(httpx.Request("GET", target, stream=_NOTHING))
            if (str(target), cookies) in context.seen:
                return _lost("it redirects in a circle")
            # A redirect from https to http is followed, but not suggested as the new address.
            context.for_good &= answer.permanent and not (url.scheme == "https" and target.scheme == "http")
            url, before = target, self._site_of(host)
        return _lost(f"it redirects more than {context.hops} times")

    async def _ask(self, url: httpx.URL, context: _FetchContext, opened: bool) -> FetchOutcome | _Redirect:
        text = str(url)
        known = context.validators if context.validators.url == text else Validators()
        request = httpx.Request(
            "GET",
            _with(context.secret, url) if context.knows_secret(url) else url,
            headers=_conditional(self._headers, known),
            stream=_NOTHING,  # explicit: httpx would inspect the content to set headers
            extensions={"timeout": self._timeout, OPEN_HOST: opened},
        )
        cookies = context.cookies.add_to(request)
        now = asyncio.get_running_loop().time
        began = now()
        try:
            async with asyncio.timeout(context.seconds) as context.limit:
                response = await self._transport.handle_async_request(request)
                response.request = request
                context.seen.add((text, cookies))
                context.cookies.keep(response)
                try:
                    return await self._answer(text, response, context, known)
                finally:
                    await response.aclose()
        except NoRoomError:
            return Unreachable(
                trouble=Trouble.TIMEOUT, detail="too many large bodies were read at once; it is asked again"
            )
        except TimeoutError:
            return Unreachable(
                trouble=Trouble.TIMEOUT, detail=f"{url.host} did not finish its answer in time"
            )
        except httpx.TransportError as error:
            return _failure(error)
        finally:
            context.seconds = max(0.0, _ends(context, began) - now())

    async def _answer(
        self, url: str, response: httpx.Response, context: _FetchContext, known: Validators
    ) -> FetchOutcome | _Redirect:
        status, headers = response.status_code, _headers(response)
        if (rest := quota_rest(headers, self._clock())) is not None and status != 429:
            await self._leave_site(response.request.url, rest, opened=context.opens(response.request.url))
        if status == 304:
            if not (known.etag or known.last_modified):
                return Unreachable(
                    trouble=Trouble.PROTOCOL,
                    detail="the server says unchanged to an unconditional request",
                    status=status,
                )
            return NotModified(
                url=url,
                validators=replace(
                    known,
                    etag=validator(headers, "etag") or known.etag,
                    last_modified=validator(headers, "last-modified") or known.last_modified,
                ),
                moved_to=context.moved_to(url),
                fresh_for=fresh_for(headers, self._clock()),
            )
        if status in _REDIRECTS and "location" in headers:
            return _Redirect(headers["location"], permanent=status in _PERMANENT)
        if status in {200, 203}:
            return await self._content(url, response, headers, context)
        trouble = refusal(status, headers, self._clock(), for_good=context.for_good)
        if status in _BLOCK_STATUSES and trouble.trouble is not Trouble.BLOCKED:
            coding = headers.get("content-encoding", "")
            glance = await read(_raw(response), coding, _GLANCE_BYTES, cut=True)
            if isinstance(glance, bytes) and (owner := block_page_owner(glance)):
                return replace(
                    trouble,
                    trouble=Trouble.BLOCKED,
                    detail=f"a block page ({owner}) was sent instead of the content ({status})",
                )
            if isinstance(glance, bytes):
                trouble = _explained(trouble, glance, headers, context)
        elif 400 <= status < 500 and "json" in headers.get("content-type", ""):
            glance = await read(_raw(response), headers.get("content-encoding", ""), _GLANCE_BYTES, cut=True)
            if isinstance(glance, bytes):
                trouble = _explained(trouble, glance, headers, context)
        if status == 429 and trouble.retry_after is None:
            trouble = replace(trouble, retry_after=quota_rest(headers, self._clock()))
        return trouble

    async def _content(
        self, url: str, response: httpx.Response, headers: Mapping[str, str], context: _FetchContext
    ) -> FetchOutcome:
        length = headers.get("content-length", "")
        if length.isdigit() and int(length[:19]) > context.cap and not context.cut:
            return too_large(context.cap)
        room = self._bodies.room(context.cap, context.limit)
        outcome: FetchOutcome | None = None
        try:
            coding = headers.get("content-encoding", "")
            body = await read(_raw(response), coding, context.cap, cut=context.cut, room=room)
            outcome = (
                body if isinstance(body, Unreachable) else self._read(url, response, headers, context, body)
            )
        finally:
            if isinstance(outcome, Fetched):
                room.shrink(len(outcome.body))
                # Whoever asked holds the body until it is parsed and recorded.
                room.leave_with(outcome)
            else:
                room.leave()
        return outcome

    def _read(
        self,
        url: str,
        response: httpx.Response,
        headers: Mapping[str, str],
        context: _FetchContext,
        body: bytes,
    ) -> FetchOutcome:
        if context.secret:
            body = _scrubbed(body, context.secret)
        if owner := block_page_owner(body):
            return Unreachable(
                trouble=Trouble.BLOCKED,
                detail=f"a block page ({owner}) was sent instead of the content (200)",
                status=response.status_code,
            )
        fresh = fresh_for(headers, self._clock())
        validators = Validators(
            url=url,
            etag=validator(headers, "etag"),
            last_modified=validator(headers, "last-modified"),
            body=hashlib.sha256(body).hexdigest(),
        )
        if validators.body == context.validators.body:
            return NotModified(
                url=url, validators=validators, moved_to=context.moved_to(url), fresh_for=fresh
            )
        return Fetched(
            url=url,
            body=body,
            validators=validators,
            content_type=validator(headers, "content-type"),
            moved_to=context.moved_to(url),
            fresh_for=fresh,
        )

    def rest(self, place: str, wait: timedelta) -> None:
        """Restore a rest from before this process: `rested` was called with its place, and it lasts for what is left."""
        kind, _, name = place.partition(" ")
        if kind == _SITE:
            self._turns.bar(name, wait)
        elif kind == _ADDRESS:
            self._rest(name, wait)

    async def _leave_alone(self, url: httpx.URL, answer: Unreachable, *, opened: bool) -> None:
        """Rest an address for as long as it asked, and its site for up to an hour."""
        if answer.status not in {429, 503}:
            return
        if answer.retry_after:
            self._rest(str(url), answer.retry_after)
            await self._note_rest(f"{_ADDRESS} {url}", answer.retry_after)
        wait = answer.retry_after or (_UNSAID_WAIT if answer.status == 429 else None)
        if wait:
            await self._leave_site(url, wait, opened=opened)

    async def _leave_site(self, url: httpx.URL, wait: timedelta, *, opened: bool) -> None:
        """Rest the site of `url` for `wait`, unless the user opened its host."""
        if not opened:
            name = self._site_of(url.raw_host.decode("ascii"))
            await self._note_rest(f"{_SITE} {name}", self._turns.bar(name, wait))

    async def _note_rest(self, place: str, wait: timedelta) -> None:
        if self._rested is not None:
            await self._rested(place, wait)

    def _rest(self, url: str, wait: timedelta) -> None:
        now = self._clock()
        if len(self._rests) >= _TIDY_AT:
            self._rests = {each: rest for each, rest in self._rests.items() if rest[0] <= now < rest[1]}
        self._rests[url] = now, now + wait

    def _resting(self, url: str) -> Unreachable | None:
        """Return Unreachable when `url` is resting, else None."""
        if url not in self._rests:
            return None
        since, until = self._rests[url]
        if since <= (now := self._clock()) < until:
            return _resting("its address", until - now)
        del self._rests[url]
        return None


# Sources are polled repeatedly: parsed addresses are cached, enough for ten thousand sources.
_address = functools.lru_cache(maxsize=16384)(address)


def _with(secret: str, url: httpx.URL) -> httpx.URL:
    """Return `url` with the query `secret` at the end of its own."""
    query = url.query.decode("ascii")
    return url.copy_with(query=f"{query}&{secret}".lstrip("&").encode("ascii"))


def _without(secret: str, location: str) -> str:
    """Return an address named by a server without the parts of the query `secret` that it repeats."""
    if not secret:
        return location
    head, mark, query = location.partition("?")
    kept = [part for part in query.split("&") if part and part not in secret.split("&")]
    return _plainly(f"{head}?{'&'.join(kept)}" if mark and kept else head, secret)


def _plainly(text: str, secret: str) -> str:
    for part in secret.split("&"):
        name, _, value = part.partition("=")
        if name != "user" and len(value) >= _SHORTEST_SECRET:
            text = text.replace(value, "***").replace(quote(value, safe=""), "***")
    return text


def _scrubbed(body: bytes, secret: str) -> bytes:
    """Return a body without the secret that was sent for it: feeds contain their own address."""
    for part in secret.split("&"):
        name, _, value = part.partition("=")
        if name != "user" and len(value) >= _SHORTEST_SECRET:
            body = body.replace(value.encode(), b"***").replace(quote(value, safe="").encode(), b"***")
    return body


def _explained(
    trouble: Unreachable, body: bytes, headers: Mapping[str, str], context: _FetchContext
) -> Unreachable:
    """Return `trouble` with the message in the JSON body of an API."""
    said = message(body) if "json" in headers.get("content-type", "") else ""
    if not said:
        return trouble
    return replace(trouble, detail=f"{trouble.detail}: {_plainly(said, context.secret)}")


def _headers(response: httpx.Response) -> dict[str, str]:
    """Return the headers by lower-case name, the last of each winning: a lookup in httpx's own mapping is linear.

    Location may hold raw UTF-8; no other header is used when it is not ASCII.
    """
    fields: dict[str, str] = {}
    for raw, value in response.headers.raw:
        name, said = raw.decode("latin-1").lower(), value.decode("utf-8", "replace")
        # The only list header used here that servers split over several lines (RFC 9110, 5.2).
        fields[name] = f"{fields[name]},{said}" if name == "cache-control" and name in fields else said
    return fields


def _raw(response: httpx.Response) -> AsyncIterator[bytes]:
    """Yield the raw body: decoding in httpx has no limit."""
    assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - narrows what httpx types loosely
    return aiter(response.stream)


def _conditional(headers: httpx.Headers, known: Validators) -> httpx.Headers:
    """Return `headers` with both conditional headers: many servers support only one (RFC 9110, 13.1.3)."""
    headers = headers.copy()
    if known.etag:
        headers["If-None-Match"] = known.etag
    if known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers


def _failure(error: httpx.TransportError) -> Unreachable:
    trouble = next((trouble for kinds, trouble in _TROUBLES if isinstance(error, kinds)), Trouble.CONNECT)
    return Unreachable(trouble=trouble, detail=str(error))


# The first that fits wins.
_TROUBLES: tuple[tuple[type[httpx.TransportError] | tuple[type[httpx.TransportError], ...], Trouble], ...] = (
    (RefusedAddressError, Trouble.REFUSED_ADDRESS),
    (ResolutionError, Trouble.DNS),
    (TlsError, Trouble.TLS),
    (httpx.TimeoutException, Trouble.TIMEOUT),
    ((httpx.ProtocolError, httpx.UnsupportedProtocol), Trouble.PROTOCOL),
)


def _resting(name: str, rest: timedelta) -> Unreachable:
    return Unreachable(
        trouble=Trouble.RATE_LIMITED, detail=f"{name} asked for a rest, so it was not asked", retry_after=rest
    )


def _named(answer: FetchOutcome, url: httpx.URL) -> FetchOutcome:
    """Return `answer`; a refusal names the address that gave it when that differs from the configured one."""
    if not isinstance(answer, Unreachable) or answer.status is None:
        return answer
    # A query may hold a secret.
    place = str(url.copy_with(query=None, fragment=None))[:_LONGEST_NAMED]
    return replace(answer, detail=f"{answer.detail}, after a redirect to {place}")


def _lost(detail: str) -> Unreachable:
    return Unreachable(trouble=Trouble.REDIRECTS, detail=detail)
