"""Markup to words, each of which knows where it stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Span
from monitor.review.passages import covered, readable


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One <b>two</b></p><p>three</p>", "\nOne two\nthree\n"),
        ("a<script>var x='<p>';</script>b", "ab"),
        ("a<!-- <p>no</p> -->b", "ab"),
        ("a &amp; b&nbsp;c", "a & b\xa0c"),
        ("1 < 2 & 3", "1 < 2 & 3"),
        ("<style>p {}</style>x<br>y", "x\ny"),
        ("<unclosed", "<unclosed"),
        ("a\n   b", "a b"),
    ],
)
def test_markup_becomes_the_words_that_a_reader_sees(html: str, text: str) -> None:
    assert readable(html, is_html=True)[0] == text


def test_a_span_of_markup_covers_the_words_in_it() -> None:
    html = "<p>It is <b>out</b> &amp; about.</p>"
    text, offsets = readable(html, is_html=True)
    first, last = covered(offsets, Span("html", html.index("It"), html.index("about")))
    assert text[first:last] == "It is out & "


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<script>",
                "</script>",
                "<!--",
                "-->",
                "&amp;",
                "&",
                "<",
                ">",
                "a",
                " ",
                "\n",
                "지",
            ]
        )
    )
)
def test_offsets_rise_and_stand_in_the_markup(pieces: list[str]) -> None:
    html = "".join(pieces)
    text, offsets = readable(html, is_html=True)
    assert len(text) == len(offsets)
    assert offsets == sorted(offsets)
    assert all(0 <= offset < len(html) for offset in offsets)
