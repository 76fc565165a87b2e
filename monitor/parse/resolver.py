"""What finds the account that a source of one kind names, and the address that its posts are at."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from monitor.model import Account, Fetched, FetchOutcome, Source

__all__ = ["Resolver", "account_named"]


class Resolver(Protocol):
    """What finds the account that a source of one kind names, and the address that its posts are at; it asks nobody itself."""

    def question(self, source: Source) -> str:
        """Return the address that tells the account's id, "" where the target says it or there is none."""

    def answer(self, fetched: Fetched, source: Source, known: Account | None, now: datetime) -> Account:
        """Return the account that an answer names. Raises ParseError."""

    def refused(
        self, outcome: FetchOutcome, source: Source, known: Account | None, now: datetime
    ) -> Account | None:
        """Return the account to go on with although the question was refused, None where there is none."""

    def instead(self, outcome: FetchOutcome, source: Source, now: datetime) -> Account | None:
        """Return the second way to the posts where the first was refused, None where there is none."""
        del outcome, source, now
        return None

    def bound(self, source: Source, account: Account | None) -> Source:
        """Return `source` with the address of the posts, the account's id, and its official names as ids."""


def account_named(
    source: Source, name: str, key: str, known: Account | None, now: datetime, *, what: str
) -> Account:
    """Return the account with the id `key`, which `name` names; one that is `known` is kept, whatever its name names now.

    `what` is what the service calls an account.
    """
    if known is None or not known.id:
        return Account(
            source=source.name, target=source.target, id=key, known_as=name, since=now, asked_at=now
        )
    note = "" if key == known.id else f"{name} names another {what} now, {key}; {known.id} is still read"
    return replace(known, note=note, asked_at=now)
