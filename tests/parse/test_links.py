from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.parse.links import absolute, canonical_url, joined, same_site

BASE = "https://lantern.example/news/feed.xml"


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://other.example/a?b=c#d", "https://other.example/a?b=c#d"),
        ("story", "https://lantern.example/news/story"),
        ("/story", "https://lantern.example/story"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("?p=1", "https://lantern.example/news/feed.xml?p=1"),
        ("  https://other.example/a b ", "https://other.example/a%20b"),
        ("https://other.example/ż", "https://other.example/ż"),
        (
            "https://www.google.com/url?rct=j&url=https://other.example/x%3Fy%3D1&usg=z",
            "https://other.example/x?y=1",
        ),
        ("https://www.google.co.kr/url?q=https%3A%2F%2Fother.example%2F", "https://other.example/"),
        ("https://www.google.com/url?url=javascript:alert(1)", ""),
        ("https://www.google.com/search?q=x", "https://www.google.com/search?q=x"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("ftp://other.example/", ""),
        ("mailto:a@b.example", ""),
        ("http://good.example\\@127.0.0.1/", ""),
        ("http://user:secret@other.example/", ""),
        ("http://other.example/\x00", ""),
        ("http://[::1", ""),
        ("http://other.example:99999/", ""),
        ("https://", ""),
        ("https://other.example/" + "x" * 5000, ""),
        ("", ""),
    ],
)
def test_a_link_is_absolute_http_or_nothing(link: str, url: str) -> None:
    assert absolute(link, BASE) == url


@given(st.text(max_size=60), st.text(max_size=30))
def test_any_text_is_an_address_or_nothing(link: str, base: str) -> None:
    url = absolute(link, base)
    assert url == "" or url.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://Lantern.Example:443/a?utm_source=rss&id=1&fbclid=x#top", "https://lantern.example/a?id=1"),
        ("http://lantern.example", "http://lantern.example/"),
        ("http://lantern.example:8080/", "http://lantern.example:8080/"),
        ("https://[2001:db8::1]:443/x", "https://[2001:db8::1]/x"),
        ("not a url", "not a url"),
        ("http://[::1", "http://[::1"),
    ],
)
def test_the_canonical_address_is_without_what_only_tracks(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.lantern.example/a", "https://lantern.example/b", True),
        ("https://news.lantern.co.uk/", "https://lantern.co.uk/", True),
        ("https://one.co.uk/", "https://two.co.uk/", False),
        ("https://a.github.io/", "https://b.github.io/", False),
        ("https://lantern.example/", "https://lantern.example.evil.example/", False),
        ("http://127.0.0.1:1/", "http://127.0.0.1:2/", True),
        ("http://127.0.0.1/", "http://127.0.0.2/", False),
        ("http://[::1]/", "http://[::1]:8080/", True),
        ("http://localhost/", "http://localhost/x", True),
        ("https://lantern.example./", "https://LANTERN.example/", True),
        ("file:///a", "file:///a", False),
        ("", "", False),
    ],
)
def test_a_site_is_a_registrable_domain(one: str, other: str, same: bool) -> None:
    assert same_site(one, other) is same


@pytest.mark.parametrize(
    ("base", "link", "whole"),
    [
        ("https://news.example/a/", "b", "https://news.example/a/b"),
        ("http://[x", "/b", "/b"),
        ("https://news.example/", "http://[address]/x", ""),
    ],
)
def test_an_address_that_is_not_valid_is_resolved_without_an_error(base: str, link: str, whole: str) -> None:
    assert joined(base, link) == whole
