"""Resolve what a person types for a work, a source or a channel to names, for all commands alike."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from monitor.cli.opening import config_path
from monitor.cli.terminal import complain
from monitor.errors import ConfigError

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

KnownNames = Mapping[str, Sequence[str]]
"""The names to choose from, and the other names of each."""

_LISTED = 8
_NEAR = 0.6
_LONGEST = 80
"""The characters of a name that similarity is computed on, at quadratic cost."""
_SHORTEST = 3
"""The least letters of an abbreviation or of a part of a word."""
_MARKS = str.maketrans({"'": "", "’": "", "‘": "", "ʼ": "", "`": "", "´": "", "&": " and "})
_NUMERALS = {
    "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10", "xi": "11",
    "xii": "12", "xiii": "13", "xiv": "14", "xv": "15", "xvi": "16",
}  # fmt: skip


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
    raise typer.BadParameter(f"no {what} is called {text[:_LONGEST]!r}; {hint}")


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


def matching(text: str, known: KnownNames) -> list[str]:
    """Return what `text` matches, in the order of `known`: whole names, else words, else prefixes, else substrings.

    Case, accents, punctuation and the spelling of numbers are ignored; initials match ("BG3").
    """
    asked = _words(text)
    if not asked:
        return []
    names = {one: [_words(name) for name in (one, *others)] for one, others in known.items()}
    for fits in (_is_same, _has_words, _has_beginnings, _has_initials, _has_part):
        if found := [one for one, words in names.items() if any(fits(asked, name) for name in words)]:
            return found
    return []


def nearest(text: str, known: KnownNames, most: int = 3) -> list[str]:
    """Return the most similar names, most similar first, by whole names and by their words."""
    asked = " ".join(_words(text))[:_LONGEST]
    likeness: dict[str, float] = {}
    for one, others in known.items():
        for name in (one, *others):
            words = _words(name)
            for part in (" ".join(words), *(word for word in words if len(word) > _SHORTEST)):
                likeness[one] = max(likeness.get(one, 0.0), _likeness(asked, part[:_LONGEST]))
    near = [one for one, ratio in likeness.items() if ratio >= _NEAR]
    return sorted(near, key=lambda one: -likeness[one])[:most]


def _listed(names: Sequence[str], word: str) -> str:
    if len(names) > _LISTED:
        return f"{', '.join(names[:_LISTED])} and {len(names) - _LISTED} more"
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _words(text: str) -> list[str]:
    """Return the words of a name without case, accents and punctuation, numbers as digits."""
    from monitor.ledger import folded  # noqa: PLC0415 - only who names something pays for it

    kept = folded(text).translate(_MARKS)
    words = "".join(c if c.isalnum() else " " for c in kept).split()
    return [words[0], *(_NUMERALS.get(word, word) for word in words[1:])] if words else []


def _is_same(asked: Sequence[str], name: Sequence[str]) -> bool:
    return "".join(asked) == "".join(name)


def _has_words(asked: Sequence[str], name: Sequence[str]) -> bool:
    return any(list(run) == list(asked) for run in _runs(name, len(asked)))


def _has_beginnings(asked: Sequence[str], name: Sequence[str]) -> bool:
    return all(any(word.startswith(one) for word in name) for one in asked)


def _has_initials(asked: Sequence[str], name: Sequence[str]) -> bool:
    letters = "".join(asked)
    initials = "".join(word if word.isdigit() else word[0] for word in name)
    return len(letters) >= _SHORTEST and initials.endswith(letters)


def _has_part(asked: Sequence[str], name: Sequence[str]) -> bool:
    letters = "".join(asked)
    return (len(letters) >= _SHORTEST or not letters.isascii()) and letters in "".join(name)


def _runs(name: Sequence[str], length: int) -> Iterator[Sequence[str]]:
    return (name[start : start + length] for start in range(len(name) - length + 1))


def _likeness(one: str, other: str) -> float:
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _NEAR and matcher.quick_ratio() >= _NEAR else 0.0
