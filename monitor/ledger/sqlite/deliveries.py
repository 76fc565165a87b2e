"""Deliveries: one row for each alert and channel, its bytes fixed when its change is committed; and channels in trouble.

An attempt, and everything written before it, is on the disk before the alert is sent: a power failure cannot make the ledger
forget what a receiver has seen under an id (decision 0040).
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.errors import LeaseLostError, NotFoundError
from monitor.ledger.port import LEASE_SECONDS, Lease
from monitor.ledger.sqlite.columns import instant, moment, moment_or_none, storable, strings
from monitor.ledger.sqlite.connection import Connection
from monitor.ledger.sqlite.failures import legible
from monitor.ledger.sqlite.retention import SHORTENED
from monitor.ledger.sqlite.sites import CLOCK, HELD
from monitor.model import Change, Channel, Delivery, DeliveryState, Verdict

__all__ = [
    "SELECT_DELIVERIES",
    "TAKEN_BACK",
    "add_deliveries",
    "add_delivery",
    "deliveries",
    "delivery",
    "delivery_of",
    "disable_channel",
    "disabled_channels",
    "due_channels",
    "due_deliveries",
    "enable_channel",
    "further_trailers",
    "held_back",
    "hold_back",
    "mark_attempting",
    "mark_dead",
    "mark_delivered",
    "mark_failing",
    "mark_well",
    "reschedule",
    "retime",
    "retry",
    "sent_at",
    "take_back",
    "take_channel",
]  # fmt: skip

TAKEN_BACK = "the verdict that it tells was undone before it was sent"
"""The error of a delivery that :func:`take_back` gave up."""

SELECT_DELIVERIES = (
    "SELECT id, change, channel, state, attempts, next_attempt_at, body, error, created_at, delivered_at, message,"
    " attempted_at FROM deliveries"
)
_SHORTEST = 8
"""Characters of an id that may stand for all of it, as listings on narrow terminals show them."""
_OF_UNDONE = "change IN (SELECT c.id FROM verdicts v JOIN changes c ON c.verdict = v.undoes WHERE v.id = ?)"
_TAKE_BACK = (
    "UPDATE deliveries SET state = 'dead', next_attempt_at = NULL, error = ?"  # noqa: S608 - our own columns
    f" WHERE state = 'pending' AND attempted_at IS NULL AND {_OF_UNDONE}"
)
_SENT_OF_UNDONE = f"SELECT count(*) FROM deliveries WHERE attempted_at IS NOT NULL AND {_OF_UNDONE}"  # noqa: S608 - as above
_OPEN = "channel NOT IN (SELECT name FROM channels WHERE trouble = 'disabled')"
_IS_HELD = f"SELECT 1 FROM senders WHERE channel = ? AND lease = ? AND holder IS NOT NULL AND {HELD}"  # noqa: S608 - as above
_COVERED = f"id = ? AND channel = ? AND EXISTS ({_IS_HELD})"
"""The condition on a delivery that it is one of a channel whose lease is held; its values are the id, the channel and the lease's."""
_ATTEMPT = f"UPDATE deliveries SET message = ?, attempted_at = ? WHERE {_COVERED}"  # noqa: S608 - as above
_DELIVER = (
    "UPDATE deliveries SET state = 'delivered', attempts = attempts + 1, next_attempt_at = NULL, error = '', delivered_at = ?"  # noqa: S608 - as above
    f" WHERE {_COVERED}"
)
_RESCHEDULE = f"UPDATE deliveries SET attempts = attempts + 1, next_attempt_at = ?, error = ? WHERE state = 'pending' AND {_COVERED}"  # noqa: S608 - as above
_GIVE_UP = (
    "UPDATE deliveries SET state = 'dead', attempts = attempts + 1, next_attempt_at = NULL, error = ?"  # noqa: S608 - as above
    f" WHERE state = 'pending' AND {_COVERED}"
)
_TAKE = (
    f"INSERT INTO senders VALUES (?, ?, 1, {CLOCK} + {LEASE_SECONDS}) ON CONFLICT (channel) DO UPDATE SET"  # noqa: S608 - as above
    " holder = excluded.holder, lease = lease + 1, leased_until = excluded.leased_until"
    f" WHERE holder IS NULL OR NOT ({HELD}) RETURNING lease"
)
_DUE = f"state = 'pending' AND next_attempt_at <= ? AND {_OPEN}"


