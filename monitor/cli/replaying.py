"""The command replay: run an archive through the pipeline on its own clock, and compare the alerts with an earlier run."""

from __future__ import annotations

import hashlib
import heapq
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from monitor.cli import engine
from monitor.cli.archive import Archive, BadLine, Line
from monitor.cli.opening import configuration, ledger
from monitor.cli.options import ConfigFile, Database, Until, moment
from monitor.cli.terminal import complain, counted, escaped, progress, say
from monitor.model import Document

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.ledger import Ledger

__all__ = ["replay"]

_DATABASE = b"SQLite format 3\0"
# Alerts within this time of each other count as simultaneous: another poll, or the order of one hour's documents.
_SAME_TIME = timedelta(hours=1)

From = Annotated[
    datetime | None,
    typer.Option("--from", parser=moment, metavar="TIME", show_default=False, help="Not before this time."),
]
Body = dict[str, Any]


def replay(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE",
            help="Archives as JSON Lines, gzip allowed, in order of publication, give or take an hour.",
        ),
    ],
    *,
    alerts: Annotated[
        Path | None,
        typer.Option(
            "--alerts",
            metavar="OUT",
            show_default=False,
            help="Write what would have been sent, one JSON object a line.",
        ),
    ] = None,
    start: From = None,
    end: Until = None,
    diff: Annotated[
        Path | None,
        typer.Option(
            "--diff",
            metavar="OLD",
            show_default=False,
            help="Tell what differs from the alerts that an earlier replay wrote, or from the changes in a database.",
        ),
    ] = None,
    config: ConfigFile = None,
    db: Database = None,
) -> int:
    """Send an archive through the whole pipeline on its own clock: what would have been alerted, and when.

    Nothing is sent. Several files are merged by time. The ledger is a fresh one unless --db names one: then a replay
    that was cut off goes on where it was.
    """
    known = configuration(config)
    before = None if diff is None else _earlier_alerts(diff)
    sent: list[str] = []
    bad = 0
    with ExitStack() as held:
        log = held.enter_context(engine.fresh_ledger(db))
        out = held.enter_context(_opened(alerts)) if alerts else None
        archives = [held.enter_context(Archive.open(name)) for name in files]
        advance = held.enter_context(progress("replaying", sum(archive.size for archive in archives)))

        def documents() -> Iterator[Document]:
            nonlocal bad
            for line in _merged(archives):
                if isinstance(line, BadLine):
                    complain(str(line))
                    bad += 1
                elif (start is None or line.document.published >= start) and (
                    end is None or line.document.published < end
                ):
                    yield line.document

        def written(bodies: Sequence[str]) -> None:
            sent.extend(bodies)
            if out is not None:
                out.writelines(f"{escaped(body)}\n" for body in bodies)
                out.flush()

        def on_batch(last: Document) -> None:
            advance(sum(archive.taken() for archive in archives), now=f"{last.published:%Y-%m-%d}")

        run = _run_name(known, archives, start, end) if db else ""
        done = engine.replay(log, known, documents(), run=run, written=written, on_batch=on_batch)
        claims = log.count("claims")
        after = _changes(log) if diff is not None and _is_database(diff) else list(map(json.loads, sent))
    if before is not None:
        _show_difference(before, after)
    elif alerts is None:
        for body in after:
            say(f"{body['timestamp'][:10]} {engine.worded(body)}")
    if done.skipped:
        say(f"Gone on after {counted(done.skipped, 'document')} that this ledger holds already.")
    say(
        f"{counted(done.documents, 'document')}, {counted(claims, 'claim')}, "
        f"{counted(done.changes, 'change')}, {counted(done.alerts, 'alert')}."
    )
    if done.further_trailers:
        say(
            f"{counted(done.further_trailers, 'further trailer')}: a channel gets "
            f"{'it' if done.further_trailers == 1 else 'them'} with `only: {{trailers: all}}`."
        )
    if done.bugs:
        complain(f"{counted(done.bugs, 'document')} met a bug of ours; `monitor sources --bugs` shows it")
    return 1 if bad or done.bugs else 0


def _merged(archives: Sequence[Archive]) -> Iterator[Line | BadLine]:
    return iter(archives[0]) if len(archives) == 1 else heapq.merge(*archives, key=_published)


def _published(line: Line | BadLine) -> float:
    return float("-inf") if isinstance(line, BadLine) else line.document.published.timestamp()


