"""Meanings: a closed list, each in use, each with what its pattern must hold."""

from __future__ import annotations

import pytest

from monitor.extract.dates import LANGUAGES, language
from monitor.extract.dates.grammar import MEANINGS, NEEDS, Constituent, composed
from monitor.extract.dates.values import Stated


def test_every_meaning_is_used_by_some_rule() -> None:
    used = {rule.meaning for tag in LANGUAGES for rule in language(tag).rules}
    assert {name for name, meaning in MEANINGS.items() if meaning not in used} == set()


def test_only_meanings_have_needs() -> None:
    assert set(NEEDS) <= set(MEANINGS)


@pytest.mark.parametrize(
    ("one", "two", "whole"),
    [
        (20, 1, 21),
        (30, 1, 31),
        (19, 95, 1995),
        (20, 24, 2024),
        (2, 1000, 2000),
        (2000, 24, 2024),
        (9, 100, 900),
        (1000, 900, 1900),
        (1900, 99, 1999),
        (10, 8, 18),
        (1, 20, None),
        (21, 1, None),
        (5, 5, None),
        (-1, 100, None),
        (0, 5, None),
    ],
)
def test_spelled_numbers_make_a_number_where_they_do(one: int, two: int, whole: int | None) -> None:
    assert composed(one, two) == whole


def mark(value: Stated, doubt: int = 0, kind: str = "date") -> Constituent:
    return Constituent(0, 1, kind, value, doubt)


def test_two_bare_numbers_make_no_date() -> None:
    assert MEANINGS["merge"]([mark(Stated(day=4), 2), mark(Stated(day=5), 2)]) is None
    assert MEANINGS["range"]([mark(Stated(day=4), 2), mark(Stated(day=5), 2)]) is not None
    made = MEANINGS["range"]([mark(Stated(day=4), 2), mark(Stated(day=5), 2)])
    assert made is not None
    assert made[2] == 2


def test_a_bare_number_needs_of_to_reach_over_to_a_month() -> None:
    day, month = mark(Stated(day=3), 2), mark(Stated(month=10))
    assert MEANINGS["merge"]([day, month]) == ("date", Stated(month=10, day=3), 0)
    assert MEANINGS["merge"]([day, Constituent(0, 1, "of", None), month]) is not None
    assert MEANINGS["merge"]([day, Constituent(0, 1, "glue", None), month]) is None
    assert MEANINGS["merge"]([day, Constituent(0, 1, "comma", None), month]) is None
