from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import ParseError
from monitor.model import Document, SourceKind
from monitor.parse.page import article
from monitor.parse.parsers import parse
from tests.builders import NOW, at, document
from tests.parse.cases import CASES, fetched, of_kind

URL = "https://ferry.example/harbour-lights"
PAGE = (CASES / "pages" / "article.html").read_text(encoding="utf-8")
SENTENCE = "The second season of Harbour Lights comes out on October 26, and the wait has an end at last for everybody. "


def page(body: str, head: str = "", url: str = URL, **source_fields: object) -> Document:
    source = of_kind(SourceKind.PAGE, **source_fields)
    (found,) = parse(
        fetched(f"<html><head>{head}</head><body>{body}</body></html>", url), source, now=NOW
    ).documents
    return found


def refusal(body: bytes | str, **source_fields: object) -> str:
    with pytest.raises(ParseError) as caught:
        parse(fetched(body, URL), of_kind(SourceKind.PAGE, **source_fields), now=NOW)
    assert caught.value.where == URL
    return caught.value.message


def test_the_main_text_keeps_its_structure_and_leaves_the_furniture() -> None:
    found = page(PAGE)
    for kept in (
        "<h2>When does it come out?</h2>",
        "<figcaption>The lighthouse of season 2. Image: Screen Ferry</figcaption>",
        (
            '<blockquote class="post" data-author="Harbour Lights (@harbourlights)" data-at="2023-08-10T06:20:09Z" '
            'cite="https://twitter.com/harbourlights/status/1689522000000000000" lang="en">'
            "<p>Season 2 sails in October.<br>Hold fast. pic.twitter.com/abc</p></blockquote>"
        ),
        "<th>Region</th>",
        "<td>26 October</td>",
        "<li>Episode 1: October 26</li>",
        "We sail when the lamp is lit",
        "<p>Short.</p>",
    ):
        assert kept in found.html
    for furniture in ("Another show", "Home", "©", "widgets.js", "August 10, 2023", "xqkeep"):
        assert furniture not in found.html
    order = [
        found.html.index(word)
        for word in ("When does it", "lighthouse", "Hold fast", "Region", "Episode 1", "Short.")
    ]
    assert order == sorted(order)


def test_the_page_says_who_when_and_what_it_is() -> None:
    found = page(PAGE)
    assert found.title == "Harbour Lights season 2: everything we know"
    assert found.author == "Ada Quill"
    assert found.published == at("2023-08-09T10:00:00+02:00")
    assert found.id == found.url == URL
    assert page(PAGE, '<link rel="canonical" href="/lights">').id == "https://ferry.example/lights"


def test_the_selector_chooses_what_is_read() -> None:
    body = f"<div class=a><p>One.</p></div><div class=b><p>Two.</p><div class=b><p>Three.</p></div></div><p>{SENTENCE * 5}</p>"
    assert page(body, select="div.b").html == "<div><div><p>Two.</p><div><p>Three.</p></div></div></div>"
    assert "Season 2 sails" in page(PAGE, select="article").html
    assert 'class="post"' in page(PAGE, select="article").html


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("div.absent", "the selector 'div.absent' matches nothing on the page"),
        ("div[", "the selector 'div[' cannot be read (Malformed attribute selector at position 3)"),
        ("img", "the selector 'img' has no text"),
    ],
)
def test_a_selector_that_gives_nothing_says_so(selector: str, message: str) -> None:
    assert refusal(f"<p>{SENTENCE}</p><img src=x>", select=selector) == message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"%PDF-1.7 \n%\xe2\xe3", "is a PDF or other binary data, not a page"),
        (b"GIF89a\0\0\0\0", "is a PDF or other binary data, not a page"),
        ("just words", "is not an HTML page (there is no markup in it)"),
        ("<html><body></body></html>", "has no readable text"),
        (
            "<html><body><script>render()</script><noscript>Please enable JavaScript</noscript></body></html>",
            "has no readable text",
        ),
        ("", "empty body"),
    ],
)
def test_what_is_no_page_is_named(body: bytes | str, message: str) -> None:
    assert refusal(body) == message


