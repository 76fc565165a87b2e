"""Run a program of the user with the alert as JSON on its standard input; exit status 0 means that it was accepted.

No shell, no inherited environment, no inherited files; at the time limit the program is killed with all that it started.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Self

from monitor.errors import ConfigError, DeliveryError
from monitor.model import Channel, Message
from monitor.notify.attempt import time_limit
from monitor.notify.secrecy import redact

__all__ = ["Exec", "program_trouble"]

"""The default time limit of a program in seconds."""

_COMPLAINT = 4096
_PATH = "/usr/local/bin:/usr/bin:/bin"
_FOLDER = "/"


def program_trouble(channel: Channel) -> str:
    """Return why the program of an `exec` channel cannot be started on this machine, "" when it can; nothing is started."""
    name = str(channel.options["command"][0])
    path = _environment(channel)["PATH"]
    if shutil.which(str(Path(_FOLDER, name)) if "/" in name else name, path=path):
        return ""
    if "/" not in name:
        return f"there is no program {name} in {path}; name it by its path, or install it"
    file = Path(_FOLDER, name)
    return f"{file} is not an executable program" if file.exists() else f"there is no program {file}"


def _environment(channel: Channel) -> dict[str, str]:
    own = {name: channel.secrets[secret] for name, secret in channel.options.get("env", {}).items()}
    return {"PATH": _PATH, "LANG": "C.UTF-8", "HOME": _FOLDER, **own}


class Exec:
    """Serves channels of the kind `exec`. Raises ConfigError when no command is named."""

    def __init__(self, channel: Channel) -> None:
        self._where = f"channel {channel.name}"
        self._secrets = channel.secrets
        self._command = [str(word) for word in channel.options.get("command", [])]
        if not self._command or "\0" in "".join(self._command):
            raise ConfigError("exec names no program", where=self._where)
        self._timeout = time_limit(channel)
        self._environment = _environment(channel)

    async def send(self, message: Message) -> None:
        """Run the program. Raises DeliveryError when it cannot be started, fails, or exceeds its time limit."""
        environment = {**self._environment, "MONITOR_ALERT_ID": message.id}
        with tempfile.TemporaryFile() as alert, _Complaint() as complaint:
            alert.write(message.body)
            alert.seek(0)
            try:
                process = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=alert,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=complaint.into,
                    env=environment,
                    cwd=_FOLDER,
                    start_new_session=True,
                )
            except (OSError, ValueError) as error:
                reason = error.strerror if isinstance(error, OSError) else "its arguments cannot be passed"
                raise self._failure(f"{self._command[0]} cannot be started: {reason}") from None
            complaint.listen()
            try:
                async with asyncio.timeout(self._timeout):
                    await process.wait()
            except TimeoutError:
                await _end(process)
                raise self._failure(
                    f"{self._command[0]} did not end within {self._timeout:g} s and was stopped"
                ) from None
            except asyncio.CancelledError:
                await _end(process)
                raise
            said = complaint.last_line()
        if process.returncode:
            raise self._failure(f"{self._command[0]} {_outcome(process.returncode)}{said and ': '}{said}")

    async def aclose(self) -> None:
        """Do nothing: nothing is held open."""

    def _failure(self, reason: str) -> DeliveryError:
        return DeliveryError(redact(reason, self._secrets), where=self._where)


class _Complaint:
    """The end of a program's standard error, read continuously so that the program never blocks on it.

    The pipe is our own: with asyncio's, `wait` would last until every child that the program left behind has closed it.
    """

    def __enter__(self) -> Self:
        self._from, self.into = os.pipe()
        os.set_blocking(self._from, False)
        self._output = b""
        self._loop: asyncio.AbstractEventLoop | None = None
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is None:
            os.close(self.into)
        else:
            self._loop.remove_reader(self._from)
        os.close(self._from)

    def listen(self) -> None:
        """Close our copy of the writing end and read the other end."""
        os.close(self.into)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._from, self._read)

    def last_line(self) -> str:
        """Return the last line written so far."""
        self._read()
        lines = self._output.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""

    def _read(self) -> None:
        try:
            chunk = os.read(self._from, 65536)
        except BlockingIOError:
            return
        self._output = (self._output + chunk)[-_COMPLAINT:]
        if not chunk and self._loop is not None:
            self._loop.remove_reader(self._from)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill the program and its children, by its process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        await process.wait()


def _outcome(returncode: int) -> str:
    if returncode > 0:
        return f"failed with status {returncode}"
    try:
        return f"was ended by {signal.Signals(-returncode).name}"
    except ValueError:
        return f"was ended by signal {-returncode}"
