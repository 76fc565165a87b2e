"""What the documentation does not name does not exist for a reader."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from pydantic import BaseModel

from monitor.cli.app import app
from monitor.config import load
from monitor.config.entries import CHANNELS, RuleEntry, SourceEntry, SourcesFile, WorkEntry, keys_of
from tests.cli.test_main import all_commands

DOCS = Path(__file__).parents[2] / "docs"


def options_of(command: tuple[str, ...]) -> set[str]:
    found = typer.main.get_command(app)
    for name in command:
        found = found.commands[name]  # type: ignore[attr-defined]
    return {option for parameter in found.params for option in parameter.opts if option.startswith("--")}


@pytest.mark.parametrize("command", all_commands(), ids=" ".join)
def test_every_command_and_option_is_documented(command: tuple[str, ...]) -> None:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    if command not in {("notify",), ("rules",)}:
        assert re.search(rf"`monitor {' '.join(command)}\b", text)
    assert {option for option in options_of(command) if f"`{option}" not in text} == set()


@pytest.mark.parametrize(
    "model",
    [SourcesFile, WorkEntry, SourceEntry, RuleEntry, *CHANNELS.values()],
    ids=lambda model: model.__name__,
)
def test_every_key_of_the_configuration_is_documented(model: type[BaseModel]) -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    sections = ("## `watch`", "## `sources`", "## `channels`")
    undocumented = {
        key
        for key in keys_of(model)
        if f"\n| `{key}` |" not in text and not any(s == f"## `{key}`" for s in sections)
    }
    assert undocumented == set()


def test_every_example_of_the_configuration_is_right(tmp_path: Path) -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert len(examples) == 3
    for example in examples:
        path = tmp_path / "sources.yaml"
        path.write_text(
            example if example.startswith("watch") else f"watch: [A]\n{example}", encoding="utf-8"
        )
        assert load(path, {"WEBHOOK_SECRET": "x", "SMTP_PASSWORD": "y"}).watch


def test_the_rows_that_are_documented_are_the_ones_that_come(
    replayed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import json

    from monitor.cli import main

    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    for listing in ("claims", "changes"):
        (fields,) = re.findall(rf"\| `{listing}`(?:, `timeline`)? \| (.*) \|", text)
        capsys.readouterr()
        main([listing, "--db", str(replayed), "--format", "json", "--limit", "1"])
        (row,) = json.loads(capsys.readouterr().out)
        assert re.findall(r"`(\w+)`", fields) == list(row)
