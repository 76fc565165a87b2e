"""Digits that stand together: dates by the locale's order, and what is a score, a version or a telephone number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extract.dates.numerals import century, compound, numeral_readings
from monitor.extract.dates.values import Range, Stated, Value


def sure(text: str, order: str = "mdy", *, dotted: bool = False) -> list[Value]:
    return [
        reading.value for reading in numeral_readings(text, order, dotted=dotted) or [] if reading.doubt == 0
    ]


@pytest.mark.parametrize(
    ("text", "order", "value"),
    [
        ("2024-05-17", "dmy", Stated(year=2024, month=5, day=17)),
        ("2024/5/7", "mdy", Stated(year=2024, month=5, day=7)),
        ("2024.05.17", "dmy", Stated(year=2024, month=5, day=17)),
        ("10/11/2023", "mdy", Stated(year=2023, month=10, day=11)),
        ("10/11/2023", "dmy", Stated(year=2023, month=11, day=10)),
        ("22/04/2023", "mdy", Stated(year=2023, month=4, day=22)),
        ("10-11-23", "dmy", Stated(year=2023, month=11, day=10)),
        ("05/05/71", "dmy", Stated(year=1971, month=5, day=5)),
        ("08/12,2015", "mdy", Stated(year=2015, month=8, day=12)),
        ("11-2024", "mdy", Stated(year=2024, month=11)),
        ("2024/11", "mdy", Stated(year=2024, month=11)),
        ("4/22", "dmy", Stated(month=4, day=22)),
        ("2024-2026", "mdy", Range(Stated(year=2024), Stated(year=2026))),
        ("2023/24", "mdy", Range(Stated(year=2023), Stated(year=2024))),
        (
            "10-1-2018-10-7-2018",
            "mdy",
            Range(Stated(year=2018, month=10, day=1), Stated(year=2018, month=10, day=7)),
        ),
        ("2/29-3/1", "dmy", Range(Stated(month=2, day=29), Stated(month=3, day=1))),
        ("5/1-5/7/2020", "mdy", Range(Stated(year=2020, month=5, day=1), Stated(year=2020, month=5, day=7))),
        ("20240517", "mdy", Stated(year=2024, month=5, day=17)),
        ("2024", "mdy", Stated(year=2024)),
    ],
)
def test_a_numeric_date_is_read_in_the_locales_order(text: str, order: str, value: Value) -> None:
    assert value in sure(text, order)


@pytest.mark.parametrize(
    "text",
    ["10:30", "1.2.3", "1,234", "5.00", "12.56", "206-555-0123", "2010-2015-86", "133-03-03-2020", "2023-13-12",
     "200.38294427", "16:9", "24/7", "1949", "2150", "12345", "99999999", "1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18"],
)  # fmt: skip
def test_what_is_no_date_is_not_sure_of_one(text: str) -> None:
    assert sure(text) == []


def test_a_dotted_day_is_sure_only_where_dates_are_written_so() -> None:
    assert sure("26.10", "dmy", dotted=True) == [Stated(month=10, day=26)]
    assert sure("26.10", "mdy") == []


def test_a_possible_score_needs_a_neighbour() -> None:
    assert [reading.doubt for reading in numeral_readings("9/10", "mdy", dotted=False) or []] == [1, 2]


@pytest.mark.parametrize("text", ["12 - 40", "2014-19", "23-2020"])
def test_numbers_of_different_dates_are_taken_apart(text: str) -> None:
    assert numeral_readings(text, "mdy", dotted=False) is None


def test_two_digits_are_a_year_of_this_century_or_the_last() -> None:
    assert (century(24), century(49), century(50), century(99)) == (2024, 2049, 1950, 1999)


@given(
    text=st.text(alphabet="0123456789-/.,:~ ", min_size=1, max_size=60).filter(lambda text: text[0].isdigit())
)
def test_any_digits_are_read_without_fault(text: str) -> None:
    for order in ("mdy", "dmy", "ymd"):
        numeral_readings(text, order, dotted=True)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("zweiundzwanzig", 22),
        ("zweitausendvierundzwanzig", 2024),
        ("neunzehnhundertneunundneunzig", 1999),
        ("zweiundwanzig", None),
        ("undundund", None),
        ("zwei", None),
    ],
)
def test_numbers_written_together_are_taken_apart(word: str, value: int | None) -> None:
    from monitor.extract.dates import language

    words = language("de").compounds
    assert words is not None
    assert compound(word, words) == value
