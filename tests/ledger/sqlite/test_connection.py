from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from monitor.errors import LedgerError, LockedError
from monitor.ledger import Ledger
from monitor.ledger.sqlite.connection import Connection
from tests.builders import NOW, document, observation
from tests.senders import sender

Fork = Callable[[Callable[[], None]], int]


class _UndoneError(Exception):
    """Ends a transaction."""


def _pragma(ledger: Ledger, name: str) -> object:
    return ledger.value(f"PRAGMA {name}")


@pytest.mark.parametrize(
    ("pragma", "owner", "guest"),
    [
        ("journal_mode", "wal", "wal"),
        ("foreign_keys", 1, 1),
        ("synchronous", 1, 1),
        ("wal_autocheckpoint", 2000, 0),
        ("busy_timeout", 5000, 5000),
    ],
)
def test_a_connection_is_set_up_as_decided(path: Path, pragma: str, owner: object, guest: object) -> None:
    with Ledger.open(path, checkpoint=True) as one, Ledger.open(path) as other:
        assert (_pragma(one, pragma), _pragma(other, pragma)) == (owner, guest)


def test_its_folder_is_made(tmp_path: Path) -> None:
    Ledger.open(tmp_path / "a" / "b c%#?" / "ledger.db").close()

    assert (tmp_path / "a" / "b c%#?" / "ledger.db").exists()


def test_a_transaction_holds_together_or_not_at_all(ledger: Ledger) -> None:
    with suppress(_UndoneError), ledger.transaction():
        ledger.record_document(document(), NOW, [observation()])
        raise _UndoneError

    assert [ledger.count(table) for table in ("documents", "observations", "claims", "seen")] == [0, 0, 0, 0]


def test_a_transaction_within_another_fails_by_itself(ledger: Ledger) -> None:
    one, two, three = (document(text) for text in ("one", "two", "three"))

    with ledger.transaction():
        ledger.record_document(one, NOW, [])
        with suppress(_UndoneError), ledger.transaction():
            ledger.record_document(two, NOW, [])
            raise _UndoneError
        ledger.record_document(three, NOW, [])

    assert [read for _, read in ledger.documents_after(0, 9)] == [one, three]


def test_others_see_a_transaction_only_when_it_is_whole(ledger: Ledger) -> None:
    with Ledger.open(ledger.path, read_only=True) as reader:
        with ledger.transaction():
            ledger.record_document(document(), NOW, [])
            assert reader.count("documents") == 0
        assert reader.count("documents") == 1


def test_a_durable_transaction_waits_for_the_disk_and_the_next_one_does_not(ledger: Ledger) -> None:
    with ledger.transaction(durable=True):
        assert _pragma(ledger, "synchronous") == 2
        with ledger.transaction(durable=True):
            sender(ledger).mark_attempting({}, NOW)
    with ledger.transaction():
        assert _pragma(ledger, "synchronous") == 1


def test_what_must_be_durable_cannot_hide_in_a_transaction_that_is_not(ledger: Ledger) -> None:
    with pytest.raises(RuntimeError, match="cannot begin inside"), ledger.transaction():
        sender(ledger).mark_attempting({"msg_1": ["msg_1"]}, NOW)


def test_there_is_one_owner_at_a_time(path: Path, fork: Fork) -> None:
    told, tell = os.pipe()

    def own() -> None:
        with Ledger.open(path, checkpoint=True):
            os.write(tell, b"!")
            signal.pause()

    owner = fork(own)
    os.read(told, 1)

    with pytest.raises(LockedError, match=r"ledger\.db: another monitor runs on it; stop that one first"):
        Ledger.open(path, checkpoint=True)
    with Ledger.open(path) as guest:
        guest.record_document(document(), NOW, [])

    os.kill(owner, 9)
    os.waitpid(owner, 0)
    with Ledger.open(path, checkpoint=True) as heir:
        assert heir.count("documents") == 1


def _link(path: Path, kind: str) -> Path:
    """Return another name of the database."""
    elsewhere = path.parent / "elsewhere"
    if kind == "linked folder":
        elsewhere.symlink_to(path.parent)
        return elsewhere / path.name
    elsewhere.mkdir()
    other = elsewhere / "other.db"
    if kind == "symbolic":
        other.symlink_to(path)
    else:
        other.hardlink_to(path)
    return other


