"""Every example of a language file is a test, and what is wrong in a file is told by language and rule."""

from __future__ import annotations

from typing import Any

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import LanguageError
from monitor.extract.dates import LANGUAGES, DateMention, find_dates, language
from monitor.extract.dates.date_language import Example, build, of_code, parse
from tests.builders import NOW

ROOT: dict[str, Any] = {"language": "und", "rules": []}
RULE = {"name": "before", "pattern": "before date", "means": "before", "accepts": {"x": "y"}, "rejects": []}


def _read(example: Example) -> list[str | None]:
    return [
        next((str(reading.when) for reading in mention.readings(NOW)), None) for mention in _found(example)
    ]


def _rules(example: Example) -> set[str]:
    return {rule for mention in _found(example) for rule in mention.rules}


def _found(example: Example) -> list[DateMention]:
    """Return the mentions of an example, the doubtful ones too where its rule is one of those."""
    loose = {rule.name for rule in language(example.lang).rules if rule.kind == "loose"}
    return find_dates(example.text, example.lang, doubtful=example.rule in loose)


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_accepting_example_is_read_as_it_says_and_by_its_rule(tag: str) -> None:
    accepting = [example for example in language(tag).examples if example.edtf != ""]
    assert len(accepting) > 50
    assert {example: read for example in accepting if (read := _read(example)) != [example.edtf]} == {}
    ruled = [example for example in accepting if not example.rule.endswith(": examples")]
    assert {example: rules for example in ruled if example.rule not in (rules := _rules(example))} == {}


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_rejecting_example_is_left_alone_by_its_rule(tag: str) -> None:
    rejecting = [example for example in language(tag).examples if example.edtf == ""]
    assert rejecting
    assert [example for example in rejecting if example.rule in _rules(example)] == []
    alone = [example for example in rejecting if example.rule.endswith(": rejects")]
    assert {example: read for example in alone if (read := _read(example))} == {}


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_rule_of_a_language_has_examples_of_both_kinds(tag: str) -> None:
    known = language(tag)
    own = [rule.name for rule in known.rules if rule.name.startswith(f"{tag}:")]
    assert own
    for name in own:
        found = {example.edtf for example in known.examples if example.rule == name}
        assert found - {""}
        assert "" in found


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_language_reads_the_months_and_weekdays_that_cldr_names(tag: str) -> None:
    locale = Locale.parse(tag)
    months, days = locale.months["format"]["wide"], locale.days["format"]["wide"]
    assert (len(months), len(days)) == (12, 7)
    for month, name in months.items():
        text = {"ja": f"2024年{name}", "zh": f"2024年{name}", "ko": f"2024년 {name}"}.get(tag, f"{name} 2024")
        (mention,) = find_dates(text, tag)
        assert str(mention.resolve(NOW)) == f"2024-{month:02}"
    for weekday, name in days.items():
        (mention,) = find_dates(name, tag)
        when = mention.resolve(NOW)
        assert when is not None
        assert when.earliest is not None
        assert when.earliest.weekday() == weekday


def test_a_language_does_not_depend_on_which_was_read_before() -> None:
    of_code.cache_clear()
    for tag in ("ja", "es", "de"):
        language(tag)
    assert [mention.text for mention in find_dates("enero de 2024", "es")] == ["enero de 2024"]
    assert "1月" not in language("es").entries


@pytest.mark.parametrize(
    ("wrong", "where", "what"),
    [
        ({"rules": [RULE | {"means": "guess"}]}, "en: before", "means 'guess'"),
        ({"rules": [RULE | {"trait": "red"}]}, "en: before", "which is not one of anaphoric, "),
        ({"rules": [RULE | {"pattern": "befor date"}]}, "en: before", "'befor' is not a kind of word"),
        ({"rules": [RULE | {"pattern": ""}]}, "en: before", "no pattern"),
        ({"rules": [{"name": "x", "pattern": "date", "means": "same"}]}, "en: x", "needs examples"),
        ({"rules": [RULE | {"colour": "red"}]}, "en: before", "colour"),
        ({"rules": "none"}, "en: rules", "must be a list"),
        ({"words": {"month": {13: ["smarch"]}}}, "en: month", "13 is not one of"),
        ({"words": {"unit": {"fortnight": ["fortnight"]}}}, "en: unit", "'fortnight' is not one of"),
        ({"words": {"glue": "of"}}, "en: glue", "must be a list"),
        ({"words": {"glue": [12]}}, "en: glue", "12 is not a word"),
        ({"words": {"number": {"one": ["one"]}}}, "en: number", "'one' must be a number"),
        ({"words": {"feast": {"arrival_day": ["arrival day"]}}}, "en: feast", "'arrival_day' is not one of"),
        ({"stated": [{"century": 20, "words": ["x"]}]}, "en: stated", "'century' is not a field"),
        ({"without": ["guessing"]}, "en", "which is not a rule"),
        ({"colours": []}, "en", "unknown section 'colours'"),
        ({"language": "fr"}, "en", "says that it is 'fr'"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_wrong_is_told_by_language_and_rule(wrong: dict[str, Any], where: str, what: str) -> None:
    words = {"before": ["before"]} | wrong.get("words", {})
    with pytest.raises(LanguageError) as caught:
        build("en", ROOT, {"language": "en"} | wrong | {"words": words})
    assert caught.value.where == where
    assert what in caught.value.message


def test_a_language_without_a_file_is_an_error_that_says_so() -> None:
    with pytest.raises(LanguageError, match="not a language of dates"):
        language("tlh")
    with pytest.raises(LanguageError, match="not a language of dates"):
        language("../../etc/passwd")


def test_no_and_on_need_no_quotes_in_a_file() -> None:
    assert parse("words: {glue: [no, on, y]}", "xx") == {"words": {"glue": ["no", "on", "y"]}}
    with pytest.raises(LanguageError, match="is not valid YAML"):
        parse("words: [", "xx")
    with pytest.raises(LanguageError, match="must be a mapping"):
        parse("- a", "xx")


@pytest.mark.parametrize(
    ("tag", "edtf"),
    [
        ("en-US", "2023-10-11"),
        ("en-GB", "2023-11-10"),
        ("en-AU", "2023-11-10"),
        ("de", "2023-11-10"),
        ("en", "2023-10-11"),
        ("en-ZZ", "2023-10-11"),
    ],
)
def test_a_numeric_date_follows_the_region(tag: str, edtf: str) -> None:
    (mention,) = find_dates("10/11/2023", tag)
    assert str(mention.resolve(NOW)) == edtf


@settings(max_examples=50, deadline=None)
@given(rest=st.text(max_size=20))
def test_any_tag_from_outside_is_taken_and_costs_no_language_of_its_own(rest: str) -> None:
    find_dates("May 4", rest)
    assert language(f"de-{rest}").words is language("de").words
