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
from monitor.ledger.sqlite.filters import Condition, is_in_language, is_of_instalment, is_one_of
from monitor.ledger.sqlite.observations import OBSERVED, observation_of, verdicts_of_claim
from monitor.ledger.sqlite.searching import match_of
from monitor.model import Change, Claim, Observation, Verdict, VerdictKind
from monitor.model import instant as rfc3339

__all__ = ["COLUMNS", "FROM_CLAIMS", "ClaimHistory", "ClaimRow", "claim", "claim_row", "claims", "row_of"]

_SEEN_OF_CLAIM = "FROM observations x JOIN documents y ON y.id = x.document WHERE x.claim = c.id"
_OWN = "c.id, c.first_seen, c.last_seen, c.documents, c.verdict, c.version, c.lang, c.cause, c.origins, c.first_said, c.last_said"
COLUMNS = f"SELECT {_OWN}, {OBSERVED.removeprefix('SELECT').partition(' FROM claims c')[0]}"
_JOINED = " CROSS JOIN observations o ON o.id = c.surest JOIN documents d ON d.id = o.document JOIN readings r ON r.id = o.reading"
FROM_CLAIMS = f"FROM claims c{_JOINED}"
_SELECT = f"{COLUMNS} {FROM_CLAIMS}"
# Up to so many matches of a search are collected before anything else is asked; of more words the walk through the claims is short.
_FEW = 5000


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
    version: int = 0
    """The id of the last verdict of any kind on it, 0 without one."""
    lang: str = ""
    cause: int | None = None
    """Why it waits for a verdict, as the recorder ranked it; None where it was not ranked yet."""
    origins: int | None = None
    first_said: datetime | None = None
    last_said: datetime | None = None
    said: Observation | None = None
    """The observation that it is shown by."""

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
    verdict: str | None = None,
    unjudged: bool = False,
    before: int | None = None,
    limit: int | None = None,
) -> Iterator[ClaimRow]:
    """Yield the claims log, newest first (by when a claim was first read); `before` continues it below the id of a claim.

    A claim that no document makes in its latest reading is left out. `titles` are the works, `instalment` one of their parts, "whole" for
    the work itself; `certainty` is that of the most certain observation, `verdict` the last one that counts, `unjudged` that there is none.
    The other filters ask for one document that makes the claim: met at one of `sources`, in the language `lang`, with every word of
    `search`, or a word that begins with it, in the title, its quote, its headline or the names of those credited, and read, for the
    first time or again, from `since` on and before `until`.
    """
    wanted: list[Condition] = [("c.documents > 0", ())]
    table = "claims c"
    if before is not None:
        wanted.append(("c.id < ?", (before,)))
    if titles is not None:
        wanted.append(is_one_of("c.title", titles))
    if instalment is not None:
        wanted.append(is_of_instalment("c.instalment", instalment))
    plain = {"+c.event": event, "+c.status": status, "c.verdict": verdict}
    plain["c.certainty" if titles is None and search is None else "+c.certainty"] = certainty
    wanted += [(f"{column} = ?", (value,)) for column, value in plain.items() if value is not None]
    if unjudged:
        wanted.append(("+c.verdict IS NULL", ()))
    # An observation that is read within the time is of a claim that is.
    if since is not None:
        wanted.append(("c.last_seen >= ?", (instant(since),)))
    if until is not None:
        wanted.append(("+c.first_seen < ?", (instant(until),)))
    observed = _observed(sources, since, until)
    if lang is not None:
        tags = _tags(ledger, lang)
        if len(tags) == 1 and titles is None and not observed and search is None:
            table = "claim_langs l CROSS JOIN claims c ON c.id = l.claim"
            wanted.append(("l.lang = ?", tags))
            if before is not None:
                wanted.append(("l.claim < ?", (before,)))
        elif observed or search is not None:
            observed.append(is_in_language("y.lang", lang))
        else:
            spoken = is_one_of("l.lang", tags)
            wanted.append(
                (f"EXISTS (SELECT 1 FROM claim_langs l WHERE {spoken[0]} AND l.claim = c.id)", spoken[1])
            )
    if search is not None and search.strip():
        match = match_of(search)
        few = _few_with(ledger, match) if match else []
        if few is not None and not observed:
            wanted.append((f"c.id IN ({', '.join(map(str, few))})", ()))
        else:
            observed.append(
                ("x.id IN (SELECT rowid FROM words WHERE words MATCH ? AND rowid = x.id)", (match,))
            )
    if observed:
        conditions, values = _joined(observed)
        wanted.append((f"EXISTS (SELECT 1 {_SEEN_OF_CLAIM} AND {conditions})", values))
    where, values = _joined(wanted)
    order = "l.claim" if table != "claims c" else "c.id"
    sql = f"{COLUMNS} FROM {table}{_JOINED} WHERE {where} ORDER BY {order} DESC LIMIT ?"
    for row in ledger.rows(sql, (*values, -1 if limit is None else limit)):
        yield row_of(row)


