"""Write text to a terminal safely: text from outside moves no cursor, sets no colour and hides nothing."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol, TextIO, TypeVar

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
    "wrapped",
]

T = TypeVar("T")

_UNBOUNDED = 10_000
_UNKNOWN = 80
_HEIGHT = 25
# Where a word that is longer than a line may be broken: the joints of an address or of a file's path.
_JOINTS = re.compile(r"[^/\-?&=]*[/\-?&=]+|[^/\-?&=]+")
_WORDS = re.compile(r"\S+\s*|\s+")
_BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
# Terminals interpret C0 and C1 controls; the bidirectional ones reorder text; the invisible ones and tags hide it.
_HIDDEN = (
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
_UNSEEN = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff{_HIDDEN}]")
_UNSEEN_IN_JSON = re.compile(f"[\x7f-\x9f\ud800-\udfff{_HIDDEN}]")


def visible(text: str, *, lines: bool = False) -> str:
    """Return `text` as it may be shown: controls become ␛-like pictures, marks that reorder or hide are dropped.

    Line breaks become spaces, or are kept with `lines`.
    """
    if lines:
        return "\n".join(visible(line) for line in re.split(r"\r\n|[\n\r\x85\u2028\u2029]", text))
    return _UNSEEN.sub(_picture, _BREAKS.sub(" ", text))


def escaped(json: str) -> str:
    r"""Return JSON with everything that a terminal would interpret written as \\u escapes; parsers read the same value."""
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
    """Write a message for a person to stderr, wrapped to the terminal."""
    _write(f"{prefix}{visible(message, lines=True)}", sys.stderr, 0)


def say(message: str = "", *, hang: int = 0) -> None:
    """Write lines for a person to stdout, wrapped to the terminal.

    Continuation lines are indented by `hang` cells from the beginning of their line.
    """
    _write(visible(message, lines=True), sys.stdout, hang)


def _write(text: str, stream: TextIO, hang: int) -> None:
    width = _width(stream)
    for line in text.split("\n"):
        if len(line) * 2 <= width or width == _UNBOUNDED:
            stream.write(f"{line}\n")
            continue
        indent = len(line) - len(line.lstrip(" "))
        first, *rest = wrapped(line[indent:], width - indent, hang=hang)
        stream.write(f"{line[:indent]}{first}\n")
        stream.writelines(f"{' ' * (indent + hang)}{piece}\n" for piece in rest)


def wrapped(text: str, width: int, *, hang: int = 0) -> list[str]:
    """Return `text` as lines of at most `width` terminal cells, those after the first of `hang` less, broken between words.

    A word that is longer than a line is broken at the joints of an address, else anywhere. A line has at least 2 cells, since some
    characters are that wide.
    """
    from rich.cells import cell_len, chop_cells  # noqa: PLC0415 - only what draws pays for it

    room = max(width, 2)
    lines: list[str] = []
    line, used = "", 0
    for unit in _units(text, max(width - hang, 2), cell_len, chop_cells):
        size = cell_len(unit.rstrip())
        if line and used + size > room:
            lines.append(line.rstrip())
            line, used, room = "", 0, max(width - hang, 2)
        line += unit
        used += cell_len(unit)
    return [*lines, line.rstrip()]


def _units(
    text: str, width: int, cell_len: Callable[[str], int], chop_cells: Callable[[str, int], list[str]]
) -> Iterator[str]:
    """Yield the units that a line may be broken between."""
    for word in _WORDS.findall(text):
        if cell_len(word.rstrip()) <= width:
            yield word
            continue
        for piece in _JOINTS.findall(word):
            if cell_len(piece.rstrip()) <= width:
                yield piece
            else:
                yield from chop_cells(piece, width)


def console(*, errors: bool = False) -> Console:
    """Return a rich console that treats text as text, without markup.

    Its width is COLUMNS, else the terminal's; on a pipe it neither wraps nor cuts.
    """
    from rich.console import Console  # noqa: PLC0415 - only what draws pays for it

    class Piped(Console):
        def on_broken_pipe(self) -> None:
            """Let the caller end quietly, as for every other output; rich would exit with a failure."""
            raise BrokenPipeError

    stream = sys.stderr if errors else sys.stdout
    return Piped(
        file=stream,
        markup=False,
        emoji=False,
        highlight=False,
        width=_width(stream),
        # Without both the library assumes 80 columns for a terminal that calls itself dumb.
        height=_HEIGHT,
    )


def _width(stream: TextIO) -> int:
    """Return the width of a stream in terminal cells; a pipe has no limit, whatever COLUMNS it inherits."""
    if not stream.isatty():
        return _UNBOUNDED
    named = os.environ.get("COLUMNS", "")
    if named.isascii() and named.isdigit() and int(named[:6]) > 0:
        return int(named[:6])
    with suppress(OSError, ValueError):
        return os.get_terminal_size(stream.fileno()).columns or _UNKNOWN
    return _UNKNOWN


def drop_output() -> None:
    """Discard all further output: its reader is gone, and the interpreter's last flush must not fail."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Advance(Protocol):
    """Moves a progress bar."""

    def __call__(self, steps: float = 1, *, now: str = "") -> None:
        """Advance by `steps`; `now` says what is being done."""


@contextmanager
def progress(title: str, total: float | None) -> Iterator[Advance]:
    """Show a progress bar on stderr while the block runs, if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield _no_progress
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


def _no_progress(steps: float = 1, *, now: str = "") -> None:
    """Ignore progress where there is no terminal."""
