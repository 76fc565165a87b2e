"""Bluesky accounts by `app.bsky.feed.getAuthorFeed`: the account's own posts, with what they quote and the cards they link.

Reposts are another's word and left out. A post is dated by the earlier of its own time and the time at which it was indexed,
as Bluesky sorts (`sortAt`): the first alone could lie ahead, the second alone would make imported posts new.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lxml import etree
from lxml.etree import _Element

from monitor.errors import ParseError
from monitor.model import Document, Fetched, Parsed, Source
from monitor.parse.clean import clean, one_line
from monitor.parse.dates import published_at, read_date
from monitor.parse.entry import MAX_BODY, MAX_ENTRIES, is_official, language
from monitor.parse.feed import read_text
from monitor.parse.jsonfeed import mapping, read_json, sequence, string
from monitor.parse.links import absolute
from monitor.parse.posts import post_element
from monitor.parse.tree import fragment

__all__ = ["parse_bluesky"]

_MAX_NAME = 200


def parse_bluesky(fetched: Fetched, source: Source, *, now: datetime) -> Parsed:
    """Return the posts of an author's feed. ParseError when the answer is no such feed."""
    answer = mapping(read_json(read_text(fetched), fetched.url))
    if not isinstance(answer.get("feed"), list):
        said = one_line(string(answer.get("message")) or string(answer.get("error")), _MAX_NAME)
        raise ParseError(f"is no author feed of Bluesky{f': {said}' if said else ''}", where=fetched.url)
    views = [mapping(view) for view in answer["feed"]]
    own = [
        mapping(view.get("post"))
        for view in views
        if "reasonRepost" not in string(mapping(view.get("reason")).get("$type"))
    ]
    posts = [post for post in own if string(post.get("uri"))]
    documents = tuple(_document(post, source, now) for post in posts[:MAX_ENTRIES])
    return Parsed(
        documents=documents,
        title=documents[0].author if documents else "",
        dropped=max(len(posts) - MAX_ENTRIES, 0),
    )


def _document(post: dict[str, Any], source: Source, now: datetime) -> Document:
    record, author = mapping(post.get("record")), mapping(post.get("author"))
    handle, name = string(author.get("handle")), string(author.get("displayName"))
    text = clean(string(record.get("text")).strip(), MAX_BODY)
    html = _with_embeds(text, mapping(post.get("embed")))
    return Document(
        id=string(post["uri"])[:1000],
        url=_web_address(string(post["uri"]), handle),
        source=source.name,
        published=published_at(_sorted_at(record, post), now),
        lang=language(source.lang, *(string(tag) for tag in sequence(record.get("langs"))[:1])),
        html=html,
        text="" if html else text,
        author=one_line(name or handle, _MAX_NAME),
        official=is_official(source, (name, handle, string(author.get("did")))),
    )


def _sorted_at(record: dict[str, Any], post: dict[str, Any]) -> datetime | None:
    times = [
        read_date(string(holder.get(key))) for holder, key in ((record, "createdAt"), (post, "indexedAt"))
    ]
    return min((time for time in times if time is not None), default=None)


def _web_address(uri: str, handle: str) -> str:
    did, _, key = uri.removeprefix("at://").partition("/app.bsky.feed.post/")
    return absolute(f"https://bsky.app/profile/{handle or did}/post/{key}") if key else ""


def _with_embeds(text: str, embed: dict[str, Any]) -> str:
    """Return the post as HTML when it quotes a post or links a card, else ""."""
    body = etree.Element("div")
    for paragraph in filter(None, text.split("\n\n")):
        _paragraph(body, paragraph)
    own = len(body)
    quoted = mapping(embed.get("record"))
    _quote(body, mapping(quoted.get("record")) or quoted)
    _card(body, mapping(embed.get("external")) or mapping(mapping(embed.get("media")).get("external")))
    return fragment(body, limit=MAX_BODY) if len(body) > own else ""


def _quote(body: _Element, quoted: dict[str, Any]) -> None:
    value, author = mapping(quoted.get("value")), mapping(quoted.get("author"))
    text, handle = clean(string(value.get("text")), MAX_BODY), string(author.get("handle"))
    if text:
        name = one_line(f"{string(author.get('displayName'))} (@{handle})", _MAX_NAME)
        at = _sorted_at(value, quoted)
        url = _web_address(string(quoted.get("uri")), handle)
        body.append(post_element(tuple(filter(None, text.split("\n\n"))), author=name, at=at, url=url))


def _card(body: _Element, card: dict[str, Any]) -> None:
    if title := one_line(string(card.get("title")), 1000):
        link = etree.SubElement(etree.SubElement(body, "p"), "a", href=absolute(string(card.get("uri"))))
        link.text = title


def _paragraph(body: _Element, text: str) -> None:
    lines = text.split("\n")
    node = etree.SubElement(body, "p")
    node.text = lines[0]
    for line in lines[1:]:
        etree.SubElement(node, "br").tail = line
