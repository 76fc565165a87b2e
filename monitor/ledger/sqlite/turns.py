"""Store turns of belief when a subject is folded, and return the summaries of claims that are compared with what is believed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.ledger.port import StoredTurn, Subject
from monitor.ledger.sqlite.columns import belief, instant, key, moment, scope_text, storable, when_text
from monitor.ledger.sqlite.connection import Connection
from monitor.ledger.sqlite.failures import legible
from monitor.model import Belief, Certainty, ClaimSummary, Event, Key, Status, VerdictKind, When

__all__ = [
    "Tally", "put_causes", "put_origins", "put_turns", "summaries", "turns", "unfolded", "unranked",
]  # fmt: skip

_COLUMNS = (
    "title, event, instalment, scope, at, before_status, before_when, before_certainty, after_status, after_when, after_certainty,"
    " reason, voices, told"
)
_OF_SUBJECT = "title = ? AND event = ?"
_SINCE = f"SELECT ifnull(instalment, ''), scope, since FROM standings WHERE {_OF_SUBJECT}"
_SUMMARY = (
    'SELECT c.id, c.title, c.instalment, c.event, c.scope, c.status, c."when", c.certainty, c.documents, c.origins, c.first_said,'
    " c.last_said, (SELECT confidence FROM observations WHERE id = c.surest), c.verdict FROM claims c"
)


@dataclass(frozen=True)
class Tally:
    """How many claims a subject has, how many of them nobody judged, and how many of those wait for a verdict."""

    title: str
    event: Event
    claims: int
    unjudged: int
    waiting: int


def put_turns(ledger: Connection, title: str, event: str, found: Iterable[StoredTurn]) -> None:
    """Replace the turns of a subject by `found`, oldest first; nothing is written where they are the same."""
    rows = [_values(turn) for turn in found]
    sql = f"SELECT {_COLUMNS} FROM turns WHERE {_OF_SUBJECT} ORDER BY id"
    with ledger.transaction():
        if rows != list(ledger.rows(sql, (title, event))):
            ledger.run(f"DELETE FROM turns WHERE {_OF_SUBJECT}", (title, event))
            marks = ", ".join("?" * len(_COLUMNS.split(", ")))
            ledger.run_many(f"INSERT INTO turns ({_COLUMNS}) VALUES ({marks})", rows)
        ledger.run(f"UPDATE tallies SET folded = 1 WHERE {_OF_SUBJECT} AND NOT folded", (title, event))


def turns(ledger: Connection, title: str, event: str) -> list[StoredTurn] | None:
    """Return the turns of a subject, oldest first; None where it was not folded since they are stored."""
    if not ledger.value(f"SELECT folded FROM tallies WHERE {_OF_SUBJECT}", (title, event)):
        return None
    sql = f"SELECT {_COLUMNS} FROM turns WHERE {_OF_SUBJECT} ORDER BY id"
    return [_turn(row) for row in ledger.rows(sql, (title, event))]


def unfolded(ledger: Connection, limit: int) -> list[Subject]:
    """Return up to `limit` subjects whose turns are not stored yet."""
    sql = "SELECT title, event FROM tallies WHERE NOT folded LIMIT ?"
    return [(title, Event(event)) for title, event in ledger.rows(sql, (limit,))]


def unranked(ledger: Connection) -> list[Subject]:
    """Return the subjects whose claims were never compared with what is believed."""
    sql = "SELECT title, event FROM tallies WHERE NOT ranked"
    return [(title, Event(event)) for title, event in ledger.rows(sql)]


def summaries(
    ledger: Connection,
    title: str,
    event: str,
    *,
    new: bool = False,
    recent: bool = False,
    key: Key | None = None,
) -> list[ClaimSummary]:
    """Return the claims of a subject that some document makes, by id; `new` leaves out those that were compared already.

    `recent` leaves out those that were last said before what is believed of their key was. `key` leaves those of other parts out, and
    those of other scopes.
    """
    where, values = f"WHERE c.documents > 0 AND {_OF_SUBJECT}", [title, event]
    if new:
        where += " AND c.cause IS NULL"
    since: dict[tuple[str, str], str] = {}
    if recent:
        # Most claims of a large work are older than all beliefs of it, and are left out without a search for their own.
        since = {(instalment, scope): at for instalment, scope, at in ledger.rows(_SINCE, (title, event))}
        wide = [instalment for instalment, scope in since if scope == "[]"]
        where += f" AND (c.last_said >= ? OR ifnull(c.instalment, '') NOT IN ({', '.join('?' * len(wide))}))"
        values += [min(since.values(), default=""), *wide]
    if key is not None:
        where += " AND ifnull(c.instalment, '') = ifnull(?, '') AND c.scope IN ('[]', ?)"
        values += [key.instalment, scope_text(key.scope)]  # type: ignore[list-item]
    found = ledger.rows(f"{_SUMMARY} {where} ORDER BY c.id", values)
    return [_summary(row) for row in found if not since or _is_recent(row, since)]


def _is_recent(row: Sequence[Any], since: Mapping[tuple[str, str], str]) -> bool:
    """Return whether a claim was last said after what is believed of its own scope, or else of all scopes, was believed first."""
    instalment, scope, last_said = row[2] or "", row[4], row[11]
    believed: str = since.get((instalment, scope)) or since.get((instalment, "[]")) or ""
    return bool(last_said >= believed)


def put_causes(ledger: Connection, title: str, event: str, causes: Mapping[int, int]) -> None:
    """Store why claims of a subject wait for a verdict, 0 for those that were not compared and are not among `causes`."""
    with ledger.transaction():
        wanted = [(rank, claim, rank) for claim, rank in causes.items()]
        ledger.run_many("UPDATE claims SET cause = ? WHERE id = ? AND cause IS NOT ?", wanted)
        ledger.run(f"UPDATE claims SET cause = 0 WHERE {_OF_SUBJECT} AND cause IS NULL", (title, event))
        ledger.run(f"UPDATE tallies SET ranked = 1 WHERE {_OF_SUBJECT} AND NOT ranked", (title, event))


def put_origins(ledger: Connection, counts: Mapping[int, int]) -> None:
    """Store by how many independent origins claims were made."""
    ledger.run_many(
        "UPDATE claims SET origins = ? WHERE id = ?", [(count, claim) for claim, count in counts.items()]
    )


def _values(turn: StoredTurn) -> tuple[Any, ...]:
    own = turn.key
    return (
        storable(own.title),
        own.event.value,
        None if own.instalment is None else storable(own.instalment),
        scope_text(own.scope),
        instant(turn.at),
        *((None, None, None) if turn.before is None else _believed(turn.before)),
        *_believed(turn.after),
        turn.reason,
        json.dumps(turn.evidence),
        int(turn.alerted),
    )


def _believed(held: Belief) -> tuple[str, str | None, str]:
    return held.status.value, when_text(held.when), held.certainty.value


@legible
def _turn(row: Sequence[Any]) -> StoredTurn:
    title, event, instalment, scope, at, *before_after, reason, evidence, alerted = row
    before, after = before_after[:3], before_after[3:]
    return StoredTurn(
        key=key(title, instalment, event, scope),
        at=moment(at),
        before=None if before[0] is None else belief(*before),
        after=belief(*after),
        reason=reason,
        evidence=tuple(json.loads(evidence)),
        alerted=bool(alerted),
    )


@legible
def _summary(row: Sequence[Any]) -> ClaimSummary:
    (number, title, instalment, event, scope, status, when, certainty, documents, origins, first_said, last_said, confidence,
     verdict) = row  # fmt: skip
    return ClaimSummary(
        id=number,
        key=key(title, instalment, event, scope),
        status=Status(status),
        when=None if when is None else When(when),
        certainty=Certainty(certainty),
        documents=documents,
        origins=origins,
        first_said=moment(first_said),
        last_said=moment(last_said),
        confidence=confidence,
        verdict=None if verdict is None else VerdictKind(verdict),
    )
