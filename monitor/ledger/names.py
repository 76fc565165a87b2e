"""The names that the ledger knows: of works, sources and channels."""

from __future__ import annotations

from monitor.ledger.connection import Connection

__all__ = ["channel_names", "source_names", "titles"]

_SOURCES = "SELECT name FROM sources UNION SELECT source FROM documents UNION SELECT source FROM sightings ORDER BY 1"
_CHANNELS = "SELECT channel FROM deliveries UNION SELECT name FROM channels ORDER BY 1"


def titles(ledger: Connection) -> list[str]:
    """Return the titles of the works that something was claimed of."""
    return [title for (title,) in ledger.rows("SELECT DISTINCT title FROM claims ORDER BY title")]


def source_names(ledger: Connection) -> list[str]:
    """Return the sources that ever were configured, or that a document with claims was met at."""
    return [name for (name,) in ledger.rows(_SOURCES)]


def channel_names(ledger: Connection) -> list[str]:
    """Return the channels that anything was ever to be sent to."""
    return [name for (name,) in ledger.rows(_CHANNELS)]
