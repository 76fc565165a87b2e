"""The commands timeline, changes and deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import completion, engine
from monitor.cli.judging import CERTAINTY_STYLES
from monitor.cli.listing import Column, Format, Row, at, cut, show
from monitor.cli.lookup import channel_named, none_of, one_named, titles_named, works_known
from monitor.cli.opening import ledger, reviewing, who
from monitor.cli.options import (
    Before,
    ConfigFile,
    Database,
    LanguageOption,
    Limit,
    OfEvent,
    OfInstalment,
    OfWork,
    SayingOption,
    SinceOption,
    Wanted,
    handed_on,
)
from monitor.cli.terminal import counted, say
from monitor.model import ChangeKind, DeliveryState
from monitor.model import instant as rfc3339

if TYPE_CHECKING:
    from monitor.ledger import Deletion

__all__ = ["change_cells", "changes", "deliveries", "retry", "timeline"]

_OF_POSTS = {"deleted": "was deleted", "returned": "is back"}
_STATE_STYLES = {"pending": "yellow", "delivered": "green", "dead": "bold red"}


def _deletion_row(work: str, deletion: Deletion) -> Row:
    """Return that a post was deleted, or is back, in the form of a change's row."""
    return {
        "id": None,
        "at": rfc3339(deletion.at),
        "title": work,
        "instalment": deletion.instalment,
        "event": deletion.event.value,
        "scope": [],
        "trailer": None,
        "change": deletion.kind,
        "from": None,
        "to": None,
        "claim": deletion.claim,
        "evidence": [
            {
                "claim": deletion.claim,
                "quote": deletion.quote,
                "headline": deletion.headline,
                "url": deletion.url,
                "source": deletion.source,
                "author": deletion.author,
                "published": rfc3339(deletion.published),
                "certainty": deletion.certainty,
                "sources": [],
            }
        ],
        "why": None,
    }


def change_cells(row: Row) -> Row:
    """Return the row of a change with every field that any change has, so that the first can be the header of a CSV."""
    belief = dict.fromkeys(("status", "when", "certainty"))
    return {
        **row,
        "from": {**belief, "since": None, **(row["from"] or {})},
        "to": {**belief, **(row["to"] or {})},
        **{name: row.get(name) for name in ("by", "verdict", "note", "against")},
    }


def _happening(row: Row) -> str:
    """Return what happened as a sentence."""
    if row["change"] in _OF_POSTS:
        (item,) = row["evidence"]
        who = item["author"] or item["source"]
        return f"{who}'s post of {at(item['published'])[:10]} {_OF_POSTS[row['change']]}"
    return engine.worded({"type": f"{row['event']}.{row['change']}", "timestamp": row["at"], "data": row})


def _first(row: Row) -> str:
    """Return the first source: the one of the earliest evidence, and whom that credits."""
    if not row["evidence"]:
        return ""
    earliest = min(row["evidence"], key=lambda item: str(item["published"]))
    return " ← ".join([earliest["source"], *earliest["sources"]])


def _certainty(row: Row) -> str:
    return str((row["to"] and row["to"]["certainty"]) or "")


_CHANGES = (
    Column("id", lambda row: str(row["id"]), "dim"),
    Column("at", lambda row: at(row["at"]), "dim"),
    Column("change", lambda row: row["change"].replace("_", " "), "bold"),
    Column("what happened", _happening, wide=True, least=24),
    Column(
        "certainty",
        lambda row: "your verdict" if row.get("by") else _certainty(row),
        lambda row: CERTAINTY_STYLES.get(_certainty(row), ""),
    ),
)
_TIMELINE = (
    Column("on", lambda row: at(row["at"])[:10], "dim"),
    Column("change", lambda row: row["change"].replace("_", " "), "bold"),
    Column("what happened", _happening, wide=True, least=36),
    Column("first said by", _first, wide=True, below=True),
    Column("believed because", lambda row: row["why"] or "", wide=True, below=True),
    Column(
        "in these words",
        lambda row: row["evidence"][0]["quote"] if row["evidence"] else "",
        "italic",
        wide=True,
        least=36,
        below=True,
    ),
)
_DELIVERIES = (
    Column("id", lambda row: row["id"], "dim", least=14),
    Column("at", lambda row: at(row["at"]), "dim", spare=5),
    Column("work", lambda row: row["title"] or "", wide=True, spare=4),
    Column("change", lambda row: str(row["change"] or ""), right=True, spare=3),
    Column("what it tells", lambda row: row["sentence"], wide=True, least=24),
    Column("channel", lambda row: row["channel"], wide=True),
    Column("state", lambda row: row["state"], lambda row: _STATE_STYLES[row["state"]]),
    Column("attempts", lambda row: str(row["attempts"]), right=True, spare=2),
    Column("next attempt", lambda row: at(row["next_attempt_at"]), spare=1),
    Column("error", lambda row: row["error"] or "", "red", wide=True, least=40, below=True),
)


