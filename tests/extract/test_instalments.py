from __future__ import annotations

import pytest

from monitor.extract.claim_language import load
from monitor.extract.instalments import Instalments
from monitor.extract.normalise import normalise

_FORMS = Instalments(
    {"season": ["season {n}", "{o} season", "s{d}", "seasons? {n}"], "part": ["part {n}"], "volume": ["tom* {n}", "{n}권"]},
    ["the {o}"],
    numbers={"two": 2, "drug*": 2},
    ordinals={"first": 1, "second": 2},
    not_before=("of the year",),
    several=frozenset({"both"}),
    verbs=frozenset({"was"}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Season 2", ["season 2"]),
        ("seasons two", ["season 2"]),
        ("season-IV? season VI! season V.", ["season 4", "season 6"]),
        ("s02e03", []),
        ("S02 E03", ["season 2"]),
        ("a tomb of 2 and tomu 2", ["volume 2"]),
        ("season drugiego", ["season 2"]),
        ("3권이", ["volume 3"]),
        ("제3권이", ["volume 3"]),
        ("1200권과 1,200권", []),
        ("season 2, part 2", ["season 2 part 2"]),
        ("part 2 season 2", ["part 2", "season 2"]),
        ("season 400", []),
        ("the second season of the year", []),
        ("the first season was short, the second was long", ["season 1", "season 2"]),
        ("the first season had both, the second was long", ["season 1"]),
        ("the second was long", []),
        ("nothing", []),
    ],
)
def test_a_text_names_these_parts(text: str, named: list[str]) -> None:
    assert [instalment.name for _, _, instalment in _FORMS.find(normalise(text))] == named


def test_a_form_without_a_word_is_refused() -> None:
    with pytest.raises(ValueError, match="has no word"):
        Instalments({"season": ["{n}"]}, numbers={}, ordinals={})


def test_a_language_without_forms_names_nothing() -> None:
    assert Instalments({}, numbers={}, ordinals={}).find("season 2") == []


@pytest.mark.parametrize("ahead", range(0, 400, 23))
def test_a_part_is_found_wherever_it_stands_in_a_long_text(ahead: int) -> None:
    text = f"{'of it ' * (ahead // 6)}{'x' * (ahead % 6)} season 2{' and so on' * 40} the third season{' of it' * 30}"
    assert [part.name for _, _, part in load("en").instalments.find(text)] == ["season 2", "season 3"]
