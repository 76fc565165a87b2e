"""Read the metadata of a page: from JSON-LD, else from its meta elements, else from its visible text.

JSON-LD is parsed with `json` only: the terms of schema.org by their plain names, with `@graph` and nested nodes; contexts
are never resolved. The number of scripts, their size and the number of nodes are bounded.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from lxml.etree import _Element

from monitor.parse.clean import one_line
from monitor.parse.entry import byline, language
from monitor.parse.html_tree import text_of
from monitor.parse.jsonfeed import mapping, sequence, string
from monitor.parse.links import absolute, canonical_url, same_site
from monitor.parse.timestamps import first_date

__all__ = ["Metadata", "read_metadata"]

_MOST_SCRIPTS = 30
_LONGEST_SCRIPT = 500_000
_MOST_NODES = 2000
_WRAPPING = re.compile(r"\A\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*\Z")
_WORKS = ("Article", "BlogPosting", "Posting", "Report", "Review")
_PAGES = ("VideoObject", "WebPage", "FAQPage", "ItemPage", "AboutPage", "CollectionPage", "Event")
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "dcterms.created",
    "dcterms.issued", "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "article.published",
    "cxenseparse:recs:publishtime", "originalpublicationdate",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "og:modified_time", "datemodified", "last-modified", "dcterms.modified",
    "dc.date.modified", "article.updated",
)  # fmt: skip
_AUTHORS = ("author", "article:author", "parsely-author", "dc.creator", "byl", "sailthru.author")
_MAX_TITLE = 1000
_MAX_NAME = 200


class Metadata(NamedTuple):
    """The metadata of a page; a field is empty or None when the page does not have it. Times are aware."""

    title: str = ""
    url: str = ""
    author: str = ""
    site: str = ""
    lang: str = ""
    published: datetime | None = None
    modified: datetime | None = None
    unread: str = ""
    """The text of the page's date when it cannot be parsed."""


def read_metadata(root: _Element, url: str) -> Metadata:
    """Return the metadata of the page with the root element `root`, read from `url`; total."""
    meta = _meta(root)
    canonical = _canonical(root, meta, url)
    node = _node_of_page(_linked_data(root), canonical or url)
    site = one_line(
        meta.get("og:site_name", "") or string(mapping(node.get("publisher")).get("name")), _MAX_NAME
    )
    lang = _lang(root, meta, node)
    dates = [string(node.get(name)) for name in ("datePublished", "uploadDate", "dateCreated")]
    dates += [meta.get(name, "") for name in _PUBLISHED]
    shown = [time.get("datetime") or text_of(time, _MAX_NAME) for time in _times(root)]
    changed = [string(node.get("dateModified")), *(meta.get(name, "") for name in _MODIFIED)]
    published, modified = (
        first_date(filter(None, (*dates, *shown)), lang),
        first_date(filter(None, changed), lang),
    )
    said = () if published or modified else filter(None, (*dates, *changed))
    return Metadata(
        title=_title(root, meta, node, site),
        url=canonical,
        author=_author(root, meta, node),
        site=site,
        lang=lang,
        published=published,
        modified=modified,
        unread=next(iter(said), ""),
    )


def _meta(root: _Element) -> dict[str, str]:
    """Return the first value of each meta name, property, itemprop and http-equiv, with names in lower case."""
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        content = element.get("content")
        if content and len(content) <= 4096:
            for key in ("property", "name", "itemprop", "http-equiv"):
                if name := element.get(key):
                    found.setdefault(name.strip().lower(), content.strip())
    return found


