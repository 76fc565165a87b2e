"""The tolerant path: what is not well-formed, in bounds."""

from __future__ import annotations

import pytest

from monitor.parse.entry import MAX_ENTRIES
from monitor.parse.tolerant import read_tolerantly


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("<rss version='2.0'><channel><item><title>Lamp & tide</title></item></channel></rss>", "title", "Lamp & tide"),
        ("<rss version='2.0'><channel><item><description><p>one<br>two</description></item></channel></rss>", "body", "<p>one<br>two"),
        ("<rss version='2.0'><channel><item><title>a&#99999999;b</title></item></channel></rss>", "title", "ab"),
        ("<rss version='2.0'><channel><item><title>a&#xD800;b</title></item></channel></rss>", "title", "ab"),
        ("<rss version='2.0'><channel><item><description>said</description><media:description>a picture</media:description></item></channel></rss>", "body", "said"),
        ("<feed xmlns='http://www.w3.org/2005/Atom'><entry><summary>short</summary></entry></feed>", "body", "short"),
        ("<rss version='2.0'><channel><item><pubDate>4 May</pubDate></item></channel></rss>", "dates", ("4 May",)),
    ],
)  # fmt: skip
def test_what_is_not_well_formed_is_read_as_far_as_it_goes(text: str, field: str, value: object) -> None:
    feed = read_tolerantly(text)
    assert feed is not None
    assert getattr(feed.entries[0], field) == value


@pytest.mark.parametrize("text", ["<html><body>no feed</body></html>", "<error/>", "nothing at all"])
def test_what_is_not_a_feed_is_none(text: str) -> None:
    assert read_tolerantly(text) is None


def test_entries_beyond_the_limit_are_counted_and_not_parsed() -> None:
    items = "<item><title>x & y</title></item>" * (MAX_ENTRIES + 7)
    feed = read_tolerantly(f"<rss version='2.0'><channel>{items}</channel></rss>")
    assert feed is not None
    assert (len(feed.entries), feed.dropped) == (MAX_ENTRIES, 7)


def test_of_more_tags_than_can_be_parsed_in_time_the_first_entries_count() -> None:
    items = "<item><description>" + "<b>x</b>" * 9_000 + "</description></item>"
    feed = read_tolerantly(f"<rss version='2.0'><channel>{items * 5}</channel></rss>")
    assert feed is not None
    assert (len(feed.entries), feed.dropped) == (3, 2)
