"""Fold a subject's observations to standings, and the difference between old and new standings to changes.

A standing is a function of the set of observations, the verdicts and the time: duplicates and another order of documents lead to
the same standings. A change is a difference between old and new standings that is news.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from operator import is_

from monitor.model import (
    Belief,
    Certainty,
    Change,
    ChangeKind,
    Event,
    Key,
    Observation,
    Standing,
    Status,
    Verdict,
    VerdictKind,
    When,
)
from monitor.reconcile.belief_state import BeliefState, Revision, WeighingOutcome, count
from monitor.reconcile.origins import same_text
from monitor.reconcile.periods import Relation, bounds, is_step, relation
from monitor.reconcile.release import apply_release, confirm_release, is_divided, is_part, is_serial, may_mean
from monitor.reconcile.trailer import apply_trailers, confirm_trailer
from monitor.reconcile.transitions import KINDS, MOVES

__all__ = ["FoldCache", "Reconciled", "Weighing", "history", "reconcile", "was_alerted", "weigh"]

# Not every release is reported by the sources: a date is overdue when it passed this long ago.
_GRACE = timedelta(days=30)
_DAY = timedelta(days=1)
# Two names of one instalment have release dates within one week.
_ALIAS = timedelta(days=7)
# A release that was alerted for one scope is not alerted for another within this time.
_ONE_RELEASE = timedelta(days=14)
# The observations that a standing keeps as evidence, earliest first. Its count of origins is over all.
_EVIDENCE = 20


@dataclass(frozen=True)
class Reconciled:
    """The complete current beliefs (a key that is missing has no standing), the changes that are news, and how the beliefs came about."""

    standings: dict[Key, Standing]
    changes: tuple[Change, ...]
    revisions: tuple[Revision, ...] = ()


@dataclass(frozen=True)
class Weighing:
    """How beliefs came about, in the order of time, and by the id of each observation whether it was believed, and why or why not."""

    revisions: tuple[Revision, ...]
    outcomes: Mapping[int, WeighingOutcome]


def reconcile(
    observations: Sequence[Observation],
    standings: Mapping[Key, Standing],
    verdicts: Mapping[int, Verdict],
    now: datetime,
    *,
    applied: Verdict | None = None,
    cache: FoldCache | None = None,
) -> Reconciled:
    """Return the beliefs that `observations` lead to, and how they differ from `standings`, the beliefs before.

    `observations` are all those of one work and event, over every instalment and scope; `verdicts` are those that count, keyed by the id
    of the judged observation. `applied` is the verdict that was just given or undone, which causes the differences. `cache` holds the
    progress of earlier folds, and changes nothing but the time that it takes. Total: it never raises on what observations say.
    """
    states = _folded(observations, verdicts, cache)
    new = {state.key: _standing(state, states, now) for state in states}
    revisions = _revisions(states)
    if applied is not None:
        judged = tuple(o for o in observations if o.id == applied.observation)
        corrections = _corrections(states, new, standings, observations, now)
        marked = (
            replace(one, verdict=applied, against=None, evidence=one.evidence or judged)
            for one in corrections
        )
        return Reconciled(new, tuple(marked), revisions)
    orphans = _orphans(standings, observations)
    changes = [
        change
        for state in states
        for change in _changes(state, new[state.key], standings, now, edited=state.key in orphans)
    ]
    changes = [change for change in changes if not any(_says_it_by_name(other, change) for other in changes)]
    return Reconciled(new, (*changes, *_taken_back(orphans.values(), new, observations, now)), revisions)


def history(observations: Iterable[Observation], verdicts: Mapping[int, Verdict]) -> tuple[Revision, ...]:
    """Return every change of belief that `observations` led to, in the order of time, each with its reason and evidence."""
    return _revisions(_folded(observations, verdicts))


def _revisions(states: Iterable[BeliefState]) -> tuple[Revision, ...]:
    return tuple(sorted((one for state in states for one in state.revisions), key=lambda one: one.at))


def weigh(observations: Iterable[Observation], verdicts: Mapping[int, Verdict]) -> Weighing:
    """Return what each of `observations` counted for, and what they led to, by one fold."""
    everything = list(observations)
    found: dict[int, WeighingOutcome] = {}
    held: list[BeliefState] = []
    for states in _states(everything, verdicts, FoldCache()):
        held += _believed(states)
        for state in states:
            found |= state.outcomes
    latest = {o.id for o in _latest(everything)}
    dismissed = [o for o in everything if o.id in verdicts and verdicts[o.id].kind is VerdictKind.DISMISSED]
    for o in everything:
        claim = o.claim
        key = Key(claim.title, claim.instalment, claim.event, claim.scope)
        if o.replaced:
            reason = "its document was read again, and is not read so any more"
        elif o.deleted:
            reason = "its post was deleted"
        elif o.id not in latest:
            reason = "its document was edited and does not say so any more"
        elif any(_covers(one, verdicts[one.id], o) for one in dismissed):
            reason = "a person dismissed it"
        elif o.id not in found:
            reason = "its own document says when it comes, or gives each platform a date of its own"
        else:
            continue
        found[o.id] = WeighingOutcome(key, believed=False, reason=reason)
    return Weighing(_revisions(held), found)


def was_alerted(change: Change, earlier: Iterable[Change]) -> bool:
    """Return whether `change` has the same outcome as an `earlier` change of the same key."""
    after = change.after
    return after is not None and any(
        one.key == change.key
        and one.after is not None
        and (one.after.status, one.after.when) == (after.status, after.when)
        for one in earlier
    )


def _folded(
    observations: Iterable[Observation], verdicts: Mapping[int, Verdict], cache: FoldCache | None = None
) -> list[BeliefState]:
    """Return the states that have a belief of their own."""
    states: list[BeliefState] = []
    for every in _states(observations, verdicts, FoldCache() if cache is None else cache):
        states += _believed(every)
    return states


def _believed(states: Iterable[BeliefState]) -> list[BeliefState]:
    folded = [state for state in states if state.belief is not None]
    return [state for state in folded if not is_divided(state, folded)]


def _states(
    observations: Iterable[Observation], verdicts: Mapping[int, Verdict], cache: FoldCache
) -> Iterator[Collection[BeliefState]]:
    """Yield the states of each subject, including those without a belief."""
    everything = list(observations)
    observations = _latest(everything)
    upheld: list[tuple[Verdict, Observation]] = []
    if verdicts:
        judged = [(verdicts[o.id], o) for o in everything if o.id in verdicts]
        dismissed = [pair for pair in judged if pair[0].kind is VerdictKind.DISMISSED]
        observations = [
            o for o in observations if not any(_covers(one, verdict, o) for verdict, one in dismissed)
        ]
        upheld = [pair for pair in judged if pair[0].kind is VerdictKind.CONFIRMED]
        upheld.sort(key=lambda pair: (pair[0].at, pair[1].id))
    subjects: dict[_Subject, list[Observation]] = {}
    for observation in observations:
        subjects.setdefault((observation.claim.title, observation.claim.event), []).append(observation)
    for _, one in upheld:  # a verdict holds even if a later reading of the text differs
        subjects.setdefault((one.claim.title, one.claim.event), [])
    for subject in sorted(subjects):
        ordered = sorted(subjects[subject], key=_published)
        progress = _Progress([], {}) if verdicts else cache.resumed(subject, ordered)
        for verdict, one in upheld:
            if (one.claim.title, one.claim.event) == subject:
                progress.go_on(subject, [o for o in ordered if o.published <= verdict.at])
                # Later repetitions of the confirmed claim do not support the verdict.
                same = [o for o in ordered if _same_claim(o, one)] or [one]
                said = [o for o in same if o.published <= verdict.at] or same
                _CONFIRM[subject[1]](progress.states, said, verdict.at)
        progress.go_on(subject, ordered)
        if not verdicts:
            cache.keep(subject, progress)
        yield progress.states.values()


def _latest(observations: Sequence[Observation]) -> list[Observation]:
    """Return the observations of the latest reading of each document; a reading replaces only the subjects that it speaks of.

    Observations that a later reading of the same text no longer makes, and those of deleted posts, are left out.
    """
    observations = [o for o in observations if not (o.replaced or o.deleted)]
    latest: dict[tuple[int, str, Event], int] = {}
    for observation in observations:
        if observation.place:
            document = observation.place, observation.claim.title, observation.claim.event
            latest[document] = max(latest.get(document, 0), observation.reading)
    return [
        o for o in observations if not o.place or o.reading == latest[o.place, o.claim.title, o.claim.event]
    ]


_Subject = tuple[str, Event]
_APPLY = {Event.RELEASE: apply_release, Event.TRAILER: apply_trailers}
_CONFIRM = {Event.RELEASE: confirm_release, Event.TRAILER: confirm_trailer}


@dataclass
class _Progress:
    observations: list[Observation]
    states: dict[Key, BeliefState]

    def go_on(self, subject: _Subject, ordered: list[Observation]) -> None:
        apply = _APPLY[subject[1]]
        for _, document in groupby(ordered[len(self.observations) :], key=_published):
            apply(self.states, list(document))
        self.observations = ordered


class FoldCache:
    """The progress of the last folds of up to `most` subjects.

    A fold continues from the last one of the same subject if its observations are a prefix of the new ones: a further document
    then costs one step. This only saves time: a fresh fold ends at the same states.
    """

    def __init__(self, most: int = 64) -> None:
        self._most = most
        self._folds: OrderedDict[_Subject, _Progress] = OrderedDict()

    def resumed(self, subject: _Subject, ordered: list[Observation]) -> _Progress:
        """Return the progress of the last fold if `ordered` continues it, else an empty one; take it out of the cache."""
        progress = self._folds.pop(
            subject, None
        )  # the caller owns it: an error or another thread starts afresh
        if (
            progress is None
            or len(progress.observations) > len(ordered)
            or not all(map(is_, progress.observations, ordered))
        ):
            return _Progress([], {})
        end = len(progress.observations)
        if 0 < end < len(ordered) and _published(ordered[end]) == _published(ordered[end - 1]):
            return _Progress([], {})  # more observations of the last document
        return progress

    def keep(self, subject: _Subject, progress: _Progress) -> None:
        """Store the progress of a finished fold."""
        self._folds[subject] = progress
        while len(self._folds) > self._most:
            self._folds.popitem(last=False)


def _published(observation: Observation) -> tuple[datetime, str]:
    return observation.published, observation.document


def _covers(judged: Observation, verdict: Verdict, other: Observation) -> bool:
    """Return whether dismissing `judged` dismisses `other` too: the same claim, unless the maker makes it anew."""
    if not _same_claim(judged, other):
        return False
    if other.claim.certainty is not Certainty.OFFICIAL or other.published <= verdict.at:
        return True
    return other.url == judged.url or same_text(judged.claim.quote, other.claim.quote)


def _same_claim(one: Observation, other: Observation) -> bool:
    mine, theirs = one.claim, other.claim
    return (mine.title, mine.event, mine.instalment, mine.status, mine.when, sorted(mine.scope)) == (
        theirs.title, theirs.event, theirs.instalment, theirs.status, theirs.when, sorted(theirs.scope),
    )  # fmt: skip


def _standing(state: BeliefState, states: Sequence[BeliefState], now: datetime) -> Standing:
    assert state.belief is not None, "a state without a belief makes no standing"  # noqa: S101 - the fold keeps none
    assert state.since is not None  # noqa: S101 - as above
    return Standing(
        key=state.key,
        belief=state.belief,
        since=state.since,
        evidence=tuple(dict.fromkeys(one.observation.id for one in state.evidence))[:_EVIDENCE],
        origins=count(state.evidence),
        rivals=tuple(state.rivals),
        disputed=state.disputed,
        overdue=_is_overdue(state, states, now),
        alerted=state.alerted,
        times=state.times,
        confirmed_at=state.confirmed_at,
    )


def _is_overdue(state: BeliefState, states: Sequence[BeliefState], now: datetime) -> bool:
    belief = state.belief
    if (
        belief is None
        or belief.status is not Status.SCHEDULED
        or belief.when is None
        or state.alerted is None
    ):
        return False
    first, last = bounds(belief.when)
    if now.date() - last <= _GRACE or count(state.evidence) < 2:
        return False  # what one origin said once passes unnoticed
    # Another key may have the awaited release: the season without its number, the work on one platform.
    kin = [
        other
        for other in states
        if other is not state
        and (
            may_mean(state.key, other.key) or may_mean(other.key, state.key) or is_part(other.key, state.key)
        )
    ]
    return not any(
        (other.released_on is not None and first - other.released_on <= _DAY)
        or (
            other.belief is not None
            and other.belief.when is not None
            and _sharpens(other.belief.when, belief.when)
        )
        for other in kin
    )


def _overdue_at(belief: Belief, now: datetime) -> datetime:
    """Return when the days of grace ended; independent of when it is checked."""
    assert belief.when is not None  # noqa: S101 - what has no period is never overdue
    first = bounds(belief.when)[1] + _GRACE + _DAY
    return min(now, datetime.combine(first, time.min, UTC))


def _sharpens(when: When, vague: When) -> bool:
    return relation(when, vague) is Relation.NARROWER


def _changes(
    state: BeliefState,
    new: Standing,
    standings: Mapping[Key, Standing],
    now: datetime,
    *,
    edited: bool,
) -> list[Change]:
    """Return the news of a standing; `edited` when a document that supported the old one says otherwise now."""
    exact = state.stepped or edited
    old = standings.get(new.key)
    if (
        new.alerted is not None
        and _is_alerted_anew(new, old, exact)
        and not _was_alerted_elsewhere(new, old, standings, exact)
    ):
        kind = _kind(old.belief if old else state.stood, new.alerted, exact=exact)
        return [] if kind is None else [_change(kind, state, old, new.alerted, now)]
    if old is None or old.alerted is None:
        return []
    changes = []
    rivals = [rival for rival in new.rivals if not any(_agree(rival, known) for known in old.rivals)]
    if new.disputed and not old.disputed:
        rival = (rivals or list(new.rivals))[-1]
        changes.append(_change(ChangeKind.DISPUTED, state, old, rival, now))
    else:
        changes += [_change(ChangeKind.RUMOURED, state, old, rival, now) for rival in rivals]
    # A day that many sources named and none denied was kept, whether or not its release was observed.
    if (
        new.overdue
        and not old.overdue
        and not (state.is_settled and new.belief.when and new.belief.when.is_day)
    ):
        changes.append(_change(ChangeKind.OVERDUE, state, old, new.belief, _overdue_at(new.belief, now)))
    return changes


def _is_alerted_anew(new: Standing, old: Standing | None, exact: bool) -> bool:
    """Return whether something worth an alert was not alerted yet; `exact` when a difference of one day counts."""
    if old is None or old.alerted is None:
        return True
    if new.key.event is Event.TRAILER:
        return new.times > old.times
    assert new.alerted is not None  # noqa: S101 - its caller asked
    if not _agree(new.alerted, old.alerted) or (exact and _differ_by_a_step(new.alerted, old.alerted)):
        return True
    return (
        new.alerted.certainty.rank > old.alerted.certainty.rank
        and new.alerted.certainty is Certainty.OFFICIAL
    )


def _differ_by_a_step(one: Belief, other: Belief) -> bool:
    return one.when is not None and other.when is not None and is_step(one.when, other.when)


def _was_alerted_elsewhere(
    new: Standing, old: Standing | None, standings: Mapping[Key, Standing], exact: bool
) -> bool:
    """Return whether it was alerted under another key that may be the same; two different scopes are alerted separately."""
    if new.key.event is Event.TRAILER:
        return False
    first = old is None or old.alerted is None
    return any(
        _agree_on(new, other, exact)
        and (new.belief.status is not Status.RELEASED or abs(new.since - other.since) <= _ONE_RELEASE)
        and (
            _is_alias(new, other)
            if key.instalment != new.key.instalment
            else _meets(new, other, first) or _is_same_release(new, old, other)
        )
        for key, other in standings.items()
        if key != new.key and key.event is new.key.event and other.alerted is not None
    )


def _says_it_by_name(named: Change, nameless: Change) -> bool:
    """Return whether the news of a season in one document is alerted once, under its number."""
    return (
        nameless.key.instalment is None
        and named.after is not None
        and nameless.after is not None
        and is_serial(named.key.instalment)
        and (named.key.title, named.key.event) == (nameless.key.title, nameless.key.event)
        and _agree(named.after, nameless.after)
    )


def _agree_on(new: Standing, other: Standing, exact: bool) -> bool:
    if (
        new.alerted is None
        or other.alerted is None
        or (exact and _differ_by_a_step(new.alerted, other.alerted))
    ):
        return False
    return _agree(new.alerted, other.alerted)


def _meets(new: Standing, other: Standing, first: bool) -> bool:
    """Return whether the news of one scope is the other's: it names no scope, or says so for the first time."""
    return may_mean(new.key, other.key) and (first or not (new.key.scope and other.key.scope))