def changes(
    *,
    title: OfWork = None,
    instalment: OfInstalment = None,
    event: OfEvent = None,
    change: Annotated[
        ChangeKind | None, typer.Option("--change", help="Of this kind.", show_default=False)
    ] = None,
    lang: LanguageOption = None,
    search: SayingOption = None,
    since: SinceOption = None,
    until: Before = None,
    form: Wanted = Format.TABLE,
    limit: Limit = None,
    config: ConfigFile = None,
    db: Database = None,
) -> None:
    """List what changed, newest first: a date appeared, narrowed, moved, was confirmed."""
    from monitor.review.listing_rows import change_row  # noqa: PLC0415 - only who asks pays for it

    with ledger(db) as log:
        titles = None if title is None else titles_named(title, config, log)
        found = log.changes(
            titles=titles,
            instalment=instalment,
            event=event,
            kind=change,
            lang=lang,
            search=search,
            since=since,
            until=until,
            limit=cut(form, limit),
        )
        rows = map(change_row, found)
        show(
            map(change_cells, rows) if form is Format.CSV else rows,
            _CHANGES,
            form,
            limit,
            none=none_of("changes", titles),
        )


def timeline(
    title: Annotated[
        str,
        typer.Argument(
            metavar="TITLE",
            autocompletion=completion.titles,
            help="A work, by its title, an alias or a part of one.",
        ),
    ],
    form: Wanted = Format.TABLE,
    limit: Limit = None,
    config: ConfigFile = None,
    db: Database = None,
) -> None:
    """Show how a work's dates moved, oldest first: who said what, and who said it first."""
    from monitor.review.claim_rows import reasons  # noqa: PLC0415 - as above
    from monitor.review.listing_rows import change_row  # noqa: PLC0415

    with ledger(db) as log:
        work = one_named(title, works_known(config, log), "work")
        why = reasons(log, work)
        rows = [{**change_row(change), "why": why.get(change.id)} for change in log.timeline(work)]
        rows += [_deletion_row(work, deletion) for deletion in log.deletions(work)]
        rows.sort(key=lambda row: str(row["at"]))
    if form is Format.CSV:
        rows = list(map(change_cells, rows))
    show(rows[-limit:] if limit else rows, _TIMELINE, form, 0, none=f"Nothing has changed for {work} yet.")


def deliveries(
    context: typer.Context,
    *,
    state: Annotated[
        DeliveryState | None, typer.Option("--state", help="In this state.", show_default=False)
    ] = None,
    channel: Annotated[
        str | None,
        typer.Option(
            "--channel",
            metavar="CHANNEL",
            autocompletion=completion.channels,
            show_default=False,
            help="To this channel.",
        ),
    ] = None,
    since: SinceOption = None,
    form: Wanted = Format.TABLE,
    limit: Limit = None,
    config: ConfigFile = None,
    db: Database = None,
) -> None:
    """List what was sent, is pending or dead, newest first; or retry."""
    from monitor.review.listing_rows import delivery_row  # noqa: PLC0415 - as above

    if handed_on(context, config=config, db=db):
        return
    with ledger(db) as log:
        name = None if channel is None else channel_named(channel, config, log)
        found = log.deliveries(state=state, channel=name, since=since, limit=cut(form, limit))
        show(map(delivery_row, found), _DELIVERIES, form, limit, none="No deliveries.")
        if form is Format.TABLE:
            for name, reason in log.disabled_channels().items():
                say(f"Nothing is sent to {name}: {reason}. `monitor deliveries retry` sends to it again.")


def retry(
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID", help="Deliveries, by their ids or how these begin; all the dead ones when left out."
        ),
    ] = None,
    config: ConfigFile = None,  # noqa: ARG001 - as above
    db: Database = None,
) -> None:
    """Send deliveries again, and to the channels that were given up for gone; the daemon or the next poll does it."""
    with reviewing(None, db, write=True) as review:
        log = review.ledger
        if ids:
            wanted, channels = ids, []
        else:
            dead = log.deliveries(state=DeliveryState.DEAD)
            wanted = [each.id for each in dead if not each.is_taken_back]
            channels = list(log.disabled_channels())
        due = review.retry(wanted, actor=who(), channels=channels)
    verb = "is" if len(due) == 1 else "are"
    say(f"{counted(len(due), 'delivery')} {verb} due again." if due else "Nothing is dead.")
