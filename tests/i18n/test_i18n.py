"""The catalogues: what the code can say is said in every language, with the same placeholders."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel import Locale
from babel.localedata import locale_identifiers
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from monitor.i18n import (
    CATALOGUES,
    LANGUAGES,
    REGIONS,
    capitalised,
    catalogue,
    direction,
    language_name,
    locale_of,
    spoken,
    tag_of,
)
from monitor.i18n import nmessage as counted

ROOT = Path(__file__).parents[2]
COMPLETE = [tag.replace("-", "_") for tag in LANGUAGES if tag != "en"]
KEYWORDS = {"message": None, "pmessage": ((1, "c"), 2), "nmessage": (1, 2)}
Key = tuple[str | None, str | tuple[str, ...]]

# What a language writes as English does: words it has taken over, marks, and frames of nothing but placeholders.
ALIKE = {
    "fr": {"teaser", "phase {number}", "streaming", "Europe"},
    "id": {"trailer", "teaser", "volume {number}", "episode {number}"},
    "it": {"trailer", "teaser", "teaser trailer", "volume {number}", "streaming"},
    "pl": {"teaser", "streaming"},
    "pt": {"trailer", "teaser", "volume {number}", "streaming"},
}


def _read(name: str) -> Catalog:
    with (CATALOGUES / name).open("rb") as file:
        return read_po(file)


def _keys(catalog: Catalog) -> set[Key]:
    return {(each.context, _frozen(each.id)) for each in catalog if each.id}


def _frozen(text: object) -> str | tuple[str, ...]:
    return tuple(text) if isinstance(text, list | tuple) else str(text)


def _forms(text: object) -> list[str]:
    """Return the forms of a message or translation, one where it has no plural."""
    return [str(form) for form in text] if isinstance(text, list | tuple) else [str(text or "")]


def _placeholders(text: str) -> set[str]:
    """Return the names in braces; of a period it is the translator's choice in which form it stands (`date`, `date_at`)."""
    return {_FORMS.get(name, name) for name in re.findall(r"\{(\w+)\}", text)}


_FORMS = {
    "date_at": "date", "dates_at": "dates", "day_at": "day", "old_at": "old", "old_short": "old", "new_at": "new", "new_short": "new",
    "month_year": "month", "quarter_long": "quarter", "range_first": "range", "range_last": "range", "kind_capital": "kind",
}  # fmt: skip


def _extracted() -> set[Key]:
    found = extract_from_dir(ROOT / "monitor" / "notify", keywords=KEYWORDS)
    return {(context, _frozen(text)) for _, _, text, _, context in found}


def test_the_template_is_what_the_code_says() -> None:
    assert _keys(_read("messages.pot")) == _extracted()


def test_the_files_are_the_languages_and_regions_that_are_named() -> None:
    assert {path.stem for path in CATALOGUES.glob("*.po")} == {*COMPLETE, *REGIONS}


@pytest.mark.parametrize("name", COMPLETE)
def test_a_language_lacks_no_message_and_has_none_too_many(name: str) -> None:
    catalog = _read(f"{name}.po")
    assert _keys(catalog) == _keys(_read("messages.pot"))
    assert not catalog.obsolete
    assert not [each.id for each in catalog if each.id and each.fuzzy]
    assert catalog.locale_identifier == name
    for each in catalog:
        assert all(form.strip() or not str(each.id).strip() for form in _forms(each.string)), each.id


@pytest.mark.parametrize("name", [*COMPLETE, *REGIONS])
def test_a_translation_has_the_placeholders_of_its_message(name: str) -> None:
    translated = [each for each in _read(f"{name}.po") if each.id]
    assert translated
    for each in translated:
        wanted = _placeholders(_forms(each.id)[0])
        assert [form for form in _forms(each.string) if _placeholders(form) != wanted] == [], each.id


@pytest.mark.parametrize("name", COMPLETE)
def test_a_language_has_the_plural_forms_that_cldr_gives_it(name: str) -> None:
    catalog = _read(f"{name}.po")
    assert catalog.plural_expr == Catalog(locale=name).plural_expr
    for each in catalog:
        if isinstance(each.id, list | tuple):
            assert len(_forms(each.string)) == catalog.num_plurals, each.id


@pytest.mark.parametrize("name", COMPLETE)
def test_nothing_is_left_in_english(name: str) -> None:
    same = {
        str(each.id)
        for each in _read(f"{name}.po")
        if each.id and each.string == each.id and re.search(r"[a-z]", re.sub(r"\{\w+\}", "", str(each.id)))
    }
    assert same == ALIKE.get(name, set())


