"""Where the database is: the option, the variable, the user's data folder, in this order."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.cli.opening import database_path
from tests.cli.conftest import Run


def test_the_database_is_looked_for_where_the_documentation_says(own_folders: Path) -> None:
    assert database_path(Path("given.db"), {"MONITOR_DB": "named.db"}) == Path("given.db")
    assert database_path(None, {"MONITOR_DB": "named.db"}) == Path("named.db")
    assert database_path(None, {}) == own_folders / "home" / "monitor" / "monitor.db"


def test_the_variable_names_the_database_of_every_command(
    run: Run, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_DB", str(database))
    assert (
        run("claims", "--format", "json").rows
        == run("claims", "--db", database, "--format", "json").rows
        != []
    )
