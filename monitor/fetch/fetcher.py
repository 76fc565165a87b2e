"""Fetching: one address, politely and within bounds, to an outcome; redirects are followed here, hop by hop.

What the network or a server does is never raised: it is `Unreachable`, with one line for a person.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

import httpx

from monitor.fetch import robots
from monitor.fetch.address import address
from monitor.fetch.answer import fresh_for, message, quota_rest, refusal, validator
from monitor.fetch.block_pages import block_page_owner
from monitor.fetch.body import read, too_large
from monitor.fetch.cookies import Cookies
from monitor.fetch.domains import DEFAULT_PAUSE, domain, pause_of
from monitor.fetch.files import read_file
from monitor.fetch.robots import Robots
from monitor.fetch.spacing import RequestSpacing
from monitor.model import Fetched, FetchOutcome, NotModified, Trouble, Unreachable, Validators
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
HOPS: Final = 10
"""The most redirects that are followed."""
TOTAL: Final = timedelta(seconds=60)
"""How long all hops of one fetch may take together, waiting for a turn left aside."""

# Enough of an error page to tell a wall from a plain refusal.
_GLANCE_BYTES = 16 * 1024
_CONNECT_SECONDS = 10.0
_SILENCE_SECONDS = 30.0
_ROBOTS_SECONDS = 20.0
_AT_ONCE = 128
_LONGEST_NAMED = 200
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
# What walls say besides 200; where one says 429 the wait is what counts.
_WALLED = frozenset({202, 401, 403, 405, 503})
# What a place that asked for a rest begins with.
_SITE, _ADDRESS = "site", "address"
_TIDY_AT = 4096  # addresses
# Where a site of Google's sends whoever has not agreed to its terms: no page that is asked for is there.
_CONSENT = {
    "consent.youtube.com": "YouTube's consent page",
    "consent.google.com": "Google's consent page",
}
_SHORTEST_SECRET = 4
# A domain that says 429 and no more is left alone for so long.
_UNSAID_WAIT = timedelta(minutes=1)
_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/html;q=0.8, */*;q=0.5"


_NOTHING = httpx.ByteStream(b"")


@dataclass(frozen=True, slots=True)
class _Redirect:
    location: str
    permanent: bool


@dataclass(slots=True)
class _Errand:
    """What one fetch is about, and what is left of its time."""

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
    seen: set[tuple[str, str]] = field(default_factory=set)
    """The addresses that were asked, each with the cookies that went with it."""
    cookies: Cookies = field(default_factory=Cookies)

    def opens(self, url: httpx.URL) -> bool:
        """Whether `url` is on the very host that the user opened."""
        return self.open_host is not None and url.host == self.open_host

    def knows_secret(self, url: httpx.URL) -> bool:
        """Whether the secret is sent to `url`: to the host and the port that the user wrote, and not in the clear where they did not."""
        start = self.start
        return self.secret != "" and (url.scheme, url.host, url.port) == (
            start.scheme,
            start.host,
            start.port,
        )

    def moved_to(self, url: str) -> str:
        """Return `url`, which answered, when every hop to it was permanent; "" when there was none or one was not."""
        return url if self.for_good and url != str(self.start) else ""


class Fetcher:
    """Fetches whatever is asked of it at once: call it for all that is due, it keeps the spacing and the bounds itself.

    `clock` gives the aware time that Expires and Retry-After dates are compared with when a server sends no Date.
    `pause_of` gives the time between two requests to a registrable domain. `contact` (a URL or mail address) is told to every server. Await `aclose()` in the end.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        contact: str = "",
        body_bytes: int = BODY_BYTES,
        total: timedelta = TOTAL,
        at_once: int = _AT_ONCE,
        pause_of: Callable[[str], timedelta] = pause_of,
        look_up: LookUp | None = None,
        is_dialable: Callable[[Address], bool] = is_public,
        rested: Callable[[str, timedelta], None] = lambda _place, _wait: None,
    ) -> None:
        self._clock = clock
        self._rested = rested
        self._rests: dict[str, tuple[datetime, datetime]] = {}
        self._body_bytes = body_bytes
        self._total = total.total_seconds()
        self._transport = open_transport(
            max_connections=2 * at_once, look_up=look_up, is_dialable=is_dialable
        )
        self._turns = RequestSpacing(at_once, pause_of)
        self._robots = Robots(self._read_robots)
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
    ) -> FetchOutcome:
        """Return what is at `url`: Fetched, NotModified, or Unreachable with the reason.

        `validators` are what the last outcome carried; they are sent to the address that gave them and to no other.
        Store an outcome's validators only when its body is fully processed. `allow_private` opens the host of `url`, not
        hosts that redirects name. An address that the user did not write is `named_by` the one they wrote (a feed names
        its articles): it is no file, and it is opened only where both are on the very same host. `pause` replaces the one of its domain and its robots.txt. `secret` is a query that goes along with every request to the
        host of `url`, and stands in no outcome. Waits for its turn as long as it takes,
        unless the domain asked for a long rest: that is Unreachable(RATE_LIMITED) with no status, since nothing was asked.
        """
        if url[:5].lower() == "file:" and not named_by:
            return await read_file(url, validators, self._body_bytes)
        start = _address(url)
        if isinstance(start, Unreachable):
            return start
        namer = _address(named_by) if named_by else start
        written = isinstance(namer, httpx.URL) and namer.host == start.host
        return await self._follow(
            _Errand(
                start=start,
                open_host=start.host if allow_private and written else None,
                seconds=self._total,
                validators=validators,
                obey_robots=obey_robots,
                pause=pause,
                secret=secret,
                cap=self._body_bytes,
            )
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._transport.aclose()

    async def _read_robots(self, url: httpx.URL, opened: bool) -> FetchOutcome:
        pause = min(self._turns.pause(url.raw_host.decode("ascii")), DEFAULT_PAUSE)
        return await self._follow(
            _Errand(
                start=url,
                open_host=url.host if opened else None,
                seconds=_ROBOTS_SECONDS,
                obey_robots=False,
                pause=timedelta() if opened else pause,
                hops=robots.HOPS,
                cap=robots.CAP_BYTES,
                cut=True,
            )
        )

    async def _follow(self, errand: _Errand) -> FetchOutcome:
        url, before = errand.start, ""
        for _ in range(errand.hops + 1):
            if (left := self._resting(str(url))) is not None:
                return left
            opened = errand.opens(url)
            wanted = timedelta()
            if errand.obey_robots:
                barrier = await self._robots.barrier(url, opened)
                if isinstance(barrier, Unreachable):
                    return barrier
                wanted = barrier
            host = url.raw_host.decode("ascii")
            turn = self._turns.take(
                host, opened=opened, pause=errand.pause, at_least=wanted, again=before == domain(host)
            )
            async with turn as rest:
                if rest is not None:
                    return _resting(domain(host), rest)
                answer = await self._ask(url, errand, opened)
                if isinstance(answer, Unreachable):
                    self._leave_alone(url, answer, opened=opened)
            if not isinstance(answer, _Redirect):
                return _named(answer, url) if before else answer
            target = address(_without(errand.secret, answer.location), base=url)
            if isinstance(target, Unreachable):
                return replace(target, trouble=Trouble.REDIRECTS, detail=f"it redirects, but {target.detail}")
            if target.host in _CONSENT:
                return Unreachable(
                    trouble=Trouble.BLOCKED, detail=f"a wall of {_CONSENT[target.host]} stands before it"
                )
            # A server that has set a cookie may want to be asked once more.
            cookies = errand.cookies.add_to(httpx.Request("GET", target, stream=_NOTHING))
            if (str(target), cookies) in errand.seen:
                return _lost("it redirects in a circle")
            # A secure address that moved to an insecure one is followed, but nobody is told to write that down.
            errand.for_good &= answer.permanent and not (url.scheme == "https" and target.scheme == "http")
            url, before = target, domain(host)
        return _lost(f"it redirects more than {errand.hops} times")

    async def _ask(self, url: httpx.URL, errand: _Errand, opened: bool) -> FetchOutcome | _Redirect:
        text = str(url)
        known = errand.validators if errand.validators.url == text else Validators()
        request = httpx.Request(
            "GET",
            _with(errand.secret, url) if errand.knows_secret(url) else url,
            headers=_conditional(self._headers, known),
            stream=_NOTHING,  # said outright: httpx would look for what there is to send, and how it is to be named
            extensions={"timeout": self._timeout, OPEN_HOST: opened},
        )
        cookies = errand.cookies.add_to(request)
        now = asyncio.get_running_loop().time
        began = now()
        try:
            async with asyncio.timeout(errand.seconds):
                response = await self._transport.handle_async_request(request)
                response.request = request
                errand.seen.add((text, cookies))
                errand.cookies.keep(response)
                try:
                    return await self._answer(text, response, errand, known)
                finally:
                    await response.aclose()
        except TimeoutError:
            return Unreachable(
                trouble=Trouble.TIMEOUT, detail=f"{url.host} did not finish its answer in time"
            )
        except httpx.TransportError as error:
            return _failure(error)
        finally:
            errand.seconds = max(0.0, errand.seconds - (now() - began))

    async def _answer(
        self, url: str, response: httpx.Response, errand: _Errand, known: Validators
    ) -> FetchOutcome | _Redirect:
        status, headers = response.status_code, _headers(response)
        if (rest := quota_rest(headers, self._clock())) is not None and status != 429:
            self._leave_site(response.request.url, rest, opened=errand.opens(response.request.url))
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
                moved_to=errand.moved_to(url),
                fresh_for=fresh_for(headers, self._clock()),
            )
        if status in _REDIRECTS and "location" in headers:
            return _Redirect(headers["location"], permanent=status in _PERMANENT)
        if status in {200, 203}:
            return await self._content(url, response, headers, errand)
        trouble = refusal(status, headers, self._clock(), for_good=errand.for_good)
        if status in _WALLED and trouble.trouble is not Trouble.BLOCKED:
            coding = headers.get("content-encoding", "")
            glance = await read(_raw(response), coding, _GLANCE_BYTES, cut=True)
            if isinstance(glance, bytes) and (owner := block_page_owner(glance)):
                return replace(
                    trouble, trouble=Trouble.BLOCKED, detail=f"a wall of {owner} stands before it ({status})"
                )
            if isinstance(glance, bytes):
                trouble = _explained(trouble, glance, headers, errand)
        elif 400 <= status < 500 and "json" in headers.get("content-type", ""):
            glance = await read(_raw(response), headers.get("content-encoding", ""), _GLANCE_BYTES, cut=True)
            if isinstance(glance, bytes):
                trouble = _explained(trouble, glance, headers, errand)
        if status == 429 and trouble.retry_after is None:
            trouble = replace(trouble, retry_after=quota_rest(headers, self._clock()))
        return trouble

    async def _content(
        self, url: str, response: httpx.Response, headers: Mapping[str, str], errand: _Errand
    ) -> FetchOutcome:
        length = headers.get("content-length", "")
        if length.isdigit() and int(length[:19]) > errand.cap and not errand.cut:
            return too_large(errand.cap)
        body = await read(_raw(response), headers.get("content-encoding", ""), errand.cap, cut=errand.cut)
        if isinstance(body, Unreachable):
            return body
        if errand.secret:
            body = _scrubbed(body, errand.secret)
        if owner := block_page_owner(body):
            return Unreachable(
                trouble=Trouble.BLOCKED,
                detail=f"a wall of {owner} stands before it (200)",
                status=response.status_code,
            )
        fresh = fresh_for(headers, self._clock())
        validators = Validators(
            url=url,
            etag=validator(headers, "etag"),
            last_modified=validator(headers, "last-modified"),
            body=hashlib.sha256(body).hexdigest(),
        )
        if validators.body == errand.validators.body:
            return NotModified(url=url, validators=validators, moved_to=errand.moved_to(url), fresh_for=fresh)
        return Fetched(
            url=url,
            body=body,
            validators=validators,
            content_type=validator(headers, "content-type"),
            moved_to=errand.moved_to(url),
            fresh_for=fresh,
        )

    def rest(self, place: str, wait: timedelta) -> None:
        """Leave alone what asked for it before this process began: a place that `rested` was told of, for what is left."""
        kind, _, name = place.partition(" ")
        if kind == _SITE:
            self._turns.bar(name, wait)
        elif kind == _ADDRESS:
            self._rest(name, wait)

    def _leave_alone(self, url: httpx.URL, answer: Unreachable, *, opened: bool) -> None:
        """Leave alone the address that asked for it for as long as it asked, and its domain up to an hour."""
        if answer.status not in {429, 503}:
            return
        if answer.retry_after:
            self._rest(str(url), answer.retry_after)
            self._rested(f"{_ADDRESS} {url}", answer.retry_after)
        wait = answer.retry_after or (_UNSAID_WAIT if answer.status == 429 else None)
        if wait:
            self._leave_site(url, wait, opened=opened)

    def _leave_site(self, url: httpx.URL, wait: timedelta, *, opened: bool) -> None:
        """Leave the domain of `url` alone for `wait`; a host that the user opened is their own."""
        if not opened:
            name = domain(url.raw_host.decode("ascii"))
            self._rested(f"{_SITE} {name}", self._turns.bar(name, wait))

    def _rest(self, url: str, wait: timedelta) -> None:
        now = self._clock()
        if len(self._rests) >= _TIDY_AT:
            self._rests = {each: rest for each, rest in self._rests.items() if rest[0] <= now < rest[1]}
        self._rests[url] = now, now + wait

    def _resting(self, url: str) -> Unreachable | None:
        """Return that `url` is not asked now, where it asked for a rest."""
        if url not in self._rests:
            return None
        since, until = self._rests[url]
        if since <= (now := self._clock()) < until:
            return _resting("its address", until - now)
        del self._rests[url]
        return None


