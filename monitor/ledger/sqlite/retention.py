"""Remove what is older than the configuration keeps, a few rows in each transaction; and store what each source listed last.

An entry that a source still lists must stay read, whatever its age: else it would be read again as new. Each mark in `seen` has the day on which
its content was read last, and `listings` holds the marks of the last body of each source. Marks that are listed get a new day before old
ones are removed; a mark that enters a listing later gets its day in the transaction that stores the listing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from monitor.ledger.port import Pruning
from monitor.ledger.sqlite.columns import instant
from monitor.ledger.sqlite.connection import Connection
from monitor.ledger.sqlite.documents import day_of, mark_seen

__all__ = ["SHORTENED", "prune", "settle_listing"]

SHORTENED = "shortened"
"""The key of an alert's body of which only what listings show is left."""

_MARK_BYTES = 16
_LISTINGS = 50
_MARKS = 1000
"""How many marks one transaction looks at; of listings it takes the next one whole."""
_ALERTS = 100
_ROWS = 500
# Listed marks get a new day this long before they would be removed, so that few are written each day.
_SPARE = timedelta(days=7)
_IS_LEFT = "(NOT configured OR gone)"
_UNLISTED = "last_success_at IS NOT NULL AND name NOT IN (SELECT source FROM listings)"
# A source that was never read under a ledger that keeps listings: its next poll reads the whole body.
_READ_WHOLE = (
    f"UPDATE sources SET etag = '', last_modified = '', body = '' WHERE NOT {_IS_LEFT} AND {_UNLISTED}"  # noqa: S608 - our own names
    " AND (etag <> '' OR last_modified <> '' OR body <> '')"
)
# One that returns after so long begins as a new one does, since what it lists may be forgotten.
_BEGIN_ANEW = f"UPDATE sources SET baseline = 1 WHERE {_IS_LEFT} AND {_UNLISTED} AND NOT baseline"  # noqa: S608 - as above
_LEAVE = (
    "DELETE FROM listings WHERE source IN (SELECT name FROM sources"  # noqa: S608 - as above
    f" WHERE {_IS_LEFT} AND ifnull(last_poll_at, '') < ?)"
)
_KEEP = (
    "INSERT INTO seen VALUES (?1, ?2) ON CONFLICT (fingerprint) DO UPDATE SET read_on = excluded.read_on"
    " WHERE read_on IS NOT excluded.read_on"
)
_SENT = (
    "SELECT id, body, delivered_at, rowid FROM deliveries INDEXED BY deliveries_sent WHERE state = 'delivered' AND channel = ?"
    " AND (delivered_at, rowid) > (?, ?) AND delivered_at < ? ORDER BY delivered_at, rowid LIMIT ?"
)
_NEXT_CHANNEL = "SELECT min(channel) FROM deliveries WHERE state = 'delivered' AND channel > ?"
_SHORT = ("title", "change", "event", "instalment", "sentence")
_REPLAY = "replay"
"""The channel of archives: its alerts are written again when a replay is continued."""


def settle_listing(
    ledger: Connection, source: str, listed: Iterable[str], without_claims: Sequence[str], at: datetime | None
) -> int:
    """Store which contents the body of `source` listed, and mark those `without_claims` as read; return how many of these are new.

    What the body before listed too is marked already.
    """
    body = b"".join(map(bytes.fromhex, listed))
    before: bytes | None = ledger.value("SELECT entries FROM listings WHERE source = ?", (source,))
    known = frozenset(_chunks(before or b""))
    new = mark_seen(ledger, [each for each in without_claims if bytes.fromhex(each) not in known], at)
    if body != before:
        day = None if at is None else day_of(at)
        ledger.run_many(_KEEP, [(mark, day) for mark in _chunks(body) if mark not in known])
        ledger.run("INSERT OR REPLACE INTO listings VALUES (?, ?)", (source, body))
    return new


def _chunks(body: bytes) -> list[bytes]:
    return [body[start : start + _MARK_BYTES] for start in range(0, len(body), _MARK_BYTES)]


def prune(ledger: Connection, pruning: Pruning, now: datetime) -> Pruning:
    """Remove a few rows that are older than `pruning` keeps; return how far it has come. Call it until that `is_done`."""
    return _STAGES[pruning.stage](ledger, pruning, now)


def _next(pruning: Pruning) -> Pruning:
    names = [*_STAGES]
    place = names.index(pruning.stage) + 1
    return replace(
        pruning, after="", **({"stage": names[place]} if place < len(names) else {"is_done": True})
    )


def _begin(ledger: Connection, pruning: Pruning, _: datetime) -> Pruning:
    ledger.run(_READ_WHOLE)
    ledger.run(_LEAVE, (instant(pruning.before),))
    ledger.run(_BEGIN_ANEW)
    return _next(pruning)


