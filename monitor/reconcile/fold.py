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
from monitor.reconcile.origins import same_text
from monitor.reconcile.periods import Relation, bounds, is_step, relation
from monitor.reconcile.release import confirm_release, hear_release, is_divided, is_part, is_serial, may_mean
from monitor.reconcile.stand import Outcome, Stand, Turn, count
from monitor.reconcile.trailer import confirm_trailer, hear_trailers
from monitor.reconcile.transitions import KINDS, MOVES

__all__ = ["Reconciled", "history", "reconcile", "was_told", "weighed"]

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
    """The complete current beliefs (a key that is missing has no standing), and the changes that are news."""

    standings: dict[Key, Standing]
    changes: tuple[Change, ...]


def reconcile(
    observations: Sequence[Observation],
    standings: Mapping[Key, Standing],
    verdicts: Mapping[int, Verdict],
    now: datetime,
    *,
    applied: Verdict | None = None,
) -> Reconciled:
    """Return the beliefs that `observations` lead to, and how they differ from `standings`, the beliefs before.

    `observations` are all those of one work and event, over every instalment and scope; `verdicts` are those that count, keyed by the id
    of the judged observation. `applied` is the verdict that was just given or undone, which causes the differences. Total: it never
    raises on what observations say.
    """
    stands = _folded(observations, verdicts)
    new = {stand.key: _standing(stand, stands, now) for stand in stands}
    if applied is not None:
        judged = tuple(o for o in observations if o.id == applied.observation)
        corrections = _corrections(stands, new, standings, observations, now)
        marked = (
            replace(one, verdict=applied, against=None, evidence=one.evidence or judged)
            for one in corrections
        )
        return Reconciled(new, tuple(marked))
    orphans = _orphans(standings, observations)
    changes = [
        change
        for stand in stands
        for change in _changes(stand, new[stand.key], standings, now, edited=stand.key in orphans)
    ]
    changes = [change for change in changes if not any(_says_it_by_name(other, change) for other in changes)]
    return Reconciled(new, (*changes, *_taken_back(orphans.values(), new, observations, now)))


def history(observations: Iterable[Observation], verdicts: Mapping[int, Verdict]) -> tuple[Turn, ...]:
    """Return every change of belief that `observations` led to, in the order of time, each with its reason and evidence."""
    turns = [turn for stand in _folded(observations, verdicts) for turn in stand.turns]
    return tuple(sorted(turns, key=lambda turn: turn.at))


def weighed(observations: Iterable[Observation], verdicts: Mapping[int, Verdict]) -> dict[int, Outcome]:
    """Return, by the id of each observation, whether it was believed, and why or why not."""
    everything = list(observations)
    found: dict[int, Outcome] = {}
    for stands in _stands(everything, verdicts):
        for stand in stands:
            found |= stand.outcomes
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
        found[o.id] = Outcome(key, believed=False, reason=reason)
    return found


def was_told(change: Change, earlier: Iterable[Change]) -> bool:
    """Return whether `change` has the same outcome as an `earlier` change of the same key."""
    after = change.after
    return after is not None and any(
        one.key == change.key
        and one.after is not None
        and (one.after.status, one.after.when) == (after.status, after.when)
        for one in earlier
    )


def _folded(observations: Iterable[Observation], verdicts: Mapping[int, Verdict]) -> list[Stand]:
    """Return the stands that have a belief of their own."""
    stands: list[Stand] = []
    for every in _stands(observations, verdicts):
        folded = [stand for stand in every if stand.belief is not None]
        stands += [stand for stand in folded if not is_divided(stand, folded)]
    return stands


def _stands(
    observations: Iterable[Observation], verdicts: Mapping[int, Verdict]
) -> Iterator[Collection[Stand]]:
    """Yield the stands of each subject, including those without a belief."""
    everything = list(observations)
    heard = _latest(everything)
    upheld: list[tuple[Verdict, Observation]] = []
    if verdicts:
        judged = [(verdicts[o.id], o) for o in everything if o.id in verdicts]
        dismissed = [pair for pair in judged if pair[0].kind is VerdictKind.DISMISSED]
        heard = [o for o in heard if not any(_covers(one, verdict, o) for verdict, one in dismissed)]
        upheld = [pair for pair in judged if pair[0].kind is VerdictKind.CONFIRMED]
        upheld.sort(key=lambda pair: (pair[0].at, pair[1].id))
    subjects: dict[_Subject, list[Observation]] = {}
    for observation in heard:
        subjects.setdefault((observation.claim.title, observation.claim.event), []).append(observation)
    for _, one in upheld:  # a person's word stands though the text was read again, and otherwise
        subjects.setdefault((one.claim.title, one.claim.event), [])
    for subject in sorted(subjects):
        ordered = sorted(subjects[subject], key=_published)
        progress = _Progress([], {}) if verdicts else _resumed(subject, ordered)
        for verdict, one in upheld:
            if (one.claim.title, one.claim.event) == subject:
                progress.go_on(subject, [o for o in ordered if o.published <= verdict.at])
                # Later repetitions of the confirmed claim are no ground of the verdict.
                same = [o for o in ordered if _same_claim(o, one)] or [one]
                said = [o for o in same if o.published <= verdict.at] or same
                _CONFIRM[subject[1]](progress.stands, said, verdict.at)
        progress.go_on(subject, ordered)
        if not verdicts:
            _keep(subject, progress)
        yield progress.stands.values()


