"""From an entry as received to a document."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.errors import ParseError
from monitor.model import Document, SourceKind
from monitor.parse.entry import MAX_BODY, Entry, Feed, body_of, byline, language, parsed
from tests.builders import NOW, source

FEED = source(kind=SourceKind.FEED)
URL = "https://news.example/feed.xml"


def document(*, of: Feed | None = None, lang: str = "", **fields: Any) -> Document:
    feed = (of or Feed())._replace(entries=(Entry(**fields),))
    (found,) = parsed(feed, source(kind=SourceKind.FEED, lang=lang), url=URL, now=NOW).documents
    return found


@pytest.mark.parametrize(
    ("candidates", "tag"),
    [
        (("pl",), "pl"),
        (("pt_BR",), "pt-BR"),
        (("", " zh-Hant "), "zh-Hant"),
        (("the language of the text", "de"), "de"),
        (("", ""), ""),
        ((), ""),
    ],
)
def test_the_first_that_is_a_tag_is_the_language(candidates: tuple[str, ...], tag: str) -> None:
    assert language(*candidates) == tag


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("Ann Lamp", "Ann Lamp"),
        ("by Ann Lamp", "Ann Lamp"),
        ("ann@news.example (Ann Lamp)", "Ann Lamp"),
        ("Ann Lamp &lt;ann@news.example&gt;", "Ann Lamp"),
        ("", ""),
        ("A" * 5000, "A" * len(byline("A" * 5000))),
    ],
)
def test_the_name_in_an_author_field(field: str, name: str) -> None:
    assert byline(field) == name
    assert len(byline(field)) < 1000


@pytest.mark.parametrize(
    ("text", "markup", "body"),
    [
        ("<p>Lamp</p>", True, ("<p>Lamp</p>", "")),
        ("&lt;p&gt;Lamp&lt;/p&gt;", True, ("<p>Lamp</p>", "")),
        ("Lamp &amp; tide", True, ("", "Lamp & tide")),
        ("a < b", False, ("", "a < b")),
        ("  \n ", True, ("", "")),
    ],
)
def test_a_body_is_html_only_where_it_has_markup(text: str, markup: bool, body: tuple[str, str]) -> None:
    assert body_of(text, markup=markup) == body


def test_a_cell_that_spans_rows_is_in_each_of_them() -> None:
    table = "<table><tr><td rowspan=2>Lamp</td><td>May</td></tr><tr><td>June</td></tr></table>"
    html, _ = body_of(table, markup=True)
    assert html.count("Lamp") == 2


@pytest.mark.parametrize(
    ("fields", "id_"),
    [
        ({"id": "one", "link": "https://a.example/1"}, "one"),
        ({"link": "/1"}, "https://news.example/1"),
    ],
)
def test_a_document_is_known_by_its_id_or_else_its_link(fields: dict[str, Any], id_: str) -> None:
    assert document(**fields).id == id_


def test_without_both_it_is_known_by_its_words() -> None:
    one, same, other = (document(title=title, body="x") for title in ("A", "A", "B"))
    assert one.id == same.id != other.id
    assert document(id="x" * 100_000).id.startswith("sha256:")


@pytest.mark.parametrize(
    ("configured", "own", "of_feed", "lang"),
    [
        ("pl", "de", "fr", "pl"),
        ("", "de", "fr", "de"),
        ("", "", "fr", "fr"),
        ("", "no tag at all", "fr", "fr"),
        ("", "", "", ""),
    ],
)
def test_the_language_that_is_nearest_to_the_document_counts(
    configured: str, own: str, of_feed: str, lang: str
) -> None:
    feed = Feed(lang=of_feed, entries=(Entry(id="1", lang=own),))
    (found,) = parsed(feed, source(kind=SourceKind.FEED, lang=configured), url=URL, now=NOW).documents
    assert found.lang == lang


@pytest.mark.parametrize(
    ("fields", "author"),
    [
        ({"author": "by Ann", "outlet": "The Harbour"}, "Ann"),
        ({"outlet": "The Harbour"}, "The Harbour"),
        ({}, "The Feed"),
    ],
)
def test_the_author_is_the_nearest_that_is_named(fields: dict[str, str], author: str) -> None:
    assert document(of=Feed(author="The Feed"), id="1", **fields).author == author


def test_a_body_is_bounded_and_a_feed_without_entries_is_an_error() -> None:
    assert len(document(id="1", body="x" * (MAX_BODY + 10), body_markup=False).text) == MAX_BODY
    with pytest.raises(ParseError, match="has no entries"):
        parsed(Feed(), FEED, url=URL, now=NOW)
