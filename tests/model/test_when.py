from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import When


@pytest.mark.parametrize(
    ("edtf", "first", "last"),
    [
        ("2023", "2023-01-01", "2023-12-31"),
        ("2023-10", "2023-10-01", "2023-10-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-10-26", "2023-10-26", "2023-10-26"),
        ("2024-21", "2024-03-01", "2024-05-31"),
        ("2024-24", "2024-12-01", "2025-02-28"),
        ("2024-36", "2024-10-01", "2024-12-31"),
        ("2024-37", "2024-01-01", "2024-04-30"),
        ("2024-41", "2024-07-01", "2024-12-31"),
        ("202X", "2020-01-01", "2029-12-31"),
        ("2024-06~", "2024-06-01", "2024-06-30"),
        ("2024-05/2024-07", "2024-05-01", "2024-07-31"),
        ("[2024-39,2025-37]", "2024-09-01", "2025-04-30"),
        ("../2024-12-31", None, "2024-12-31"),
        ("2025/..", "2025-01-01", None),
    ],
)
def test_a_form_of_the_contract_denotes_its_days(edtf: str, first: str | None, last: str | None) -> None:
    when = When.parse(edtf)
    assert when.earliest == (date.fromisoformat(first) if first else None)
    assert when.latest == (date.fromisoformat(last) if last else None)


@pytest.mark.parametrize(
    "edtf",
    [
        "",
        "soon",
        "2023-13",
        "2023-25",
        "2023-02-30",
        "20231026",
        "../..",
        "2024/2023",
        "[]",
        "2023-10-26T10:00",
        "0000",
    ],
)
def test_anything_else_is_refused(edtf: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        When.parse(edtf)


@given(st.dates(), st.sampled_from(["", "~"]), st.sampled_from(["%Y", "%Y-%m", "%Y-%m-%d"]))
def test_it_round_trips_and_contains_its_day(day: date, mark: str, form: str) -> None:
    text = {"%Y": f"{day.year:04}", "%Y-%m": f"{day.year:04}-{day.month:02}", "%Y-%m-%d": f"{day:%Y-%m-%d}"}[
        form
    ]
    if form == "%Y-%m-%d":
        text = day.isoformat()
    when = When.parse(text + mark)
    assert str(when) == text + mark
    assert When.parse(str(when)) == when
    assert when.contains(When.parse(day.isoformat()))


@given(st.text(max_size=30))
def test_any_other_text_is_a_value_or_a_value_error(text: str) -> None:
    try:
        when = When.parse(text)
    except ValueError:
        return
    assert when.earliest is None or when.latest is None or when.earliest <= when.latest


def test_containment_and_overlap_respect_open_ends() -> None:
    assert When.parse("2025/..").contains(When.parse("2025-06"))
    assert not When.parse("2025-06").contains(When.parse("2025/.."))
    assert When.parse("../2024-12-31").overlaps(When.parse("2024-39"))
    assert not When.parse("../2024-12-31").overlaps(When.parse("2025/.."))
