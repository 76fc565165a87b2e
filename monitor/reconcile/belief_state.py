"""Hold the belief about one key during the fold, and weigh each claim against it.

Observations are applied in the order of publication. Each claim is compared with the belief, the transition table says what it
needs, and the observations that say the same are counted by origin. Nothing depends on when they were read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from monitor.model import Belief, Certainty, Key, Observation, Status, When
from monitor.reconcile.origins import count_origins, outlet
from monitor.reconcile.periods import Periods, Relation, bounds, is_step, relation, relation_of_edtf
from monitor.reconcile.transitions import LACKS, REASONS, TRANSITIONS, Fit, Need

__all__ = ["BY_THE_WAY", "CONFIRMED", "BeliefState", "Revision", "WeighedClaim", "WeighingOutcome"]

_DAY = timedelta(days=1)
# A release this old when it is first observed is history and not news.
_NEWS = timedelta(days=10)
# Observations further apart than this do not support each other; a release is reported by all at once.
_WINDOW = timedelta(days=14)
_BURST = timedelta(days=3)
# After this time an announcement is about another release than the one that was.
_ANOTHER = timedelta(days=180)
# With more origins than this, one that differs is an outlier.
_MANY = 2
_COUNTED = 24
_OFF = frozenset({Status.POSTPONED, Status.CANCELLED, Status.DENIED})

CONFIRMED = 4
"""The rank of a belief that a person confirmed: above official."""
_OFFICIAL, _REPORTED = Certainty.OFFICIAL.rank, Certainty.REPORTED.rank


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedClaim:
    """One observation as it is weighed: its status and period adjusted to the time of publication, and its rank."""

    observation: Observation
    status: Status
    when: When | None
    rank: int
    at: datetime
    on: date
    headlined: bool = False
    """The document's headline makes the claim."""
    passing: bool = False
    """Claimed in passing, in a document about something else or about many dates at once."""
    doubtful: bool = False
    """The confidence that it was read rightly is low."""
    moves: frozenset[str] = frozenset()
    """Dates that its own document calls superseded."""
    put_off: bool = False
    """Its own document says that the date is postponed, whether or not it names the former one."""
    corrects: frozenset[str] = frozenset()
    """Dates that its document gave before it was edited."""
    holds: frozenset[str] = frozenset()
    """Dates that its document claims beside this one."""

    @property
    def certainty(self) -> Certainty:
        """The certainty of the claim."""
        return self.observation.claim.certainty


@dataclass(frozen=True, slots=True)
class Revision:
    """One change of belief: the belief before, the one since `at`, the reason, and its evidence, earliest first."""

    key: Key
    at: datetime
    before: Belief | None
    after: Belief
    reason: str
    evidence: tuple[Observation, ...]
    alerted: bool


@dataclass(frozen=True, slots=True)
class WeighingOutcome:
    """The outcome of weighing one claim: whether `key` was believed to be so afterwards, and why or why not."""

    key: Key
    believed: bool
    reason: str


BY_THE_WAY = "it is said by the way, and nobody else says so"


