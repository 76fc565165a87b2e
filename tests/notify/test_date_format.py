"""A period as a person writes it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.i18n import LANGUAGES, locale_of
from monitor.model import When
from monitor.notify.date_format import spell, spell_at, spell_day, spell_move
from tests.builders import at


@pytest.mark.parametrize(
    ("edtf", "text"),
    [
        ("2023-10-26", "26 October 2023"),
        ("2023-10", "October 2023"),
        ("2024", "2024"),
        ("2024-21", "spring 2024"),
        ("2024-22", "summer 2024"),
        ("2024-23", "autumn 2024"),
        ("2024-24", "winter 2024"),
        ("2024-33", "Q1 2024"),
        ("2024-36", "Q4 2024"),
        ("2024-40", "the first half of 2024"),
        ("2024-41", "the second half of 2024"),
        ("2024-37", "early 2024"),
        ("2024-38", "mid-2024"),
        ("2024-39", "late 2024"),
        ("202X", "the 2020s"),
        ("2023-10-01/2023-10-10", "early October 2023"),
        ("2023-10-11/2023-10-20", "mid-October 2023"),
        ("2023-10-21/2023-10-31", "late October 2023"),
        ("2023-02-21/2023-02-28", "late February 2023"),
        ("2023-10-01/2023-10-07", "the first week of October 2023"),
        ("2023-10-01/2023-10-15", "the first half of October 2023"),
        ("2023-10-16/2023-10-31", "the second half of October 2023"),
        ("2023-08-07/2023-08-13", "the week of 7 August 2023"),
        ("2023-10-05/2023-10-09", "5–9 October 2023"),
        ("2023-10-05/2023-11-09", "5 October – 9 November 2023"),
        ("2023-10-05/2024-11-09", "5 October 2023 – 9 November 2024"),
        ("2024-05/2024-07", "May–July 2024"),
        ("2023-11/2024-02", "November 2023 – February 2024"),
        ("2023/2025", "2023 – 2025"),
        ("2023-33/2023-35", "January–September 2023"),
        ("[2024-39,2025-37]", "late 2024 or early 2025"),
        ("[2023-10-17,2023-10-27]", "17 or 27 October 2023"),
        ("[2023,2024,2025]", "2023, 2024 or 2025"),
        ("../2024-12-31", "no later than the end of 2024"),
        ("../2023-11-30", "no later than the end of November 2023"),
        ("../2024-06-12", "no later than 12 June 2024"),
        ("2025/..", "2025 or later"),
        ("2023-09/..", "September 2023 or later"),
        ("2024-06~", "around June 2024"),
        ("2023-08-24~", "around 24 August 2023"),
    ],
)
def test_every_form_of_the_contract_has_english_words(edtf: str, text: str) -> None:
    assert spell(When.parse(edtf), locale_of("en")) == text


@pytest.mark.parametrize(
    ("tag", "texts"),
    [
        ("en-US", ["October 26, 2023", "fall 2024", "October 5–9, 2023", "no later than June 12, 2024"]),
        ("en_GB", ["26 October 2023", "autumn 2024", "5–9 October 2023", "no later than 12 June 2024"]),
        (
            "pl",
            [
                "26 października 2023",
                "jesień 2024",
                "5–9 października 2023",
                "nie później niż 12 czerwca 2024",
            ],
        ),
        ("de", ["26. Oktober 2023", "Herbst 2024", "5.–9. Oktober 2023", "spätestens 12. Juni 2024"]),
        ("ko", ["2023년 10월 26일", "2024년 가을", "2023년 10월 5일~9일", "늦어도 2024년 6월 12일"]),
        ("it", ["26 ottobre 2023", "autunno 2024", "5–9 ottobre 2023", "non oltre 12 giugno 2024"]),
        (
            "sv",  # no catalogue: the months of the season
            ["26 oktober 2023", "september–november 2024", "5–9 oktober 2023", "– 12 juni 2024"],
        ),
        ("xx-none", ["26 October 2023", "autumn 2024", "5–9 October 2023", "no later than 12 June 2024"]),
    ],
)
def test_a_locale_has_its_own_order_and_words(tag: str, texts: list[str]) -> None:
    forms = ("2023-10-26", "2024-23", "2023-10-05/2023-10-09", "../2024-06-12")
    assert [spell(When.parse(edtf), locale_of(tag)) for edtf in forms] == texts


@pytest.mark.parametrize(
    ("edtf", "text"),
    [
        ("2023-10-01/2023-10-10", "początek października 2023"),
        ("2024-06~", "około czerwca 2024"),
        ("../2023-11-30", "nie później niż koniec listopada 2023"),
        ("2023-10", "październik 2023"),
    ],
)
def test_polish_months_stand_in_the_case_that_their_place_asks_for(edtf: str, text: str) -> None:
    assert spell(When.parse(edtf), locale_of("pl")) == text


@pytest.mark.parametrize(
    ("tag", "before", "after", "told"),
    [
        ("en", "2023-10-17", "2023-10-27", ("17", "27 October 2023")),
        ("en", "2023-10-27", "2023-10-17", ("27", "17 October 2023")),
        ("en", "2023-10-17", "2023-11-03", ("17 October", "3 November 2023")),
        ("en", "2023-12-17", "2024-01-03", ("17 December 2023", "3 January 2024")),
        ("en", "2023-10", "2023-12", ("October", "December 2023")),
        ("en", "2023-23", "2024", ("autumn 2023", "2024")),
        ("en-US", "2023-10-17", "2023-10-27", ("October 17", "27, 2023")),
        ("de", "2023-10-17", "2023-10-27", ("17.", "27. Oktober 2023")),
        ("ja", "2023-10-17", "2023-10-27", ("2023年10月17日", "27日")),
        ("es", "2023-10-17", "2023-10-27", ("17", "27 de octubre de 2023")),
    ],
)
def test_a_move_does_not_say_twice_what_both_sides_share(
    tag: str, before: str, after: str, told: tuple[str, str]
) -> None:
    assert spell_move(When.parse(before), When.parse(after), locale_of(tag)) == told


def test_the_day_of_a_time_is_its_day_in_utc() -> None:
    assert spell_day(at("2023-08-10T23:30:00-05:00"), locale_of("en")) == "11 August 2023"


_DATES = st.dates().filter(lambda on: on.year >= 1000)
_PERIODS = st.one_of(
    _DATES.map(lambda on: on.isoformat()),
    _DATES.map(lambda on: f"{on.year}-{on.month:02}"),
    st.builds(
        "{}-{}".format,
        st.integers(1000, 9998),
        st.sampled_from([*range(21, 25), *range(33, 37), *range(37, 42)]),
    ),
    st.integers(1000, 9999).map(str),
)


@given(_PERIODS, _PERIODS, st.sampled_from(["{0}", "{0}~", "../{0}", "{0}/..", "[{0},{1}]", "{0}/{1}"]))
def test_any_period_is_spelt_in_any_locale(first: str, second: str, form: str) -> None:
    edtf = form.format(first, second)
    try:
        when = When.parse(edtf)
    except ValueError:
        return
    for tag in (*LANGUAGES, "en-US", "pt-PT", "ar", "fa", "th"):
        assert spell(when, locale_of(tag)).strip()
        assert spell_at(when, locale_of(tag)).strip()


@pytest.mark.parametrize(
    ("tag", "edtf", "text"),
    [
        ("en", "2023-10-26", "on 26 October 2023"),
        ("en", "../2024-12-31", "by the end of 2024"),
        ("en-US", "2024-23", "in fall 2024"),
        # Polish and Turkish have a case for "in", the months of which CLDR does not know.
        ("pl", "2023-10", "w październiku 2023"),
        ("pl", "2023-09", "we wrześniu 2023"),
        ("pl", "2024-21", "wiosną 2024 roku"),
        ("pl", "../2023-11-30", "do końca listopada 2023"),
        ("pl", "2024-05/2024-07", "w okresie maj–lipiec 2024"),
        ("tr", "2023-10", "2023 yılının Ekim ayında"),
        ("tr", "2023-10-26", "26 Ekim 2023 tarihinde"),
        ("tr", "2024-22", "2024 yazında"),
        ("de", "2023-10-26", "am 26. Oktober 2023"),
        ("de", "2024", "2024"),
        ("de", "../2024-06-12", "bis zum 12. Juni 2024"),
        ("de", "2023-10-05/2023-10-09", "zwischen dem 5. und dem 9. Oktober 2023"),
        # The Italian article and preposition depend on the first sound.
        ("it", "2023-10-26", "il 26 ottobre 2023"),
        ("it", "2023-10-08", "l’8 ottobre 2023"),
        ("it", "../2024-06-11", "entro l’11 giugno 2024"),
        ("it", "2023-10", "a ottobre 2023"),
        ("it", "2024-08", "ad agosto 2024"),
        ("fr", "2024-21", "au printemps 2024"),
        ("fr", "2024-22", "à l’été 2024"),
        ("es", "2023-10-16/2023-10-31", "en la segunda quincena de octubre de 2023"),
        ("pt", "2023-10-26", "em 26 de outubro de 2023"),
        ("pt-BR", "2023-10-26", "em 26 de outubro de 2023"),
        ("pt-PT", "2023-10-26", "a 26 de outubro de 2023"),
        ("ja", "2024-33", "2024年第1四半期に"),
        ("ja", "2023-10-01/2023-10-10", "2023年10月上旬に"),
        ("ko", "2025/..", "2025년 이후에"),
        ("zh", "2024-40", "于2024年上半年"),
        ("zh-TW", "2024-40", "於2024年上半年"),
        ("id", "2024-37", "pada awal 2024"),
    ],
)
def test_a_period_stands_in_a_sentence_as_the_language_asks_for(tag: str, edtf: str, text: str) -> None:
    assert spell_at(When.parse(edtf), locale_of(tag)) == text
