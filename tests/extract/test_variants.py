"""The variants under which a watched name is looked up: tables of names, whatever the texts."""

from __future__ import annotations

import pytest

from monitor.extract.spelling import spelled
from monitor.extract.variants import forms, joined, stem, uninflected

# fmt: off
FORMS = [
    # a name, the forms that it must have beside its own, and one that it must not
    ("Silo", [], "sil"),
    ("Spider-Man", ["spiderman"], "spider"),
    ("Ocean's Eleven", ["oceans eleven"], "ocean eleven"),
    ("Ocean’s Eleven", ["oceans eleven"], "ocean eleven"),
    ("Romeo & Juliet", ["romeo and juliet", "romeo und juliet", "romeo et juliet"], "romeo or juliet"),
    ("Romeo and Juliet", ["romeo juliet"], "romeo und juliet"),
    ("SPY×FAMILY", ["spy x family"], "spy and family"),
    ("SPY x FAMILY", ["spy family"], "spy"),
    ("HollowKnight", ["hollow knight"], "hollow"),
    ("PlayStation6", ["play station 6"], "play station"),
    ("Dune Part Two", ["dune part 2", "dune part ii"], "dune part 3"),
    ("Final Fantasy VII", ["final fantasy 7"], "final fantasy 8"),
    ("Final Fantasy 7", ["final fantasy vii"], "final fantasy viii"),
    ("Two Brothers", [], "2 brothers"),  # the first word is no number of a part
    ("Agent 007", [], "agent vii"),
    ("哪吒 2", ["哪吒二"], "哪吒三"),
    ("Große Freiheit", ["grosse freiheit"], "grose freiheit"),
    ("Yōjinbō", ["youjinbou"], "yoojinboo"),
    ("Mahou Shoujo", ["maho shojo"], "mahou"),
    ("Shinjuku Jiken", ["sinzyuku ziken"], "shinjuku"),
    ("Toki", [], "touki"),  # too short to be taken for a romanised name
    ("& Silo", [], "and silo"),  # a sign that joins nothing
]
# fmt: on


@pytest.mark.parametrize(("name", "expected", "other"), FORMS)
def test_a_name_has_its_forms(name: str, expected: list[str], other: str) -> None:
    found = [form.strip() for form in forms(name)]
    own = " ".join(spelled(name).split())
    assert {own, *expected} <= set(found)
    assert other not in found
    assert len(found) == len(set(found))


@pytest.mark.parametrize("name", ["", " ", "!?", "—"])
def test_what_has_no_word_has_no_form(name: str) -> None:
    assert forms(name) == []


@pytest.mark.parametrize(("name", "bounded"), [("Silo", True), ("지금 우리 학교는", False), ("三体", False)])
def test_a_form_begins_a_word_where_words_have_spaces(name: str, bounded: bool) -> None:
    assert [form.startswith(" ") for form in forms(name)] == [bounded] * len(forms(name))
    assert forms(name)


@pytest.mark.parametrize(
    ("form", "expected"),
    [(" diuna", " diun"), (" roma", " rom"), (" silo", ""), (" silo 2", ""), (" xa", ""), (" 12a", "")],
)
def test_the_stem_leaves_out_a_letter_that_inflection_changes(form: str, expected: str) -> None:
    assert stem(form) == expected


@pytest.mark.parametrize(
    ("alias", "found", "is_one"),
    [
        ("Romeo and Juliet", "Romeo & Juliet", True),
        ("Romeo and Juliet", "Romeo und Juliet", True),
        ("Romeo and Juliet", "Romeo Juliet", False),
        ("Romeo and Juliet", "Romeo, Juliet", False),
        ("Romeo & Juliet", "Romeo and Juliet", True),
        ("Romeo & Juliet", "Romeo Juliet", True),
        ("Romeo & Juliet", "Romeo, Juliet", False),
        ("SPY×FAMILY", "SPY x FAMILY", True),
        ("SPY×FAMILY", "SPY FAMILY", True),
        ("SPY×FAMILY", "SPY/FAMILY", False),
        ("Silo", "Silo", True),
    ],
)
def test_halves_are_joined_as_the_name_joins_them(alias: str, found: str, is_one: bool) -> None:
    assert joined(alias, found) is is_one


@pytest.mark.parametrize(
    ("text", "endings", "expected"),
    [
        ("premiera Wiedźmina 3 w maju", frozenset({"a"}), ["wiedzmin 3"]),
        ("premiera Wiedźmina 3 w maju", frozenset({"ami"}), []),
        ("premiera Wiedźmina 3 w maju", None, ["wiedzmin 3", "wiedzmi 3", "wiedzm 3", "wiedz 3"]),
        ("premiera Wiedźmina w maju", None, []),  # no number follows
        ("die Wölfe ii", None, ["wolf ii", "wol ii"]),
        ("kot 3", None, []),  # too short to have an ending
    ],
)
def test_a_word_before_a_number_is_read_without_its_ending(
    text: str, endings: frozenset[str] | None, expected: list[str]
) -> None:
    spaced = spelled(text)
    found = list(uninflected(spaced, endings))
    assert [other[at:].strip() for other, _, _, at in found] == expected
    for other, begin, end, _ in found:
        assert spaced[begin:end].split()[-1] == other.split()[-1]
