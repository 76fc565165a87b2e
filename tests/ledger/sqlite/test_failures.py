from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import DiskFullError, LedgerError, LockedError, ReadOnlyError
from monitor.ledger import (
    Lease,
    Ledger,
    PolledState,
    Position,
    Pruning,
    QueueFilter,
    RecordedReading,
    StoredTurn,
    Watched,
)
from monitor.ledger.sqlite.failures import ledger_errors
from monitor.ledger.sqlite.readings import LastReading
from monitor.model import (
    Account,
    Belief,
    Certainty,
    Change,
    ChangeKind,
    Channel,
    ChannelKind,
    Event,
    Key,
    RobotsFile,
    SourceState,
    Standing,
    Status,
    Verdict,
    VerdictKind,
    Work,
)
from tests.builders import NOW, document, observation, source
from tests.senders import sender

Fork = Callable[[Callable[[], None]], int]

BELIEF = Belief(Status.RELEASED, None, Certainty.OFFICIAL)
KEY = Key("Alan Wake 2", None, Event.RELEASE)
CHANGE = Change(kind=ChangeKind.RELEASED, key=KEY, before=None, since=None, after=BELIEF, at=NOW)
TURN = StoredTurn(KEY, NOW, None, BELIEF, "nothing stood against it", (1,), alerted=True)
HOOK = Channel(name="hook", kind=ChannelKind.WEBHOOK, target="https://hooks.example/")
NEW = document("new")

