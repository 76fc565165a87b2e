"""What is known of a channel: its secrets stay out of sight, and a message is one whatever its deliveries."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.model import Channel, ChannelFilter, ChannelKind, Delivery, DeliveryState
from tests.builders import NOW

DOCS = Path(__file__).parents[2] / "docs"


def test_secrets_are_not_shown() -> None:
    channel = Channel(
        name="releases", kind=ChannelKind.WEBHOOK, target="https://hooks.example", secrets={"secret": "hunter2"}
    )  # fmt: skip
    assert "hunter2" not in f"{channel!r} {channel}"
    assert channel.secrets["secret"] == "hunter2"


def test_two_channels_share_no_settings() -> None:
    one, other = (Channel(name=name, kind=ChannelKind.CONSOLE, target="") for name in ("one", "other"))
    one.options["color"] = True
    one.secrets["secret"] = "x"
    assert (other.options, other.secrets) == ({}, {})


@pytest.mark.parametrize("kind", ChannelKind)
def test_every_kind_of_channel_is_a_key_of_the_configuration(kind: ChannelKind) -> None:
    assert re.search(rf"^\| `{kind}`", (DOCS / "configuration.md").read_text("utf-8"), re.MULTILINE)


def test_a_filter_without_a_condition_is_the_same_as_none() -> None:
    conditions = vars(ChannelFilter())
    assert conditions
    assert not any(conditions.values())


def test_a_delivery_begins_without_a_message() -> None:
    delivery = Delivery(
        id="d", change=1, channel="releases", state=DeliveryState.PENDING, attempts=0, next_attempt_at=NOW, body=b"{}", created_at=NOW
    )  # fmt: skip
    assert (delivery.message, delivery.attempted_at, delivery.delivered_at, delivery.error) == (
        "",
        None,
        None,
        "",
    )
