from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch.address import address, origin
from monitor.model import Trouble, Unreachable

BASE = httpx.URL("https://news.example/a/feed")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://news.example/feed", "https://news.example/feed"),
        ("HTTPS://News.Example:443/Feed#top", "https://news.example/Feed"),
        ("/b", "https://news.example/b"),
        ("b?c=d", "https://news.example/a/b?c=d"),
        ("../b", "https://news.example/b"),
        ("//other.example/b", "https://other.example/b"),
        ("  /b\t", "https://news.example/b"),
        ("/é", "https://news.example/%C3%A9"),
        ("https://exämple.de/", "https://xn--exmple-cua.de/"),
        ("http://[2001:db8::1]:8080/", "http://[2001:db8::1]:8080/"),
    ],
)
def test_an_address_is_made_absolute_and_plain(text: str, expected: str) -> None:
    assert str(address(text, base=BASE)) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("https://a.example/" + "x" * 9000, "too long"),
        ("file:///etc/passwd", "of kind file:"),
        ("gopher://a.example/", "of kind gopher:"),
        ("javascript:alert(1)", "of kind javascript:"),
        ("data:text/html,x", "of kind data:"),
        ("http://127.0.0.1:8888\\@a.example/", "backslash"),
        ("http://a.example\\@b.example/", "backslash"),
        ("http://a.example/\r\nHost: b", "control character"),
        ("http://a .example/", "space"),
        ("http://a.example/\x00", "control character"),
        ("http://a.example/\x85", "control character"),
        ("http://user@a.example/", "user name or password"),
        ("http://user:secret@a.example/", "user name or password"),
        ("http://a.example:99999/", "port 99999"),
        ("http://a.example:0/", "port 0"),
        ("http://a.example:x/", "cannot be read"),
        ("http://[::1/", "cannot be read"),
        ("http://1.2.3.400/", "cannot be read"),
        ("http://xn--a/", "cannot be read"),
    ],
)
def test_what_is_not_asked_for_is_said_without_what_it_holds(text: str, why: str) -> None:
    found = address(text, base=BASE)
    assert isinstance(found, Unreachable)
    assert found.trouble is Trouble.PROTOCOL
    assert why in found.detail
    assert "secret" not in found.detail


@given(st.text(max_size=60) | st.text(alphabet="htps:/\\@[]#?.a1%é \n", max_size=40))
def test_any_text_is_an_address_or_a_refusal(text: str) -> None:
    found = address(text, base=BASE)
    if isinstance(found, httpx.URL):
        assert found.scheme in {"http", "https"}
        assert found.host
        assert not found.userinfo
        assert str(address(str(found))) == str(found)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://news.example/feed", "https://news.example"),
        ("http://news.example:8080/feed", "http://news.example:8080"),
        ("http://[2001:db8::1]/feed", "http://[2001:db8::1]"),
    ],
)
def test_the_origin_is_scheme_host_and_port(url: str, expected: str) -> None:
    assert origin(httpx.URL(url)) == expected