def _is_same_release(new: Standing, old: Standing | None, other: Standing) -> bool:
    """Return whether a release was alerted for one of its scopes already, on the day on which it was expected for all of them."""
    if new.belief.status is not Status.RELEASED or set(new.key.scope).isdisjoint(other.key.scope):
        return False
    expected, out = None if old is None else old.belief.when, other.belief.when
    if expected is None or out is None:
        return True
    return relation(out, expected) in (Relation.SAME, Relation.NARROWER, Relation.WIDER)


def _is_alias(new: Standing, other: Standing) -> bool:
    """Return whether another name of the instalment was alerted with the same day: volume 1, season 3, season 3 part 1.

    A date without a season that turns out to be the third season's is alerted all the same, for subscribers to that season only.
    """
    if may_mean(new.key, other.key):
        return True
    if is_serial(new.key.instalment) and other.key.instalment is None:
        return False
    if new.belief.status is Status.RELEASED:
        return abs(new.since - other.since) <= _ALIAS
    scopes = {new.key.scope, other.key.scope} - {()}
    return new.belief.when is not None and new.belief.when.is_day and len(scopes) < 2


def _agree(one: Belief, other: Belief) -> bool:
    if one.status is not other.status:
        return False
    if one.status is Status.RELEASED:
        return True
    if one.when is None or other.when is None:
        return one.when is other.when
    return relation(one.when, other.when) is Relation.SAME


