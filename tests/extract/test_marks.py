"""What is marked in a sentence of Korean, Japanese, Chinese or Hindi: the work, its part, where it comes out, and what is said."""

from __future__ import annotations

import pytest

from monitor.extract.marks import mark as read
from monitor.extract.sentence import Sentence
from monitor.extract.work_index import WorkIndex
from monitor.model import Work, WorkKind
from monitor.parse import structured
from tests.builders import document
from tests.extract.reading import surveyed

_CATALOGUE = WorkIndex(
    [
        Work("달빛 상점", WorkKind.SERIES),
        Work("風の図書館", WorkKind.SERIES),
        Work("北海来信", WorkKind.SERIES, ("北海來信",)),
        Work("आखिरी डाकिया", WorkKind.SERIES),
    ]
)


def _read(lang: str, text: str) -> list[Sentence]:
    return [
        sentence for block in read(structured(document(text, lang=lang)), _CATALOGUE) for sentence in block
    ]


def _values(found: list[Sentence], kind: str) -> list[str]:
    return [token.value.name for sentence in found for token in sentence.stream if token.kind == kind]


def _said(found: list[Sentence]) -> set[str]:
    """Return the kinds of the cues, each with its tense, its event or its certainty, if any."""
    keys = ("tense", "event", "certainty")
    return {
        "/".join([cue.kind, *(str(cue.get(key)) for key in keys if cue.get(key))])
        for sentence in found
        for cue in sentence.cues
    }


@pytest.mark.parametrize(
    ("lang", "text", "parts", "places", "cues"),
    [
        # Korean
        ("ko", "‘달빛상점’ 시즌2는 오는 22일 티빙에서 공개된다.", ["season 2"], ["TVING"], ({"release/future"}, {"release/past", "hedge/rumoured"})),
        ("ko", "'달빛 상점' 두 번째 시즌은 지난해 5월 넷플릭스에서 공개됐다.", ["season 2"], ["Netflix"], ({"release/past"}, {"release/future"})),
        ("ko", "달빛 상점 3권이 전자책으로 4월에 나온다.", ["volume 3"], ["e-book"], ({"release/future"}, set())),
        ("ko", "《달빛 상점》 새 편은 8월 15일 개봉 예정이다.", [], ["theatres"], ({"release/future"}, {"hedge/expected", "hedge/rumoured"})),
        ("ko", "'달빛 상점' 시즌3이 내년 봄 공개될 것으로 알려졌다.", ["season 3"], [], ({"hedge/rumoured", "release/future"}, set())),
        ("ko", "달빛 상점 시즌3은 내년 봄 공개될 것으로 보인다.", ["season 3"], [], ({"hedge/expected"}, {"hedge/rumoured"})),
        ("ko", "당초 5월 공개 예정이었던 '달빛 상점'은 가을로 연기됐다.", [], [], ({"due", "delay"}, set())),
        ("ko", "달빛 상점 시즌2의 공개일은 아직 정해지지 않았다.", ["season 2"], [], ({"unannounced"}, set())),
        ("ko", "달빛 상점 시즌2 제작이 무산됐다.", ["season 2"], [], ({"cancel"}, set())),
        ("ko", "제작사는 '달빛 상점' 5월 공개설에 대해 사실무근이라고 밝혔다.", [], [], ({"false", "say"}, set())),
        ("ko", "달빛 상점 공식 예고편이 공개됐다.", [], [], ({"trailer", "shown"}, {"unannounced/trailer"})),
        ("ko", "달빛 상점 예고편은 아직 공개되지 않았다.", [], [], ({"unannounced/trailer"}, set())),
        ("ko", "달빛 상점은 지금 넷플릭스에서 볼 수 있다.", [], ["Netflix"], ({"out"}, {"hedge/rumoured", "hedge/expected"})),
        ("ko", "한국어 자막은 달빛 상점 2화부터 제공된다.", ["episode 2"], [], ({"release/future"}, set())),
        # Japanese: only the ending tells what is to come from what is past
        ("ja", "『風の図書館』第2期は7月4日に配信する。", ["season 2"], [], ({"release/future"}, {"release/past"})),
        ("ja", "『風の図書館』第2期は7月4日に配信した。", ["season 2"], [], ({"release/past"}, {"release/future"})),
        ("ja", "『風の図書館』シーズン３は来春、日本テレビ系で始まる見通しだ。", ["season 3"], ["日本テレビ"], ({"hedge/expected"}, {"hedge/rumoured"})),
        ("ja", "『風の図書館』第二期は秋に放送されるらしい。", ["season 2"], [], ({"hedge/rumoured"}, set())),
        ("ja", "発売日：2026年5月4日\n『風の図書館』7巻", ["volume 7"], [], ({"release/noun"}, set())),
        ("ja", "『風の図書館』のSwitch版は好評発売中です。", [], ["Switch"], ({"out"}, set())),
        ("ja", "『風の図書館』の放送開始は4月から7月に延期される。", [], [], ({"delay"}, {"cancel"})),
        ("ja", "『風の図書館』Blu-rayの発売が中止となりました。", [], ["disc"], ({"cancel"}, set())),
        ("ja", "『風の図書館』後編の公開日はまだ決まっていない。", ["part 2"], [], ({"unannounced"}, set())),
        ("ja", "『風の図書館』の本予告が解禁された。", [], [], ({"trailer", "shown"}, set())),
        ("ja", "『風の図書館』握手会の内容は予告なく変更になる場合があります。", [], [], ({"other"}, {"trailer", "delay"})),
        ("ja", "『風の図書館』は日本語版と中国語版があり、韓国でも読まれています。", [], ["South Korea"], (set(), set())),
        # Chinese: 将 tells what is to come, in both scripts
        ("zh", "《北海来信》第二季将于5月6日上线优酷。", ["season 2"], ["Youku"], ({"release/future"}, {"release/past"})),
        ("zh", "《北海来信》第一季已于5月6日上线。", ["season 1"], [], ({"release/past"}, {"release/future"})),
        ("zh-TW", "《北海來信》第二季將於5月6日在台灣上映。", ["season 2"], ["Taiwan", "theatres"], ({"release/future"}, {"release/past"})),
        ("zh", "《北海来信》第二季预计第一季度播出。", ["season 2"], [], ({"hedge/expected"}, {"hedge/rumoured"})),
        ("zh", "据传《北海来信》第三季8月开播。", ["season 3"], [], ({"hedge/rumoured"}, set())),
        ("zh", "据悉，《北海来信》第三季8月开播。", ["season 3"], [], ({"according"}, {"hedge/rumoured", "hedge/expected"})),
        ("zh", "《北海来信》宣布跳票，新日期待定。", [], [], ({"delay", "unannounced"}, set())),
        ("zh-TW", "《北海來信》原訂週五釋出的前導預告延後了。", [], [], ({"due", "delay", "trailer"}, set())),
        ("zh", "官方辟谣：《北海来信》不会在年内推出手机版。", [], ["mobile"], ({"false", "cancel"}, set())),
        ("zh", "《北海来信》尚未公布上线时间。", [], [], ({"unannounced"}, set())),
        ("zh", "《北海来信》资料片的预告片今天放出。", [], [], ({"trailer", "shown"}, {"hedge/expected"})),
        # Hindi
        ("hi", "'आखिरी डाकिया' का दूसरा सीजन 4 मई को नेटफ्लिक्स पर रिलीज होगा।", ["season 2"], ["Netflix"], ({"release/future"}, {"release/past"})),
        ("hi", "'आखिरी डाकिया' का पहला सीज़न 4 मई २०२१ को रिलीज़ हुआ था।", ["season 1"], [], ({"release/past"}, {"release/future"})),
        ("hi", "'आखिरी डाकिया' सीजन 3 अगले साल आ सकता है।", ["season 3"], [], ({"hedge/rumoured"}, set())),
        ("hi", "'आखिरी डाकिया' दिवाली पर सिनेमाघरों में आने की उम्मीद है।", [], ["theatres"], ({"hedge/expected"}, {"hedge/rumoured"})),
        ("hi", "'आखिरी डाकिया' को अप्रैल में आना था, पर रिलीज टल गई।", [], [], ({"due", "delay"}, set())),
        ("hi", "'आखिरी डाकिया' की नई तारीख अभी तय नहीं है।", [], [], ({"unannounced"}, set())),
        ("hi", "'आखिरी डाकिया' का टीज़र जारी कर दिया गया।", [], [], ({"trailer", "shown"}, {"unannounced/trailer"})),
        ("hi", "'आखिरी डाकिया' अब प्राइम वीडियो पर देखी जा सकती है।", [], ["Prime Video"], ({"out"}, {"hedge/rumoured"})),
    ],
)  # fmt: skip
def test_a_sentence_is_marked(
    lang: str, text: str, parts: list[str], places: list[str], cues: tuple[set[str], set[str]]
) -> None:
    """`cues` are those that are found and those that are not."""
    found = _read(lang, text)
    said, unsaid = cues

    assert any(token.kind == "work" for sentence in found for token in sentence.stream)
    assert _values(found, "inst") == parts
    assert _values(found, "scope") == places
    assert said <= _said(found)
    assert not unsaid & _said(found)


