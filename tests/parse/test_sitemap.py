"""The addresses of a site, the newest first, with what the news extension says of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.extract import Extractor
from monitor.model import Parsed, SourceKind, Work
from monitor.parse import structured
from monitor.parse.entry import MAX_ENTRIES
from monitor.parse.parsers import parse
from monitor.parse.sitemap import MAX_ADDRESSES, MAX_FOLLOWED
from tests.builders import NOW
from tests.parse.cases import fetched, of_kind

SITE = "https://news.example"
NEWS = f"""<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="/main-sitemap.xsl"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:video="http://www.google.com/schemas/sitemap-video/1.1">
  <url><loc>{SITE}/old?a=1&amp;b=2</loc><lastmod>2023-08-10T12:00:00Z</lastmod>
    <news:news><news:publication><news:name>The Lantern Post</news:name><news:language>pl</news:language></news:publication>
      <news:publication_date>2023-08-01T09:30:00+02:00</news:publication_date><news:title>Pióro &amp; <![CDATA[atrament <3]]></news:title></news:news>
    <image:image><image:loc>{SITE}/picture.jpg</image:loc><image:title>A picture</image:title></image:image></url>
  <url><loc> {SITE}/undated </loc><video:video><video:title>A video</video:title></video:video></url>
  <url><loc>{SITE}/new</loc><changefreq>daily</changefreq><priority>0.8</priority><lastmod>2023-08-09</lastmod></url>
