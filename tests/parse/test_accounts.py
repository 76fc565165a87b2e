"""The networks: each by the shape in which it answers."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest

from monitor.errors import ParseError
from monitor.model import Document, Form, Parsed, SourceKind
from monitor.parse import PARSERS, parse
from tests.builders import NOW, at
from tests.parse.cases import fetched, of_kind

YOUTUBE = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom">
 <link rel="self" href="http://www.youtube.com/feeds/videos.xml?channel_id=UC0"/><id>yt:channel:0</id><yt:channelId>0</yt:channelId>
 <title>Lantern Works</title><author><name>Lantern Works</name><uri>https://www.youtube.com/channel/UC0</uri></author>
 <entry><id>yt:video:aBcDeFg</id><yt:videoId>aBcDeFg</yt:videoId><title>Iron Bell &amp; Fox – Official Trailer</title>
  <link rel="alternate" href="https://www.youtube.com/watch?v=aBcDeFg"/>
  <author><name>Lantern Works</name><uri>https://www.youtube.com/channel/UC0</uri></author>
  <published>2023-08-09T15:00:01+00:00</published><updated>2023-08-10T01:00:00+00:00</updated>
  <media:group><media:title>Iron Bell &amp; Fox – Official Trailer</media:title>
   <media:content url="https://www.youtube.com/v/aBcDeFg" type="application/x-shockwave-flash" width="640" height="390"/>
   <media:description>Out on October 26 &lt;3

Follow us: https://lantern.example</media:description>
   <media:community><media:statistics views="5"/></media:community></media:group></entry>
</feed>"""

MASTODON = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:webfeeds="http://webfeeds.org/rss/1.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Lantern Works</title>
 <description>Public posts from @lantern@toot.example</description><link>https://toot.example/@lantern</link>
 <item><guid isPermaLink="true">https://toot.example/@lantern/110858000000000000</guid><link>https://toot.example/@lantern/110858000000000000</link>
  <pubDate>Wed, 09 Aug 2023 15:00:00 +0000</pubDate><description>&lt;p&gt;Iron Bell comes on October 26.&lt;/p&gt;</description>
  <media:content url="https://files.toot.example/1.png" type="image/png" fileSize="1" medium="image"><media:rating scheme="urn:simple">nonadult</media:rating>
  <media:description type="plain">A poster with a bell and the words: only in cinemas.</media:description></media:content></item>
</channel></rss>"""

REDDIT = """<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
 <category term="television" label="r/television"/><updated>2023-08-10T10:00:00+00:00</updated><id>/r/television/new/.rss</id><title>newest submissions : television</title>
 <entry><author><name>/u/lampkeeper</name><uri>https://www.reddit.com/user/lampkeeper</uri></author><category term="television" label="r/television"/>
  <content type="html">&lt;!-- SC_OFF --&gt;&lt;div class=&quot;md&quot;&gt;&lt;p&gt;Season 2 may come in &lt;em&gt;October&lt;/em&gt;.&lt;/p&gt; &lt;/div&gt;&lt;!-- SC_ON --&gt; &amp;#32; submitted by &amp;#32; &lt;a href=&quot;https://www.reddit.com/user/lampkeeper&quot;&gt; /u/lampkeeper &lt;/a&gt; &lt;br/&gt; &lt;span&gt;&lt;a href=&quot;https://www.reddit.com/r/television/comments/1/&quot;&gt;[link]&lt;/a&gt;&lt;/span&gt; &amp;#32; &lt;span&gt;&lt;a href=&quot;https://www.reddit.com/r/television/comments/1/&quot;&gt;[comments]&lt;/a&gt;&lt;/span&gt;</content>
  <id>t3_1</id><link href="https://www.reddit.com/r/television/comments/1/"/><updated>2023-08-10T09:00:00+00:00</updated><published>2023-08-10T09:00:00+00:00</published><title>Harbour Lights rumour</title></entry>
 <entry><author><name>/u/foxglove</name></author>
  <content type="html">&lt;table&gt; &lt;tr&gt;&lt;td&gt; &lt;a href=&quot;https://www.reddit.com/r/television/comments/2/&quot;&gt; &lt;img src=&quot;https://b.thumbs.example/x.jpg&quot; alt=&quot;Moss dated&quot;/&gt; &lt;/a&gt; &lt;/td&gt;&lt;td&gt; &amp;#32; submitted by &amp;#32; &lt;a href=&quot;https://www.reddit.com/user/foxglove&quot;&gt; /u/foxglove &lt;/a&gt; &lt;br/&gt; &lt;span&gt;&lt;a href=&quot;https://lantern.example/moss&quot;&gt;[link]&lt;/a&gt;&lt;/span&gt; &amp;#32; &lt;span&gt;&lt;a href=&quot;https://www.reddit.com/r/television/comments/2/&quot;&gt;[comments]&lt;/a&gt;&lt;/span&gt; &lt;/td&gt;&lt;/tr&gt;&lt;/table&gt;</content>
  <id>t3_2</id><link href="https://www.reddit.com/r/television/comments/2/"/><published>2023-08-10T08:00:00+00:00</published><title>Moss dated</title></entry>
