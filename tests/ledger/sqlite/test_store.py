"""What only the SQLite implementation of the store does: batches of polls that share a commit, and leases of an owner that was killed."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.ledger import Ledger, SqliteStore
from monitor.ledger.sqlite import store as module
from tests.builders import NOW, document, source

Fork = Callable[[Callable[[], None]], int]


def commits(ledger: Ledger) -> list[str]:
    """Return a list that grows by every commit from now on."""
    found: list[str] = []
    ledger.sqlite.set_trace_callback(lambda sql: found.append(sql) if sql == "COMMIT" else None)
    return found


async def keep(store: SqliteStore, text: str) -> int:
    return await store.do(lambda tx: tx.mark_seen([document(text).fingerprint]), batched=True)


async def test_transactions_that_come_together_are_kept_in_one_commit(ledger: Ledger) -> None:
    store, found = SqliteStore(ledger), commits(ledger)
    assert await asyncio.gather(*(keep(store, name) for name in "abc")) == [1, 1, 1]
    assert len(found) == 1
    assert not ledger.unseen(document(name).fingerprint for name in "abc")


async def test_a_batch_waits_for_a_transaction_that_is_expected(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST_SECONDS", 60.0)
    store, found = SqliteStore(ledger), commits(ledger)
    with store.expecting():
        quick = asyncio.create_task(keep(store, "quick"))
        for _ in range(100):
            await asyncio.sleep(0)
        assert not quick.done()
    await asyncio.gather(quick, keep(store, "slow"))
    assert len(found) == 1


async def test_a_batch_does_not_wait_for_long(ledger: Ledger) -> None:
    store = SqliteStore(ledger)
    with store.expecting():
        async with asyncio.timeout(5):
            await keep(store, "quick")
    assert not ledger.unseen([document("quick").fingerprint])


async def test_no_commit_holds_more_than_is_good_for_the_others(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    store, found = SqliteStore(ledger), commits(ledger)
    await asyncio.gather(*(keep(store, str(n)) for n in range(5)))
    assert len(found) == 3


async def test_a_durable_transaction_is_on_the_disk_and_alone(ledger: Ledger) -> None:
    store = SqliteStore(ledger)
    seen: list[int] = []
    await store.do(lambda _: seen.append(ledger.value("PRAGMA synchronous")), durable=True, batched=True)
    await store.do(lambda _: seen.append(ledger.value("PRAGMA synchronous")))
    assert seen == [2, 1]


def test_leases_end_with_the_process_that_holds_them_and_not_before(path: Path, fork: Fork) -> None:
    with Ledger.open(path) as beside:
        beside.sync_sources([source(name, url=f"https://{name}.example/") for name in "ab"], NOW)
        kept = beside.take_sites(SqliteStore(beside).holder, 1, NOW, names=["b"])
        told, tell = os.pipe()

        def hold() -> None:
            with Ledger.open(path) as ledger:
                store = SqliteStore(ledger)
                assert ledger.take_sites(store.holder, 1, NOW, names=["a"])
                assert ledger.take_channel(store.holder, "hook") is not None
                os.write(tell, b"!")
                signal.pause()

        child = fork(hold)
        os.read(told, 1)
        with Ledger.open(path) as another:
            assert another.take_sites("another", 9, NOW) == []
            assert another.take_channel("another", "hook") is None
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with Ledger.open(path) as after:
            assert [each.lease.name for each in after.take_sites("next", 9, NOW)] == ["a.example"]
            assert after.take_channel("next", "hook") is not None
        assert beside.renew([each.lease for each in kept]) == []
