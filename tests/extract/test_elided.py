"""The work that a sentence leaves out is reached from the headline, a heading, a lead or a table: its dates are weighed with it."""

from __future__ import annotations

import pytest

from monitor.extract.candidates import candidates, survey
from monitor.extract.marks import mark
from monitor.extract.normalise import normalise
from monitor.extract.work_index import WorkIndex
from monitor.model import Work, WorkKind
from monitor.parse import structured
from tests.builders import document

# Language, watched works, headline, body, and which works are to be weighed with which date.
CASES: list[tuple[str, list[str], str, str, list[tuple[str, str]]]] = [
    ("ko",["달빛 상점"],"'달빛 상점' 드디어 공개","<p>오랜 기다림이 끝났다. 5월 4일 첫 방송된다.</p>",[("달빛 상점","5월 4일")]),
    ("ko",["달빛 상점"],"","<p>‘달빛 상점’이 돌아온다. 배우들이 다시 모였다. 촬영은 끝났다. 5월 4일 공개된다.</p>",[("달빛 상점","5월 4일")]),
    ("ko",["달빛 상점","Silo"],"","<h2>달빛 상점</h2><p>발매일: 2026년 5월 4일</p><h2>Silo</h2><p>발매일: 2026년 6월 1일</p>",[("달빛 상점","5월 4일"),("Silo","6월 1일")]),
    ("ko",["달빛 상점","Silo"],"5월 4일 공개작","<ul><li>달빛 상점</li><li>Silo</li></ul>",[("달빛 상점","5월 4일"),("Silo","5월 4일")]),
    ("ko",["달빛 상점","Silo"],"","<table><tr><th>제목</th><th>공개일</th></tr><tr><td>달빛 상점</td><td>2026년 5월 4일</td></tr><tr><td>Silo</td><td>2026년 6월 1일</td></tr></table>",[("달빛 상점","5월 4일"),("Silo","6월 1일")]),
    ("ja",["月光カフェ"],"『月光カフェ』最新情報","<p>新作が発表された。発売日は5月4日。</p>",[("月光カフェ","5月4日")]),
    ("ja",["月光カフェ"],"","<h3>月光カフェ</h3><p>発売日：2026年5月4日<br>価格：6,800円</p>",[("月光カフェ","5月4日")]),
    ("ja",["月光カフェ"],"","<dl><dt>タイトル</dt><dd>月光カフェ</dd><dt>発売日</dt><dd>2026年5月4日</dd></dl>",[("月光カフェ","2026年5月4日")]),
    ("ja",["月光カフェ","Silo"],"","<p>5月4日発売のタイトル</p><ul><li>月光カフェ</li><li>Silo</li></ul>",[("月光カフェ","5月4日"),("Silo","5月4日")]),
    ("ja",["月光カフェ"],"","<table><tr><td>タイトル</td><td>月光カフェ</td></tr><tr><td>発売日</td><td>2026年5月4日</td></tr></table>",[("月光カフェ","5月4日")]),
    ("ja",["月光カフェ","Silo"],"","<p>月光カフェ<br>発売日：2026年5月4日</p><p>Silo<br>発売日：2026年6月1日</p>",[("月光カフェ","5月4日"),("Silo","6月1日")]),
    ("zh",["北海来信"],"《北海来信》定档","<p>官方今日公布消息。该剧将于5月4日开播。</p>",[("北海来信","5月4日")]),
    ("zh",["北海来信","三体"],"","<h3>北海来信</h3><p>发售日期：2026年5月4日</p><h3>三体</h3><p>发售日期：2026年6月1日</p>",[("北海来信","5月4日"),("三体","6月1日")]),
    ("zh",["北海来信","三体"],"","<p>5月4日上线：</p><p>《北海来信》</p><p>《三体》</p>",[("北海来信","5月4日"),("三体","5月4日")]),
    ("zh",["北海来信","三体"],"","<p>以下作品将于5月4日上线：</p><ul><li>《北海来信》</li><li>《三体》</li></ul>",[("北海来信","5月4日"),("三体","5月4日")]),
    ("zh",["北海来信"],"","<table><tr><th>片名</th><th>状态</th><th>上映日期</th></tr><tr><td>北海来信</td><td>定档</td><td>5月4日</td></tr></table>",[("北海来信","5月4日")]),
    ("pt",["Silo"],"Silo volta em breve","<p>A série teve longas filmagens. Estreia em 4 de maio.</p>",[("Silo","4 de maio")]),
    ("pt",["Silo","Redfall"],"","<p>Silo e Redfall voltam.</p><p>A primeira chega em 4 de maio.</p>",[("Silo","4 de maio")]),
    ("pt",["Silo","Redfall"],"","<p><b>4 de maio</b></p><p>Silo</p><p>Redfall</p>",[("Silo","4 de maio"),("Redfall","4 de maio")]),
    ("es",["Silo"],"Todo sobre Silo","<p>El rodaje terminó. No hay más detalles. Se estrena el 4 de mayo.</p>",[("Silo","4 de mayo")]),
    ("es",["Silo","Redfall"],"","<h2>Silo</h2><p>Fecha de estreno: 4 de mayo</p><h2>Redfall</h2><p>Fecha de estreno: 1 de junio</p>",[("Silo","4 de mayo"),("Redfall","1 de junio")]),
    ("es",["Silo","Redfall"],"","<p>4 de mayo:</p><ul><li>Silo</li><li>Redfall</li></ul>",[("Silo","4 de mayo"),("Redfall","4 de mayo")]),
    ("tr",["Silo","Redfall"],"","<h3>Silo</h3><p>Vizyon Tarihi: 4 Mayıs 2026</p><h3>Redfall</h3><p>Vizyon Tarihi: 1 Haziran 2026</p>",[("Silo","4 Mayıs"),("Redfall","1 Haziran")]),
    ("tr",["Silo"],"Silo geliyor","<p>Çekimler bitti. 4 Mayıs'ta vizyona girecek.</p>",[("Silo","4 Mayıs")]),
    ("tr",["Silo","Redfall"],"","<table><tr><th>4 Mayıs 2026</th><th>1 Haziran 2026</th></tr><tr><td>Silo</td><td>Redfall</td></tr></table>",[("Silo","4 Mayıs"),("Redfall","1 Haziran")]),
    ("de",["Silo","Redfall"],"","<h3>4. Mai 2026</h3><ul><li>Silo</li><li>Redfall</li></ul>",[("Silo","4. Mai"),("Redfall","4. Mai")]),
    ("de",["Silo","Redfall"],"","<ul><li>Silo<ul><li>Release: 4. Mai 2026</li></ul></li><li>Redfall<ul><li>Release: 1. Juni 2026</li></ul></li></ul>",[("Silo","4. Mai"),("Redfall","1. Juni")]),
    ("de",["Silo","Redfall"],"","<table><tr><th></th><th>Silo</th><th>Redfall</th></tr><tr><td>Start</td><td>4. Mai 2026</td><td>1. Juni 2026</td></tr></table>",[("Silo","4. Mai"),("Redfall","1. Juni")]),
    ("it",["Silo"],"Silo, tutto quello che sappiamo","<p>Il cast è confermato. Uscirà il 4 maggio.</p>",[("Silo","4 maggio")]),
    ("it",["Silo","Redfall"],"","<p>Data di uscita: 4 maggio</p><h2>Redfall</h2><p>Data di uscita: 1 giugno</p>",[("Redfall","1 giugno")]),
    ("fr",["Silo","Redfall"],"Les sorties du 4 mai","<p>Silo</p><p>Redfall</p>",[("Silo","4 mai"),("Redfall","4 mai")]),
    ("fr",["Silo","Redfall"],"","<p>Le 4 mai :</p><p>– Silo</p><p>– Redfall</p><p>Le 1er juin :</p><p>– Alan</p>",[("Silo","4 mai"),("Redfall","4 mai")]),
    ("fr",["Silo","Redfall","Alan Wake 2"],"","<h4>Alan Wake 2</h4><p>Date de sortie</p><p>4 mai 2026</p><h4>Silo</h4><p>Date de sortie</p><p>1er juin 2026</p>",[("Alan Wake 2","4 mai"),("Silo","1er juin")]),
    ("ja",["月光カフェ","Silo"],"","<h2>月光カフェ</h2><h3>発売日</h3><p>2026年5月4日</p><h2>Silo</h2><h3>発売日</h3><p>2026年6月1日</p>",[("月光カフェ","5月4日"),("Silo","6月1日")]),
    ("ko",["달빛 상점","Silo"],"","<p>■ 5월 4일</p><p>달빛 상점</p><p>Silo</p><p>■ 6월 1일</p><p>다른 것</p>",[("달빛 상점","5월 4일"),("Silo","5월 4일")]),
    ("zh",["北海来信","三体"],"","<table><tr><th>5月4日</th></tr><tr><td>北海来信</td></tr><tr><td>三体</td></tr></table>",[("北海来信","5月4日"),("三体","5月4日")]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "works", "title", "html", "wanted"), CASES)
