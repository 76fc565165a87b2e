"""Apprise, the real library, against a local JSON endpoint."""

from __future__ import annotations

import asyncio
import json
import sys

import pytest
from aiohttp import web

from monitor.errors import ConfigError, DeliveryError
from monitor.model import Channel, ChannelKind
from monitor.notify.apprise import Apprise
from tests.fakes_notify import Post, Receiver, change, channel, open_receiver, sent

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def _channel(*receivers: Receiver, **fields: object) -> Channel:
    urls = " ".join(receiver.url.replace("http", "json", 1) for receiver in receivers)
    return channel(ChannelKind.APPRISE, "json://…", secrets={"url": urls}, **fields)


async def test_title_and_text_arrive() -> None:
    async with open_receiver() as receiver:
        await Apprise(_channel(receiver)).send(sent())
    told = json.loads(receiver.posts[0].body)
    assert told["title"] == "Alan Wake 2: moved to 27 October 2023"
    assert told["message"].startswith("Alan Wake 2 has moved from 17 to 27 October 2023, says Remedy.")
    assert "https://news.example/doc-1" in told["message"]


async def test_a_service_that_took_it_is_not_told_again_while_another_is_retried() -> None:
    async with open_receiver() as one, open_receiver() as other:
        other.answers = [500]
        serving = Apprise(_channel(one, other))
        with pytest.raises(DeliveryError, match=r"JSON did not take it \(.*error=500") as caught:
            await serving.send(sent())
        assert caught.value.retryable
        await serving.send(sent())
    assert (len(one.posts), len(other.posts)) == (1, 2)


async def test_a_service_that_says_nothing_ends_with_the_time_limit() -> None:
    let_go = asyncio.Event()

    async def stall(_: Post) -> web.Response:
        await let_go.wait()
        return web.Response()

    async with open_receiver() as receiver:
        receiver.answers = [stall]
        with pytest.raises(DeliveryError, match=r"longer than 0.05 s"):
            await Apprise(_channel(receiver), timeout=0.05).send(sent())
        let_go.set()


async def test_what_a_service_has_no_room_for_is_split_and_not_lost() -> None:
    async with open_receiver() as receiver:
        serving = Apprise(_channel(receiver))
        (service,) = serving.services
        service.body_maxlen = 400
        await serving.send(sent(*(change(title=f"Work {number}") for number in range(9))))
        told = " ".join(json.loads(post.body)["message"] for post in receiver.posts)
    assert len(receiver.posts) > 3
    assert all(f"Work {number} has moved" in told for number in range(9))


async def test_an_unreachable_service_is_a_failure() -> None:
    async with open_receiver() as receiver:
        pass
    with pytest.raises(DeliveryError, match="JSON did not take it"):
        await Apprise(_channel(receiver)).send(sent())


def test_without_the_extra_the_channel_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(ConfigError, match=r"Apprise is not installed: pip install 'monitor\[apprise\]'"):
        Apprise(channel(ChannelKind.APPRISE, secrets={"url": "json://localhost"}))
