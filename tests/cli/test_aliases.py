"""What names a work lacks in the languages that are read, and which of them stand in the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.ledger import Ledger
from tests.builders import NOW, document
from tests.cli.conftest import Run

CONFIG = """\
watch:
  - title: The Glory
    kind: series
    aliases: [Glory of Spring]
  - title: The Knockout
    kind: series
  - title: Dune
    aliases: ["듄", "デューン"]
sources:
  - feed: https://a.example/ko
    lang: ko
  - feed: https://a.example/ja
    lang: ja
  - feed: https://a.example/en
    lang: en
channels: [console]
"""


@pytest.fixture(autouse=True)
def config(tmp_path: Path) -> Path:
    path = tmp_path / "sources.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def _read(path: Path, *texts: tuple[str, str]) -> Path:
    with Ledger.open(path / "monitor.db") as ledger:
        for number, (lang, text) in enumerate(texts):
            read = document(text, title="News", lang=lang, id=f"n{number}", url=f"https://a.example/{number}")
            ledger.record_document(read, NOW, [])
    return path / "monitor.db"


def test_each_language_of_the_sources_in_which_a_work_has_no_name_is_told_with_what_to_do(run: Run) -> None:
    ran = run("check")
    notes = [" ".join(note.split()) for note in ran.out.split("note: ") if "no name of" in note]

    assert ran.code == 0
    assert [note.split("; ")[0] for note in notes] == [
        f"sources.yaml:{line}:12: no name of `{title}` is in the script of {language}, a language of your sources"
        for line, title in ((2, "The Glory"), (5, "The Knockout"))
        for language in ("Japanese", "Korean")
    ]
    assert "add the name that Korean texts use to its `aliases`" in notes[1]


@pytest.mark.parametrize(
    ("lang", "text", "work", "language", "name"),
    [
        ("ko", "넷플릭스 The Glory(더 글로리)가 돌아온다.", "The Glory", "ko", "더 글로리"),
        ("ko", "‘더 글로리’(The Glory)가 돌아온다.", "The Glory", "ko", "더 글로리"),
        ("zh", "《狂飙》（The Knockout）定档。", "The Knockout", "zh", "狂飙"),
        ("zh-Hant", "影集《The Knockout》《狂飆》定檔。", "The Knockout", "zh", "狂飆"),
        ("ja", "『The Knockout』「ノックアウト」が配信。", "The Knockout", "ja", "ノックアウト"),
        ("en", "Korea's The Glory (더 글로리) returns.", "The Glory", "ko", "더 글로리"),
        ("en", "Japan's The Knockout (ザ・ノックアウト) returns.", "The Knockout", "ja", "ザ・ノックアウト"),
    ],
)  # fmt: skip
def test_a_name_that_stands_beside_the_work_is_proposed_with_where_it_was_seen(
    run: Run, tmp_path: Path, lang: str, text: str, work: str, language: str, name: str
) -> None:
    db = _read(tmp_path, (lang, text))
    (row,) = [row for row in run("check", "--db", db, "--format", "json").rows if row["alias"]]

    assert (row["work"], row["language"], row["alias"]) == (work, language, name)
    assert row["seen"] == "https://a.example/0"
    assert f'"{name}"]' in run("check", "--db", db).out.replace("\n      ", " ")


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("ko", "The Glory(넷플릭스)가 돌아온다."),
        ("ko", "The Glory(감독: 김, 이)가 돌아온다."),
        ("ko", "The Glory(2024)가 돌아온다."),
        ("ko", "The Glory, 그리고 '무빙'이 돌아온다."),
        ("ko", "The Glory(Netflix)가 돌아온다."),
        ("en", "The Knockout (狂飙) returns."),
        ("ko", f"The Glory({'가' * 60})"),
    ],
)
def test_what_is_no_name_or_of_no_certain_language_is_not_proposed(
    run: Run, tmp_path: Path, lang: str, text: str
) -> None:
    rows = run("check", "--db", _read(tmp_path, (lang, text)), "--format", "json").rows

    assert [row["alias"] for row in rows if row["alias"]] == []


def test_the_most_frequent_name_is_proposed_and_the_list_is_bounded(
    run: Run, config: Path, tmp_path: Path
) -> None:
    works = "".join(f"  - title: Quiet Harbour {number}\n" for number in range(12))
    config.write_text(CONFIG.replace("sources:", works + "sources:"), encoding="utf-8")
    db = _read(
        tmp_path,
        ("ko", "The Glory(드 글로리) 소식"),
        ("ko", "The Glory(더 글로리) 소식"),
        ("ko", "오늘 The Glory(더 글로리)"),
    )
    out = " ".join(run("check", "--db", db).out.split())

    assert out.count("no name of") == 10
    assert out.index('"더 글로리"]` finds it') < out.index("add the name that")
    assert "and 18 more names that works lack" in out
    assert sum(row["work"] is not None for row in run("check", "--db", db, "--format", "json").rows) == 28


def test_a_ledger_that_cannot_be_read_is_told_and_stops_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "monitor.db").write_bytes(b"no database" * 500)
    ran = run("check", "--db", tmp_path / "monitor.db")

    assert ran.code == 0
    assert "are looked for without the ledger" in " ".join(ran.out.split())


def test_a_title_of_two_names_gets_both_as_aliases(run: Run, config: Path) -> None:
    config.write_text(CONFIG.replace("title: The Knockout", "title: Ao Ashi (アオアシ)"), encoding="utf-8")

    assert "`aliases: [Ao Ashi, アオアシ]` finds them" in " ".join(run("check").out.split())
