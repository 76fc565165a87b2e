from __future__ import annotations

import json
from dataclasses import replace

import pytest

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
    alert,
    instant,
)
from tests.builders import at, observation

MOVED = Change(
    kind=ChangeKind.MOVED_LATER,
    key=Key("Alan Wake 2", None, Event.RELEASE),
    before=Belief(Status.SCHEDULED, When.parse("2023-10-17"), Certainty.OFFICIAL),
    since=at("2023-05-24T20:00:00"),
    after=Belief(Status.SCHEDULED, When.parse("2023-10-27"), Certainty.OFFICIAL),
    at=at("2023-08-10T14:03:00"),
    evidence=(
        observation(
            "2023-10-27",
            certainty=Certainty.OFFICIAL,
            sources=("Remedy",),
            quote="It is out on the 27th.",
            claim_id=31,
        ),
    ),
    id=12,
)


def test_an_alert_is_the_object_that_a_webhook_is_promised() -> None:
    assert alert(MOVED) == {
        "type": "release.moved_later",
        "timestamp": "2023-08-10T12:00:00Z",
        "data": {
            "id": 12,
            "title": "Alan Wake 2",
            "instalment": None,
            "event": "release",
            "scope": [],
            "trailer": None,
            "change": "moved_later",
            "from": {
                "status": "scheduled",
                "when": "2023-10-17",
                "certainty": "official",
                "since": "2023-05-24T20:00:00Z",
            },
            "to": {"status": "scheduled", "when": "2023-10-27", "certainty": "official"},
            "claim": 31,
            "evidence": [
                {
                    "claim": 31,
                    "quote": "It is out on the 27th.",
                    "headline": "A headline",
                    "url": "https://news.example/doc-1",
                    "source": "news.example",
                    "published": "2023-08-10T12:00:00Z",
                    "certainty": "official",
                    "sources": ["Remedy"],
                    "lang": None,
                }
            ],
        },
    }


def test_however_much_evidence_there_is_an_alert_stays_under_twenty_kilobytes() -> None:
    many = tuple(observation("2023-10-27", quote="“–" * 5000) for _ in range(200))
    change = Change(**{**MOVED.__dict__, "evidence": many})
    assert len(json.dumps(alert(change), ensure_ascii=False).encode()) < 20_000


@pytest.mark.parametrize(
    ("given", "told"),
    [("2023-08-10T14:03:00.999+02:00", "2023-08-10T12:03:00Z"), ("2023-08-10", "2023-08-10T00:00:00Z")],
)
def test_times_are_utc_to_the_second(given: str, told: str) -> None:
    assert instant(at(given)) == told


def test_evidence_that_weighs_too_much_is_cut_and_the_change_is_not() -> None:
    heavy = observation(
        "2023-10-27",
        quote="\U0001f3ae" * 5000,
        url="https://a.example/" + "x" * 3000,
        sources=("스튜디오" * 20,),
    )
    body = alert(Change(**{**MOVED.__dict__, "evidence": (heavy,) * 9}))
    assert len(json.dumps(body, ensure_ascii=False).encode()) < 20_000
    assert 1 <= len(body["data"]["evidence"]) < 5
    assert body["data"]["to"]["when"] == "2023-10-27"


@pytest.mark.parametrize("kind", [VerdictKind.CONFIRMED, VerdictKind.DISMISSED])
def test_a_persons_word_came_when_it_was_given_however_old_its_evidence_is(kind: VerdictKind) -> None:
    told = replace(MOVED, verdict=Verdict(1, kind, MOVED.at, "the studio told me", 1))
    assert alert(told)["timestamp"] == "2023-08-10T14:03:00Z"
