from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.parse.entry import normalised


def snowflake(moment: str, epoch: int = 1_288_834_974_657, shift: int = 22) -> int:
    return (int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() * 1000) - epoch) << shift


def tid(moment: str) -> str:
    number = int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() * 1_000_000) << 10
    return "".join("234567abcdefghijklmnopqrstuvwxyz"[number >> shift & 31] for shift in range(60, -1, -5))


def shortcode(moment: str) -> str:
    number = snowflake(moment, 1_314_220_021_721, 23)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return "".join(alphabet[number >> shift & 63] for shift in range(60, -1, -6))


def embedded(markup: str) -> str:
    return (
        normalised(f"<p>Before.</p>{markup}<p>After.</p>")
        .removeprefix("<p>Before.</p>")
        .removesuffix("<p>After.</p>")
    )


WHEN = "2023-08-09T18:30:15"


@pytest.mark.parametrize(
    ("markup", "post"),
    [
        (
            ('<blockquote class="twitter-tweet" data-lang="en"><p lang="en" dir="ltr">Season 2 sails in October.<br>Hold fast. '
            '<a href="https://t.co/x">pic.twitter.com/x</a></p>&mdash; Harbour Lights (@harbourlights) '
            f'<a href="https://twitter.com/harbourlights/status/{snowflake(WHEN)}?ref_src=twsrc">August 9, 2023</a></blockquote>'),
            ('<blockquote class="post" data-author="Harbour Lights (@harbourlights)" data-at="2023-08-09T18:30:15Z" '
            f'cite="https://twitter.com/harbourlights/status/{snowflake(WHEN)}" lang="en">'
            "<p>Season 2 sails in October.<br>Hold fast. pic.twitter.com/x</p></blockquote>"),
        ),
        (
            f'<blockquote class="twitter-tweet"><a href="https://x.com/harbourlights/status/{snowflake(WHEN)}"></a></blockquote>',
            ('<blockquote class="post" data-author="@harbourlights" data-at="2023-08-09T18:30:15Z" '
            f'cite="https://x.com/harbourlights/status/{snowflake(WHEN)}"></blockquote>'),
        ),
        (
            ('<blockquote class="twitter-tweet"><p>An old one.</p>&mdash; Lamp (@lamp) '
            '<a href="https://twitter.com/lamp/status/12345678">March 3, 2009</a></blockquote>'),
            ('<blockquote class="post" data-author="Lamp (@lamp)" data-at="2009-03-03T00:00:00Z" '
            'cite="https://twitter.com/lamp/status/12345678"><p>An old one.</p></blockquote>'),
        ),
        (
            (f'<blockquote class="bluesky-embed" data-bluesky-uri="at://did:plc:abc/app.bsky.feed.post/{tid(WHEN)}" data-bluesky-cid="b">'
            '<p lang="ko">등대의 불이 다시 켜집니다.<br><br>10월 26일<br><br><a href="https://bsky.app/x">[image or embed]</a></p>'
            '&mdash; Lights (<a href="https://bsky.app/profile/did:plc:abc?ref_src=embed">@lights.example</a>) '
            f'<a href="https://bsky.app/profile/did:plc:abc/post/{tid(WHEN)}?ref_src=embed">August 9, 2023 at 8:30 PM</a></blockquote>'),
            ('<blockquote class="post" data-author="Lights (@lights.example)" data-at="2023-08-09T18:30:15Z" '
            f'cite="https://bsky.app/profile/did:plc:abc/post/{tid(WHEN)}" lang="ko">'
            "<p>등대의 불이 다시 켜집니다.</p><p>10월 26일</p></blockquote>"),
        ),
        (
            (f'<blockquote class="instagram-media" data-instgrm-permalink="https://www.instagram.com/p/{shortcode(WHEN)}/?utm_source=ig_embed">'
            "<div><div>View this post on Instagram</div></div><p>The trailer is here. Season 2, October 26.</p>"
            '<p><a href="https://www.instagram.com/p/x/">A post shared by Harbour Lights (@harbourlights)</a></p></blockquote>'),
            ('<blockquote class="post" data-author="Harbour Lights (@harbourlights)" data-at="2023-08-09T18:30:15Z" '
            f'cite="https://www.instagram.com/p/{shortcode(WHEN)}/"><p>The trailer is here. Season 2, October 26.</p></blockquote>'),
        ),
        (
            (f'<blockquote class="mastodon-embed" data-embed-url="https://toot.example/@lights/{snowflake(WHEN, 0, 16)}/embed">'
            "<p>It is settled: October 26.</p></blockquote>"),
            ('<blockquote class="post" data-author="@lights@toot.example" data-at="2023-08-09T18:30:15Z" '
            f'cite="https://toot.example/@lights/{snowflake(WHEN, 0, 16)}"><p>It is settled: October 26.</p></blockquote>'),
        ),
        (
            (f'<blockquote class="tiktok-embed" cite="https://www.tiktok.com/@lights/video/{snowflake(WHEN, 0, 0) // 1000 << 32}" data-video-id="7">'
            '<section><p>New teaser</p></section></blockquote>'),
            ('<blockquote class="post" data-author="@lights" data-at="2023-08-09T18:30:15Z" '
            f'cite="https://www.tiktok.com/@lights/video/{snowflake(WHEN, 0, 0) // 1000 << 32}"><p>New teaser</p></blockquote>'),
        ),
        (
            ('<div class="fb-post"><blockquote class="fb-xfbml-parse-ignore" cite="https://www.facebook.com/lights/posts/1"><p>Out in October.</p>'
            'Posted by <a href="https://www.facebook.com/lights">Harbour Lights</a> on&nbsp;<a href="#">Wednesday, August 9, 2023</a>'
            "</blockquote></div>"),
            ('<div><blockquote class="post" data-author="Harbour Lights" data-at="2023-08-09T00:00:00Z" '
            'cite="https://www.facebook.com/lights/posts/1"><p>Out in October.</p></blockquote></div>'),
        ),
        (
            '<blockquote class="twitter-tweet"><p>Nobody knows whose.</p></blockquote>',
            '<blockquote class="post"><p>Nobody knows whose.</p></blockquote>',
        ),
    ],
    ids=["tweet", "a bare link", "before snowflakes", "bluesky", "instagram", "mastodon", "tiktok", "facebook", "unsigned"],
)  # fmt: skip
def test_every_embed_takes_the_one_form(markup: str, post: str) -> None:
    assert embedded(markup) == post


