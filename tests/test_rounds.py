from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from math import inf
from typing import Any

import pytest

from monitor.cycle import Polled, SiteTurn
from monitor.errors import LeaseLostError, LedgerError
from monitor.leases import Leases
from monitor.ledger import Lease
from monitor.model import Source, SourceState
from monitor.rounds import Deliveries, Polls, Standstill
from tests.builders import NOW, source


def site(polled: Source) -> str:
    return polled.name.split("/")[0]


def done(polled: Source) -> Polled:
    state = SourceState(name=polled.name, next_poll_at=NOW)
    return Polled(polled, state, state)


class Sites:
    """Due sources by site, as a store leases them: a site that is leased is not given out again."""

    def __init__(self, *names: str) -> None:
        self.due: dict[str, list[Source]] = {}
        for name in names:
            self.due.setdefault(site(source(name)), []).append(source(name))
        self.leased: set[str] = set()
        self.forever = False
        """Whether a source is due again as soon as its site is given back."""

    async def is_due(self) -> bool:
        return any(sources and name not in self.leased for name, sources in self.due.items())

    async def take(self, most: int) -> list[SiteTurn]:
        turns: list[SiteTurn] = []
        for name, sources in self.due.items():
            if sources and name not in self.leased and len(turns) < most:
                states = [(each, SourceState(name=each.name, next_poll_at=NOW)) for each in sources]
                turns.append(SiteTurn(Lease(name, 1, inf), deque(states)))
                self.leased.add(name)
                if not self.forever:
                    self.due[name] = []
        return turns


class Held(Leases):
    """Leases of :class:`Sites`: what is given back is free at once."""

    def __init__(self, sites: Sites) -> None:
        self.sites = sites

    def hold(self, lease: Lease) -> None:
        assert lease.name in self.sites.leased

    def drop(self, lease: Lease, *, is_released: bool) -> None:  # noqa: ARG002 - as the store's
        self.sites.leased.remove(lease.name)


@pytest.fixture(autouse=True)
async def ended() -> AsyncIterator[None]:
    """End what a test leaves running, also the search for due sources that the end of a poll starts."""
    yield
    while left := asyncio.all_tasks() - {asyncio.current_task()}:
        for task in left:
            task.cancel()
        await asyncio.wait(left)
        await asyncio.sleep(0)


