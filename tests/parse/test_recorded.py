"""What servers that we did not write answered to posts of our own, recorded by tests/real: the contract of each parser."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.model import Form, SourceKind
from monitor.parse.parsers import RESOLVERS, parse
from tests.builders import NOW, source
from tests.parse.cases import fetched

CASES = Path(__file__).parents[1] / "cases" / "social"
MASTODON = source(kind=SourceKind.MASTODON, target="@testuser@localhost", url="http://127.0.0.1/@testuser.rss", official=("testuser",))  # fmt: skip


def test_the_statuses_of_a_mastodon_are_posts_threads_and_edits() -> None:
    read = parse(fetched((CASES / "mastodon-statuses.json").read_bytes()), MASTODON, now=NOW)
    edited, thread, first = read.documents
    assert (edited.form, thread.form, first.form) == (Form.POST, Form.THREAD, Form.POST)
    assert edited.html == "<p>A date</p><p>Harbour Lights will be released on November 3, 2031.</p>"
    assert thread.html == "<p>News of Harbour Lights (1/2)</p><p>Harbour Lights will be released on October 17, 2031. (2/2)</p>"  # fmt: skip
    assert {document.author for document in read.documents} == {"Test User (@testuser@localhost)"}
    assert all(document.official for document in read.documents)
    assert len(read.listed) == 4
    assert read.older.endswith(f"&max_id={first.id.rpartition('/')[2]}")


def test_the_look_up_of_a_mastodon_names_an_account() -> None:
    resolver = RESOLVERS[SourceKind.MASTODON]
    account = resolver.answer(fetched((CASES / "mastodon-lookup.json").read_bytes()), MASTODON, None, NOW)
    bound = resolver.bound(MASTODON, account)
    assert (
        bound.url == f"http://127.0.0.1/api/v1/accounts/{account.id}/statuses?exclude_reblogs=true&limit=40"
    )
    assert account.note == ""


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"id": "../../x"}', b'{"id": 7}'])
def test_an_answer_that_names_no_account_is_refused(body: bytes) -> None:
    from monitor.errors import ParseError

    with pytest.raises(ParseError, match="names no account of Mastodon"):
        RESOLVERS[SourceKind.MASTODON].answer(fetched(body), MASTODON, None, NOW)


BLUESKY = source(
    kind=SourceKind.BLUESKY, target="lantern.test", url="http://127.0.0.1/feed", official=("lantern.test",)
)


def test_an_author_feed_of_bluesky_is_posts_threads_quotes_pictures_and_cards() -> None:
    read = parse(
        fetched((CASES / "bluesky-author-feed.json").read_bytes()),
        BLUESKY,
        now=datetime(2032, 1, 1, tzinfo=UTC),
    )
    bodies = [document.html or document.text for document in read.documents]
    assert (
        "News of Harbour Lights (1/2)\n\nHarbour Lights will be released on October 17, 2031. (2/2)" in bodies
    )
    assert '<p>Save the date.</p><p class="alt">A poster with a lighthouse.</p>' in bodies
    assert (
        '<p>Read this:</p><p class="card"><a href="https://lantern.example/a">How we draw water</a></p><p class="card">An article.</p>'
        in bodies
    )
    (quoting,) = [body for body in bodies if "Well, well." in body]
    assert 'data-author="@fan.test"' in quoting
    assert "Glass Viaduct will be released on March 3, 2032, I heard." in quoting
    # The fan's own post, which was reposted, and the reply to it are left out.
    assert not any(body.startswith(("Glass Viaduct", "@fan.test")) for body in bodies)
    assert all(document.official for document in read.documents)
    assert sorted(document.form for document in read.documents).count(Form.THREAD) == 1
    (old,) = [document for document in read.documents if document.text == "From the archive."]
    (ahead,) = [document for document in read.documents if document.text == "From the future."]
    assert old.published.year == 2019
    assert ahead.published.year == 2026