WRITES: dict[str, Callable[[Ledger], object]] = {
    "sync_works": lambda ledger: ledger.sync_works([Work("Silo")]),
    "look_for": lambda ledger: ledger.look_for(Watched(added=("Silo",)), NOW),
    "record_found": lambda ledger: ledger.record_found(NEW, NOW, [observation()]),
    "sync_sources": lambda ledger: ledger.sync_sources([source()], NOW),
    "save_states": lambda ledger: ledger.save_states(
        [SourceState(name="known", next_poll_at=NOW, failures=1)]
    ),
    "take_sites": lambda ledger: ledger.take_sites("a test", 1, NOW),
    "settle": lambda ledger: ledger.settle(
        _site(ledger), [PolledState(SourceState(name="known", next_poll_at=NOW))]
    ),
    "renew": lambda ledger: ledger.renew([_site(ledger)]),
    "release": lambda ledger: ledger.release([_site(ledger)]),
    "keep_robots": lambda ledger: ledger.keep_robots("https://news.example", RobotsFile(b"", NOW, NOW)),
    "take_channel": lambda ledger: ledger.take_channel("a test", "desk"),
    "take_duty": lambda ledger: ledger.take_duty("housekeeping", timedelta(minutes=1), NOW),
    "prune": lambda ledger: ledger.prune(Pruning(NOW), NOW),
    "mark_deleted": lambda ledger: ledger.mark_deleted("news.example", [document("known").id], NOW),
    "mark_returned": lambda ledger: [
        ledger.mark_deleted("news.example", [document("known").id], NOW),
        ledger.mark_returned("news.example", [document("known").id], NOW),
    ],
    "keep_account": lambda ledger: ledger.keep_account(
        Account(source="known", target="x", id="did:plc:x", since=NOW)
    ),
    "mark_seen": lambda ledger: ledger.mark_seen([NEW.fingerprint]),
    "record_document": lambda ledger: ledger.record_document(NEW, NOW, [observation()]),
    "reread_document": lambda ledger: ledger.reread_document(1, NOW, [observation("2024")], "1"),
    "add_verdict": lambda ledger: ledger.add_verdict(Verdict(1, VerdictKind.CONFIRMED, NOW)),
    "put_standings": lambda ledger: ledger.put_standings(KEY.title, KEY.event, [Standing(KEY, BELIEF, NOW)]),
    "add_correction": lambda ledger: ledger.add_correction(
        ledger.claim(1).observations[0], observation("2024").claim, Verdict(1, VerdictKind.CONFIRMED, NOW)
    ),
    "add_retries": lambda ledger: ledger.add_retries(_sent(ledger), "ann", NOW),
    "put_turns": lambda ledger: ledger.put_turns(KEY.title, KEY.event, [TURN]),
    "put_causes": lambda ledger: ledger.put_causes(KEY.title, KEY.event, {1: 3}),
    "put_origins": lambda ledger: ledger.put_origins({1: 7}),
    "keep_rules": lambda ledger: ledger.keep_rules(9),
    "add_changes": lambda ledger: ledger.add_changes([replace(CHANGE, kind=ChangeKind.CONFIRMED)]),
    "add_delivery": lambda ledger: ledger.add_delivery(None, HOOK, {"n": 2}, send_at=NOW, now=NOW),
    "mark_attempting": lambda ledger: sender(ledger).mark_attempting({"msg_1": _sent(ledger)}, NOW),
    "mark_delivered": lambda ledger: sender(ledger).mark_delivered(_sent(ledger), NOW),
    "reschedule": lambda ledger: sender(ledger).reschedule(_sent(ledger), NOW, "503"),
    "mark_dead": lambda ledger: sender(ledger).mark_dead(_sent(ledger), "410"),
    "take_back": lambda ledger: ledger.take_back(Verdict(1, VerdictKind.UNDONE, NOW)),
    "retry": lambda ledger: ledger.retry(_sent(ledger), NOW),
    "retime": lambda ledger: ledger.retime("hook", NOW, ahead_of=NOW),
    "hold_back": lambda ledger: ledger.hold_back(replace(CHANGE, id=1), "hook", "only", ["no"]),
    "mark_failing": lambda ledger: ledger.mark_failing("hook", "dead", NOW),
    "mark_well": lambda ledger: ledger.mark_well("hook"),
    "disable_channel": lambda ledger: ledger.disable_channel("hook", "gone", NOW),
    "enable_channel": lambda ledger: ledger.enable_channel("hook"),
    "keep_rest": lambda ledger: ledger.keep_rest("site news.example", NOW + timedelta(hours=1), NOW),
    "end_rest": lambda ledger: ledger.end_rest("site known.example"),
    "note_alive": lambda ledger: ledger.note_alive(NOW),
    "keep_adjustment": lambda ledger: ledger.keep_adjustment("{}"),
    "keep_position": lambda ledger: ledger.keep_position(Position("run")),
    "mark_written": lambda ledger: ledger.mark_written("hook"),
    "add_bug": lambda ledger: ledger.add_bug("known", None, "Traceback", NOW),
}
READS: dict[str, Callable[[Ledger], object]] = {
    "account": lambda ledger: ledger.account(source("known")),
    "deletions": lambda ledger: ledger.deletions(KEY.title),
    "has_reading": lambda ledger: ledger.has_reading("news.example", document("known").id),
    "unrecorded_from_maker": lambda ledger: ledger.unrecorded_from_maker([document("known", official=True)]),
    "rules": lambda ledger: ledger.rules(),
    "corrected_with": lambda ledger: ledger.corrected_with(1),
    "claim_row": lambda ledger: ledger.claim_row(1),
    "claim_rows": lambda ledger: ledger.claim_rows([1]),
    "queued": lambda ledger: ledger.queued(QueueFilter(), limit=9),
    "queued_facets": lambda ledger: ledger.queued_facets(QueueFilter(), most=9),
    "found": lambda ledger: ledger.found("wake", limit=9),
    "observations_by_id": lambda ledger: ledger.observations_by_id([1]),
    "first_observations": lambda ledger: ledger.first_observations([1], 9),
    "standings_by_date": lambda ledger: list(ledger.standings_by_date(NOW.date())),
    "standings_in": lambda ledger: ledger.standings_in(statuses=["cancelled"]),
    "titles_by_date": lambda ledger: ledger.titles_by_date(NOW.date()),
    "believed_titles": lambda ledger: ledger.believed_titles(),
    "configured_sources": lambda ledger: ledger.configured_sources(),
    "last_changes": lambda ledger: ledger.last_changes([KEY]),
    "last_turns": lambda ledger: ledger.last_turns([KEY]),
    "change_reasons": lambda ledger: ledger.change_reasons([CHANGE]),
    "changes_after": lambda ledger: ledger.changes_after(0, 9),
    "verdicts_after": lambda ledger: ledger.verdicts_after(0, 9),
    "latest_verdicts": lambda ledger: ledger.latest_verdicts(9),
    "count_changes": lambda ledger: ledger.count_changes(NOW, 9),
    "count_deliveries": lambda ledger: ledger.count_deliveries("pending", 9),
    "deliveries_of": lambda ledger: ledger.deliveries_of([1]),
    "held_back_from": lambda ledger: ledger.held_back_from([1]),
    "last_retries": lambda ledger: ledger.last_retries(["msg_1"]),
    "sent_of_title": lambda ledger: ledger.sent_of_title(KEY.title),
    "tallies_of": lambda ledger: ledger.tallies_of(KEY.title),
    "turns": lambda ledger: ledger.turns(KEY.title, KEY.event),
    "unfolded": lambda ledger: ledger.unfolded(9),
    "unranked": lambda ledger: ledger.unranked(),
    "summaries": lambda ledger: ledger.summaries(KEY.title, KEY.event),
    "subject_state": lambda ledger: ledger.subject_state(KEY.title, KEY.event),
    "totals": lambda ledger: ledger.totals(),
    "titles_state": lambda ledger: ledger.titles_state(),
    "has_due_sites": lambda ledger: ledger.has_due_sites(NOW),
    "silent_sources": lambda ledger: ledger.silent_sources(NOW, "", 9),
    "put_off_sources": lambda ledger: ledger.put_off_sources(NOW, NOW, "", 9),
    "sources_after": lambda ledger: ledger.sources_after("", 9),
    "site": lambda ledger: ledger.site("https://news.example", "news.example", NOW),
    "gone": lambda ledger: ledger.gone(),
    "state": lambda ledger: ledger.state("known"),
    "sources": lambda ledger: list(ledger.sources()),
    "unseen": lambda ledger: ledger.unseen([NEW.fingerprint]),
    "unread": lambda ledger: ledger.unread([NEW], ()),
    "document": lambda ledger: ledger.document(document("known").fingerprint),
    "documents_after": lambda ledger: ledger.documents_after(0, 9),
    "newest_documents": lambda ledger: list(ledger.newest_documents(1)),
    "languages": lambda ledger: ledger.languages(),
    "readings": lambda ledger: list(ledger.readings()),
    "earlier_reading": lambda ledger: ledger.earlier_reading(RecordedReading(2, 1, "", "", NOW, NEW)),
    "basis_of": lambda ledger: ledger.basis_of(LastReading(1, 1, 1, "", "", NOW)),
    "observed_in": lambda ledger: ledger.observed_in(1),
    "subjects": lambda ledger: list(ledger.subjects()),
    "observations": lambda ledger: ledger.observations(KEY.title, KEY.event),
    "verdicts": lambda ledger: ledger.verdicts(KEY.title, KEY.event),
    "judged": lambda ledger: list(ledger.judged()),
    "observations_of": lambda ledger: ledger.observations_of(document("known").fingerprint),
    "undone": lambda ledger: ledger.undone(),
    "adjustment": lambda ledger: ledger.adjustment(),
    "titles": lambda ledger: ledger.titles(),
    "source_names": lambda ledger: ledger.source_names(),
    "channel_names": lambda ledger: ledger.channel_names(),
    "claims": lambda ledger: list(ledger.claims()),
    "claim": lambda ledger: ledger.claim(1),
    "standings": lambda ledger: ledger.standings(KEY.title, KEY.event),
    "all_standings": lambda ledger: list(ledger.all_standings()),
    "stale_standings": lambda ledger: ledger.stale_standings(NOW),
    "change": lambda ledger: ledger.change(1),
    "changes": lambda ledger: list(ledger.changes()),
    "timeline": lambda ledger: list(ledger.timeline(KEY.title)),
    "held_back": lambda ledger: ledger.held_back(1),
    "further_trailers": lambda ledger: ledger.further_trailers("hook", [1]),
    "due_channels": lambda ledger: ledger.due_channels(NOW),
    "due_deliveries": lambda ledger: ledger.due_deliveries(NOW),
    "position": lambda ledger: ledger.position("run"),
    "delivery": lambda ledger: ledger.delivery(_sent(ledger)[0]),
    "deliveries": lambda ledger: list(ledger.deliveries()),
    "sent_at": lambda ledger: ledger.sent_at("hook", NOW),
    "disabled_channels": lambda ledger: ledger.disabled_channels(),
    "rests": lambda ledger: ledger.rests(NOW),
    "alive_at": lambda ledger: ledger.alive_at(),
    "bugs": lambda ledger: list(ledger.bugs()),
    "count": lambda ledger: ledger.count("changes"),
}
NEITHER = {"open", "close", "transaction", "joined", "rows", "row", "value", "run", "run_many", "check", "checkpoint", "backup",
           "add_deliveries", "within", "sqlite", "prepare", "remembered", "reread", "forget", "path", "is_owned_by_another", "hold", "is_alive", "lock"}  # fmt: skip


