"""Expand references to secrets: `${NAME}` from the environment, `${file:PATH}` from a file. Only their channel receives them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["REFERENCE", "Expanded", "expand"]

REFERENCE = re.compile(r"\$\{(?P<name>[^{}]{0,400})\}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LARGEST = 64 * 1024


@dataclass(frozen=True)
class Expanded:
    """A text with its references expanded, and whether it had any."""

    text: str
    referred: bool

    def __repr__(self) -> str:
        return f"Expanded(referred={self.referred})"


def expand(
    text: str, environ: Mapping[str, str], folder: Path, *, encode: Callable[[str], str] = lambda value: value
) -> Expanded:
    """Return `text` with its references expanded; `encode` encodes a value that is only a part of the text.

    Raises ValueError, which names the missing variable or file, never a value.
    """
    if whole := REFERENCE.fullmatch(text):
        return Expanded(_value(whole["name"], environ, folder), referred=True)
    filled, count = REFERENCE.subn(lambda found: encode(_value(found["name"], environ, folder)), text)
    if count == 0 and "${" in text:
        raise ValueError("a `${` is not closed; write ${NAME} or ${file:PATH}")
    return Expanded(filled, referred=count > 0)


def _value(name: str, environ: Mapping[str, str], folder: Path) -> str:
    if name.startswith("file:"):
        value = _content(name.removeprefix("file:").strip(), folder)
    elif not _VARIABLE.match(name):
        raise ValueError(f"`${{{name}}}` names no variable; write ${{NAME}} or ${{file:PATH}}")
    elif name not in environ:
        raise ValueError(f"the environment variable {name} is not set; set it, or write ${{file:PATH}}")
    else:
        value = environ[name]
    if not value:
        raise ValueError(f"`${{{name}}}` is empty")
    if _CONTROL.search(value):
        raise ValueError(f"`${{{name}}}` holds a line break or control character")
    return value


def _content(name: str, folder: Path) -> str:
    try:
        path = folder / Path(name).expanduser()
        if not path.is_file():
            raise ValueError(f"the secret's file {name} is not there")
        if path.stat().st_size > _LARGEST:
            raise ValueError(f"the secret's file {name} is larger than {_LARGEST // 1024} KiB")
        return path.read_bytes().decode("utf-8").strip("\r\n")
    except UnicodeDecodeError:
        raise ValueError(f"the secret's file {name} is not UTF-8") from None
    except (OSError, RuntimeError) as error:  # RuntimeError: ~user does not exist
        reason = getattr(error, "strerror", None) or error
        raise ValueError(f"the secret's file {name} cannot be read: {reason}") from None
