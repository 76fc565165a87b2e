"""The command why: the reasons for a claim, or for all claims of a work: believed or not, alerted or not, by channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli import completion, engine
from monitor.cli.listing import Column, Format, Row, at, show, write
from monitor.cli.lookup import one_named, works_known
from monitor.cli.opening import configuration_or_none, ledger
from monitor.cli.options import ConfigFile, Database, Limit, Wanted
from monitor.cli.terminal import console, counted, visible
from monitor.errors import NotFoundError

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.ledger import Ledger

__all__ = ["why"]

_STATES = {"delivered": "green", "pending": "yellow", "dead": "bold red"}


def _said(row: Row) -> str:
    parts = [
        row["event"],
        row["instalment"] or "",
        row["status"],
        engine.spelt(row["when"]),
        f"({row['certainty']})",
    ]
    return " ".join(filter(None, [*parts, ", ".join(row.get("scope", ()))]))


def _alerted(row: Row) -> str:
    routes = [route for change in row["changes"] for route in change["channels"]]
    sent = dict.fromkeys(
        route["channel"] for route in routes if route["state"] not in ("held back", "not sent")
    )
    return f"yes: {', '.join(sent)}" if sent else f"no: {row['unalerted']}"


_COLUMNS = (
    Column("claim", lambda row: str(row["id"]), "dim"),
    Column("says", _said, "bold", wide=True),
    Column("believed", lambda row: "yes" if row["believed"] else "no", lambda row: "green" if row["believed"] else "red"),
    Column("because", lambda row: row["reason"], wide=True),
    Column("alerted", _alerted, wide=True),
)  # fmt: skip


def why(
    what: Annotated[str, typer.Argument(metavar="CLAIM|TITLE", autocompletion=completion.titles, help="A claim by its id, or a work by its title.")],
    form: Wanted = Format.TABLE,
    limit: Limit = None,
    config: ConfigFile = None,
    db: Database = None,
) -> None:  # fmt: skip
    """Say why a claim is or is not believed, and why each channel was or was not alerted; of a title, of all its claims."""
    known = configuration_or_none(config)
    with ledger(db) as log:
        if what.isascii() and what.isdecimal() and not _is_title(log, what):
            _one(log, int(what), known, form)
        else:
            _all(log, one_named(what, works_known(config, log), "work"), known, form, limit)


def _is_title(log: Ledger, what: str) -> bool:
    """Return whether a number is a work's title ("1899") and not a claim's id."""
    if what not in log.titles():
        return False
    try:
        log.claim(int(what))
    except NotFoundError:
        return True
    return False


def _one(log: Ledger, number: int, known: Config | None, form: Format) -> None:
    facts = engine.facts(log, number, known)
    row = engine.explained(facts).to_dict()
    if form is Format.TABLE:
        _show(row)
    else:
        write([row], form)


def _all(log: Ledger, title: str, known: Config | None, form: Format, limit: int | None) -> None:
    found = [engine.explained(facts).to_dict() for facts in engine.facts_of_title(log, title, known)]
    nothing = f"Nothing was claimed of {title} yet: no document that was read names it with a date, a release or a trailer."
    show(found, _COLUMNS, form, limit, none=nothing)


def _show(row: Row) -> None:
    from rich.text import Text  # noqa: PLC0415 - only tables pay for it

    out = console()

    def line(label: str, words: str, style: str = "") -> None:
        out.print(Text.assemble((f"{label:<18}", "dim"), (visible(words), style)))

    out.print(Text(visible(f"{row['title']} · {_said(row)}"), "bold"))
    line(f"claim {row['id']}", f"“{row['quote']}”", "italic")
    line(
        "believed" if row["believed"] else "not believed",
        row["reason"],
        "green" if row["believed"] else "red",
    )
    for said in row["said"][-12:]:
        mark = "counts" if said["believed"] else "does not count"
        line(at(said["at"]), f"{said['source']}, {said['certainty']}, {mark}: {said['reason']}")
    for standing in row["standings"]:
        which = "this claim" if standing["is_claim"] else "not this claim"
        since = f"{standing['certainty']}, since {at(standing['since'])}, {counted(standing['origins'], 'independent origin')}"
        line("stands", f"{_stands(standing)} – {which}; {since}: {standing['reason']}")
    if row["unalerted"]:
        line("not alerted", row["unalerted"], "yellow")
    for change in row["changes"]:
        line(f"change {change['id']}", f"{at(change['at'])} {change['sentence']}", "bold")
        for route in change["channels"]:
            when = f" {at(route['at'])}" if route["at"] else ""
            line(
                f"  {route['channel']}"[:18],
                f"{route['state']}{when}: {'; '.join(route['reasons'])}",
                _STATES.get(route["state"], ""),
            )


def _stands(standing: Any) -> str:
    parts = [
        standing["instalment"] or "",
        ", ".join(standing["scope"]),
        standing["status"],
        engine.spelt(standing["when"]),
    ]
    return " ".join(filter(None, parts))
