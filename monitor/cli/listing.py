"""Write rows as a table, JSON, JSON Lines or CSV, for all listings alike.

A row is the JSON object that programs receive. A table shows some of its fields to a person, and only the newest rows.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any, TextIO

from monitor.cli.table import Column, Row, write_table
from monitor.cli.terminal import console, escaped, visible

__all__ = [
    "Column",
    "Format",
    "Row",
    "ago",
    "at",
    "cut",
    "show",
    "write",
    "write_csv",
    "write_json",
    "write_jsonl",
]

_TABLE_ROWS = 50
_SPANS = ((86400, "d"), (3600, "h"), (60, "m"))


class Format(StrEnum):
    """The formats of a listing."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


def cut(form: Format, limit: int | None) -> int | None:
    """Return how many rows to read: one more than a table shows, so that it can say that there are more."""
    if limit is None:
        return _TABLE_ROWS + 1 if form is Format.TABLE else None
    return limit or None


def show(
    rows: Iterable[Row], columns: Sequence[Column], form: Format, limit: int | None, *, none: str
) -> None:
    """Write `rows` to stdout; `none` is shown when there are none."""
    if form is Format.TABLE:
        _table(iter(rows), columns, _TABLE_ROWS if limit is None else limit, none)
    else:
        write(rows, form)


def write(rows: Iterable[Row], form: Format) -> None:
    """Write `rows` to stdout in a `form` for programs, any but the table."""
    _WRITERS[form](rows, sys.stdout)


def write_json(rows: Iterable[Row], out: TextIO) -> None:
    """Write one JSON array, one row on each line."""
    out.write("[")
    before = "\n"
    for row in rows:
        out.write(f"{before}{_json(row)}")
        before = ",\n"
    out.write("]\n" if before == "\n" else "\n]\n")


def write_jsonl(rows: Iterable[Row], out: TextIO) -> None:
    """Write one JSON object on each line."""
    out.writelines(f"{_json(row)}\n" for row in rows)


def write_csv(rows: Iterable[Row], out: TextIO) -> None:
    """Write CSV (RFC 4180 except for the line ends) with a header; lists are joined, and no value can be taken for a formula."""
    header: list[str] | None = None
    for row in rows:
        flat = dict(_flat(row))
        if header is None:
            header = list(flat)
            out.write(_csv_line(header))
        out.write(_csv_line([_cell(flat.get(name)) for name in header]))


_WRITERS = {Format.JSON: write_json, Format.JSONL: write_jsonl, Format.CSV: write_csv}


def _json(row: Row) -> str:
    return escaped(json.dumps(row, ensure_ascii=False))


def _flat(row: Row, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        if any(isinstance(item, dict) for item in value):
            return _safe(json.dumps(value, ensure_ascii=False))
        return _safe("; ".join(map(str, value)))
    return _safe(value) if isinstance(value, str) else json.dumps(value)


def _safe(text: str) -> str:
    """Return `text` so that no spreadsheet runs it as a formula, even after blanks (OWASP, CSV injection)."""
    shown = visible(text, lines=True)
    return f"'{shown}" if shown.lstrip()[:1] in ("=", "+", "-", "@", "|", "%") and shown.strip() else shown


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _table(rows: Iterator[Row], columns: Sequence[Column], most: int, none: str) -> None:
    shown = list(islice(rows, most) if most else rows)
    out = console()
    if not shown:
        out.print(none)
        return
    write_table(shown, columns, out)
    # Read to the end: a cursor left open would outlive its ledger.
    if sum(1 for _ in rows):
        out.print(f"The newest {len(shown)}; --limit 0 shows all.", style="dim")


def at(text: str | None) -> str:
    """Return an RFC 3339 time in local time to the minute."""
    if not text:
        return ""
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"


def ago(text: str | None, now: datetime) -> str:
    """Return the distance of an RFC 3339 time from `now`, in one unit: "3m ago", "in 2h", "now" within a second."""
    if not text:
        return ""
    seconds = round((now - datetime.fromisoformat(text)).total_seconds())
    span = abs(seconds)
    size, unit = next(((size, unit) for size, unit in _SPANS if span >= size), (1, "s"))
    distance = f"{span // size}{unit}"
    return "now" if not seconds else f"{distance} ago" if seconds > 0 else f"in {distance}"
