"""Texts and titles in the one spelling in which titles are looked up, and where each character of it stood."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.extract.spelling import end_of_mark, placed, spelled, stands_apart, varies

SPELLED = [
    ("", "  "),
    ("Silo", " silo "),
    ("  Silo,   season 2! ", " silo season 2 "),
    ("Amélie’s", " amelie s "),
    ("영화 Silo는", " 영화 silo 는 "),
    ("지금 우리 학교는", " 지금우리학교는 "),
    ("ファイナル ファンタジー７", " ファイナルファンタジー 7 "),
    ("《三体》定档", " 三体定档 "),
    ("黑神話：悟空", " 黑神话悟空 "),
    ("Silo🚀out", " silo out "),
    ("Си́ло", " сило "),  # a stress mark
    ("सि\u200dलो", " सिलो "),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SPELLED)
def test_a_text_has_one_spelling(text: str, expected: str) -> None:
    even = spelled(text)
    assert even.split() == expected.split()
    assert even[0] == even[-1] == " "


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Silo", False), ("Amélie", False), ("Straße", False), ("三体", True), ("한", True), ("सि", True), ("Silo🚀", True), ("Си́ло", True)],
)  # fmt: skip
def test_few_scripts_are_spelled_otherwise_than_their_words(text: str, expected: bool) -> None:
    assert varies(text) is expected


@given(st.text(alphabet=st.sampled_from("Aaé ,!\n영화三体ア‍́🚀7"), max_size=40))
@example("Silo,  season 2!")
@example("영화 Silo는")
@example("ア\u0301ア")  # a mark parts no word
def test_every_character_of_the_spelling_has_its_place(text: str) -> None:
    even, origin = placed(text)
    assert even.split() == spelled(text).split()
    offsets = [origin(at) for at, char in enumerate(even) if char != " "]
    assert offsets == sorted(set(offsets))
    for at, char in enumerate(even):
        if char != " ":
            assert spelled(text[origin(at)]).strip() == char


def test_a_word_ends_after_the_marks_that_are_left_out() -> None:
    text = "Си́ло\u0301 и"
    assert end_of_mark(text, text.index("о") + 1) == text.index(" ")
    assert end_of_mark("Silo", 4) == 4


# fmt: off
APART = [
    # the name, the text with the name in brackets, the particles of the language, and whether the name stands apart
    ("Silo", "[Silo]s", (), True),  # words with spaces were parted before
    ("파묘", "[파묘]는 개봉", ("는",), True),
    ("파묘", "[파묘]지기", ("는",), False),
    ("파묘", "[파묘]지기", (), True),
    ("파묘", "[파묘], 개봉", ("는",), True),
    ("파묘", "이[파묘]", ("는",), False),
    ("진격의거인", "이[진격의거인]지", ("는",), True),  # long enough
    ("진격의거인", "[진격의 거인]", ("는",), True),
    ("더 문", "[더문]제", ("는",), False),  # a short name has its spaces
    ("더 문", "[더 문]은", ("은",), True),
    ("킹덤 2", "[킹덤2]가", ("가",), True),
    ("哪吒2", "[哪吒二]十年", (), False),
    ("哪吒2", "[哪吒二]", (), True),
    ("哪吒2", "[哪吒2]定档", (), True),
    ("星海", "[星。海]", (), False),  # the end of a clause
    ("星。海", "[星。海]", (), True),
    ("ナルト", "カル[ナルト]", (), False),
    ("ルル", "[ルル]ン", (), False),
    ("ルル", "[ルル]は", (), True),
]
# fmt: on


@pytest.mark.parametrize(("name", "marked", "particles", "expected"), APART)
def test_a_name_is_no_part_of_another_word(
    name: str, marked: str, particles: tuple[str, ...], expected: bool
) -> None:
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    assert stands_apart(name, text, start, end, frozenset(particles)) is expected
