"""What a person's word makes of what was said, and what it tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given as drawn_from
from hypothesis import settings
from hypothesis import strategies as st

from monitor.model import Certainty, Change, Event, Key, Observation, Standing, Status, Verdict, VerdictKind
from monitor.reconcile import Reconciled, reconcile, was_alerted
from tests.builders import at
from tests.reconcile.story import START, anything, believed, line, observations

WORK = Key("Alan Wake 2", None, Event.RELEASE)
CONFIRMED, DISMISSED = VerdictKind.CONFIRMED, VerdictKind.DISMISSED


def verdict(number: int, kind: VerdictKind, day: float = 10) -> Verdict:
    return Verdict(number, kind, START + timedelta(days=day))


def heard_one_by_one(
    heard: list[Observation], standings: dict[Key, Standing], verdicts: dict[int, Verdict] | None = None
) -> tuple[dict[Key, Standing], list[Change]]:
    """Return what is believed after each document of `heard` was reconciled in turn, and every change."""
    told: list[Change] = []
    for document in dict.fromkeys(o.document for o in heard):
        so_far = [o for o in heard if o.document <= document]
        revised = reconcile(so_far, standings, verdicts or {}, so_far[-1].published)
        standings = dict(revised.standings)
        told += revised.changes
    return standings, told


def judged(lines: list[str], given: Verdict, event: Event = Event.RELEASE) -> Reconciled:
    """Return what a verdict makes of `lines`, which were told before."""
    heard = observations(*lines, event=event)
    standings, _ = heard_one_by_one(heard, {})
    return reconcile(heard, standings, {given.observation: given}, given.at, applied=given)


# fmt: off
VERDICTS = [
    # what was said, the verdict on which observation, what is told, what is believed then
    (["0 a 2023-10-17"], 1, DISMISSED, ["retracted -"], None),
    (["0 a 2023-10-17", "1 b 2023-10-17"], 1, DISMISSED, ["retracted -"], None),  # whoever repeats it
    (["0 a 2023-10-17", "1 b 2023-10-27"], 1, DISMISSED, ["moved_later 2023-10-27"], "reported scheduled 2023-10-27"),
    (["0 a 2023-10-17", "1 b official 2023-10-27"], 2, DISMISSED, ["moved_earlier 2023-10-17"], "reported scheduled 2023-10-17"),
    (["0 a 2023-10-17", "1 b rumoured 2024"], 2, DISMISSED, [], "reported scheduled 2023-10-17"),
    (["0 a scheduled", "1 b 2023-10-17"], 2, DISMISSED, ["widened -"], "reported scheduled -"),
    (["0 a unannounced", "1 b 2023-10-17"], 2, DISMISSED, ["widened -"], "reported unannounced -"),
    (["0 a 2023", "1 b 2023-10-17"], 2, DISMISSED, ["widened 2023"], "reported scheduled 2023"),
    (["0 a 2023-10-17", "2 b official postponed 2023-10-17", "3 c 2024-02"], 3, DISMISSED, ["postponed 2023-10-17"], "official postponed 2023-10-17"),
    (["0 a official postponed 2023-10-17", "3 c 2024-02"], 2, DISMISSED, ["postponed 2023-10-17"], "official postponed 2023-10-17"),
    (["0 a 2023-06-05", "4 b released"], 2, DISMISSED, ["appeared 2023-06-05"], "reported scheduled 2023-06-05"),
    (["0 a 2023-10-17 (PS5)", "1 b 2024 (Switch)"], 2, DISMISSED, ["retracted - (Switch)"], None),
    (["0 a 2023-10-17", "11 b official 2023-10-17"], 1, DISMISSED, [], "official scheduled 2023-10-17"),

    (["0 a rumoured 2023-10-17"], 1, CONFIRMED, ["confirmed 2023-10-17"], "official scheduled 2023-10-17"),
    (["0 a 2023-10-17"], 1, CONFIRMED, [], "official scheduled 2023-10-17"),  # nothing new
    (["0 a 2023-10-17", "1 b rumoured 2024"], 2, CONFIRMED, ["moved_later 2024"], "official scheduled 2024"),
    (["0 a rumoured 2024", *(f"{day} b{day} 2023-10-17" for day in range(1, 6))], 1, CONFIRMED, ["moved_later 2024"], "official scheduled 2024"),
    (["0 a rumoured 2023-11-01", "1 b official 2023-12-01"], 1, CONFIRMED, ["moved_earlier 2023-11-01"], "official scheduled 2023-11-01"),
    (["0 a official 2023-10-17", "0 b official 2023-10-17", "1 c official 2023-10-17", "2 d rumoured 2023-12-05"], 4, CONFIRMED, ["moved_later 2023-12-05"], "official scheduled 2023-12-05"),
    (["0 a 2023-10-17", "1 b official 2023-10-27 + postponed 2023-10-17"], 1, CONFIRMED, ["moved_earlier 2023-10-17"], "official scheduled 2023-10-17"),
    (["0 a official 2023-10-17", "2 b official cancelled"], 1, CONFIRMED, ["appeared 2023-10-17"], "official scheduled 2023-10-17"),
    (["0 a 2023-06-05", "4 b released", "4 c released"], 1, CONFIRMED, ["appeared 2023-06-05"], "official scheduled 2023-06-05"),
    (["0 a 2023-10-17", "2 b rumoured postponed"], 2, CONFIRMED, ["postponed 2023-10-17"], "official postponed 2023-10-17"),
    (["0 a 2023-10-17", "2 b passing cancelled"], 2, CONFIRMED, ["cancelled 2023-10-17"], "official cancelled 2023-10-17"),
    (["0 a 2023-10-17", "2 b unannounced"], 2, CONFIRMED, ["widened -"], "official unannounced -"),
    (["0 a 2023-06-05", "1 b rumoured released"], 2, CONFIRMED, ["released -"], "official released -"),
]
# fmt: on


@pytest.mark.parametrize(("lines", "number", "kind", "alerts", "then"), VERDICTS)
def test_what_a_verdict_tells_and_what_is_believed_then(
    lines: list[str], number: int, kind: VerdictKind, alerts: list[str], then: str | None
) -> None:
    if "11 b" in lines[-1]:  # the maker says it anew after the verdict
        given = verdict(number, kind)
        heard = observations(*lines)
        revised = reconcile(heard, {}, {number: given}, heard[-1].published)
        assert believed(revised.standings[WORK]) == then
        return
    revised = judged(lines, verdict(number, kind))
    assert [line(change) for change in revised.changes] == alerts
    assert all(change.verdict is not None and change.verdict.kind is kind for change in revised.changes)
    assert (believed(revised.standings[WORK]) if WORK in revised.standings else None) == then


@pytest.mark.parametrize(
    "claimed",
    ["2023-11-01 (Switch)", "2023-11-01 <season 2>", "2023-10-17 (PS5)", "rumoured scheduled", "cancelled", "2023", "2023-10-18"],
)  # fmt: skip
def test_what_a_person_confirms_is_believed_of_the_very_scope_and_instalment(claimed: str) -> None:
    lines = [*(f"{day} {by} official 2023-10-17" for day, by in enumerate("abcd")), f"5 e {claimed}"]
    heard = observations(*lines)
    given = verdict(heard[-1].id, CONFIRMED)
    claim = heard[-1].claim
    standing = judged(lines, given).standings[Key(claim.title, claim.instalment, Event.RELEASE, claim.scope)]
    off = claim.when is None and claim.status.value == "cancelled"
    assert standing.belief.status is claim.status
    assert off or standing.belief.when == claim.when
    assert standing.confirmed_at == given.at


def test_what_is_taken_back_is_told_once_with_what_it_rested_on() -> None:
    heard = observations("0 a 2023-10-17")
    stood, _ = heard_one_by_one(heard, {})
    given = verdict(1, DISMISSED)
    revised = reconcile(heard, stood, {1: given}, START, applied=given)
    (change,) = revised.changes
    assert (change.after, change.before, change.since) == (None, stood[WORK].belief, START)
    assert [observation.id for observation in change.evidence] == [1]
    assert reconcile(heard, revised.standings, {1: given}, START).changes == ()


def test_a_trailer_that_a_person_dismisses_is_withdrawn() -> None:
    revised = judged(["0 a official released"], verdict(1, DISMISSED), Event.TRAILER)
    assert [line(change) for change in revised.changes] == ["retracted -"]
    assert revised.standings == {}


def test_of_two_trailers_the_dismissed_one_is_withdrawn_and_the_other_not_told_again() -> None:
    lines = ["0 a official released", "20 b official released 2023-06-21"]
    revised = judged(lines, verdict(2, DISMISSED, day=22), Event.TRAILER)
    assert [line(change) for change in revised.changes] == ["retracted -"]
    assert [standing.times for standing in revised.standings.values()] == [1]


def test_a_trailer_that_was_told_is_not_told_again_when_a_person_confirms_it() -> None:
    revised = judged(["0 a released"], verdict(1, CONFIRMED), Event.TRAILER)
    assert revised.changes == ()
    assert [believed(standing) for standing in revised.standings.values()] == ["official released -"]


def test_a_trailer_that_was_told_as_a_seasons_is_not_told_again_when_a_person_confirms_it() -> None:
    lines = ["0 a official released <season 2>", "1 b released"]
    revised = judged(lines, verdict(2, CONFIRMED), Event.TRAILER)
    assert revised.changes == ()
    assert [key.instalment for key in revised.standings] == ["season 2"]


def test_a_trailer_by_the_way_is_told_when_a_person_confirms_it() -> None:
    revised = judged(["0 a passing released"], verdict(1, CONFIRMED), Event.TRAILER)
    assert [line(change) for change in revised.changes] == ["released -"]


def test_a_dismissed_claim_stays_dismissed_when_its_document_is_edited() -> None:
    first = observations("0 a 2023-10-17")[0]
    again = observations("0 a 2023-10-17", "12 a official 2023-10-17")[1]
    edited = replace(again, url=first.url)
    revised = reconcile([first, edited], {}, {1: verdict(1, DISMISSED)}, at("2023-06-20T00:00"))
    assert revised.standings == {}


# fmt: off
AFTERWARDS = [
    # what a person confirmed on day 10, what is said then, what is told, what is believed then
    ("rumoured 2023-12-05", ["11 b 2023-10-17"], [], "official scheduled 2023-12-05"),  # the press
    ("rumoured 2023-12-05", [f"{day} p{day} 2023-10-17" for day in range(11, 17)], [], "official scheduled 2023-12-05"),
    ("rumoured 2023-12-05", ["11 b 2023-12-05", "11 c postponed 2023-12-05", "11 d postponed 2023-12-05"], [], "official scheduled 2023-12-05"),
    ("rumoured 2023-12-05", ["11 b 2024-02 + postponed 2023-12-05"], ["rumoured 2024-02"], "official scheduled 2023-12-05"),  # says that it moved
    ("rumoured 2023-12-05", ["11 leaks 2024-02"], ["rumoured 2024-02"], "official scheduled 2023-12-05"),  # the very source of it
    ("rumoured 2023-12-05", ["11 leaks 2023-12-06"], ["rumoured 2023-12-06"], "official scheduled 2023-12-05"),
    ("rumoured 2023-12-05", ["11 leaks official 2023-12-06"], ["moved_later 2023-12-06 against"], "official scheduled 2023-12-06"),
    ("postponed", ["11 b 2024-02"], ["moved_later 2024-02"], "reported scheduled 2024-02"),  # what comes after
    ("postponed", ["11 b 2023-10-17"], [], "official postponed 2023-10-17"),
    ("rumoured 2023-12-05", ["11 b official 2023-10-17"], ["moved_earlier 2023-10-17 against"], "official scheduled 2023-10-17"),
    ("rumoured 2023-12-05", ["11 b official 2024-02"], ["moved_later 2024-02 against"], "official scheduled 2024-02"),
    ("rumoured 2023-12-05", ["190 b official 2024-02"], ["moved_later 2024-02 against"], "official scheduled 2024-02"),  # the day has gone by
    ("rumoured 2023-12-05", ["190 b 2024-02", "190 c 2024-02"], ["rumoured 2024-02"], "official scheduled 2023-12-05"),
    ("rumoured 2023-12-05", ["11 b official cancelled"], ["cancelled 2023-12-05 against"], "official cancelled 2023-12-05"),
    ("rumoured 2023-12-05", ["11 b official passing 2024"], [], "official scheduled 2023-12-05"),  # a weak aside
    ("rumoured 2023-12", ["11 b official 2023-12-05"], ["narrowed 2023-12-05"], "official scheduled 2023-12-05"),
    ("rumoured released 2023-06-02", ["300 b 2025-02-04"], ["appeared 2025-02-04"], "reported scheduled 2025-02-04"),  # another
    ("rumoured 2023-12-05", ["187.5 b released"], ["released -"], "reported released -"),  # it came true
]
# fmt: on


@pytest.mark.parametrize(("confirmed", "said", "alerts", "then"), AFTERWARDS)
def test_only_the_makers_later_word_moves_what_a_person_confirmed(
    confirmed: str, said: list[str], alerts: list[str], then: str
) -> None:
    before = ["0 a official 2023-10-17", "1 leaks " + confirmed]
    given = verdict(2, CONFIRMED)
    stood = judged(before, given).standings
    heard = observations(*before, *said)
    told: list[Change] = []
    standings = dict(stood)
    for count in range(3, len(heard) + 1):
        revised = reconcile(heard[:count], standings, {2: given}, heard[count - 1].published)
        standings = dict(revised.standings)
        told += revised.changes
    assert [line(change) + (" against" if change.against == given.at else "") for change in told] == alerts
    assert believed(standings[WORK]) == then


def test_what_was_said_before_a_confirmation_but_read_later_does_not_count_against_it() -> None:
    given = verdict(1, CONFIRMED)
    heard = observations(
        "0 a rumoured 2023-12-05", *(f"{day} {by} official 2023-10-17" for day, by in enumerate("bcd", 1))
    )
    standings = reconcile(heard[:1], {}, {1: given}, given.at, applied=given).standings
    late = reconcile(heard, standings, {1: given}, given.at + timedelta(days=1))
    assert believed(late.standings[WORK]) == "official scheduled 2023-12-05"
    assert late.changes == ()


def test_what_an_undone_verdict_brings_back_was_told() -> None:
    heard = observations("0 a 2023-10-17", "1 b rumoured 2024")
    stood, told = heard_one_by_one(heard, {})
    given = verdict(1, DISMISSED)
    without = reconcile(heard, stood, {1: given}, START, applied=given)
    undone = Verdict(1, VerdictKind.UNDONE, START + timedelta(days=11))
    again = reconcile(heard, without.standings, {}, undone.at, applied=undone)
    assert again.standings == stood
    assert [line(change) for change in again.changes] == ["moved_earlier 2023-10-17"]
    assert all(was_alerted(change, told) for change in again.changes)


def test_what_nobody_was_told_of_is_not_known() -> None:
    _, told = heard_one_by_one(observations("0 a 2023-10-17"), {})
    (_, other) = heard_one_by_one(observations("0 a 2023-10-18"), {})
    assert not was_alerted(other[0], told)
    assert not was_alerted(replace(told[0], after=None), told)


def test_what_rested_on_a_document_that_says_otherwise_now_is_withdrawn() -> None:
    heard = observations("0 a 2023-10-17", "1 b scheduled")
    stood, _ = heard_one_by_one(heard, {})
    revised = reconcile(heard[1:], stood, {}, START + timedelta(days=2))
    assert [(line(change), change.verdict) for change in revised.changes] == [("widened -", None)]
    gone = reconcile([], stood, {}, START + timedelta(days=2))
    assert [line(change) for change in gone.changes] == ["retracted -"]


@settings(max_examples=200, deadline=None)
@drawn_from(st.lists(anything(), min_size=1, max_size=12), st.data())
def test_a_confirmed_claim_is_believed_on_every_ledger(drawn: list[Observation], data: st.DataObject) -> None:
    heard = [replace(observation, id=number) for number, observation in enumerate(drawn, 1)]
    one = data.draw(st.sampled_from([o for o in heard if o.claim.event is Event.RELEASE] or heard))
    given = Verdict(one.id, CONFIRMED, START + timedelta(days=40))
    before = reconcile(heard, {}, {}, given.at).standings
    revised = reconcile(heard, before, {one.id: given}, given.at, applied=given)
    claim = one.claim
    scope = claim.scope if claim.event is Event.RELEASE else ()
    if claim.event is Event.TRAILER:  # it may be that of the season that was just out
        (standing,) = (each for each in revised.standings.values() if each.confirmed_at == given.at)
    else:
        standing = revised.standings[Key(claim.title, claim.instalment, claim.event, scope)]
    assert standing.confirmed_at == given.at
    assert standing.belief.certainty is Certainty.OFFICIAL
    if claim.event is Event.RELEASE:
        assert standing.belief.when == claim.when or claim.when is None
        # What is said for the day of saying it is out, and what is out on a day to come is due.
        assert standing.belief.status is claim.status or {standing.belief.status, claim.status} == {Status.SCHEDULED, Status.RELEASED}  # fmt: skip
    assert reconcile(heard, revised.standings, {one.id: given}, given.at).changes == ()


@settings(max_examples=200, deadline=None)
@drawn_from(st.lists(anything(), min_size=1, max_size=12), st.data())
def test_a_verdict_that_is_undone_leaves_what_stood_without_it(
    drawn: list[Observation], data: st.DataObject
) -> None:
    heard = [replace(observation, id=number) for number, observation in enumerate(drawn, 1)]
    one = data.draw(st.sampled_from(heard))
    given = Verdict(one.id, data.draw(st.sampled_from([CONFIRMED, DISMISSED])), START + timedelta(days=40))
    before = reconcile(heard, {}, {}, given.at)
    judged = reconcile(heard, before.standings, {one.id: given}, given.at, applied=given)
    undone = Verdict(one.id, VerdictKind.UNDONE, given.at)
    after = reconcile(heard, judged.standings, {}, given.at, applied=undone)
    assert after.standings == before.standings
    assert all(change.verdict is not None for change in (*judged.changes, *after.changes))