def _kind(before: Belief | None, after: Belief, *, exact: bool) -> ChangeKind | None:
    if before is None or after.status is not Status.SCHEDULED:
        return KINDS[after.status]
    if before.when is None or after.when is None or before.status not in (Status.SCHEDULED, Status.POSTPONED):
        return ChangeKind.APPEARED
    related = relation(after.when, before.when)
    if related is Relation.ACROSS or (exact and is_step(after.when, before.when)):
        later = bounds(after.when)[1] > bounds(before.when)[1]
        return ChangeKind.MOVED_LATER if later else ChangeKind.MOVED_EARLIER
    return MOVES[related]


def _change(
    kind: ChangeKind, state: BeliefState, old: Standing | None, after: Belief, now: datetime
) -> Change:
    supporting = [one.observation for one in state.evidence]
    if kind in (ChangeKind.RUMOURED, ChangeKind.DISPUTED):
        said = [one.observation for ones in state.pending.values() for one in ones if one.when == after.when]
        supporting = said + supporting
    return Change(
        kind=kind,
        key=state.key,
        before=old.belief if old else state.stood,
        since=old.since if old else None,
        after=after,
        at=now,
        evidence=tuple(supporting[:_EVIDENCE]),
        trailer=state.trailer,
        milestone=state.milestone,
        against=state.against,
    )


