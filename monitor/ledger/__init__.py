"""What is kept: what was read, what it claims, what is believed, and who was alerted.

The package is a port, :mod:`monitor.ledger.port`, and its makes: :mod:`monitor.ledger.sqlite` keeps everything in one SQLite file. Others
import from here.
"""

from __future__ import annotations

from monitor.ledger.port import (
    LEASE_SECONDS,
    Lease,
    PolledState,
    Position,
    Pruning,
    SiteRecord,
    Store,
    StoredTurn,
    Subject,
    TakenSite,
    Transaction,
    Watched,
)
from monitor.ledger.sqlite import (
    OPEN_END,
    READING_OF_A_PERSON,
    TAKEN_BACK,
    Bug,
    ClaimHistory,
    ClaimRow,
    Deletion,
    JudgedClaim,
    Ledger,
    RecordedReading,
    SourceRow,
    Tally,
    folded,
    statements,
)
from monitor.ledger.sqlite.store import SqliteStore

__all__ = [
    "LEASE_SECONDS",
    "OPEN_END",
    "READING_OF_A_PERSON",
    "TAKEN_BACK",
    "Bug",
    "ClaimHistory",
    "ClaimRow",
    "Deletion",
    "JudgedClaim",
    "Lease",
    "Ledger",
    "PolledState",
    "Position",
    "Pruning",
    "RecordedReading",
    "SiteRecord",
    "SourceRow",
    "SqliteStore",
    "Store",
    "StoredTurn",
    "Subject",
    "TakenSite",
    "Tally",
    "Transaction",
    "Watched",
    "folded",
    "statements",
]
