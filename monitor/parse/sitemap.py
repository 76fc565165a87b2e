"""Parse sitemaps (sitemaps.org 0.9) with Google's news extension (schemas/sitemap-news/0.9): the newest addresses of a site.

A sitemap has the addresses of articles and at best their headlines, so each address is a teaser of its article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import _Element

from monitor.errors import ParseError
from monitor.model import Fetched, Parsed, Source
from monitor.parse.entry import MAX_ENTRIES, Entry, Feed, parsed
from monitor.parse.feed import read_text
from monitor.parse.links import absolute
from monitor.parse.timestamps import first_date
from monitor.parse.wellformed import document_of

__all__ = ["MAX_ADDRESSES", "MAX_FOLLOWED", "parse_sitemap"]

MAX_ADDRESSES = 50_000
"""The most addresses that are read: the limit of the protocol."""
MAX_FOLLOWED = 30
"""The newest addresses that are teasers: a poll follows a limited number, and of a whole sitemap it would take the oldest."""
_ROOT = re.compile(r"<((?:\w{1,30}:)?(?:urlset|sitemapindex))(?=[\s>])")
_LONGEST_SHOWN = 200
_Parts = dict[str, _Element]
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


def parse_sitemap(fetched: Fetched, source: Source, *, now: datetime) -> Parsed:
    """Return the newest addresses of a sitemap as documents, newest first; undated ones come last, in their order.

    A document's time is its publication's where the news extension gives one, else its last change. Raises ParseError when it is not a
    sitemap, malformed or without an address, and for a sitemap index, with the sitemap to use instead.
    """
    root = document_of(read_text(fetched), _ROOT, "a sitemap", fetched.url)
    if _local(root) == "sitemapindex":
        raise ParseError(_instead(root, fetched.url), where=fetched.url)
    # Only the kept addresses are read fully.
    found = dict(islice(_addresses(root, fetched.url), MAX_ADDRESSES))
    kept = sorted(found.items(), key=lambda one: first_date(_dates(one[1])) or _NEVER, reverse=True)[
        :MAX_ENTRIES
    ]
    feed = Feed(entries=tuple(_entry(*one) for one in kept), dropped=len(found) - len(kept))
    whole = parsed(feed, source, url=fetched.url, now=now)
    newest = frozenset(document.id for document in whole.documents[:MAX_FOLLOWED])
    return replace(whole, teasers=whole.teasers & newest)


def _addresses(root: _Element, base: str) -> Iterator[tuple[str, _Parts]]:
    """Yield the address and the elements of each `url` or `sitemap` of `root`."""
    for child in root:
        if _local(child) in ("url", "sitemap"):
            parts = _parts(child)
            if link := absolute(_text(parts, "loc"), base):
                yield link, parts


def _entry(link: str, parts: _Parts) -> Entry:
    news = _parts(parts.get("news"))
    publication = _parts(news.get("publication"))
    return Entry(
        id=link,
        link=link,
        title=_text(news, "title"),
        # It is not shown: it distinguishes documents without a headline, or with the same one.
        body=f'<a href="{escape(link)}"></a>',
        dates=_dates(parts),
        lang=_text(publication, "language"),
        accounts=(_text(publication, "name"),),
    )


def _dates(parts: _Parts) -> tuple[str, ...]:
    said = (_text(_parts(parts.get("news")), "publication_date"), _text(parts, "lastmod"))
    return tuple(filter(None, said))


def _instead(index: _Element, base: str) -> str:
    """Return the sitemap of an index to use: one for news if there is one, else the one that changed last."""

    def merit(listed: tuple[str, _Parts]) -> tuple[bool, datetime]:
        return "news" in urlsplit(listed[0]).path.lower(), first_date(_dates(listed[1])) or _NEVER

    listed = islice(_addresses(index, base), MAX_ADDRESSES)
    best, _ = max((one for one in listed if len(one[0]) <= _LONGEST_SHOWN), key=merit, default=("", None))
    return "is a sitemap index, which lists sitemaps: name one of them" + (
        f", such as {best}" if best else ""
    )


def _parts(element: _Element | None) -> _Parts:
    """Return the children of `element` by their local names, of each the first."""
    parts: _Parts = {}
    for child in () if element is None else element:
        parts.setdefault(_local(child), child)
    return parts


def _text(parts: _Parts, name: str) -> str:
    element = parts.get(name)
    if element is None:
        return ""
    return ("".join(map(str, element.itertext())) if len(element) else element.text or "").strip()


def _local(element: _Element) -> str:
    return element.tag.rpartition("}")[2]
