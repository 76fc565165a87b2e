"""Waits that end when the kernel reports the event: the end of a process, a change in a folder."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import select
import struct
from collections.abc import Callable
from pathlib import Path

__all__ = ["ended", "until", "until_ended"]

_MODIFY, _CLOSE_WRITE, _MOVED_TO, _CREATE = 0x2, 0x8, 0x80, 0x100
_EVENT = struct.Struct("iIII")
"""inotify(7): watch, mask, cookie, length of the name that follows."""


async def until(condition: Callable[[], object], folder: Path, *, seconds: float = 60.0) -> None:
    """Return when `condition` holds; it is asked at the start and after each change of a file in `folder`.

    Raise TimeoutError after `seconds`.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    mask = _MODIFY | _CLOSE_WRITE | _MOVED_TO | _CREATE
    if watch < 0 or libc.inotify_add_watch(watch, os.fsencode(folder), mask) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(folder))
    changed, loop = asyncio.Event(), asyncio.get_running_loop()

    def note() -> None:
        # A look at a database of SQLite opens its index of the log, which is not a change.
        if any(not name.endswith(b"-shm") for name in _names(os.read(watch, 2**16))):
            changed.set()

    loop.add_reader(watch, note)
    try:
        async with asyncio.timeout(seconds):
            while not condition():
                await changed.wait()
                changed.clear()
    finally:
        loop.remove_reader(watch)
        os.close(watch)


def _names(events: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(events):
        *_, length = _EVENT.unpack_from(events, at)
        at += _EVENT.size
        found.append(events[at : at + length].rstrip(b"\0"))
        at += length
    return found


async def ended(process: int, *, seconds: float = 20.0) -> None:
    """Return when `process`, of whatever parent, has ended; raise TimeoutError after `seconds`."""
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(process)
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(handle, over.set)
        try:
            async with asyncio.timeout(seconds):
                await over.wait()
        finally:
            loop.remove_reader(handle)
            os.close(handle)


def until_ended(process: int, *, seconds: float = 20.0) -> None:
    """Block until `process`, of whatever parent, has ended; raise TimeoutError after `seconds`."""
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(process)
        try:
            if not select.select([handle], [], [], seconds)[0]:
                raise TimeoutError(f"process {process} runs on")
        finally:
            os.close(handle)
