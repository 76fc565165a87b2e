"""Feeds of every shape: what is expected stands beside each case, and both readers must agree on it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from monitor.errors import ParseError
from monitor.model import SourceKind
from monitor.parse.entry import MAX_ENTRIES, parsed
from monitor.parse.feed import is_feed, read_feed
from monitor.parse.parsers import parse
from monitor.parse.strict import read_strictly
from monitor.parse.tolerant import read_tolerantly
from tests.builders import NOW, source
from tests.case_files import read_yaml
from tests.parse.cases import CASES, expected, fetched, shown
from tests.parse.shapes import feeds

WELL_FORMED = sorted((CASES / "feeds").glob("*.xml"))
BROKEN = sorted((CASES / "feeds" / "broken").glob("*.xml"))
JSON_FEEDS = [
    path for path in sorted((CASES / "feeds").glob("feed-*.json")) if ".documents." not in path.name
]
VARIANTS = read_yaml(CASES / "feeds" / "variants.yaml")
FEED = source(kind=SourceKind.FEED, follow=True)


def feed(*items: str, root: str = "rss") -> str:
    body = "".join(items)
    if root == "rss":
        return f'<rss version="2.0"><channel><title>T</title>{body}</channel></rss>'
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{body}</feed>'


def item(n: int = 1, inner: str = "") -> str:
    return f"<item><title>Entry {n}</title><link>https://news.example/{n}</link>{inner}</item>"


@pytest.mark.parametrize("path", [*WELL_FORMED, *BROKEN, *JSON_FEEDS], ids=lambda path: path.name)
def test_a_feed_gives_the_documents_that_stand_beside_it(path: Path) -> None:
    assert shown(parse(fetched(path.read_bytes()), FEED, now=NOW)) == expected(path)


@pytest.mark.parametrize("path", WELL_FORMED, ids=lambda path: path.name)
def test_the_fast_path_reads_every_well_formed_feed_and_the_tolerant_one_reads_it_alike(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    text = text[
        text.index("<rss")
        if "<rss" in text
        else max(text.find("<rdf:RDF"), text.find("<feed"), text.find("<atom:feed")) :
    ]
    text = text[: text.rindex(">") + 1] if "served in" not in text else text[: text.rindex("<!--")]
    strict, tolerant = read_strictly(text.encode()), read_tolerantly(text)
    assert strict is not None
    assert tolerant is not None
    url = "https://news.example/feed.xml"
    assert shown(parsed(strict, FEED, url=url, now=NOW)) == shown(parsed(tolerant, FEED, url=url, now=NOW))


@pytest.mark.parametrize("case", VARIANTS, ids=lambda case: case["name"])
def test_a_feed_that_is_written_otherwise_is_read_all_the_same(case: dict[str, Any]) -> None:
    late = datetime(2026, 12, 1, tzinfo=UTC)
    whole = shown(parse(fetched(case["xml"]), FEED, now=late))
    assert [
        {field: document.get(field, "") for field in wanted}
        for document, wanted in zip(whole["documents"], case["entries"], strict=True)
    ] == case["entries"]
    readers = {"strict": read_strictly(case["xml"].encode()), "tolerant": read_tolerantly(case["xml"])}
    reading = [name for name, feed_read in readers.items() if feed_read is not None]
    assert reading == ([case["only"]] if "only" in case else ["strict", "tolerant"])
    if "only" not in case:
        one, other = read_both_ways(case["xml"])
        assert one == other


@pytest.mark.parametrize("version", ["1", "1.0", "1.1"])
def test_a_json_feed_may_give_the_bare_number_of_its_version(version: str) -> None:
    body = f'{{"version": "{version}", "items": [{{"id": "1", "title": "Dated"}}]}}'
    assert [document.title for document in parse(fetched(body), FEED, now=NOW).documents] == ["Dated"]


def test_dates_that_cannot_be_read_are_said_and_those_that_are_missing_are_not() -> None:
    text = feed(
        item(1, "<pubDate>the other day</pubDate>"), item(2, "<pubDate>10 Aug 2023</pubDate>"), item(3)
    )
    said = parse(fetched(text), FEED, now=NOW).doubt
    assert said == "1 of 3 dates cannot be read ('the other day'); the time of reading is used for them"
    assert parse(fetched(feed(item(3))), FEED, now=NOW).doubt == ""


def test_the_language_of_a_feed_tells_what_its_dates_mean() -> None:
    text = feed("<language>hr</language>", item(1, "<pubDate>1. lis 2022 10:00</pubDate>"))
    assert parse(fetched(text), FEED, now=NOW).documents[0].published.month == 10


def read_both_ways(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    strict, tolerant = read_strictly(text.encode()), read_tolerantly(text)
    assert strict is not None
    assert tolerant is not None
    one, other = (shown(parsed(f, FEED, url="https://news.example/f", now=NOW)) for f in (strict, tolerant))
    return one, other


@settings(max_examples=250, deadline=None)
@given(feeds())
def test_both_readers_agree_on_any_feed_that_is_put_together_from_ordinary_parts(text: str) -> None:
    one, other = read_both_ways(text)
    assert one == other


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        (feed(item(inner="<author>Ada Quill &lt;ada@news.example&gt;</author>")), "author", "Ada Quill"),
        (feed(item(inner="<author>ada@news.example (Ada Quill)</author>")), "author", "Ada Quill"),
        (
            feed("<entry><title>T</title><id>https://news.example/1</id></entry>", root="atom"),
            "url",
            "https://news.example/1",
        ),
        (feed("<entry><title>T</title><id>urn:1</id></entry>", root="atom"), "url", None),
        (feed('<entry xml:lang="ko"><title>T</title><id>urn:1</id></entry>', root="atom"), "lang", "ko"),
    ],
    ids=[
        "a mail address after the name",
        "one before it",
        "an id that is an address is the link in Atom where there is no other",
        "an id that is none is no link",
        "the language of a bare headline",
    ],
)
def test_what_feedparser_reads_its_own_way_comes_out_alike(text: str, field: str, value: str | None) -> None:
    ours, theirs = read_both_ways(text)
    assert ours["documents"][0].get(field) == value
    assert theirs["documents"][0].get(field) == value


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "empty body"),
        (b" \n\t ", "empty body"),
        (b"\xef\xbb\xbf", "empty body"),
        (
            "<!DOCTYPE html><html><head><title>x</title></head><body>x</body></html>",
            "is an HTML page, not a feed (it names no feed)",
        ),
        (
            '<!doctype html><html><head><link href="/feed.xml" rel="alternate" type="application/rss+xml"></head></html>',
            "is an HTML page, not a feed (it names a feed at https://news.example/feed.xml)",
        ),
        ("<!DOCTYPE HTML>\n<p>Not found</p>", "is an HTML page, not a feed (it names no feed)"),
        (
            '<?xml version="1.0"?><opml version="2.0"><body/></opml>',
            "is XML or HTML, but no feed (its first element is <opml>)",
        ),
        ("<error>rate limit</error>", "is XML or HTML, but no feed (its first element is <error>)"),
        ("Service unavailable", "is not a feed, but plain text or binary data"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is not a feed, but plain text or binary data"),
        ("<!-- nothing else", "is not a feed, but markup that breaks off"),
        (feed(), "has no entries"),
        (feed(root="atom"), "has no entries"),
        ('<rss version="2.0"/>', "has no entries"),
        (
            '<rss version="2.0"><channel><title>Cut',
            "XML ends before the first entry; the answer was cut short",
        ),
        (
            '<rss version="2.0"><channel><item><title>Cut',
            "XML ends in the middle of <item>, the first entry; the answer was cut short",
        ),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": []}', "has no entries"),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"', "JSON ends in the middle"),
        ('{"error": "no such feed"}', "is JSON, but no JSON Feed (its version names none)"),
        ("[1, 2]", "is JSON, but no JSON Feed (its version names none)"),
        ("{'single': 'quotes'}", "is not valid JSON"),
        ("[" * 200_000, "is JSON that is nested too deeply"),
    ],
)
def test_what_is_no_feed_is_named_for_what_it_is(body: bytes | str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(fetched(body), FEED, now=NOW)
    assert str(caught.value).startswith(f"https://news.example/feed.xml: {message}")
    assert "\n" not in str(caught.value)


def test_entries_beyond_the_cap_are_counted_and_left_out() -> None:
    whole = parse(fetched(feed(*(item(n) for n in range(20_000)))), FEED, now=NOW)
    assert len(whole.documents) == MAX_ENTRIES
    assert whole.dropped == 20_000 - MAX_ENTRIES
    assert whole.documents[0].title == "Entry 0"


def test_the_tolerant_path_has_the_same_cap() -> None:
    whole = parse(
        fetched(feed(*(item(n, "<description>a & b</description>") for n in range(2000)))), FEED, now=NOW
    )
    assert (len(whole.documents), whole.dropped) == (MAX_ENTRIES, 2000 - MAX_ENTRIES)


def test_a_long_feed_that_lists_the_oldest_first_keeps_its_newest_entries() -> None:
    dated = (
        item(n, f"<pubDate>2023-0{1 + n // 28 // 9 % 8}-{1 + n % 28:02}T00:00:00Z</pubDate>")
        for n in range(1, 600)
    )
    whole = parse(fetched(feed(*dated)), FEED, now=NOW)
    assert whole.documents[-1].title == "Entry 599"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ('<?xml version="1.0"?><!-- x --><rss version="2.0"></rss>', True),
        ("<!DOCTYPE rss [<!ENTITY a 'b'>]><rss></rss>", True),
        ("<atom:feed xmlns:atom='http://www.w3.org/2005/Atom'/>", True),
        ("<rdf:RDF></rdf:RDF>", True),
        ('{"version": "https://jsonfeed.org/version/1"}', True),
        ("<html><body><rss></rss></body></html>", False),
        ("{}", False),
        ("plain", False),
        ("", False),
    ],
)
def test_a_feed_is_known_by_its_root(text: str, is_one: bool) -> None:
    assert is_feed(text) is is_one


@pytest.mark.parametrize(
    ("official", "item_author", "is_official"),
    [
        (("The Maker",), "", True),
        (("the maker",), "", True),
        (("Ada Quill",), "Ada Quill", True),
        (("@adaquill", "ADA  QUILL"), "Ada Quill", True),
        (("Somebody Else",), "Ada Quill", False),
        ((), "Ada Quill", False),
    ],
)
def test_the_word_of_those_who_are_named_official_is_the_makers(
    official: tuple[str, ...], item_author: str, is_official: bool
) -> None:
    body = feed(item(inner=f"<author>{item_author}</author>")).replace(
        "<title>T</title>", "<title>The Maker</title>"
    )
    (document,) = parse(fetched(body), source(official=official), now=NOW).documents
    assert document.official is is_official


@pytest.mark.parametrize(
    ("item_lang", "configured", "feed_lang", "lang"),
    [
        ("ko", "fr", "en-US", "fr"),
        ("ko", "", "en-US", "ko"),
        ("", "fr", "en-US", "fr"),
        ("", "", "en_US", "en-US"),
        ("", "", "", ""),
        ("klingon please", "", "not a tag at all", ""),
    ],
)
def test_the_configured_language_decides_and_the_entrys_own_comes_before_the_feeds(
    item_lang: str, configured: str, feed_lang: str, lang: str
) -> None:
    body = feed(
        item(inner=f'<dc:language xmlns:dc="http://purl.org/dc/elements/1.1/">{item_lang}</dc:language>')
    )
    body = body.replace("<title>T</title>", f"<language>{feed_lang}</language>")
    (document,) = parse(fetched(body), source(lang=configured), now=NOW).documents
    assert document.lang == lang


def test_google_news_gives_headline_and_outlet_and_nothing_to_follow() -> None:
    body = feed(
        "<item><title>Harbour Lights dated - The Paper Lantern</title><link>https://news.google.com/rss/articles/CBMiXyz?oc=5</link>"
        '<guid isPermaLink="false">CBMiXyz</guid><pubDate>Thu, 10 Aug 2023 01:00:00 GMT</pubDate>'
        "<description>&lt;ol&gt;&lt;li&gt;&lt;a href='x'&gt;Another headline&lt;/a&gt;&lt;/li&gt;&lt;/ol&gt;</description>"
        '<source url="https://lantern.example">The Paper Lantern</source></item>'
    )
    whole = parse(fetched(body, url="https://news.google.com/rss/search?q=harbour"), FEED, now=NOW)
    (document,) = whole.documents
    assert (document.title, document.author, document.html) == (
        "Harbour Lights dated",
        "The Paper Lantern",
        "",
    )
    assert whole.teasers == frozenset()


def test_an_overlong_field_is_cut_and_an_overlong_id_hashed() -> None:
    body = feed(
        f"<item><title>{'t' * 9000}</title><guid>{'g' * 9000}</guid><description>{'d ' * 600_000}</description></item>"
    )
    (document,) = parse(fetched(body), FEED, now=NOW).documents
    assert len(document.title) == 1000
    assert document.id.startswith("sha256:")
    assert len(document.text) <= 500_000


def test_the_wrong_zone_of_a_feed_keeps_the_writers_day() -> None:
    (document,) = parse(
        fetched(feed(item(inner="<pubDate>Thu, 10 Aug 2023 00:30:00 +0900</pubDate>"))), FEED, now=NOW
    ).documents
    assert document.published.isoformat() == "2023-08-10T00:30:00+09:00"


def test_what_a_feed_says_is_read_the_same_from_any_encoding() -> None:
    text = feed("<item><title>Żar-ptak, sezon 2</title><link>https://news.example/1</link></item>")
    plain = read_feed(fetched(text))
    assert read_feed(fetched(text.encode("utf-16"))) == plain
    declared = '<?xml version="1.0" encoding="iso-8859-2"?>' + text
    assert read_feed(fetched(declared.encode("iso-8859-2"))) == plain
    assert read_feed(fetched(text.encode("iso-8859-2"), content_type="text/xml; charset=iso-8859-2")) == plain
    assert read_feed(fetched(declared.encode("utf-8"), content_type="text/xml; charset=us-ascii")) == plain
