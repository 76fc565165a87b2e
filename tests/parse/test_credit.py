"""Whose word it is goes by what nobody else can take on: two hundred impostors, none of them official."""

from __future__ import annotations

import json
from html import escape
from itertools import product
from typing import Any

import pytest

from monitor.model import Parsed, SourceKind
from monitor.parse.credit import is_name_official
from monitor.parse.parsers import RESOLVERS, parse
from tests.builders import NOW, source
from tests.parse.cases import fetched

CHANNEL, OTHER = "UCaaaaaaaaaaaaaaaaaaaaaa", "UCbbbbbbbbbbbbbbbbbbbbbb"
DID, FALSE_DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb"
# What an impostor may call itself.
NAMES = [
    "Lantern Works",
    "lantern works",
    "@Lantern Works",
    "LANTERN",
    "lantern",
    "@lantern",
    "lantern.example",
    DID,
    CHANNEL,
    "u/lantern",
]
SAID = "Iron Bell comes on October 26, 2023."


def feed(author: str, link: str, title: str = "All the news", outlet: str = "") -> str:
    told = f"<source url='https://evil.example'>{escape(outlet)}</source>" if outlet else ""
    return (
        f"<rss version='2.0'><channel><title>{escape(title)}</title><item><title>Iron Bell</title><link>{link}</link>"
        f"<author>{escape(author)}</author><description>{SAID}</description>{told}</item></channel></rss>"
    )


def read(kind: SourceKind, body: str, url: str, **fields: Any) -> Parsed:
    return parse(fetched(body, url), source(kind=kind, **{"url": url, **fields}), now=NOW)


def youtube(name: str, channel: str) -> str:
    return (
        "<feed xmlns:yt='http://www.youtube.com/xml/schemas/2015' xmlns='http://www.w3.org/2005/Atom'>"
        f"<title>{escape(name)}</title><entry><id>yt:video:x</id><yt:videoId>x</yt:videoId><yt:channelId>{channel}</yt:channelId>"
        f"<title>Iron Bell</title><link rel='alternate' href='https://www.youtube.com/watch?v=x'/><author><name>{escape(name)}</name>"
        f"<uri>https://www.youtube.com/channel/{channel}</uri></author><published>2023-08-09T15:00:00Z</published></entry></feed>"
    )


def bluesky(did: str, handle: str, name: str) -> str:
    author = {"did": did, "handle": handle, "displayName": name}
    record = {"text": SAID, "createdAt": "2023-08-09T15:00:00Z"}
    return json.dumps(
        {
            "feed": [
                {
                    "post": {
                        "uri": f"at://{did}/app.bsky.feed.post/3k4abcdefgh2i",
                        "author": author,
                        "record": record,
                    }
                }
            ]
        }
    )


def status(acct: str, name: str, **fields: Any) -> str:
    account = {"id": "1", "acct": acct, "username": acct.partition("@")[0], "display_name": name}
    url = f"https://{acct.partition('@')[2] or 'toot.example'}/@{acct.partition('@')[0]}/7"
    return json.dumps(
        [
            {
                "id": "7",
                "url": url,
                "account": account,
                "content": f"<p>{SAID}</p>",
                "created_at": "2023-08-09T15:00:00Z",
                **fields,
            }
        ]
    )


def toot_rss(link: str, author: str) -> str:
    return feed(author, link, author)


def submission(user: str) -> str:
    return (
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>newest submissions</title><entry><id>t3_1</id><title>Iron Bell</title>"
        f"<author><name>/u/{escape(user)}</name></author><link href='https://www.reddit.com/r/television/comments/1/'/></entry></feed>"
    )


