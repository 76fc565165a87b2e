"""Claim: what a document says about a work's release or trailer, with the fields of the contract."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from monitor.model.when import When

__all__ = [
    "Certainty",
    "Claim",
    "ClaimSummary",
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
    """The event that a claim is about."""

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
    """The kinds of trailer that decide which subscribers are alerted."""

    TEASER = "teaser"
    TRAILER = "trailer"
    LAUNCH = "launch"


class Certainty(StrEnum):
    """How sure a claim is, and whether it is the maker's word."""

    OFFICIAL = "official"
    REPORTED = "reported"
    EXPECTED = "expected"
    RUMOURED = "rumoured"

    @property
    def rank(self) -> int:
        """The rank, from 3 for official down to 0 for rumoured."""
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
    """The embedded post that contains a claim: its author, time and address, as far as the embed gives them."""

    author: str = ""
    at: datetime | None = None
    url: str = ""


@dataclass(frozen=True)
class Claim:
    """One claim. `quote` is the exact passage, `span` its position, `rules` the names of the evidence for it.

    `passing` is True when the document's headline does not name the work, `inherited` when the claim's sentence neither names the work
    nor refers to it. `trailer` is the document's name for the trailer ("launch trailer", "teaser 2"), "" for a release, and
    `trailer_kind` its kind. `confidence` is the calibrated probability, 0 to 1, that the text was read correctly, None where it is not
    known. The contract's JSON has none of these.
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
    """The subject of a standing: one event of one instalment of one work in one scope (empty for all scopes); sorts `scope`."""

    title: str
    instalment: str | None
    event: Event
    scope: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "scope", tuple(sorted(self.scope)))


@dataclass(frozen=True, kw_only=True)
class Observation:
    """The record that a document made a claim; append-only.

    `id` and `claim_id` are row ids of the ledger, 0 before it is recorded. `published` is the document's own time, or the time of the
    edit that added the claim; `seen_at` is when it was read. `document` is the fingerprint, `headline` the document's title, `lang` the
    BCP 47 tag of its language. `place` identifies the document by its id or address (0 when unknown), `reading` increases with
    each version of its text, and `replaces` holds the EDTF dates of the version before that this one no longer gives. `reader` is
    the version of the reader and its weights, "" where unknown. `replaced` is True when the same text was read again later, `deleted`
    when its post was deleted; an observation with either no longer counts.
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
    """The kinds of verdict; `undone` takes back the verdict before it."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    UNDONE = "undone"


@dataclass(frozen=True)
class Verdict:
    """A person's verdict on the claim of one observation; it holds for every observation of the same claim.

    `actor` is who gave it, "" where unknown. `id` is the row id in the ledger, 0 before it is recorded.
    """

    observation: int
    kind: VerdictKind
    at: datetime
    note: str = ""
    id: int = field(default=0, compare=False)
    actor: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True)
class ClaimSummary:
    """A claim with what its observations add up to: how sure, how often, by how many origins and when it was said.

    `certainty` and `confidence` are those of its most certain observation. `origins` is None where they were not counted yet.
    """

    id: int
    key: Key
    status: Status
    when: When | None
    certainty: Certainty
    documents: int
    origins: int | None
    first_said: datetime
    last_said: datetime
    confidence: float | None = None
    verdict: VerdictKind | None = None
