"""Store standings: the current beliefs. Derived from observations and verdicts, and therefore replaceable."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

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
from monitor.model import Belief, Key, Standing

__all__ = [
    "SELECT_STANDINGS",
    "keep_rules",
    "put_standings",
    "rules",
    "stale_standings",
    "standing_of",
    "standing_rows",
    "standings",
]

SELECT_STANDINGS = (
    'SELECT title, instalment, event, scope, status, "when", certainty, since, evidence, origins, rivals, disputed,'
    " overdue, told, times, confirmed_at FROM standings"
)
_OF_SUBJECT = "title = ? AND event = ?"
_DELETE = f"DELETE FROM standings WHERE {_OF_SUBJECT}"  # noqa: S608 - our own columns


def standings(ledger: Connection, title: str, event: str) -> dict[Key, Standing]:
    """Return the beliefs about a subject, by key, one for each instalment and scope with a belief."""
    sql = f"{SELECT_STANDINGS} WHERE {_OF_SUBJECT} ORDER BY ifnull(instalment, ''), scope"
    found = ledger.rows(sql, (title, event))
    return {standing.key: standing for standing in map(standing_of, found)}


def standing_rows(ledger: Connection) -> Iterator[Standing]:
    """Yield all current beliefs, by title."""
    yield from map(
        standing_of, ledger.rows(f"{SELECT_STANDINGS} ORDER BY title, ifnull(instalment, ''), event, scope")
    )


def put_standings(ledger: Connection, title: str, event: str, believed: Iterable[Standing]) -> None:
    """Replace all beliefs about a subject by `believed`."""
    rows = [_values(standing) for standing in believed]
    with ledger.transaction():
        ledger.run(_DELETE, (title, event))
        ledger.run_many(
            'INSERT INTO standings (title, instalment, event, scope, status, "when", certainty, since, evidence,'
            " origins, rivals, disputed, overdue, told, times, latest_on, confirmed_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )


def stale_standings(ledger: Connection, now: datetime) -> list[Key]:
    """Return the keys that are still scheduled though the last day of their period has ended in UTC."""
    sql = (
        "SELECT title, instalment, event, scope FROM standings"
        " WHERE status = 'scheduled' AND NOT overdue AND latest_on < ? ORDER BY latest_on, id"
    )
    return [key(*row) for row in ledger.rows(sql, (now.astimezone(UTC).date().isoformat(),))]


def rules(ledger: Connection) -> int:
    """Return the version of the rules that the beliefs were derived by; 1 where none is stored."""
    return int(ledger.value("SELECT value FROM meta WHERE name = 'rules'") or 1)


def keep_rules(ledger: Connection, version: int) -> None:
    """Store the version of the rules that the beliefs were derived by."""
    ledger.run("INSERT OR REPLACE INTO meta VALUES ('rules', ?)", (str(version),))


def _values(standing: Standing) -> tuple[Any, ...]:
    key, believed = standing.key, standing.belief
    latest = None if believed.when is None else believed.when.latest
    return (
        storable(key.title),
        None if key.instalment is None else storable(key.instalment),
        key.event.value,
        scope_text(key.scope),
        believed.status.value,
        when_text(believed.when),
        believed.certainty.value,
        instant(standing.since),
        json.dumps(standing.evidence),
        standing.origins,
        json.dumps([_believed(rival) for rival in standing.rivals]),
        standing.disputed,
        standing.overdue,
        None if standing.alerted is None else json.dumps(_believed(standing.alerted)),
        standing.times,
        None if latest is None else latest.isoformat(),
        None if standing.confirmed_at is None else instant(standing.confirmed_at),
    )


def _believed(held: Belief) -> list[str | None]:
    return [held.status.value, when_text(held.when), held.certainty.value]


@legible
def standing_of(row: tuple[Any, ...]) -> Standing:
    """Return the standing in a row of :data:`SELECT_STANDINGS`."""
    (title, instalment, event, scope, status, when, certainty, since, evidence, origins, rivals,
     disputed, overdue, alerted, times, confirmed_at) = row  # fmt: skip
    return Standing(
        key=key(title, instalment, event, scope),
        belief=belief(status, when, certainty),
        since=moment(since),
        evidence=tuple(json.loads(evidence)),
        origins=origins,
        rivals=tuple(belief(*rival) for rival in json.loads(rivals)),
        disputed=bool(disputed),
        overdue=bool(overdue),
        alerted=None if alerted is None else belief(*json.loads(alerted)),
        times=times,
        confirmed_at=moment_or_none(confirmed_at),
    )
