"""Archives of documents: line by line, packed or not, and each bad line with its reason."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import typer

from monitor.cli.archive import Archive, BadLine, Line, parse_line

GOOD: dict[str, Any] = {"id": "1", "published": "2023-08-10", "text": "x"}


@pytest.mark.parametrize("packed", [False, True])
def test_documents_are_read_line_by_line(tmp_path: Path, packed: bool) -> None:
    body = b"".join(json.dumps({**GOOD, "id": str(n)}).encode() + b"\n\n" for n in range(50))
    path = tmp_path / "archive.jsonl"
    path.write_bytes(gzip.compress(body) if packed else body)
    with Archive.open(str(path)) as archive:
        read = [line.document.id for line in archive if isinstance(line, Line)]
        assert archive.size == path.stat().st_size
        assert archive.taken() == archive.size
        assert archive.taken() == 0
    assert read == [str(n) for n in range(50)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"\xff\xfe{}", "this is not UTF-8"),
        (b'{"id": "1"', "this is not JSON"),
        (b"[" * 200_000, "nested too deeply"),
        (b"[]", "a document is a JSON object"),
        (b'{"id": 1, "published": "2023-08-10", "text": "x"}', "`id` is text"),
        (b'{"published": "2023-08-10", "text": "x"}', "`id` is missing"),
        (b'{"id": "1", "published": "2023-08-10", "text": 7}', "`text` is text"),
    ],
)
def test_a_bad_line_is_named_and_the_next_is_read(tmp_path: Path, line: bytes, reason: str) -> None:
    path = tmp_path / "archive.jsonl"
    path.write_bytes(line + b"\n" + json.dumps(GOOD).encode() + b"\n")
    with Archive.open(str(path)) as archive:
        bad, good = archive
    assert isinstance(bad, BadLine)
    assert isinstance(good, Line)
    assert str(bad).startswith(f"{path}:1: ")
    assert reason in bad.reason


def test_a_file_that_breaks_off_says_where(tmp_path: Path) -> None:
    path = tmp_path / "archive.jsonl.gz"
    whole = gzip.compress(
        b"".join(json.dumps({**GOOD, "id": str(n * 7919)}).encode() + b"\n" for n in range(2000))
    )
    path.write_bytes(whole[: len(whole) // 2])
    with Archive.open(str(path)) as archive:
        *read, last = archive
    assert len(read) > 10
    assert isinstance(last, BadLine)
    assert (last.number, "breaks off or is damaged" in last.reason) == (len(read) + 1, True)


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with (
        pytest.raises(typer.BadParameter, match="cannot be read: No such file"),
        Archive.open(str(tmp_path / "x")),
    ):
        pass


@pytest.mark.parametrize(("watch", "titles"), [(None, None), ([], []), (["Silo"], ["Silo"])])
def test_a_line_may_name_the_works_that_it_watches(watch: Any, titles: list[str] | None) -> None:
    line = parse_line(json.dumps(GOOD if watch is None else {**GOOD, "watch": watch}).encode())
    assert (None if line.watch is None else [work.title for work in line.watch]) == titles
