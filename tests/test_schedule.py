from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.model import (
    ExtractedBody,
    Fetched,
    FetchOutcome,
    NoticeKind,
    NotModified,
    SourceState,
    Trouble,
    Unreachable,
    Validators,
)
from monitor.schedule import (
    LONGEST,
    LONGEST_RETRY,
    SHORTEST,
    interval,
    next_state,
    retry_interval,
    silence,
)
from tests.builders import NOW, source

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
VALIDATORS = Validators("https://news.example/feed.xml", '"two"')


def state(**fields: Any) -> SourceState:
    return SourceState(**{"name": "news.example", "next_poll_at": NOW, **fields})


def fetched(**fields: Any) -> Fetched:
    return Fetched(**{"url": VALIDATORS.url, "body": b"", "validators": VALIDATORS, **fields})


def unreachable(trouble: Trouble = Trouble.TIMEOUT, **fields: Any) -> Unreachable:
    return Unreachable(trouble=trouble, **{"detail": "no answer in time", **fields})


def every(gap: timedelta, count: int = 20, newest: timedelta | None = None) -> tuple[datetime, ...]:
    """Publication times `gap` apart, the newest `newest` (else half a gap) ago."""
    last = NOW - (gap / 2 if newest is None else newest)
    return tuple(last - n * gap for n in range(count))


def wait(after: SourceState) -> timedelta:
    return after.next_poll_at - NOW


@pytest.mark.parametrize(
    ("rhythm", "expected"),
    [
        ((), 30 * MINUTE),
        (every(MINUTE), SHORTEST),
        (every(HOUR), 15 * MINUTE),
        (every(8 * HOUR), 2 * HOUR),
        (every(30 * DAY), LONGEST),
        (every(2 * HOUR, count=1, newest=4 * HOUR), HOUR),
        (every(MINUTE, newest=8 * HOUR), 30 * MINUTE),
        (every(HOUR, newest=60 * DAY), LONGEST),
        ((NOW + HOUR, NOW), 15 * MINUTE),
    ],
    ids=["unknown", "each minute", "hourly", "thrice a day", "monthly", "once so far", "burst hours ago", "fell silent", "future"],
)  # fmt: skip
def test_the_interval_is_a_quarter_of_the_rhythm_between_bounds(
    rhythm: tuple[datetime, ...], expected: timedelta
) -> None:
    assert interval(source(), rhythm, NOW) == expected


@pytest.mark.parametrize(
    ("fresh_for", "ttl", "expected"),
    [
        (None, None, 15 * MINUTE),
        (5 * MINUTE, None, 15 * MINUTE),
        (40 * MINUTE, None, 40 * MINUTE),
        (None, 50 * MINUTE, 50 * MINUTE),
        (40 * MINUTE, 50 * MINUTE, 50 * MINUTE),
        (365 * DAY, None, LONGEST),
    ],
)
def test_what_the_server_and_the_feed_ask_for_is_a_lower_bound_with_a_cap(
    fresh_for: timedelta | None, ttl: timedelta | None, expected: timedelta
) -> None:
    after = next_state(
        source(),
        state(published=every(HOUR)),
        fetched(fresh_for=fresh_for),
        now=NOW,
        jitter=0.0,
        read=ExtractedBody(ttl=ttl),
    )
    assert wait(after) == expected


@pytest.mark.parametrize("said", [timedelta(seconds=1), 15 * MINUTE, 2 * DAY])
def test_what_the_user_said_is_the_interval_whatever_else(said: timedelta) -> None:
    after = next_state(
        source(every=said), state(published=every(MINUTE)), fetched(fresh_for=DAY), now=NOW, jitter=0.5
    )
    assert wait(after) == said


