"""Define Entry and Feed, the raw content of a feed, and convert them to documents.

The parsers (strict, tolerant, JSON) only fill these two. All decisions are made here, once: what is markup, what a date means,
what is truncated and who is credited; so the parsers cannot disagree.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from monitor.errors import ParseError
from monitor.model import Document, Parsed, Source
from monitor.parse.bbcode import has_bbcode, html_of_bbcode
from monitor.parse.clean import clean, is_markup, one_line, unescaped
from monitor.parse.credit import is_name_official
from monitor.parse.embeds import may_embed_posts, normalise_posts
from monitor.parse.html_tree import fragment, read_html, spread_cells
from monitor.parse.links import absolute
from monitor.parse.teaser import is_teaser
from monitor.parse.timestamps import first_date, published_at, unread_dates

__all__ = ["MAX_BODY", "MAX_ENTRIES", "Entry", "Feed", "body_of", "language", "normalised", "parsed"]

MAX_ENTRIES = 500
"""The most entries read of one body; feeds list the newest first."""
MAX_BODY = 500_000
"""The most characters of an entry's body; a long chapter of a novel has fifty thousand."""
_MAX_TITLE = 1000
_MAX_NAME = 200
_MAX_ID = 1000
_LONGEST_TTL = timedelta(days=31)

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_MAIL_AND_NAME = re.compile(r"[^\s@()<>]{1,64}@[^\s@()<>]{1,255}\s*\(([^()]{1,200})\)")
_NAME_AND_MAIL = re.compile(
    r"([^<>@]{1,200}?)\s*[<(]\s*(?:mailto:)?[^\s@<>()]{1,64}@[^\s@<>()]{1,255}\s*[>)]"
)


class Entry(NamedTuple):
    """One entry as received; every field may be empty. `link` is already resolved if the entry set a base.

    `title_markup` and `body_markup` say that the format gives that field as HTML; a plain field is taken literally.
    `dates` are the candidates for the time of publication, the likeliest first. `accounts` are further names of its outlet that may
    be listed as official; `official` says whether it is when that is not decided by names.
    """

    id: str = ""
    link: str = ""
    title: str = ""
    title_markup: bool = True
    body: str = ""
    body_markup: bool = True
    dates: tuple[str, ...] = ()
    author: str = ""
    outlet: str = ""
    lang: str = ""
    accounts: tuple[str, ...] = ()
    official: bool | None = None


class Feed(NamedTuple):
    """One feed as received; `dropped` entries were beyond the limit."""

    title: str = ""
    author: str = ""
    lang: str = ""
    ttl: timedelta | None = None
    entries: tuple[Entry, ...] = ()
    dropped: int = 0


def parsed(
    feed: Feed,
    source: Source,
    *,
    url: str,
    now: datetime,
    adapt: Callable[[Entry, Source], Entry] | None = None,
    teasers: bool = True,
) -> Parsed:
    """Return the documents of `feed`, read from `url`; `adapt` undoes changes that one network makes to its entries.

    Raises ParseError when it has no entry.
    """
    if not feed.entries:
        raise ParseError("has no entries", where=url)
    entries = feed.entries if adapt is None else tuple(adapt(entry, source) for entry in feed.entries)
    feed = feed._replace(title=one_line(feed.title, _MAX_TITLE, markup=True))
    lang = language(source.lang, feed.lang)
    unread: list[str] = []
    documents = tuple([_document(entry, feed, source, url, unread, lang=lang, now=now) for entry in entries])
    return Parsed(
        documents=documents,
        title=feed.title,
        ttl=_bounded(feed.ttl),
        teasers=frozenset(document.id for document in documents if is_teaser(document))
        if teasers and source.follow
        else frozenset(),
        dropped=feed.dropped,
        doubt=unread_dates(unread, len(documents)) if unread else "",
    )


