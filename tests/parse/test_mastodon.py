"""Mastodon: statuses of the API as its documentation has them, and the RSS of an instance that is closed to visitors."""

from __future__ import annotations

import pytest

from monitor.model import Form, SourceKind
from tests.builders import at
from tests.parse.networks import MASTODON, read, toot, toots


def test_a_document_takes_the_time_zone_of_its_source() -> None:
    (toot,) = read(
        SourceKind.MASTODON, MASTODON, target="@lantern@toot.example", timezone="Asia/Seoul"
    ).documents
    assert toot.timezone == "Asia/Seoul"
    assert toot.published == at("2023-08-09T15:00:00Z")


def test_a_toot_by_rss_is_its_text_and_not_its_picture() -> None:
    whole = read(SourceKind.MASTODON, MASTODON, target="@lantern@toot.example", official=("lantern",))
    (document,) = whole.documents
    assert (document.title, document.html) == ("", "<p>Iron Bell comes on October 26.</p>")
    assert document.form is Form.POST
    assert (document.author, document.official) == ("@lantern@toot.example", True)
    assert document.url == "https://toot.example/@lantern/110858000000000000"
    assert whole.teasers == frozenset()


def test_a_manual_retweet_by_rss_is_an_embedded_post() -> None:
    passed_on = MASTODON.replace("&lt;p&gt;Iron", "&lt;p&gt;RT @fox@den.example: Iron")
    (document,) = read(SourceKind.MASTODON, passed_on, target="@lantern@toot.example").documents
    assert (
        document.html
        == '<blockquote class="post" data-author="@fox@den.example"><p>Iron Bell comes on October 26.</p></blockquote>'
    )


def test_a_content_warning_stands_before_the_content_and_pictures_and_cards_behind() -> None:
    (document,) = toots(
        toot(
            spoiler_text="A date",
            media_attachments=[{"type": "image", "description": "A poster: only in cinemas"}],
            card={"url": "https://lantern.example/a", "title": "Iron Bell dated", "description": "A page."},
        )
    ).documents
    assert document.html == (
        "<p>A date</p><p>Iron Bell comes on October 26.</p>"
        '<p class="alt">A poster: only in cinemas</p>'
        '<p class="card"><a href="https://lantern.example/a">Iron Bell dated</a></p><p class="card">A page.</p>'
    )


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("accepted", True),
        ("pending", False),
        ("rejected", False),
        ("revoked", False),
        ("unauthorized", False),
    ],
)
def test_a_post_is_quoted_with_its_authors_leave_only(state: str, shown: bool) -> None:
    other = {"id": "9", "acct": "fox@den.example", "username": "fox", "display_name": "Fox"}
    quoted = toot("8", "<p>It slips to 2024.</p>", account=other, url="https://den.example/@fox/8")
    (document,) = toots(toot(quote={"state": state, "quoted_status": quoted})).documents
    assert ("It slips to 2024." in document.html) is shown
    assert ('data-author="Fox (@fox@den.example)"' in document.html) is shown
    assert ('data-at="2023-08-09T15:00:00Z"' in document.html) is shown


def test_boosts_and_replies_to_others_are_left_out_and_a_thread_is_one_document() -> None:
    whole = toots(
        toot("5", reblog=toot("4")),
        toot("3", "<p>Yes.</p>", in_reply_to_id="x", in_reply_to_account_id="9"),
        toot("2", "<p>It comes on October 27. (2/2)</p>", in_reply_to_id="1", in_reply_to_account_id="77"),
        toot("1", "<p>News of Iron Bell (1/2)</p>"),
    )
    (document,) = whole.documents
    assert document.html == "<p>News of Iron Bell (1/2)</p><p>It comes on October 27. (2/2)</p>"
    assert (document.id, document.form) == ("https://toot.example/@lantern/1", Form.THREAD)


def test_a_continuation_of_a_toot_that_is_not_on_the_page_stands_alone() -> None:
    (document,) = toots(toot("2", in_reply_to_id="1", in_reply_to_account_id="77")).documents
    assert document.form is Form.REPLY
