"""Parse YAML text to plain values with their positions; every scalar stays the text that was written.

Titles such as 1899, 24, On or No are text where text is meant: the key decides what a value means, not YAML's
implicit types. Anchors, aliases, tags and deep nesting are refused while the events are read, so no input can expand.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from monitor.config.faults import Fault, FilePosition, shown

__all__ = ["YamlNode", "YamlTree", "mark_at", "plain", "read_tree"]

MAX_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 12

# libyaml is several times as fast; both give the same events and marks.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What YAML 1.2 (5.1) allows in a file.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BEGINS = frozenset({yaml.ScalarEvent, yaml.SequenceStartEvent, yaml.MappingStartEvent})
_ENDS = frozenset({yaml.SequenceEndEvent, yaml.MappingEndEvent})
_REFUSED_ALIAS = (
    "anchors (&) and aliases (*) are not read here",
    "write the value out; text that begins with & or * needs quotes",
)
_REFUSED_TAG = ("tags (!) are not read here", "text that begins with ! needs quotes")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(slots=True)
class YamlNode:
    """A value and the place where it begins, both counted from 0 as YAML does; a mapping's keys are nodes too."""

    line: int
    column: int
    value: str | list[YamlNode] | dict[str, tuple[YamlNode, YamlNode]] | None

    @property
    def mark(self) -> FilePosition:
        """Return the place, counted from 1."""
        return FilePosition(self.line + 1, self.column + 1)


@dataclass(frozen=True, slots=True)
class YamlTree:
    """A parsed file: its text, its root (None when it is empty or cannot be parsed), and its faults."""

    text: str
    root: YamlNode | None
    faults: tuple[Fault, ...] = ()


def read_tree(body: bytes) -> YamlTree:
    """Return the tree of a file; of a repeated key the first counts. Never raises, whatever the file holds."""
    text = ""
    faults: list[Fault] = []
    try:
        text = _decode(body)
        return YamlTree(text, _compose(text, faults), tuple(faults))
    except _StoppedError as stop:
        return YamlTree(text or body.decode("utf-8", "replace"), None, (*faults, stop.fault))


def plain(node: YamlNode) -> Any:
    """Return the node as plain dicts, lists, strings and None."""
    if isinstance(node.value, dict):
        return {key: plain(value) for key, (_, value) in node.value.items()}
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    return node.value


def mark_at(root: YamlNode, path: Sequence[str | int], *, key: bool = False) -> FilePosition:
    """Return where the value at `path` begins (or its key, with `key`); or else the nearest enclosing place that exists."""
    node, mark = root, root.mark
    for step in path:
        if isinstance(node.value, dict) and isinstance(step, str) and step in node.value:
            key_node, node = node.value[step]
            mark = key_node.mark if key else node.mark
        elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            mark = node.mark
        else:
            break
    return mark


