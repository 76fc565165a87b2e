"""An explanation: every mark in its place, the claims as they are made, and the dates that made none."""

from __future__ import annotations

import pytest

from monitor.extract import Extractor
from monitor.parse import structured
from tests.builders import document
from tests.extract.reading import WORKS


def test_marks_stand_where_the_text_has_them() -> None:
    read = document("Silo season 2 launches on PS5 on May 4, 2024.", title="Silo is dated")
    marks = Extractor(WORKS).explain(structured(read)).marks
    parts = {"title": read.title, "text": read.text}
    told = {(mark.kind, parts[mark.span.part][mark.span.start : mark.span.end]) for mark in marks}

    assert {
        ("work", "Silo"),
        ("inst", "season 2"),
        ("scope", "PS5"),
        ("date", "May 4, 2024"),
        ("release", "launches"),
    } <= told


def test_an_explanation_makes_the_claims_that_reading_makes() -> None:
    read = document(
        "Redfall launches on May 4, 2024. It was shown on June 3. No trailer yet.", title="Redfall"
    )
    explanation = Extractor(WORKS).explain(structured(read))
    assert explanation.claims == Extractor(WORKS).claims(structured(read))
    assert explanation.claims


def test_a_date_with_no_claim_is_given_with_its_text_and_period() -> None:
    explanation = Extractor(WORKS).explain(
        structured(document("Redfall is new. The studio was founded on May 4, 1999."))
    )
    ((date, _),) = explanation.unclaimed
    assert (date.text, date.edtf) == ("May 4, 1999", "1999-05-04")


def test_the_language_of_a_document_is_named_with_what_told_it() -> None:
    (one,) = (
        Extractor(WORKS).explain(structured(document("Silo kommt im Oktober zurück.", lang=""))).languages
    )
    assert (one.span, one.lang, one.how, set(one.words)) == (
        None,
        "de",
        "words",
        {"kommt", "im", "Oktober", "zurück"},
    )


@pytest.mark.parametrize(
    ("declared", "said", "text", "told"),
    [
        ("en-GB", "", "Silo is out.", ("en-GB", "declared")),
        ("en", "pl", "Silo is out.", ("pl", "configured")),
        ("en", "", "Сериал выйдет в мае.", ("und", "script")),
        ("", "", "Silo S2 – 15.11.2024", ("und", "unsure")),
    ],
)
def test_a_language_is_named_as_it_was_told(
    declared: str, said: str, text: str, told: tuple[str, str]
) -> None:
    (one,) = Extractor(WORKS).explain(structured(document(text, lang=declared)), said).languages
    assert (one.lang, one.how, one.words) == (*told, ())


def test_each_passage_in_another_language_is_named_where_it_stands() -> None:
    said = "<p>The second season of Silo is out now, and there is more to come, the studio says.</p>"
    quoted = "<p>사일로 시즌2는 11월에 공개된다.</p><p>예고편도 곧 나온다.</p>"
    read = document(
        html=f"{said}<blockquote>{quoted}</blockquote>{said.replace('second', 'third')}", title="Silo is back"
    )
    whole, other = Extractor(WORKS).explain(structured(read)).languages
    assert (whole.span, whole.lang) == (None, "en")
    assert (other.lang, other.how) == ("ko", "script")
    assert other.text == "사일로 시즌2는 11월에 공개된다. 예고편도 곧 나온다."
    assert other.span is not None
    assert read.html[other.span.start : other.span.end].startswith("사일로")


def test_nothing_is_explained_of_nothing() -> None:
    explanation = Extractor(WORKS).explain(structured(document("")))
    assert (explanation.marks, explanation.claims, explanation.unclaimed) == ((), (), ())
