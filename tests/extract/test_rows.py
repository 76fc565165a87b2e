"""Rows of weights, as a dictionary and in few bytes: both hold the same numbers, and what gave way is found again."""

from __future__ import annotations

import subprocess
import sys
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extract.rows import KEPT, Rows
from monitor.extract.templates import Features

NAMES = st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n")), unique=True)


def _rows(names: list[str], width: int = 2, *, compact: bool = True) -> Rows:
    numbers = array("h", [at % 300 - 150 for at in range(len(names) * width)])
    return Rows(names, numbers, width, compact=compact)


@pytest.mark.parametrize("compact", [False, True])
@given(names=NAMES, width=st.integers(1, 10))
def test_every_name_has_its_row_and_no_other_has_one(names: list[str], width: int, *, compact: bool) -> None:
    rows = _rows(names, width, compact=compact)

    assert list(rows) == names
    for at, name in enumerate(names):
        packed = rows.packed(name)
        assert packed is not None
        expected = [number % 300 - 150 for number in range(at * width, (at + 1) * width)]
        assert rows.unpack(packed) == expected
        told = Features()
        told.names.append(name)
        for one in range(width):
            assert rows.differences(told, one, None) == ([(expected[one], name)] if packed else [])
            assert rows.differences(told, one, 0) == ([(expected[one] - expected[0], name)] if packed else [])
    others = ("", "a", "a\nb", "\n", "\ud800", *(f"{name}x" for name in names), *(name[1:] for name in names))
    assert not any(rows.packed(other) for other in others if other not in names)


def test_a_name_is_not_two_names_that_stand_side_by_side() -> None:
    names = [f"{at}" for at in range(64)]
    rows = _rows(names)
    assert all(map(rows.packed, names))
    assert not any(rows.packed(f"{one}\n{other}") for one in names for other in names)


def test_what_gave_way_to_newer_rows_is_found_again() -> None:
    names = [f"w-0:{at}" for at in range(5 * KEPT)]
    rows, whole = _rows(names), _rows(names, compact=False)
    first = [rows.packed(name) for name in names]

    assert [rows.packed(name) for name in reversed(names)] == first[::-1]
    assert first == [whole.packed(name) for name in names]


@pytest.mark.parametrize("compact", [False, True])
def test_names_and_numbers_must_match(*, compact: bool) -> None:
    for names in (["a", "b"], ["a"]):
        with pytest.raises(ValueError, match=r"features and 3 weights|longer|shorter"):
            Rows(names, array("h", [1, 2, 3]), 2, compact=compact)


_GROWTH = """
import os
from pathlib import Path
from monitor.extract import scoring

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

before = resident()
scoring.shipped()
print(resident() - before)
"""


def test_the_shipped_weights_take_at_most_thirty_megabytes() -> None:
    ran = subprocess.run([sys.executable, "-c", _GROWTH], capture_output=True, text=True, check=True)
    assert 5_000_000 < int(ran.stdout) < 30_000_000
