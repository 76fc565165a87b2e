"""Draw ids before a row is written, so that ids follow the order of commits."""

from __future__ import annotations

from monitor.ledger.sqlite.connection import Connection

__all__ = ["draw"]


def draw(ledger: Connection, name: str, count: int = 1) -> int:
    """Return the first of `count` consecutive ids that nothing else of the sequence `name` has; call it inside a transaction."""
    last = ledger.value("UPDATE sequences SET last = last + ? WHERE name = ? RETURNING last", (count, name))
    return int(last) - count + 1
