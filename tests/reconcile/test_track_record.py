from __future__ import annotations

from datetime import date

import pytest

from monitor.reconcile import ranked, track_scores
from tests.reconcile.story import observations

OUT = date(2023, 10, 27)


@pytest.mark.parametrize(
    ("said", "hit", "days_off", "lead", "flat"),
    [
        ("0 a 2023-10-27", True, 0, 148, True),
        ("0 a expected 2023-10-27", True, 0, 148, False),
        ("0 a rumoured 2023-10", True, 0, 148, False),
        ("0 a 2023-10-26", True, 0, 148, True),  # the same night elsewhere
        ("0 a 2023-10-17", False, -10, 148, True),
        ("0 a 2023-09", False, -27, 148, True),
        ("0 a 2023-11-06", False, 10, 148, True),
        ("100 a 2024/..", False, 66, 48, True),
        ("100 a ../2023-12-31", True, 0, 48, True),
    ],
)
def test_a_claim_is_held_against_the_day_of_release(
    said: str, hit: bool, days_off: int, lead: int, flat: bool
) -> None:
    (score,) = track_scores(observations(said), OUT)
    assert (score.hit, score.days_off, score.lead, score.flat) == (hit, days_off, lead, flat)


@pytest.mark.parametrize(
    "said",
    [
        "0 a scheduled",
        "0 a released 2023-05-01",
        "148 a 2023-10-27",
        "200 a 2024-10-27",
        "0 a official unannounced",
    ],
)
def test_what_foretells_nothing_is_not_scored(said: str) -> None:
    assert track_scores(observations(said), OUT) == ()


def test_repeating_oneself_is_no_second_hit() -> None:
    (score,) = track_scores(observations("0 a 2023-10-27", "9 a 2023-10-27"), OUT)
    assert score.lead == 148


def test_each_date_of_a_source_is_scored() -> None:
    scores = track_scores(observations("0 a 2023-10-17", "9 a 2023-10-27", "3 b 2023-10"), OUT)
    assert [(score.source, str(score.when), score.hit) for score in scores] == [
        ("a", "2023-10-17", False),
        ("a", "2023-10-27", True),
        ("b", "2023-10", True),
    ]


def test_the_record_ranks_reliability_before_luck() -> None:
    scores = [
        *track_scores(
            observations("0 steady 2023-10-27", "0 lucky 2023-10-27", "0 wild 2022-01/2024-01"), OUT
        ),
        *track_scores(observations("0 steady 2023-07", "0 wild 2023-08"), date(2023, 7, 3)),
        *track_scores(observations("0 steady 2023-12", "0 wild rumoured 2023-09"), date(2023, 12, 3)),
    ]
    records = ranked(scores)
    assert [record.source for record in records] == ["steady", "lucky", "wild"]
    assert (records[0].claims, records[0].hits, records[0].flat_hits, records[0].days_off) == (3, 3, 3, 0)
    assert (records[2].hits, records[2].flat, records[2].flat_hits) == (1, 2, 1)
    assert records[2].lead == 148
