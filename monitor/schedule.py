"""Compute when to poll a source next, and when its silence is worth a notice. Pure: time and jitter are arguments.

The interval follows the source's rhythm of publication, a failure doubles the wait up to a limit, and a longer wait that the server
asks for is honoured. Only status 410 ends polling.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median_low

from monitor.model import (
    ExtractedBody,
    Fetched,
    FetchOutcome,
    Notice,
    NoticeKind,
    NotModified,
    Source,
    SourceKind,
    SourceState,
    Trouble,
    Unreachable,
)

__all__ = ["FAR", "interval", "late", "mended", "next_state", "retry_interval", "silence"]

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=6)
"""The longest interval: a maker's blog that posts once a month is where the announcement appears."""
UNKNOWN = timedelta(minutes=30)
"""The interval of a source whose rhythm is not known yet."""
LONGEST_RETRY = timedelta(hours=12)
AFTER_GONE = timedelta(days=30)

_RHYTHMS_PER_POLL = 4
# A server that reports too many requests is not asked again within minutes.
_UNWELCOME = frozenset({Trouble.BLOCKED, Trouble.RATE_LIMITED})
_UNWELCOME_WAIT = timedelta(minutes=15)
# Enough to take a second to the limit, few enough for a timedelta to hold a year of it.
_DOUBLINGS = 20
_YEAR = timedelta(days=365)
_PUBLISHED = 20
_ENOUGH_PUBLISHED = 5
_CLOCK_SKEW = timedelta(days=1)
# Clock skew below this is not worth rescheduling for.
_STEP_BACK = timedelta(minutes=1)
_END = datetime.max.replace(tzinfo=UTC)
# The longest Retry-After that is honoured, and the longest wait of a source whose domain is resting.
_LONGEST_ASKED = timedelta(days=1)
_LONGEST_REST = timedelta(hours=1)
_SPREAD = 1.1
FAR = _SPREAD * _LONGEST_ASKED
"""A poll further away than this was put off too long, unless its source has a longer interval."""
_LATE_INTERVALS = 3
_LATE_AT_LEAST = timedelta(minutes=1)

_DEAD_FAILURES = 5
_DEAD_FOR = timedelta(days=1)
# How long a source of a kind may only seem to be dead or gone: YouTube's feeds answer so for days, all of them at once.
_SPELLS = {SourceKind.YOUTUBE: timedelta(days=7)}
_QUIET_FOR = timedelta(days=7)
_QUIET_RHYTHMS = 5


def next_state(
    source: Source,
    state: SourceState,
    outcome: FetchOutcome,
    *,
    now: datetime,
    jitter: float,
    read: ExtractedBody | None = None,
    error: str = "",
) -> SourceState:
    """Return the state of `source` after a poll; call it once everything from the poll is recorded.

    `jitter` is a random number from 0 to 1, `read` what the body contained, `error` a bug that kept it from being recorded: then its
    validators are dropped, so that it is fetched again. `next_poll_at` is always later than `now`.
    """
    if isinstance(outcome, Unreachable):
        return _after_failure(source, state, outcome, now=now, jitter=jitter)
    if error:
        unread = Unreachable(trouble=Trouble.BUG, detail=error)
        return _after_failure(source, state, unread, now=now, jitter=jitter)
    return _after_success(source, state, outcome, now=now, jitter=jitter, read=read)


def interval(source: Source, published: tuple[datetime, ...], now: datetime) -> timedelta:
    """Return the interval of polls of a source that works: the configured one, else a quarter of its rhythm, within limits.

    The rhythm is the median gap between the latest publications, or longer when the last one is long ago.
    """
    if source.every is not None:
        return min(source.every, _YEAR)
    if not published:
        return UNKNOWN
    quiet = max(now - published[0], timedelta())
    gaps = [newer - older for newer, older in pairwise(published)]
    rhythm = max(median_low(gaps), quiet / _RHYTHMS_PER_POLL) if gaps else quiet
    return min(max(rhythm / _RHYTHMS_PER_POLL, SHORTEST), LONGEST)


def retry_interval(source: Source, usual: timedelta, failures: int) -> timedelta:
    """Return the wait after the `failures`-th consecutive failure: at first at most the shortest interval, doubling, bounded.

    Most failures are over in minutes, and one early retry costs a server no more than a poll of a busy feed. A source with an interval of
    seconds is the user's own server and is retried at least once an hour.
    """
    longest = (
        LONGEST_RETRY if source.every is None else min(LONGEST_RETRY, max(timedelta(hours=1), 60 * usual))
    )
    first = min(usual, SHORTEST)
    return min(first * (1 << min(failures - 1, _DOUBLINGS)), max(longest, usual))