@pytest.mark.parametrize(
    ("jitter", "expected"), [(0.0, 15 * MINUTE), (0.5, 15.75 * MINUTE), (1.0, 16.5 * MINUTE)]
)
def test_chance_only_makes_it_later(jitter: float, expected: timedelta) -> None:
    after = next_state(
        source(),
        state(published=every(HOUR)),
        NotModified(url="", validators=VALIDATORS),
        now=NOW,
        jitter=jitter,
    )
    assert wait(after) == expected


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        (None, [5, 10, 20, 40, 80, 160, 320, 640, 720, 720]),
        (timedelta(minutes=5), [5, 10, 20, 40, 80, 160, 300, 300]),
        (timedelta(minutes=1), [1, 2, 4, 8, 16, 32, 60, 60]),
        (timedelta(hours=6), [5, 10, 20, 40, 80, 160, 320, 640, 720, 720]),
        (timedelta(days=2), [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 2880, 2880]),
    ],
)
def test_each_failure_in_a_row_doubles_the_wait_up_to_a_bound(
    said: timedelta | None, waits: list[int]
) -> None:
    after = state()
    seen = []
    for _ in waits:
        after = next_state(source(every=said), after, unreachable(), now=NOW, jitter=0.0)
        seen.append(wait(after) / MINUTE)
    assert seen == waits
    assert after.failures == len(waits)


def test_what_was_read_in_part_stays_said_until_the_next_body() -> None:
    doubtful = next_state(
        source(),
        state(),
        fetched(),
        now=NOW,
        jitter=0.0,
        read=ExtractedBody(doubt="2 of 3 dates cannot be read"),
    )
    assert (doubtful.error, doubtful.failures) == ("2 of 3 dates cannot be read", 0)
    unchanged = NotModified(url=VALIDATORS.url, validators=VALIDATORS)
    assert next_state(source(), doubtful, unchanged, now=NOW, jitter=0.0).error == doubtful.error
    assert next_state(source(), doubtful, fetched(), now=NOW, jitter=0.0, read=ExtractedBody()).error == ""
    failed = next_state(source(), doubtful, unreachable(), now=NOW, jitter=0.0)
    assert next_state(source(), failed, unchanged, now=NOW, jitter=0.0).error == ""


def test_a_success_forgets_the_failures() -> None:
    failing = state(failures=7, error="no answer in time", last_result="timeout", gone=True)
    after = next_state(source(), failing, fetched(), now=NOW, jitter=0.0, read=ExtractedBody())
    assert (after.failures, after.error, after.last_result, after.gone) == (0, "", "read", False)
    assert after.last_success_at == after.last_poll_at == NOW
    assert wait(after) == 30 * MINUTE


@pytest.mark.parametrize(("asked", "expected"), [(MINUTE, 15 * MINUTE), (2 * HOUR, 2 * HOUR), (DAY, DAY)])
def test_retry_after_is_the_least_wait(asked: timedelta, expected: timedelta) -> None:
    limited = unreachable(Trouble.RATE_LIMITED, status=429, retry_after=asked)
    assert wait(next_state(source(), state(), limited, now=NOW, jitter=0.0)) == expected


@pytest.mark.parametrize("trouble", [Trouble.BLOCKED, Trouble.RATE_LIMITED])
def test_who_asks_too_often_comes_back_later(trouble: Trouble) -> None:
    after = state()
    seen = []
    for _ in range(4):
        after = next_state(source(), after, unreachable(trouble, status=429), now=NOW, jitter=0.0)
        seen.append(wait(after) / MINUTE)
    assert seen == [15, 15, 20, 40]
    own = source(every=timedelta(seconds=1))
    assert wait(next_state(own, state(), unreachable(trouble, status=429), now=NOW, jitter=0.0)) < 2 * MINUTE


def test_a_rest_of_the_domain_is_no_failure_of_the_source() -> None:
    before = state(failures=2, error="as before", last_result="timeout", last_poll_at=NOW - DAY)
    resting = unreachable(Trouble.RATE_LIMITED, retry_after=10 * MINUTE)
    after = next_state(source(), before, resting, now=NOW, jitter=0.0)
    assert after == replace(before, next_poll_at=NOW + 10 * MINUTE, scheduled_at=NOW)


