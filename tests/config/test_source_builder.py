"""The name of a source follows from the source alone, since the ledger knows it by that."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config.source_builder import is_private, source_name
from monitor.errors import ConfigError
from monitor.model import SourceKind as Kind
from tests.config.test_loading import WATCH, loaded


@pytest.mark.parametrize(
    ("kind", "target", "url", "name"),
    [
        (Kind.FEED, "x", "https://www.a.example/feed/", "a.example/feed"),
        (Kind.FEED, "x", "https://a.example:8080/", "a.example:8080"),
        (Kind.PAGE, "x", "https://a.example/p?id=1", "a.example/p?id=1"),
        (Kind.SITEMAP, "x", "https://www.a.example/news.xml.gz", "a.example/news.xml.gz"),
        (Kind.YOUTUBE, "x", "https://www.youtube.com/feeds/videos.xml?channel_id=UC1", "youtube UC1"),
        (Kind.BLUESKY, "@netflix.com", "x", "bluesky netflix.com"),
        (Kind.MASTODON, "@a@b.example", "x", "@a@b.example"),
        (Kind.REDDIT, "r/television", "x", "r/television"),
        (Kind.FILE, "feeds/a.xml", "x", "feeds/a.xml"),
    ],
)
def test_a_source_without_a_name_is_called_by_its_address(
    kind: Kind, target: str, url: str, name: str
) -> None:
    assert source_name(kind, target, url) == name


def test_a_long_address_makes_a_short_name_of_its_own() -> None:
    names = {source_name(Kind.FEED, "", f"https://a.example/{'x' * 300}{last}") for last in "ab"}
    assert len(names) == 2
    assert {len(name) for name in names} == {100}


def test_a_further_source_changes_no_other_source(tmp_path: Path) -> None:
    first = "sources:\n  - feed: https://a.example/news\n"
    alone = loaded(tmp_path, WATCH + first).sources[0]
    assert loaded(tmp_path, WATCH + first + "  - feed: https://a.example/games\n").sources[0] == alone


def test_every_key_of_a_source_arrives(tmp_path: Path) -> None:
    (source,) = loaded(
        tmp_path,
        f"""{WATCH}sources:
  - page: https://a.example/p
    name: The page
    every: 1s
    pause: 10s
    site: host
    select: article > p
    official: Remedy
    lang: pt_br
    timezone: America/Sao_Paulo
    allow_private: yes
    obey_robots: false
