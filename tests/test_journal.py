from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor import journal
from monitor.cycle import Polled
from monitor.journal import PollLog
from monitor.model import SourceKind, SourceState
from tests.builders import NOW, source

OK = SourceState(name="x", next_poll_at=NOW, last_result="read", baseline=False)
LOST = replace(
    OK, last_result="dns", error="no such name", failures=1, next_poll_at=NOW + timedelta(minutes=5)
)
DOUBTFUL = replace(OK, error="1 of 3 dates cannot be read ('soon')")
REFUSED = replace(LOST, last_result="http", error="there is nothing at this address (404)")


def polled(number: int, before: SourceState, after: SourceState) -> Polled:
    name = f"outlet-{number}"
    return Polled(source(name), replace(before, name=name), replace(after, name=name), error=after.error)


@pytest.fixture(autouse=True)
def shown(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MOMENT_SECONDS", 0.0)
    caplog.set_level(logging.INFO, logger="monitor")


async def moment() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_sixteen_sources_without_a_network_are_one_line_and_one_when_it_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told = PollLog()
    for number in range(16):
        told(polled(number, OK, LOST))
    told(Polled(source("file", kind=SourceKind.FILE), OK, OK))
    await moment()
    for number in range(16):
        told(polled(number, LOST, replace(LOST, failures=2)))
    told(polled(16, OK, LOST))
    await moment()
    (line,) = caplog.messages
    assert line == "none of 16 sources can be reached (no such name, and the like); is this machine offline?"
    assert told.hides(LOST)
    assert not told.hides(OK)
    assert not told.hides(REFUSED)
    for number in range(17):
        told(polled(number, LOST, OK))
    await moment()
    assert caplog.messages[1:] == ["the network is back: 17 sources reached again"]
    assert not told.hides(LOST)
    told(polled(3, OK, LOST))
    told.close()
    assert caplog.messages[2].startswith("outlet-3: no such name; next poll at 2023-08-10 12:05 UTC")


async def test_while_anything_is_reached_each_source_stands_for_itself(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told = PollLog()
    for number in range(5):
        told(polled(number, OK, LOST))
    told(polled(5, OK, OK))
    told(polled(6, OK, REFUSED))
    await moment()
    assert [line.partition(":")[0] for line in caplog.messages] == [
        *(f"outlet-{n}" for n in range(5)),
        "outlet-6",
    ]


async def test_each_poll_is_noted_for_who_wants_to_know(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="monitor")
    PollLog()(polled(1, OK, OK))
    assert caplog.messages == [
        "outlet-1: polled (read), 0 new documents, 0 claims; next poll at 2023-08-10 12:00:00 UTC"
    ]


async def test_what_was_read_in_part_is_said_once_and_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    told = PollLog()
    for before, after in ((OK, DOUBTFUL), (DOUBTFUL, DOUBTFUL), (DOUBTFUL, OK)):
        told(polled(1, before, after))
    assert [line.partition(";")[0] for line in caplog.messages] == [
        "outlet-1: 1 of 3 dates cannot be read ('soon')"
    ]


async def test_the_network_is_back_where_what_is_reached_is_read_in_part(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told = PollLog()
    for number in range(4):
        told(polled(number, OK, LOST))
    await moment()
    for number in range(4):
        told(polled(number, LOST, DOUBTFUL))
    await moment()
    assert "the network is back: 4 sources reached again" in caplog.messages
    assert not told.hides(LOST)
