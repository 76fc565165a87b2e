"""Changes: what differed from what was believed before, with the observations that show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from monitor.errors import NotFoundError
from monitor.ledger.columns import (
    belief,
    instant,
    key,
    moment,
    moment_or_none,
    scope_text,
    storable,
    when_text,
)
from monitor.ledger.connection import Connection
from monitor.ledger.observations import OBSERVED, observation_of, verdict_of
from monitor.ledger.titles import same_titles
from monitor.model import Belief, Change, ChangeKind

__all__ = ["add_changes", "change", "changes", "changes_of_claim", "timeline"]

_SELECT = (
    "SELECT id, kind, title, instalment, event, scope, before_status, before_when, before_certainty, since,"
    " after_status, after_when, after_certainty, at, trailer, milestone, verdict, against FROM changes"
)
_INSERT = (
    "INSERT INTO changes (kind, title, instalment, event, scope, before_status, before_when, before_certainty, since,"
    " after_status, after_when, after_certainty, at, trailer, milestone, verdict, against)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING RETURNING id"
)
_SAME = (
    "SELECT id FROM changes WHERE kind = ? AND title = ? AND ifnull(instalment, '') = ifnull(?, '') AND event = ?"
    " AND scope = ? AND after_status IS ? AND after_when IS ? AND after_certainty IS ? AND at = ?"
)
_EVIDENCE = (
    f"{OBSERVED} JOIN change_evidence e ON e.observation = o.id WHERE e.change = ? ORDER BY e.position"
)
_OF_CLAIM = (
    f"{_SELECT} WHERE id IN (SELECT e.change FROM observations o JOIN change_evidence e ON e.observation = o.id"  # noqa: S608 - our own columns
    " WHERE o.claim = ?) ORDER BY at, id"
)


def add_changes(ledger: Connection, changed: Iterable[Change]) -> list[Change]:
    """Keep changes and return them with their ids; one that is kept already comes back with the id it has."""
    with ledger.transaction():
        return [replace(change, id=_added(ledger, change)) for change in changed]


def _added(ledger: Connection, change: Change) -> int:
    where = (
        storable(change.key.title),
        None if change.key.instalment is None else storable(change.key.instalment),
        change.key.event.value,
        scope_text(change.key.scope),
    )
    came_to, at = _columns(change.after), instant(change.at)
    found = ledger.value(
        _INSERT,
        (
            change.kind.value,
            *where,
            *_columns(change.before),
            None if change.since is None else instant(change.since),
            *came_to,
            at,
            storable(change.trailer),
            storable(change.milestone),
            None if change.verdict is None else change.verdict.id,
            None if change.against is None else instant(change.against),
        ),
    )
    if found is None:
        return int(ledger.value(_SAME, (change.kind.value, *where, *came_to, at)))
    evidence = [(found, position, observation.id) for position, observation in enumerate(change.evidence)]
    ledger.run_many("INSERT INTO change_evidence VALUES (?, ?, ?)", evidence)
    return int(found)


def _columns(held: Belief | None) -> tuple[str | None, str | None, str | None]:
    return (
        (None, None, None)
        if held is None
        else (held.status.value, when_text(held.when), held.certainty.value)
    )


def change(ledger: Connection, number: int) -> Change:
    """Return a change. Raises NotFoundError."""
    found = ledger.row(f"{_SELECT} WHERE id = ?", (number,))
    if found is None:
        raise NotFoundError(
            f"there is no change {number}; `monitor changes` lists them", where=str(ledger.path)
        )
    return _change(ledger, found)


def changes(
    ledger: Connection,
    *,
    title: str | None = None,
    event: str | None = None,
    kind: str | None = None,
    since: datetime | None = None,
    limit: int | None = None,
) -> Iterator[Change]:
    """Yield changes, newest first; `title` in whatever case, `since` the earliest time that counts."""
    where, values = _filtered(ledger, title, event, kind, since)
    sql = f"{_SELECT}{where} ORDER BY at DESC, id DESC LIMIT ?"
    for row in ledger.rows(sql, (*values, -1 if limit is None else limit)):
        yield _change(ledger, row)


def timeline(ledger: Connection, title: str) -> Iterator[Change]:
    """Yield how what is believed of a work moved, oldest first; `title` in whatever case."""
    where, values = _filtered(ledger, title, None, None, None)
    for row in ledger.rows(f"{_SELECT}{where} ORDER BY at, id", values):
        yield _change(ledger, row)


def changes_of_claim(ledger: Connection, claim: int) -> Iterator[Change]:
    """Yield the changes that an observation of a claim is evidence of, oldest first."""
    for row in ledger.rows(_OF_CLAIM, (claim,)):
        yield _change(ledger, row)


def _filtered(
    ledger: Connection, title: str | None, event: str | None, kind: str | None, since: datetime | None
) -> tuple[str, list[str]]:
    conditions: list[str] = []
    values: list[str] = []
    if title is not None:
        titles = same_titles(ledger, title)
        conditions.append(f"title IN ({', '.join('?' * len(titles))})")
        values += titles
    wanted = {"event = ?": event, "kind = ?": kind, "at >= ?": None if since is None else instant(since)}
    for condition, value in wanted.items():
        if value is not None:
            conditions.append(condition)
            values.append(value)
    return (" WHERE " + " AND ".join(conditions) if conditions else ""), values


def _change(ledger: Connection, row: Sequence[Any]) -> Change:
    number, kind, title, instalment, event, scope, *before, since = row[:10]
    *after, at, trailer, milestone, verdict, against = row[10:]
    return Change(
        kind=ChangeKind(kind),
        key=key(title, instalment, event, scope),
        before=None if before[0] is None else belief(*before),
        since=moment_or_none(since),
        after=None if after[0] is None else belief(*after),
        at=moment(at),
        evidence=tuple(observation_of(row) for row in ledger.rows(_EVIDENCE, (number,))),
        trailer=trailer,
        milestone=milestone,
        verdict=None if verdict is None else verdict_of(ledger, verdict),
        against=moment_or_none(against),
        id=number,
    )