def _latest(heard: Sequence[Observation]) -> list[Observation]:
    """Return the observations of the latest reading of each document; a reading replaces only the subjects that it speaks of.

    Observations that a later reading of the same text no longer makes, and those of deleted posts, are left out.
    """
    heard = [o for o in heard if not (o.replaced or o.deleted)]
    latest: dict[tuple[int, str, Event], int] = {}
    for observation in heard:
        if observation.place:
            document = observation.place, observation.claim.title, observation.claim.event
            latest[document] = max(latest.get(document, 0), observation.reading)
    return [o for o in heard if not o.place or o.reading == latest[o.place, o.claim.title, o.claim.event]]


# A fold continues from the last one of the same subject if its observations are a prefix of the new ones: a further
# document then costs one step. This only saves time; a fresh fold ends at the same stands.

_Subject = tuple[str, Event]
_HEAR = {Event.RELEASE: hear_release, Event.TRAILER: hear_trailers}
_CONFIRM = {Event.RELEASE: confirm_release, Event.TRAILER: confirm_trailer}
_KEPT = 64


@dataclass
class _Progress:
    heard: list[Observation]
    stands: dict[Key, Stand]

    def go_on(self, subject: _Subject, ordered: list[Observation]) -> None:
        hear = _HEAR[subject[1]]
        for _, document in groupby(ordered[len(self.heard) :], key=_published):
            hear(self.stands, list(document))
        self.heard = ordered


_folds: OrderedDict[_Subject, _Progress] = OrderedDict()


def _resumed(subject: _Subject, ordered: list[Observation]) -> _Progress:
    progress = _folds.pop(subject, None)  # whoever goes on owns it: an error or another thread starts afresh
    if progress is None or len(progress.heard) > len(ordered) or not all(map(is_, progress.heard, ordered)):
        return _Progress([], {})
    end = len(progress.heard)
    if 0 < end < len(ordered) and _published(ordered[end]) == _published(ordered[end - 1]):
        return _Progress([], {})  # more of the document heard last
    return progress


def _keep(subject: _Subject, progress: _Progress) -> None:
    _folds[subject] = progress
    while len(_folds) > _KEPT:
        _folds.popitem(last=False)


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


def _standing(stand: Stand, stands: Sequence[Stand], now: datetime) -> Standing:
    assert stand.belief is not None, "a stand without a belief is no standing"  # noqa: S101 - the fold keeps none
    assert stand.since is not None  # noqa: S101 - as above
    return Standing(
        key=stand.key,
        belief=stand.belief,
        since=stand.since,
        evidence=tuple(dict.fromkeys(heard.observation.id for heard in stand.evidence))[:_EVIDENCE],
        origins=count(stand.evidence),
        rivals=tuple(stand.rivals),
        disputed=stand.disputed,
        overdue=_is_overdue(stand, stands, now),
        told=stand.told,
        times=stand.times,
        confirmed_at=stand.confirmed_at,
    )


