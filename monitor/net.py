"""Open every connection that leaves this process, only to public addresses unless a person permitted the host.

The check is made where the socket is created, on the address that is dialled: DNS rebinding, an odd spelling or a redirect cannot
come between check and connect (docs/decisions/0023).
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import http.cookiejar
import os
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Final

import aiohttp
import aiohttp.abc
import httpx
import yarl
from multidict import CIMultiDict

from monitor import __version__

__all__ = [
    "OPEN_HOST", "Address", "LookUp", "RefusedAddressError", "ResolutionError", "TlsError", "is_public", "open_client", "open_transport", "user_agent",
]  # fmt: skip

Address = IPv4Address | IPv6Address

OPEN_HOST: Final = "monitor.open_host"
"""The request extension that, when true, permits a private address for this one request."""

LookUp = Callable[[str], Iterable[str]]
"""A function from a host name to its addresses, blocking; raises OSError when there are none."""

# What the registries call global but that leads back inside, or nowhere a feed lives: the 6to4 relay, protocol
# assignments, multicast. https://www.iana.org/assignments/iana-ipv4-special-registry
_CLOSED_V4 = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/4")))
# Of IPv6 only the global unicast block is open, which leaves out IPv4-mapped, IPv4-compatible, NAT64, site-local,
# unique local, link-local and multicast at once; within it Teredo and its neighbours, 6to4 and documentation are closed.
_GLOBAL_UNICAST_V6 = ip_network("2000::/3")
_CLOSED_V6 = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))

# A host that does not answer blocks one of these threads, not the others.
_LOOK_UPS_AT_ONCE = 64
# Long enough for the next request to the same site, short enough that a pass over thousands of sites stays under the
# usual 1,024 open files: aiohttp bounds the connections in use, not the idle ones.
_IDLE_SECONDS = 2.0
# Content-Security-Policy headers of real sites pass aiohttp's 8 KiB; 128 headers of these stay under 4 MiB.
_HEADER_BYTES = 32 * 1024
# A body of the largest size that anybody asks for, and its frame: chunk sizes of a million digits end here.
_ANSWER_BYTES = 16 * 2**20
# A chunk for each byte is an attack on the parser's time. Real servers send lines as chunks at worst.
_MOST_CHUNKS = 2**14
_CHUNK_BYTES = 16


class RefusedAddressError(httpx.ConnectError):
    """The host has only private, reserved or local addresses, and nobody permitted it."""


class ResolutionError(httpx.ConnectError):
    """The host's name does not resolve."""


class TlsError(httpx.ConnectError):
    """The TLS handshake failed: certificate, name or protocol."""


