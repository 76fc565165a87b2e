"""A stored document as a person reads it, and the words of a claim within it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.model import Span
from monitor.review.passages import part_texts, passage
from tests.builders import claim, document


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One <b>two</b></p><p>three</p>", "One two\nthree"),
        ("a<script>var x='<p>';</script>b", "ab"),
        ("a<!-- <p>no</p> -->b", "ab"),
        ("a &amp; b&nbsp;c<br>", "a & b\xa0c"),
        ("<p>1 < 2 & 3</p>", "1 < 2 & 3"),
        ("<style>p {}</style>x<br>y", "x\ny"),
        ("<unclosed", "<unclosed"),
        ("<i>a\n   b</i>", "a b"),
        ("<nav>Home</nav><table><tr><td>Lamp</td><td>May 3</td></tr></table>", "Lamp May 3"),
        ("<blockquote>Lit.<br>— Keeper (@keeper) June 6, 2022</blockquote>", "Lit.\n— Keeper (@keeper) June 6, 2022"),
        ("<p>" + "Lit and lit again. " * 5 + "</p><p>" + "Lit and lit again. " * 5 + "</p>", "\n".join(["Lit and lit again. " * 4 + "Lit and lit again."] * 2)),
    ],
)  # fmt: skip
def test_markup_is_the_words_of_its_blocks(html: str, text: str) -> None:
    (shown,) = part_texts(document(html=html, title=""))
    assert (shown.part, shown.text) == ("html", text)


def test_a_title_and_a_text_are_as_they_are() -> None:
    read = document("1 <2>\n\n  &amp; 3 ", title=" A  lamp ")
    assert [(one.part, one.text) for one in part_texts(read)] == [
        ("title", " A  lamp "),
        ("text", "1 <2>\n\n  &amp; 3 "),
    ]
    (_, text) = part_texts(read)
    assert text.covered(Span("text", 2, 9)) == (2, 9)


def test_a_quote_stands_in_its_context() -> None:
    html = "<h2>The lamp</h2><p>It is <b>lit &amp; out</b>. So they say.</p>" + "<p>More to come.</p>" * 30
    start = html.index("It is")
    shown = passage(document(html=html), claim(span=Span("html", start, html.index(" So they"))), "en")
    assert (shown.before, shown.quote) == ("The lamp\n", "It is lit & out.")
    assert shown.after.startswith(" So they say.\nMore to come.")
    assert (shown.is_cut_before, shown.is_cut_after, shown.lang) == (False, True, "en")


@pytest.mark.parametrize("span", [None, Span("html", 0, 5), Span("text", 90, 95)])
def test_without_a_place_the_quote_stands_alone(span: Span | None) -> None:
    shown = passage(document("It is lit."), claim(quote="It was lit.", span=span))
    assert (shown.before, shown.quote, shown.after) == ("", "It was lit.", "")
    assert passage(None, claim(quote="It was lit.", span=Span("text", 0, 5))).quote == "It was lit."


@given(st.lists(st.sampled_from(
    ["<p>", "</p>", "<script>", "</script>", "<!--", "-->", "<td>", "<dt>", "<dd>", "&amp;", "&NotEqualTilde;", "&#173;", "&", "<", ">", "a", "3", " ", "\n", "지"]
), max_size=40))  # fmt: skip
@example(["a"])
def test_every_word_is_found_again_by_its_place_in_the_markup(pieces: list[str]) -> None:
    parts = part_texts(document(html="".join(pieces), title=""))
    assert parts or pieces != ["a"]
    for shown in parts:
        start = 0
        for block in shown.blocks:
            for at in range(len(block.text)):
                first, last = shown.covered(Span("html", *block.span(at, at + 1)))
                # The characters of one entity have one place.
                assert first <= start + at < last or block.text[at] in " \n", (block, at)
            whole = shown.covered(Span("html", *block.span(0, len(block.text))))
            assert shown.text[slice(*whole)] == block.text
            start += len(block.text) + 1
