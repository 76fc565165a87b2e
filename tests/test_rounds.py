from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable

import pytest

from monitor import rounds
from monitor.errors import LedgerError
from monitor.model import Source, SourceState
from monitor.pipeline import Polled
from monitor.rounds import Deliveries, Polls, Standstill
from tests.builders import NOW, source


def site(polled: Source) -> str:
    return polled.name.split("/")[0]


def done(polled: Source) -> Polled:
    state = SourceState(name=polled.name, next_poll_at=NOW)
    return Polled(polled, state, state)


class Polling:
    """Polls that wait until they are let go, and remember who ran beside whom."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.running: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.gates: dict[str, asyncio.Event] = {}
        self.open = False
        self.keeping: asyncio.Event | None = None

    async def poll(self, polled: Source, leave: Callable[[], None]) -> Polled:
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


def polls(polling: Polling, names: list[str], told: list[Polled], slots: int = 64) -> Polls:
    sources = [source(name) for name in names]
    return Polls(due=lambda: sources, poll=polling.poll, site=site, told=told.append, slots=slots)


async def turn() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_one_site_is_polled_one_source_at_a_time_and_the_others_do_not_wait() -> None:
    polling = Polling()
    told: list[Polled] = []
    round_ = polls(polling, ["slow/1", "slow/2", "fast/1"], told)
    round_.start_due()
    await turn()
    assert polling.started == ["slow/1", "fast/1"]
    polling.gates["slow/1"].set()
    await turn()
    assert polling.started == ["slow/1", "fast/1", "slow/2"]
    assert polling.most["slow"] == 1


async def test_the_next_of_a_site_begins_when_its_turn_comes_not_when_the_last_poll_is_kept() -> None:
    polling = Polling()
    polling.open, polling.keeping = True, asyncio.Event()
    told: list[Polled] = []
    round_ = polls(polling, ["a/1", "a/2", "a/3", "b/1"], told, slots=1)
    round_.start_due()
    round_.start_due()
    await turn()
    assert polling.started == ["a/1", "b/1", "a/2", "a/3"]
    assert not told
    assert all(map(round_.is_polling, polling.started))
    round_.start_due()
    polling.keeping.set()
    await round_.idle()
    assert len(told) == 4
    assert polling.most["all"] == 1
    assert not any(map(round_.is_polling, polling.started))


async def test_a_poll_that_ends_after_its_turn_does_not_end_the_turn_of_the_next() -> None:
    polling = Polling()
    polling.keeping = asyncio.Event()
    round_ = polls(polling, ["a/1", "a/2", "a/3"], [])
    round_.start_due()
    await turn()
    polling.gates["a/1"].set()
    await turn()
    polling.keeping.set()
    await turn()
    assert polling.started == ["a/1", "a/2"]
    assert polling.most["a"] == 1
    await round_.stop(0.0)


async def test_what_is_running_or_waiting_is_not_taken_twice() -> None:
    polling = Polling()
    round_ = polls(polling, ["a/1", "a/2"], [])
    round_.start_due()
    round_.start_due()
    polling.open = True
    await turn()
    for gate in polling.gates.values():
        gate.set()
    await turn()
    assert polling.started == ["a/1", "a/2"]


async def test_no_more_than_the_slots_run_at_once() -> None:
    polling = Polling()
    round_ = polls(polling, [f"site{n}/x" for n in range(10)], [], slots=3)
    round_.start_due()
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

    async def poll(one: Source, _: Callable[[], None]) -> Polled:
        polled.append(one.name)
        if one.name == "a/1":
            raise ValueError("a bug")
        return done(one)

    lost: list[str] = []
    round_ = Polls(
        due=lambda: [source("a/1"), source("a/2")],
        poll=poll,
        site=site,
        told=lambda _: None,
        lost=lambda one, error: lost.append(f"{one.name}: {error}"),
    )
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            round_.start_due()
            await turn()
    assert polled == ["a/1", "a/2", "a/2", "a/2"]
    assert len(caplog.messages) == len(lost) == 1
    assert "a/1: a bug of ours ended its poll (ValueError at tests.test_rounds:" in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_round_of_a_channel_that_meets_a_bug_is_one_line_and_waits(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def send(channel: str) -> bool:
        sent.append(channel)
        if channel == "bad":
            raise KeyError("timestamp")
        return True

    sent: list[str] = []
    round_ = Deliveries(due=lambda: ["bad", "good"], send=send)
    for _ in range(3):
        round_.start_due()
        await turn()
    assert sent == ["bad", "good", "good", "good"]
    assert len(caplog.messages) == 1


async def test_while_the_ledger_refuses_one_thing_at_a_time_is_tried_and_each_turn_is_said_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "_FIRST_TRIAL_SECONDS", 0.03)
    tried: list[str] = []
    is_full = True

    def write(name: str) -> None:
        tried.append(name)
        if is_full:
            raise LedgerError("the disk is full")

    async def poll(one: Source, _: Callable[[], None]) -> Polled:
        write(one.name)
        return done(one)

    async def send(channel: str) -> bool:
        write(channel)
        return True

    standstill = Standstill()
    polling = Polls(
        due=lambda: [source(f"site{n}/x") for n in range(9)], poll=poll, site=site, told=lambda _: None,
        standstill=standstill, slots=2,
    )  # fmt: skip
    sending = Deliveries(due=lambda: ["a channel"], send=send, standstill=standstill)
    for _ in range(20):
        polling.start_due()
        sending.start_due()
        await turn()
    assert len(tried) == 3, "what had begun before it was known"
    for _ in range(3):
        await asyncio.sleep(0.1)
        sending.start_due()
        polling.start_due()
        await turn()
    assert 4 <= len(tried) <= 6, "and one trial each time"
    is_full = False
    async with asyncio.timeout(5):
        while not {"site8/x", "a channel"} <= set(tried[6:]):
            await asyncio.sleep(0.05)
            polling.start_due()
            sending.start_due()
    assert [record.getMessage() for record in caplog.records] == [
        "nothing is polled or sent until the ledger can be written: the disk is full",
        "the ledger can be written again; polling and sending go on",
    ]


async def test_a_round_that_sent_nothing_says_nothing_of_the_ledger() -> None:
    standstill = Standstill()
    standstill.refused(LedgerError("the disk is full"))

    async def send(_: str) -> bool:
        return False

    sending = Deliveries(due=lambda: ["a channel"], send=send, standstill=standstill)
    async with asyncio.timeout(5):
        while not sending._running:
            await asyncio.sleep(0.05)
            sending.start_due()
    await turn()
    assert standstill.error is not None


async def test_a_stop_waits_for_what_runs_and_starts_nothing_more() -> None:
    polling = Polling()
    told: list[Polled] = []
    round_ = polls(polling, ["a/1", "a/2"], told)
    round_.start_due()
    await turn()
    stopping = asyncio.create_task(round_.stop(5))
    await turn()
    polling.gates["a/1"].set()
    await stopping
    assert polling.started == ["a/1"]
    assert [polled.source.name for polled in told] == ["a/1"]


async def test_a_stop_gives_up_what_outlasts_its_grace() -> None:
    polling = Polling()
    round_ = polls(polling, ["a/1"], [])
    round_.start_due()
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

    deliveries = Deliveries(due=lambda: ["hanging", "quick"], send=send)
    for _ in range(3):
        deliveries.start_due()
        await turn()
    assert sent.count("hanging") == 1
    assert sent.count("quick") == 3
    await deliveries.stop(0.01)
    deliveries.start_due()
    await turn()
    assert len(sent) == 4
