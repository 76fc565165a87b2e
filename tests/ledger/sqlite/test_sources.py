from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.errors import NotFoundError
from monitor.ledger import Ledger
from monitor.model import (
    FetchOutcome,
    NotModified,
    SourceKind,
    SourceState,
    Trouble,
    Unreachable,
    Validators,
)
from monitor.schedule import next_state
from tests.builders import NOW, source

LATER = NOW + timedelta(minutes=15)


def due(ledger: Ledger, now: datetime, most: int = 99) -> list[str]:
    """Return the sources of up to `most` sites that are due, longest due first."""
    taken = ledger.take_sites("a test", most, now)
    ledger.release(each.lease for each in taken)
    return [source.name for each in taken for source, _ in each.sources]


REMEMBERED = SourceState(
    name="news.example",
    next_poll_at=LATER,
    validators=Validators(
        "https://news.example/final.xml", '"e1"', "Thu, 10 Aug 2023 12:00:00 GMT", "ab" * 32
    ),
    baseline=False,
    last_poll_at=NOW,
    last_success_at=NOW - timedelta(hours=1),
    last_result="503",
    error="the server is overloaded",
    failures=3,
    documents=40,
    claims=2,
    published=(NOW, NOW - timedelta(days=1, microseconds=7)),
    moved_to="https://news.example/new.xml",
    gone=False,
    silence_alerted=True,
    ttl=timedelta(hours=2),
    scheduled_at=NOW,
    usual=timedelta(minutes=15),
)


def test_a_new_source_is_due_at_once_and_starts_with_a_baseline(ledger: Ledger) -> None:
    ledger.sync_sources([source()], NOW)

    assert due(ledger, NOW) == ["news.example"]
    assert ledger.state("news.example") == SourceState(
        name="news.example", next_poll_at=NOW, baseline=True, scheduled_at=NOW
    )


def test_a_state_is_remembered_as_it_was_saved(ledger: Ledger) -> None:
    ledger.sync_sources([source()], NOW)

    ledger.save_states([REMEMBERED])

    assert ledger.state("news.example") == REMEMBERED


def test_the_same_configuration_again_changes_nothing(ledger: Ledger) -> None:
    ledger.sync_sources([source()], NOW)
    ledger.save_states([REMEMBERED])

    ledger.sync_sources([source()], LATER)

    assert ledger.state("news.example") == REMEMBERED


def test_what_is_due_comes_longest_due_first_and_no_more_than_asked_for(ledger: Ledger) -> None:
    ledger.sync_sources([source(name, url=f"https://{name}.example/feed") for name in "abc"], NOW)
    delays = {"a": 2, "b": -1, "c": 1}
    ledger.save_states(
        SourceState(name=name, next_poll_at=NOW + timedelta(seconds=delay)) for name, delay in delays.items()
    )

    assert due(ledger, NOW) == ["b"]
    assert due(ledger, NOW + timedelta(seconds=2)) == ["b", "c", "a"]
    assert due(ledger, NOW + timedelta(seconds=2), 2) == ["b", "c"]


def test_a_source_that_left_the_configuration_is_kept_but_never_due(ledger: Ledger) -> None:
    ledger.sync_sources([source("stays"), source("leaves")], NOW)

    ledger.sync_sources([source("stays")], NOW)

    assert due(ledger, LATER) == ["stays"]
    assert {row.state.name: row.configured for row in ledger.sources()} == {"leaves": False, "stays": True}


def test_a_source_that_comes_back_goes_on_where_it_was(ledger: Ledger) -> None:
    ledger.sync_sources([source()], NOW)
    ledger.save_states([REMEMBERED])
    ledger.sync_sources([], NOW)
    assert due(ledger, LATER) == []

    ledger.sync_sources([source()], NOW)

    assert due(ledger, LATER) == ["news.example"]
    assert ledger.state("news.example") == REMEMBERED


def test_a_source_that_is_gone_is_never_due(ledger: Ledger) -> None:
    ledger.sync_sources([source()], NOW)
    ledger.save_states([replace(REMEMBERED, next_poll_at=NOW, gone=True)])

    assert due(ledger, LATER) == []


