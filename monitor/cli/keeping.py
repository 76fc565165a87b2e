"""export, backup, rebuild: the ledger as a whole."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import engine
from monitor.cli.history import change_cells, change_row
from monitor.cli.listing import Row, write_csv, write_json, write_jsonl
from monitor.cli.options import ConfigFile, Database, OfWork, Since
from monitor.cli.places import ledger
from monitor.cli.review import believed
from monitor.cli.terminal import counted, progress, say
from monitor.model import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from monitor.ledger import Ledger

__all__ = ["backup", "export", "rebuild"]


class What(StrEnum):
    """What can be exported."""

    CLAIMS = "claims"
    CHANGES = "changes"


class As(StrEnum):
    """How it is written."""

    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


_WRITERS = {As.JSON: write_json, As.JSONL: write_jsonl, As.CSV: write_csv}


def export(
    what: Annotated[What, typer.Argument(help="What to write.")],
    *,
    form: Annotated[As, typer.Option("--format", help="How to write it.")] = As.JSON,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", show_default=False, help="Where to; else standard output."
        ),
    ] = None,
    title: OfWork = None,
    since: Since = None,
    config: ConfigFile = None,  # noqa: ARG001 - every command takes it
    db: Database = None,
) -> None:
    """Write all claims or changes, newest first, for other programs."""
    with ExitStack() as held:
        log = held.enter_context(ledger(db))
        out = sys.stdout
        if output is not None:
            try:
                out = held.enter_context(output.open("w", encoding="utf-8", newline=""))
            except OSError as error:
                raise typer.BadParameter(f"{output} cannot be written: {error.strerror}") from None
        rows = _rows(log, what, title, since)
        _WRITERS[form](map(change_cells, rows) if what is What.CHANGES and form is As.CSV else rows, out)


def _rows(log: Ledger, what: What, title: str | None, since: datetime | None) -> Iterator[Row]:
    if what is What.CLAIMS:
        return (row.to_dict() for row in log.claims(title=title, since=since))
    return map(change_row, log.changes(title=title, since=since))


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that does not exist yet.")],
    config: ConfigFile = None,  # noqa: ARG001 - as above
    db: Database = None,
) -> None:
    """Write a copy of the database as of now; the daemon may run on meanwhile."""
    with ledger(db) as log:
        log.backup(file)
    say(f"{file} is a whole copy, {_size(file)}; `monitor claims --db {file}` reads it.")


def _size(file: Path) -> str:
    size = float(file.stat().st_size)
    for unit in ("bytes", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"


def rebuild(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would differ.")] = False,
    config: ConfigFile = None,  # noqa: ARG001 - as above
    db: Database = None,
) -> None:
    """Work out anew, by today's rules, what is believed, from all that was observed. What was told stays, nobody is alerted."""
    subjects, same = 0, 0
    gone: list[Standing] = []
    new: list[Standing] = []
    with (
        ledger(db, write=not dry_run) as log,
        progress("rebuilding", log.count("claims")) as advance,
        log.transaction(),
    ):
        for subject, before, after in engine.rebuilt(log):
            gone += [
                old for key, old in before.items() if key not in after or after[key].belief != old.belief
            ]
            new += [
                one for key, one in after.items() if key not in before or before[key].belief != one.belief
            ]
            same += sum(key in before and before[key].belief == one.belief for key, one in after.items())
            subjects += 1
            if not dry_run:
                log.put_standings(*subject, after.values())
            advance(now=subject[0])
    for sign, standings in (("-", gone), ("+", new)):
        for standing in standings:
            say(f"{sign} {believed(standing)}")
    told = f"{counted(subjects, 'subject')}, {counted(same, 'belief')} as before, {len(gone)} gone, {len(new)} new"
    say(f"{told}; nothing was written." if dry_run else f"{told}.")
