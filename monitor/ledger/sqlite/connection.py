"""One connection to the database: opening, transactions, checkpoints and backups, independent of the tables.

One process owns the ledger at a time and alone checkpoints; others may read, and write a little, beside it. Decision 0040 gives the
reasons for each setting.
"""

from __future__ import annotations

import os
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Self

from monitor.errors import DamagedError, LedgerError, LockedError, SchemaVersionError
from monitor.ledger.sqlite.backfill import fill, is_filled
from monitor.ledger.sqlite.columns import folded
from monitor.ledger.sqlite.failures import damaged, ledger_errors
from monitor.ledger.sqlite.ownership import alive, in_use, is_alive, is_owned, owned, resolved
from monitor.ledger.sqlite.schema import APPLICATION_ID, SCHEMA_VERSION, upgrade
from monitor.ledger.sqlite.searching import indexed

__all__ = ["STEPS_BETWEEN", "Connection"]

_CHECKPOINT_PAGES = 2000
_WAL_LIMIT = 64 * 2**20
_CACHE_KIB = 8 * 1024
# Who does not own the ledger reads it, one connection a thread, or writes a little: pages that are asked for twice are in the system's cache.
_SMALL_CACHE_KIB = 1024
_ANALYSED_ROWS = 400
STEPS_BETWEEN = 20_000
"""SQLite's steps between two looks at the deadline: about a millisecond."""


