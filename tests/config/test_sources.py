"""The name of a source follows from the source alone, since the ledger knows it by that."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config.sources import is_private, source_name
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
    select: article > p
    official: Remedy
    lang: pt_br
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
    assert (source.every, source.pause) == (timedelta(seconds=1), timedelta(seconds=10))
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
