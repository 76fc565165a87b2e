"""Every rule of every language takes its accepting examples and none of its rejecting ones."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from monitor.errors import LanguageError
from monitor.extract import Extractor, claim_language
from monitor.extract.claim_language import LANGUAGES, UNDETERMINED, load
from monitor.extract.cues import CueRule
from monitor.extract.recognition import recognise
from monitor.extract.tokens import tokens
from monitor.parse import structured
from tests.builders import document, work

TERSE = "Glass Harbour - Official Trailer Glass Harbour launches May 12, 2027. PS5 | Xbox Series X|S | PC Northlight Games #GlassHarbour #PS5"
_RULES = [(code, rule) for code in LANGUAGES for rule in load(code).phrasebook.rules]


_EXTRACTOR = Extractor([work("Silo"), work("Redfall")])


def _takes(code: str, rule: CueRule, text: str) -> bool:
    if _needs_something_recognised(rule):  # a date, a scope or a part of a work: only a reading finds them
        marks = _EXTRACTOR.explain(structured(document(text, lang=code))).marks
        return rule.name in {mark.label for mark in marks}
    return any(cue.rule is rule for cue in load(code).phrasebook.find(tokens(text)))


def _needs_something_recognised(rule: CueRule) -> bool:
    return all("<" in phrase for phrase in rule.phrases)


@pytest.mark.parametrize(
    ("code", "rule", "text"),
    [(code, rule, text) for code, rule in _RULES for text in rule.accepts],
    ids=lambda value: value.name if isinstance(value, CueRule) else str(value),
)
def test_a_rule_takes_what_it_accepts(code: str, rule: CueRule, text: str) -> None:
    assert _takes(code, rule, text)


@pytest.mark.parametrize(
    ("code", "rule", "text"),
    [(code, rule, text) for code, rule in _RULES for text in rule.rejects],
    ids=lambda value: value.name if isinstance(value, CueRule) else str(value),
)
def test_a_rule_leaves_what_it_rejects(code: str, rule: CueRule, text: str) -> None:
    assert not _takes(code, rule, text)


@pytest.mark.parametrize(
    ("code", "rule"), _RULES, ids=lambda value: value.name if isinstance(value, CueRule) else str(value)
)
def test_a_rule_has_accepting_and_rejecting_examples(code: str, rule: CueRule) -> None:
    assert rule.accepts, f"{code}: {rule.name}"
    assert rule.rejects, f"{code}: {rule.name}"


@pytest.mark.parametrize(
    ("declared", "text", "code"),
    [
        ("en-US", "The game is out now and it will be on the shelves with the rest.", "en"),
        ("en-US", "Serial zadebiutuje w maju, a zwiastun jest już w sieci i na kanale.", "pl"),
        ("pl", "Wiedźmin wraca", "pl"),
        ("", "The show returns in the autumn for a last season", "en"),
        ("", "『星の海』第二期、七月八日放送開始決定、本予告も解禁", "ja"),
        ("ja", "「RED ROOM」Blu-ray BOXが2026年5月4日発売決定!", "ja"),
        ("ja", "第二季将于五月四日上线，预告片今天公开", "zh"),
        ("zh-TW", "《スターライン》第二季定檔七月八日，先導預告公開", "zh"),
        ("zh", "『スターライン』の第2期は7月8日から放送される", "ja"),
        ("", "'रात की चाय' का दूसरा सीजन मई में आएगा", "hi"),
        ("", "‘달빛 상점’ 시즌2, 5월 4일 첫 공개", "ko"),
        ("id", "Judul | Jilid | Terbit\nSilo | 5 | 8 Januari\nRedfall | 6 | 9 Januari\nWool | 7 | TBA", "id"),
        ("fr", "Le film sortira en salles le 3 mars, et la suite arrive dans deux ans", "fr"),
        ("en", "A série estreia em maio, e o filme não tem data de estreia ainda", "pt"),
        ("en", "La serie arriva a maggio su Netflix, ma il film non ha ancora una data", "it"),
        ("", "Dizi mayısta yayınlanacak ve film için henüz bir tarih yok", "tr"),
        (
            "fi",
            "Sarja palaa toukokuussa ja elokuva on vielä ilman päivää, kertoo tekijä tänään lehdelle taas kerran.",
            "und",
        ),
        ("en", "Сериал возвращается в мае", "und"),
        ("cs", "Seriál se vrací v květnu", "und"),
        ("en", TERSE, "en"),
        ("", TERSE, "en"),
        ("pl", TERSE, "pl"),
        (
            "",
            "Uusi kausi julkaistaan ensi vuonna ja ohjaaja kertoo siitä tänään lehdelle enemmän kuin koskaan aiemmin on tiedetty",
            "und",
        ),
    ],
)
def test_the_words_tell_the_language_where_the_source_is_wrong(declared: str, text: str, code: str) -> None:
    assert recognise(declared, text).code == code


def test_no_stage_of_the_reader_names_a_language() -> None:
    folder = Path(claim_language.__file__).parent
    codes = set(LANGUAGES) - {
        UNDETERMINED,
        "tr",
        "it",
        "id",
        "vi",
    }  # those are also what a claim, a word, a field and a Roman numeral are called
    named = {
        (path.name, node.value)
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in codes
    }
    assert len(codes) > 10
    assert named == set()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("rules: [{name: one, kind: wish, match: [a]}]", "there is no kind 'wish'"),
        ("rules: [{name: one, kind: release, match: ['[a|b']}]", "is not closed"),
        ("rules: [{name: one, kind: release, match: ['{verbs}']}]", "there is no word list {verbs}"),
        ("rules: [{name: one, kind: release, match: ['(a)']}]", "can be empty"),
        ("rules: [{kind: release, match: [a]}]", "name"),
        ("rules: [{name: one, kind: release}]", "match"),
        (
            "rules: [{name: one, kind: release, match: [a]}, {name: one, kind: out, match: [b]}]",
            "two rules have one name",
        ),
        ("numbers: {one: first}\nrules: []", "first"),
        ("titlecase: true", "rules"),
        ("rules: [", "line 2"),
        ("", "it is empty"),
        ("# nothing yet", "it is empty"),
        ("words of a language", "not a mapping"),
        ("- rules", "not a mapping"),
        ("stop: [the]\nrules: []\nlisting: [games]", "nothing reads listing, stop: take it out"),
        ("lists: {a: ['{a}']}\nrules: [{name: one, kind: release, match: ['{a}']}]", "names itself"),
        ("instalments: {season: ['{n}']}\nrules: []", "has no word"),
        ("language: zz\n---\nfunction_words: [the]\nrules: []", "first part"),
    ],
)
def test_a_file_that_breaks_the_schema_is_an_error_of_ours_that_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: str, told: str
) -> None:
    (tmp_path / "zz.claims.yaml").write_text(data, encoding="utf-8")
    monkeypatch.setattr(claim_language, "FOLDER", tmp_path)
    with pytest.raises(LanguageError) as caught:
        load("zz")
    assert str(caught.value).startswith("zz.claims.yaml: ")
    assert told in str(caught.value)


def test_a_language_without_a_file_is_an_error_of_ours() -> None:
    with pytest.raises(LanguageError, match=r"xx\.claims\.yaml: there is no such language file"):
        load("xx")


def test_a_file_beside_the_others_is_a_language() -> None:
    assert set(LANGUAGES) >= {"de", "en", "es", "pl"}
    assert list(LANGUAGES) == sorted(LANGUAGES)


def test_what_a_person_says_decides_whatever_the_words_say() -> None:
    read = document(
        "Silo kommt am 5. Mai 2027 ins Fernsehen, und das ist für die Fans von der Serie sehr gut.", lang="en"
    )
    assert _EXTRACTOR.claims(structured(read), "de-AT")
    assert not _EXTRACTOR.claims(structured(read), "es")
    # A language that cannot be read decides nothing.
    assert _EXTRACTOR.claims(structured(read), "xx") == _EXTRACTOR.claims(structured(read))
