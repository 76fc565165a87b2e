"""What the tests of the reader's stages share: a text as places, and weights made for a test."""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping, Sequence

from monitor.extract.candidates import Candidate, Survey, candidates, survey
from monitor.extract.marks import mark
from monitor.extract.scoring import Head
from monitor.extract.work_index import WorkIndex
from monitor.model import Work, WorkKind
from monitor.parse import structured
from tests.builders import document

WORKS = (
    Work("Alan Wake 2", WorkKind.GAME),
    Work("Redfall", WorkKind.GAME),
    Work("Silo", WorkKind.SERIES),
)


_WRITTEN = re.compile(r"(.*) \((\w+)\)\Z")


def work_of(written: str) -> Work:
    """Return the work that a case writes as "TITLE (kind)"."""
    match = _WRITTEN.match(written)
    assert match, written
    return Work(match[1], WorkKind(match[2]))


def surveyed(text: str = "", *, title: str = "", html: str = "", lang: str = "en") -> Survey:
    """Return a document of `text` or `html` as places, the works of `WORKS` watched."""
    read = document(text, title=title, html=html, lang=lang)
    return survey(read, mark(structured(read), WorkIndex(WORKS)))


def found(text: Survey) -> list[Candidate]:
    return list(candidates(text))


def ways(text: Survey, *, of: str, at: str) -> tuple[str, ...]:
    """Return how the sentence that holds `at` reaches the work `of`, nothing when it does not."""
    for candidate in candidates(text):
        sentence = candidate.place.sentence
        if at in sentence.block.text[sentence.start : sentence.end] and candidate.reach.work.title == of:
            return candidate.reach.how
    return ()


def head(classes: Sequence[str], rows: Mapping[str, Sequence[int]], bias: Sequence[int] = ()) -> Head:
    """Return a head of the given weights; with no bias given it is nothing."""
    weights = array("h", [weight for row in rows.values() for weight in row])
    return Head.of(classes, bias or [0] * len(classes), rows, weights)