def test_a_post_beside_a_table_with_tall_cells_takes_the_one_form_too() -> None:
    table = '<table><tr><td rowspan="2">May 3</td><td>Lamp</td></tr><tr><td>Tide</td></tr></table>'
    post = (
        f'<blockquote class="twitter-tweet"><p>Lit.</p>&mdash; Lamp (@lamp) '
        f'<a href="https://x.com/lamp/status/{snowflake(WHEN)}">August 9, 2023</a></blockquote>'
    )
    rows = "<table><tr><td>May 3</td><td>Lamp</td></tr><tr><td>May 3</td><td>Tide</td></tr></table>"
    assert embedded(f"{table}{post}") == f"{rows}{embedded(post)}"


def test_a_fragment_without_posts_is_left_as_it_is() -> None:
    body = "<blockquote class='fancy'>It is <b>out</b><br/></blockquote>"
    assert normalised(body) is body


@pytest.mark.parametrize("number", ["99999999999999999999", "30000000000"])
def test_an_id_that_holds_no_plausible_time_gives_none_or_what_is_shown(number: str) -> None:
    post = embedded(
        f'<blockquote class="twitter-tweet"><p>x</p>&mdash; L (@l) <a href="https://x.com/l/status/{number}">May 1, 2022</a></blockquote>'
    )
    assert 'data-at="20' in post


def test_posts_inside_posts_are_one_post() -> None:
    inner = '<blockquote class="twitter-tweet"><p>inner</p></blockquote>'
    assert (
        embedded(f'<blockquote class="twitter-tweet"><p>outer</p>{inner}</blockquote>').count("<blockquote")
        == 1
    )
