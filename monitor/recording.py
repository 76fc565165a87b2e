"""Record what documents claim: observations, standings, changes and deliveries, all in the transaction of the document.

Everything here is a function of a transaction, so that the daemon, a replay and a person's verdict do the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Protocol, TypeVar

from monitor import reconcile
from monitor.ledger import StoredTurn, Subject, Transaction
from monitor.model import (
    Change,
    Channel,
    Claim,
    ClaimSummary,
    Event,
    ExtractedDocument,
    Key,
    Observation,
    Standing,
    Verdict,
    VerdictKind,
    Work,
    observe,
)
from monitor.notify import composed, send_at
from monitor.notify.routing import decide

__all__ = [
    "Recorder",
    "RunTransaction",
    "adopt_rules",
    "fold_some",
    "refolded",
    "stale_subjects",
    "store_beliefs",
]

log = logging.getLogger(__name__)

T = TypeVar("T")

# The subjects whose claims are compared with what is believed in one transaction.
_RANKED_AT_ONCE = 100

# The time under which no date is overdue.
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass
class Recorder:
    """Records documents, each once, and revises what is believed of their subjects.

    Where `into` is given, a change that any of `channels` wants is delivered to that one channel instead of to each of them.
    """

    works: Mapping[str, Work]
    channels: Sequence[Channel]
    into: Channel | None = None
    folds: reconcile.FoldCache = field(default_factory=reconcile.FoldCache)

    def record(
        self,
        tx: Transaction,
        reading: ExtractedDocument,
        *,
        now: datetime,
        baseline: bool = False,
        shared: Collection[str] = frozenset(),
        baseline_titles: Collection[str] = frozenset(),
    ) -> tuple[Change, ...]:
        """Record a document: the bug that reading it met, and what it claims with all that follows; return the changes.

        `baseline` logs its claims without changes, and so does `baseline_titles` for these works. The claims of the document's
        earlier version no longer count. Content that is recorded already adds nothing. `shared` are ids and addresses that several
        documents of its body have in common. The commit need not wait for the disk: a power failure would lose the document together
        with its deliveries, so that it is read again, and no alert is sent before everything that led to it is on the disk.
        """
        if reading.bug:
            tx.add_bug(reading.document.source, reading.document, reading.bug, now)
        if not reading.claims:
            return ()
        tx.lock(_subjects(reading))
        recorded = tx.record_document(
            reading.document, now, [_observed(reading, claim, now) for claim in reading.claims], shared=shared
        )
        subjects = dict.fromkeys((o.claim.title, o.claim.event) for o in recorded)
        return tuple(
            change
            for title, event in subjects
            for change in self.revise(
                tx, title, event, now=now, baseline=baseline or title in baseline_titles
            )
        )

    def withdraw(
        self,
        tx: Transaction,
        source: str,
        gone: Sequence[str],
        listed: Sequence[str],
        *,
        now: datetime,
        baseline: bool,
    ) -> tuple[Change, ...]:
        """Withdraw the claims of the posts `gone` of `source`, and restore those of posts that are `listed` again.

        Returns the changes: beliefs without other support are retracted. Nothing is written where nothing differs.
        """
        subjects = dict.fromkeys(
            [*tx.mark_deleted(source, gone, now), *tx.mark_returned(source, listed, now)]
        )
        tx.lock(subjects)
        return tuple(
            change
            for title, event in subjects
            for change in self.revise(tx, title, event, now=now, baseline=baseline)
        )

    def look(
        self, tx: Transaction, reading: ExtractedDocument, titles: Collection[str], *, now: datetime
    ) -> int:
        """Log, as a baseline, what a document that was read before claims of `titles`, which were not watched then; return the number of claims."""
        claims = tuple(claim for claim in reading.claims if claim.title in titles)
        if not claims:
            return 0
        tx.lock(_subjects(replace(reading, claims=claims)))
        found = tx.record_found(reading.document, now, [_observed(reading, claim, now) for claim in claims])
        for title, event in dict.fromkeys((o.claim.title, o.claim.event) for o in found):
            self.revise(tx, title, event, now=now, baseline=True)
        return len(found)

    def revise(
        self,
        tx: Transaction,
        title: str,
        event: Event,
        *,
        now: datetime,
        baseline: bool = False,
        applied: Verdict | None = None,
        known_too: bool = False,
    ) -> list[Change]:
        """Fold a subject's observations anew and record the difference.

        `applied` is the verdict that makes the difference, None when a document or the time does. What an undone verdict restores was
        alerted before, and is alerted again only when `known_too`.
        """
        subject = (title, event)
        before = tx.standings(*subject)
        observations = tx.observations(*subject)
        revised = reconcile.reconcile(
            observations,
            before,
            {verdict.observation: verdict for verdict in tx.verdicts(*subject)},
            now,
            applied=applied,
            cache=self.folds,
        )
        store_beliefs(tx, subject, before, revised, observations)
        if baseline:
            return []
        news: Sequence[Change] = revised.changes
        if applied is not None and applied.kind is VerdictKind.UNDONE and not known_too:
            alerted = list(tx.timeline(title))
            news = [change for change in news if not reconcile.was_alerted(change, alerted)]
        changes = tx.add_changes(news)
        for change in changes:
            self._route(tx, change, revised.standings.get(change.key) or before.get(change.key), now)
        return changes

    def overdue(self, tx: Transaction, now: datetime) -> list[Change]:
        """Fold every subject again whose period has passed, and return the changes; each overdue date is reported once."""
        subjects = stale_subjects(tx, now)
        tx.lock(subjects)
        return [change for subject in subjects for change in self.revise(tx, *subject, now=now)]

    def _route(self, tx: Transaction, change: Change, standing: Standing | None, now: datetime) -> None:
        """Record a delivery to each channel that wants `change`, and for the other channels why they get none."""
        work = self.works.get(change.key.title)
        origins = None if standing is None else standing.origins
        wanted: list[Channel] = []
        for channel in self.channels:
            decided = decide(channel, change, work, origins=origins)
            if decided.wanted:
                wanted.append(channel)
            else:
                tx.hold_back(change, channel.name, decided.rule, decided.reasons)
        for channel in [self.into] if wanted and self.into else wanted:
            body = composed(change, channel.locale, channel.base_url)
            tx.add_delivery(change, channel, body, send_at=send_at(channel, now), now=now)


def stale_subjects(tx: Transaction, now: datetime) -> list[Subject]:
    """Return the subjects with a date whose period has passed and that was not reported as overdue yet."""
    return list(dict.fromkeys((key.title, key.event) for key in tx.stale_standings(now)))


def _observed(reading: ExtractedDocument, claim: Claim, now: datetime) -> Observation:
    return observe(claim, reading.document, now, reader=reading.reader)


def _subjects(reading: ExtractedDocument) -> set[Subject]:
    return {(claim.title, claim.event) for claim in reading.claims}


def refolded(
    tx: Transaction,
) -> Iterator[tuple[Subject, dict[Key, Standing], reconcile.Reconciled, Sequence[Observation]]]:
    """Yield each subject with its current belief, what the current rules derive from all observations, and these observations.

    Overdue dates are left as they are: they are reported when they are noticed.
    """
    for subject in tx.subjects():
        yield subject, *_folded(tx, subject)


def _folded(
    tx: Transaction, subject: Subject
) -> tuple[dict[Key, Standing], reconcile.Reconciled, Sequence[Observation]]:
    before = tx.standings(*subject)
    verdicts = {verdict.observation: verdict for verdict in tx.verdicts(*subject)}
    observations = tx.observations(*subject)
    revised = reconcile.reconcile(observations, before, verdicts, _LONG_AGO)
    after = {
        key: replace(standing, overdue=key in before and before[key].overdue)
        for key, standing in revised.standings.items()
    }
    return before, replace(revised, standings=after), observations


def store_beliefs(
    tx: Transaction,
    subject: Subject,
    before: Mapping[Key, Standing],
    revised: reconcile.Reconciled,
    observations: Sequence[Observation],
) -> None:
    """Store what is believed of a subject, how that came about, and how its claims compare with it.

    All claims are compared where a belief differs from that `before`, else those that were made since.
    """
    tx.put_standings(*subject, revised.standings.values())
    tx.put_turns(
        *subject,
        [
            StoredTurn(
                turn.key,
                turn.at,
                turn.before,
                turn.after,
                turn.reason,
                tuple(observation.id for observation in turn.evidence),
                turn.alerted,
            )
            for turn in revised.revisions
        ],
    )
    held = {key: (standing.belief, standing.since) for key, standing in before.items()}
    is_same = held == {key: (one.belief, one.since) for key, one in revised.standings.items()}
    found = tx.summaries(*subject, new=is_same)
    if uncounted := {claim.id for claim in found if claim.origins is None}:
        said: dict[int, list[Observation]] = {}
        for one in observations:
            if one.claim_id in uncounted and not one.replaced:
                said.setdefault(one.claim_id, []).append(one)
        tx.put_origins({claim: len(reconcile.origins(theirs)) for claim, theirs in said.items()})
    tx.put_causes(*subject, _ranked(found, revised.standings))


def _ranked(claims: Iterable[ClaimSummary], standings: Mapping[Key, Standing]) -> dict[int, int]:
    return {
        claim.id: reconcile.cause(claim, reconcile.standing_for(standings, claim.key)).rank
        for claim in claims
    }


class RunTransaction(Protocol):
    """Runs work as one transaction, as a store does."""

    def __call__(self, work: Callable[[Transaction], T], /) -> T:
        """Return the result of `work`. Raises LedgerError."""


def adopt_rules(run: RunTransaction) -> None:
    """Recompute the beliefs by the current rules where earlier rules made them; nobody is alerted of the differences.

    In a ledger that was upgraded it also compares the claims with what is believed, some works in one transaction.
    """
    left = run(_adopted)
    for start in range(0, len(left), _RANKED_AT_ONCE):
        run(partial(_rank, subjects=left[start : start + _RANKED_AT_ONCE]))
        if start:
            log.info("comparing claims with what is believed, %d of %d works done", start, len(left))


def _adopted(tx: Transaction) -> list[Subject]:
    """Fold all subjects by the current rules where earlier ones made the beliefs; return those whose claims are not compared yet."""
    if tx.rules() != reconcile.RULES:
        for subject, before, revised, observations in refolded(tx):
            store_beliefs(tx, subject, before, revised, observations)
        tx.keep_rules(reconcile.RULES)
    return tx.unranked()


def _rank(tx: Transaction, subjects: Sequence[Subject]) -> None:
    for subject in subjects:
        tx.put_causes(*subject, _ranked(tx.summaries(*subject, recent=True), tx.standings(*subject)))


def fold_some(tx: Transaction, most: int) -> None:
    """Fold up to `most` subjects of an upgraded ledger whose turns are not stored yet.

    Beliefs stay as they are: they are derived from the same observations by the same rules.
    """
    for subject in tx.unfolded(most):
        before, revised, observations = _folded(tx, subject)
        store_beliefs(tx, subject, before, revised, observations)
