"""Which mention of a trailer is a trailer that was not out before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.model import Certainty, Claim, Event, Key, Observation, Standing, Status, TrailerKind, When
from monitor.reconcile import history, reconcile
from tests.reconcile.story import START

TITLE = "Alan Wake 2"


def said(
    hours: float,
    headline: str,
    *,
    certainty: Certainty = Certainty.REPORTED,
    by: str = "a",
    quote: str | None = None,
    status: Status = Status.RELEASED,
    when: str | None = None,
    instalment: str | None = None,
    passing: bool = False,
    confidence: float | None = None,
) -> Observation:
    """Return what outlet `by` said; a channel's name (its capital tells) makes it a video."""
    at = START + timedelta(hours=hours)
    url = (
        f"https://www.youtube.example/{hours}" if by.islower() else f"https://www.youtube.com/watch?v={hours}"
    )
    return Observation(
        claim=Claim(
            TITLE,
            Event.TRAILER,
            status,
            instalment,
            When.parse(when) if when else None,
            certainty,
            quote=headline if quote is None else quote,
            passing=passing,
            confidence=confidence,
        ),
        document=f"{hours:05}{by}{headline}",
        source=by,
        url=url if by[0].isupper() else f"https://{by}.example/{hours}",
        author=by if by[0].isupper() else "",
        published=at,
        seen_at=at,
        headline=headline,
        id=int(hours * 10) + 1,
    )


def told(*heard: Observation) -> list[str]:
    """Return the hours at which an alert went out, and for which instalment or day."""
    standings: dict[Key, Standing] = {}
    alerts = []
    for count in range(1, len(heard) + 1):
        now = heard[count - 1].published
        revised = reconcile(heard[:count], standings, {}, now)
        standings = dict(revised.standings)
        for change in revised.changes:
            hours = (now - START) / timedelta(hours=1)
            alerts.append(
                f"{change.kind.value} {hours:g}"
                + (f" {change.key.instalment}" if change.key.instalment else "")
            )
    return alerts


OFFICIAL = Certainty.OFFICIAL
STORY = "Alan Wake 2 - Official Story Trailer"

MENTIONS = [
    ("the first", [said(0, STORY, certainty=OFFICIAL, by="IGN")], ["released 0"]),
    ("told in a headline", [said(0, "Alan Wake 2 gets a trailer")], ["released 0"]),
    ("read unsurely", [said(0, "Alan Wake 2 gets a trailer", confidence=0.41)], ["released 0"]),
    ("told in a text without a headline", [said(0, "", quote="The trailer is out.")], ["released 0"]),
    (
        "coverage of it",
        [said(0, STORY, by="IGN"), said(1, "Alan Wake 2 gets a trailer"), said(30, "A look at it")],
        ["released 0"],
    ),
    (
        "the same on another channel",
        [said(0, STORY, by="IGN"), said(1, "Alan Wake 2 Trailer", by="GameSpot")],
        ["released 0"],
    ),
    (
        "another video of one show",
        [
            said(0, STORY, by="IGN"),
            said(1, "Alan Wake 2 - Official Launch Trailer", certainty=OFFICIAL, by="IGN"),
        ],
        ["released 0", "released 1"],
    ),
    (
        "the same video again",
        [
            said(0, STORY, by="IGN", certainty=OFFICIAL),
            said(1, "Alan Wake 2 - Official Story Trailer 4K", certainty=OFFICIAL, by="IGN"),
        ],
        ["released 0"],
    ),
    (
        "a cut-down days later",
        [said(0, STORY, by="IGN"), said(60, "Alan Wake 2 - Official Spot", certainty=OFFICIAL, by="IGN")],
        ["released 0"],
    ),
    (
        "a channel's own talk about it",
        [
            said(0, STORY, by="IGN"),
            said(3, "Alan Wake 2: 20 details from the final trailer you missed", by="IGN"),
        ],
        ["released 0"],
    ),
    (
        "the maker's word a week later",
        [said(0, STORY), said(170, STORY, certainty=OFFICIAL)],
        ["released 0", "released 170"],
    ),
    ("talk a week later", [said(0, STORY), said(170, "Alan Wake 2 trailer: our theories")], ["released 0"]),
    (
        "the next month",
        [said(0, STORY), said(700, "Alan Wake 2 gets a trailer")],
        ["released 0", "released 700"],
    ),
    ("by the way", [said(0, "This week in games", quote="A trailer is out.", passing=True)], []),
    (
        "by the way, twice in a day",
        [
            said(0, "This week in games", quote="A trailer is out.", passing=True),
            said(2, "News", quote="They showed a trailer.", by="b", passing=True),
        ],
        ["released 2"],
    ),
    (
        "by the way, and then for itself",
        [said(0, "An interview", quote="We liked the trailer."), said(40, STORY, certainty=OFFICIAL)],
        ["released 0", "released 40"],
    ),
    (
        "in a text, and within the hour for itself",
        [
            said(0, "A new hero in Alan Wake 2", quote="A trailer shows her."),
            said(1, STORY, certainty=OFFICIAL),
        ],
        ["released 0"],
    ),
    ("an old one", [said(0, "Alan Wake 2 so far", when="2021-12-10")], []),
    (
        "one to come",
        [said(0, "Trailer on Saturday", when="2023-06-03", status=Status.SCHEDULED, certainty=OFFICIAL)],
        ["appeared 0"],
    ),
    (
        "one to come, twice",
        [
            said(0, "Trailer on Saturday", when="2023-06-03", status=Status.SCHEDULED, certainty=OFFICIAL),
            said(
                9,
                "Trailer on Saturday",
                when="2023-06-03",
                status=Status.SCHEDULED,
                certainty=OFFICIAL,
                by="b",
            ),
            said(50, STORY, by="IGN"),
        ],
        ["appeared 0", "released 50"],
    ),
    (
        "the work's own date",
        [said(0, "Trailer", when="2023-10-17", status=Status.SCHEDULED, certainty=OFFICIAL)],
        [],
    ),
    ("none yet", [said(0, "No trailer yet", status=Status.UNANNOUNCED)], []),
    (
        "a season's, named later without its number",
        [said(0, STORY, instalment="season 2"), said(2, "Trailer")],
        ["released 0 season 2"],
    ),
    (
        "without its number, then named",
        [said(0, "Trailer"), said(2, STORY, instalment="season 2")],
        ["released 0", "released 2 season 2"],
    ),
    (
        "of an edition and of the work",
        [said(0, STORY, instalment="edition: remake"), said(2, "Trailer")],
        ["released 0 edition: remake"],
    ),
    (
        "one video, labelled twice",
        [
            said(0, STORY, by="IGN", instalment="dlc: Night", certainty=OFFICIAL),
            said(1, STORY, by="GameSpot", certainty=OFFICIAL),
        ],
        ["released 0 dlc: Night"],
    ),
]


