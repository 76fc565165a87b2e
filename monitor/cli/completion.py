"""Complete the names of works, sources and channels in a shell. It runs at every key press and therefore never fails or prints."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from monitor.cli.terminal import visible

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.ledger import Ledger

__all__ = ["channels", "sources", "titles"]

Offer = tuple[str, str]
"""A name, and its meaning where that is not plain: an alias and its title."""

# Characters that are special to bash outside quotation marks.
_SPECIAL = re.compile(r"([^\w@%+,./-])")


class _Chosen(str):
    """A name that matches what was typed; Typer checks its prefix again, in the same case and unquoted."""

    __slots__ = ()

    def startswith(self, *_: object) -> bool:
        """Return True."""
        return True


def titles(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Return titles and aliases that begin with `incomplete`, else the works with a name that contains it."""

    def of_config(config: Config) -> Iterator[Offer]:
        for work in config.watch:
            yield work.title, ""
            yield from ((alias, work.title) for alias in work.aliases)

    return _offered(ctx, incomplete, of_config, lambda log: ((title, "") for title in log.titles()))


def sources(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Return names of sources that begin with `incomplete`, else those that contain it."""
    return _offered(
        ctx,
        incomplete,
        lambda config: ((source.name, "") for source in config.sources),
        lambda log: ((name, "") for name in log.source_names()),
    )


def channels(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Return names of channels that begin with `incomplete`, else those that contain it."""
    return _offered(
        ctx,
        incomplete,
        lambda config: ((channel.name, "") for channel in config.channels),
        lambda log: ((name, "") for name in log.channel_names()),
    )


def _offered(
    ctx: typer.Context,
    incomplete: str,
    of_config: Callable[[Config], Iterator[Offer]],
    of_ledger: Callable[[Ledger], Iterator[Offer]],
) -> list[Offer]:
    found: dict[str, str] = {}
    with suppress(Exception):
        found.update(_configured(ctx, of_config))
    # A ledger takes as long to open as a configuration to read, and mostly has the same names.
    if not found or _given(ctx, "db"):
        with suppress(Exception):
            found.update({name: meaning for name, meaning in _kept(ctx, of_ledger) if name not in found})
    with suppress(Exception):
        return [
            (_Chosen(_quoted(visible(name))), visible(meaning))
            for name, meaning in _fitting(incomplete, found)
        ]
    return []


def _configured(ctx: typer.Context, of_config: Callable[[Config], Iterator[Offer]]) -> list[Offer]:
    from monitor.cli.opening import config_path  # noqa: PLC0415 - imported within what catches its failure
    from monitor.config import load_readable  # noqa: PLC0415 - as above

    return list(of_config(load_readable(config_path(_given(ctx, "config")), os.environ)))


def _kept(ctx: typer.Context, of_ledger: Callable[[Ledger], Iterator[Offer]]) -> list[Offer]:
    from monitor.cli.opening import ledger  # noqa: PLC0415 - as above

    with ledger(_given(ctx, "db")) as log:
        return list(of_ledger(log))


def _given(ctx: typer.Context, name: str) -> Path | None:
    """Return the file that the command, or the group around it, was given so far."""
    here: Any = ctx
    while here is not None:
        if given := here.params.get(name):
            return Path(given)
        here = here.parent
    return None


def _fitting(incomplete: str, known: dict[str, str]) -> list[Offer]:
    begins = incomplete.casefold()
    if found := [(name, meaning) for name, meaning in known.items() if name.casefold().startswith(begins)]:
        return found
    from monitor.cli.lookup import matching  # noqa: PLC0415 - as above

    return [(name, known[name]) for name in matching(incomplete, dict.fromkeys(known, ()))]


def _quoted(name: str) -> str:
    r"""Return `name` as bash needs it: a \ before each character that would split it, unless a quotation mark is open."""
    if os.environ.get("_MONITOR_COMPLETE") != "complete_bash":
        return name
    with suppress(ValueError, IndexError, KeyError):
        if os.environ["COMP_WORDS"].split("\n")[int(os.environ["COMP_CWORD"])][:1] in ('"', "'"):
            return name
    return _SPECIAL.sub(r"\\\1", name)
