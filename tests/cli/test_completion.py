"""A shell completes what the configuration and the ledger know, and never hears of what is wrong with them."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.cli import main
from tests.cli.archives import WATCH, WORK
from tests.cli.test_main import environment

CONFIG = (
    f"{WATCH}  - title: 'Hollow Knight: Silksong'\n    aliases: [Silksong]\n"
    "sources:\n  - feed: https://news.example/feed.xml\n  - feed: https://other.example/rss\n    name: 우리 소식\n"
    "channels:\n  - console\n  - file: alerts.jsonl\n"
)


@pytest.fixture
def configured(tmp_path: Path) -> Path:
    (tmp_path / "sources.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


def completed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *line: str
) -> tuple[list[str], str]:
    """Return what is offered for the last word of a line, as a shell that quotes for itself asks, and what went to stderr."""
    capsys.readouterr()
    monkeypatch.setenv("_MONITOR_COMPLETE", "complete_zsh")
    monkeypatch.setenv(
        "_TYPER_COMPLETE_ARGS",
        f"monitor {shlex.join(line)}" if line[-1] else f"monitor {shlex.join(line[:-1])} ",
    )
    with pytest.raises(SystemExit):
        main([])
    out, err = capsys.readouterr()
    found = out.partition("'*: :((")[2].partition("))'")[0]
    return [
        words.partition('":"')[0].strip('"').replace("\\\\:", ":") for words in found.split("\n") if words
    ], err


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("timeline har", [WORK]),
        ("timeline sil", ["Silksong"]),
        ("timeline knight", ["Hollow Knight: Silksong"]),
        ("timeline 유", ["유리 항구"]),
        ("claims --title h", [WORK, "HoG", "Hollow Knight: Silksong"]),
        ("changes --title Hollow", ["Hollow Knight: Silksong"]),
        ("export claims --title hog", ["HoG"]),
        ("rules explain --title hog", ["HoG"]),
        ("claims --source news", ["news.example/feed.xml"]),
        ("poll 우리", ["우리 소식"]),
        ("deliveries --channel c", ["console"]),
        ("notify test alert", ["alerts.jsonl"]),
        ("timeline nothing-like-it", []),
    ],
)  # fmt: skip
def test_titles_sources_and_channels_are_offered(
    configured: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str, offered: list[str]
) -> None:  # fmt: skip
    monkeypatch.chdir(configured)
    assert completed(monkeypatch, capsys, *shlex.split(line)) == (offered, "")


def test_what_is_wrong_elsewhere_hides_no_name(
    configured: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with (configured / "sources.yaml").open("a", encoding="utf-8") as file:
        file.write("  - webhook: https://a.example/${NOT_SET_HERE}\n")
    assert completed(monkeypatch, capsys, "timeline", "sil") == (["Silksong"], "")
    assert completed(monkeypatch, capsys, "poll", "news") == (["news.example/feed.xml"], "")


def test_without_a_configuration_the_ledger_is_asked(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert completed(monkeypatch, capsys, "claims", "--db", str(database), "--title", "har") == ([WORK], "")
    assert completed(monkeypatch, capsys, "claims", "--db", str(database), "--source", "leak") == (
        ["leak.example"],
        "",
    )
    monkeypatch.setenv("MONITOR_DB", str(database))
    assert completed(monkeypatch, capsys, "deliveries", "--channel", "re") == (["replay"], "")


@pytest.mark.parametrize("text", ["watch:\n  - titel: X\n", "{{{", "", "\0\xff"])
def test_what_is_wrong_is_no_matter_to_a_shell(
    tmp_path: Path,
    database: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: str,
) -> None:
    (tmp_path / "sources.yaml").write_text(text, encoding="latin-1")
    assert completed(monkeypatch, capsys, "timeline", "h") == ([], "")
    (tmp_path / "broken.db").write_text("no database" * 99)
    assert completed(monkeypatch, capsys, "timeline", "--db", "broken.db", "h") == ([], "")
    assert completed(monkeypatch, capsys, "timeline", "--db", str(database), "har") == ([WORK], "")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("timeline", "hol"), r"Hollow\ Knight\:\ Silksong"),
        (("timeline", r"Hollow\ Kn"), r"Hollow\ Knight\:\ Silksong"),
        (("timeline", '"Hol'), "Hollow Knight: Silksong"),
        (("claims", "--source", "우"), r"우리\ 소식"),
    ],
)
def test_bash_takes_what_is_offered_as_one_word(
    configured: Path, words: tuple[str, ...], offered: str
) -> None:
    bash = shutil.which("bash")
    assert bash
    program = configured / "bin" / "monitor"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m monitor "$@"\n')
    program.chmod(0o700)
    typed = ("monitor", *words)
    script = (
        f'eval "$(_MONITOR_COMPLETE=source_bash monitor)"\nCOMP_WORDS=({" ".join(map(shlex.quote, typed))})\n'
        f'COMP_CWORD={len(typed) - 1}\n_monitor_completion monitor\nprintf "%s\\n" "${{COMPREPLY[@]}}"\n'
    )
    ran = subprocess.run(
        [bash, "--norc", "-c", script],
        env=environment(configured, PATH=f"{program.parent}:{os.environ['PATH']}", LANG="C.UTF-8"),
        cwd=configured, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (ran.stdout, ran.stderr) == (f"{offered}\n", "")
