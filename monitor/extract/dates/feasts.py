"""Compute the days of feasts in a year: fixed, counted from Easter, or the nth weekday of a month.

The names of feasts are in the language files; this module has only their dates.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

__all__ = ["FEASTS", "feast"]


def feast(name: str, year: int) -> tuple[date, date]:
    """Return the first and last day of the feast `name` in `year`. Raises KeyError when there is no such feast."""
    day = FEASTS[name](year)
    return day if isinstance(day, tuple) else (day, day)


def easter(year: int) -> date:
    """Return the Western Easter Sunday (the anonymous Gregorian computus of Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """Return the nth `weekday` (Monday 0) of a month; -1 is the last. Raises ValueError when there is none."""
    if nth > 0:
        first = date(year, month, 1)
        return first.replace(day=1 + (weekday - first.weekday()) % 7 + 7 * (nth - 1))
    last = date(year, month, monthrange(year, month)[1])
    return last - timedelta(days=(last.weekday() - weekday) % 7 + 7 * (-nth - 1))


Days = Callable[[int], date | tuple[date, date]]


def _fixed(month: int, day: int) -> Days:
    return lambda year: date(year, month, day)


def _easter(days: int) -> Days:
    return lambda year: easter(year) + timedelta(days=days)


def _nth(month: int, weekday: int, nth: int, days: int = 0) -> Days:
    return lambda year: nth_weekday(year, month, weekday, nth) + timedelta(days=days)


def _advent(sunday: int) -> Days:
    """Return Advent Sundays: the fourth is the last Sunday before Christmas."""

    def on(year: int) -> date:
        eve = date(year, 12, 24)
        return eve - timedelta(days=(eve.weekday() + 1) % 7 + 7 * (4 - sunday))

    return on


def _months(first: int, last: int) -> Days:
    return lambda year: (date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def _on(*days: tuple[int, int, int]) -> Days:
    """Return a feast of the lunar calendars from a table; None outside of the table."""
    table = {year: date(year, month, day) for year, month, day in days}
    return lambda year: table[year]


FEASTS: dict[str, Days] = {
    "new_year": _fixed(1, 1),
    "new_year_eve": _fixed(12, 31),
    "epiphany": _fixed(1, 6),
    "valentine": _fixed(2, 14),
    "st_patrick": _fixed(3, 17),
    "april_fools": _fixed(4, 1),
    "earth_day": _fixed(4, 22),
    "star_wars_day": _fixed(5, 4),
    "labour_day": _fixed(5, 1),
    "midsummer_eve": lambda year: date(year, 6, 19) + timedelta(days=(4 - date(year, 6, 19).weekday()) % 7),
    "midsummer": lambda year: date(year, 6, 20) + timedelta(days=(5 - date(year, 6, 20).weekday()) % 7),
    "st_john": _fixed(6, 24),
    "peter_and_paul": _fixed(6, 29),
    "juneteenth": _fixed(6, 19),
    "us_independence": _fixed(7, 4),
    "bastille": _fixed(7, 14),
    "assumption": _fixed(8, 15),
    "halloween": _fixed(10, 31),
    "all_saints": _fixed(11, 1),
    "all_souls": _fixed(11, 2),
    "guy_fawkes": _fixed(11, 5),
    "st_martin": _fixed(11, 11),
    "veterans": _fixed(11, 11),
    "singles_day": _fixed(11, 11),
    "poland_independence": _fixed(11, 11),
    "poland_constitution": _fixed(5, 3),
    "st_nicholas": _fixed(12, 6),
    "sinterklaas": _fixed(12, 5),
    "st_lucy": _fixed(12, 13),
    "christmas_eve": _fixed(12, 24),
    "christmas": _fixed(12, 25),
    "christmas_2": _fixed(12, 26),
    "christmas_time": _months(12, 12),
    "holiday_season": _months(11, 12),
    "rentree": _months(9, 9),
    "german_unity": _fixed(10, 3),
    "reformation": _fixed(10, 31),
    "walpurgis": _fixed(4, 30),
    "kings_day": _fixed(4, 27),
    "liberation_nl": _fixed(5, 5),
    "liberation_it": _fixed(4, 25),
    "republic_it": _fixed(6, 2),
    "womens_day": _fixed(3, 8),
    "girls_day_cn": _fixed(3, 7),
    "youth_day_cn": _fixed(5, 4),
    "childrens_day_cn": _fixed(6, 1),
    "childrens_day": _fixed(5, 5),
    "party_day_cn": _fixed(7, 1),
    "army_day_cn": _fixed(8, 1),
    "teachers_day_cn": _fixed(9, 10),
    "national_day_cn": _fixed(10, 1),
    "golden_week_cn": lambda year: (date(year, 10, 1), date(year, 10, 7)),
    "arbor_day_cn": _fixed(3, 12),
    "world_no_tobacco": _fixed(5, 31),
    "liberation_kr": _fixed(8, 15),
    "march_first_kr": _fixed(3, 1),
    "hangul_day": _fixed(10, 9),
    "republic_tr": _fixed(10, 29),
    "sovereignty_tr": _fixed(4, 23),
    "youth_tr": _fixed(5, 19),
    "victory_tr": _fixed(8, 30),
    "democracy_tr": _fixed(7, 15),
    "republic_in": _fixed(1, 26),
    "independence_in": _fixed(8, 15),
    "gandhi": _fixed(10, 2),
    "national_sa": _fixed(9, 23),
    "national_ch": _fixed(8, 1),
    "national_se": _fixed(6, 6),
    "constitution_es": _fixed(12, 6),
    "hispanic_day": _fixed(10, 12),
    "republic_pt": _fixed(10, 5),
    "freedom_pt": _fixed(4, 25),
    "independence_br": _fixed(9, 7),
    "tiradentes": _fixed(4, 21),
    "showa_day": _fixed(4, 29),
    "golden_week_jp": lambda year: (date(year, 4, 29), date(year, 5, 5)),
    "culture_day_jp": _fixed(11, 3),
    "constitution_jp": _fixed(5, 3),
    "tanabata": _fixed(7, 7),
    "groundhog": _fixed(2, 2),
    "mardi_gras": _easter(-47),
    "carnival_thursday": _easter(-52),
    "carnival_friday": _easter(-51),
    "carnival_saturday": _easter(-50),
    "carnival_sunday": _easter(-49),
    "carnival_monday": _easter(-48),
    "ash_wednesday": _easter(-46),
    "palm_sunday": _easter(-7),
    "maundy_thursday": _easter(-3),
    "good_friday": _easter(-2),
    "holy_saturday": _easter(-1),
    "easter": _easter(0),
    "easter_monday": _easter(1),
    "holy_week": lambda year: (easter(year) - timedelta(days=7), easter(year) - timedelta(days=1)),
    "easter_weekend": lambda year: (easter(year) - timedelta(days=2), easter(year) + timedelta(days=1)),
    "ascension": _easter(39),
    "pentecost": _easter(49),
    "whit_monday": _easter(50),
    "trinity": _easter(56),
    "corpus_christi": _easter(60),
    "advent_1": _advent(1),
    "advent_2": _advent(2),
    "advent_3": _advent(3),
    "advent_4": _advent(4),
    "totensonntag": _advent(0),
    "volkstrauertag": _advent(-1),
    "repentance": lambda year: _totensonntag(year) - timedelta(days=4),
    "thanksgiving": _nth(11, 3, 4),
    "black_friday": _nth(11, 3, 4, 1),
    "cyber_monday": _nth(11, 3, 4, 4),
    "mlk": _nth(1, 0, 3),
    "presidents": _nth(2, 0, 3),
    "memorial": _nth(5, 0, -1),
    "us_labor_day": _nth(9, 0, 1),
    "columbus": _nth(10, 0, 2),
    "mothers_day": _nth(5, 6, 2),
    "mothers_day_last": _nth(5, 6, -1),
    "mothers_day_first": _nth(5, 6, 1),
    "fathers_day": _nth(6, 6, 3),
    "fathers_day_march": _fixed(3, 19),
    "fathers_day_second_august": _nth(8, 6, 2),
    "fathers_day_november": _nth(11, 6, 2),
    "mothers_day_poland": _fixed(5, 26),
    "fathers_day_poland": _fixed(6, 23),
    "childrens_day_poland": _fixed(6, 1),
    "qingming": lambda year: date(year, 4, 4 if year % 4 in (0, 1) else 5),
    "spring_equinox": _fixed(3, 20),
    "summer_solstice": _fixed(6, 21),
    "autumn_equinox": lambda year: date(year, 9, 23 if year % 4 == 3 else 22),
    "winter_solstice": lambda year: date(year, 12, 22 if year % 4 == 3 else 21),
    "lunar_new_year": _on(
        (2016, 2, 8), (2017, 1, 28), (2018, 2, 16), (2019, 2, 5), (2020, 1, 25), (2021, 2, 12), (2022, 2, 1),
        (2023, 1, 22), (2024, 2, 10), (2025, 1, 29), (2026, 2, 17), (2027, 2, 6), (2028, 1, 26), (2029, 2, 13),
        (2030, 2, 3), (2031, 1, 23), (2032, 2, 11), (2033, 1, 31), (2034, 2, 19), (2035, 2, 8),
    ),
    "lunar_new_year_eve": _on(
        (2016, 2, 7), (2017, 1, 27), (2018, 2, 15), (2019, 2, 4), (2020, 1, 24), (2021, 2, 11), (2022, 1, 31),
        (2023, 1, 21), (2024, 2, 9), (2025, 1, 28), (2026, 2, 16), (2027, 2, 5), (2028, 1, 25), (2029, 2, 12),
        (2030, 2, 2), (2031, 1, 22), (2032, 2, 10), (2033, 1, 30), (2034, 2, 18), (2035, 2, 7),
    ),
    "mid_autumn": _on(
        (2016, 9, 15), (2017, 10, 4), (2018, 9, 24), (2019, 9, 13), (2020, 10, 1), (2021, 9, 21), (2022, 9, 10),
        (2023, 9, 29), (2024, 9, 17), (2025, 10, 6), (2026, 9, 25), (2027, 9, 15), (2028, 10, 3), (2029, 9, 22),
        (2030, 9, 12), (2031, 10, 1), (2032, 9, 19), (2033, 9, 8), (2034, 9, 27), (2035, 9, 16),
    ),
    "dragon_boat": _on(
        (2016, 6, 9), (2017, 5, 30), (2018, 6, 18), (2019, 6, 7), (2020, 6, 25), (2021, 6, 14), (2022, 6, 3),
        (2023, 6, 22), (2024, 6, 10), (2025, 5, 31), (2026, 6, 19), (2027, 6, 9), (2028, 5, 28), (2029, 6, 16),
        (2030, 6, 5), (2031, 6, 24), (2032, 6, 12), (2033, 6, 1), (2034, 6, 20), (2035, 6, 10),
    ),
    "diwali": _on(
        (2016, 10, 30), (2017, 10, 19), (2018, 11, 7), (2019, 10, 27), (2020, 11, 14), (2021, 11, 4),
        (2022, 10, 24), (2023, 11, 12), (2024, 10, 31), (2025, 10, 20), (2026, 11, 8), (2027, 10, 29),
        (2028, 10, 17), (2029, 11, 5), (2030, 10, 26),
    ),
    "holi": _on(
        (2016, 3, 24), (2017, 3, 13), (2018, 3, 2), (2019, 3, 21), (2020, 3, 10), (2021, 3, 29), (2022, 3, 18),
        (2023, 3, 8), (2024, 3, 25), (2025, 3, 14), (2026, 3, 4), (2027, 3, 22), (2028, 3, 11), (2029, 3, 1),
        (2030, 3, 20),
    ),
    "eid_al_fitr": _on(
        (2016, 7, 6), (2017, 6, 25), (2018, 6, 15), (2019, 6, 4), (2020, 5, 24), (2021, 5, 13), (2022, 5, 2),
        (2023, 4, 21), (2024, 4, 10), (2025, 3, 30), (2026, 3, 20), (2027, 3, 9), (2028, 2, 26), (2029, 2, 14),
        (2030, 2, 4),
    ),
    "eid_al_adha": _on(
        (2016, 9, 12), (2017, 9, 1), (2018, 8, 21), (2019, 8, 11), (2020, 7, 31), (2021, 7, 20), (2022, 7, 9),
        (2023, 6, 28), (2024, 6, 16), (2025, 6, 6), (2026, 5, 27), (2027, 5, 16), (2028, 5, 5), (2029, 4, 24),
        (2030, 4, 13),
    ),
}  # fmt: skip


def _totensonntag(year: int) -> date:
    day = FEASTS["totensonntag"](year)
    assert isinstance(day, date)  # noqa: S101 - narrows the union of one-day and longer feasts
    return day
