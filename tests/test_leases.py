"""Leases that a process holds: renewed as long as it holds them, given back in the end, lost when they ended."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.leases import Leases
from monitor.ledger import LEASE_SECONDS, Lease, Ledger, SqliteStore
from tests.builders import NOW, source


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.db") as opened:
        opened.sync_sources([source(name, url=f"https://{name}.example/") for name in "ab"], NOW)
        yield opened


def taken(ledger: Ledger, store: SqliteStore, name: str) -> Lease:
    (site,) = ledger.take_sites(store.holder, 1, NOW, names=[name])
    return site.lease


def age(ledger: Ledger, lease: Lease, seconds: float) -> None:
    """Let the clock of the database go on for a lease, and that of the process with it."""
    ledger.run("UPDATE sites SET leased_until = leased_until - ? WHERE site = ?", (seconds, lease.name))
    lease.until -= seconds


async def test_what_is_held_is_renewed_and_what_ended_counts_as_lost(ledger: Ledger) -> None:
    store = SqliteStore(ledger)
    leases = Leases(store)
    kept, lost = taken(ledger, store, "a"), taken(ledger, store, "b")
    for lease in (kept, lost):
        leases.hold(lease)
    age(ledger, kept, 100)
    age(ledger, lost, LEASE_SECONDS + 1)
    await leases.renew()
    now = time.monotonic()
    assert LEASE_SECONDS - 5 < kept.left(now) <= LEASE_SECONDS
    assert lost.left(now) == 0.0
    await leases.close()


async def test_leases_are_renewed_by_themselves(ledger: Ledger) -> None:
    store = SqliteStore(ledger)
    renewed = asyncio.Event()

    class Noted(Leases):
        async def renew(self) -> None:
            await super().renew()
            renewed.set()

    leases = Noted(store, every=0.01)
    lease = taken(ledger, store, "a")
    age(ledger, lease, 100)
    before = lease.until
    leases.hold(lease)
    async with asyncio.timeout(10):
        await renewed.wait()
    assert lease.until > before
    await leases.close()
    assert len(ledger.take_sites("next", 9, NOW)) == 2


async def test_a_ledger_that_refuses_extends_nothing_and_keeps_what_is_to_be_given_back(
    ledger: Ledger,
) -> None:
    store = SqliteStore(ledger)
    leases = Leases(store)
    held, returned = taken(ledger, store, "a"), taken(ledger, store, "b")
    before = held.until
    leases.hold(held)
    leases.hold(returned)
    leases.drop(returned, is_released=False)
    ledger.value("PRAGMA query_only = ON")
    await leases.renew()
    await leases.give_back()
    assert (held.until, leases.returned) == (before, (returned,))
    ledger.value("PRAGMA query_only = OFF")
    await leases.give_back()
    assert leases.returned == ()
    assert [each.lease.name for each in ledger.take_sites("next", 9, NOW)] == ["b.example"]
    await leases.close()
    assert [each.lease.name for each in ledger.take_sites("next", 9, NOW)] == ["a.example"]
