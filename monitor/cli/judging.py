"""The command claims: the log of claims, and a person's verdicts on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import completion, engine
from monitor.cli.listing import Column, Format, Row, at, cut, show
from monitor.cli.lookup import none_of, sources_named, titles_named
from monitor.cli.opening import configuration_or_none, ledger
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
from monitor.cli.showing import display_claim
from monitor.cli.terminal import complain, counted, say
from monitor.model import Certainty, Event, Standing, Status, VerdictKind

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "CERTAINTY_STYLES",
    "CLAIM_COLUMNS",
    "believed",
    "claimed",
    "claims",
    "confirm",
    "dismiss",
    "show_claim",
    "undo",
]

CERTAINTY_STYLES = {"official": "bold green", "reported": "", "expected": "yellow", "rumoured": "magenta"}
_VERDICTS = {"confirmed": " ✓", "dismissed": " ✗"}


_STATUSES = {
    "scheduled": "due",
    "released": "out",
    "unannounced": "no date yet",
    "postponed": "postponed",
    "cancelled": "cancelled",
    "denied": "denied",
}


def claimed(row: Row) -> str:
    """Return the content of a claim without its source: "due summer 2023, PS5", "trailer out", "denied: 2023"."""
    status = f"{'' if row['event'] == Event.RELEASE else row['event'] + ' '}{_STATUSES[row['status']]}"
    when = engine.spelt(row["when"])
    if row["status"] in (Status.SCHEDULED, Status.RELEASED):
        text = f"{status} {when}" if when else status
    else:
        text = f"{status}: {when}" if when else status
    return ", ".join([text, *row["scope"]])


def named(title: str, instalment: str | None) -> str:
    """Return a work and its instalment in words."""
    return f"{title}, {instalment}" if instalment else title


def believed(standing: Standing) -> str:
    """Return a standing in words: "Alan Wake 2 (PS5), release scheduled, 17 October 2023 (official)"."""
    key, belief = standing.key, standing.belief
    subject = named(key.title, key.instalment) + (f" ({', '.join(key.scope)})" if key.scope else "")
    state = ", ".join(
        filter(
            None,
            [
                f"{key.event.value} {belief.status.value}",
                engine.spelt(None if belief.when is None else str(belief.when)),
            ],
        )
    )
    return f"{subject}, {state} ({'confirmed by you' if standing.confirmed_at else belief.certainty.value})"


CLAIM_COLUMNS = (
    Column("id", lambda row: f"{row['id']}{_VERDICTS.get(row['verdict'] or '', '')}", "dim"),
    Column("seen", lambda row: at(row["first_seen"])[:10], "dim"),
    Column("work", lambda row: named(row["title"], row["instalment"]), wide=True),
    Column("claim", claimed, "bold", wide=True),
    Column("certainty", lambda row: row["certainty"], lambda row: CERTAINTY_STYLES[row["certainty"]]),
    Column("credited to", lambda row: ", ".join(row["sources"]), wide=True, least=11),
    Column("documents", lambda row: str(row["documents"]), right=True, spare=1),
)

ClaimId = Annotated[
    int, typer.Argument(metavar="ID", help="The id of a claim, as `monitor claims` shows it.")
]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="Why, for the record.")]


def claims(
    context: typer.Context,
    *,
    title: OfWork = None,
    instalment: OfInstalment = None,
    event: OfEvent = None,
    status: Annotated[
        Status | None, typer.Option("--status", help="Of this status.", show_default=False)
    ] = None,
    certainty: Annotated[
        Certainty | None, typer.Option("--certainty", help="As certain as this.", show_default=False)
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--source",
            metavar="SOURCE",
            autocompletion=completion.sources,
            show_default=False,
            help="Met at this source.",
        ),
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
    """List the claims log, newest first, or show, confirm or dismiss one claim."""
    if handed_on(context, config=config, db=db):
        return
    with ledger(db) as log:
        titles = None if title is None else titles_named(title, config, log)
        found = log.claims(
            titles=titles,
            instalment=instalment,
            event=event,
            status=status,
            certainty=certainty,
            sources=None if source is None else sources_named(source, config, log),
            lang=lang,
            search=search,
            since=since,
            until=until,
            limit=cut(form, limit),
        )
        show((row.to_dict() for row in found), CLAIM_COLUMNS, form, limit, none=none_of("claims", titles))


def show_claim(
    number: ClaimId,
    form: Wanted = Format.TABLE,
    config: ConfigFile = None,  # noqa: ARG001 - as above
    db: Database = None,
) -> None:
    """Show a claim: the quote in its context, who said it first, who repeats it, what it changed, and what is believed."""
    with ledger(db) as log:
        display_claim(log, log.claim(number), form)


def confirm(number: ClaimId, note: Note = "", config: ConfigFile = None, db: Database = None) -> None:
    """Confirm a claim: it outranks the press from now on."""
    _judge(number, VerdictKind.CONFIRMED, note, config, db)


def dismiss(number: ClaimId, note: Note = "", config: ConfigFile = None, db: Database = None) -> None:
    """Dismiss a claim: it stands no more, and stays dismissed when the text is edited in passing."""
    _judge(number, VerdictKind.DISMISSED, note, config, db)


def undo(
    number: ClaimId,
    *,
    note: Note = "",
    alert: Annotated[
        bool,
        typer.Option(
            "--alert", help="Alert what is believed again, even if it was alerted before the verdict."
        ),
    ] = False,
    config: ConfigFile = None,
    db: Database = None,
) -> None:
    """Take the last verdict on a claim back: what stood without it stands again. What was told before is not told again."""
    _judge(number, VerdictKind.UNDONE, note, config, db, known_too=alert)


def _judge(
    number: int,
    kind: VerdictKind,
    note: str,
    config: Path | None,
    db: Path | None,
    *,
    known_too: bool = False,
) -> None:
    # A ledger may be reviewed where its configuration is not available; then nobody is alerted.
    known = configuration_or_none(config)
    with ledger(db, write=True) as log:
        history = log.claim(number)
        judged = engine.judge(log, history, kind, note, known, known_too=known_too)
        claim = history.row.claim
        standings = log.standings(claim.title, claim.event)
    say(f"{kind.value.capitalize()}: claim {history.row.id}, {named(claim.title, claim.instalment)}.")
    for change in judged.changes:
        say(engine.sentence(change))
    for standing in standings.values():
        say(f"Believed now: {believed(standing)}.")
    if not standings:
        say(f"Believed now: nothing of the {claim.event.value} of {claim.title}.")
    if judged.sent and not judged.changes:
        complain(
            f"{counted(judged.sent, 'alert')} of the verdict went out, and nobody is alerted that it is undone, except with --alert",
            prefix="note: ",
        )
    if known is None:
        complain("no configuration was found, so nobody is alerted of what this changes", prefix="note: ")