@lru_cache(maxsize=1024)
def language(*candidates: str) -> str:
    """Return the first of `candidates` that is a BCP 47 tag, with hyphens; "" if there is none."""
    for candidate in candidates:
        tag = candidate.strip().replace("_", "-")
        if tag and _LANGUAGE.fullmatch(tag):
            return tag
    return ""


def byline(text: str) -> str:
    """Return the name in an author field of RSS: "mail (Name)", "Name <mail>" and "by Name" are just Name."""
    if not text:
        return ""
    name = one_line(text, _MAX_NAME * 2, markup=True)
    if "@" not in name and "(" not in name:
        return name.removeprefix("by ").removeprefix("By ")[:_MAX_NAME]
    match = _MAIL_AND_NAME.fullmatch(name) or _NAME_AND_MAIL.fullmatch(name)
    if match:
        name = match[1].strip()
    elif "(" in name and ")" not in name:
        # feedparser knows only short top-level domains and leaves the rest of a longer one before the name.
        name = name.rpartition("(")[2]
    return name.removeprefix("by ").removeprefix("By ").strip()[:_MAX_NAME]


def body_of(text: str, *, markup: bool) -> tuple[str, str]:
    """Return a body as (html, text), of which one is empty: html only if it contains markup."""
    body = clean(text.strip(), MAX_BODY)
    if markup and "&" in body and ("lt;" in body or "&amp;" in body):
        body = unescaped(body)
    if has_bbcode(body):
        body, markup = html_of_bbcode(body), True
    if markup and is_markup(body):
        return normalised(body), ""
    return "", clean(html.unescape(body), MAX_BODY).strip() if markup and "&" in body else body


def normalised(body: str) -> str:
    """Return HTML with embedded posts in their one form, and with cells that span several rows repeated in each of them.

    It is the same object when it has neither; no tree is built of most bodies.
    """
    may_have_posts, has_spans = may_embed_posts(body), "rowspan" in body
    root = read_html(body) if may_have_posts or has_spans else None
    if root is None:
        return body
    posts = normalise_posts(root) if may_have_posts else []
    if has_spans:
        spread_cells(root)
    return fragment([root], limit=2 * len(body) + 1000) if posts or has_spans else body


def _document(
    entry: Entry, feed: Feed, source: Source, url: str, unread: list[str], *, lang: str, now: datetime
) -> Document:
    """Return `entry` as a document; a date of it that cannot be parsed is added to `unread`."""
    # The configured language decides; the entry's own is preferred to the feed's default.
    if entry.lang and not source.lang:
        lang = language(entry.lang) or lang
    moment = first_date(entry.dates, lang) if entry.dates else None
    if moment is None and entry.dates:
        unread.append(entry.dates[0])
    link = absolute(entry.link, url)
    author = (
        (entry.author and byline(entry.author))
        or (entry.outlet and byline(entry.outlet))
        or (feed.author and byline(feed.author))
    )
    title = one_line(entry.title, _MAX_TITLE, markup=entry.title_markup)
    body, text = body_of(entry.body, markup=entry.body_markup)
    return Document(
        id=_identity(entry, link, title, body or text),
        url=link,
        source=source.name,
        published=published_at(moment, now),
        lang=lang,
        title=title,
        html=body,
        text=text,
        author=author,
        official=bool(source.official)
        and (
            is_name_official(source, (author, *entry.accounts), url=url, link=link, title=feed.title)
            if entry.official is None
            else entry.official
        ),
    )


def _identity(entry: Entry, link: str, title: str, body: str) -> str:
    name = one_line(entry.id, _MAX_ID * 4) or link
    if name and len(name) <= _MAX_ID:
        return name
    return "sha256:" + hashlib.sha256((name or f"{title}\0{body}").encode("utf-8", "replace")).hexdigest()


def _bounded(ttl: timedelta | None) -> timedelta | None:
    return min(ttl, _LONGEST_TTL) if ttl is not None and ttl > timedelta(0) else None
