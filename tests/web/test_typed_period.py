from __future__ import annotations

import pytest

from monitor.web.typed_period import period


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("2023-10-27", "2023-10-27"),
        (" 2023 ", "2023"),
        ("2023-10/2023-12", "2023-10/2023-12"),
        ("[2023-10, 2023-11]", "[2023-10, 2023-11]"),
        ("Q4 2023", "2023-36"),
        ("2023 Q4", "2023-36"),
        ("summer 2023", "2023-22"),
        ("Fall of 2023", "2023-23"),
        ("late 2023", "2023-39"),
        ("the second half of 2023", "2023-41"),
        ("H1 2023", "2023-40"),
        ("October 2023", "2023-10"),
        ("27 October 2023", "2023-10-27"),
        ("Oct 27, 2023", "2023-10-27"),
    ],
)
def test_a_period_is_read_as_people_write_it(text: str, edtf: str) -> None:
    found = period(text)
    assert found is not None
    assert str(found) == edtf


@pytest.mark.parametrize(
    "text", ["", "soon", "31 February 2023", "Smarch 2023", "2023-13-01", "Q5 2023", "9" * 500, "٣"]
)
def test_what_is_none_is_none(text: str) -> None:
    assert period(text) is None