def _is_overdue(stand: Stand, stands: Sequence[Stand], now: datetime) -> bool:
    belief = stand.belief
    if belief is None or belief.status is not Status.SCHEDULED or belief.when is None or stand.told is None:
        return False
    first, last = bounds(belief.when)
    if now.date() - last <= _GRACE or count(stand.evidence) < 2:
        return False  # what one origin said once passes unnoticed
    # Another key may have the awaited release: the season without its number, the work on one platform.
    kin = [
        other
        for other in stands
        if other is not stand
        and (
            may_mean(stand.key, other.key) or may_mean(other.key, stand.key) or is_part(other.key, stand.key)
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
    stand: Stand,
    new: Standing,
    standings: Mapping[Key, Standing],
    now: datetime,
    *,
    edited: bool,
) -> list[Change]:
    """Return the news of a standing; `edited` when a document that supported the old one says otherwise now."""
    exact = stand.stepped or edited
    old = standings.get(new.key)
    if (
        new.told is not None
        and _is_told_anew(new, old, exact)
        and not _was_told_elsewhere(new, old, standings, exact)
    ):
        kind = _kind(old.belief if old else stand.stood, new.told, exact=exact)
        return [] if kind is None else [_change(kind, stand, old, new.told, now)]
    if old is None or old.told is None:
        return []
    changes = []
    rivals = [rival for rival in new.rivals if not any(_agree(rival, known) for known in old.rivals)]
    if new.disputed and not old.disputed:
        rival = (rivals or list(new.rivals))[-1]
        changes.append(_change(ChangeKind.DISPUTED, stand, old, rival, now))
    else:
        changes += [_change(ChangeKind.RUMOURED, stand, old, rival, now) for rival in rivals]
    # A day that many sources named and none denied was kept, whether or not its release was observed.
    if (
        new.overdue
        and not old.overdue
        and not (stand.is_settled and new.belief.when and new.belief.when.is_day)
    ):
        changes.append(_change(ChangeKind.OVERDUE, stand, old, new.belief, _overdue_at(new.belief, now)))
    return changes


def _is_told_anew(new: Standing, old: Standing | None, exact: bool) -> bool:
    """Return whether something worth an alert was not alerted yet; `exact` when a difference of one day counts."""
    if old is None or old.told is None:
        return True
    if new.key.event is Event.TRAILER:
        return new.times > old.times
    assert new.told is not None  # noqa: S101 - its caller asked
    if not _agree(new.told, old.told) or (exact and _differ_by_a_step(new.told, old.told)):
        return True
    return new.told.certainty.rank > old.told.certainty.rank and new.told.certainty is Certainty.OFFICIAL


def _differ_by_a_step(one: Belief, other: Belief) -> bool:
    return one.when is not None and other.when is not None and is_step(one.when, other.when)


def _was_told_elsewhere(
    new: Standing, old: Standing | None, standings: Mapping[Key, Standing], exact: bool
) -> bool:
    """Return whether it was alerted under another key that may be the same; two different scopes are alerted separately."""
    if new.key.event is Event.TRAILER:
        return False
    first = old is None or old.told is None
    return any(
        _agree_on(new, other, exact)
        and (new.belief.status is not Status.RELEASED or abs(new.since - other.since) <= _ONE_RELEASE)
        and (
            _is_alias(new, other)
            if key.instalment != new.key.instalment
            else _meets(new, other, first) or _is_same_release(new, old, other)
        )
        for key, other in standings.items()
        if key != new.key and key.event is new.key.event and other.told is not None
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
    if new.told is None or other.told is None or (exact and _differ_by_a_step(new.told, other.told)):
        return False
    return _agree(new.told, other.told)


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


def _change(kind: ChangeKind, stand: Stand, old: Standing | None, after: Belief, now: datetime) -> Change:
    voices = [heard.observation for heard in stand.evidence]
    if kind in (ChangeKind.RUMOURED, ChangeKind.DISPUTED):
        said = [one.observation for ones in stand.pending.values() for one in ones if one.when == after.when]
        voices = said + voices
    return Change(
        kind=kind,
        key=stand.key,
        before=old.belief if old else stand.stood,
        since=old.since if old else None,
        after=after,
        at=now,
        evidence=tuple(voices[:_EVIDENCE]),
        trailer=stand.trailer,
        milestone=stand.milestone,
        against=stand.against,
    )


def _corrections(
    stands: Sequence[Stand],
    new: Mapping[Key, Standing],
    standings: Mapping[Key, Standing],
    observations: Sequence[Observation],
    now: datetime,
) -> list[Change]:
    """Return the corrections of what was alerted that a verdict causes; rumours and disputes are not alerted anew."""
    changes = []
    for stand in stands:
        believed, old = new[stand.key], standings.get(stand.key)
        if believed.told is None or not _is_told_anew(believed, old, exact=True):
            continue
        if not _was_told_elsewhere(believed, old, standings, exact=True):
            kind = _kind(old.belief if old else stand.stood, believed.told, exact=True)
            changes += [_change(kind, stand, old, believed.told, now)] if kind else []
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
    if old.told is None:
        return True
    if old.key.event is Event.TRAILER:
        return standing is not None and standing.times >= old.times
    if standing is None:
        return any(
            _agree(old.told, other.belief) for other in new.values() if other.key.event is old.key.event
        )
    return standing.told is not None or _agree(old.told, standing.belief)


def _left(old: Standing, new: Mapping[Key, Standing]) -> Belief | None:
    """Return the belief that remains after a retraction; none for a trailer, since each is alerted by itself."""
    standing = new.get(old.key)
    return None if standing is None or old.key.event is Event.TRAILER else standing.belief
