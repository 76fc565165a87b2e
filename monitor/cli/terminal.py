"""What reaches a terminal is text and nothing else: what comes from outside moves no cursor, sets no colour, hides nothing."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol, TypeVar

from monitor.model import counted

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "Advance",
    "complain",
    "console",
    "counted",
    "drop_output",
    "escaped",
    "progress",
    "say",
    "visible",
]

T = TypeVar("T")

_BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
# Terminals obey C0 and C1 controls; the bidirectional ones reorder what is read; the invisible ones and tags hide.
_HIDDEN = (
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
_UNSEEN = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff{_HIDDEN}]")
_UNSEEN_IN_JSON = re.compile(f"[\x7f-\x9f\ud800-\udfff{_HIDDEN}]")


def visible(text: str, *, lines: bool = False) -> str:
    """Return `text` as it may be shown: controls become ␛-like pictures, marks that reorder or hide are dropped.

    Line breaks become spaces, or stay with `lines`.
    """
    if lines:
        return "\n".join(visible(line) for line in re.split(r"\r\n|[\n\r\x85\u2028\u2029]", text))
    return _UNSEEN.sub(_picture, _BREAKS.sub(" ", text))


def escaped(json: str) -> str:
    r"""Return JSON with all that a terminal would obey written as \\u escapes; the same JSON to whoever parses it."""
    return _UNSEEN_IN_JSON.sub(_escape, json)


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    return "\ufffd" if code < 0xA0 or 0xD800 <= code <= 0xDFFF else ""


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x10000:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def complain(message: str, *, prefix: str = "monitor: ") -> None:
    """Write a message for a person to stderr."""
    sys.stderr.write(f"{prefix}{visible(message, lines=True)}\n")


def say(message: str = "") -> None:
    """Write a line for a person to stdout."""
    sys.stdout.write(f"{visible(message, lines=True)}\n")


def console(*, errors: bool = False) -> Console:
    """Return a rich console that takes text as text; on a pipe it neither wraps nor cuts."""
    from rich.console import Console  # noqa: PLC0415 - only what draws pays for it

    stream = sys.stderr if errors else sys.stdout
    return Console(
        file=stream,
        markup=False,
        emoji=False,
        highlight=False,
        width=None if stream.isatty() else 10_000,
    )


def drop_output() -> None:
    """Let what is still to be written go nowhere: its reader is gone, and the interpreter's last flush must not fail."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Advance(Protocol):
    """Moves a progress bar."""

    def __call__(self, steps: float = 1, *, now: str = "") -> None:
        """Move on by `steps`; `now` says what is being done."""


@contextmanager
def progress(title: str, total: float | None) -> Iterator[Advance]:
    """Show a bar on stderr while the block runs, if a person looks at it."""
    if not sys.stderr.isatty():
        yield _silent
        return
    from rich.progress import (  # noqa: PLC0415 - as above
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[now]}", markup=False),
    )
    with Progress(*columns, console=console(errors=True), transient=True) as bar:
        task = bar.add_task(title, total=total, now=Text(""))

        def advance(steps: float = 1, *, now: str = "") -> None:
            bar.update(task, advance=steps, now=visible(now)[:50])

        yield advance


def _silent(steps: float = 1, *, now: str = "") -> None:
    """Nobody looks."""
