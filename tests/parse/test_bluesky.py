"""Bluesky: the own posts and threads of an account, with their quotes and links."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.errors import ParseError
from monitor.model import Document, Form, SourceKind
from tests.builders import NOW, at
from tests.parse.networks import bluesky, post, read, reply, uri


def test_a_post_is_its_text() -> None:
    whole = bluesky({"post": post()}, official=("@lantern.example",))
    assert whole.documents == (
        Document(
            id="at://did:plc:abc/app.bsky.feed.post/3k4abcdefgh2i",
            url="https://bsky.app/profile/lantern.example/post/3k4abcdefgh2i",
            source="news.example",
            published=at("2023-08-09T15:00:00Z"),
            lang="en",
            text="Iron Bell comes on October 26.",
            author="Lantern Works (@lantern.example)",
            official=True,
            form=Form.POST,
        ),
    )
    assert whole.title == "Lantern Works (@lantern.example)"
    assert whole.listed == (whole.documents[0].id,)


def test_a_repost_is_anothers_word_and_a_pinned_post_is_not() -> None:
    repost = {"post": post("Not mine."), "reason": {"$type": "app.bsky.feed.defs#reasonRepost"}}
    pinned = {"post": post("Mine."), "reason": {"$type": "app.bsky.feed.defs#reasonPin"}}
    assert [document.text for document in bluesky(repost, pinned).documents] == ["Mine."]


def test_a_quoted_post_keeps_its_author_and_time() -> None:
    quoted = {
        "uri": "at://did:plc:def/app.bsky.feed.post/3k3zzzzzzzz2z",
        "author": {"did": "did:plc:def", "handle": "fox.example", "displayName": "Fox"},
        "value": {"text": "It slips to 2024.", "createdAt": "2023-08-08T10:00:00Z"},
        "indexedAt": "2023-08-08T10:00:01Z",
    }
    (document,) = bluesky(
        {"post": post("No, it\ndoes not.", embed={"$type": "app.bsky.embed.record#view", "record": quoted})}
    ).documents
    assert document.text == ""
    assert document.html == (
        '<p>No, it<br>does not.</p><blockquote class="post" data-author="Fox (@fox.example)" data-at="2023-08-08T10:00:00Z" '
        'cite="https://bsky.app/profile/fox.example/post/3k3zzzzzzzz2z"><p>It slips to 2024.</p></blockquote>'
    )


def test_a_card_is_a_link_with_its_title() -> None:
    card = {
        "$type": "app.bsky.embed.external#view",
        "external": {"uri": "https://lantern.example/a", "title": "Iron Bell <dated>"},
    }
    (document,) = bluesky({"post": post("Read this:", embed=card)}).documents
    assert (
        document.html
        == '<p>Read this:</p><p class="card"><a href="https://lantern.example/a">Iron Bell &lt;dated&gt;</a></p>'
    )


@pytest.mark.parametrize(
    ("created", "indexed", "published"),
    [
        ("2023-08-09T15:00:00Z", "2023-08-09T16:00:00Z", "2023-08-09T15:00:00Z"),
        ("2031-01-01T00:00:00Z", "2023-08-09T16:00:00Z", "2023-08-09T16:00:00Z"),
        ("nonsense", "2023-08-09T16:00:00Z", "2023-08-09T16:00:00Z"),
        ("", "", NOW.isoformat()),
    ],
)
def test_a_post_is_as_old_as_the_earlier_of_its_times(created: str, indexed: str, published: str) -> None:
    (document,) = bluesky({"post": post(record={"createdAt": created}, indexedAt=indexed)}).documents
    assert document.published == at(published)


def test_a_thread_is_one_document_under_the_id_of_its_first_post() -> None:
    last = reply("Only on the ferry.", "3c", "3b", root="3a", at="2023-08-09T15:02:00Z")
    middle = reply("It comes on October 26. (2/3)", "3b", "3a")
    whole = bluesky(last, middle, {"post": post("News of Iron Bell (1/3)", uri=uri("3a"))})
    (document,) = whole.documents
    assert (document.id, document.form) == (uri("3a"), Form.THREAD)
    assert document.text == "News of Iron Bell (1/3)\n\nIt comes on October 26. (2/3)\n\nOnly on the ferry."
    assert document.published == at("2023-08-09T15:00:00Z")
    assert whole.listed == (uri("3c"), uri("3b"), uri("3a"))


def test_a_continuation_brings_along_the_post_that_it_continues() -> None:
    first = post("News of Iron Bell (1/2)", uri=uri("3a"), record={"createdAt": "2023-08-05T15:00:00Z"})
    late = reply(
        "Now October 27.", "3b", "3a", at="2023-08-09T09:00:00Z", reply={"root": first, "parent": first}
    )
    whole = bluesky(late)
    (document,) = whole.documents
    assert document.text == "News of Iron Bell (1/2)\n\nNow October 27."
    assert document.published == at("2023-08-09T09:00:00Z")  # "tomorrow" is the day after it was written
    assert whole.listed == (uri("3b"),)


def test_a_continuation_without_what_it_continues_stands_alone() -> None:
    whole = bluesky(reply("And one more thing.", "3d", "3c", root="3a"))
    (document,) = whole.documents
    assert (document.id, document.form) == (uri("3d"), Form.REPLY)
    assert whole.orphans == {uri("3d")}


def test_a_reply_to_another_is_left_out() -> None:
    to_a_fan = reply("Yes, in October.", "3b", "at://did:plc:fan/app.bsky.feed.post/3x")
    in_a_fans_thread = reply("More.", "3c", "3b", root="at://did:plc:fan/app.bsky.feed.post/3x")
    assert bluesky(to_a_fan, in_a_fans_thread).documents == ()


def test_a_circle_of_replies_ends() -> None:
    assert len(bluesky(reply("a", "3a", "3b"), reply("b", "3b", "3a")).documents) == 2


def test_what_pictures_show_is_a_passage_marked_as_such() -> None:
    picture = {"$type": "app.bsky.embed.images#view", "images": [{"alt": "A poster: <b> only in October"}]}
    (document,) = bluesky({"post": post("Save the date.", embed=picture)}).documents
    assert document.html == '<p>Save the date.</p><p class="alt">A poster: &lt;b&gt; only in October</p>'


def test_a_manual_retweet_is_the_post_of_the_one_it_names() -> None:
    (document,) = bluesky({"post": post("RT @fox.example: Iron Bell slips to 2024.")}).documents
    assert document.html == (
        '<blockquote class="post" data-author="@fox.example"><p>Iron Bell slips to 2024.</p></blockquote>'
    )


@pytest.mark.parametrize("what", ["NotFound", "Blocked", "Detached"])
def test_a_quoted_post_that_is_withheld_has_no_words(what: str) -> None:
    withheld = {"$type": f"app.bsky.embed.record#view{what}", "uri": uri("3z"), "notFound": True}
    (document,) = bluesky({"post": post(embed={"record": withheld})}).documents
    assert (document.text, document.html) == ("Iron Bell comes on October 26.", "")


def test_the_page_before_has_an_address() -> None:
    assert bluesky({"post": post()}).older == "https://network.example/feed&cursor=x"


def test_an_account_with_no_posts_is_read_and_empty() -> None:
    assert bluesky().documents == ()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            '{"error": "InvalidRequest", "message": "Profile not found"}',
            "is not an author feed of Bluesky: Profile not found",
        ),
        ("[]", "is not an author feed of Bluesky"),
        ('{"feed": 7}', "is not an author feed of Bluesky"),
        ("<html></html>", "is not valid JSON"),
        ('{"feed": [', "JSON ends in the middle"),
    ],
)
def test_what_is_no_author_feed_says_what_it_is(body: str, message: str) -> None:
    with pytest.raises(ParseError, match=message):
        read(SourceKind.BLUESKY, body)


@pytest.mark.parametrize(
    "odd",
    [
        None,
        7,
        [],
        {},
        {"post": None},
        {"post": {"uri": 7}},
        {"post": post(record={"text": 7, "langs": [7, None]})},
    ],
)
def test_an_odd_post_is_read_as_far_as_it_goes(odd: Any) -> None:
    assert len(bluesky(odd, {"post": post()}).documents) in (1, 2)
