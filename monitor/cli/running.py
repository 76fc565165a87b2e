"""The commands run, poll and demo."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import completion, engine
from monitor.cli.logs import LogForm, LogFormat, log_to_stderr
from monitor.cli.lookup import some_named
from monitor.cli.opening import config_path, configuration, database_path
from monitor.cli.options import ConfigFile, Database
from monitor.cli.serving import BIND, Bind, page_beside
from monitor.cli.terminal import complain, counted, progress, say

if TYPE_CHECKING:
    from monitor.cycle import Polled

__all__ = ["demo", "poll", "run"]


def run(
    config: ConfigFile = None,
    db: Database = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Log every poll, not only what is new or wrong.")
    ] = False,
    form: LogForm = LogFormat.TEXT,
    serve: Annotated[
        bool,
        typer.Option("--serve", help="Serve the page too, in a process of its own, as `monitor serve` does."),
    ] = False,
    bind: Bind = BIND,
) -> None:
    """Run the daemon: poll what is due, log what is claimed, alert when what is believed changes.

    SIGTERM and Ctrl-C finish the document in hand; SIGHUP reads the configuration again.
    """
    log_to_stderr(verbose=verbose, form=form)
    where, what = database_path(db), config_path(config)
    with page_beside(bind, what, where) if serve else nullcontext():
        engine.run_daemon(what, where)


def poll(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE",
            autocompletion=completion.sources,
            help="Sources, by their names or a part of them; all when left out.",
        ),
    ] = None,
    config: ConfigFile = None,
    db: Database = None,
) -> int:
    """Poll sources now, due or not, and say what changed."""
    known = {source.name: () for source in configuration(config).sources}
    wanted = list(
        dict.fromkeys(found for name in sources or () for found in some_named(name, known, "source"))
    )
    if not known:
        say("There are no sources yet: add them to the configuration.")
        return 0
    log_to_stderr(level=logging.WARNING)
    with progress("polling", len(wanted or known)) as advance:

        def on_poll(polled: Polled) -> None:
            advance(now=polled.source.name)

        done = engine.poll(config_path(config), database_path(db), wanted, on_poll)
    if len(done) < len(known) and not wanted:
        say(f"Not asked, since gone for good: {len(known) - len(done)}; `monitor sources` says which.")
    return _summary(done)


def demo(
    seconds: Annotated[float, typer.Option("--seconds", min=2.0, help="How long the story takes.")] = 28.0,
) -> None:
    """Show the whole product in half a minute, offline: a local site whose story unfolds, and the alerts it causes."""
    log_to_stderr(level=logging.WARNING)
    engine.run_demo(say, seconds)


def _summary(done: Sequence[Polled]) -> int:
    failed = [polled for polled in done if polled.error]
    if offline := engine.no_network(done):
        complain(offline)
    for polled in [] if offline else sorted(failed, key=lambda polled: polled.source.name):
        complain(f"{polled.source.name}: {polled.error}")
    changes = sorted((change for polled in done for change in polled.changes), key=lambda change: change.at)
    for change in changes:
        say(engine.sentence(change))
    first = sum(polled.before.baseline and not polled.state.baseline for polled in done)
    new, claims = (sum(getattr(polled, name) for polled in done) for name in ("new", "claims"))
    summary = (
        f"{counted(len(done), 'source')} polled, {counted(new, 'new document')}, {counted(claims, 'claim')}"
    )
    summary += f", {counted(len(changes), 'change')}"
    if failed:
        summary += f", {len(failed)} failed"
    say(f"{summary}.")
    if first:
        say(
            f"For {first} of them it was the first pass: what they said already is logged, and alerts begin now."
        )
    return 1 if failed else 0
