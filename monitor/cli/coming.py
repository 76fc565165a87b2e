"""The command upcoming: what is believed to come, by date, and what has no date, is overdue or said not to come."""

from __future__ import annotations

from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli import engine
from monitor.cli.judging import CERTAINTY_STYLES, named
from monitor.cli.listing import Column, Format, Row, at, show, write
from monitor.cli.opening import configuration_or_none, reviewing
from monitor.cli.options import ConfigFile, Database, Limit, Wanted
from monitor.cli.table import write_table
from monitor.cli.terminal import console, counted, say
from monitor.model import WorkKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.review.views import Upcoming, UpcomingView

__all__ = ["upcoming"]

_SHOWN = 50


def day(text: str) -> date:
    """Return the day that `text` gives: ISO 8601."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day; write 2023-08-10") from None


def _sure(row: Row) -> str:
    return "confirmed by you" if row["confirmed"] else str(row["certainty"])


def _when(row: Row) -> str:
    when = engine.spelt(row["when"])
    return when if row["status"] == "scheduled" or not when else f"{row['status']}: {when}"


_COLUMNS = (
    Column("when", lambda row: _when(row) or row["status"], "bold", wide=True, least=16),
    Column("what", lambda row: named(row["title"], row["instalment"]), wide=True, least=20),
    Column("for", lambda row: ", ".join(row["scope"]), wide=True),
    Column("how sure", _sure, lambda row: CERTAINTY_STYLES[row["certainty"]]),
    Column("origins", lambda row: str(row["origins"]), right=True, spare=2),
    Column("since", lambda row: at(row["since"])[:10], "dim", spare=1),
    Column(
        "first said by",
        lambda row: " ← ".join(filter(None, [row["first_said_by"], *row["credited_to"]])),
        wide=True,
    ),
)


def upcoming(
    *,
    until: Annotated[
        date | None,
        typer.Option(
            "--until", parser=day, metavar="DAY", show_default=False, help="What may come by this day."
        ),
    ] = None,
    kind: Annotated[
        WorkKind | None, typer.Option("--kind", help="Works of this kind.", show_default=False)
    ] = None,
    as_of: Annotated[
        date | None,
        typer.Option(
            "--as-of",
            parser=day,
            metavar="DAY",
            show_default=False,
            help="As if it were this day; else today in the configured time zone.",
        ),
    ] = None,
    form: Wanted = Format.TABLE,
    limit: Limit = None,
    config: ConfigFile = None,
    db: Database = None,
) -> None:
    """List what is believed to come, soonest first: when, how sure, since when, who said it first; then undated, overdue and off."""
    known = configuration_or_none(config)
    most = (_SHOWN if form is Format.TABLE else None) if limit is None else limit or None
    with reviewing(known, db) as review:
        found = review.upcoming(until=until, kind=kind, as_of=as_of, limit=most, rest=most)
    if form is Format.TABLE:
        _tell(found)
    else:
        write(_rows(found), form)


def _rows(found: UpcomingView) -> Iterable[Row]:
    """Return every row with its part of the listing, in its order."""
    parts = {"dated": found.dated.rows, "undated": found.undated, "overdue": found.overdue, "off": found.off}
    return chain.from_iterable(
        ({"part": part, **row.to_dict()} for row in rows) for part, rows in parts.items()
    )


def _tell(found: UpcomingView) -> None:
    out = console()
    dated = [row.to_dict() for row in found.dated.rows]
    show(dated, _COLUMNS, Format.TABLE, 0, none="Nothing dated is believed to come.")
    if found.dated.cursor:
        out.print(f"The next {len(dated)}; --limit 0 shows all.", style="dim")
    _part("No date yet", found.undated)
    _part("Overdue: the day has passed, and nobody said that it is out", found.overdue)
    _part("Said not to come, or not then", found.off)
    if found.without_belief:
        names = ", ".join(work.title for work in found.without_belief[:_SHOWN])
        more = len(found.without_belief) - _SHOWN
        out.print()
        rest = f" and {counted(more, 'other work')}" if more > 0 else ""
        say(f"Nothing is believed of {names}{rest}.")


def _part(heading: str, rows: Iterable[Upcoming]) -> None:
    rows_shown: list[Any] = [row.to_dict() for row in rows]
    if rows_shown:
        out = console()
        out.print()
        out.print(heading, style="bold")
        write_table(rows_shown, _COLUMNS, out)