@dataclass(slots=True)
class BeliefState:
    """The current belief about `key`; `alerted` is the part of it that was worth an alert.

    `confirmed_at` is when a person confirmed the belief, `against` when one confirmed what the maker has since contradicted.
    """

    key: Key
    belief: Belief | None = None
    rank: int = -1
    since: datetime | None = None
    evidence: list[WeighedClaim] = field(default_factory=list)
    alerted: Belief | None = None
    times: int = 0
    released_on: date | None = None
    former: Periods = field(default_factory=Periods)
    pending: dict[tuple[Status, str], list[WeighedClaim]] = field(default_factory=dict)
    _recent: deque[WeighedClaim] = field(default_factory=deque)
    """Those of `pending` that may support a further one, by time: of a work that is claimed to come on many days most are too old."""
    rivals: list[Belief] = field(default_factory=list)
    _rival_dates: Periods = field(default_factory=Periods)
    """The dates of `rivals`."""
    disputed: bool = False
    revisions: list[Revision] = field(default_factory=list)
    outcomes: dict[int, WeighingOutcome] = field(default_factory=dict)
    """The outcome of each claim, by the id of its observation."""
    instead_of: Belief | None = None
    """The belief that claims are compared with while this state has none of its own: a wider scope's, or that of the parts of a whole."""
    stepped: bool = False
    """The belief moved by no more than a difference of time zones, and was said to move."""
    stood: Belief | None = None
    """The part of `instead_of` that held for this scope itself: a new date is a move from there."""
    parted_from_many: bool = False
    """Many observations said that it shares the belief."""
    trailer: str = ""
    milestone: str = ""
    """For a trailer, as in `Change`."""
    confirmed_at: datetime | None = None
    against: datetime | None = None
    overruled: list[When] = field(default_factory=list)
    """Dates that were believed when a person confirmed another: later mentions of them do not count."""
    _fitted: tuple[WeighedClaim | None, Belief | None, Fit | None] = (None, None, None)
    _counted: tuple[list[WeighedClaim] | None, int, int] = (None, 0, 0)
    """The evidence whose origins were counted last, how long it was then, and their number."""

    @property
    def held(self) -> Belief | None:
        """The belief about the scope: its own, or the one that it shares."""
        return self.belief or self.instead_of

    def held_for(self, scope: tuple[str, ...], until: datetime) -> Belief | None:
        """Return the last belief before `until` that was about all scopes or about `scope`, and not about others alone."""
        for revision in reversed(self.revisions):
            if revision.at < until and any(
                not said.claim.scope or set(scope).intersection(said.claim.scope)
                for said in revision.evidence
            ):
                return revision.after
        return None

    def fit(self, weighed: WeighedClaim) -> Fit | None:
        """Return how `weighed` compares with the belief; None when the two are unrelated."""
        if self._fitted[0] is not weighed or self._fitted[1] is not self.belief:
            self._fitted = (weighed, self.belief, _FITS[weighed.status](self, weighed))
        return self._fitted[2]

    def need(self, weighed: WeighedClaim) -> Need | None:
        """Return what `weighed` needs to be believed; None when it changes nothing whatever its weight."""
        fit = self.fit(weighed)
        if fit is None:
            return None
        held = self.belief if weighed.status is Status.SCHEDULED else self.held
        row = TRANSITIONS.get((held.status if held else None, weighed.status))
        need = row.get(fit) if row else None
        if (
            need in (Need.PREVAIL, Need.OVERWHELM)
            and weighed.when is not None
            and self._says_that_it_moved(weighed)
        ):
            return Need.PLAIN
        if fit is Fit.DUE and weighed.when is None and self._is_said_to_come(weighed):
            return Need.TWICE
        if need is Need.PREVAIL and fit is Fit.LATER and self.rank < CONFIRMED and self._has_come(weighed):
            return Need.TWICE
        if need is Need.SINGLE and self.instead_of is not None:
            # Neither a hedged claim nor one observation against many takes a scope out of what holds for all.
            return (
                Need.TWICE if self.parted_from_many and not self._says_that_it_moved(weighed) else Need.PLAIN
            )
        if need is not Need.SUPPORT and weighed.status is not Status.RELEASED and self._holds(weighed):
            return None  # a document that still names the standing date does not move it
        if need is Need.PREVAIL and self._is_own_correction(weighed):
            return Need.CORRECTION
        return need

    def apply(self, weighed: WeighedClaim) -> bool:
        """Apply one claim; return True when it changed the belief."""
        need = self.need(weighed)
        if need is None:
            self.note(weighed, self._unconcerned(weighed), believed=False)
            return False
        if need is Need.SUPPORT:
            self.note(weighed, REASONS[need], believed=True)
            self._corroborate(weighed)
            return False
        supporting = self._supporting(weighed)
        is_said = _is_said(supporting) or self._is_awaited(weighed, need)
        if not is_said or not self._is_met(need, supporting):
            self.note(weighed, LACKS[need] if is_said else BY_THE_WAY, believed=False)
            self._remember_rival(weighed, supporting)
            return False
        self.note(weighed, REASONS[need], believed=True)
        if self.fit(weighed) is Fit.CONTRARY:
            weighed, supporting = _most_agreed(supporting)
        self._revise(weighed, supporting, REASONS[need])
        return True

    def note(self, weighed: WeighedClaim, reason: str, *, believed: bool) -> None:
        """Record the outcome of a claim, for explanations."""
        self.outcomes[weighed.observation.id] = WeighingOutcome(self.key, believed, reason)

    def _unconcerned(self, weighed: WeighedClaim) -> str:
        if self.fit(weighed) is not None and self._holds(weighed):
            return "its document still names the date that is believed"
        if self.belief is not None and self.belief.status is Status.RELEASED:
            return "it is out: what is said of it afterwards is repetition or another release"
        if weighed.when is not None and weighed.on > bounds(weighed.when)[1]:
            return "the day that it names had gone by when it was said"
        return "it changes nothing of what is believed"

    def confirm(self, supporting: list[WeighedClaim], at: datetime) -> None:
        """Believe the claim of `supporting`, because a person confirmed it at `at`, regardless of earlier claims."""
        weighed, before = supporting[0], self.belief
        when = weighed.when
        if when is None and weighed.status in _OFF:
            when = self._believed_date
        self.belief = Belief(weighed.status, when, Certainty.OFFICIAL)
        if before is not None and (before.status, before.when) == (weighed.status, when):
            self.evidence += [one for one in supporting if one not in self.evidence]
            told = self.alerted is None or self.alerted.certainty.rank < _REPORTED
        else:
            if before is not None and before.when is not None and before.when != when:
                self.overruled.append(before.when)
            self.since, self.evidence = at, list(supporting)
            self.former = Periods(former for former in self.former if former != when)
            told = True
        self.rank, self.confirmed_at, self.against = CONFIRMED, at, None
        self.pending.clear()
        self._recent.clear()
        self.rivals, self._rival_dates = [], Periods()
        self.disputed = False
        if weighed.status is Status.RELEASED:
            self.released_on = _released_on(weighed)
        news = told and self._is_news(weighed, was_due=before is not None and self.alerted is not None)
        if news:
            self._mark_alerted()
        elif self.alerted is not None and self.alerted.status is not weighed.status:
            self.alerted = None  # it is taken back, and nothing is alerted in its place
        said = tuple(one.observation for one in supporting)
        self.revisions.append(
            Revision(self.key, at, before or self.stood, self.belief, "a person confirmed it", said, news)
        )

    def _is_met(self, need: Need, supporting: list[WeighedClaim]) -> bool:
        """Return whether `supporting` fulfil the need; a person's confirmation is contradicted by the maker alone, once."""
        if not self._contradicts(supporting[-1]):
            return _MET[need](self, supporting)
        makers = any(one.rank >= _OFFICIAL and not one.passing for one in supporting)
        return makers and (need in (Need.PREVAIL, Need.OVERWHELM) or _MET[need](self, supporting))

    def _corroborate(self, weighed: WeighedClaim) -> None:
        self.evidence.append(weighed)
        if weighed.rank <= self.rank or self.belief is None:
            return
        fit = self.fit(weighed)
        # A vaguer statement of the maker supports the vaguer date only.
        if fit in (Fit.WIDER, Fit.UNDATED) and self.belief.when is not None:
            return
        before = self.belief
        confirmed = (
            weighed.rank >= _OFFICIAL and before.certainty.rank < _REPORTED and self.alerted is not None
        )
        self.rank = weighed.rank
        self.belief = Belief(before.status, before.when, weighed.certainty)
        if confirmed:
            self.against = None
            self._mark_alerted()
        reason = f"{weighed.certainty.value} word for it"
        self.revisions.append(
            Revision(self.key, weighed.at, before, self.belief, reason, (weighed.observation,), confirmed)
        )

    def _supporting(self, weighed: WeighedClaim) -> list[WeighedClaim]:
        """Return the recent observations that say the same, `weighed` last."""
        said = self.pending.setdefault((weighed.status, str(weighed.when or "")), [])
        said.append(weighed)
        while self._recent and weighed.at - self._recent[0].at > _WINDOW:
            self._recent.popleft()
        self._recent.append(weighed)
        window = _WINDOW if weighed.status is Status.SCHEDULED else _BURST
        if weighed.status is Status.RELEASED and _is_out_now(weighed):
            alike = [
                one
                for (status, _), ones in self.pending.items()
                if status is weighed.status
                for one in ones
                if _is_out_now(one) and _may_be_one_day(one.when, weighed.when)
            ]
            alike.sort(key=lambda one: (one.at, one is weighed))
        elif weighed.when is None:
            alike = said
        elif self.fit(weighed) is Fit.CONTRARY:  # any day that they name says that it is not out
            alike = [
                one for (status, _), ones in self.pending.items() if status is weighed.status for one in ones
            ]
        else:
            edtf = weighed.when.edtf
            alike = [
                one
                for one in self._recent
                if one.status is weighed.status
                and one.when is not None
                and relation_of_edtf(one.when.edtf, edtf) is Relation.SAME
            ]
            if any(str(one.when) != edtf for one in alike):
                # By date, in the order in which the dates came up.
                place = {key: number for number, key in enumerate(self.pending)}
                alike.sort(key=lambda one: place[one.status, str(one.when or "")])
        return [one for one in alike if weighed.at - one.at <= window][-_COUNTED:]

    @property
    def is_settled(self) -> bool:
        """Return whether many observations agree: a single document that differs may be wrong, or wrongly read."""
        return len(self.evidence) > _MANY and self.origins > _MANY

    @property
    def origins(self) -> int:
        """The number of independent origins of the last observations that support the belief."""
        evidence, size, origins = self._counted  # evidence only grows until another list replaces it
        if evidence is not self.evidence or size != len(self.evidence):
            origins = count(self.evidence[-_COUNTED:])
            self._counted = (self.evidence, len(self.evidence), origins)
        return origins

    def _remember_rival(self, weighed: WeighedClaim, supporting: list[WeighedClaim]) -> None:
        if (
            weighed.status is not Status.SCHEDULED
            or self.belief is None
            or self.belief.status is not Status.SCHEDULED
        ):
            return
        if weighed.when is None or self.belief.when is None or weighed.when in self.former:
            return
        if relation(weighed.when, self.belief.when) is Relation.ACROSS:
            return  # a difference of rounding
        if any(relation(weighed.when, former) is Relation.SAME for former in self.overruled):
            return
        if max(weighed.rank, self.rank) < _REPORTED:
            return  # two guesses that differ are no dispute
        if self.is_settled and weighed.rank >= _REPORTED:
            return  # a plain statement against many is a move or a mistake: the next observation decides
        held, found = self.origins, count(supporting)
        if (found < 2 and all(one.passing for one in supporting)) or found < 2 <= held:
            return  # one outlier against many
        rank = max(one.rank for one in supporting)
        equal = rank >= self.rank and found >= held
        if self._rival_dates.have_same(weighed.when):
            self.disputed = self.disputed or equal
            return
        best = max(supporting, key=lambda one: one.rank)
        self.rivals.append(Belief(Status.SCHEDULED, weighed.when, best.certainty))
        self._rival_dates.add(weighed.when)
        self.disputed = self.disputed or equal

    def _revise(self, weighed: WeighedClaim, supporting: list[WeighedClaim], reason: str) -> None:
        before = self.belief
        if (
            before is not None
            and before.when is not None
            and before.status in (Status.SCHEDULED, Status.POSTPONED)
        ):
            kept = weighed.when is not None and relation(weighed.when, before.when) in (
                Relation.SAME,
                Relation.NARROWER,
            )
            if not kept and weighed.status is Status.SCHEDULED:
                self.former.add(before.when)
        self.stepped = (
            before is not None
            and before.when is not None
            and weighed.when is not None
            and is_step(weighed.when, before.when)
        )
        best = max(supporting, key=lambda one: one.rank)
        when = weighed.when
        held = self.held
        if when is None and held is not None and weighed.status in _OFF:
            when = held.when  # the date that was believed is off
        was_alerted = self.alerted is not None or before is None
        was_due = held is not None and was_alerted and not _is_stale(held, weighed)
        against = self.confirmed_at if self._contradicts(weighed) else None
        self.belief = Belief(weighed.status, when, best.certainty)
        self.against, self.confirmed_at = against, None
        self.rank = best.rank
        self.since = supporting[0].at
        self.evidence = list(supporting)
        self.pending.clear()
        self._recent.clear()
        if when is not None and self._rival_dates.have_same(when):
            self.rivals = [
                r for r in self.rivals if r.when is None or relation(r.when, when) is not Relation.SAME
            ]
            self._rival_dates = Periods(r.when for r in self.rivals if r.when is not None)
        self.disputed = False
        if weighed.status is Status.RELEASED:
            self.released_on = _released_on(weighed)
        news = self._is_news(weighed, was_due=was_due)
        if news:
            self._mark_alerted()
        said = tuple(one.observation for one in supporting)
        self.revisions.append(
            Revision(self.key, weighed.at, before or self.stood, self.belief, reason, said, news)
        )

    def _contradicts(self, weighed: WeighedClaim) -> bool:
        """Return whether `weighed` contradicts a person's confirmation, and neither details nor fulfils it nor is about another release."""
        confirmed = self.belief
        if self.rank < CONFIRMED or confirmed is None or weighed.status is Status.RELEASED:
            return False
        if self.fit(weighed) is Fit.AFRESH:
            return False
        if weighed.when is None or confirmed.when is None:
            return weighed.status is not confirmed.status
        related = relation(weighed.when, confirmed.when)
        if (confirmed.status, weighed.status) == (Status.POSTPONED, Status.SCHEDULED):
            return related is Relation.SAME
        stays = related in (Relation.SAME, Relation.NARROWER) and not self.steps(weighed)
        return weighed.status is not confirmed.status or not stays

    def _mark_alerted(self) -> None:
        self.alerted = self.belief
        self.times += 1

    def _is_news(self, weighed: WeighedClaim, *, was_due: bool) -> bool:
        if self.key.instalment is not None and "episode" in self.key.instalment:
            return False  # episodes follow their season
        match weighed.status:
            case Status.SCHEDULED:
                return weighed.when is not None
            case Status.RELEASED if self.key.scope == ("unveiling",):
                return False  # its date is news, but taking place is not a release
            case Status.RELEASED:
                return was_due or _is_fresh(weighed)
            case Status.UNANNOUNCED:
                return False
            case _:
                return was_due

    @property
    def _believed_date(self) -> When | None:
        for belief in (self.belief, self.instead_of):
            if belief is not None and belief.when is not None:
                return belief.when
        return None

    def _is_said_to_come(self, weighed: WeighedClaim) -> bool:
        """Return whether a later day was named just now, so that "it is out" may be about something else."""
        return any(
            one.rank >= _REPORTED
            and not one.passing
            and weighed.at - one.at <= _BURST
            and one.when is not None
            and bounds(one.when)[0] > weighed.on
            for (status, _), ones in self.pending.items()
            if status is Status.SCHEDULED
            for one in ones
        )

    def _has_come(self, weighed: WeighedClaim) -> bool:
        """Return whether the believed period is over when `weighed` is said: who repeated it before does not speak against a later one."""
        believed = self.belief
        return believed is not None and believed.when is not None and bounds(believed.when)[1] <= weighed.on

    def _is_awaited(self, weighed: WeighedClaim, need: Need) -> bool:
        """Return whether `weighed` says, if only in passing, that it came out on the very day for which it was believed to be scheduled."""
        believed = self.held
        return (
            need is Need.SINGLE
            and self.fit(weighed) is Fit.DUE
            and weighed.rank >= _REPORTED
            and not weighed.doubtful
            and weighed.when is not None
            and weighed.when.is_day
            and believed is not None
            and believed.when is not None
            and believed.when.is_day
            and relation(weighed.when, believed.when) is Relation.SAME
        )

    def _is_own_correction(self, weighed: WeighedClaim) -> bool:
        """Return whether the belief rests only on the source that says otherwise now, with the same certainty or plainness."""
        own = outlet(weighed.observation)
        others = {outlet(one.observation) for one in self.evidence}
        if weighed.rank < min(self.rank, _REPORTED) or own not in others:
            return False
        if len(others) == 1:
            return True
        return len(self.evidence) <= _COUNTED and count([*self.evidence, weighed]) == 1

    def steps(self, weighed: WeighedClaim) -> bool:
        """Return whether `weighed` names another day, within a difference of time zones, and says that the date moved.

        It says so itself, or its own source named the believed day before; different sources that differ by a day mean the same day.
        """
        when, believed = weighed.when, self._believed_date
        if when is None or believed is None or not is_step(when, believed):
            return False
        if str(believed) in weighed.holds:
            return False
        if weighed.put_off or self._says_that_it_moved(weighed):
            return True
        own, scope = outlet(weighed.observation), weighed.observation.claim.scope
        return any(
            one.when == believed and one.at < weighed.at and outlet(one.observation) == own
            for one in self.evidence
            if one.observation.claim.scope == scope
        )

    def _says_that_it_moved(self, weighed: WeighedClaim) -> bool:
        believed = self._believed_date
        if believed is None:
            return False
        # An edit retracts what its document said; the better statement of another is not affected.
        moves = weighed.moves | weighed.corrects if weighed.rank >= self.rank else weighed.moves
        return any(edtf != str(weighed.when) and _same_date(edtf, believed) for edtf in moves)

    def _holds(self, weighed: WeighedClaim) -> bool:
        believed = self._believed_date
        if believed is None:
            return False
        return any(_same_date(edtf, believed) for edtf in weighed.holds)