</feed>"""


def read(kind: SourceKind, body: str, **fields: Any) -> Parsed:
    return parse(fetched(body, "https://network.example/feed"), of_kind(kind, **fields), now=NOW)


def test_every_kind_of_source_has_its_parser() -> None:
    assert set(PARSERS) == set(SourceKind)


def test_a_document_takes_the_time_zone_of_its_source() -> None:
    (toot,) = read(
        SourceKind.MASTODON, MASTODON, target="@lantern@toot.example", timezone="Asia/Seoul"
    ).documents
    assert toot.timezone == "Asia/Seoul"
    assert toot.published == at("2023-08-09T15:00:00Z")


UC = "UCabcdefghijklmnopqrstuv"


def test_a_video_is_its_title_and_its_description() -> None:
    whole = read(SourceKind.YOUTUBE, YOUTUBE.replace("UC0", UC).replace(">0<", f">{UC}<"), official=(UC,))
    assert whole.documents == (
        Document(
            id="yt:video:aBcDeFg",
            url="https://www.youtube.com/watch?v=aBcDeFg",
            source="news.example",
            published=at("2023-08-09T15:00:01+00:00"),
            title="Iron Bell & Fox – Official Trailer",
            text="Out on October 26 <3\n\nFollow us: https://lantern.example",
            author="Lantern Works",
            official=True,
            form=Form.VIDEO,
        ),
    )
    assert whole.title == "Lantern Works"
    assert whole.listed == ("yt:video:aBcDeFg",)
    assert whole.teasers == frozenset()


def test_a_video_that_nobody_has_seen_is_a_premiere_until_it_is_out() -> None:
    (waiting,) = read(SourceKind.YOUTUBE, YOUTUBE.replace('views="5"', 'views="0"')).documents
    (out,) = read(SourceKind.YOUTUBE, YOUTUBE).documents
    assert (waiting.form, out.form) == (Form.PREMIERE, Form.VIDEO)
    assert waiting.fingerprint != out.fingerprint


def test_a_consent_page_is_no_feed_and_says_so() -> None:
    page = '<html><form action="https://consent.youtube.com/save">Bevor Sie fortfahren</form></html>'
    with pytest.raises(ParseError, match="is YouTube's consent page, not a feed"):
        read(SourceKind.YOUTUBE, page)


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


def test_a_submission_is_without_reddits_own_line() -> None:
    own, linked = read(SourceKind.REDDIT, REDDIT, target="r/television", official=("u/LampKeeper",)).documents
    assert own.html == '<div class="md"><p>Season 2 may come in <em>October</em>.</p> </div>'
    assert (own.author, own.official, own.title) == ("u/lampkeeper", True, "Harbour Lights rumour")
    assert linked.html == '<p><a href="https://lantern.example/moss">https://lantern.example/moss</a></p>'
    assert (linked.author, linked.official) == ("u/foxglove", False)


def test_a_flair_that_says_rumour_stands_before_the_title() -> None:
    flaired = REDDIT.replace(
        '<category term="television" label="r/television"/>\n  <content',
        '<category term="television" label="r/television"/><category term="x" label="Rumour &amp; Leak"/>\n  <content',
    )
    assert [each.title for each in read(SourceKind.REDDIT, flaired).documents] == [
        "[Rumor] Harbour Lights rumour",
        "Moss dated",
    ]


def test_reddits_login_page_is_no_feed_and_says_so() -> None:
    with pytest.raises(ParseError, match="is Reddit's login page, not a feed"):
        read(SourceKind.REDDIT, "<html><head><title>Log in to Reddit</title></head></html>")


def post(text: str = "Iron Bell comes on October 26.", **fields: Any) -> dict[str, Any]:
    record = {
        "$type": "app.bsky.feed.post",
        "text": text,
        "createdAt": "2023-08-09T15:00:00.000Z",
        "langs": ["en"],
    }
    return {
        "uri": "at://did:plc:abc/app.bsky.feed.post/3k4abcdefgh2i",
        "cid": "x",
        "author": {"did": "did:plc:abc", "handle": "lantern.example", "displayName": "Lantern Works"},
        "record": {**record, **fields.pop("record", {})},
        "indexedAt": "2023-08-09T15:00:02.000Z",
        **fields,
    }


def bluesky(*views: Any, **fields: Any) -> Parsed:
    return read(SourceKind.BLUESKY, json.dumps({"feed": list(views), "cursor": "x"}), **fields)


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


def reply(
    text: str, key: str, to: str, *, root: str = "", at: str = "2023-08-09T15:01:00Z", **fields: Any
) -> Any:
    """Return a view of a post that replies to the post `to`, in a thread that `root` begins."""
    uris = [uri(to), uri(root or to)]
    record = {"createdAt": at, "reply": {"parent": {"uri": uris[0]}, "root": {"uri": uris[1]}}}
    return {"post": post(text, uri=uri(key), record=record, indexedAt=at), **fields}


def uri(key: str) -> str:
    return key if key.startswith("at:") else f"at://did:plc:abc/app.bsky.feed.post/{key}"


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


# Statuses of Mastodon's API, as its documentation has them.


def toot(key: str = "1", content: str = "<p>Iron Bell comes on October 26.</p>", **fields: Any) -> dict[str, Any]:  # fmt: skip
    account = {"id": "77", "acct": "lantern", "username": "lantern", "display_name": "Lantern Works"}
    return {"id": key, "url": f"https://toot.example/@lantern/{key}", "account": account, "content": content, "created_at": "2023-08-09T15:00:00.000Z", "language": "en", **fields}  # fmt: skip


def toots(*statuses: dict[str, Any]) -> Parsed:
    return read(SourceKind.MASTODON, json.dumps(statuses), target="@lantern@toot.example", official=("lantern",))  # fmt: skip


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
