from __future__ import annotations

import pytest

from monitor.web.shown import host_of, link, shown, shown_lines


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain", "plain"),
        ("a\u202eb", "a[RLO]b"),
        ("\u2066x\u2069", "[LRI]x[PDI]"),
        ("a\u200bb", "a[U+200B]b"),
        ("\x1b[2J", "\u241b[2J"),
        ("\x00", "\u2400"),
        ("\x7f", "\u2421"),
        ("\U000e0041", "[U+E0041]"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🚀", "👩\u200d🚀"),
    ],
)
def test_marks_that_hide_or_reorder_are_named(text: str, seen: str) -> None:
    assert shown(text) == seen


def test_lines_of_every_kind_are_kept() -> None:
    assert shown_lines("a\r\nb\rc\u2028d\n") == "a\nb\nc\nd\n"


@pytest.mark.parametrize("url", ["https://news.example/a?b=c#d", "http://127.0.0.1:8080/x"])
def test_the_web_may_be_linked(url: str) -> None:
    assert link(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "", "javascript:alert(1)", "JAVASCRIPT:alert(1)", " https://a.example", "data:text/html,x", "file:///etc/passwd", "//a.example",
        "https://", "https://user@a.example", "https://a.example\\@b.example", "https://a\u202e.example", "https://[", "https://a.example/" + "x" * 3000,
    ],
)  # fmt: skip
def test_nothing_else_may(url: str) -> None:
    assert link(url) == ""
    assert host_of(url) == ""


def test_a_link_has_a_host() -> None:
    assert host_of("https://news.example/a") == "news.example"