def _site(ledger: Ledger) -> Lease:
    """Take the site of the known source from whoever has it."""
    ledger.sync_sources([source("known")], NOW)
    ledger.run("UPDATE sites SET holder = NULL")
    (taken,) = ledger.take_sites("a test", 1, NOW, names=["known"])
    return taken.lease


def _sent(ledger: Ledger) -> list[str]:
    return [delivery.id for delivery in ledger.deliveries()]


@pytest.fixture
def filled(path: Path) -> Path:
    """A ledger with a row in every table."""
    with Ledger.open(path) as ledger:
        ledger.sync_sources([source("known")], NOW)
        ledger.record_document(document("known"), NOW, [observation()])
        ledger.add_changes([CHANGE])
        ledger.add_delivery(None, HOOK, {"n": 1}, send_at=NOW, now=NOW)
    return path


def test_the_tables_of_these_tests_name_every_method() -> None:
    public = {name for name in dir(Ledger) if not name.startswith("_")}

    assert public - NEITHER == WRITES.keys() | READS.keys()


@contextmanager
def _held_by_another(path: Path, fork: Fork) -> Iterator[None]:
    told, tell = os.pipe()

    def hold() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            os.write(tell, b"!")
            signal.pause()

    other = fork(hold)
    os.read(told, 1)
    yield
    os.kill(other, 9)
    os.waitpid(other, 0)


