"""The files of tests/cases, read with the parser of libyaml where it is there: it takes a tenth of the time of the one in Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

CASES = Path(__file__).parent / "cases"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """Return what a file of cases holds; raise `yaml.YAMLError` where it is not YAML."""
    return yaml.load(path.read_bytes(), _LOADER)  # noqa: S506 - a SafeLoader
