"""Query the ledger for the read model: pages that continue at a key, rows for ids, and bounded counts. None of them reads more than it shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from monitor.ledger.sqlite.changes import change_rows
from monitor.ledger.sqlite.claims import COLUMNS, FROM_CLAIMS, ClaimRow, row_of
from monitor.ledger.sqlite.columns import (
    belief,
    instant,
    moment,
    moment_or_none,
    scope_text,
    strings,
    when_text,
)
from monitor.ledger.sqlite.connection import Connection
from monitor.ledger.sqlite.deliveries import SELECT_DELIVERIES, delivery_of
from monitor.ledger.sqlite.failures import legible
from monitor.ledger.sqlite.filters import is_in_language, is_of_instalment, is_one_of
from monitor.ledger.sqlite.observations import NEWEST_REREADING, OBSERVED, observation_of
from monitor.ledger.sqlite.searching import match_of
from monitor.ledger.sqlite.standings import SELECT_STANDINGS, standing_of
from monitor.ledger.sqlite.turns import Tally
from monitor.model import (
    Belief,
    Change,
    ChangeKind,
    Delivery,
    Event,
    Key,
    Observation,
    Standing,
    Verdict,
    VerdictKind,
)

__all__ = [
    "add_retries", "believed_titles", "change_reasons", "changes_after", "claim_rows", "configured_sources", "count_changes", "count_deliveries", "deliveries_of", "first_observations", "found", "held_back_from", "last_changes", "last_retries", "last_turns", "latest_verdicts", "observations_by_id", "queued", "queued_facets", "sent_of_title", "standings_by_date", "standings_in", "tallies_of", "titles_by_date", "titles_state", "totals", "verdicts_after",
]  # fmt: skip

OPEN_END = "open"
"""The last day of a belief that has none, in the position of a page."""
_MANY = 500
"""The ids in one statement."""
_WAITS = "c.verdict IS NULL AND c.documents > 0 AND c.cause > 0"
_VERDICT = (
    "SELECT v.id, v.claim, v.kind, v.at, v.note, v.actor, v.undoes, EXISTS (SELECT 1 FROM verdicts u WHERE u.undoes = v.id),"
    " (SELECT n.claim FROM verdicts n WHERE n.corrects = v.id) FROM verdicts v"
)


def claim_rows(ledger: Connection, claims: Iterable[int]) -> dict[int, ClaimRow]:
    """Return the rows of `claims` by id, without those that no document makes any more."""
    return {
        row.id: row
        for some in _portions(claims)
        for row in map(row_of, ledger.rows(f"{COLUMNS} {FROM_CLAIMS} WHERE c.id IN ({_marks(some)})", some))
    }


def queued(
    ledger: Connection,
    *,
    titles: Sequence[str] | None = None,
    instalment: str | None = None,
    event: str | None = None,
    status: str | None = None,
    certainty: str | None = None,
    lang: str | None = None,
    cause: int | None = None,
    after: tuple[int, int] | None = None,
    limit: int,
) -> list[ClaimRow]:
    """Return the claims that nobody judged, by cause and then newest first, at most `limit` after the cause and id of `after`."""
    where, values = _queue_filter(titles, instalment, event, status, certainty, lang)
    rows: list[ClaimRow] = []
    for rank in (3, 2, 1, 0):
        if (cause is not None and rank != cause) or (after is not None and rank > after[0]):
            continue
        bound = after[1] if after is not None and rank == after[0] else 1 << 62
        waits = _WAITS if rank else "c.verdict IS NULL AND c.documents > 0"
        ranked = "c.cause = ?" if rank else "ifnull(c.cause, 0) = ?"
        if titles is not None:
            waits, ranked = waits.replace("c.", "+c."), ranked.replace("c.cause", "+c.cause")
        sql = f"{COLUMNS} {FROM_CLAIMS} WHERE {waits} AND {ranked} AND c.id < ?{where} ORDER BY c.id DESC LIMIT ?"
        rows += map(row_of, ledger.rows(sql, (rank, bound, *values, limit - len(rows))))
        if len(rows) >= limit:
            break
    return rows


def queued_facets(
    ledger: Connection,
    *,
    titles: Sequence[str] | None = None,
    instalment: str | None = None,
    event: str | None = None,
    status: str | None = None,
    certainty: str | None = None,
    lang: str | None = None,
    cause: int | None = None,
    most: int,
) -> list[tuple[int, str, str, str]]:
    """Return cause, certainty, language and title of the claims that wait for a verdict, of at most `most` of them."""
    where, values = _queue_filter(titles, instalment, event, status, certainty, lang)
    if cause is not None:
        where, values = f"{where} AND c.cause = ?", [*values, cause]
    # Without a title the index of those that wait has everything that is asked; the planner would take that of verdicts.
    table = "claims c" if titles is not None else "claims c INDEXED BY claims_waiting"
    sql = f"SELECT c.cause, c.certainty, c.lang, c.title FROM {table} WHERE {_WAITS}{where} LIMIT ?"
    return list(ledger.rows(sql, (*values, most)))


def _queue_filter(
    titles: Sequence[str] | None,
    instalment: str | None,
    event: str | None,
    status: str | None,
    certainty: str | None,
    lang: str | None,
) -> tuple[str, list[Any]]:
    wanted = []
    if titles is not None:
        wanted.append(is_one_of("c.title", titles))
    if instalment is not None:
        wanted.append(is_of_instalment("c.instalment", instalment))
    if lang is not None:
        wanted.append(is_in_language("c.lang", lang))
    plain = {"+c.event = ?": event, "+c.status = ?": status, "+c.certainty = ?": certainty}
    wanted += [(condition, (value,)) for condition, value in plain.items() if value is not None]
    return "".join(f" AND {condition}" for condition, _ in wanted), [v for _, some in wanted for v in some]


def found(ledger: Connection, words: str, *, before: int = 1 << 62, limit: int) -> list[tuple[int, int]]:
    """Return claims with `words` in title, quote, headline or credits, each with its newest such observation, newest first.

    At most `limit`, of observations below `before`. Empty when `words` has no letter and no digit.
    """
    match = match_of(words)
    shown: dict[int, int] = {}
    portion = max(limit, 50)
    while match and len(shown) < limit:
        sql = "SELECT rowid FROM words WHERE words MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?"
        hits = [number for (number,) in ledger.rows(sql, (match, before, portion))]
        for some in _portions(hits):
            of = f"SELECT o.id, o.claim, c.documents FROM observations o JOIN claims c ON c.id = o.claim WHERE o.id IN ({_marks(some)})"
            for number, claim, documents in sorted(ledger.rows(of, some), reverse=True):
                if claim in shown or not documents:
                    continue
                if documents == 1 or _is_newest(ledger, match, number, claim):
                    shown[claim] = number
        if len(hits) < portion:
            break
        before = hits[-1]
    return list(shown.items())[:limit]


def _is_newest(ledger: Connection, match: str, number: int, claim: int) -> bool:
    """Return whether no later observation of `claim` matches than `number`."""
    later = "SELECT id FROM observations WHERE claim = ? AND id > ?"
    sql = f"SELECT 1 FROM words WHERE words MATCH ? AND rowid IN ({later}) LIMIT 1"
    return ledger.row(sql, (match, claim, number)) is None


def observations_by_id(ledger: Connection, numbers: Iterable[int]) -> dict[int, Observation]:
    """Return observations by their ids."""
    return {
        one.id: one
        for some in _portions(numbers)
        for one in map(observation_of, ledger.rows(f"{OBSERVED} WHERE o.id IN ({_marks(some)})", some))
    }


def first_observations(ledger: Connection, claims: Iterable[int], most: int) -> dict[int, list[Observation]]:
    """Return the `most` earliest observations of each of `claims`, by when they were said."""
    ranked = "row_number() OVER (PARTITION BY claim ORDER BY ifnull(said_at, ''), id) AS place"
    found: dict[int, list[Observation]] = {}
    for some in _portions(claims):
        chosen = f"SELECT id FROM (SELECT id, {ranked} FROM observations WHERE claim IN ({_marks(some)})) WHERE place <= ?"
        sql = f"{OBSERVED} WHERE o.id IN ({chosen}) ORDER BY ifnull(o.said_at, d.published), o.id"
        for one in map(observation_of, ledger.rows(sql, (*some, most))):
            found.setdefault(one.claim_id, []).append(one)
    return found


def standings_by_date(
    ledger: Connection, since: date, *, after: tuple[str, str, str, str] | None = None
) -> Iterator[Standing]:
    """Yield the scheduled releases that may still come on `since` or later, by the last day they may come on.

    `after` continues behind a last day, title, instalment and scope.
    """
    position = "title, ifnull(instalment, ''), scope"
    dated = f"{SELECT_STANDINGS} WHERE event = 'release' AND status = 'scheduled' AND \"when\" IS NOT NULL"
    begins = since.isoformat()
    values: list[Any] = [begins if after is None or after[0] < begins else after[0]]
    if after is None or after[0] != OPEN_END:
        sql = f"{dated} AND latest_on >= ?"
        if after is not None:
            sql, values = f"{sql} AND (latest_on, {position}) > (?, ?, ?, ?)", [*values, *after]
        for row in ledger.rows(f"{sql} ORDER BY latest_on, {position}", values):
            yield standing_of(row)
    sql, values = f"{dated} AND latest_on IS NULL", []
    if after is not None and after[0] == OPEN_END:
        sql, values = f"{sql} AND ({position}) > (?, ?, ?)", [*after[1:]]
    for row in ledger.rows(f"{sql} ORDER BY {position}", values):
        yield standing_of(row)


def titles_by_date(ledger: Connection, since: date) -> list[str]:
    """Return the titles of :func:`standings_by_date`."""
    of = "SELECT title FROM standings WHERE event = 'release' AND status = 'scheduled' AND"
    sql = f'{of} latest_on >= ? UNION {of} latest_on IS NULL AND "when" IS NOT NULL'
    return [title for (title,) in ledger.rows(sql, (since.isoformat(),))]


def standings_in(
    ledger: Connection, *, statuses: Sequence[str], before: date | None = None, limit: int | None = None
) -> list[Standing]:
    """Return the beliefs about releases in one of `statuses` without a date, or whose last day was `before`, newest first."""
    dated = 'latest_on IS NULL AND "when" IS NULL' if before is None else "latest_on < ?"
    if before is None and "scheduled" not in statuses:
        dated = "1"
    sql = f"{SELECT_STANDINGS} WHERE event = 'release' AND status IN ({_marks(statuses)}) AND {dated} ORDER BY since DESC, title LIMIT ?"
    values = [*statuses, *([] if before is None else [before.isoformat()]), -1 if limit is None else limit]
    return [standing_of(row) for row in ledger.rows(sql, values)]


def last_changes(ledger: Connection, keys: Iterable[Key]) -> dict[Key, tuple[ChangeKind, datetime]]:
    """Return kind and time of the last change of each key."""
    sql = (
        "SELECT kind, at FROM changes WHERE title = ? AND event = ? AND ifnull(instalment, '') = ? AND scope = ?"
        " ORDER BY at DESC, id DESC LIMIT 1"
    )
    last_changes = {}
    for key in keys:
        row = ledger.row(sql, (key.title, key.event.value, key.instalment or "", scope_text(key.scope)))
        if row is not None:
            last_changes[key] = ChangeKind(row[0]), moment(row[1])
    return last_changes


def changes_after(ledger: Connection, number: int, limit: int) -> list[Change]:
    """Return the changes with an id above `number`, in order."""
    return change_rows(ledger, "WHERE id > ? ORDER BY id LIMIT ?", (number, limit))


def verdicts_after(ledger: Connection, number: int, limit: int) -> list[tuple[Verdict, bool, int | None]]:
    """Return the verdicts with an id above `number`, in order: each with whether it was taken back, and the claim that corrects it."""
    return [
        _verdict(row)
        for row in ledger.rows(f"{_VERDICT} WHERE v.id > ? ORDER BY v.id LIMIT ?", (number, limit))
    ]


def latest_verdicts(
    ledger: Connection, limit: int, *, title: str | None = None, claim: int | None = None
) -> list[tuple[Verdict, bool, int | None]]:
    """Return the last verdicts, newest first, as :func:`verdicts_after`: all, of a work, or of a claim."""
    where, values = "", []
    if title is not None:
        where, values = " WHERE v.claim IN (SELECT id FROM claims WHERE title = ?)", [title]
    if claim is not None:
        where, values = " WHERE v.claim = ?", [claim]  # type: ignore[list-item]
    return [
        _verdict(row)
        for row in ledger.rows(f"{_VERDICT}{where} ORDER BY v.id DESC LIMIT ?", (*values, limit))
    ]


def add_retries(ledger: Connection, deliveries: Iterable[str], actor: str, at: datetime) -> None:
    """Record who made deliveries due again."""
    ledger.run_many(
        "INSERT INTO retries (delivery, actor, at) VALUES (?, ?, ?)",
        [(each, actor, instant(at)) for each in deliveries],
    )


def last_retries(ledger: Connection, deliveries: Iterable[str]) -> dict[str, tuple[str, datetime]]:
    """Return who made each of `deliveries` due again last, and when; without those that nobody did."""
    return {
        delivery: (actor, moment(at))
        for some in _portions(deliveries)
        for delivery, actor, at in ledger.rows(
            f"SELECT delivery, actor, at FROM retries WHERE delivery IN ({_marks(some)}) ORDER BY id", some
        )
    }


def count_changes(ledger: Connection, since: datetime, most: int) -> int:
    """Return how many changes there are since `since`, of at most `most`."""
    sql = "SELECT count(*) FROM (SELECT 1 FROM changes WHERE at >= ? LIMIT ?)"
    return int(ledger.value(sql, (instant(since), most)))


def count_deliveries(ledger: Connection, state: str, most: int) -> int:
    """Return how many deliveries are in `state`, of at most `most`."""
    sql = "SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE state = ? LIMIT ?)"
    return int(ledger.value(sql, (state, most)))


def believed_titles(ledger: Connection) -> list[str]:
    """Return the titles of works of which something is believed."""
    # Each title is one search in the index of keys: a work may have many beliefs.
    walk = (
        "WITH RECURSIVE known(title) AS (SELECT min(title) FROM standings UNION ALL"
        " SELECT (SELECT min(s.title) FROM standings s WHERE s.title > known.title) FROM known WHERE known.title IS NOT NULL)"
        " SELECT title FROM known WHERE title IS NOT NULL"
    )
    return [title for (title,) in ledger.rows(walk)]


def configured_sources(ledger: Connection) -> list[str]:
    """Return the names of the configured sources."""
    return [name for (name,) in ledger.rows("SELECT name FROM sources WHERE configured ORDER BY name")]


def last_turns(ledger: Connection, keys: Iterable[Key]) -> dict[Key, tuple[Belief | None, str]]:
    """Return of each key the belief before its last turn, and the reason of that turn; without those that have none."""
    sql = (
        "SELECT before_status, before_when, before_certainty, reason FROM turns WHERE title = ? AND event = ?"
        " AND ifnull(instalment, '') = ? AND scope = ? ORDER BY id DESC LIMIT 1"
    )
    starts = {}
    for key in keys:
        row = ledger.row(sql, (key.title, key.event.value, key.instalment or "", scope_text(key.scope)))
        if row is not None:
            starts[key] = None if row[0] is None else belief(*row[:3]), row[3]
    return starts


def change_reasons(ledger: Connection, changes: Iterable[Change]) -> dict[int, str]:
    """Return why what each change came to was believed, by its id; without those of which no turn is stored."""
    sql = (
        "SELECT reason FROM turns WHERE title = ? AND event = ? AND ifnull(instalment, '') = ? AND scope = ? AND at <= ?"
        " AND after_status = ? AND after_when IS ? AND after_certainty = ? ORDER BY id DESC LIMIT 1"
    )
    reasons = {}
    for change in changes:
        key, after = change.key, change.after
        if after is None:
            continue
        own = key.title, key.event.value, key.instalment or "", scope_text(key.scope), instant(change.at)
        row = ledger.row(sql, (*own, after.status.value, when_text(after.when), after.certainty.value))
        if row is not None:
            reasons[change.id] = row[0]
    return reasons


def deliveries_of(ledger: Connection, changes: Iterable[int]) -> dict[int, list[Delivery]]:
    """Return the deliveries of changes, by change."""
    deliveries: dict[int, list[Delivery]] = {}
    for some in _portions(changes):
        for one in map(
            delivery_of,
            ledger.rows(f"{SELECT_DELIVERIES} WHERE change IN ({_marks(some)}) ORDER BY channel", some),
        ):
            deliveries.setdefault(one.change, []).append(one)
    return deliveries


def held_back_from(ledger: Connection, changes: Iterable[int]) -> dict[int, dict[str, tuple[str, ...]]]:
    """Return the channels that changes were held back from and why, by change."""
    held_back: dict[int, dict[str, tuple[str, ...]]] = {}
    for some in _portions(changes):
        sql = f"SELECT change, channel, reasons FROM held_back WHERE change IN ({_marks(some)}) ORDER BY channel"
        for change, channel, reasons in ledger.rows(sql, some):
            held_back.setdefault(change, {})[channel] = strings(reasons)
    return held_back


def sent_of_title(ledger: Connection, title: str) -> tuple[int, datetime | None]:
    """Return how many alerts about a work were delivered, and when the last was."""
    sql = (
        "SELECT count(*), max(d.delivered_at) FROM changes c JOIN deliveries d ON d.change = c.id"
        " WHERE c.title = ? AND d.state = 'delivered'"
    )
    count, last = ledger.row(sql, (title,)) or (0, None)
    return int(count), moment_or_none(last)


def totals(ledger: Connection) -> tuple[int, int, int]:
    """Return how many claims there are, how many of them nobody judged, and how many of those wait for a verdict."""
    row = ledger.row(
        "SELECT ifnull(sum(claims), 0), ifnull(sum(unjudged), 0), ifnull(sum(waiting), 0) FROM tallies"
    )
    claims, unjudged, waiting = row or (0, 0, 0)
    return claims, unjudged, waiting


def titles_state(ledger: Connection) -> tuple[int, int]:
    """Return numbers that differ when the titles with claims do: how many subjects there are, and the letters of their titles."""
    count, letters = ledger.row(
        "SELECT count(*), ifnull(sum(length(title) * (1 + unicode(title) % 97)), 0) FROM tallies"
    ) or (0, 0)
    return count, letters


def subject_state(ledger: Connection, title: str, event: str) -> tuple[Any, ...]:
    """Return values that differ when anything of a subject is added, read again or judged: what is worked out of it holds while they are the same."""
    sql = "SELECT count(*), ifnull(sum(documents), 0), ifnull(sum(version), 0), ifnull(max(last_said), '') FROM claims WHERE title = ? AND event = ?"
    return (*(ledger.row(sql, (title, event)) or ()), ledger.value(NEWEST_REREADING))


def tallies_of(ledger: Connection, title: str) -> list[Tally]:
    """Return how many claims a work has, by event."""
    sql = "SELECT title, event, claims, unjudged, waiting FROM tallies WHERE title = ? ORDER BY event"
    return [Tally(own, Event(event), *counts) for own, event, *counts in ledger.rows(sql, (title,))]


@legible
def _verdict(row: Sequence[Any]) -> tuple[Verdict, bool, int | None]:
    number, claim, kind, at, note, actor, _, taken_back, corrected_to = row
    return Verdict(claim, VerdictKind(kind), moment(at), note, number, actor), bool(taken_back), corrected_to


def _portions(values: Iterable[Any]) -> Iterator[list[Any]]:
    every = list(values)
    return (every[start : start + _MANY] for start in range(0, len(every), _MANY))


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))