def is_public(address: Address) -> bool:
    """Return whether `address` belongs to the public internet, independently of the standard library's registry."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in closed for closed in _CLOSED_V4)
    return (
        address.scope_id is None
        and address in _GLOBAL_UNICAST_V6
        and address.is_global
        and not any(address in closed for closed in _CLOSED_V6)
    )


def user_agent(contact: str = "") -> str:
    """Return the User-Agent of every request, with the address at which its operator is reached."""
    return f"monitor/{__version__}" + (f" (+{contact})" if contact else "")


def open_client(
    *,
    allow_private_hosts: frozenset[str] = frozenset(),
    timeout: httpx.Timeout | float = 30.0,
    headers: Mapping[str, str] | None = None,
    max_connections: int = 256,
    look_up: LookUp | None = None,
    is_dialable: Callable[[Address], bool] = is_public,
) -> httpx.AsyncClient:
    """Return a client that checks every address it dials, follows no redirect, keeps no cookie and uses no proxy.

    A private address is dialled only for a host named in `allow_private_hosts` (as ``httpx.URL(url).host`` gives it) or for a request with
    the extension ``{OPEN_HOST: True}``. `look_up` and `is_dialable` exist for tests and unusual networks. ``SSL_CERT_FILE`` and
    ``SSL_CERT_DIR`` are honoured. Await its `aclose()`. A request raises httpx's exceptions and those of this module, all of them
    `httpx.TransportError` and none with more of the URL in it than its host; an invalid URL raises `httpx.InvalidURL`.
    """
    transport = open_transport(
        allow_private_hosts=allow_private_hosts,
        max_connections=max_connections,
        look_up=look_up,
        is_dialable=is_dialable,
    )
    return httpx.AsyncClient(
        transport=transport,
        timeout=timeout,
        headers={"User-Agent": user_agent(), **(headers or {})},
        follow_redirects=False,
        trust_env=False,
        cookies=http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[])),
    )


def open_transport(
    *,
    allow_private_hosts: frozenset[str] = frozenset(),
    max_connections: int = 256,
    look_up: LookUp | None = None,
    is_dialable: Callable[[Address], bool] = is_public,
) -> httpx.AsyncBaseTransport:
    """Return the transport of `open_client`, for a caller that wants a single exchange."""
    return _GuardedTransport(
        allow_private_hosts=allow_private_hosts,
        max_connections=max_connections,
        look_up=look_up or _look_up,
        is_dialable=is_dialable,
    )


@functools.lru_cache(maxsize=4)
def _tls(_file: str, _folder: str) -> ssl.SSLContext:
    """Return the TLS context for the two environment variables; reading the certificates takes 20 ms."""
    return httpx.create_ssl_context()


class _GuardedTransport(httpx.AsyncBaseTransport):
    """Two connection pools: one for public addresses only, one for hosts that a person permitted.

    They are separate because a pooled connection is not dialled again: what was permitted for one request must not serve another.
    """

    def __init__(
        self,
        *,
        allow_private_hosts: frozenset[str],
        max_connections: int,
        look_up: LookUp,
        is_dialable: Callable[[Address], bool],
    ) -> None:
        self._open_hosts = allow_private_hosts
        self._is_dialable = is_dialable
        tls = _tls(os.environ.get("SSL_CERT_FILE", ""), os.environ.get("SSL_CERT_DIR", ""))

        def pool(is_dialable: Callable[[Address], bool]) -> _Pool:
            return _Pool(
                max_connections=max_connections,
                tls=tls,
                resolver=functools.partial(_GuardedResolver, look_up, is_dialable),
                socket_factory=functools.partial(_guarded_socket, is_dialable),
            )

        self._public = pool(is_dialable)
        self._opened = pool(lambda _: True)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request` through the pool of its host; every failure is an `httpx.TransportError`.

        Redirects are not followed, and the body is returned as sent, compressed or not. A GET has no content (RFC 9110, section 9.3.1).
        """
        with _as_httpx(request):
            url = yarl.URL(str(request.url))
            answer = await self._pool(request, url).session.request(
                request.method,
                url,
                headers=CIMultiDict(
                    [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw]
                ),
                data=None if request.method == "GET" else await request.aread() or None,
                allow_redirects=False,
                timeout=_timeout(**request.extensions.get("timeout", {})),
            )
        return httpx.Response(
            answer.status, headers=answer.raw_headers, stream=_Stream(answer, request), request=request
        )

    def _pool(self, request: httpx.Request, dialled: yarl.URL) -> _Pool:
        host = request.url.host
        if request.extensions.get(OPEN_HOST) or host in self._open_hosts:
            # aiohttp parses the URL with another parser: the permitted host must be the one that is dialled.
            if dialled.raw_host == request.url.raw_host.decode("ascii"):
                return self._opened
            raise _Refusal(host, "an ambiguous spelling")
        if ":" in host or host[-1:].isdigit():  # what may be a literal, which no resolver will see
            with contextlib.suppress(ValueError):
                if not self._is_dialable(ip_address(host)):
                    raise _Refusal(host, host)
        return self._public

    async def aclose(self) -> None:
        """Close every connection."""
        await self._public.aclose()
        await self._opened.aclose()