class Connection:
    """An open database; belongs to the thread that opened it, and is closed by :meth:`close` or a ``with`` block."""

    path: Path
    remembered: OrderedDict[Any, list[Any]]
    """Cached rows of append-only tables; cleared by every rollback."""
    reread: int
    """Increases with every reading of a text that was read before, and every deletion; `remembered` is valid for this value."""

    def __init__(self, path: Path, opened: sqlite3.Connection, *, owned: bool) -> None:
        self.path = path
        self._sqlite = opened
        self._owned = owned
        self._durable = False
        self._held = ExitStack()
        self.remembered = OrderedDict()
        self.reread = 0
        self._deadline: float | None = None

    @property
    def sqlite(self) -> sqlite3.Connection:
        """Return the connection of the library, for what only it offers: the trace and the progress of statements."""
        return self._sqlite

    @contextmanager
    def within(self, seconds: float | None) -> Iterator[None]:
        """Interrupt statements of the block once it takes longer than `seconds`: they raise SlowError. None waits."""
        if seconds is None or self._deadline is not None:  # the outermost block decides
            yield
            return
        self._deadline = monotonic() + seconds
        self._sqlite.set_progress_handler(self._is_late, STEPS_BETWEEN)
        try:
            yield
        finally:
            self._deadline = None
            self._sqlite.set_progress_handler(None, 0)

    def _is_late(self) -> bool:
        return self._deadline is not None and monotonic() > self._deadline

    @classmethod
    def open(
        cls, path: Path | str, *, read_only: bool = False, checkpoint: bool = False, wait: float = 5.0
    ) -> Self:
        """Open the database at `path`; create or upgrade it if needed, except when `read_only`.

        `checkpoint` makes this process the owner, of which there is one at a time: it checkpoints the write-ahead log, and checks the file if
        its last owner did not close it. `wait` is how many seconds a write waits for the lock of another process. Raises LedgerError or a
        subclass.
        """
        path = resolved(Path(path).absolute())
        with ledger_errors(path), ExitStack() as held:
            if read_only:
                _check_presence(path)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                if not path.exists():  # an inode is what its locks go by
                    path.touch(0o644)
            held.enter_context(in_use(path))
            if is_owned := checkpoint and not read_only:
                held.enter_context(owned(path))
            mode = _read_mode(path) if read_only else "mode=rwc"
            opened = held.enter_context(_connected(path, mode, wait, is_owned=is_owned))
            connection = cls(path, opened, owned=is_owned)
            _check_identity(path, opened, read_only=read_only)
            if not read_only:
                connection.prepare()
            connection._held = held.pop_all()
        return connection

    def prepare(self) -> None:
        """Set the modes of a connection that was opened and upgrade its schema; raise LedgerError where that cannot be."""
        if self._pragma("journal_mode") != "wal" and self._pragma("journal_mode = WAL") != "wal":
            raise LedgerError(
                "this file system cannot share memory, which the database needs; keep it on a local disk",
                where=str(self.path),
            )
        # A process that does not own the ledger never checkpoints: before 3.51.3 two that do can corrupt it.
        self._pragma(f"wal_autocheckpoint = {_CHECKPOINT_PAGES if self._owned else 0}")
        self._pragma(f"journal_size_limit = {_WAL_LIMIT}")
        self._pragma("synchronous = NORMAL")
        if self._pragma("user_version") < SCHEMA_VERSION:
            with self.transaction():
                if self._pragma("user_version") < SCHEMA_VERSION:  # unless another process just did
                    upgrade(self._sqlite)
        self._backfill()
        self._pragma("foreign_keys = ON")
        if self._owned:
            self._take_over()

    def _backfill(self) -> None:
        """Fill what an upgrade left to do, as the owner of the file: the log of a large upgrade has to be checkpointed meanwhile."""
        if is_filled(self._sqlite):
            return
        with nullcontext() if self._owned else owned(self.path):
            self._pragma(f"wal_autocheckpoint = {_CHECKPOINT_PAGES}")
            fill(self._sqlite, self.path)
            self._pragma(f"wal_autocheckpoint = {_CHECKPOINT_PAGES if self._owned else 0}")

    def _take_over(self) -> None:
        if self.value("SELECT value FROM meta WHERE name = 'open'") is not None:
            self.check()
        self.run("INSERT OR REPLACE INTO meta VALUES ('open', 'true')")

    def hold(self) -> str:
        """Return a new name to hold leases under; it counts as alive until the ledger is closed or the process ends."""
        return self._held.enter_context(alive(self.path))

    def is_alive(self, holder: str) -> bool:
        """Return whether the process that holds leases under the name `holder` may be alive."""
        return is_alive(self.path, holder)

    def lock(self, subjects: Iterable[object]) -> None:
        """Let no other transaction fold `subjects` before this one ends: a transaction that writes is alone anyway.

        Raises RuntimeError outside a transaction.
        """
        if not self._sqlite.in_transaction:
            raise RuntimeError(f"{len(list(subjects))} subjects cannot be locked outside a transaction")

    def is_owned_by_another(self) -> bool:
        """Return whether another process owns the ledger: a daemon, which sends what is due."""
        return not self._owned and is_owned(self.path)

    def close(self) -> None:
        """Close the file; its owner checkpoints first and records that it closed it.

        If that cannot be recorded (a full disk, say), the next start checks the file.
        """
        with self._held, suppress(LedgerError):
            if self._owned:
                self.run("DELETE FROM meta WHERE name = 'open'")
                self.checkpoint()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if isinstance(error, DamagedError) and not error.where:
            raise damaged(self.path, error.message) from error.__cause__

    def forget(self) -> None:
        """Clear the cache, whose rows may have been rolled back."""
        self.remembered.clear()
        self.reread = 0

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[None]:
        """Run the block as one transaction: its writes are committed together or not at all, based on what it read.

        A nested block is a savepoint: it can fail alone, and rolls back its own writes only. `durable` waits until everything written so far is
        on the disk. Never await inside.
        """
        if self._sqlite.in_transaction:
            if durable and not self._durable:
                raise RuntimeError("a durable transaction cannot begin inside one that is not")
            try:
                with self._savepoint():
                    yield
            except BaseException:
                self.forget()
                raise
            return
        with ledger_errors(self.path):
            if durable != self._durable:
                self._pragma(f"synchronous = {'FULL' if durable else 'NORMAL'}")
                self._durable = durable
            self._sqlite.execute("BEGIN IMMEDIATE")
        try:
            yield
            with ledger_errors(self.path):
                self._sqlite.execute("COMMIT")
        except BaseException:
            self.forget()
            # After a full disk SQLite may have rolled back already, and a second error must not hide the first.
            with suppress(sqlite3.Error):
                self._sqlite.rollback()
            raise

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        """Run the block as a part of the open transaction that can be rolled back alone; SQLite finds the innermost of a name."""
        self._sqlite.execute("SAVEPOINT nested")
        try:
            yield
            self._sqlite.execute("RELEASE nested")
        except BaseException:
            if self._sqlite.in_transaction:  # after a full disk all of it may be rolled back already
                self._sqlite.execute("ROLLBACK TO nested")
                self._sqlite.execute("RELEASE nested")
            raise

    @contextmanager
    def joined(self, *, durable: bool = False) -> Iterator[None]:
        """Run the block in the open transaction, without a savepoint, or in one of its own. An error of the block ends either.

        Raises RuntimeError for a `durable` block in a transaction that is not.
        """
        if not self._sqlite.in_transaction:
            with self.transaction(durable=durable):
                yield
            return
        if durable and not self._durable:
            raise RuntimeError("a durable transaction cannot begin inside one that is not")
        yield

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows that `sql` selects, one by one."""
        with ledger_errors(self.path):
            # Delegating (`yield from`) would close the cursor of an abandoned iterator after the database.
            for row in self._sqlite.execute(sql, parameters):  # noqa: UP028 - as above
                yield row

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """Return the first row that `sql` selects, None without one."""
        with ledger_errors(self.path):
            found: tuple[Any, ...] | None = self._sqlite.execute(sql, parameters).fetchone()
            return found

    def value(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """Return the first column of the first row, None without one."""
        found = self.row(sql, parameters)
        return None if found is None else found[0]

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        quoted = table.replace('"', '""')
        return int(self.value(f'SELECT count(*) FROM "{quoted}"'))  # noqa: S608 - quoted

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Execute a writing statement; return the number of rows changed."""
        with ledger_errors(self.path):
            return self._sqlite.execute(sql, parameters).rowcount

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> int:
        """Execute a writing statement once for each of `rows`, together; return the number of rows changed."""
        with self.transaction(), ledger_errors(self.path):
            return max(self._sqlite.executemany(sql, rows).rowcount, 0)

    def _pragma(self, text: str) -> Any:
        found = self._sqlite.execute(f"PRAGMA {text}").fetchone()
        return None if found is None else found[0]

    def check(self) -> None:
        """Check the whole file for corruption. Raises LedgerError that names the first finding."""
        with ledger_errors(self.path):
            _check_soundness(self.path, self._sqlite)

    def checkpoint(self) -> None:
        """Checkpoint the write-ahead log and refresh the query planner's statistics; a no-op except for the owner.

        It waits for no other process: pages that one still needs are checkpointed another time.
        """
        if not self._owned:
            return
        with suppress(LockedError), ledger_errors(self.path):
            wait = self._pragma("busy_timeout")
            self._pragma("busy_timeout = 0")
            try:
                self._pragma(f"analysis_limit = {_ANALYSED_ROWS}")
                self._pragma("optimize")
                self._pragma("wal_checkpoint(TRUNCATE)")
            finally:
                self._pragma(f"busy_timeout = {wait}")

    def backup(self, target: Path | str) -> None:
        """Write a copy of the current state to `target`, which must not exist yet, and check it; other processes continue meanwhile."""
        target = Path(target).absolute()
        if target.exists():
            raise LedgerError("there is a file already; name another for the backup", where=str(target))
        unfinished = target.with_name(f"{target.name}.unfinished")
        with ledger_errors(target):
            unfinished.unlink(missing_ok=True)
            self._sqlite.execute("VACUUM INTO ?", (str(unfinished),))
            with closing(sqlite3.connect(unfinished)) as copy:
                _check_soundness(target, copy)
            with unfinished.open("rb+") as written:
                os.fsync(written.fileno())
            unfinished.rename(target)


