"""News texts of our own with labelled claims (tests/cases/claims/<language>/news*.yaml): training texts, never scored by folds.

Each label is checked against its text, so that the weights do not learn from slips: the quote stands there, as do the sources.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Certainty, Event, Status, When, WorkKind
from tests.case_files import read_yaml
from tests.extract.reading import work_of

_CASES = Path(__file__).parent.parent / "cases" / "claims"
_FILES = sorted(_CASES.glob("*/news*.yaml"))


@cache
def _texts(path: Path) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = read_yaml(path)
    return cases


def _plain(text: str) -> str:
    text = re.sub(r'<img [^>]*?alt="([^"]*)"[^>]*>', r" \1 ", text)  # the words for a picture are read
    text = unicodedata.normalize("NFKC", html.unescape(re.sub(r"<[^>]+>", " ", text)))
    return re.sub(r"\s+", " ", text).casefold().strip()


def _title(work: str | dict[str, Any]) -> str:
    if isinstance(work, str):
        return work_of(work).title
    assert WorkKind(work["kind"])
    return str(work["title"])


def _faults(case: dict[str, Any]) -> Iterator[str]:
    titles = {_title(work) for work in case["works"]}
    text = _plain(f"{case.get('title', '')}\n{case.get('text', '')}{case.get('html', '')}")
    published = case["published"]
    if not isinstance(published, date | datetime):
        yield "published is a date"
    for claim in case["claims"]:
        row = claim["claim"]
        fields = row.split(" | ")
        if len(fields) != 8:
            yield f"{row}: {len(fields)} fields of 8"
            continue
        title, _, event, status, when, certainty, sources, _ = fields
        if title not in titles:
            yield f"{row}: the work is not listed"
        try:
            Event(event), Status(status), Certainty(certainty)
            None if when == "-" else When.parse(when)
        except ValueError as error:
            yield f"{row}: {error}"
        quote = _plain(claim["quote"])
        if not quote or quote not in text:
            yield f"{row}: the quote does not stand in the text: {claim['quote'][:60]}"
        for source in [] if sources == "-" else sources.split(", "):
            if _plain(source).lstrip("@") not in f"{text} {_plain(case.get('source', ''))}":
                yield f"{row}: the source {source} does not stand in the text"


@pytest.mark.parametrize("file", _FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_labels_of_our_news_fit_their_texts(file: Path) -> None:
    cases = _texts(file)

    assert cases
    assert [f"{case['name']}: {fault}" for case in cases for fault in _faults(case)] == []


def test_names_of_news_texts_are_unique() -> None:
    names = [(path.parent.name, case["name"]) for path in _FILES for case in _texts(path)]

    assert names
    assert len(names) == len(set(names))