OFFICIAL = (
    "Lantern Works",
    "lantern",
    "@lantern",
    "lantern.example",
    DID,
    CHANNEL,
    "u/lantern",
    "@lantern@toot.example",
)
WEB = ("Lantern Works", "lantern", "lantern.example")
TAG = {"target": "#ironbell@toot.example"}
IMPOSTORS: list[tuple[str, SourceKind, str, str, dict[str, Any]]] = [
    # An aggregator whose entries are others', under whatever byline or outlet.
    *((f"byline {n}", SourceKind.FEED, feed(name, "https://evil.example/1"), "https://news.example/feed", {"official": WEB}) for n, name in enumerate(NAMES)),
    *((f"search {n}", SourceKind.FEED, feed("x", "https://evil.example/1", name), "https://www.bing.com/news/search?format=rss", {"official": WEB}) for n, name in enumerate(NAMES)),
    *((f"outlet {n}", SourceKind.FEED, feed("", "https://news.google.com/1", "News", name), "https://news.google.com/rss/search?q=x", {"official": WEB}) for n, name in enumerate(NAMES)),
    *((f"platform {n} {host}", SourceKind.FEED, feed(name, f"https://{host}/1"), f"https://{host}/feed", {"official": WEB})
      for (n, name), host in product(enumerate(NAMES[:6]), ("www.youtube.com", "www.reddit.com", "medium.com", "bsky.app", "www.bing.com"))),
    *((f"blog {n}", SourceKind.FEED, feed(name, "https://evil.tumblr.com/1"), "https://lantern.tumblr.com/rss", {"official": WEB}) for n, name in enumerate(NAMES)),
    *((f"file {n}", SourceKind.PAGE, f"<html><meta property='og:site_name' content='{escape(name)}'><p>{SAID * 9}</p></html>", "https://www.reddit.com/x", {"official": WEB}) for n, name in enumerate(NAMES)),
    # Another channel's video in a playlist, or another channel altogether.
    *((f"playlist {n}", SourceKind.YOUTUBE, youtube(name, OTHER), "https://www.youtube.com/feeds/videos.xml?playlist_id=PLaaaaaaaaaaa", {"target": "PLaaaaaaaaaaa", "official": OFFICIAL}) for n, name in enumerate(NAMES)),
    *((f"channel {n}", SourceKind.YOUTUBE, youtube(name, OTHER), f"https://www.youtube.com/feeds/videos.xml?channel_id={OTHER}", {"target": OTHER, "official": OFFICIAL}) for n, name in enumerate(NAMES)),
    # A display name, and a handle like the maker's, of another account.
    *((f"bluesky {n}", SourceKind.BLUESKY, bluesky(FALSE_DID, "evil.example", name), "https://api.example/feed", {"target": "evil.example", "official": OFFICIAL}) for n, name in enumerate(NAMES)),
    *((f"bluesky like {n}", SourceKind.BLUESKY, bluesky(FALSE_DID, handle, "Lantern Works"), "https://api.example/feed", {"target": FALSE_DID, "account": FALSE_DID, "official": OFFICIAL})
      for n, handle in enumerate(["lantern.bsky.social", "lantern.example.evil.example", "1antern.example", "lanternexample.com", "lantern-example.com", "handle.invalid", "www.lantern.example", "lantern.examples", "xn--lantern-example", ""])),
    # The maker's handle after it has changed hands: the account that was meant is another.
    *((f"bluesky taken {n}", SourceKind.BLUESKY, bluesky(FALSE_DID, "lantern.example", name), "https://api.example/feed", {"target": "lantern.example", "account": DID, "official": (DID,)}) for n, name in enumerate(NAMES)),
    # The same user name on another host, on a tag and as a source of its own.
    *((f"toot {n}", SourceKind.MASTODON, status(f"{user}@evil.example", "Lantern Works"), "https://toot.example/api/v1/timelines/tag/ironbell?limit=40", {**TAG, "official": OFFICIAL})
      for n, user in enumerate(["lantern", "Lantern", "LANTERN", "lantern.", "lantern_", "lantern.works", "1antern", "lantern-works", "toot.example", "u"])),
    *((f"toot named {n}", SourceKind.MASTODON, status(f"someone{n}@evil.example", name), "https://toot.example/api/v1/timelines/tag/ironbell?limit=40", {**TAG, "official": OFFICIAL}) for n, name in enumerate(NAMES)),
    *((f"toot at home {n}", SourceKind.MASTODON, status(f"someone{n}", name), "https://toot.example/api/v1/timelines/tag/ironbell?limit=40", {**TAG, "official": OFFICIAL}) for n, name in enumerate(NAMES)),
    *((f"toot rss {n}", SourceKind.MASTODON, toot_rss(link, "Lantern Works"), "https://toot.example/tags/ironbell.rss", {**TAG, "official": OFFICIAL})
      for n, link in enumerate(["https://evil.example/@lantern/1", "https://evil.example/@lantern@toot.example/1", "https://toot.example.evil.example/@lantern/1", "https://evil.example/users/lantern/statuses/1",
                                "https://toot.example/@lantern/1", "https://evil.example/x?https://toot.example/@lantern/1", "https://evil.example/1", "", "https://toot.example@evil.example/@lantern/1", "https://TOOT.example/@lantern/1"])),
    *((f"toot of old {n}", SourceKind.MASTODON, status("lantern@evil.example", "Lantern Works"), "https://toot.example/api", {**TAG, "official": (name,)}) for n, name in enumerate(NAMES)),
    # A name on Reddit that is like the maker's, or the maker's own where a full name was not written.
    *((f"submission {n}", SourceKind.REDDIT, submission(user), "https://www.reddit.com/r/television/new/.rss", {"target": "r/television", "official": OFFICIAL})
      for n, user in enumerate(["Lantern_Works", "lantern-", "1antern", "lanternn", "Lantern-Works", "lantern_", "lanternworks", "u_lantern", "lantern1", "r_lantern"])),
    *((f"squatter {n}", SourceKind.REDDIT, submission("lantern"), "https://www.reddit.com/r/television/new/.rss", {"target": target, "official": (name,)})
      for n, (target, name) in enumerate(product(["r/television", "r/television+netflix", "search: iron bell"], ["lantern", "Lantern", "@lantern", "lantern works"]))),
]  # fmt: skip


