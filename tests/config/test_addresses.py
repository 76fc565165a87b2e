"""What a person calls a source, and the address that is fetched."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config.addresses import address, at_server
from monitor.model import SourceKind as Kind

NETFLIX = "UCWOA1ZGywLbqmigxE4Qlvuw"
FEED = "https://www.youtube.com/feeds/videos.xml"
BSKY = "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?actor={}&limit=50&filter=posts_and_author_threads"


@pytest.mark.parametrize(
    ("kind", "target", "url"),
    [
        (Kind.FEED, "https://a.example/feed?x=1", "https://a.example/feed?x=1"),
        (Kind.PAGE, "http://a.example:8080/p", "http://a.example:8080/p"),
        (Kind.FILE, "feeds/a.xml", "file:///conf/feeds/a.xml"),
        (Kind.FILE, "/var/a b.xml", "file:///var/a%20b.xml"),
        (Kind.FILE, "file:///var/a.xml", "file:///var/a.xml"),
        (Kind.FILE, "../a.xml", "file:///a.xml"),
        (Kind.YOUTUBE, NETFLIX, f"{FEED}?channel_id={NETFLIX}"),
        (Kind.YOUTUBE, f"https://www.youtube.com/channel/{NETFLIX}/videos", f"{FEED}?channel_id={NETFLIX}"),
        (Kind.YOUTUBE, f"{FEED}?channel_id={NETFLIX}", f"{FEED}?channel_id={NETFLIX}"),
        (Kind.YOUTUBE, "@Netflix", "https://www.youtube.com/@Netflix"),
        (Kind.YOUTUBE, "https://www.youtube.com/@Netflix/videos", "https://www.youtube.com/@Netflix"),
        (Kind.YOUTUBE, "https://www.youtube.com/c/Netflix", "https://www.youtube.com/c/Netflix"),
        (Kind.YOUTUBE, "PLabcdefghijk", f"{FEED}?playlist_id=PLabcdefghijk"),
        (
            Kind.YOUTUBE,
            "https://www.youtube.com/playlist?list=PLabcdefghijk",
            f"{FEED}?playlist_id=PLabcdefghijk",
        ),
        (Kind.BLUESKY, "netflix.com", BSKY.format("netflix.com")),
        (Kind.BLUESKY, "@name.bsky.social", BSKY.format("name.bsky.social")),
        (Kind.BLUESKY, "https://bsky.app/profile/netflix.com", BSKY.format("netflix.com")),
        (Kind.BLUESKY, "did:plc:abc123", BSKY.format("did%3Aplc%3Aabc123")),
        (Kind.MASTODON, "@user@instance.example", "https://instance.example/@user.rss"),
        (Kind.MASTODON, "user@instance.example", "https://instance.example/@user.rss"),
        (Kind.MASTODON, "#kdrama@instance.example", "https://instance.example/tags/kdrama.rss"),
        (Kind.MASTODON, "https://instance.example/@user", "https://instance.example/@user.rss"),
        (Kind.REDDIT, "r/television", "https://www.reddit.com/r/television/new/.rss"),
        (Kind.REDDIT, "/r/kdramas+television/", "https://www.reddit.com/r/kdramas+television/new/.rss"),
        (
            Kind.REDDIT,
            "https://www.reddit.com/r/television/top",
            "https://www.reddit.com/r/television/new/.rss",
        ),
        (Kind.REDDIT, "https://old.reddit.com/r/television/", "https://www.reddit.com/r/television/new/.rss"),
        (Kind.REDDIT, "search: iron bell", "https://www.reddit.com/search.rss?q=iron%20bell&sort=new"),
        (
            Kind.REDDIT,
            "r/television search: iron bell",
            "https://www.reddit.com/r/television/search.rss?q=iron%20bell&restrict_sr=on&sort=new",
        ),
        (
            Kind.REDDIT,
            "https://www.reddit.com/r/television/search/?q=iron+bell",
            "https://www.reddit.com/r/television/search.rss?q=iron%20bell&restrict_sr=on&sort=new",
        ),
        (Kind.REDDIT, "u/someone", "https://www.reddit.com/user/someone/submitted/.rss"),
    ],
)
def test_a_target_becomes_its_address(kind: Kind, target: str, url: str) -> None:
    assert address(kind, target, Path("/conf")) == url


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (Kind.FEED, "feed.xml"),
        (Kind.FEED, "file:///etc/passwd"),
        (Kind.FEED, "javascript:alert(1)"),
        (Kind.FEED, "https://"),
        (Kind.FEED, "https://[::1"),
        (Kind.FEED, "https://a.example:99999/"),
        (Kind.FEED, "https://a.example:0/"),
        (Kind.FEED, "https://a.example:80\\@b.example/"),
        (Kind.FEED, "https://user@a.example/"),
        (Kind.FEED, "https://a.example/a b"),
        (Kind.YOUTUBE, "https://www.youtube.com/watch?v=abcdefghijk"),
        (Kind.YOUTUBE, "UCshort"),
        (Kind.BLUESKY, "netflix"),
        (Kind.BLUESKY, "a/../b.example"),
        (Kind.MASTODON, "@user@instance.example/evil"),
        (Kind.MASTODON, "@user"),
        (Kind.MASTODON, "@user@a@b"),
        (Kind.REDDIT, "r/../../x"),
        (Kind.REDDIT, "r/x?y"),
        (Kind.FILE, "~no-such-user-here/a.xml"),
    ],
)
def test_a_target_that_is_none_says_what_was_meant(kind: Kind, target: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        address(kind, target, Path("/conf"))


@pytest.mark.parametrize(
    ("api", "url"),
    [
        ("https://appview.example", "https://appview.example/xrpc/x?actor=a"),
        ("http://127.0.0.1:8080/base/", "http://127.0.0.1:8080/base/xrpc/x?actor=a"),
    ],
)
def test_another_server_is_asked_for_the_same(api: str, url: str) -> None:
    assert at_server("https://public.api.bsky.app/xrpc/x?actor=a", api) == url


@pytest.mark.parametrize(
    "api", ["appview.example", "https://a.example/?x", "https://user@a.example", "ftp://a.example"]
)
def test_a_server_that_is_none_says_what_was_meant(api: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        at_server("https://public.api.bsky.app/xrpc/x", api)
