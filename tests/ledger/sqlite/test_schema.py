from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from monitor.errors import LedgerError, SchemaVersionError
from monitor.ledger import Ledger
from monitor.ledger.sqlite import schema
from monitor.ledger.sqlite.connection import Connection
from monitor.model import (
    Belief,
    Certainty,
    Change,
    ChangeKind,
    Channel,
    ChannelKind,
    Event,
    Key,
    Status,
    Verdict,
    VerdictKind,
    When,
)  # fmt: skip
from tests.builders import NOW, document, observation


def _header(path: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(path)) as connection:
        names = ("application_id", "user_version")
        application, version = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names)
        return application, version


def test_a_new_file_says_whose_it_is_and_of_which_version(path: Path) -> None:
    Ledger.open(path).close()

    assert _header(path) == (schema.APPLICATION_ID, schema.SCHEMA_VERSION)
    assert len(Migrations("ledger").applied(Database(sqlite3.connect(path)))) == schema.SCHEMA_VERSION


def test_opening_it_again_changes_nothing(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.record_document(document(), NOW, [observation()])
        before = ledger.count("_sqlite_migrations")

    with Ledger.open(path) as ledger:
        assert (ledger.count("_sqlite_migrations"), ledger.count("observations")) == (before, 1)


@pytest.mark.parametrize("read_only", [False, True])
def test_a_ledger_of_a_newer_monitor_is_refused_and_left_alone(path: Path, read_only: bool) -> None:
    Ledger.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION + 1}")
    before = path.read_bytes()

    with pytest.raises(
        SchemaVersionError,
        match=rf"ledger\.db: it was written by a newer monitor \(schema {schema.SCHEMA_VERSION + 1}, this one",
    ):
        Ledger.open(path, read_only=read_only)

    assert path.read_bytes() == before


@pytest.mark.parametrize("read_only", [False, True])
def test_a_database_of_another_program_is_refused_and_left_alone(path: Path, read_only: bool) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (name)")
    before = path.read_bytes()

    with pytest.raises(LedgerError, match="a database of another program; name another file with --db"):
        Ledger.open(path, read_only=read_only)

    assert path.read_bytes() == before


