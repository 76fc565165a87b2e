"""`monitor serve` and `monitor run --serve` as a person starts them: real processes, asked over loopback."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Run

_STARTS_SECONDS = 60


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def started(*arguments: object, until: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a command, and yield it with what it said when it said `until`."""
    command = [sys.executable, "-m", "monitor", *map(str, arguments)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "USER": "robin"},
    ) as process:
        try:
            said = ""
            assert process.stdout is not None
            for line in process.stdout:
                said += line
                if re.search(until, said):
                    break
            else:
                pytest.fail(said)
            yield process, said
        finally:
            process.kill()


@contextmanager
def serving_daemon(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a daemon that serves its page, and yield it with the host and port of the page."""
    (folder / "sources.yaml").write_text("watch: [Harbour of Glass]\n", encoding="utf-8")
    bind = f"127.0.0.1:{free_port()}"
    where = ("--bind", bind, "--config", folder / "sources.yaml", "--db", folder / "monitor.db")
    with started("run", "--serve", *where, until=rf"{re.escape(bind)}/") as (process, _):
        yield process, bind


def _children(parent: int) -> list[int]:
    lists = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(child) for each in lists for child in each.read_text(encoding="ascii").split()]


def asked(address: str, host: str = "") -> tuple[int, str]:
    request = urllib.request.Request(address, headers={"Host": host} if host else {})  # noqa: S310 - our own page
    try:
        with urllib.request.urlopen(request, timeout=_STARTS_SECONDS) as response:  # noqa: S310 - as above
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_the_page_is_served_and_ends_at_a_signal(database: Path) -> None:
    with started("serve", "--bind", "127.0.0.1:0", "--db", database, until=r"http://\S+/") as (process, said):
        address = re.findall(r"http://127\.0\.0\.1:\d+/", said)[0]
        status, text = asked(f"{address}search?q=glass")
        assert status == 200
        assert "Harbour of Glass" in text
        assert asked(address, "evil.example")[0] == 421
        process.send_signal(signal.SIGTERM)
        assert process.wait(_STARTS_SECONDS) == 0


def test_no_extractor_and_no_network_client_is_loaded_to_serve() -> None:
    heavy = (
        "monitor.extract",
        "monitor.parse.parsers",
        "lxml",
        "monitor.fetch",
        "monitor.cycle",
        "httpx",
        "trafilatura",
        "ahocorasick_rs",
    )
    code = f"import sys, monitor.web, monitor.cli; print([name for name in {heavy!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("bind", ["0.0.0.0:8484", "[::]:8484", "192.0.2.1:80", "nonsense"])
@pytest.mark.parametrize("command", [("serve",), ("run", "--serve")])
def test_any_address_but_this_machines_own_is_refused(run: Run, bind: str, command: tuple[str, ...]) -> None:
    ran = run(*command, "--bind", bind)
    assert ran.code == 2
    assert "--bind" in ran.err


def test_a_port_that_is_taken_is_named(run: Run, database: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        ran = run("serve", "--bind", f"127.0.0.1:{server.getsockname()[1]}", "--db", database)
    assert ran.code == 2
    assert "another program listens there" in ran.err


def test_the_daemon_serves_the_page_in_a_process_of_its_own_that_ends_with_it(tmp_path: Path) -> None:
    with serving_daemon(tmp_path) as (process, bind):
        status, text = asked(f"http://{bind}/")
        assert status in {200, 503}
        assert "monitor" in text
        children = _children(process.pid)
        assert children
        process.send_signal(signal.SIGTERM)
        assert process.wait(_STARTS_SECONDS) == 0
        assert [child for child in children if Path(f"/proc/{child}").exists()] == []


def test_the_page_ends_when_its_daemon_is_killed(tmp_path: Path) -> None:
    with serving_daemon(tmp_path) as (process, bind):
        process.kill()
        process.wait(_STARTS_SECONDS)
        # Its end closes the pipe that it shares with the daemon.
        assert process.stdout is not None
        process.stdout.read()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(bind.rpartition(":")[2])), timeout=5).close()
