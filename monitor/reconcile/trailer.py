"""Trailers: a work has several, each is alerted once, and a repeated report of one is no second trailer.

Reports of a trailer come in a burst. Within it only another video under another name from the account that posted one makes another
trailer; for a while after it only the maker's word does; a mention in passing never does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.model import Belief, Certainty, Event, Key, Observation, Status, TrailerKind, When
from monitor.reconcile.belief_state import BY_THE_WAY, CONFIRMED, BeliefState, Revision, WeighedClaim, count
from monitor.reconcile.origins import is_shared, outlet
from monitor.reconcile.periods import Relation, relation
from monitor.reconcile.release import is_aside, is_headlined, is_serial

__all__ = ["apply_trailers", "confirm_trailer"]

_DAY = timedelta(days=1)
_BURST = timedelta(days=4)
_ECHO = timedelta(days=10)
_SHOW = timedelta(hours=36)
# Trailers that a show plays within this time are one piece of news, however many videos they are cut into.
_SESSION = timedelta(hours=1)
# A trailer older than this when it is mentioned is history.
_NEWS = timedelta(days=4)
# All reports of a trailer come within hours: a mention that old was about another one.
_HOURS = timedelta(hours=12)
# Mentions in passing that are further apart do not support each other.
_TOGETHER = timedelta(days=1)
# The most words that a video's name has beside its work's when nothing calls it official.
_BARE = 3
_ALIKE = 0.5
# An announced trailer is days away; a date further off is more likely the work's.
_SOON = timedelta(days=14)
_WORD = re.compile(r"\w+")
_OFFICIAL = 3
_NEW = "a trailer that was not out before"


@dataclass(slots=True)
class _Run(BeliefState):
    """The trailers of one instalment: when the last came out, and which videos came with it."""

    out_at: datetime | None = None
    weak: bool = False
    """It was mentioned in passing only."""
    videos: list[tuple[datetime, str, frozenset[str]]] = field(default_factory=list)
    mentions: list[WeighedClaim] = field(default_factory=list)
    announced: list[When] = field(default_factory=list)
    passed: set[str] = field(default_factory=set)
    """The milestones that were reached."""


def confirm_trailer(states: dict[Key, BeliefState], said: Sequence[Observation], at: datetime) -> None:
    """Believe that the trailer is out, or announced, as a person confirmed at `at`; one that was alerted is not alerted again."""
    claim = said[0].claim
    key = Key(claim.title, claim.instalment, Event.TRAILER)
    ids = {observation.id for observation in said}
    runs = [run for run in states.values() if isinstance(run, _Run)]
    # It may have been alerted as a trailer of the season that was current then.
    known = [run for run in runs if any(one.observation.id in ids for one in run.evidence)]
    supporting = [_weighed(observation) for observation in said]
    if known:
        run = min(known, key=lambda run: (run.key != key, run.key.instalment or ""))
        if run.belief is not None:
            run.belief = Belief(run.belief.status, run.belief.when, Certainty.OFFICIAL)
    else:
        run = next((run for run in runs if run.key == key), None) or _Run(key)
        states[key] = run
        belief = Belief(supporting[0].status, supporting[0].when, Certainty.OFFICIAL)
        run.out_at = supporting[0].at if belief.status is Status.RELEASED else run.out_at
        _believe(run, belief, supporting[0], "a person confirmed it")
        run.evidence = supporting
    run.rank, run.confirmed_at = CONFIRMED, at


def apply_trailers(states: dict[Key, BeliefState], document: Sequence[Observation]) -> None:
    """Apply the observations of one document to the runs of a work's trailers."""
    awaited = any(_is_to_come(observation) for observation in document)
    named = _named_part(document)
    for observation in sorted(document, key=_in_order):
        weighed = _weighed(observation)
        if awaited and weighed.status is Status.RELEASED:
            continue  # a document that says when the trailer comes does not say that it is out
        run = _run(states, weighed, observation.claim.instalment or named)
        states.setdefault(run.key, run)
        if weighed.status is Status.RELEASED:
            _out(run, weighed, in_session=_is_in_session(states, weighed))
        elif weighed.status is Status.SCHEDULED:
            _announced(run, weighed)


def _named_part(document: Sequence[Observation]) -> str | None:
    """Return the season or volume that a document's trailers are of, None where it names none or several: its headline may leave it out."""
    parts = {observation.claim.instalment for observation in document} - {None}
    part = parts.pop() if len(parts) == 1 else None
    return part if is_serial(part) else None


