"""Keep cookies within one fetch (RFC 6265): a redirect may set one for the next hop, and it is discarded with the fetch."""

from __future__ import annotations

import httpx

__all__ = ["Cookies"]

_LONGEST = 8192
_MOST_SET = 50


class Cookies:
    """The cookies set during one fetch, each sent only to its own hosts and paths."""

    def __init__(self) -> None:
        self._jar: httpx.Cookies | None = None

    def keep(self, response: httpx.Response) -> None:
        """Store the cookies that `response` sets; none when it sets more than a server can need."""
        fields = response.headers.get_list("set-cookie")
        if not fields or len(fields) > _MOST_SET or sum(map(len, fields)) > _LONGEST:
            return
        if self._jar is None:
            self._jar = httpx.Cookies()
        self._jar.extract_cookies(response)

    def add_to(self, request: httpx.Request) -> str:
        """Add the Cookie header to `request` if one applies; return its value."""
        if self._jar is None:
            return ""
        self._jar.set_cookie_header(request)
        value: str = request.headers.get("cookie", "")
        if len(value) > _LONGEST or not value.isascii() or not value.isprintable():
            del request.headers["cookie"]
            return ""
        return value