def _spare_listed(ledger: Connection, pruning: Pruning, now: datetime) -> Pruning:
    """Give the marks that sources list a new day where they would be removed soon."""
    rows = list(
        ledger.rows(
            "SELECT source, entries FROM listings WHERE source > ? ORDER BY source LIMIT ?",
            (pruning.after, _LISTINGS),
        )
    )
    marks: list[bytes] = []
    for source, entries in rows:
        marks += _chunks(entries)
        pruning = replace(pruning, after=source)
        if len(marks) >= _MARKS:
            break
    day, soon = day_of(now), day_of(pruning.before + _SPARE)
    renew = "UPDATE seen SET read_on = ? WHERE fingerprint = ? AND read_on < ?"
    ledger.run_many(renew, [(day, mark, soon) for mark in marks])
    return pruning if rows else _next(pruning)


def _forget_marks(ledger: Connection, pruning: Pruning, now: datetime) -> Pruning:
    """Remove marks that are old and that nothing lists; a mark without a day gets one."""
    if ledger.row(f"SELECT 1 FROM sources WHERE NOT {_IS_LEFT} AND {_UNLISTED} LIMIT 1"):  # noqa: S608 - our own names
        return _next(pruning)  # it is not known what these sources list
    after = bytes.fromhex(pruning.after)
    rows = list(
        ledger.rows(
            "SELECT fingerprint, read_on FROM seen WHERE fingerprint > ? ORDER BY fingerprint LIMIT ?",
            (after, _MARKS),
        )
    )
    undated = [(day_of(now), mark) for mark, day in rows if day is None]
    ledger.run_many("UPDATE seen SET read_on = ? WHERE fingerprint = ?", undated)
    before = day_of(pruning.before)
    old = [mark for mark, day in rows if day is not None and day < before]
    recorded = "SELECT 1 FROM documents WHERE fingerprint = ?"
    gone = [(mark,) for mark in old if ledger.row(recorded, (mark.hex(),)) is None]
    ledger.run_many("DELETE FROM seen WHERE fingerprint = ?", gone)
    pruning = replace(pruning, marks=pruning.marks + len(gone))
    return replace(pruning, after=rows[-1][0].hex()) if len(rows) == _MARKS else _next(pruning)


def _shorten_alerts(ledger: Connection, pruning: Pruning, _: datetime) -> Pruning:
    """Leave of delivered alerts what listings show of them: that they were sent, when and to whom is kept."""
    done = ledger.value("SELECT value FROM meta WHERE name = 'shortened'") or ""
    channel, since, row = pruning.after.split("\n") if pruning.after else ("", done, "0")
    rows = list(ledger.rows(_SENT, (channel, since, int(row), instant(pruning.before), _ALERTS)))
    short = [(body, each) for each, whole, _, _ in rows if (body := _shortened(whole)) is not None]
    ledger.run_many("UPDATE deliveries SET body = ? WHERE id = ?", short)
    pruning = replace(pruning, alerts=pruning.alerts + len(short))
    if len(rows) == _ALERTS:
        return replace(pruning, after=f"{channel}\n{rows[-1][2]}\n{rows[-1][3]}")
    following = ledger.value(_NEXT_CHANNEL, (channel,))
    if following == _REPLAY:
        following = ledger.value(_NEXT_CHANNEL, (following,))
    if following is not None:
        return replace(pruning, after=f"{following}\n{done}\n0")
    ledger.run("INSERT OR REPLACE INTO meta VALUES ('shortened', ?)", (max(done, instant(pruning.before)),))
    return _next(pruning)


def _shortened(body: bytes) -> bytes | None:
    """Return what is left of an alert; None for a notice, or where nothing would go."""
    alert: dict[str, Any] = json.loads(body)
    data = alert.get("data", {})
    if SHORTENED in alert or "change" not in data or not data.get("sentence"):
        return None
    kept = {
        **{name: value for name, value in alert.items() if name != "data"},
        "data": {name: data[name] for name in _SHORT if name in data},
        SHORTENED: True,
    }
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _forget_bugs(ledger: Connection, pruning: Pruning, _: datetime) -> Pruning:
    old = "DELETE FROM bugs WHERE id IN (SELECT id FROM bugs WHERE last_at < ? LIMIT ?)"
    gone = ledger.run(old, (instant(pruning.before), _ROWS))
    pruning = replace(pruning, bugs=pruning.bugs + gone)
    return pruning if gone == _ROWS else _next(pruning)


_STAGES: dict[str, Callable[[Connection, Pruning, datetime], Pruning]] = {
    "": _begin,
    "listings": _spare_listed,
    "marks": _forget_marks,
    "alerts": _shorten_alerts,
    "bugs": _forget_bugs,
}
