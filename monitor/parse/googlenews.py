"""Google News search feeds: a headline, its outlet and a time; the links are opaque and the body lists other outlets' headlines."""

from __future__ import annotations

from monitor.model import Source
from monitor.parse.entry import Entry
from monitor.parse.links import host

__all__ = ["is_google_news", "unsyndicated"]


def is_google_news(url: str) -> bool:
    """Whether `url` is a feed of Google News."""
    return "news.google.com" in url.lower() and host(url) == "news.google.com"


def unsyndicated(entry: Entry, _source: Source) -> Entry:
    """Return `entry` as its outlet's headline: the outlet out of the title and into the byline, the list of others gone."""
    return entry._replace(title=entry.title.removesuffix(f" - {entry.outlet}"), author=entry.outlet, body="")
