"""Where dates are looked for: near the words that make them, in pieces of bounded length, and nowhere else."""

from __future__ import annotations

import pytest

from monitor.extract.dates import find_dates, language
from monitor.extract.dates.date_tokens import normalise_date_text
from monitor.extract.dates.grammar import Constituent
from monitor.extract.dates.runs import Run, runs


def test_a_date_is_read_wherever_the_reach_of_the_date_before_it_ends() -> None:
    for gap in range(90, 140):
        text = f"It was a good year {'x' * gap} and it is out earlier in the week."
        assert "earlier in the week" in [mention.text for mention in find_dates(text, "en")]


def runs_of(text: str, tag: str = "en") -> list[Run]:
    known = language(tag)
    return list(runs(known, text, normalise_date_text(text, known.letters)))


def texts(text: str, tag: str = "en") -> list[str]:
    return [" ".join(token.text for token in run.tokens) for run in runs_of(text, tag)]


def test_a_text_without_a_word_of_time_has_no_run() -> None:
    assert runs_of("The studio in Oslo and the people of the film say so on their site. " * 50) == []


def test_a_run_is_the_words_that_may_belong_to_one_date() -> None:
    assert texts("It launches in the summer of 2024 on consoles") == ["in the summer of 2024 on"]


def test_the_word_ahead_of_a_run_is_kept() -> None:
    assert [run.before for run in runs_of("Remedy Friday")] == ["remedy"]


@pytest.mark.parametrize(
    "wall", ["May 4 ", "2023 ", "next week ", "the 12 ", "twenty one hundred ", "1 May - ", "May '24 "]
)
def test_no_run_is_longer_than_can_be_read_together(wall: str) -> None:
    assert 1 < max(len(run.tokens) for run in runs_of(wall * 3_000)) <= 24


@pytest.mark.parametrize(
    ("wall", "tag"),
    [
        ("May 4 and ", "en"),
        ("1234567890", "en"),
        ("1/", "en"),
        ("2023-", "en"),
        ("a", "en"),
        ("二零二四年", "zh"),
        ("내년 ", "ko"),
        ("zweiundzwanzig", "de"),
    ],
)
def test_the_tokens_to_read_grow_with_the_text_and_no_faster(wall: str, tag: str) -> None:
    once = sum(len(run.tokens) for run in runs_of(wall * 2_000, tag))
    twice = sum(len(run.tokens) for run in runs_of(wall * 4_000, tag))
    assert twice <= 2 * once + 24


def test_marks_lie_within_their_run() -> None:
    found = runs_of("from early May to mid-to-late July of next year, or in 2025 at the earliest")
    marks = [(mark, run) for run in found for mark in run.marks]
    assert len(marks) > 8
    assert [mark for mark, run in marks if not 0 <= mark.start < mark.end <= len(run.tokens)] == []


def dates_of(text: str) -> list[Constituent]:
    return [mark for run in runs_of(text) for mark in run.marks if mark.kind == "date"]


@pytest.mark.parametrize("text", ["PS5", "60fps in 2023p", "v2023 build", "RTX4090"])
def test_a_number_that_a_letter_touches_is_no_year(text: str) -> None:
    assert (
        dates_of(f"It came out in May 2021, and now {text}")
        == dates_of("It came out in May 2021, and now ")
        != []
    )
