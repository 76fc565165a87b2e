"""To which state a claim about a release belongs, and what a claim is worth by its place in its document."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

import pytest

from monitor.model import Event, Key
from monitor.reconcile.belief_state import BeliefState
from monitor.reconcile.release import (
    apply_release,
    confirm_release,
    is_aside,
    is_divided,
    is_headlined,
    is_part,
    is_serial,
    may_mean,
)
from tests.builders import observation
from tests.reconcile.story import START, observations


def key(instalment: str = "", *scope: str) -> Key:
    return Key("Alan Wake 2", instalment or None, Event.RELEASE, scope)


def folded(*lines: str) -> dict[Key, BeliefState]:
    """Return the states after the documents of `lines`."""
    states: dict[Key, BeliefState] = {}
    for _, document in groupby(observations(*lines), key=lambda one: one.document):
        apply_release(states, list(document))
    return states


def believed(states: dict[Key, BeliefState]) -> dict[str, str]:
    """Return the beliefs as "INSTALMENT SCOPE…" → "STATUS WHEN"."""
    return {
        " ".join((one.instalment or "-", *one.scope)): f"{state.belief.status} {state.belief.when or '-'}"
        for one, state in states.items()
        if state.belief is not None
    }


# fmt: off
HOMES = [
    # what the documents say, what is believed of which state
    (["0 a 2023-10-17 (PS5)"], {"- PS5": "scheduled 2023-10-17"}),
    (["0 a 2023-10-17", "1 b 2023-10-17 (PS5)"], {"-": "scheduled 2023-10-17"}),
    (["0 a 2023-10-17", "1 b 2023-10-27 (PS5)"], {"-": "scheduled 2023-10-17", "- PS5": "scheduled 2023-10-27"}),
    (["0 a 2023-10-17", "1 b unannounced (PS5)"], {"-": "scheduled 2023-10-17"}),
    (["0 a 2023-10-17 <season 2>", "1 b 2023-10-17"], {"season 2": "scheduled 2023-10-17"}),  # the season left unnamed
    (["0 a 2023-10-17 <dlc: Night>", "1 b 2023-10-17"], {"dlc: Night": "scheduled 2023-10-17", "-": "scheduled 2023-10-17"}),
    (["0 a 2023-10 <season 2>", "1 b 2023-10-17"], {"season 2": "scheduled 2023-10-17"}),
    (["0 a 2023-10-17 <season 2>", "1 b scheduled"], {"season 2": "scheduled 2023-10-17"}),
    (["0 a 2023-10-17", "1 b 2023-10-17 (early access)"], {"-": "scheduled 2023-10-17", "- early access": "scheduled 2023-10-17"}),
    (["0 a 2023-10-17 (unveiling)", "1 b 2023-10-17"], {"- unveiling": "scheduled 2023-10-17", "-": "scheduled 2023-10-17"}),

    # the nearest that includes the scope
    (["0 a 2023-10-17", "1 b 2023-10-27 (PC, PS5)", "2 c 2023-10-27 (PS5)"], {"-": "scheduled 2023-10-17", "- PC PS5": "scheduled 2023-10-27"}),
    (["0 a 2023-10-17", "1 b 2023-10-27 (PC, PS5)", "2 c 2023-12-01 (PS5)"],
     {"-": "scheduled 2023-10-17", "- PC PS5": "scheduled 2023-10-27", "- PS5": "scheduled 2023-12-01"}),

    # out: of one scope the others are left
    (["0 a 2023-06-05", "4 b released (PC)"], {"-": "scheduled 2023-06-05", "- PC": "released -"}),
    (["0 a 2023-06-05", "4 b released", "9 c 2023-07-05 (Switch)"], {"-": "released -", "- Switch": "scheduled 2023-07-05"}),
    (["0 a 2023-06-05", "4 b released", "9 c cancelled (Switch)"], {"-": "released -"}),
    (["0 a 2023-06-05", "4 b released (PC)", "4 c released"], {"-": "released -", "- PC": "released -"}),
    (["0 a 2023-06-05", "4 b released", "5 c released (PC)"], {"-": "released -"}),

    # one document
    (["0 a 2023-10-17 + released"], {"-": "scheduled 2023-10-17"}),  # it says when it comes: something else is out
    (["0 a 2023-10-17 + released 2023-03-01"], {"-": "scheduled 2023-10-17"}),
    (["0 a 2023-10-17", "1 b official postponed + official 2023-11-01 (PC) + official 2023-12-01 (PS5)"],
     {"-": "scheduled 2023-10-17", "- PC": "scheduled 2023-11-01", "- PS5": "scheduled 2023-12-01"}),
    (["0 a 2023-10-17", "1 b official postponed + official 2023-11-01 (PC) + official 2023-12-01"],
     {"-": "scheduled 2023-12-01", "- PC": "scheduled 2023-11-01"}),
    (["0 a 2023-10-17", "1 b official postponed 2023-10-17 + official 2023-11-01 (PC)"], {"-": "postponed 2023-10-17", "- PC": "scheduled 2023-11-01"}),
]
# fmt: on


@pytest.mark.parametrize(("lines", "expected"), HOMES)
def test_a_claim_changes_the_state_that_it_is_about(lines: list[str], expected: dict[str, str]) -> None:
    assert believed(folded(*lines)) == expected


@pytest.mark.parametrize(
    ("words", "aside"),
    [
        ("2023-10-17", False),
        ("passing 2023-10-17", True),
        ("inherited 2023-10-17", True),
        ("official passing 2023-10-17", False),
        ("official passing 2023-10", True),
        ("official passing 2023-10 via Osen", False),
        ("passing 2023-10-17 via Osen", False),
        ("passing 2023-10-17~ via Osen", True),
        ("official passing inherited 2023-10-17 via Osen", False),
        ("official inherited 2023", False),  # the maker's own page
        ("passing inherited 2023-10-17 via Osen", True),
        ("expected passing 2023-10-17 via Osen", True),
        ("passing 2023-24 via Osen", True),  # a season is no month
        ("passing 2024/.. via Osen", True),
    ],
)
def test_a_claim_by_the_way_needs_weight(words: str, aside: bool) -> None:
    (one,) = observations(f"0 a {words}")
    assert is_aside(one) is aside


def test_a_trailer_is_its_own_evidence() -> None:
    (one,) = observations("0 a inherited released", event=Event.TRAILER)
    assert not is_aside(one)


@pytest.mark.parametrize(
    ("headline", "quote", "expected"),
    [
        ("", "It is out.", True),
        ("It is out.", " It is out. ", True),
        ("News of the day", "It is out.", False),
    ],
)
def test_a_claim_may_be_the_headlines(headline: str, quote: str, expected: bool) -> None:
    assert is_headlined(observation(headline=headline, quote=quote)) is expected


@pytest.mark.parametrize(
    ("instalment", "expected"),
    [
        ("season 2", True), ("part 1", True), ("volume 12", True), ("chapter 3", True), ("episode 5", True), ("act 2", True), ("cour 2", True),
        ("dlc: Night", False), ("partner edition", False), ("", False), (None, False),
    ],
)  # fmt: skip
def test_one_of_a_series_may_go_unnamed(instalment: str | None, expected: bool) -> None:
    assert is_serial(instalment) is expected


@pytest.mark.parametrize(
    ("own", "other", "expected"),
    [
        (key(), key(), True),
        (key(), key("season 2"), True),
        (key("season 2"), key(), False),
        (key("season 1"), key("season 2"), False),
        (key(), key("dlc: Night"), False),
        (key("season 2"), key("season 2", "PS5"), True),
        (key(), key("", "unveiling"), False),
        (key("", "early access"), key("", "early access"), False),
    ],
)
def test_a_claim_may_mean_a_key_that_it_does_not_name(own: Key, other: Key, expected: bool) -> None:
    assert may_mean(own, other) is expected


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (key("season 2 episode 1"), key("season 2"), True),
        (key("season 20"), key("season 2"), False),
        (key("season 2"), key("season 2"), False),
        (key("season 2"), key(), False),
        (key(), key("season 2"), False),
    ],
)
def test_an_episode_is_part_of_its_season(part: Key, whole: Key, expected: bool) -> None:
    assert is_part(part, whole) is expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["0 a 2023-10-17 (PC, PS5)", "1 b official 2023-11-01 (PC)", "2 c official 2023-12-01 (PS5)"], True),
        (["0 a 2023-10-17 (PC, PS5)", "1 b official 2023-11-01 (PC)"], False),
        (["0 a 2023-10-17 (PC)", "1 b official 2023-11-01"], False),
        (["0 a 2023-11-01 (PC)", "1 b official 2023-12-01 (PS5)", "2 c official 2023-10-17 (PC, PS5)"], False),  # it is later
    ],
)  # fmt: skip
def test_nothing_is_left_of_a_state_whose_scopes_have_their_own(lines: list[str], expected: bool) -> None:
    states = folded(*lines)
    widest = max(states.values(), key=lambda state: len(state.key.scope))
    assert is_divided(widest, states.values()) is expected


@pytest.mark.parametrize(
    ("stood", "confirmed", "expected"),
    [
        ([], "0 x 2023-10-17", {"-": "scheduled 2023-10-17"}),
        (["0 a official 2023-10-17"], "0 x rumoured 2023-10-27", {"-": "scheduled 2023-10-27"}),
        (["0 a official 2023-10-17"], "0 x rumoured 2023-10-27 (PS5)", {"-": "scheduled 2023-10-17", "- PS5": "scheduled 2023-10-27"}),
        (["0 a official 2023-10-17"], "0 x postponed", {"-": "postponed 2023-10-17"}),  # the date that was believed is off
        (["0 a official 2023-10-17"], "0 x postponed (PS5)", {"-": "scheduled 2023-10-17", "- PS5": "postponed 2023-10-17"}),
    ],
)  # fmt: skip
def test_a_person_confirms_exactly_what_a_claim_names(
    stood: list[str], confirmed: str, expected: dict[str, str]
) -> None:
    states = folded(*stood)
    confirm_release(states, observations(confirmed), START + timedelta(days=5))
    assert believed(states) == expected
