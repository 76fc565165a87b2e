from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import NotFoundError
from monitor.ledger import Ledger
from monitor.ledger.sqlite import observations as module
from monitor.model import (
    Certainty,
    Claim,
    Event,
    Post,
    Span,
    Status,
    Verdict,
    VerdictKind,
    When,
)
from tests.builders import NOW, claim, document, observation

LATER = NOW + timedelta(hours=1)
SUBJECT = ("Alan Wake 2", Event.RELEASE)

PERIODS = ["2023-10-17", "2023-23", "[2024-39,2025-37]", "../2024-12-31", "2025/..", "2024-06~", "202X"]
TEXT = st.text(max_size=20)
MOMENTS = st.datetimes(
    datetime(1970, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2100, 1, 1),  # noqa: DTZ001 - as above
    timezones=st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
CLAIMS = st.builds(
    Claim,
    title=st.text(min_size=1, max_size=20),
    event=st.sampled_from(Event),
    status=st.sampled_from(Status),
    instalment=st.none() | st.text(min_size=1, max_size=10),
    when=st.none() | st.sampled_from(PERIODS).map(When.parse),
    certainty=st.sampled_from(Certainty),
    sources=st.lists(TEXT, max_size=3).map(tuple),
    scope=st.lists(TEXT, max_size=3).map(tuple),
    quote=TEXT,
    span=st.none()
    | st.builds(Span, st.sampled_from(["title", "text", "html"]), st.integers(0, 9), st.integers(0, 9)),
    rules=st.lists(TEXT, max_size=3).map(tuple),
    post=st.none() | st.builds(Post, TEXT, st.none() | MOMENTS, TEXT),
    confidence=st.none() | st.floats(0, 1),
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with Ledger.open(tmp_path_factory.mktemp("ledger") / "ledger.db") as opened:
        yield opened


class _UndoneError(Exception):
    """Rolls a transaction back."""


@contextmanager
def _undone(ledger: Ledger) -> Iterator[None]:
    """Let the next example find the ledger as this one did."""
    with suppress(_UndoneError), ledger.transaction():
        yield
        raise _UndoneError


@given(said=CLAIMS, body=TEXT, published=MOMENTS, seen_at=MOMENTS)
def test_an_observation_comes_back_exactly(
    shared: Ledger, said: Claim, body: str, published: datetime, seen_at: datetime
) -> None:
    read = document(body, published=published, title="A headline", author="An author")

    with _undone(shared):
        (recorded,) = shared.record_document(read, seen_at, [observation(claim=said)])
        (back,) = shared.observations(said.title, said.event)

    assert recorded.id > 0
    assert back == recorded
    assert (back.claim, back.document, back.headline, back.author) == (
        said, read.fingerprint, "A headline", "An author"
    )  # fmt: skip
    assert (back.published, back.published.utcoffset()) == (published, published.utcoffset())
    assert back.seen_at == seen_at


def test_the_observations_of_a_subject_come_oldest_published_first_in_every_scope_and_part(
    ledger: Ledger,
) -> None:
    hours = [3, 1, 2, 1]
    for number, hour in enumerate(hours):
        read = document(f"text {number}", published=NOW + timedelta(hours=hour), id=str(number))
        ledger.record_document(
            read, LATER, [observation(scope=("PS5",), instalment="season 2") if number % 2 else observation()]
        )

    found = ledger.observations(*SUBJECT)

    assert [(each.id, each.published, each.claim.scope) for each in found] == [
        (2, NOW + timedelta(hours=1), ("PS5",)),
        (4, NOW + timedelta(hours=1), ("PS5",)),
        (3, NOW + timedelta(hours=2), ()),
        (1, NOW + timedelta(hours=3), ()),
    ]


@pytest.mark.parametrize(
    "other",
    [{"title": "Alan Wake"}, {"event": Event.TRAILER}],
    ids=["title", "event"],
)
def test_another_subject_is_kept_apart(ledger: Ledger, other: dict[str, Any]) -> None:
    ledger.record_document(document(), NOW, [observation(**other)])

    assert ledger.observations(*SUBJECT) == []
    assert len(list(ledger.subjects())) == 1


def test_subjects_are_each_told_once_in_a_fixed_order(ledger: Ledger) -> None:
    said = [
        claim("2024"),
        claim("2025"),
        claim(None, instalment="season 2"),
        claim(None, event=Event.TRAILER),
    ]
    ledger.record_document(document(), NOW, [observation(claim=each) for each in said])

    assert list(ledger.subjects()) == [("Alan Wake 2", Event.RELEASE), ("Alan Wake 2", Event.TRAILER)]


def test_what_another_connection_records_is_seen(ledger: Ledger) -> None:
    ledger.record_document(document("one"), NOW, [observation()])
    assert len(ledger.observations(*SUBJECT)) == 1

    with Ledger.open(ledger.path) as beside:
        beside.record_document(document("two", published=NOW - timedelta(days=1)), NOW, [observation()])

    assert [each.id for each in ledger.observations(*SUBJECT)] == [2, 1]


@pytest.mark.parametrize("nested", [False, True])
def test_what_was_rolled_back_is_not_remembered(ledger: Ledger, nested: bool) -> None:
    ledger.record_document(document("one"), NOW, [observation()])

    def fail() -> None:
        with ledger.transaction():
            ledger.record_document(document("two"), NOW, [observation("2024")])
            assert len(ledger.observations(*SUBJECT)) == 2
            raise _UndoneError

    if nested:
        with ledger.transaction():
            with pytest.raises(_UndoneError):
                fail()
            ledger.record_document(document("three"), NOW, [observation("2025")])
    else:
        with pytest.raises(_UndoneError):
            fail()
        ledger.record_document(document("three"), NOW, [observation("2025")])

    assert [str(each.claim.when) for each in ledger.observations(*SUBJECT)] == ["2023-10-17", "2025"]


def test_only_so_many_observations_are_kept_at_hand(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 3)
    for number in range(4):
        said = [observation(f"{2020 + year}", title=f"Work {number}") for year in range(2)]
        ledger.record_document(document(f"text {number}"), NOW, said)

    for number in range(4):
        assert len(ledger.observations(f"Work {number}", Event.RELEASE)) == 2

    assert sum(map(len, ledger.remembered.values())) == 2
    assert len(ledger.observations("Work 0", Event.RELEASE)) == 2


def test_the_list_is_the_callers_own(ledger: Ledger) -> None:
    ledger.record_document(document("one"), NOW, [observation()])

    ledger.observations(*SUBJECT).clear()

    assert len(ledger.observations(*SUBJECT)) == 1


def test_observations_can_be_neither_changed_nor_removed(ledger: Ledger) -> None:
    ledger.record_document(document(), NOW, [observation()])

    for statement in (
        "UPDATE observations SET quote = ''",
        "DELETE FROM observations",
        "DELETE FROM documents",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            ledger.run(statement)
    assert ledger.observations(*SUBJECT)[0].claim.quote == "It comes out on the day."


def test_a_verdict_covers_every_observation_of_the_claim_and_the_last_one_counts(ledger: Ledger) -> None:
    for number in range(2):
        ledger.record_document(
            document(f"text {number}"), NOW, [observation("2023-10-17"), observation("2024")]
        )
    assert [each.id for each in ledger.observations(*SUBJECT)] == [1, 2, 3, 4]

    ledger.add_verdict(Verdict(3, VerdictKind.DISMISSED, NOW, "a joke"))
    ledger.add_verdict(Verdict(2, VerdictKind.DISMISSED, NOW))
    ledger.add_verdict(Verdict(1, VerdictKind.CONFIRMED, LATER, "no joke"))

    assert ledger.verdicts(*SUBJECT) == [
        Verdict(2, VerdictKind.DISMISSED, NOW),
        Verdict(1, VerdictKind.CONFIRMED, LATER, "no joke"),
    ]
    assert ledger.verdicts("Alan Wake 2", Event.TRAILER) == []


def test_a_verdict_outlives_edits_and_repeats_of_the_claim(ledger: Ledger) -> None:
    ledger.record_document(document("first"), NOW, [observation()])
    ledger.add_verdict(Verdict(1, VerdictKind.DISMISSED, NOW))

    ledger.record_document(document("first, edited"), LATER, [observation(certainty=Certainty.OFFICIAL)])

    assert ledger.verdicts(*SUBJECT) == [Verdict(1, VerdictKind.DISMISSED, NOW)]


def test_a_verdict_on_nothing_is_an_error(ledger: Ledger) -> None:
    with pytest.raises(NotFoundError, match="no claim 7; `monitor claims` lists them"):
        ledger.add_verdict(Verdict(7, VerdictKind.CONFIRMED, NOW))


def test_a_claim_in_another_order_of_its_scope_is_the_same_claim(ledger: Ledger) -> None:
    ledger.record_document(document("one"), NOW, [observation(scope=("PS5", "Japan"))])
    ledger.record_document(document("two"), NOW, [observation(scope=("Japan", "PS5"))])

    assert ledger.count("claims") == 1
    assert [each.claim.scope for each in ledger.observations(*SUBJECT)] == [
        ("PS5", "Japan"),
        ("Japan", "PS5"),
    ]


def test_an_observation_that_was_given_is_not_changed(ledger: Ledger) -> None:
    given_one = observation(id=0)

    (recorded,) = ledger.record_document(document(), datetime(2023, 9, 1, tzinfo=UTC), [given_one])

    assert given_one.id == 0
    assert replace(recorded, id=0).claim == given_one.claim


def test_a_verdict_that_is_undone_counts_no_more_and_the_one_before_it_does(ledger: Ledger) -> None:
    ledger.record_document(document("first"), NOW, [observation()])
    for kind in (VerdictKind.DISMISSED, VerdictKind.CONFIRMED, VerdictKind.UNDONE):
        ledger.add_verdict(Verdict(1, kind, NOW))
    assert [each.kind for each in ledger.verdicts(*SUBJECT)] == [VerdictKind.DISMISSED]
    assert ledger.claim(1).row.verdict is VerdictKind.DISMISSED

    ledger.add_verdict(Verdict(1, VerdictKind.UNDONE, LATER))
    assert ledger.verdicts(*SUBJECT) == []
    assert ledger.claim(1).row.verdict is None
    assert [each.kind.value for each in ledger.claim(1).verdicts] == [
        "dismissed",
        "confirmed",
        "undone",
        "undone",
    ]
    assert list(ledger.rows("SELECT verdict FROM claim_log")) == [(None,)]

    with pytest.raises(NotFoundError, match="no verdict on claim 1 is left to undo"):
        ledger.add_verdict(Verdict(1, VerdictKind.UNDONE, LATER))
    ledger.add_verdict(Verdict(1, VerdictKind.CONFIRMED, LATER))
    assert [each.kind for each in ledger.verdicts(*SUBJECT)] == [VerdictKind.CONFIRMED]