def _check_soundness(path: Path, connection: sqlite3.Connection) -> None:
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise damaged(path, f"the file is damaged ({found})")


def _check_presence(path: Path) -> None:
    if not path.exists():
        raise LedgerError(
            "there is no ledger yet; start `monitor run` or `monitor poll`, or name another file with --db",
            where=str(path),
        )


def _read_mode(path: Path) -> str:
    """Return the mode to read `path` in: as an immutable file where nobody else can write to its folder."""
    effective = os.access in os.supports_effective_ids
    writable = os.access(path.parent, os.W_OK, effective_ids=effective)
    return "mode=ro" if writable or path.with_name(f"{path.name}-wal").exists() else "mode=ro&immutable=1"


@contextmanager
def _connected(path: Path, mode: str, wait: float, *, is_owned: bool) -> Iterator[sqlite3.Connection]:
    uri = f"{path.as_uri()}?{mode}"
    opened = sqlite3.connect(uri, uri=True, timeout=wait, isolation_level=None, cached_statements=256)
    with closing(opened) as connection:
        cache = _CACHE_KIB if is_owned else _SMALL_CACHE_KIB
        connection.execute(f"PRAGMA cache_size = -{cache}")
        connection.create_function("folded", 1, folded, deterministic=True)
        connection.create_function("indexed", 1, indexed, deterministic=True)
        yield connection


def _check_identity(path: Path, db: sqlite3.Connection, *, read_only: bool) -> None:
    # Asked in this order: another process may initialise the file in between, and then sets all three at once.
    empty = not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    application, version = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    if application != APPLICATION_ID and not (application == 0 and empty):
        raise LedgerError(
            "this is a database of another program; name another file with --db", where=str(path)
        )
    if version > SCHEMA_VERSION:
        raise SchemaVersionError(
            f"it was written by a newer monitor (schema {version}, this one knows {SCHEMA_VERSION}); "
            "upgrade this one, or name another file with --db",
            where=str(path),
        )
    if read_only and version < SCHEMA_VERSION:
        raise SchemaVersionError(
            "it is empty or was written by an older monitor; start `monitor run` or `monitor poll` once to upgrade it",
            where=str(path),
        )
    if read_only and not is_filled(db):
        raise SchemaVersionError(
            "it is being upgraded; wait until that is done, or start `monitor run` or `monitor poll` once where it was cut off",
            where=str(path),
        )