def _in_order(observation: Observation) -> tuple[object, ...]:
    claim = observation.claim
    rank = -claim.certainty.rank
    return (
        claim.instalment or "",
        claim.status,
        str(claim.when),
        rank,
        observation.url,
        claim.quote,
        claim.sources,
    )


def _is_to_come(observation: Observation) -> bool:
    claim, on = observation.claim, observation.published.date()
    return (
        claim.status is Status.SCHEDULED
        and claim.when is not None
        and claim.when.latest is not None
        and _DAY <= claim.when.latest - on <= _SOON
    )


def _weighed(observation: Observation) -> WeighedClaim:
    claim, on = observation.claim, observation.published.date()
    status = claim.status
    if status is Status.RELEASED and claim.when is not None and claim.when.earliest is not None:
        status = Status.SCHEDULED if claim.when.earliest - on > _DAY else status
    return WeighedClaim(
        observation=observation,
        status=status,
        when=claim.when,
        rank=claim.certainty.rank,
        at=observation.published,
        on=on,
        headlined=is_headlined(observation),
        passing=is_aside(observation),
    )


def _run(states: dict[Key, BeliefState], weighed: WeighedClaim, instalment: str | None) -> _Run:
    """Return the run that `weighed` of `instalment` belongs to: a trailer without a season is that of the latest run."""
    key = Key(weighed.observation.claim.title, instalment, Event.TRAILER)
    runs = {run.key: run for run in states.values() if isinstance(run, _Run)}
    if instalment is None:
        recent = [run for run in runs.values() if is_serial(run.key.instalment) and _in_burst(run, weighed)]
        if recent:
            return min(recent, key=lambda run: run.key.instalment or "")
    if _is_whole(instalment):
        recent = [run for run in runs.values() if _is_whole(run.key.instalment) and _in_burst(run, weighed)]
        if recent:
            return min(recent, key=lambda run: run.key.instalment or "")
    if _is_video(weighed):
        # The same video under another account may be labelled as the whole's, or a part's.
        name = _name(weighed)
        for run in runs.values():
            if (
                run.key != key
                and _in_burst(run, weighed)
                and any(_alike(name, other) for _, _, other in run.videos)
            ):
                return run
    return runs.get(key) or _Run(key)


def _is_whole(instalment: str | None) -> bool:
    """Return whether it is the work or an edition of it, which writers do not distinguish."""
    return instalment is None or instalment.startswith("edition: ")


def _in_burst(run: _Run, weighed: WeighedClaim) -> bool:
    return run.out_at is not None and weighed.at - run.out_at < _BURST


def _is_in_session(states: dict[Key, BeliefState], weighed: WeighedClaim) -> bool:
    """Return whether a trailer of this work, whatever its label, was alerted within the same show."""
    told = [run.out_at for run in states.values() if isinstance(run, _Run) and run.out_at is not None]
    return any(weighed.at - at < _SESSION for at in told)


def _out(run: _Run, weighed: WeighedClaim, *, in_session: bool) -> None:
    if (
        weighed.when is not None
        and weighed.when.latest is not None
        and weighed.on - weighed.when.latest > _NEWS
    ):
        run.note(weighed, "the trailer had been out for days when it was said", believed=False)
        return
    run.mentions = [one for one in run.mentions if weighed.at - one.at <= _TOGETHER] + [weighed]
    if not in_session and _is_another(run, weighed):
        run.note(weighed, _NEW, believed=True)
        _tell(run, weighed)
    else:
        run.note(weighed, _why_no_other(run, weighed, in_session=in_session), believed=run.belief is not None)
        if run.out_at is not None and weighed.at - run.out_at < _ECHO:
            run.evidence.append(weighed)
            run.weak = run.weak and not _is_plain(weighed)
    if _is_video(weighed):
        run.videos.append((weighed.at, outlet(weighed.observation), _name(weighed)))


def _why_no_other(run: _Run, weighed: WeighedClaim, *, in_session: bool) -> str:
    if run.out_at is None:
        return BY_THE_WAY
    if in_session:
        return "it belongs to the show of a trailer that was told within the hour"
    if weighed.at - run.out_at < _ECHO:
        return f"it speaks of the trailer of {run.out_at:%Y-%m-%d}"
    return "it mentions a trailer: neither its headline nor the maker says that it is a new one"


