"""Store sources: which are polled, when next, and their state between polls."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from monitor.errors import NotFoundError
from monitor.ledger.sqlite.columns import instant, json_text, moment, moment_or_none, storable, strings
from monitor.ledger.sqlite.connection import Connection
from monitor.ledger.sqlite.failures import legible
from monitor.model import Source, SourceKind, SourceState, Validators

__all__ = [
    "CLOCK_SKEW",
    "COLUMNS",
    "SAVE",
    "SourceRow",
    "gone",
    "put_off_sources",
    "save_states",
    "saved",
    "silent_sources",
    "source_and_state",
    "source_rows",
    "sources_after",
    "state",
    "sync_sources",
]  # fmt: skip

_STATE = (
    "name, next_poll_at, baseline, last_poll_at, last_success_at, last_result, error, failures, documents, claims, "
    "published, moved_to, gone, silence_alerted, ttl, validators_url, etag, last_modified, body, scheduled_at, usual, look_for, listed, "
    "silent_at"
)
_FIELDS = len(_STATE.split(", "))
_MARKS = ", ".join("?" * _FIELDS)
COLUMNS = f"{_STATE}, kind, target, url, settings"
"""The columns of a source that :func:`source_and_state` reads."""
SAVE = f"UPDATE sources SET ({_STATE}) = ({_MARKS}) WHERE name = ?"  # noqa: S608 - our own column names
"""Stores what :func:`saved` returns."""
_SELECT = f"SELECT {_STATE} FROM sources"  # noqa: S608 - as above
_SELECT_ROWS = f"SELECT {_STATE}, kind, url, configured FROM sources ORDER BY name"  # noqa: S608 - as above
_INSERT = f"INSERT INTO sources ({_STATE}, kind, target, url, settings, site, configured) VALUES ({_MARKS}, ?, ?, ?, ?, ?, 1)"  # noqa: S608 - as above
# A source of a site that somebody polls is left alone: its poll would overwrite what is written to it.
_IS_FREE = "site NOT IN (SELECT site FROM sites WHERE holder IS NOT NULL)"
_SILENT = (
    f"SELECT {COLUMNS} FROM sources INDEXED BY sources_silent WHERE configured AND silent_at IS NOT NULL AND silent_at <= ?"  # noqa: S608 - as above
    f" AND name > ? AND {_IS_FREE} ORDER BY name LIMIT ?"
)
_PUT_OFF = (
    f"SELECT {COLUMNS} FROM sources WHERE name IN (SELECT name FROM sources INDEXED BY sources_scheduled"  # noqa: S608 - as above
    " WHERE configured AND NOT gone AND scheduled_at > ? UNION SELECT name FROM sources INDEXED BY sources_next"
    f" WHERE configured AND NOT gone AND next_poll_at > ?) AND name > ? AND {_IS_FREE} ORDER BY name LIMIT ?"
)
_CONFIGURED = (
    f"SELECT {COLUMNS} FROM sources WHERE configured AND name > ? AND {_IS_FREE} ORDER BY name LIMIT ?"  # noqa: S608 - as above
)
_DEFAULTS = Source(name="", kind=SourceKind.FEED, target="", url="")
_SETTINGS = tuple(
    field.name for field in fields(Source) if field.name not in {"name", "kind", "target", "url", "secret"}
)
"""What a source is configured as, besides its columns. Its secret is not stored."""
CLOCK_SKEW = timedelta(minutes=1)
"""Clock skew below this is not worth rescheduling for."""


@dataclass(frozen=True)
class SourceRow:
    """A source as `monitor sources` lists it; `configured` is False for one that has left the configuration."""

    kind: str
    url: str
    configured: bool
    state: SourceState


def _host(source: Source) -> str:
    return urlsplit(source.url).hostname or source.url


def sync_sources(
    ledger: Connection, sources: Iterable[Source], now: datetime, site: Callable[[Source], str] = _host
) -> None:
    """Store the configured `sources` and the `site` of each: a new one is due at once and starts with a baseline pass.

    One that is not among them is kept but never due, and continues where it was when it returns. Where the address changed, validators,
    failures and permanence are reset, and the content at the new address is no news: it starts with a baseline pass too.
    """
    names: list[str] = []
    with ledger.transaction():
        for source in sources:
            names.append(source.name)
            every = None if source.every is None else round(source.every.total_seconds())
            wanted = (
                source.kind.value,
                storable(source.target),
                storable(source.url),
                _settings(source),
                site(source),
            )
            known = ledger.row(
                "SELECT kind, target, url, settings, site, configured, usual FROM sources WHERE name = ?",
                (source.name,),
            )
            if known is None:
                new = SourceState(name=source.name, next_poll_at=now, scheduled_at=now, usual=source.every)
                ledger.run(_INSERT, (*saved(new)[:-1], *wanted))
                continue
            usual = known[-1] if every is None else every
            if known != (*wanted, 1, usual):
                ledger.run(
                    "UPDATE sources SET kind = ?, target = ?, url = ?, settings = ?, site = ?, configured = 1, usual = ?"
                    " WHERE name = ?",
                    (*wanted, usual, source.name),
                )
            if known[2] != wanted[2]:
                ledger.run(
                    "UPDATE sources SET next_poll_at = ?1, scheduled_at = ?1, baseline = 1, validators_url = '', etag = '', last_modified = '', body = '',"
                    " error = '', failures = 0, moved_to = '', gone = 0, silence_alerted = 0, silent_at = NULL, ttl = NULL,"
                    " listed = '[]' WHERE name = ?2",
                    (instant(now), source.name),
                )
        ledger.run(
            "UPDATE sources SET configured = 0 WHERE configured AND name NOT IN (SELECT value FROM json_each(?))",
            (json.dumps(names),),
        )


def _settings(source: Source) -> str:
    """Return, as JSON, what `source` is configured as that is not the default."""
    return json.dumps(
        {
            name: value.total_seconds() if isinstance(value, timedelta) else value
            for name in _SETTINGS
            if (value := getattr(source, name)) != getattr(_DEFAULTS, name)
        }
    )


@lru_cache(maxsize=1024)
@legible
def _configured(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    for name in ("every", "pause"):
        if name in found:
            found[name] = timedelta(seconds=found[name])
    if "official" in found:
        found["official"] = tuple(found["official"])
    return found


def source_and_state(row: Sequence[Any]) -> tuple[Source, SourceState]:
    """Return the source, without its secret, and the state in a row of :data:`COLUMNS`."""
    kind, target, url, settings = row[_FIELDS:]
    source = Source(name=row[0], kind=SourceKind(kind), target=target, url=url, **_configured(settings))
    return source, _state(row[:_FIELDS])


def silent_sources(
    ledger: Connection, now: datetime, after: str, limit: int
) -> list[tuple[Source, SourceState]]:
    """Return, by name from `after` on, sources whose silence may have to be reported, except those that are being polled."""
    return [source_and_state(row) for row in ledger.rows(_SILENT, (instant(now), after, limit))]


def put_off_sources(
    ledger: Connection, now: datetime, beyond: datetime, after: str, limit: int
) -> list[tuple[Source, SourceState]]:
    """Return, by name from `after` on, sources that a clock ahead of `now` scheduled or whose next poll is after `beyond`.

    Those that are being polled are left out.
    """
    at = instant(now + CLOCK_SKEW), instant(beyond)
    return [source_and_state(row) for row in ledger.rows(_PUT_OFF, (*at, after, limit))]


def sources_after(ledger: Connection, after: str, limit: int) -> list[tuple[Source, SourceState]]:
    """Return, by name from `after` on, the configured sources, except those that are being polled."""
    return [source_and_state(row) for row in ledger.rows(_CONFIGURED, (after, limit))]


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
    ledger.run_many(SAVE, map(saved, states))


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


def saved(state: SourceState) -> tuple[Any, ...]:
    """Return the parameters of :data:`SAVE`: the columns of a state, and the name of its source."""
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
        None if state.silent_at is None else instant(state.silent_at),
        state.name,
    )


@legible
def _state(row: Sequence[Any]) -> SourceState:
    (name, next_poll_at, baseline, last_poll_at, last_success_at, last_result, error, failures, documents, claims,
     published, moved_to, gone, silence_alerted, ttl, url, etag, last_modified, body, scheduled_at,
     usual, looked, listed, silent_at) = row  # fmt: skip
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
        silent_at=moment_or_none(silent_at),
    )
