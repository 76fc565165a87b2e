"""JSON Feed: every field that has the right type, and nothing of those that have not."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.errors import ParseError
from monitor.parse.entry import MAX_ENTRIES
from monitor.parse.jsonfeed import mapping, read_json, read_json_feed, sequence, string

VERSION = "https://jsonfeed.org/version/1.1"


def entry_of(**item: Any) -> Any:
    (entry,) = read_json_feed({"version": VERSION, "items": [item]}, "here").entries
    return entry


@pytest.mark.parametrize(
    ("item", "field", "value"),
    [
        ({"id": "one"}, "id", "one"),
        ({"id": 7}, "id", "7"),
        ({"id": [7]}, "id", ""),
        ({"url": "https://a.example/1", "external_url": "https://b.example/1"}, "link", "https://a.example/1"),
        ({"external_url": "https://b.example/1"}, "link", "https://b.example/1"),
        ({"title": "Lamp < tide"}, "title", "Lamp < tide"),
        ({"content_html": "<p>x</p>", "content_text": "x"}, "body", "<p>x</p>"),
        ({"content_text": "a < b", "summary": "short"}, "body", "a < b"),
        ({"content_text": "a < b"}, "body_markup", False),
        ({"summary": "short"}, "body", "short"),
        ({"content_html": 7, "summary": "short"}, "body", "short"),
        ({"date_modified": "2023-05-04", "date_published": "2023-05-03"}, "dates", ("2023-05-03", "2023-05-04")),
        ({"date_published": 20230503}, "dates", ()),
        ({"authors": [{"name": "Ann"}, {"url": "x"}, 7, {"name": "Ben"}]}, "author", "Ann, Ben"),
        ({"author": {"name": "Ann"}}, "author", "Ann"),
        ({"language": "pl"}, "lang", "pl"),
    ],
)  # fmt: skip
def test_each_field_of_an_item(item: dict[str, Any], field: str, value: object) -> None:
    assert getattr(entry_of(**item), field) == value


@pytest.mark.parametrize("value", [None, 7, "feed", [], {}, {"version": 1, "items": []}, {"version": "1.1"}])
def test_other_json_is_not_a_feed(value: Any) -> None:
    with pytest.raises(ParseError, match="is JSON, but no JSON Feed"):
        read_json_feed(value, "here")


def test_items_beyond_the_limit_are_counted() -> None:
    items = [{"id": n} for n in range(MAX_ENTRIES + 3)]
    feed = read_json_feed({"version": VERSION, "title": "T", "items": [None, *items]}, "here")
    assert (feed.title, len(feed.entries), feed.dropped) == ("T", MAX_ENTRIES, 3)


@pytest.mark.parametrize(
    ("text", "message"),
    [("[1, 2", "JSON ends in the middle"), ("{a: 1}", "is not valid JSON"), ("[" * 200_000, "nested")],
)
def test_what_is_not_json_says_so(text: str, message: str) -> None:
    with pytest.raises(ParseError, match=message):
        read_json(text, "here")


@pytest.mark.parametrize("value", [None, 7, "text", ["a"], {"a": 1}])
def test_a_value_of_a_wrong_type_counts_as_missing(value: Any) -> None:
    assert string(value) == (value if isinstance(value, str) else "")
    assert sequence(value) == (value if isinstance(value, list) else [])
    assert mapping(value) == (value if isinstance(value, dict) else {})
