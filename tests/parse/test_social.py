"""Posts of any network: threads, and the parts of a post that are not its own text."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.model import Form, SourceKind
from monitor.parse.social import (
    SocialPost,
    alt,
    card,
    lines_of,
    paragraphs,
    quote,
    signed,
    threads,
    without_retweet,
)
from tests.builders import NOW, source

ACCOUNT = source(kind=SourceKind.BLUESKY)


def post(key: str, continues: str = "", *, after: float = 0.0, **fields: Any) -> SocialPost:
    fields = {"text": f"part {key}", **fields}
    return SocialPost(
        id=key,
        url=f"https://a.example/{key}",
        at=NOW + timedelta(minutes=after),
        continues=continues,
        **fields,
    )


def test_a_thread_is_one_document_whatever_the_order_of_its_posts() -> None:
    parts = [post("a"), post("b", "a", after=1), post("c", "b", after=2)]
    for order in (parts, parts[::-1], [parts[1], parts[2], parts[0]]):
        (document,) = threads(order, ACCOUNT, NOW).documents
        assert (document.id, document.form) == ("a", Form.THREAD)
        assert document.text == "part a\n\npart b\n\npart c"


@pytest.mark.parametrize(
    ("posts", "forms", "orphans"),
    [
        ([post("a")], [Form.POST], set()),
        ([post("a"), post("b")], [Form.POST, Form.POST], set()),
        ([post("b", "a")], [Form.REPLY], {"b"}),
        ([post("a", "a")], [Form.REPLY], {"a"}),
        ([post("a", "b"), post("b", "a")], [Form.REPLY, Form.REPLY], {"a", "b"}),
        ([post("a", is_listed=False)], [], set()),
        ([post("a", is_listed=False), post("b", "a")], [Form.THREAD], set()),
    ],
)  # fmt: skip
def test_what_each_document_is(posts: list[SocialPost], forms: list[Form], orphans: set[str]) -> None:
    found = threads(posts, ACCOUNT, NOW)
    assert [document.form for document in found.documents] == forms
    assert found.orphans == orphans


def test_a_long_chain_of_replies_is_followed_in_linear_time() -> None:
    posts = [post(str(n), str(n - 1) if n else "", after=n) for n in range(20_000)]
    (document,) = threads(posts, ACCOUNT, NOW).documents
    assert document.id == "0"


@pytest.mark.parametrize(
    ("after", "edited", "is_new"), [(5, None, False), (60 * 24 * 3, None, True), (5, 60 * 24 * 3, True)]
)
def test_a_part_or_an_edit_that_comes_much_later_gives_the_thread_its_time(
    after: float, edited: float | None, is_new: bool
) -> None:
    early = NOW - timedelta(days=9)
    first = SocialPost(id="a", url="", at=early, text="one")
    at = None if edited is None else early + timedelta(minutes=edited)
    last = SocialPost(
        id="b", url="", at=early + timedelta(minutes=after), text="two", continues="a", edited=at
    )
    (document,) = threads([first, last], ACCOUNT, NOW).documents
    assert (document.published > early) is is_new


def test_a_thread_is_official_only_with_all_its_parts() -> None:
    (document,) = threads([post("a", official=True), post("b", "a")], ACCOUNT, NOW).documents
    assert not document.official


@pytest.mark.parametrize(
    ("function", "arguments", "made"),
    [
        (signed, ("Lantern Works", "lantern.example"), "Lantern Works (@lantern.example)"),
        (signed, ("", "lantern.example"), "@lantern.example"),
        (signed, ("lantern", "lantern"), "@lantern"),
        (signed, ("Lantern Works", ""), "Lantern Works"),
        (paragraphs, ("a < b\nc\n\n d",), "<p>a &lt; b<br>c</p><p> d</p>"),
        (paragraphs, ("\n\n",), ""),
        (alt, (["A <poster>", "", "\n"],), '<p class="alt">A &lt;poster&gt;</p>'),
        (card, ("https://a.example/", ""), ""),
        (card, ("https://a.example/", "T & T", "T & T"), '<p class="card"><a href="https://a.example/">T &amp; T</a></p>'),
        (card, ("javascript:x", "T", "D"), '<p class="card"><a href="">T</a></p><p class="card">D</p>'),
        (lines_of, ("<p>one</p><p>two <b>three</b></p>",), "one\n\ntwo three"),
        (lines_of, ("a &amp; b",), "a & b"),
        (without_retweet, ("RT @fox.example: It slips.", ""), ("", '<blockquote class="post" data-author="@fox.example"><p>It slips.</p></blockquote>')),
        (without_retweet, ("ART @fox: x", ""), ("ART @fox: x", "")),
        (without_retweet, ("", "<p>RT @fox@den.example: It slips.</p>"), ("", '<blockquote class="post" data-author="@fox@den.example"><p>It slips.</p></blockquote>')),
    ],
)  # fmt: skip
def test_parts_of_a_post(function: Any, arguments: tuple[Any, ...], made: object) -> None:
    assert function(*arguments) == made


def test_a_quoted_post_without_words_is_nothing() -> None:
    assert quote(" \n\n ", author="Fox", at=None, url="") == ""
    assert "data-at=" in quote("x", author="Fox", at=NOW, url="https://a.example/1")