# Sources are polled again and again: their addresses need not be read anew each time, ten thousand of them either.
_address = functools.lru_cache(maxsize=16384)(address)


def _with(secret: str, url: httpx.URL) -> httpx.URL:
    """Return `url` with the query `secret` at the end of its own."""
    query = url.query.decode("ascii")
    return url.copy_with(query=f"{query}&{secret}".lstrip("&").encode("ascii"))


def _without(secret: str, location: str) -> str:
    """Return an address that a server names, without what it repeats of the query `secret`."""
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
    """Return an answer without the secret that was sent for it: feeds name their own address."""
    for part in secret.split("&"):
        name, _, value = part.partition("=")
        if name != "user" and len(value) >= _SHORTEST_SECRET:
            body = body.replace(value.encode(), b"***").replace(quote(value, safe="").encode(), b"***")
    return body


def _explained(trouble: Unreachable, body: bytes, headers: Mapping[str, str], errand: _Errand) -> Unreachable:
    """Return `trouble` with what an API says of it in its JSON."""
    said = message(body) if "json" in headers.get("content-type", "") else ""
    if not said:
        return trouble
    return replace(trouble, detail=f"{trouble.detail}: {_plainly(said, errand.secret)}")


def _headers(response: httpx.Response) -> dict[str, str]:
    """Return the headers by lower-case name, the last of each winning: httpx's own mapping searches anew at each look.

    Location may hold raw UTF-8; everything else that is not ASCII is none of ours to understand.
    """
    fields: dict[str, str] = {}
    for raw, value in response.headers.raw:
        name, said = raw.decode("latin-1").lower(), value.decode("utf-8", "replace")
        # Of the lists that matter here, the only one that servers spread over lines (RFC 9110, 5.2).
        fields[name] = f"{fields[name]},{said}" if name == "cache-control" and name in fields else said
    return fields


def _raw(response: httpx.Response) -> AsyncIterator[bytes]:
    """Return the body as it came: httpx decodes without a bound, so it is not asked to."""
    assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - narrows what httpx types loosely
    return aiter(response.stream)


def _conditional(headers: httpx.Headers, known: Validators) -> httpx.Headers:
    """Return `headers` with the conditional ones, both of them: servers that know only one are common (RFC 9110, 13.1.3)."""
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
    """Return `answer`, where it is a refusal, with the address that gave it, which is not the one that a person wrote."""
    if not isinstance(answer, Unreachable) or answer.status is None:
        return answer
    # A query may hold what is nobody's business.
    place = str(url.copy_with(query=None, fragment=None))[:_LONGEST_NAMED]
    return replace(answer, detail=f"{answer.detail}, after a redirect to {place}")


def _lost(detail: str) -> Unreachable:
    return Unreachable(trouble=Trouble.REDIRECTS, detail=detail)
