"""What a text says of dates, as whoever reads it sees it: places, values, and what is no date."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.extract.dates import LANGUAGES, DateMention, find_dates, language
from monitor.extract.dates.date_language import months_elsewhere
from monitor.model import When
from tests.builders import NOW

# The contract's table, written on 2023-08-10.
CONTRACT = [
    ("October 26", "2023-10-26"),
    ("26 October 2023", "2023-10-26"),
    ("Oct. 26th", "2023-10-26"),
    ("October", "2023-10"),
    ("2024", "2024"),
    ("next year", "2024"),
    ("spring 2024", "2024-21"),
    ("fall 2024", "2024-23"),
    ("winter 2024", "2024-24"),
    ("Q1 2024", "2024-33"),
    ("Q4 2024", "2024-36"),
    ("first half of 2024", "2024-40"),
    ("the second half of 2024", "2024-41"),
    ("early 2024", "2024-37"),
    ("the beginning of 2024", "2024-37"),
    ("mid 2024", "2024-38"),
    ("the end of 2024", "2024-39"),
    ("early October", "2023-10-01/2023-10-10"),
    ("mid-October", "2023-10-11/2023-10-20"),
    ("late October", "2023-10-21/2023-10-31"),
    ("late 2024 or early 2025", "[2024-39,2025-37]"),
    ("between May and July 2024", "2024-05/2024-07"),
    ("May to July 2024", "2024-05/2024-07"),
    ("by the end of 2024", "../2024-12-31"),
    ("before the end of 2024", "../2024-12-31"),
    ("2025 or later", "2025/.."),
    ("not before 2025", "2025/.."),
    ("2025 at the earliest", "2025/.."),
    ("around June 2024", "2024-06~"),
    ("this fall", "2023-23"),
    ("later this year", "2023"),
    ("holiday 2023", "2023-11/2023-12"),
    ("this Christmas", "2023-12-25"),
    ("today", "2023-08-10"),
    ("tomorrow", "2023-08-11"),
    ("on Friday", "2023-08-11"),
    ("this week", "2023-08-07/2023-08-13"),
    ("next week", "2023-08-14/2023-08-20"),
    ("next month", "2023-09"),
    ("in two weeks", "2023-08-24~"),
    ("in three months", "2023-11~"),
    ("a month from now", "2023-09-10~"),
    ("first week of October", "2023-10-01/2023-10-07"),
    ("first half of October", "2023-10-01/2023-10-15"),
    ("second half of October", "2023-10-16/2023-10-31"),
    ("early summer", "2023-22"),
    ("soon", None),
    ("shortly", None),
    ("in the coming weeks", None),
    ("in a few months", None),
    ("a few days ago", None),
    ("by the fall", "../2023-11-30"),
    ("after the summer", "2023-09/.."),
    ("in less than six months", "../2024-02-10"),
    ("less than a month away", "../2023-09-10"),
    ("as early as 2024", "2024"),
    ("midnight tonight", "2023-08-11"),
]

NO_DATES = [
    "It may arrive, and they march on",
    "Season 2 may premiere with 10 episodes",
    "Season 2 May Premiere With 10 Episodes",
    "You May Want to Wait a Second",
    "version 1.2.3 of 4.5",
    "at 1920x1080 and 60fps on PS5",
    "$2024 or 2,024 dollars",
    "it sold 2024 copies",
    "2024 people came",
    "they won 3-2 and 4:3",
    "a score of 9/10",
    "call +1 206 555 0123",
    "at 10:30 am",
    "the sun sat on the wall",
    "an Easter egg",
    "the fall guy",
    "Chapter 12, part 3",
    "24/7 support",
    "1920 by 1080 pixels",
    "file 133-03-03-2020",
    "the second film, the third act",
    "100% of 50 GB",
    "a half and a quarter",
]


def read(text: str, lang: str = "en", *, past: bool = False) -> list[str | None]:
    found = [mention.resolve(NOW, past=past) for mention in find_dates(text, lang)]
    return [None if when is None else str(when) for when in found]


@pytest.mark.parametrize(("text", "edtf"), CONTRACT)
def test_the_contracts_table_holds(text: str, edtf: str | None) -> None:
    assert read(f"It comes {text}.") == [edtf]


@pytest.mark.parametrize("text", NO_DATES)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("out on the 26th", "2023-08-26"),
        ("out Oct 26–28", "2023-10-26/2023-10-28"),
        ("on Oct. 6, 1927", "1927-10-06"),
        ("in 1939", "1939"),
        ("before year-end", "../2023-12-31"),
        ("in 2H 2024", "2024-41"),
        ("in FY2024", "2024"),
        ("in H2", "2023-41"),
        ("in fall '24", "2024-23"),
        ("in the summer of next year", "2024-22"),
        ("by year's end", "../2023-12-31"),
        ("in mid-to-late 2024", "2024-38/2024-39"),
        ("in spring/summer 2024", "[2024-21,2024-22]"),
        ("on Thanksgiving", "2023-11-23"),
        ("at Easter 2024", "2024-03-31"),
        ("on 2024-05-17", "2024-05-17"),
        ("on 20240517", "2024-05-17"),
        ("from 10/25 to 01/25", "2023-10-25/2024-01-25"),
        ("before the thirty-first day of the month", "../2023-08-30"),
        ("on may the fourth", "2024-05-04"),
        ("May 4 and 5", "2024-05-04/2024-05-05"),
    ],
)
def test_what_else_people_write_is_read(text: str, edtf: str) -> None:
    assert read(text) == [edtf]


@pytest.mark.parametrize(
    ("lang", "text", "edtf"),
    [
        ("ja", "２０２４年３月５日に発売", "2024-03-05"),
        ("ja", "令和6年春に放送", "2024-21"),
        ("ko", "내년 상반기 공개", "2024-40"),
        ("ko", "연내 출시", "2023"),
        ("zh", "将于2024年上半年上映", "2024-40"),
        ("zh", "暑期上映", "2023-22"),
        ("hi", "१५ अगस्त २०२४ को", "2024-08-15"),
        ("ar", "في ١٥ أغسطس ٢٠٢٤", "2024-08-15"),
        ("de", "erscheint am 26.10.", "2023-10-26"),
        ("pl", "w III kwartale 2024 roku", "2024-35"),
        ("fr", "à la rentrée", "2023-09"),
        ("nl", "tweeëntwintig februari 2024", "2024-02-22"),
        ("it", "nell'autunno del duemilaventiquattro", "2024-23"),
    ],
)
def test_scripts_eras_and_words_of_other_languages_are_read(lang: str, text: str, edtf: str) -> None:
    assert read(text, lang) == [edtf]


@pytest.mark.parametrize(
    ("text", "lang", "edtf"),
    [
        ("2024년 하반기", "", "2024-41"),
        ("来年の夏に公開", "xx", "2024-22"),
        ("明年上半年", "", "2024-40"),
        ("العام المقبل", "", "2024"),
        ("अगले साल", "", "2024"),
        ("next year", "", "2024"),
        ("next year", "tlh", "2024"),
        ("2024년 하반기", "ko_KR", "2024-41"),
    ],
)
def test_a_missing_or_unknown_language_is_told_by_the_script(text: str, lang: str, edtf: str) -> None:
    assert read(text, lang) == [edtf]


@pytest.mark.parametrize(
    ("text", "future", "past"),
    [
        ("October", "2023-10", "2022-10"),
        ("May 12", "2024-05-12", "2023-05-12"),
        ("on Monday", "2023-08-14", "2023-08-07"),
        ("in the summer", "2023-22", "2023-22"),
        ("at Christmas", "2023-12-25", "2022-12-25"),
        ("on the 26th", "2023-08-26", "2023-07-26"),
        ("next year", "2024", "2024"),
        ("May 2022", "2022-05", "2022-05"),
    ],
)
def test_without_a_year_the_nearest_is_meant_ahead_or_behind(text: str, future: str, past: str) -> None:
    assert read(text) == [future]
    assert read(text, past=True) == [past]


def test_today_is_the_writers_day() -> None:
    (mention,) = find_dates("out today", "en")
    tokyo = timezone(timedelta(hours=9))
    assert str(mention.resolve(datetime(2023, 8, 11, 1, 0, tzinfo=tokyo))) == "2023-08-11"


@pytest.mark.parametrize(
    ("text", "grain"),
    [
        ("May 12", "day"),
        ("on Friday", "day"),
        ("next week", "week"),
        ("this weekend", "week"),
        ("the week of May 12", "week"),
        ("May", "month"),
        ("summer 2024", "season"),
        ("Q3", "quarter"),
        ("next quarter", "quarter"),
        ("first half of 2024", "half"),
        ("2024", "year"),
        ("early 2024", "year"),
        ("in two months", "month"),
        ("by May", "month"),
        ("May to July", "month"),
        ("the first Friday of May", "day"),
        ("soon", ""),
    ],
)
def test_a_mention_knows_its_grain(text: str, grain: str) -> None:
    assert find_dates(f"in {text}", "en")[0].grain == grain


def test_a_mention_tells_what_kind_it_is() -> None:
    def facts(text: str) -> tuple[bool, bool, str, bool, bool]:
        (mention,) = find_dates(text, "en")
        return (
            mention.is_vague,
            mention.is_range,
            mention.bound,
            mention.knows_year,
            mention.is_approximate,
        )

    assert facts("soon") == (True, False, "", False, False)
    assert facts("May to July 2024") == (False, True, "", True, False)
    assert facts("before May") == (False, False, "before", False, False)
    assert facts("next year") == (False, False, "", True, False)
    assert facts("in two weeks") == (False, False, "", False, False)
    assert facts("around June 2024") == (False, False, "", True, True)


@pytest.mark.parametrize("text", ["June 31, 2024", "February 29, 2023", "the 31st of next month"])
def test_a_day_that_no_calendar_has_is_no_date(text: str) -> None:
    assert set(read(text)) <= {None, "2024", "2023"}


def test_a_date_ends_with_its_sentence() -> None:
    text = "It was out in 2023. May 4 is another day. See you in October. 12 players came."
    found = [mention.text for mention in find_dates(text, "en")]
    assert found == ["2023", "May 4", "October"]


def test_a_number_of_something_else_is_not_drawn_into_a_date() -> None:
    assert read("for Meta Quest 2 on February 22, 2024") == ["2024-02-22"]
    assert read("TVアニメSeason 3、来年10月", "ja") == ["2024-10"]
    assert read("Alan Wake 2 im Oktober", "de") == ["2023-10"]


def test_days_of_a_list_are_days() -> None:
    assert read("Premieres: A 16/11, B 23/11, C 9/11", "pt") == ["2023-11-16", "2023-11-23", "2023-11-09"]
    assert read("rated 9/10 by readers", "pt") == []


_VOCABULARY = sorted(
    {word for tag in LANGUAGES for word in list(language(tag).entries)[:120]}
    | set("0123456789-/.,:'()~ \n年月日「」%$#")
    | {"2024", "31", "May", "Q", "first", "half", "of", "or", "to", "’24", "٢٠٢٤", "２０２４"}
)
_soup = st.lists(st.sampled_from(_VOCABULARY), max_size=30).map(" ".join) | st.lists(
    st.sampled_from(_VOCABULARY), max_size=30
).map("".join)


KNOWN = "It is out on May 4, next week, or in the winter of 2023."


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=200) | _soup, tag=st.sampled_from(["", "xx", "en-GB", *LANGUAGES]))
@example(text=KNOWN, tag="en")
def test_any_text_is_read_without_fault(text: str, tag: str) -> None:
    end = 0
    mentions = find_dates(text, tag)
    assert mentions or text != KNOWN
    for mention in mentions:
        assert mention.text == text[mention.start : mention.end] != ""
        assert mention.start >= end
        assert mention.rules
        assert mention.grain or mention.is_vague
        end = mention.end
        for past in (False, True):
            when = mention.resolve(NOW, past=past)
            if when is not None:
                assert When.parse(str(when)) == when
                assert when.earliest is None or when.latest is None or when.earliest <= when.latest


@settings(max_examples=60, deadline=None)
@given(text=_soup, day=st.dates())
@example(text=KNOWN, day=date(2024, 2, 29))
def test_what_is_read_resolves_on_any_day_of_the_calendar(text: str, day: date) -> None:
    written = datetime(day.year, day.month, day.day, tzinfo=NOW.tzinfo)
    mentions = find_dates(text, "en")
    assert mentions or text != KNOWN
    for mention in mentions:
        assert mention.resolve(written) is None or isinstance(mention, DateMention)


@pytest.mark.parametrize(
    "wall", ["May 4 ", "2023 ", "next week ", "the 12 ", "May or June or ", "from 1 to ", "early to late "]
)
def test_of_a_wall_of_date_words_a_bounded_part_is_read(wall: str) -> None:
    assert len(find_dates(wall * 5_000, "en")) == len(find_dates(wall * 10_000, "en"))


@pytest.mark.parametrize(
    ("text", "lang", "mentions"),
    [
        ("Game 3 on Tuesday", "en", ["Tuesday"]),
        ("Phone 2 next month", "en", ["next month"]),
        ("Switch 2 on Friday, October 23.", "en", ["Friday, October 23"]),
        ("Mate 50 6 September", "en", ["6 September"]),
        ("on Monday, five minutes long", "en", ["Monday"]),
        ("on 23 November for one week", "en", ["on 23 November"]),
        ("Nov. 3, 1956 — 17 years", "en", ["Nov. 3, 1956"]),
        ("will start November 9", "en", ["November 9"]),
        ("in the start November 2024 build", "en", ["start November 2024"]),
        ("지난 5월 열두 번째 앨범", "ko", ["지난 5월"]),
        ("10日、11月26日に", "ja", ["10日", "11月26日"]),
    ],
)
def test_a_number_beside_a_date_is_its_day_only_where_it_can_be(
    text: str, lang: str, mentions: list[str]
) -> None:
    assert [mention.text for mention in find_dates(text, lang)] == mentions


def test_a_weekday_and_a_day_are_of_the_month_in_which_they_meet() -> None:
    assert read("Friday the 13th") == ["2023-10-13"]


@pytest.mark.parametrize(
    ("text", "declared", "mention", "edtf"),
    [
        ("Premiera 5 listopada 2025 w kinach", "en", "5 listopada 2025", "2025-11-05"),
        ("Halamannya memuat 2 Februari 2024.", "en", "2 Februari 2024", "2024-02-02"),
        ("放送は2024年4月6日", "en", "2024年4月6日", "2024-04-06"),
        ("영화 10월 26일 개봉", "en", "10월 26일", "2023-10-26"),
        ("発売日 October 26, 2023", "ja", "October 26, 2023", "2023-10-26"),
        ("Sortie le 18 octobre 2024", "", "le 18 octobre 2024", "2024-10-18"),
    ],
)
def test_a_text_in_another_language_than_declared_is_read(
    text: str, declared: str, mention: str, edtf: str
) -> None:
    assert [(one.text, str(one.resolve(NOW))) for one in find_dates(text, declared)] == [(mention, edtf)]


@pytest.mark.parametrize(
    ("text", "declared"),
    [("El final de Diablo 4 marca un antes", "es"), ("the enero effect", "en"), ("Mars 2 and Mayo 5", "en")],
)
def test_a_word_that_is_a_month_elsewhere_makes_no_date_by_itself(text: str, declared: str) -> None:
    assert find_dates(text, declared) == []


def test_the_months_of_other_languages_are_those_of_their_files() -> None:
    assert len(months_elsewhere()) > 50
    for name, codes in months_elsewhere().items():
        for code in codes:
            found = [one for one in find_dates(f"{name.capitalize()} 2024", code) if one.grain == "month"]
            assert found, (name, code)


def test_a_number_behind_the_word_of_a_thing_may_be_anything() -> None:
    assert read("version 4.03 of it, season 2.5, part 2024-25, episode 12,5") == []


@pytest.mark.parametrize(
    ("text", "lang", "mention", "first"),
    [
        ("It came 13 years after the first film.", "en", "13 years after", "2010~"),
        ("Show Gets May Release Date", "en", "May", "2024-05"),
        ("The fall update is here", "en", "fall", "2023-23"),
        ("arrives 12/7!", "en", "12/7", "2023-12-07"),
        ("11/6発売となる", "ja", "11/6", "2023-11-06"),
        ("Persona on 18th, Fable later", "en", "18th", "2023-08-18"),
        ("play two days early", "en", "two days early", "2023-08-12"),
        ("दूसरा भाग 2027 में आ सकता है", "hi", "2027", "2027"),
        ("llega el 24 a PC, dicen", "es", "el 24", "2023-08-24"),
        ("esce con due giorni d'anticipo", "it", "due giorni d'anticipo", "2023-08-12"),
        ("verschoben auf den 20.11. wohl", "en", "20.11", "2023-11-20"),
        ("released in the late 90's for all", "en", "late 90's", "1997/1999"),
        ("out 6.6.23 everywhere", "en", "6.6.23", "2023-06-06"),
        ("1.2. – Staffel 2", "de", "1.2", "2024-02-01"),
        ("It opened in November of that year", "en", "November of that year", "2023-11"),
    ],
)
def test_what_only_its_sentence_tells_to_be_a_date_is_read_when_asked_for(
    text: str, lang: str, mention: str, first: str
) -> None:
    found = [one for one in find_dates(text, lang, doubtful=True) if one.is_doubtful]
    assert [(one.text, str(one.readings(NOW)[0].when)) for one in found] == [(mention, first)]
    assert mention not in [one.text for one in find_dates(text, lang)]


def test_a_sure_date_is_not_doubtful() -> None:
    assert [one.is_doubtful for one in find_dates("on October 26", "en", doubtful=True)] == [False]


def test_a_number_right_before_a_month_may_be_its_day() -> None:
    (mention,) = find_dates("Sezon 9 Haziran'da başladı", "tr")
    assert str(mention.resolve(NOW)) == "2024-06"
    assert {reading.name: str(reading.when) for reading in mention.readings(NOW)} == {
        "future": "2024-06",
        "numbered future": "2024-06-09",
        "past": "2023-06",
        "numbered past": "2023-06-09",
    }


@pytest.mark.parametrize(
    ("text", "lang", "found"),
    [
        ("au 18 juin, le second au 6 août", "fr", ["18 juin", "6 août"]),
        ("du premier au 6 mai 2024", "fr", ["du premier au 6 mai 2024"]),
        ("moved from September 30 to 2022", "en", ["from September 30", "2022"]),
        ("from September 2021 to 2022", "en", ["from September 2021 to 2022"]),
    ],
)
def test_what_counts_things_or_moves_a_day_to_a_year_makes_no_range(
    text: str, lang: str, found: list[str]
) -> None:
    assert [mention.text for mention in find_dates(text, lang)] == found


def test_a_number_whose_thousands_a_blank_parts_is_no_day() -> None:
    assert [one.text for one in find_dates("mercredi dans 1 100 cinémas", "fr")] == ["mercredi"]
    assert [one.text for one in find_dates("le 5 mai 2024, 25 000 places", "fr")] == ["le 5 mai 2024"]


@pytest.mark.parametrize(
    ("text", "lang", "found"),
    [
        ("・ピクミン4：7月21日発売", "ja", ["7月21日"]),
        ("・仁王 3：2/6，PS5", "zh", ["2/6"]),
        ("테일즈 3:7월 21일", "ko", ["7월 21일"]),
        ("比分3:2", "zh", []),
        ("7月21日20:00開始", "ja", ["7月21日"]),
        ("John 3:16-18", "en", []),
        ("16:9/4K", "en", []),
    ],
)
def test_a_colon_between_the_number_of_a_name_and_a_date_parts_them(
    text: str, lang: str, found: list[str]
) -> None:
    assert [mention.text for mention in find_dates(text, lang, doubtful=True)] == found


@pytest.mark.parametrize(
    ("lang", "text", "when"),
    [
        ("en", "out 11.19.23", "2023-11-19"),
        ("en", "in theaters 10 17 23", "2023-10-17"),
        ("en", "in theaters 17 10 23", "2023-10-17"),
        ("en", "D-3", "2023-08-13"),
        ("ko", "시즌2 D-3 🔥", "2023-08-13"),
        ("fr", "J-5 avant la sortie", "2023-08-15"),
        ("en", "T-minus 5 days", "2023-08-15"),
        ("en", "5 days left until it opens", "2023-08-15"),
        ("de", "Noch 5 Tage bis zum Start", "2023-08-15"),
        ("es", "Faltan 3 días para el estreno", "2023-08-13"),
        ("pt", "Faltam 4 dias", "2023-08-14"),
        ("pl", "Zostały 3 dni", "2023-08-13"),
        ("ja", "公開まであと3日", "2023-08-13"),
        ("ko", "공개까지 5일 남았습니다", "2023-08-15"),
        ("en", "it opens at midnight", "2023-08-11"),
    ],
)
def test_what_posts_write_for_a_day_is_found_when_asked_for(lang: str, text: str, when: str) -> None:
    found = [mention.readings(NOW)[0].when for mention in find_dates(text, lang, doubtful=True)]
    assert [str(one) for one in found] == [when]


@pytest.mark.parametrize(
    "text",
    ["7 17 45 lives", "call 12 13 23 45", "scores of 7 9 23", "vitamin BD-3", "the D-3:4 draw", "v2.17.2"],
)
def test_other_numbers_of_posts_are_no_days(text: str) -> None:
    assert find_dates(text, "en", doubtful=True) == []


@pytest.mark.parametrize("text", ["Friday at 4 PM ET", "Friday, 4 p.m.", "on Friday 10 AM"])
def test_an_hour_behind_a_weekday_is_no_day_of_the_month(text: str) -> None:
    assert [mention.text for mention in find_dates(text, "en", doubtful=True)] == ["Friday"]


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("words", [0, 1, 3, 9, 60, 200])
def test_how_much_stands_around_a_date_does_not_change_it(words: int, lang: str) -> None:
    date = {"en": "the 4th of May, 2027", "de": "4. Mai 2027"}[lang]
    text = f"{'somebody said ' * words}Silo: {date} and nobody heard{' and nobody heard' * words}. 12 people and 7 cats saw 3 of 2026."
    found = [mention.text for mention in find_dates(text, lang)]
    assert any("Mai 2027" in one or "May, 2027" in one for one in found)
    assert found == [mention.text for mention in find_dates(text[14 * words :], lang)]
