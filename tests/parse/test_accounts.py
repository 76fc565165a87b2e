"""The networks: what holds of all of them."""

from __future__ import annotations

import contextlib
import json

import pytest

from monitor.errors import ParseError
from monitor.model import Form, SourceKind
from monitor.parse.parsers import PARSERS
from tests.parse.networks import MASTODON, REDDIT, YOUTUBE, post, read, reply, uri


def test_every_kind_of_source_has_its_parser() -> None:
    assert set(PARSERS) == set(SourceKind)


@pytest.mark.parametrize(
    ("kind", "body", "form"),
    [
        (SourceKind.FEED, MASTODON, Form.ARTICLE),
        (SourceKind.PAGE, "<html><body><p>Iron Bell comes on October 26.</p></body></html>", Form.ARTICLE),
        (SourceKind.YOUTUBE, YOUTUBE, Form.VIDEO),
        (SourceKind.YOUTUBE, YOUTUBE.replace('views="5"', 'views="0"'), Form.PREMIERE),
        (SourceKind.MASTODON, MASTODON, Form.POST),
        (SourceKind.REDDIT, REDDIT, Form.POST),
    ],
)
def test_each_parser_says_what_a_document_is(kind: SourceKind, body: str, form: Form) -> None:
    assert {document.form for document in read(kind, body).documents} == {form}


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (SourceKind.BLUESKY, "[" * 200_000),
        (SourceKind.BLUESKY, '{"feed":' + "[" * 200_000),
        (SourceKind.BLUESKY, json.dumps({"feed": [{"post": post(uri=uri(f"3{n}"))} for n in range(20_000)]})),
        (SourceKind.BLUESKY, json.dumps({"feed": [reply("x", f"3{n}", f"3{n + 1}") for n in range(2_000)]})),
        (SourceKind.BLUESKY, json.dumps({"feed": [{"post": post("RT @a: " * 200_000, uri=uri("3a"))}]})),
        (SourceKind.MASTODON, json.dumps([{"id": str(n), "content": "<p>x"} for n in range(20_000)])),
        (SourceKind.MASTODON, json.dumps([{"id": "1", "content": "<p>RT @a: " + "<a>" * 200_000}])),
        (
            SourceKind.MASTODON,
            json.dumps(
                [{"id": "1", "content": 7, "account": [], "card": 1, "quote": "x", "media_attachments": {}}]
            ),
        ),
        (SourceKind.YOUTUBE, "<feed>" + "<entry><id>" * 100_000),
        (
            SourceKind.YOUTUBE,
            "<feed xmlns='http://www.w3.org/2005/Atom'>" + "<entry><id>x</id><media:statistics " * 100_000,
        ),
        (SourceKind.YOUTUBE, "https://consent.youtube" * 100_000),
        (SourceKind.REDDIT, "<feed>" + "<entry><category label='" * 100_000),
        (SourceKind.REDDIT, "<title>" + "log " * 500_000),
    ],
)
def test_hostile_answers_cost_no_more_than_a_feeds(kind: SourceKind, body: str) -> None:
    with contextlib.suppress(ParseError):
        assert len(read(kind, body).documents) <= 500
