from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import DeliveryError
from monitor.ledger import Ledger, SqliteStore, Transaction
from monitor.model import (
    ChangeKind,
    Channel,
    ChannelFilter,
    ChannelKind,
    Delivery,
    DeliveryState,
    Event,
    Message,
    Notice,
    NoticeKind,
    alert,
)
from monitor.notify import Notifier, sample_alert
from monitor.notify.routing import decide
from tests.fakes import FakeClock, FakeNotifier, open_outbox
from tests.fakes_notify import change
from tests.senders import sender


class Post:
    """An outbox on a real ledger with two channels: what is queued, sent and told."""

    def __init__(self, folder: Path, **channel: object) -> None:
        self.clock = FakeClock()
        self.ledger = Ledger.open(folder / "monitor.db")
        self.channels = {
            "hook": Channel(name="hook", kind=ChannelKind.WEBHOOK, target="https://hook.example", **channel),  # type: ignore[arg-type]
            "desk": Channel(name="desk", kind=ChannelKind.CONSOLE, target=""),
        }
        self.hook, self.desk = FakeNotifier(), FakeNotifier()
        self.notifiers: dict[str, Notifier] = {"hook": self.hook, "desk": self.desk}
        self.restart()

    def restart(self) -> None:
        self.outbox = open_outbox(self.ledger, self.channels, self.notifiers, self.clock)

    def queue(self, count: int = 1) -> None:
        for _ in range(count):
            self.clock.go(seconds=1)
            alert = sample_alert(self.clock())
            self.ledger.add_delivery(
                None, self.channels["hook"], alert, send_at=self.clock(), now=self.clock()
            )

    async def send(self) -> None:
        for name in await self.outbox.due():
            await self.outbox.send_due(name)

    def deliveries(self, channel: str = "hook") -> list[Delivery]:
        return [each for each in self.ledger.deliveries() if each.channel == channel]

    def states(self, channel: str = "hook") -> list[DeliveryState]:
        return [each.state for each in self.deliveries(channel)]


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    post = Post(tmp_path)
    yield post
    post.ledger.close()


async def test_what_is_due_is_sent_once(post: Post) -> None:
    post.queue(3)
    await post.send()
    await post.send()
    assert len(post.hook.taken) == 3
    assert post.states() == [DeliveryState.DELIVERED] * 3


