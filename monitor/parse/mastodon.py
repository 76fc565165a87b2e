"""Parse Mastodon accounts and tags from the API of their instance, or from its RSS when the API is closed to visitors.

A post is its content warning and its content, with its quotes, links and pictures. Boosts and replies to others are left
out. An account is `user@host`, as named by the instance itself: the address of a post is set by its author's server, so it is
not a proof of the author on a tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from monitor.errors import ParseError
from monitor.model import (
    Account,
    Document,
    Fetched,
    FetchOutcome,
    Form,
    Parsed,
    Source,
    account_name,
    is_one_account,
)
from monitor.parse.clean import clean, one_line
from monitor.parse.credit import is_account_official
from monitor.parse.entry import MAX_BODY, MAX_ENTRIES, Entry, body_of, language
from monitor.parse.feed import parse_posts, read_text
from monitor.parse.jsonfeed import mapping, read_json, sequence, string
from monitor.parse.links import absolute
from monitor.parse.resolver import Resolver
from monitor.parse.social import (
    SocialPost,
    alt,
    card,
    lines_of,
    paragraphs,
    quote,
    signed,
    threads,
    without_retweet,
)
from monitor.parse.timestamps import read_date

__all__ = ["MastodonAccounts", "parse_mastodon"]

_POST = re.compile(r"https?://([^/\s@]{1,255})/(?:users/|@)(\w[\w.-]{0,100})(?=/)")
_NAMED = re.compile(r"(?:https?://[^/]{1,260}/)?[@#]?([^\s@#/?]{1,120})@([^\s@#/?]{3,260})")
_RSS = "rss"
"""The value stored in place of an id when only the RSS of an account or tag may be read."""
# What an instance says where visitors may not ask its API.
_CLOSED = (401, 403, 422)
_MAX_MESSAGE = 200
_NO_POSTS = "the tag has no posts, or its instance shows none to visitors (timelines_access)"


def parse_mastodon(fetched: Fetched, source: Source, *, now: datetime) -> Parsed:
    """Return the posts of an account or a tag, from statuses of the API or from RSS. Raises ParseError when it is neither."""
    text = read_text(fetched)
    if text[0] not in "{[":
        feed = parse_posts(fetched, source, now=now, adapt=_with_account)
        return replace(feed, documents=tuple(map(_as_post, feed.documents)))
    answer = read_json(text, fetched.url)
    if not isinstance(answer, list):
        said = one_line(string(mapping(answer).get("error")), _MAX_MESSAGE)
        raise ParseError(f"is not a list of posts{f': {said}' if said else ''}", where=fetched.url)
    statuses = [status for status in map(mapping, answer) if string(status.get("id"))]
    posts = [post for status in statuses[:MAX_ENTRIES] if (post := _own(status, source)) is not None]
    read = threads(posts, source, now)
    is_one = is_one_account(source.kind, source.target)
    return Parsed(
        documents=tuple(read.documents),
        title=read.documents[0].author if is_one and read.documents else "",
        dropped=max(len(statuses) - MAX_ENTRIES, 0),
        listed=tuple(post.id for post in posts),
        orphans=frozenset(read.orphans),
        older=_page_before(fetched.url, statuses),
        doubt=_moved(statuses) if is_one else "" if statuses else _NO_POSTS,
    )


def _page_before(url: str, statuses: list[dict[str, Any]]) -> str:
    last = string(statuses[-1].get("id")) if statuses else ""
    if not last.isascii() or not last.isalnum():
        return ""
    return f"{url.partition('&max_id=')[0]}&max_id={last}"


def _moved(statuses: Iterable[dict[str, Any]]) -> str:
    """Return a note when the account says that it has moved; the new account is not followed automatically."""
    for status in statuses:
        to = string(mapping(mapping(status.get("account")).get("moved")).get("acct"))
        if to:
            return f"the account has moved to @{one_line(to.removeprefix('@'), 200)}; it is not followed there by itself"
    return ""


def _own(status: dict[str, Any], source: Source) -> SocialPost | None:
    """Return the post of a status; None for a boost and for a reply to another account."""
    account = mapping(status.get("account"))
    replies_to = status.get("in_reply_to_account_id")
    if mapping(status.get("reblog")) or (replies_to and replies_to != account.get("id")):
        return None
    if status.get("in_reply_to_id") and not replies_to:
        return None  # a reply to what its instance does not know
    full, is_local = _full(account, source)
    text, markup = _words(status)
    beside = _beside(status, source)
    if beside:
        text, markup = "", (markup or paragraphs(text)) + beside
    key = string(status.get("id"))
    before = string(status.get("in_reply_to_id"))
    url = absolute(string(status.get("url"))) or absolute(string(status.get("uri")))
    return SocialPost(
        id=_identity(url, key),
        url=url,
        at=read_date(string(status.get("created_at"))),
        edited=read_date(string(status.get("edited_at"))),
        text=text,
        markup=markup,
        continues=_identity(url, before, instead_of=key) if before else "",
        lang=language(source.lang, string(status.get("language"))),
        author=signed(string(account.get("display_name")), full),
        official=is_account_official(source, (full,), string(account.get("username")) if is_local else ""),
    )


def _identity(url: str, key: str, *, instead_of: str = "") -> str:
    """Return the id of a status: its address as in the RSS of its instance, with another id `instead_of` its own if given."""
    if not url:
        return f"status {key}"
    if instead_of:
        head, found, tail = url.rpartition(instead_of)
        return f"{head}{key}{tail}"[:1000] if found else f"status {key}"
    return url[:1000]


def _full(account: dict[str, Any], source: Source) -> tuple[str, bool]:
    """Return the full name of an account, user@host, and whether it is local to the requested instance."""
    acct = string(account.get("acct")).removeprefix("@")
    home = _home(source)
    name, _, at = acct.partition("@")
    if not name:
        return "", False
    is_local = not at or at.casefold() == home
    return f"{name}@{at or home}", is_local


def _home(source: Source) -> str:
    """Return the host of the requested instance, as used in the names of its accounts."""
    named = _NAMED.fullmatch(source.target.strip())
    if named:
        return named[2].casefold()
    try:
        return (urlsplit(source.url).netloc or "").casefold()
    except ValueError:
        return ""


def _words(status: dict[str, Any]) -> tuple[str, str]:
    markup, text = body_of(string(status.get("content")), markup=True)
    warning = clean(string(status.get("spoiler_text")).strip(), MAX_BODY)
    text, markup = without_retweet(text, markup)
    if warning:
        return "", paragraphs(warning) + (markup or paragraphs(text))
    return text, markup


def _beside(status: dict[str, Any], source: Source) -> str:
    """Return the attachments of a post: pictures, a card, and a post that it quotes with its author's permission."""
    pictures = [
        string(mapping(each).get("description")) for each in sequence(status.get("media_attachments"))[:20]
    ]
    linked = mapping(status.get("card"))
    shown = alt(pictures) + card(*(string(linked.get(name)) for name in ("url", "title", "description")))
    quotes = mapping(status.get("quote"))
    quoted_status = mapping(quotes.get("quoted_status"))
    if string(quotes.get("state")) != "accepted" or not quoted_status:
        return shown
    account = mapping(quoted_status.get("account"))
    text, markup = _words(quoted_status)
    return shown + quote(
        text or lines_of(markup),
        author=signed(string(account.get("display_name")), _full(account, source)[0]),
        at=read_date(string(quoted_status.get("created_at"))),
        url=absolute(string(quoted_status.get("url"))),
    )


