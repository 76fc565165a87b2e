"""Store the account that a source's name was resolved to, since when, and when it was last resolved, in the source's row."""

from __future__ import annotations

import json

from monitor.ledger.sqlite.columns import instant, moment, moment_or_none, storable
from monitor.ledger.sqlite.connection import Connection
from monitor.ledger.sqlite.failures import legible
from monitor.model import Account, Source

__all__ = ["account", "keep_account"]


def account(ledger: Connection, source: Source) -> Account | None:
    """Return the account that the target of `source` was resolved to, None without one."""
    kept = ledger.value("SELECT account FROM sources WHERE name = ?", (storable(source.name),))
    found = _account(source.name, kept) if kept else None
    return found if found is not None and found.target == source.target else None


@legible
def _account(source: str, text: str) -> Account:
    kept = json.loads(text)
    return Account(
        source=source,
        target=kept["target"],
        id=kept["id"],
        known_as=kept["known_as"],
        note=kept["note"],
        since=moment(kept["since"]),
        asked_at=moment_or_none(kept["asked_at"]),
    )


def keep_account(ledger: Connection, account: Account) -> None:
    """Store `account` as the resolution of its source's name."""
    kept = {
        "target": account.target,
        "id": account.id,
        "known_as": account.known_as,
        "note": account.note,
        "since": instant(account.since),
        "asked_at": None if account.asked_at is None else instant(account.asked_at),
    }
    text = storable(json.dumps(kept, ensure_ascii=False))
    ledger.run("UPDATE sources SET account = ? WHERE name = ?", (text, storable(account.source)))