def count(supporting: list[WeighedClaim]) -> int:
    """Return the number of independent origins of `supporting`; repetitions count once."""
    if len(supporting) < 2:
        return len(supporting)
    weighed = [one.observation for one in supporting]
    once = {(outlet(o), o.claim.sources, o.claim.post): o for o in weighed}
    return count_origins(once.values()) if len(once) > 1 else 1


def outlets(supporting: list[WeighedClaim]) -> int:
    """Return the number of outlets of `supporting`: each read the maker's statement for itself."""
    return len({outlet(one.observation) for one in supporting})


def _most_agreed(supporting: list[WeighedClaim]) -> tuple[WeighedClaim, list[WeighedClaim]]:
    """Return the first observation of the date that most of them name, and all that name it."""
    camps = [
        [
            other
            for other in supporting
            if one.when and other.when and relation(other.when, one.when) is Relation.SAME
        ]
        for one in supporting
    ]
    camp = max(camps, key=lambda camp: (len(_plain(camp)), len(camp)))
    return camp[0], camp


def _same_date(edtf: str, when: When) -> bool:
    return relation_of_edtf(edtf, when.edtf) in (Relation.SAME, Relation.WIDER, Relation.NARROWER)


# The fit of a claim by its status.

_FITTING = {related: Fit(related.value) for related in Relation}


