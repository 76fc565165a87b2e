"""Names as people type them: the whole, else words, else beginnings, else initials, else a part."""

from __future__ import annotations

import pytest

from monitor.review.matching import LONGEST, matching, nearest

KNOWN = {
    "Baldur's Gate 3": ["BG III"],
    "Alan Wake 2": ["Alan Wake II"],
    "Żółta łódź": [],
    "The Lantern Coast": ["Wybrzeże latarni"],
    "The Lantern": [],
    "등대": [],
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Alan Wake 2", ["Alan Wake 2"]),
        ("alan wake ii", ["Alan Wake 2"]),
        ("baldurs gate", ["Baldur's Gate 3"]),
        ("bg3", ["Baldur's Gate 3"]),
        ("zolta", ["Żółta łódź"]),
        ("wybrzeze latarni", ["The Lantern Coast"]),
        ("the lantern", ["The Lantern"]),
        ("lantern", ["The Lantern Coast", "The Lantern"]),
        ("lan co", ["The Lantern Coast"]),
        ("oast", ["The Lantern Coast"]),
        ("등", ["등대"]),
        ("as", []),
        ("", []),
        ("…!", []),
        ("harbour", []),
    ],
)
def test_what_a_text_matches(text: str, found: list[str]) -> None:
    assert matching(text, KNOWN) == found


@pytest.mark.parametrize(
    ("text", "first"),
    [("Alan Wave 2", "Alan Wake 2"), ("lantrn", "The Lantern Coast"), ("baldur gat 3", "Baldur's Gate 3")],
)
def test_the_nearest_names_stand_first(text: str, first: str) -> None:
    assert nearest(text, KNOWN)[0] == first


def test_the_nearest_are_few_and_a_long_text_costs_no_more() -> None:
    assert len(nearest("lantern", {f"Lantern {n}": [] for n in range(50)}, most=3)) == 3
    assert nearest("x" * 1_000_000, {"y" * 1_000_000: []}) == []
    assert nearest("a" * LONGEST + "b" * 10**6, {"a" * LONGEST: []}) == ["a" * LONGEST]
