"""In which zone a post counts its days."""

from __future__ import annotations

import pytest

from monitor.extract.zones import is_between_days, written
from tests.builders import at


@pytest.mark.parametrize(
    ("published", "text", "day"),
    [
        ("2026-03-11T03:00:00Z", "Tomorrow, 9 AM ET", "2026-03-10"),
        ("2026-03-11T03:00:00Z", "tonight at midnight PT", "2026-03-10"),
        ("2026-03-10T20:00:00Z", "at 9 a.m. JST", "2026-03-11"),
        ("2026-03-11T03:00:00Z", "Tomorrow", "2026-03-11"),
        ("2026-03-11T03:00:00Z", "a MET gala, the ET film", "2026-03-11"),
        ("2026-03-11T03:00:00+09:00", "Tomorrow, 9 AM ET", "2026-03-11"),
    ],
)
def test_days_are_counted_by_the_own_offset_else_in_the_zone_that_is_named(
    published: str, text: str, day: str
) -> None:
    assert str(written(at(published), text).date()) == day


@pytest.mark.parametrize(
    ("published", "between"),
    [
        ("2026-03-11T03:00:00Z", True),
        ("2026-03-11T07:59:00Z", True),
        ("2026-03-11T15:00:00Z", False),
        ("2026-03-11T00:00:00Z", False),
        ("2026-03-11T03:00:00-05:00", False),
    ],
)
def test_early_in_a_day_of_utc_the_writers_day_is_not_known(published: str, between: bool) -> None:
    assert is_between_days(at(published)) is between
