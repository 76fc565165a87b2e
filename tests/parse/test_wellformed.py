"""XML that is well-formed: no other file is read, no entity grows, and what is wrong is said with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from monitor.errors import ParseError
from monitor.parse.wellformed import document_of, parse_xml

ROOT = re.compile(r"<(urlset)[\s>]")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<urlset><url>1</url></urlset>", "1"),
        ("\ufeff<!-- made today --><urlset><url>1</url></urlset>", "1"),
        ("<urlset><url>a & b</url></urlset>", "a & b"),
        ("<urlset><url>a &amp; b &#38; c</url></urlset>", "a & b & c"),
        ("<urlset><url>1\x00\x0b2</url></urlset>", "12"),
        ("<urlset><url>1</url></urlset><p>served in 3 ms", "1"),
    ],
)
def test_the_root_is_found_and_small_mistakes_are_mended(text: str, words: str) -> None:
    root = document_of(text, ROOT, "a sitemap", "here")
    assert root.tag == "urlset"
    assert "".join(str(part) for part in root.itertext()) == words


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<html><p>Not found</p></html>", "is an HTML page, not a sitemap"),
        ("<!DOCTYPE HTML><p>Not found</p>", "is an HTML page, not a sitemap"),
        ("<rss/>", "its first element is <rss>), not a sitemap"),
        ("\x89PNG", "is plain text or binary data, not a sitemap"),
        ("<urlset><url>1</url>", "breaks off before its </urlset>: it was cut short"),
        ("<urlset>\n<url>1</loc>\n</urlset>", "is not well-formed XML: line 2: "),
        ("<?xml version='1.0'?>\n\n<urlset>\n<url>1</loc>\n</urlset>", "is not well-formed XML: line 4: "),
        ("<urlset>" + "<url>" * 5_000 + "</url>" * 5_000 + "</urlset>", "is nested too deeply to be meant"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(text: str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        document_of(text, ROOT, "a sitemap", "here")
    assert message in str(caught.value)
    assert str(caught.value).isprintable()


# The file that the document names is no DTD: to open it would be an error.
@pytest.mark.parametrize(
    "doctype",
    [
        '[<!ENTITY x SYSTEM "{path}">]',
        '[<!ENTITY x "laughs">]',
        'SYSTEM "{path}" [<!ENTITY x "y">]',
        'SYSTEM "{path}"',
        '[<!ENTITY % p SYSTEM "{path}"> %p;]',
    ],
)
def test_no_entity_is_expanded_and_no_file_opened(tmp_path: Path, doctype: str) -> None:
    (tmp_path / "secret").write_text("a secret")
    body = f"<!DOCTYPE a {doctype.format(path=tmp_path / 'secret')}><a>&x;</a>"
    root = parse_xml(body.encode())
    assert etree.tostring(root) == b"<a>&x;</a>"
