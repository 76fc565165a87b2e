"""Own a database: one process at a time, under any name by which it opens the file.

The lock beside the file uses its resolved name (symbolic links); on Linux a second one, on the file itself, uses the inode (hard
links). SQLite keeps the log beside the name that a file was opened by: two names of one file have two logs, and writing through
both corrupts it (https://www.sqlite.org/howtocorrupt.html, 2.5), so a second name is refused while the file is owned.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from monitor.errors import LedgerError, LockedError

__all__ = ["alive", "in_use", "is_alive", "is_owned", "owned", "resolved"]

# Elsewhere a lock on the whole file would conflict with SQLite's own locks, which are of another kind only on Linux.
_BY_INODE = sys.platform == "linux"
# A lock in the file of holders: `struct flock` of a 64-bit Linux.
_FLOCK = "hhqqi0q"
_PLACE_BITS = 62
_TRIALS = 5
_TRIAL_SECONDS = 0.02


@dataclass
class _File:
    """A database that connections of this process use.

    POSIX drops every lock that a process has on a file, SQLite's among them, when it closes any descriptor of it: ours stay open until no
    connection is left.
    """

    users: int = 0
    descriptors: list[int] = field(default_factory=list)


_files: dict[tuple[int, int], _File] = {}


def resolved(path: Path) -> Path:
    """Return `path` without symbolic links. Raises LedgerError for a circular link."""
    try:
        return path.resolve()
    except RuntimeError:
        raise LedgerError(
            "its symbolic links go in a circle; name another file with --db", where=str(path)
        ) from None


@contextmanager
def in_use(path: Path) -> Iterator[None]:
    """Hold the descriptors that keep the locks of the block's connection to the existing file `path`. Raises LockedError.

    LockedError is raised where `path` has several names (hard links) and a monitor runs on it under another one.
    """
    status = path.stat()
    key = status.st_dev, status.st_ino
    file = _files.setdefault(key, _File())
    file.users += 1
    try:
        if _BY_INODE and status.st_nlink > 1 and _is_owned_by_another_name(path, file):
            raise LockedError(
                "another monitor runs on it under another name (the file has hard links); use that name",
                where=str(path),
            )
        yield
    finally:
        file.users -= 1
        if not file.users:
            del _files[key]
            for descriptor in file.descriptors:
                os.close(descriptor)


@contextmanager
def owned(path: Path) -> Iterator[None]:
    """Hold the locks that mark this process as the owner of `path`, which is in use; the system releases them when it ends.

    Raises LockedError when another process holds them.
    """
    with path.with_name(f"{path.name}-owner").open("a") as beside:
        locks = [beside.fileno()]
        if _BY_INODE:
            locks.append(_descriptor(path, _file(path)))
        held: list[int] = []
        try:
            for lock in locks:
                if not _locked_soon(lock):
                    raise LockedError(
                        "another monitor runs on it; stop that one first, or name another database with --db",
                        where=str(path),
                    )
                held.append(lock)
            yield
        finally:
            for lock in held:
                fcntl.flock(lock, fcntl.LOCK_UN)


def is_owned(path: Path) -> bool:
    """Return whether another process owns the database at `path`."""
    with suppress(OSError), path.with_name(f"{path.name}-owner").open("rb") as beside:
        return not _locked(beside.fileno(), fcntl.LOCK_SH)
    return False


@contextmanager
def alive(path: Path) -> Iterator[str]:
    """Hold the lock that shows that the holder of leases under the yielded name is alive.

    It is a byte of the file beside the database, at a random place, which is the name; the system releases it when the process ends.
    """
    place = secrets.randbits(_PLACE_BITS)
    with path.with_name(f"{path.name}-owner").open("a") as beside:
        _of_description(beside.fileno(), "F_OFD_SETLK", place)
        yield str(place)


def is_alive(path: Path, name: str) -> bool:
    """Return whether the holder `name` of leases of the database may be alive; where locks of this kind are unknown, all may be."""
    if not name.isdecimal():
        return True
    with suppress(OSError), path.with_name(f"{path.name}-owner").open("a") as beside:
        return _of_description(beside.fileno(), "F_OFD_GETLK", int(name)) != fcntl.F_UNLCK
    return True


def _of_description(descriptor: int, command: str, place: int) -> int:
    """Lock one byte of a file, or ask who has, by a lock of the open file description (fcntl(2)); return the kind of lock found.

    Unlike other locks of POSIX it does not end when another descriptor of the same file is closed.
    """
    if not hasattr(fcntl, command):
        return fcntl.F_WRLCK
    asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, place, 1, 0)
    found: bytes = fcntl.fcntl(descriptor, getattr(fcntl, command), asked)
    return int(struct.unpack(_FLOCK, found)[0])


def _locked_soon(descriptor: int) -> bool:
    """Lock a file exclusively, with retries: a process that only tests the lock holds it for a moment."""
    for _ in range(_TRIALS):
        if _locked(descriptor, fcntl.LOCK_EX):
            return True
        time.sleep(_TRIAL_SECONDS)
    return False


def _file(path: Path) -> _File:
    status = path.stat()
    return _files[status.st_dev, status.st_ino]


def _descriptor(path: Path, file: _File) -> int:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    file.descriptors.append(descriptor)
    return descriptor


def _locked(descriptor: int, how: int) -> bool:
    """Lock a file if nobody else has; on a file system without such locks every process succeeds."""
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _is_owned_by_another_name(path: Path, file: _File) -> bool:
    descriptor = _descriptor(path, file)
    if _locked(descriptor, fcntl.LOCK_SH):
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        return False
    return not is_owned(path)