</urlset>"""


def read(body: str | bytes, **fields: Any) -> Parsed:
    return parse(
        fetched(body, f"{SITE}/sitemap.xml"), of_kind(SourceKind.SITEMAP, follow=True, **fields), now=NOW
    )


def urls(*addresses: str, lastmod: str = "") -> str:
    changed = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return "<urlset>" + "".join(f"<url><loc>{url}</loc>{changed}</url>" for url in addresses) + "</urlset>"


def test_addresses_are_teasers_newest_first_with_what_the_news_extension_says() -> None:
    whole = read(NEWS, official=("the lantern post",))
    assert [(one.id, one.url, one.title, one.lang, one.official) for one in whole.documents] == [
        (f"{SITE}/new", f"{SITE}/new", "", "", False),
        (f"{SITE}/old?a=1&b=2", f"{SITE}/old?a=1&b=2", "Pióro & atrament <3", "pl", True),
        (f"{SITE}/undated", f"{SITE}/undated", "", "", False),
    ]
    assert [one.published for one in whole.documents] == [
        datetime(2023, 8, 9, tzinfo=UTC),
        datetime.fromisoformat("2023-08-01T09:30:00+02:00"),
        NOW,
    ]
    assert whole.teasers == {one.id for one in whole.documents}
    assert whole.dropped == 0


def test_addresses_without_a_headline_are_documents_apart() -> None:
    whole = read(urls(f"{SITE}/a", f"{SITE}/b", f"{SITE}/a", f"{SITE}/c"))
    assert len({one.fingerprint for one in whole.documents}) == len(whole.documents) == 3


def test_an_address_claims_nothing_of_itself() -> None:
    (document,) = read(urls(f"{SITE}/alan wake 2 will be released on October 17, 2023.")).documents
    assert Extractor([Work("Alan Wake 2")]).claims(structured(document)) == ()


def test_a_headline_may_claim() -> None:
    titled = NEWS.replace("Pióro &amp; ", "Remedy confirmed that Alan Wake 2 launches on October 17, 2023. ")
    claims = [Extractor([Work("Alan Wake 2")]).claims(structured(one)) for one in read(titled).documents]
    assert [len(claim) for claim in claims] == [0, 1, 0]


@pytest.mark.parametrize(
    ("loc", "url"),
    [
        (f"{SITE}/?a=1&b=2", f"{SITE}/?a=1&b=2"),
        (f"<![CDATA[{SITE}/?a=1&b=2]]>", f"{SITE}/?a=1&b=2"),
        ("/relative", f"{SITE}/relative"),
        (f"{SITE}/a b", f"{SITE}/a%20b"),
        (f'{SITE}/"><script>'.replace("<", "&lt;"), f"{SITE}/%22%3E%3Cscript%3E"),
    ],
)
def test_an_address_is_the_one_that_was_meant(loc: str, url: str) -> None:
    (document,) = read(urls(loc)).documents
    assert document.url == url


def test_prefixes_and_unknown_namespaces_are_no_obstacle() -> None:
    body = f'<s:urlset xmlns:s="https://other.example/ns"><s:url><s:loc>{SITE}/a</s:loc></s:url></s:urlset>'
    assert [one.url for one in read(body).documents] == [f"{SITE}/a"]


def test_of_the_most_addresses_the_newest_are_kept_and_of_these_the_newest_followed() -> None:
    listed = "".join(
        f"<url><loc>{SITE}/{n}</loc><lastmod>{1990 + n % 33}-08-10</lastmod></url>" for n in range(MAX_ADDRESSES + 9)
    )  # fmt: skip
    whole = read(f"<urlset>{listed}</urlset>")
    assert (len(whole.documents), whole.dropped) == (MAX_ENTRIES, MAX_ADDRESSES - MAX_ENTRIES)
    assert {one.published.year for one in whole.documents} == {2022}
    assert whole.teasers == {one.id for one in whole.documents[:MAX_FOLLOWED]}


@pytest.mark.parametrize(
    ("children", "named"),
    [
        (f"<sitemap><loc>{SITE}/1.xml</loc><lastmod>2023-01-01</lastmod></sitemap><sitemap><loc>{SITE}/2.xml</loc><lastmod>2023-08-01</lastmod></sitemap>", f"{SITE}/2.xml"),
        (f"<sitemap><loc>{SITE}/news-map.xml</loc></sitemap><sitemap><loc>{SITE}/2.xml</loc><lastmod>2023-08-01</lastmod></sitemap>", f"{SITE}/news-map.xml"),
        (f"<sitemap><loc>{SITE}/1.xml</loc></sitemap>" * 50_000, f"{SITE}/1.xml"),
    ],
    ids=["newest", "news", "many"],
)  # fmt: skip
def test_of_an_index_the_sitemap_to_name_is_told(children: str, named: str) -> None:
    with pytest.raises(ParseError, match="is a sitemap index, which lists sitemaps: name one of them") as caught:  # fmt: skip
        read(f"<sitemapindex>{children}</sitemapindex>")
    assert caught.value.message.endswith(f", such as {named}")


LAUGHS = '<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("doctype", "name"),
    [
        ('<!DOCTYPE urlset [<!ENTITY x SYSTEM "file://{secret}">]>', "x"),
        ('<!DOCTYPE urlset SYSTEM "file://{secret}">', "x"),
        (f"<!DOCTYPE urlset [{LAUGHS}]>", "l9"),
        ('<!DOCTYPE urlset [<!ENTITY a "' + "a" * 100_000 + '">]>', "a"),
    ],
    ids=["external", "DTD", "billion laughs", "quadratic"],
)
def test_an_entity_is_its_letters_and_nothing_else(
    doctype: str, name: str, encoding: str, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret of the lamp", encoding="utf-8")
    body = doctype.replace("{secret}", str(secret)) + urls(*(f"{SITE}/{n}/&{name};" for n in range(400)))
    assert {one.url for one in read(body.encode(encoding)).documents} == {
        f"{SITE}/{n}/&{name};" for n in range(400)
    }


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<!doctype html><html><body>Sign in</body></html>", "is an HTML page, not a sitemap"),
        ("<rss version='2.0'><channel/></rss>", "(its first element is <rss>), not a sitemap"),
        (f"{SITE}/a\n{SITE}/b\n", "is plain text or binary data, not a sitemap"),
        (NEWS[:-9], "it was cut short"),
        (NEWS.replace("</loc>", "", 1), "is not well-formed XML: line 8: Opening and ending tag mismatch: loc line 5 and url"),
        ("<urlset></urlset>", "has no entries"),
        (urls("file:///etc/passwd", "javascript:alert(1)", "https://u:p@a.example/"), "has no entries"),
        ("<urlset>" + "<url>" * 200_000 + "</urlset>", "nested too deeply"),
        ("<sitemapindex></sitemapindex>", "name one of them"),
        ("<sitemapindex>" + f"<sitemap><loc>{SITE}/{'x' * 4000}</loc></sitemap></sitemapindex>", "name one of them"),
    ],
    ids=lambda value: value[:24],
)  # fmt: skip
def test_what_cannot_be_read_is_one_line(body: str, told: str) -> None:
    with pytest.raises(ParseError) as caught:
        read(body)
    assert told in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("date", ["0001-01-01", "9999-12-31", "2040-01-01", "yesterday", "1" * 100_000, "2023-08-10T99:99:99Z"])  # fmt: skip
def test_a_date_that_cannot_be_is_the_time_of_reading(date: str) -> None:
    (document,) = read(urls(f"{SITE}/a", lastmod=date)).documents
    assert document.published <= NOW


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(0, len(NEWS)))
def test_mutilated_sitemaps_are_documents_or_a_parse_error(noise: bytes, start: int) -> None:
    body = NEWS.encode()
    try:
        whole = read(body[:start] + noise + body[start + len(noise) // 2 :])
    except ParseError as error:
        told = [str(error)]
    else:
        told = [one.title + one.url for one in whole.documents]
    assert not any("\n" in line for line in told)
