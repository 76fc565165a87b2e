from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extract.normalise import compact, is_cjk, normalise, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café", "cafe"),
        ("ŁÓDŹ", "lodz"),
        ("Straße", "straße"),
        ("Ｓｉｌｏ ２", "silo 2"),
        ("It’s", "it's"),
        ("“lamp”", '"lamp"'),
        ("Spider‑Man", "spider-man"),
        ("a\u00a0b\u3000c", "a b c"),
        ("ΑΒΓ", "αβγ"),
        ("ДЮНА", "дюна"),
        ("ı İ", "i i"),
        ("発売日：５（火）", "発売日:5(火)"),
        ("ｽﾀｰﾄ", "スタート"),
        ("२०२४ ٢٠٢٤", "2024 2024"),
        ("\u095bमीन", "\u091cमीन"),
        ("आएँगे", "आएंगे"),
    ],
)
def test_two_spellings_fold_to_one(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"), [("lamp", "lamb"), ("season 2", "season 3"), ("시즌2", "시즌3"), ("が", "か")]
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Dune: Part Two", "dune part two"),
        ("Spider-Man – Across", "spider man across"),
        ("（시즌2）", "시즌2"),
        ("Mission: Impossible – Dead Reckoning", "mission impossible dead reckoning"),
    ],
)
def test_marks_part_words(text: str, words: str) -> None:
    assert " ".join(compact(text).split()) == words


@pytest.mark.parametrize(
    ("char", "read"),
    [("지", True), ("発", True), ("ア", True), ("漢", True), ("a", False), ("Я", False), ("2", False)],
)
def test_scripts_without_blanks_are_known(char: str, read: bool) -> None:
    assert is_cjk(char) is read


@given(st.text())
def test_a_fold_keeps_every_offset_and_folds_nothing_twice(text: str) -> None:
    assert len(normalise(text)) == len(text)
    assert len(compact(text)) == len(text)
    assert normalise(normalise(text)) == normalise(text)


@given(st.text())
def test_the_words_of_a_text_are_those_of_its_compact_form(text: str) -> None:
    assert words(text).split() == compact(text).split()


@given(st.text())
def test_a_compact_text_is_compact(text: str) -> None:
    assert compact(compact(text)) == compact(text)


def test_words_stand_between_single_spaces() -> None:
    assert words("“Pokémon”:  Scarlet−2") == " pokemon scarlet 2 "
    assert words("") == "  "
