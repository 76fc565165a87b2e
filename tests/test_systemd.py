from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from monitor import systemd


def test_the_supervisor_hears_the_word(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(str(tmp_path / "notify"))
        supervisor.settimeout(2)
        assert systemd.notify("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "notify")})
        assert supervisor.recv(64) == b"READY=1"


@pytest.mark.parametrize("address", [None, "", "relative", "/nowhere/to/be/found"])
def test_without_a_supervisor_nothing_happens(address: str | None) -> None:
    assert not systemd.notify("READY=1", {} if address is None else {"NOTIFY_SOCKET": address})


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "nonsense"}, None),
        ({"WATCHDOG_USEC": "60000000"}, 30.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": str(os.getpid())}, 30.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"}, None),
    ],
)
def test_the_watchdog_is_fed_twice_in_its_time(environ: dict[str, str], seconds: float | None) -> None:
    assert systemd.watchdog_seconds(environ) == seconds
