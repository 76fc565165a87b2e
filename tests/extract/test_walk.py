"""The way of a document through the extractor: each stage once, in order, and each module in one stage only."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from monitor.extract import Extractor
from monitor.parse import structured
from tests.builders import document
from tests.calls import Call, calls_of
from tests.extract.reading import WORKS

STAGES = {
    "marks": Call("extract/marks", "mark"),
    "candidates": Call("extract/candidates", "survey"),
    "features": Call("extract/decode", "featured"),
    "scoring": Call("extract/decode", "hypotheses"),
    "decode": Call("extract/decode", "select"),
    "claims": Call("extract", "claims_of"),
    "forms": Call("extract/forms", "by_form"),
}
"""The function that each stage begins with, in the order of the stages."""

SHARED = {
    "extract": "calls the stages, one after another",
    "extract/normalise": "normalises words of any text",
    "extract/sentence": "is a value of the marks: the words of a sentence",
    "extract/cues": "is a value of the marks: the kind of a cue and its properties",
    "extract/zones": "puts a time on the clock of a zone: of the document before all stages, of an embedded post among the features",
    "extract/dates/finding": "is a value of the marks: what a date names",
    "extract/dates/values": "is a value of the marks: the parts of a date, resolved where they are used",
    "extract/dates/alternatives": "is a value of the features: the periods that a date may name",
    "extract/candidates": "is a value of its own stage: the places of a text and what they reach",
    "extract/features": "is what is seen of a text; an answer is found when it is first asked for, and kept",
    "extract/templates": "writes features, of dates, of parts, of scopes and of credits",
    "extract/scoring": "sums the weights of features: of dates, of parts, of scopes and of credits",
    "extract/rows": "is the columns of a table, which place parts and scopes",
    "extract/decode": "holds three stages that follow each other, and the values of the last",
    "extract/trailers": "finds the names of trailers: among the hypotheses, and for the claims",
}
"""Modules that more than one stage calls, with the reason."""

DOCUMENTS = {
    "text": document("Alan Wake 2 launches on October 17, 2023 on PS5 and PC, according to Remedy. A trailer comes on May 24."),
    "series": document("Silo season 2 is coming to Apple TV+ in November, Deadline reports. Redfall was delayed to 2024.", title="Silo: season 2 has a date"),
    "table": document(html="<h2>Dates</h2><table><tr><th>Title</th><th>PC</th><th>PS5</th></tr><tr><td>Redfall</td><td>May 2, 2024</td><td>June 3, 2024</td></tr><tr><td>Alan Wake 2</td><td>May 5, 2024</td><td>–</td></tr></table>"),
    "post": document(html='<p>They said:</p><blockquote class="post" data-author="Remedy (@remedygames)" data-at="2023-08-09T18:30:00Z"><p>Alan Wake 2 is out tomorrow!</p></blockquote>', title=""),
}  # fmt: skip


def _stages(calls: Sequence[Call]) -> list[str]:
    """Return the stages in the order in which they begin."""
    of = {call: stage for stage, call in STAGES.items()}
    return [of[call] for call in calls if call in of]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_stage_is_walked_through_once_and_in_order(name: str) -> None:
    read = structured(DOCUMENTS[name])
    assert Extractor(WORKS).claims(read)
    calls = calls_of(lambda: Extractor(WORKS).claims(read))
    order = [stage for at, stage in enumerate(_stages(calls)) if stage not in _stages(calls)[:at]]
    assert order == list(STAGES)
    called = [call for call in calls if call in STAGES.values()]
    generators = {STAGES["features"], STAGES["scoring"]}
    assert all(called.count(call) == 1 for call in set(called) - generators)


def test_no_stage_calls_a_module_of_another() -> None:
    rooms: dict[str, set[str]] = {}
    for each in DOCUMENTS.values():
        extractor, read = Extractor(WORKS), structured(each)
        extractor.claims(read)  # what is loaded on first use is loaded
        stage = ""
        for call in calls_of(lambda: extractor.claims(read)):  # noqa: B023 - run at once
            stage = next((name for name, begins in STAGES.items() if begins == call), stage)
            if call.module.startswith("extract"):
                rooms.setdefault(call.module, set()).add(stage)
    assert len(rooms) > 25
    returned = {module for module, stages in rooms.items() if len(stages) > 1}
    assert returned - SHARED.keys() == set()
    assert SHARED.keys() - returned == set()


def test_the_extractor_sees_no_markup() -> None:
    read = structured(DOCUMENTS["post"])
    calls = calls_of(
        lambda: (Extractor(WORKS).claims(read), Extractor(WORKS).dates(read), Extractor(WORKS).explain(read))
    )
    assert {call.module for call in calls if call.module.startswith("parse")} == set()
