"""BBCode as Steam writes it is read as HTML; what is none stays as it stands."""

from __future__ import annotations

import pytest

from monitor.model import SourceKind
from monitor.parse.bbcode import has_bbcode, html_of_bbcode
from monitor.parse.parsers import parse
from tests.builders import NOW, source
from tests.parse.cases import fetched


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("[b]Iron Bell launches May 14![/b]", "<strong>Iron Bell launches May 14!</strong>"),
        ("[list][*]Price: 29.99[*]PC, Xbox[/list]", "<ul><li>Price: 29.99</li><li>PC, Xbox</li></ul>"),
        ("[h1]News[/h1]\nIt comes.", "<h2>News</h2><br>It comes."),
        ("[url=https://lantern.example/a]here[/url]", '<a href="https://lantern.example/a">here</a>'),
        ("[url=javascript:alert(1)]here[/url]", '<a href="">here</a>'),
        ("[b]a < b[/b]", "<strong>a &lt; b</strong>"),
        ("<p>[b]bold[/b]</p>", "<p><strong>bold</strong></p>"),
        ("[img]https://x.example/a.png[/img][b]x[/b]", "<strong>x</strong>"),
        ("[olist][*]one[/olist][/list]", "<ol><li>one</li></ol></ul>"),
        ("[b]x[/b] [Rumor] stays", "<strong>x</strong> [Rumor] stays"),
    ],
)
def test_tags_become_elements(text: str, markup: str) -> None:
    assert has_bbcode(text)
    assert html_of_bbcode(text) == markup


@pytest.mark.parametrize("text", ["[Rumor] It comes.", "a[b] = c", "[1] and [2]", "[b]open only", ""])
def test_brackets_alone_are_none(text: str) -> None:
    assert not has_bbcode(text)


def test_an_entry_in_bbcode_is_read_as_html() -> None:
    body = "<rss version='2.0'><channel><title>Iron Bell</title><item><guid>1</guid><title>Date</title><description>[b]Iron Bell launches May 14![/b]\n[list][*]PC[*]Xbox[/list]</description></item></channel></rss>"
    (document,) = parse(fetched(body), source(kind=SourceKind.FEED), now=NOW).documents
    assert document.html == "<strong>Iron Bell launches May 14!</strong><br><ul><li>PC</li><li>Xbox</li></ul>"


@pytest.mark.timeout(20)
@pytest.mark.parametrize("unit", ["[", "[b", "[url=", "[*]", "[list]", "[img]", "[/b]"])
def test_a_long_text_of_tags_ends(unit: str) -> None:
    """What grew with the square of the length would take hours."""
    assert html_of_bbcode(unit * 100_000 + "[/b]").endswith("</strong>")
