"""The quote of a claim in its context, as a reader sees it."""

from __future__ import annotations

import pytest

from monitor.model import Span
from monitor.review.passages import covered, passage, readable
from tests.builders import claim, document


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Lamp</p><p>tide</p>", "\nLamp\ntide\n"),
        ("a<br>b", "a\nb"),
        ("the <b>lamp</b>&amp;tide", "the lamp&tide"),
        ("a<script>x < 1</script>b<style>p{}</style>", "ab"),
        ("a<!-- hidden -->b<!-- to the end", "ab"),
        ("a  \n b", "a b"),
        ("1 < 2 &nothing", "1 < 2 &nothing"),
    ],
)
def test_markup_is_read_as_its_text(markup: str, text: str) -> None:
    found, offsets = readable(markup, is_html=True)
    assert found == text
    assert len(offsets) == len(text)
    assert offsets == sorted(offsets)
    assert all(markup[at] == letter for at, letter in zip(offsets, found, strict=True) if letter.isalnum())


def test_plain_text_is_itself() -> None:
    assert readable("1 < 2 <b>", is_html=False) == ("1 < 2 <b>", list(range(9)))


@pytest.mark.parametrize("markup", ["<" * 200_000, "<!--" * 50_000, "&" * 200_000, "<script>" * 30_000])
def test_hostile_markup_costs_no_more_than_its_length(markup: str) -> None:
    text, offsets = readable(markup, is_html=True)
    assert len(text) == len(offsets) <= len(markup)


def test_a_quote_stands_between_what_is_before_and_behind_it() -> None:
    html = "<p>News.</p><p>The <b>lamp</b> is lit.</p>"
    start, end = html.index("The"), html.index(" is lit")
    shown = passage(document(html=html), claim(quote="The lamp", span=Span("html", start, end)), "en")
    assert (shown.before.strip(), shown.quote, shown.after.strip()) == ("News.", "The lamp", "is lit.")
    assert not shown.is_cut_before
    assert not shown.is_cut_after


def test_a_quote_in_a_text_of_several_lines_is_found() -> None:
    html = "<p>News of\nthe day.\nThe lamp\nis lit.</p>"
    start, end = html.index("The lamp"), html.index(".</p>")
    shown = passage(document(html=html), claim(quote="The lamp is lit", span=Span("html", start, end)))
    assert (shown.before, shown.quote, shown.after) == ("\nNews of the day. ", "The lamp is lit", ".\n")


def test_a_long_context_is_cut_and_says_so() -> None:
    text = "x" * 1000 + "lamp" + "y" * 1000
    shown = passage(document(text), claim(quote="lamp", span=Span("text", 1000, 1004)))
    assert shown.quote == "lamp"
    assert (shown.is_cut_before, shown.is_cut_after) == (True, True)
    assert len(shown.before) == len(shown.after) < 1000


def test_without_the_document_or_the_place_the_quote_stands_alone() -> None:
    one = passage(None, claim(quote="lamp", span=Span("text", 0, 4)))
    other = passage(document("lamp"), claim(quote="lamp", span=None))
    assert (one.before, one.quote, one.after) == (other.before, other.quote, other.after) == ("", "lamp", "")


def test_a_span_covers_the_characters_between_its_ends() -> None:
    _, offsets = readable("<p>lamp</p>", is_html=True)
    assert covered(offsets, Span("html", 3, 7)) == (1, 5)
