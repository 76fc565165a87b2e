"""extract, replay: documents to claims, and an archive through the whole pipeline."""

from __future__ import annotations

import heapq
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from monitor.cli import engine
from monitor.cli.documents import Archive, BadLine, Line
from monitor.cli.options import ConfigFile, Database, Until, moment
from monitor.cli.places import config_path, configuration
from monitor.cli.terminal import complain, counted, escaped, progress, say
from monitor.errors import ParseError
from monitor.model import Change, Claim, Document, Work, alert

if TYPE_CHECKING:
    from monitor.extract import DateFound, Extractor

__all__ = ["extract", "replay"]

_LINES = (".jsonl", ".ndjson", ".json", ".gz")
_PAGES = (".html", ".htm", ".xhtml", ".txt", ".md")

From = Annotated[
    datetime | None,
    typer.Option("--from", parser=moment, metavar="TIME", show_default=False, help="Not before this time."),
]


def extract(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE|URL|-",
            help="Documents as JSON Lines (- or nothing: standard input), or a page or text.",
        ),
    ] = None,
    *,
    title: Annotated[
        str | None, typer.Option("--title", help="Headline of a page or text.", show_default=False)
    ] = None,
    published: Annotated[
        datetime | None,
        typer.Option(
            "--published",
            parser=moment,
            metavar="TIME",
            show_default=False,
            help="When it was published; dates are counted from there.",
        ),
    ] = None,
    lang: Annotated[
        str | None, typer.Option("--lang", help="Its language, as in en or ko.", show_default=False)
    ] = None,
    watch: Annotated[
        list[str] | None,
        typer.Option(
            "--watch",
            metavar="'TITLE|ALIAS'",
            help="A work to look for, with aliases; else the configured ones.",
        ),
    ] = None,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="Also what was recognised, by which rules, and why a date made no claim."
        ),
    ] = False,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Fetch from an address that is not public.")
    ] = False,
    config: ConfigFile = None,
    db: Database = None,  # noqa: ARG001 - every command takes it
) -> int:
    """Read documents for claims: JSON Lines to JSON Lines, or a page, text or URL shown with its marks."""
    works = tuple(engine.work_named(name) for name in watch or ())
    failed = False
    for place in files or ["-"]:
        try:
            if _is_lines(place, alone=title is None and published is None):
                failed |= _extract_lines(place, works, config, explain=explain)
            else:
                _show(
                    place,
                    title,
                    published,
                    lang,
                    works or _watched(config),
                    explain=explain,
                    allow_private=allow_private,
                )
        except BrokenPipeError:
            raise
        except OSError as error:
            complain(f"{place}: {error.strerror or error}")
            failed = True
        except ParseError as error:
            complain(str(error))
            failed = True
    return 1 if failed else 0


def _is_lines(place: str, *, alone: bool) -> bool:
    if place == "-":
        return alone
    name = place.lower()
    if name.startswith(("http://", "https://")) or name.endswith(_PAGES):
        return False
    if name.endswith(_LINES):
        return True
    with Path(place).open("rb") as file:
        return file.peek(1)[:1] == b"{" if alone else False


def _watched(config: Path | None) -> tuple[Work, ...]:
    """Return the configured works, if there is a configuration."""
    return configuration(config).watch if config or config_path(None).exists() else ()


@lru_cache(maxsize=8)
def _extractor(works: tuple[Work, ...]) -> Extractor:
    from monitor.extract import Extractor  # noqa: PLC0415 - only who reads pays for it

    return Extractor(works)


def _extract_lines(place: str, works: tuple[Work, ...], config: Path | None, *, explain: bool) -> bool:
    """Write one JSON object a document; returns whether a line was bad."""
    failed = False
    own: tuple[Work, ...] | None = works or None
    with Archive.open(place) as archive:
        for line in archive:
            if isinstance(line, BadLine):
                complain(str(line))
                failed = True
                continue
            if line.watch is None and own is None:
                own = _watched(config)
            extractor = _extractor(works or (own or () if line.watch is None else line.watch))
            sys.stdout.write(
                f"{escaped(json.dumps(_extracted(extractor, line.document, explain=explain), ensure_ascii=False))}\n"
            )
    return failed


def _extracted(extractor: Extractor, document: Document, *, explain: bool) -> dict[str, Any]:
    claims = extractor.claims(document)
    found: dict[str, Any] = {
        "id": document.id,
        "claims": [claim.to_dict() for claim in claims],
        "dates": [_date(date) for date in extractor.dates(document)],
    }
    if explain:
        why = extractor.explain(document)
        found["claims"] = [{**claim.to_dict(), **_grounds(claim)} for claim in claims]
        found["unclaimed"] = [{**_date(date), "reason": reason} for date, reason in why.unclaimed]
        found["marks"] = [
            {
                "in": mark.span.part,
                "start": mark.span.start,
                "end": mark.span.end,
                "kind": mark.kind,
                "label": mark.label,
            }
            for mark in why.marks
        ]
    return found


