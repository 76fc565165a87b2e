"""Sources: which are polled, when next, and their state between polls."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor.errors import NotFoundError
from monitor.ledger.sqlite.columns import instant, json_text, moment, moment_or_none, storable, strings
from monitor.ledger.sqlite.connection import Connection
from monitor.ledger.sqlite.failures import legible
from monitor.model import Source, SourceState, Validators

__all__ = [
    "CLOCK_SKEW",
    "SourceRow",
    "due",
    "gone",
    "save_states",
    "source_rows",
    "state",
    "sync_sources",
]

_STATE = (
    "name, next_poll_at, baseline, last_poll_at, last_success_at, last_result, error, failures, documents, claims, "
    "published, moved_to, gone, silence_alerted, ttl, validators_url, etag, last_modified, body, scheduled_at, usual, look_for, listed"
)
_MARKS = ", ".join("?" * len(_STATE.split(", ")))
_SELECT = f"SELECT {_STATE} FROM sources"  # noqa: S608 - our own column names
_SELECT_ROWS = f"SELECT {_STATE}, kind, url, configured FROM sources ORDER BY name"  # noqa: S608 - as above
_SAVE = f"UPDATE sources SET ({_STATE}) = ({_MARKS}) WHERE name = ?"  # noqa: S608 - as above
_INSERT = f"INSERT INTO sources ({_STATE}, kind, target, url, configured) VALUES ({_MARKS}, ?, ?, ?, ?)"  # noqa: S608 - as above

# Two searches, each in its own index: an idle tick reads no source that is not due.
_DUE = "SELECT name FROM sources WHERE configured AND NOT gone AND next_poll_at <= ? ORDER BY next_poll_at LIMIT ?"
_AHEAD = (
    "SELECT name FROM sources INDEXED BY sources_scheduled WHERE configured AND NOT gone AND scheduled_at > ?"
    " ORDER BY scheduled_at LIMIT ?"
)
CLOCK_SKEW = timedelta(minutes=1)
"""Clock skew below this is not worth rescheduling for."""


@dataclass(frozen=True)
class SourceRow:
    """A source as `monitor sources` lists it; `configured` is False for one that has left the configuration."""

    kind: str
    url: str
    configured: bool
    state: SourceState


def sync_sources(ledger: Connection, sources: Iterable[Source], now: datetime) -> None:
    """Store the configured `sources`: a new one is due at once and starts with a baseline pass.

    One that is not among them is kept but never due, and continues where it was when it returns. Where the address changed, validators,
    failures and permanence are reset, and the content at the new address is no news: it starts with a baseline pass too.
    """
    with ledger.transaction():
        ledger.run("UPDATE sources SET configured = 0 WHERE configured")
        for source in sources:
            address = storable(source.target), storable(source.url)
            every = source.every
            known = ledger.row("SELECT url FROM sources WHERE name = ?", (source.name,))
            if known is None:
                new = SourceState(name=source.name, next_poll_at=now, scheduled_at=now, usual=source.every)
                ledger.run(_INSERT, (*_values(new), source.kind.value, *address, 1))
                continue
            ledger.run(
                "UPDATE sources SET configured = 1, kind = ?, target = ?, url = ?, usual = ifnull(?, usual) WHERE name = ?",
                (source.kind.value, *address, every and round(every.total_seconds()), source.name),
            )
            if known[0] != address[1]:
                ledger.run(
                    "UPDATE sources SET next_poll_at = ?1, scheduled_at = ?1, baseline = 1, validators_url = '', etag = '', last_modified = '', body = '',"
                    " error = '', failures = 0, moved_to = '', gone = 0, silence_alerted = 0, ttl = NULL,"
                    " listed = '[]' WHERE name = ?2",
                    (instant(now), source.name),
                )


def due(ledger: Connection, now: datetime, limit: int | None = None) -> list[str]:
    """Return the names of the due sources, longest due first, at most `limit` of them.

    A source whose next poll was scheduled by a clock more than a minute ahead of `now` is due too: that clock has been corrected since,
    and the time that it set may be years away.
    """
    most = -1 if limit is None else limit
    due = [name for (name,) in ledger.rows(_DUE, (instant(now), most))]
    ahead = [name for (name,) in ledger.rows(_AHEAD, (instant(now + CLOCK_SKEW), most))]
    return list(dict.fromkeys(due + ahead))[:limit]


def gone(ledger: Connection) -> set[str]:
    """Return the names of the sources that are gone for good."""
    return {name for (name,) in ledger.rows("SELECT name FROM sources WHERE gone")}


def state(ledger: Connection, name: str) -> SourceState:
    """Return the state of a source. Raises NotFoundError."""
    found = ledger.row(f"{_SELECT} WHERE name = ?", (name,))
    if found is None:
        raise NotFoundError(
            f"there is no source named {name!r}; `monitor sources` lists them", where=str(ledger.path)
        )
    return _state(found)


def save_states(ledger: Connection, states: Iterable[SourceState]) -> None:
    """Store `states`, each under its name."""
    ledger.run_many(_SAVE, [(*_values(state), state.name) for state in states])


def source_rows(ledger: Connection) -> Iterator[SourceRow]:
    """Yield every source that was ever configured, by name."""
    for *state, kind, url, configured in ledger.rows(_SELECT_ROWS):
        yield SourceRow(kind, url, bool(configured), _state(state))


class _Kept(tuple[datetime, ...]):  # noqa: SLOT001 - a tuple of any length has room for an attribute only without
    """A cache of parsed times and their texts: an unchanged poll need not format them again."""

    text: str


@legible
def _times(text: str) -> _Kept:
    times = _Kept(map(datetime.fromisoformat, json.loads(text)))
    times.text = text
    return times


def _times_text(times: tuple[datetime, ...]) -> str:
    return times.text if isinstance(times, _Kept) else json_text(map(instant, times))


def _values(state: SourceState) -> tuple[Any, ...]:
    return (
        state.name,
        instant(state.next_poll_at),
        state.baseline,
        None if state.last_poll_at is None else instant(state.last_poll_at),
        None if state.last_success_at is None else instant(state.last_success_at),
        storable(state.last_result),
        storable(state.error),
        state.failures,
        state.documents,
        state.claims,
        _times_text(state.published),
        storable(state.moved_to),
        state.gone,
        state.silence_alerted,
        None if state.ttl is None else round(state.ttl.total_seconds()),
        storable(state.validators.url),
        storable(state.validators.etag),
        storable(state.validators.last_modified),
        state.validators.body,
        None if state.scheduled_at is None else instant(state.scheduled_at),
        None if state.usual is None else round(state.usual.total_seconds()),
        json.dumps({"all": state.look_for, "new": state.baseline_for}),
        json_text(state.listed) if state.listed else "[]",
    )


@legible
def _state(row: Sequence[Any]) -> SourceState:
    (name, next_poll_at, baseline, last_poll_at, last_success_at, last_result, error, failures, documents, claims,
     published, moved_to, gone, silence_alerted, ttl, url, etag, last_modified, body, scheduled_at,
     usual, looked, listed) = row  # fmt: skip
    look_for = json.loads(looked)
    return SourceState(
        name=name,
        next_poll_at=moment(next_poll_at),
        validators=Validators(url, etag, last_modified, body),
        baseline=bool(baseline),
        last_poll_at=moment_or_none(last_poll_at),
        last_success_at=moment_or_none(last_success_at),
        last_result=last_result,
        error=error,
        failures=failures,
        documents=documents,
        claims=claims,
        published=_times(published),
        moved_to=moved_to,
        gone=bool(gone),
        silence_alerted=bool(silence_alerted),
        ttl=None if ttl is None else timedelta(seconds=ttl),
        scheduled_at=moment_or_none(scheduled_at),
        usual=None if usual is None else timedelta(seconds=usual),
        look_for=tuple(look_for["all"]),
        baseline_for=tuple(look_for["new"]),
        listed=() if listed == "[]" else strings(listed),
    )
