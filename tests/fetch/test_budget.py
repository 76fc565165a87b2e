"""Large bodies share what may be held of all at once: they wait for each other, and small ones for nobody."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest

from monitor.fetch.body import read
from monitor.fetch.budget import FREE_BYTES, BodyBudget
from monitor.model import Unreachable

LARGE = 2 * FREE_BYTES


class Holder:
    """Somebody who has a body."""


async def chunks(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 8192):
        yield body[start : start + 8192]


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.mark.parametrize("coding", ["", "gzip"])
async def test_a_large_body_waits_until_there_is_room_and_a_small_one_does_not(coding: str) -> None:
    budget = BodyBudget(LARGE)
    await budget.take(1)
    body = bytes(LARGE)
    sent = gzip.compress(body) if coding else body
    large = asyncio.create_task(read(chunks(sent), coding, LARGE, room=budget.room(LARGE)))
    small = await read(chunks(bytes(1000)), "", LARGE, room=budget.room(LARGE))
    await settled()
    assert isinstance(small, bytes)
    assert not large.done()
    budget.give(1)
    assert await large == body


async def test_a_body_that_is_a_gzip_file_waits_before_it_is_unpacked() -> None:
    budget = BodyBudget(LARGE)
    await budget.take(1)
    unpacked = asyncio.create_task(
        read(chunks(gzip.compress(bytes(LARGE))), "", LARGE, room=budget.room(LARGE))
    )
    await settled()
    assert not unpacked.done()
    budget.give(1)
    assert await unpacked == bytes(LARGE)


async def test_bodies_get_room_in_the_order_in_which_they_ask_and_keep_what_they_have() -> None:
    budget = BodyBudget(3 * LARGE)
    rooms = [budget.room(2 * LARGE) for _ in range(4)]
    order: list[int] = []

    async def grow(number: int) -> None:
        await rooms[number].grow(LARGE)
        order.append(number)

    tasks = [asyncio.create_task(grow(number)) for number in range(4)]
    await settled()
    assert order == [0]
    rooms[0].shrink(LARGE)  # it is complete, and half of what it might have had
    await settled()
    assert order == [0, 1]
    tasks[2].cancel()
    rooms[1].leave()
    await settled()
    assert order == [0, 1, 3]
    for number in (0, 3):
        rooms[number].leave()
    assert budget.left == 3 * LARGE


async def test_what_was_granted_to_somebody_who_gave_up_is_given_back() -> None:
    budget = BodyBudget(LARGE)
    await budget.take(LARGE)
    waiting = asyncio.create_task(budget.take(LARGE))
    await settled()
    budget.give(LARGE)
    waiting.cancel()  # granted in the same turn of the loop
    await asyncio.gather(waiting, return_exceptions=True)
    assert budget.left == LARGE


async def test_a_body_keeps_its_room_as_long_as_somebody_has_it() -> None:
    budget = BodyBudget(LARGE)
    room, holder = budget.room(LARGE), Holder()
    await room.grow(LARGE)
    room.shrink(LARGE - 1)
    room.leave_with(holder)
    assert budget.left == 1
    del holder
    await settled()
    assert budget.left == LARGE


async def test_a_bomb_holds_no_more_than_a_piece_before_it_waits() -> None:
    budget = BodyBudget(LARGE)
    await budget.take(LARGE)
    given: list[int] = []

    async def bomb() -> AsyncIterator[bytes]:
        packed = gzip.compress(bytes(200 * FREE_BYTES))
        for start in range(0, len(packed), 8192):
            given.append(start)
            yield packed[start : start + 8192]

    reading = asyncio.create_task(read(bomb(), "gzip", LARGE, room=budget.room(LARGE)))
    await settled()
    assert given == [0]  # what is packed in the first chunk is more than it may have
    budget.give(LARGE)
    assert isinstance(await reading, Unreachable)
