"""The command rules: which channels receive an alert, when, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor import clock
from monitor.cli import completion, engine
from monitor.cli.listing import Column, Format, Row, at, show
from monitor.cli.lookup import one_named
from monitor.cli.opening import configuration, ledger
from monitor.cli.options import ConfigFile, Database, OfInstalment, OfWork, Wanted, moment
from monitor.cli.terminal import say
from monitor.model import Belief, Certainty, Change, ChangeKind, Event, Status, Work
from monitor.model import instant as rfc3339

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.config import Config

__all__ = ["explain", "rules"]

_COLUMNS = (
    Column("channel", lambda row: row["channel"]),
    Column("gets it", lambda row: "yes" if row["wanted"] else "no", lambda row: "green" if row["wanted"] else "red"),
    Column("not before", lambda row: at(row["at"])),
    Column("why", lambda row: "; ".join(row["reasons"]), wide=True),
)  # fmt: skip
_STATUSES = {
    ChangeKind.RELEASED: Status.RELEASED,
    ChangeKind.POSTPONED: Status.POSTPONED,
    ChangeKind.CANCELLED: Status.CANCELLED,
    ChangeKind.DENIED: Status.DENIED,
}


def rules() -> None:
    """Tell what the rules of the channels do."""


def explain(
    change: Annotated[
        int | None,
        typer.Argument(metavar="[CHANGE]", help="A change, by its id in `monitor changes`; an invented one when left out.", show_default=False),
    ] = None,
    *,
    title: OfWork = None,
    instalment: OfInstalment = None,
    event: Annotated[Event, typer.Option("--event", help="What it is about.")] = Event.RELEASE,
    kind: Annotated[ChangeKind, typer.Option("--change", help="What kind of change it is.")] = ChangeKind.MOVED_LATER,
    certainty: Annotated[Certainty, typer.Option("--certainty", help="How certain it is.")] = Certainty.OFFICIAL,
    scope: Annotated[list[str] | None, typer.Option("--scope", help="Platform, shop, territory or medium; may be repeated.")] = None,
    source: Annotated[list[str] | None, typer.Option("--source", metavar="SOURCE", autocompletion=completion.sources, help="Where it is said; may be repeated.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="The language that it is said in.")] = "en",
    origins: Annotated[int | None, typer.Option("--origins", min=1, metavar="N", show_default=False, help="How many independent origins it has; as many as sources when left out.")] = None,
    when: Annotated[datetime | None, typer.Option("--at", parser=moment, metavar="TIME", show_default=False, help="When it happens; now when left out.")] = None,
    form: Wanted = Format.TABLE,
    config: ConfigFile = None,
    db: Database = None,
) -> None:  # fmt: skip
    """Say which channels get a change, not before when, and which rule decided: one that happened, or one you describe."""
    known = configuration(config)
    now = when or clock.now()
    if change is not None:
        considered, counted = _happened(change, db)
        now = when or considered.at
    else:
        work = _watched(known, title)
        considered = _described(
            work,
            now,
            instalment=instalment,
            event=event,
            kind=kind,
            certainty=certainty,
            scope=scope or (),
            sources=source or (),
            lang=lang,
        )
        counted = origins
    if form is Format.TABLE:
        say(engine.sentence(considered))
    rows = _decided(known, considered, counted, now)
    show(rows, _COLUMNS, form, 0, none="There are no channels yet: add them to the configuration.")


def _decided(known: Config, change: Change, origins: int | None, now: datetime) -> list[Row]:
    from monitor.notify import send_at  # noqa: PLC0415 - only this command pays for it
    from monitor.notify.routing import decide  # noqa: PLC0415 - as above

    work = next((work for work in known.watch if work.title == change.key.title), None)
    rows: list[Row] = []
    for channel in known.channels:
        decided = decide(channel, change, work, origins=origins)
        rows.append(
            {
                "channel": channel.name,
                "wanted": decided.wanted,
                "at": rfc3339(send_at(channel, now)) if decided.wanted else None,
                "reasons": list(decided.reasons),
            }
        )
    return rows


def _happened(number: int, db: Path | None) -> tuple[Change, int | None]:
    with ledger(db) as log:
        change = log.change(number)
        key = change.key
        standing = log.standings(key.title, key.event).get(key)
    return change, None if standing is None else standing.origins


def _watched(known: Config, title: str | None) -> Work | None:
    if title is None:
        return known.watch[0] if known.watch else None
    meant = one_named(title, {work.title: work.aliases for work in known.watch}, "work")
    return next(work for work in known.watch if work.title == meant)


def _described(
    work: Work | None,
    now: datetime,
    *,
    instalment: str | None,
    event: Event,
    kind: ChangeKind,
    certainty: Certainty,
    scope: Sequence[str],
    sources: Sequence[str],
    lang: str,
) -> Change:
    from monitor.notify import sample_change  # noqa: PLC0415 - as above

    sample = sample_change(now, work.title) if work else sample_change(now)
    if instalment is None and work is not None and work.instalments:
        instalment = work.instalments[0]
    key = replace(
        sample.key,
        instalment=None if instalment in (None, "whole") else instalment,
        event=event,
        scope=tuple(sorted(set(scope))),
    )
    (said,) = sample.evidence
    claim = replace(said.claim, title=key.title, instalment=key.instalment, event=event, certainty=certainty, scope=key.scope)  # fmt: skip
    evidence = tuple(
        replace(said, claim=claim, lang=lang, source=source, url=f"https://{source}/" if "." in source else said.url)
        for source in sources or (said.source,)
    )  # fmt: skip
    return replace(
        sample,
        kind=kind,
        key=key,
        before=None if kind is ChangeKind.APPEARED else sample.before,
        since=None if kind is ChangeKind.APPEARED else sample.since,
        after=None
        if kind is ChangeKind.RETRACTED
        else Belief(
            _STATUSES.get(kind, Status.SCHEDULED), sample.after.when if sample.after else None, certainty
        ),
        evidence=evidence,
        milestone="first trailer" if event is Event.TRAILER else "",
    )
