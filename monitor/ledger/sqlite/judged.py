"""Return the judged claims with their documents, and store the adjustment fitted on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.ledger.sqlite.connection import Connection
from monitor.ledger.sqlite.observations import OBSERVED, observation_of
from monitor.ledger.sqlite.summaries import STANDING_VERDICT
from monitor.model import Observation, VerdictKind

__all__ = ["JudgedClaim", "adjustment", "judged", "keep_adjustment", "observations_of", "undone"]

# Beside a max() SQLite gives the other columns of the row that has it (https://www.sqlite.org/lang_select.html#bareagg).
_JUDGED = (
    "SELECT claim, kind FROM (SELECT v.claim, v.kind, max(v.id) AS number FROM verdicts v"  # noqa: S608 - our own columns
    f" WHERE {STANDING_VERDICT} GROUP BY v.claim) ORDER BY number"
)


@dataclass(frozen=True)
class JudgedClaim:
    """A claim, the verdict on it that counts, and all its observations in the order of recording."""

    id: int
    kind: VerdictKind
    observations: tuple[Observation, ...]


def judged(ledger: Connection) -> Iterator[JudgedClaim]:
    """Yield each claim with a verdict that counts, in the order of the verdicts."""
    for claim, kind in list(ledger.rows(_JUDGED)):
        rows = ledger.rows(f"{OBSERVED} WHERE c.id = ? ORDER BY o.id", (claim,))
        yield JudgedClaim(claim, VerdictKind(kind), tuple(observation_of(row) for row in rows))


def observations_of(ledger: Connection, fingerprint: str) -> list[Observation]:
    """Return all observations of a stored document in order, including those that no longer count."""
    rows = ledger.rows(f"{OBSERVED} WHERE d.fingerprint = ? ORDER BY o.id", (fingerprint,))
    return [observation_of(row) for row in rows]


def undone(ledger: Connection) -> int:
    """Return the number of verdicts that were taken back."""
    return int(ledger.value("SELECT count(*) FROM verdicts WHERE kind = 'undone'"))


def adjustment(ledger: Connection) -> str | None:
    """Return the stored adjustment of the reader that is in use, None without one."""
    found: str | None = ledger.value("SELECT value FROM meta WHERE name = 'adjustment'")
    return found


def keep_adjustment(ledger: Connection, text: str | None) -> None:
    """Store an adjustment of the reader to use from now on; None removes it."""
    if text is None:
        ledger.run("DELETE FROM meta WHERE name = 'adjustment'")
    else:
        ledger.run("INSERT OR REPLACE INTO meta VALUES ('adjustment', ?)", (text,))
