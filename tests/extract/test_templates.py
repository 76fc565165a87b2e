"""Features made of templates: a set of texts, whose weights are summed without most of them being written."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import pytest

from monitor.extract.attribution import certainty_features, credit_candidates
from monitor.extract.candidates import candidates
from monitor.extract.decode import featured
from monitor.extract.features import Seen
from monitor.extract.parts import part_options
from monitor.extract.rows import KEPT, Rows
from monitor.extract.scoring import Head
from monitor.extract.screening import features_of_candidate, features_of_part
from monitor.extract.templates import Features
from tests.extract.reading import surveyed

_SCREENS = ("dated screen", "undated screen", "part screen", "credit screen")

TEXTS = [
    ("Silo launches on May 4 on Apple TV+, not in June.", "Silo: official trailer"),
    ("Redfall and Silo were delayed from March to May 2027, said Northfall. Both are out soon.", ""),
    ("Redfall's Night Springs expansion, Redfall: Deluxe Edition and Silo season 2 come out on 4 May.", "Redfall?"),
]  # fmt: skip


def _paired(one: str, other: str) -> Iterable[str]:
    return f"{one}|{other}", f"{other}&{one}", "always"


def _made() -> Features:
    found, shared = Features(), Features()
    shared.names.append("of all")
    shared.bags.append(("h:", {"moon"}))
    found.shared.append(shared)
    found.names += ["a", "a", "b"]
    found.filled += [(_paired, "x", "y"), (_paired, "x", "y")]
    found.bags += [("s:", {"moon", "sun"}), ("s:", set())]
    found.runs.append((("w0:", "w1:", "w2:"), ("moon", "moon")))
    return found


def test_each_feature_is_written_once() -> None:
    assert sorted(_made()) == sorted(
        ["a", "b", "x|y", "y&x", "always", "s:moon", "s:sun", "w0:moon", "w1:moon", "of all", "h:moon"]
    )


@pytest.mark.parametrize("compact", [False, True])
def test_the_sum_is_that_of_the_written_features(*, compact: bool) -> None:
    names = [*_made(), "s:cloud", "w2:moon"]
    numbers = array("h", range(-7, 2 * len(names) - 7))
    head = Head.of(("yes", "no"), (3, -3), names, numbers, compact=compact)
    for _ in range(2):  # as it is first summed, and as it is kept
        assert head.sums(_made()) == head.sums([*_made()])


def test_what_gave_way_to_newer_values_is_summed_anew() -> None:
    rows = Rows(["s:0", "0|0", "w:0"], array("h", [1, 2, 4]), 1)

    def total(word: str) -> int:
        found = Features()
        found.filled.append((_paired, word, word))
        found.bags.append(("s:", {word}))
        found.runs.append((("w:",), (word,)))
        return rows.total_of(found)

    assert total("0") == 7
    assert not any(total(str(one)) for one in range(1, 3 * KEPT))
    assert total("0") == 7


@pytest.mark.parametrize(("text", "title"), TEXTS)
def test_no_two_ways_of_adding_add_one_feature(text: str, title: str) -> None:
    """Sums are made of parts that must not overlap: they equal those of the set of written features in each head that has them."""
    found = surveyed(text, title=title)
    seen = Seen(found)
    made: list[tuple[str, Features]] = []
    for row in featured(found, seen):
        name = "undated" if row.candidate.date is None else "dated"
        made.append((name, row.features))
        made.append((f"{name} screen", features_of_candidate(seen, row.candidate, row.readings)))
    for candidate in candidates(found):
        made.append(("part screen", features_of_part(seen, candidate)))
        for code in ("rs", "tr"):
            made.append(("certainty", certainty_features(seen, candidate, code)))
            for one in credit_candidates(seen, candidate, code):
                made += [("credit", one.features), ("credit screen", one.screened)]
            made += [("part", one.own) for one in part_options(seen, candidate, code)]
    assert {name for name, _ in made} >= {"dated", "undated", "certainty", "part", *_SCREENS}
    heads = []  # all of them are kept, since shared features keep their sums by head
    for name, features in made:
        names = [*features]
        heads.append(Rows(names, array("h", range(1, len(names) + 1)), 1))
        assert heads[-1].total_of(features) == heads[-1].total(names), name
