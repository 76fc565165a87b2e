"""Renew the leases that a process holds for as long as it holds them, and give them back in the end.

A lease that could not be renewed in time counts as lost at once: no request is made and nothing is sent under it any more, and the store refuses what
is written under it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Collection

from monitor.errors import LedgerError
from monitor.ledger import LEASE_SECONDS, Lease, Store

__all__ = ["Leases"]

log = logging.getLogger(__name__)

# A request at its time limit always fits into what is left after two renewals that failed.
_RENEWED_EVERY_SECONDS = LEASE_SECONDS / 6


class Leases:
    """Keeps the leases of one process; call :meth:`close` in the end."""

    def __init__(self, store: Store, *, every: float = _RENEWED_EVERY_SECONDS) -> None:
        self._store = store
        self._every = every
        self._held: set[Lease] = set()
        self._returned: set[Lease] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._renewing: asyncio.Task[None] | None = None

    @property
    def returned(self) -> Collection[Lease]:
        """The leases that are to be given back with the next transaction."""
        return tuple(self._returned)

    def hold(self, lease: Lease) -> None:
        """Renew `lease` from now on."""
        self._held.add(lease)
        if self._timer is None and self._renewing is None:
            self._wait()

    def drop(self, lease: Lease, *, is_released: bool) -> None:
        """Renew `lease` no more; where it `is_released` in the store it need not be given back."""
        self._held.discard(lease)
        if not is_released:
            self._returned.add(lease)

    def released(self, leases: Collection[Lease]) -> None:
        """Record that `leases` were given back."""
        self._returned.difference_update(leases)

    async def give_back(self) -> None:
        """Give back the leases of :attr:`returned`; where the ledger refuses, they end by themselves."""
        if returned := self.returned:
            try:
                await self._store.do(lambda tx: tx.release(returned))
            except LedgerError as error:
                log.debug("%d leases are not given back: %s", len(returned), error)
            else:
                self.released(returned)

    async def close(self) -> None:
        """Give back every lease, and stop renewing."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.gather(self._renewing, return_exceptions=True)
        for lease in list(self._held):
            self.drop(lease, is_released=False)
        await self.give_back()

    def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._every, self._begin)

    def _begin(self) -> None:
        self._timer = None
        if self._held or self._returned:
            self._renewing = asyncio.get_running_loop().create_task(self._renewed())

    async def _renewed(self) -> None:
        try:
            await self.renew()
            await self.give_back()
        finally:
            self._renewing = None
            if self._held or self._returned:
                self._wait()

    async def renew(self) -> None:
        """Extend all leases that are held; those that had ended count as lost."""
        held, until = tuple(self._held), time.monotonic() + LEASE_SECONDS
        try:
            lost = await self._store.do(lambda tx: tx.renew(held))
        except LedgerError as error:
            log.debug("%d leases are not renewed: %s", len(held), error)
            return
        for lease in held:
            lease.until = 0.0 if lease in lost else until
