"""Resolve the name of a social account to the service's id once, poll by that id, and resolve it again periodically."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.errors import ParseError
from monitor.ledger import Store
from monitor.model import (
    Account,
    Fetched,
    FetchOutcome,
    Source,
    SourceKind,
    SourceState,
    Trouble,
    Unreachable,
    Validators,
)

if TYPE_CHECKING:
    from monitor.parse.resolver import Resolver

__all__ = ["Accounts", "Reached"]

log = logging.getLogger(__name__)

Fetch = Callable[[Source, str, Validators], Awaitable[FetchOutcome]]
"""Returns what an address of a source gave."""

ASKED_AGAIN = timedelta(days=7)
"""How long a resolved id is valid."""
# The kinds that no account is behind: only for others the parsers are loaded, of which the daemon needs nothing else.
_PLAIN = frozenset({SourceKind.FEED, SourceKind.PAGE, SourceKind.SITEMAP, SourceKind.FILE, SourceKind.REDDIT})
# The statuses with which a service answers for an account that does not exist.
_NOT_THERE = frozenset({400, 401, 403, 404, 410, 422})
# The responses to a resolution are small; a channel's page is the largest.
_LARGEST_ANSWER = 4 * 2**20


@dataclass(frozen=True)
class Reached:
    """The result of a poll, the source as it was polled, and a note for a person about its account."""

    outcome: FetchOutcome
    source: Source
    note: str = ""


@dataclass
class Accounts:
    """Polls sources whose targets are account names by their ids, and all others unchanged."""

    store: Store
    clock: Callable[[], datetime]

    async def poll(self, source: Source, state: SourceState, validators: Validators, fetch: Fetch) -> Reached:
        """Return the result of polling `source` by `fetch`; Unreachable for an account that does not exist. Raises LedgerError."""
        resolver = _resolver(source.kind)
        if resolver is None:
            return Reached(await fetch(source, source.url, validators), source)
        known = await self.store.read(lambda tx: tx.account(source))
        account = known
        if _is_due(known, self.clock()):
            found = await self._asked(resolver, source, known, fetch)
            if isinstance(found, Unreachable):
                return Reached(found, source)
            account = found
        return await self._reached(resolver, source, account, state, validators, fetch)

    async def _asked(
        self, resolver: Resolver, source: Source, known: Account | None, fetch: Fetch
    ) -> Account | Unreachable | None:
        """Return the account that the service names now, `known` where it does not answer, or why there is none."""
        question = resolver.question(source)
        if not question:
            return None
        now = self.clock()
        outcome = await fetch(source, question, Validators())
        account: Account | None = None
        trouble = outcome
        if isinstance(outcome, Fetched):
            try:
                account = resolver.answer(_bounded(outcome), source, known, now)
            except ParseError as error:
                trouble = Unreachable(trouble=Trouble.UNREADABLE, detail=f"{outcome.url} {error.message}")
        if account is None:
            account = resolver.refused(trouble, source, known, now)
        if account is not None:
            await self._keep(account, known)
            return account
        if known is not None:
            return known
        if isinstance(trouble, Unreachable):
            return replace(trouble, detail=f"its account cannot be found: {trouble.detail}")
        return Unreachable(trouble=Trouble.PROTOCOL, detail="its account cannot be found: nothing came")

    async def _reached(
        self,
        resolver: Resolver,
        source: Source,
        account: Account | None,
        state: SourceState,
        validators: Validators,
        fetch: Fetch,
    ) -> Reached:
        bound = resolver.bound(source, account)
        outcome = await fetch(bound, bound.url, validators)
        if isinstance(outcome, Unreachable):
            now = self.clock()
            instead = resolver.instead(outcome, bound, now)
            if instead is not None and (account is None or account.id != instead.id):
                await self._keep(instead, account)
                bound = resolver.bound(source, instead)
                return Reached(await fetch(bound, bound.url, validators), bound, instead.note)
            if outcome.status in _NOT_THERE and account is not None and not state.failures:
                await self._keep(replace(account, asked_at=None), account)
        return Reached(outcome, bound, account.note if account is not None else "")

    async def _keep(self, account: Account, known: Account | None) -> None:
        await self.store.do(lambda tx: tx.keep_account(account))
        if account.note and (known is None or account.note != known.note):
            log.warning("%s: %s", account.source, account.note)


def _bounded(outcome: Fetched) -> Fetched:
    if len(outcome.body) > _LARGEST_ANSWER:
        raise ParseError("is too large to name an account", where=outcome.url)
    return outcome


def _resolver(kind: SourceKind) -> Resolver | None:
    if kind in _PLAIN:
        return None
    from monitor.parse.parsers import RESOLVERS  # noqa: PLC0415 - as said at _PLAIN

    return RESOLVERS.get(kind)


def _is_due(known: Account | None, now: datetime) -> bool:
    """Return whether the account is to be resolved: never yet, a week ago, after a refusal, or by a clock that was ahead."""
    return known is None or known.asked_at is None or not timedelta() <= now - known.asked_at < ASKED_AGAIN
