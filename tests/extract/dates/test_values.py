"""What stands side by side is one date only where its parts add up to one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extract.dates.values import Bound, Offset, Range, Stated, bare, inherit, merged, parts, said


@pytest.mark.parametrize(
    ("one", "two", "whole"),
    [
        (Stated(month=5), Stated(day=4), Stated(month=5, day=4)),
        (Stated(month=5, day=4), Stated(year=2024), Stated(year=2024, month=5, day=4)),
        (Stated(weekday=4), Stated(month=5, day=4), Stated(weekday=4, month=5, day=4)),
        (Stated(weeks=1), Stated(weekday=4), Stated(weeks=1, weekday=4)),
        (Stated(sub=22), Stated(years=1), Stated(sub=22, years=1)),
        (Stated(part=37), Stated(year=2024), Stated(part=37, year=2024)),
        (Stated(feast="easter"), Stated(year=2024), Stated(feast="easter", year=2024)),
        (Stated(days=1), Stated(month=5, day=4), Stated(days=1, month=5, day=4)),
        (Stated(month=5), Stated(month=6), None),
        (Stated(year=2024), Stated(years=1), None),
        (Stated(day=4), Stated(year=2024), None),
        (Stated(weekday=4), Stated(year=2024), None),
        (Stated(weekday=4), Stated(month=5), None),
        (Stated(sub=22), Stated(month=5), None),
        (Stated(days=1), Stated(year=2024), None),
        (Stated(days=0), Stated(day=9), None),
        (Stated(part=37), Stated(day=4), None),
        (Stated(which="next"), Stated(year=2024), None),
    ],
)
def test_parts_make_a_date_or_none(one: Stated, two: Stated, whole: Stated | None) -> None:
    assert merged(one, two) == whole
    assert merged(two, one) == whole


@pytest.mark.parametrize(
    ("one", "two", "whole"),
    [
        (Stated(day=4), Stated(day=22, month=1, year=1995), Stated(day=4, month=1, year=1995)),
        (Stated(month=5), Stated(month=7, year=2024), Stated(month=5, year=2024)),
        (Stated(day=20), Stated(day=19, month=11), Stated(day=20, month=11)),
        (Stated(sub=21), Stated(sub=22, year=2024), Stated(sub=21, year=2024)),
        (Stated(weekday=4), Stated(weekday=0, weeks=1), Stated(weekday=4, weeks=1)),
        (Stated(days=0), Stated(month=5, year=2024), Stated(days=0)),
        (Stated(month=5, which="this"), Stated(month=10, year=2024), Stated(month=5, which="this")),
    ],
)
def test_an_end_of_a_range_takes_over_what_only_the_other_says(
    one: Stated, two: Stated, whole: Stated
) -> None:
    assert inherit(one, two) == whole


def test_values_are_walked_with_all_their_parts() -> None:
    inner = Stated(month=5)
    value = Bound("after", Offset(2, "week", inner))
    assert list(parts(value)) == [value, value.base, inner]
    assert list(parts(Range(inner, Stated(month=6)))) == [
        Range(inner, Stated(month=6)),
        inner,
        Stated(month=6),
    ]
    assert bare(value) == value.base
    assert bare(inner) == inner


_stated = st.builds(
    Stated,
    year=st.none() | st.just(2024),
    month=st.none() | st.just(5),
    day=st.none() | st.just(4),
    weekday=st.none() | st.just(1),
    sub=st.none() | st.just(22),
    part=st.none() | st.just(37),
    weeks=st.none() | st.just(1),
)


@given(one=_stated, two=_stated)
def test_a_merger_says_what_both_say_and_does_not_depend_on_order(one: Stated, two: Stated) -> None:
    whole = merged(one, two)
    assert whole == merged(two, one)
    if whole is not None:
        assert said(whole) == said(one) | said(two)