def test_a_date_is_weighed_with_the_work_that_its_sentence_leaves_out(
    language: str, works: list[str], title: str, html: str, wanted: list[tuple[str, str]]
) -> None:
    assert set(wanted) <= _weighed(language, works, title, html, {date for _, date in wanted})


@pytest.mark.parametrize(
    "html",
    [
        "<p>Le 4 mai :</p><p>Redfall</p><p>On parle ensuite longuement de ce qui est nouveau ailleurs.</p><p>Silo</p>",
        "<p>Le 4 mai, une longue présentation a eu lieu devant la presse.</p><p>Redfall</p><p>Silo</p>",
        "<p>Le 4 mai :</p><p>Redfall</p><p>Le 1er juin :</p><p>Silo</p>",
    ],
)
def test_what_follows_no_lead_or_another_is_not_of_its_date(html: str) -> None:
    works = ["Redfall", "Redfall 2", "Silo"]

    assert ("Silo", "4 mai") not in _weighed("fr", works, "", f"<p>Redfall et Redfall.</p>{html}", {"4 mai"})


def _weighed(language: str, works: list[str], title: str, html: str, dates: set[str]) -> set[tuple[str, str]]:
    """Return which works are weighed with which of `dates`."""
    read = document("", title=title, html=html, lang=language)
    marked = mark(structured(read), WorkIndex([Work(work, WorkKind.SERIES) for work in works]))
    return {
        (one.reach.work.title, date)
        for one in candidates(survey(read, marked))
        for date in dates
        if one.date is not None and normalise(date) in one.place.sentence.stream[one.date].text
    }
