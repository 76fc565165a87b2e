from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.errors import NotFoundError
from monitor.ledger import Ledger
from monitor.ledger.sqlite.documents import add_sightings
from monitor.model import (
    Belief,
    Certainty,
    Change,
    ChangeKind,
    Event,
    Key,
    Status,
    Verdict,
    VerdictKind,
    When,
)
from tests.builders import NOW, document, observation

HOUR = timedelta(hours=1)


def test_each_claim_is_listed_once_newest_first_in_the_words_of_its_surest_observation(
    ledger: Ledger,
) -> None:
    ledger.record_document(document("1"), NOW, [observation(quote="perhaps", certainty=Certainty.RUMOURED)])
    ledger.record_document(document("2"), NOW + HOUR, [observation("2024", quote="some day")])
    sure = observation(quote="it is", certainty=Certainty.OFFICIAL, sources=("Remedy",))
    ledger.record_document(document("3"), NOW + 2 * HOUR, [sure])
    ledger.record_document(
        document("4"), NOW + 3 * HOUR, [observation(quote="it is, too", certainty=Certainty.OFFICIAL)]
    )

    assert [row.to_dict() for row in ledger.claims()] == [
        {
            "id": 2, "title": "Alan Wake 2", "instalment": None, "event": "release", "status": "scheduled",
            "when": "2024", "certainty": "reported", "sources": [], "scope": [], "quote": "some day",
            "trailer": None, "confidence": None, "url": document("2").url, "outlet": "news.example", "headline": "",
            "first_seen": "2023-08-10T13:00:00Z", "last_seen": "2023-08-10T13:00:00Z", "documents": 1,
            "verdict": None,
        },
        {
            "id": 1, "title": "Alan Wake 2", "instalment": None, "event": "release", "status": "scheduled",
            "when": "2023-10-17", "certainty": "official", "sources": ["Remedy"], "scope": [], "quote": "it is",
            "trailer": None, "confidence": None, "url": document("3").url, "outlet": "news.example", "headline": "",
            "first_seen": "2023-08-10T12:00:00Z", "last_seen": "2023-08-10T15:00:00Z", "documents": 3,
            "verdict": None,
        },
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [4, 3, 2, 1]),
        ({"titles": ["Alan Wake 2"]}, [4, 2, 1]),
        ({"titles": ["Alan Wake 2", "Hades II"]}, [4, 3, 2, 1]),
        ({"titles": ["alan wake 2"]}, []),
        ({"titles": []}, []),
        ({"event": "trailer"}, [2]),
        ({"status": "released"}, [3]),
        ({"certainty": "official"}, [1]),
        ({"certainty": "rumoured"}, []),
        ({"sources": ["a.example"]}, [2, 1]),
        ({"sources": ["b.example"]}, [4, 3, 1]),
        ({"sources": ["copy.example"]}, [2, 1]),
        ({"sources": ["a.example", "b.example"]}, [4, 3, 2, 1]),
        ({"since": NOW + HOUR}, [4, 3, 1]),
        ({"since": NOW + 2 * HOUR}, []),
        ({"until": NOW + HOUR}, [2, 1]),
        ({"until": NOW}, []),
        ({"since": NOW + HOUR, "until": NOW + 2 * HOUR}, [4, 3, 1]),
        ({"limit": 2}, [4, 3]),
        (
            {"titles": ["Alan Wake 2"], "sources": ["b.example"], "since": NOW + HOUR, "event": "release"},
            [4, 1],
        ),
    ],
)
def test_the_log_is_filtered(ledger: Ledger, wanted: dict[str, Any], found: list[int]) -> None:
    first = document("1", source="a.example")
    rumour = observation(certainty=Certainty.RUMOURED)
    ledger.record_document(first, NOW, [rumour, observation(None, event=Event.TRAILER)])
    add_sightings(ledger, [document("1", source="copy.example", url="https://copy.example")], NOW)
    later = [
        observation(title="Hades II", status=Status.RELEASED),
        observation("2024"),
        observation(certainty=Certainty.OFFICIAL),
    ]
    ledger.record_document(document("2", source="b.example"), NOW + HOUR, later)

    assert [row.id for row in ledger.claims(**wanted)] == found


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"instalment": "season 6"}, [3, 2]),
        ({"instalment": "season 6 part 1"}, [3]),
        ({"instalment": "whole"}, [1]),
        ({"lang": "pt"}, [3, 2]),
        ({"lang": "PT_br"}, [3]),
        ({"lang": "p"}, []),
        ({"lang": "en"}, [1]),
        ({"search": "LANCAMENTO"}, [2]),
        ({"search": "lançamento  anúncio"}, [2]),
        ({"search": "lançamento nada"}, []),
        ({"search": "%"}, []),
        ({"search": "headline northlight"}, [1]),
        ({"search": "wake out"}, [1]),
        ({"search": "지금"}, [3]),
        ({"search": " "}, [3, 2, 1]),
        ({"search": "anúncio", "lang": "en"}, []),
    ],
)
def test_claims_are_chosen_by_part_language_and_words(
    ledger: Ledger, wanted: dict[str, Any], found: list[int]
) -> None:
    plain = observation(quote="It is out.", sources=("Northlight",))
    ledger.record_document(document("1", lang="en", title="A headline"), NOW, [plain])
    season = observation(quote="O Lançamento foi adiado", instalment="season 6")
    ledger.record_document(document("2", lang="pt", title="Anúncio"), NOW, [season])
    part = observation(quote="지금 나왔다", instalment="season 6 part 1")
    ledger.record_document(document("3", lang="pt-BR", title="x"), NOW, [part])

    assert [row.id for row in ledger.claims(**wanted)] == found


