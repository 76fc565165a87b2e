from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import When
from monitor.reconcile.periods import Periods, Relation, bounds, relation

RELATIONS = [
    # heard, believed, what it is
    ("2023-10-17", "2023-10-17", Relation.SAME),
    ("2023-10-18", "2023-10-17", Relation.SAME),  # midnight elsewhere
    ("2023-10-19", "2023-10-17", Relation.LATER),
    ("2023-10-14", "2023-10-17", Relation.EARLIER),
    ("2023-10-01/2023-10-31", "2023-10", Relation.SAME),
    ("2023-10", "2023-10-17", Relation.WIDER),
    ("2023-10-17", "2023-10", Relation.NARROWER),
    ("2023-35", "2023-22", Relation.ACROSS),
    ("2023-09", "2023-10", Relation.EARLIER),
    ("2024", "2023-10", Relation.LATER),
    ("2024/..", "2024-10", Relation.WIDER),
    ("../2023-12-31", "2023-10-17", Relation.WIDER),
    # vague words
    ("2023-10-20~", "2023-10-17", Relation.WIDER),
    ("2023-10-17", "2023-10-20~", Relation.NARROWER),
    ("2023-11~", "2023-12-08", Relation.WIDER),
    ("2023-12~", "2023-09-01", Relation.LATER),
    ("2023-22", "2023-09-20", Relation.WIDER),  # the calendar's summer
    ("2023-22", "2023-10-17", Relation.EARLIER),
    ("2024-24", "2024-02-02", Relation.WIDER),  # "winter 2024" may begin the year or end it
    ("2024-24", "2024-12-12", Relation.WIDER),
    ("2023-21", "2023-21", Relation.SAME),
]


@pytest.mark.parametrize(("heard", "believed", "is_"), RELATIONS)
def test_what_a_heard_period_is_to_a_believed_one(heard: str, believed: str, is_: Relation) -> None:
    assert relation(When.parse(heard), When.parse(believed)) is is_


MIRROR = {
    Relation.SAME: Relation.SAME,
    Relation.ACROSS: Relation.ACROSS,
    Relation.NARROWER: Relation.WIDER,
    Relation.WIDER: Relation.NARROWER,
    Relation.EARLIER: Relation.LATER,
    Relation.LATER: Relation.EARLIER,
}
EDTF = [
    "0001",
    "9999-12-31~",
    "0001-24",
    "2023",
    "2023-24",
    "2023-05~",
    "2023-05-05",
    "../2023-06",
    "2023-06/..",
]


@given(st.sampled_from(EDTF), st.sampled_from(EDTF))
def test_a_relation_read_backwards_is_its_mirror(one: str, other: str) -> None:
    forth, back = relation(When.parse(one), When.parse(other)), relation(When.parse(other), When.parse(one))
    assert back is MIRROR[forth]


@given(st.sampled_from(EDTF))
def test_vagueness_only_widens(edtf: str) -> None:
    when = When.parse(edtf)
    first, last = bounds(when)
    assert when.earliest is None or first <= when.earliest
    assert when.latest is None or when.latest <= last


DAYS = ["2023-05-04", "2023-05-06", "2023-05-07/2023-05-07", "2023-05-05~", "0001-01-01", "9999-12-31"]
PERIODS = st.sampled_from(EDTF + DAYS).map(When.parse)


@given(st.lists(PERIODS, max_size=6), PERIODS)
def test_the_same_period_is_found_as_by_comparing_each(former: list[When], when: When) -> None:
    periods = Periods(former)
    assert list(periods) == list(dict.fromkeys(former))
    assert (when in periods) == (when in former)
    assert periods.have_same(when) == any(relation(when, one) is Relation.SAME for one in former)
    periods.add(when)
    assert when in periods
    assert periods.have_same(when)


@given(PERIODS, PERIODS)
def test_a_relation_is_that_of_the_bounds_as_dates(one: When, other: When) -> None:
    mine, theirs = bounds(one), bounds(other)
    related = relation(one, other)
    assert (related is Relation.EARLIER) <= (mine[0] < theirs[0])
    assert (related is Relation.LATER) <= (mine[1] > theirs[1])
    assert (related is Relation.ACROSS) <= (mine[0] <= theirs[1] and theirs[0] <= mine[1])