def _scheduled(state: BeliefState, weighed: WeighedClaim) -> Fit | None:
    belief = state.belief
    if weighed.when is None:
        return Fit.UNDATED
    if weighed.on - bounds(weighed.when)[1] > _DAY:
        return None  # a past day is not a schedule
    if belief is None:
        return Fit.NEW
    if belief.status is Status.RELEASED:
        if weighed.when.earliest is None or weighed.when.earliest <= weighed.on:
            return None
        if _another(state, weighed):
            return Fit.AFRESH
        return None if state.is_settled else Fit.CONTRARY
    if belief.when is None:
        return Fit.NEW
    related = relation(weighed.when, belief.when)
    if related is Relation.SAME and state.steps(weighed):
        related = Relation.EARLIER if bounds(weighed.when) < bounds(belief.when) else Relation.LATER
    if related not in (Relation.SAME, Relation.WIDER) and state.former.have_same(weighed.when):
        return Fit.FORMER
    return _FITTING[related]


def _another(state: BeliefState, weighed: WeighedClaim) -> bool:
    """Return whether the release is so long ago, or was so rarely reported, that another one is plausible."""
    if state.alerted is None:
        return True
    return state.released_on is not None and weighed.on - state.released_on > _ANOTHER


def _released(state: BeliefState, weighed: WeighedClaim) -> Fit | None:
    belief = state.held
    if belief is None or belief.status is Status.UNANNOUNCED:
        return _age(weighed)
    if weighed.when is not None and _age(weighed) is Fit.PAST:
        expected = belief.when
        if expected is None or relation(weighed.when, expected) not in (
            Relation.SAME,
            Relation.WIDER,
            Relation.NARROWER,
        ):
            return Fit.PAST
    if belief.when is None or belief.status is not Status.SCHEDULED:
        return Fit.UNDATED if weighed.when is None else Fit.NEW
    first, last = bounds(belief.when)
    on = (
        weighed.when.earliest
        if weighed.when is not None and weighed.when.earliest is not None
        else weighed.on
    )
    if first - on > _DAY:
        return Fit.EARLY
    stated = weighed.when is not None and weighed.observation.claim.status is Status.RELEASED
    return Fit.DUE if stated or last - weighed.on <= _DAY else Fit.WITHIN


