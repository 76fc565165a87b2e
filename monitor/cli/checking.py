"""The commands sources, check and notify."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor import clock
from monitor.cli import completion, engine
from monitor.cli.advice import advice, languages_read
from monitor.cli.aliases import advice_on, lacking
from monitor.cli.listing import Column, Format, Row, ago, at, show
from monitor.cli.lookup import one_named
from monitor.cli.opening import configuration, configuration_or_none, database_path, ledger
from monitor.cli.options import ConfigFile, Database, Limit, Wanted
from monitor.cli.terminal import complain, counted, say
from monitor.errors import ConfigError, DeliveryError, LedgerError
from monitor.model import instant as rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.config import Config

__all__ = ["check", "notify", "send_test", "sources"]

_STATE_STYLES = {
    "ok": "green",
    "failing": "red",
    "bug": "bold red",
    "gone": "bold red",
    "silent": "yellow",
    "late": "yellow",
    "first pass": "cyan",
}


def _state_text(row: Row) -> str:
    """Return a source's state, with the failures in a row: "failing (3)"."""
    return f"{row['state']} ({row['failures']})" if row["failures"] else str(row["state"])


_SOURCES = (
    Column("source", lambda row: row["name"], wide=True, least=28),
    Column("kind", lambda row: row["kind"], spare=2),
    Column("state", _state_text, lambda row: _STATE_STYLES.get(row["state"], "dim")),
    Column("polled", lambda row: ago(row["last_poll_at"], clock.now()), right=True),
    Column(
        "next",
        lambda row: "due" if (next_at := ago(row["next_poll_at"], clock.now())).endswith("ago") else next_at,
        right=True,
    ),
    Column("documents", lambda row: str(row["documents"]), right=True, spare=1),
    Column("claims", lambda row: str(row["claims"]), right=True),
    Column("error", lambda row: row["error"] or "", "red", wide=True, least=40, below=True),
    Column("what to do", lambda row: row["advice"] or "", wide=True, least=40, below=True),
)
_RECORDS = (
    Column("source", lambda row: row["source"], wide=True),
    Column("kind of work", lambda row: row["kind"] or ""),
    Column("dates said", lambda row: str(row["claims"]), right=True),
    Column("right", lambda row: str(row["hits"]), right=True),
    Column("without a hedge", lambda row: str(row["flat"]), right=True, spare=2),
    Column("of these right", lambda row: str(row["flat_hits"]), right=True, spare=1),
    Column("days off", lambda row: f"{row['days_off']:g}", right=True),
    Column("days ahead", lambda row: "" if row["lead"] is None else f"{row['lead']:g}", right=True),
)


def sources(
    *,
    record: Annotated[
        bool,
        typer.Option("--record", help="How right each source was about releases that are out, best first."),
    ] = False,
    bugs: Annotated[
        bool, typer.Option("--bugs", help="Tracebacks of our own bugs, met at a source.")
    ] = False,
    form: Wanted = Format.TABLE,
    limit: Limit = None,
    config: ConfigFile = None,
    db: Database = None,
) -> None:
    """List the health of each source: last poll, next poll, failures in a row, what it gave."""
    from monitor.review.listing_rows import source_row  # noqa: PLC0415
    from monitor.review.records import records  # noqa: PLC0415 - only who asks pays for it

    with ledger(db) as log:
        if record:
            show(
                (one.to_dict() for one in records(log, _kinds(configuration_or_none(config)))),
                _RECORDS,
                form,
                limit,
                none="Nothing that was dated is out yet.",
            )
        elif bugs:
            for bug in log.bugs(limit=limit or None):
                say(
                    f"{bug.source} {bug.document} ({counted(bug.times, 'time')}, last {at(rfc3339(bug.last_at))})"
                )
                say(bug.traceback)
        else:
            now = clock.now()
            show(
                (source_row(row, now) for row in log.sources()),
                _SOURCES,
                form,
                limit,
                none="No source was polled yet.",
            )


def _kinds(known: Config | None) -> dict[str, str]:
    return {work.title: work.kind.value for work in known.watch} if known else {}


