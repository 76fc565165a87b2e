"""A ledger that a real replay filled, and a way to run commands as a person does."""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import main
from tests.cli.archives import WATCH, lines, write


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test touches the files of the person who runs it."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("MONITOR_CONFIG", "MONITOR_DB", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        return Ran(code, *capsys.readouterr())

    return run


class Screen(io.StringIO):
    """A terminal that remembers what it was told."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run a command on a terminal of some width that shows no colours; what it says in error comes with the rest."""

    def run(width: int, *arguments: object) -> Ran:
        told = Screen()
        with monkeypatch.context() as there:
            there.setenv("COLUMNS", str(width))
            there.setenv("TERM", "dumb")
            there.setattr(sys, "stdout", told)
            there.setattr(sys, "stderr", told)
            code = main([str(argument) for argument in arguments])
        return Ran(code, told.getvalue(), "")

    return run


@pytest.fixture(scope="session")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger of the story; whoever writes to it copies it first."""
    folder = tmp_path_factory.mktemp("replayed")
    (folder / "works.yaml").write_text(WATCH, encoding="utf-8")
    archive = write(folder / "archive.jsonl", lines())
    database = folder / "monitor.db"
    assert main(["replay", str(archive), "--config", str(folder / "works.yaml"), "--db", str(database)]) == 0
    return database


@pytest.fixture
def database(replayed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(replayed, tmp_path / "story.db"))
