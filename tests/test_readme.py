from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli.advice import languages_read
from monitor.cli.app import app
from monitor.config import load

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
COMMANDS = [
    shlex.split(line, comments=True)
    for kind, text in BLOCKS
    if kind == "sh"
    for line in text.splitlines()
    if line
]
TARGETS = set(
    re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
)


def test_the_first_block_is_the_two_commands_that_do_all_the_set_up() -> None:
    assert COMMANDS[:2] == [["make", "run"], ["make", "test"]]


@pytest.mark.parametrize("command", [c for c in COMMANDS if c[0] == "make"], ids=" ".join)
def test_a_make_command_has_its_target(command: list[str]) -> None:
    assert set(command[1:]) <= TARGETS


@pytest.mark.parametrize("command", [c for c in COMMANDS if c[0] == "monitor"], ids=" ".join)
def test_a_monitor_command_is_understood(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("watch: [All of Us Are Dead]\n", encoding="utf-8")
    where = ["--config", str(tmp_path / "sources.yaml"), "--db", str(tmp_path / "monitor.db")]
    # The page answers until it is stopped: tests/cli/test_serving.py starts it.
    rest = ["--help"] if command[1] == "serve" else where
    result = CliRunner().invoke(app, [*command[1:], *rest])
    told = result.output + str(result.exception or "")
    assert result.exit_code == 0 or "Usage" not in told
    assert "No such" not in told


def test_every_command_is_a_kind_that_a_test_knows() -> None:
    assert {command[0] for command in COMMANDS} <= {"make", "monitor"}


def test_the_example_configuration_works(tmp_path: Path) -> None:
    (example,) = [text for kind, text in BLOCKS if kind == "yaml"]
    (tmp_path / "sources.yaml").write_text(example, encoding="utf-8")
    config = load(tmp_path / "sources.yaml", {"WEBHOOK_SECRET": "whsec_" + "a" * 32})
    assert [len(part) for part in (config.watch, config.sources, config.channels)] == [1, 2, 2]


def test_the_languages_are_those_that_claims_are_read_in() -> None:
    (told,) = re.findall(r"Claims are read in ([^;]+);", README)
    assert re.split(r",\s+|\s+and\s+", told) == languages_read()
