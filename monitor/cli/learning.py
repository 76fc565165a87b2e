"""The command learn: labels and an adjustment of the reader from a person's verdicts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli import engine
from monitor.cli.listing import Format, write
from monitor.cli.opening import configuration, ledger
from monitor.cli.options import ConfigFile, Database, Wanted
from monitor.cli.terminal import counted, escaped, say

if TYPE_CHECKING:
    from monitor.cli.listing import Row
    from monitor.ledger import Ledger
    from monitor.model import Work

__all__ = ["learn"]


def learn(
    *,
    export: Annotated[
        Path | None,
        typer.Option(
            "--export",
            metavar="FILE",
            show_default=False,
            help="Write the judged documents to FILE.docs.jsonl and their labels to FILE.labels.jsonl.",
        ),
    ] = None,
    adjust: Annotated[
        bool,
        typer.Option(
            "--adjust", help="Fit an adjustment on the verdicts; use it if it is better on held-back ones."
        ),
    ] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Use the adjustment no more.")] = False,
    form: Wanted = Format.TABLE,
    config: ConfigFile = None,
    db: Database = None,
) -> int:
    """Show how many claims you confirmed and dismissed and what the reader's weights say of them; teach it."""
    if sum([export is not None, adjust, reset]) > 1:
        raise typer.BadParameter("one of --export, --adjust and --reset at a time")
    works = configuration(config).watch
    with ledger(db, write=adjust or reset) as log:
        if export is not None:
            _export(log, works, export)
            return 0
        if reset:
            was = log.adjustment() is not None
            log.keep_adjustment(None)
            say(f"The adjustment is removed. {_FROM_WHEN}" if was else "No adjustment is in use.")
            return 0
        row = engine.adjusted(log, works) if adjust else engine.learnt(log, works)
    if form is Format.TABLE:
        _show(row)
    else:
        write([row], form)
    return 1 if adjust and row["tried"] is None else 0


_FROM_WHEN = "It holds for what is read from the next start of `monitor run`, or the next `monitor poll`."


def _export(log: Ledger, works: tuple[Work, ...], file: Path) -> None:
    documents, claims = 0, 0
    name = file.name.removesuffix(".docs.jsonl").removesuffix(".labels.jsonl")
    paths = [file.with_name(f"{name}.{kind}.jsonl") for kind in ("docs", "labels")]
    try:
        with paths[0].open("x", encoding="utf-8") as docs, paths[1].open("x", encoding="utf-8") as labels:
            for one in engine.labels(log, works):
                docs.write(f"{escaped(json.dumps(one.document, ensure_ascii=False))}\n")
                labels.write(f"{escaped(json.dumps(one.label, ensure_ascii=False))}\n")
                documents += 1
                claims += sum(not claim["optional"] for claim in one.label["claims"])
    except OSError as error:
        raise typer.BadParameter(f"{error.filename} cannot be written: {error.strerror}") from None
    say(f"{paths[0]} and {paths[1]}: {counted(documents, 'document')}, {counted(claims, 'confirmed claim')}.")


def _show(row: Row) -> None:
    for kind in ("confirmed", "dismissed"):
        own = row[kind]
        mean = "" if own["mean_confidence"] is None else f", mean confidence {own['mean_confidence']:.0%}"
        lost = f", {own['no_longer_read']} no longer read" if own["no_longer_read"] else ""
        say(f"{own['claims']} {kind}{mean}, {own['above_80']} above 80%{lost}", hang=4)
    if row["undone"]:
        say(f"{counted(row['undone'], 'verdict')} undone, not counted")
    if row["not_watched"]:
        say(f"{counted(row['not_watched'], 'verdict')} on works that are watched no more, not counted")
    say(f"as monitor {row['reader']} reads them")
    if "tried" in row:
        _show_trial(row)
    elif row["adjustment"] is None:
        say("No adjustment is in use; `monitor learn --adjust` tries one.")
    else:
        _show_adjustment(row["adjustment"])


def _show_trial(row: Row) -> None:
    tried = row["tried"]
    if tried is None:
        say(f"An adjustment needs {row['least']} verdicts on claims that are still read; nothing is changed.")
        return
    say(f"Held back, a fifth at a time: {_figures(tried)}.")
    if row["kept"]:
        say(f"That is better: the adjustment is in use. {_FROM_WHEN}")
        _show_adjustment(row["adjustment"])
    else:
        say("That is not significantly better than without it: nothing is changed.")


def _show_adjustment(kept: dict[str, Any]) -> None:
    say(
        f"In use since {kept['made'][:10]}, by {counted(kept['figures']['verdicts'], 'verdict')}: {_figures(kept['figures'])}."
    )
    for feature, weight in sorted(kept["log_odds"].items(), key=lambda one: -abs(one[1]))[:12]:
        say(f"  {weight:+.2f} {feature}")


def _figures(tried: dict[str, Any]) -> str:
    bad, good = tried["dismissed_still_likely"], tried["confirmed_still_likely"]
    return (
        f"loss {tried['loss_before']:.3f} without, {tried['loss_after']:.3f} with (standard error {tried['standard_error']:.3f});"
        f" dismissed claims still likely {bad[0]} and {bad[1]}, confirmed ones {good[0]} and {good[1]}"
    )