def test_there_are_two_hundred_of_them_over_all_kinds() -> None:
    assert len(IMPOSTORS) >= 200
    assert {kind for _, kind, *_ in IMPOSTORS} >= {
        SourceKind.FEED, SourceKind.PAGE, SourceKind.YOUTUBE, SourceKind.BLUESKY, SourceKind.MASTODON, SourceKind.REDDIT,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "body", "url", "fields"),
    [case[1:] for case in IMPOSTORS],
    ids=[case[0] for case in IMPOSTORS],
)
def test_no_impostor_is_official(kind: SourceKind, body: str, url: str, fields: dict[str, Any]) -> None:
    documents = read(kind, body, url, **fields).documents
    assert [document.official for document in documents] in ([False], [])
    # One that is left out altogether is the post of another account in the maker's own feed.
    assert documents or fields.get("account") == DID


@pytest.mark.parametrize(
    ("kind", "body", "url", "fields"),
    [
        (SourceKind.FEED, feed("Lantern Works", "https://lantern.example/1"), "https://www.lantern.example/feed", {"official": ("lantern works",)}),
        (SourceKind.FEED, feed("Lantern Works", "https://lantern.example/1", "x"), "https://feeds.feedburner.com/lantern", {"official": ("lantern works",)}),
        (SourceKind.FEED, feed("Lantern Works", "https://lantern.tumblr.com/1"), "https://lantern.tumblr.com/rss", {"official": ("lantern works",)}),
        (SourceKind.YOUTUBE, youtube("x", CHANNEL), "https://www.youtube.com/feeds/videos.xml?playlist_id=PLaaaaaaaaaaa", {"target": "PLaaaaaaaaaaa", "official": (CHANNEL,)}),
        (SourceKind.YOUTUBE, youtube("x", CHANNEL), "https://www.youtube.com/x", {"official": (f"https://www.youtube.com/channel/{CHANNEL}",)}),
        (SourceKind.BLUESKY, bluesky(DID, "renamed.example", "x"), "https://api.example/feed", {"target": DID, "official": (DID,)}),
        (SourceKind.BLUESKY, bluesky(DID, "lantern.example", "x"), "https://api.example/feed", {"target": DID, "official": ("@Lantern.example",)}),
        (SourceKind.MASTODON, status("lantern", "x"), "https://toot.example/api", {"target": "@lantern@toot.example", "official": ("lantern",)}),
        (SourceKind.MASTODON, status("lantern", "x"), "https://toot.example/api", {**TAG, "official": ("@lantern@toot.example",)}),
        (SourceKind.MASTODON, status("lantern@far.example", "x"), "https://toot.example/api", {**TAG, "official": ("https://far.example/@lantern",)}),
        (SourceKind.MASTODON, toot_rss("https://toot.example/@lantern/1", "x"), "https://toot.example/@lantern.rss", {"target": "@lantern@toot.example", "official": ("lantern@toot.example",)}),
        (SourceKind.REDDIT, submission("Lantern"), "https://www.reddit.com/r/x/new/.rss", {"target": "r/x", "official": ("/u/lantern",)}),
        (SourceKind.REDDIT, submission("Lantern"), "https://www.reddit.com/user/lantern/submitted/.rss", {"target": "u/Lantern", "official": ("lantern",)}),
    ],
)  # fmt: skip
def test_the_maker_is(kind: SourceKind, body: str, url: str, fields: dict[str, Any]) -> None:
    assert [document.official for document in read(kind, body, url, **fields).documents] == [True]


def test_a_handle_that_was_resolved_stands_for_its_account_when_it_is_renamed() -> None:
    from datetime import timedelta

    from monitor.model import Account

    account = Account(
        source="x",
        target="lantern.example",
        id=DID,
        known_as="lantern.example",
        since=NOW - timedelta(days=9),
    )
    here = source(
        kind=SourceKind.BLUESKY,
        target="lantern.example",
        url="https://api.example/xrpc/app.bsky.feed.getAuthorFeed?actor=lantern.example",
        official=("@lantern.example",),
    )
    bound = RESOLVERS[SourceKind.BLUESKY].bound(here, account)
    (document,) = parse(fetched(bluesky(DID, "renamed.example", "x"), bound.url), bound, now=NOW).documents
    assert document.official


def test_a_name_that_is_empty_names_nobody() -> None:
    assert not is_name_official(source(official=("@",)), ("", "@"), url="https://news.example/", link="")
