"""Compute how right each source was about releases that are out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date

from monitor.ledger import Ledger
from monitor.model import Event, Key, Observation, Standing, Status, When
from monitor.reconcile import Score, ranked, track_scores
from monitor.review.views import RecordView

__all__ = ["records"]


def records(
    ledger: Ledger, kinds: Mapping[str, str], *, titles: Iterable[str] | None = None
) -> tuple[RecordView, ...]:
    """Return the record of each source by kind of work, most reliable first, over every release whose day is known.

    `kinds` maps titles to their kinds; without a kind a work counts as of kind "". `titles` are the works to look at, all when None.
    """
    if titles is None:
        standings = list(ledger.all_standings())
    else:
        standings = [one for title in titles for one in ledger.standings(title, Event.RELEASE).values()]
    scores: dict[str, list[Score]] = {}
    keys = {standing.key for standing in standings}
    for standing in standings:
        key, day = standing.key, _out_on(standing)
        if key.event is Event.RELEASE and standing.belief.status is Status.RELEASED and day is not None:
            said = [
                observation
                for observation in ledger.observations(key.title, key.event)
                if not observation.replaced and _key_of(observation, keys) == key
            ]
            scores.setdefault(kinds.get(key.title, ""), []).extend(track_scores(said, day))
    return tuple(
        RecordView(
            source=best.source,
            kind=kind,
            claims=best.claims,
            hits=best.hits,
            flat=best.flat,
            flat_hits=best.flat_hits,
            days_off=best.days_off,
            lead=best.lead,
            rate=best.rate,
        )
        for kind, theirs in sorted(scores.items())
        for best in ranked(theirs)
    )


def _out_on(standing: Standing) -> date | None:
    """Return the day of a release: the believed one, else the day of the report."""
    when = standing.belief.when
    if when is not None and when.is_day:
        return when.earliest
    came = standing.since.date()
    return came if standing.alerted is not None and (when is None or _holds(when, came)) else None


def _holds(when: When, day: date) -> bool:
    return (when.earliest or day) <= day <= (when.latest or day)


def _key_of(observation: Observation, keys: Collection[Key]) -> Key:
    """Return the key of a claim's standing: its own scope where that has one, else the work as a whole."""
    claim = observation.claim
    own = Key(claim.title, claim.instalment, claim.event, claim.scope)
    return own if own in keys else replace(own, scope=())
