"""The command claims: the log of claims, and a person's verdicts on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import completion, engine
from monitor.cli.listing import Column, Format, Row, at, cut, show
from monitor.cli.lookup import none_of, one_named, sources_named, titles_named, works_known
from monitor.cli.opening import configuration_or_none, ledger, reviewing, who
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
    part,
)
from monitor.cli.showing import display_claim
from monitor.cli.terminal import complain, counted, say
from monitor.model import Certainty, Event, Standing, Status, VerdictKind, When

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.review import Review
    from monitor.review.views import Effect

__all__ = [
    "CERTAINTY_STYLES",
    "CLAIM_COLUMNS",
    "believed",
    "claimed",
    "claims",
    "confirm",
    "correct",
    "dismiss",
    "show_claim",
    "undo",
]

WHOLE, EVERYWHERE = "whole", "everywhere"


class Judged(StrEnum):
    """The verdicts that a claim can have."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


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
    verdict: Annotated[
        Judged | None, typer.Option("--verdict", help="Judged so, by the last verdict.", show_default=False)
    ] = None,
    unjudged: Annotated[bool, typer.Option("--unjudged", help="That nobody judged.")] = False,
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
    if verdict is not None and unjudged:
        raise typer.BadParameter("a claim that nobody judged has no verdict; give --verdict or --unjudged")
    with ledger(db) as log:
        titles = None if title is None else titles_named(title, config, log)
        found = log.claims(
            titles=titles,
            instalment=instalment,
            event=event,
            status=status,
            certainty=certainty,
            verdict=verdict,
            unjudged=unjudged,
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
    with _judging(config, db) as (review, has_config):
        _tell_effect(
            review.judge(number, VerdictKind.CONFIRMED, actor=who(), note=note), has_config=has_config
        )


def dismiss(number: ClaimId, note: Note = "", config: ConfigFile = None, db: Database = None) -> None:
    """Dismiss a claim: it stands no more, and stays dismissed when the text is edited in passing."""
    with _judging(config, db) as (review, has_config):
        _tell_effect(
            review.judge(number, VerdictKind.DISMISSED, actor=who(), note=note), has_config=has_config
        )


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
    with _judging(config, db) as (review, has_config):
        _tell_effect(review.undo(number, actor=who(), note=note, known_too=alert), has_config=has_config)


def correct(
    number: ClaimId,
    *,
    when: Annotated[
        str | None,
        typer.Option(
            "--when",
            metavar="EDTF",
            show_default=False,
            help="The date it gives, as in 2023-10-27 or 2023-21; none for none.",
        ),
    ] = None,
    status: Annotated[
        Status | None, typer.Option("--status", help="What it says of the event.", show_default=False)
    ] = None,
    instalment: Annotated[
        str | None,
        typer.Option(
            "--instalment",
            parser=part,
            metavar="PART",
            show_default=False,
            help="The part it is about, as in season 2; whole for the work.",
        ),
    ] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope",
            metavar="SCOPE",
            show_default=False,
            help="The platform or place it is about, again for each; everywhere for all.",
        ),
    ] = None,
    certainty: Annotated[
        Certainty | None, typer.Option("--certainty", help="How sure it is.", show_default=False)
    ] = None,
    event: OfEvent = None,
    title: Annotated[
        str | None,
        typer.Option(
            "--work",
            metavar="TITLE",
            autocompletion=completion.titles,
            show_default=False,
            help="The work it is about.",
        ),
    ] = None,
    note: Note = "",
    preview: Annotated[bool, typer.Option("--preview", help="Only say what it would change.")] = False,
    config: ConfigFile = None,
    db: Database = None,
) -> None:
    """Correct a claim: it is dismissed, and what you read in the same words is kept as confirmed by you. Undo takes both back."""
    from monitor.review.views import Correction  # noqa: PLC0415 - only this command pays for it

    with _judging(config, db) as (review, has_config):
        said = review.ledger.claim_row(number).claim
        work = said.title if title is None else one_named(title, works_known(config, review.ledger), "work")
        reading = Correction(
            title=work,
            event=event or said.event,
            status=status or said.status,
            instalment=said.instalment if instalment is None else None if instalment == WHOLE else instalment,
            when=said.when if when is None else _period(when),
            scope=said.scope if scope is None else tuple(one for one in scope if one != EVERYWHERE),
            certainty=certainty or said.certainty,
        )
        effect = review.correct(number, reading, actor=who(), note=note, preview=preview)
        _tell_effect(effect, has_config=has_config)


def _period(text: str) -> When | None:
    if text.casefold() == "none":
        return None
    try:
        return When.parse(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not a date of EDTF; write 2023-10-27, 2023-10, 2023 or none"
        ) from None


@contextmanager
def _judging(config: Path | None, db: Path | None) -> Iterator[tuple[Review, bool]]:
    """Open the read model for a verdict; a ledger may be reviewed where its configuration is not available: then nobody is alerted."""
    known = configuration_or_none(config)
    with reviewing(known, db, write=True) as review:
        yield review, known is not None


_DONE = {"confirm": "Confirmed", "dismiss": "Dismissed", "undo": "Undone", "correct": "Corrected"}


def _tell_effect(effect: Effect, *, has_config: bool) -> None:
    """Say what an answer changed, or would change."""
    claim = effect.claim.claim
    verb = _DONE[effect.answer.value]
    subject = f"claim {effect.claim.id}, {named(claim.title, claim.instalment)}"
    if effect.is_preview:
        say(f"Nothing was written. {verb}, {subject} would mean:")
    elif effect.corrected_to:
        say(f"{verb}: {subject}; your reading is claim {effect.corrected_to}.")
    else:
        say(f"{verb}: {subject}.")
    for change in effect.changes:
        say(change.sentence)
    for standing in effect.standings:
        say(f"Believed {'then' if effect.is_preview else 'now'}: {believed(standing)}.")
    if not effect.standings:
        say(f"Believed now: nothing of the {claim.event.value} of {claim.title}.")
    if effect.is_preview and effect.changes:
        say(f"Told: {', '.join(effect.alerted) or 'nobody'}.")
    if effect.sent and not effect.changes:
        complain(
            f"{counted(effect.sent, 'alert')} of the verdict went out, and nobody is alerted that it is undone, except with --alert",
            prefix="note: ",
        )
    if not has_config and not effect.is_preview:
        complain("no configuration was found, so nobody is alerted of what this changes", prefix="note: ")