def _run_name(
    config: Config, archives: Sequence[Archive], start: datetime | None, end: datetime | None
) -> str:
    """Return the name under which this replay can be continued, "" when its input cannot be read twice."""
    if not all(archive.size for archive in archives):
        return ""
    files = [(Path(archive.name).name, archive.size) for archive in archives]
    inputs = repr((files, start, end, config.watch, config.channels))
    return hashlib.sha256(inputs.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@contextmanager
def _opened(file: Path) -> Iterator[TextIO]:
    try:
        out = file.open("w", encoding="utf-8")
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be written: {error.strerror}") from None
    with out:
        yield out


def _is_database(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(len(_DATABASE)) == _DATABASE


def _earlier_alerts(file: Path) -> list[Body]:
    """Return the alerts in a file, or the changes of a database as alerts. Raises a usage error when it is neither."""
    try:
        if _is_database(file):
            with ledger(file) as log:
                return _changes(log)
        bodies = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        for body in bodies:
            _identity(body), _moment(body)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise typer.BadParameter(
            f"{file} holds neither alerts of an earlier replay nor a database: {error}"
        ) from None
    return bodies


def _changes(log: Ledger) -> list[Body]:
    return [engine.composed(change) for change in reversed(list(log.changes()))]


def _show_difference(before: Sequence[Body], after: Sequence[Body]) -> None:
    """Show missing (-), new (+) and differing alerts (~), by time, with the quotes that led to them."""
    same, otherwise, gone, new = _matched(before, after)
    lines = [(body, f"- {_line(body)}") for body in gone]
    lines += [(body, f"+ {_line(body)}\n{_words(body)}") for body in new]
    lines += [(now, f"~ {_line(now)}\n    {_otherwise(was, now)}") for was, now in otherwise]
    for _, text in sorted(lines, key=lambda pair: (_moment(pair[0]), pair[1])):
        say(text.rstrip())
    say(
        f"{counted(same, 'alert')} as before, {len(otherwise)} otherwise or at another time, "
        f"{len(gone)} gone, {len(new)} new."
    )


def _matched(
    before: Sequence[Body], after: Sequence[Body]
) -> tuple[int, list[tuple[Body, Body]], list[Body], list[Body]]:
    """Match alerts that say the same, nearest in time first: the number of equal ones, those that differ, the missing and the new."""
    waiting: dict[str, list[Body]] = {}
    for body in before:
        waiting.setdefault(_identity(body), []).append(body)
    same, new, otherwise = 0, [], []
    for body in after:
        alike = waiting.get(_identity(body))
        if not alike:
            new.append(body)
            continue
        was = min(alike, key=lambda other: abs(_moment(other) - _moment(body)))
        alike.remove(was)
        if _otherwise(was, body):
            otherwise.append((was, body))
        else:
            same += 1
    return same, otherwise, [body for rest in waiting.values() for body in rest], new


def _identity(body: Body) -> str:
    """Return the content of an alert, without its time and the belief before."""
    said = body["data"]
    believed = said["to"] or {"status": None, "when": None}
    return json.dumps(
        [
            body["type"].partition(".")[0],
            said["title"],
            said["instalment"],
            said["scope"],
            believed["status"],
            believed["when"],
            said["change"] in ("rumoured", "disputed", "overdue"),
        ]
    )


def _otherwise(was: Body, now: Body) -> str:
    """Return how two alerts with the same content differ; empty when the difference does not matter to a subscriber."""
    differences = []
    later = _moment(now) - _moment(was)
    if abs(later) >= _SAME_TIME:
        differences.append(f"{_span(abs(later))} {'later' if later > timedelta(0) else 'earlier'}")
    if now["data"]["change"] != was["data"]["change"]:
        differences.append(f"told as {now['data']['change']}, was {was['data']['change']}")
    certainty, former = ((body["data"]["to"] or {"certainty": None})["certainty"] for body in (now, was))
    if certainty != former:
        differences.append(f"{certainty}, was {former}")
    return "; ".join(differences)


def _span(span: timedelta) -> str:
    hours = round(span.total_seconds() / 3600)
    return counted(hours, "hour") if hours < 48 else counted(round(hours / 24), "day")


def _line(body: Body) -> str:
    return f"{body['timestamp'][:16].replace('T', ' ')} {engine.worded(body)}"


def _words(body: Body) -> str:
    evidence = body["data"]["evidence"]
    return f"    “{evidence[0]['quote']}” {evidence[0]['url'] or evidence[0]['source']}" if evidence else ""


def _moment(body: Body) -> datetime:
    return moment(body["timestamp"])
