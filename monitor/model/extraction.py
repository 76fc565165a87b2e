"""Define what the documents of a body claim, as passed from the process that reads to the one that records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model.claim import Claim
from monitor.model.document import Document

__all__ = ["ExtractedBody", "ExtractedDocument"]


@dataclass(frozen=True)
class ExtractedDocument:
    """A document and its claims; `bug` is the traceback when the extractor raised."""

    document: Document
    claims: tuple[Claim, ...]
    bug: str = ""
    reader: str = ""
    """The version of the reader and of its weights."""


@dataclass(frozen=True, kw_only=True)
class ExtractedBody:
    """What was read from one body: whole documents where they have claims or are teasers, fingerprints of the others."""

    with_claims: tuple[ExtractedDocument, ...] = ()
    teasers: tuple[ExtractedDocument, ...] = ()
    """Documents that are teasers, whose article is yet to be fetched."""
    without_claims: tuple[str, ...] = ()
    """Fingerprints of the documents without claims, which need not be transferred whole."""
    published: frozenset[datetime] = frozenset()
    """The publication times of the documents that have one."""
    ttl: timedelta | None = None
    """The time to live that the feed declares."""
    doubt: str = ""
    """What could not be read of a body that is readable otherwise, as one line for a person."""
    shared: frozenset[str] = frozenset()
    """Ids and addresses that several documents of the body share, so that they identify none of them."""
    listed: tuple[str, ...] = ()
    """As in `Parsed`."""
    orphans: frozenset[str] = frozenset()
    """As in `Parsed`."""
    older: str = ""
    """As in `Parsed`."""
