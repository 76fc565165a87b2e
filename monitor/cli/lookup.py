"""Resolve what a person types for a work, a source or a channel to names, for all commands alike."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from monitor.cli.opening import config_path
from monitor.cli.terminal import complain
from monitor.errors import ConfigError
from monitor.review.matching import LONGEST, KnownNames, matching, nearest

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.ledger import Ledger

__all__ = [
    "channel_named",
    "config_if_any",
    "matching",
    "nearest",
    "none_of",
    "one_named",
    "some_named",
    "sources_named",
    "titles_named",
    "works_known",
]

_LISTED = 8


def some_named(text: str, known: KnownNames, what: str) -> list[str]:
    """Return the names that `text` matches. Raises a usage error with similar names when there are none; `what` is their kind."""
    if found := matching(text, known):
        return found
    if near := nearest(text, known):
        hint = f"did you mean {_listed([repr(one) for one in near], 'or')}?"
    elif known:
        hint = f"there are {_listed(list(known), 'and')}"
    else:
        hint = "there are none yet"
    raise typer.BadParameter(f"no {what} is called {text[:LONGEST]!r}; {hint}")


def one_named(text: str, known: KnownNames, what: str) -> str:
    """Return the one name that `text` matches. Raises a usage error as :func:`some_named`, and when several match."""
    found = some_named(text, known, what)
    if len(found) > 1:
        raise typer.BadParameter(f"{text!r} may be {_listed(found, 'or')}; write more of the name")
    return found[0]


def titles_named(text: str, config: Path | None, log: Ledger) -> list[str]:
    """Return the titles that `text` matches, among the watched works and those with claims.

    Raises a usage error that suggests similar ones when none matches.
    """
    return some_named(text, works_known(config, log), "work")


def sources_named(text: str, config: Path | None, log: Ledger) -> list[str]:
    """Return the sources that `text` matches, polled or replayed. Raises a usage error when none does."""
    known = config_if_any(config)
    polled = [source.name for source in known.sources] if known else []
    return some_named(text, dict.fromkeys([*polled, *log.source_names()], ()), "source")


def channel_named(text: str, config: Path | None, log: Ledger) -> str:
    """Return the channel that `text` matches, configured or formerly used. Raises a usage error when none or several match."""
    known = config_if_any(config)
    configured = [channel.name for channel in known.channels] if known else []
    return one_named(text, dict.fromkeys([*configured, *log.channel_names()], ()), "channel")


def none_of(what: str, titles: Sequence[str] | None) -> str:
    """Return the message for an empty listing of `what`."""
    return f"No {what} of {_listed(titles, 'or')}." if titles else f"No {what}."


def works_known(config: Path | None, log: Ledger | None = None) -> KnownNames:
    """Return the watched works with their aliases, and the titles with claims in `log`."""
    known = config_if_any(config)
    works: dict[str, Sequence[str]] = {work.title: work.aliases for work in known.watch} if known else {}
    for title in log.titles() if log is not None else ():
        works.setdefault(title, ())
    return works


def config_if_any(given: Path | None) -> Config | None:
    """Return what can be read of the configuration, None without one.

    Names are available whatever else is wrong with it. A file that cannot be read at all is reported, and the names of the ledger
    remain. Raises ConfigError for a file that was named explicitly.
    """
    from monitor.config import load_readable  # noqa: PLC0415 - only who names something pays for it

    path = config_path(given)
    if given is None and not path.exists():
        return None
    try:
        return load_readable(path, os.environ)
    except ConfigError as error:
        if given is not None:
            raise
        complain(f"aliases are not known: {str(error).splitlines()[0]}", prefix="note: ")
        return None


def _listed(names: Sequence[str], word: str) -> str:
    if len(names) > _LISTED:
        return f"{', '.join(names[:_LISTED])} and {len(names) - _LISTED} more"
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
