"""The language of a text, and of each passage of it: what is declared, the script, the words, and where none of them tells it."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest

from monitor.extract.claim_language import LANGUAGES, UNDETERMINED, first_part
from monitor.extract.recognition import deciding_words, passages, recognise
from monitor.parse import structured
from tests.builders import document
from tests.case_files import read_yaml

_CASES = Path(__file__).parents[1] / "cases" / "languages"
_FOURTEEN = {"en", "pl", "de", "es", "fr", "it", "pt", "tr", "ko", "ja", "zh-Hans", "zh-Hant", "id", "hi"}
_LEAST_RIGHT = 0.97
_LONGEST = 15

TERSE = {name: read_yaml(_CASES / f"{name}.yaml") for name in ("tune", "test")}


@pytest.mark.parametrize("half", sorted(TERSE))
def test_the_set_of_terse_entries_is_whole(half: str) -> None:
    entries = TERSE[half]
    assert set(entries) >= _FOURTEEN | {UNDETERMINED}
    assert all(len(entries[lang]) >= 10 for lang in _FOURTEEN | {UNDETERMINED})
    texts = [text for found in entries.values() for text in found]
    assert len(texts) >= 150
    assert all(0 < len(text.split()) <= _LONGEST for text in texts)
    assert not set(texts) & {
        text for name in TERSE if name != half for found in TERSE[name].values() for text in found
    }


@pytest.mark.parametrize("half", sorted(TERSE))
def test_terse_entries_that_declare_nothing_are_recognised(half: str) -> None:
    told = [(lang, recognise("", text).code, text) for lang, found in TERSE[half].items() for text in found]
    wrong = [one for one in told if one[0].partition("-")[0] != one[1]]
    assert told
    assert 1 - len(wrong) / len(told) >= _LEAST_RIGHT, wrong


@pytest.mark.parametrize("half", sorted(TERSE))
@pytest.mark.parametrize("lang", sorted(_FOURTEEN))
def test_terse_entries_stay_in_the_language_that_they_declare(lang: str, half: str) -> None:
    texts = (*TERSE[half][lang], *TERSE[half][UNDETERMINED])
    assert len(texts) >= 20
    for text in texts:
        assert recognise(lang, text) == (lang.partition("-")[0], "declared"), text


@pytest.mark.parametrize(
    ("declared", "text", "told"),
    [
        # Clear words contradict a declaration, a title in another language does not.
        ("en", "Nowy zwiastun już w sieci, premiera przesunięta na jesień", ("pl", "words")),
        ("en", "Yeni bölüm bu akşam yayınlanacak, fragman çoktan paylaşıldı", ("tr", "words")),
        ("de", "The Lord of the Rings: The Rings of Power", ("de", "declared")),
        ("pl", "How to Train Your Dragon 2", ("pl", "declared")),
        ("en", "La Casa de Papel: Berlin", ("en", "declared")),
        ("en", "오징어 게임 시즌3 공개일 확정", ("ko", "script")),
        ("en", "Squid Game (오징어 게임) – June 27", ("en", "declared")),
        ("ko", "Silo S2 – 15.11.2024", ("ko", "declared")),
        ("ko", "The studio says that the game will not be out before the end of next year.", ("en", "words")),
        # Neighbours with a script of two, and of one.
        ("ja", "新作映画、全国公開決定", ("ja", "declared")),
        ("", "新作映画、来春全国公開決定", ("ja", "script")),
        ("", "《スターライン》第二季即將上線，預告片曝光", ("zh", "script")),
        ("", "ｹﾞｰﾑﾃﾞｨｽｸ 発売", ("ja", "script")),
        ("", "Фильм выйдет в мае", ("und", "script")),
        # What has no file is not taken for its neighbour.
        ("", "Anden sæson udkommer først næste år, og filmen er udskudt", ("und", "words")),
        ("", "Musim kedua siri itu ditayangkan pada hujung tahun kerana penggambaran lewat, filem pula boleh ditonton", ("und", "unsure")),
        ("", "Druhá řada seriálu se vrací příští rok, film vyjde už v květnu", ("und", "words")),
        ("cs", "Silo 2", ("und", "declared")),
        # Accents are often left out, capitals often written throughout.
        ("", "Drugi sezon juz w sieci, zwiastun tez", ("pl", "words")),
        ("", "ESTRENO DE LA SEGUNDA TEMPORADA ESTE OTOÑO", ("es", "words")),
        ("", "", ("und", "unsure")),
        ("", "12345 !!! ???", ("und", "unsure")),
    ],
)  # fmt: skip
def test_a_language_is_told_by_what_is_clearest(declared: str, text: str, told: tuple[str, str]) -> None:
    assert recognise(declared, text) == told


ENGLISH = (
    "The second season returns this autumn, the studio said on Monday, and there will be ten episodes in all. "
    "Filming is over, but nobody would say when the trailer will be shown."
)
POLISH = (
    "Drugi sezon wraca jesienią, zapowiedziało dziś studio, a odcinków będzie łącznie dziesięć. "
    "Zdjęcia są już skończone, ale nikt nie chce powiedzieć, kiedy zobaczymy zwiastun."
)


def _codes(
    html: str = "", *, text: str = "", title: str = "", lang: str = "", configured: str = ""
) -> list[str]:
    """Return the language of the document, then those of its blocks."""
    whole, told = passages(
        structured(document(text, html=html, title=title, lang=lang)).blocks, lang, configured
    )
    return [whole.code, *(one.code for one in told)]


def test_a_post_in_another_script_is_a_passage() -> None:
    html = (
        f"<p>{ENGLISH}</p><blockquote>시즌2는 오는 11월에 공개된다.</blockquote><p>{ENGLISH[::1]} Really.</p>"
    )
    assert _codes(html, lang="en") == ["en", "en", "ko", "en"]
    assert _codes(html) == ["en", "en", "ko", "en"]


def test_a_headline_in_another_script_over_a_body_is_a_passage() -> None:
    assert _codes(text=ENGLISH, title="『風の図書館』第2期、11月放送開始", lang="ja") == ["en", "ja", "en"]


def test_a_quotation_in_a_neighbour_language_is_a_passage() -> None:
    html = f"<p>{POLISH}</p><blockquote><p>{ENGLISH}</p></blockquote><p>Premiera w listopadzie.</p>"
    assert _codes(html, lang="pl") == ["pl", "pl", "en", "pl"]


def test_blocks_beside_each_other_are_one_passage() -> None:
    quoted = "<p>It will be out this autumn.</p><p>There is no trailer yet, we said.</p><p>And not before that.</p>"
    html = f"<p>{POLISH}</p>{quoted}<p>{POLISH.replace('sezon', 'tom')}</p>"
    assert _codes(html, lang="pl") == ["pl", "pl", "en", "en", "en", "pl"]


def test_a_post_is_in_the_language_that_it_declares() -> None:
    html = f'<p>{ENGLISH}</p><blockquote class="post" lang="tr">Silo 2 - 4 Ekim!</blockquote>'
    assert _codes(html, lang="en") == ["en", "en", "tr"]


@pytest.mark.parametrize(
    ("body", "between", "code"),
    [
        (POLISH, "The Day of the Jackal", "pl"),
        (POLISH, "The Legend of Zelda: Echoes of Wisdom – 26/09/2024", "pl"),
        ("A segunda temporada chega em novembro, disse o estúdio, e não há data para o filme.", "Segunda temporada: 4 de junho", "pt"),
        ("La segunda temporada llega en noviembre, dijo el estudio, y no hay fecha para la película.", "Nova temporada em junho", "es"),
        ("Musim kedua akan tayang bulan November, kata studio itu, dan belum ada tanggal untuk filmnya.", "Siri baharu minggu depan", "id"),
        ("Säsongen är tillbaka i november, och filmen släpps först nästa år.", "Filmen er på Netflix nå", "sv"),
        ("Dizinin yeni sezonu kasımda geliyor, filmin tarihi için henüz bir açıklama yok.", "Film en salles, série, sport", "tr"),
    ],
)  # fmt: skip
def test_a_passage_of_few_or_shared_words_stays_in_the_language_of_its_document(
    body: str, between: str, code: str
) -> None:
    assert _codes(f"<p>{body}</p><p>{between}</p><p>{body} 2</p>") == [code] * 4


def test_what_a_person_says_of_the_source_decides() -> None:
    html = f"<p>{ENGLISH}</p><p>시즌2는 오는 11월에 공개된다.</p>"
    assert _codes(html, lang="en", configured="pl-PL") == ["pl", "pl", "ko"]


def test_nothing_is_in_no_language() -> None:
    assert passages([], "en") == (("en", "declared"), [])
    assert _codes(text="Silo S2\n15.11.2024") == [UNDETERMINED] * 3


def test_the_words_that_tell_a_language_can_be_named() -> None:
    assert set(deciding_words("Alan Wake 2 kommt im Oktober", "de")) == {"kommt", "im", "Oktober"}
    assert deciding_words("Alan Wake 2", "de") == ()


def test_every_language_has_what_tells_it() -> None:
    assert {code.partition("-")[0] for code in _FOURTEEN} <= set(LANGUAGES)
    for code in LANGUAGES:
        if code != UNDETERMINED:
            part = first_part(code)
            assert part.get("script") or len(part["function_words"]) >= 30, code


@pytest.mark.parametrize(
    "text",
    ["a" * 1_000_000, "ą " * 500_000, '"' * 1_000_000, "「(" * 500_000, "the The " * 125_000, "한" * 1_000_000, "l'" * 500_000],
)  # fmt: skip
def test_a_hostile_text_costs_no_more_than_a_long_one(text: str) -> None:
    began = process_time()
    recognise("", text)
    passages(structured(document(text)).blocks, "")
    assert process_time() - began < 3
