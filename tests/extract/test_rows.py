"""Rows of weights in little memory: what is kept ready and what is looked up anew are the same numbers."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extract.rows import KEPT, Rows
from monitor.extract.scoring import shipped

NAMES = st.lists(
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\n")), unique=True
)


def _rows(names: list[str], width: int = 2) -> Rows:
    return Rows(names, array("h", [at % 300 - 150 for at in range(len(names) * width)]), width)


@given(NAMES, st.integers(1, 10))
def test_every_name_has_its_row_and_no_other_has_one(names: list[str], width: int) -> None:
    rows = _rows(names, width)

    assert list(rows) == names
    for at, name in enumerate(names):
        expected = [number % 300 - 150 for number in range(at * width, (at + 1) * width)]
        assert list(rows.unpack(rows.packed[name])) == expected
    for other in (
        "",
        "a",
        "a\nb",
        "\n",
        "\ud800",
        *(f"{name}x" for name in names),
        *(name[1:] for name in names),
    ):
        assert other in names or rows.packed[other] == 0


def test_what_gave_way_to_newer_rows_is_found_again() -> None:
    names = [f"w-0:{at}" for at in range(5 * KEPT)]
    rows = _rows(names)
    first = [rows.packed[name] for name in names]

    assert len(rows.packed) <= KEPT
    assert [rows.packed[name] for name in reversed(names)] == first[::-1]
    assert [list(rows.unpack(one)) for one in first[:2]] == [[-150, -149], [-148, -147]]


def test_names_and_numbers_must_match() -> None:
    with pytest.raises(ValueError, match="2 features and 3 weights"):
        Rows(["a", "b"], array("h", [1, 2, 3]), 2)


def test_the_shipped_weights_take_less_memory_than_their_names_would() -> None:
    tables = [head.rows for head in shipped().heads.values()]
    assert sum(map(len, tables)) > 100_000
    assert sum(rows.size for rows in tables) < 16_000_000
