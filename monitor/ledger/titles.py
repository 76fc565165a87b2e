"""Titles as a person types them: case plays no part."""

from __future__ import annotations

from monitor.ledger.connection import Connection

__all__ = ["same_titles", "titles"]


def titles(ledger: Connection) -> list[str]:
    """Return the titles of the works that something was claimed of."""
    return [title for (title,) in ledger.rows("SELECT DISTINCT title FROM claims ORDER BY title")]


def same_titles(ledger: Connection, title: str) -> list[str]:
    """Return the titles that differ from `title` in case at most."""
    folded = title.casefold()
    return [known for known in titles(ledger) if known.casefold() == folded]