def _few_with(ledger: Connection, match: str) -> list[int] | None:
    """Return the claims with an observation that matches, None when these are many."""
    sql = "SELECT o.claim FROM words w JOIN observations o ON o.id = w.rowid WHERE w.words MATCH ? LIMIT ?"
    found = [claim for (claim,) in ledger.rows(sql, (match, _FEW + 1))]
    return None if len(found) > _FEW else sorted(set(found))


def _tags(ledger: Connection, lang: str) -> tuple[str, ...]:
    """Return the languages of claims that are `lang` or a variety of it."""
    low = lang.casefold().replace("_", "-")
    # Each language is one search in the index: counting a million rows to find a dozen languages would be slow.
    walk = (
        "WITH RECURSIVE known(lang) AS (SELECT min(lang) FROM claim_langs UNION ALL"
        " SELECT (SELECT min(l.lang) FROM claim_langs l WHERE l.lang > known.lang) FROM known WHERE known.lang IS NOT NULL)"
        " SELECT lang FROM known WHERE lang IS NOT NULL"
    )
    return tuple(tag for (tag,) in ledger.rows(walk) if tag == low or tag.startswith(f"{low}-"))


def _observed(
    sources: Sequence[str] | None, since: datetime | None, until: datetime | None
) -> list[Condition]:
    """Return the conditions on an observation x of a claim and on its document y."""
    wanted: list[Condition] = []
    if sources is not None:
        here, there = is_one_of("y.source", sources), is_one_of("source", sources)
        sighted = f"EXISTS (SELECT 1 FROM sightings WHERE document = y.id AND {there[0]})"
        wanted.append((f"({here[0]} OR {sighted})", (*here[1], *there[1])))
    if since is not None:
        wanted.append(("y.seen_at >= ?", (instant(since),)))
    if until is not None:
        wanted.append(("y.seen_at < ?", (instant(until),)))
    return wanted


def _joined(conditions: Sequence[Condition]) -> Condition:
    values = [value for _, some in conditions for value in some]
    return " AND ".join(condition for condition, _ in conditions), values


def claim_row(ledger: Connection, number: int) -> ClaimRow:
    """Return the row of the claim that `number` identifies: its own id, or that of any of its observations. Raises NotFoundError."""
    known = ledger.value("SELECT claim FROM observations WHERE id = ?", (number,))
    row = None if known is None else ledger.row(f"{_SELECT} WHERE c.id = ?", (known,))
    if row is None:
        raise NotFoundError(
            f"there is no claim {number}; `monitor claims` lists them", where=str(ledger.path)
        )
    return row_of(row)


def claim(ledger: Connection, number: int) -> ClaimHistory:
    """Return the history of the claim that `number` identifies: its own id, or that of any of its observations.

    Includes observations that no longer count because their document was read again. Raises NotFoundError.
    """
    row = claim_row(ledger, number)
    known = row.id
    observed = ledger.rows(f"{OBSERVED} WHERE c.id = ? ORDER BY d.published, o.id", (known,))
    return ClaimHistory(
        row=row,
        observations=tuple(observation_of(row) for row in observed),
        verdicts=tuple(verdicts_of_claim(ledger, known)),
        changes=tuple(changes_of_claim(ledger, known)),
    )


@legible
def row_of(row: Sequence[Any]) -> ClaimRow:
    """Return the row of :data:`COLUMNS`."""
    (number, first_seen, last_seen, documents, verdict, version, lang, cause, origins, first_said, last_said,
     *observed) = row  # fmt: skip
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
        version=version,
        lang=lang,
        cause=cause,
        origins=origins,
        first_said=moment(first_said),
        last_said=moment(last_said),
        said=said,
    )


def _outlet(said: Observation) -> str:
    """Return the site of the document, which an aggregator's name would hide, else the source's name."""
    try:
        host = urlsplit(said.url).hostname or ""
    except ValueError:
        host = ""
    return host.removeprefix("www.") or said.source
