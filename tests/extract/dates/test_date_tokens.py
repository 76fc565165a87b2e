"""Folding keeps every character's place, and tokens are slices of the text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.extract.dates.date_tokens import date_tokens, dictionary_key, normalise_date_text, pattern

MATCHER = pattern([])


@given(text=st.text(max_size=200), letters=st.sampled_from(["", "åäö", "ąęś"]))
def test_folding_keeps_the_length(text: str, letters: str) -> None:
    assert len(normalise_date_text(text, letters)) == len(text)


@given(text=st.text(max_size=200))
@example("May 4, 2023")
def test_tokens_are_slices_in_order(text: str) -> None:
    end = 0
    tokens = list(date_tokens(normalise_date_text(text), MATCHER))
    assert tokens or not any(map(str.isalnum, text))
    for token in tokens:
        assert end <= token.start < token.end <= len(text)
        end = token.end


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("OCTOBRE", "octobre"),
        ("Février", "fevrier"),
        ("２０２４", "2024"),
        ("٢٠٢٤", "2024"),
        ("२०२४", "2024"),
        ("Mayıs", "mayis"),
        ("26–28", "26-28"),
        ("’24", "'24"),
        ("październik", "pazdziernik"),
    ],
)
def test_spellings_of_one_word_fold_alike(written: str, folded: str) -> None:
    assert normalise_date_text(written) == folded


def test_letters_that_tell_words_apart_are_kept() -> None:
    assert normalise_date_text("VÅR", "åäö") == "vår"
    assert normalise_date_text("var", "åäö") == "var"


def test_marks_that_change_no_word_are_dropped_from_its_key() -> None:
    assert dictionary_key(normalise_date_text("يَناير")) == dictionary_key(normalise_date_text("يناير"))
    assert dictionary_key(normalise_date_text("फ़रवरी")) == dictionary_key(normalise_date_text("फरवरी"))


def test_words_of_a_script_without_spaces_are_found_by_the_longest() -> None:
    matcher = pattern(["年", "年末", "来年", "月末", "月"], han=True)
    assert [token.text for token in date_tokens("来年末と10月末", matcher)] == [
        "来年",
        "末",
        "と",
        "10",
        "月",
        "末",
    ]


@pytest.mark.parametrize(
    ("written", "number"),
    [("二零二四", "2024"), ("二十一", "21"), ("十", "10"), ("两千零四", "2004"), ("三十", "30"), ("九", "9")],
)
def test_chinese_numerals_are_numbers(written: str, number: str) -> None:
    (token,) = date_tokens(written, pattern([], han=True))
    assert (token.kind, token.text) == ("number", number)


def test_a_line_of_numerals_is_cut_short() -> None:
    (token,) = date_tokens("一" * 10_000, pattern([], han=True))
    assert len(token.text) <= 12