def test_gone_stops_polling_and_a_mere_404_does_not() -> None:
    gone = next_state(source(), state(), unreachable(Trouble.GONE, status=410), now=NOW, jitter=0.0)
    missing = next_state(
        source(), state(failures=500), unreachable(Trouble.HTTP, status=404), now=NOW, jitter=0.0
    )
    assert gone.gone
    assert wait(gone) == 30 * DAY
    assert not missing.gone
    assert wait(missing) == LONGEST_RETRY


def test_a_bug_that_kept_a_body_from_being_recorded_is_a_failure_and_keeps_no_validators() -> None:
    before = state(validators=Validators(VALIDATORS.url, '"one"'))
    after = next_state(source(), before, fetched(), now=NOW, jitter=0.0, error="not well-formed, line 3")
    assert after.validators == before.validators
    assert (after.failures, after.last_result, after.error) == (1, "bug", "not well-formed, line 3")
    assert after.baseline


def test_validators_and_the_move_are_kept_after_success_and_the_baseline_ends_with_the_first_reading() -> (
    None
):
    read = next_state(
        source(),
        state(),
        fetched(moved_to="https://a.example/"),
        now=NOW,
        jitter=0.0,
        read=ExtractedBody(),
    )
    still = NotModified(url="", validators=VALIDATORS, moved_to="https://a.example/")
    unchanged = next_state(source(), read, still, now=NOW, jitter=0.0)
    back = next_state(source(), unchanged, NotModified(url="", validators=VALIDATORS), now=NOW, jitter=0.0)
    assert (read.validators, read.baseline) == (VALIDATORS, False)
    assert (unchanged.last_result, unchanged.moved_to) == ("unchanged", "https://a.example/")
    assert back.moved_to == ""


def test_the_twenty_latest_publications_are_remembered_and_dates_of_the_future_are_not() -> None:
    published = frozenset(NOW - n * HOUR for n in range(-48, 30))
    after = next_state(
        source(),
        state(published=every(DAY)),
        fetched(),
        now=NOW,
        jitter=0.0,
        read=ExtractedBody(published=published),
    )
    assert len(after.published) == 20
    assert after.published[0] == NOW + DAY
    assert list(after.published) == sorted(after.published, reverse=True)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"failures": 4, "last_success_at": NOW - 9 * DAY}, None),
        ({"failures": 5, "last_success_at": NOW - HOUR}, None),
        ({"failures": 5, "last_success_at": NOW - DAY}, NoticeKind.SOURCE_DEAD),
        ({"failures": 5}, NoticeKind.SOURCE_DEAD),
        ({"failures": 9, "last_success_at": NOW - DAY, "last_result": "blocked"}, NoticeKind.SOURCE_BLOCKED),
        ({"failures": 9, "last_success_at": NOW - DAY, "last_result": "robots"}, NoticeKind.SOURCE_BLOCKED),
        ({"failures": 1, "gone": True, "last_success_at": NOW - HOUR}, NoticeKind.SOURCE_GONE),
        ({"published": every(DAY, newest=6 * DAY)}, None),
        ({"published": every(DAY, newest=8 * DAY)}, NoticeKind.SOURCE_QUIET),
        ({"published": every(HOUR, newest=8 * DAY)}, NoticeKind.SOURCE_QUIET),
        ({"published": every(7 * DAY, newest=30 * DAY)}, None),
        ({"published": every(7 * DAY, newest=36 * DAY)}, NoticeKind.SOURCE_QUIET),
        ({"published": every(DAY, count=4, newest=300 * DAY)}, None),
        ({"published": every(DAY, newest=8 * DAY), "failures": 1}, None),
    ],
)  # fmt: skip
def test_silence_is_told_once(fields: dict[str, Any], kind: NoticeKind | None) -> None:
    found = silence(source(), state(**fields), NOW)
    assert (found.kind if found else None) == kind
    assert silence(source(), state(silence_alerted=True, **{"failures": 5, **fields}), NOW) is None


def test_recovery_is_told_once_and_only_after_a_silence_that_was_told() -> None:
    heard = state(last_success_at=NOW, published=every(DAY))
    told = silence(source(), replace(heard, silence_alerted=True), NOW)
    assert told is not None
    assert told.kind is NoticeKind.SOURCE_RECOVERED
    assert silence(source(), heard, NOW) is None


