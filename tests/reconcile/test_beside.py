"""A claim beside the belief of its key: how the two relate, whether a person is asked, and why it is not believed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.model import (
    Belief,
    Certainty,
    ClaimSummary,
    Event,
    Key,
    Standing,
    Status,
    VerdictKind,
    When,
)
from monitor.reconcile.beside import Cause, Stance, cause, stance, standing_for, why_not
from tests.builders import NOW

DAY = timedelta(days=1)
KEY = Key("Alan Wake 2", None, Event.RELEASE)
TRAILER = Key("Alan Wake 2", None, Event.TRAILER)


def when_of(edtf: str) -> When | None:
    return None if edtf == "-" else When.parse(edtf)


def said(words: str, *, event: Event = Event.RELEASE, days: int = 1, **fields: object) -> ClaimSummary:
    """Return a claim of "STATUS WHEN", last said `days` after the belief began."""
    status, when = words.split()
    known: dict[str, object] = {"documents": 1, "origins": 1, "certainty": Certainty.REPORTED, **fields}
    return ClaimSummary(
        id=1, key=TRAILER if event is Event.TRAILER else KEY, status=Status(status), when=when_of(when),
        first_said=NOW - 9 * DAY, last_said=NOW + days * DAY, **known,  # type: ignore[arg-type]
    )  # fmt: skip


def held(words: str, *, certainty: Certainty = Certainty.REPORTED, **fields: object) -> Standing:
    """Return the belief "STATUS WHEN"."""
    status, when = words.split()
    return Standing(KEY, Belief(Status(status), when_of(when), certainty), NOW, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("claim", "belief", "relation", "asked"),
    [
        ("scheduled 2023-10-17", "scheduled 2023-10-17", Stance.BELIEVED, Cause.REST),
        ("scheduled 2023-10-18", "scheduled 2023-10-17", Stance.BELIEVED, Cause.REST),  # another time zone
        ("scheduled 2023-10", "scheduled 2023-10-17", Stance.SUPPORTS, Cause.REST),
        ("scheduled -", "scheduled 2023-10-17", Stance.SUPPORTS, Cause.REST),
        ("scheduled 2023-10-17", "scheduled 2023-10", Stance.CONTRADICTS, Cause.WOULD_CHANGE),
        ("scheduled 2023-10-17", "scheduled -", Stance.CONTRADICTS, Cause.WOULD_CHANGE),
        ("scheduled 2023-10-27", "scheduled 2023-10-17", Stance.CONTRADICTS, Cause.CONTRADICTS),
        ("released 2023-10-17", "scheduled 2023-10-17", Stance.BELIEVED, Cause.REST),
        ("released 2023-10-02", "scheduled 2023-10-17", Stance.CONTRADICTS, Cause.WOULD_CHANGE),
        ("released 2023-10-02", "postponed 2023-10-17", Stance.CONTRADICTS, Cause.CONTRADICTS),
        ("scheduled 2023-10-27", "released 2023-10-17", Stance.CONTRADICTS, Cause.REST),  # another release
        ("released 2023-10-27", "released 2023-10-17", Stance.CONTRADICTS, Cause.REST),
        ("cancelled -", "released 2023-10-17", Stance.CONTRADICTS, Cause.CONTRADICTS),
        ("postponed -", "scheduled 2023-10-17", Stance.CONTRADICTS, Cause.CONTRADICTS),
        ("postponed -", "postponed 2023-10-17", Stance.SUPPORTS, Cause.REST),
        ("scheduled 2023-10-27", "postponed 2023-10-17", Stance.CONTRADICTS, Cause.CONTRADICTS),
        ("unannounced -", "scheduled 2023-10-17", Stance.CONTRADICTS, Cause.REST),
    ],
)
def test_a_claim_is_held_against_the_belief(claim: str, belief: str, relation: Stance, asked: Cause) -> None:
    assert (stance(said(claim), held(belief)), cause(said(claim), held(belief))) == (relation, asked)


@pytest.mark.parametrize(
    ("claim", "belief", "relation"),
    [
        (said("scheduled 2023-10-27", days=-1), "scheduled 2023-10-17", Stance.BEFORE),
        (said("scheduled 2023-10-27", verdict=VerdictKind.DISMISSED), "scheduled 2023-10-17", Stance.DISMISSED),
        (said("scheduled 2023-10-17", verdict=VerdictKind.DISMISSED), "scheduled 2023-10-17", Stance.DISMISSED),
        (said("scheduled 2023-10-27", verdict=VerdictKind.CONFIRMED), "scheduled 2023-10-17", Stance.CONTRADICTS),
        (said("released 2023-10-27", event=Event.TRAILER), "released 2023-10-17", Stance.BELIEVED),
    ],
)  # fmt: skip
def test_its_time_its_verdict_and_its_event_count_too(
    claim: ClaimSummary, belief: str, relation: Stance
) -> None:
    assert stance(claim, held(belief)) is relation


@pytest.mark.parametrize(
    ("claim", "asked"),
    [
        ("scheduled 2023-10-17", Cause.FIRST),
        ("scheduled -", Cause.FIRST),
        ("unannounced 2023-10-17", Cause.FIRST),
        ("unannounced -", Cause.REST),
    ],
)
def test_the_first_claim_of_a_subject_is_judged_as_one(claim: str, asked: Cause) -> None:
    assert cause(said(claim), None) is asked


def test_causes_are_stored_by_their_rank() -> None:
    assert [Cause.of_rank(cause.rank) for cause in Cause] == list(Cause)
    assert sorted(Cause, key=lambda one: -one.rank) == list(Cause)
    assert Cause.of_rank(None) is Cause.of_rank(99) is Cause.REST


def test_a_scope_without_a_belief_of_its_own_is_compared_with_the_whole() -> None:
    own = Key("Alan Wake 2", "season 2", Event.RELEASE, ("PS5",))
    whole, part = held("scheduled 2023"), held("scheduled 2024")
    standings = {Key("Alan Wake 2", "season 2", Event.RELEASE): whole}
    assert standing_for(standings, own) is whole
    assert standing_for({**standings, own: part}, own) is part
    assert standing_for(standings, KEY) is None


@pytest.mark.parametrize(
    ("claim", "belief", "why"),
    [
        (said("scheduled 2023-10", verdict=VerdictKind.DISMISSED), held("scheduled 2023-10-17"), "a person dismissed it"),
        (said("scheduled 2023-10"), held("scheduled 2023-10-17"), "it says the same less precisely"),
        (said("scheduled 2024", days=-1), held("scheduled 2023-10-17"), "it was said before what is believed now"),
        (said("scheduled 2024", confidence=0.41), held("scheduled 2023-10-17"),
         "it was read with a confidence of 41% only, and one origin says so"),
        (said("scheduled -", certainty=Certainty.RUMOURED), held("scheduled 2023-10-17", certainty=Certainty.OFFICIAL),
         "it is rumoured, what is believed official"),
        (said("scheduled 2024", confidence=0.41, origins=2), held("scheduled 2023-10-17", origins=3), "2 independent origins against 3"),
        (said("scheduled 2024", origins=None), held("scheduled 2023-10-17", origins=2), "1 independent origin against 2"),
        (said("scheduled 2024"), held("scheduled 2023-10-17", disputed=True), "it is disputed"),
        (said("scheduled 2024"), held("scheduled -"), "it changes nothing of what is believed"),
    ],
)  # fmt: skip
def test_the_first_reason_against_a_claim_is_told(claim: ClaimSummary, belief: Standing, why: str) -> None:
    assert why_not(claim, belief) == why
