"""Parse a feed of any format to documents, by the fast path if possible.

A truncated body gives its complete entries; junk before and after the document is ignored. For a body that is not a feed the error
names what it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from itertools import islice

from monitor.errors import ParseError
from monitor.model import Fetched, Parsed, Source
from monitor.parse.charset import decode
from monitor.parse.entry import Entry, Feed, parsed
from monitor.parse.googlenews import is_google_news, unsyndicated
from monitor.parse.jsonfeed import read_json, read_json_feed
from monitor.parse.links import absolute
from monitor.parse.strict import read_strictly

__all__ = ["feed_text", "is_feed", "parse_feed", "parse_posts", "read_feed", "read_text"]

_UNWANTED_BYTES = bytes([*range(9), 11, 12, *range(14, 32)])
_OPENING = re.compile(r"<([A-Za-z_][\w.-]{0,60}(?::[\w.-]{1,60})?)(?=[\s/>])")
_FEED_OPENING = re.compile(r"<(?:rss|feed|rdf:RDF)(?=[\s>])")
_ENTRY_OPENING = re.compile(r"<((?:\w{1,30}:)?(?:item|entry))(?=[\s>])")
# `channel` is the root of CDF, and of RSS without its root element.
_FEED_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_HTML_ROOTS = frozenset({"html", "head", "body"})
_LINK = re.compile(r"<link\s[^<>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([a-z]{1,20})\s*=\s*(?:\"([^\"<>]{0,1000})\"|'([^'<>]{0,1000})')", re.IGNORECASE)
_FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"}
)
_PLAIN_ENTITY = re.compile(
    r"<!ENTITY\s+([A-Za-z]\w{0,39})\s+(?:\"((?:[^\"&%<>]|&#\d{1,6};){0,100})\"|'((?:[^'&%<>]|&#\d{1,6};){0,100})')\s*>"
)
_MOST_ENTITIES = 100
_MOST_GROWTH = 100_000
_HEAD = 200_000
_MOST_PROLOGUE = 100


def parse_feed(fetched: Fetched, source: Source, *, now: datetime) -> Parsed:
    """Return the documents of a feed. Raises ParseError, which says what was found instead."""
    feed = read_feed(fetched)
    if is_google_news(fetched.url):
        return parsed(feed, source, url=fetched.url, now=now, adapt=unsyndicated, teasers=False)
    return parsed(feed, source, url=fetched.url, now=now)


def parse_posts(
    fetched: Fetched, source: Source, *, now: datetime, adapt: Callable[[Entry, Source], Entry]
) -> Parsed:
    """Return the documents of a feed whose entries are complete posts: none is a teaser. Raises ParseError."""
    return parsed(read_feed(fetched), source, url=fetched.url, now=now, adapt=adapt, teasers=False)


def read_text(fetched: Fetched) -> str:
    """Return the body as text without leading blanks. Raises ParseError when it is empty."""
    text = decode(fetched.body, fetched.content_type).lstrip("\ufeff \t\r\n\0")
    if not text:
        raise ParseError("empty body", where=fetched.url)
    return text


def is_feed(text: str) -> bool:
    """Return whether `text` claims to be a feed: by its root element, or by the version of JSON Feed."""
    return "jsonfeed.org/version" in text[:4096] if text[:1] == "{" else _is_feed_root(_root(text)[0])


def read_feed(fetched: Fetched) -> Feed:
    """Return the content of a feed. Raises ParseError."""
    text = read_text(fetched)
    if text[0] in "{[":
        return read_json_feed(read_json(text, fetched.url), fetched.url)
    text = feed_text(text, fetched.url)
    body = text.encode("utf-8", "replace")
    feed = read_strictly(body)
    if feed is None and len(wanted := body.translate(None, _UNWANTED_BYTES)) < len(body):
        body = wanted
        feed = read_strictly(body)
    if feed is None:
        # Imported here: most feeds do not need it, and the import is slow.
        from monitor.parse.tolerant import read_tolerantly  # noqa: PLC0415 - slow to import, rarely needed

        feed = read_tolerantly(body.decode())
    if feed is None:
        raise ParseError(
            f"is not a feed that can be read (its root element is <{_root(text)[0]}>)", where=fetched.url
        )
    return feed


def feed_text(text: str, where: str) -> str:
    """Return the XML of a feed from its root element to its end, the input of both parsers.

    Raises ParseError for another kind of document, and for one that is truncated within its first entry.
    """
    root, start = _root(text)
    if not _is_feed_root(root):
        match = None if root.lower() in _HTML_ROOTS else _FEED_OPENING.search(text, 0, _HEAD)
        if match is None:
            raise ParseError(_what_it_is(text, root, where), where=where)
        root, start = match[0][1:], match.start()
    return _whole(text, root, start, where)


def _root(text: str) -> tuple[str, int]:
    """Return the name and the offset of the root element; ("", 0) when there is none."""
    position = text.find("<")
    for _ in range(_MOST_PROLOGUE):
        if text.startswith("<!--", position):
            end = text.find("-->", position)
        elif text.startswith("<?", position):
            end = text.find("?>", position)
        elif text.startswith("<!", position):
            end = text.find(">", position)
            if 0 <= text.find("[", position) < end:
                end = text.find("]", position)
        else:
            break
        if end < 0:
            return "", 0
        position = text.find("<", end)
    match = _OPENING.match(text, position) if position >= 0 else None
    return (match[1], position) if match else ("", 0)


def _is_feed_root(name: str) -> bool:
    return name.rpartition(":")[2].lower() in _FEED_ROOTS


def _whole(text: str, root: str, start: int, where: str) -> str:
    """Return the document from its root element to its end; a truncated one is closed after its last complete entry."""
    text = _with_entities(text[start:], text[:start]) if "<!ENTITY" in text[:start] else text[start:]
    close = text.rfind(f"</{root}")
    end = text.find(">", close) if close >= 0 else -1
    if end >= 0:
        return text[: end + 1]
    if close < 0 and text.rstrip().endswith("/>") and "<" not in text[1:]:
        return text
    names = {match[1] for match in _ENTRY_OPENING.finditer(text)}
    cut = max((end + len(name) + 3 for name in names if (end := text.rfind(f"</{name}>")) >= 0), default=0)
    if not cut:
        inside = f" in the middle of <{min(names)}>, the first entry" if names else " before the first entry"
        raise ParseError(f"XML ends{inside}; the answer was cut short", where=where)
    text = text[:cut]
    channel = "</channel>" if "<channel" in text and "</channel" not in text else ""
    return f"{text}{channel}</{root}>"


def _with_entities(text: str, prologue: str) -> str:
    """Return `text` with the plain entities of its DOCTYPE resolved; no others are, so entities can neither expand nor refer outside."""
    for match in islice(_PLAIN_ENTITY.finditer(prologue), _MOST_ENTITIES):
        name, value = f"&{match[1]};", match[2] or match[3] or ""
        if text.count(name) * len(value) <= _MOST_GROWTH:
            text = text.replace(name, value)
    return text


def _what_it_is(text: str, root: str, where: str) -> str:
    if root.lower() in _HTML_ROOTS or "<!doctype html" in text[:_HEAD].lower():
        named = _named_feed(text[:_HEAD], where)
        return "is an HTML page, not a feed" + (
            f" (it names a feed at {named})" if named else " (it names no feed)"
        )
    if root:
        hint = "; `sitemap:` reads it" if root.rpartition(":")[2] in ("urlset", "sitemapindex") else ""
        return f"is XML or HTML, but no feed (its first element is <{root}>){hint}"
    return "is not a feed, but " + (
        "markup that breaks off" if text[0] == "<" else "plain text or binary data"
    )


def _named_feed(text: str, where: str) -> str:
    for match in _LINK.finditer(text):
        attributes = {name.lower(): double or single for name, double, single in _ATTRIBUTE.findall(match[0])}
        if (
            "alternate" in attributes.get("rel", "").lower()
            and attributes.get("type", "").lower() in _FEED_TYPES
        ):
            return absolute(attributes.get("href", ""), where)
    return ""
