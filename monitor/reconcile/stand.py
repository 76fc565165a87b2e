"""Stand: the belief about one key during the fold, and the weighing of a claim against it.

Observations are applied in the order of publication. Each claim is compared with the belief, the transition table says what it
needs, and the observations that say the same are counted by origin. Nothing depends on when they were read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from monitor.model import Belief, Certainty, Key, Observation, Status, When
from monitor.reconcile.origins import origins, outlet
from monitor.reconcile.periods import Relation, bounds, is_step, relation
from monitor.reconcile.transitions import LACKS, REASONS, TRANSITIONS, Fit, Need

__all__ = ["BY_THE_WAY", "CONFIRMED", "Heard", "Outcome", "Stand", "Turn"]

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
class Heard:
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
    """Claimed in passing, in a document about something else or about many dates at once, or doubtful."""
    doubtful: bool = False
    """The reader's confidence is low."""
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
class Turn:
    """One change of belief: the belief before, the one since `at`, the reason, and its evidence, earliest first."""

    key: Key
    at: datetime
    before: Belief | None
    after: Belief
    reason: str
    voices: tuple[Observation, ...]
    told: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of weighing one claim: whether `key` was believed to be so afterwards, and why or why not."""

    key: Key
    believed: bool
    reason: str


BY_THE_WAY = "it is said by the way, and nobody else says so"


@dataclass(slots=True)
class Stand:
    """The current belief about `key`; `told` is the part of it that was worth an alert.

    `confirmed_at` is when a person confirmed the belief, `against` when one confirmed what the maker has since contradicted.
    """

    key: Key
    belief: Belief | None = None
    rank: int = -1
    since: datetime | None = None
    evidence: list[Heard] = field(default_factory=list)
    told: Belief | None = None
    times: int = 0
    released_on: date | None = None
    former: list[When] = field(default_factory=list)
    pending: dict[tuple[Status, str], list[Heard]] = field(default_factory=dict)
    rivals: list[Belief] = field(default_factory=list)
    disputed: bool = False
    turns: list[Turn] = field(default_factory=list)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    """By the id of the observation."""
    instead_of: Belief | None = None
    """The belief that claims are compared with while the stand has none of its own: a wider scope's, or that of the parts of a whole."""
    stepped: bool = False
    """The belief moved by no more than a difference of time zones, and was said to move."""
    stood: Belief | None = None
    """The part of that which held for this very scope: it moves from there."""
    parted_from_many: bool = False
    """Many observations said that it shares the belief."""
    trailer: str = ""
    milestone: str = ""
    """For a trailer, as in `Change`."""
    confirmed_at: datetime | None = None
    against: datetime | None = None
    overruled: list[When] = field(default_factory=list)
    """Dates that were believed when a person confirmed another: later mentions of them do not count."""
    _fitted: tuple[Heard | None, Belief | None, Fit | None] = (None, None, None)

    @property
    def held(self) -> Belief | None:
        """The belief about the scope: its own, or the one that it shares."""
        return self.belief or self.instead_of

    def held_for(self, scope: tuple[str, ...], until: datetime) -> Belief | None:
        """Return the last belief before `until` that was about all scopes or about `scope`, and not about others alone."""
        for turn in reversed(self.turns):
            if turn.at < until and any(
                not said.claim.scope or set(scope).intersection(said.claim.scope) for said in turn.voices
            ):
                return turn.after
        return None

    def fit(self, heard: Heard) -> Fit | None:
        """Return how `heard` compares with the belief; None when the two are unrelated."""
        if self._fitted[0] is not heard or self._fitted[1] is not self.belief:
            self._fitted = (heard, self.belief, _FITS[heard.status](self, heard))
        return self._fitted[2]

    def need(self, heard: Heard) -> Need | None:
        """Return what `heard` needs to be believed; None when it changes nothing whatever its weight."""
        fit = self.fit(heard)
        if fit is None:
            return None
        held = self.belief if heard.status is Status.SCHEDULED else self.held
        row = TRANSITIONS.get((held.status if held else None, heard.status))
        need = row.get(fit) if row else None
        if (
            need in (Need.PREVAIL, Need.OVERWHELM)
            and heard.when is not None
            and self._says_that_it_moved(heard)
        ):
            return Need.PLAIN
        if fit is Fit.DUE and heard.when is None and self._is_said_to_come(heard):
            return Need.TWICE
        if need is Need.PREVAIL and fit is Fit.LATER and self._has_come(heard):
            return Need.TWICE
        if need is Need.VOICE and self.instead_of is not None:
            # Neither a hedged claim nor one observation against many takes a scope out of what holds for all.
            return Need.TWICE if self.parted_from_many and not self._says_that_it_moved(heard) else Need.PLAIN
        if need is not Need.SUPPORT and heard.status is not Status.RELEASED and self._holds(heard):
            return None  # a document that still names the standing date does not move it
        if need is Need.PREVAIL and self._is_own_correction(heard):
            return Need.CORRECTION
        return need

    def hear(self, heard: Heard) -> bool:
        """Apply one claim; return True when it changed the belief."""
        need = self.need(heard)
        if need is None:
            self.note(heard, self._unconcerned(heard), believed=False)
            return False
        if need is Need.SUPPORT:
            self.note(heard, REASONS[need], believed=True)
            self._corroborate(heard)
            return False
        voices = self._voices(heard)
        is_said = _is_said(voices) or self._is_awaited(heard, need)
        if not is_said or not self._is_met(need, voices):
            self.note(heard, LACKS[need] if is_said else BY_THE_WAY, believed=False)
            self._remember_rival(heard, voices)
            return False
        self.note(heard, REASONS[need], believed=True)
        if self.fit(heard) is Fit.CONTRARY:
            heard, voices = _most_agreed(voices)
        self._revise(heard, voices, REASONS[need])
        return True

    def note(self, heard: Heard, reason: str, *, believed: bool) -> None:
        """Record the outcome of a claim, for explanations."""
        self.outcomes[heard.observation.id] = Outcome(self.key, believed, reason)

    def _unconcerned(self, heard: Heard) -> str:
        if self.fit(heard) is not None and self._holds(heard):
            return "its document still names the date that is believed"
        if self.belief is not None and self.belief.status is Status.RELEASED:
            return "it is out: what is said of it afterwards is repetition or another release"
        if heard.when is not None and heard.on > bounds(heard.when)[1]:
            return "the day that it names had gone by when it was said"
        return "it changes nothing of what is believed"

    def confirm(self, voices: list[Heard], at: datetime) -> None:
        """Believe the claim of `voices` because a person confirmed it at `at`, regardless of earlier claims."""
        heard, before = voices[0], self.belief
        when = heard.when
        if when is None and heard.status in _OFF:
            when = self._believed_date
        self.belief = Belief(heard.status, when, Certainty.OFFICIAL)
        if before is not None and (before.status, before.when) == (heard.status, when):
            self.evidence += [one for one in voices if one not in self.evidence]
            told = self.told is None or self.told.certainty.rank < _REPORTED
        else:
            if before is not None and before.when is not None and before.when != when:
                self.overruled.append(before.when)
            self.since, self.evidence = at, list(voices)
            self.former = [former for former in self.former if former != when]
            told = True
        self.rank, self.confirmed_at, self.against = CONFIRMED, at, None
        self.pending.clear()
        self.rivals = []
        self.disputed = False
        if heard.status is Status.RELEASED:
            self.released_on = _released_on(heard)
        news = told and self._is_news(heard, was_due=before is not None and self.told is not None)
        if news:
            self._tell()
        elif self.told is not None and self.told.status is not heard.status:
            self.told = None  # it is taken back, and nothing is told in its place
        said = tuple(one.observation for one in voices)
        self.turns.append(
            Turn(self.key, at, before or self.stood, self.belief, "a person confirmed it", said, news)
        )

    def _is_met(self, need: Need, voices: list[Heard]) -> bool:
        """Return whether `voices` fulfil the need; a person's confirmation is contradicted by the maker alone, once."""
        if not self._contradicts(voices[-1]):
            return _MET[need](self, voices)
        makers = any(one.rank >= _OFFICIAL and not one.passing for one in voices)
        return makers and (need in (Need.PREVAIL, Need.OVERWHELM) or _MET[need](self, voices))

    def _corroborate(self, heard: Heard) -> None:
        self.evidence.append(heard)
        if heard.rank <= self.rank or self.belief is None:
            return
        fit = self.fit(heard)
        # A vaguer statement of the maker supports the vaguer date only.
        if fit in (Fit.WIDER, Fit.UNDATED) and self.belief.when is not None:
            return
        before = self.belief
        confirmed = heard.rank >= _OFFICIAL and before.certainty.rank < _REPORTED and self.told is not None
        self.rank = heard.rank
        self.belief = Belief(before.status, before.when, heard.certainty)
        if confirmed:
            self.against = None
            self._tell()
        reason = f"{heard.certainty.value} word for it"
        self.turns.append(
            Turn(self.key, heard.at, before, self.belief, reason, (heard.observation,), confirmed)
        )

    def _voices(self, heard: Heard) -> list[Heard]:
        """Return the recent observations that say the same, `heard` last."""
        said = self.pending.setdefault((heard.status, str(heard.when or "")), [])
        said.append(heard)
        if heard.status is Status.RELEASED and _is_out_now(heard):
            alike = [
                one
                for (status, _), ones in self.pending.items()
                if status is heard.status
                for one in ones
                if _is_out_now(one) and _may_be_one_day(one.when, heard.when)
            ]
        elif heard.when is None:
            alike = said
        elif self.fit(heard) is Fit.CONTRARY:  # whichever day they name, they say that it is not out
            alike = [
                one for (status, _), ones in self.pending.items() if status is heard.status for one in ones
            ]
        else:
            alike = [
                one
                for (status, _), ones in self.pending.items()
                if status is heard.status
                for one in ones
                if one.when is not None and relation(one.when, heard.when) is Relation.SAME
            ]
        window = _WINDOW if heard.status is Status.SCHEDULED else _BURST
        return [one for one in alike if heard.at - one.at <= window][-_COUNTED:]

    @property
    def is_settled(self) -> bool:
        """Return whether many observations agree: a single document that differs may be wrong, or wrongly read."""
        return count(self.evidence[-_COUNTED:]) > _MANY

    def _remember_rival(self, heard: Heard, voices: list[Heard]) -> None:
        if (
            heard.status is not Status.SCHEDULED
            or self.belief is None
            or self.belief.status is not Status.SCHEDULED
        ):
            return
        if heard.when is None or self.belief.when is None or heard.when in self.former:
            return
        if relation(heard.when, self.belief.when) is Relation.ACROSS:
            return  # rounded otherwise
        if any(relation(heard.when, former) is Relation.SAME for former in self.overruled):
            return
        rank = max(one.rank for one in voices)
        held = count(self.evidence[-_COUNTED:])
        if not _is_said(voices) or (held > 1 and count(voices) < 2):
            return  # one outlier against many
        if self.is_settled and heard.rank >= _REPORTED:
            return  # a plain statement against many is a move or a mistake: the next voice tells which
        if max(heard.rank, self.rank) < _REPORTED:
            return  # two guesses that differ are no dispute
        equal = rank >= self.rank and count(voices) >= held
        if any(
            rival.when is not None and relation(heard.when, rival.when) is Relation.SAME
            for rival in self.rivals
        ):
            self.disputed = self.disputed or equal
            return
        best = max(voices, key=lambda one: one.rank)
        self.rivals.append(Belief(Status.SCHEDULED, heard.when, best.certainty))
        self.disputed = self.disputed or equal

    def _revise(self, heard: Heard, voices: list[Heard], reason: str) -> None:
        before = self.belief
        if (
            before is not None
            and before.when is not None
            and before.status in (Status.SCHEDULED, Status.POSTPONED)
        ):
            kept = heard.when is not None and relation(heard.when, before.when) in (
                Relation.SAME,
                Relation.NARROWER,
            )
            if not kept and heard.status is Status.SCHEDULED:
                self.former.append(before.when)
        self.stepped = (
            before is not None
            and before.when is not None
            and heard.when is not None
            and is_step(heard.when, before.when)
        )
        best = max(voices, key=lambda one: one.rank)
        when = heard.when
        held = self.held
        if when is None and held is not None and heard.status in _OFF:
            when = held.when  # what is off is the date that stood
        was_told = self.told is not None or before is None
        was_due = held is not None and was_told and not _is_stale(held, heard)
        against = self.confirmed_at if self._contradicts(heard) else None
        self.belief = Belief(heard.status, when, best.certainty)
        self.against, self.confirmed_at = against, None
        self.rank = best.rank
        self.since = voices[0].at
        self.evidence = list(voices)
        self.pending.clear()
        self.rivals = [
            r
            for r in self.rivals
            if r.when is None or when is None or relation(r.when, when) is not Relation.SAME
        ]
        self.disputed = False
        if heard.status is Status.RELEASED:
            self.released_on = _released_on(heard)
        news = self._is_news(heard, was_due=was_due)
        if news:
            self._tell()
        said = tuple(one.observation for one in voices)
        self.turns.append(Turn(self.key, heard.at, before or self.stood, self.belief, reason, said, news))

    def _contradicts(self, heard: Heard) -> bool:
        """Return whether `heard` contradicts a person's confirmation, and neither details nor fulfils it nor is about another release."""
        confirmed = self.belief
        if self.rank < CONFIRMED or confirmed is None or heard.status is Status.RELEASED:
            return False
        if self.fit(heard) is Fit.AFRESH:
            return False
        if heard.when is None or confirmed.when is None:
            return heard.status is not confirmed.status
        related = relation(heard.when, confirmed.when)
        if (confirmed.status, heard.status) == (Status.POSTPONED, Status.SCHEDULED):
            return related is Relation.SAME
        stays = related in (Relation.SAME, Relation.NARROWER) and not self.steps(heard)
        return heard.status is not confirmed.status or not stays

    def _tell(self) -> None:
        self.told = self.belief
        self.times += 1

    def _is_news(self, heard: Heard, *, was_due: bool) -> bool:
        if self.key.instalment is not None and "episode" in self.key.instalment:
            return False  # episodes follow their season
        match heard.status:
            case Status.SCHEDULED:
                return heard.when is not None
            case Status.RELEASED if self.key.scope == ("unveiling",):
                return False  # its date is told, that it took place is no release
            case Status.RELEASED:
                return was_due or _is_fresh(heard)
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

    def _is_said_to_come(self, heard: Heard) -> bool:
        """Return whether a later day was named just now, so that "it is out" may be about something else."""
        return any(
            one.rank >= _REPORTED
            and not one.passing
            and heard.at - one.at <= _BURST
            and one.when is not None
            and bounds(one.when)[0] > heard.on
            for (status, _), ones in self.pending.items()
            if status is Status.SCHEDULED
            for one in ones
        )

    def _has_come(self, heard: Heard) -> bool:
        """Return whether the believed period is over on the day of `heard`: who repeated it before does not speak against a later one."""
        believed = self.belief
        return believed is not None and believed.when is not None and bounds(believed.when)[1] <= heard.on

    def _is_awaited(self, heard: Heard, need: Need) -> bool:
        """Return whether `heard` says, if only in passing, that it came out on the very day for which it was believed to be scheduled."""
        believed = self.held
        return (
            need is Need.VOICE
            and self.fit(heard) is Fit.DUE
            and heard.rank >= _REPORTED
            and not heard.doubtful
            and heard.when is not None
            and heard.when.is_day
            and believed is not None
            and believed.when is not None
            and believed.when.is_day
            and relation(heard.when, believed.when) is Relation.SAME
        )

    def _is_own_correction(self, heard: Heard) -> bool:
        """Return whether the belief rests on the very source that says otherwise now, with the same certainty or plainness."""
        own = outlet(heard.observation)
        others = {outlet(one.observation) for one in self.evidence}
        if heard.rank < min(self.rank, _REPORTED) or own not in others:
            return False
        if len(others) == 1:
            return True
        return len(self.evidence) <= _COUNTED and count([*self.evidence, heard]) == 1

    def steps(self, heard: Heard) -> bool:
        """Return whether `heard` names another day, within a difference of time zones, and says that the date moved.

        It says so itself, or its own source named the believed day before; different sources that differ by a day mean the same day.
        """
        when, believed = heard.when, self._believed_date
        if when is None or believed is None or not is_step(when, believed):
            return False
        if str(believed) in heard.holds:
            return False
        if heard.put_off or self._says_that_it_moved(heard):
            return True
        own, scope = outlet(heard.observation), heard.observation.claim.scope
        return any(
            one.when == believed and one.at < heard.at and outlet(one.observation) == own
            for one in self.evidence
            if one.observation.claim.scope == scope
        )

    def _says_that_it_moved(self, heard: Heard) -> bool:
        believed = self._believed_date
        if believed is None:
            return False
        # An edit retracts what its document said; the better statement of another is not affected.
        moves = heard.moves | heard.corrects if heard.rank >= self.rank else heard.moves
        return any(edtf != str(heard.when) and _same_date(edtf, believed) for edtf in moves)

    def _holds(self, heard: Heard) -> bool:
        believed = self._believed_date
        if believed is None:
            return False
        return any(_same_date(edtf, believed) for edtf in heard.holds)


