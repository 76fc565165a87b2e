"""Claims as a reviewer reads them: each once, newest first, with who said it first and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from monitor.errors import NotFoundError
from monitor.ledger.changes import changes_of_claim
from monitor.ledger.columns import instant, moment
from monitor.ledger.connection import Connection
from monitor.ledger.observations import OBSERVED, STANDING_VERDICT, observation_of, verdicts_of_claim
from monitor.ledger.titles import same_titles
from monitor.model import Change, Claim, Observation, Verdict, VerdictKind
from monitor.model import instant as rfc3339

__all__ = ["ClaimHistory", "ClaimRow", "claim", "claims"]

# Of one claim the surest observation speaks, the earliest of those.
_RANK = "CASE certainty WHEN 'official' THEN 3 WHEN 'reported' THEN 2 WHEN 'expected' THEN 1 ELSE 0 END"
_SUREST = f"(SELECT id FROM observations WHERE claim = c.id ORDER BY {_RANK} DESC, id LIMIT 1)"  # noqa: S608 - our own columns
_SEEN_OF_CLAIM = "FROM observations x JOIN documents y ON y.id = x.document WHERE x.claim = c.id"
_MET_AT = (
    f"EXISTS (SELECT 1 {_SEEN_OF_CLAIM} AND (y.source = ?"  # noqa: S608 - as above
    " OR EXISTS (SELECT 1 FROM sightings WHERE document = y.id AND source = ?)))"
)
_READ_SINCE = f"EXISTS (SELECT 1 {_SEEN_OF_CLAIM} AND y.seen_at >= ?)"
_SELECT = (
    f"SELECT c.id, (SELECT min(y.seen_at) {_SEEN_OF_CLAIM}), (SELECT max(y.seen_at) {_SEEN_OF_CLAIM}),"  # noqa: S608 - as above
    " (SELECT count(*) FROM observations WHERE claim = c.id),"
    f" (SELECT v.kind FROM verdicts v WHERE v.claim = c.id AND {STANDING_VERDICT} ORDER BY v.id DESC LIMIT 1),"
    f" {OBSERVED.removeprefix('SELECT')}"
)


@dataclass(frozen=True)
class ClaimRow:
    """A claim in the log, in the words of its surest observation, which stands in `url` of `outlet` under `headline`.

    `documents` is how many documents make it; `first_seen` and `last_seen` are when we read the first and the last.
    """

    id: int
    claim: Claim
    first_seen: datetime
    last_seen: datetime
    documents: int
    verdict: VerdictKind | None
    url: str = ""
    outlet: str = ""
    headline: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON: the claim's fields by the contract's names, and the log's own."""
        return {
            "id": self.id,
            **self.claim.to_dict(),
            "trailer": self.claim.trailer or None,
            "url": self.url,
            "outlet": self.outlet,
            "headline": self.headline,
            "first_seen": rfc3339(self.first_seen),
            "last_seen": rfc3339(self.last_seen),
            "documents": self.documents,
            "verdict": None if self.verdict is None else self.verdict.value,
        }


@dataclass(frozen=True)
class ClaimHistory:
    """All that is known of a claim: who said it, first published first; what was decided, oldest first; what it changed."""

    row: ClaimRow
    observations: tuple[Observation, ...]
    verdicts: tuple[Verdict, ...]
    changes: tuple[Change, ...]


def claims(
    ledger: Connection,
    *,
    title: str | None = None,
    event: str | None = None,
    status: str | None = None,
    certainty: str | None = None,
    source: str | None = None,
    since: datetime | None = None,
    limit: int | None = None,
) -> Iterator[ClaimRow]:
    """Yield the claims log, newest first (by when a claim was first read).

    `title` matches in whatever case, `certainty` that of the surest observation, `source` where any document that
    makes it was met, `since` claims that were read, for the first time or again, at that time or later.
    """
    wanted: list[tuple[str, Sequence[Any]]] = [(f"o.id = {_SUREST}", ())]
    if title is not None:
        titles = same_titles(ledger, title)
        wanted.append((f"c.title IN ({', '.join('?' * len(titles))})", titles))
    if event is not None:
        wanted.append(("c.event = ?", (event,)))
    if status is not None:
        wanted.append(("c.status = ?", (status,)))
    if certainty is not None:
        wanted.append(("o.certainty = ?", (certainty,)))
    if source is not None:
        wanted.append((_MET_AT, (source, source)))
    if since is not None:
        wanted.append((_READ_SINCE, (instant(since),)))
    where = " AND ".join(condition for condition, _ in wanted)
    values = [value for _, some in wanted for value in some]
    sql = f"{_SELECT} WHERE {where} ORDER BY c.id DESC LIMIT ?"
    for row in ledger.rows(sql, (*values, -1 if limit is None else limit)):
        yield _row(row)


def claim(ledger: Connection, number: int) -> ClaimHistory:
    """Return the history of the claim that `number` names: its own id, or that of any of its observations.

    Raises NotFoundError.
    """
    known = ledger.value("SELECT claim FROM observations WHERE id = ?", (number,))
    if known is None:
        raise NotFoundError(
            f"there is no claim {number}; `monitor claims` lists them", where=str(ledger.path)
        )
    (row,) = ledger.rows(f"{_SELECT} WHERE o.id = {_SUREST} AND c.id = ?", (known,))
    observed = ledger.rows(f"{OBSERVED} WHERE c.id = ? ORDER BY d.published, o.id", (known,))
    return ClaimHistory(
        row=_row(row),
        observations=tuple(map(observation_of, observed)),
        verdicts=tuple(verdicts_of_claim(ledger, known)),
        changes=tuple(changes_of_claim(ledger, known)),
    )


def _row(row: Sequence[Any]) -> ClaimRow:
    number, first_seen, last_seen, documents, verdict, *observed = row
    said = observation_of(observed)
    return ClaimRow(
        id=number,
        claim=said.claim,
        first_seen=moment(first_seen),
        last_seen=moment(last_seen),
        documents=documents,
        verdict=None if verdict is None else VerdictKind(verdict),
        url=said.url,
        outlet=_outlet(said),
        headline=said.headline,
    )


def _outlet(said: Observation) -> str:
    """Return the site that the document stands on, which an aggregator's name would hide, else the source's name."""
    try:
        host = urlsplit(said.url).hostname or ""
    except ValueError:
        host = ""
    return host.removeprefix("www.") or said.source
