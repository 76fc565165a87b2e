"""Claim: what a document says about a work's release or trailer, field for field the contract's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from monitor.model.when import When

__all__ = [
    "Certainty",
    "Claim",
    "Event",
    "Key",
    "Observation",
    "Post",
    "Span",
    "Status",
    "TrailerKind",
    "Verdict",
    "VerdictKind",
]


class Event(StrEnum):
    """What happens to the work."""

    RELEASE = "release"
    TRAILER = "trailer"


class Status(StrEnum):
    """What the text says of the event."""

    SCHEDULED = "scheduled"
    RELEASED = "released"
    UNANNOUNCED = "unannounced"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    DENIED = "denied"


class TrailerKind(StrEnum):
    """What a trailer is, as far as it decides who hears of it."""

    TEASER = "teaser"
    TRAILER = "trailer"
    LAUNCH = "launch"


class Certainty(StrEnum):
    """Whose word, and how sure."""

    OFFICIAL = "official"
    REPORTED = "reported"
    EXPECTED = "expected"
    RUMOURED = "rumoured"

    @property
    def rank(self) -> int:
        """3 for official down to 0 for rumoured."""
        return _RANKS[self]


_RANKS = {Certainty.OFFICIAL: 3, Certainty.REPORTED: 2, Certainty.EXPECTED: 1, Certainty.RUMOURED: 0}


@dataclass(frozen=True)
class Span:
    """A slice of a document: `part` is "title", "text" or "html", offsets in characters, `end` exclusive."""

    part: str
    start: int
    end: int


@dataclass(frozen=True)
class Post:
    """The embedded post that carries a claim: who posted it, when, and where, as far as the embed says."""

    author: str = ""
    at: datetime | None = None
    url: str = ""


@dataclass(frozen=True)
class Claim:
    """One claim. `quote` is the exact passage, `span` where it stands, `rules` the names of what made it.

    `passing` is True when the document's headline does not name the work, `inherited` when the claim's sentence neither
    names the work nor refers to it. `trailer` is what the document calls the trailer ("launch trailer", "teaser 2"), ""
    for a release, and `trailer_kind` what it is. `confidence` is the calibrated chance, 0 to 1, that the text was read rightly; None
    where it is not known. None of these is part of the contract's JSON.
    """

    title: str
    event: Event
    status: Status
    instalment: str | None = None
    when: When | None = None
    certainty: Certainty = Certainty.REPORTED
    sources: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    quote: str = ""
    span: Span | None = None
    rules: tuple[str, ...] = ()
    post: Post | None = None
    passing: bool = False
    inherited: bool = False
    confidence: float | None = None
    trailer: str = ""
    trailer_kind: TrailerKind = TrailerKind.TRAILER

    def to_dict(self) -> dict[str, Any]:
        """Return the claim as the contract's JSON object."""
        return {
            "title": self.title,
            "instalment": self.instalment,
            "event": self.event.value,
            "status": self.status.value,
            "when": None if self.when is None else str(self.when),
            "certainty": self.certainty.value,
            "sources": list(self.sources),
            "scope": list(self.scope),
            "quote": self.quote,
        }


@dataclass(frozen=True, order=True)
class Key:
    """What a standing is of: one event of one instalment of one work in one scope (empty for all), which it sorts."""

    title: str
    instalment: str | None
    event: Event
    scope: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "scope", tuple(sorted(self.scope)))


@dataclass(frozen=True, kw_only=True)
class Observation:
    """A document made a claim: append-only.

    `id` and `claim_id` are the ledger's (0 before it is recorded). `published` is when the document said it: its own time, or that of the
    edit that brought the claim in. `seen_at` is when we read it. `document` is the fingerprint, `headline` the document's
    title, `lang` the BCP 47 tag of its language. `place` numbers the document by its id or address (0 when unknown),
    `reading` counts up with each text of it, and `replaces` holds the EDTF dates that it gave before and gives no more.
    `reader` is the version of the reader and its weights, "" where it is not known; `replaced` says that the same text was
    read again since, so that the observation counts no more; `deleted` that its post is there no more, which means the same.
    """

    claim: Claim
    document: str
    source: str
    url: str
    published: datetime
    seen_at: datetime
    headline: str = ""
    author: str = ""
    lang: str = ""
    id: int = 0
    place: int = 0
    reading: int = 0
    replaces: tuple[str, ...] = ()
    claim_id: int = 0
    reader: str = ""
    replaced: bool = False
    deleted: bool = False


class VerdictKind(StrEnum):
    """A person's word on a claim; `undone` takes back the one before it."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    UNDONE = "undone"


@dataclass(frozen=True)
class Verdict:
    """A person's word on one observation's claim, which covers every observation of the same claim.

    `id` is the ledger's, 0 before it is recorded.
    """

    observation: int
    kind: VerdictKind
    at: datetime
    note: str = ""
    id: int = field(default=0, compare=False)