def count(voices: list[Heard]) -> int:
    """Return the number of independent origins of `voices`; repetitions count once."""
    if len(voices) < 2:
        return len(voices)
    heard = [one.observation for one in voices]
    once = {(outlet(o), o.claim.sources, o.claim.post): o for o in heard}
    return len(origins(once.values())) if len(once) > 1 else 1


def outlets(voices: list[Heard]) -> int:
    """Return the number of outlets of `voices`: each read the maker's statement for itself."""
    return len({outlet(one.observation) for one in voices})


def _most_agreed(voices: list[Heard]) -> tuple[Heard, list[Heard]]:
    """Return the first observation of the date that most of them name, and all that name it."""
    camps = [
        [
            other
            for other in voices
            if one.when and other.when and relation(other.when, one.when) is Relation.SAME
        ]
        for one in voices
    ]
    camp = max(camps, key=lambda camp: (len(_plain(camp)), len(camp)))
    return camp[0], camp


def _same_date(edtf: str, when: When) -> bool:
    return relation(When(edtf), when) in (Relation.SAME, Relation.WIDER, Relation.NARROWER)


# The fit of a claim by its status.

_FITTING = {related: Fit(related.value) for related in Relation}


def _scheduled(stand: Stand, heard: Heard) -> Fit | None:
    belief = stand.belief
    if heard.when is None:
        return Fit.UNDATED
    if heard.on - bounds(heard.when)[1] > _DAY:
        return None  # no schedule names a day gone by
    if belief is None:
        return Fit.NEW
    if belief.status is Status.RELEASED:
        if heard.when.earliest is None or heard.when.earliest <= heard.on:
            return None
        if _another(stand, heard):
            return Fit.AFRESH
        return None if stand.is_settled else Fit.CONTRARY
    if belief.when is None:
        return Fit.NEW
    related = relation(heard.when, belief.when)
    if related is Relation.SAME and stand.steps(heard):
        related = Relation.EARLIER if bounds(heard.when) < bounds(belief.when) else Relation.LATER
    if related not in (Relation.SAME, Relation.WIDER) and any(
        relation(heard.when, former) is Relation.SAME for former in stand.former
    ):
        return Fit.FORMER
    return _FITTING[related]


