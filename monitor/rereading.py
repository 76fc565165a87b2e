"""Stored documents read again by today's reader: what would differ, and how it is taken over. Nobody is alerted of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from monitor.extract import Extractor
from monitor.ledger import Ledger
from monitor.model import Claim, Document, Observation
from monitor.reading import extracted

__all__ = ["Reread", "adopt", "reread"]


@dataclass(frozen=True, kw_only=True)
class Reread:
    """A recorded document whose claims are read otherwise today; `number` is the row of the document.

    `observed` is all that counts of it once that is taken over. `gone` and `new` are claims that only the earlier and only today's
    reading has, `changed` pairs of the same claim of which certainty, credits or scope differ. All three are empty when only what weighs a
    claim differs. `bug` is the traceback when reading it failed; then nothing of it changes.
    """

    number: int
    document: Document
    observed: tuple[Observation, ...] = ()
    gone: tuple[Claim, ...] = ()
    new: tuple[Claim, ...] = ()
    changed: tuple[tuple[Claim, Claim], ...] = ()
    bug: str = ""


def reread(ledger: Ledger, extractor: Extractor, titles: Collection[str]) -> Iterator[Reread | None]:
    """Yield of each recorded document what today's reading changes, None when it changes nothing; nothing is written.

    `titles` are the works that `extractor` watches; what was claimed of others stays as it is.
    """
    for number, document, seen_at in ledger.numbered_documents():
        before = ledger.observed_in(number)
        reading = extracted(extractor, document)
        if reading.bug:
            yield Reread(number=number, document=document, bug=reading.bug)
            continue
        kept = [one for one in before if one.claim.title not in titles]
        old = [one.claim for one in before if one.claim.title in titles]
        if [_weighed(claim) for claim in old] == [_weighed(claim) for claim in reading.claims]:
            yield None
            continue
        was = {_said(claim): claim for claim in old}
        now = {_said(claim): claim for claim in reading.claims}
        read = [
            Observation(
                claim=claim,
                document=document.fingerprint,
                source=document.source,
                url=document.url,
                published=document.published,
                seen_at=seen_at,
                headline=document.title,
                author=document.author,
                lang=document.lang,
                reader=extractor.version,
            )
            for claim in reading.claims
        ]
        yield Reread(
            number=number,
            document=document,
            observed=(*kept, *read),
            gone=tuple(claim for said, claim in was.items() if said not in now),
            new=tuple(claim for said, claim in now.items() if said not in was),
            changed=tuple(
                (was[said], claim)
                for said, claim in now.items()
                if said in was and _shown(was[said]) != _shown(claim)
            ),
        )


def adopt(ledger: Ledger, found: Sequence[Reread], reader: str, at: datetime) -> None:
    """Let today's reading of documents count in place of the earlier ones, in one transaction."""
    with ledger.transaction():
        for one in found:
            if not one.bug:
                ledger.reread_document(one.number, at, one.observed, reader)


def _said(claim: Claim) -> tuple[Any, ...]:
    """Return by what a document's claims are told apart."""
    when = None if claim.when is None else str(claim.when)
    return claim.title, claim.instalment, claim.event, claim.status, when


def _shown(claim: Claim) -> tuple[Any, ...]:
    return claim.certainty, claim.sources, tuple(sorted(claim.scope))


def _weighed(claim: Claim) -> Claim:
    """Return a claim without what neither says nor weighs anything: where its words stand, and why it was read so."""
    return replace(claim, rules=(), span=None, quote=claim.quote.strip())
