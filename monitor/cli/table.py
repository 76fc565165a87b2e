"""Lay out rows for a terminal of any width: as a table, as a table with lines beneath its rows, or field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from monitor.cli.terminal import visible, wrapped

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

__all__ = ["Column", "Row", "write_table"]

Row = dict[str, Any]
"""A row as programs receive it: the JSON object."""

_GAP = 2
_INDENT = 4
_PROSE = 16
"""The least width of a column that wraps, unless it gives another."""
_NARROW = 72
"""The width from which on every row can be written field by field."""
_FIELD = 12
"""The least width of a value beside its label; on narrower terminals it stands under the label."""


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, its text in a row, and its style, which may depend on the row.

    A `wide` column wraps and takes the width that the others leave. `least` is the width that a column needs where its values are longer:
    a wide one wraps at it, another cuts its values with an ellipsis. Where the terminal is too narrow for all columns, those with
    `below` are written under their row, the last first; then the `spare` ones are left out, highest number first, if it is not narrow;
    else every row is written field by field.
    """

    heading: str
    cell: Callable[[Row], str]
    style: Callable[[Row], str] | str = ""
    right: bool = False
    wide: bool = False
    least: int = 0
    below: bool = False
    spare: int = 0


@dataclass(frozen=True)
class _Filled:
    """A column with its cells, made visible, their styles, and its natural width in terminal cells."""

    column: Column
    cells: Sequence[str]
    styles: Sequence[str]
    natural: int

    @property
    def needed(self) -> int:
        """The least width of the column."""
        if self.column.wide:
            return min(self.natural, self.column.least or _PROSE)
        return min(self.natural, self.column.least or self.natural)


def write_table(rows: Sequence[Row], columns: Sequence[Column], out: Console) -> None:
    """Write `rows` within the width of `out`; an empty column is left out."""
    filled = [one for column in columns if (one := _filled(column, rows))]
    in_row, beneath, left_out = _arranged(filled, out.width)
    if not in_row:
        _write_fields(filled, out)
        return
    widths = _widths(in_row, out.width)
    _write_line([(one.column.heading, "bold") for one in in_row], in_row, widths, out)
    if out.is_terminal:
        out.print("─" * min(out.width, sum(widths) + _GAP * (len(widths) - 1)), style="dim")
    label = max((len(one.column.heading) for one in beneath), default=0)
    indent = _INDENT if out.width > 2 * _FIELD else 0
    for number in range(len(rows)):
        _write_line([(one.cells[number], one.styles[number]) for one in in_row], in_row, widths, out)
        for one in beneath:
            _write_field(one, number, out, indent=indent, label=label)
    if left_out:
        names = ", ".join(one.column.heading for one in left_out)
        for piece in wrapped(f"Left out for want of room: {names}; --format json has all.", out.width):
            out.print(piece, style="dim")


def _filled(column: Column, rows: Iterable[Row]) -> _Filled | None:
    """Return a column with its cells; None where all of them are empty."""
    from rich.cells import cell_len  # noqa: PLC0415 - only tables pay for it

    cells, styles = [], []
    for row in rows:
        cells.append(visible(column.cell(row)))
        styles.append(column.style(row) if callable(column.style) else column.style)
    if not any(cells):
        return None
    return _Filled(column, cells, styles, max(len(column.heading), *map(cell_len, cells)))


def _arranged(filled: Sequence[_Filled], width: int) -> tuple[list[_Filled], list[_Filled], list[_Filled]]:
    """Return the columns of the table, those beneath its rows, and those left out; no column at all where none fits."""
    in_row: list[_Filled] = list(filled)
    beneath: list[_Filled] = []
    left_out: list[_Filled] = []
    while sum(one.needed + _GAP for one in in_row) - _GAP > width:
        if below := [one for one in in_row if one.column.below]:
            in_row.remove(below[-1])
            beneath.insert(0, below[-1])
        elif width >= _NARROW and (spare := [one for one in in_row if one.column.spare]):
            least = max(spare, key=lambda one: one.column.spare)
            in_row.remove(least)
            left_out.append(least)
        else:
            return [], [], []
    return in_row, beneath, left_out


def _widths(filled: Sequence[_Filled], width: int) -> list[int]:
    """Return the width of each column: the least one, plus for longer ones a share of what is left."""
    widths = [one.needed for one in filled]
    left = width - sum(widths) - _GAP * (len(widths) - 1)
    while left > 0:
        short = [number for number, one in enumerate(filled) if widths[number] < one.natural]
        if not short:
            break
        # The column that shows the smallest part of itself grows first.
        least = min(short, key=lambda number: widths[number] / filled[number].natural)
        widths[least] += 1
        left -= 1
    return widths


def _write_line(
    cells: Sequence[tuple[str, str]], filled: Sequence[_Filled], widths: Sequence[int], out: Console
) -> None:
    """Write one row of the table, on as many lines as its longest cell needs."""
    from rich.cells import cell_len  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415

    fitted = [
        _fitted(cell, width, wraps=one.column.wide)
        for (cell, _), one, width in zip(cells, filled, widths, strict=True)
    ]
    for number in range(max(map(len, fitted))):
        line = Text()
        for column, (lines, one, width) in enumerate(zip(fitted, filled, widths, strict=True)):
            piece = lines[number] if number < len(lines) else ""
            blank = " " * (width - cell_len(piece))
            line.append(" " * _GAP if column else "")
            line.append(blank if one.column.right else "")
            line.append(piece, cells[column][1])
            line.append("" if one.column.right else blank)
        _write(line, out)


def _fitted(cell: str, width: int, *, wraps: bool) -> list[str]:
    """Return the lines of a cell: wrapped at words, or cut with an ellipsis."""
    from rich.cells import cell_len, set_cell_size  # noqa: PLC0415 - as above

    if cell_len(cell) <= width:
        return [cell]
    return wrapped(cell, width) if wraps else [f"{set_cell_size(cell, width - 1).rstrip()}…"]


def _write_fields(filled: Sequence[_Filled], out: Console) -> None:
    """Write each row as a block of labelled fields, with a blank line between two rows."""
    label = max(len(one.column.heading) for one in filled)
    for number in range(len(filled[0].cells)):
        if number:
            out.print()
        for one in filled:
            _write_field(one, number, out, label=label)


def _write_field(one: _Filled, number: int, out: Console, *, label: int, indent: int = 0) -> None:
    """Write a labelled value, unless it is empty.

    Further lines of it are aligned with its first; where the terminal is too narrow, all lines stand under the label.
    """
    from rich.text import Text  # noqa: PLC0415 - as above

    if not one.cells[number]:
        return
    before = indent + label + _GAP
    head = Text(" " * indent).append(f"{one.column.heading:<{label}}", "dim")
    if out.width - before < _FIELD:
        _write(head, out)
        head, before = Text(), indent + _GAP
    for piece in _fitted(one.cells[number], out.width - before, wraps=True):
        _write(head.append(" " * (before - len(head.plain))).append(piece, one.styles[number]), out)
        head = Text()


def _write(line: Text, out: Console) -> None:
    line.rstrip()
    out.print(line, no_wrap=True, overflow="ignore", crop=False)