def test_a_changed_address_is_polled_at_once_without_the_old_ones_validators_and_trouble(
    ledger: Ledger,
) -> None:
    ledger.sync_sources([source()], NOW)
    ledger.save_states([replace(REMEMBERED, gone=True)])

    ledger.sync_sources([source(url="https://elsewhere.example/feed")], NOW)

    assert ledger.state("news.example") == replace(
        REMEMBERED,
        next_poll_at=NOW,
        baseline=True,
        validators=Validators(),
        error="",
        failures=0,
        moved_to="",
        gone=False,
        silence_alerted=False,
        ttl=None,
        scheduled_at=NOW,
    )
    assert due(ledger, NOW) == ["news.example"]


def test_the_listing_says_what_kind_of_source_it_is_and_where(ledger: Ledger) -> None:
    ledger.sync_sources([source("b", kind=SourceKind.PAGE, url="https://b.example/p"), source("a")], NOW)

    rows = list(ledger.sources())

    assert [(row.state.name, row.kind, row.url) for row in rows] == [
        ("a", "feed", "https://news.example/feed.xml"),
        ("b", "page", "https://b.example/p"),
    ]


def test_an_unknown_source_is_an_error_that_says_where_to_look(ledger: Ledger) -> None:
    with pytest.raises(NotFoundError, match="no source named 'nobody'; `monitor sources` lists them"):
        ledger.state("nobody")


def test_an_idle_tick_looks_at_no_source_that_is_not_due(ledger: Ledger) -> None:
    seen: list[str] = []
    ledger.sqlite.set_trace_callback(seen.append)
    assert not ledger.has_due_sites(NOW)
    assert ledger.take_sites("a test", 9, NOW) == []
    ledger.sqlite.set_trace_callback(None)

    plan = [step[3] for sql in seen for step in ledger.rows(f"EXPLAIN QUERY PLAN {sql}")]

    assert len(seen) == 6
    # What is leased is few, and is looked through for leases that have ended.
    leased = "SCAN sites USING INDEX sites_leased"
    assert all(step.startswith("SEARCH ") or step == leased or "TEMP B-TREE" in step for step in plan), plan


@pytest.mark.parametrize("ahead", [timedelta(minutes=2), timedelta(days=9), timedelta(days=365 * 70)])
@pytest.mark.parametrize("kind", ["read", "failed", "resting", "new"])
def test_what_a_clock_that_was_ahead_scheduled_is_due_when_it_is_put_right(
    ledger: Ledger, ahead: timedelta, kind: str
) -> None:
    polled = source(every=timedelta(hours=1))
    url = polled.url
    outcomes: dict[str, FetchOutcome] = {
        "read": NotModified(url=url, validators=Validators(url)),
        "failed": Unreachable(trouble=Trouble.HTTP, detail="503", status=503, retry_after=timedelta(hours=9)),
        "resting": Unreachable(trouble=Trouble.RATE_LIMITED, detail="a rest", retry_after=timedelta(hours=1)),
    }
    wrong = NOW + ahead
    ledger.sync_sources([polled], wrong)
    if kind != "new":
        state = next_state(polled, ledger.state(polled.name), outcomes[kind], now=wrong, jitter=1.0)
        ledger.save_states([state])
        assert due(ledger, wrong) == []

    assert due(ledger, NOW) == [polled.name]

    right = next_state(polled, ledger.state(polled.name), outcomes["read"], now=NOW, jitter=1.0)
    ledger.save_states([right])
    assert due(ledger, NOW) == []
    assert due(ledger, NOW + timedelta(hours=1.1)) == [polled.name]


def test_a_clock_that_steps_back_by_less_than_a_minute_makes_nothing_due(ledger: Ledger) -> None:
    ledger.sync_sources([source()], NOW)
    ledger.save_states(
        [replace(ledger.state("news.example"), next_poll_at=NOW + timedelta(hours=1), scheduled_at=NOW)]
    )
    assert due(ledger, NOW - timedelta(seconds=50)) == []
    assert due(ledger, NOW - timedelta(seconds=70)) == ["news.example"]