def _after_success(
    source: Source,
    state: SourceState,
    outcome: Fetched | NotModified,
    *,
    now: datetime,
    jitter: float,
    read: ExtractedBody | None,
) -> SourceState:
    published = _latest(state.published, read, now)
    ttl = read.ttl if read else state.ttl
    wait = interval(source, published, now)
    if source.every is None:
        asked = max(outcome.fresh_for or timedelta(), ttl or timedelta())
        wait = _later(max(wait, min(asked, LONGEST)), jitter)
    else:
        wait *= 0.95 + 0.1 * _chance(jitter)
    return replace(
        state,
        next_poll_at=_at(now, wait),
        scheduled_at=now,
        usual=interval(source, published, now),
        validators=outcome.validators,
        baseline=state.baseline and read is None,
        look_for=state.look_for if read is None else (),
        listed=read.listed if read is not None and read.listed else state.listed,
        baseline_for=state.baseline_for if read is None else (),
        last_poll_at=now,
        last_success_at=now,
        last_result="unchanged" if isinstance(outcome, NotModified) else "read",
        error=_doubt(state, read),
        failures=0,
        published=published,
        moved_to=outcome.moved_to,
        gone=False,
        ttl=ttl,
        silent_at=_quiet_from(state, published, now),
    )


def _doubt(state: SourceState, read: ExtractedBody | None) -> str:
    """Return what could not be read of an otherwise readable body; an unchanged response keeps the earlier value."""
    if read is not None:
        return read.doubt
    return state.error if not state.failures else ""


def _after_failure(
    source: Source, state: SourceState, outcome: Unreachable, *, now: datetime, jitter: float
) -> SourceState:
    asked = outcome.retry_after or timedelta()
    if outcome.trouble is Trouble.RATE_LIMITED and outcome.status is None:
        # Its domain is resting after a Retry-After, so no request was made: not a failure of this source.
        wait = _later(max(asked, timedelta(seconds=1)), jitter)
        return replace(state, next_poll_at=_at(now, wait), scheduled_at=now)
    failures = state.failures + 1
    usual = interval(source, state.published, now)
    wait = max(retry_interval(source, usual, failures), asked)
    if outcome.trouble in _UNWELCOME:
        wait = max(wait, min(usual, _UNWELCOME_WAIT))
    gone = outcome.trouble is Trouble.GONE and not _is_a_spell(source, state, now)
    is_near_death = not state.silence_alerted and failures >= _DEAD_FAILURES
    return replace(
        state,
        next_poll_at=_at(now, AFTER_GONE if gone else _later(wait, jitter)),
        scheduled_at=now,
        usual=usual,
        last_poll_at=now,
        last_result=outcome.trouble.value,
        error=outcome.detail,
        failures=failures,
        gone=gone,
        silent_at=_dead_from(source, state, now)
        if is_near_death
        else now
        if gone and not state.silence_alerted
        else None,
    )


def _is_a_spell(source: Source, state: SourceState, now: datetime) -> bool:
    """Return whether a source may only seem to be gone."""
    succeeded, spell = state.last_success_at, _SPELLS.get(source.kind)
    return spell is not None and succeeded is not None and now - succeeded < spell


def _latest(known: tuple[datetime, ...], read: ExtractedBody | None, now: datetime) -> tuple[datetime, ...]:
    """Return the newest publication times, newest first; times in the future are left out, since they show no rhythm.

    Known times may be in the future as well, where they were recorded while the clock was ahead.
    """
    if read is None and (not known or known[0] - now <= _CLOCK_SKEW):
        return known
    found = {*known, *(read.published if read else ())}
    return tuple(sorted((at for at in found if at - now <= _CLOCK_SKEW), reverse=True)[:_PUBLISHED])


def _at(now: datetime, wait: timedelta) -> datetime:
    """Return `now` plus `wait`, at most the end of the calendar."""
    return now + min(wait, _END - now)


def _later(wait: timedelta, jitter: float) -> timedelta:
    """Return `wait` lengthened by up to a tenth, never shortened: it may be what the server asked for."""
    return wait * (1 + 0.1 * _chance(jitter))


def _chance(jitter: float) -> float:
    return min(max(jitter, 0.0), 1.0)