def _linked_data(root: _Element) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = []
    scripts = (s for s in root.iter("script") if "ld+json" in (s.get("type") or "").lower())
    for script, _ in zip(scripts, range(_MOST_SCRIPTS), strict=False):
        text = script.text or ""
        if len(text) > _LONGEST_SCRIPT:
            continue
        try:
            value = json.loads(_WRAPPING.sub("", text), strict=False)
        except (ValueError, RecursionError):
            continue
        nodes += _nodes(value)
    return nodes[:_MOST_NODES]


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Return every typed node in `value`, outer before inner, without recursion."""
    waiting = [value]
    seen = 0
    while waiting and seen < _MOST_NODES:
        node = waiting.pop(0) if len(waiting) < 100 else waiting.pop()
        seen += 1
        if isinstance(node, list):
            waiting += node[:_MOST_NODES]
        elif isinstance(node, dict):
            if "@type" in node:
                yield node
            waiting += [
                node[key]
                for key in ("@graph", "mainEntity", "mainEntityOfPage", "video", "itemReviewed")
                if key in node
            ]


def _node_of_page(nodes: list[dict[str, Any]], url: str) -> dict[str, Any]:
    """Return the node of the page: an article with this address, else an article, else a video or a web page."""
    for kinds in (_WORKS, _PAGES):
        fitting = [node for node in nodes if _is_a(node, kinds)]
        own = [node for node in fitting if _names_page(node, url)]
        if own or fitting:
            return (own or fitting)[0]
    return {}


def _is_a(node: dict[str, Any], kinds: tuple[str, ...]) -> bool:
    types = node.get("@type")
    names = [types] if isinstance(types, str) else [name for name in sequence(types) if isinstance(name, str)]
    return any(name.rpartition("/")[2].endswith(kinds) for name in names)


def _names_page(node: dict[str, Any], url: str) -> bool:
    page = node.get("mainEntityOfPage")
    named = (string(page), string(mapping(page).get("@id")), string(node.get("url")), string(node.get("@id")))
    return any(canonical_url(absolute(name, url)) == canonical_url(url) for name in named if name)


def _canonical(root: _Element, meta: dict[str, str], url: str) -> str:
    """Return the canonical address that the page declares; ignored when it is on another site or only a front page."""
    links = [
        link.get("href") or ""
        for link in root.iter("link")
        if (link.get("rel") or "").strip().lower() == "canonical"
    ]
    for candidate in (*links[:1], meta.get("og:url", "")):
        address = absolute(candidate, url).partition("#")[0]
        if address and same_site(address, url) and (_path(address) or not _path(url)):
            return address
    return ""


def _path(url: str) -> str:
    return canonical_url(url).partition("://")[2].partition("/")[2]


def _title(root: _Element, meta: dict[str, str], node: dict[str, Any], site: str) -> str:
    headings = [text for heading in root.iter("h1") if (text := text_of(heading, _MAX_TITLE))]
    shown = next((text_of(title, _MAX_TITLE) for title in root.iter("title")), "")
    title = (
        string(node.get("headline"))
        or meta.get("og:title")
        or (headings[0] if len(headings) == 1 else shown or "".join(headings[:1]))
    )
    title = one_line(title, _MAX_TITLE)
    for separator in (" | ", " - ", " – ", " — ", " · "):
        if site:
            title = title.removesuffix(separator + site)
    return title


def _author(root: _Element, meta: dict[str, str], node: dict[str, Any]) -> str:
    authors = node.get("author")
    written = authors if isinstance(authors, list) else [authors]
    names = [string(author) or string(mapping(author).get("name")) for author in written]
    named = ", ".join(html.unescape(name) for name in names[:10] if name)
    if not named:
        named = next((meta[name] for name in _AUTHORS if meta.get(name) and "://" not in meta[name]), "")
    if not named:
        named = next(
            (
                text_of(link, _MAX_NAME)
                for link in root.iter("a")
                if "author" in (link.get("rel") or "").split()
            ),
            "",
        )
    return byline(named)


def _lang(root: _Element, meta: dict[str, str], node: dict[str, Any]) -> str:
    own = node.get("inLanguage")
    declared = (
        root.get("lang")
        or root.get("{http://www.w3.org/XML/1998/namespace}lang")
        or root.get("xml:lang")
        or ""
    )
    return language(
        declared,
        meta.get("content-language", "").partition(",")[0],
        string(own) or string(mapping(own).get("alternateName")),
        meta.get("og:locale", ""),
    )


def _times(root: _Element) -> Iterator[_Element]:
    """Yield the `time` elements that may date the page: those marked as its date, else those in the article's header, never those of posts."""
    times = [time for time in root.iter("time") if time.get("datetime")]
    marked = [
        time
        for time in times
        if "datePublished" in (time.get("itemprop") or "") or time.get("pubdate") is not None
    ]
    yield from marked
    for time in times:
        ancestors = {str(ancestor.tag) for ancestor in time.iterancestors()}
        if not ancestors & {"aside", "nav", "footer", "blockquote", "table", "li"} and ancestors & {
            "article",
            "main",
            "header",
        }:
            yield time
