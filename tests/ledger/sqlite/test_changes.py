from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.errors import NotFoundError
from monitor.ledger import Ledger
from monitor.model import Belief, Certainty, Change, ChangeKind, Event, Key, Observation, Status, When
from tests.builders import NOW, document, observation

KEY = Key("Alan Wake 2", None, Event.RELEASE)
OLD = Belief(Status.SCHEDULED, When.parse("2023-10-17"), Certainty.OFFICIAL)
NEW = replace(OLD, when=When.parse("2023-10-27"))
DAY = timedelta(days=1)
MOVED = Change(kind=ChangeKind.MOVED_LATER, key=KEY, before=OLD, since=NOW - DAY, after=NEW, at=NOW)


@pytest.fixture
def said(ledger: Ledger) -> tuple[Observation, ...]:
    recorded = [ledger.record_document(document(f"text {n}"), NOW, [observation()])[0] for n in range(3)]
    return recorded[2], recorded[0], recorded[1]


@pytest.mark.parametrize(
    "change",
    [
        MOVED,
        Change(kind=ChangeKind.APPEARED, key=KEY, before=None, since=None, after=OLD, at=NOW),
        replace(
            MOVED,
            key=replace(KEY, instalment="season 2", scope=("Japan", "PS5")),
            after=replace(NEW, when=None),
        ),
        replace(MOVED, at=NOW + timedelta(microseconds=1), before=replace(OLD, when=None)),
    ],
    ids=["moved", "appeared", "scoped", "undated"],
)
def test_a_change_comes_back_exactly_with_its_evidence_in_order(
    ledger: Ledger, said: tuple[Observation, ...], change: Change
) -> None:
    (kept,) = ledger.add_changes([replace(change, evidence=said)])

    assert kept == replace(change, evidence=said, id=kept.id)
    assert ledger.change(kept.id) == kept
    assert list(ledger.changes()) == [kept]


def test_a_change_that_is_kept_already_comes_back_with_the_id_it_has(
    ledger: Ledger, said: tuple[Observation, ...]
) -> None:
    first = ledger.add_changes([replace(MOVED, evidence=said)])

    again = ledger.add_changes([replace(MOVED, evidence=said)])

    assert again == first
    assert ledger.count("changes") == 1


def test_changes_come_newest_first_and_a_timeline_oldest_first(ledger: Ledger) -> None:
    ledger.add_changes(replace(MOVED, at=NOW + hour * DAY / 24) for hour in (2, 1, 3))

    assert [change.at for change in ledger.changes(limit=2)] == [NOW + 3 * DAY / 24, NOW + 2 * DAY / 24]
    assert list(ledger.timeline("Hades II")) == []
    assert [change.at for change in ledger.timeline("Alan Wake 2")] == [NOW + h * DAY / 24 for h in (1, 2, 3)]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"titles": ["Alan Wake 2"]}, [1, 2]),
        ({"titles": ["nothing"]}, []),
        ({"event": "trailer"}, [2]),
        ({"kind": "confirmed"}, [3]),
        ({"since": NOW}, [1, 3]),
        ({"since": NOW, "titles": ["Hades II"]}, [3]),
        ({"until": NOW}, [2]),
        ({"since": NOW - DAY, "until": NOW}, [2]),
        ({"instalment": "whole"}, [1, 2, 3]),
        ({"instalment": "season 2"}, []),
    ],
)
def test_changes_are_filtered(ledger: Ledger, wanted: dict[str, str], found: list[int]) -> None:
    ledger.record_document(document(), NOW, [observation(), observation(title="Hades II")])
    ledger.add_changes(
        [
            MOVED,
            replace(MOVED, key=replace(KEY, event=Event.TRAILER), at=NOW - DAY),
            replace(MOVED, key=replace(KEY, title="Hades II"), kind=ChangeKind.CONFIRMED),
        ]
    )

    assert sorted(change.id for change in ledger.changes(**wanted)) == found  # type: ignore[arg-type] # a table of both


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"search": "OSWIADCZYLO studio"}, [1]),
        ({"search": "headline"}, [1, 2]),
        ({"search": "nothing of it"}, []),
        ({"lang": "pl"}, [1]),
        ({"lang": "pl", "search": "it is"}, []),
        ({"lang": "en", "search": "it is"}, [2]),
    ],
)
def test_changes_are_chosen_by_the_words_and_language_of_their_evidence(
    ledger: Ledger, wanted: dict[str, str], found: list[int]
) -> None:
    told = observation(quote="Studio oświadczyło")
    (polish,) = ledger.record_document(document("1", lang="pl", title="A headline"), NOW, [told])
    said = observation("2024", quote="It is")
    (english,) = ledger.record_document(document("2", lang="en-GB", title="A headline"), NOW, [said])
    ledger.add_changes(
        [replace(MOVED, evidence=(polish,)), replace(MOVED, at=NOW + DAY, evidence=(english,))]
    )

    assert sorted(change.id for change in ledger.changes(**wanted)) == found  # type: ignore[arg-type] # as above


def test_an_unknown_change_is_an_error(ledger: Ledger) -> None:
    with pytest.raises(NotFoundError, match="no change 4; `monitor changes` lists them"):
        ledger.change(4)
