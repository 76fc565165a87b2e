"""Parse OPML 1.0 to 2.0 (opml.org/spec2.opml), as exported by feed readers: each feed once, and the reason for each entry left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element

from monitor.errors import ParseError
from monitor.parse.charset import decode
from monitor.parse.clean import one_line
from monitor.parse.links import absolute, canonical_url
from monitor.parse.wellformed import document_of

__all__ = ["MAX_BYTES", "MAX_FEEDS", "LeftOut", "Subscription", "Subscriptions", "read_opml"]

MAX_BYTES = 5 * 2**20
"""The most bytes of a list; ten thousand feeds take three million."""
MAX_FEEDS = 10_000
_MAX_TITLE = 200
_MAX_URL = 2000
_ROOT = re.compile(r"<(opml)(?=[\s>])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed of a list: the line that names it (counted from 1), its title ("" when it has none), its http(s) address."""

    line: int
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An outline that is not taken as a feed: its line, its title, and the reason, as in "it is in line 7 already"."""

    line: int
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """The feeds of a list in its order, and the outlines left out; folders are in neither."""

    feeds: tuple[Subscription, ...]
    left_out: tuple[LeftOut, ...]


def read_opml(body: bytes, where: str) -> Subscriptions:
    """Return the feeds of the list in `body`. Raises ParseError when it is larger than MAX_BYTES, not OPML, malformed or truncated."""
    if len(body) > MAX_BYTES:
        raise ParseError(f"is larger than {MAX_BYTES // 2**20} MiB", where=where)
    text = decode(body)
    if not text.strip("\ufeff \t\r\n\0"):
        raise ParseError("is empty", where=where)
    root = document_of(text, _ROOT, "an OPML list", where)
    feeds: dict[str, Subscription] = {}
    left_out: list[LeftOut] = []
    for outline in _outlines(root):
        attributes = {str(name).lower(): str(value) for name, value in outline.items()}
        line: int = outline.sourceline  # type: ignore[assignment] # the stubs do not know what it is
        title = one_line(attributes.get("text") or attributes.get("title") or "", _MAX_TITLE, markup=True)
        url = _address(attributes.get("xmlurl", ""))
        if reason := _objection(attributes, url) or _surplus(feeds, url):
            left_out.append(LeftOut(line, title, reason))
        else:
            feeds[canonical_url(url)] = Subscription(line, title, url)
    return Subscriptions(tuple(feeds.values()), tuple(left_out))


def _outlines(root: _Element) -> Iterator[_Element]:
    """Yield the outlines without folders and without those within an outline that is commented out."""
    walk = etree.iterwalk(root, events=("start",), tag="{*}outline")
    for _, outline in walk:
        names = {str(name).lower() for name in outline.keys()}  # noqa: SIM118 - an element iterates over its children
        if outline.get("isComment", "").lower() == "true":
            walk.skip_subtree()
            yield outline
        elif "xmlurl" in names or not len(outline):
            yield outline


def _address(written: str) -> str:
    """Return the address of a feed, "" when it cannot be polled; feed:https://… and feed://… are spellings of browsers."""
    written = written.strip()
    if written[:5].lower() == "feed:":
        written = written[5:] if written[5:7] != "//" else f"http:{written[5:]}"
    url = absolute(written)
    return url if url.isprintable() and len(url) <= _MAX_URL else ""


def _objection(attributes: dict[str, str], url: str) -> str:
    if attributes.get("iscomment", "").lower() == "true":
        return "it is commented out"
    if url:
        return ""
    if attributes.get("xmlurl", "").strip():
        return "its address cannot be polled: only http and https are, with no user name or password in it"
    if attributes.get("type", "").lower() == "include":
        return "it includes another list, which is not fetched"
    return "it names no feed (no xmlUrl)"


def _surplus(feeds: dict[str, Subscription], url: str) -> str:
    if first := feeds.get(canonical_url(url)):
        return f"it is in line {first.line} already"
    return f"it comes after the first {MAX_FEEDS:,} feeds" if len(feeds) == MAX_FEEDS else ""
