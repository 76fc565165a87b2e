"""Decide which requests the page answers, and name the headers that bound what its answers may do in a browser.

The page has no login: it listens on loopback only, and everything that a browser could be talked into is refused here.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from monitor.errors import ConfigError

__all__ = ["HEADERS", "SESSION", "Address", "Guard", "address", "new_session", "session_of"]

SESSION: Final = "monitor_session"
"""The name of the cookie that the token of a form is bound to."""

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Server": "monitor",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""The headers of every answer."""

_LOCAL_NAMES: Final = ("localhost", "127.0.0.1", "[::1]")
_SESSION_BYTES: Final = 18
_LONGEST_SESSION: Final = 64
_SCHEMES: Final = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Address:
    """Where the page listens: a loopback address, and a port (0 for any free one)."""

    host: str
    port: int

    @property
    def netloc(self) -> str:
        """The address as it stands in a URL."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def address(text: str) -> Address:
    """Return the address that `--bind` gives: "127.0.0.1:8484", "[::1]:8484", "localhost:8484".

    Raises ConfigError for anything but a loopback address and a port.
    """
    host, colon, port = text.strip().rpartition(":")
    host = host.removeprefix("[").removesuffix("]") if host.startswith("[") else host
    if not colon or not host or not (port.isascii() and port.isdecimal()) or int(port[:6]) > 65535:
        raise ConfigError(f"{text!r} is no address; write 127.0.0.1:8484", where="--bind")
    if host == "localhost":
        return Address("127.0.0.1", int(port))
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        raise ConfigError(
            f"{host!r} is no address of this machine; write 127.0.0.1:{port}", where="--bind"
        ) from None
    if not found.is_loopback:
        raise ConfigError(
            f"{host} can be reached from other machines, and the page has no login yet; bind 127.0.0.1:{port},"
            " and let a reverse proxy with a login of its own answer for others",
            where="--bind",
        )
    return Address(str(found), int(port))


@dataclass(frozen=True)
class Guard:
    """The rules for requests: which hosts are served, and which forms are ours.

    `base` is the public address of the page ("https://releases.example.org"), "" where the configuration names none.
    """

    listens: Address
    base: str = ""
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def is_served(self, host: str) -> bool:
        """Return whether the Host header `host` names this page (RFC 9110, section 7.2).

        A site whose name resolves to loopback (DNS rebinding) sends its own name.
        """
        return host.lower() in self._hosts()

    def is_ours(self, origin: str) -> bool:
        """Return whether the Origin header `origin` is that of this page (RFC 6454)."""
        own = {f"http://{host}" for host in self._local_hosts()}
        if self.base:
            parts = urlsplit(self.base)
            own.add(f"{parts.scheme}://{_shortest(parts.scheme, parts.netloc)}".lower())
        return origin.lower() in own

    def token(self, session: str) -> str:
        """Return the token of the forms of a session."""
        return hmac.new(self.secret, session.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def is_valid(self, token: str, session: str) -> bool:
        """Return whether a form with `token` was made for `session`."""
        expected = self.token(session)
        return bool(session) and hmac.compare_digest(expected.encode(), token.encode("utf-8", "replace"))

    def _hosts(self) -> set[str]:
        hosts = set(self._local_hosts())
        if self.base:
            parts = urlsplit(self.base)
            hosts |= {parts.netloc.lower(), _shortest(parts.scheme, parts.netloc).lower()}
        return hosts

    def _local_hosts(self) -> list[str]:
        names = dict.fromkeys((self.listens.netloc.rpartition(":")[0], *_LOCAL_NAMES))
        port = self.listens.port
        return [name if port == _SCHEMES["http"] else f"{name}:{port}" for name in names]


def session_of(cookie: str) -> str:
    """Return the session of a cookie's value, "" where it is none that was given out."""
    return cookie if cookie.isascii() and cookie.isalnum() and len(cookie) <= _LONGEST_SESSION else ""


def new_session() -> str:
    """Return a new session: random, letters and digits."""
    return secrets.token_hex(_SESSION_BYTES)


def _shortest(scheme: str, netloc: str) -> str:
    """Return `netloc` without the port that its scheme implies, as browsers send it."""
    return netloc.removesuffix(f":{_SCHEMES.get(scheme, 0)}")
