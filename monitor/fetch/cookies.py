"""Cookies within one fetch: what a redirect sets is sent to its next hop, and forgotten with the fetch (RFC 6265)."""

from __future__ import annotations

import httpx

__all__ = ["Cookies"]

_LONGEST = 8192
_MOST_SET = 50


class Cookies:
    """The cookies that the hops of one fetch have set, each for the hosts and paths that it is for."""

    def __init__(self) -> None:
        self._jar: httpx.Cookies | None = None

    def keep(self, response: httpx.Response) -> None:
        """Keep what `response`, which knows its request, sets; nothing of an answer that sets more than any server needs."""
        fields = response.headers.get_list("set-cookie")
        if not fields or len(fields) > _MOST_SET or sum(map(len, fields)) > _LONGEST:
            return
        if self._jar is None:
            self._jar = httpx.Cookies()
        self._jar.extract_cookies(response)

    def add_to(self, request: httpx.Request) -> str:
        """Add to `request` the header that it is to carry, if any; return the value."""
        if self._jar is None:
            return ""
        self._jar.set_cookie_header(request)
        value: str = request.headers.get("cookie", "")
        if len(value) > _LONGEST or not value.isascii() or not value.isprintable():
            del request.headers["cookie"]
            return ""
        return value