def _another(stand: Stand, heard: Heard) -> bool:
    """Return whether the release is so long ago, or was so rarely reported, that another one is plausible."""
    if stand.told is None:
        return True
    return stand.released_on is not None and heard.on - stand.released_on > _ANOTHER


def _released(stand: Stand, heard: Heard) -> Fit | None:
    belief = stand.held
    if belief is None or belief.status is Status.UNANNOUNCED:
        return _age(heard)
    if heard.when is not None and _age(heard) is Fit.PAST:
        expected = belief.when
        if expected is None or relation(heard.when, expected) not in (
            Relation.SAME,
            Relation.WIDER,
            Relation.NARROWER,
        ):
            return Fit.PAST
    if belief.when is None or belief.status is not Status.SCHEDULED:
        return Fit.UNDATED if heard.when is None else Fit.NEW
    first, last = bounds(belief.when)
    on = heard.when.earliest if heard.when is not None and heard.when.earliest is not None else heard.on
    if first - on > _DAY:
        return Fit.EARLY
    stated = heard.when is not None and heard.observation.claim.status is Status.RELEASED
    return Fit.DUE if stated or last - heard.on <= _DAY else Fit.WITHIN


def _is_fresh(heard: Heard) -> bool:
    """Return whether a release has a precision of about a day and is recent."""
    if heard.when is None or heard.when.days is None or heard.when.days > _NEWS.days:
        return False
    return heard.on - _released_on(heard) <= _NEWS


