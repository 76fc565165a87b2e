"""Sentences and what each claims: tests/cases/sentences, which the weights are trained on, as a share, and tests/cases/plain one by one.

Both are files of a language, sentences by what they are examples of. A claim is written "TITLE INSTALMENT: event status when,
certainty, by SOURCES, on SCOPE"; what is not written is nobody, nowhere, and a certainty of reported. A sentence with a headline over
it is written "HEADLINE // sentence". The shares that must not fall are in tests/cases/floors.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.extract import Extractor
from monitor.model import Claim, Work, WorkKind
from monitor.parse import structured
from tests.builders import document
from tests.case_files import read_yaml

_CASES = Path(__file__).parent.parent / "cases"
_FLOORS = read_yaml(_CASES / "floors.yaml")["sentences"]
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


def _cases(folder: str) -> Iterator[tuple[str, str, str, list[str]]]:
    """Yield each sentence's language, what it is an example of, the sentence, and its claims without certainty, sources and scope."""
    for path in sorted((_CASES / folder).glob("*.yaml")):
        for about, says in read_yaml(path).items():
            for text, said in says.items():
                claims = [said] if isinstance(said, str) else said
                yield path.stem, about, text, sorted(claim.partition(", ")[0] for claim in claims)


def _plain() -> list[Any]:
    return [
        pytest.param(lang, text, claims, id=f"{lang}: {about}: {text[:60]}")
        for lang, about, text, claims in _cases("plain")
    ]


def _claimed(lang: str, text: str) -> list[str]:
    title, _, body = text.rpartition(" // ")
    return sorted(map(_said, _EXTRACTOR.claims(structured(document(body, title=title, lang=lang)))))


def _said(claim: Claim) -> str:
    named = f"{claim.title} {claim.instalment}" if claim.instalment else claim.title
    return f"{named}: {claim.event.value} {claim.status.value} {claim.when or ''}".rstrip()


@pytest.mark.parametrize(("lang", "text", "claims"), _plain())
def test_a_plain_sentence_claims_what_it_says_and_no_more(lang: str, text: str, claims: list[str]) -> None:
    assert _claimed(lang, text) == claims


@pytest.mark.parametrize("lang", sorted(_FLOORS))
def test_the_share_of_sentences_read_exactly_right_has_not_fallen(lang: str) -> None:
    sentences = [(text, claims) for of, _, text, claims in _cases("sentences") if of == lang]
    wrong = [(text, read) for text, claims in sentences if (read := _claimed(lang, text)) != claims]

    assert 1 - len(wrong) / len(sentences) >= _FLOORS[lang], "\n".join(map(str, wrong))


def test_every_language_with_sentences_has_a_floor() -> None:
    assert set(_FLOORS) == {lang for lang, *_ in _cases("sentences")}


def test_no_plain_sentence_is_trained_on() -> None:
    assert not {text for _, _, text, _ in _cases("plain")} & {text for _, _, text, _ in _cases("sentences")}