def add_delivery(
    ledger: Connection,
    change: Change | None,
    channel: Channel,
    body: dict[str, Any],
    *,
    send_at: datetime,
    now: datetime,
) -> Delivery:
    """Record a delivery of an alert to `channel`, not before `send_at`; None for `change` makes it a notice of the monitor itself.

    The id is derived from channel and body, without row ids and the words of a language, so that the same alert has the same id in a
    ledger restored from a backup too, which may number rows differently. Adding the same delivery again has no effect; another change
    with the same content has an id of its own.
    """
    frozen = _json(body)
    named = channel.name.encode() + b"\0" + _json(_identity(body))
    each = _id(named)
    while change is not None and _is_of_another(ledger, each, change.id):
        named += b"\0"
        each = _id(named)
    new = Delivery(
        id=each,
        change=0 if change is None else change.id,
        channel=channel.name,
        state=DeliveryState.PENDING,
        attempts=0,
        next_attempt_at=send_at,
        body=frozen,
        created_at=now,
    )
    add_deliveries(ledger, [new])
    return new


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


_NUMBERED = ("id", "claim", "show", "page")
_WORDED = ("sentence", "language")


def _identity(body: dict[str, Any]) -> dict[str, Any]:
    """Return an alert without row ids, without the command that names one, and without whatever depends on a language."""
    data = body.get("data")
    if not isinstance(data, dict):
        return body
    # A notice has its title and text in words, and its kind in `notice` and the fields beside it.
    left_out = (*_NUMBERED, *_WORDED, *(("title", "text") if "notice" in data else ()))
    kept = {name: value for name, value in data.items() if name not in left_out}
    if "evidence" in kept:
        kept["evidence"] = [
            {name: value for name, value in each.items() if name not in ("claim", "lang")}
            for each in kept["evidence"]
        ]
    return {**body, "data": kept}


def _id(named: bytes) -> str:
    return "msg_" + hashlib.sha256(named).hexdigest()[:32]


def _is_of_another(ledger: Connection, each: str, change: int) -> bool:
    return (
        ledger.value("SELECT 1 FROM deliveries WHERE id = ? AND change IS NOT ?", (each, change)) is not None
    )


def add_deliveries(ledger: Connection, new: Iterable[Delivery]) -> None:
    """Record deliveries; one whose id, or whose change and channel, is recorded already has no effect."""
    rows = [
        (
            delivery.id,
            delivery.change or None,
            delivery.channel,
            delivery.state.value,
            delivery.attempts,
            None if delivery.next_attempt_at is None else instant(delivery.next_attempt_at),
            delivery.body,
            storable(delivery.error),
            instant(delivery.created_at),
            None if delivery.delivered_at is None else instant(delivery.delivered_at),
            delivery.message or None,
            None if delivery.attempted_at is None else instant(delivery.attempted_at),
        )
        for delivery in new
    ]
    ledger.run_many(
        "INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO NOTHING ON CONFLICT (change, channel) DO NOTHING",
        rows,
    )


def hold_back(ledger: Connection, change: Change, channel: str, rule: str, reasons: Iterable[str]) -> None:
    """Record that `channel` does not get `change`, by which of its rules ("only", "except", "trailers"…) and why."""
    ledger.run(
        "INSERT OR IGNORE INTO held_back VALUES (?, ?, ?, ?)",
        (change.id, channel, rule, json.dumps(list(reasons), ensure_ascii=False)),
    )


