"""Every period that the words of a date could mean is offered once, the preferred one first, each with its name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.extract.dates import LANGUAGES, DateMention, find_dates, language
from monitor.model import When
from tests.builders import NOW


def mention(text: str, lang: str = "en") -> DateMention:
    (found,) = find_dates(text, lang)
    return found


def named(text: str, lang: str = "en", near: str = "") -> dict[str, str]:
    """Return the readings by name; of two alternatives the later one."""
    found = mention(text, lang).readings(NOW, near=When.parse(near) if near else None)
    return {reading.name: reading.when.edtf for reading in found}


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("October 26", "en", {"future": "2023-10-26", "past": "2022-10-26"}),
        ("October 26, 2024", "en", {"whole": "2024-10-26"}),
        ("on Friday", "en", {"future": "2023-08-11", "past": "2023-08-04"}),
        ("early 2024", "en", {"whole": "2024-37", "coarse": "2024"}),
        ("in two weeks", "en", {"whole": "2023-08-24~", "exact": "2023-08-24"}),
        ("around June 2024", "en", {"about": "2024-06~", "exact": "2024-06"}),
        ("until 2024", "en", {"until": "../2024-12-31", "bare": "2024", "not-before": "2024/.."}),
        ("not before 2025", "en", {"not-before": "2025/..", "bare": "2025"}),
        ("from 23 December 2023", "en", {"not-before": "2023-12-23/..", "bare": "2023-12-23"}),
        ("a partir del 17 de marzo de 2024", "es", {"not-before": "2024-03-17/..", "bare": "2024-03-17"}),
        ("by the end of 2024", "en", {"until": "../2024-12-31", "bare": "2024-39", "coarse": "2024", "not-before": "2024-39/.."}),
        ("between May and July 2024", "en", {"from-to": "2024-05/2024-07", "start": "2024-05", "end": "2024-07"}),
        ("a year ago", "en", {"whole": "2022~", "exact": "2022", "to the day": "2022-08-10", "to the month": "2022-08~"}),
        ("in three months", "en", {"whole": "2023-11~", "exact": "2023-11", "to the day": "2023-11-10"}),
        ("two weeks after January 15, 2024", "en", {"whole": "2024-01-29", "base": "2024-01-15"}),
        ("11/6/2023", "en", {"month-first": "2023-11-06", "day-first": "2023-06-11"}),
        ("am 12.05.2024", "de", {"day-first": "2024-05-12", "month-first": "2024-12-05"}),
        ("11/26/2023", "en", {"whole": "2023-11-26"}),
    ],
)  # fmt: skip
def test_what_the_words_could_mean(text: str, lang: str, expected: dict[str, str]) -> None:
    assert named(text, lang) == expected


def test_a_range_without_a_year_has_its_ends_in_both_directions() -> None:
    assert named("from February to June") == {
        "from-to future": "2024-02/2024-06",
        "start future": "2024-02",
        "end future": "2024-06",
        "from-to past": "2023-02/2023-06",
        "start past": "2023-02",
        "end past": "2023-06",
    }


def test_a_range_that_only_begins_with_a_year_may_end_in_another() -> None:
    assert "2023-09" in [
        str(reading.when) for reading in mention("from last year until September").readings(NOW)
    ]


def test_the_coming_season_may_be_the_running_one() -> None:
    assert named("this upcoming summer") == {"whole": "2024-22", "nearest": "2023-22"}


def test_two_parts_of_months_are_what_both_cover() -> None:
    assert str(mention("end of May/beginning of June").resolve(NOW)) == "2024-05-21/2024-06-10"


def test_each_of_two_alternatives_stands_alone_too() -> None:
    found = [
        (reading.name, str(reading.when)) for reading in mention("late 2024 or early 2025").readings(NOW)
    ]
    assert found[:2] == [("either", "[2024-39,2025-37]"), ("alternative", "2024-39")]
    assert ("alternative", "2025-37") in found


def test_two_days_in_either_order_are_of_one_year() -> None:
    assert named("29 October or 24 October")["either future"] == "[2023-10-24,2023-10-29]"
    assert named("in spring or summer")["either future"] == "[2024-21,2024-22]"


@pytest.mark.parametrize(
    ("text", "near", "expected"),
    [
        ("October 26", "2021-05", "2021-10-26"),
        ("in winter", "2021-05", "2021-24"),
        ("out on the 12th.", "2021-05-03", "2021-05-12"),
        ("the same day", "2021-05-03", "2021-05-03"),
        ("two days later", "2021-05-03", "2021-05-05"),
        ("next year", "2021", "2022"),
        ("before June", "2021-01", "../2021-05-31"),
        ("from July 7 to 9", "2021", "2021-07-07/2021-07-09"),
        ("the July slot", "2021-07-26", "2021-07-26"),
    ],
)
def test_another_date_fills_what_is_left_out(text: str, near: str, expected: str) -> None:
    found = mention(text).readings(NOW, near=When.parse(near))
    assert expected in [str(reading.when) for reading in found if reading.anchor == "near"]
    assert found[: len(mention(text).readings(NOW))] == mention(text).readings(NOW)


def test_a_lapse_is_counted_from_the_day_of_writing_or_from_another_date() -> None:
    (found,) = find_dates("three months after it opened", "en", doubtful=True)
    assert found.resolve(NOW) is None
    whens = {
        reading.form: str(reading.when) for reading in found.readings(NOW, near=When.parse("2021-05-03"))
    }
    assert whens["ago"] == "2023-05~"
    assert whens["later"] == "2021-08~"


def test_what_is_counted_off_may_lie_on_either_side_of_another_date() -> None:
    (found,) = find_dates("two days before its wider release", "en", doubtful=True)
    near = {reading.name: str(reading.when) for reading in found.readings(NOW, near=When.parse("2023-05-03"))}
    assert near["later near"] == "2023-05-05"
    assert near["earlier near"] == "2023-05-01"


def test_another_date_adds_nothing_to_a_full_one() -> None:
    assert named("October 26, 2024", near="2021-05") == {"whole": "2024-10-26"}


def test_of_a_day_that_its_month_does_not_have_the_month_is_meant() -> None:
    assert named("31 June 2024") == {"month": "2024-06"}
    assert "month" not in named("31 May 2024")


def test_of_a_feast_whose_day_is_not_known_the_year_is_meant() -> None:
    assert named("Diwali 2090") == {"year": "2090"}
    assert "year" not in named("Diwali 2024")


def test_a_range_may_begin_with_what_its_count_is_from() -> None:
    readings = [str(reading.when) for reading in mention("12 weeks from February to April 28").readings(NOW)]
    assert {"2024-02", "2024-04-28"} <= set(readings)


def test_a_part_of_the_year_beside_one_of_another_year_may_be_of_this_year() -> None:
    readings = [str(reading.when) for reading in mention("year-end or early 2024").readings(NOW)]
    assert "[2023-39,2024-37]" in readings


def test_a_move_from_a_month_to_a_part_of_a_year_is_no_early_month() -> None:
    assert named("from November to early 2024")["start"] == "2023-11"


def test_soon_has_no_reading() -> None:
    assert mention("soon").readings(NOW) == ()


def test_with_past_the_past_is_preferred() -> None:
    assert [reading.name for reading in mention("in October").readings(NOW, past=True)] == ["past", "future"]


EXAMPLES = [(tag, example.text) for tag in LANGUAGES for example in language(tag).examples]
REJECTED = [
    (tag, example.text) for tag in LANGUAGES for example in language(tag).examples if not example.edtf
]


@settings(deadline=None)
@given(st.sampled_from(EXAMPLES), st.booleans())
def test_the_first_reading_is_the_resolved_one_and_none_is_there_twice(
    example: tuple[str, str], past: bool
) -> None:
    tag, text = example
    mentions = find_dates(text, tag, doubtful=True)
    assert mentions or example in REJECTED
    for found in mentions:
        readings = found.readings(NOW, past=past, near=When.parse("2021-05-03"))
        resolved = found.resolve(NOW, past=past)
        if resolved is not None:
            assert readings[0].when == resolved
        periods = [reading.when.edtf for reading in readings]
        assert len(periods) == len(set(periods))


def test_the_documented_table_is_what_is_read() -> None:
    page = Path(__file__).parents[3].joinpath("docs", "how-claims-are-read.md").read_text(encoding="utf-8")
    table = page.partition("## What a date could mean")[2].partition("## ")[0]
    rows = re.findall(r"^\| (?!words|-)(.+?) \| (.+?) \|$", table, re.MULTILINE)
    assert len(rows) == 10
    for words, cell in rows:
        told = re.findall(
            r"((?:to the )?[a-z-]+) (\[[^\]]+\]|\.\./[-0-9]+|\d{4}[-0-9~/.]*)", cell.partition(" (")[0]
        )
        assert told
        assert dict(told).items() <= named(words).items()


@pytest.mark.parametrize(
    ("text", "lang", "last", "meant"),
    [
        ("9月5日、『波音』は19日", "ja", "19日", "2023-09-19"),
        ("9月24日公開。同日に配信も始まる", "ja", "同日", "2023-09-24"),
        ("9月24日公開、翌日に配信", "ja", "翌日", "2023-09-25"),
        ("9月5日公开，19日上线", "zh", "19日", "2023-09-19"),
        ("定档9月29日。同一天还有两部影片", "zh", "同一天", "2023-09-29"),
        ("2025年9月首播，隔年5月完结", "zh", "隔年5月", "2026-05"),
        ("9월 5일과 19일", "ko", "19일", "2023-09-19"),
        ("9월 24일 개봉한다. 같은 날 음반도 나온다", "ko", "같은 날", "2023-09-24"),
        ("ab dem 5. September, am 19. folgt die zweite Staffel", "de", "am 19.", "2023-09-19"),
        ("On September 5 it opens. The film comes that same day.", "en", "that same day", "2023-09-05"),
        ("am 5. September, einen Tag später in Wien", "de", "einen Tag später", "2023-09-06"),
    ],
)
def test_what_leans_on_a_date_ahead_of_it_is_filled_from_that_date(
    text: str, lang: str, last: str, meant: str
) -> None:
    mention = find_dates(text, lang, doubtful=True)[-1]
    assert mention.text == last
    assert meant in [one.when.edtf for one in mention.readings(NOW) if one.anchor == "near"]


def test_the_same_day_means_that_of_the_antecedent_first_and_the_day_of_writing_without_one() -> None:
    told = find_dates("9月24日公開。同日に配信も始まる", "ja", doubtful=True)[-1]
    assert str(told.resolve(NOW)) == "2023-09-24"
    alone = find_dates("同日に配信も始まる", "ja", doubtful=True)[-1]
    assert alone.antecedent is None
    assert str(alone.resolve(NOW)) == "2023-08-10"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("10月公開、12月配信", "ja"),
        ("tomorrow, and on September 5 on PC", "en"),
        ("9월 개봉, 내년 3월 공개", "ko"),
    ],
)
def test_a_date_that_names_its_month_leans_on_none(text: str, lang: str) -> None:
    assert [one.antecedent for one in find_dates(text, lang, doubtful=True)] == [None, None]


def test_a_long_chain_of_bare_days_is_read_without_deep_recursion() -> None:
    mentions = find_dates(
        "9月5日公開、" + "、".join(f"第一部は{day}日と同日" for day in (6, 7, 8) * 400), "ja", doubtful=True
    )
    assert len(mentions) > 500
    assert mentions[-1].readings(NOW)


def test_what_follows_a_move_is_counted_from_either_day() -> None:
    found = find_dates("pasó del 3 de octubre al 24 de octubre, y una semana más tarde llega a Chile", "es")[
        -1
    ]
    near = [one.when.edtf for one in found.readings(NOW) if one.anchor == "near"]
    assert {"2023-10-10~", "2023-10-31~"} <= set(near)


def test_the_last_quarter_is_also_the_fourth() -> None:
    assert named("in the last quarter")["nearest future"] == "2023-36"
    assert "nearest future" not in named("in the next quarter")


def test_a_day_of_that_month_is_one_of_the_month_told_before() -> None:
    told = find_dates(
        "alvo de piada desde fevereiro, no dia 3 de março e no dia 27 daquele mês", "pt", doubtful=True
    )[-1]
    assert told.readings(NOW)[0].when.edtf[5:] == "03-27"
    told = find_dates(
        "alvo de piada desde fevereiro: o teaser foi publicado no dia 27 daquele mês", "pt", doubtful=True
    )[-1]
    assert "2023-02-27" in [one.when.edtf for one in told.readings(NOW)]


def test_a_weekday_that_tells_the_year_leaves_one_direction() -> None:
    assert named("Friday, October 27") == {"future": "2023-10-27"}
    assert named("Thursday, August 3") == {"past": "2023-08-03"}
    assert named("Thursday, August 10, 2023") == {"whole": "2023-08-10"}
    assert set(named("Monday, October 27")) == {"future", "past"}