class Polling:
    """Polls that wait until they are let go, and remember who ran beside whom."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.running: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.gates: dict[str, asyncio.Event] = {}
        self.open = False
        self.keeping: asyncio.Event | None = None

    async def poll(self, _: SiteTurn, polled: Source, __: SourceState, leave: Callable[[], None]) -> Polled:
        self.started.append(polled.name)
        self.running[site(polled)] += 1
        self.running["all"] += 1
        self.most |= self.running
        try:
            if not self.open:
                await self.gates.setdefault(polled.name, asyncio.Event()).wait()
        finally:
            self.running[site(polled)] -= 1
            self.running["all"] -= 1
        leave()
        if self.keeping:
            await self.keeping.wait()
        return done(polled)


def polls(polling: Polling, sites: Sites, polled: list[Polled], slots: int = 64) -> Polls:
    return Polls(
        is_due=sites.is_due,
        take=sites.take,
        poll=polling.poll,
        leases=Held(sites),
        on_poll=polled.append,
        slots=slots,
    )


async def turn() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_one_site_is_polled_one_source_at_a_time_and_the_others_do_not_wait() -> None:
    polling = Polling()
    polled: list[Polled] = []
    round_ = polls(polling, Sites("slow/1", "slow/2", "fast/1"), polled)
    await round_.start_due()
    await turn()
    assert polling.started == ["slow/1", "fast/1"]
    polling.gates["slow/1"].set()
    await turn()
    assert polling.started == ["slow/1", "fast/1", "slow/2"]
    assert polling.most["slow"] == 1
    await round_.stop(0.0)


async def test_the_next_of_a_site_begins_when_its_turn_comes_not_when_the_last_poll_is_kept() -> None:
    polling, sites = Polling(), Sites("a/1", "a/2", "a/3", "b/1")
    polling.open, polling.keeping = True, asyncio.Event()
    polled: list[Polled] = []
    round_ = polls(polling, sites, polled, slots=1)
    await round_.start_due()
    await round_.start_due()
    await turn()
    assert polling.started == ["a/1", "a/2", "a/3", "b/1"]
    assert not polled
    assert sites.leased == {"a", "b"}, "until all of a site is kept"
    await round_.start_due()
    polling.keeping.set()
    await round_.idle()
    assert len(polled) == 4
    assert polling.most["all"] == 1
    assert sites.leased == set()


async def test_a_poll_that_ends_after_its_turn_does_not_end_the_turn_of_the_next() -> None:
    polling = Polling()
    polling.keeping = asyncio.Event()
    round_ = polls(polling, Sites("a/1", "a/2", "a/3"), [])
    await round_.start_due()
    await turn()
    polling.gates["a/1"].set()
    await turn()
    polling.keeping.set()
    await turn()
    assert polling.started == ["a/1", "a/2"]
    assert polling.most["a"] == 1
    await round_.stop(0.0)


async def test_a_site_that_is_leased_is_not_taken_twice() -> None:
    polling, sites = Polling(), Sites("a/1", "a/2")
    sites.forever = True
    round_ = polls(polling, sites, [])
    await round_.start_due()
    await round_.start_due()
    await turn()
    assert polling.started == ["a/1"]
    polling.gates["a/1"].set()
    await turn()
    await round_.start_due()
    assert polling.started == ["a/1", "a/2"]
    await round_.stop(0.0)
    assert sites.leased == set()


async def test_what_was_taken_ahead_is_given_back_by_a_stop() -> None:
    polling, sites = Polling(), Sites("a/1", "b/1", "c/1")
    round_ = polls(polling, sites, [], slots=2)
    await round_.start_due()
    await turn()
    assert (polling.started, sites.leased) == (["a/1", "b/1"], {"a", "b", "c"})
    await round_.stop(0.0)
    assert sites.leased == set()


async def test_no_more_than_the_slots_run_at_once() -> None:
    polling = Polling()
    round_ = polls(polling, Sites(*(f"site{n}/x" for n in range(10))), [], slots=3)
    await round_.start_due()
    await turn()
    assert polling.most["all"] == 3
    polling.open = True
    for gate in polling.gates.values():
        gate.set()
    for _ in range(10):
        await turn()
    assert len(polling.started) == 10
    assert polling.most["all"] == 3


async def test_a_poll_that_fails_is_one_line_and_waits_and_the_others_go_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    polled: list[str] = []

    async def poll(_: SiteTurn, one: Source, __: SourceState, ___: Callable[[], None]) -> Polled:
        polled.append(one.name)
        if one.name == "a/1":
            raise ValueError("a bug")
        return done(one)

    lost: list[str] = []
    sites = Sites("a/1", "a/2")
    round_ = Polls(
        is_due=sites.is_due,
        take=sites.take,
        poll=poll,
        leases=Held(sites),
        on_poll=lambda _: None,
        lost=lambda one, error: lost.append(f"{one.name}: {error}"),
    )
    for _ in range(3):
        sites.due = {"a": [source("a/1"), source("a/2")]}
        with caplog.at_level(logging.ERROR):
            await round_.start_due()
            await round_.idle()
    assert polled == ["a/1", "a/2", "a/2", "a/2"]
    assert len(caplog.messages) == len(lost) == 1
    assert "a/1: a bug of ours ended its poll (ValueError at tests.test_rounds:" in caplog.text
    assert "Traceback" not in caplog.text


async def test_who_waits_for_the_taking_of_sites_does_not_end_it() -> None:
    free, polled, sites, polling = asyncio.Event(), list[Polled](), Sites("a/1"), Polling()
    polling.open = True

    async def is_due() -> bool:
        await free.wait()
        return await sites.is_due()

    round_ = Polls(
        is_due=is_due, take=sites.take, poll=polling.poll, leases=Held(sites), on_poll=polled.append
    )
    waiter = asyncio.create_task(round_.start_due())
    await turn()
    waiter.cancel()
    await turn()
    free.set()
    await round_.idle()
    assert waiter.cancelled()
    assert [each.source.name for each in polled] == ["a/1"]


async def test_a_poll_whose_lease_ended_is_told_and_its_site_is_polled_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sites, lost = Sites("a/1"), []

    async def poll(_: SiteTurn, __: Source, ___: SourceState, ____: Callable[[], None]) -> Polled:
        raise LeaseLostError("its lease ended", where="a")

    round_ = Polls(
        is_due=sites.is_due,
        take=sites.take,
        poll=poll,
        leases=Held(sites),
        on_poll=lambda _: None,
        lost=lambda one, error: lost.append((one.name, error)),
    )
    await round_.start_due()
    await round_.idle()
    assert lost == [("a/1", "nothing of this poll was kept, so it is polled again (a: its lease ended)")]
    assert sites.leased == set()
    assert len(caplog.messages) == 1


def sending(due: list[str], send: Callable[[str], Awaitable[bool]], **named: Any) -> Deliveries:
    """Return deliveries whose channels stay due while they are sent to, as a channel is before it is leased."""

    async def find() -> list[str]:
        return due

    return Deliveries(due=find, send=send, **named)


async def test_a_round_of_a_channel_that_meets_a_bug_is_one_line_and_waits(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def send(channel: str) -> bool:
        sent.append(channel)
        if channel == "bad":
            raise KeyError("timestamp")
        return True

    sent: list[str] = []
    round_ = sending(["bad", "good"], send)
    for _ in range(3):
        await round_.start_due()
        await turn()
    assert sent == ["bad", "good", "good", "good"]
    assert len(caplog.messages) == 1


async def test_while_the_ledger_refuses_one_thing_at_a_time_is_tried_and_each_turn_is_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = 0.0
    tried: list[str] = []
    is_full = True

    def write(name: str) -> None:
        tried.append(name)
        if is_full:
            raise LedgerError("the disk is full")

    async def poll(_: SiteTurn, one: Source, __: SourceState, ___: Callable[[], None]) -> Polled:
        write(one.name)
        return done(one)

    async def send(channel: str) -> bool:
        write(channel)
        return True

    standstill, sites = Standstill(lambda: now), Sites(*(f"site{n}/x" for n in range(9)))
    sites.forever = True
    polling = Polls(
        is_due=sites.is_due, take=sites.take, poll=poll, leases=Held(sites), on_poll=lambda _: None,
        standstill=standstill, slots=2,
    )  # fmt: skip
    posting = sending(["a channel"], send, standstill=standstill)

    async def second() -> None:
        sites.due = {name: sources for name, sources in sites.due.items() if sources[0].name not in tried[3:]}
        await polling.start_due()
        await posting.start_due()
        await turn()

    for _ in range(20):
        await second()
    assert len(tried) <= 3, "what had begun before it was known"
    begun = len(tried)
    for wait in (1, 2, 4):
        now += wait
        await posting.start_due()
        await polling.start_due()
        await turn()
    assert len(tried) == begun + 3, "and one trial each time"
    is_full = False
    for _ in range(20):
        now += 8
        await second()
    assert "a channel" in tried[begun + 3 :]
    assert len(set(tried)) == 10
    assert [record.getMessage() for record in caplog.records] == [
        "nothing is polled or sent until the ledger can be written: the disk is full",
        "the ledger can be written again; polling and sending go on",
    ]


async def test_a_ledger_that_refuses_leases_is_a_standstill_too(caplog: pytest.LogCaptureFixture) -> None:
    async def take(_: int) -> list[SiteTurn]:
        raise LedgerError("the disk is full")

    sites, standstill = Sites("a/1"), Standstill()
    polling = Polls(
        is_due=sites.is_due,
        take=take,
        poll=Polling().poll,
        leases=Held(sites),
        on_poll=lambda _: None,
        standstill=standstill,
    )
    for _ in range(3):
        await polling.start_due()
    assert standstill.error is not None
    assert len(caplog.records) == 1


async def test_a_round_that_sent_nothing_says_nothing_of_the_ledger() -> None:
    now = 0.0
    standstill = Standstill(lambda: now)
    standstill.refused(LedgerError("the disk is full"))
    sent = asyncio.Event()

    async def send(_: str) -> bool:
        sent.set()
        return False

    posting = sending(["a channel"], send, standstill=standstill)
    await posting.start_due()
    await turn()
    assert not sent.is_set()
    now = 1.0
    await posting.start_due()
    await turn()
    assert sent.is_set()
    assert standstill.error is not None


async def test_a_stop_waits_for_what_runs_and_starts_nothing_more() -> None:
    polling = Polling()
    polled: list[Polled] = []
    round_ = polls(polling, Sites("a/1", "a/2"), polled)
    await round_.start_due()
    await turn()
    stopping = asyncio.create_task(round_.stop(5))
    await turn()
    polling.gates["a/1"].set()
    await stopping
    assert polling.started == ["a/1"]
    assert [each.source.name for each in polled] == ["a/1"]


async def test_a_stop_gives_up_what_outlasts_its_grace() -> None:
    polling = Polling()
    round_ = polls(polling, Sites("a/1"), [])
    await round_.start_due()
    await turn()
    await round_.stop(0.01)
    assert polling.running["all"] == 0


async def test_a_hanging_channel_delays_no_other() -> None:
    sent: list[str] = []
    hang = asyncio.Event()

    async def send(channel: str) -> bool:
        sent.append(channel)
        if channel == "hanging":
            await hang.wait()
        return True

    deliveries = sending(["hanging", "quick"], send)
    for _ in range(3):
        await deliveries.start_due()
        await turn()
    assert sent.count("hanging") == 1
    assert sent.count("quick") == 3
    await deliveries.stop(0.01)
    await deliveries.start_due()
    await turn()
    assert len(sent) == 4
