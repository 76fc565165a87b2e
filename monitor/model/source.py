"""Source: a place that is polled, what a poll of it gave, and what is remembered of it between polls."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model.document import Document

__all__ = [
    "Fetched", "NotModified", "Outcome", "Parsed", "Source", "SourceKind", "SourceState", "Trouble", "Unreachable", "Validators",
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
    """A polled source. `name` is unique in a configuration; `url` is what is fetched, worked out from `kind` and `target`.

    `every` fixes the interval (adaptive when None), `select` is a CSS selector for pages, `follow` reads the article
    behind a teaser, `official` names whose own word is the maker's (an account or outlet of this source),
    `allow_private` opens the private host that the user wrote, `obey_robots` is the user's call, `pause` the least time
    between two requests to its site (the house's own when None). `api` is the server that is asked instead of the kind's own,
    `shorts` says whether short videos are read too. `account` is the service's own id of the account, "" where it is not
    known or there is none. `secret` is a query that is sent with each request to the host of `url` and shown to nobody.
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
    api: str = ""
    shorts: bool = True
    account: str = ""
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Validators:
    """What makes the next request conditional (RFC 9110, 13.1): good for `url` only, the final one."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""
    body: str = ""
    """SHA-256 of the body, hex: unchanged is known without validators too."""


class Trouble(StrEnum):
    """Why a source could not be read, as `monitor sources` shows it."""

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
    """An error of ours, whatever it met at the source."""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A body, whole and within its cap, from `url` (the final one)."""

    url: str
    body: bytes
    validators: Validators
    content_type: str = ""
    moved_to: str = ""
    """The address that a permanent redirect (301, 308) names for the source, if every hop to it was permanent."""
    fresh_for: timedelta | None = None
    """Cache-Control max-age or Expires, when the server gave one."""


@dataclass(frozen=True, kw_only=True)
class NotModified:
    """The server (304) or the hash of the body says: nothing new."""

    url: str
    validators: Validators
    moved_to: str = ""
    """As of `Fetched`."""
    fresh_for: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Unreachable:
    """The source gave no body this time; `detail` is one line for a person."""

    trouble: Trouble
    detail: str
    status: int | None = None
    retry_after: timedelta | None = None


Outcome = Fetched | NotModified | Unreachable


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """What a body holds: its documents in the order in which it lists them, and how long the feed says it is fresh."""

    documents: tuple[Document, ...]
    title: str = ""
    ttl: timedelta | None = None
    teasers: frozenset[str] = field(default_factory=frozenset)
    """Ids of documents that are only a teaser of the article at their url; looked for where the source follows them."""
    dropped: int = 0
    """Entries beyond the cap, left out."""
    doubt: str = ""
    """What could not be read of an otherwise readable body, in one line for a person."""
    listed: tuple[str, ...] = ()
    """Ids of the posts that an account's answer lists, in its own order, from the newest; a continuation counts by itself."""
    orphans: frozenset[str] = field(default_factory=frozenset)
    """Ids of documents that continue a post which the answer does not hold."""
    older: str = ""
    """The address of the page before this one, "" where there is none."""


@dataclass(frozen=True, kw_only=True)
class SourceState:
    """What the ledger remembers of a source between polls; all times aware UTC.

    `baseline` is True until the first pass is recorded whole. `failures` counts in a row. `published` holds the latest
    publication times seen (newest first, at most 20), from which the adaptive interval is worked out.
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
    """How long the feed last said it is fresh; an unchanged answer does not say it again."""
    scheduled_at: datetime | None = None
    """When `next_poll_at` was set: one that lies ahead of the clock was set by a clock that was wrong."""
    usual: timedelta | None = None
    """The time between two polls while the source works; None before the first poll of one without `every:`."""
    look_for: tuple[str, ...] = ()
    """Titles that were added to the watch list, or got a name: the next poll reads all that the source holds for them."""
    listed: tuple[str, ...] = ()
    """What the last answer listed, as in `Parsed`: a post that is missing among those that still stand was deleted."""
    baseline_for: tuple[str, ...] = ()
    """Those of them that were not watched before: what the next poll finds of them is logged without alerts."""