@pytest.mark.parametrize(
    ("lang", "text", "parts", "dates"),
    [
        ("zh-Hant", "《北海來信》改於 2024 年第一季上線。", [], ["2024 年第一季"]),
        ("zh-Hant", "《北海來信》計劃明年第三季推出。", [], ["明年第三季"]),
        ("zh", "《北海来信》预计今年第四季播出。", [], ["今年第四季"]),
        # the instalment stands next to the title, or has no year
        ("zh", "《北海来信》第二季明年上线。", ["season 2"], ["明年"]),
        ("zh", "2024年，《北海来信》第一季播出。", ["season 1"], ["2024年"]),
        ("zh", "《北海来信》已续订第三季。", ["season 3"], []),
    ],
)
def test_the_chinese_word_for_season_behind_a_year_is_its_quarter(
    lang: str, text: str, parts: list[str], dates: list[str]
) -> None:
    found = _read(lang, text)
    assert _values(found, "inst") == parts
    stream = [token for sentence in found for token in sentence.stream if token.kind == "date"]
    assert [token.value.text for token in stream] == dates


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("Redfall comes on May 4. (1/2)", 1),
        ("2/3 Redfall comes on May 4.", 1),
        ("Redfall comes on (5/4).", 1),
        ("Redfall comes on 5/12", 1),
    ],
)
def test_the_number_of_a_post_in_its_thread_is_no_date(text: str, dates: int) -> None:
    found = surveyed(text)
    assert sum(len(place.dates) for place in found.places) == dates
