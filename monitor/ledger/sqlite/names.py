"""Return the names in the ledger: of works, sources and channels."""

from __future__ import annotations

from monitor.ledger.sqlite.connection import Connection

__all__ = ["channel_names", "source_names", "titles"]

_SOURCES = "SELECT name FROM sources UNION SELECT source FROM documents UNION SELECT source FROM sightings ORDER BY 1"
_CHANNELS = "SELECT channel FROM deliveries UNION SELECT name FROM channels ORDER BY 1"


def titles(ledger: Connection) -> list[str]:
    """Return the titles of the works that have claims."""
    return [title for (title,) in ledger.rows("SELECT DISTINCT title FROM tallies ORDER BY title")]


def source_names(ledger: Connection) -> list[str]:
    """Return the sources that were ever configured, or that carried a document with claims."""
    return [name for (name,) in ledger.rows(_SOURCES)]


def channel_names(ledger: Connection) -> list[str]:
    """Return the channels that ever had a delivery."""
    return [name for (name,) in ledger.rows(_CHANNELS)]
