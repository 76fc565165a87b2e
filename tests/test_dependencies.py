"""Each runtime dependency has a record that says what would be lost without it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DEPENDENCIES = [re.match(r"[\w.-]+", each)[0] for each in PROJECT["dependencies"]]  # type: ignore[index] # each has a name
RECORDS = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]


def test_there_are_dependencies_and_records() -> None:
    assert DEPENDENCIES
    assert RECORDS


@pytest.mark.parametrize("name", DEPENDENCIES)
def test_a_record_says_what_would_be_lost_without_it(name: str) -> None:
    (said,) = [
        found[1] for record in RECORDS for found in re.finditer(rf"\*\*Without {name}:\*\* (.+)", record)
    ]
    assert len(said) > len(name)
