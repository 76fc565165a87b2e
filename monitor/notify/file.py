"""Append alerts to a file, one JSON line each, synced to the disk before they count as delivered.

A line is the alert with the delivery's id as `id`, by which a reader drops duplicates. Several processes may append to one file.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path

from monitor.errors import ConfigError, DeliveryError
from monitor.model import Channel, Message
from monitor.notify.message import alert_body
from monitor.notify.threads import in_thread

__all__ = ["File"]


class File:
    """Serves channels of the kind `file`. Raises ConfigError when no path is named."""

    def __init__(self, channel: Channel) -> None:
        self._where = f"channel {channel.name}"
        if not channel.target:
            raise ConfigError("the file has no path", where=self._where)
        self._path = Path(channel.target).expanduser()

    async def send(self, message: Message) -> None:
        """Append the alerts. Raises DeliveryError when they cannot be synced to the disk; then none of them is in the file."""
        lines = b"".join(alert_body({"id": message.id, **alert}) + b"\n" for alert in message.alerts)
        await in_thread(lambda: self._append(lines), name=self._where)

    async def aclose(self) -> None:
        """Do nothing: the file is not kept open, so that it can be rotated."""

    def _append(self, lines: bytes) -> None:
        try:
            is_new = not self._path.exists()
            descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                _append(descriptor, lines)
            finally:
                os.close(descriptor)
            if is_new:
                _sync_folder(self._path.parent)
        except OSError as error:
            raise DeliveryError(
                f"{self._path} cannot be written: {error.strerror or error}", where=self._where
            ) from None


def _append(descriptor: int, lines: bytes) -> None:
    end = os.fstat(descriptor).st_size
    # A crash may have truncated the last line: the next one starts on a line of its own.
    if end and os.pread(descriptor, 1, end - 1) != b"\n":
        lines = b"\n" + lines
    try:
        written = 0
        while written < len(lines):
            written += os.write(descriptor, lines[written:])
        os.fsync(descriptor)
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, end)
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
