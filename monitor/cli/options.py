"""Options that several commands have."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from monitor import clock
from monitor.cli import completion
from monitor.cli.listing import Format
from monitor.model import Event

__all__ = [
    "Before", "ConfigFile", "Database", "LanguageOption", "Limit", "OfEvent", "OfInstalment", "OfWork", "SayingOption", "SinceOption", "Until",
    "Wanted", "handed_on", "moment", "part",
]  # fmt: skip

_AGO = re.compile(r"(\d{1,6})([smhdw])\Z")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(text: str) -> datetime:
    """Return the aware time that `text` gives: ISO 8601, UTC by default, or a time span before now as in 7d."""
    if ago := _AGO.match(text):
        try:
            return clock.now() - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        except OverflowError:
            return datetime(1, 1, 2, tzinfo=UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not a time; write 2023-08-10, 2023-08-10T14:00 or 7d (ago)"
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def handed_on(context: typer.Context, **given: Path | None) -> bool:
    """Return whether a subcommand was requested; options `given` before its name become its defaults."""
    if context.invoked_subcommand is None:
        return False
    context.default_map = {
        context.invoked_subcommand: {name: str(path) for name, path in given.items() if path is not None}
    }
    return True


def part(text: str) -> str:
    """Return the instalment that `text` names in the form of the log: "season 2" for "S2", "whole" for the work itself."""
    from monitor.config.words import instalment  # noqa: PLC0415 - not every command asks

    try:
        return instalment(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        show_default=False,
        help="The configuration; else MONITOR_CONFIG, else sources.yaml.",
    ),
]
Database = Annotated[
    Path | None,
    typer.Option(
        "--db",
        metavar="FILE",
        show_default=False,
        help="The database; else MONITOR_DB, else in your data folder.",
    ),
]
Wanted = Annotated[
    Format, typer.Option("--format", help="A table for people; json, jsonl or csv for programs.")
]
Limit = Annotated[
    int | None,
    typer.Option(
        "--limit",
        min=0,
        max=1_000_000_000,
        metavar="N",
        show_default=False,
        help="The newest N; 0 for all. Tables show 50 when left out.",
    ),
]
OfWork = Annotated[
    str | None,
    typer.Option(
        "--title",
        metavar="TITLE",
        autocompletion=completion.titles,
        show_default=False,
        help="Of this work, by its title, an alias or a part of one.",
    ),
]
OfInstalment = Annotated[
    str | None,
    typer.Option(
        "--instalment",
        parser=part,
        metavar="PART",
        show_default=False,
        help="Of this part, as in season 2; whole for the work itself.",
    ),
]
LanguageOption = Annotated[
    str | None,
    typer.Option(
        "--lang", metavar="TAG", show_default=False, help="Read in this language, as in en or pt-BR."
    ),
]
SayingOption = Annotated[
    str | None,
    typer.Option(
        "--search",
        metavar="TEXT",
        show_default=False,
        help="With these words in title, quote, headline or the names of those credited.",
    ),
]
OfEvent = Annotated[Event | None, typer.Option("--event", help="Of this event.", show_default=False)]
SinceOption = Annotated[
    datetime | None,
    typer.Option(
        "--since",
        parser=moment,
        metavar="TIME",
        show_default=False,
        help="Not before: 2023-08-10, or 7d ago.",
    ),
]
Before = Annotated[
    datetime | None,
    typer.Option(
        "--until",
        parser=moment,
        metavar="TIME",
        show_default=False,
        help="Before this time: 2023-08-17, or 2d ago.",
    ),
]
Until = Annotated[
    datetime | None,
    typer.Option("--to", parser=moment, metavar="TIME", show_default=False, help="Before this time."),
]
