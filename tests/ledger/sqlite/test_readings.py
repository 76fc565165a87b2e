from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.ledger import Ledger
from monitor.model import Certainty, Document, Event
from tests.builders import NOW, document, observation

LATER = NOW + timedelta(hours=1)


def said(text: str, name: str = "1", **fields: object) -> Document:
    own = {"id": name, "url": f"https://news.example/story/{name}"}
    return document(text, **{**own, **fields})


def times(ledger: Ledger) -> list[tuple[str, timedelta]]:
    heard = sorted(ledger.observations("Alan Wake 2", Event.RELEASE), key=lambda o: o.id)
    return [(str(o.claim.when), o.published - NOW) for o in heard]


def test_a_claim_keeps_its_time_while_its_document_makes_it(ledger: Ledger) -> None:
    ledger.record_document(said("a"), NOW, [observation(quote="It is due.")])
    both = [observation(quote="It is due."), observation("2024", quote="Or not.")]
    ledger.record_document(said("b"), LATER, both)

    assert times(ledger)[1:] == [("2023-10-17", timedelta(0)), ("2024", timedelta(hours=1))]


def test_an_edit_that_is_dated_anew_is_as_old_as_its_date(ledger: Ledger) -> None:
    ledger.record_document(said("a"), NOW, [observation(quote="It is due.")])
    ledger.record_document(
        said("b", published=NOW + timedelta(minutes=7)), LATER, [observation("2024", quote="No.")]
    )

    assert times(ledger)[-1] == ("2024", timedelta(minutes=7))


def test_a_claim_that_became_surer_is_said_anew(ledger: Ledger) -> None:
    ledger.record_document(said("a"), NOW, [observation(quote="Perhaps.", certainty=Certainty.RUMOURED)])
    ledger.record_document(said("b"), LATER, [observation(quote="So.", certainty=Certainty.OFFICIAL)])

    assert times(ledger)[-1] == ("2023-10-17", timedelta(hours=1))


def test_an_edit_names_the_dates_that_it_replaces(ledger: Ledger) -> None:
    ledger.record_document(said("a"), NOW, [observation("2023-10-17"), observation("2024", quote="Switch.")])
    recorded = ledger.record_document(said("b"), LATER, [observation("2023-10-27"), observation("2024")])

    assert [o.replaces for o in recorded] == [("2023-10-17",), ()]
    assert {o.place for o in ledger.observations("Alan Wake 2", Event.RELEASE)} == {recorded[0].place}


def test_what_only_surrounds_the_claims_adds_nothing_but_that_it_was_read(ledger: Ledger) -> None:
    ledger.record_document(said("a, 10 views"), NOW, [observation(quote="It is due.")])
    refreshed = said("a, 11 views", published=LATER)

    assert ledger.record_document(refreshed, LATER, [observation(quote="It is due.")]) == []
    assert (ledger.count("documents"), ledger.count("observations")) == (1, 1)
    assert ledger.unseen([refreshed.fingerprint]) == set()


def test_a_text_that_comes_back_is_a_reading_of_its_own(ledger: Ledger) -> None:
    first, second = said("a"), said("b")
    ledger.record_document(first, NOW, [observation(quote="It is due.")])
    ledger.record_document(second, LATER, [observation("2024", quote="It is not.")])
    assert ledger.unread([first, second], ()) == {first.fingerprint}

    (again,) = ledger.record_document(first, LATER + timedelta(hours=1), [observation(quote="It is due.")])
    assert again.published == LATER + timedelta(hours=1)
    assert again.replaces == ("2024",)
    assert ledger.count("documents") == 2
    assert ledger.unread([first], ()) == set()


@pytest.mark.parametrize(
    ("edited", "is_same"),
    [
        ({}, True),
        ({"id": "other"}, True),
        ({"url": "https://news.example/elsewhere"}, True),
        ({"id": "other", "url": "https://news.example/elsewhere"}, False),
        ({"source": "another.example"}, False),
    ],
)
def test_id_or_address_name_a_document_of_a_source(
    ledger: Ledger, edited: dict[str, str], is_same: bool
) -> None:
    (one,) = ledger.record_document(said("a"), NOW, [observation(quote="It is due.")])
    (other,) = ledger.record_document(said("b", **edited), LATER, [observation("2024", quote="No.")])

    assert (one.place == other.place) is is_same


@pytest.mark.parametrize("url", ["https://news.example", "https://news.example/", ""])
def test_a_front_page_names_no_entry(ledger: Ledger, url: str) -> None:
    (one,) = ledger.record_document(said("a", url=url), NOW, [observation(quote="It is due.")])
    (other,) = ledger.record_document(said("b", "2", url=url), LATER, [observation("2024", quote="No.")])

    assert one.place != other.place


def test_what_several_documents_of_a_body_carry_names_none_of_them(ledger: Ledger) -> None:
    shared = {"1", "https://news.example/story/1"}
    (one,) = ledger.record_document(said("a"), NOW, [observation(quote="It is due.")], shared=shared)
    (other,) = ledger.record_document(said("b"), NOW, [observation("2024", quote="No.")], shared=shared)

    assert one.place != other.place
    assert ledger.unread([said("a"), said("b")], (), shared) == set()


def test_a_text_that_is_recorded_from_elsewhere_is_noted_once(ledger: Ledger) -> None:
    ledger.record_document(said("a"), NOW, [observation(quote="It is due.")])
    copy = said("a", source="copy.example", url="https://copy.example/1")
    assert ledger.unread([copy], ()) == {copy.fingerprint}

    assert ledger.record_document(copy, LATER, [observation(quote="It is due.")]) == []
    assert ledger.unread([copy], ()) == set()
    assert list(ledger.rows("SELECT source FROM sightings")) == [("copy.example",)]


def test_an_upgrade_gives_each_document_and_sighting_its_reading(first_version: Path) -> None:
    with Ledger.open(first_version) as ledger:
        heard = [o for title in ledger.titles() for event in Event for o in ledger.observations(title, event)]
        assert heard
        assert all(o.place and o.reading for o in heard)
        earlier = ledger.value(
            "SELECT count(*) FROM documents d JOIN readings r ON r.document = d.id JOIN readings e ON e.document = d.revises"
            " WHERE e.place != r.place AND e.source = r.source"
        )
        assert earlier == 0
