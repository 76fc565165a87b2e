"""What servers that we did not write answered to posts of our own, recorded by tests/real: the contract of each parser."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.model import Form, SourceKind
from monitor.parse import RESOLVERS, parse
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
