"""Measure how reliable each source was, once a release is out. Hedged and flat statements are counted separately."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from monitor.model import Certainty, Observation, Status, When
from monitor.reconcile.origins import outlet, said_at
from monitor.reconcile.periods import bounds

__all__ = ["Score", "TrackRecord", "ranked", "track_scores"]

_DAY = timedelta(days=1)
_FLAT = Certainty.REPORTED.rank


@dataclass(frozen=True)
class Score:
    """One claim of one source, compared with the day of the release.

    `days_off` is 0 for a hit, negative when the claim was too early. `lead` is the number of days between claim and release, `days` the
    number of days in the claimed period (None when an end is open), `flat` that it was not hedged.
    """

    source: str
    when: When
    said_on: date
    flat: bool
    days_off: int
    lead: int
    days: int | None

    @property
    def hit(self) -> bool:
        """Return whether the release fell into the claimed period, allowing for time zones."""
        return self.days_off == 0


@dataclass(frozen=True)
class TrackRecord:
    """The summary of a source's scores; `days_off` and `lead` are medians in days, `lead` over its hits only."""

    source: str
    claims: int
    hits: int
    flat: int
    flat_hits: int
    days_off: float
    lead: float | None

    @property
    def rate(self) -> float:
        """The share of hits, with one hit and one miss added, so that a single lucky guess does not lead the table."""
        return (self.hits + 1) / (self.claims + 2)


def track_scores(observations: Iterable[Observation], released_on: date) -> tuple[Score, ...]:
    """Return the scores of each source's claims about a release on `released_on`, by source and then by time.

    Only dates claimed before the release count, and each date once for a source: a repetition is no second hit.
    """
    first: dict[tuple[str, When], Observation] = {}
    for observation in sorted(observations, key=lambda o: (said_at(o), o.document, o.url)):
        claim = observation.claim
        if (
            claim.status is Status.SCHEDULED
            and claim.when is not None
            and said_at(observation).date() < released_on
        ):
            first.setdefault((outlet(observation), claim.when), observation)
    scores = [_score(source, when, said, released_on) for (source, when), said in first.items()]
    return tuple(sorted(scores, key=lambda score: (score.source, score.said_on, str(score.when))))


def ranked(scores: Iterable[Score]) -> tuple[TrackRecord, ...]:
    """Return each source's record over the `scores` of any number of releases, most reliable first."""
    by_source: dict[str, list[Score]] = {}
    for score in scores:
        by_source.setdefault(score.source, []).append(score)
    records = [_record(source, theirs) for source, theirs in by_source.items()]
    return tuple(sorted(records, key=lambda r: (-r.rate, r.days_off, -(r.lead or 0), r.source)))


def _score(source: str, when: When, said: Observation, released_on: date) -> Score:
    first, last = bounds(when)
    off = 0
    if (first - released_on) > _DAY:
        off = (first - released_on).days
    elif (released_on - last) > _DAY:
        off = (last - released_on).days
    said_on = said_at(said).date()
    flat = said.claim.certainty.rank >= _FLAT
    return Score(source, when, said_on, flat, off, (released_on - said_on).days, when.days)


def _record(source: str, scores: list[Score]) -> TrackRecord:
    hits = [score for score in scores if score.hit]
    return TrackRecord(
        source=source,
        claims=len(scores),
        hits=len(hits),
        flat=sum(score.flat for score in scores),
        flat_hits=sum(score.flat for score in hits),
        days_off=median(abs(score.days_off) for score in scores),
        lead=median(score.lead for score in hits) if hits else None,
    )