def test_a_short_announcement_is_read_whole() -> None:
    found = page(
        "<nav>Home About</nav><main><h1>Out now</h1><p>Iron Bell is out.</p></main><footer>© Lantern</footer>"
    )
    assert "Iron Bell is out." in found.html
    assert "About" not in found.html


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ("", NOW),
        (
            '<meta property="article:published_time" content="2023-08-01T10:00:00Z">',
            at("2023-08-01T10:00:00Z"),
        ),
        (
            '<meta property="article:published_time" content="2022-01-01"><meta property="article:modified_time" content="2023-08-09T10:00:00Z">',
            at("2023-08-09T10:00:00Z"),
        ),
        ('<meta property="article:published_time" content="2031-01-01">', NOW),
        ('<meta property="article:published_time" content="0001-01-01">', NOW),
    ],
)
def test_a_page_is_as_new_as_its_last_change(head: str, published: object) -> None:
    assert page(f"<article><p>{SENTENCE * 5}</p></article>", head).published == published


def test_a_changed_page_is_a_new_document_of_the_same_id() -> None:
    before, after = (
        page(f"<article><p>{SENTENCE * 5}</p><p>{end}</p></article>")
        for end in ("It may slip.", "It has slipped.")
    )
    assert before.id == after.id
    assert before.fingerprint != after.fingerprint


def test_what_changes_only_in_the_markup_is_the_same_document() -> None:
    one, other = (
        page(f"<article class='{c}'><p data-n='{c}'>{SENTENCE * 5}</p><script>{c}</script></article>")
        for c in "ab"
    )
    assert one.fingerprint == other.fingerprint


def test_a_page_of_the_maker_is_official() -> None:
    head = '<meta property="og:site_name" content="Lantern Works">'
    assert page(f"<article><p>{SENTENCE * 5}</p></article>", head, official=("lantern works",)).official
    assert not page(f"<article><p>{SENTENCE * 5}</p></article>", head, official=("somebody",)).official


def test_posts_outside_the_article_stay_outside() -> None:
    tweet = '<blockquote class="twitter-tweet"><p>Elsewhere.</p></blockquote>'
    found = page(f"<article><p>{SENTENCE * 9}</p></article><aside>{tweet}</aside>")
    assert "Elsewhere" not in found.html


@pytest.mark.parametrize(
    "wrapping",
    [
        '<figure class="wp-block-embed"><div>{}</div></figure>',
        "<div class='embed'>{}</div>",
        "<center>{}</center>",
    ],
)
def test_a_post_survives_in_whatever_it_is_wrapped(wrapping: str) -> None:
    tweet = wrapping.format(
        '<blockquote class="twitter-tweet"><p>Season 2 sails in October.</p></blockquote>'
    )
    found = page(f"<article><p>{SENTENCE * 5}</p>{tweet}<p>{SENTENCE * 5}</p></article>")
    assert '<blockquote class="post"><p>Season 2 sails in October.</p></blockquote>' in found.html


def teaser(**fields: object) -> Document:
    return document("It has a date […]", id="e1", url=URL, lang="", title="Harbour Lights dated", **fields)


def behind(entry: Document, body: str = PAGE) -> Document:
    return article(fetched(body, URL), entry, of_kind(SourceKind.FEED, official=("Screen Ferry",)))


def test_the_article_behind_a_teaser_keeps_the_entrys_name_and_takes_the_pages_body() -> None:
    entry = teaser()
    whole = behind(entry)
    assert (whole.id, whole.url, whole.source, whole.title) == (
        entry.id,
        entry.url,
        entry.source,
        entry.title,
    )
    assert whole.text == ""
    assert "October 26, 2023" in whole.html
    assert (whole.author, whole.lang, whole.official) == ("Ada Quill", "en", True)
    assert behind(teaser(author="Desk")).author == "Desk"


@pytest.mark.parametrize(
    ("entry", "meta", "published"),
    [
        (NOW, "2023-08-09T10:00:00+02:00", at("2023-08-09T10:00:00+02:00")),
        (at("2023-08-08T10:00:00Z"), "2023-08-09T10:00:00Z", at("2023-08-08T10:00:00Z")),
        (at("2023-08-09T10:00:00Z"), "2023-08-09", at("2023-08-09T10:00:00Z")),
        (NOW + timedelta(days=3), "2023-08-09", at("2023-08-09")),
        (NOW, "", NOW),
    ],
)
def test_an_article_is_as_old_as_the_better_of_both_times_says(
    entry: object, meta: str, published: object
) -> None:
    body = f'<html><head><meta property="article:published_time" content="{meta}"></head><body><article><p>{SENTENCE * 5}</p></article></body>'
    assert behind(teaser(published=entry), body).published == published


