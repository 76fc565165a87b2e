from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from monitor.errors import NotFoundError
from monitor.ledger import Ledger
from monitor.ledger.sqlite.documents import add_sightings
from monitor.model import Form
from tests.builders import NOW, document, observation

LATER = NOW + timedelta(hours=1)
FIRST = {"id": "doc-1", "url": "https://news.example/doc-1"}


def earlier_version(ledger: Ledger, fingerprint: str) -> str | None:
    """Return the fingerprint of the document that this one revises, None where it revises none."""
    found: str | None = ledger.value(
        "SELECT earlier.fingerprint FROM documents d JOIN documents earlier ON earlier.id = d.revises"
        " WHERE d.fingerprint = ?",
        (fingerprint,),
    )
    return found


def test_content_is_unseen_until_it_is_marked(ledger: Ledger) -> None:
    one, other = document("one").fingerprint, document("other").fingerprint

    assert ledger.unseen([one, other]) == {one, other}
    assert ledger.mark_seen([one]) == 1
    assert ledger.unseen([one, other]) == {other}


def test_marking_counts_only_what_is_new(ledger: Ledger) -> None:
    marks = [document(str(number)).fingerprint for number in range(3)]
    ledger.mark_seen(marks[:1])

    assert ledger.mark_seen([*marks, *marks]) == 2
    assert ledger.mark_seen([]) == 0


def test_a_feed_of_thousands_is_looked_up_whole(ledger: Ledger) -> None:
    marks = [document(str(number)).fingerprint for number in range(1201)]
    ledger.mark_seen(marks[::2])

    assert ledger.unseen(marks) == set(marks[1::2])


def test_a_recorded_document_is_seen_and_comes_back_as_it_was_read(ledger: Ledger) -> None:
    read = document(
        html="<p>out on the 17th\0</p>",
        title="Ein Titel 지금 우리",
        lang="ko-KR",
        author="@someone",
        official=True,
        form=Form.THREAD,
        timezone="Asia/Seoul",
        published=datetime(2023, 8, 10, 9, 30, tzinfo=timezone(timedelta(hours=9))),
    )

    ledger.record_document(read, NOW, [observation()])

    assert ledger.unseen([read.fingerprint]) == set()
    kept = ledger.document(read.fingerprint)
    assert kept == read
    assert kept.published.utcoffset() == timedelta(hours=9)


def test_what_utf_8_cannot_hold_is_replaced_and_offsets_stay(ledger: Ledger) -> None:
    read = document("before \ud800 after")

    ledger.record_document(read, NOW, [])

    assert ledger.document(read.fingerprint).text == "before \ufffd after"


def test_the_same_content_again_adds_nothing_under_another_url_or_guid(ledger: Ledger) -> None:
    ledger.record_document(document("same"), NOW, [observation()])

    again = ledger.record_document(
        document("same", id="new-guid", url="https://a.example/2"), LATER, [observation()]
    )

    assert again == []
    assert (ledger.count("documents"), ledger.count("observations")) == (1, 1)


def test_who_else_carries_it_is_noted_once(ledger: Ledger) -> None:
    original = document("same")
    ledger.record_document(original, NOW, [observation()])
    copy = document("same", source="copy.example", url="https://copy.example/1", id="c1")

    assert add_sightings(ledger, [original, copy, document("claims nothing")], LATER) == 1
    assert add_sightings(ledger, [original, copy], LATER + timedelta(hours=1)) == 0
    assert list(ledger.rows("SELECT source, url, entry, at FROM sightings")) == [
        ("copy.example", "https://copy.example/1", "c1", LATER.isoformat())
    ]


@pytest.mark.parametrize(
    ("edited", "recognised"),
    [
        ({}, True),
        ({"id": "flipped-guid"}, True),
        ({"url": "https://news.example/moved"}, True),
        ({"id": "other", "url": "https://news.example/other"}, False),
        ({"id": "other", "url": ""}, False),
        ({"source": "other.example"}, False),
    ],
)
def test_an_edited_article_is_known_by_its_source_and_entry_or_url(
    ledger: Ledger, edited: dict[str, str], recognised: bool
) -> None:
    first = document("first version", **FIRST)
    second = document("second version", **{**FIRST, **edited})

    ledger.record_document(first, NOW, [observation()])
    ledger.record_document(second, LATER, [observation("2024")])

    assert earlier_version(ledger, first.fingerprint) is None
    assert earlier_version(ledger, second.fingerprint) == (first.fingerprint if recognised else None)


def test_an_edit_of_an_edit_leads_to_the_version_before_it(ledger: Ledger) -> None:
    versions = [document(f"version {number}", **FIRST) for number in range(3)]
    for number, version in enumerate(versions):
        ledger.record_document(version, NOW, [observation(f"202{number}")])

    assert earlier_version(ledger, versions[2].fingerprint) == versions[1].fingerprint


def test_all_documents_are_read_in_the_order_in_which_they_were_recorded_while_others_are_written(
    ledger: Ledger,
) -> None:
    recorded = [document(f"number {number}", id=str(number)) for number in range(120)]
    for read in recorded:
        ledger.record_document(read, NOW, [])

    replayed = recorded[:0]
    last = 0
    while page := ledger.documents_after(last, 50):
        replayed += [read for _, read in page]
        last = page[-1][0]
        with ledger.transaction():
            ledger.mark_seen([document(f"mark {last}").fingerprint])

    assert replayed == recorded


def test_a_document_that_is_not_recorded_is_an_error(ledger: Ledger) -> None:
    with pytest.raises(NotFoundError, match="no document 00ff is recorded"):
        ledger.document("00ff")


def test_a_document_at_the_edge_of_the_calendar_is_kept(ledger: Ledger) -> None:
    edge = document("edge", published=datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5))))

    ledger.record_document(edge, NOW, [])

    assert ledger.document(edge.fingerprint).published == datetime(
        9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC
    )
