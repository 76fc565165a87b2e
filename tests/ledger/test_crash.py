"""A process that is killed at any moment leaves a sound ledger that holds each document whole or not at all."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from monitor.ledger import Ledger
from monitor.model import (
    Belief,
    Certainty,
    Change,
    ChangeKind,
    Channel,
    ChannelKind,
    Event,
    Key,
    SourceState,
    Standing,
    Status,
    When,
    alert,
)
from tests.builders import NOW, document, observation, source
from tests.senders import sender

Fork = Callable[[Callable[[], None]], int]

DOCUMENTS = 120
KILLS = int(os.environ.get("MONITOR_KILLS", "20"))
KEY = Key("Alan Wake 2", None, Event.RELEASE)
CHANNELS = [Channel(name=name, kind=ChannelKind.FILE, target=name) for name in ("one", "two")]


def _work(path: Path) -> None:
    """Record what is not recorded yet, and send what is due."""
    with Ledger.open(path, checkpoint=True) as ledger:
        ledger.sync_sources([source()], NOW)
        for number in range(DOCUMENTS):
            _record(ledger, number)
            _send(ledger)
            if number % 10 == 0:
                ledger.checkpoint()
        ledger.save_states([SourceState(name="news.example", next_poll_at=NOW, documents=DOCUMENTS)])


def _record(ledger: Ledger, number: int) -> None:
    read = document(f"{number} " * 5000, id=str(number))
    at = NOW + timedelta(minutes=number)
    when = When.parse(f"{2024 + number}")
    with ledger.transaction():
        if not ledger.unseen([read.fingerprint]):
            return
        recorded = ledger.record_document(read, at, [observation(when.edtf), observation(None)])
        belief = Belief(Status.SCHEDULED, when, Certainty.REPORTED)
        evidence = tuple(recorded)
        before = ledger.standings("Alan Wake 2", "release").get(KEY)
        ledger.put_standings(
            "Alan Wake 2", "release", [Standing(KEY, belief, at, tuple(each.id for each in evidence))]
        )
        change = Change(
            kind=ChangeKind.MOVED_LATER,
            key=KEY,
            before=None if before is None else before.belief,
            since=None if before is None else before.since,
            after=belief,
            at=at,
            evidence=evidence,
        )
        (kept,) = ledger.add_changes([change])
        for channel in CHANNELS:
            ledger.add_delivery(kept, channel, alert(kept), send_at=at, now=at)


def _send(ledger: Ledger) -> None:
    for channel in CHANNELS:
        due = ledger.due_deliveries(NOW + timedelta(days=1), channel=channel.name)
        if sent := [delivery.id for delivery in due]:
            sender(ledger, channel.name).mark_attempting({each: [each] for each in sent}, NOW)
            sender(ledger, channel.name).mark_delivered(sent, NOW)


def _check(path: Path) -> None:
    """Look at the file as SQLite finds it, without any help of ours."""
    with closing(sqlite3.connect(path)) as found:
        assert found.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert found.execute("PRAGMA foreign_key_check").fetchall() == []
        if not found.execute("SELECT 1 FROM sqlite_master WHERE name = 'documents'").fetchone():
            return  # killed before there was anything
        tables = ("documents", "seen", "observations", "claims", "changes", "change_evidence", "deliveries")
        counts = {table: found.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}  # noqa: S608 - our own tables
        whole = counts["documents"]
        assert counts == {
            "documents": whole,
            "seen": whole,
            "observations": 2 * whole,
            "claims": whole + (whole > 0),
            "changes": whole,
            "change_evidence": 2 * whole,
            "deliveries": 2 * whole,
        }
        assert not found.execute(
            "SELECT 1 FROM deliveries WHERE state = 'delivered' AND attempts = 0"
        ).fetchone()


def _contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of ours, but for how often a delivery was attempted."""
    with Ledger.open(path) as ledger:
        names = [
            name
            for (name,) in ledger.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            if "sqlite_" not in name and name not in ("words", "words_data", "words_idx")
        ]
        rows = {name: sorted(ledger.rows(f'SELECT * FROM "{name}"'), key=repr) for name in names}  # noqa: S608 - our own tables
        # The pages of the index depend on when its parts were merged: what it finds does not.
        found = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid"
        rows["words"] = [row for word in ("wake", "day") for row in ledger.rows(found, (word,))]
        assert rows["words"]
    del rows["senders"]  # until when each was leased last
    rows["deliveries"] = [(*row[:4], *row[5:]) for row in rows["deliveries"]]
    return rows


def test_kills_at_random_moments_lose_and_repeat_nothing(tmp_path: Path, fork: Fork) -> None:
    killed, undisturbed = tmp_path / "killed.db", tmp_path / "undisturbed.db"
    in_time = 0
    for _ in range(KILLS):
        process = fork(lambda: _work(killed))
        time.sleep(random.uniform(0.005, 0.05))
        os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
        in_time += os.WIFSIGNALED(status)
        if killed.exists():
            _check(killed)
    assert in_time > KILLS / 2, "the work was done before it could be disturbed"

    assert os.waitpid(fork(lambda: _work(killed)), 0)[1] == 0
    _check(killed)
    _work(undisturbed)

    assert _contents(killed) == _contents(undisturbed)