""",
    ).sources
    assert (source.name, source.url, source.select, source.official, source.lang) == (
        "The page",
        "https://a.example/p",
        "article > p",
        ("Remedy",),
        "pt-BR",
    )
    assert source.timezone == "America/Sao_Paulo"
    assert (source.every, source.pause) == (timedelta(seconds=1), timedelta(seconds=10))
    assert source.has_own_site
    assert (source.allow_private, source.obey_robots, source.follow) == (True, False, False)


@pytest.mark.parametrize(
    ("written", "followed"),
    [
        ("feed: https://a.example/x", False),
        ("feed: https://a.example/x\n    follow: true", True),
        ("sitemap: https://a.example/x", True),
        ("sitemap: https://a.example/x\n    follow: true", True),
        ("sitemap: https://a.example/x\n    follow: false", False),
    ],
)
def test_a_sitemap_is_followed_unless_told_otherwise(tmp_path: Path, written: str, followed: bool) -> None:
    (source,) = loaded(tmp_path, f"{WATCH}sources:\n  - {written}\n").sources
    assert source.follow is followed


@pytest.mark.parametrize(
    ("host", "private"),
    [("127.0.0.1", True), ("[::1]", True), ("192.168.1.1", True), ("100.64.0.1", True), ("localhost", True), ("nas", True),
     ("printer.local", True), ("a.internal.", True), ("8.8.8.8", False), ("a.example", False)],
)  # fmt: skip
def test_a_host_that_is_plainly_not_public_is_known_without_a_name_server(host: str, private: bool) -> None:
    assert is_private(f"https://{host}/x") is private


CHANNEL = "UCWOA1ZGywLbqmigxE4Qlvuw"
NOBODY = "is not the full name of an account, so that anyone may take it on, and has no effect here"


@pytest.mark.parametrize(
    ("entry", "noted"),
    [
        (f"youtube: {CHANNEL}\n    official: [Netflix]", "`Netflix`"),
        (f"youtube: {CHANNEL}\n    official: Netflix", "`Netflix`"),
        (f"youtube: {CHANNEL}\n    official: [{CHANNEL}]", ""),
        ('youtube: "@Netflix"\n    official: ["@netflix"]', ""),
        ('youtube: PLabcdefghijk\n    official: ["@netflix"]', "`@netflix`"),
        ("bluesky: netflix.com\n    official: [Netflix]", "`Netflix`"),
        ("bluesky: netflix.com\n    official: [netflix.com, 'did:plc:abcdefgh']", ""),
        ('mastodon: "#aouad@toot.example"\n    official: [netflix]', "`netflix`"),
        ('mastodon: "#aouad@toot.example"\n    official: ["@netflix@toot.example"]', ""),
        ('mastodon: "@netflix@toot.example"\n    official: [netflix]', ""),
        ('mastodon: "@netflix@toot.example"\n    official: [someone]', "`someone`"),
        ("reddit: r/television\n    official: [netflix]", "`netflix`"),
        ('reddit: "search: aouad"\n    official: [netflix]', "`netflix`"),
        ("reddit: r/television\n    official: [u/netflix]", ""),
        ("reddit: u/netflix\n    official: [netflix]", ""),
        ("feed: https://a.example/\n    official: [Netflix]", ""),
    ],
)
def test_a_name_that_credits_nobody_is_noted(tmp_path: Path, entry: str, noted: str) -> None:
    config = loaded(tmp_path, f"{WATCH}sources:\n  - {entry}\n    allow_private: true\n")
    assert [note.count(f"{noted} {NOBODY}") for note in config.notes] == ([1] if noted else [])


@pytest.mark.parametrize(
    ("kind", "written", "obeyed", "noted"),
    [
        (f"youtube: {CHANNEL}", "", False, "disallows the feeds that it publishes; this one is read as feed readers do"),
        ("reddit: r/television", "", False, "disallows the feeds that it publishes; this one is read as feed readers do"),
        (f"youtube: {CHANNEL}", "true", True, "and this source keeps to that; it will read nothing"),
        ("reddit: r/television", "false", False, "this source is read whatever its site's robots.txt says"),
        ("bluesky: netflix.com", "", True, ""),
        ('mastodon: "@netflix@toot.example"', "", True, ""),
        ("feed: https://a.example/", "", True, ""),
    ],
)  # fmt: skip
def test_the_feeds_that_a_network_publishes_and_its_robots_txt_disallows_are_read_and_noted(
    tmp_path: Path, kind: str, written: str, obeyed: bool, noted: str
) -> None:
    line = f"    obey_robots: {written}\n" if written else ""
    config = loaded(tmp_path, f"{WATCH}sources:\n  - {kind}\n{line}")
    assert config.sources[0].obey_robots is obeyed
    assert [noted in note for note in config.notes] == ([True] if noted else [])


def test_another_server_short_videos_and_the_id_in_a_target_arrive(tmp_path: Path) -> None:
    text = f"{WATCH}sources:\n  - youtube: {CHANNEL}\n    shorts: false\n    api: http://127.0.0.1:9/\n    allow_private: true\n"
    (source,) = loaded(tmp_path, text).sources
    assert (source.shorts, source.api, source.account) == (False, "http://127.0.0.1:9/", CHANNEL)
    assert source.url == f"http://127.0.0.1:9/feeds/videos.xml?channel_id={CHANNEL}"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("feed: https://a.example/\n    api: https://b.example", "`api` is for bluesky"),
        ("bluesky: a.example\n    shorts: false", "`shorts` is for youtube"),
        ("bluesky: a.example\n    token: ${T}", "`token` is for reddit"),
        ("reddit: r/a\n    token: ${T}", "this is not the query of a private feed"),
        ("reddit: r/a\n    token: ${UNSET}", "the environment variable UNSET is not set"),
    ],
)
def test_a_key_of_another_kind_is_a_mistake(tmp_path: Path, entry: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, f"{WATCH}sources:\n  - {entry}\n", T="hunter2-is-no-query")
    assert message in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "token",
    [
        "feed=0123abcd&user=someone",
        "?feed=0123abcd&user=someone",
        "https://www.reddit.com/.rss?feed=0123abcd&user=someone",
    ],
)
def test_the_query_of_a_private_feed_is_a_secret(tmp_path: Path, token: str) -> None:
    config = loaded(
        tmp_path, f"{WATCH}sources:\n  - reddit: r/tv\n    token: ${{REDDIT_FEED}}\n", REDDIT_FEED=token
    )
    (source,) = config.sources
    assert source.secret == "feed=0123abcd&user=someone"
    assert "0123abcd" not in f"{source!r} {source.url} {source.name} {config!r} {config.notes}"


def test_a_token_in_the_file_itself_is_noted_and_never_shown(tmp_path: Path) -> None:
    text = f"{WATCH}sources:\n  - reddit: r/tv\n    token: feed=0123abcd&user=someone\n"
    assert any("this file contains a secret" in note for note in loaded(tmp_path, text).notes)
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text.replace("reddit:", "feed:"))
    assert "0123abcd" not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "network"), [("x", "X"), ("twitter", "X"), ("instagram", "Instagram"), ("discord", "Discord")]
)
def test_a_network_that_is_not_read_says_why_and_what_to_do_instead(
    tmp_path: Path, key: str, network: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, f"{WATCH}sources:\n  - {key}: netflix\n")
    assert f"accounts of {network} are not read: it has no public feed of an account" in str(caught.value)
    assert "name the maker's YouTube channel, Bluesky account or blog" in str(caught.value)


def test_a_page_of_such_a_network_is_noted(tmp_path: Path) -> None:
    (note,) = loaded(tmp_path, f"{WATCH}sources:\n  - page: https://x.com/netflix\n").notes
    assert "this is a page of X: it has no public feed" in note
    assert not loaded(tmp_path, f"{WATCH}sources:\n  - page: https://x.example.com/netflix\n").notes
