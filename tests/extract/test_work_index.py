from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extract.work_index import WorkIndex
from monitor.model import Work, WorkKind


def _named(text: str, *works: Work) -> list[tuple[str, str]]:
    return [(found.work.title, text[found.start : found.end]) for found in WorkIndex(works).find(text)]


@pytest.mark.parametrize(
    ("alias", "text"),
    [
        ("Alan Wake 2", "ALAN WAKE 2 is here"),
        ("Alan Wake 2", "Alan Wake II is here"),
        ("Final Fantasy XVI", "Final Fantasy 16 is here"),
        ("Five Nights at Freddy's", "Five Nights at Freddy’s is here"),
        ("Five Nights at Freddy's", "Five Nights at Freddys is here"),
        ("Spider-Man: Across the Spider-Verse", "Spider-Man – Across the Spider-Verse is here"),
        ("Star Wars Jedi: Survivor", "Star Wars Jedi Survivor is here"),
        ("Pokémon Scarlet", "Pokemon Scarlet is here"),
        ("Dungeons & Dragons", "Dungeons and Dragons is here"),
        ("Starfield", "Starfield's launch"),
        ("지금 우리 학교는", "드라마 '지금우리학교는'은"),
        ("三体", "電視劇《三体》定档"),
        ("달빛 상점", "드라마 ‘달빛상점’이"),
        ("달빛상점", "드라마 ‘달빛 상점’이"),
        ("Silo", "영화 Silo는 5월"),
        ("Silo", "映画『Silo』は"),
        ("Silo", "新劇Silo定檔"),
        ("Silo", "🎬Silo🎬"),
        ("ペルソナ5", "『ペルソナ 5』は"),
        ("ペルソナ 5", "「ペルソナ５」が発売"),
        ("星のラジオ:夜明け", "『星のラジオ：夜明け』"),
        ("スター・ライン", "『スターライン』"),
        ("オンライン", "ｵﾝﾗｲﾝ"),
        ("月光☆カフェ", "「月光カフェ」"),
        ("डायरीज़", "'डायरीज' का"),
        ("रात की चाय", "‘रात की चाय’।"),
        ("봄날", "봄날이 온다"),
        ("킹덤", "킹덤3"),
    ],
)  # fmt: skip
def test_a_title_is_found_in_all_its_spellings(alias: str, text: str) -> None:
    assert [title for title, _ in _named(text, Work(alias))] == [alias]


@pytest.mark.parametrize(
    ("alias", "text"),
    [
        ("Silo", "the silos of Kansas"),
        ("Silo", "a silo in Kansas"),
        ("Stray", "they stray from the path"),
        ("Alan Wake 2", "Alan Wake 21"),
        ("It", "so it is"),
        ("봄날", "올봄 날씨"),
        ("킹덤", "애니멀킹덤"),
        ("ナルト", "カルナルト"),
        ("ルル", "ルルン"),
        ("星海", "星。海"),
        ("ペルソナ5", "ペルソナ50"),
    ],
)
def test_a_title_is_not_found_in_other_words(alias: str, text: str) -> None:
    assert _named(text, Work(alias)) == []


def test_the_longest_title_wins() -> None:
    works = Work("Solo Leveling"), Work("Solo Leveling: Arise"), Work("Solo Leveling: Arise Overdrive")

    assert [title for title, _ in _named("Solo Leveling: Arise Overdrive and Solo Leveling", *works)] == [
        "Solo Leveling: Arise Overdrive",
        "Solo Leveling",
    ]


def test_an_own_title_comes_before_another_works_alias() -> None:
    works = Work("Arise", aliases=("Blade",)), Work("Blade")

    assert [title for title, _ in _named("Blade is here", *works)] == ["Blade"]


def test_what_an_alias_adds_to_the_title_is_told() -> None:
    work = Work("Horizon Forbidden West", WorkKind.GAME, ("Horizon Forbidden West: Burning Shores",))

    (found,) = WorkIndex([work]).find("Horizon Forbidden West: Burning Shores is here")

    assert found.extra == "Burning Shores"


@pytest.mark.parametrize(
    ("title", "alias", "extra"),
    [
        ("北海来信", "北海来信第二季", "第二季"),
        ("달빛 상점", "달빛상점 2", "2"),
        ("달빛상점", "달빛 상점: 밤 편지", "밤 편지"),
        ("Silo", "Silos", ""),
        ("Silo", "The Silo", ""),
        ("Silo", "Silo (TV)", "(TV)"),
    ],
)
def test_what_an_alias_adds_is_told_in_any_script(title: str, alias: str, extra: str) -> None:
    (found,) = WorkIndex([Work(title, aliases=(alias,))]).find(f"{alias} is here")

    assert found.extra == extra


def test_an_ending_of_the_language_belongs_to_the_name() -> None:
    text = "Premiera Starfielda w maju"

    (found,) = WorkIndex([Work("Starfield")]).find(text, frozenset({"a"}))

    assert text[found.start : found.end] == "Starfielda"