class _Pool:
    """Connections to addresses of one kind."""

    def __init__(
        self,
        *,
        max_connections: int,
        tls: ssl.SSLContext,
        resolver: Callable[[], aiohttp.abc.AbstractResolver],
        socket_factory: Callable[[aiohttp.AddrInfoType], socket.socket],
    ) -> None:
        self._max_connections = max_connections
        self._tls = tls
        self._resolver = resolver
        self._socket_factory = socket_factory
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The session, opened by the first request: it belongs to the event loop that runs then."""
        if self._session is None:
            connector = aiohttp.TCPConnector(
                ssl=self._tls,
                limit=self._max_connections,
                keepalive_timeout=_IDLE_SECONDS,
                resolver=self._resolver(),
                socket_factory=self._socket_factory,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                max_line_size=_HEADER_BYTES,
                max_field_size=_HEADER_BYTES,
            )
        return self._session

    async def aclose(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()


@functools.lru_cache(maxsize=16)
def _timeout(
    connect: float | None = None,
    read: float | None = None,
    pool: float | None = None,
    write: float | None = None,  # noqa: ARG001 - httpx's name for what aiohttp does not bound
) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(sock_connect=connect, sock_read=read, connect=pool)


class _Stream(httpx.AsyncByteStream):
    """The body of a response as a stream; its failures are httpx's exceptions."""

    def __init__(self, answer: aiohttp.ClientResponse, request: httpx.Request) -> None:
        self._answer = answer
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        content, chunks, size = self._answer.content, 0, 0
        with _as_httpx(self._request):
            while not content.at_eof():
                data, is_whole = await content.readchunk()
                chunks += is_whole
                size += len(data)
                if chunks > _MOST_CHUNKS + size // _CHUNK_BYTES:
                    raise aiohttp.ClientPayloadError("the body is cut into bytes")
                if data:
                    yield data

    async def aclose(self) -> None:
        with _as_httpx(self._request):
            self._answer.release()
            if self._request.method != "GET":  # which has been sent whole
                await self._answer.wait_for_close()


class _GuardedResolver(aiohttp.abc.AbstractResolver):
    """Resolves in its own daemon threads: a dead name server delays neither other work of the loop nor the exit."""

    def __init__(self, look_up: LookUp, is_dialable: Callable[[Address], bool]) -> None:
        self._look_up = look_up
        self._is_dialable = is_dialable
        self._slots = asyncio.Semaphore(_LOOK_UPS_AT_ONCE)

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 - aiohttp's signature; both families are wanted
    ) -> list[aiohttp.abc.ResolveResult]:
        addresses = await self._addresses(host)
        dialable = [address for address in addresses if self._is_dialable(address)]
        if addresses and not dialable:
            raise _Refusal(host, str(addresses[0]))
        return [
            aiohttp.abc.ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET if address.version == 4 else socket.AF_INET6,
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in dialable
        ]

    async def _addresses(self, host: str) -> list[Address]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[Address]] = loop.create_future()

        def settle(addresses: list[Address] | Exception) -> None:
            if answer.cancelled():
                return
            if isinstance(addresses, Exception):
                answer.set_exception(addresses)
            else:
                answer.set_result(addresses)

        def look_up() -> None:
            found: list[Address] | Exception
            try:
                found = [ip_address(address) for address in self._look_up(host)]
            except OSError as error:
                found = error
            except ValueError as error:  # a label that IDNA refuses
                found = OSError(str(error))
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(settle, found)

        async with self._slots:
            threading.Thread(target=look_up, name=f"look up {host}"[:60], daemon=True).start()
            return await answer

    async def close(self) -> None:
        """Abandon running look-ups, which end by themselves."""


class _Refusal(OSError):  # noqa: N818 - an OSError is what a dialler may fail with; callers see RefusedAddressError
    def __init__(self, host: str, address: str) -> None:
        name = host if host == address else f"{host} ({address})"
        super().__init__(f"{name} is not a public address; allow_private: true opens a host that you trust")


