"""Outside text cannot command, reorder or hide."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.notify.plain import link, plain
from tests.fakes_notify import HOSTILE


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Alan Wake 2", "Alan Wake 2"),
        ("  two\r\n lines\t ", "two lines"),
        ("a\x1b]8;;https://evil.example\x1b\\b", "a]8;;https://evil.example\\b"),
        ("a\x9b31mb", "a31mb"),
        ("a\u202eb\u2066c\u200fd\u200be\ufefff", "abcdef"),
        ("a\u2028b\u2029c\u3000d", "a b c d"),
        ("a\U000e0041b", "ab"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("지금 우리 학교는", "지금 우리 학교는"),
        ("\ud800x", "x"),
        ("z" + "\u0301" * 9, "z" + "\u0301" * 4),
    ],
)
def test_only_visible_text_on_one_line_is_left(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_long_text_is_cut_with_a_mark() -> None:
    assert plain("word " * 100, 12) == "word word w…"


@given(st.text() | st.sampled_from(HOSTILE), st.integers(2, 50))
def test_whatever_comes_in_goes_out_harmless(text: str, limit: int) -> None:
    shown = plain(text, limit)
    assert len(shown) <= limit
    assert shown == plain(shown, limit)
    assert all(unicodedata.category(letter) not in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} for letter in shown)
    assert not any(0x202A <= ord(letter) <= 0x202E or 0x2066 <= ord(letter) <= 0x2069 for letter in shown)


@pytest.mark.parametrize(
    ("url", "is_link"),
    [
        ("https://news.example/a?b=c#d", True),
        ("http://news.example/", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("https://bank.example@evil.example/", False),
        ("https://", False),
        ("https://news.example/\x1b[2J", False),
        ('https://news.example/"onclick=', False),
        ("https://news.example/a b", False),
        ("https://nеws.example/", False),
        ("https://[half", False),
        ("https://news.example/" + "a" * 3000, False),
        ("", False),
    ],
)
def test_only_a_plain_web_address_is_offered_as_a_link(url: str, is_link: bool) -> None:
    assert link(url) == (url if is_link else "")
