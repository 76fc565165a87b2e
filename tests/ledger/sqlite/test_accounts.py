"""Which account a source's name was resolved to is kept with its date."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from monitor.ledger import Ledger
from monitor.model import Account, SourceKind
from tests.builders import NOW, source

HERE = source("here", kind=SourceKind.BLUESKY, target="lantern.example")


def test_an_account_comes_back_as_it_was_kept(path: Path) -> None:
    kept = Account(source="here", target="lantern.example", id="did:plc:x", known_as="lantern.example", note="moved", since=NOW, asked_at=NOW + timedelta(days=1))  # fmt: skip
    with Ledger.open(path) as ledger:
        ledger.sync_sources([HERE], NOW)
        assert ledger.account(HERE) is None
        ledger.keep_account(kept)
        assert ledger.account(HERE) == kept
        ledger.save_states([ledger.state("here")])
    with Ledger.open(path) as ledger:
        assert ledger.account(HERE) == kept


def test_another_target_is_another_account(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.sync_sources([HERE], NOW)
        ledger.keep_account(Account(source="here", target="lantern.example", id="did:plc:x", since=NOW))
        assert ledger.account(source("here", kind=SourceKind.BLUESKY, target="fox.example")) is None