def _as_post(document: Document) -> Document:
    """Return the document of an entry of RSS as a post."""
    text, markup = without_retweet(document.text, document.html)
    return replace(document, text=text, html=markup, form=Form.POST)


def _with_account(entry: Entry, source: Source) -> Entry:
    match = _POST.match(entry.link or entry.id)
    is_one = is_one_account(source.kind, source.target)
    if match is None:
        return entry._replace(official=False)
    account = f"@{match[2]}@{match[1]}"
    # On a tag the address of a post is what a server elsewhere says of it: it shows whose the post is, and proves nothing.
    bare = match[2] if match[1].casefold() == _home(source) else ""
    return entry._replace(
        author=entry.author or account,
        official=is_one and is_account_official(source, (account.removeprefix("@"),), bare),
    )


class MastodonAccounts(Resolver):
    """Resolves accounts to ids of their instance by `accounts/lookup`, or to the account's RSS when the API is closed."""

    def question(self, source: Source) -> str:
        """Return the address that resolves the account, "" for a tag."""
        if not is_one_account(source.kind, source.target):
            return ""
        name = source.url.rpartition("/@")[2].removesuffix(".rss")
        return f"{self._base(source)}/api/v1/accounts/lookup?acct={name}"

    def answer(self, fetched: Fetched, source: Source, known: Account | None, now: datetime) -> Account:
        """Return the account in a response. Raises ParseError."""
        answer = mapping(read_json(read_text(fetched), fetched.url))
        key = string(answer.get("id"))
        if not key or not key.isascii() or not key.isalnum() or len(key) > 64:
            raise ParseError("names no account of Mastodon", where=fetched.url)
        note = _moved([{"account": answer}])
        since = known.since if known is not None and known.id == key else now
        name = account_name(source.kind, source.target)
        return Account(
            source=source.name,
            target=source.target,
            id=key,
            known_as=name,
            note=note,
            since=since,
            asked_at=now,
        )

    def refused(
        self, outcome: FetchOutcome, source: Source, known: Account | None, now: datetime
    ) -> Account | None:
        """Return the account that stands for its RSS when the API is closed to visitors."""
        del known
        return self.instead(outcome, source, now)

    def instead(self, outcome: FetchOutcome, source: Source, now: datetime) -> Account | None:
        """Return the account that stands for its RSS when the API refused."""
        if getattr(outcome, "status", None) not in _CLOSED:
            return None
        return Account(source=source.name, target=source.target, id=_RSS, since=now, asked_at=now)

    def bound(self, source: Source, account: Account | None) -> Source:
        """Return `source` with the address of its posts."""
        if account is not None and account.id == _RSS:
            return replace(source, url=f"{source.url}?limit=40", account=_RSS)
        base = self._base(source)
        if account is not None:
            url = f"{base}/api/v1/accounts/{account.id}/statuses?exclude_reblogs=true&limit=40"
            return replace(source, url=url, account=account.id)
        tag = source.url.rpartition("/tags/")[2].removesuffix(".rss")
        return replace(source, url=f"{base}/api/v1/timelines/tag/{tag}?limit=40")

    @staticmethod
    def _base(source: Source) -> str:
        parts = urlsplit(source.url)
        return f"{parts.scheme}://{parts.netloc}{parts.path.rpartition('/tags/')[0] or parts.path.rpartition('/@')[0]}"
