"""Interpret the status and headers of a response for polling; pure functions.

RFC 9110 (HTTP semantics), RFC 9111 (freshness). A header that cannot be parsed is treated as missing.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from monitor.model import Trouble, Unreachable

__all__ = ["LONGEST_WAIT", "fresh_for", "message", "quota_rest", "refusal", "retry_after", "validator"]

LONGEST_WAIT = timedelta(days=1)
"""The longest wait that a server's Retry-After can impose."""

_LONGEST_VALIDATOR = 1024
_LONGEST_MESSAGE = 200
# Seconds since 1970 are more than this, seconds from now are less.
_ANY_EPOCH = 1_000_000_000
_SAID = {
    202: "the server wants more than a request",
    204: "there is no content",
    206: "the server sent a part that was not asked for",
    400: "the server cannot read the request",
    401: "the server asks for a login",
    402: "the server asks for payment",
    403: "the server forbids it",
    404: "there is nothing at this address",
    410: "it is gone for good",
    429: "too many requests",
    451: "it is withheld for legal reasons",
    500: "the server failed",
    502: "the server behind the server failed",
    503: "the server is not available",
    504: "the server behind the server did not answer",
}
_SAID_OF_CLASS = {
    2: "the server sent no content",
    3: "the server points nowhere",
    4: "the server refuses",
    5: "the server failed",
}


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long the server asks to wait (RFC 9110, 10.2.3), at most a day; None when it does not say.

    A date counts from the server's own clock when it sent one. Negative and unreadable values are ignored.
    """
    said = headers.get("retry-after", "").strip()
    if not said:
        return None
    if said.isascii() and said.isdigit():
        return min(timedelta(seconds=int(said[:9])), LONGEST_WAIT)
    until = _date(said)
    if until is None:
        return None
    wait = until - (_date(headers.get("date", "")) or now)
    return min(wait, LONGEST_WAIT) if wait > timedelta() else None


def quota_rest(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long to wait where an answer says that its host's quota is used up, at most a day; None where it is not.

    `X-RateLimit-Remaining` and `X-RateLimit-Reset` (Mastodon, Reddit) and the names without "X-" (Bluesky) are read; a reset is
    an ISO 8601 time, seconds since 1970, or seconds from now.
    """
    for prefix in ("x-ratelimit-", "ratelimit-"):
        left = headers.get(f"{prefix}remaining", "").strip()
        if not left or len(left) > 20 or left.strip("0").strip(".").strip("0"):
            continue
        reset = _reset(headers.get(f"{prefix}reset", "").strip(), now)
        if reset is not None and reset > timedelta():
            return min(reset, LONGEST_WAIT)
    return None


def _reset(said: str, now: datetime) -> timedelta | None:
    if said.isascii() and said.partition(".")[0].isdigit():
        seconds = int(said.partition(".")[0][:11])
        if seconds < _ANY_EPOCH:
            return timedelta(seconds=seconds)
        return timedelta(seconds=seconds - now.timestamp())
    try:
        until = datetime.fromisoformat(said[:40])
    except ValueError:
        return None
    return (until if until.tzinfo else until.replace(tzinfo=UTC)) - now


def message(body: bytes) -> str:
    """Return the message in the JSON body of an API's refusal, on one line; "" when there is none."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(said, dict):
        return ""
    for name in ("message", "error_description", "error"):
        words = said.get(name)
        if isinstance(words, str) and words.strip():
            line = " ".join(words.split())[:_LONGEST_MESSAGE]
            return "".join(letter if letter.isprintable() else "\ufffd" for letter in line)
    return ""


def fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long the answer stays fresh: max-age less Age, else Expires less Date; None when it does not say."""
    control = headers.get("cache-control", "")
    may_keep, age = _kept(control[:1024]) if control else (True, None)
    if not may_keep:
        return None
    if age is not None:
        left = age - _seconds(headers.get("age", ""))
        return timedelta(seconds=left) if left > 0 else None
    expires = _date(headers.get("expires", ""))
    if expires is None:
        return None
    left_until = expires - (_date(headers.get("date", "")) or now)
    return left_until if left_until > timedelta() else None


def validator(headers: Mapping[str, str], name: str) -> str:
    """Return the validator `name` if it can be sent back unchanged, else the empty string."""
    value = headers.get(name, "")
    return value if len(value) <= _LONGEST_VALIDATOR and value.isascii() and value.isprintable() else ""


def refusal(status: int, headers: Mapping[str, str], now: datetime, *, for_good: bool) -> Unreachable:
    """Return the trouble that `status`, neither a success nor a redirect, stands for.

    `for_good` says whether the response is about the requested address, so that 410 may end its source; at the end of
    a temporary redirect it is not.
    """
    said = _SAID.get(status) or _SAID_OF_CLASS.get(status // 100, "the answer makes no sense")
    if status == 429:
        trouble = Trouble.RATE_LIMITED
    elif status == 410 and for_good:
        trouble = Trouble.GONE
    elif status == 403 and headers.get("cf-mitigated") == "challenge":
        trouble, said = Trouble.BLOCKED, "a block page (Cloudflare) was sent instead of the content"
    elif "x-amzn-waf-action" in headers:
        trouble, said = Trouble.BLOCKED, "a block page (AWS WAF) was sent instead of the content"
    else:
        trouble = Trouble.HTTP
    return Unreachable(
        trouble=trouble, detail=f"{said} ({status})", status=status, retry_after=retry_after(headers, now)
    )


def _date(text: str) -> datetime | None:
    if not text or len(text) > 64:
        return None
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


@functools.lru_cache(maxsize=1024)
def _kept(control: str) -> tuple[bool, int | None]:
    """Return whether Cache-Control lets an answer be kept, and its max-age in seconds, if it has one."""
    directives = dict(_directive(part) for part in control.lower().split(","))
    age = _seconds(directives["max-age"]) if "max-age" in directives else None
    return not directives.keys() & {"no-store", "no-cache"}, age


def _directive(part: str) -> tuple[str, str]:
    name, _, value = part.strip().partition("=")
    return name.strip(), value.strip(' "')


def _seconds(text: str) -> int:
    return int(text[:9]) if text.isascii() and text.isdigit() else 0