def mended(source: Source, state: SourceState, now: datetime, *, rests: bool = False) -> SourceState | None:
    """Return `state` made due at `now` where its next poll is further away than `source` ever waits; None where it is not.

    Happens after the clock was ahead, and after `every:` was shortened. `rests` says that some site or channel asked for a rest, which may
    last a day.
    """
    usual = interval(source, (), now) if source.every else LONGEST
    longest = (
        max(retry_interval(source, usual, state.failures), _LONGEST_ASKED)
        if state.failures
        else max(usual, _LONGEST_ASKED if rests else _LONGEST_REST)
    )
    is_ahead = state.scheduled_at is not None and state.scheduled_at - now > _STEP_BACK
    if state.gone or not (is_ahead or state.next_poll_at - now > _SPREAD * longest):
        return None
    return replace(state, next_poll_at=now, scheduled_at=now)


def late(state: SourceState, now: datetime) -> str:
    """Return why a source counts as late, which it is when three intervals passed without a poll; "" where it is not.

    After failures, and while its server asked for a rest, a longer wait is intended.
    """
    since = state.last_poll_at or state.scheduled_at
    if state.gone or since is None:
        return ""
    if since - now > _STEP_BACK:
        return f"it was last polled on {since:%Y-%m-%d %H:%M} UTC, which is ahead of the clock"
    usual = state.usual or UNKNOWN
    wait = state.next_poll_at - (state.scheduled_at or since)
    wait = min(wait, _SPREAD * (_LONGEST_ASKED if state.failures else _LONGEST_REST))
    if now - since <= max(_LATE_INTERVALS * usual, usual + wait, _LATE_AT_LEAST):
        return ""
    what = "was not polled" if state.last_poll_at else "was never polled"
    return f"it {what} for {_spoken(now - since)}, though it is due every {_spoken(usual)}"


def _spoken(span: timedelta) -> str:
    """Return a time span in its largest unit, as in "3 hours"."""
    seconds = round(span.total_seconds())
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {unit}" + ("s" if count != 1 else "")
    return f"{seconds} seconds"


def silence(source: Source, state: SourceState, now: datetime) -> Notice | None:
    """Return the notice about the silence of `source`: once when it falls silent, once when it works again; None otherwise.

    The caller sends it and updates `state.silence_alerted`: True after any kind but `source_recovered`.
    """
    found = _silence(source, state, now)
    if found is not None:
        return None if state.silence_alerted else found
    if state.silence_alerted and not state.failures:
        return Notice(NoticeKind.SOURCE_RECOVERED, source.name)
    return None


def _silence(source: Source, state: SourceState, now: datetime) -> Notice | None:
    since = state.last_success_at
    if since is not None and since - now > _STEP_BACK:
        since = None  # noted by a clock that was ahead
    if state.gone:
        return Notice(NoticeKind.SOURCE_GONE, source.name)
    dead_for = _SPELLS.get(source.kind, _DEAD_FOR)
    if state.failures >= _DEAD_FAILURES and (since is None or now - since >= dead_for):
        blocked = state.last_result in {Trouble.BLOCKED, Trouble.ROBOTS, Trouble.RATE_LIMITED}
        kind = NoticeKind.SOURCE_BLOCKED if blocked else NoticeKind.SOURCE_DEAD
        return Notice(kind, source.name, {"failures": state.failures, "error": state.error})
    return None if state.failures else _quiet(source, state, now)


def _quiet(source: Source, state: SourceState, now: datetime) -> Notice | None:
    published = state.published
    if len(published) < _ENOUGH_PUBLISHED:
        return None
    usual = _longest_gap(published)
    if now - published[0] <= max(_QUIET_FOR, _QUIET_RHYTHMS * usual):
        return None
    days = (now - published[0]).days
    return Notice(NoticeKind.SOURCE_QUIET, source.name, {"days": days, "usual_days": usual.days + 1})


def _longest_gap(published: tuple[datetime, ...]) -> timedelta:
    return max(newer - older for newer, older in pairwise(published))


def _quiet_from(state: SourceState, published: tuple[datetime, ...], now: datetime) -> datetime | None:
    """Return when a source that works is to be judged next: when it will be quiet, or now where it has recovered."""
    is_same = published is state.published and state.silent_at is not None
    if is_same and not state.failures and not state.silence_alerted:
        return state.silent_at
    quiet_at = None
    if len(published) >= _ENOUGH_PUBLISHED:
        quiet_at = published[0] + min(
            max(_QUIET_FOR, _QUIET_RHYTHMS * _longest_gap(published)), _END - published[0]
        )
    if not state.silence_alerted:
        return quiet_at
    return None if quiet_at is not None and quiet_at < now else now


def _dead_from(source: Source, state: SourceState, now: datetime) -> datetime:
    """Return when a source that failed often will count as dead unless it recovers."""
    since = state.last_success_at
    if state.gone or since is None or since - now > _STEP_BACK:
        return now
    return since + min(_SPELLS.get(source.kind, _DEAD_FOR), _END - since)
