from __future__ import annotations

import pytest

from monitor.errors import ConfigError
from monitor.web.guard import HEADERS, Address, Guard, address, new_session, session_of


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:8484", "127.0.0.1", 8484),
        ("localhost:80", "127.0.0.1", 80),
        ("[::1]:9000", "::1", 9000),
        ("127.8.0.1:0", "127.8.0.1", 0),
    ],
)
def test_an_address_of_this_machine_is_taken(text: str, host: str, port: int) -> None:
    assert address(text) == Address(host, port)


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0:8484",
        "[::]:8484",
        "192.168.1.5:8484",
        "203.0.113.9:80",
        "[fe80::1]:80",
        "[::ffff:10.0.0.1]:80",
    ],
)
def test_any_other_address_is_refused_until_there_are_logins(text: str) -> None:
    with pytest.raises(ConfigError, match="no login"):
        address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8484",
        ":8484",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:99999",
        "127.0.0.1:٣",
        "example.org:80",
        "127.0.0.1:-1",
    ],
)
def test_what_is_no_address_says_what_to_write(text: str) -> None:
    with pytest.raises(ConfigError, match=r"127\.0\.0\.1:"):
        address(text)


GUARD = Guard(Address("127.0.0.1", 8484), "https://releases.example.org")


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8484", "localhost:8484", "LOCALHOST:8484", "[::1]:8484", "releases.example.org"]
)
def test_the_page_is_served_under_its_own_names(host: str) -> None:
    assert GUARD.is_served(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "evil.example:8484",
        "127.0.0.1",
        "127.0.0.1:80",
        "localhost:8484.evil.example",
        "127.0.0.1:8484@evil.example",
    ],
)
def test_under_another_name_it_is_not_served(host: str) -> None:
    assert not GUARD.is_served(host)


def test_a_port_that_http_implies_is_left_out_as_browsers_do() -> None:
    guard = Guard(Address("127.0.0.1", 80))
    assert guard.is_served("localhost")
    assert guard.is_ours("http://localhost")
    assert not guard.is_served("localhost:80")


@pytest.mark.parametrize(
    "origin", ["http://127.0.0.1:8484", "http://localhost:8484", "https://releases.example.org"]
)
def test_our_origins_are_known(origin: str) -> None:
    assert GUARD.is_ours(origin)


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "http://evil.example",
        "https://127.0.0.1:8484",
        "http://127.0.0.1",
        "http://releases.example.org",
        "http://127.0.0.1:8484.evil.example",
    ],
)
def test_another_origin_is_not_ours(origin: str) -> None:
    assert not GUARD.is_ours(origin)


def test_a_token_is_good_for_its_own_session_only() -> None:
    mine, other = new_session(), new_session()
    token = GUARD.token(mine)
    assert GUARD.is_valid(token, mine)
    assert not GUARD.is_valid(token, other)
    assert not GUARD.is_valid(GUARD.token(""), "")
    assert not GUARD.is_valid("ünïcode", mine)
    assert not Guard(GUARD.listens).is_valid(token, mine)


def test_a_cookie_that_was_not_given_out_is_no_session() -> None:
    assert session_of(new_session())
    assert session_of("a b") == session_of("x" * 65) == session_of("é") == ""


def test_nothing_is_allowed_that_is_not_ours() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert HEADERS["Referrer-Policy"] == "no-referrer"
    assert HEADERS["X-Content-Type-Options"] == "nosniff"
