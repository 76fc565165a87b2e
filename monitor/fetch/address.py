"""Decide which addresses may be requested: http and https, without credentials, and parsed alike by every URL parser."""

from __future__ import annotations

import string

import httpx

from monitor.model import Trouble, Unreachable

__all__ = ["address", "origin"]

_LONGEST = 8192
# URL parsers differ on these, and a difference can bypass the address guard: they are refused, not repaired.
_AMBIGUOUS = frozenset("\\" + string.whitespace) | {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))}


def address(text: str, *, base: httpx.URL | None = None) -> httpx.URL | Unreachable:
    """Return `text`, an absolute URL or one relative to `base`, as a URL that may be requested, without its fragment."""
    text = text.strip(" \t\r\n")
    if not text or len(text) > _LONGEST:
        return _refused("the address is empty" if not text else "the address is too long")
    if not _AMBIGUOUS.isdisjoint(text):
        return _refused("the address holds a backslash, space or control character")
    try:
        url = httpx.URL(text) if base is None else base.join(text)
        host = url.host
    except (httpx.InvalidURL, ValueError):
        return _refused("the address cannot be read as a URL")
    if url.scheme not in {"http", "https"}:
        return _refused(f"an address of kind {url.scheme or 'none'}: is not asked for; http and https are")
    if url.userinfo:
        return _refused("the address holds a user name or password")
    if not host:
        return _refused("the address names no host")
    if url.port is not None and not 0 < url.port < 65536:
        return _refused(f"the address names port {url.port}")
    return url.copy_with(fragment=None) if url.fragment else url


def origin(url: httpx.URL) -> str:
    """Return scheme, host and port of `url`, as robots.txt and connections know it."""
    host = url.raw_host.decode("ascii")
    return f"{url.scheme}://{f'[{host}]' if ':' in host else host}{f':{url.port}' if url.port else ''}"


def _refused(detail: str) -> Unreachable:
    return Unreachable(trouble=Trouble.PROTOCOL, detail=detail)