def _look_up(host: str) -> list[str]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def _guarded_socket(is_dialable: Callable[[Address], bool], dial: aiohttp.AddrInfoType) -> socket.socket:
    family, kind, protocol, _, sockaddr = dial
    address = str(sockaddr[0])
    if not is_dialable(ip_address(address)):
        raise _Refusal(address, address)
    return _BoundedSocket(family, kind, protocol)


class _BoundedSocket(socket.socket):
    """A socket that receives at most `_ANSWER_BYTES` in answer to what it sent last; beyond that the connection fails."""

    _received = 0

    def send(self, *arguments: Any) -> int:
        """Send a request, or more of one."""
        self._received = 0
        return super().send(*arguments)

    def sendmsg(self, *arguments: Any) -> int:
        """Send a request, or more of one, from several buffers."""
        self._received = 0
        return super().sendmsg(*arguments)

    def recv(self, *arguments: Any) -> bytes:
        """Receive more of the answer."""
        data = super().recv(*arguments)
        self._count(len(data))
        return data

    def recv_into(self, *arguments: Any) -> int:
        """Receive more of the answer into a buffer, as TLS does."""
        size = super().recv_into(*arguments)
        self._count(size)
        return size

    def _count(self, size: int) -> None:
        self._received += size
        if self._received > _ANSWER_BYTES:
            raise ConnectionAbortedError(
                errno.ECONNABORTED, "the answer is larger than any that was asked for"
            )


@contextlib.contextmanager
def _as_httpx(request: httpx.Request) -> Iterator[None]:
    """Raise the httpx exception for whatever aiohttp raises in the block."""
    try:
        yield
    except (aiohttp.ClientError, OSError, ValueError) as error:
        # aiohttp's messages contain the whole URL, which may be secret: they are not chained.
        raise _named(error, request) from None


def _named(error: BaseException, request: httpx.Request) -> httpx.TransportError:
    reason = getattr(error, "os_error", error)
    if isinstance(reason, _Refusal):
        return RefusedAddressError(str(reason), request=request)
    if isinstance(error, aiohttp.ClientResponseError):
        reason = error.message
    for kinds, name, message in _NAMES:
        if isinstance(error, kinds):
            return name(message.format(host=request.url.host, reason=_one_line(reason)), request=request)
    return httpx.TransportError(
        f"the request to {request.url.host} failed: {type(error).__name__}", request=request
    )


_Kinds = type[BaseException] | tuple[type[BaseException], ...]
# The first match wins: aiohttp's exceptions are not disjoint.
_NAMES: tuple[tuple[_Kinds, type[httpx.TransportError], str], ...] = (
    (aiohttp.ClientConnectorDNSError, ResolutionError, "the name {host} does not resolve: {reason}"),
    ((aiohttp.ClientSSLError, aiohttp.ClientConnectorCertificateError), TlsError, "no secure connection to {host}: {reason}"),
    (aiohttp.ClientConnectorError, httpx.ConnectError, "no connection to {host}: {reason}"),
    (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout, "{host} did not accept a connection in time"),
    ((aiohttp.ServerTimeoutError, TimeoutError), httpx.ReadTimeout, "{host} did not answer in time"),
    ((aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError), httpx.RemoteProtocolError, "{host} broke off the answer"),
    (aiohttp.ClientResponseError, httpx.RemoteProtocolError, "{host} does not speak HTTP: {reason}"),
    ((aiohttp.InvalidURL, ValueError), httpx.UnsupportedProtocol, "not an address that can be dialled on {host}"),
    ((aiohttp.ClientError, OSError), httpx.ReadError, "the connection to {host} broke: {reason}"),
)  # fmt: skip


def _one_line(error: object) -> str:
    """Return the message of `error` without the control characters that a hostile server may have put into it."""
    if isinstance(error, OSError) and error.errno and not isinstance(error, ssl.SSLError):
        # Not asyncio's message around it, which repeats number and address.
        error = error.strerror if error.errno < 0 else os.strerror(error.errno)
    text = " ".join(str(error).split()) or type(error).__name__
    return "".join(letter if letter.isprintable() else "�" for letter in text)[:300]