@pytest.mark.parametrize("kind", ["symbolic", "hard", "linked folder"])
@pytest.mark.parametrize("turned", [False, True])
def test_there_is_one_owner_whatever_name_the_file_is_opened_by(
    path: Path, fork: Fork, kind: str, turned: bool
) -> None:
    Ledger.open(path).close()
    first, second = path, _link(path, kind)
    if turned:
        first, second = second, first
    told, tell = os.pipe()

    def own() -> None:
        with Ledger.open(first, checkpoint=True) as ledger:
            ledger.record_document(document(), NOW, [])
            os.write(tell, b"!")
            signal.pause()

    owner = fork(own)
    os.read(told, 1)

    with pytest.raises(LockedError, match="another monitor runs on it"):
        Ledger.open(second, checkpoint=True)
    if kind == "hard":
        for read_only in (False, True):
            with pytest.raises(LockedError, match="under another name"):
                Ledger.open(second, read_only=read_only)
    else:
        with Ledger.open(second) as guest:
            guest.record_document(document("another"), NOW, [])
    with Ledger.open(first) as guest:
        assert guest.count("documents") == (1 if kind == "hard" else 2)

    os.kill(owner, 9)
    os.waitpid(owner, 0)
    with Ledger.open(first, checkpoint=True) as heir:
        assert heir.count("documents") == (1 if kind == "hard" else 2)
    with Ledger.open(second, checkpoint=True), pytest.raises(LockedError):
        Ledger.open(first, checkpoint=True)


def test_the_locks_of_the_database_outlast_a_second_connection_of_the_process(path: Path, fork: Fork) -> None:
    with Ledger.open(path, checkpoint=True) as owner:
        with pytest.raises(LockedError):
            Ledger.open(path, checkpoint=True)
        Ledger.open(path).close()

        def fold_back() -> None:
            # Whoever is the last to close a database folds its log back and deletes it: the owner's locks say that it is not.
            with closing(sqlite3.connect(path)) as other:
                other.execute("SELECT count(*) FROM meta").fetchall()

        assert os.waitpid(fork(fold_back), 0)[1] == 0
        assert path.with_name(f"{path.name}-wal").exists()
        owner.record_document(document(), NOW, [])
    before = len(list(Path("/proc/self/fd").glob("*")))
    Ledger.open(path, checkpoint=True).close()
    after = len(list(Path("/proc/self/fd").glob("*")))
    assert after == before


def test_many_processes_can_begin_one_ledger_at_once(path: Path, fork: Fork) -> None:
    def write(text: str) -> None:
        with Ledger.open(path) as ledger:
            ledger.record_document(document(text), NOW, [observation()])

    started = [fork(lambda text=str(number): write(text)) for number in range(6)]  # type: ignore[misc] # a default binds it

    assert [os.waitpid(process, 0)[1] for process in started] == [0] * 6
    with Ledger.open(path) as ledger:
        assert (ledger.count("documents"), ledger.count("observations"), ledger.count("claims")) == (6, 6, 1)


def test_a_closed_ledger_is_one_file_and_not_checked_again(path: Path, tmp_path: Path) -> None:
    with Ledger.open(path, checkpoint=True) as ledger:
        ledger.record_document(document(), NOW, [])
        assert ledger.value("SELECT value FROM meta WHERE name = 'open'") == "true"

    assert sorted(each.name for each in tmp_path.iterdir()) == ["ledger.db", "ledger.db-owner"]
    with Ledger.open(path) as ledger:
        assert ledger.value("SELECT value FROM meta WHERE name = 'open'") is None


def _damage(path: Path) -> None:
    with Ledger.open(path) as ledger:
        for number in range(200):
            ledger.record_document(document(f"{number} " * 500, id=str(number)), NOW, [observation()])
        root = ledger.value("SELECT rootpage FROM sqlite_master WHERE name = 'readings_entry'")
    content = bytearray(path.read_bytes())
    content[(root - 1) * 4096 + 200 : root * 4096] = b"\x5a" * (4096 - 200)
    path.write_bytes(content)


def test_the_file_is_checked_when_its_last_owner_did_not_close_it(path: Path, fork: Fork) -> None:
    def crash() -> None:
        Ledger.open(path, checkpoint=True)
        os._exit(0)

    os.waitpid(fork(crash), 0)
    _damage(path)

    with pytest.raises(LedgerError, match=r"ledger\.db: the file is damaged"):
        Ledger.open(path, checkpoint=True)


