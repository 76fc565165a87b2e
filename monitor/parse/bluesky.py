"""Parse Bluesky accounts from `app.bsky.feed.getAuthorFeed`: the account's own posts and threads, with their quotes and links.

Reposts and replies to others are left out. A post is dated by the earlier of its own time and the time at which it was indexed,
as Bluesky sorts (`sortAt`): the first could be in the future, the second would make imported posts new. An account is identified by its
DID: a handle is a domain, which may change its owner.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote as quoted
from urllib.parse import urlsplit, urlunsplit

from monitor.errors import ParseError
from monitor.model import Account, Fetched, FetchOutcome, Parsed, Source, account_name
from monitor.parse.clean import clean, one_line
from monitor.parse.credit import is_account_official
from monitor.parse.entry import MAX_BODY, MAX_ENTRIES, language
from monitor.parse.feed import read_text
from monitor.parse.jsonfeed import mapping, read_json, sequence, string
from monitor.parse.links import absolute
from monitor.parse.resolver import Resolver, account_named
from monitor.parse.social import SocialPost, alt, card, paragraphs, quote, signed, threads, without_retweet
from monitor.parse.timestamps import read_date

__all__ = ["BlueskyAccounts", "parse_bluesky"]

_MAX_MESSAGE = 200
# The handle shown for an account without a verified one.
_NO_HANDLE = "handle.invalid"
_LISTED = "&limit=50&filter=posts_and_author_threads"


def parse_bluesky(fetched: Fetched, source: Source, *, now: datetime) -> Parsed:
    """Return the posts of an author's feed. Raises ParseError when the response is not such a feed."""
    answer = mapping(read_json(read_text(fetched), fetched.url))
    if not isinstance(answer.get("feed"), list):
        said = one_line(string(answer.get("message")) or string(answer.get("error")), _MAX_MESSAGE)
        raise ParseError(f"is not an author feed of Bluesky{f': {said}' if said else ''}", where=fetched.url)
    posts: dict[str, SocialPost] = {}
    listed: list[str] = []
    views = [mapping(view) for view in answer["feed"][:MAX_ENTRIES]]
    for view in views:
        reason = string(mapping(view.get("reason")).get("$type"))
        own = _own(view, source) if "reasonRepost" not in reason else None
        if own is None:
            continue
        posts[own.id] = own
        if "reasonPin" not in reason:
            listed.append(own.id)
        for context in _context(view, source):
            posts.setdefault(context.id, context)
    read = threads(list(posts.values()), source, now)
    handles = {string(mapping(mapping(view.get("post")).get("author")).get("handle")) for view in views}
    return Parsed(
        documents=tuple(read.documents),
        title=read.documents[0].author if read.documents else "",
        dropped=max(len(answer["feed"]) - MAX_ENTRIES, 0),
        listed=tuple(listed),
        orphans=frozenset(read.orphans),
        older=_page_before(fetched.url, string(answer.get("cursor"))) if answer["feed"] else "",
        doubt=_nobody_credited(source, handles, bool(read.documents)),
    )


def _nobody_credited(source: Source, handles: set[str], has_documents: bool) -> str:
    """Return a warning when none of the official names is this account's, as after a handle was renamed."""
    if not (source.official and has_documents) or is_account_official(source, {source.account, *handles}):
        return ""
    now_called = ", ".join(sorted(handle for handle in handles if handle))
    return f"no name under `official:` is this account's, which is now {one_line(now_called, 100)}; write its DID"


def _page_before(url: str, cursor: str) -> str:
    if not cursor or len(cursor) > 500 or not cursor.isprintable():
        return ""
    return f"{url.partition('&cursor=')[0]}&cursor={quoted(cursor, safe='')}"


def _own(view: dict[str, Any], source: Source, *, is_listed: bool = True) -> SocialPost | None:
    """Return the post of a view; None when it is by, or a reply to, another account."""
    post = mapping(view.get("post"))
    uri, did = string(post.get("uri")), string(mapping(post.get("author")).get("did"))
    if not uri or (source.account and did and did != source.account):
        return None
    record = mapping(post.get("record"))
    reply = mapping(record.get("reply"))
    parent, root = (string(mapping(reply.get(name)).get("uri")) for name in ("parent", "root"))
    if (parent or root) and not all(_owner(each) == _owner(uri) for each in (parent, root)):
        return None
    return _post(post, record, source, continues=parent, is_listed=is_listed)


def _context(view: dict[str, Any], source: Source) -> Iterator[SocialPost]:
    """Yield the own posts that a view contains because it replies to them."""
    reply = mapping(view.get("reply"))
    owner = _owner(string(mapping(view.get("post")).get("uri")))
    for name in ("root", "parent"):
        post = mapping(reply.get(name))
        if _owner(string(post.get("uri"))) == owner and mapping(post.get("record")):
            found = _own({"post": post}, source, is_listed=False)
            if found is not None:
                yield found


