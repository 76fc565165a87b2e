"""Collect the faults of a file with their places: checking does not stop at the first one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from monitor.config.entries import RuleEntry, keys_of
from monitor.config.faults import Fault, FilePosition, nearest, shown, suggestion
from monitor.config.secrets import expand
from monitor.config.yaml_tree import YamlNode, mark_at

__all__ = ["Path_", "Report"]

EntryT = TypeVar("EntryT", bound=BaseModel)
Path_ = tuple[str | int, ...]
"""The keys and list positions from the root of the file to a value."""

# The keys of a channel whose values are no secrets.
_OPEN_KEYS = frozenset(
    {"console", "email", "file", "name", "only", "except", "digest", "quiet", "language", "locale", "rate", "timeout", "allow_private",
     "from", "unsubscribe"}
)  # fmt: skip


class Report:
    """The faults of a file, and the notes on what is odd but works, by place in its tree."""

    def __init__(self, root: YamlNode, folder: Path, environ: Mapping[str, str]) -> None:
        self.root = root
        self.folder = folder
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []
        self._environ = environ

    def fault(self, path: Path_, message: str, hint: str = "", *, key: bool = False) -> None:
        """Add a fault of the value at `path`, or of its key."""
        self.faults.append(Fault(mark_at(self.root, path, key=key), message, hint))

    def note(self, path: Path_, message: str, hint: str = "") -> None:
        """Add a note about the value at `path`, which works."""
        self.notes.append(Fault(mark_at(self.root, path), message, hint))

    def read(self, entry: type[EntryT], value: Any, path: Path_) -> EntryT | None:
        """Return `value` as an entry; None when it has faults, which are added."""
        try:
            return entry.model_validate(value)
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=False)
            unknown = [str(detail["loc"][-1]) for detail in details if detail["type"] == "extra_forbidden"]
            meant = {nearest(key, keys_of(entry)) for key in unknown}
            for detail in details:
                # `titel` is one mistake, not an unknown key and a missing one.
                if detail["type"] != "missing" or detail["loc"][-1] not in meant:
                    self._keep(entry, path, detail)
            return None

    def tried(self, path: Path_, function: Callable[[], str]) -> str:
        """Return the result of `function`; None with an added fault when it raises ValueError."""
        try:
            return function()
        except ValueError as error:
            self.fault(path, str(error))
            return ""

    def filled(
        self,
        path: Path_,
        text: str,
        *,
        encode: Callable[[str], str] = lambda value: value,
        is_secret: bool = True,
    ) -> str:
        """Return `text` with its references expanded; "" with an added fault if that fails. A literal secret gets a note."""
        try:
            expanded = expand(text, self._environ, self.folder, encode=encode)
        except ValueError as error:
            self.fault(path, str(error))
            return ""
        if is_secret and not expanded.referred:
            self.note(
                path,
                "this file contains a secret",
                "${NAME} reads it from the environment, ${file:PATH} from a file",
            )
        return expanded.text

    def private(self) -> list[FilePosition]:
        """Return the places of the file that may hold a secret, which messages do not show."""
        top = self.root.value if isinstance(self.root.value, dict) else {}
        channels, sources = top.get("channels"), top.get("sources")
        return [
            *([] if channels is None else _private(channels[1])),
            *([] if sources is None else _tokens(sources[1])),
        ]

    def _keep(self, entry: type[BaseModel], path: Path_, detail: ErrorDetails) -> None:
        context = detail.get("ctx", {})
        loc = tuple(step for step in detail["loc"] if step != "[key]")
        kind, last = detail["type"], str(loc[-1]) if loc else ""
        place = (*path, *loc)
        if kind == "extra_forbidden":
            known = keys_of(RuleEntry if len(loc) > 1 and loc[0] in ("only", "except") else entry)
            self.fault(place, f"unknown key {shown(last)}", suggestion(last, known), key=True)
        elif kind == "missing":
            self.fault(place[:-1], f"`{last}` is missing", _meaning(entry, last))
        elif kind == "monitor":
            key = context.get("key", "")
            self.fault((*place, key) if key else place, detail["msg"], key=bool(key))
        elif kind == "none_required":
            self.fault(place, f"`{last}` takes no value", "write it alone")
        elif kind == "dict_type":
            self.fault(place, "a mapping of names to values was expected")
        elif kind == "too_long":
            self.fault(place, f"there are more than {context.get('max_length')} of these")
        elif kind == "string_too_long":
            self.fault(place, f"this is longer than {context.get('max_length')} characters")
        elif kind == "string_type":
            self.fault(place, "text was expected")
        else:
            self.fault(place, detail["msg"])


def _meaning(entry: type[BaseModel], key: str) -> str:
    for name, field in entry.model_fields.items():
        if key in (name, field.alias) and field.description:
            return field.description[0].lower() + field.description[1:].rstrip(".")
    return ""


def _tokens(node: YamlNode) -> list[FilePosition]:
    """Return the places of the tokens of sources."""
    entries = node.value if isinstance(node.value, list) else []
    return [
        value.mark
        for entry in entries
        if isinstance(entry.value, dict)
        for key, (_, value) in entry.value.items()
        if key == "token"
    ]


def _private(node: YamlNode) -> list[FilePosition]:
    if isinstance(node.value, list):
        return [mark for item in node.value for mark in _private(item)]
    if isinstance(node.value, dict):
        return [
            mark
            for key, (_, value) in node.value.items()
            if key not in _OPEN_KEYS
            for mark in (value.mark, *_private(value))
        ]
    return [] if node.value is None else [node.mark]
