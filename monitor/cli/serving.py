"""The command serve, and the page beside the daemon: `run --serve` starts it as a child process."""

from __future__ import annotations

import asyncio
import getpass
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Final

import typer

from monitor import clock
from monitor.cli.logs import LogForm, LogFormat, log_to_stderr
from monitor.cli.opening import config_path, database_path
from monitor.cli.options import ConfigFile, Database
from monitor.cli.terminal import say

__all__ = ["BIND", "Bind", "page_beside", "serve"]

log = logging.getLogger(__name__)

BIND: Final = "127.0.0.1:8484"
"""Where the page listens when nothing else is said."""

_PARENT: Final = "MONITOR_SERVES_BESIDE"
"""The environment variable by which the daemon tells its child whose child it is."""
_LONGEST_WAIT: Final = 60.0
_STOP_SECONDS: Final = 5.0

Bind = Annotated[
    str,
    typer.Option(
        "--bind", metavar="HOST:PORT", help="Where the page listens: an address of this machine only."
    ),
]


def serve(
    bind: Bind = BIND,
    config: ConfigFile = None,
    db: Database = None,
    form: LogForm = LogFormat.TEXT,
) -> None:
    """Serve the page: what is believed, who said it, and what waits for your verdict, in a browser on this machine.

    It reads the ledger beside the daemon; SIGTERM and Ctrl-C end it.
    """
    from monitor.web import address, serve  # noqa: PLC0415 - only this command pays for it

    log_to_stderr(form=form)
    listens = address(bind)
    parent = os.environ.get(_PARENT, "")
    asyncio.run(
        serve(
            listens,
            database_path(db),
            config_path(config),
            clock=clock.now,
            actor=_actor(),
            on_start=lambda where: say(f"The page is at {where} (Ctrl-C ends it)."),
            parent=int(parent) if parent.isdecimal() else None,
        )
    )


@contextmanager
def page_beside(bind: str, config: Path, database: Path) -> Iterator[None]:
    """Serve the page in a child process while the block runs; one that ends is started again, ever later.

    Raises ConfigError, before anything starts, when `bind` is not an address that may be served.
    """
    from monitor.web import address  # noqa: PLC0415 - as above

    address(bind)
    command = [
        sys.executable,
        "-m",
        "monitor",
        "serve",
        "--bind",
        bind,
        "--config",
        str(config),
        "--db",
        str(database),
    ]
    stopping = threading.Event()
    running: list[subprocess.Popen[bytes]] = []
    keeper = threading.Thread(target=_keep, args=(command, stopping, running), name="page", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stopping.set()
        for child in running:
            with suppress(ProcessLookupError):
                child.terminate()
        keeper.join(_STOP_SECONDS)
        for child in running:
            if child.poll() is None:
                child.kill()
                child.wait()


def _keep(command: list[str], stopping: threading.Event, running: list[subprocess.Popen[bytes]]) -> None:
    wait = 1.0
    environment = {**os.environ, _PARENT: str(os.getpid())}
    while not stopping.is_set():
        try:
            child = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)  # noqa: S603 - our own program
        except OSError as error:
            log.warning("the page could not be started: %s", error)
        else:
            running[:] = [child]
            if stopping.is_set():  # set while the child was starting: nobody else ends it
                child.terminate()
            code = child.wait()
            if stopping.is_set():
                return
            log.warning("the page ended with code %d and is started again in %d s", code, wait)
        stopping.wait(wait)
        wait = min(wait * 2, _LONGEST_WAIT)


def _actor() -> str:
    """Return the name under which verdicts of the page are kept: the user's, as `$USER` or the system has it."""
    with suppress(OSError, KeyError):
        return os.environ.get("USER") or getpass.getuser()
    return ""
