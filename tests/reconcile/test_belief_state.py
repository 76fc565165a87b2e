"""How one claim compares with the belief of one key, what it then needs, and what is kept of it."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import pytest

from monitor.model import Event, Key, When
from monitor.reconcile.belief_state import BeliefState, WeighedClaim, count, outlets
from monitor.reconcile.release import apply_release
from monitor.reconcile.transitions import LACKS, REASONS, Fit, Need
from tests.reconcile.story import observations

KEY = Key("Alan Wake 2", None, Event.RELEASE)
MANY = ["0 a 2023-10-17", "0 b 2023-10-17", "1 c 2023-10-17"]


def state_of(*lines: str) -> BeliefState:
    """Return the state of the work's release after the documents of `lines`."""
    states = {KEY: BeliefState(KEY)}
    for _, document in groupby(observations(*lines), key=lambda one: one.document):
        apply_release(states, list(document))
    return states[KEY]


def weighed(words: str, **fields: object) -> WeighedClaim:
    """Return the claim "DAY OUTLET WORDS" as it is weighed."""
    (one,) = observations(words)
    known = WeighedClaim(
        observation=one, status=one.claim.status, when=one.claim.when, rank=one.claim.certainty.rank, at=one.published, on=one.published.date()
    )  # fmt: skip
    return replace(known, **fields)  # type: ignore[arg-type]


# fmt: off
FITS = [
    # what stood, what is said, how it fits, what it needs
    ([], "0 x 2023-10-17", Fit.NEW, Need.SINGLE),
    ([], "0 x scheduled", Fit.UNDATED, Need.SINGLE),
    ([], "0 x 2023-03", None, None),  # a day gone by
    ([], "0 x released 2020", Fit.PAST, Need.SINGLE),
    ([], "0 x released 2023-05-30", Fit.NEW, Need.SINGLE),
    ([], "0 x postponed 2023-10", Fit.NEW, Need.FIRM),
    ([], "0 x postponed", Fit.UNDATED, Need.CLEAR),
    ([], "0 x cancelled 2023-03", Fit.PAST, None),
    ([], "0 x unannounced", Fit.UNDATED, Need.SINGLE),
    (["0 a 2023-10-17"], "1 x 2023-10-17", Fit.SAME, Need.SUPPORT),
    (["0 a 2023-10-17"], "1 x 2023", Fit.WIDER, Need.SUPPORT),
    (["0 a 2023"], "1 x 2023-10-17", Fit.NARROWER, Need.SURE),
    (["0 a 2023-10-17"], "1 x 2023-11-17", Fit.LATER, Need.PREVAIL),
    (["0 a 2023-10-17"], "1 x 2023-09-17", Fit.EARLIER, Need.PREVAIL),
    (["0 a 2023-10-17"], "1 a 2023-09-17", Fit.EARLIER, Need.CORRECTION),
    (["0 a 2023-10-17"], "1 a rumoured 2023-09-17", Fit.EARLIER, Need.PREVAIL),  # less plain than it was
    (["0 a 2023-22"], "1 x 2023-35", Fit.ACROSS, Need.PREVAIL),
    (["0 a 2023-10-17", "1 b official 2023-11-17"], "2 x 2023-10-17", Fit.FORMER, Need.OVERWHELM),
    (["0 a scheduled"], "1 x 2023-10-17", Fit.NEW, Need.SINGLE),
    (["0 a 2023-10-17"], "1 x unannounced", Fit.UNDATED, None),
    (["0 a 2023-10-17"], "1 x unannounced 2023", Fit.NEW, None),
    (["0 a 2023-06-05"], "4 x released", Fit.DUE, Need.SINGLE),
    (["0 a 2023-06"], "4 x released", Fit.WITHIN, Need.TWICE),
    (["0 a 2023-10-17"], "4 x released", Fit.EARLY, Need.CROWD),
    (["0 a scheduled"], "4 x released", Fit.UNDATED, Need.TWICE),
    (["0 a scheduled"], "4 x released 2023-06-05", Fit.NEW, Need.PLAIN),
    (["0 a 2023-10-17"], "4 x released 2019", Fit.PAST, None),
    (["0 a 2023-06-05", "4 b released"], "9 x 2023-07-05", Fit.CONTRARY, Need.PREVAIL),
    (["0 a 2023-06-05", "4 b released"], "200 x 2024", Fit.AFRESH, Need.PLAIN),
    (["0 a released 2020"], "1 x 2023-10-17", Fit.AFRESH, Need.PLAIN),  # history, of which nobody was alerted
    (["0 a 2023-06-05", *(f"4 {outlet} released" for outlet in "bcd")], "9 x 2023-07-05", None, None),
    (["0 a 2023-06-05", "4 b released"], "9 x 2023", None, None),  # a period that has begun
    (["0 a 2023-06-05", "4 b released"], "9 x ../2023-12-31", None, None),
    (["0 a 2023-06-05", "4 b released"], "9 x released 2023-06-05", Fit.NEW, Need.SUPPORT),
    (["0 a 2023-10-17"], "1 x postponed 2023-10-17", Fit.SAME, Need.CLEAR),
    (["0 a 2023-10-17"], "1 x denied 2023-11", Fit.LATER, None),
    (["0 a 2023-10-17", "1 b official 2023-11-17"], "2 x postponed 2023-10-17", Fit.FORMER, None),
]
# fmt: on