def _corrections(
    states: Sequence[BeliefState],
    new: Mapping[Key, Standing],
    standings: Mapping[Key, Standing],
    observations: Sequence[Observation],
    now: datetime,
) -> list[Change]:
    """Return the corrections of what was alerted that a verdict causes; rumours and disputes are not alerted anew."""
    changes = []
    for state in states:
        believed, old = new[state.key], standings.get(state.key)
        if believed.alerted is None or not _is_alerted_anew(believed, old, exact=True):
            continue
        if not _was_alerted_elsewhere(believed, old, standings, exact=True):
            kind = _kind(old.belief if old else state.stood, believed.alerted, exact=True)
            changes += [_change(kind, state, old, believed.alerted, now)] if kind else []
    changes = [change for change in changes if not any(_says_it_by_name(other, change) for other in changes)]
    return changes + _taken_back(standings.values(), new, observations, now)


def _orphans(standings: Mapping[Key, Standing], observations: Sequence[Observation]) -> dict[Key, Standing]:
    """Return the standings whose supporting observation is gone, since its document says otherwise now."""
    kept = {o.id for o in _latest(observations)}
    return {key: old for key, old in standings.items() if not kept.issuperset(old.evidence)}


def _taken_back(
    standings: Iterable[Standing],
    new: Mapping[Key, Standing],
    observations: Sequence[Observation],
    now: datetime,
) -> list[Change]:
    """Return the retractions of alerted `standings` that no other alert replaces."""
    return [
        Change(
            kind=ChangeKind.RETRACTED if left is None else _LEFT.get(left.status, KINDS[left.status]),
            key=old.key,
            before=old.belief,
            since=old.since,
            after=left,
            at=now,
            evidence=tuple(o for o in observations if o.id in old.evidence)[:_EVIDENCE],
        )
        for old in standings
        if not _still_stands(old, new)
        for left in [_left(old, new)]
    ]


# A new date has an alert of its own: the remaining belief without a date is the absence of one.
_LEFT = {Status.SCHEDULED: ChangeKind.WIDENED}


def _still_stands(old: Standing, new: Mapping[Key, Standing]) -> bool:
    """Return whether an alerted belief still holds under this key or another, or another alert of the key replaces it."""
    standing = new.get(old.key)
    if old.alerted is None:
        return True
    if old.key.event is Event.TRAILER:
        return standing is not None and standing.times >= old.times
    if standing is None:
        return any(
            _agree(old.alerted, other.belief) for other in new.values() if other.key.event is old.key.event
        )
    return standing.alerted is not None or _agree(old.alerted, standing.belief)


def _left(old: Standing, new: Mapping[Key, Standing]) -> Belief | None:
    """Return the belief that remains after a retraction; none for a trailer, since each is alerted by itself."""
    standing = new.get(old.key)
    return None if standing is None or old.key.event is Event.TRAILER else standing.belief
