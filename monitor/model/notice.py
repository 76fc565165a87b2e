"""Notice: what the monitor says about itself, in facts; it is worded for each channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Notice", "NoticeKind"]


class NoticeKind(StrEnum):
    """What a notice is about."""

    SOURCE_GONE = "source_gone"
    SOURCE_DEAD = "source_dead"
    SOURCE_BLOCKED = "source_blocked"
    SOURCE_QUIET = "source_quiet"
    SOURCE_RECOVERED = "source_recovered"
    CHANNEL_RECOVERED = "channel_recovered"
    CHANNEL_GONE = "channel_gone"
    CHANNEL_FAILING = "channel_failing"


@dataclass(frozen=True)
class Notice:
    """A notice about one source or channel, named by `name`; `facts` are the fields of its kind.

    source_dead, source_blocked: `failures`, `error`. source_quiet: `days`, `usual_days`. channel_gone, channel_failing: `error`.
    """

    kind: NoticeKind
    name: str
    facts: dict[str, int | str] = field(default_factory=dict)
