"""Parse a local file by its content: a feed, a page, or plain text."""

from __future__ import annotations

from datetime import datetime

from monitor.errors import ParseError
from monitor.model import Document, Fetched, Parsed, Source
from monitor.parse.clean import clean, is_markup
from monitor.parse.entry import MAX_BODY, language
from monitor.parse.feed import is_feed, parse_feed, read_text
from monitor.parse.page import parse_page
from monitor.parse.timestamps import published_at

__all__ = ["parse_file"]


def parse_file(fetched: Fetched, source: Source, *, now: datetime) -> Parsed:
    """Return the documents of a file. Raises ParseError when it is empty, binary, or a broken feed."""
    text = read_text(fetched)
    if is_feed(text):
        return parse_feed(fetched, source, now=now)
    if text[0] == "<" and is_markup(text[:MAX_BODY]):
        return parse_page(fetched, source, now=now)
    return Parsed(documents=(plain_document(text, fetched, source, now=now),))


def plain_document(text: str, fetched: Fetched, source: Source, *, now: datetime) -> Document:
    """Return plain `text` as one document. Raises ParseError when it is not text."""
    if b"\0" in fetched.body[:1024] and "\0" in text[:1024]:
        raise ParseError("is binary data, neither a feed nor a page nor text", where=fetched.url)
    return Document(
        id=fetched.url,
        source=source.name,
        published=published_at(None, now),
        lang=language(source.lang),
        text=clean(text, MAX_BODY).strip(),
    )
