"""Parse Reddit's Atom feeds (`/r/SUB/new/.rss`): the text of each post, without the line that Reddit adds below it.

A name on Reddit belongs to one account, so only `u/name` may be official. A flair that says rumour or leak makes the post one.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import datetime

from monitor.errors import ParseError
from monitor.model import Fetched, Form, Parsed, Source, account_name, is_one_account
from monitor.parse.credit import is_account_official
from monitor.parse.entry import Entry
from monitor.parse.feed import parse_posts, read_text

__all__ = ["parse_reddit"]

_TEXT_BEGINS, _TEXT_ENDS = "<!-- SC_OFF -->", "<!-- SC_ON -->"
_LINKED = re.compile(r'<a href="([^"<>]{1,4000})">\s{0,20}\[link\]')
_ENTRY = re.compile(r"<entry[\s>]")
_ID = re.compile(r"<id>([^<>]{1,200})</id>")
_LABEL = re.compile(r'<category\s[^<>]{0,400}?label="([^"<>]{1,100})"')
_DOUBTFUL = re.compile(r"\b(?:rumou?rs?|leaks?|leaked|speculation|unconfirmed)\b", re.IGNORECASE)
_MARKED = re.compile(r"\W{0,3}(?:rumou?r|leak)", re.IGNORECASE)
_LOGIN = re.compile(r"<title>[^<]{0,80}\b(?:log ?in|sign up|welcome)\b[^<]{0,80}</title>", re.IGNORECASE)
_HEAD = 20_000


def parse_reddit(fetched: Fetched, source: Source, *, now: datetime) -> Parsed:
    """Return the posts of a subreddit, a user or a search. Raises ParseError, also when Reddit responds with its login page."""
    text = read_text(fetched)
    if _LOGIN.search(text, 0, _HEAD):
        raise ParseError(
            "is Reddit's login page, not a feed: www.reddit.com and a token are read", where=fetched.url
        )
    flairs = _flairs(text)

    def adapted(entry: Entry, source: Source) -> Entry:
        return _post(entry, source, flairs.get(entry.id, ""))

    read = parse_posts(fetched, source, now=now, adapt=adapted)
    documents = tuple(replace(document, form=Form.POST) for document in read.documents)
    return replace(read, documents=documents, listed=tuple(document.id for document in documents))


def _flairs(text: str) -> dict[str, str]:
    """Return the doubtful flairs of the entries, by their ids; the label of the subreddit itself is not a flair."""
    found: dict[str, str] = {}
    for entry in _ENTRY.split(text)[1:]:
        named = _ID.search(entry)
        labels = [html.unescape(label) for label in _LABEL.findall(entry)[:10]]
        flair = next(
            (label for label in labels if not label.startswith(("r/", "u/")) and _DOUBTFUL.search(label)), ""
        )
        if named and flair:
            found[named[1].strip()] = flair
    return found


def _post(entry: Entry, source: Source, flair: str) -> Entry:
    # A self post is between the two comments; a link post has only boilerplate around its link.
    body = _own_text(entry.body)
    linked = _LINKED.search(entry.body)
    if linked and "reddit.com/" not in linked[1] and "redd.it/" not in linked[1]:
        body += f'<p><a href="{linked[1]}">{linked[1]}</a></p>'
    name = entry.author.removeprefix("/u/").removeprefix("u/")
    full = account_name(source.kind, f"u/{name}") if name else ""
    is_own = is_one_account(source.kind, source.target) and account_name(source.kind, source.target) == full
    title = f"[Rumor] {entry.title}" if flair and not _MARKED.match(entry.title) else entry.title
    return entry._replace(
        title=title,
        body=body,
        author=f"u/{name}" if name else "",
        official=bool(full) and is_account_official(source, (full,), name if is_own else ""),
    )


def _own_text(body: str) -> str:
    """Return the text of a self post, which is between two comments, without Reddit's line below it; "" for a link post."""
    _, begins, rest = body.partition(_TEXT_BEGINS)
    text, ends, _ = rest.rpartition(_TEXT_ENDS)
    return text if begins and ends else ""