def held_back(ledger: Connection, change: int) -> dict[str, tuple[str, ...]]:
    """Return the channels that a change was held back from, and why."""
    found = ledger.rows("SELECT channel, reasons FROM held_back WHERE change = ? ORDER BY channel", (change,))
    return {channel: strings(reasons) for channel, reasons in found}


def further_trailers(ledger: Connection, channel: str, changes: Collection[int]) -> int:
    """Return how many trailers `channel` was not sent between its delivery before those of `changes` and the last of them.

    The same `changes` always give the same number: ids count up, and what is held back is recorded with its change.
    """
    if not changes:
        return 0
    before = "SELECT ifnull(max(change), 0) FROM deliveries WHERE channel = ? AND change < ?"
    sql = f"SELECT count(*) FROM held_back WHERE channel = ? AND rule = 'trailers' AND change > ({before}) AND change <= ?"  # noqa: S608 - our own columns
    return int(ledger.value(sql, (channel, channel, min(changes), max(changes))))


def due_channels(ledger: Connection, now: datetime) -> list[str]:
    """Return the channels with due deliveries, without the disabled ones and those that another sends to."""
    free = f"channel NOT IN (SELECT channel FROM senders WHERE holder IS NOT NULL AND {HELD})"  # noqa: S608 - our own columns
    sql = f"SELECT DISTINCT channel FROM deliveries WHERE {_DUE} AND {free} ORDER BY channel"  # noqa: S608 - as above
    return [channel for (channel,) in ledger.rows(sql, (instant(now),))]


def due_deliveries(
    ledger: Connection, now: datetime, limit: int | None = None, *, channel: str | None = None
) -> list[Delivery]:
    """Return the due deliveries, longest due first: of `channel`, or of all channels that are not disabled.

    Deliveries that were attempted together are returned together, even beyond `limit`.
    """
    where = _DUE if channel is None else f"{_DUE} AND channel = ?"
    sql = f"{SELECT_DELIVERIES} WHERE {where} ORDER BY next_attempt_at, rowid LIMIT ?"
    values = [instant(now), *([] if channel is None else [channel]), -1 if limit is None else limit]
    due = {each.id: each for each in map(delivery_of, ledger.rows(sql, values))}
    if len(due) == limit:
        for message in {each.message for each in due.values()} - {"", *due}:
            # A message of several has an id of its own.
            sql = f"{SELECT_DELIVERIES} WHERE state = 'pending' AND message = ? AND message <> id"
            due |= {each.id: each for each in map(delivery_of, ledger.rows(sql, (message,)))}
    return list(due.values())


def take_channel(ledger: Connection, holder: str, name: str) -> Lease | None:
    """Lease a channel to `holder`; None where another has it. There is one sender a channel."""
    until = time.monotonic() + LEASE_SECONDS
    number = ledger.value(_TAKE, (name, holder))
    return None if number is None else Lease(name, number, until, is_of_channel=True)


def _write(
    ledger: Connection, lease: Lease, sql: str, rows: Sequence[tuple[Any, ...]], *, durable: bool = False
) -> None:
    """Execute `sql`, which ends in :data:`_COVERED`, for each of `rows`, whose last value is the id of a delivery.

    Raises LeaseLostError where the lease has ended or is for another channel than one of the deliveries; it ends the transaction.
    """
    own = lease.name, lease.name, lease.number
    with ledger.joined(durable=durable):
        if sum(ledger.run(sql, (*row, *own)) for row in rows) == len(rows) > 0:
            return
        if ledger.row(_IS_HELD, own[1:]) is None:
            raise LeaseLostError("its lease ended before its deliveries were recorded", where=lease.name)
        for *_, each in rows:
            channel = ledger.value("SELECT channel FROM deliveries WHERE id = ?", (each,))
            if channel not in (None, lease.name):
                told = f"its lease is not for channel {channel}, whose delivery {each} is"
                raise LeaseLostError(told, where=lease.name)


