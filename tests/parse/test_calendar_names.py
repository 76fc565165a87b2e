"""The names of CLDR: months, weekdays and halves of the day, in one language and in all."""

from __future__ import annotations

import pytest

from monitor.parse.calendar_names import Name, all_names, day_first, named, names_of, pieces, spread


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1. lis 2022 10:00", ["1", "lis", "2022", "10", "00"]),
        ("Śr., 4 MAJ", ["śr", "4", "maj"]),
        ("", []),
    ],
)
def test_the_words_and_numbers_of_a_text(text: str, words: list[str]) -> None:
    assert pieces(text) == words


def test_a_text_without_end_is_cut() -> None:
    assert len(pieces("maj " * 100_000)) < 100


@pytest.mark.parametrize(
    ("lang", "name", "kind", "value"),
    [
        ("pl", "maja", "month", 5),
        ("pl-PL", "lis", "month", 11),
        ("hr", "lis", "month", 10),
        ("de", "Donnerstag", "weekday", 3),
        ("es", "lunes", "weekday", 0),
        ("en", "PM", "half", 1),
        ("ko", "오전", "half", 0),
    ],
)
def test_a_name_means_what_its_language_says(lang: str, name: str, kind: str, value: int) -> None:
    size, meanings = named(names_of(lang), pieces(name), 0)
    assert size == len(pieces(name))
    assert Name(kind, value, lang.partition("-")[0]) in meanings


def test_a_name_that_languages_share_has_all_its_meanings() -> None:
    _, meanings = named(all_names(), ["lis"], 0)
    assert {("hr", 10), ("pl", 11)} <= {(name.lang, name.value) for name in meanings if name.kind == "month"}


@pytest.mark.parametrize(("words", "at"), [(["lamp"], 0), (["4", "lamp"], 1), ([], 0), (["maj"], 1)])
def test_what_is_not_a_name_means_nothing(words: list[str], at: int) -> None:
    assert named(names_of("pl"), words, at) == (0, frozenset())


@pytest.mark.parametrize("lang", ["tlh", "", "no such tag", "x" * 1000])
def test_a_language_that_cldr_does_not_have_has_no_names(lang: str) -> None:
    assert names_of(lang) == {}
    assert day_first(lang) is None


@pytest.mark.parametrize(
    ("lang", "first"),
    [("de", True), ("en-GB", True), ("en-US", False), ("ja", False), ("hu", False), ("en", None)],
)
def test_whether_the_day_stands_before_the_month(lang: str, first: bool | None) -> None:
    assert day_first(lang) is first


def test_a_language_of_many_territories_is_likelier() -> None:
    assert spread("en") > spread("fr") > spread("pl") >= 1
