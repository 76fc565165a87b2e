"""Feasts fall on the days that almanacs print."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.extract.dates.feasts import FEASTS, easter, feast, nth_weekday


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        (1961, 4, 2),
        (2000, 4, 23),
        (2008, 3, 23),
        (2011, 4, 24),
        (2018, 4, 1),
        (2019, 4, 21),
        (2024, 3, 31),
        (2038, 4, 25),
        (2285, 3, 22),
    ],
)
def test_easter_is_computed(year: int, month: int, day: int) -> None:
    assert easter(year) == date(year, month, day)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("thanksgiving", date(2023, 11, 23)),
        ("black_friday", date(2010, 11, 26)),
        ("cyber_monday", date(2023, 11, 27)),
        ("mlk", date(2019, 1, 21)),
        ("memorial", date(2023, 5, 29)),
        ("mothers_day", date(2023, 5, 14)),
        ("fathers_day", date(2017, 6, 18)),
        ("good_friday", date(2018, 3, 30)),
        ("ascension", date(2017, 5, 25)),
        ("pentecost", date(2018, 5, 20)),
        ("advent_1", date(2018, 12, 2)),
        ("advent_4", date(2018, 12, 23)),
        ("totensonntag", date(2018, 11, 25)),
        ("volkstrauertag", date(2018, 11, 18)),
        ("carnival_monday", date(2018, 2, 12)),
        ("qingming", date(2017, 4, 4)),
        ("midsummer_eve", date(2023, 6, 23)),
        ("lunar_new_year", date(2024, 2, 10)),
        ("diwali", date(2017, 10, 19)),
    ],
)
def test_a_feast_is_a_day(name: str, day: date) -> None:
    assert feast(name, day.year) == (day, day)


def test_some_feasts_are_longer() -> None:
    assert feast("holiday_season", 2023) == (date(2023, 11, 1), date(2023, 12, 31))
    assert feast("golden_week_jp", 2024) == (date(2024, 4, 29), date(2024, 5, 5))


def test_every_feast_falls_in_its_year() -> None:
    assert len(FEASTS) > 10
    for name in FEASTS:
        first, last = feast(name, 2024)
        assert first <= last
        assert first.year == 2024


def test_the_last_weekday_of_a_month_counts_from_its_end() -> None:
    assert nth_weekday(2024, 5, 0, -1) == date(2024, 5, 27)
    with pytest.raises(ValueError, match="day is out of range"):
        nth_weekday(2024, 2, 4, 5)
