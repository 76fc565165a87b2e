from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.parse.html_tree import read_html
from monitor.parse.metadata import Metadata, read_metadata
from tests.builders import at

URL = "https://lantern.example/2023/harbour-lights?utm_source=x"


def read(head: str, body: str = "<p>x</p>", html: str = "") -> Metadata:
    root = read_html(f"<html {html}><head>{head}</head><body>{body}</body></html>")
    assert root is not None
    return read_metadata(root, URL)


def ld(value: Any) -> str:
    return f'<script type="application/ld+json">{value if isinstance(value, str) else json.dumps(value)}</script>'


ARTICLE = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Harbour Lights dated",
    "datePublished": "2023-08-09T10:00:00+02:00",
    "dateModified": "2023-08-10T09:00:00+02:00",
    "author": [{"@type": "Person", "name": "Ada Quill"}, {"@type": "Person", "name": "Bram Tolley"}],
    "publisher": {"@type": "Organization", "name": "The Paper Lantern"},
    "inLanguage": "en-GB",
}


@pytest.mark.parametrize(
    "script",
    [
        ARTICLE,
        [{"@type": "BreadcrumbList"}, ARTICLE],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "x"}, {"@type": "WebPage"}, ARTICLE]},
        {"@type": "WebPage", "mainEntity": ARTICLE},
        {**ARTICLE, "@type": ["NewsArticle", "Article"]},
        {**ARTICLE, "@type": "http://schema.org/NewsArticle"},
        f"<!-- {json.dumps(ARTICLE)} -->",
        f"//<![CDATA[\n{json.dumps(ARTICLE)}\n//]]>",
        json.dumps({**ARTICLE, "description": "two\nlines"}).replace("\\n", "\n"),
        [{**ARTICLE, "headline": "Another", "url": "https://lantern.example/other"}, {**ARTICLE, "url": "https://lantern.example/2023/harbour-lights"}],
    ],
)  # fmt: skip
def test_linked_data_tells_who_wrote_what_and_when(script: Any) -> None:
    found = read(ld(script))
    assert found.title == "Harbour Lights dated"
    assert found.author == "Ada Quill, Bram Tolley"
    assert found.site == "The Paper Lantern"
    assert found.lang == "en-GB"
    assert (found.published, found.modified) == (
        at("2023-08-09T10:00:00+02:00"),
        at("2023-08-10T09:00:00+02:00"),
    )


@pytest.mark.parametrize(
    "script",
    ["", "{", "null", "7", "[" * 100_000, '{"@type": 7}', '{"@type": "Article", "author": 7, "datePublished": [1], "publisher": "x"}',
     '{"@type": "Article", "mainEntityOfPage": {"@id": "http://[::1"}}', "[" + "{}," * 50_000 + "{}]", '{"n": 1' + "0" * 10_000 + "}"],
)  # fmt: skip
def test_broken_linked_data_says_nothing(script: str) -> None:
    found = read(ld(script) + "<title>Shown</title>")
    assert (found.title, found.published, found.author) == ("Shown", None, "")


@pytest.mark.parametrize(
    ("head", "body", "moment"),
    [
        (
            '<meta property="article:published_time" content="2023-08-09T10:00:00Z">',
            "",
            "2023-08-09T10:00:00+00:00",
        ),
        ('<meta name="DC.date.issued" content="2023-08-09">', "", "2023-08-09T00:00:00+00:00"),
        ('<meta itemprop="datePublished" content="9 Aug 2023">', "", "2023-08-09T00:00:00+00:00"),
        ("", '<article><time datetime="2023-08-09T10:00">x</time></article>', "2023-08-09T10:00:00+00:00"),
        ("", '<p><time pubdate datetime="2023-08-09">x</time></p>', "2023-08-09T00:00:00+00:00"),
        (
            "",
            '<main><ul><li><time datetime="2020-01-01">x</time></li></ul><time datetime="2023-08-09">y</time></main>',
            "2023-08-09T00:00:00+00:00",
        ),
        (ld({"@type": "VideoObject", "uploadDate": "2023-08-09T00:00:00Z"}), "", "2023-08-09T00:00:00+00:00"),
    ],
)
def test_without_linked_data_meta_and_time_elements_date_the_page(head: str, body: str, moment: str) -> None:
    assert read(head, body).published == at(moment)


@pytest.mark.parametrize(
    "body",
    ["<aside><time datetime='2020-01-01'>x</time></aside>", "<time datetime='2020-01-01'>x</time>", ""],
)
def test_a_time_beside_the_article_does_not_date_it(body: str) -> None:
    assert read("", body).published is None


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ('<link rel="canonical" href="/2023/lights">', "https://lantern.example/2023/lights"),
        (
            '<link rel="Canonical" href="https://www.lantern.example/2023/lights#top">',
            "https://www.lantern.example/2023/lights",
        ),
        ('<meta property="og:url" content="https://lantern.example/x">', "https://lantern.example/x"),
        ('<link rel="canonical" href="https://evil.example/x">', ""),
        ('<link rel="canonical" href="https://lantern.example/">', ""),
        ('<link rel="canonical" href="javascript:x">', ""),
        ("", ""),
    ],
)
def test_the_canonical_address_is_believed_within_its_site(head: str, url: str) -> None:
    assert read(head).url == url


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        (
            '<title>Lights dated | Lantern</title><meta property="og:site_name" content="Lantern">',
            "",
            "Lights dated",
        ),
        ('<title>x</title><meta property="og:title" content="Lights &amp; lamps">', "", "Lights & lamps"),
        ("<title>Shown - Site</title>", "<h1>Lights <em>dated</em></h1>", "Lights dated"),
        ("<title>Shown</title>", "<h1>One</h1><h1>Two</h1>", "Shown"),
        ("", "", ""),
    ],
)
def test_the_headline_is_without_the_sites_name(head: str, body: str, title: str) -> None:
    assert read(head, body).title == title


@pytest.mark.parametrize(
    ("html", "head", "lang"),
    [
        ("lang=ko", "", "ko"),
        ("lang=''", '<meta property="og:locale" content="pl_PL">', "pl-PL"),
        ("", '<meta http-equiv="Content-Language" content="de-AT, en">', "de-AT"),
        ("lang='{{ lang }}'", "", ""),
    ],
)
def test_the_language_is_what_the_page_declares(html: str, head: str, lang: str) -> None:
    assert read(head, html=html).lang == lang


@pytest.mark.parametrize(
    ("head", "body", "author"),
    [
        ('<meta name="author" content="Ada Quill">', "", "Ada Quill"),
        (
            '<meta property="article:author" content="https://facebook.example/ada">',
            '<a rel="author" href="/a">Ada Quill</a>',
            "Ada Quill",
        ),
        (ld({"@type": "Article", "author": "By Ada Quill"}), "", "Ada Quill"),
    ],
)
def test_the_byline_is_a_name(head: str, body: str, author: str) -> None:
    assert read(head, body).author == author
