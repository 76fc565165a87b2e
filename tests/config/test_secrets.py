"""Secrets come from the environment or a file, and no error tells one."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config.secrets import expand

ENVIRON = {"A": "alpha", "B": "${A}", "EMPTY": "", "LINES": "hunter2\nx", "_x1": "odd"}


@pytest.mark.parametrize(
    ("text", "filled", "referred"),
    [
        ("plain", "plain", False),
        ("${A}", "alpha", True),
        ("x-${A}-${_x1}", "x-alpha-odd", True),
        ("${B}", "${A}", True),
        ("$A", "$A", False),
        ("${file:key}", "from a file", True),
    ],
)
def test_references_are_filled_in_once(tmp_path: Path, text: str, filled: str, referred: bool) -> None:
    (tmp_path / "key").write_text("from a file\r\n")
    expanded = expand(text, ENVIRON, tmp_path)
    assert (expanded.text, expanded.referred) == (filled, referred)
    assert filled not in repr(expanded)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("${NOPE}", "the environment variable NOPE is not set"),
        ("${EMPTY}", "is empty"),
        ("${LINES}", "holds a line break or control character"),
        ("${a b}", "names no variable"),
        ("${}", "names no variable"),
        ("${A", "is not closed"),
        ("${file:nope}", "the secret's file nope is not there"),
        ("${file:.}", "is not there"),
        ("${file:huge}", "is larger than 64 KiB"),
        ("${file:latin}", "is not UTF-8"),
        ("${file:~no-such-user-here/x}", "cannot be read"),
    ],
)
def test_what_cannot_be_filled_in_is_named_without_a_value(tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "huge").write_bytes(b"x" * 70_000)
    (tmp_path / "latin").write_bytes(b"hunter2\xff")
    with pytest.raises(ValueError, match=what) as caught:
        expand(text, ENVIRON, tmp_path)
    assert "hunter2" not in str(caught.value)


def test_a_value_inside_an_address_is_encoded_but_a_whole_address_is_not(tmp_path: Path) -> None:
    def encode(value: str) -> str:
        return value.replace("@", "%40")

    environ = {"WORD": "p@ss", "URL": "smtps://u:p%40ss@h"}
    assert expand("smtps://u:${WORD}@h", environ, tmp_path, encode=encode).text == "smtps://u:p%40ss@h"
    assert expand("${URL}", environ, tmp_path, encode=encode).text == "smtps://u:p%40ss@h"
