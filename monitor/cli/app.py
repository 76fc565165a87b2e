"""The table of all commands."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer
import typer.core

from monitor import __version__
from monitor.cli import (
    checking,
    coming,
    extracting,
    health_check,
    history,
    judging,
    keeping,
    learning,
    reasons,
    replaying,
    rules,
    running,
    serving,
    starting,
)
from monitor.cli.terminal import drop_output

__all__ = ["COMMANDS", "Command", "app"]

# \b: the following lines keep their line breaks.
_ABOUT = """Reads feeds, pages and accounts for what is claimed about release dates and trailers, and alerts when what is believed changes.

\b
  monitor demo      half a minute, offline: see what it does
  monitor init      write a sources.yaml to start from
  monitor poll      read everything once, now
  monitor run       keep reading
"""
_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@dataclass(frozen=True)
class Command:
    """A command: its name, a summary, its function, an example, and its subcommands."""

    name: str
    about: str
    function: Callable[..., Any]
    example: str
    commands: Sequence[Command] = ()


COMMANDS: tuple[Command, ...] = (
    Command("demo", "the whole product in half a minute, offline", running.demo, "monitor demo"),
    Command("init", "write a commented sources.yaml to start from", starting.init, "monitor init --opml subscriptions.opml"),
    Command("check", "is the configuration right? every mistake with its line", checking.check, "monitor check"),
    Command("run", "the daemon: poll, log, alert", running.run, "monitor run --config sources.yaml"),
    Command("serve", "the page: what is believed, who said it, what waits for you", serving.serve, "monitor serve"),
    Command("poll", "one pass now, and what changed", running.poll, "monitor poll gamespot.com/feeds/mashup"),
    Command(
        "claims",
        "the claims log, and its review",
        judging.claims,
        "monitor claims --title 'All of Us Are Dead' --certainty official --since 7d",
        (
            Command("show", "all about one claim", judging.show_claim, "monitor claims show 12"),
            Command("confirm", "it is so", judging.confirm, "monitor claims confirm 12 --note 'the studio told me'"),
            Command("dismiss", "it is not so", judging.dismiss, "monitor claims dismiss 12 --note 'another show'"),
            Command("correct", "it says something else", judging.correct, "monitor claims correct 12 --when 2023-10-27"),
            Command("undo", "take the last word on it back", judging.undo, "monitor claims undo 12"),
        ),
    ),
    Command("upcoming", "what is believed to come, by date", coming.upcoming, "monitor upcoming --kind game --until 2024-03-31"),
    Command("why", "why is a claim believed or not, alerted or not?", reasons.why, "monitor why 12"),
    Command("timeline", "how a work's dates moved, who said what, first", history.timeline, "monitor timeline 'All of Us Are Dead'"),
    Command("changes", "what changed", history.changes, "monitor changes --since 7d --format jsonl"),
    Command("sources", "the health of each source", checking.sources, "monitor sources --format csv > health.csv"),
    Command("health", "is the daemon at work?", health_check.health, "monitor health || systemctl restart monitor"),
    Command(
        "deliveries",
        "what was sent, is pending or dead",
        history.deliveries,
        "monitor deliveries --state dead",
        (Command("retry", "send again", history.retry, "monitor deliveries retry"),),
    ),
    Command(
        "notify",
        "try a channel",
        checking.notify,
        "monitor notify test console",
        (Command("test", "send a real test alert", checking.send_test, "monitor notify test hooks.example.com"),),
    ),
    Command(
        "rules",
        "which channels get an alert, and why",
        rules.rules,
        "monitor rules explain 12",
        (
            Command(
                "explain",
                "of a change that happened, or one you describe",
                rules.explain,
                "monitor rules explain --title AOUAD --certainty rumoured --lang ko",
            ),
        ),
    ),
    Command(
        "extract",
        "documents to claims; a page or text shown with its marks",
        extracting.extract,
        "monitor extract --watch 'Alan Wake 2' --published 2023-08-10 article.html",
    ),
    Command(
        "replay",
        "an archive through the whole pipeline on its own clock",
        replaying.replay,
        "monitor replay archive.jsonl.gz --config works.yaml --alerts alerts.jsonl",
    ),
    Command("learn", "what your verdicts say of the reader, and teach it", learning.learn, "monitor learn --adjust"),
    Command("export", "all claims or changes, for other programs", keeping.export, "monitor export changes --format csv -o changes.csv"),
    Command("backup", "copy the database while it is in use", keeping.backup, "monitor backup monitor-2023-08-10.db"),
    Command("rebuild", "work out anew what is believed", keeping.rebuild, "monitor rebuild --read --dry-run"),
)  # fmt: skip


class _Ordered(typer.core.TyperGroup):
    """Lists the commands in the order of the table, and ends quietly when the reader of its output is gone."""

    def invoke(self, ctx: Any) -> Any:
        """Run the requested command; `monitor claims | head` is not a failure."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            drop_output()
            raise typer.Exit from None
        return result

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands in the order of the table."""
        known = super().list_commands(ctx)
        return sorted(known, key=[command.name for command in COMMANDS].index)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"monitor {__version__}")
        raise typer.Exit


def _start(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback answers
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def _add(parent: typer.Typer, command: Command) -> None:
    options: dict[str, Any] = {
        "short_help": command.about,
        "epilog": f"Example: {command.example}",
        "context_settings": _SETTINGS,
    }
    if not command.commands:
        parent.command(command.name, **options)(command.function)
        return
    group = typer.Typer(rich_markup_mode=None)
    group.callback(invoke_without_command=True, **options)(command.function)
    for own in command.commands:
        _add(group, own)
    parent.add_typer(group, name=command.name)


app = typer.Typer(
    name="monitor",
    cls=_Ordered,
    help=_ABOUT,
    callback=_start,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings=_SETTINGS,
)
for _command in COMMANDS:
    _add(app, _command)