def _is_fresh(weighed: WeighedClaim) -> bool:
    """Return whether a release has a precision of about a day and is recent."""
    if weighed.when is None or weighed.when.days is None or weighed.when.days > _NEWS.days:
        return False
    return weighed.on - _released_on(weighed) <= _NEWS


def _released_on(weighed: WeighedClaim) -> date:
    """Return the last day on which it may have come out."""
    last = weighed.when.latest if weighed.when is not None else None
    return weighed.on if last is None else min(last, weighed.on)


def _is_out_now(weighed: WeighedClaim) -> bool:
    """Return whether a release is told as one of these days, with a date or without."""
    return weighed.when is None or weighed.when.latest is None or weighed.on - weighed.when.latest <= _NEWS


def _may_be_one_day(one: When | None, other: When | None) -> bool:
    if one is None or other is None:
        return True
    return relation(one, other) in (Relation.SAME, Relation.WIDER, Relation.NARROWER)


def _is_stale(expected: Belief, weighed: WeighedClaim) -> bool:
    """Return whether a release is mentioned so late that everyone who waited for it knows."""
    return expected.when is not None and weighed.on - bounds(expected.when)[1] > _WINDOW


def _age(weighed: WeighedClaim) -> Fit:
    if weighed.when is None:
        return Fit.UNDATED
    return (
        Fit.PAST if weighed.when.latest is not None and weighed.on - weighed.when.latest > _NEWS else Fit.NEW
    )


