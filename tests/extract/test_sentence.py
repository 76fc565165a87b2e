from __future__ import annotations

import pytest

from monitor.extract.claim_language import LANGUAGES, UNDETERMINED
from monitor.extract.marks import mark as read
from monitor.extract.work_index import WorkIndex
from monitor.model import Work, WorkKind
from monitor.parse import structured
from tests.builders import document

_CATALOGUE = WorkIndex([Work("Silo", WorkKind.SERIES), Work("Alan Wake 2", WorkKind.GAME)])
_FILLING = {
    "en": "This is what we know of the story and of the people who wrote it.",
    "pl": "To wszystko, co wiemy o tej historii i o ludziach, którzy ją napisali, a jest tego niewiele.",
}


def tokens_of(kind: str, text: str, lang: str = "en", html: str = "") -> list[str]:
    body = {"html": html} if html else {"text": f"{text}\n{_FILLING[lang]}"}
    found = read(structured(document(lang=lang, **body)), _CATALOGUE)
    return [
        token.value.name
        for block in found
        for sentence in block
        for token in sentence.stream
        if token.kind == kind
    ]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Silo season 2 is here.", ["season 2"]),
        ("Silo Season Two is here.", ["season 2"]),
        ("The second season of Silo is here.", ["season 2"]),
        ("The 2nd season of Silo is here.", ["season 2"]),
        ("Silo S2 is here.", ["season 2"]),
        ("Silo s02 is here.", ["season 2"]),
        ("Silo series 3 is here.", ["season 3"]),
        ("Silo season III is here.", ["season 3"]),
        ("Silo part 3 is here.", ["part 3"]),
        ("The third part of Silo is here.", ["part 3"]),
        ("Silo volume 9 is here.", ["volume 9"]),
        ("Silo vol. 9 is here.", ["volume 9"]),
        ("Silo chapter 3 is here.", ["chapter 3"]),
        ("Silo episode 5 is here.", ["episode 5"]),
        ("Silo season 6 part 1 is here.", ["season 6 part 1"]),
        ("Silo season 5, volume 1 is here.", ["season 5 volume 1"]),
        ("Silo season 6 episode 10 is here.", ["season 6 episode 10"]),
        ("Silo cour 2 is here.", ["part 2"]),
        ("The first season of Silo was short, and the second was long.", ["season 1", "season 2"]),
        ("A season of two halves.", []),
        ("The second of May is the first chapter of the year.", []),
        ("Seasoned 2 times with a partition 3.", []),
    ],
)
def test_english_names_the_parts_of_a_work(text: str, named: list[str]) -> None:
    assert tokens_of("inst", text) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Sezon 2 serialu Silo jest już dostępny.", ["season 2"]),
        ("2. sezon Silo jest już dostępny.", ["season 2"]),
        ("Drugi sezon Silo jest już dostępny.", ["season 2"]),
        ("Czekamy na trzeciego sezonu Silo dalszy ciąg.", ["season 3"]),
        ("W drugim sezonie Silo dzieje się więcej.", ["season 2"]),
        ("Część 3 Silo jest już dostępna.", ["part 3"]),
        ("Sezon suchy nie ma numeru.", []),
    ],
)
def test_polish_names_the_parts_of_a_work(text: str, named: list[str]) -> None:
    assert "pl" in LANGUAGES
    assert tokens_of("inst", text, "pl") == named


