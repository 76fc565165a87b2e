from __future__ import annotations

from datetime import timedelta

from monitor.ledger import Ledger
from tests.builders import NOW


def test_nobody_is_alive_in_a_new_ledger(ledger: Ledger) -> None:
    assert ledger.alive_at() is None


def test_another_process_reads_when_the_daemon_last_went_on(ledger: Ledger) -> None:
    ledger.note_alive(NOW)
    ledger.note_alive(NOW + timedelta(minutes=1))
    with Ledger.open(ledger.path, read_only=True) as other:
        assert other.alive_at() == NOW + timedelta(minutes=1)
