"""Rules build on what rules built, and of one stretch only so many readings are kept."""

from __future__ import annotations

import pytest

from monitor.extract.dates import language
from monitor.extract.dates.chart import read
from monitor.extract.dates.date_tokens import normalise_date_text
from monitor.extract.dates.runs import runs
from monitor.extract.dates.values import Bound, Range, Stated


def values(text: str) -> list[object]:
    known = language("en")
    return [
        mark.value for run in runs(known, text, normalise_date_text(text)) for mark in read(known, run.marks)
    ]


def test_a_rule_takes_what_another_made() -> None:
    assert Bound("before", Stated(year=2024, part=39)) in values("before the end of 2024")
    assert Range(Stated(month=5), Stated(month=7, year=2024)) in values("between May and July 2024")


def test_the_rules_that_took_part_are_named_once_each() -> None:
    known = language("en")
    (run,) = runs(known, "before the end of 2024", normalise_date_text("before the end of 2024"))
    longest = max(read(known, run.marks), key=lambda mark: mark.end - mark.start)
    assert len(set(longest.rules)) == len(longest.rules)
    assert {"en: before", "en: part", "year", "und: early date"} < set(longest.rules)
    assert longest.rules[-1] == "und: before a date"


@pytest.mark.parametrize(
    "wall", ["May 4 ", "2023 ", "next week ", "May or ", "twenty one hundred ", "from 1 May to "]
)
def test_the_readings_of_the_longest_run_are_few(wall: str) -> None:
    known, text = language("en"), wall * 24
    found = [len(read(known, run.marks)) for run in runs(known, text, normalise_date_text(text))]
    assert 0 < max(found) < 24 * 24