def _undone(state: BeliefState, weighed: WeighedClaim) -> Fit | None:
    """Return the fit of a claim that a date is cancelled or postponed."""
    believed = state.held.when if state.held else None
    if weighed.when is None:
        return Fit.UNDATED
    if state.former.have_same(weighed.when):
        return Fit.FORMER
    if weighed.on - bounds(weighed.when)[1] > _DAY and (
        believed is None or relation(weighed.when, believed) is not Relation.SAME
    ):
        return Fit.PAST
    return Fit.NEW if believed is None else _FITTING[relation(weighed.when, believed)]


def _unannounced(state: BeliefState, weighed: WeighedClaim) -> Fit | None:
    return Fit.UNDATED if weighed.when is None or state.belief is None else Fit.NEW


_FITS: Mapping[Status, Callable[[BeliefState, WeighedClaim], Fit | None]] = {
    Status.SCHEDULED: _scheduled,
    Status.RELEASED: _released,
    Status.UNANNOUNCED: _unannounced,
    Status.POSTPONED: _undone,
    Status.CANCELLED: _undone,
    Status.DENIED: _undone,
}


# The requirement of each need on the observations.


def _is_said(supporting: list[WeighedClaim]) -> bool:
    """Return whether one observation makes the claim as its topic, or two make it in passing."""
    return not all(one.passing for one in supporting) or count(supporting) > 1