class Counted(SqliteStore):
    """Counts the transactions that write, by whether they wait for the disk."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.done: list[bool] = []

    def run(self, work: Callable[[Transaction], Any], *, durable: bool = False) -> Any:
        self.done.append(durable)
        return super().run(work, durable=durable)


@pytest.mark.parametrize("trouble", [None, DeliveryError("503"), DeliveryError("550", retryable=False)])
async def test_a_round_of_one_alert_is_two_transactions_one_of_which_waits_for_the_disk(
    post: Post, trouble: DeliveryError | None
) -> None:
    await post.outbox.due()  # the first call corrects the times of a clock that was ahead
    post.hook.troubles = [trouble]
    post.queue()
    store = post.outbox.store = Counted(post.ledger)
    assert await post.outbox.send_due("hook")
    assert store.done == [True, False]
    assert len(post.hook.attempts) == 1
    lease = post.ledger.take_channel("next", "hook")
    assert lease is not None, "given back with the settlement"
    assert post.outbox.leases.returned == ()


async def test_a_channel_that_has_a_sender_is_not_sent_to(post: Post) -> None:
    post.queue()
    lease = post.ledger.take_channel(post.outbox.store.holder, "hook")
    assert lease is not None
    assert not await post.outbox.send_due("hook")
    assert post.hook.attempts == []
    assert post.deliveries()[0].attempted_at is None
    post.ledger.release([lease])
    assert await post.outbox.send_due("hook")


async def test_a_channel_without_due_deliveries_is_not_leased(post: Post) -> None:
    assert await post.outbox.take("hook") is None
    assert post.ledger.take_channel("next", "hook") is not None


async def test_a_retry_carries_the_same_id_and_the_same_bytes(post: Post) -> None:
    post.hook.troubles = [DeliveryError("503 Service Unavailable")]
    post.queue()
    await post.send()
    assert post.states() == [DeliveryState.PENDING]
    post.clock.go(seconds=6)
    await post.send()
    first, second = post.hook.attempts
    assert (first.id, first.body) == (second.id, second.body)
    assert post.states() == [DeliveryState.DELIVERED]


async def test_a_channel_that_fails_is_spared_its_other_deliveries_for_a_while(post: Post) -> None:
    post.hook.troubles = [DeliveryError("connection refused")] * 16
    post.queue(100)
    await post.send()
    assert len(post.hook.attempts) <= 16
    assert await post.outbox.due() == []


async def test_a_channel_may_ask_for_a_longer_pause(post: Post) -> None:
    post.hook.troubles = [DeliveryError("429 Too Many Requests", retry_after=timedelta(minutes=10))]
    post.queue()
    await post.send()
    post.clock.go(minutes=9)
    await post.send()
    assert len(post.hook.attempts) == 1
    post.clock.go(minutes=2)
    await post.send()
    assert len(post.hook.taken) == 1


async def test_after_three_days_a_delivery_is_dead_and_another_channel_says_so(post: Post) -> None:
    post.hook.troubles = [DeliveryError("500 Internal Server Error")] * 99
    post.queue()
    for _ in range(20):
        await post.send()
        post.clock.go(hours=25)
    assert len(post.hook.attempts) == 10
    assert post.states() == [DeliveryState.DEAD]
    assert "hook" in str(post.desk.taken[0].alerts)


async def test_a_channel_that_is_gone_is_disabled_and_its_deliveries_can_be_sent_again_later(
    post: Post,
) -> None:
    post.hook.troubles = [DeliveryError("410 Gone", retryable=False, disable=True)]
    post.queue()
    await post.send()
    post.queue()
    await post.send()
    assert len(post.hook.attempts) == 1
    assert list(post.ledger.disabled_channels()) == ["hook"]
    post.ledger.enable_channel("hook")
    post.ledger.retry([each.id for each in post.deliveries()], post.clock())
    await post.send()
    assert post.states() == [DeliveryState.DELIVERED] * 2


async def test_what_was_cut_off_while_it_was_sent_is_sent_again(post: Post) -> None:
    post.queue()
    sender(post.ledger).mark_attempting({each.id: [each.id] for each in post.deliveries()}, post.clock())
    # Here the process was killed; another one opens the ledger.
    await post.send()
    assert len(post.hook.taken) == 1


async def test_what_was_cut_off_in_company_comes_again_in_the_same(tmp_path: Path) -> None:
    post = Post(tmp_path, digest="hourly")
    post.queue(3)
    sender(post.ledger).mark_attempting({"digest_1": [each.id for each in post.deliveries()]}, post.clock())
    # Here the process was killed; another one opens the ledger, and more is due by then.
    post.queue(2)
    await post.send()
    assert sorted(len(message.alerts) for message in post.hook.taken) == [2, 3]
    post.ledger.close()


async def test_a_stop_settles_what_has_ended_and_cuts_off_the_rest(post: Post) -> None:
    post.hook.hanging = 1
    post.queue(3)
    sending = asyncio.create_task(post.outbox.send_due("hook"))
    while len(post.hook.attempts) < 3:  # noqa: ASYNC110 - what is sent to gives no sign
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert sorted(post.states()) == ["delivered", "delivered", "pending"]


async def test_a_rate_holds_over_a_restart(tmp_path: Path) -> None:
    post = Post(tmp_path, options={"rate": "2/1h"})
    post.queue(2)
    await post.send()
    post.restart()
    post.queue(3)
    await post.send()
    assert len(post.hook.taken) == 2
    post.clock.go(hours=1)
    await post.send()
    assert [len(message.alerts) for message in post.hook.taken] == [1, 1, 3]
    post.ledger.close()


async def test_word_of_a_dead_channel_comes_once_and_once_again_when_it_is_well(post: Post) -> None:
    post.hook.troubles = [DeliveryError("550 refused", retryable=False)] * 3
    for _ in range(3):
        post.queue()
        await post.send()
    assert post.hook.taken == []
    assert [message.alerts[0]["data"] for message in post.desk.taken] == [
        {
            "title": "Channel hook does not accept its alerts",
            "text": "550 refused. `monitor deliveries --state dead` lists what was given up, "
            "`monitor deliveries retry` sends it again.",
            "language": "en",
            "notice": "channel_failing",
            "name": "hook",
            "error": "550 refused",
        }
    ]
    post.queue(2)
    for _ in range(2):
        await post.send()
    assert [message.alerts[0]["data"]["title"] for message in post.desk.taken[1:]] == [
        "Channel hook accepts its alerts again"
    ]


@pytest.mark.parametrize(
    ("desk", "phone", "told"),
    [
        ({}, {}, {"desk", "phone"}),
        ({"only": ChannelFilter(events=("trailer",))}, {}, {"phone"}),
        (
            {"only": ChannelFilter(events=("trailer",))},
            {"only": ChannelFilter(certainty="official")},
            {"desk", "phone"},
        ),
        (
            {"digest": "weekly monday 08:00"},
            {"excluding": ChannelFilter(events=("trailer",))},
            {"desk", "phone"},
        ),
        ({"quiet": "12:00-13:00"}, {}, {"phone"}),
    ],
)
async def test_word_of_the_monitor_goes_to_those_who_asked_for_no_certain_alerts(
    post: Post, desk: dict[str, Any], phone: dict[str, Any], told: set[str]
) -> None:
    post.channels["desk"] = replace(post.channels["desk"], **desk)
    post.channels["phone"] = Channel(name="phone", kind=ChannelKind.CONSOLE, target="", **phone)
    post.notifiers["phone"] = FakeNotifier()
    silent = Notice(NoticeKind.SOURCE_QUIET, "news.example", {"days": 9, "usual_days": 2})
    await post.outbox.store.do(lambda tx: post.outbox.recorder.tell_all(tx, silent, post.clock(), but="hook"))
    assert set(await post.outbox.due()) == told


async def test_a_clock_that_steps_back_delays_nothing_and_repeats_nothing(post: Post) -> None:
    post.hook.troubles = [DeliveryError("503", retry_after=timedelta(hours=20))]
    post.queue()
    await post.send()
    post.queue(2)
    post.clock.go(days=-400)
    await post.send()
    assert len(post.hook.taken) == 3
    post.clock.go(days=800)
    await post.send()
    assert len(post.hook.attempts) == 4


async def test_a_clock_that_was_put_right_while_the_monitor_was_off_delays_nothing(post: Post) -> None:
    post.clock.go(days=400)
    post.hook.troubles = [DeliveryError("503")]
    post.queue()
    await post.send()
    post.clock.go(days=-400)
    post.restart()
    await post.send()
    assert len(post.hook.taken) == 1


async def test_a_digest_is_one_message(tmp_path: Path) -> None:
    post = Post(tmp_path, digest="hourly")
    post.queue(5)
    await post.send()
    assert [len(message.alerts) for message in post.hook.taken] == [5]
    post.ledger.close()


async def test_a_digest_counts_the_trailers_that_it_leaves_out_the_same_on_every_attempt(
    tmp_path: Path,
) -> None:
    post = Post(tmp_path, digest="hourly")
    hook = post.channels["hook"]
    post.hook.troubles = [DeliveryError("503")]

    def happened(number: int, *, milestone: str) -> None:
        told = change(
            ChangeKind.RELEASED,
            None,
            None,
            event=Event.TRAILER,
            title=f"Work {number}",
            milestone=milestone,
            evidence=(),
        )
        (kept,) = post.ledger.add_changes([told])
        decided = decide(hook, kept)
        if decided.wanted:
            post.ledger.add_delivery(kept, hook, alert(kept), send_at=post.clock(), now=post.clock())
        else:
            post.ledger.hold_back(kept, hook.name, decided.rule, decided.reasons)

    for number, milestone in enumerate(("", "first teaser", "", "launch trailer", "")):
        happened(number, milestone=milestone)
    await post.send()
    happened(5, milestone="")
    post.clock.go(hours=2)
    await post.send()
    first, again = post.hook.attempts
    assert (first.id, first.body, first.further_trailers) == (again.id, again.body, 2)
    assert json.loads(again.body)["data"]["further_trailers"] == 2
    happened(6, milestone="first teaser")
    post.clock.go(hours=2)
    await post.send()
    last = post.hook.taken[-1]
    assert (len(last.alerts), last.further_trailers) == (1, 2)
    assert json.loads(last.body)["type"] == "monitor.digest"
    post.ledger.close()


async def test_a_bug_in_a_notifier_is_a_failed_attempt(post: Post) -> None:
    post.hook.troubles = [ZeroDivisionError()]
    post.queue()
    await post.send()
    assert post.states() == [DeliveryState.PENDING]
    assert "ZeroDivisionError" in post.deliveries()[0].error


class Fatal(FakeNotifier):
    """Ends its process without a word as soon as a message is on its way."""

    async def send(self, message: Message) -> None:
        del message
        os.kill(os.getpid(), signal.SIGKILL)


def test_attempts_cut_off_by_our_own_death_use_up_nothing_of_the_retry_schedule(tmp_path: Path) -> None:
    post = Post(tmp_path)
    post.queue()
    post.ledger.close()
    for _ in range(12):
        if (child := os.fork()) == 0:
            post.ledger = Ledger.open(tmp_path / "monitor.db")
            post.notifiers["hook"] = Fatal()
            post.restart()
            asyncio.run(post.send())
            os._exit(0)
        assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
        post.clock.go(seconds=2)
    post.ledger = Ledger.open(tmp_path / "monitor.db")
    (cut_off,) = post.deliveries()
    assert (cut_off.attempts, cut_off.message) == (0, cut_off.id)
    post.hook.troubles = [DeliveryError("503 Service Unavailable")]
    post.restart()
    asyncio.run(post.send())
    (failed,) = post.deliveries()
    assert (failed.state, failed.attempts) == (DeliveryState.PENDING, 1)
    assert failed.next_attempt_at == post.clock() + timedelta(seconds=5)
    post.ledger.close()


async def test_what_a_channel_asked_for_holds_back_the_others_that_wait_over_a_restart(post: Post) -> None:
    post.hook.troubles = [DeliveryError("429", retry_after=timedelta(hours=1))]
    post.queue()
    await post.send()
    post.queue(2)
    for _ in range(5):
        post.restart()
        await post.send()
        post.clock.go(minutes=10)
    assert len(post.hook.attempts) == 1
    post.clock.go(minutes=11)
    post.restart()
    await post.send()
    assert post.states() == [DeliveryState.DELIVERED] * 3
    post.queue()
    post.restart()
    await post.send()
    assert post.states() == [DeliveryState.DELIVERED] * 4
