"""What is implied: the year, the month, where a season, a part or an offset begins and ends."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from monitor.extract.dates import find_dates
from monitor.extract.dates.resolving import resolve
from monitor.extract.dates.values import About, Bound, Either, Offset, Range, Stated, Vague, Value, WeekOf

THURSDAY = date(2023, 8, 10)


@pytest.mark.parametrize(
    ("value", "edtf"),
    [
        (Stated(month=2, day=29), "2024-02-29"),
        (Stated(day=31), "2023-08-31"),
        (Stated(day=9), "2023-09-09"),
        (Stated(weekday=3), "2023-08-10"),
        (Stated(weekday=2, which="this"), "2023-08-09"),
        (Stated(weekday=4, which="next"), "2023-08-18"),
        (Stated(weekday=4, which="coming"), "2023-08-11"),
        (Stated(weekday=3, which="last"), "2023-08-03"),
        (Stated(sub=22, which="next"), "2024-22"),
        (Stated(sub=22, which="coming"), "2024-22"),
        (Stated(sub=22, which="last"), "2022-22"),
        (Stated(sub=24, which="this"), "2023-24"),
        (Stated(month=9, which="next"), "2023-09"),
        (Stated(part=39), "2023-39"),
        (Stated(months=1, part=37), "2023-09-01/2023-09-10"),
        (Stated(months=-8), "2022-12"),
        (Stated(months=5, day=3), "2024-01-03"),
        (Stated(quarters=1), "2023-36"),
        (Stated(quarters=2), "2024-33"),
        (Stated(halves=-1), "2023-40"),
        (Stated(weekend=True), "2023-08-12/2023-08-13"),
        (Stated(weekend=True, which="next"), "2023-08-19/2023-08-20"),
        (Stated(feast="holiday_season"), "2023-11/2023-12"),
        (Stated(feast="christmas_time", year=2024), "2024-12"),
        (Stated(feast="halloween", weekend=True, year=2021), "2021-10-30/2021-10-31"),
        (Stated(nth=1, unit="weekday", weekday=4, month=7), "2024-07-05"),
        (Stated(nth=-1, unit="weekday", weekday=0, month=5, year=2024), "2024-05-27"),
        (Stated(nth=3, unit="weekday", weekday=1), "2023-08-15"),
        (Stated(nth=-1, unit="day", month=2, year=2024), "2024-02-29"),
        (Stated(nth=5, unit="week", month=10), "2023-10-29/2023-10-31"),
        (Stated(nth=-1, unit="week", month=10), "2023-10-25/2023-10-31"),
        (Stated(nth=3, unit="month", year=2024), "2024-03"),
        (Stated(nth=2, unit="weekend", month=10), "2023-10-14/2023-10-15"),
        (Offset(2, "week"), "2023-08-24~"),
        (Offset(-2, "year"), "2021~"),
        (Offset(1, "month"), "2023-09-10~"),
        (Offset(6, "month", exact=True), "2024-02-10"),
        (Offset(3, "day"), "2023-08-13"),
        (Offset(2, "workday"), "2023-08-14"),
        (Offset(2, "weekday6"), "2023-08-20"),
        (Offset(-1, "quarter"), "2023-05~"),
        (Offset(1, "decade"), "2033~"),
        (Offset(2, "week", Stated(month=1, day=15)), "2024-01-29"),
        (WeekOf(Stated(month=10, day=23)), "2023-10-23/2023-10-29"),
        (WeekOf(Stated(month=10, day=28), weekend=True), "2023-10-28/2023-10-29"),
        (Range(Stated(month=11), Stated(month=3)), "2023-11/2024-03"),
        (Range(Stated(month=11), Stated(month=2, day=5, year=2017)), "2016-11-01/2017-02-05"),
        (Range(Stated(month=4), Stated(month=6, part=39)), "2024-04/2024-06"),
        (Range(Stated(days=0), Stated(weekday=4)), "2023-08-10/2023-08-11"),
        (Range(Stated(year=2024, month=5), Stated(year=2024, month=5)), "2024-05"),
        (Range(Stated(month=10, year=2023), Stated(month=2)), "2023-10/2024-02"),
        (Bound("before", Stated(year=2024)), "../2023-12-31"),
        (Bound("before", Stated(year=2024, part=39)), "../2024-12-31"),
        (Bound("until", Stated(month=10)), "../2023-10-31"),
        (Bound("after", Stated(sub=22)), "2023-09/.."),
        (Bound("after", Stated(year=2018)), "2019/.."),
        (Bound("after", Stated(month=5, day=4, year=2024)), "2024-05-05/.."),
        (Bound("from", Stated(year=2024, part=37)), "2024/.."),
        (Bound("since", Stated(month=5)), "2023-05/.."),
        (Either(Stated(sub=21), Stated(sub=22)), "[2024-21,2024-22]"),
        (Either(Stated(month=5), Stated(month=6, year=2024)), "[2024-05,2024-06]"),
        (About(Stated(month=6, year=2024)), "2024-06~"),
        (About(Stated(month=6, part=37)), "2024-06-01/2024-06-10"),
    ],
    ids=str,
)
def test_what_is_unsaid_is_implied(value: Value, edtf: str) -> None:
    assert str(resolve(value, THURSDAY)) == edtf


@pytest.mark.parametrize(
    "value",
    [
        Vague(),
        Bound("before", Vague()),
        Stated(),
        Stated(month=6, day=31, year=2024),
        Stated(months=1, day=31),
        Stated(feast="diwali", year=2090),
        Stated(nth=5, unit="weekday", weekday=4, month=2, year=2023),
        Stated(nth=1, unit="third", year=2024),
        Offset(999, "decade"),
        Range(Stated(year=2025), Stated(year=2024)),
    ],
    ids=str,
)
def test_what_no_calendar_has_is_nothing(value: Value) -> None:
    assert resolve(value, THURSDAY) is None


def test_in_january_this_winter_began_in_december() -> None:
    assert str(resolve(Stated(sub=24, which="this"), date(2024, 1, 10))) == "2023-24"


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_the_ends_of_the_calendar_are_no_fault(day: date) -> None:
    for value in (
        Stated(month=5),
        Stated(day=5),
        Stated(weekday=1, which="next"),
        Stated(weeks=1),
        Stated(years=-1),
        Stated(feast="easter"),
        Offset(2, "week"),
    ):
        assert resolve(value, day) is None or resolve(value, day) is not None


def test_one_of_a_year_and_a_range_is_what_both_cover() -> None:
    either = Either(Stated(year=2024), Range(Stated(year=2025), Stated(year=2026)))
    assert str(resolve(either, THURSDAY)) == "2024-01-01/2026-12-31"


@pytest.mark.parametrize(
    ("text", "lang", "on", "meant"),
    [
        ("Friday, October 27", "en", "2023-11-20", "2023-10-27"),
        ("Friday, October 27", "en", "2023-10-20", "2023-10-27"),
        ("10月27日（金）公開", "ja", "2023-11-20", "2023-10-27"),
        ("10.27（五）上映", "zh", "2023-11-20", "2023-10-27"),
        ("10월 27일(금) 개봉", "ko", "2023-11-20", "2023-10-27"),
        ("Saturday, October 27", "en", "2023-11-20", "2024-10-27"),
        ("October 27", "en", "2023-11-20", "2024-10-27"),
        ("Tuesday, May 9", "en", "2018-01-07", "2018-05-09"),
    ],
)
def test_the_weekday_tells_the_year_of_a_day_where_the_nearer_falls_on_it(
    text: str, lang: str, on: str, meant: str
) -> None:
    (mention,) = find_dates(text, lang)
    assert str(mention.resolve(datetime.fromisoformat(f"{on}T12:00+00:00"))) == meant
