"""Deliveries become messages with stable ids and bytes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from monitor.model import alert
from monitor.notify.message import alert_body, message
from tests.builders import NOW
from tests.fakes_notify import HOSTILE, change, delivery


def test_one_delivery_keeps_its_own_id_and_bytes() -> None:
    one = delivery(7)
    sent = message([one], attempt_at=NOW)
    assert (sent.id, sent.body) == (one.id, one.body)
    assert sent.alerts[0]["id"] == "msg_7"


def test_several_deliveries_make_the_same_message_at_any_time() -> None:
    due = [delivery(1), delivery(2)]
    first, again = message(due, attempt_at=NOW), message(due, attempt_at=NOW + timedelta(days=1))
    assert (first.id, first.body) == (again.id, again.body)
    assert "." not in first.id
    assert first.id != message([*due[:1], delivery(3)], attempt_at=NOW).id
    body = json.loads(first.body)
    assert body["type"] == "monitor.digest"
    assert body["timestamp"] == "2023-08-10T12:00:00Z"
    assert body["data"]["count"] == 2
    assert [one["id"] for one in body["data"]["alerts"]] == ["msg_1", "msg_2"]


def test_no_deliveries_make_no_message() -> None:
    with pytest.raises(ValueError, match="at least one"):
        message([], attempt_at=NOW)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_body_is_one_line_of_utf8_whatever_the_title(hostile: str) -> None:
    body = alert_body(alert(change(title=hostile)))
    assert b"\n" not in body
    assert json.loads(body.decode())["data"]["title"] in {hostile, hostile.replace("\ud800", "?")}
