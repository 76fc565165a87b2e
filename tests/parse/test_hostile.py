"""What a hostile server may send: every parser gives documents or ParseError, reaches out to nothing, and stays within bounds."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.model import Document, Parsed, SourceKind
from monitor.parse.entry import MAX_BODY, MAX_ENTRIES
from monitor.parse.page import article
from monitor.parse.parsers import PARSERS, parse
from tests.builders import NOW, document
from tests.parse.cases import CASES, fetched, of_kind

SEEDS = [
    path.read_bytes()
    for folder in ("feeds", "feeds/broken", "pages")
    for path in sorted((CASES / folder).glob("*.*ml"))
]
SEEDS += [path.read_bytes() for path in sorted((CASES / "feeds").glob("feed-*.json"))]
KINDS = st.sampled_from(list(SourceKind))


def outcome(body: bytes, kind: SourceKind, content_type: str = "") -> Parsed | ParseError:
    answer = fetched(body, "https://news.example/feed.xml", content_type)
    try:
        whole = parse(answer, of_kind(kind, select="p" if len(body) % 2 else None), now=NOW)
    except ParseError as error:
        return one_line(error)
    assert len(whole.documents) <= MAX_ENTRIES
    for found in whole.documents:
        check(found)
    return whole


def one_line(error: ParseError) -> ParseError:
    assert "\n" not in str(error)
    assert error.where
    return error


def check(found: Document) -> None:
    assert found.id
    assert found.url == "" or found.url.startswith(("http://", "https://"))
    assert found.published.tzinfo is not None
    assert not (found.html and found.text)
    assert len(found.html) <= 2 * MAX_BODY
    for part in (found.title, found.html, found.text, found.author, found.id):
        assert not any(character < " " and character not in "\n\t" for character in part)
        part.encode("utf-8")
    assert "\n" not in found.title + found.author + found.id


@given(
    st.binary(max_size=400), KINDS, st.sampled_from(["", "text/html", "application/rss+xml; charset=big5"])
)
def test_random_bytes_are_documents_or_a_parse_error(
    body: bytes, kind: SourceKind, content_type: str
) -> None:
    outcome(body, kind, content_type)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    body = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(body)))
        end = min(len(body), start + draw(st.integers(0, 40)))
        body[start:end] = draw(st.sampled_from([b"", b"<", b">", b"&", b"]]>", b"<![CDATA[", b"\0", b"\xff\xfe", b"<!--", b'"', b"</item>", b"{", b"&#x0;", b"&#1114112;", b"&#xD800;", b"<!DOCTYPE x ["]) | st.binary(max_size=8))  # fmt: skip
    return bytes(body[: draw(st.integers(0, len(body)))] if draw(st.booleans()) else body)


@settings(max_examples=200, deadline=None)
@given(mutated(), KINDS)
def test_mutilated_answers_are_documents_or_a_parse_error(body: bytes, kind: SourceKind) -> None:
    outcome(body, kind)


@settings(deadline=None)
@given(mutated())
def test_a_mutilated_article_is_a_document_or_a_parse_error(body: bytes) -> None:
    try:
        check(
            article(
                fetched(body, "https://news.example/1"),
                document("Teaser", url="https://news.example/1"),
                of_kind(SourceKind.FEED),
            )
        )
    except ParseError as error:
        one_line(error)


RSS = '{}<rss version="2.0"><channel><title>T</title><item><title>{}</title><description>d</description></item></channel></rss>'


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text("the secret of the lamp", encoding="utf-8")
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{}">]>',
        '<!DOCTYPE rss [<!ENTITY % p SYSTEM "file://{}"> %p;]>',
        '<!DOCTYPE rss SYSTEM "file://{}">',
        '<!DOCTYPE rss [<!ENTITY x PUBLIC "p" "file://{}">]>',
    ],
)
def test_no_external_entity_is_ever_read(doctype: str, encoding: str, secret: Path) -> None:
    body = RSS.format('<?xml version="1.0"?>' + doctype.format(secret), "&x;").encode(encoding)
    assert PARSERS
    for kind in PARSERS:
        assert "secret of the lamp" not in repr(outcome(body, kind))


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("declarations", "title"),
    [
        ('<!ENTITY l0 "lol">' + LAUGHS, "&l9;"),
        ('<!ENTITY a "' + "a" * 50_000 + '">', "&a;" * 50_000),
        ('<!ENTITY a "' + "a" * 90 + '">', "&a;" * 100_000),
        ("".join(f'<!ENTITY e{n} "x">' for n in range(20_000)), "&e1;"),
        ('<!ENTITY a "&a;">', "&a;"),
    ],
    ids=["billion laughs", "quadratic blowup", "many short ones", "many declarations", "itself"],
)
def test_no_entity_grows_into_anything(declarations: str, title: str) -> None:
    whole = outcome(RSS.format(f"<!DOCTYPE rss [{declarations}]>", title).encode(), SourceKind.FEED)
    assert isinstance(whole, Parsed)
    assert len(whole.documents[0].title) <= 1000


@pytest.mark.parametrize(
    "body",
    [
        "<html><body>" + "<div>" * 200_000 + "deep",
        '<rss version="2.0"><channel><item>' + "<a>" * 200_000 + "</a>" * 200_000 + "</item></channel></rss>",
        '<rss version="2.0"><channel><item><description>'
        + "&lt;div&gt;" * 100_000
        + "</description></item></channel></rss>",
        '<rss version="2.0"><channel><item><title>' + "x" * 5_000_000 + "</title></item></channel></rss>",
        "<p>" + "word " * 1_000_000,
        "<html><body>" + "<p>x</p>" * 200_000,
        "<html><body>" + '<a href="/x">y</a>' * 100_000,
        "<html><body>" + "<" * 300_000,
        "<html><body><table>" + "<tr><td><table>" * 20_000,
        '<blockquote class="twitter-tweet">' * 20_000,
        '<rss version="2.0"><channel><item><description>'
        + "<" * 100_000
        + "</description></item></channel></rss>",
        '<rss version="2.0"><channel><item><description>'
        + "<![CDATA[" * 50_000
        + "</description></item></channel></rss>",
        '<rss version="2.0"><channel><item><title>' + "&" * 100_000 + "</title></item></channel></rss>",
        "<rss>" + "<!--" * 100_000,
        "<!DOCTYPE " * 50_000,
        "<?xml " * 50_000,
        "[" * 1_000_000,
        '{"version":"https://jsonfeed.org/version/1","items":' + "[" * 100_000,
        '{"feed":[' + '{"post":' * 50_000,
    ],
    ids=lambda body: body[:40],
)
@pytest.mark.parametrize("kind", [SourceKind.FEED, SourceKind.PAGE, SourceKind.SITEMAP, SourceKind.BLUESKY])
def test_depth_and_length_are_bounded(body: str, kind: SourceKind) -> None:
    outcome(body.encode(), kind)


def test_what_goes_to_a_worker_and_comes_back_can_be_pickled() -> None:
    whole = parse(fetched(SEEDS[0]), of_kind(SourceKind.FEED), now=NOW)
    assert pickle.loads(pickle.dumps(whole)) == whole  # noqa: S301 - our own bytes
    error = outcome(b"", SourceKind.FEED)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - our own bytes
