from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.parse.timestamps import published_at, read_date, unread_dates
from tests.builders import NOW, at
from tests.case_files import read_yaml

CASES = read_yaml(Path(__file__).parents[1] / "cases" / "feeds" / "dates.yaml")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Thu, 10 Aug 2023 14:03:00 +0000", "2023-08-10T14:03:00+00:00"),
        ("Thu, 10 Aug 2023 14:03:00 GMT", "2023-08-10T14:03:00+00:00"),
        ("Thu, 10 Aug 2023 14:03:60 GMT", "2023-08-10T14:03:59+00:00"),
        ("Thu, 10 Aug 2023 24:00:00 GMT", "2023-08-11T00:00:00+00:00"),
        ("Thu,10 Aug 2023 14:03 EDT", "2023-08-10T14:03:00-04:00"),
        ("Thursday, August 10, 2023 - 2:03pm", "2023-08-10T14:03:00+00:00"),
        ("10 August 2023", "2023-08-10T00:00:00+00:00"),
        ("Aug. 10th, 2023", "2023-08-10T00:00:00+00:00"),
        ("August 10, 2023 at 12:30 AM PST", "2023-08-10T00:30:00-08:00"),
        ("2023-08-10T14:03:00+09:00", "2023-08-10T14:03:00+09:00"),
        ("2023-08-10T14:03:00.123456Z", "2023-08-10T14:03:00+00:00"),
        ("2023-08-10T14:03Z", "2023-08-10T14:03:00+00:00"),
        ("2023-08-10 14:03:00 -0330", "2023-08-10T14:03:00-03:30"),
        ("20230810T140300Z", "2023-08-10T14:03:00+00:00"),
        ("2023/8/9", "2023-08-09T00:00:00+00:00"),
        ("2023.08.10 14:03", "2023-08-10T14:03:00+00:00"),
        ("Thu Aug 10 14:03:00 UTC 2023", "2023-08-10T14:03:00+00:00"),
        ("Thu Aug 10 14:03:00 +0200 2023", "2023-08-10T14:03:00+02:00"),
        ("10 Aug 23 14:03 GMT+0200", "2023-08-10T14:03:00+02:00"),
        ("10 Aug 2023 14:03 UTC+9", "2023-08-10T14:03:00+09:00"),
        ("2023年8月10日 14:03", "2023-08-10T14:03:00+00:00"),
        ("2023년 8월 10일 오전 12:03", "2023-08-10T00:03:00+00:00"),
        ("8/10/2023 2:03:00 PM", "2023-08-10T14:03:00+00:00"),
        ("1691676180", "2023-08-10T14:03:00+00:00"),
        ("1691676180000", "2023-08-10T14:03:00+00:00"),
        ("  Thu,  10 Aug\n2023 14:03:00 +0000 ", "2023-08-10T14:03:00+00:00"),
        ("10 Aug 2023 14:03 XYZ", "2023-08-10T14:03:00+00:00"),
        ("10 Aug 2023 14:03 +9900", "2023-08-10T14:03:00+00:00"),
    ],
)
def test_the_forms_of_feeds_and_pages_are_read(text: str, moment: str) -> None:
    assert read_date(text) == at(moment)
    assert str(read_date(text)) == str(at(moment))


@pytest.mark.parametrize(
    "text",
    ["", "soon", "10/08/2023", "2023-13-01", "31 Jun 2023", "Mon, 01 Jan 0001 00:00:00 GMT", "9999-12-31T23:59:59Z", "1970-01-01", "0",
     "10 Foo 2023", "x" * 10_000, "2023-08-10T14:03:00Z and more", "Thu, 10 Zzz 2023 14:03:00 GMT"],
)  # fmt: skip
def test_what_is_no_date_or_no_plausible_one_is_none(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(("text", "lang", "moment"), CASES, ids=lambda value: value and value[:40])
def test_dates_in_any_language_are_read_or_left_open(text: str, lang: str, moment: str | None) -> None:
    assert str(read_date(text, lang)) == str(moment and datetime.fromisoformat(moment))


def test_an_unreadable_date_is_said_in_one_line() -> None:
    assert unread_dates([], 3) == ""
    assert (
        unread_dates(["soon", "later"], 3)
        == "2 of 3 dates cannot be read ('soon'); the time of reading is used for them"
    )
    assert unread_dates(["x" * 500], 1).startswith("the date cannot be read ('xxx")
    assert len(unread_dates(["x" * 500], 1)) < 140


NUMBERS = st.sampled_from(
    ["00", "01", "9", "13", "23", "24", "29", "31", "59", "60", "61", "2023", "0000", "1989", "2199", "٣١"]
)
SHAPES = st.sampled_from(
    [
        "{w}, {} {m} {} {}:{}:{} {z}", "{w}, {} {m} {} {}:{}:{} {z}", "{w} {} {m} {} {}:{} {z}", "{}-{}-{}T{}:{}:{}{z}",
        "{}-{}-{}T{}:{}:{}.{}{z}", "{}-{}-{} {}:{}", "{w}, {} {m} {} {}.{}.{} {z}",
    ]
)  # fmt: skip


@st.composite
def machine_dates(draw: st.DrawFn) -> str:
    zones = [
        "GMT",
        "UTC",
        "Z",
        "EST",
        "PDT",
        "XYZ",
        "AM",
        "PMT",
        "+0000",
        "-0000",
        "+0900",
        "-0730",
        "+1459",
        "+2400",
        "+09:00",
        "-03:30",
        "+9",
    ]
    return draw(SHAPES).format(
        *(draw(NUMBERS) for _ in range(7)),
        w=draw(st.sampled_from(["Thu", "thu", "Xyz", "Thursday", "12a"])),
        m=draw(st.sampled_from(["Aug", "aug", "Feb", "Sept", "Zzz"])),
        z=draw(st.sampled_from(zones)),
    )


@given(machine_dates())
def test_a_usual_form_is_read_as_it_is_among_odd_blanks(text: str) -> None:
    # With blanks around it, it is none of the forms that are read without a search.
    assert str(read_date(text)) == str(read_date(f" {text}\n"))


@given(st.text(max_size=90))
def test_any_text_is_a_date_or_none(text: str) -> None:
    moment = read_date(text)
    assert moment is None or moment.tzinfo is not None


@given(
    st.datetimes(
        min_value=at("1990-01-02").replace(tzinfo=None), max_value=at("2199-01-01").replace(tzinfo=None)
    ),
    st.integers(-13, 13),
)
def test_what_is_written_in_the_usual_form_is_read_back(naive: object, hours: int) -> None:
    from datetime import timezone
    from email.utils import format_datetime

    assert isinstance(naive, datetime)
    moment = naive.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))
    assert read_date(format_datetime(moment)) == moment
    assert read_date(moment.isoformat()) == moment


def test_a_document_is_never_published_far_ahead_of_now() -> None:
    assert published_at(None, NOW) == NOW
    assert published_at(NOW + timedelta(days=2), NOW) == NOW
    assert published_at(NOW + timedelta(hours=9), NOW) == NOW + timedelta(hours=9)
    assert published_at(NOW - timedelta(days=2), NOW) == NOW - timedelta(days=2)
