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
from monitor.reconcile.origins import is_shared, outlet
from monitor.reconcile.periods import Relation, relation
from monitor.reconcile.release import is_aside, is_headlined, is_serial
from monitor.reconcile.stand import BY_THE_WAY, CONFIRMED, Heard, Stand, Turn, count

__all__ = ["confirm_trailer", "hear_trailers"]

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
class _Run(Stand):
    """The trailers of one instalment: when the last came out, and which videos came with it."""

    out_at: datetime | None = None
    weak: bool = False
    """It was mentioned in passing only."""
    videos: list[tuple[datetime, str, frozenset[str]]] = field(default_factory=list)
    mentions: list[Heard] = field(default_factory=list)
    announced: list[When] = field(default_factory=list)
    passed: set[str] = field(default_factory=set)
    """The milestones that were reached."""


def confirm_trailer(stands: dict[Key, Stand], said: Sequence[Observation], at: datetime) -> None:
    """Believe that the trailer is out, or announced, as a person confirmed at `at`; one that was alerted is not alerted again."""
    claim = said[0].claim
    key = Key(claim.title, claim.instalment, Event.TRAILER)
    ids = {observation.id for observation in said}
    runs = [run for run in stands.values() if isinstance(run, _Run)]
    # It may have been alerted as a trailer of the season that was current then.
    known = [run for run in runs if any(one.observation.id in ids for one in run.evidence)]
    voices = [_heard(observation) for observation in said]
    if known:
        run = min(known, key=lambda run: (run.key != key, run.key.instalment or ""))
        if run.belief is not None:
            run.belief = Belief(run.belief.status, run.belief.when, Certainty.OFFICIAL)
    else:
        run = next((run for run in runs if run.key == key), None) or _Run(key)
        stands[key] = run
        belief = Belief(voices[0].status, voices[0].when, Certainty.OFFICIAL)
        run.out_at = voices[0].at if belief.status is Status.RELEASED else run.out_at
        _believe(run, belief, voices[0], "a person confirmed it")
        run.evidence = voices
    run.rank, run.confirmed_at = CONFIRMED, at


def hear_trailers(stands: dict[Key, Stand], document: Sequence[Observation]) -> None:
    """Apply the observations of one document to the runs of a work's trailers."""
    awaited = any(_is_to_come(observation) for observation in document)
    named = _named_part(document)
    for observation in sorted(document, key=_in_order):
        heard = _heard(observation)
        if awaited and heard.status is Status.RELEASED:
            continue  # a document that says when the trailer comes does not say that it is out
        run = _run(stands, heard, observation.claim.instalment or named)
        stands.setdefault(run.key, run)
        if heard.status is Status.RELEASED:
            _out(run, heard, in_session=_is_in_session(stands, heard))
        elif heard.status is Status.SCHEDULED:
            _announced(run, heard)


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


def _heard(observation: Observation) -> Heard:
    claim, on = observation.claim, observation.published.date()
    status = claim.status
    if status is Status.RELEASED and claim.when is not None and claim.when.earliest is not None:
        status = Status.SCHEDULED if claim.when.earliest - on > _DAY else status
    return Heard(
        observation=observation,
        status=status,
        when=claim.when,
        rank=claim.certainty.rank,
        at=observation.published,
        on=on,
        headlined=is_headlined(observation),
        passing=is_aside(observation),
    )


def _run(stands: dict[Key, Stand], heard: Heard, instalment: str | None) -> _Run:
    """Return the run that `heard` of `instalment` belongs to: a trailer without a season is that of the latest run."""
    key = Key(heard.observation.claim.title, instalment, Event.TRAILER)
    runs = {run.key: run for run in stands.values() if isinstance(run, _Run)}
    if instalment is None:
        recent = [run for run in runs.values() if is_serial(run.key.instalment) and _in_burst(run, heard)]
        if recent:
            return min(recent, key=lambda run: run.key.instalment or "")
    if _is_whole(instalment):
        recent = [run for run in runs.values() if _is_whole(run.key.instalment) and _in_burst(run, heard)]
        if recent:
            return min(recent, key=lambda run: run.key.instalment or "")
    if _is_video(heard):
        # The same video under another account may be labelled as the whole's, or a part's.
        name = _name(heard)
        for run in runs.values():
            if (
                run.key != key
                and _in_burst(run, heard)
                and any(_alike(name, other) for _, _, other in run.videos)
            ):
                return run
    return runs.get(key) or _Run(key)


def _is_whole(instalment: str | None) -> bool:
    """Return whether it is the work or an edition of it, which writers do not distinguish."""
    return instalment is None or instalment.startswith("edition: ")


def _in_burst(run: _Run, heard: Heard) -> bool:
    return run.out_at is not None and heard.at - run.out_at < _BURST


def _is_in_session(stands: dict[Key, Stand], heard: Heard) -> bool:
    """Return whether a trailer of this work, whatever its label, was alerted within the same show."""
    told = [run.out_at for run in stands.values() if isinstance(run, _Run) and run.out_at is not None]
    return any(heard.at - at < _SESSION for at in told)


