from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.ledger import Ledger
from monitor.model import (
    Belief,
    Certainty,
    Event,
    Key,
    Standing,
    Status,
    When,
)
from tests.builders import NOW, at

SUBJECT = ("Alan Wake 2", Event.RELEASE)
KEY = Key("Alan Wake 2", None, Event.RELEASE)
BELIEF = Belief(Status.SCHEDULED, When.parse("2023-10-17"), Certainty.OFFICIAL)
STANDING = Standing(KEY, BELIEF, NOW)
FULL = Standing(
    key=Key("Alan Wake 2", "dlc: Night Springs", Event.TRAILER, ("Japan", "PS5")),
    belief=BELIEF,
    since=NOW + timedelta(microseconds=5),
    evidence=(3, 1, 2),
    origins=2,
    rivals=(Belief(Status.DENIED, None, Certainty.RUMOURED), Belief(Status.SCHEDULED, When("2024"), Certainty.EXPECTED)),
    disputed=True,
    overdue=True,
    alerted=Belief(Status.SCHEDULED, None, Certainty.REPORTED),
    times=4,
)  # fmt: skip


@pytest.mark.parametrize("standing", [STANDING, FULL], ids=["plain", "full"])
def test_a_standing_comes_back_exactly(ledger: Ledger, standing: Standing) -> None:
    key = standing.key

    ledger.put_standings(key.title, key.event, [standing])

    assert ledger.standings(key.title, key.event) == {key: standing}


def test_a_subjects_standings_are_replaced_whole_and_no_others(ledger: Ledger) -> None:
    console, sequel = replace(KEY, scope=("PS5",)), replace(KEY, instalment="season 2")
    elsewhere = replace(KEY, event=Event.TRAILER)
    ledger.put_standings(*SUBJECT, [replace(STANDING, key=key) for key in (KEY, console, sequel)])
    ledger.put_standings("Alan Wake 2", Event.TRAILER, [replace(STANDING, key=elsewhere)])

    ledger.put_standings(*SUBJECT, [replace(STANDING, key=console, origins=3)])

    assert [(standing.key, standing.origins) for standing in ledger.all_standings()] == [
        (console, 3),
        (elsewhere, 1),
    ]


@pytest.mark.parametrize(
    ("when", "passed_at"),
    [
        ("2023-10-17", "2023-10-18T00:00"),
        ("2023-10", "2023-11-01T00:00"),
        ("2023-24", "2024-03-01T00:00"),
        ("../2023-10-17", "2023-10-18T00:00"),
        ("2023-10~", "2023-11-01T00:00"),
    ],
)
def test_a_scheduled_standing_is_stale_once_its_last_day_has_ended(
    ledger: Ledger, when: str, passed_at: str
) -> None:
    believed = replace(BELIEF, when=When.parse(when))
    ledger.put_standings(*SUBJECT, [replace(STANDING, belief=believed)])

    assert ledger.stale_standings(at(passed_at) - timedelta(seconds=1)) == []
    assert ledger.stale_standings(at(passed_at)) == [KEY]


@pytest.mark.parametrize(
    "standing",
    [
        replace(STANDING, overdue=True),
        replace(STANDING, belief=replace(BELIEF, when=None)),
        replace(STANDING, belief=replace(BELIEF, when=When.parse("2023-10/.."))),
        *(
            replace(STANDING, belief=replace(BELIEF, status=status))
            for status in Status
            if status != "scheduled"
        ),
    ],
    ids=lambda standing: f"{standing.belief.status} {standing.belief.when} {standing.overdue}",
)
def test_what_is_not_awaited_is_never_stale(ledger: Ledger, standing: Standing) -> None:
    ledger.put_standings(*SUBJECT, [standing])

    assert ledger.stale_standings(at("2099-01-01")) == []


def test_the_rules_of_belief_are_those_of_version_1_until_others_are_noted(ledger: Ledger) -> None:
    assert ledger.rules() == 1
    ledger.keep_rules(3)
    assert ledger.rules() == 3
