"""What every test gets: a network that ends at loopback; and a ledger of the first version for those that ask."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pytest_socket import socket_allow_hosts

LOOPBACK = ["127.0.0.0/8", "::1", "localhost"]

# How long an example takes tells of the machine and what else runs on it.
settings.register_profile("monitor", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("monitor")


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup() -> None:
    socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


@pytest.fixture
def first_version(tmp_path: Path) -> Path:
    """A ledger as version 0.1 left it (schema 1): first passes, edits, verdicts, changes, deliveries in every state."""
    path = tmp_path / "ledger.db"
    dump = Path(__file__).parent / "cases" / "ledger" / "version-1.sql"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))
    return path
