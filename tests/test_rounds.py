from __future__ import annotations

import asyncio
import logging
from collections import Counter

import pytest

from monitor.errors import LedgerError
from monitor.model import Source, SourceState
from monitor.pipeline import Polled
from monitor.rounds import Deliveries, Polls
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

    async def poll(self, polled: Source) -> Polled:
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
    rounds = polls(polling, ["slow/1", "slow/2", "fast/1"], told)
    rounds.start_due()
    await turn()
    assert polling.started == ["slow/1", "fast/1"]
    polling.gates["slow/1"].set()
    await turn()
    assert polling.started == ["slow/1", "fast/1", "slow/2"]
    assert polling.most["slow"] == 1


async def test_what_is_running_or_waiting_is_not_taken_twice() -> None:
    polling = Polling()
    rounds = polls(polling, ["a/1", "a/2"], [])
    rounds.start_due()
    rounds.start_due()
    polling.open = True
    await turn()
    for gate in polling.gates.values():
        gate.set()
    await turn()
    assert polling.started == ["a/1", "a/2"]


async def test_no_more_than_the_slots_run_at_once() -> None:
    polling = Polling()
    rounds = polls(polling, [f"site{n}/x" for n in range(10)], [], slots=3)
    rounds.start_due()
    await turn()
    assert polling.most["all"] == 3
    polling.open = True
    for gate in polling.gates.values():
        gate.set()
    for _ in range(10):
        await turn()
    assert len(polling.started) == 10
    assert polling.most["all"] == 3


@pytest.mark.parametrize("error", [LedgerError("the disk is full"), ValueError("a bug")])
async def test_a_poll_that_fails_is_logged_and_the_others_go_on(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    polled: list[str] = []

    async def poll(one: Source) -> Polled:
        polled.append(one.name)
        if one.name == "a/1":
            raise error
        return done(one)

    rounds = Polls(due=lambda: [source("a/1"), source("a/2")], poll=poll, site=site, told=lambda _: None)
    with caplog.at_level(logging.ERROR):
        rounds.start_due()
        await turn()
    assert polled == ["a/1", "a/2"]
    assert "a/1" in caplog.text


async def test_a_stop_waits_for_what_runs_and_starts_nothing_more() -> None:
    polling = Polling()
    told: list[Polled] = []
    rounds = polls(polling, ["a/1", "a/2"], told)
    rounds.start_due()
    await turn()
    stopping = asyncio.create_task(rounds.stop(5))
    await turn()
    polling.gates["a/1"].set()
    await stopping
    assert polling.started == ["a/1"]
    assert [polled.source.name for polled in told] == ["a/1"]


async def test_a_stop_gives_up_what_outlasts_its_grace() -> None:
    polling = Polling()
    rounds = polls(polling, ["a/1"], [])
    rounds.start_due()
    await turn()
    await rounds.stop(0.01)
    assert polling.running["all"] == 0


async def test_a_hanging_channel_delays_no_other() -> None:
    sent: list[str] = []
    hang = asyncio.Event()

    async def send(channel: str) -> None:
        sent.append(channel)
        if channel == "hanging":
            await hang.wait()

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