@pytest.mark.parametrize("name", REGIONS)
def test_a_region_says_only_what_its_language_says_otherwise(name: str) -> None:
    language = name.partition("_")[0]
    known = {key: _forms(key[1]) for key in _keys(_read("messages.pot"))}
    if language != "en":
        known = {
            (each.context, _frozen(each.id)): _forms(each.string)
            for each in _read(f"{language}.po")
            if each.id
        }
    own = {(each.context, _frozen(each.id)): _forms(each.string) for each in _read(f"{name}.po") if each.id}
    assert own
    assert [key for key, said in own.items() if known[key] == said] == []


def test_polish_counts_as_poles_do() -> None:
    words = catalogue(locale_of("pl"))
    assert words is not None
    message = counted("{count} change: {works}", "{count} changes: {works}")
    told = [words.say(message, count=count, works="x") for count in (1, 2, 5, 22, 1500)]
    assert told == ["1 zmiana: x", "2 zmiany: x", "5 zmian: x", "22 zmiany: x", "1\xa0500 zmian: x"]


@pytest.mark.parametrize(
    ("tag", "wording"),
    [
        ("en", "en"), ("en-US", "en-US"), ("pl", "pl"), ("de-AT", "de-AT"), ("pt-BR", "pt-BR"), ("es-MX", "es-MX"), ("zh", "zh"),
        ("zh-CN", "zh-Hans-CN"), ("zh-TW", "zh-Hant-TW"), ("zh-HK", "zh-Hant-HK"),
    ],
)  # fmt: skip
def test_a_locale_is_served_by_the_catalogue_of_its_language(tag: str, wording: str) -> None:
    words = catalogue(locale_of(tag))
    assert words is not None
    assert words.language == wording == tag_of(words.locale)


def test_a_catalogue_is_read_when_it_is_asked_for_and_once() -> None:
    assert catalogue(locale_of("ko")) is catalogue(locale_of("ko"))
    assert catalogue(locale_of("sv")) is None


def test_traditional_and_simplified_characters_are_two_catalogues() -> None:
    traditional = (CATALOGUES / "zh_Hant.po").read_text("utf-8")
    assert not set("为与时间发预们这个来样没现开实关").intersection(traditional)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("jp", "did you mean `ja`? they are in en, pl"),
        ("cn", "did you mean `zh`? they are in en, pl"),
        ("polski", "did you mean `pl`?"),
        ("Japanese", "did you mean `ja`?"),
        ("en-XX", "did you mean `en`?"),
        ("sv", "they are in en, pl, de, es, fr, pt, it, ja, ko, zh, zh-Hant, tr, id"),
        ("", "they are in en"),
        ("\x1b[2J" * 99, "they are in en"),
    ],
)
def test_an_unknown_language_is_told_with_those_that_there_are(text: str, hint: str) -> None:
    with pytest.raises(ValueError, match="they are in en, pl") as told:
        spoken(text)
    assert str(told.value).startswith(hint)


@pytest.mark.parametrize(
    ("tag", "reader", "name"),
    [
        ("ko", "en", "Korean"), ("ko", "pl", "koreański"), ("ja", "tr", "Japonca"), ("pt-BR", "de", "Portugiesisch"),
        ("en-US", "en", ""), ("zh-Hant", "zh", ""), ("", "en", ""), ("xx", "en", ""), ("../../etc", "en", ""), ("ar", "ja", "アラビア語"),
    ],
)  # fmt: skip
def test_a_language_is_named_in_the_reader_s_where_it_is_another(tag: str, reader: str, name: str) -> None:
    assert language_name(tag, locale_of(reader)) == name


@pytest.mark.parametrize(
    ("tag", "text", "told"),
    [("tr", "ilk", "İlk"), ("it", "il", "Il"), ("tr", "ışık", "Işık"), ("de", "", "")],
)
def test_a_sentence_begins_with_the_capital_of_its_language(tag: str, text: str, told: str) -> None:
    assert capitalised(text, locale_of(tag)) == told


def test_a_language_is_written_in_the_direction_that_cldr_gives_its_script() -> None:
    for name in locale_identifiers():
        locale = Locale.parse(name)
        if locale.territory is None and locale.text_direction in {
            "ltr",
            "rtl",
        }:  # Mongolian script runs downwards
            assert direction(tag_of(locale)) == locale.text_direction, name
    assert [direction(tag) for tag in ("ar-EG", "he", "pt-BR", "en", "xx-unknown", "")] == [
        "rtl",
        "rtl",
        "ltr",
        "ltr",
        "",
        "",
    ]
