"""The command init: write a sources.yaml from nothing or from another feed reader's OPML. An existing file is never changed."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.opening import configuration
from monitor.cli.options import ConfigFile, Database
from monitor.cli.terminal import complain, counted, say, visible
from monitor.errors import ConfigError, ParseError

if TYPE_CHECKING:
    from monitor.model import Source
    from monitor.parse.opml import LeftOut, Subscription, Subscriptions

__all__ = ["entries", "init"]

_MOST_LISTED = 50
# Characters that YAML takes for text wherever a value may stand.
_PLAIN = re.compile(r"https?://[A-Za-z0-9._~:/?&=+%@,;!$()*#-]*[A-Za-z0-9/=_]")


def init(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.")] = Path("sources.yaml"),
    config: ConfigFile = None,
    db: Database = None,  # noqa: ARG001 - every command takes it
    opml: Annotated[
        Path | None,
        typer.Option(
            "--opml",
            metavar="LIST",
            show_default=False,
            help="With the feeds that another reader exported; for a file that is there they are only printed.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write a commented sources.yaml to start from, with the feeds of your feed reader if you name its OPML list."""
    from monitor.config import starter  # noqa: PLC0415 - not every command reads it

    target = config or file
    is_there = target.exists() and not force
    if opml is None:
        _write(target, starter(), force=force)
        say(f"{target} is written. Edit what it watches, then try `monitor check` and `monitor poll`.")
        return
    listed = _listed(opml)
    text, count, left_out = entries(listed, _sources(target) if is_there else ())
    for one in left_out[:_MOST_LISTED]:
        name = f"“{one.title}” " if one.title else ""
        complain(f"{opml}:{one.line}: {name}is left out: {one.reason}")
    if len(left_out) > _MOST_LISTED:
        complain(f"{opml}: and {len(left_out) - _MOST_LISTED} more are left out")
    if not listed.feeds:
        raise ConfigError("there is no feed in this list", where=str(opml))
    if not is_there:
        _write(target, starter(text), force=force)
        say(f"{target} is written, with {counted(count, 'feed')}. Edit what it watches, then try `monitor check`.")  # fmt: skip
    elif not count:
        complain(f"{target} polls all of them already")
    else:
        sys.stdout.write(text)
        complain(f"{target} exists already and is left as it is: put these lines under its `sources:`")


def entries(listed: Subscriptions, known: Sequence[Source] = ()) -> tuple[str, int, list[LeftOut]]:
    """Return `listed` as entries under `sources:`, without the `known` ones, with their number and what was left out."""
    from monitor.parse.links import canonical_url  # noqa: PLC0415 - as above
    from monitor.parse.opml import LeftOut  # noqa: PLC0415

    polled = {canonical_url(source.url) for source in known}
    names = {source.name.casefold() for source in known}
    kept: list[str] = []
    left_out = list(listed.left_out)
    for feed in listed.feeds:
        if canonical_url(feed.url) in polled:
            left_out.append(LeftOut(feed.line, feed.title, "it is polled already"))
        else:
            kept.append(_entry(feed, names))
    return "".join(kept), len(kept), sorted(left_out, key=lambda one: one.line)


def _entry(feed: Subscription, names: set[str]) -> str:
    """Return the lines of a feed, its title as a comment, and a name where the default one is taken."""
    from monitor.config.source_builder import source_name  # noqa: PLC0415 - as above
    from monitor.model import SourceKind  # noqa: PLC0415

    given = source_name(SourceKind.FEED, feed.url, feed.url)
    digest = hashlib.sha256(feed.url.encode()).hexdigest()[:12]
    # The default name ignores the scheme; where the whole address is too long, its hash makes the name unique.
    names_to_try = (given, feed.url[:100], f"{given[:87]} {digest}")
    name = next((name for name in names_to_try if name.casefold() not in names), names_to_try[-1])
    names.add(name.casefold())
    comment = f"  # {visible(feed.title)}\n" if feed.title else ""
    named = f"    name: {json.dumps(name, ensure_ascii=False)}\n" if name != given else ""
    return f"{comment}  - feed: {_scalar(feed.url)}\n{named}"


def _scalar(url: str) -> str:
    return url if _PLAIN.fullmatch(url) else json.dumps(url, ensure_ascii=False)


def _listed(path: Path) -> Subscriptions:
    from monitor.parse.opml import MAX_BYTES, read_opml  # noqa: PLC0415 - as above

    try:
        with path.open("rb") as file:
            return read_opml(file.read(MAX_BYTES + 1), str(path))
    except OSError as error:
        raise ConfigError(f"it cannot be read: {error.strerror}", where=str(path)) from None
    except ParseError as error:
        raise ConfigError(error.message, where=error.where) from None


def _sources(target: Path) -> Sequence[Source]:
    try:
        return configuration(target).sources
    except ConfigError as error:
        reason = str(error).splitlines()[0]
        complain(f"which feeds are polled already is not known, since this file has mistakes: {reason}")
        return ()


def _write(target: Path, text: str, *, force: bool) -> None:
    try:
        with target.open("w" if force else "x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        raise ConfigError(
            "this file is there already; name another, or write over it with --force", where=str(target)
        ) from None
    except OSError as error:
        raise ConfigError(f"it cannot be written: {error.strerror}", where=str(target)) from None