def mark_attempting(
    ledger: Connection, lease: Lease, messages: Mapping[str, Iterable[str]], now: datetime
) -> None:
    """Record that these are being sent, by the id of the message that carries them. Raises LeaseLostError.

    Call it in a durable transaction (any other is refused) before they are sent; one call for many messages waits for the disk once. The attempt counts when
    its result is recorded: one that the end of the process cuts off uses up nothing of the retry schedule.
    """
    at = instant(now)
    rows = [(message, at, each) for message, ids in messages.items() for each in ids]
    _write(ledger, lease, _ATTEMPT, rows, durable=True)


def mark_delivered(ledger: Connection, lease: Lease, ids: Iterable[str], now: datetime) -> None:
    """Record that the channel accepted these. Raises LeaseLostError."""
    _write(
        ledger,
        lease,
        _DELIVER,
        [(instant(now), each) for each in ids],
    )


def reschedule(
    ledger: Connection, lease: Lease, ids: Iterable[str], next_attempt_at: datetime, error: str
) -> None:
    """Record why the channel did not accept these, and when to try again. Raises LeaseLostError."""
    _write(
        ledger,
        lease,
        _RESCHEDULE,
        [(instant(next_attempt_at), storable(error), each) for each in ids],
    )


def retime(ledger: Connection, channel: str, send_at: datetime, *, ahead_of: datetime) -> int:
    """Make due at `send_at` whatever a clock ahead of `ahead_of` scheduled; return the number of deliveries.

    Such a clock has been corrected since, and the times that it set may be years away.
    """
    return ledger.run(
        "UPDATE deliveries SET next_attempt_at = ? WHERE state = 'pending' AND channel = ? AND next_attempt_at > ?"
        " AND ifnull(attempted_at, created_at) > ?",
        (instant(send_at), channel, instant(send_at), instant(ahead_of)),
    )


def sent_at(ledger: Connection, channel: str, since: datetime) -> list[datetime]:
    """Return when the channel accepted its messages since `since`."""
    sql = (
        "SELECT max(delivered_at) FROM deliveries"
        " WHERE state = 'delivered' AND channel = ? AND delivered_at > ? GROUP BY ifnull(message, id)"
    )
    return [moment(at) for (at,) in ledger.rows(sql, (channel, instant(since)))]


def mark_dead(ledger: Connection, lease: Lease, ids: Iterable[str], error: str) -> None:
    """Give these up; they stay, and :func:`retry` makes them due again. Raises LeaseLostError."""
    _write(
        ledger,
        lease,
        _GIVE_UP,
        [(storable(error), each) for each in ids],
    )


def take_back(ledger: Connection, undoing: Verdict) -> int:
    """Give up the unsent deliveries of the verdict that `undoing` takes back; return how many of its alerts were sent."""
    ledger.run(_TAKE_BACK, (TAKEN_BACK, undoing.id))
    return int(ledger.value(_SENT_OF_UNDONE, (undoing.id,)))


def retry(ledger: Connection, ids: Iterable[str], now: datetime) -> None:
    """Make these due now, with a new retry schedule. Raises NotFoundError, and then changes nothing.

    An alert of which only what listings show is left cannot be sent again.
    """
    with ledger.transaction():
        for each in ids:
            body = ledger.value("SELECT body FROM deliveries WHERE id = ?", (each,))
            if body is not None and SHORTENED in json.loads(body):
                told = f"the text of delivery {each} is not kept any more (`retention` in the configuration)"
                raise NotFoundError(told, where=str(ledger.path))
            changed = ledger.run(
                "UPDATE deliveries SET state = 'pending', attempts = 0, next_attempt_at = ?, delivered_at = NULL,"
                " message = NULL, attempted_at = NULL WHERE id = ?",
                (instant(now), each),
            )
            if not changed:
                raise _unknown(ledger, each)


