"""Reading: what a body turned out to hold, as it travels from where it is read to where it is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model.claim import Claim
from monitor.model.document import Document

__all__ = ["Read", "Reading"]


@dataclass(frozen=True)
class Reading:
    """A document and what it claims; `bug` is the traceback when the extractor broke its promise."""

    document: Document
    claims: tuple[Claim, ...]
    bug: str = ""
    reader: str = ""
    """The version of the reader and of its weights."""


@dataclass(frozen=True, kw_only=True)
class Read:
    """What a reader makes of one body: whole documents only where they claim something or are teasers."""

    telling: tuple[Reading, ...] = ()
    teasers: tuple[Reading, ...] = ()
    """Documents whose article is still to be followed."""
    silent: tuple[str, ...] = ()
    """Fingerprints of the documents that claim nothing: they are not worth carrying."""
    published: frozenset[datetime] = frozenset()
    """When the documents were published, as far as they are dated."""
    ttl: timedelta | None = None
    """How long the feed says it is fresh."""
    doubt: str = ""
    """What could not be read of an otherwise readable body, in one line for a person."""
    shared: frozenset[str] = frozenset()
    """Ids and addresses that several of its documents carry, so that they name none of them."""
    listed: tuple[str, ...] = ()
    """As of `Parsed`."""
    orphans: frozenset[str] = frozenset()
    """As of `Parsed`."""
    older: str = ""
    """As of `Parsed`."""