class _StoppedError(Exception):
    """Carries the fault that ended parsing to `read_tree`, which catches it."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def _decode(body: bytes) -> str:
    if len(body) > MAX_BYTES:
        raise _StoppedError(Fault(FilePosition(1, 1), f"the file is larger than {MAX_BYTES // 2**20} MiB"))
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8-sig", "replace")
        raise _StoppedError(Fault(_end_of(before), "this is not UTF-8", "save the file as UTF-8")) from None
    if found := _UNPRINTABLE.search(text):
        message = f"the control character U+{ord(found[0]):04X} is not allowed"
        raise _StoppedError(Fault(_end_of(text[: found.start()]), message, "delete it"))
    return text


def _end_of(before: str) -> FilePosition:
    lines = f"{before}.".splitlines()
    return FilePosition(len(lines), len(lines[-1]))


def _compose(text: str, faults: list[Fault]) -> YamlNode | None:
    try:
        events = _events(text)
        first = next(events, None)
        if first is None:
            return None
        root = _node(first, events, 0, faults)
        if (extra := next(events, None)) is not None:
            raise _stopped_at(
                extra.start_mark, "a second YAML document begins here", "keep everything in one"
            )
    except yaml.MarkedYAMLError as error:
        raise _StoppedError(_syntax_fault(error, text)) from None
    except yaml.YAMLError as error:
        raise _StoppedError(Fault(FilePosition(1, 1), f"this is not valid YAML: {error}")) from None
    return root


def _events(text: str) -> Iterator[Any]:
    event: Any
    for event in yaml.parse(text, Loader=_LOADER):
        kind = type(event)
        if kind in _ENDS:
            yield event
        elif kind in _BEGINS:
            if event.anchor:
                raise _stopped_at(event.start_mark, *_REFUSED_ALIAS)
            if event.tag:
                raise _stopped_at(event.start_mark, *_REFUSED_TAG)
            yield event
        elif kind is yaml.AliasEvent:
            raise _stopped_at(event.start_mark, *_REFUSED_ALIAS)


def _node(event: Any, events: Iterator[Any], depth: int, faults: list[Fault]) -> YamlNode:
    at = event.start_mark
    if type(event) is yaml.ScalarEvent:
        is_null = event.value in _NULLS and not event.style and event.implicit[0]
        return YamlNode(at.line, at.column, None if is_null else event.value)
    if depth == MAX_DEPTH:
        raise _StoppedError(Fault(_mark(at), "this is nested too deeply to be meant"))
    if type(event) is yaml.SequenceStartEvent:
        items: list[YamlNode] = []
        while type(event := next(events)) is not yaml.SequenceEndEvent:
            items.append(_node(event, events, depth + 1, faults))
        return YamlNode(at.line, at.column, items)
    entries: dict[str, tuple[YamlNode, YamlNode]] = {}
    while type(event := next(events)) is not yaml.MappingEndEvent:
        key = _node(event, events, depth + 1, faults)
        value = _node(next(events), events, depth + 1, faults)
        if not isinstance(key.value, str):
            faults.append(Fault(key.mark, "a key must be one word"))
        elif key.value in entries:
            line = entries[key.value][0].mark.line
            faults.append(Fault(key.mark, f"{shown(key.value)} occurs twice", f"line {line} has it already"))
        else:
            key.value = sys.intern(key.value)  # the same few keys stand in every entry
            entries[key.value] = (key, value)
    return YamlNode(at.line, at.column, entries)


def _mark(mark: Any) -> FilePosition:
    return FilePosition(mark.line + 1, mark.column + 1)


def _stopped_at(mark: Any, message: str, hint: str) -> _StoppedError:
    return _StoppedError(Fault(_mark(mark), message, hint))


def _syntax_fault(error: yaml.MarkedYAMLError, text: str) -> Fault:
    """Return the fault for an error of the YAML parser, in plain words."""
    at = error.problem_mark or error.context_mark
    mark = _mark(at) if at is not None else FilePosition(1, 1)
    lines = text.splitlines()
    line = lines[mark.line - 1] if mark.line <= len(lines) else ""
    here = line[mark.column - 1 : mark.column]
    problem = error.problem or "it cannot be read"
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return Fault(mark, "a tab indents this line", "YAML indents with spaces")
    if "mapping values are not allowed" in problem:
        return Fault(mark, "this `:` cannot be read", 'text with ": " in it needs quotes: "Dune: Part Three"')
    if here and here in "@`%" and "cannot start any token" in problem:
        return Fault(mark, f"text cannot begin with {here}", f'put it in quotes: "{here}…"')
    opened = error.context_mark
    if opened is not None and ("quoted scalar" in (error.context or "")):
        return Fault(_mark(opened), "this quotation mark is never closed" if "end" in problem else problem)
    if opened is not None and "flow" in (error.context or ""):
        return Fault(_mark(opened), "this bracket is not closed, or a comma is missing in it")
    if "expected key" in problem or "block end" in problem or "expected '-' indicator" in problem:
        return Fault(mark, "this line does not fit the ones above", "check the indentation and the dashes")
    if "could not find expected ':'" in problem:
        return Fault(mark, "a `:` is missing after the key, here or on the line above")
    return Fault(mark, f"this is not valid YAML: {problem}")
