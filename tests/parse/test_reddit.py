"""Reddit: the text of each post, without the line that Reddit adds."""

from __future__ import annotations

import pytest

from monitor.errors import ParseError
from monitor.model import SourceKind
from tests.parse.networks import REDDIT, read


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
