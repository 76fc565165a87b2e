"""A ledger that a replay filled, and its read model."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from monitor.config import Config, load
from monitor.review import Review
from tests.builders import NOW
from tests.cli.archives import WATCH, lines, write


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the ledger of the story and its works.yaml; whoever writes to it copies it first."""
    from monitor.cli import main

    folder = tmp_path_factory.mktemp("story")
    (folder / "works.yaml").write_text(WATCH, encoding="utf-8")
    archive = write(folder / "archive.jsonl", lines())
    assert (
        main(
            [
                "replay",
                str(archive),
                "--config",
                str(folder / "works.yaml"),
                "--db",
                str(folder / "monitor.db"),
            ]
        )
        == 0
    )
    return folder


@pytest.fixture
def config(story: Path) -> Config:
    return load(story / "works.yaml", {})


@pytest.fixture
def path(story: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(story / "monitor.db", tmp_path / "story.db"))


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return lambda: NOW


@pytest.fixture
def review(path: Path, config: Config, clock: Callable[[], datetime]) -> Iterator[Review]:
    one = Review(path, config, clock=clock)
    yield one
    one.close()
