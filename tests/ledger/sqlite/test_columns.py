from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ledger.sqlite.columns import instant, json_text, local, moment, scope_text, storable, strings

FIXED = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
AWARE = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=FIXED)  # noqa: DTZ001 - hypothesis adds the zone


@given(AWARE)
def test_a_time_comes_back_as_the_same_moment_on_the_same_clock(at: datetime) -> None:
    offset = at.utcoffset()
    assert offset is not None

    back = local(instant(at), round(offset.total_seconds()))

    assert (back, back.utcoffset()) == (at, offset)


@given(AWARE, AWARE)
def test_kept_times_sort_as_the_moments_do(one: datetime, other: datetime) -> None:
    assert (instant(one) < instant(other)) == (one < other)


@pytest.mark.parametrize(
    ("at", "kept"),
    [
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5))), "0001-01-01T00:00:00+00:00"),
        (
            datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5))),
            "9999-12-31T23:59:59.999999+00:00",
        ),
        (datetime(2023, 8, 10, 12, tzinfo=UTC), "2023-08-10T12:00:00+00:00"),
        (
            datetime(2023, 8, 10, 12, 0, 0, 5, tzinfo=timezone(timedelta(hours=2))),
            "2023-08-10T10:00:00.000005+00:00",
        ),
    ],
)
def test_a_time_beyond_the_calendar_is_kept_as_its_edge(at: datetime, kept: str) -> None:
    assert instant(at) == kept
    assert moment(kept).utcoffset() == timedelta(0)


def test_a_clock_that_would_leave_the_calendar_is_read_as_utc() -> None:
    assert local("9999-12-31T23:59:59+00:00", 3600) == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@given(st.text(st.characters(), max_size=50))
def test_any_text_can_be_stored_and_keeps_its_length(text: str) -> None:
    kept = storable(text)

    assert kept.encode("utf-8").decode("utf-8") == kept
    assert len(kept) == len(text)


@given(st.text(max_size=50))
def test_text_that_utf_8_can_hold_is_stored_as_it_is(text: str) -> None:
    assert storable(text) == text


@given(st.lists(st.text(max_size=8), max_size=4))
def test_strings_come_back_in_their_order(values: list[str]) -> None:
    assert strings(json_text(values)) == tuple(values)


def test_a_scope_is_spelt_the_same_in_whatever_order_it_was_said() -> None:
    assert scope_text(["PS5", "Japan", "PS5"]) == scope_text(("Japan", "PS5")) == '["Japan", "PS5"]'
