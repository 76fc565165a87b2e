from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.demo.story import TURNS, WORK, story
from monitor.extract import Extractor
from monitor.model import Document, Work, WorkKind
from monitor.parse import structured

BEGINNINGS = [date(2026, month, 28) for month in range(1, 13)]


@pytest.mark.parametrize("today", BEGINNINGS)
def test_the_story_is_read_the_same_whenever_it_begins(today: date) -> None:
    extractor = Extractor([Work(WORK, kind=WorkKind.SERIES)])
    began_at = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    read = [
        [
            (claim.event.value, claim.status.value, claim.certainty.value)
            for claim in extractor.claims(structured(document))
        ]
        for entry in story(today)
        if entry.day
        for document in [
            Document(
                id="1", title=entry.title, html=entry.html, published=began_at + timedelta(days=entry.day)
            )
        ]
    ]
    assert read == [
        [("release", "scheduled", "rumoured")],
        [("release", "scheduled", "official")],
        [("release", "scheduled", "official")],
        [("release", "scheduled", "official")],
        [("release", "postponed", "official"), ("release", "scheduled", "official")],
        [("trailer", "released", "official")],
        [("release", "released", "official")],
    ]


def test_the_story_has_as_many_turns_as_it_says() -> None:
    assert sum(entry.day > 0 for entry in story(date(2026, 1, 1))) == TURNS
