from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.i18n import locale_of
from monitor.model import Certainty, When
from monitor.web.timelines import Scale, axis, picture, pips, scale_of, thickness

TODAY = date(2023, 3, 12)
ENGLISH = locale_of("en")
YEAR = Scale(date(2023, 1, 1), date(2024, 1, 1))


def drawn(when: str, **given: object) -> ET.Element:
    return ET.fromstring(picture(YEAR, "label", when=When.parse(when), certainty=Certainty.OFFICIAL, **given))  # type: ignore[arg-type]  # noqa: S314 - ours


def classes(svg: ET.Element) -> list[str]:
    return [each.get("class", "") for each in svg.iter() if each.get("class")]


def test_the_longer_the_thinner() -> None:
    known = [thickness(days) for days in (1, 7, 31, 92, 181, 365, 3650)]
    assert known == sorted(known, reverse=True)
    assert known[0] > known[3] > known[4] > known[5] >= known[6] > 0


def test_a_year_is_a_long_thin_bar_and_never_its_last_day() -> None:
    (bar,) = [each for each in drawn("2023") if each.get("class") == "w official"]
    assert bar.tag == "rect"
    assert float((bar.get("width") or "").rstrip("%")) == pytest.approx(100)
    assert int(bar.get("height") or 0) < thickness(31)


def test_a_day_is_a_dot_at_the_middle_of_it() -> None:
    (dot,) = [each for each in drawn("2023-07-02") if each.get("class") == "d official"]
    assert dot.tag == "circle"
    assert float((dot.get("cx") or "").rstrip("%")) == pytest.approx(50, abs=0.2)


def test_what_was_believed_before_is_a_ghost_with_a_line_to_what_is_now() -> None:
    assert {"w ghost", "d official", "move"} <= set(
        classes(drawn("2023-09-06", before=When.parse("2023-40")))
    )
    assert "move" not in classes(drawn("2023-09-06", before=When.parse("2023")))


def test_an_open_end_has_an_arrow_and_a_set_all_its_members() -> None:
    assert any(each.get("x") == "100%" for each in drawn("2023-06/.."))
    assert classes(drawn("[2023-05, 2023-09-01]")).count("w official") == 1
    assert classes(drawn("[2023-05, 2023-09-01]")).count("d official") == 1


@pytest.mark.parametrize(("when", "at"), [("2031-05-01", "100%"), ("2019", "0")])
def test_what_lies_outside_is_an_arrow_at_its_side(when: str, at: str) -> None:
    (arrow,) = [each for each in drawn(when) if each.get("class") == "over"]
    assert arrow.get("x") == at


def test_a_period_that_is_not_exact_is_dotted() -> None:
    assert "d official about" not in classes(drawn("2023-05-01"))
    assert "w official about" in classes(drawn("2023-05~"))


def test_a_picture_has_no_style_and_escapes_its_label() -> None:
    svg = str(picture(YEAR, '"><script>alert(1)</script>', today=TODAY))
    assert "style=" not in svg
    assert "<script" not in svg


def test_a_scale_holds_today_and_what_is_shown() -> None:
    scale = scale_of([When.parse("2023-09-06"), When.parse("2023-06")], TODAY, most=24)
    assert scale.first == date(2023, 3, 1)
    assert scale.end >= date(2023, 10, 1)
    assert scale.step == 1


def test_a_far_period_does_not_flatten_the_near_ones() -> None:
    scale = scale_of([When.parse("2023-09-06"), When.parse("2048")], TODAY, most=24)
    assert scale.end <= date(2025, 6, 1)


def test_months_quarters_and_years_are_the_lines_of_ever_longer_scales() -> None:
    assert [scale_of([When.parse(f"{year}-12-31")], TODAY, most=600).step for year in (2023, 2025, 2040)] == [
        1,
        3,
        12,
    ]


def test_the_axis_names_months_in_the_readers_language_and_today() -> None:
    assert "maj" in axis(YEAR, locale_of("pl"), None)
    named = str(axis(YEAR, ENGLISH, TODAY, "today"))
    assert 'class="today">today<' in named
    assert ">Mar<" not in named
    assert ">2023<" in named


def test_pips_say_in_words_what_they_show() -> None:
    assert str(pips(3, 4, "3 of 4")).count('class="hit"') == 3
    assert str(pips(30, 40, "30 of 40")).count("<circle") == 8
    assert 'aria-label="3 of 4"' in pips(3, 4, "3 of 4")


DAYS = st.dates(date(1000, 1, 1), date(9999, 12, 31))


@given(first=DAYS, last=DAYS, today=st.dates(date(1000, 1, 1), date(9900, 1, 1)), other=DAYS)
def test_every_picture_is_well_formed(first: date, last: date, today: date, other: date) -> None:
    low, high = sorted((first, last))
    when = When.parse(f"{low.isoformat()}/{high.isoformat()}")
    scale = scale_of([when, When.parse(other.isoformat())], today, most=60, before=60)
    assert scale.first < scale.end
    svg = str(picture(scale, "x", when=when, before=When.parse(other.isoformat()), band=when, today=today))
    ET.fromstring(svg)  # noqa: S314 - ours
    ET.fromstring(str(axis(scale, ENGLISH, today, "today")))  # noqa: S314 - ours
    assert all(-4 <= float(number) <= 107 for number in re.findall(r'[" ](-?[\d.]+)%"', svg))