def _released_on(heard: Heard) -> date:
    """Return the last day on which it may have come out."""
    last = heard.when.latest if heard.when is not None else None
    return heard.on if last is None else min(last, heard.on)


def _is_out_now(heard: Heard) -> bool:
    """Return whether a release is told as one of these days, with a date or without."""
    return heard.when is None or heard.when.latest is None or heard.on - heard.when.latest <= _NEWS


def _may_be_one_day(one: When | None, other: When | None) -> bool:
    if one is None or other is None:
        return True
    return relation(one, other) in (Relation.SAME, Relation.WIDER, Relation.NARROWER)


def _is_stale(expected: Belief, heard: Heard) -> bool:
    """Return whether a release is mentioned so late that everyone who waited for it knows."""
    return expected.when is not None and heard.on - bounds(expected.when)[1] > _WINDOW


def _age(heard: Heard) -> Fit:
    if heard.when is None:
        return Fit.UNDATED
    return Fit.PAST if heard.when.latest is not None and heard.on - heard.when.latest > _NEWS else Fit.NEW


def _undone(stand: Stand, heard: Heard) -> Fit | None:
    """Return the fit of a claim that a date is cancelled or postponed."""
    believed = stand.held.when if stand.held else None
    if heard.when is None:
        return Fit.UNDATED
    if any(relation(heard.when, former) is Relation.SAME for former in stand.former):
        return Fit.FORMER
    if heard.on - bounds(heard.when)[1] > _DAY and (
        believed is None or relation(heard.when, believed) is not Relation.SAME
    ):
        return Fit.PAST
    return Fit.NEW if believed is None else _FITTING[relation(heard.when, believed)]


