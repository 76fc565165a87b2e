from __future__ import annotations

import pytest

from monitor.extract.normalise import compact, normalise
from monitor.extract.tokens import Token, sentences, tokens

_ABBREVIATIONS = frozenset({"oct", "mr", "vs"})


def _sentences(
    text: str, *, ordinal_dots: bool = False, kept: list[tuple[int, int]] | None = None
) -> list[str]:
    spans = sentences(text, _ABBREVIATIONS, kept or [], ordinal_dots=ordinal_dots)
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is out. It is good.", ["It is out.", "It is good."]),
        ("It is out on Oct. 26. Good.", ["It is out on Oct. 26.", "Good."]),
        ("Mr. Lake vs. the world", ["Mr. Lake vs. the world"]),
        ("Is it out? Yes!", ["Is it out?", "Yes!"]),
        ("The U.S. release is near", ["The U.S. release is near"]),
        ("“It is out.” She left.", ["“It is out.”", "She left."]),
        ("公開日が決定。五月です。", ["公開日が決定。", "五月です。"]),
        ("Version 1.5 is out", ["Version 1.5 is out"]),
        ("यह आ गया। अब देखिए॥", ["यह आ गया।", "अब देखिए॥"]),
        ("컴백한다.소속사는 5.5점", ["컴백한다.", "소속사는 5.5점"]),
        ("延期!!新日期另行通知.官方", ["延期!!", "新日期另行通知.", "官方"]),
        ("", []),
    ],
)
def test_a_text_has_these_sentences(text: str, expected: list[str]) -> None:
    assert _sentences(text) == expected


def test_a_dot_behind_an_ordinal_ends_no_sentence_where_the_language_writes_it_so() -> None:
    assert _sentences("Es kommt am 26. Oktober.", ordinal_dots=True) == ["Es kommt am 26. Oktober."]


def test_no_sentence_ends_within_something_recognised() -> None:
    text = "Out on 5. May. Good."

    assert _sentences(text, kept=[(7, 13)]) == ["Out on 5. May.", "Good."]


def test_a_sentence_without_an_end_is_cut() -> None:
    assert max(map(len, _sentences("word " * 2000))) <= 900


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("सीज़न रिलीज हुआ।", ["सीजन", "रिलीज", "हुआ", "।"]),
        ("cafe\u0301 noir", ["cafe", "noir"]),
        ("مُسلسل", ["مسلسل"]),
        ("GTA6का 발매", ["gta", "6", "का", "발", "매"]),
    ],
)
def test_a_combining_mark_is_a_part_of_its_word(text: str, words: list[str]) -> None:
    assert [token.text for token in tokens(text)] == words


def test_what_was_recognised_is_one_token() -> None:
    title = Token("alan wake 2", 4, 15, "work")

    assert [token.text for token in tokens("Now Alan Wake 2, today", [title])] == [
        "now",
        "alan wake 2",
        ",",
        "today",
    ]


def test_quotation_marks_are_read_through_and_marks_run_together() -> None:
    assert [token.text for token in tokens("“Out” now!!!")] == ["out", "now", "!"]


@pytest.mark.parametrize(
    "text", ["Zażółć GĘŚLĄ jaźń", "ＦＵＬＬ　width", "Straße İstanbul ﬁ", "지금 우리", "“x” – y’s"]
)
def test_a_fold_keeps_the_length(text: str) -> None:
    assert len(normalise(text)) == len(compact(text)) == len(text)


def test_spellings_of_one_word_fold_to_one() -> None:
    assert normalise("ŻÓŁĆ") == normalise("zolc")
    assert normalise("Freddy’s") == "freddy's"
    assert compact("Spider-Man: A").split() == ["spider", "man", "a"]


def test_a_word_of_nothing_but_silent_marks_is_a_token_as_it_stands() -> None:
    assert [token.text for token in tokens("\u0640 now")] == ["\u0640", "now"]