def test_every_write_to_a_locked_ledger_says_so_and_every_read_goes_on(filled: Path, fork: Fork) -> None:
    with Ledger.open(filled, wait=0.01) as ledger:
        with _held_by_another(filled, fork):
            for name, write in WRITES.items():
                with pytest.raises(
                    LockedError, match=r"ledger\.db: another process is writing to it"
                ) as caught:
                    write(ledger)
                assert str(caught.value).endswith("database is locked"), name
            for read in READS.values():
                read(ledger)
        for write in WRITES.values():
            write(ledger)


def test_every_write_to_a_ledger_opened_for_reading_says_so(filled: Path) -> None:
    with Ledger.open(filled, read_only=True) as ledger:
        for write in WRITES.values():
            with pytest.raises(
                ReadOnlyError, match=r"ledger\.db: it cannot be written here; check the owner"
            ):
                write(ledger)
        for read in READS.values():
            read(ledger)


def test_every_write_to_a_full_ledger_says_so_and_keeps_nothing_half_written(filled: Path) -> None:
    large = document("x" * 300_000)
    with Ledger.open(filled) as ledger:
        ledger.value(f"PRAGMA max_page_count = {ledger.value('PRAGMA page_count') + 5}")

        with pytest.raises(DiskFullError, match=r"ledger\.db: there is no room left on the disk"):
            ledger.record_document(large, NOW, [observation()])
        with suppress(DiskFullError), ledger.transaction():
            ledger.record_document(NEW, NOW, [observation()])
            ledger.record_document(large, NOW, [observation()])

        assert ledger.unseen([NEW.fingerprint, large.fingerprint]) == {NEW.fingerprint, large.fingerprint}
        assert ledger.count("observations") == 1
        ledger.record_document(NEW, NOW, [observation()])
        assert ledger.count("observations") == 2


@pytest.mark.parametrize("before", ["first opened", "already open"])
def test_a_file_that_may_not_grow_is_a_full_disk(path: Path, fork: Fork, before: str) -> None:
    if before == "already open":
        Ledger.open(path).close()

    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8 * 2**16, 8 * 2**16))
        with Ledger.open(path) as ledger:
            for number in range(1000):
                ledger.record_document(document(f"{number} " * 5000), NOW, [observation()])

    def meet_the_limit() -> None:
        with pytest.raises(DiskFullError, match="there is no room left"):
            fill()

    assert os.waitpid(fork(meet_the_limit), 0)[1] == 0
    with Ledger.open(path, checkpoint=True) as ledger:
        ledger.check()
        assert ledger.count("documents") == ledger.count("observations") == ledger.count("seen") > 0


FILL = """
import sys
from pathlib import Path
from monitor.errors import DiskFullError
from monitor.ledger import Ledger, Position
from tests.builders import NOW, document, observation

with Ledger.open(Path(sys.argv[1]) / "ledger.db", checkpoint=True) as ledger:
    kept = 0
    try:
        while True:
            ledger.record_document(document(f"{kept} " * 2000), NOW, [observation()])
            kept += 1
    except DiskFullError as error:
        print(error)
    (Path(sys.argv[1]) / "ballast").unlink()
    ledger.record_document(document("room again"), NOW, [observation()])
    ledger.check()
    print(kept, ledger.count("documents"), ledger.count("observations"), ledger.count("seen"))
"""


