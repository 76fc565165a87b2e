"""The commands export, backup and rebuild."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import engine
from monitor.cli.history import change_cells
from monitor.cli.judging import believed, claimed
from monitor.cli.listing import Row, write_csv, write_json, write_jsonl
from monitor.cli.lookup import titles_named
from monitor.cli.opening import configuration, ledger
from monitor.cli.options import Before, ConfigFile, Database, OfWork, SinceOption
from monitor.cli.terminal import Advance, complain, counted, progress, say
from monitor.model import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from monitor.config import Config
    from monitor.ledger import Ledger, Transaction
    from monitor.model import Claim
    from monitor.rereading import Reread

__all__ = ["backup", "export", "rebuild"]


class What(StrEnum):
    """What can be exported."""

    CLAIMS = "claims"
    CHANGES = "changes"


class As(StrEnum):
    """The formats of an export."""

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
    force: Annotated[bool, typer.Option("--force", help="Write over a file that exists.")] = False,
    title: OfWork = None,
    since: SinceOption = None,
    until: Before = None,
    config: ConfigFile = None,
    db: Database = None,
) -> None:
    """Write all claims or changes, newest first, for other programs."""
    with ExitStack() as held:
        log = held.enter_context(ledger(db))
        titles = None if title is None else titles_named(title, config, log)
        out = sys.stdout
        if output is not None:
            if output.is_file() and not force:
                raise typer.BadParameter(f"{output} exists already; --force writes over it")
            try:
                out = held.enter_context(output.open("w", encoding="utf-8", newline=""))
            except OSError as error:
                raise typer.BadParameter(f"{output} cannot be written: {error.strerror}") from None
        rows = _rows(log, what, titles, since, until)
        _WRITERS[form](map(change_cells, rows) if what is What.CHANGES and form is As.CSV else rows, out)


def _rows(
    log: Ledger, what: What, titles: Sequence[str] | None, since: datetime | None, until: datetime | None
) -> Iterator[Row]:
    if what is What.CLAIMS:
        return (row.to_dict() for row in log.claims(titles=titles, since=since, until=until))
    from monitor.review.listing_rows import change_row  # noqa: PLC0415 - only who asks pays for it

    return map(change_row, log.changes(titles=titles, since=since, until=until))


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that does not exist yet.")],
    config: ConfigFile = None,  # noqa: ARG001 - every command takes it
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
    read: Annotated[
        bool,
        typer.Option(
            "--read",
            help="Read the stored documents again first; says what would differ, and asks before it writes.",
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking (with --read).")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would differ.")] = False,
    config: ConfigFile = None,
    db: Database = None,
) -> int:
    """Work out anew, by today's rules, what is believed, from all that was observed. What was told stays, nobody is alerted."""
    if yes and not read:
        raise typer.BadParameter("--yes is for `monitor rebuild --read`, which asks; without it nothing does")
    wanted = configuration(config) if read else None
    with ledger(db, write=not dry_run) as log:
        reader, found = _read_again(log, wanted) if wanted is not None else ("", [])
        bugs = sum(bool(one.bug) for one in found)
        if read and dry_run:
            return 1 if bugs else 0
        if read and len(found) > bugs and not yes and not _is_wanted():
            say("Nothing was written.")
            return 1 if bugs else 0
        with progress("rebuilding", log.count("claims")) as advance:

            def work(tx: Transaction) -> list[str]:
                engine.adopt(tx, found, reader)
                return _folded_again(tx, dry_run=dry_run, advance=advance)

            for line in engine.committed(log, work):
                say(line)
    return 1 if bugs else 0


def _read_again(log: Ledger, wanted: Config) -> tuple[str, list[Reread]]:
    """Read the stored documents again and show, work by work, what the current reader reads differently."""
    documents = log.count("documents")
    langs = {source.name: source.lang for source in wanted.sources}
    with progress("reading", documents) as advance:
        reader, found = engine.reread(log, wanted.watch, langs, advance)
    lines: dict[str, list[tuple[str, str]]] = {}
    for one in found:
        where = f"{one.document.source}, {one.document.published:%Y-%m-%d}"
        if one.bug:
            complain(
                f"{where}: reading {one.document.url or one.document.id} met a bug of ours; it stays as it was read"
            )
        for sign, claims in (("-", one.gone), ("+", one.new)):
            for claim in claims:
                lines.setdefault(claim.title, []).append((sign, f"{_worded(claim)}; {where}"))
        for was, now in one.changed:
            text = f"{_worded(now)}, was {_worded(was, short=True)}; {where}"
            lines.setdefault(now.title, []).append(("~", text))
    for title in sorted(lines):
        own = lines[title]
        counts = [sum(sign == each for sign, _ in own) for each in "-+~"]
        say(f"{title}: {counts[0]} gone, {counts[1]} new, {counts[2]} changed")
        for sign, text in own:
            say(f"  {sign} {text}", hang=4)
    otherwise = sum(bool(one.gone or one.new or one.changed) for one in found)
    weighed = sum(not (one.gone or one.new or one.changed or one.bug) for one in found)
    say(
        f"{counted(documents, 'document')} read by monitor {reader}: {otherwise} say other than before, {weighed} only with another weight."
    )
    return reader, found


def _worded(claim: Claim, *, short: bool = False) -> str:
    """Return a claim in words: "season 2, due 17 October 2023 (official, credited to Netflix)"."""
    sources = f", credited to {', '.join(claim.sources)}" if claim.sources else ""
    scope = f", {', '.join(claim.scope)}" if short and claim.scope else ""
    text = f"({claim.certainty.value}{sources}{scope})"
    if short:
        return text
    return f"{f'{claim.instalment}, ' if claim.instalment else ''}{claimed(claim.to_dict())} {text}"


def _is_wanted() -> bool:
    if not sys.stdin.isatty():
        raise typer.BadParameter("nobody is there to ask: say --yes to write it, or --dry-run")
    return typer.confirm(
        "Adopt this? The earlier readings stay in the log and no longer count; nobody is alerted."
    )


def _folded_again(tx: Transaction, *, dry_run: bool, advance: Advance) -> list[str]:
    """Derive the beliefs about every subject anew, and return the differences as lines for a person."""
    subjects, same = 0, 0
    gone: list[Standing] = []
    new: list[Standing] = []
    for subject, before, after in engine.rebuilt(tx, dry_run=dry_run):
        gone += [old for key, old in before.items() if key not in after or after[key].belief != old.belief]
        new += [one for key, one in after.items() if key not in before or before[key].belief != one.belief]
        same += sum(key in before and before[key].belief == one.belief for key, one in after.items())
        subjects += 1
        advance(now=subject[0])
    lines = [
        f"{sign} {believed(standing)}"
        for sign, standings in (("-", gone), ("+", new))
        for standing in standings
    ]
    text = f"{counted(subjects, 'subject')}, {counted(same, 'belief')} as before, {len(gone)} gone, {len(new)} new"
    return [*lines, f"{text}; nothing was written." if dry_run else f"{text}."]
