"""Source: a place that is polled, the result of a poll, and the state that is kept between polls."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model.document import Document

__all__ = [
    "FetchOutcome",
    "Fetched",
    "NotModified",
    "Parsed",
    "RobotsFile",
    "Source",
    "SourceKind",
    "SourceState",
    "Trouble",
    "Unreachable",
    "Validators",
]  # fmt: skip


class SourceKind(StrEnum):
    """The kinds of source, by their key in sources.yaml."""

    FEED = "feed"
    PAGE = "page"
    SITEMAP = "sitemap"
    FILE = "file"
    YOUTUBE = "youtube"
    BLUESKY = "bluesky"
    MASTODON = "mastodon"
    REDDIT = "reddit"


@dataclass(frozen=True, kw_only=True)
class Source:
    """A polled source. `name` is unique in a configuration; `url` is the address to fetch, derived from `kind` and `target`.

    `every` is the fixed interval (adaptive when None), `select` a CSS selector for pages, `follow` fetches the article of a teaser,
    `official` lists the accounts or outlets of this source that speak for the maker, `allow_private` permits the private host that the
    user wrote, `obey_robots` honours robots.txt, and `pause` is the least time between two requests to its site (the default when None).
    `has_own_site` says that its host is spaced by itself and not together with the other hosts of its registrable domain.
    `api` is a server to use instead of the default one of this kind, `shorts` includes short videos. `account` is the service's id of the
    account, "" where unknown or not applicable. `timezone` is the IANA zone in which its writers count days. `secret` is a query that is added to each request to the host of `url` and never shown.
    """

    name: str
    kind: SourceKind
    target: str
    url: str
    every: timedelta | None = None
    select: str | None = None
    follow: bool = False
    official: tuple[str, ...] = ()
    lang: str = ""
    allow_private: bool = False
    obey_robots: bool = True
    pause: timedelta | None = None
    has_own_site: bool = False
    api: str = ""
    shorts: bool = True
    account: str = ""
    timezone: str = ""
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Validators:
    """The validators of a conditional request (RFC 9110, section 13.1); they hold for `url` only, the final address."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""
    body: str = ""
    """SHA-256 of the body in hex; detects an unchanged body where the server sends no validators."""


class Trouble(StrEnum):
    """Why a source could not be read, in the words of `monitor sources`."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    REDIRECTS = "redirects"
    REFUSED_ADDRESS = "refused address"
    TOO_LARGE = "too large"
    HTTP = "http"
    RATE_LIMITED = "rate limited"
    BLOCKED = "blocked"
    GONE = "gone"
    ROBOTS = "robots"
    FILE = "file"
    PROTOCOL = "protocol"
    UNREADABLE = "unreadable"
    BUG = "bug"
    """An error of the monitor itself."""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A complete body within the size limit, from `url`, the final address."""

    url: str
    body: bytes
    validators: Validators
    content_type: str = ""
    moved_to: str = ""
    """The address that permanent redirects (301, 308) name for the source, if every redirect to it was permanent."""
    fresh_for: timedelta | None = None
    """The lifetime from Cache-Control max-age or Expires, where the server sent one."""


@dataclass(frozen=True, kw_only=True)
class NotModified:
    """The body is unchanged, by the server's 304 or by its hash."""

    url: str
    validators: Validators
    moved_to: str = ""
    """As in `Fetched`."""
    fresh_for: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Unreachable:
    """The source gave no body; `detail` is one line for a person."""

    trouble: Trouble
    detail: str
    status: int | None = None
    retry_after: timedelta | None = None


@dataclass(frozen=True)
class RobotsFile:
    """The robots.txt of an origin: its content, b"" without one, when it was read, and until when it is taken as current."""

    body: bytes
    read_at: datetime
    expires_at: datetime


FetchOutcome = Fetched | NotModified | Unreachable


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """The content of a body: its documents in the order in which it lists them, and the time to live that the feed declares."""

    documents: tuple[Document, ...]
    title: str = ""
    ttl: timedelta | None = None
    teasers: frozenset[str] = field(default_factory=frozenset)
    """Ids of documents that are only teasers of the article at their url; filled where the source follows articles."""
    dropped: int = 0
    """The number of entries beyond the limit, which were left out."""
    doubt: str = ""
    """What could not be read of a body that is readable otherwise, as one line for a person."""
    listed: tuple[str, ...] = ()
    """Ids of the posts that the response for an account lists, in its order, newest first; a continuation is listed separately."""
    orphans: frozenset[str] = field(default_factory=frozenset)
    """Ids of documents that continue a post which the response does not contain."""
    older: str = ""
    """The address of the page of older posts, "" without one."""


@dataclass(frozen=True, kw_only=True)
class SourceState:
    """The state of a source that the ledger keeps between polls; all times are aware and in UTC.

    `baseline` is True until the first pass is recorded completely. `failures` counts consecutive failures. `published` holds the latest
    publication times (newest first, at most 20), which the adaptive interval is computed from.
    """

    name: str
    next_poll_at: datetime
    validators: Validators = field(default_factory=Validators)
    baseline: bool = True
    last_poll_at: datetime | None = None
    last_success_at: datetime | None = None
    last_result: str = ""
    error: str = ""
    failures: int = 0
    documents: int = 0
    claims: int = 0
    published: tuple[datetime, ...] = ()
    moved_to: str = ""
    gone: bool = False
    silence_alerted: bool = False
    ttl: timedelta | None = None
    """The time to live that the feed declared last; an unchanged response does not repeat it."""
    scheduled_at: datetime | None = None
    """When `next_poll_at` was set; a value ahead of the clock was set by a clock that was wrong."""
    usual: timedelta | None = None
    """The interval of polls while the source works; None before the first poll of a source without `every:`."""
    look_for: tuple[str, ...] = ()
    """Titles that were added to the watch list or got another name: the next poll reads the whole body for them."""
    listed: tuple[str, ...] = ()
    """The posts of the last response, as in `Parsed`: one that is missing between posts that are still listed was deleted."""
    baseline_for: tuple[str, ...] = ()
    """Those of them that were not watched before: the next poll logs their claims as a baseline, without alerts."""
    silent_at: datetime | None = None
    """When its silence is to be judged next, None where only a poll can change it."""
