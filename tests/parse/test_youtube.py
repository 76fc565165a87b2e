"""YouTube: a video is its title and its whole description."""

from __future__ import annotations

import pytest

from monitor.errors import ParseError
from monitor.model import Document, Form, SourceKind
from tests.builders import at
from tests.parse.networks import UC, YOUTUBE, read


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
