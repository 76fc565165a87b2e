"""Convert entries of Google News search feeds. An entry has a headline, its outlet and a time; its link is opaque and its body lists headlines of other outlets."""

from __future__ import annotations

from monitor.model import Source
from monitor.parse.entry import Entry
from monitor.parse.links import host

__all__ = ["is_google_news", "unsyndicated"]


def is_google_news(url: str) -> bool:
    """Return whether `url` is a feed of Google News."""
    return "news.google.com" in url.lower() and host(url) == "news.google.com"


def unsyndicated(entry: Entry, _source: Source) -> Entry:
    """Return `entry` as its outlet's headline: the outlet is moved from the title to the byline, the list of other headlines is removed."""
    return entry._replace(title=entry.title.removesuffix(f" - {entry.outlet}"), author=entry.outlet, body="")