def _owner(uri: str) -> str:
    return uri.removeprefix("at://").partition("/")[0]


def _post(
    post: dict[str, Any], record: dict[str, Any], source: Source, *, continues: str, is_listed: bool
) -> SocialPost:
    author = mapping(post.get("author"))
    handle, did = _handle(author), string(author.get("did"))
    text, markup = without_retweet(clean(string(record.get("text")).strip(), MAX_BODY), "")
    beside = _embedded(mapping(post.get("embed")))
    if beside:
        text, markup = "", (markup or paragraphs(text)) + beside
    return SocialPost(
        id=string(post["uri"])[:1000],
        url=_web_address(string(post["uri"]), handle),
        at=_sorted_at(record, post),
        text=text,
        markup=markup,
        continues=continues[:1000],
        lang=language(source.lang, *(string(tag) for tag in sequence(record.get("langs"))[:1])),
        author=signed(string(author.get("displayName")), handle or did),
        official=is_account_official(source, (did, handle)),
        is_listed=is_listed,
    )


def _handle(author: dict[str, Any]) -> str:
    handle = string(author.get("handle"))
    return "" if handle == _NO_HANDLE else handle


def _sorted_at(record: dict[str, Any], post: dict[str, Any]) -> datetime | None:
    times = [
        read_date(string(holder.get(key))) for holder, key in ((record, "createdAt"), (post, "indexedAt"))
    ]
    return min((time for time in times if time is not None), default=None)


def _web_address(uri: str, handle: str) -> str:
    did, _, key = uri.removeprefix("at://").partition("/app.bsky.feed.post/")
    return absolute(f"https://bsky.app/profile/{handle or did}/post/{key}") if key else ""


def _embedded(embed: dict[str, Any]) -> str:
    """Return the embeds of a post: pictures, a card, a quoted post. A deleted or withheld one has no text."""
    media = mapping(embed.get("media")) or embed
    pictures = [string(mapping(picture).get("alt")) for picture in sequence(media.get("images"))[:20]]
    pictures.append(string(media.get("alt")))
    linked = mapping(media.get("external"))
    shown = alt(pictures) + card(*(string(linked.get(name)) for name in ("uri", "title", "description")))
    quoted = mapping(embed.get("record"))
    return shown + _quoted(mapping(quoted.get("record")) or quoted)


def _quoted(view: dict[str, Any]) -> str:
    value, author = mapping(view.get("value")), mapping(view.get("author"))
    handle = _handle(author)
    return quote(
        string(value.get("text")),
        author=signed(string(author.get("displayName")), handle or string(author.get("did"))),
        at=_sorted_at(value, view),
        url=_web_address(string(view.get("uri")), handle),
    )


class BlueskyAccounts(Resolver):
    """Resolves handles to DIDs by `com.atproto.identity.resolveHandle`; an account keeps its DID under a new handle."""

    def question(self, source: Source) -> str:
        """Return the address that resolves the handle, "" when the target is a DID."""
        name = account_name(source.kind, source.target)
        if name.startswith("did:"):
            return ""
        parts = urlsplit(source.url)
        path = parts.path.rpartition("/")[0] + "/com.atproto.identity.resolveHandle"
        return urlunsplit((parts.scheme, parts.netloc, path, f"handle={quoted(name, safe='')}", ""))

    def answer(self, fetched: Fetched, source: Source, known: Account | None, now: datetime) -> Account:
        """Return the account in a response; a `known` one is kept, whatever the handle means now. Raises ParseError."""
        did = string(mapping(read_json(read_text(fetched), fetched.url)).get("did"))
        if not account_name(source.kind, did).startswith("did:"):
            raise ParseError("names no account of Bluesky", where=fetched.url)
        name = account_name(source.kind, source.target)
        return account_named(source, name, did, known, now, what="account")

    def refused(
        self, outcome: FetchOutcome, source: Source, known: Account | None, now: datetime
    ) -> Account | None:
        """Return the account to use when the request was refused: the `known` one, with a note."""
        status = getattr(outcome, "status", None)
        if known is None or not known.id or status not in (400, 404):
            return None
        name = account_name(source.kind, source.target)
        note = f"{name} names no account any more; {known.id}, which it named, is still read: write that"
        return replace(known, note=note, asked_at=now)

    def bound(self, source: Source, account: Account | None) -> Source:
        """Return `source` with the address and the id of its account."""
        did = account.id if account is not None else account_name(source.kind, source.target)
        own = {account_name(source.kind, source.target), account.known_as if account is not None else ""} - {
            ""
        }
        official = tuple(did if account_name(source.kind, each) in own else each for each in source.official)
        url = f"{source.url.partition('?')[0]}?actor={quoted(did, safe='')}{_LISTED}"
        return replace(source, url=url, account=did, official=official)
