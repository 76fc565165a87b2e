from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.fetch.domains import DEFAULT_PAUSE, PAUSES, domain, pause_of


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("www.news.example", "news.example"),
        ("NEWS.example.", "news.example"),
        ("feeds.bbc.co.uk", "bbc.co.uk"),
        ("old.reddit.com", "reddit.com"),
        ("redd.it", "reddit.com"),
        ("someone.tumblr.com", "tumblr.com"),
        ("one.github.io", "one.github.io"),
        ("xn--exmple-cua.de", "xn--exmple-cua.de"),
        ("a.xn--55qx5d.cn", "a.xn--55qx5d.cn"),
        ("localhost", "localhost"),
        ("co.uk", "co.uk"),
        ("127.0.0.1", "127.0.0.1"),
        ("2001:db8:0::1", "2001:db8::1"),
        ("", ""),
    ],
)
def test_hosts_are_grouped_by_registrable_domain(host: str, expected: str) -> None:
    assert domain(host) == expected


def test_known_services_have_a_pause_of_their_own_and_all_others_the_default() -> None:
    assert pause_of("reddit.com") == timedelta(seconds=60)
    assert pause_of("news.example") == DEFAULT_PAUSE


@pytest.mark.parametrize("name", PAUSES)
def test_each_pause_stands_under_a_name_that_is_looked_up(name: str) -> None:
    assert domain(f"www.{name}") == name
    assert timedelta() < PAUSES[name] <= timedelta(minutes=2)