def test_a_disk_that_is_full_and_then_has_room_again_loses_nothing(tmp_path: Path) -> None:
    mount = f"mount -t tmpfs -o size=2600k tmpfs {tmp_path} && head -c 400000 /dev/zero > {tmp_path}/ballast"
    inside = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    if (
        not shutil.which("unshare")
        or subprocess.run([*inside, mount], capture_output=True, check=False).returncode
    ):
        pytest.skip("this system lets no one mount a small disk")

    run = subprocess.run(
        [*inside, f"{mount} && exec {sys.executable} -c '{FILL}' {tmp_path}"],
        capture_output=True,
        check=True,
        text=True,
        cwd=Path(__file__).parents[3],
    )

    error, counts = run.stdout.splitlines()
    assert error.startswith(f"{tmp_path}/ledger.db: there is no room left on the disk")
    kept, *rows = map(int, counts.split())
    assert kept > 20
    assert rows == [kept + 1] * 3


@contextmanager
def _as_nobody(folder: Path) -> Iterator[None]:
    """Be a user who may read `folder` but not write to it: nobody, where we are root, since root may do anything."""
    mode = folder.stat().st_mode
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(mode)


@pytest.fixture
def public() -> Iterator[Path]:
    folder = Path("/tmp") / f"monitor-ledger-{os.getpid()}"  # noqa: S108 - pytest's own folder is closed to nobody
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


def test_a_folder_that_cannot_be_written_is_an_error_that_names_the_file(public: Path) -> None:
    with _as_nobody(public):
        for name in ("ledger.db", "sub/ledger.db"):
            with pytest.raises(
                ReadOnlyError, match=rf"{name}: it cannot be opened; check that its folder exists"
            ):
                Ledger.open(public / name)
            with pytest.raises(ReadOnlyError, match="it cannot be opened"):
                Ledger.open(public / name, checkpoint=True)


def test_a_ledger_that_may_only_be_read_is_read(public: Path) -> None:
    path = public / "ledger.db"
    with Ledger.open(path) as ledger:
        ledger.record_document(NEW, NOW, [observation()])
    path.chmod(0o444)

    with _as_nobody(public):
        with pytest.raises(ReadOnlyError):
            Ledger.open(path)
        with Ledger.open(path, read_only=True) as ledger:
            assert [row.id for row in ledger.claims()] == [1]


def test_a_path_that_leads_through_a_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ReadOnlyError, match=r"file/ledger\.db: it cannot be opened"):
        Ledger.open(tmp_path / "file" / "ledger.db")
    with pytest.raises(ReadOnlyError, match="it cannot be opened"):
        Ledger.open(tmp_path)


def test_no_ledger_to_read_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(
        LedgerError, match=r"none\.db: there is no ledger yet; start `monitor run` or `monitor poll`"
    ):
        Ledger.open(tmp_path / "none.db", read_only=True)


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_that_is_no_database_is_an_error_that_says_what_to_do(path: Path, read_only: bool) -> None:
    path.write_bytes(b"watch:\n  - title: Alan Wake 2\n" * 100)
    before = path.read_bytes()

    with pytest.raises(LedgerError, match="damaged or no SQLite database; put a backup in its place"):
        Ledger.open(path, read_only=read_only)

    assert path.read_bytes() == before


def test_damage_that_a_read_meets_is_an_error(filled: Path) -> None:
    content = bytearray(filled.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    filled.write_bytes(content)

    with pytest.raises(LedgerError, match=r"ledger\.db: the file is damaged"):
        Ledger.open(filled)


@pytest.mark.parametrize(
    ("raised", "becomes", "says"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), DiskFullError, "there is no room left"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), DiskFullError, "there is no room left"),
        (OSError(errno.EIO, "Input/output error"), LedgerError, "the disk gave an error"),
        (PermissionError(errno.EACCES, "Permission denied"), ReadOnlyError, "it cannot be opened"),
        (OSError(errno.EROFS, "Read-only file system"), ReadOnlyError, "it cannot be written here"),
    ],
)
def test_what_the_file_system_raises_says_what_to_do(
    raised: OSError, becomes: type[LedgerError], says: str
) -> None:
    with pytest.raises(becomes, match=says) as caught, ledger_errors(Path("ledger.db")):
        raise raised

    assert type(caught.value) is becomes
    assert caught.value.__cause__ is raised


def test_a_bug_of_ours_passes_through(ledger: Ledger) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        ledger.run("DELETE FROM nowhere")
    with pytest.raises(sqlite3.IntegrityError):
        ledger.run("INSERT INTO channels VALUES (NULL, 'failing', '', '')")
