"""Errors of a file: each with its place, its line and a caret, and without what could be a secret."""

from __future__ import annotations

import pytest

from monitor.config.faults import Fault, FilePosition, config_error, nearest, shown, suggestion


def told(text: str, *faults: Fault, private: tuple[FilePosition, ...] = ()) -> str:
    return str(config_error("sources.yaml", text, faults, private=private))


@pytest.mark.parametrize(
    ("line", "column", "caret"),
    [
        ("feeed: x", 1, "  1 | feeed: x\n    | ^"),
        ("  - feeed: x", 5, "  1 |   - feeed: x\n    |     ^"),
        ("제목: x", 5, "  1 | 제목: x\n    |       ^"),
    ],
)
def test_the_caret_stands_under_its_character(line: str, column: int, caret: str) -> None:
    said = told(line, Fault(FilePosition(1, column), "no such key", "did you mean `feed`?"))
    assert said == f"sources.yaml:1:{column}: no such key; did you mean `feed`?\n{caret}"


def test_faults_stand_in_the_order_of_the_file_and_once() -> None:
    later, earlier = Fault(FilePosition(3, 1), "later"), Fault(FilePosition(1, 2), "earlier")
    said = told("one\ntwo\nthree\n", later, earlier, later)
    assert said.count("later") == 1
    assert said.index("earlier") < said.index("sources.yaml:3:1: later")


def test_of_very_many_faults_the_first_are_told_and_the_rest_counted() -> None:
    said = told("x\n" * 100, *(Fault(FilePosition(n, 1), f"fault {n}") for n in range(1, 101)))
    assert said.endswith("and 80 more")
    assert "fault 20" in said
    assert "fault 21" not in said


@pytest.mark.parametrize(
    "line",
    [
        "smtp: smtps://ann:hunter2@mail.example",
        "  password: hunter2",
        "url: https://ann:hunter2@hooks.example/",
        "secret: whsec_hunter2",
        '"api_key": hunter2',
        "headers: {Authorization: Bearer hunter2}",
    ],
)
def test_what_could_be_a_secret_is_not_shown(line: str) -> None:
    assert "hunter2" not in told(line, Fault(FilePosition(1, 1), "wrong"))


def test_the_rest_of_a_line_after_a_private_place_is_left_out() -> None:
    said = told("name: hunter2", Fault(FilePosition(1, 1), "wrong"), private=(FilePosition(1, 7),))
    assert "name: …" in said
    assert "hunter2" not in said


@pytest.mark.parametrize("line", ["\x1b[2Jred: x", "a" * 100_000, "\u202egnorw: x"])
def test_an_excerpt_is_short_and_printable(line: str) -> None:
    lines = told(line, Fault(FilePosition(1, 3), "wrong")).split("\n")
    assert len(lines) == 3
    assert all(said.isprintable() and len(said) <= 80 for said in lines)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing"),
        ({"a": 1}, "a mapping"),
        ([1], "a list"),
        ("plain", "`plain`"),
        ("a\nb\x1b", "`a b `"),
        ("x" * 61, f"`{'x' * 57}…`"),
    ],
)
def test_a_value_is_quoted_on_one_line(value: object, words: str) -> None:
    assert shown(value) == words


@pytest.mark.parametrize(
    ("word", "close"),
    [("feeed", "feed"), ("FEED", "feed"), ("mastodn", "mastodon"), ("zzz", ""), ("x" * 10**6, "")],
)
def test_the_word_that_was_probably_meant(word: str, close: str) -> None:
    assert nearest(word, ["feed", "mastodon"]) == close
    hint = suggestion(word, ["feed", "mastodon"])
    assert hint == (f"did you mean `{close}`?" if close else "it is one of feed, mastodon")