@pytest.mark.parametrize(
    ("kind", "text", "lang", "named"),
    [
        (WorkKind.SERIES, "Silo 5 torna a marzo.", "it", ["season 5"]),
        (WorkKind.SERIES, "«Silo» 3 revient en mai.", "fr", ["season 3"]),
        (WorkKind.SERIES, "Silo III ma już datę premiery.", "pl", ["season 3"]),
        (WorkKind.SERIES, "Silo 2. sezon mayısta başlıyor.", "tr", ["season 2"]),
        (WorkKind.BOOK, "Silo 42 sai em dezembro.", "pt", ["volume 42"]),
        (WorkKind.SERIES, "Silo 3 mayo 2026 en Netflix.", "es", []),
        (WorkKind.SERIES, "Silo 2026 startet im Mai.", "de", []),
        (WorkKind.SERIES, "Silo 5% indirimle satışta.", "tr", []),
        (WorkKind.FILM, "Silo 2 kommt im Mai ins Kino.", "de", []),
        (WorkKind.BOOK, "One chapter more: chapter 1088 of Silo is out.", "en", ["chapter 1088"]),
        (WorkKind.BOOK, "The chapter 2024 of Silo is one of its story.", "en", []),
    ],
)
def test_a_number_behind_the_title_names_a_part(
    kind: WorkKind, text: str, lang: str, named: list[str]
) -> None:
    catalogue = WorkIndex([Work("Silo", kind=kind)])
    found = [one for block in read(structured(document(text, lang=lang)), catalogue) for one in block]

    assert [token.value.name for one in found for token in one.stream if token.kind == "inst"] == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("It comes to PlayStation 5, Xbox Series X|S and Windows.", ["PS5", "Xbox Series", "PC"]),
        ("It comes to the PS4 and the Nintendo Switch.", ["PS4", "Switch"]),
        ("It comes to Steam and to Game Pass.", ["Steam", "Game Pass"]),
        ("It comes to theaters in Japan and in the United States.", ["theatres", "Japan", "US"]),
        ("It comes to us at the max.", []),
    ],
)
def test_places_have_one_name_each(text: str, named: list[str]) -> None:
    assert tokens_of("scope", text) == named


def test_a_list_under_a_heading_of_other_stories_is_left_out() -> None:
    html = (
        f"<p>{_FILLING['en']}</p><h3>Read next</h3><ul><li>Silo season 2 is here.</li></ul>"
        "<p>Silo season 3 is here.</p>"
    )
    assert tokens_of("inst", "", html=html) == ["season 3"]


def test_an_address_is_no_text() -> None:
    assert (
        tokens_of("inst", "See https://silo.example/season-2/part-3 and www.silo.example/season-4 for more.")
        == []
    )


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Сериал «Silo» возвращается: Silo, Season 2, Netflix, 2026-05-04, трейлер уже вышел в сети.", "en"),
        (
            "Silo palaa pian, kertoo tekijä: Silo Season 2, Netflix 2026-05-04, kuvaukset ovat jo ohi siellä.",
            "fi",
        ),
    ],
)
def test_a_language_without_a_file_is_read_by_what_is_written_alike(text: str, lang: str) -> None:
    sentences = [one for block in read(structured(document(text, lang=lang)), _CATALOGUE) for one in block]
    kinds = {token.kind for one in sentences for token in one.stream if token.kind}

    assert {one.language.code for one in sentences} == {UNDETERMINED}
    assert kinds == {"work", "inst", "scope", "date"}
    assert "release" in {cue.kind for one in sentences for cue in one.cues}


@pytest.mark.parametrize("text", ["", " ", "\n\n", "?", "Silo", "\ufffc" * 10])
def test_reading_is_total(text: str) -> None:
    read(structured(document(text)), _CATALOGUE)
    read(structured(document(html=f"<p>{text}")), _CATALOGUE)


@pytest.mark.parametrize(
    ("work", "text", "lang", "marked"),
    [
        (Work("달빛 상점", WorkKind.SERIES, ("달빛상점2",)), "드라마 '달빛상점2'가 온다.", "ko", ["달빛상점", "season 2"]),
        (Work("北海来信", WorkKind.SERIES, ("北海来信第三季",)), "《北海来信第三季》定档。", "zh", ["北海来信", "season 3"]),
        (Work("Silo", WorkKind.SERIES, ("Silo: Season 2",)), "Now Silo: Season 2 is here.", "en", ["silo", "season 2"]),
        (Work("Redfall", WorkKind.GAME, ("Redfall 2",)), "Now Redfall 2 is here.", "en", ["redfall 2"]),
        (Work("Redfall", WorkKind.GAME, ("Redfall: Night",)), "Now Redfall: Night is here.", "en", ["redfall: night"]),
    ],
)  # fmt: skip
def test_an_alias_may_end_in_a_part_of_the_work(work: Work, text: str, lang: str, marked: list[str]) -> None:
    found = read(structured(document(text, lang=lang)), WorkIndex([work]))

    assert [
        token.value.name if token.kind == "inst" else token.text
        for block in found
        for sentence in block
        for token in sentence.stream
        if token.kind in ("work", "inst")
    ] == marked
