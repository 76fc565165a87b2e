"""Store sites: which of them are due, and to whom each is leased, by the clock of the database.

A lease is one row of `sites`; its number is drawn from a sequence, so that writes under an earlier lease are recognised.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from monitor.errors import LeaseLostError
from monitor.ledger.port import LEASE_SECONDS, Lease, PolledState, SiteRecord, TakenSite
from monitor.ledger.sqlite.columns import instant, moment, moment_or_none
from monitor.ledger.sqlite.connection import Connection
from monitor.ledger.sqlite.documents import mark_seen
from monitor.ledger.sqlite.retention import settle_listing
from monitor.ledger.sqlite.sequences import draw
from monitor.ledger.sqlite.sources import CLOCK_SKEW, COLUMNS, SAVE, saved, source_and_state
from monitor.model import RobotsFile, SourceState

__all__ = [
    "CLOCK", "HELD", "end_leases", "has_due_sites", "keep_robots", "release", "renew", "settle", "site", "take_sites",
]  # fmt: skip

CLOCK = "((julianday('now') - 2440587.5) * 86400.0)"
"""The time of the database in seconds since 1970."""
HELD = f"leased_until BETWEEN {CLOCK} AND {CLOCK} + {LEASE_SECONDS}"
"""The condition on a row that its lease has not ended; one that a clock ahead of the present gave has."""
_MOST_OF_A_SITE = 8
"""The sources of a site that one lease is for: whoever waits for the site longer comes next."""
_LONGEST_PAUSE = 60.0

_END = f"UPDATE sites SET holder = NULL WHERE holder IS NOT NULL AND NOT ({HELD})"  # noqa: S608 - our own names
_DUE = "SELECT site FROM sites WHERE holder IS NULL AND due_at <= ? ORDER BY due_at LIMIT ?"
_IS_AHEAD = "SELECT 1 FROM sources INDEXED BY sources_scheduled WHERE configured AND NOT gone AND scheduled_at > ? LIMIT 1"
_AHEAD = (
    "SELECT DISTINCT s.site FROM sources s INDEXED BY sources_scheduled CROSS JOIN sites USING (site)"
    " WHERE s.configured AND NOT s.gone AND s.scheduled_at > ? AND sites.holder IS NULL LIMIT ?"
)
_NAMED = (
    f"SELECT s.site, {', '.join(f's.{column}' for column in COLUMNS.split(', '))} FROM json_each(?) n"  # noqa: S608 - our own names
    " CROSS JOIN sources s ON s.name = n.value CROSS JOIN sites USING (site)"
    " WHERE s.configured AND sites.holder IS NULL ORDER BY n.key"
)
_TAKE = (
    f"UPDATE sites SET holder = ?, lease = ?, leased_until = {CLOCK} + {LEASE_SECONDS} WHERE site = ? AND holder IS NULL"  # noqa: S608 - our own names
    f" RETURNING free_at - {CLOCK}, (SELECT until FROM rests WHERE place = 'site ' || sites.site AND until > ? AND set_at <= ?)"
)
_DUE_OF_SITE = f"SELECT {COLUMNS} FROM sources WHERE site = ? AND configured AND NOT gone AND next_poll_at <= ? ORDER BY next_poll_at LIMIT ?"  # noqa: S608 - as above
_AHEAD_OF_SITE = (
    f"SELECT {COLUMNS} FROM sources WHERE site = ? AND configured AND NOT gone AND scheduled_at > ? LIMIT ?"  # noqa: S608 - as above
)
_OWN = f"site = ? AND lease = ? AND holder IS NOT NULL AND {HELD}"
_IS_HELD = f"SELECT 1 FROM sites WHERE {_OWN}"  # noqa: S608 - as above
_RENEW = f"UPDATE sites SET leased_until = {CLOCK} + {LEASE_SECONDS} WHERE {_OWN}"  # noqa: S608 - as above
_RELEASE = "UPDATE sites SET holder = NULL WHERE site = ? AND lease = ?"
_RELEASE_AFTER = f"UPDATE sites SET holder = NULL, free_at = {CLOCK} + ? WHERE {_OWN}"  # noqa: S608 - as above
_RENEW_SENDER = f"UPDATE senders SET leased_until = {CLOCK} + {LEASE_SECONDS} WHERE channel = ? AND lease = ? AND holder IS NOT NULL AND {HELD}"  # noqa: S608 - as above
_RELEASE_SENDER = "UPDATE senders SET holder = NULL WHERE channel = ? AND lease = ?"
_ROBOTS = 20_000
"""The origins whose robots.txt is kept."""


def has_due_sites(ledger: Connection, now: datetime) -> bool:
    """Return whether :func:`take_sites` would find any; nothing is written, and no lock is waited for."""
    late = ledger.row(f"SELECT 1 FROM sites WHERE holder IS NOT NULL AND NOT ({HELD}) LIMIT 1")  # noqa: S608 - as above
    return (
        late is not None
        or ledger.row(_DUE, (instant(now), 1)) is not None
        or ledger.row(_AHEAD, (instant(now + CLOCK_SKEW), 1)) is not None
    )


def take_sites(
    ledger: Connection, holder: str, most: int, now: datetime, *, names: Collection[str] | None = None
) -> list[TakenSite]:
    """Lease up to `most` sites with due sources to `holder`, longest due first; of a site there are never two holders.

    `names` takes the sites of these sources instead, due or not. A source whose next poll was scheduled by a clock more than a minute
    ahead of `now` is due too: that clock has been corrected since, and the time that it set may be years away.
    """
    ledger.run(_END)
    found = _due(ledger, most, now) if names is None else _named(ledger, most, names)
    if not found:
        return []
    number, until = draw(ledger, "leases"), time.monotonic() + LEASE_SECONDS
    at = instant(now), instant(now + CLOCK_SKEW)
    taken: list[TakenSite] = []
    for name, rows in found.items():
        row = ledger.row(_TAKE, (holder, number, name, *at))
        if row is not None:
            taken.append(
                TakenSite(
                    Lease(name, number, until),
                    [*map(source_and_state, rows)],
                    _pause_left(row[0]),
                    moment_or_none(row[1]),
                )
            )
    return taken


def _due(ledger: Connection, most: int, now: datetime) -> dict[str, list[Any]]:
    """Return the rows of up to `most` free sites that are due, longest due first, each with its due sources."""
    at, ahead_of = instant(now), instant(now + CLOCK_SKEW)
    sites = [site for (site,) in ledger.rows(_DUE, (at, most))]
    is_ahead = ledger.row(_IS_AHEAD, (ahead_of,)) is not None
    if is_ahead and len(sites) < most:
        sites = list(dict.fromkeys([*sites, *(site for (site,) in ledger.rows(_AHEAD, (ahead_of, most)))]))
    found = {site: list(ledger.rows(_DUE_OF_SITE, (site, at, _MOST_OF_A_SITE))) for site in sites[:most]}
    if is_ahead:
        for site, rows in found.items():
            known = {row[0] for row in rows}
            ahead = ledger.rows(_AHEAD_OF_SITE, (site, ahead_of, _MOST_OF_A_SITE))
            rows += [row for row in ahead if row[0] not in known]
    return found


def _named(ledger: Connection, most: int, names: Collection[str]) -> dict[str, list[Any]]:
    """Return the rows of the sources `names` of up to `most` free sites, in the order of the names."""
    found: dict[str, list[Any]] = {}
    for site, *row in ledger.rows(_NAMED, (json.dumps([*names]),)):
        if site in found or len(found) < most:
            rows = found.setdefault(site, [])
            if len(rows) < _MOST_OF_A_SITE:
                rows.append(row)
    return found


def _pause_left(seconds: float) -> float:
    return min(max(seconds, 0.0), _LONGEST_PAUSE)


def renew(ledger: Connection, leases: Iterable[Lease]) -> list[Lease]:
    """Extend `leases` of sites and channels to their full length from now; return those that had ended, which are not extended."""
    return [
        lease
        for lease in leases
        if not ledger.run(_RENEW_SENDER if lease.is_of_channel else _RENEW, (lease.name, lease.number))
    ]


def release(ledger: Connection, leases: Iterable[Lease]) -> None:
    """Give `leases` back; those that ended already, or are another's by now, are left alone."""
    for lease in leases:
        ledger.run(_RELEASE_SENDER if lease.is_of_channel else _RELEASE, (lease.name, lease.number))


