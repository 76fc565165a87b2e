from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.cli import main
from monitor.ledger import Ledger
from tests.builders import source


@pytest.mark.parametrize(
    ("ago", "code", "word"),
    [
        (timedelta(seconds=20), 0, "seconds ago"),
        (timedelta(minutes=4), 1, "is it running?"),
        (None, 1, "ever"),
    ],
)
def test_the_daemon_is_at_work_when_it_said_so_lately(
    ago: timedelta | None, code: int, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Ledger.open(tmp_path / "monitor.db") as ledger:
        if ago is not None:
            ledger.note_alive(datetime.now(UTC) - ago)
    assert main(["health", "--db", str(tmp_path / "monitor.db")]) == code
    told = capsys.readouterr()
    assert word in told.out + told.err


def test_without_a_database_there_is_no_daemon(tmp_path: Path) -> None:
    assert main(["health", "--db", str(tmp_path / "none.db")]) == 1


def test_a_source_that_was_not_polled_in_time_is_unhealthy_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, now = tmp_path / "monitor.db", datetime.now(UTC)
    with Ledger.open(path) as ledger:
        ledger.sync_sources([source("slow", every=timedelta(hours=1)), source("well")], now)
        ledger.note_alive(now)
    assert main(["health", "--db", str(path)]) == 0
    for polled, next_poll, word in [
        (now - timedelta(hours=4), now + timedelta(days=9000), "was not polled for 4 hours, though it is due every 1 hour"),
        (now + timedelta(days=900), now + timedelta(days=901), "ahead of the clock"),
    ]:  # fmt: skip
        with Ledger.open(path) as ledger:
            state = replace(
                ledger.state("slow"), last_poll_at=polled, scheduled_at=polled, next_poll_at=next_poll
            )
            ledger.save_states([state])
        capsys.readouterr()
        assert main(["health", "--db", str(path)]) == 1
        told = capsys.readouterr()
        assert "monitor: slow: it" in told.err
        assert word in told.err
        assert "well" not in told.err
        assert main(["sources", "--format", "csv", "--db", str(path)]) == 0
        assert word in capsys.readouterr().out


def test_a_daemon_that_was_at_work_ahead_of_the_clock_is_not_known_to_be_at_work(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "monitor.db") as ledger:
        ledger.note_alive(datetime.now(UTC) + timedelta(days=400))
    assert main(["health", "--db", str(tmp_path / "monitor.db")]) == 1
