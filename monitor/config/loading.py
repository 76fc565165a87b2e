"""Load the file to a Config, or to one error that lists all mistakes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from monitor.config.channel_builder import FilterNames, build_channel
from monitor.config.entries import SourcesFile, WorkEntry
from monitor.config.faults import Fault, FilePosition, config_error
from monitor.config.report import Path_, Report
from monitor.config.source_builder import build_source
from monitor.config.yaml_tree import MAX_BYTES, YamlNode, YamlTree, mark_at, plain, read_tree
from monitor.errors import ConfigError
from monitor.model import Channel, Source, Work

__all__ = ["Config", "Settings", "load", "load_readable", "starter"]

_BuiltT = TypeVar("_BuiltT")
_LISTS = ("watch", "sources", "channels")


@dataclass(frozen=True)
class Settings:
    """The defaults: the `contact` that sites may write to, the IANA time zone, the locale, and the public address of the page.

    `retention` is how long what is no evidence is kept, None where everything is.
    """

    contact: str = ""
    timezone: str = "UTC"
    language: str = "en"
    base_url: str = ""
    retention: timedelta | None = None


@dataclass(frozen=True)
class Config:
    """A valid configuration. `notes` are remarks for a person about what is odd but works."""

    path: Path
    watch: tuple[Work, ...] = ()
    sources: tuple[Source, ...] = ()
    channels: tuple[Channel, ...] = ()
    settings: Settings = field(default_factory=Settings)
    notes: tuple[str, ...] = ()
    root: YamlNode | None = field(default=None, repr=False, compare=False)

    def place(self, *path: str | int) -> str:
        """Return ``file:line:column`` of the value at `path`, as in ``place("watch", 0, "aliases")``, or of the nearest enclosing value."""
        if self.root is None:
            return str(self.path)
        mark = mark_at(self.root, path)
        return f"{self.path}:{mark.line}:{mark.column}"


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """Return the configuration in the file at `path`; secrets come from `environ` and from files beside it.

    Raises ConfigError, which lists all mistakes with ``file:line:column``, what was found and what was meant.
    """
    tree, config, report = _read(path, environ)
    if report.faults:
        raise config_error(str(path), tree.text, report.faults, private=report.private())
    return config


def load_readable(path: Path, environ: Mapping[str, str]) -> Config:
    """Return the valid entries of the file at `path` and ignore the others.

    It is used to look up names: a missing secret, for example, must not hide a title. Raises ConfigError
    when nothing of the file can be read.
    """
    return _read(path, environ)[1]


def _read(path: Path, environ: Mapping[str, str]) -> tuple[YamlTree, Config, Report]:
    tree = read_tree(_body(path))
    if tree.root is None:
        empty = Fault(FilePosition(1, 1), "this file is empty", "`monitor init` writes one to start from")
        raise config_error(str(path), tree.text, tree.faults or [empty])
    report = Report(tree.root, path.absolute().parent, environ)
    report.faults.extend(tree.faults)
    return tree, _assemble(path, report), report


def starter(sources: str = "") -> str:
    """Return the text of a first sources.yaml, with the entries `sources` instead of its examples."""
    text = (Path(__file__).parent / "starter.yaml").read_text(encoding="utf-8")
    if not sources:
        return text
    before, key, after = text.partition("\nsources:\n")
    return before + key + sources + after[after.index("\n\n\n# 3. ") :].removeprefix("\n")


def _body(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ConfigError(
            "there is no such file; `monitor init` writes one to start from", where=str(path)
        ) from None
    except IsADirectoryError:
        raise ConfigError("this is a folder; name the file in it", where=str(path)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"the file cannot be read: {reason}", where=str(path)) from None


def _assemble(path: Path, report: Report) -> Config:
    top = report.root.value
    if not isinstance(top, dict):
        report.fault((), "a file begins with `watch:`", "write watch:, and below it - and a title")
        return Config(path)
    if "watch" not in top:
        report.fault((), "`watch` is missing", "name what you wait for, as in watch: [All of Us Are Dead]")
    head = report.read(
        SourcesFile,
        {"watch": (), **{key: plain(value) for key, (_, value) in top.items() if key not in _LISTS}},
        (),
    )
    settings = (
        Settings()
        if head is None
        else Settings(
            head.contact or "",
            head.timezone or "UTC",
            head.language or "en",
            head.base_url or "",
            head.retention,
        )
    )
    works = _each(report, top, "watch", _work)
    _check_unique(
        report, [(place, work.title) for place, work in works], "`{name}` is watched already, in line {line}"
    )
    sources = _each(report, top, "sources", build_source)
    _check_unique(
        report,
        [(place, source.name) for place, source in sources],
        "line {line} is called `{name}` already; set `name:`",
    )
    _note_repeated_addresses(report, sources)
    named = FilterNames(
        titles={name.casefold(): work.title for _, work in works for name in (*work.aliases, work.title)},
        sources={source.name.casefold(): source.name for _, source in sources},
        timezone=settings.timezone,
        language=settings.language,
        base_url=settings.base_url,
        strict=not report.faults,
    )
    channels = _each(
        report, top, "channels", lambda report, place, value: build_channel(report, place, value, named)
    )
    _check_unique(
        report,
        [(place, channel.name) for place, channel in channels],
        "line {line} is called `{name}` already; set `name:`",
    )
    return Config(
        path,
        tuple(work for _, work in works),
        tuple(source for _, source in sources),
        tuple(channel for _, channel in channels),
        settings,
        notes=tuple(
            f"{path}:{note.mark.line}:{note.mark.column}: {note}"
            for note in sorted(report.notes, key=lambda note: note.mark)
        ),
        root=report.root,
    )


def _each(
    report: Report,
    top: Mapping[str, tuple[YamlNode, YamlNode]],
    section: str,
    build: Callable[[Report, Path_, Any], _BuiltT | None],
) -> list[tuple[Path_, _BuiltT]]:
    entries = top[section][1].value if section in top else None
    if entries is None:
        return []
    if not isinstance(entries, list):
        report.fault((section,), f"`{section}` is a list", "begin each entry with a dash, as in - …")
        return []
    # One entry at a time: the plain values of ten thousand would take as much memory as the sources made of them.
    built = (
        ((section, number), build(report, (section, number), plain(entry)))
        for number, entry in enumerate(entries)
    )
    return [(place, value) for place, value in built if value is not None]


def _work(report: Report, place: Path_, value: Any) -> Work | None:
    entry = report.read(WorkEntry, value, place)
    if entry is None:
        return None
    aliases = tuple(alias for alias in dict.fromkeys(entry.aliases) if alias != entry.title)
    return Work(entry.title, entry.kind, aliases, tuple(dict.fromkeys(entry.instalments)))


def _check_unique(report: Report, names: list[tuple[Path_, str]], message_format: str) -> None:
    first: dict[str, Path_] = {}
    for place, name in names:
        earlier = first.setdefault(name.casefold(), place)
        if earlier is not place:
            report.fault(place, message_format.format(name=name, line=mark_at(report.root, earlier).line))


def _note_repeated_addresses(report: Report, sources: list[tuple[Path_, Source]]) -> None:
    first: dict[str, Path_] = {}
    for place, source in sources:
        earlier = first.setdefault(source.url, place)
        if earlier is not place:
            report.note(
                place,
                f"line {mark_at(report.root, earlier).line} polls this address already",
                "one is enough",
            )
