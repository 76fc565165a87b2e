"""ExtractedBody stored documents again with the current reader, report the differences and adopt them. Nobody is alerted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from monitor.extract import Extractor
from monitor.ledger import Ledger, Transaction, statements
from monitor.model import Claim, Document, Observation, observe
from monitor.workers.worker import extracted

__all__ = ["Reread", "adopt", "reread"]


@dataclass(frozen=True, kw_only=True)
class Reread:
    """A recorded document whose claims the current reader reads differently; `number` is the reading that kept its text.

    `observed` are all observations that count once the result is adopted. `gone` and `new` are the claims of only the earlier and only
    the current reader, `changed` pairs of the same claim with other certainty, credits or scope. All three are empty when only the weight of
    a claim differs. `bug` is the traceback when reading it failed; then nothing of it changes.
    """

    number: int
    document: Document
    observed: tuple[Observation, ...] = ()
    gone: tuple[Claim, ...] = ()
    new: tuple[Claim, ...] = ()
    changed: tuple[tuple[Claim, Claim], ...] = ()
    bug: str = ""


def reread(
    ledger: Ledger, extractor: Extractor, titles: Collection[str], langs: Mapping[str, str] | None = None
) -> Iterator[Reread | None]:
    """Yield, for each recorded reading, what the current reader changes, None when it changes nothing; nothing is written.

    `titles` are the works that `extractor` watches; claims about others are left alone. `langs` maps sources to their configured
    languages. A later version of a document is compared with the current reading of the version before it.
    """
    anew: dict[int, tuple[Observation, ...]] = {}
    for recorded in ledger.readings():
        document = recorded.document
        before = ledger.observed_in(recorded.id)
        reading = extracted(extractor, document, (langs or {}).get(document.source, ""))
        if reading.bug:
            yield Reread(number=recorded.id, document=document, bug=reading.bug)
            continue
        last = ledger.earlier_reading(recorded)
        basis = None if last is None else ledger.basis_of(last)
        earlier: Sequence[Observation] = ()
        if basis is not None:
            earlier = anew[basis] if basis in anew else ledger.observed_in(basis)
        said = statements(reading.claims, earlier, document, last, recorded.seen_at)
        was = {_said(one.claim): one.claim for one in before if one.claim.title in titles}
        now = {_said(one.claim): one.claim for one in said}
        if basis not in anew and _weighed(was) == _weighed(now):
            yield None
            continue
        there = replace(document, source=recorded.source, url=recorded.url)
        read = [
            observe(
                one.claim,
                there,
                recorded.seen_at,
                reader=extractor.version,
                said_at=one.said_at,
                replaces=one.replaces,
            )
            for one in said
        ]
        kept = [one for one in before if one.claim.title not in titles]
        observed = anew[recorded.id] = (*kept, *read)
        yield Reread(
            number=recorded.id,
            document=document,
            observed=observed,
            gone=tuple(claim for key, claim in was.items() if key not in now),
            new=tuple(claim for key, claim in now.items() if key not in was),
            changed=tuple(
                (was[key], claim)
                for key, claim in now.items()
                if key in was and _shown(was[key]) != _shown(claim)
            ),
        )


def adopt(tx: Transaction, found: Sequence[Reread], reader: str, at: datetime) -> None:
    """Replace the earlier readings of documents by the current one."""
    for one in found:
        if not one.bug:
            tx.reread_document(one.number, at, one.observed, reader)


def _said(claim: Claim) -> tuple[Any, ...]:
    """Return the key that distinguishes the claims of a document."""
    when = None if claim.when is None else str(claim.when)
    return claim.title, claim.instalment, claim.event, claim.status, when


def _shown(claim: Claim) -> tuple[Any, ...]:
    return claim.certainty, claim.sources, tuple(sorted(claim.scope))


def _weighed(claims: Mapping[tuple[Any, ...], Claim]) -> dict[tuple[Any, ...], Claim]:
    """Return claims without the fields that carry no weight: the positions of their words, and the reasons for reading them."""
    return {
        said: replace(claim, rules=(), span=None, quote=claim.quote.strip()) for said, claim in claims.items()
    }
