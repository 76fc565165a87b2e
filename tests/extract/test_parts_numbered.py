"""Which instalments a mention may be about where another sentence tells."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.extract.candidates import Survey, candidates, survey
from monitor.extract.features import Seen
from monitor.extract.marks import mark
from monitor.extract.parts import PartOption, part_options
from monitor.extract.work_index import WorkIndex
from monitor.model import Document, Work, WorkKind
from monitor.parse import structured

WORKS = (Work("Tidewater", WorkKind.SERIES), Work("The Salt Road", WorkKind.BOOK))


def surveyed(*paragraphs: str, title: str = "") -> Survey:
    html = "".join(f"<p>{one}</p>" for one in paragraphs)
    document = Document(
        id="1", published=datetime(2025, 8, 10, tzinfo=UTC), lang="en", title=title, html=html
    )
    return survey(document, mark(structured(document), WorkIndex(WORKS)))


def offered(*paragraphs: str, title: str = "") -> dict[str | None, PartOption]:
    """Return the instalments offered for the last date of the text."""
    text = surveyed(*paragraphs, title=title)
    last = [one for one in candidates(text) if one.date is not None][-1]
    return {one.name: one for one in part_options(Seen(text), last, "rs")}


def test_a_part_is_one_of_the_season_that_the_headline_names() -> None:
    found = offered("Part 2 of it arrives on 6 September.", title="Tidewater season 3: what we know")
    assert "season 3 part 2" in found
    assert "of whole|here|headline" in found["season 3 part 2"].features


def test_a_part_is_one_of_the_season_that_its_own_sentence_names_further_off() -> None:
    assert "season 3 part 2" in offered(
        "Season 3 of Tidewater comes in halves: of these part 2 arrives on 6 September."
    )


def test_a_part_of_a_season_is_joined_with_no_other_season() -> None:
    found = offered("Part 2 of it arrives on 6 September.", title="Tidewater season 3: what we know")
    assert [name for name in found if name and name.endswith("part 2")] == ["part 2", "season 3 part 2"]


def test_a_season_is_carried_over_sentences_that_name_none() -> None:
    quiet = "The crew has been paid."
    found = offered(
        "Tidewater has a fourth season.", quiet, quiet, quiet, quiet, quiet, "It arrives on 6 September."
    )
    assert "season|carried" in found["season 4"].features


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("The fourth and last season of Tidewater is due in May.", "season 4"),
        ("The third and last volume of The Salt Road is due in May.", "volume 3"),
        ("Book two of The Salt Road is due in May.", "volume 2"),
        ("The first season of Tidewater was short, and the second one followed in May.", "season 2"),
        ("The third season of Tidewater was short. The first had begun in May.", "season 1"),
    ],
)
def test_english_names_a_part_so(said: str, part: str) -> None:
    assert part in offered(said)
