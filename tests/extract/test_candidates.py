"""How a sentence comes to speak of a work, and which (work, date) pairs are weighed."""

from __future__ import annotations

import pytest

from monitor.extract.candidates import MOST, names_sibling, survey
from monitor.extract.marks import mark
from monitor.extract.work_index import WorkIndex
from monitor.model import Work
from monitor.parse import structured
from tests.builders import document
from tests.extract.reading import found, surveyed, ways


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("Silo launches on May 4.", "named"),
        ("Silo has a date. It launches on May 4.", "back"),
        ("Silo has a date.\n\nIt launches on May 4.", "before"),
    ],
)
def test_a_sentence_reaches_what_it_names_or_what_was_named_before(text: str, how: str) -> None:
    assert ways(surveyed(text), of="Silo", at="May 4")[0] == how


def test_the_headline_reaches_every_sentence() -> None:
    text = surveyed("A fair is held. Redfall is new. It launches on May 4.", title="Silo has a date")
    assert "headline" in ways(text, of="Silo", at="May 4")
    assert ways(text, of="Redfall", at="May 4")[0] == "back"


def test_a_section_heading_reaches_the_section() -> None:
    text = surveyed(
        html="<h2>Silo</h2><p>Redfall is new.</p><p>Launches on May 4.</p><h2>Redfall</h2><p>On June 1.</p>"
    )
    assert "section" in ways(text, of="Silo", at="May 4")
    assert "section" not in ways(text, of="Silo", at="June 1")
    assert "section" in ways(text, of="Redfall", at="June 1")


def test_the_lead_of_a_list_reaches_its_items_and_a_dated_lead_its_works() -> None:
    led = surveyed(
        html="<p>Silo launches:</p><ul><li>on May 4 in Japan</li><li>on June 1 elsewhere</li></ul>"
    )
    assert "lead" in ways(led, of="Silo", at="June 1")
    dated = surveyed(html="<h3>May 4</h3><ul><li>Silo</li><li>Redfall</li></ul>")
    assert all("below" in ways(dated, of=work, at="May 4") for work in ("Silo", "Redfall"))


def test_a_document_of_one_work_reaches_it_from_everywhere_else_the_main_one() -> None:
    assert "only" in ways(surveyed("A fair opens on May 4. Silo is shown there."), of="Silo", at="May 4")
    two = surveyed("Silo and Silo and Redfall are new.\n\nNow for more. It is on May 4.")
    assert "main" in ways(two, of="Silo", at="May 4")
    assert "main" not in ways(two, of="Redfall", at="May 4")


def test_a_work_is_weighed_with_each_date_and_with_none() -> None:
    dates = [
        candidate.date is None
        for candidate in found(surveyed("Silo moves from May 4, 2024 and on June 1, 2024 ends."))
    ]
    assert (dates.count(False), dates.count(True)) == (2, 1)


def test_every_pair_of_work_and_date_is_weighed() -> None:
    pairs = {
        (candidate.reach.work.title, candidate.date)
        for candidate in found(surveyed("Silo comes on May 4, Redfall on June 1."))
        if candidate.date is not None
    }
    assert len(pairs) == 4


def test_a_table_has_the_headings_of_its_columns() -> None:
    text = surveyed(
        html="<table><tr><th>Title</th><th>Release</th></tr><tr><td>Silo</td><td>May 4, 2024</td></tr></table>"
    )
    assert tuple(text.places[-1].columns) == ("title", "release")


def test_a_document_without_works_or_dates_has_no_candidates() -> None:
    assert found(surveyed("Nothing is watched here, on May 4.")) == []
    assert found(surveyed("")) == []


def test_no_text_has_more_candidates_than_the_bound() -> None:
    assert (
        len(found(surveyed("Silo, Redfall and Alan Wake 2 on May 4, June 1, July 2, May 5; " * 1000))) == MOST
    )


@pytest.mark.parametrize(
    ("title", "sentence", "sibling"),
    [
        ("Dune: Part Three", "Dune: Part Two now streaming.", True),
        ("Dune: Part Three", "Dune: Part Three opens in December.", False),
        ("Dune: Part Three", "In theaters in December.", False),
        ("Grand Theft Auto VI", "Grand Theft Auto V is on sale.", True),
        ("Ember Road: Chapter Two", "Ember Road: Chapter One is streaming.", True),
        ("Silo", "Silo 2 is out.", False),
    ],
)
def test_a_sentence_may_name_another_work_whose_title_begins_alike(
    title: str, sentence: str, sibling: bool
) -> None:
    read = document(sentence)
    place = survey(read, mark(structured(read), WorkIndex([]))).places[0]
    assert names_sibling(place, Work(title)) is sibling