def delivery(ledger: Connection, each: str) -> Delivery:
    """Return a delivery by its id, or by a prefix of it that no other id has. Raises NotFoundError."""
    begins = each.removesuffix("…").removesuffix("...")
    sql = f"{SELECT_DELIVERIES} WHERE id = ? OR (id >= ? AND id < ? AND length(?) >= {_SHORTEST}) ORDER BY id = ? DESC LIMIT 2"
    found = ledger.rows(sql, (each, begins, f"{begins}\U0010ffff", begins, each))
    match [delivery_of(row) for row in found]:
        case [one]:
            return one
        case [one, _] if one.id == each:
            return one
        case [_, _]:
            raise NotFoundError(f"several deliveries begin with {begins}; write more of the id", where=str(ledger.path))  # fmt: skip
    raise _unknown(ledger, each)


def _unknown(ledger: Connection, each: str) -> NotFoundError:
    return NotFoundError(
        f"there is no delivery {each}; `monitor deliveries` lists them", where=str(ledger.path)
    )


def deliveries(
    ledger: Connection,
    *,
    state: str | None = None,
    channel: str | None = None,
    change: int | None = None,
    since: datetime | None = None,
    before: str | None = None,
    limit: int | None = None,
) -> Iterator[Delivery]:
    """Yield deliveries, newest first; `since` is the earliest creation that counts, `before` continues them below the id of one."""
    wanted = {
        "state = ?": state,
        "channel = ?": channel,
        "change = ?": change,
        "created_at >= ?": None if since is None else instant(since),
        "rowid < (SELECT rowid FROM deliveries WHERE id = ?)": before,
    }
    spoken = {condition: value for condition, value in wanted.items() if value is not None}
    where = " WHERE " + " AND ".join(spoken) if spoken else ""
    sql = f"{SELECT_DELIVERIES}{where} ORDER BY rowid DESC LIMIT ?"
    yield from map(delivery_of, ledger.rows(sql, (*spoken.values(), -1 if limit is None else limit)))


@legible
def delivery_of(row: Sequence[Any]) -> Delivery:
    """Return the delivery in a row of :data:`SELECT_DELIVERIES`."""
    (each, change, channel, state, attempts, next_attempt_at, body, error, created_at, delivered_at, message,
     attempted_at) = row  # fmt: skip
    return Delivery(
        id=each,
        change=change or 0,
        channel=channel,
        state=DeliveryState(state),
        attempts=attempts,
        next_attempt_at=moment_or_none(next_attempt_at),
        body=body,
        error=error,
        created_at=moment(created_at),
        delivered_at=moment_or_none(delivered_at),
        message=message or "",
        attempted_at=moment_or_none(attempted_at),
    )


def mark_failing(ledger: Connection, name: str, reason: str, now: datetime) -> bool:
    """Record that a channel let an alert die; return False when it was failing already."""
    return bool(
        ledger.run(
            "INSERT OR IGNORE INTO channels VALUES (?, 'failing', ?, ?)",
            (name, instant(now), storable(reason)),
        )
    )


def mark_well(ledger: Connection, name: str) -> bool:
    """Record that a channel accepted an alert; return False when it was not failing."""
    return bool(ledger.run("DELETE FROM channels WHERE name = ?", (name,)))


def disable_channel(ledger: Connection, name: str, reason: str, now: datetime) -> None:
    """Disable a channel that is gone for good; its pending deliveries wait."""
    ledger.run(
        "INSERT OR REPLACE INTO channels VALUES (?, 'disabled', ?, ?)", (name, instant(now), storable(reason))
    )


def enable_channel(ledger: Connection, name: str) -> None:
    """Enable a disabled channel; the next alert shows whether it works."""
    ledger.run("UPDATE channels SET trouble = 'failing' WHERE name = ?", (name,))


def disabled_channels(ledger: Connection) -> dict[str, str]:
    """Return the disabled channels and the reason of each."""
    return dict(ledger.rows("SELECT name, reason FROM channels WHERE trouble = 'disabled' ORDER BY name"))