def _unannounced(stand: Stand, heard: Heard) -> Fit | None:
    return Fit.UNDATED if heard.when is None or stand.belief is None else Fit.NEW


_FITS: Mapping[Status, Callable[[Stand, Heard], Fit | None]] = {
    Status.SCHEDULED: _scheduled,
    Status.RELEASED: _released,
    Status.UNANNOUNCED: _unannounced,
    Status.POSTPONED: _undone,
    Status.CANCELLED: _undone,
    Status.DENIED: _undone,
}


# The requirement of each need on the observations.


def _is_said(voices: list[Heard]) -> bool:
    """Return whether one observation makes the claim as its topic, or two make it in passing."""
    return not all(one.passing for one in voices) or count(voices) > 1


def _plain(voices: list[Heard]) -> list[Heard]:
    return [one for one in voices if one.rank >= _REPORTED]


def _best(voices: list[Heard]) -> int:
    return max(one.rank for one in voices)


def _prevails(stand: Stand, voices: list[Heard]) -> bool:
    best = _best(voices)
    plain = _plain(voices)
    if best >= _OFFICIAL and (not stand.is_settled or outlets(plain) > 1):
        return True
    if best >= _REPORTED:
        needed = _MANY if stand.is_settled else 1
        return stand.rank < _REPORTED or (
            count(plain) > needed and count(plain) > count(_since(stand, plain[0]))
        )
    return best >= stand.rank and count(voices) > 1 and count(voices) > count(_since(stand, voices[0]))


