"""An explanation: every mark in its place, the claims as they are made, and the dates that made none."""

from __future__ import annotations

from monitor.extract import Extractor
from tests.builders import document
from tests.extract.reading import WORKS


def test_marks_stand_where_the_text_has_them() -> None:
    read = document("Silo season 2 launches on PS5 on May 4, 2024.", title="Silo is dated")
    marks = Extractor(WORKS).explain(read).marks
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
    explanation = Extractor(WORKS).explain(read)
    assert explanation.claims == Extractor(WORKS).claims(read)
    assert explanation.claims


def test_a_date_with_no_claim_is_given_with_its_text_and_period() -> None:
    explanation = Extractor(WORKS).explain(document("Redfall is new. The studio was founded on May 4, 1999."))
    ((date, _),) = explanation.unclaimed
    assert (date.text, date.edtf) == ("May 4, 1999", "1999-05-04")


def test_nothing_is_explained_of_nothing() -> None:
    explanation = Extractor(WORKS).explain(document(""))
    assert (explanation.marks, explanation.claims, explanation.unclaimed) == ((), (), ())
