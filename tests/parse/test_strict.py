"""The fast path: each element by its role and namespace, and nothing where only the tolerant path can parse."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.parse.entry import MAX_ENTRIES
from monitor.parse.strict import read_strictly, update_period

ATOM = "http://www.w3.org/2005/Atom"
RSS = '<rss version="2.0" {names}><channel><title>T</title><item>{inner}</item></channel></rss>'
MODULES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "dcterms": "http://purl.org/dc/terms/",
}
NAMES = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in MODULES.items())


@pytest.mark.parametrize(
    ("inner", "field", "value"),
    [
        ("<guid>https://a.example/1</guid>", "link", "https://a.example/1"),
        ('<guid isPermaLink="false">https://a.example/1</guid>', "link", ""),
        ("<link>https://a.example/1</link><guid>7</guid>", "id", "7"),
        ("<link>https://a.example/1</link><feedburner:origLink>https://b.example/1</feedburner:origLink>", "link", "https://b.example/1"),
        ("<description>short</description><content:encoded>the whole</content:encoded>", "body", "the whole"),
        ("<description>&lt;p&gt;said&lt;/p&gt;</description>", "body", "<p>said</p>"),
        ("<description> </description><itunes:summary>told</itunes:summary>", "body", "told"),
        ("<media:group><media:description>below the picture</media:description></media:group>", "body", "below the picture"),
        ("<title>own</title><media:title>of the picture</media:title>", "title", "own"),
        ("<media:title>of the picture</media:title>", "title", "of the picture"),
        ("<dc:creator>Ann</dc:creator><author>Ben</author><author>Ann</author>", "author", "Ann, Ben"),
        ("<itunes:author>Cleo</itunes:author><author/>", "author", "Cleo"),
        ('<source url="https://b.example/">The Harbour</source>', "outlet", "The Harbour"),
        ("<dc:date>2023-05-04</dc:date>", "dates", ("2023-05-04",)),
        ("<dc:date>2023-05-04</dc:date><pubDate>2023-05-03</pubDate>", "dates", ("2023-05-03", "2023-05-04")),
        ("<dc:language>pl</dc:language>", "lang", "pl"),
    ],
)  # fmt: skip
def test_each_element_of_an_entry_has_its_role(inner: str, field: str, value: object) -> None:
    feed = read_strictly(RSS.format(names=NAMES, inner=inner).encode())
    assert feed is not None
    (entry,) = feed.entries
    assert getattr(entry, field) == value


@pytest.mark.parametrize(
    ("construct", "body", "is_markup"),
    [
        ('<content type="html">&lt;p&gt;x&lt;/p&gt;</content>', "<p>x</p>", True),
        ('<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x</p></div></content>', "<p>x</p>", True),
        ("<content>a &lt; b</content>", "a < b", False),
        ('<content type="text/plain">x</content>', "x", False),
        ("<summary>short</summary>", "short", False),
        ('<summary>short</summary><content type="html">whole</content>', "whole", True),
    ],
)  # fmt: skip
def test_each_text_construct_of_atom_is_what_its_type_says(
    construct: str, body: str, is_markup: bool
) -> None:
    feed = read_strictly(f'<feed xmlns="{ATOM}"><entry><id>1</id>{construct}</entry></feed>'.encode())
    assert feed is not None
    assert (feed.entries[0].body, feed.entries[0].body_markup) == (body, is_markup)


@pytest.mark.parametrize(
    ("links", "link"),
    [
        ('<link href="/1"/>', "/1"),
        ('<link rel="self" href="/feed"/><link rel="alternate" href="/1"/>', "/1"),
        ('<link type="application/pdf" href="/1.pdf"/><link type="text/html" href="/1"/>', "/1"),
        ('<link rel="enclosure" href="/1.mp3"/>', ""),
        ('<link xml:base="https://a.example/news/" href="1"/>', "https://a.example/news/1"),
    ],
)
def test_the_link_of_an_entry_is_its_alternate_page(links: str, link: str) -> None:
    feed = read_strictly(f'<feed xmlns="{ATOM}"><entry><id>x</id>{links}</entry></feed>'.encode())
    assert feed is not None
    assert feed.entries[0].link == link


@pytest.mark.parametrize(
    "body",
    [
        "<rss><channel><item>",
        '<!DOCTYPE rss [<!ENTITY x "y">]><rss><channel><item><title>&x;</title></item></channel></rss>',
        "<html><item/></html>",
        "<rss><channel><title>no entry</title></channel></rss>",
        f'<feed xmlns="{ATOM}"><entry><content mode="base64">eA==</content></entry></feed>',
        f'<feed xmlns="{ATOM}"><entry><content type="image/png">eA==</content></entry></feed>',
        "",
    ],
)
def test_what_only_the_tolerant_path_can_parse_is_left_to_it(body: str) -> None:
    assert read_strictly(body.encode()) is None


@pytest.mark.parametrize("is_oldest_first", [False, True])
def test_of_too_many_entries_the_newest_are_kept(is_oldest_first: bool) -> None:
    days = [f"2023-{1 + n // 28 % 12:02}-{1 + n % 28:02}" for n in range(28 * 12)]
    days = [f"{year}{day[4:]}" for year in range(2000, 2003) for day in days]
    assert len(days) > MAX_ENTRIES
    listed = days if is_oldest_first else days[::-1]
    items = "".join(f"<item><pubDate>{day}</pubDate></item>" for day in listed)
    feed = read_strictly(f"<rss><channel>{items}</channel></rss>".encode())
    assert feed is not None
    assert feed.dropped == len(days) - MAX_ENTRIES
    assert {entry.dates[0] for entry in feed.entries} == set(days[-MAX_ENTRIES:])


@pytest.mark.parametrize(
    ("ttl", "period", "frequency", "fresh"),
    [
        ("60", "", "", timedelta(hours=1)),
        ("60", "daily", "2", timedelta(hours=1)),
        ("", "daily", "2", timedelta(hours=12)),
        ("", " Hourly ", "", timedelta(hours=1)),
        ("", "daily", "0", timedelta(days=1)),
        ("", "daily", "-1", timedelta(days=1)),
        ("an hour", "", "", None),
        ("9" * 20, "", "", None),
        ("", "sometimes", "2", None),
        ("", "", "", None),
    ],
)
def test_the_time_that_a_feed_is_fresh(
    ttl: str, period: str, frequency: str, fresh: timedelta | None
) -> None:
    assert update_period(ttl, period, frequency) == fresh
