"""Define how the account of a source is resolved, and the address of its posts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from monitor.model import Account, Fetched, FetchOutcome, Source

__all__ = ["Resolver", "account_named"]


class Resolver(Protocol):
    """The resolver of accounts for one kind of source; it makes no requests itself."""

    def question(self, source: Source) -> str:
        """Return the address that resolves the account, "" when the target is the id or there is no account."""

    def answer(self, fetched: Fetched, source: Source, known: Account | None, now: datetime) -> Account:
        """Return the account in a response. Raises ParseError."""

    def refused(
        self, outcome: FetchOutcome, source: Source, known: Account | None, now: datetime
    ) -> Account | None:
        """Return the account to use although the request was refused, None when there is none."""

    def instead(self, outcome: FetchOutcome, source: Source, now: datetime) -> Account | None:
        """Return the account for the alternative address of the posts after the first was refused, None when there is none."""
        del outcome, source, now
        return None

    def bound(self, source: Source, account: Account | None) -> Source:
        """Return `source` with the address of the posts, the account's id, and its official names as ids."""


def account_named(
    source: Source, name: str, key: str, known: Account | None, now: datetime, *, what: str
) -> Account:
    """Return the account with the id `key` and the name `name`; a `known` one is kept, whatever its name means now.

    `what` is the service's word for an account.
    """
    if known is None or not known.id:
        return Account(
            source=source.name, target=source.target, id=key, known_as=name, since=now, asked_at=now
        )
    note = "" if key == known.id else f"{name} names another {what} now, {key}; {known.id} is still read"
    return replace(known, note=note, asked_at=now)