@pytest.mark.parametrize(("stood", "said", "fit", "need"), FITS)
def test_a_claim_fits_a_belief_and_needs_something(
    stood: list[str], said: str, fit: Fit | None, need: Need | None
) -> None:
    state, claim = state_of(*stood), weighed(said)
    assert (state.fit(claim), state.need(claim)) == (fit, need)


@pytest.mark.parametrize(
    ("said", "fields", "need"),
    [
        ("1 x 2023-11-17", {"moves": frozenset({"2023-10-17"})}, Need.PLAIN),
        ("1 x 2023-11-17", {"moves": frozenset({"2023-12-24"})}, Need.PREVAIL),
        ("1 x 2023-11-17", {"moves": frozenset({"2023-11-17"})}, Need.PREVAIL),
        ("1 x 2023-11-17", {"corrects": frozenset({"2023-10-17"})}, Need.PLAIN),
        ("1 x rumoured 2023-11-17", {"corrects": frozenset({"2023-10-17"})}, Need.PREVAIL),  # of less rank
        ("1 x 2023-11-17", {"holds": frozenset({"2023-10-17"})}, None),
        ("1 x 2023-11-17", {"holds": frozenset({"2023-12-24"})}, Need.PREVAIL),
        ("1 x 2023-10-18", {"put_off": True}, Need.PREVAIL),  # another day, and not a time zone's
        ("1 x 2023-10-18", {}, Need.SUPPORT),
        ("1 x 2023-10-18", {"put_off": True, "holds": frozenset({"2023-10-17"})}, Need.SUPPORT),
    ],
)
def test_what_its_document_says_beside_it_counts(
    said: str, fields: dict[str, object], need: Need | None
) -> None:
    assert state_of("0 a 2023-10-17").need(weighed(said, **fields)) is need


@pytest.mark.parametrize(
    ("stood", "said", "changes", "reason"),
    [
        ([], "0 x 2023-10-17", True, REASONS[Need.SINGLE]),
        (["0 a 2023-10-17"], "1 x 2023-10-17", False, REASONS[Need.SUPPORT]),
        (["0 a 2023-10-17"], "1 x official 2023-11-17", True, REASONS[Need.PREVAIL]),
        (["0 a 2023-10-17"], "1 x 2023-11-17", False, LACKS[Need.PREVAIL]),
        (["0 a 2023-10-17"], "4 x released", False, LACKS[Need.CROWD]),
        (["0 a 2023-06"], "4 x released", False, LACKS[Need.TWICE]),
        (["0 a 2023-06-05", "4 b released"], "9 x cancelled", False, "it is out: what is said of it afterwards is repetition or another release"),
        (["0 a 2023-10-17"], "9 x released 2020", False, "the day that it names had gone by when it was said"),
        (["0 a 2023-10-17"], "1 x unannounced", False, "it changes nothing of what is believed"),
    ],
)  # fmt: skip
def test_the_outcome_of_a_claim_is_kept_with_its_reason(
    stood: list[str], said: str, changes: bool, reason: str
) -> None:
    state, claim = state_of(*stood), weighed(said)
    claim = replace(claim, observation=replace(claim.observation, id=99))
    assert state.apply(claim) is changes
    assert state.outcomes[99].reason == reason


def test_a_document_that_names_the_believed_date_too_is_told_so() -> None:
    state, claim = state_of(*MANY), weighed("2 x 2023-11-17", holds=frozenset({"2023-10-17"}))
    assert not state.apply(claim)
    assert state.outcomes[claim.observation.id].reason == "its document still names the date that is believed"


@pytest.mark.parametrize(
    ("said", "rivals", "disputed"),
    [
        ([], [], False),
        (["1 x 2023-11-17"], ["2023-11-17"], True),
        (["1 x rumoured 2023-11-17"], ["2023-11-17"], False),
        (["1 x rumoured 2023-11-17", "2 y 2023-11-17"], ["2023-11-17"], True),
        (["1 x 2023-11-17", "1 y rumoured 2024"], ["2023-11-17", "2024"], True),
        (["1 x passing 2023-11-17"], [], False),
    ],
)
def test_other_dates_stay_beside_the_belief(said: list[str], rivals: list[str], disputed: bool) -> None:
    state = state_of("0 a 2023-10-17", *said)
    assert [str(rival.when) for rival in state.rivals] == rivals
    assert state.disputed is disputed


def test_the_belief_of_a_scope_is_the_last_that_was_about_it() -> None:
    state = state_of("0 a 2023-10-17", "2 b official 2023-10-27")
    (first, second) = state.revisions
    assert state.held_for(("PS5",), second.at) == first.after
    assert state.held_for(("PS5",), first.at) is None
    assert first.after.when == When("2023-10-17")


@pytest.mark.parametrize(
    ("lines", "origins", "papers"),
    [
        ([], 0, 0),
        (["0 a 2023"], 1, 1),
        (["0 a 2023", "1 a 2023"], 1, 1),
        (["0 a 2023", "1 b 2023"], 2, 2),
        (["0 a 2023 via Osen", "1 b 2023 via Osen"], 1, 2),
        (["0 a 2023", "1 b 2023 via a"], 1, 2),
    ],
)
def test_origins_and_outlets_are_counted(lines: list[str], origins: int, papers: int) -> None:
    claims = [
        replace(weighed(line), observation=one) for line, one in zip(lines, observations(*lines), strict=True)
    ]
    assert (count(claims), outlets(claims)) == (origins, papers)
