"""What SQLite and the file system raise becomes a LedgerError that names the file and says what to do.

A wrong statement, a broken constraint and a use from another thread are bugs of ours and pass through.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.errors import DiskFullError, LedgerError, LockedError, ReadOnlyError

__all__ = ["ledger_errors"]

_FULL = "there is no room left on the disk (or under its quota); make room, nothing half-written was kept"
_LOCKED = "another process is writing to it and did not finish in time; try again when it is done"
_READ_ONLY = "it cannot be written here; check the owner and mode of the file and its folder, or name another with --db"
_UNOPENED = "it cannot be opened; check that its folder exists and that the file and its folder may be read and written"
_DAMAGED = "the file is damaged or no SQLite database; put a backup in its place (docs/ledger.md tells how)"
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
    sqlite3.SQLITE_CORRUPT: (LedgerError, _DAMAGED),
    sqlite3.SQLITE_NOTADB: (LedgerError, _DAMAGED),
    sqlite3.SQLITE_PROTOCOL: (LockedError, _LOCKED),
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
    """Turn what the block's database and file calls raise into the error that fits, about `path`."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        known = _BY_EXTENDED_CODE.get(code) or _BY_CODE.get(code & 0xFF)
        if known is None:
            raise
        kind, advice = known
        raise kind(advice, where=str(path)) from error
    except OSError as error:
        kind, advice = _BY_ERRNO.get(error.errno or 0, (ReadOnlyError, _UNOPENED))
        raise kind(advice, where=str(path)) from error
