"""What comes from outside is shown as text and does nothing else."""

from __future__ import annotations

import io
import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from monitor.cli.terminal import console, escaped, progress, say, visible, wrapped
from tests.cli.conftest import Screen


@pytest.mark.parametrize(
    ("outside", "shown"),
    [
        ("plain 지금 café 👩‍💻", "plain 지금 café 👩‍💻"),
        ("\x1b[2Jgone", "␛[2Jgone"),
        ("\x1b]8;;http://evil.example\x07link", "␛]8;;http://evil.example␇link"),
        ("\x9b31mred", "\ufffd31mred"),
        ("a\u202eb\u2066c", "abc"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("tag\U000e0041", "tag"),
        ("two\r\nlines\tand", "two lines and"),
        ("\ud800", "\ufffd"),
        ("\x7f", "\u2421"),
    ],
)
def test_controls_become_pictures_and_hidden_marks_go(outside: str, shown: str) -> None:
    assert visible(outside) == shown


def test_markup_of_rich_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    console().print("[link=http://evil.example]:smile:[/link] [bold red]x")
    assert capsys.readouterr().out == "[link=http://evil.example]:smile:[/link] [bold red]x\n"


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_left(outside: str) -> None:
    assert all(c.isprintable() or c in "\u200c\u200d" or ord(c) >= 0xA0 for c in visible(outside))
    assert "\x1b" not in visible(outside, lines=True)


@given(st.text())
def test_escaped_json_means_the_same(outside: str) -> None:
    told = escaped(json.dumps(outside, ensure_ascii=False))
    assert json.loads(told) == json.loads(json.dumps(outside))
    told.encode("utf-8")
    assert not any(0x7F <= ord(c) < 0xA0 or c in "\u202e\u2066\u200b" for c in told)


def test_a_bar_moves_on_a_terminal_and_nothing_is_told_to_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream in (Screen(), io.StringIO()):
        monkeypatch.setattr(sys, "stderr", stream)
        with progress("polling", 2) as advance:
            advance(2, now="news\x1b[2J.example [bold]")
        told = stream.getvalue()
        assert ("polling" in told, "100%" in told, "news␛[2J.example [bold]" in told) == (
            stream.isatty(),
        ) * 3


@pytest.mark.parametrize("wished", ["", "1"])
def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch, wished: str) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", wished)
    console().print("x", style="red")
    assert ("\x1b[31m" in screen.getvalue()) is not bool(wished)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("https://news.example/a/long/path", 16, ["https://", "news.example/a/", "long/path"]),
        ("출시일이 언제인지", 10, ["출시일이", "언제인지"]),
        ("출시일이언제", 7, ["출시일", "이언제"]),
        ("unbreakable", 4, ["unbr", "eaka", "ble"]),
        ("", 4, [""]),
    ],
)
def test_text_is_wrapped_between_words_and_else_at_joints(text: str, width: int, lines: list[str]) -> None:
    assert wrapped(text, width) == lines


@given(
    st.text(alphabet=st.sampled_from("ab /-.한é\u0301👩"), max_size=80), st.integers(2, 20), st.integers(0, 8)
)
def test_wrapping_keeps_every_letter_and_the_width(text: str, width: int, hang: int) -> None:
    first, *rest = wrapped(text, width, hang=hang)
    assert "".join("".join([first, *rest]).split()) == "".join(text.split())
    assert cell_len(first) <= width
    assert all(cell_len(line) <= max(width - hang, 2) for line in rest)


def test_what_is_said_to_a_terminal_hangs_and_to_a_pipe_stays_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "32")
    say("  watch     Harbour of Glass, All of Us Are Dead", hang=10)
    assert capsys.readouterr().out == "  watch     Harbour of Glass, All of Us Are Dead\n"
    monkeypatch.setattr(sys, "stdout", there := Screen())
    say("  watch     Harbour of Glass, All of Us Are Dead", hang=10)
    assert there.getvalue().splitlines() == [
        "  watch     Harbour of Glass,",
        "            All of Us Are Dead",
    ]


@pytest.mark.parametrize("columns", ["", "0", "wide", "²"])
def test_a_width_that_is_none_is_not_heeded(monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(sys, "stdout", there := Screen())
    say("word " * 100)
    assert max(map(len, there.getvalue().splitlines())) == 79
