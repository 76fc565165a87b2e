"""The read model: each view tells what the ledger holds."""

from __future__ import annotations

import pytest

from monitor.errors import CursorError
from monitor.model import VerdictKind
from monitor.review import Review
from monitor.review.views import ClaimFilter


def test_every_view_can_be_read_of_a_replayed_ledger(review: Review) -> None:
    home = review.home()
    assert not home.is_empty
    for work in review.works():
        shown = review.work(work.slug)
        assert shown.work.title == work.title
        for card in shown.claims.rows:
            told = review.claim(card.id)
            assert told.passage is not None
            assert told.passage.quote in review.document(card.id).text
    assert review.queue().page.rows
    assert review.changes().rows
    assert review.change(1).sentence


def test_pages_follow_each_other_without_a_gap(review: Review) -> None:
    every = [card.id for card in review.claims(limit=1000).rows]
    paged: list[int] = []
    cursor = ""
    while True:
        page = review.claims(cursor=cursor, limit=2)
        paged += [card.id for card in page.rows]
        cursor = page.cursor
        if not cursor:
            break
    assert paged == every
    assert len(every) > 4


def test_a_cursor_of_other_filters_is_refused(review: Review) -> None:
    cursor = review.claims(limit=1).cursor
    with pytest.raises(CursorError):
        review.claims(ClaimFilter(is_unjudged=True), cursor=cursor)
    with pytest.raises(CursorError):
        review.claims(cursor="AAAA")


def test_a_preview_is_what_the_command_does(review: Review) -> None:
    for card in review.claims(limit=1000).rows:
        for kind in (VerdictKind.DISMISSED, VerdictKind.CONFIRMED):
            seen = review.claim(card.id).card.version
            foreseen = review.judge(card.id, kind, actor="me", seen=seen, preview=True)
            done = review.judge(card.id, kind, actor="me", seen=seen)
            assert [change.sentence for change in foreseen.changes] == [c.sentence for c in done.changes]
            assert [s.belief for s in foreseen.standings] == [s.belief for s in done.standings]
        undone = review.undo(card.id, actor="me", preview=True)
        done = review.undo(card.id, actor="me")
        assert [s.belief for s in undone.standings] == [s.belief for s in done.standings]
