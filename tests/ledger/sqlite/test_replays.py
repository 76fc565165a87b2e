from __future__ import annotations

from datetime import date, timedelta

import pytest

from monitor.ledger import Ledger, Position
from monitor.model import Channel, ChannelKind, DeliveryState
from tests.builders import NOW

CHANNEL = Channel(name="replay", kind=ChannelKind.FILE, target="")
HOOK = Channel(name="hook", kind=ChannelKind.WEBHOOK, target="https://hooks.example")


@pytest.mark.parametrize(
    "kept", [Position("run"), Position("run", 300, date(2023, 8, 10), 7)], ids=["begun", "far"]
)
def test_how_far_a_replay_came_comes_back_to_the_same_run_only(ledger: Ledger, kept: Position) -> None:
    assert ledger.position("run") is None
    ledger.keep_position(Position("another", 5))
    ledger.keep_position(kept)
    assert ledger.position("run") == kept
    assert ledger.position("another") is None


def test_how_far_it_came_is_undone_with_what_came_of_it(ledger: Ledger) -> None:
    ledger.keep_position(Position("run", 10))

    def break_off() -> None:
        with ledger.transaction():
            ledger.keep_position(Position("run", 20))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert ledger.position("run") == Position("run", 10)


def test_alerts_that_are_written_are_delivered_at_their_own_time_and_others_wait(ledger: Ledger) -> None:
    later = NOW + timedelta(hours=1)
    for channel in (CHANNEL, HOOK):
        ledger.add_delivery(None, channel, {"n": 1}, send_at=later, now=later)
    ledger.mark_written("replay")
    written, waiting = sorted(ledger.deliveries(), key=lambda each: each.channel == "hook")
    assert (written.state, written.attempts, written.delivered_at, written.next_attempt_at) == (
        DeliveryState.DELIVERED, 1, later, None,
    )  # fmt: skip
    assert (waiting.state, waiting.attempts) == (DeliveryState.PENDING, 0)
