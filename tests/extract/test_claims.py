"""Texts and the claims that they make: tests/cases/claims/<language>/*.yaml; a failure prints what was recognised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.extract import Extractor
from monitor.model import Claim, Document, Work, WorkKind
from tests.builders import NOW

_CASES = Path(__file__).parent.parent / "cases" / "claims"
_WORKS = ("Alan Wake 2 (game)", "Barbie (film)", "Dune: Part Two (film)", "Silo (series)")
_WORK = re.compile(r"(.*) \((\w+)\)\Z")


def _cases() -> Iterator[Any]:
    for path in sorted(_CASES.glob("*/*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield pytest.param(path.parent.name, case, id=f"{path.parent.name}-{path.stem}-{case['name']}")


def _work(text: str) -> Work:
    match = _WORK.match(text)
    assert match, text
    return Work(match[1], WorkKind(match[2]))


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
    fields = (
        claim.title,
        claim.instalment or "-",
        claim.event.value,
        claim.status.value,
        str(claim.when or "-"),
        claim.certainty.value,
        ", ".join(claim.sources) or "-",
        ", ".join(claim.scope) or "-",
    )
    return " | ".join(fields)


@pytest.mark.parametrize(("lang", "case"), list(_cases()))
def test_a_text_makes_these_claims(lang: str, case: dict[str, Any]) -> None:
    extractor = Extractor([_work(text) for text in case.get("works", _WORKS)])
    document = _document(lang, case)

    rows = [_row(claim) for claim in extractor.claims(document)]

    if case.get("loose"):
        assert set(case["claims"]) <= set(rows)
    else:
        assert sorted(rows) == sorted(case["claims"]), _trace(extractor, document)


def _trace(extractor: Extractor, document: Document) -> str:
    """Return what was recognised, for a person who reads the failure."""
    explanation = extractor.explain(document)
    marks = "\n".join(f"  {mark.kind:12} {mark.label}" for mark in explanation.marks)
    claims = "\n".join(f"  {_row(claim)}  by {', '.join(claim.rules)}" for claim in explanation.claims)
    unclaimed = "\n".join(f"  {found.text}: {reason}" for found, reason in explanation.unclaimed)
    return f"\nmarks:\n{marks}\nclaims:\n{claims}\nno claims:\n{unclaimed}"