def end_leases(ledger: Connection) -> None:
    """End the leases of processes that are gone; call it when the ledger is opened."""
    held = "SELECT DISTINCT holder FROM {0} WHERE holder IS NOT NULL"
    gone = [
        (table, holder)
        for table in ("sites", "senders")
        for (holder,) in list(ledger.rows(held.format(table)))
        if not ledger.is_alive(holder)
    ]
    if gone:
        with ledger.transaction():
            for table, holder in gone:
                ledger.run(f"UPDATE {table} SET holder = NULL WHERE holder = ?", (holder,))  # noqa: S608 - our own names


def settle(
    ledger: Connection,
    lease: Lease,
    polls: Iterable[PolledState],
    *,
    release: bool = False,
    pause: float = 0.0,
) -> list[tuple[SourceState, int]]:
    """Record the results of polls of a leased site: its documents as seen, its sources' states, its next time.

    Returns the stored state of each and its number of new documents. `release` gives the lease back, and the site is left alone
    for `pause` seconds. Raises LeaseLostError, and writes nothing, where the lease has ended.
    """
    own = lease.name, lease.number
    is_held = ledger.run(_RELEASE_AFTER, (pause, *own)) if release else ledger.row(_IS_HELD, own)
    if not is_held:
        raise LeaseLostError("its lease ended before the poll was recorded", where=lease.name)
    stored: list[tuple[SourceState, int]] = []
    for each in polls:
        state, new = each.state, each.new
        if each.listed is not None:
            new += settle_listing(ledger, state.name, each.listed, each.without_claims, state.last_poll_at)
        elif each.without_claims:
            new += mark_seen(ledger, each.without_claims, state.last_poll_at)
        if new or each.claims:
            state = replace(state, documents=state.documents + new, claims=state.claims + each.claims)
        ledger.run(SAVE, saved(state))
        stored.append((state, new))
    return stored