def test_a_page_with_less_than_the_teaser_adds_nothing() -> None:
    entry = document("It has a date, and this is told here at length. " * 9, url=URL)
    assert behind(entry, "<main><p>Subscribe to read on.</p></main>") == entry


def test_an_article_that_is_no_page_is_an_error_of_its_address() -> None:
    with pytest.raises(ParseError, match="is a PDF"):
        article(fetched(b"%PDF-1.4", URL), teaser(), of_kind(SourceKind.FEED))


@pytest.mark.parametrize("path", sorted((CASES / "pages").glob("*.html")), ids=lambda path: path.name)
def test_every_case_reads_the_same_twice(path: Path) -> None:
    body = path.read_text(encoding="utf-8")
    assert page(body) == page(body)


def test_a_page_whose_date_cannot_be_read_says_so() -> None:
    body = f'<html><head><meta name="date" content="the other day"></head><body><p>{SENTENCE * 5}</p></body></html>'
    said = parse(fetched(body, URL), of_kind(SourceKind.PAGE), now=NOW).doubt
    assert said == "the date cannot be read ('the other day'); the time of reading is used for it"


LEAD = f"<h1>All dates</h1><p>{SENTENCE * 5}</p>"


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("<p>It comes out on <time datetime='2023-10-26'>October 26</time>.</p>", "comes out on October 26."),
        ("<ul><li>Season 2 – <time>October 26</time></li></ul>", "<li>Season 2 – October 26</li>"),
        (
            "<table><tr><th>Show</th><th>Date</th></tr><tr><td>Harbour</td><td><ul><li>October 26</li></ul></td></tr></table>",
            "<td><ul><li>October 26</li></ul></td>",
        ),
        (
            "<table><tr><td>Harbour</td><td><dl><dt>Date</dt><dd>October 26</dd></dl></td></tr></table>",
            "<dd>October 26</dd>",
        ),
        (
            "<table><tr><td>Harbour</td><td><time datetime='2023-10-26'>October 26</time></td></tr></table>",
            "<td>October 26</td>",
        ),
        ("<dl><dt>Harbour</dt><dd>October 26</dd></dl>", "<dl><dt>Harbour</dt><dd>October 26</dd></dl>"),
        (
            "<table><tr><td rowspan=2>October 26</td><td>Harbour</td></tr><tr><td>Lights</td></tr></table>",
            "<tr><td>October 26</td><td>Lights</td></tr>",
        ),
        ("<div class='card'><div>Harbour</div><div>Date: October 26</div></div>", "Date: October 26"),
    ],
)
@pytest.mark.parametrize("select", ["", "article"])
def test_dates_in_every_structure_are_kept_with_a_selector_and_without(
    body: str, kept: str, select: str
) -> None:
    whole = page(
        f"<nav><a href='/'>Home</a></nav><article>{LEAD}{body}<p>{SENTENCE}</p></article>", select=select
    )
    assert kept in re.sub(r"</?time[^<>]*>", "", whole.html)
    assert "xqkeep" not in whole.html


@pytest.mark.parametrize("hidden", ["hidden", "aria-hidden='true'", "style='display: none'"])
@pytest.mark.parametrize("select", ["", "article"])
def test_what_no_browser_shows_is_no_text_of_the_page(hidden: str, select: str) -> None:
    body = f"<article>{LEAD}<div {hidden}><p>Out on June 1.</p></div> and more<p>{SENTENCE}</p></article>"
    html = page(body, select=select).html
    assert "June 1" not in html
    assert page(f"<main hidden>{LEAD}</main>", select="main").html


def test_a_table_of_links_or_of_the_whole_page_is_no_data() -> None:
    links = (
        "<table><tr><td><a href='/a'>Another show</a></td><td><a href='/b'>A third show</a></td></tr></table>"
    )
    html = page(
        f"<table><tr><td><article>{LEAD}<p>{SENTENCE}</p></article></td><td>{links}</td></tr></table>"
    ).html
    assert "October 26" in html


def test_small_articles_in_main_are_cards_and_keep_their_place() -> None:
    card = "<article><h3>Harbour</h3><p>Date: October 26</p></article>"
    html = page(f"<main>{LEAD}<p>{SENTENCE}</p>{card}{card.replace('Harbour', 'Lights')}</main>").html
    order = [html.find(words) for words in ("All dates", SENTENCE[:40], "Harbour</h3>", "Lights</h3>")]
    assert -1 not in order
    assert order == sorted(order)
