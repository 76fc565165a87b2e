from __future__ import annotations

import pytest

from monitor.extract.cues import CueRule, Phrasebook, parse
from monitor.extract.tokens import Token, tokens

_LISTS = {"verb": ["launch", "come out"]}


def _found(phrase: str, text: str, *entities: Token) -> list[str]:
    book = Phrasebook([CueRule("r", "release", {}, (phrase,))], _LISTS, frozenset({"finally", "also"}))
    stream = tokens(text, entities)
    return [" ".join(token.text for token in stream[cue.first : cue.last]) for cue in book.find(stream)]


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("will launch", "It will launch", ["will launch"]),
        ("will launch", "It will finally launch", ["will finally launch"]),
        ("will launch", "It will not launch", []),
        ("will|may {verb}", "It may come out", ["may come out"]),
        ("[to be|is] launched", "to be launched", ["to be launched"]),
        ("has (just) launched", "has launched", ["has launched"]),
        ("has (just) launched", "has just launched", ["has just launched"]),
        ("no .. date", "no firm or final date", ["no firm or final date"]),
        ("no .. date", "no firm or even a final date", []),
        ("未定 .. 発売", "未定なので新作は発売", ["未 定 な の で 新 作 は 発 売"]),
        ("未定 .. 発売", "未定なので新作がいつの日か発売", []),
        ("रिली*", "रिलीज़ हुई", ["रिलीज"]),
        ("premier*", "premierowy pokaz", ["premierowy"]),
        ("<num> days", "12 days", ["12 days"]),
        ("공개", "오늘 공개됐다", ["공 개"]),
        ("isn't", "it isn’t", ["isn't"]),
        ("first-look", "a first-look video", ["first - look"]),
    ],
)  # fmt: skip
def test_a_phrase_takes_these_words(phrase: str, text: str, found: list[str]) -> None:
    assert _found(phrase, text) == found


@pytest.mark.parametrize(
    ("phrase", "text", "count"),
    [
        ("arrivera", "il n’arrivera pas", 1),
        ("date arrivée", "sa date d'arrivée", 1),
        ("n'est pas", "il n'est pas prêt", 1),
        ("arrivera", "il y'arrivera", 0),
        ("hui", "aujourd'hui", 0),
    ],
)
def test_a_word_is_found_behind_an_elided_one(phrase: str, text: str, count: int) -> None:
    book = Phrasebook([CueRule("r", "release", {}, (phrase,))], {}, frozenset(), frozenset({"n", "d"}))

    assert len(book.find(tokens(text))) == count


def test_a_phrase_can_ask_for_something_recognised() -> None:
    date = Token("may 4", 12, 17, "date")

    assert _found("launches on <date>", "launches on May 4", date) == ["launches on may 4"]


@pytest.mark.parametrize("phrase", ["", "(a", "[a|b", "{unknown}", "a)"])
def test_a_malformed_phrase_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(phrase, _LISTS)


def test_a_phrase_that_can_be_empty_is_refused() -> None:
    with pytest.raises(ValueError, match="can be empty"):
        Phrasebook([CueRule("r", "release", {}, ("(a)",))], {}, frozenset())


def test_a_phrase_that_begins_with_a_gap_is_refused() -> None:
    with pytest.raises(ValueError, match="begins with a gap"):
        Phrasebook([CueRule("r", "release", {}, (".. launched",))], {}, frozenset())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("방송된다", [("new", "방 송 된 다")]),
        ("방송된 다", [("new", "방 송 된 다"), ("old", "방 송 된")]),
        ("방송된", [("old", "방 송 된")]),
        ("첫방송된다", [("first", "첫 방 송 된 다")]),
        ("방송된 뒤 방송된다", [("old", "방 송 된"), ("new", "방 송 된 다")]),
        ("out now", [("old", "out now"), ("new", "out")]),
    ],
)
def test_a_cue_is_not_cut_out_of_a_longer_word_of_its_kind(text: str, found: list[tuple[str, str]]) -> None:
    rules = [
        CueRule("old", "release", {}, ("방송된", "out now")),
        CueRule("new", "release", {}, ("방송된다", "out")),
        CueRule("first", "release", {}, ("첫방송된다",)),
    ]
    stream = tokens(text)

    cues = Phrasebook(rules, {}, frozenset()).find(stream)

    assert [
        (cue.rule.name, " ".join(token.text for token in stream[cue.first : cue.last])) for cue in cues
    ] == found