def site(ledger: Connection, origin: str, name: str, now: datetime) -> SiteRecord:
    """Return what is known of `origin`, whose requests are spaced as those of the site `name`."""
    row = ledger.row("SELECT body, read_at, expires_at FROM robots WHERE origin = ?", (origin,))
    free_in = ledger.value(f"SELECT free_at - {CLOCK} FROM sites WHERE site = ?", (name,)) or 0.0  # noqa: S608 - our own names
    barred = ledger.value(
        "SELECT until FROM rests WHERE place = ? AND until > ? AND set_at <= ?",
        (f"site {name}", instant(now), instant(now + CLOCK_SKEW)),
    )
    return SiteRecord(
        robots=None if row is None else RobotsFile(row[0], moment(row[1]), moment(row[2])),
        free_in=_pause_left(free_in),
        barred_until=moment_or_none(barred),
    )


def keep_robots(ledger: Connection, origin: str, robots: RobotsFile) -> None:
    """Store the robots.txt of `origin` for all workers; of too many origins those that expired first are forgotten."""
    ledger.run(
        "INSERT OR REPLACE INTO robots VALUES (?, ?, ?, ?)",
        (origin, robots.body, instant(robots.read_at), instant(robots.expires_at)),
    )
    if ledger.count("robots") > _ROBOTS:
        ledger.run(
            "DELETE FROM robots WHERE origin = (SELECT origin FROM robots ORDER BY expires_at LIMIT 1)"
        )
