"""Store changes: the differences between beliefs, with the observations that are their evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from monitor.errors import NotFoundError
from monitor.ledger.sqlite.columns import (
    belief,
    instant,
    key,
    moment,
    moment_or_none,
    scope_text,
    storable,
    when_text,
)
from monitor.ledger.sqlite.connection import Connection
from monitor.ledger.sqlite.failures import legible
from monitor.ledger.sqlite.filters import Condition, is_in_language, is_of_instalment, is_one_of
from monitor.ledger.sqlite.observations import OBSERVED, observation_of, verdict_of
from monitor.ledger.sqlite.searching import match_of
from monitor.model import Belief, Change, ChangeKind, Observation

__all__ = ["add_changes", "change", "change_rows", "changes", "changes_of_claim", "timeline"]

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
    f"SELECT e.change, {OBSERVED.removeprefix('SELECT')} JOIN change_evidence e ON e.observation = o.id"
    " WHERE e.change IN ({}) ORDER BY e.change, e.position"
)
_TOGETHER = 100
"""The changes whose evidence is read in one statement."""
_SHOWN_BY = (
    "SELECT 1 FROM change_evidence e JOIN observations x ON x.id = e.observation JOIN documents y ON y.id = x.document"
    " WHERE e.change = changes.id"
)
_OF_CLAIM = (
    f"{_SELECT} WHERE id IN (SELECT e.change FROM observations o JOIN change_evidence e ON e.observation = o.id"  # noqa: S608 - our own columns
    " WHERE o.claim = ?) ORDER BY at, id"
)


def add_changes(ledger: Connection, changed: Iterable[Change]) -> list[Change]:
    """Record changes and return them with their ids; one that is recorded already keeps its id."""
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
    (one,) = _with_evidence(ledger, [found])
    return one


def changes(
    ledger: Connection,
    *,
    titles: Sequence[str] | None = None,
    instalment: str | None = None,
    event: str | None = None,
    kind: str | None = None,
    lang: str | None = None,
    search: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int | None = None,
) -> Iterator[Change]:
    """Yield changes, newest first; `before` continues them below the time and id of a change.

    `titles` are the works, `instalment` one of their parts, "whole" for the work itself; `lang` and `search` filter the evidence as in the
    claims log; `since` is inclusive, `until` exclusive.
    """
    wanted: list[Condition] = []
    if titles is not None:
        wanted.append(is_one_of("title", titles))
    if instalment is not None:
        wanted.append(is_of_instalment("instalment", instalment))
    plain = {
        "event = ?": event,
        "kind = ?": kind,
        "at >= ?": None if since is None else instant(since),
        "at < ?": None if until is None else instant(until),
    }
    wanted += [(condition, (value,)) for condition, value in plain.items() if value is not None]
    if before is not None:
        wanted.append(("(at, id) < (?, ?)", (instant(before[0]), before[1])))
    shown: list[Condition] = []
    if lang is not None:
        shown.append(is_in_language("y.lang", lang))
    if search is not None and search.strip():
        match = match_of(search)
        hits = "x.id IN (SELECT rowid FROM words WHERE words MATCH ? AND rowid = x.id)"
        shown.append((hits, (match,)) if match else ("0", ()))
    wanted += [(f"EXISTS ({_SHOWN_BY} AND {condition})", values) for condition, values in shown]
    where = f" WHERE {' AND '.join(condition for condition, _ in wanted)}" if wanted else ""
    values = [value for _, some in wanted for value in some]
    sql = f"{_SELECT}{where} ORDER BY at DESC, id DESC LIMIT ?"
    yield from _with_evidence(ledger, ledger.rows(sql, (*values, -1 if limit is None else limit)))


def timeline(ledger: Connection, title: str) -> Iterator[Change]:
    """Yield the changes of the beliefs about a work, oldest first."""
    yield from _with_evidence(ledger, ledger.rows(f"{_SELECT} WHERE title = ? ORDER BY at, id", (title,)))


def changes_of_claim(ledger: Connection, claim: int) -> Iterator[Change]:
    """Yield the changes that an observation of a claim is evidence of, oldest first."""
    yield from _with_evidence(ledger, ledger.rows(_OF_CLAIM, (claim,)))


def change_rows(ledger: Connection, rest: str, values: Sequence[Any]) -> list[Change]:
    """Return the changes that the `rest` of a statement selects, with its `values`."""
    return list(_with_evidence(ledger, ledger.rows(f"{_SELECT} {rest}", values)))


def _with_evidence(ledger: Connection, rows: Iterable[Sequence[Any]]) -> Iterator[Change]:
    """Yield the changes of `rows`, with the evidence of many of them in one statement."""
    waiting = iter(rows)
    while some := list(islice(waiting, _TOGETHER)):
        evidence: dict[int, list[Observation]] = {}
        marks = ", ".join("?" * len(some))
        sql = _EVIDENCE.format(marks)
        for number, *observed in ledger.rows(sql, [row[0] for row in some]):
            evidence.setdefault(number, []).append(observation_of(observed))
        for row in some:
            yield _change(ledger, row, tuple(evidence.get(row[0], ())))


@legible
def _change(ledger: Connection, row: Sequence[Any], evidence: tuple[Observation, ...]) -> Change:
    number, kind, title, instalment, event, scope, *before, since = row[:10]
    *after, at, trailer, milestone, verdict, against = row[10:]
    return Change(
        kind=ChangeKind(kind),
        key=key(title, instalment, event, scope),
        before=None if before[0] is None else belief(*before),
        since=moment_or_none(since),
        after=None if after[0] is None else belief(*after),
        at=moment(at),
        evidence=evidence,
        trailer=trailer,
        milestone=milestone,
        verdict=None if verdict is None else verdict_of(ledger, verdict),
        against=moment_or_none(against),
        id=number,
    )
