"""Make observations: the only builder of an observation from a document and one of its claims."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.model.claim import Claim, Observation
from monitor.model.document import Document

__all__ = ["observe"]


def observe(
    claim: Claim,
    document: Document,
    seen_at: datetime,
    *,
    reader: str = "",
    said_at: datetime | None = None,
    replaces: Sequence[str] = (),
) -> Observation:
    """Return the observation that `document`, read at `seen_at`, makes `claim`; `reader` is the version that read it.

    `said_at` is when it first made the claim, by default its own time; `replaces` are the dates of the version before.
    """
    return Observation(
        claim=claim,
        document=document.fingerprint,
        source=document.source,
        url=document.url,
        published=document.published if said_at is None else said_at,
        seen_at=seen_at,
        headline=document.title,
        author=document.author,
        lang=document.lang,
        replaces=tuple(replaces),
        reader=reader,
    )