def test_an_empty_database_is_not_upgraded_by_a_reader(path: Path) -> None:
    path.touch()

    with pytest.raises(SchemaVersionError, match="start `monitor run` or `monitor poll` once"):
        Ledger.open(path, read_only=True)


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Ledger.open(path) as ledger:
        ledger.record_document(document(), NOW, [observation()])
    steps = Migrations("ledger")
    monkeypatch.setattr(schema, "steps", steps)
    monkeypatch.setattr("monitor.ledger.sqlite.connection.SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)

    @steps()
    def one_more(db: Database) -> None:
        db.execute("ALTER TABLE meta ADD COLUMN half TEXT")
        db.execute("INSERT INTO sightings VALUES (77, '', '', '', '')")

    with pytest.raises(RuntimeError, match="'sightings' that refers to nothing"):
        Ledger.open(path)

    assert _header(path)[1] == schema.SCHEMA_VERSION
    with closing(sqlite3.connect(path)) as connection:
        assert [row[1] for row in connection.execute("PRAGMA table_info(meta)")] == ["name", "value"]


def test_an_older_ledger_is_upgraded_and_keeps_what_it_holds(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Ledger.open(path) as ledger:
        ledger.record_document(document(), NOW, [observation()])
    newer = schema.SCHEMA_VERSION + 1
    steps = Migrations("ledger")
    monkeypatch.setattr(schema, "steps", steps)
    monkeypatch.setattr(schema, "SCHEMA_VERSION", newer)
    monkeypatch.setattr("monitor.ledger.sqlite.connection.SCHEMA_VERSION", newer)

    @steps()
    def one_more(db: Database) -> None:
        db.execute("ALTER TABLE meta ADD COLUMN note TEXT")

    with Ledger.open(path) as ledger:
        assert ledger.count("observations") == 1
        assert list(ledger.rows("SELECT count(note) FROM meta")) == [(0,)]
    assert _header(path)[1] == newer


@pytest.mark.parametrize(
    ("view", "row"),
    [
        (
            "claim_log",
            {"id": 1, "title": "Alan Wake 2", "when": "2023-10-17", "headline": "", "source": "news.example"},
        ),
        ("alert_log", {"channel": "hook", "state": "pending", "body": '{"n":1}', "kind": None}),
    ],
)
def test_a_view_shows_a_person_what_belongs_together(path: Path, view: str, row: dict[str, object]) -> None:
    with Ledger.open(path) as ledger:
        ledger.record_document(document(), NOW, [observation()])
        hook = Channel(name="hook", kind=ChannelKind.WEBHOOK, target="")
        ledger.add_delivery(None, hook, {"n": 1}, send_at=NOW, now=NOW)

    (shown,) = Database(sqlite3.connect(path))[view].rows
    assert row.items() <= shown.items()


def test_the_page_on_the_ledger_names_every_table_and_its_queries_run(path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "ledger.md").read_text(encoding="utf-8")
    queries = [
        *re.findall(r"```sql\n(.+?)```", page, re.DOTALL),
        *re.findall(r'monitor\.db "(SELECT .+?)"\n', page),
    ]
    queries += [" ".join(query.split()) for query in re.findall(r"`(SELECT .+?)`", page, re.DOTALL)]

    with Ledger.open(path) as ledger:
        ledger.record_document(document(), NOW, [observation(sources=("Remedy",))])
        kept = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE '%sqlite%'"
        assert [name for (name,) in ledger.rows(kept) if f"`{name}`" not in page] == []
        assert len(queries) == 4
        assert all(len(list(ledger.rows(query))) == 1 for query in queries)


def test_a_source_that_stood_still_in_a_ledger_of_version_1_is_due_after_the_upgrade(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = NOW + timedelta(days=9000)
    with monkeypatch.context() as patched:
        first = Migrations("ledger")
        first(name="foundation")(schema.foundation)
        patched.setattr(schema, "steps", first)
        patched.setattr(schema, "SCHEMA_VERSION", 1)
        patched.setattr("monitor.ledger.sqlite.connection.SCHEMA_VERSION", 1)
        Connection.open(path).close()
    with closing(sqlite3.connect(path)) as db:
        for name, polled in (("stood still", far), ("well", NOW)):
            db.execute(
                "INSERT INTO sources VALUES (?, 'feed', 'u', 'u', 1, ?, 0, ?, NULL, 'read', '', 0, 7, 0, '[]', '', 0, 0, NULL,"
                " '', '', '', '')",
                (name, (polled + timedelta(hours=1)).isoformat(), polled.isoformat()),
            )
        db.commit()

    with Ledger.open(path, checkpoint=True) as ledger:
        (site,) = ledger.take_sites("a test", 9, NOW)
        assert [source.name for source, _ in site.sources] == ["stood still"]
        assert ledger.state("well").documents == 7
        assert ledger.rests(NOW) == {}
    assert _header(path)[1] == schema.SCHEMA_VERSION


def test_a_ledger_of_version_1_keeps_every_row(first_version: Path) -> None:
    before = _rows(first_version)

    Ledger.open(first_version).close()

    after = _rows(first_version)
    assert {name: len(after[name]) for name in before} == {name: len(rows) for name, rows in before.items()}
    assert len(after["readings"]) == len(before["documents"]) + len(before["sightings"])
    assert all(before[name] for name in ("verdicts", "changes", "deliveries", "sightings", "bugs"))
    assert after["deliveries"] == before["deliveries"]
    assert _header(first_version) == (schema.APPLICATION_ID, schema.SCHEMA_VERSION)


def _rows(path: Path) -> dict[str, list[dict[str, object]]]:
    with closing(sqlite3.connect(path)) as connection:
        db = Database(connection)
        names = [name for name in db.table_names() if name not in ("meta", "_sqlite_migrations", "words")]
        return {name: list(db[name].rows) for name in names if not name.startswith("sqlite_")}


def test_an_upgrade_from_version_1_takes_the_weight_of_a_claim_from_its_rules(first_version: Path) -> None:
    with Ledger.open(first_version) as ledger:
        heard = [o for title in ledger.titles() for event in Event for o in ledger.observations(title, event)]
        assert {o.claim.confidence for o in heard} == {None}
        passing = {o.headline for o in heard if o.claim.passing}
        inherited = {o.headline for o in heard if o.claim.inherited}
        assert passing == {"What the showcase showed", "The week in games", "The summer showcase in full"}
        assert inherited == {"Hades II looks sharp"}
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            ledger.run("UPDATE observations SET passing = 0")


def test_the_weight_of_a_claim_is_kept(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.record_document(
            document(), NOW, [observation(passing=True), observation("2024", inherited=True)]
        )
    with Ledger.open(path) as ledger:
        kept = ledger.observations("Alan Wake 2", Event.RELEASE)
        assert [(o.claim.passing, o.claim.inherited) for o in kept] == [(True, False), (False, True)]


def test_an_upgrade_from_version_1_keeps_its_verdicts_changes_and_views(first_version: Path) -> None:
    with closing(sqlite3.connect(first_version)) as connection:
        shown = {view: list(Database(connection)[view].rows) for view in ("claim_log", "alert_log")}
        connection.execute("ALTER TABLE changes ADD COLUMN noted TEXT")
        connection.execute("UPDATE changes SET noted = 'kept' WHERE id = 3")
        connection.commit()

    with Ledger.open(first_version) as ledger:
        assert ledger.value("SELECT noted FROM changes WHERE id = 3") == "kept"
        changes = {change.id: change for change in ledger.changes()}
        assert [changes[number].kind.value for number in sorted(changes)] == [
            "appeared", "narrowed", "released", "appeared", "rumoured", "appeared", "appeared", "appeared", "denied",
            "appeared", "moved_later",
        ]  # fmt: skip
        assert all(change.verdict is None and change.after is not None for change in changes.values())
        assert {verdict.kind.value for verdict in ledger.verdicts("Pixel Fold", Event.RELEASE)} == {
            "dismissed",
            "confirmed",
        }
        assert next(iter(ledger.deliveries())).change == 11
    with closing(sqlite3.connect(first_version)) as connection:
        assert {view: list(Database(connection)[view].rows) for view in shown} == shown


def test_a_change_that_ends_in_nothing_keeps_its_verdict(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.record_document(document(), NOW, [observation()])
        verdict = ledger.add_verdict(Verdict(1, VerdictKind.DISMISSED, NOW, "a joke"))
        told = Change(
            kind=ChangeKind.RETRACTED,
            key=Key("Alan Wake 2", None, Event.RELEASE),
            before=Belief(Status.SCHEDULED, When.parse("2023-10-17"), Certainty.OFFICIAL),
            since=NOW,
            after=None,
            at=NOW,
            verdict=verdict,
            against=NOW,
        )
        (kept,) = ledger.add_changes([told])
        assert ledger.change(kept.id) == kept
        assert ledger.change(kept.id).verdict == verdict
        assert [change.id for change in ledger.add_changes([told])] == [kept.id]
