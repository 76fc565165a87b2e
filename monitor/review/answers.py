"""Work out what an answer of a person changes: the beliefs, the changes and who is told of them, with nothing written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor import reconcile
from monitor.ledger import Ledger
from monitor.model import Change, Channel, Key, Standing, Verdict, VerdictKind, Work
from monitor.notify.routing import decide
from monitor.review.views import Route

__all__ = ["Foreseen", "foresee", "routes_of"]


@dataclass(frozen=True)
class Foreseen:
    """What a verdict leads to: the beliefs `before` and after it, and the changes that are news."""

    before: Mapping[Key, Standing]
    after: Mapping[Key, Standing]
    changes: tuple[Change, ...]


def foresee(
    ledger: Ledger, claim: int, title: str, event: str, kind: VerdictKind, now: datetime, note: str = ""
) -> Foreseen:
    """Return what a verdict of `kind` on `claim` would lead to, were it given now.

    Raises NotFoundError when an `undone` finds no verdict to take back.
    """
    verdicts = {verdict.observation: verdict for verdict in ledger.verdicts(title, event)}
    applied = Verdict(claim, kind, now, note)
    if kind is VerdictKind.UNDONE:
        history = ledger.claim(claim)
        earlier = _left_after_undo(history.verdicts)
        verdicts.pop(claim, None)
        if earlier is not None:
            verdicts[claim] = earlier
    else:
        verdicts[claim] = applied
    before = ledger.standings(title, event)
    revised = reconcile.reconcile(ledger.observations(title, event), before, verdicts, now, applied=applied)
    changes = revised.changes
    if kind is VerdictKind.UNDONE:
        told = list(ledger.timeline(title))
        changes = tuple(change for change in changes if not reconcile.was_alerted(change, told))
    return Foreseen(before, revised.standings, changes)


def _left_after_undo(verdicts: Sequence[Verdict]) -> Verdict | None:
    """Return the verdict that counts once the last one that counts is taken back; `verdicts` are all of a claim, oldest first."""
    counting: list[Verdict] = []
    for verdict in verdicts:
        if verdict.kind is VerdictKind.UNDONE:
            if counting:
                counting.pop()
        else:
            counting.append(verdict)
    return counting[-2] if len(counting) > 1 else None


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