def test_a_claims_history_says_who_said_it_first_what_was_decided_and_what_it_changed(ledger: Ledger) -> None:
    (late,) = ledger.record_document(document("late", published=NOW), NOW, [observation()])
    (early,) = ledger.record_document(document("early", published=NOW - HOUR), NOW + HOUR, [observation()])
    (other,) = ledger.record_document(document("other"), NOW, [observation("2024")])
    rumoured, confirmed = (
        Verdict(late.id, VerdictKind.DISMISSED, NOW),
        Verdict(late.id, VerdictKind.CONFIRMED, NOW + HOUR),
    )
    for verdict in (rumoured, confirmed):
        ledger.add_verdict(verdict)
    belief = Belief(Status.SCHEDULED, When.parse("2023-10-17"), Certainty.REPORTED)
    key = Key("Alan Wake 2", None, Event.RELEASE)
    appeared, _ = ledger.add_changes(
        Change(
            kind=ChangeKind.APPEARED,
            key=key,
            before=None,
            since=None,
            after=belief,
            at=when,
            evidence=evidence,
        )
        for when, evidence in ((NOW, (late, early)), (NOW + HOUR, (other,)))
    )

    history = ledger.claim(late.id)

    assert history.observations == (early, late)
    assert history.verdicts == (rumoured, confirmed)
    assert history.changes == (appeared,)
    assert (history.row.id, history.row.documents, history.row.verdict) == (late.id, 2, VerdictKind.CONFIRMED)
    assert [row.verdict for row in ledger.claims()] == [None, VerdictKind.CONFIRMED]


def test_a_claim_is_found_by_any_of_its_observations(ledger: Ledger) -> None:
    for number in range(3):
        ledger.record_document(document(f"text {number}"), NOW, [observation()])

    assert ledger.claim(3) == ledger.claim(1)


def test_an_unknown_claim_is_an_error(ledger: Ledger) -> None:
    with pytest.raises(NotFoundError, match="no claim 9; `monitor claims` lists them"):
        ledger.claim(9)


def test_the_log_is_read_row_by_row(ledger: Ledger) -> None:
    years = [observation(str(year)) for year in range(2000, 2050)]
    ledger.record_document(document(), NOW, years)

    log = ledger.claims()

    assert [next(log).id, next(log).id] == [50, 49]
