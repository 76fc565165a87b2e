"""Convert the errors of SQLite and the file system to LedgerErrors that name the file and say what to do.

A wrong statement, a broken constraint and a use from another thread are bugs and are not converted.
"""

from __future__ import annotations

import errno
import functools
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ParamSpec, TypeVar

from monitor.errors import (
    DamagedError,
    DiskFullError,
    LedgerError,
    LockedError,
    NotFoundError,
    ReadOnlyError,
    SlowError,
)
from monitor.ledger.sqlite.schema import APPLICATION_ID, TABLES

__all__ = ["damaged", "ledger_errors", "legible"]

P = ParamSpec("P")
T = TypeVar("T")

_FULL = "there is no room left on the disk (or under its quota); make room, nothing half-written was kept"
_LOCKED = "another process is writing to it and did not finish in time; try again when it is done"
_READ_ONLY = "it cannot be written here; check the owner and mode of the file and its folder, or name another with --db"
_UNOPENED = "it cannot be opened; check that its folder exists and that the file and its folder may be read and written"
_DAMAGED = "the file is damaged or no SQLite database"
# What SQLite reports of a file whose schema or text is corrupt, with the code of a wrong statement.
_ILLEGIBLE = re.compile(
    rf"could not decode to utf-8|malformed|no such table: (?:{'|'.join(TABLES)})$", re.IGNORECASE
)
_SLOW = "the query took too long and was given up; ask for less, or try again when less is going on"
_HEADER_BYTES = 100  # https://www.sqlite.org/fileformat.html, 1.3
_MAGIC = b"SQLite format 3\0"
_BACKUP_FOLDERS = ("backups", "backup")
_MOST_FILES = 2000
_UNREADABLE = "the disk gave an error while it was read or written"

# Primary result codes, https://www.sqlite.org/rescode.html
_BY_CODE: dict[int, tuple[type[LedgerError], str]] = {
    sqlite3.SQLITE_BUSY: (LockedError, _LOCKED),
    sqlite3.SQLITE_LOCKED: (LockedError, _LOCKED),
    sqlite3.SQLITE_READONLY: (ReadOnlyError, _READ_ONLY),
    sqlite3.SQLITE_PERM: (ReadOnlyError, _READ_ONLY),
    sqlite3.SQLITE_CANTOPEN: (ReadOnlyError, _UNOPENED),
    sqlite3.SQLITE_FULL: (DiskFullError, _FULL),
    sqlite3.SQLITE_IOERR: (LedgerError, _UNREADABLE),
    sqlite3.SQLITE_CORRUPT: (DamagedError, _DAMAGED),
    sqlite3.SQLITE_NOTADB: (DamagedError, _DAMAGED),
    sqlite3.SQLITE_MISMATCH: (DamagedError, _DAMAGED),
    sqlite3.SQLITE_PROTOCOL: (LockedError, _LOCKED),
    sqlite3.SQLITE_INTERRUPT: (SlowError, _SLOW),
}
# Extended codes: only ENOSPC is SQLITE_FULL, other limits (file size, quota) surface as these.
_BY_EXTENDED_CODE: dict[int, tuple[type[LedgerError], str]] = {
    sqlite3.SQLITE_IOERR_WRITE: (DiskFullError, _FULL),
    sqlite3.SQLITE_IOERR_SHMSIZE: (DiskFullError, _FULL),
}
_BY_ERRNO: dict[int, tuple[type[LedgerError], str]] = {
    errno.ENOSPC: (DiskFullError, _FULL),
    errno.EDQUOT: (DiskFullError, _FULL),
    errno.EFBIG: (DiskFullError, _FULL),
    errno.EIO: (LedgerError, _UNREADABLE),
    errno.EROFS: (ReadOnlyError, _READ_ONLY),
}


@contextmanager
def ledger_errors(path: Path) -> Iterator[None]:
    """Raise the matching LedgerError about `path` for each error of the block's database and file calls."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        known = _BY_EXTENDED_CODE.get(code) or _BY_CODE.get(code & 0xFF)
        if known is None and _ILLEGIBLE.search(str(error)):
            known = DamagedError, _DAMAGED
        if known is None:
            raise
        kind, advice = known
        if kind is DamagedError:
            raise damaged(path, advice) from error
        raise kind(advice, where=str(path)) from error
    except OverflowError:
        raise NotFoundError("no row has a number that large", where=str(path)) from None
    except UnicodeDecodeError as error:  # what SQLite quotes of a damaged schema
        raise damaged(path, _DAMAGED) from error
    except DamagedError as error:
        if error.where:
            raise
        raise damaged(path, error.message) from error.__cause__
    except OSError as error:
        kind, advice = _BY_ERRNO.get(error.errno or 0, (ReadOnlyError, _UNOPENED))
        raise kind(advice, where=str(path)) from error


def damaged(path: Path, what: str) -> DamagedError:
    """Return the error for a corrupt database: the finding, and which backup to restore."""
    backup = _newest_backup(path)
    advice = f"the newest near it is {backup}" if backup else "docs/ledger.md explains how"
    return DamagedError(f"{what}; put a backup in its place ({advice})", where=str(path))


def legible(convert: Callable[P, T]) -> Callable[P, T]:
    """Wrap a conversion of stored columns: a value that cannot be converted is corruption, not a bug."""

    @functools.wraps(convert)
    def converted(*arguments: P.args, **named: P.kwargs) -> T:
        try:
            return convert(*arguments, **named)
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            raise DamagedError("the file is damaged: a row holds what was never written") from error

    return converted


def _newest_backup(path: Path) -> Path | None:
    """Return the newest other ledger in the folder of `path` and in the folders of backups beside it."""
    found: list[tuple[float, Path]] = []
    for folder in (path.parent, *(path.parent / name for name in _BACKUP_FOLDERS)):
        with suppress(OSError):
            for number, file in enumerate(folder.iterdir()):
                if number == _MOST_FILES:
                    break
                with suppress(OSError):
                    if file != path and file.is_file() and _is_ledger(file):
                        found.append((file.stat().st_mtime, file))
    return max(found)[1] if found else None


def _is_ledger(file: Path) -> bool:
    with file.open("rb") as opened:
        header = opened.read(_HEADER_BYTES)
    return header.startswith(_MAGIC) and header[68:72] == APPLICATION_ID.to_bytes(4, "big")
