from __future__ import annotations

import pytest

from monitor.errors import ParseError
from monitor.model import Document, SourceKind
from monitor.parse.parsers import parse
from tests.builders import NOW
from tests.parse.cases import CASES, fetched, of_kind

FILE = "file:///srv/notes/lights.txt"


def read(body: bytes | str, **fields: object) -> tuple[Document, ...]:
    return parse(fetched(body, FILE), of_kind(SourceKind.FILE, **fields), now=NOW).documents


def test_a_file_is_read_by_what_is_in_it() -> None:
    assert len(read((CASES / "feeds" / "rss-2.0-plain.xml").read_bytes())) == 2
    assert len(read((CASES / "feeds" / "feed-1.1.json").read_bytes())) == 4
    (page,) = read((CASES / "pages" / "article.html").read_bytes())
    assert page.title == "Harbour Lights season 2: everything we know"
    assert (page.id, page.url) == (FILE, "")
    (text,) = read("Harbour Lights comes on October 26.\n\nSo they say <here>.\n", lang="en")
    assert text == Document(
        id=FILE,
        source="news.example",
        published=NOW,
        lang="en",
        text="Harbour Lights comes on October 26.\n\nSo they say <here>.",
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "empty body"),
        ("\n\n", "empty body"),
        (b"\x7fELF\x02\x01\x01\x00\x00\x00", "is binary data, neither a feed nor a page nor text"),
        ("<rss version='2.0'><channel><item><title>x", "XML ends in the middle of <item>"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(body: bytes | str, message: str) -> None:
    with pytest.raises(ParseError, match=message):
        read(body)