def _is_another(run: _Run, weighed: WeighedClaim) -> bool:
    if run.out_at is None:
        return not weighed.passing or count(run.mentions) > 1
    age = weighed.at - run.out_at
    if weighed.passing or not _is_plain(weighed):
        return age >= _ECHO and (not weighed.passing or count(run.mentions) > 1)
    if run.weak and age >= _HOURS:
        return True
    if age < _BURST:
        return _is_video(weighed) and _is_another_video(run, weighed)
    return age >= _ECHO or (weighed.headlined and weighed.rank >= _OFFICIAL)


def _is_plain(weighed: WeighedClaim) -> bool:
    """Return whether the trailer is the document's topic: in its headline, or on the maker's word."""
    return weighed.headlined or weighed.rank >= _OFFICIAL


def _is_video(weighed: WeighedClaim) -> bool:
    """Return whether the document is the video itself and not a text about it."""
    named = weighed.rank >= _OFFICIAL or len(_name(weighed)) <= _BARE
    return weighed.headlined and named and is_shared(weighed.observation.url)


def _is_another_video(run: _Run, weighed: WeighedClaim) -> bool:
    """Return whether the account that just posted a video posts another one now: a show has several.

    A video that follows days later under yet another name is cut from the trailer.
    """
    account = outlet(weighed.observation)
    mine = [name for at, by, name in run.videos if by == account and weighed.at - at < _BURST]
    latest = max((at for at, by, _ in run.videos if by == account), default=weighed.at)
    if weighed.at - latest > _SHOW:
        return False
    name = _name(weighed)
    return bool(mine) and not any(_alike(name, other) for other in mine)


def _name(weighed: WeighedClaim) -> frozenset[str]:
    """Return the words of the video's own name: the first part of its title without the work's words."""
    observation = weighed.observation
    words = set(_WORD.findall(observation.headline.partition("|")[0].casefold()))
    return frozenset(words.difference(_WORD.findall(observation.claim.title.casefold())))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) > _ALIKE * len(one | other)


def _tell(run: _Run, weighed: WeighedClaim) -> None:
    run.out_at = weighed.at
    run.weak = not _is_plain(weighed)
    run.trailer, run.milestone = weighed.observation.claim.trailer, _milestone(run, weighed)
    _believe(run, Belief(Status.RELEASED, weighed.when, weighed.certainty), weighed, _NEW)


def _milestone(run: _Run, weighed: WeighedClaim) -> str:
    """Return the milestone that a trailer reaches, "" when it is a further one, and record the milestones reached with it."""
    claim = weighed.observation.claim
    of_kind = {
        TrailerKind.TEASER: "first teaser",
        TrailerKind.LAUNCH: "launch trailer",
        TrailerKind.TRAILER: "first official trailer" if weighed.rank >= _OFFICIAL else "",
    }
    reached = [
        name for name in ("first trailer", of_kind[claim.trailer_kind]) if name and name not in run.passed
    ]
    run.passed.update(reached)
    return reached[-1] if reached else ""


def _believe(run: _Run, belief: Belief, weighed: WeighedClaim, reason: str) -> None:
    said = (weighed.observation,)
    run.revisions.append(Revision(run.key, weighed.at, run.belief, belief, reason, said, alerted=True))
    run.belief = run.alerted = belief
    run.rank = weighed.rank
    run.since = weighed.at
    run.evidence = [weighed]
    run.times += 1


def _announced(run: _Run, weighed: WeighedClaim) -> None:
    """Believe that a trailer is announced for a day; alerted once for each day, and only within the next few weeks."""
    when = weighed.when
    if when is None or when.earliest is None or not when.is_day or weighed.passing or not _is_plain(weighed):
        run.note(weighed, "it names no day on which the trailer comes, or only by the way", believed=False)
        return
    if not _is_to_come(weighed.observation) or weighed.rank < _OFFICIAL:
        run.note(weighed, "the maker does not say so, or the day is not within two weeks", believed=False)
        return
    if any(relation(when, known) is Relation.SAME for known in run.announced):
        run.note(weighed, "it says what is believed already", believed=True)
        return
    run.announced.append(when)
    run.note(weighed, "a trailer is announced for the day", believed=True)
    # That a further one is announced is no more than that one.
    run.trailer = weighed.observation.claim.trailer
    run.milestone = "" if run.passed else "first trailer"
    _believe(
        run, Belief(Status.SCHEDULED, when, weighed.certainty), weighed, "a trailer is announced for the day"
    )