@pytest.mark.parametrize(("_", "heard", "alerts"), MENTIONS, ids=[row[0] for row in MENTIONS])
def test_a_trailer_is_told_once(_: str, heard: list[Observation], alerts: list[str]) -> None:
    assert told(*heard) == alerts


@pytest.mark.parametrize(
    ("named", "alerted"),
    [(["season 3"], "season 3"), (["season 2", "season 3"], None), (["dlc: Night"], None), ([], None)],
)
def test_a_trailer_is_of_the_one_season_that_its_text_names(named: list[str], alerted: str | None) -> None:
    headline = said(0, STORY)
    text = [said(0, STORY, quote=f"The trailer of {name}", instalment=name) for name in named]
    document = [replace(one, id=number) for number, one in enumerate([headline, *text], 1)]
    revised = reconcile(document, {}, {}, headline.published)
    assert [change.key.instalment for change in revised.changes] == [alerted]


def test_a_document_that_awaits_a_trailer_does_not_say_that_it_is_out() -> None:
    awaited = said(0, "Trailer this week", when="2023-06-01/2023-06-04", status=Status.SCHEDULED)
    misread = said(0, "Trailer this week", quote="A trailer will be there.", certainty=OFFICIAL)
    assert told(awaited, misread) == []


def called(hours: float, name: str, kind: TrailerKind = TrailerKind.TRAILER, **fields: Any) -> Observation:
    one = said(hours, f"Alan Wake 2 - {name}", by="IGN", **{"certainty": OFFICIAL, **fields})
    return replace(one, claim=replace(one.claim, trailer=name, trailer_kind=kind))


def test_the_first_ones_and_the_launch_trailer_are_milestones_and_the_others_further_ones() -> None:
    days = 24 * 12
    heard = [
        called(0, "teaser", TrailerKind.TEASER),
        called(days, "teaser 2", TrailerKind.TEASER),
        called(2 * days, "story trailer"),
        called(3 * days, "character trailer: Saga"),
        called(4 * days, "first look", certainty=Certainty.REPORTED),
        called(5 * days, "launch trailer", TrailerKind.LAUNCH),
        called(6 * days, "launch trailer", TrailerKind.LAUNCH),
        called(7 * days, "trailer", instalment="season 2"),
        called(8 * days, "accolades trailer"),
    ]
    standings: dict[Key, Standing] = {}
    milestones = []
    for count in range(1, len(heard) + 1):
        revised = reconcile(heard[:count], standings, {}, heard[count - 1].published)
        standings = dict(revised.standings)
        milestones += [(change.trailer, change.milestone) for change in revised.changes]
    assert milestones == [
        ("teaser", "first teaser"),
        ("teaser 2", ""),
        ("story trailer", "first official trailer"),
        ("character trailer: Saga", ""),
        ("first look", ""),
        ("launch trailer", "launch trailer"),
        ("launch trailer", ""),
        ("trailer", "first official trailer"),
        ("accolades trailer", ""),
    ]


def test_the_history_of_trailers_names_each() -> None:
    turns = history([said(0, STORY), said(700, "Alan Wake 2 gets a trailer")], {})
    assert [turn.reason for turn in turns] == ["a trailer that was not out before"] * 2
    assert [turn.evidence[0].headline for turn in turns] == [STORY, "Alan Wake 2 gets a trailer"]
