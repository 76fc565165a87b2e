"""Rows come out whole in every format, and harmless."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli.listing import Column, Format, ago, cut, show, write_csv, write_json, write_jsonl

ROWS: list[dict[str, Any]] = [
    {"id": 2, "title": "둘", "when": None, "sources": ["A", "B"], "to": {"status": "released"}},
    {"id": 1, "title": "=HYPERLINK(1)", "when": "2023", "sources": [], "to": {"status": "denied"}},
]
COLUMNS = (
    Column("id", lambda row: str(row["id"])),
    Column("title", lambda row: row["title"], wide=True),
    Column("never", lambda _: ""),
)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_json_is_one_array_and_json_lines_one_object_a_line(count: int) -> None:
    array, stream = io.StringIO(), io.StringIO()
    write_json(iter(ROWS[:count]), array)
    write_jsonl(iter(ROWS[:count]), stream)
    assert json.loads(array.getvalue()) == ROWS[:count]
    assert [json.loads(line) for line in stream.getvalue().splitlines()] == ROWS[:count]


def test_csv_has_a_header_and_flat_cells() -> None:
    out = io.StringIO()
    write_csv(ROWS, out)
    assert list(csv.reader(io.StringIO(out.getvalue()))) == [
        ["id", "title", "when", "sources", "to.status"],
        ["2", "둘", "", "A; B", "released"],
        ["1", "'=HYPERLINK(1)", "2023", "", "denied"],
    ]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "|calc", "%0A", "\r=1"])
def test_no_cell_of_csv_is_a_formula(formula: str) -> None:
    out = io.StringIO()
    write_csv([{"title": formula}], out)
    cell = list(csv.reader(io.StringIO(out.getvalue())))[1][0]
    assert cell.startswith("'")


@given(st.lists(st.fixed_dictionaries({"id": st.integers(), "title": st.text()}), max_size=5))
def test_any_text_makes_rows_of_the_same_number(rows: list[dict[str, Any]]) -> None:
    out, stream = io.StringIO(), io.StringIO()
    write_csv(rows, out)
    write_jsonl(rows, stream)
    assert len(list(csv.reader(io.StringIO(out.getvalue())))) == len(rows) + bool(rows)
    assert [json.loads(line) for line in stream.getvalue().split("\n")[:-1]] == rows


def test_a_table_is_cut_to_fifty_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    many = [{"id": number, "title": "x"} for number in range(51)]
    assert cut(Format.TABLE, None) == 51
    show(iter(many), COLUMNS, Format.TABLE, None, none="Nothing.")
    out = capsys.readouterr().out
    assert out.splitlines()[-1] == "The newest 50; --limit 0 shows all."
    assert len(out.splitlines()) == 52


@pytest.mark.parametrize(("limit", "asked"), [(0, None), (7, 7), (None, None)])
def test_json_is_whole_unless_a_limit_is_named(limit: int | None, asked: int | None) -> None:
    assert cut(Format.JSON, limit) == asked


def test_a_table_leaves_out_a_column_that_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    show(ROWS, COLUMNS, Format.TABLE, 0, none="Nothing.")
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["id", "title"],
        ["2", "둘"],
        ["1", "=HYPERLINK(1)"],
    ]


def test_an_empty_table_says_that_there_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    show([], COLUMNS, Format.TABLE, None, none="Nothing yet.")
    assert capsys.readouterr().out == "Nothing yet.\n"


def test_a_cell_is_text_whatever_it_holds(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"id": 1, "title": "\x1b[31m[bold]x[/bold]\nnext\u202e"}], COLUMNS, Format.TABLE, 0, none="")
    assert capsys.readouterr().out.splitlines()[1].split(maxsplit=1)[1].rstrip() == "␛[31m[bold]x[/bold] next"


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (None, ""),
        ("2023-08-10T14:00:00Z", "now"),
        ("2023-08-10T13:59:18Z", "42s ago"),
        ("2023-08-10T14:07:59Z", "in 7m"),
        ("2023-08-10T11:00:00+00:00", "3h ago"),
        ("2023-08-14T15:00:00Z", "in 4d"),
    ],
)
def test_a_time_is_told_by_its_distance(at: str | None, told: str) -> None:
    assert ago(at, datetime(2023, 8, 10, 14, tzinfo=UTC)) == told
