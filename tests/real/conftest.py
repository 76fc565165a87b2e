"""Tests against servers that we did not write: `make real` runs them, and says of each why it is skipped where a package is missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

HOME = Path(os.environ.get("MONITOR_REAL_HOME", Path(__file__).parents[2] / ".real"))
"""Where `make real-setup` puts the servers."""
WANTED = os.environ.get("MONITOR_REAL", "")

# Without `make real` they are no part of the tests at all.
collect_ignore_glob = [] if WANTED else ["test_*.py"]


def needed(*paths: Path) -> None:
    """Skip, or fail where MONITOR_REAL=required, unless each of `paths` is there."""
    missing = [str(path) for path in paths if not path.exists()]
    if not missing:
        return
    reason = f"{', '.join(missing)} is not there; `make real-setup` installs it"
    if WANTED == "required":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