def _date(date: DateFound) -> dict[str, Any]:
    return {
        "in": date.span.part,
        "start": date.span.start,
        "end": date.span.end,
        "text": date.text,
        "edtf": date.edtf or None,
    }


def _grounds(claim: Claim) -> dict[str, Any]:
    span = claim.span
    return {
        "rules": list(claim.rules),
        "span": None if span is None else {"in": span.part, "start": span.start, "end": span.end},
    }


def _show(
    place: str,
    title: str | None,
    published: datetime | None,
    lang: str | None,
    works: tuple[Work, ...],
    *,
    explain: bool,
    allow_private: bool,
) -> None:
    from monitor.cli.explain import tell_document  # noqa: PLC0415 - as above

    document = engine.read_document(
        place, lang=lang or "", title=title or "", published=published, allow_private=allow_private
    )
    extractor = _extractor(works)
    tell_document(document, extractor.explain(document), extractor.dates(document), everything=explain)
    if not works:
        complain("nothing is watched; name a work with --watch 'TITLE|ALIAS'", prefix="note: ")


def replay(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE", help="Archives as JSON Lines, gzip allowed, in order of publication."),
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
            help="Compare with the alerts that an earlier replay wrote.",
        ),
    ] = None,
    config: ConfigFile = None,
    db: Database = None,
) -> int:
    """Send an archive through the whole pipeline on its own clock: what would have been alerted, and when.

    Several files are merged by time. The ledger is a fresh one unless --db names one.
    """
    known = configuration(config)
    wants = engine.wanted_by(known)
    before = None if diff is None else _alerts_of(diff)
    sent: list[dict[str, Any]] = []
    counts = {"documents": 0, "changes": 0, "bad": 0}
    with ExitStack() as held:
        log = held.enter_context(engine.fresh_ledger(db))
        out = held.enter_context(_written(alerts)) if alerts else None
        archives = [held.enter_context(Archive.open(name)) for name in files]
        advance = held.enter_context(progress("replaying", sum(archive.size for archive in archives)))

        def documents() -> Iterator[Document]:
            merged: Iterator[Line | BadLine] = (
                iter(archives[0]) if len(archives) == 1 else heapq.merge(*archives, key=_published)
            )
            for line in merged:
                if isinstance(line, BadLine):
                    complain(str(line))
                    counts["bad"] += 1
                elif (start is None or line.document.published >= start) and (
                    end is None or line.document.published < end
                ):
                    yield line.document

        def told(document: Document, changes: tuple[Change, ...]) -> None:
            counts["documents"] += 1
            counts["changes"] += len(changes)
            if counts["documents"] % 100 == 0:
                advance(sum(archive.taken() for archive in archives), now=f"{document.published:%Y-%m-%d}")
            for change in changes:
                if wants(change):
                    body = alert(change)
                    sent.append(body)
                    if out is not None:
                        out.write(f"{escaped(json.dumps(body, ensure_ascii=False))}\n")

        engine.replay(log, known, documents(), told)
        claims = log.count("claims")
    if alerts is None and before is None:
        for body in sent:
            say(f"{body['timestamp'][:10]} {engine.worded(body)}")
    if before is not None:
        _tell_difference(before, sent)
    say(
        f"{counted(counts['documents'], 'document')}, {counted(claims, 'claim')}, "
        f"{counted(counts['changes'], 'change')}, {counted(len(sent), 'alert')}."
    )
    return 1 if counts["bad"] else 0


def _published(line: Line | BadLine) -> float:
    return float("-inf") if isinstance(line, BadLine) else line.document.published.timestamp()


@contextmanager
def _written(file: Path) -> Iterator[TextIO]:
    try:
        out = file.open("w", encoding="utf-8")
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be written: {error.strerror}") from None
    with out:
        yield out


def _alerts_of(file: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"{file} holds no alerts of an earlier replay: {error}") from None


def _tell_difference(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> None:
    old, new = ({_identity(body): body for body in bodies} for bodies in (before, after))
    for identity in sorted(old.keys() - new.keys()):
        say(f"- {old[identity]['timestamp'][:10]} {engine.worded(old[identity])}")
    for identity in sorted(new.keys() - old.keys()):
        say(f"+ {new[identity]['timestamp'][:10]} {engine.worded(new[identity])}")
    say(
        f"{len(old.keys() & new.keys())} alerts as before, {len(old.keys() - new.keys())} gone, {len(new.keys() - old.keys())} new."
    )


def _identity(body: dict[str, Any]) -> str:
    said = {key: value for key, value in body["data"].items() if key != "evidence"}
    return json.dumps([body["timestamp"], body["type"], said], sort_keys=True)
