from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.parse.clean import clean, is_markup, one_line, plain, unescaped


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("A \x1b[31mred\x1b[0m word\x00", "A [31mred[0m word"),
        ("tab\tand\r\nline\rfeeds", "tab\tand\nline\nfeeds"),
        ("\u202eright to left\u202c stays", "\u202eright to left\u202c stays"),
        ("Windows\x92 own", "Windows’ own"),
        ("Ã©tÃ© read as Latin-1", "été read as Latin-1"),
        ("été as it should be", "été as it should be"),
        ("half\ud83d a pair", "half a pair"),
        ("\ufeffmarked\uffff", "marked"),
    ],
)
def test_text_keeps_what_it_says_and_loses_what_would_be_obeyed(raw: str, kept: str) -> None:
    assert clean(raw, 100) == kept


@given(
    st.text(
        st.characters(codec=None, max_codepoint=0x2030)
        | st.sampled_from("a <&;\r\n\t\x7f\x85\ufeff\ufffe\ud800"),
        max_size=30,
    )
)
def test_whatever_the_text_nothing_stays_in_it_that_would_be_obeyed(raw: str) -> None:
    for text in (clean(raw, 100), one_line(raw, 100), one_line(raw, 100, markup=True)):
        assert not any(
            (character < " " and character not in "\n\t")
            or "\x7f" <= character <= "\x9f"
            or character in "\ufeff\ufffe\uffff"
            or "\ud800" <= character <= "\udfff"
            for character in text
        )
        text.encode()
    assert "\n" not in one_line(raw, 100)


def test_text_is_cut_to_its_limit() -> None:
    assert clean("x" * 50, 10) == "x" * 10


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("  two\n  lines ", "two lines"),
        ("Moss &amp; Fern &#8211; <i>dated</i>", "Moss & Fern – dated"),
        ("One<br>Two", "One Two"),
        ("5 < 6 > 4", "5 < 6 > 4"),
        ("the <heart> stays", "the <heart> stays"),
        ("<b" * 100, "<b" * 100),
        ("", ""),
    ],
)
def test_a_headline_is_one_line_without_tags(raw: str, line: str) -> None:
    assert one_line(raw, 1000, markup=True) == line


def test_a_plain_headline_keeps_its_angle_brackets() -> None:
    assert one_line("a <b> c &amp; d", 100) == "a <b> c & d"


@pytest.mark.parametrize(
    ("text", "has_markup"),
    [
        ("<p>x</p>", True),
        ("x<br/>y", True),
        ('<a href="x">y</a>', True),
        ("<!-- x -->", True),
        ("x < y and y > z", False),
        ("<https://lantern.example>", False),
        ("I <3 it", False),
        ("&lt;p&gt;", False),
        ("", False),
    ],
)
def test_markup_is_a_tag_not_an_angle_bracket(text: str, has_markup: bool) -> None:
    assert is_markup(text) is has_markup


def test_the_words_of_a_fragment_leave_the_tags_out() -> None:
    assert plain("<p>Out &amp; about</p><p>now</p>").split() == ["Out", "&", "about", "now"]


@pytest.mark.parametrize(
    ("markup", "meant"),
    [
        ("&lt;p&gt;Out in &lt;b&gt;May&lt;/b&gt;.&lt;/p&gt;", "<p>Out in <b>May</b>.</p>"),
        ("&amp;lt;p&amp;gt;Out in May.&amp;lt;/p&amp;gt;", "<p>Out in May.</p>"),
        ("<div>&lt;p&gt;Out in May.&lt;/p&gt;</div>", "<div><p>Out in May.</p></div>"),
        ("one&lt;br /&gt;two", "one<br />two"),
        ("<p>It&amp;#8217;s out &amp;amp; about</p>", "<p>It&#8217;s out &amp; about</p>"),
        ("the &lt;b&gt; tag", "the &lt;b&gt; tag"),
        ("<p>Write &lt;b&gt;so&lt;/b&gt; for bold.</p>", "<p>Write &lt;b&gt;so&lt;/b&gt; for bold.</p>"),
        ("5 &lt; 6 &amp; 7 &gt; 6", "5 &lt; 6 &amp; 7 &gt; 6"),
        ("&amp;copy_that", "&amp;copy_that"),
    ],
)
def test_what_was_escaped_too_often_is_read_as_it_was_meant(markup: str, meant: str) -> None:
    assert unescaped(markup) == meant