def _plain(supporting: list[WeighedClaim]) -> list[WeighedClaim]:
    return [one for one in supporting if one.rank >= _REPORTED]


def _best(supporting: list[WeighedClaim]) -> int:
    return max(one.rank for one in supporting)


def _prevails(state: BeliefState, supporting: list[WeighedClaim]) -> bool:
    best = _best(supporting)
    plain = _plain(supporting)
    if best >= _OFFICIAL and (not state.is_settled or outlets(plain) > 1):
        return True
    if best >= _REPORTED:
        if state.rank < _REPORTED:
            return True
        needed = _MANY if state.is_settled else 1
        origins = count(plain) if len(plain) > needed else 0
        return origins > needed and origins > count(_since(state, plain[0]))
    if best < state.rank:
        return False
    origins = count(supporting)
    return origins > 1 and origins > count(_since(state, supporting[0]))


def _overwhelms(state: BeliefState, supporting: list[WeighedClaim]) -> bool:
    plain = _plain(supporting)
    origins = count(plain) if len(plain) > _MANY else 0
    return origins > _MANY and origins > count(_since(state, plain[0]))


def _since(state: BeliefState, first: WeighedClaim) -> list[WeighedClaim]:
    """Return the observations that repeated the belief since the other date came up."""
    return [one for one in state.evidence[-_COUNTED:] if one.at >= first.at]


