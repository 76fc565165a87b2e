"""The claims log: each claim once, newest first, with its first source and its outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from monitor.errors import NotFoundError
from monitor.ledger.sqlite.changes import changes_of_claim
from monitor.ledger.sqlite.columns import instant, moment
from monitor.ledger.sqlite.connection import Connection
from monitor.ledger.sqlite.failures import legible
from monitor.ledger.sqlite.filters import Condition, is_in_language, is_of_instalment, is_one_of, says
from monitor.ledger.sqlite.observations import (
    COUNTS,
    OBSERVED,
    STANDING_VERDICT,
    observation_of,
    verdicts_of_claim,
)
from monitor.model import Change, Claim, Observation, Verdict, VerdictKind
from monitor.model import instant as rfc3339

__all__ = ["ClaimHistory", "ClaimRow", "claim", "claims"]

# A claim is shown by its most certain observation that counts, the earliest of those.
_RANK = "CASE certainty WHEN 'official' THEN 3 WHEN 'reported' THEN 2 WHEN 'expected' THEN 1 ELSE 0 END"
_COUNTED = COUNTS.format("observations")
_SUREST = (
    f"(SELECT id FROM observations WHERE claim = c.id ORDER BY {_COUNTED} DESC, {_RANK} DESC, id LIMIT 1)"  # noqa: S608 - our own columns
)
_SEEN_OF_CLAIM = "FROM observations x JOIN documents y ON y.id = x.document WHERE x.claim = c.id"
_SELECT = (
    f"SELECT c.id, (SELECT min(y.seen_at) {_SEEN_OF_CLAIM}), (SELECT max(y.seen_at) {_SEEN_OF_CLAIM}),"  # noqa: S608 - as above
    f" (SELECT count(*) FROM observations WHERE claim = c.id AND {_COUNTED}),"
    f" (SELECT v.kind FROM verdicts v WHERE v.claim = c.id AND {STANDING_VERDICT} ORDER BY v.id DESC LIMIT 1),"
    f" {OBSERVED.removeprefix('SELECT')}"
)


@dataclass(frozen=True)
class ClaimRow:
    """A claim in the log, with the fields of its most certain observation, found at `url` of `outlet` under `headline`.

    `documents` is the number of documents whose latest reading makes the claim; `first_seen` and `last_seen` are when the first and the last
    were read.
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
            "confidence": self.claim.confidence,
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
    """Everything about one claim: its observations by time of publication, its verdicts oldest first, and the changes it caused."""

    row: ClaimRow
    observations: tuple[Observation, ...]
    verdicts: tuple[Verdict, ...]
    changes: tuple[Change, ...]


def claims(
    ledger: Connection,
    *,
    titles: Sequence[str] | None = None,
    instalment: str | None = None,
    event: str | None = None,
    status: str | None = None,
    certainty: str | None = None,
    sources: Sequence[str] | None = None,
    lang: str | None = None,
    search: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
) -> Iterator[ClaimRow]:
    """Yield the claims log, newest first (by when a claim was first read).

    A claim that no document makes in its latest reading is left out. `titles` are the works, `instalment` one of their parts, "whole" for
    the work itself; `certainty` is that of the most certain observation. The other filters ask for one document that makes the
    claim: met at one of `sources`, in the language `lang`, with every word of `search` in the title, its quote, its headline or the
    names of those credited, and read, for the first time or again, from `since` on and before `until`.
    """
    wanted: list[Condition] = [(f"o.id = {_SUREST} AND {COUNTS.format('o')}", ())]
    if titles is not None:
        wanted.append(is_one_of("c.title", titles))
    if instalment is not None:
        wanted.append(is_of_instalment("c.instalment", instalment))
    plain = {"c.event": event, "c.status": status, "o.certainty": certainty}
    wanted += [(f"{column} = ?", (value,)) for column, value in plain.items() if value is not None]
    if observed := _observed(sources, lang, search, since, until):
        conditions, values = _joined(observed)
        wanted.append((f"EXISTS (SELECT 1 {_SEEN_OF_CLAIM} AND {conditions})", values))
    where, values = _joined(wanted)
    sql = f"{_SELECT} WHERE {where} ORDER BY c.id DESC LIMIT ?"
    for row in ledger.rows(sql, (*values, -1 if limit is None else limit)):
        yield _row(row)


def _observed(
    sources: Sequence[str] | None,
    lang: str | None,
    search: str | None,
    since: datetime | None,
    until: datetime | None,
) -> list[Condition]:
    """Return the conditions on an observation x of a claim and on its document y."""
    wanted: list[Condition] = []
    if sources is not None:
        here, there = is_one_of("y.source", sources), is_one_of("source", sources)
        sighted = f"EXISTS (SELECT 1 FROM sightings WHERE document = y.id AND {there[0]})"  # noqa: S608 - our own columns
        wanted.append((f"({here[0]} OR {sighted})", (*here[1], *there[1])))
    if lang is not None:
        wanted.append(is_in_language("y.lang", lang))
    if search is not None:
        wanted.append(says(("c.title", "x.quote", "y.title", "x.sources"), search))
    if since is not None:
        wanted.append(("y.seen_at >= ?", (instant(since),)))
    if until is not None:
        wanted.append(("y.seen_at < ?", (instant(until),)))
    return wanted


def _joined(conditions: Sequence[Condition]) -> Condition:
    values = [value for _, some in conditions for value in some]
    return " AND ".join(condition for condition, _ in conditions), values


def claim(ledger: Connection, number: int) -> ClaimHistory:
    """Return the history of the claim that `number` identifies: its own id, or that of any of its observations.

    Includes observations that no longer count because their document was read again. Raises NotFoundError.
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
        observations=tuple(observation_of(row) for row in observed),
        verdicts=tuple(verdicts_of_claim(ledger, known)),
        changes=tuple(changes_of_claim(ledger, known)),
    )


@legible
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
    """Return the site of the document, which an aggregator's name would hide, else the source's name."""
    try:
        host = urlsplit(said.url).hostname or ""
    except ValueError:
        host = ""
    return host.removeprefix("www.") or said.source