def test_a_checkpoint_folds_the_log_back(ledger: Ledger) -> None:
    log = ledger.path.with_name("ledger.db-wal")
    ledger.record_document(document("x" * 100_000), NOW, [])
    assert log.stat().st_size > 100_000

    ledger.checkpoint()

    assert log.stat().st_size == 0
    assert ledger.path.stat().st_size > 100_000


@pytest.mark.timeout(20)
def test_a_checkpoint_waits_for_no_reader(path: Path) -> None:
    with Ledger.open(path, checkpoint=True, wait=60) as ledger:
        ledger.record_document(document(), NOW, [observation("2024"), observation("2025")])
        with Ledger.open(path, read_only=True) as reader:
            reading = reader.claims()
            next(reading)
            ledger.record_document(document("x" * 100_000), NOW, [])

            ledger.checkpoint()

            assert path.with_name("ledger.db-wal").stat().st_size > 100_000
            assert len(list(reading)) == 1
        assert _pragma(ledger, "busy_timeout") == 60_000


@pytest.mark.timeout(20)
def test_a_ledger_that_another_process_holds_is_closed_all_the_same(path: Path) -> None:
    ledger = Ledger.open(path, checkpoint=True, wait=0.01)
    with Ledger.open(path) as other, other.transaction():
        ledger.close()

    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        ledger.count("documents")
    with Ledger.open(path, checkpoint=True) as again:
        assert again.count("documents") == 0


def test_a_guest_never_folds_the_log_back(ledger: Ledger) -> None:
    with Ledger.open(ledger.path) as guest:
        for number in range(30):
            guest.record_document(document(f"{number}" * 500_000), NOW, [])
        guest.checkpoint()

    assert ledger.path.with_name("ledger.db-wal").stat().st_size > 12_000_000


@pytest.mark.parametrize("read_only", [False, True])
def test_a_backup_is_whole_though_the_log_was_not_folded_back(
    ledger: Ledger, tmp_path: Path, read_only: bool
) -> None:
    ledger.record_document(document(), NOW, [observation()])
    assert ledger.path.with_name("ledger.db-wal").stat().st_size > 0

    with Ledger.open(ledger.path, read_only=read_only) as beside, ledger.transaction():
        ledger.record_document(document("not yet whole"), NOW, [])
        beside.backup(tmp_path / "backup.db")

    assert {each.name for each in tmp_path.iterdir() if "backup" in each.name} == {"backup.db"}
    with Ledger.open(tmp_path / "backup.db", checkpoint=True) as copy:
        assert [read.text for _, read in copy.documents_after(0, 9)] == [""]
        assert copy.observations("Alan Wake 2", "release") == ledger.observations("Alan Wake 2", "release")


def test_a_backup_overwrites_nothing_but_the_rest_of_one_that_was_cut_off(
    ledger: Ledger, tmp_path: Path
) -> None:
    (tmp_path / "there.db").write_text("precious")
    (tmp_path / "new.db.unfinished").write_text("half")

    with pytest.raises(LedgerError, match=r"there\.db: there is a file already"):
        ledger.backup(tmp_path / "there.db")
    ledger.backup(tmp_path / "new.db")

    assert (tmp_path / "there.db").read_text() == "precious"
    with Ledger.open(tmp_path / "new.db", read_only=True) as copy:
        assert copy.count("documents") == 0


def test_a_reader_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(LedgerError):
        Ledger.open(tmp_path / "none.db", read_only=True)

    assert list(tmp_path.iterdir()) == []


def test_a_reader_cannot_write_and_never_owns(ledger: Ledger) -> None:
    with (
        Ledger.open(ledger.path, read_only=True, checkpoint=True) as reader,
        pytest.raises(LedgerError),
    ):
        reader.mark_seen([document().fingerprint])


def test_a_file_system_without_shared_memory_is_refused(path: Path) -> None:
    # SQLite keeps the mode it has when it cannot have the one asked for; a database in memory does so too.
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        in_memory = Connection(path, opened, owned=False)

        with pytest.raises(LedgerError, match="keep it on a local disk"):
            in_memory.prepare()


def test_a_row_that_refers_to_nothing_is_refused(ledger: Ledger) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        ledger.run("INSERT INTO sightings VALUES (77, '', '', '', '')")


def test_sqlite_agrees_that_the_file_is_sound(ledger: Ledger) -> None:
    ledger.record_document(document(), NOW, [observation()])
    ledger.check()

    with closing(sqlite3.connect(ledger.path)) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
