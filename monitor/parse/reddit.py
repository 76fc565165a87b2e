"""Reddit by its Atom feeds (`/r/SUB/new/.rss`): the post's own text, without the line that Reddit puts under it."""

from __future__ import annotations

import re

from monitor.parse.entry import Entry
from monitor.parse.feed import account_feed

__all__ = ["parse_reddit"]

_TEXT = re.compile(r"<!-- SC_OFF -->(.*)<!-- SC_ON -->", re.DOTALL)
_LINKED = re.compile(r'<a href="([^"<>]{1,4000})">\s*\[link\]')


def _post(entry: Entry) -> Entry:
    # A self post stands between the two comments; a link post has only the furniture around its link.
    text = _TEXT.search(entry.body)
    linked = _LINKED.search(entry.body)
    body = text[1] if text else ""
    if linked and "reddit.com/" not in linked[1] and "redd.it/" not in linked[1]:
        body += f'<p><a href="{linked[1]}">{linked[1]}</a></p>'
    name = entry.author.removeprefix("/u/").removeprefix("u/")
    return entry._replace(
        body=body, author=f"u/{name}" if name else "", accounts=(name, f"/u/{name}") if name else ()
    )


parse_reddit = account_feed(_post)
