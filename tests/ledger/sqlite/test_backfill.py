"""An upgrade that fills what it added: all of it, from wherever it was cut off, and as the rows that are added later."""

from __future__ import annotations

import logging
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.ledgers import make
from monitor.errors import SchemaVersionError
from monitor.ledger import Ledger
from monitor.ledger.sqlite import backfill
from monitor.model import Event, Verdict, VerdictKind
from tests.builders import NOW

KEPT = "SELECT id, surest, certainty, lang, documents, first_seen, last_seen, first_said, last_said, verdict, version FROM claims ORDER BY id"
REFRESHED = "SELECT title, event, claims, unjudged, waiting FROM tallies ORDER BY 1, 2"


@pytest.fixture
def older(tmp_path: Path) -> Path:
    path = tmp_path / "older.db"
    make(path, claims=400, works=20)
    return path


def test_an_upgrade_keeps_with_each_claim_what_its_observations_add_up_to(older: Path) -> None:
    with Ledger.open(older) as ledger:
        rows = list(ledger.rows(KEPT))
        assert len(rows) > 300
        for number, surest, certainty, lang, documents, *_ in rows:
            said = list(ledger.claim(number).observations)
            best = max(said, key=lambda o: (o.claim.certainty.rank, -o.id))
            assert (surest, certainty, lang) == (best.id, best.claim.certainty.value, best.lang)
            assert documents == len(said)
        found = ledger.value("SELECT sum(claims) FROM tallies")
        assert found == len(rows)


def test_an_upgrade_that_is_cut_off_goes_on_where_it_was(
    older: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole = tmp_path / "whole.db"
    whole.write_bytes(older.read_bytes())
    with Ledger.open(whole) as ledger:
        expected = list(ledger.rows(KEPT)), list(ledger.rows(REFRESHED))
        words = list(ledger.rows("SELECT rowid FROM words WHERE words MATCH 'northlight'"))
    monkeypatch.setattr(backfill, "PORTION", 50)
    kept = backfill.keep_place
    cut: list[int] = []

    def cut_off(connection: sqlite3.Connection, stage: int, reached: int) -> None:
        kept(connection, stage, reached)
        cut.append(reached)
        if len(cut) % 7 == 0:
            raise KeyboardInterrupt

    monkeypatch.setattr(backfill, "keep_place", cut_off)
    interrupted = 0
    while True:
        try:
            Ledger.open(older).close()
            break
        except KeyboardInterrupt:
            interrupted += 1
        with pytest.raises(SchemaVersionError, match="it is being upgraded; wait until that is done"):
            Ledger.open(older, read_only=True)
    assert interrupted > 3
    with Ledger.open(older, read_only=True) as ledger:
        assert (list(ledger.rows(KEPT)), list(ledger.rows(REFRESHED))) == expected
        assert list(ledger.rows("SELECT rowid FROM words WHERE words MATCH 'northlight'")) == words
        assert len(words) > 20


KILLED = """
import os, signal, sys
from pathlib import Path
from monitor.ledger import Ledger
from monitor.ledger.sqlite import backfill

left = int(sys.argv[2])

def clock():  # asked after each portion
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return 0.0

backfill.fill.__kwdefaults__["clock"] = clock
Ledger.open(Path(sys.argv[1])).close()
"""


def test_an_upgrade_whose_process_is_killed_goes_on_where_it_was(older: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole.db"
    whole.write_bytes(older.read_bytes())
    with Ledger.open(whole) as ledger:
        expected = [list(ledger.rows(KEPT)), list(ledger.rows(REFRESHED))]

    places = []
    for _ in range(8):
        ran = subprocess.run([sys.executable, "-c", KILLED, str(older), "1"], check=False, timeout=60)
        if ran.returncode == 0:
            break
        assert ran.returncode == -signal.SIGKILL
        with closing(sqlite3.connect(older)) as connection:
            places.append(connection.execute("SELECT value FROM meta WHERE name = 'backfill'").fetchone())
    assert len(set(places)) == len(places) >= 3  # each start goes on behind the one before
    with Ledger.open(older, read_only=True) as ledger:
        assert [list(ledger.rows(KEPT)), list(ledger.rows(REFRESHED))] == expected


def test_claims_that_are_older_than_what_is_believed_are_left_out_by_their_own_scope(older: Path) -> None:
    with Ledger.open(older) as ledger:
        compared = 0
        for title, event in ledger.subjects():
            standings = ledger.standings(title, event)
            since = {key: standing.since for key, standing in standings.items()}
            found = ledger.summaries(title, event)
            recent = [
                one
                for one in found
                if (own := since.get(one.key) or since.get(replace(one.key, scope=()))) is None
                or one.last_said >= own
            ]
            assert ledger.summaries(title, event, recent=True) == recent
            compared += len(found) - len(recent)
        assert compared > 50


def test_a_long_upgrade_says_how_far_it_is(older: Path, caplog: pytest.LogCaptureFixture) -> None:
    ticks = iter(range(0, 1000, 3))
    with closing(sqlite3.connect(older)) as connection:
        connection.execute("SELECT 1")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(backfill, "PORTION", 100)
        patched.setattr(backfill.fill, "__kwdefaults__", {"clock": lambda: float(next(ticks))})
        with caplog.at_level(logging.WARNING):
            Ledger.open(older).close()
    said = [
        int(record.getMessage().rpartition("database, ")[2].partition("%")[0]) for record in caplog.records
    ]
    assert said == sorted(said)
    assert said[-1] == 100
    assert len(said) > 4


def test_what_is_added_afterwards_is_kept_like_what_was_filled(older: Path) -> None:
    with Ledger.open(older) as ledger:
        title = ledger.titles()[0]
        ((_, document),) = ledger.documents_after(0, 1)
        observed = ledger.observations(title, Event.RELEASE)[:3]
        fresh = document.__class__(
            **{**vars_of(document), "text": f"{document.text} anew", "id": "n", "url": "https://n.example/n"}
        )
        ledger.record_document(fresh, NOW, observed)
        ledger.add_verdict(Verdict(observed[0].claim_id, VerdictKind.DISMISSED, NOW, actor="ann"))
        now = list(ledger.rows(KEPT))
        tallied = list(ledger.rows(REFRESHED))
        ledger.run("INSERT OR REPLACE INTO meta VALUES ('backfill', '[0, 0]')")
        again = backfill.ROWS[0][1]
        ledger.run(again, (0, 10**9))
        assert list(ledger.rows(KEPT)) == now
        assert tallied == list(
            ledger.rows(
                "SELECT title, event, sum(documents > 0), sum(documents > 0 AND verdict IS NULL),"
                " sum(documents > 0 AND verdict IS NULL AND ifnull(cause, 0) > 0) FROM claims GROUP BY 1, 2 ORDER BY 1, 2"
            )
        )


def vars_of(document: object) -> dict[str, Any]:
    return {name: value for name, value in vars(document).items() if not name.startswith("_")}
