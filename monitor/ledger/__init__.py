"""What is kept: what was read, what it claims, what is believed, and who was alerted.

The package is a port and its makes: :mod:`monitor.ledger.sqlite` keeps everything in one SQLite file. Others import from here.
"""

from __future__ import annotations

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
    Position,
    RecordedReading,
    SourceRow,
    StoredTurn,
    Subject,
    Tally,
    Watched,
    folded,
    statements,
)

__all__ = [
    "OPEN_END",
    "READING_OF_A_PERSON",
    "TAKEN_BACK",
    "Bug",
    "ClaimHistory",
    "ClaimRow",
    "Deletion",
    "JudgedClaim",
    "Ledger",
    "Position",
    "RecordedReading",
    "SourceRow",
    "StoredTurn",
    "Subject",
    "Tally",
    "Watched",
    "folded",
    "statements",
]