def _out(run: _Run, heard: Heard, *, in_session: bool) -> None:
    if heard.when is not None and heard.when.latest is not None and heard.on - heard.when.latest > _NEWS:
        run.note(heard, "the trailer had been out for days when it was said", believed=False)
        return
    run.mentions = [one for one in run.mentions if heard.at - one.at <= _TOGETHER] + [heard]
    if not in_session and _is_another(run, heard):
        run.note(heard, _NEW, believed=True)
        _tell(run, heard)
    else:
        run.note(heard, _why_no_other(run, heard, in_session=in_session), believed=run.belief is not None)
        if run.out_at is not None and heard.at - run.out_at < _ECHO:
            run.evidence.append(heard)
            run.weak = run.weak and not _is_plain(heard)
    if _is_video(heard):
        run.videos.append((heard.at, outlet(heard.observation), _name(heard)))


def _why_no_other(run: _Run, heard: Heard, *, in_session: bool) -> str:
    if run.out_at is None:
        return BY_THE_WAY
    if in_session:
        return "it belongs to the show of a trailer that was told within the hour"
    if heard.at - run.out_at < _ECHO:
        return f"it speaks of the trailer of {run.out_at:%Y-%m-%d}"
    return "it mentions a trailer: neither its headline nor the maker says that it is a new one"


def _is_another(run: _Run, heard: Heard) -> bool:
    if run.out_at is None:
        return not heard.passing or count(run.mentions) > 1
    age = heard.at - run.out_at
    if heard.passing or not _is_plain(heard):
        return age >= _ECHO and (not heard.passing or count(run.mentions) > 1)
    if run.weak and age >= _HOURS:
        return True
    if age < _BURST:
        return _is_video(heard) and _is_another_video(run, heard)
    return age >= _ECHO or (heard.headlined and heard.rank >= _OFFICIAL)


def _is_plain(heard: Heard) -> bool:
    """Return whether the trailer is the document's topic: in its headline, or on the maker's word."""
    return heard.headlined or heard.rank >= _OFFICIAL


def _is_video(heard: Heard) -> bool:
    """Return whether the document is the video itself and not a text about it."""
    named = heard.rank >= _OFFICIAL or len(_name(heard)) <= _BARE
    return heard.headlined and named and is_shared(heard.observation.url)


def _is_another_video(run: _Run, heard: Heard) -> bool:
    """Return whether the account that just posted a video posts another one now: a show has several.

    A video that follows days later under yet another name is cut from the trailer.
    """
    account = outlet(heard.observation)
    mine = [name for at, by, name in run.videos if by == account and heard.at - at < _BURST]
    latest = max((at for at, by, _ in run.videos if by == account), default=heard.at)
    if heard.at - latest > _SHOW:
        return False
    name = _name(heard)
    return bool(mine) and not any(_alike(name, other) for other in mine)


def _name(heard: Heard) -> frozenset[str]:
    """Return the words of the video's own name: the first part of its title without the work's words."""
    observation = heard.observation
    words = set(_WORD.findall(observation.headline.partition("|")[0].casefold()))
    return frozenset(words.difference(_WORD.findall(observation.claim.title.casefold())))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) > _ALIKE * len(one | other)


def _tell(run: _Run, heard: Heard) -> None:
    run.out_at = heard.at
    run.weak = not _is_plain(heard)
    run.trailer, run.milestone = heard.observation.claim.trailer, _milestone(run, heard)
    _believe(run, Belief(Status.RELEASED, heard.when, heard.certainty), heard, _NEW)


def _milestone(run: _Run, heard: Heard) -> str:
    """Return the milestone that a trailer reaches, "" when it is a further one, and record the milestones reached with it."""
    claim = heard.observation.claim
    of_kind = {
        TrailerKind.TEASER: "first teaser",
        TrailerKind.LAUNCH: "launch trailer",
        TrailerKind.TRAILER: "first official trailer" if heard.rank >= _OFFICIAL else "",
    }
    reached = [
        name for name in ("first trailer", of_kind[claim.trailer_kind]) if name and name not in run.passed
    ]
    run.passed.update(reached)
    return reached[-1] if reached else ""


def _believe(run: _Run, belief: Belief, heard: Heard, reason: str) -> None:
    said = (heard.observation,)
    run.turns.append(Turn(run.key, heard.at, run.belief, belief, reason, said, told=True))
    run.belief = run.told = belief
    run.rank = heard.rank
    run.since = heard.at
    run.evidence = [heard]
    run.times += 1


def _announced(run: _Run, heard: Heard) -> None:
    """Believe that a trailer is announced for a day; alerted once for each day, and only within the next few weeks."""
    when = heard.when
    if when is None or when.earliest is None or not when.is_day or heard.passing or not _is_plain(heard):
        run.note(heard, "it names no day on which the trailer comes, or only by the way", believed=False)
        return
    if not _is_to_come(heard.observation) or heard.rank < _OFFICIAL:
        run.note(heard, "the maker does not say so, or the day is not within two weeks", believed=False)
        return
    if any(relation(when, known) is Relation.SAME for known in run.announced):
        run.note(heard, "it says what is believed already", believed=True)
        return
    run.announced.append(when)
    run.note(heard, "a trailer is announced for the day", believed=True)
    # That a further one is announced is no more than that one.
    run.trailer = heard.observation.claim.trailer
    run.milestone = "" if run.passed else "first trailer"
    _believe(
        run, Belief(Status.SCHEDULED, when, heard.certainty), heard, "a trailer is announced for the day"
    )