def _overwhelms(stand: Stand, voices: list[Heard]) -> bool:
    plain = _plain(voices)
    return count(plain) > _MANY and count(plain) > count(_since(stand, plain[0]))


def _since(stand: Stand, first: Heard) -> list[Heard]:
    """Return the observations that repeated the belief since the other date came up."""
    return [one for one in stand.evidence[-_COUNTED:] if one.at >= first.at]


def _sure(stand: Stand, voices: list[Heard]) -> bool:
    return _best(voices) >= _REPORTED or (_best(voices) >= stand.rank and count(voices) > 1)


def _firm(_stand: Stand, voices: list[Heard]) -> bool:
    return _best(voices) >= _OFFICIAL or count(_plain(voices)) > 1


def _clear(_stand: Stand, voices: list[Heard]) -> bool:
    plain = [one for one in _plain(voices) if not one.passing]
    headlined = any(one.headlined for one in plain)
    official = any(one.rank >= _OFFICIAL and (one.headlined or one.when is not None) for one in plain)
    return official or (outlets(plain) > 1 and (headlined or all(one.rank >= _OFFICIAL for one in plain)))


def _crowd(_stand: Stand, voices: list[Heard]) -> bool:
    return outlets(_plain(voices)) > _MANY


def _twice(_stand: Stand, voices: list[Heard]) -> bool:
    return outlets(_plain(voices)) > 1


_MET: Mapping[Need, Callable[[Stand, list[Heard]], bool]] = {
    Need.VOICE: lambda _stand, _voices: True,
    Need.CORRECTION: lambda _stand, _voices: True,
    Need.PLAIN: lambda _stand, voices: _best(voices) >= _REPORTED,
    Need.SURE: _sure,
    Need.FIRM: _firm,
    Need.CLEAR: _clear,
    Need.TWICE: _twice,
    Need.CROWD: _crowd,
    Need.PREVAIL: _prevails,
    Need.OVERWHELM: _overwhelms,
}
