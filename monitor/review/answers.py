"""Work out what an answer of a person changes: the beliefs, the changes and who is told of them, with nothing written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor import reconcile
from monitor.ledger import READING_OF_A_PERSON, Ledger, Subject
from monitor.model import Change, Channel, Claim, Key, Observation, Standing, Verdict, VerdictKind, Work
from monitor.notify.routing import decide
from monitor.review.views import Correction, Route

__all__ = ["Foreseen", "corrected", "foresee", "foresee_correction", "routes_of"]


@dataclass(frozen=True)
class Foreseen:
    """What an answer leads to: the beliefs `before` and `after` it, and the changes that are news."""

    before: Mapping[Key, Standing]
    after: Mapping[Key, Standing]
    changes: tuple[Change, ...]


def foresee(
    ledger: Ledger, claim: int, subject: Subject, kind: VerdictKind, now: datetime, note: str = ""
) -> Foreseen:
    """Return what a verdict of `kind` on `claim` would lead to, were it given now.

    What an undone verdict restores was told before and is no news.
    """
    verdicts = _verdicts(ledger, subject)
    applied = Verdict(claim, kind, now, note)
    observations: Sequence[Observation] = ledger.observations(*subject)
    if kind is VerdictKind.UNDONE:
        for each in (claim, ledger.corrected_with(claim)):
            if each is None:
                continue
            verdicts.pop(each, None)
            if earlier := _left_after_undo(ledger, each):
                verdicts[each] = earlier
            observations = [one for one in observations if each != one.claim_id or not _is_persons(one)]
    else:
        verdicts[claim] = applied
    foreseen = _folded(ledger, subject, observations, verdicts, applied)
    if kind is VerdictKind.UNDONE:
        told = list(ledger.timeline(subject[0]))
        kept = tuple(change for change in foreseen.changes if not reconcile.was_alerted(change, told))
        foreseen = replace(foreseen, changes=kept)
    return foreseen


def foresee_correction(
    ledger: Ledger, said: Observation, reading: Claim, now: datetime, note: str = ""
) -> tuple[Foreseen, ...]:
    """Return what dismissing the claim of `said` and confirming `reading` in its place would lead to, for each subject of the two."""
    subjects = dict.fromkeys(((said.claim.title, said.claim.event), (reading.title, reading.event)))
    number = said.id + (1 << 40)  # no recorded observation has it
    read = replace(said, claim=reading, id=number, claim_id=number, replaces=())
    found = []
    for subject in subjects:
        verdicts = _verdicts(ledger, subject)
        observations: list[Observation] = list(ledger.observations(*subject))
        applied = Verdict(said.claim_id, VerdictKind.DISMISSED, now, note)
        if subject == (said.claim.title, said.claim.event):
            verdicts[said.claim_id] = applied
        if subject == (reading.title, reading.event):
            applied = Verdict(number, VerdictKind.CONFIRMED, now, note)
            verdicts[number] = applied
            observations.append(read)
        found.append(_folded(ledger, subject, observations, verdicts, applied))
    return tuple(found)


def corrected(claim: Claim, reading: Correction) -> Claim:
    """Return `claim` as a person reads its words."""
    return replace(
        claim,
        title=reading.title,
        event=reading.event,
        status=reading.status,
        instalment=reading.instalment,
        when=reading.when,
        scope=tuple(sorted(set(reading.scope))),
        certainty=reading.certainty,
    )


def routes_of(
    change: Change, channels: Sequence[Channel], work: Work | None, standing: Standing | None
) -> tuple[Route, ...]:
    """Return whether each of `channels` would be told of `change`, and by which rules."""
    origins = None if standing is None else standing.origins
    found = []
    for channel in channels:
        decided = decide(channel, change, work, origins=origins)
        state = "pending" if decided.wanted else "held back"
        found.append(Route(channel=channel.name, state=state, reasons=decided.reasons))
    return tuple(found)


def _verdicts(ledger: Ledger, subject: Subject) -> dict[int, Verdict]:
    return {verdict.observation: verdict for verdict in ledger.verdicts(*subject)}


def _folded(
    ledger: Ledger,
    subject: Subject,
    observations: Sequence[Observation],
    verdicts: Mapping[int, Verdict],
    applied: Verdict,
) -> Foreseen:
    before = ledger.standings(*subject)
    revised = reconcile.reconcile(observations, before, verdicts, applied.at, applied=applied)
    return Foreseen(before, revised.standings, revised.changes)


def _is_persons(observation: Observation) -> bool:
    return observation.claim.rules == (READING_OF_A_PERSON,)


def _left_after_undo(ledger: Ledger, claim: int) -> Verdict | None:
    """Return the verdict on a claim that counts once the last one that counts is taken back."""
    counting = [
        verdict
        for verdict, taken_back, _ in ledger.latest_verdicts(_MOST, claim=claim)
        if verdict.kind is not VerdictKind.UNDONE and not taken_back
    ]
    return counting[1] if len(counting) > 1 else None


_MOST = 1000