def _sure(state: BeliefState, supporting: list[WeighedClaim]) -> bool:
    return _best(supporting) >= _REPORTED or (_best(supporting) >= state.rank and count(supporting) > 1)


def _firm(_stand: BeliefState, supporting: list[WeighedClaim]) -> bool:
    return _best(supporting) >= _OFFICIAL or count(_plain(supporting)) > 1


def _clear(_stand: BeliefState, supporting: list[WeighedClaim]) -> bool:
    plain = [one for one in _plain(supporting) if not one.passing]
    headlined = any(one.headlined for one in plain)
    official = any(one.rank >= _OFFICIAL and (one.headlined or one.when is not None) for one in plain)
    return official or (outlets(plain) > 1 and (headlined or all(one.rank >= _OFFICIAL for one in plain)))


def _crowd(_stand: BeliefState, supporting: list[WeighedClaim]) -> bool:
    return outlets(_plain(supporting)) > _MANY


def _twice(_stand: BeliefState, supporting: list[WeighedClaim]) -> bool:
    return outlets(_plain(supporting)) > 1


_MET: Mapping[Need, Callable[[BeliefState, list[WeighedClaim]], bool]] = {
    Need.SINGLE: lambda _stand, _supporting: True,
    Need.CORRECTION: lambda _stand, _supporting: True,
    Need.PLAIN: lambda _stand, supporting: _best(supporting) >= _REPORTED,
    Need.SURE: _sure,
    Need.FIRM: _firm,
    Need.CLEAR: _clear,
    Need.TWICE: _twice,
    Need.CROWD: _crowd,
    Need.PREVAIL: _prevails,
    Need.OVERWHELM: _overwhelms,
}
