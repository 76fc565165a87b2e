"""Work: a watched film, series, game or other title."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Work", "WorkKind"]


class WorkKind(StrEnum):
    """The kinds of work of the contract."""

    SERIES = "series"
    FILM = "film"
    GAME = "game"
    DEVICE = "device"
    ALBUM = "album"
    BOOK = "book"
    EVENT = "event"
    OTHER = "other"


@dataclass(frozen=True)
class Work:
    """A watched work: its canonical `title`, its other names, and the instalments to alert about.

    Empty `instalments` means all of them; claims about any instalment are logged.
    """

    title: str
    kind: WorkKind = WorkKind.OTHER
    aliases: tuple[str, ...] = ()
    instalments: tuple[str, ...] = ()