durations = st.timedeltas(timedelta(), timedelta(days=10**6))
waits = st.none() | durations
moments = st.integers(-700_000, 2_500_000).map(lambda days: NOW + timedelta(days=days))
outcomes: st.SearchStrategy[FetchOutcome] = st.one_of(
    st.builds(fetched, fresh_for=waits),
    st.builds(NotModified, url=st.just(""), validators=st.just(VALIDATORS), fresh_for=waits),
    st.builds(
        Unreachable,
        trouble=st.sampled_from(Trouble),
        detail=st.just("x"),
        status=st.none() | st.sampled_from([404, 429, 503]),
        retry_after=st.none() | st.timedeltas(timedelta(), timedelta(days=1)),
    ),
)


@given(
    outcome=outcomes,
    said=st.none() | st.timedeltas(timedelta(seconds=1), timedelta(days=10**6)),
    published=st.lists(moments, max_size=30),
    failures=st.integers(0, 10**6),
    jitter=st.floats(0, 1),
    now=moments,
    ttl=waits,
)
def test_the_next_poll_is_always_later_and_never_for_ever(
    outcome: FetchOutcome, said: timedelta | None, published: list[datetime], failures: int, jitter: float, now: datetime, ttl: timedelta | None
) -> None:  # fmt: skip
    read = ExtractedBody(published=frozenset(published), ttl=ttl)
    before = state(failures=failures, published=tuple(sorted(published, reverse=True)[:20]))
    after = next_state(source(every=said), before, outcome, now=now, jitter=jitter, read=read)
    assert now < after.next_poll_at
    assert after.next_poll_at - now <= max(min(said or DAY, 365 * DAY), 30 * DAY) * 1.11
    assert len(after.published) <= 20


@given(
    said=st.none() | st.timedeltas(timedelta(seconds=1), 400 * DAY),
    usual=st.timedeltas(SHORTEST, LONGEST),
    failures=st.integers(1, 10**6),
)
def test_the_back_off_never_shrinks_and_is_bounded(
    said: timedelta | None, usual: timedelta, failures: int
) -> None:
    usual = said or usual
    shorter = retry_interval(source(every=said), usual, failures)
    longer = retry_interval(source(every=said), usual, failures + 1)
    assert timedelta() < shorter <= longer <= max(LONGEST_RETRY, usual)


DAILY = [0, 24, 48, 72, 96, 120, 144, 168]
POSTED = st.lists(st.integers(0, 60 * 24), min_size=0, max_size=8, unique=True)


@example(posted=DAILY, outcomes=["read"], later=60 * 24 * 29)
@given(
    posted=POSTED,
    outcomes=st.lists(st.sampled_from(["read", "503", "410", "told"]), min_size=1, max_size=9),
    later=st.integers(0, 60 * 24 * 30),
)
def test_silence_is_judged_no_later_than_it_can_be_told(
    posted: list[int], outcomes: list[str], later: int
) -> None:
    now, each, own = NOW, source(), state(baseline=False)
    published = frozenset(NOW - timedelta(hours=hours) for hours in posted)
    judged = 0
    for outcome in outcomes:
        now += timedelta(hours=5)
        if outcome == "told":
            found = silence(each, own, now)
            if found is not None:
                told = found.kind is not NoticeKind.SOURCE_RECOVERED
                own = replace(own, silence_alerted=told, silent_at=None)
            continue
        result: FetchOutcome = (
            Fetched(url=each.url, body=b"", validators=VALIDATORS)
            if outcome == "read"
            else Unreachable(
                trouble=Trouble.GONE if outcome == "410" else Trouble.HTTP, detail="", status=int(outcome)
            )
        )
        read = ExtractedBody(with_claims=(), published=published) if outcome == "read" else None
        own = next_state(each, own, result, now=now, jitter=0.0, read=read)
        at = now + timedelta(minutes=later)
        if silence(each, own, at) is not None:
            judged += 1
            assert own.silent_at is not None
            assert own.silent_at <= at
    assert judged or posted != DAILY or later < 60 * 24 * 29
