"""The parser of each kind of source, in one table.

Parsers are synchronous, have no clock and do no I/O; arguments and results can be pickled, so that a worker process can run them.
For any bytes a parser returns `Parsed` or raises ParseError.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from monitor.errors import ParseError
from monitor.model import Fetched, Parsed, Source, SourceKind
from monitor.parse.bluesky import BlueskyAccounts, parse_bluesky
from monitor.parse.feed import parse_feed
from monitor.parse.local_file import parse_file
from monitor.parse.mastodon import MastodonAccounts, parse_mastodon
from monitor.parse.page import parse_page
from monitor.parse.reddit import parse_reddit
from monitor.parse.resolver import Resolver
from monitor.parse.sitemap import parse_sitemap
from monitor.parse.youtube import YoutubeAccounts, parse_youtube

__all__ = ["PARSERS", "RESOLVERS", "Parser", "parse"]


class Parser(Protocol):
    """The parser of one kind of source."""

    def __call__(self, fetched: Fetched, source: Source, *, now: datetime) -> Parsed:
        """Return the documents of `fetched`. Raises ParseError."""


PARSERS: dict[SourceKind, Parser] = {
    SourceKind.FEED: parse_feed,
    SourceKind.PAGE: parse_page,
    SourceKind.SITEMAP: parse_sitemap,
    SourceKind.FILE: parse_file,
    SourceKind.YOUTUBE: parse_youtube,
    SourceKind.BLUESKY: parse_bluesky,
    SourceKind.MASTODON: parse_mastodon,
    SourceKind.REDDIT: parse_reddit,
}


RESOLVERS: dict[SourceKind, Resolver] = {
    SourceKind.YOUTUBE: YoutubeAccounts(),
    SourceKind.BLUESKY: BlueskyAccounts(),
    SourceKind.MASTODON: MastodonAccounts(),
}


def parse(fetched: Fetched, source: Source, *, now: datetime) -> Parsed:
    """Return the documents in `fetched`, the response of `source`. A document without a time, or with one after `now`, gets `now`.

    Raises ParseError with one line that says what was found instead: an HTML page, an empty body, truncated markup.
    """
    if not fetched.body.strip():
        raise ParseError("empty body", where=fetched.url)
    parsed = PARSERS[source.kind](fetched, source, now=now)
    if not source.timezone:
        return parsed
    documents = tuple(replace(document, timezone=source.timezone) for document in parsed.documents)
    return replace(parsed, documents=documents)