@pytest.mark.parametrize(("text", "found"), [("무빙이 온다", 1), ("무빙에서도", 1), ("무빙워크 교체", 0)])
def test_a_short_name_goes_on_only_with_the_particles_of_the_language(text: str, found: int) -> None:
    particles = frozenset({"이", "에서"})

    assert len(WorkIndex([Work("무빙")]).find(text, particles)) == found


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("『달빛  상점: 2호점』은", "달빛  상점"),
        ("🎬 新作Silo、5月", "Silo"),
        ("लो 'डायरीज़ S2'", "डायरीज़"),
    ],
)
def test_a_name_is_told_where_it_stands_in_any_script(text: str, named: str) -> None:
    works = [Work("달빛상점"), Work("Silo"), Work("डायरीज")]

    (found,) = WorkIndex(works).find(text)

    assert text[found.start : found.end] == named


@pytest.mark.parametrize(
    ("source", "might"),
    [
        ("<p>Now <em>Alan Wake</em> <b>2</b> is here</p>", True),
        ("Alan Wake 2", True),
        ("Alan&nbsp;Wake&nbsp;2", True),
        ("nothing", False),
        ("", False),
    ],
)
def test_a_text_that_cannot_name_a_work_is_known_at_once(source: str, might: bool) -> None:
    assert WorkIndex([Work("Alan Wake 2")]).might_name([source]) == [might]


def test_an_empty_watch_list_finds_nothing() -> None:
    assert WorkIndex([]).find("Alan Wake 2") == []
    assert WorkIndex([]).might_name(["Alan Wake 2"]) == [False]


@pytest.mark.parametrize(
    ("body", "might"),
    [
        ("Alan <b class='x'>Wake</b>\n2", True),
        ("if 1 < 2 then Alan Wake 2", True),
        ("1 > 0: Alan Wake 2", True),
        ("<a title='Alan Wake 2'>it</a>", False),
        ("Alan Wake < 2", True),
    ],
)
def test_tags_part_words_and_hold_none(body: str, might: bool) -> None:
    assert WorkIndex([Work("Alan Wake 2")]).might_name([body]) == [might]


_PIECES = st.sampled_from(
    [
        "Alan",
        "Wake",
        "2",
        "Pokémon",
        "ＳＩＬＯ",
        "Silo",
        "三体",
        "’s",
        "-",
        ":",
        "\u00a0",
        "\n",
        "é",
        "<",
        ">",
        "&amp;",
        "–",
        "一",
        "체",
        "달 빛",
        "상점",
        "🎬",
    ]
)


_CATALOGUE = WorkIndex(
    [Work("Alan Wake 2"), Work("Silo"), Work("Pokémon: Silo-2"), Work("三体"), Work("달빛상점")]
)


@given(st.lists(_PIECES, max_size=12), st.sampled_from(["", " "]))
def test_what_is_found_in_a_text_was_held_possible(pieces: list[str], blank: str) -> None:
    text = blank.join(pieces)

    if "<" not in text and _CATALOGUE.find(text):
        assert _CATALOGUE.might_name([text, f"<p>{text}</p>", f"News\n{text}"]) == [True] * 3


@given(st.lists(st.lists(_PIECES, max_size=5).map(" ".join), max_size=8))
def test_texts_are_held_possible_together_as_each_alone(texts: list[str]) -> None:
    assert _CATALOGUE.might_name(texts) == [_CATALOGUE.might_name([text])[0] for text in texts]


def test_many_long_texts_are_looked_through_as_few_short_ones() -> None:
    texts = [f"{'nothing ' * 30_000}{'Silo' if n % 3 else ''}" for n in range(9)]
    assert _CATALOGUE.might_name(texts) == [bool(n % 3) for n in range(9)]


@pytest.mark.parametrize("char", "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0f", ids=ascii)
def test_a_text_may_name_a_work_whatever_stands_unseen_in_either(char: str) -> None:
    for title in ("Glass Harbour", f"Glass Har{char}bour"):
        catalogue = WorkIndex([Work(title)])
        assert catalogue.might_name(
            [f"Glass{char} Har{char}bour is out", f"Glass Har&#{ord(char)};bour", "Glass Hall"]
        ) == [True, True, False]


@pytest.mark.parametrize(
    ("tag", "named"),
    [
        ("#GlassHarbour", "#GlassHarbour"),
        ("#glassharbour", "#glassharbour"),
        ("#GlassHarbourS2", "#GlassHarbour"),
        ("#GlassHarbour2", "#GlassHarbour"),
        ("#GH2", ""),
        ("#GLHB", "#GLHB"),
        ("#Glass", ""),
        ("GlassHarbour", ""),
        ("#GlassHarbourMaster", ""),
    ],
)
def test_a_hashtag_is_a_title_written_together_and_may_end_with_a_season(tag: str, named: str) -> None:
    work = Work("Glass Harbour", WorkKind.SERIES, ("GLHB",))
    text = f"Soon: {tag} on TV"

    assert _named(text, work) == ([("Glass Harbour", named)] if named else [])
    assert WorkIndex([work]).might_name([text]) >= [bool(named)]


def test_of_a_film_a_number_in_a_hashtag_makes_another_work() -> None:
    work = Work("Glass Harbour", WorkKind.FILM)

    assert _named("#GlassHarbour", work)
    assert not _named("#GlassHarbour2", work)


def test_the_words_for_a_picture_may_name_a_work() -> None:
    assert WorkIndex([Work("Glass Harbour")]).might_name(
        ["<p>Look: <img alt='Glass Harbour, 4 May'></p>"]
    ) == [True]
