"""Report what is wrong with a file so that a person can mend it: place, what was found, what was probably meant, the line itself.

A value that may be a secret is never shown: a line is cut where one could begin.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from monitor.errors import ConfigError

__all__ = ["Fault", "FilePosition", "config_error", "nearest", "shown", "suggestion"]

_MOST = 20
# With the line's number before it, an excerpt fits 80 columns.
_WIDTH = 70
_FAR = 2000
# From here to the end of the line a secret could stand: user:password@, a signing key, the value of a key whose name suggests a secret.
_SECRET = re.compile(
    r"whsec_|//[^/\s@]*@"
    r"|(?:secret|smtps?|password|passwd|token|api_?key|authorization|headers?|apprise|webhook|exec|env)\w*[\"']?\s*:(?!//)\s*",
    re.IGNORECASE,
)


class FilePosition(NamedTuple):
    """A place in the file; line and column count characters from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake: where, what was found, and what was probably meant."""

    mark: FilePosition
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


def config_error(
    file: str, text: str, faults: Iterable[Fault], *, private: Iterable[FilePosition] = ()
) -> ConfigError:
    """Return one error with all `faults` in the order of the file, each with its line and a caret.

    The rest of a line after a `private` place is left out.
    """
    ordered = sorted(set(faults), key=lambda fault: (fault.mark, fault.message))
    lines = text.splitlines()
    cuts: dict[int, int] = {}
    for mark in private:
        cuts[mark.line] = min(mark.column, cuts.get(mark.line, mark.column))
    lines_shown = [
        (f"{file}:{fault.mark.line}:{fault.mark.column}", f"{fault}{_excerpt(lines, fault.mark, cuts)}")
        for fault in ordered[:_MOST]
    ]
    where, message = lines_shown[0]
    rest = [f"{place}: {words}" for place, words in lines_shown[1:]]
    if len(ordered) > _MOST:
        rest.append(f"and {len(ordered) - _MOST} more")
    return ConfigError("\n".join([message, *rest]), where=where)


def shown(value: object) -> str:
    """Return a value in a form that a message can quote: short, on one line, without control characters."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    text = _printable(str(value))
    return f"`{text[:57]}…`" if len(text) > 60 else f"`{text}`"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that `word` was probably meant to be, or ""."""
    by_fold = {name.casefold(): name for name in known}
    # difflib is quadratic, and a long word is not a typing error.
    close = difflib.get_close_matches(word.casefold()[:60], by_fold, n=1, cutoff=0.6)
    return by_fold[close[0]] if close else ""


def suggestion(word: str, known: Sequence[str]) -> str:
    """Return the hint for a word that is not in `known`."""
    if close := nearest(word, known):
        return f"did you mean `{close}`?"
    return f"it is one of {', '.join(known)}"


def _excerpt(lines: Sequence[str], mark: FilePosition, cuts: dict[int, int]) -> str:
    if mark.line > len(lines) or mark.column > _FAR:
        return ""
    line = lines[mark.line - 1][: 2 * _FAR]
    cut = cuts.get(mark.line, len(line) + 1) - 1
    if found := _SECRET.search(line):
        cut = min(cut, found.end() if found[0].rstrip().endswith(":") else found.start())
    kept = line[:cut] + ("…" if cut < len(line) else "")
    start = max(0, mark.column - 1 - _WIDTH * 2 // 3)
    window = _printable(kept[start : start + _WIDTH])
    if not window.strip():
        return ""
    number = str(mark.line)
    # The caret is under its character also where characters are two cells wide (한국어).
    caret = sum(
        2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in line[start : min(mark.column - 1, start + _WIDTH)]
    )
    return f"\n  {number} | {window}\n  {' ' * len(number)} | {' ' * caret}^"


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
