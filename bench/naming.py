"""How fast texts are read of which each names a work, beside version 0.1 of the reader: `naming.py FILE` reads them once."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

__all__ = ["beside_first_version"]

_ROOT = Path(__file__).resolve().parent.parent
_FIRST = "bb815e00891bcde2443c94d550dff2d44b7df36f"
"""The last commit with the reader of version 0.1."""
_PAIRS = 9
_MOST = 400
"""Texts; a pass over so many takes some seconds."""


def beside_first_version(shared: Path) -> None:
    """Print the documents a second of CPU time, now and by version 0.1: the median of nine pairs that alternate."""
    with tempfile.TemporaryDirectory() as folder:
        texts = Path(folder) / "texts.jsonl"
        texts.write_text("".join(f"{json.dumps(one)}\n" for one in _texts(shared)), encoding="utf-8")
        first = _unpacked(Path(folder) / "first")
        pairs = [
            (_seconds(_ROOT, texts), _seconds(first, texts) if first is not None else 0.0)
            for _ in range(_PAIRS)
        ]
        count = sum(1 for _ in texts.open(encoding="utf-8"))
    now = statistics.median(seconds for seconds, _ in pairs)
    print(
        f"every text names a work {count / now:>5,.0f} documents/s of CPU time   {count} texts, median of {_PAIRS}"
    )
    if first is None:
        print("version 0.1 is not in this checkout: nothing to compare with")
        return
    before = statistics.median(seconds for _, seconds in pairs)
    ratio = statistics.median(seconds / other for seconds, other in pairs)
    print(
        f"version 0.1 on the same  {count / before:>5,.0f} documents/s of CPU time   "
        f"a document takes {ratio:.2f} times what it took"
    )


def _texts(shared: Path) -> Iterator[dict[str, Any]]:
    """Yield texts with their works: labelled entries of feeds where the shared corpora are, else the tests' own."""
    labelled = shared / "corpora" / "claims-train.docs.jsonl"
    if labelled.exists():
        with labelled.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for _, line in zip(range(_MOST), lines, strict=False))
        return
    # Version 0.1 is run by this file too, and has none of these.
    import yaml  # noqa: PLC0415

    from bench.texts import CASE_WORKS, watched  # noqa: PLC0415

    for path in sorted((_ROOT / "tests" / "cases" / "claims").glob("*/*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield {
                "id": f"{path.name} {case['name']}",
                "published": str(case.get("published", "2023-08-10")),
                "lang": case.get("lang", path.parent.name),
                "watch": [watched(work) for work in case.get("works", CASE_WORKS)],
                **{part: case.get(part, "") for part in ("title", "html", "text")},
            }


def _unpacked(folder: Path) -> Path | None:
    """Unpack version 0.1 of the package into a folder; None where git does not have it."""
    command = ["git", "-C", str(_ROOT), "archive", _FIRST, "monitor"]
    try:
        packed = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        return None
    if packed.returncode:
        return None
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as files:
        files.extractall(folder, filter="data")
    return folder


def _seconds(package: Path, texts: Path) -> float:
    """Return the CPU time of a pass over the texts by the reader in a folder, in a process of its own."""
    command = [sys.executable, "-P", __file__, str(texts)]
    environment = {**os.environ, "PYTHONPATH": str(package)}
    return float(subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout)


def _read(texts: Path) -> float:
    """Return the CPU time of reading the texts once, after a pass in which all is built that is built on first use."""
    from monitor.extract import Extractor  # noqa: PLC0415 - of the version that the caller chose
    from monitor.model import Document, Work, WorkKind  # noqa: PLC0415 - as above

    extractors: dict[tuple[Work, ...], Extractor] = {}
    documents = []
    for line in texts.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        works = tuple(
            Work(one["title"], WorkKind(one.get("kind") or "other"), tuple(one.get("aliases") or ()))
            for one in row["watch"]
        )
        published = datetime.fromisoformat(row["published"])
        fields = {part: row.get(part) or "" for part in ("source", "lang", "title", "html", "text")}
        published = published if published.tzinfo else published.replace(tzinfo=UTC)
        documents.append((Document(id=row["id"], published=published, **fields), works))
        extractors.setdefault(works, Extractor(works))
    claims_of = _reader()
    seconds = 0.0
    for _ in range(2):
        began = time.process_time()
        for document, works in documents:
            claims_of(extractors[works], document)
        seconds = time.process_time() - began
    return seconds


def _reader() -> Callable[[Any, Any], object]:
    """Return the function that reads a document with the extractor of the version that the caller chose."""
    try:
        from monitor.parse import structured  # noqa: PLC0415 - as above
    except ImportError:  # version 0.1 reads a document as it is
        return lambda extractor, document: extractor.claims(document)
    return lambda extractor, document: (
        any(extractor.might_claim([document])) and extractor.claims(structured(document))
    )


if __name__ == "__main__":
    print(_read(Path(sys.argv[1])))
