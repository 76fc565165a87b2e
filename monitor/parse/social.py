"""Convert the posts of accounts of any network to documents: a thread is one document, and parts other than its text are marked.

A reply of the account to its own post is joined to that post, in the order of writing, under the id of
the first. In a body ``<p class="alt">`` is the description of a picture, ``<p class="card">`` the title and description of
the page that the post links, and ``<blockquote class="post">`` the post of another (see `monitor.parse.embeds`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lxml.etree import _Element

from monitor.model import Document, Form, Source
from monitor.parse.clean import clean, is_markup, one_line
from monitor.parse.embeds import post_element
from monitor.parse.entry import MAX_BODY
from monitor.parse.html_tree import fragment, read_html, text_of
from monitor.parse.links import absolute
from monitor.parse.timestamps import published_at

__all__ = [
    "SocialPost",
    "Threads",
    "alt",
    "card",
    "lines_of",
    "paragraphs",
    "quote",
    "signed",
    "threads",
    "without_retweet",
]

MAX_NAME = 200
_MAX_PASSAGE = 2000
_MOST_PARTS = 100
# A continuation later than this gives the thread a new time: its "tomorrow" is the day after its own writing.
_SAME_BREATH = timedelta(hours=24)
_RETWEET = re.compile(r"RT @([\w.-]{1,80}(?:@[\w.-]{3,120})?):?\s+", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class SocialPost:
    """One post: `text` if it is only text, else `markup`. `continues` is the id of the own post that it replies to.

    `edited` is the time of its last edit. `is_listed` is False for one that a response contains only as the context of another.
    """

    id: str
    url: str
    at: datetime | None
    text: str = ""
    markup: str = ""
    edited: datetime | None = None
    continues: str = ""
    lang: str = ""
    author: str = ""
    official: bool = False
    is_listed: bool = True


@dataclass
class Threads:
    """The documents of one response, and the ids of posts whose beginning is not in it."""

    documents: list[Document] = field(default_factory=list)
    orphans: set[str] = field(default_factory=set)


def threads(posts: Sequence[SocialPost], source: Source, now: datetime) -> Threads:
    """Return `posts` as documents, in the order of the first listed post of each thread."""
    known = {post.id: post for post in posts}
    roots = _roots(known)
    gathered: dict[str, list[SocialPost]] = {}
    found = Threads()
    for post in posts:
        root = roots[post.id]
        gathered.setdefault(root or post.id, []).append(post)
        if not root:
            found.orphans.add(post.id)
    for parts in gathered.values():
        if any(part.is_listed for part in parts):
            found.documents.append(_document(parts, source, now, is_orphan=parts[0].id in found.orphans))
    return found


def _roots(known: dict[str, SocialPost]) -> dict[str, str]:
    """Return the id of the first post of the thread of each; "" when a post between the two is not `known`."""
    roots: dict[str, str] = {}
    for post in known.values():
        way: dict[str, None] = {}
        at: SocialPost | None = post
        while at is not None and at.id not in roots and at.id not in way:
            way[at.id] = None
            if not at.continues:
                roots[at.id] = at.id
                break
            at = known.get(at.continues)
        root = "" if at is None else roots.get(at.id, "")
        for each in way:
            roots[each] = root
    return roots


def _document(parts: list[SocialPost], source: Source, now: datetime, *, is_orphan: bool) -> Document:
    """Return the document of the `parts` of one thread."""
    ordered = sorted(parts, key=lambda part: (bool(part.continues), part.at or now, part.id))[:_MOST_PARTS]
    first = ordered[0]
    is_plain = not any(part.markup for part in ordered)
    body = "" if is_plain else "".join(part.markup or paragraphs(part.text) for part in ordered)
    text = "\n\n".join(part.text for part in ordered) if is_plain else ""
    form = Form.REPLY if is_orphan else Form.THREAD if len(ordered) > 1 else Form.POST
    return Document(
        id=first.id,
        url=first.url,
        source=source.name,
        published=published_at(_said_at(ordered), now),
        lang=next((part.lang for part in ordered if part.lang), source.lang),
        html=body[:MAX_BODY],
        text=text[:MAX_BODY],
        author=first.author,
        official=all(part.official for part in ordered),
        form=form,
    )


def _said_at(parts: Sequence[SocialPost]) -> datetime | None:
    """Return the time of a thread: that of the first part, unless a much later part or an edit gives it a new one."""
    times = [time for part in parts if (time := part.edited or part.at) is not None]
    first = parts[0].edited or parts[0].at
    latest = max(times, default=None)
    if first is None or latest is None:
        return latest
    return latest if latest - first > _SAME_BREATH else first


def signed(name: str, handle: str) -> str:
    """Return an author for display, with the account beside the free name: "Name (@handle)"."""
    name, handle = one_line(name, MAX_NAME), one_line(handle, MAX_NAME)
    if not handle:
        return name
    return f"{name} (@{handle})"[:MAX_NAME] if name and name != handle else f"@{handle}"


def paragraphs(text: str) -> str:
    """Return plain text as HTML: an empty line ends a paragraph, any other line feed is a line break."""
    return "".join(
        f"<p>{'<br>'.join(html.escape(line, quote=False) for line in paragraph.split(chr(10)))}</p>"
        for paragraph in re.split(r"\n[ \t]*\n", text)
        if paragraph.strip()
    )


def alt(descriptions: Iterable[str]) -> str:
    """Return the descriptions of pictures, each as a marked paragraph."""
    return "".join(
        f'<p class="alt">{html.escape(words, quote=False)}</p>'
        for each in descriptions
        if (words := one_line(each, _MAX_PASSAGE))
    )


def card(url: str, title: str, description: str = "") -> str:
    """Return the card of a linked page: its title as the link, and its description, both marked as such."""
    title, description = one_line(title, _MAX_PASSAGE), one_line(description, _MAX_PASSAGE)
    if not title:
        return ""
    words = (
        f'<p class="card"><a href="{html.escape(absolute(url))}">{html.escape(title, quote=False)}</a></p>'
    )
    if description and description != title:
        words += f'<p class="card">{html.escape(description, quote=False)}</p>'
    return words


def quote(text: str, *, author: str, at: datetime | None, url: str) -> str:
    """Return the quoted post of another account in the form of embedded posts; "" when it has no text."""
    lines = tuple(filter(None, re.split(r"\n[ \t]*\n", clean(text, MAX_BODY).strip())))
    return fragment([post_element(lines, author=author, at=at, url=url)], limit=MAX_BODY) if lines else ""


def without_retweet(text: str, markup: str) -> tuple[str, str]:
    """Return a post as (text, markup), of which one is empty: the text after "RT @name:" is an embedded post of that account."""
    words = text or (lines_of(markup) if "RT" in markup else "")
    found = _RETWEET.match(words)
    if found is None:
        return text, markup
    return "", quote(words[found.end() :], author=f"@{found[1]}", at=None, url="")


def lines_of(markup: str) -> str:
    """Return the text of an HTML fragment, with an empty line between paragraphs."""
    if not is_markup(markup):
        return html.unescape(markup)
    root = read_html(markup)
    return "" if root is None else "\n\n".join(_blocks(root))


def _blocks(root: _Element) -> Iterator[str]:
    nodes = list(root.iter("p")) or [root]
    for node in nodes:
        if words := text_of(node):
            yield words
