"""Work: something a person waits for."""

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
    """A watched work: its canonical `title`, the other names it goes by, and the instalments to alert about.

    Empty `instalments` means all of them; whatever is claimed is logged all the same.
    """

    title: str
    kind: WorkKind = WorkKind.OTHER
    aliases: tuple[str, ...] = ()
    instalments: tuple[str, ...] = ()
