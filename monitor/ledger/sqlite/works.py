"""Store works: which are watched, under which names, so that added and renamed ones are noticed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from monitor.ledger.port import Watched
from monitor.ledger.sqlite.columns import instant, storable, strings
from monitor.ledger.sqlite.connection import Connection
from monitor.ledger.sqlite.failures import legible
from monitor.ledger.sqlite.names import titles
from monitor.ledger.sqlite.summaries import add_words, forget_words, refresh_claims
from monitor.model import Work

__all__ = ["look_for", "sync_works"]


def sync_works(ledger: Connection, works: Iterable[Work]) -> Watched:
    """Store the watched `works` and return the differences from before.

    A work is renamed when one of its names was a watched title, or one with claims, and is no longer watched. The log of the old title
    is kept under the new one; its beliefs have to be derived anew. On an empty ledger no work counts as added.
    """
    wanted = list(works)
    with ledger.transaction():
        known = {title: frozenset(strings(names)) for title, names in ledger.rows("SELECT * FROM watched")}
        claimed = set(titles(ledger))
        is_new = not known and ledger.row("SELECT 1 FROM seen LIMIT 1") is None
        left = (known.keys() | claimed) - {storable(work.title) for work in wanted}
        added: list[str] = []
        names: list[str] = []
        renamed: list[tuple[str, str]] = []
        for work in wanted:
            title, called = storable(work.title), _names(work)
            former = [old for old in sorted(left) if old.casefold() in called]
            for old in former:
                _rename(ledger, old, title)
                left.discard(old)
                renamed.append((old, title))
            if former or (title in known and called - known[title]):
                names.append(title)
            elif title not in known and not is_new and (known or title not in claimed):
                # A ledger from before this table does not say whether it was watched: then what is new is news.
                (added if known else names).append(title)
        ledger.run("DELETE FROM watched")
        ledger.run_many(
            "INSERT OR REPLACE INTO watched VALUES (?, ?)",
            [(storable(work.title), json.dumps(sorted(_names(work)))) for work in wanted],
        )
    return Watched(tuple(added), tuple(names), tuple(renamed))


def look_for(ledger: Connection, watched: Watched, now: datetime) -> None:
    """Let the next poll of each configured source, due now, read the whole body for the additions to the watch list."""
    if not watched.added and not watched.names:
        return
    with ledger.transaction():
        for name, kept in list(ledger.rows("SELECT name, look_for FROM sources WHERE configured")):
            before = _looked_for(kept)
            wanted = {
                "all": [*dict.fromkeys([*before["all"], *watched.added, *watched.names])],
                "new": [*dict.fromkeys([*before["new"], *watched.added])],
            }
            ledger.run(
                "UPDATE sources SET look_for = ?, next_poll_at = ?, scheduled_at = ? WHERE name = ?",
                (json.dumps(wanted), instant(now), instant(now), name),
            )


@legible
def _looked_for(kept: str) -> dict[str, list[str]]:
    found = json.loads(kept)
    return {name: [*found[name]] for name in ("all", "new")}


def _names(work: Work) -> frozenset[str]:
    return frozenset(storable(name).casefold() for name in (work.title, *work.aliases))


def _rename(ledger: Connection, old: str, new: str) -> None:
    """Move the log of `old` to `new`; a claim that exists under both becomes one."""
    ledger.remembered.clear()
    twins = (
        "SELECT o.id, n.id FROM claims o JOIN claims n ON n.title = ? AND n.event = o.event AND n.status = o.status"
        " AND ifnull(n.instalment, '') = ifnull(o.instalment, '') AND ifnull(n.\"when\", '') = ifnull(o.\"when\", '')"
        " AND n.scope = o.scope WHERE o.title = ?"
    )
    pairs = list(ledger.rows(twins, (new, old)))
    observed = "SELECT o.id FROM claims c JOIN observations o ON o.claim = c.id WHERE c.title = ?"
    moved = [number for (number,) in list(ledger.rows(observed, (old,)))]
    forget_words(ledger, moved)
    if pairs:
        _merge(ledger, pairs)
    ledger.run("UPDATE claims SET title = ? WHERE title = ?", (new, old))
    ledger.run("DELETE FROM tallies WHERE title = ?", (old,))
    ledger.run("DELETE FROM turns WHERE title IN (?, ?)", (old, new))
    add_words(ledger, moved)
    refresh_claims(ledger, [kept for _, kept in pairs])
    ledger.run("UPDATE OR IGNORE changes SET title = ? WHERE title = ?", (new, old))
    ledger.run("DELETE FROM standings WHERE title IN (?, ?)", (old, new))


def _merge(ledger: Connection, pairs: list[tuple[int, int]]) -> None:
    """Move the observations and verdicts of the first claim of each pair to the second."""
    # The content of a row stays as it is: only the reference to one of two equal rows changes.
    tables = ("observations", "verdicts")
    langs = (
        "SELECT lower(d.lang) FROM observations o JOIN documents d ON d.id = o.document WHERE o.claim = ?1"
    )
    ledger.run_many(
        f"DELETE FROM claim_langs WHERE claim = ?1 AND lang IN ({langs})",  # noqa: S608 - our own columns
        [(gone,) for gone, _ in pairs],
    )
    triggers = [
        ledger.row("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?", (f"{table}_stay",))
        for table in tables
    ]
    for table in tables:
        ledger.run(f"DROP TRIGGER {table}_stay")
        moved = f"UPDATE {table} SET claim = ? WHERE claim = ?"  # noqa: S608 - our own tables
        ledger.run_many(moved, [(kept, gone) for gone, kept in pairs])
    ledger.run_many("DELETE FROM claims WHERE id = ?", [(gone,) for gone, _ in pairs])
    for trigger in triggers:
        if trigger is not None:
            ledger.run(trigger[0])
