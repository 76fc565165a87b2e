"""Sentences and what each claims: tests/cases/sentences/<language>.yaml, by what they are examples of.

A claim is written "TITLE INSTALMENT: event status when, certainty, by SOURCES, on SCOPE"; what is not written is nobody, nowhere,
and a certainty of reported. A sentence with a headline over it is written "HEADLINE // sentence".
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.extract import Extractor
from monitor.model import Certainty, Claim, Work, WorkKind
from tests.builders import document

_CASES = Path(__file__).parent.parent / "cases" / "sentences"
_EXTRACTOR = Extractor(
    [
        Work("Alan Wake 2", WorkKind.GAME),
        Work("Dune: Part Two", WorkKind.FILM),
        Work("Pixel 8", WorkKind.DEVICE),
        Work("Redfall", WorkKind.GAME),
        Work("Silo", WorkKind.SERIES),
        Work("The Winds of Winter", WorkKind.BOOK),
    ]
)


def _cases() -> Iterator[Any]:
    for path in sorted(_CASES.glob("*.yaml")):
        for about, says in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            for text, claims in says.items():
                yield pytest.param(path.stem, text, claims or [], id=f"{path.stem}: {about}: {text[:60]}")


def _said(claim: Claim) -> str:
    named = f"{claim.title} {claim.instalment}" if claim.instalment else claim.title
    told = f"{claim.event.value} {claim.status.value} {claim.when or ''}".strip()
    return ", ".join(
        [
            f"{named}: {told}",
            *([claim.certainty.value] if claim.certainty is not Certainty.REPORTED else ()),
            *([f"by {' & '.join(claim.sources)}"] if claim.sources else ()),
            *([f"on {' & '.join(sorted(claim.scope))}"] if claim.scope else ()),
        ]
    )


@pytest.mark.parametrize(("lang", "text", "claims"), [*_cases()])
def test_a_sentence_claims_what_it_says_and_no_more(lang: str, text: str, claims: list[str] | str) -> None:
    title, _, body = text.rpartition(" // ")
    read = document(body, title=title, lang=lang)
    expected = [claims] if isinstance(claims, str) else claims
    assert sorted(map(_said, _EXTRACTOR.claims(read))) == sorted(expected)
