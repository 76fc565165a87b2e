"""Texts and the claims that they make: tests/cases/claims/<language>/*.yaml, which the weights are trained on.

The shares that must not fall are in tests/cases/floors.yaml; a failure prints what was recognised.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.extract import Extractor
from monitor.model import Claim, Document
from monitor.parse import structured
from tests.builders import NOW
from tests.case_files import read_yaml
from tests.extract.reading import work_of

_CASES = Path(__file__).parent.parent / "cases" / "claims"
_FLOORS = read_yaml(_CASES.parent / "floors.yaml")["texts"]
_WORKS = ("Alan Wake 2 (game)", "Barbie (film)", "Dune: Part Two (film)", "Silo (series)")


def _cases() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(_CASES.glob("*/*.yaml")):
        if path.stem.startswith("news"):
            continue
        for case in read_yaml(path):
            yield path.parent.name, case


def _document(lang: str, case: dict[str, Any]) -> Document:
    day = case.get("published")
    return Document(
        id="case",
        published=NOW if day is None else datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        lang=case.get("lang", lang),
        title=case.get("title", ""),
        html=case.get("html", ""),
        text=case.get("text", ""),
    )


def _row(claim: Claim) -> str:
    """Return a claim without certainty, sources and scope."""
    fields = (
        claim.title,
        claim.instalment or "-",
        claim.event.value,
        claim.status.value,
        str(claim.when or "-"),
    )
    return " | ".join(fields)


def _expected(case: dict[str, Any]) -> list[str]:
    return [" | ".join(row.split(" | ")[:5]) for row in case["claims"]]


def _is_right(case: dict[str, Any], rows: list[str]) -> bool:
    return set(_expected(case)) <= set(rows) if case.get("loose") else sorted(rows) == sorted(_expected(case))


@pytest.mark.parametrize("lang", sorted(_FLOORS))
def test_the_share_of_texts_read_exactly_right_has_not_fallen(lang: str) -> None:
    cases = [case for of, case in _cases() if of == lang]
    wrong = []
    for case in cases:
        extractor = Extractor([work_of(text) for text in case.get("works", _WORKS)])
        document = _document(lang, case)
        if not _is_right(case, [_row(claim) for claim in extractor.claims(structured(document))]):
            wrong.append(f"\n{case['name']}: {_expected(case)}{_trace(extractor, document)}")

    assert 1 - len(wrong) / len(cases) >= _FLOORS[lang], "".join(wrong)


def test_every_language_with_texts_has_a_floor() -> None:
    assert set(_FLOORS) == {lang for lang, _ in _cases()}


def _trace(extractor: Extractor, document: Document) -> str:
    """Return what was recognised, for a person who reads the failure."""
    explanation = extractor.explain(structured(document))
    marks = "\n".join(f"  {mark.kind:12} {mark.label}" for mark in explanation.marks)
    claims = "\n".join(f"  {_row(claim)}  by {', '.join(claim.rules)}" for claim in explanation.claims)
    unclaimed = "\n".join(f"  {found.text}: {reason}" for found, reason in explanation.unclaimed)
    return f"\nmarks:\n{marks}\nclaims:\n{claims}\nno claims:\n{unclaimed}"
