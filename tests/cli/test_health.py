from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.cli import main
from monitor.ledger import Ledger


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
