"""The command extract: documents to claims, as JSON Lines or shown with their marks."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli import engine
from monitor.cli.archive import Archive, BadLine
from monitor.cli.opening import configuration_or_none
from monitor.cli.options import ConfigFile, Database, moment
from monitor.cli.terminal import complain, escaped
from monitor.errors import ParseError
from monitor.model import Claim, Document, Work

if TYPE_CHECKING:
    from monitor.extract import DateFound, Extractor, LanguageFound

__all__ = ["extract"]

_LINES = (".jsonl", ".ndjson", ".json", ".gz")
_PAGES = (".html", ".htm", ".xhtml", ".txt", ".md")


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
    """Return the configured works, none without a configuration."""
    known = configuration_or_none(config)
    return known.watch if known else ()


@lru_cache(maxsize=8)
def _extractor(works: tuple[Work, ...]) -> Extractor:
    from monitor.extract import Extractor  # noqa: PLC0415 - only who reads pays for it

    return Extractor(works)


def _extract_lines(place: str, works: tuple[Work, ...], config: Path | None, *, explain: bool) -> bool:
    """Write one JSON object for each document; return whether a line was invalid."""
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
    from monitor.parse import structured  # noqa: PLC0415 - as above

    read = structured(document)
    claims = extractor.claims(read) if any(extractor.might_claim([document])) else ()
    found: dict[str, Any] = {
        "id": document.id,
        "claims": [claim.to_dict() for claim in claims],
        "dates": [_date(date) for date in extractor.dates(read)],
    }
    if explain:
        why = extractor.explain(read)
        found["claims"] = [{**claim.to_dict(), **_grounds(claim)} for claim in claims]
        found["unclaimed"] = [{**_date(date), "reason": reason} for date, reason in why.unclaimed]
        found["languages"] = [_language(one) for one in why.languages]
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


def _language(one: LanguageFound) -> dict[str, Any]:
    where = {} if one.span is None else {"in": one.span.part, "start": one.span.start, "end": one.span.end}
    return {**where, "lang": one.lang, "how": one.how, "words": list(one.words)}


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
    from monitor.cli.showing import display_document  # noqa: PLC0415 - as above
    from monitor.parse import structured  # noqa: PLC0415 - as above

    document = engine.read_document(
        place, lang=lang or "", title=title or "", published=published, allow_private=allow_private
    )
    extractor = _extractor(works)
    read = structured(document)
    display_document(read, extractor.explain(read), extractor.dates(read), everything=explain)
    if not works:
        complain("nothing is watched; name a work with --watch 'TITLE|ALIAS'", prefix="note: ")