def check(
    config: ConfigFile = None,
    db: Database = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Write the JSON Schema of the file, for editors, and no more.")
    ] = False,
    form: Wanted = Format.TABLE,
) -> None:
    """Check the configuration without side effects: every mistake with its line and what was meant."""
    from monitor.config import json_schema  # noqa: PLC0415 - not every command reads it

    if schema:
        sys.stdout.write(json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n")
        return
    known = configuration(config)
    missing = [
        f"{known.place('channels', number, 'exec')}: {trouble}"
        for number, channel in enumerate(known.channels)
        if (trouble := engine.check_channel(channel))
    ]
    if missing:
        raise ConfigError("\n".join(missing))
    rows = [*_noted(known, db)]
    if form is not Format.TABLE:
        show(rows, (), form, None, none="")
        return
    notes = [row["note"] for row in rows if row["work"] is None]
    notes += _few([row["note"] for row in rows if row["work"] is not None])
    for note in notes:
        say(f"note: {note}", hang=6)
    say(
        f"{known.path} can be used; {counted(len(notes), 'note')} above."
        if notes
        else f"{known.path} is right."
    )
    titles = ", ".join(work.title for work in known.watch[:8]) + _more(known.watch)
    say(f"  watch     {counted(len(known.watch), 'work')}{titles and ': '}{titles}", hang=10)
    say(f"  sources   {counted(len(known.sources), 'source')}")
    for source in known.sources[:50]:
        every = f"every {_span(source.every)}" if source.every else "as often as it publishes"
        say(f"            {source.name}, {source.kind}, {every}")
    if len(known.sources) > 50:
        say(f"            and {len(known.sources) - 50} more")
    say(f"  languages claims are read in {', '.join(languages_read())}", hang=10)
    say(f"  channels  {counted(len(known.channels), 'channel')}")
    now = clock.now()
    for channel in known.channels:
        say(
            f"            {channel.name}{_when(channel.digest, channel.quiet)}: {engine.decision(known, channel, now)}"
        )


_NAMES = 10
"""The most missing names that a warning lists."""


def _few(notes: list[str]) -> list[str]:
    rest = len(notes) - _NAMES
    return [
        *notes[:_NAMES],
        *([f"and {rest} more names that works lack: `monitor check --format json`"] if rest > 0 else []),
    ]


def _noted(known: Config, db: Path | None) -> Iterator[Row]:
    """Yield what is to be said of a configuration as JSON: what is odd, and then what names works lack, those to add with the work."""
    for note in (*known.notes, *advice(known)):
        yield {"note": note, "work": None, "language": None, "alias": None, "seen": None}
    found, trouble = [], ""
    try:
        if database_path(db).exists():
            with ledger(db) as log:
                found = lacking(known, log)
        else:
            found = lacking(known, None)
    except LedgerError as error:
        found, trouble = lacking(known, None), str(error)
    if trouble:
        note = f"names in other languages are looked for without the ledger: {trouble}"
        yield {"note": note, "work": None, "language": None, "alias": None, "seen": None}
    for one in found:
        yield {
            "note": f"{known.place('watch', one.number, 'title')}: {advice_on(one)}",
            "work": one.work.title,
            "language": one.language,
            "alias": one.name or None,
            "seen": one.seen.get(one.name),
        }


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _more(items: tuple[object, ...]) -> str:
    return f" and {len(items) - 8} more" if len(items) > 8 else ""


def _when(digest: str, quiet: str) -> str:
    return "".join([f", digest {digest}" if digest else "", f", quiet {quiet}" if quiet else ""])


def notify() -> None:
    """Try a channel."""


def send_test(
    channel: Annotated[
        str,
        typer.Argument(
            metavar="CHANNEL",
            autocompletion=completion.channels,
            help="A channel's name, as `monitor check` shows it.",
        ),
    ],
    config: ConfigFile = None,
    db: Database = None,  # noqa: ARG001 - as above
) -> int:
    """Send a real test alert to a channel, once, whatever its rules, digest and quiet hours say."""
    channels = {one.name: one for one in configuration(config).channels}
    name = one_named(channel, dict.fromkeys(channels, ()), "channel")
    try:
        engine.send_test(channels[name])
    except DeliveryError as error:
        complain(f"{name} did not accept the test alert: {error}")
        return 1
    say(f"{name} took the test alert.")
    return 0
