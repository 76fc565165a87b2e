"""Read archived documents: JSON Lines in the form of the contract, plain or gzip; each line is a document or one clear error."""

from __future__ import annotations

import gzip
import json
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Self, cast

import typer

from monitor.model import Document, Form, Work, WorkKind

__all__ = ["Archive", "BadLine", "Line"]

_PRINT, _FAR = 1500, 9000
_LONGEST_LINE = 64 * 1024 * 1024
_TEXTS = ("id", "url", "source", "lang", "title", "html", "text", "author")


@dataclass(frozen=True)
class Line:
    """A document, and the works that its line watches (None when it names none)."""

    document: Document
    watch: tuple[Work, ...] | None


@dataclass(frozen=True)
class BadLine:
    """A line that is not a document, and why."""

    file: str
    number: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.number}: {self.reason}"


class Archive:
    """The documents of one file or of standard input, read lazily."""

    def __init__(self, name: str, raw: BinaryIO, lines: BinaryIO, size: int) -> None:
        self.name = name
        self.size = size
        """Of the file on the disk, in bytes; 0 where it cannot be known."""
        self._raw = raw
        self._lines = lines
        self._taken = 0

    @classmethod
    @contextmanager
    def open(cls, name: str) -> Iterator[Self]:
        """Open a file, or standard input for ``-``. Raises a usage error when it cannot be read."""
        if name == "-":
            stream = cast("BinaryIO", sys.stdin.buffer)
            yield cls("-", stream, stream, 0)
            return
        try:
            raw = Path(name).open("rb")  # noqa: SIM115 - closed below
            size = Path(name).stat().st_size
        except OSError as error:
            raise typer.BadParameter(f"{name} cannot be read: {error.strerror or error}") from None
        with raw:
            packed = raw.peek(2)[:2] == b"\x1f\x8b"
            lines = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw
            yield cls(name, raw, lines, size)

    def __iter__(self) -> Iterator[Line | BadLine]:
        number = 0
        while True:
            number += 1
            try:
                raw = self._lines.readline(_LONGEST_LINE)
            except (OSError, EOFError, zlib.error) as error:
                yield BadLine(self.name, number, f"the file breaks off or is damaged here: {error}")
                return
            if not raw:
                return
            if len(raw) == _LONGEST_LINE:
                yield BadLine(
                    self.name, number, f"a line of more than {_LONGEST_LINE // 2**20} MiB is not a document"
                )
                return
            if raw.strip():
                yield self._read(raw, number)

    def taken(self) -> int:
        """Return the number of bytes read from the file since the last call."""
        if not self.size:
            return 0
        position = self._raw.tell()
        step, self._taken = position - self._taken, position
        return step

    def _read(self, raw: bytes, number: int) -> Line | BadLine:
        try:
            return parse_line(raw)
        except UnicodeDecodeError:
            reason = "this is not UTF-8"
        except json.JSONDecodeError as error:
            reason = f"this is not JSON: {error.msg} in column {error.colno}"
        except RecursionError:
            reason = "this is nested too deeply"
        except ValueError as error:
            reason = str(error)
        return BadLine(self.name, number, reason)


def parse_line(raw: bytes) -> Line:
    record = json.loads(raw.decode("utf-8-sig"))
    if not isinstance(record, dict):
        raise ValueError("a document is a JSON object")  # noqa: TRY004 - the line's fault, not a type's
    texts: dict[str, str] = {}
    for name in _TEXTS:
        value = record.get(name)
        if value is not None and not isinstance(value, str):
            raise ValueError(f"`{name}` is text")
        texts[name] = value or ""
    if not texts["id"] and not texts["url"]:
        raise ValueError("`id` is missing")
    if texts["html"] and texts["text"]:
        raise ValueError("a document has `html` or `text`, not both")
    try:
        form = Form(record.get("form") or "")
    except ValueError:
        known = ", ".join(each.value for each in Form if each.value)
        raise ValueError(f"`form` is one of {known}") from None
    document = Document(
        **{**texts, "id": texts["id"] or texts["url"]},
        published=_published(record.get("published")),
        official=record.get("official") is True,
        form=form,
        timezone=_timezone(record.get("timezone")),
    )
    watch = record.get("watch")
    return Line(document, None if watch is None else _works(json.dumps(watch)))


@lru_cache(maxsize=64)
def _timezone(value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise ValueError("`timezone` is text")
    if not value:
        return ""
    from monitor.config.words import zone  # noqa: PLC0415 - pydantic is slow to import, and few lines name a zone

    return zone(value)


def _published(value: Any) -> datetime:
    if not isinstance(value, str):
        raise ValueError(  # noqa: TRY004 - as above
            "`published` is missing: the time from which dates are counted, as in 2023-08-10T14:00:00Z"
        )
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"`published` is not an ISO 8601 time: {value[:40]!r}") from None
    if not _PRINT <= at.year < _FAR:
        raise ValueError(f"`published` is not a time at which this can have been published: {value[:40]!r}")
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@lru_cache(maxsize=8)
def _works(watch: str) -> tuple[Work, ...]:
    """Return the works of a `watch` list, cached since an archive repeats it on each line."""
    entries = json.loads(watch)
    if not isinstance(entries, list):
        raise ValueError("`watch` is a list of works")  # noqa: TRY004 - the line's fault, not a type's
    return tuple(_work(entry) for entry in entries)


def _work(entry: Any) -> Work:
    title, kind, aliases = (
        (entry.get(name) for name in ("title", "kind", "aliases"))
        if isinstance(entry, dict)
        else (entry, None, None)
    )
    if not isinstance(title, str) or not title.strip():
        raise ValueError("a work of `watch` has a `title`")
    if aliases is not None and not (
        isinstance(aliases, list) and all(isinstance(alias, str) for alias in aliases)
    ):
        raise ValueError("`aliases` of a work is a list of texts")
    if kind is not None and kind not in list(WorkKind):
        raise ValueError(f"`kind` of a work is one of {', '.join(WorkKind)}")
    return Work(title, WorkKind(kind or "other"), tuple(aliases or ()))
