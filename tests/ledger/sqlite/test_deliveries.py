from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.errors import NotFoundError
from monitor.ledger import Ledger
from monitor.model import (
    Belief,
    Certainty,
    Change,
    ChangeKind,
    Channel,
    ChannelKind,
    Delivery,
    DeliveryState,
    Event,
    Key,
    Status,
)
from tests.builders import NOW
from tests.senders import sender

LATER = NOW + timedelta(minutes=5)
HOOK = Channel(name="hook", kind=ChannelKind.WEBHOOK, target="https://hooks.example/")
MAIL = Channel(name="mail", kind=ChannelKind.EMAIL, target="fans@example.com")
DELIVERED, DEAD = DeliveryState.DELIVERED, DeliveryState.DEAD


@pytest.fixture
def change(ledger: Ledger) -> Change:
    belief = Belief(Status.RELEASED, None, Certainty.OFFICIAL)
    key = Key("Alan Wake 2", None, Event.RELEASE)
    released = Change(kind=ChangeKind.RELEASED, key=key, before=None, since=None, after=belief, at=NOW)
    return ledger.add_changes([released])[0]


def test_an_alert_waits_with_its_bytes_as_they_will_be_sent(ledger: Ledger, change: Change) -> None:
    delivery = ledger.add_delivery(change, HOOK, {"type": "łódź", "n": 1}, send_at=LATER, now=NOW)

    assert delivery.body == '{"type":"łódź","n":1}'.encode()
    assert delivery == Delivery(
        id=delivery.id,
        change=change.id,
        channel="hook",
        state=DeliveryState.PENDING,
        attempts=0,
        next_attempt_at=LATER,
        body=delivery.body,
        created_at=NOW,
    )
    assert ledger.delivery(delivery.id) == delivery
    assert delivery.id.startswith("msg_")
    assert "." not in delivery.id


def test_the_same_alert_has_the_same_id_in_any_ledger_and_another_channel_another(
    ledger: Ledger, change: Change
) -> None:
    body = {"type": "release.released"}
    there = ledger.add_delivery(change, HOOK, body, send_at=NOW, now=NOW)

    digest = hashlib.sha256(b"hook\0" + json.dumps(body, separators=(",", ":")).encode()).hexdigest()
    assert there.id == f"msg_{digest[:32]}"
    assert ledger.add_delivery(change, MAIL, body, send_at=NOW, now=NOW).id != there.id


def test_a_change_is_told_to_a_channel_once(ledger: Ledger, change: Change) -> None:
    first = ledger.add_delivery(change, HOOK, {"n": 1}, send_at=NOW, now=NOW)
    sender(ledger).mark_delivered([first.id], NOW)

    ledger.add_delivery(change, HOOK, {"n": 1}, send_at=NOW, now=LATER)
    ledger.add_delivery(change, HOOK, {"n": 2}, send_at=NOW, now=LATER)

    assert [delivery.id for delivery in ledger.deliveries()] == [first.id]
    assert ledger.due_deliveries(LATER) == []


def test_word_of_the_monitor_itself_has_no_change(ledger: Ledger) -> None:
    for number in range(2):
        ledger.add_delivery(None, HOOK, {"type": "source.silent", "n": number}, send_at=NOW, now=NOW)

    assert [delivery.change for delivery in ledger.due_deliveries(NOW)] == [0, 0]


def test_what_is_due_comes_longest_due_first(ledger: Ledger) -> None:
    for minutes, channel in ((3, HOOK), (1, MAIL), (2, HOOK), (9, HOOK)):
        send_at = NOW + timedelta(minutes=minutes)
        ledger.add_delivery(None, channel, {"n": minutes}, send_at=send_at, now=NOW)

    assert [json.loads(delivery.body)["n"] for delivery in ledger.due_deliveries(LATER)] == [1, 2, 3]
    assert [
        json.loads(delivery.body)["n"] for delivery in ledger.due_deliveries(LATER, 1, channel="hook")
    ] == [2]
    assert ledger.due_channels(NOW) == []
    assert ledger.due_channels(NOW + timedelta(minutes=1)) == ["mail"]
    assert ledger.due_channels(LATER) == ["hook", "mail"]


def test_an_attempt_is_counted_before_and_its_end_noted_after(ledger: Ledger) -> None:
    one, two = (ledger.add_delivery(None, HOOK, {"n": n}, send_at=NOW, now=NOW) for n in range(2))

    sender(ledger).mark_attempting({"digest_1": [one.id, two.id]}, LATER)
    sender(ledger).reschedule([one.id], LATER, "503 from the receiver")
    sender(ledger).mark_delivered([two.id], NOW)

    assert ledger.delivery(one.id) == replace(
        one,
        attempts=1,
        next_attempt_at=LATER,
        error="503 from the receiver",
        message="digest_1",
        attempted_at=LATER,
    )
    assert ledger.delivery(two.id) == replace(
        two,
        attempts=1,
        state=DELIVERED,
        next_attempt_at=None,
        delivered_at=NOW,
        message="digest_1",
        attempted_at=LATER,
    )
    assert [delivery.id for delivery in ledger.due_deliveries(NOW)] == []
    assert [delivery.id for delivery in ledger.due_deliveries(LATER)] == [one.id]


def test_a_delivery_that_was_cut_off_is_due_again_with_the_same_bytes(ledger: Ledger) -> None:
    sent = ledger.add_delivery(None, HOOK, {"n": 1}, send_at=NOW, now=NOW)
    sender(ledger).mark_attempting({sent.id: [sent.id]}, NOW)

    with Ledger.open(ledger.path) as after_a_crash:
        (again,) = after_a_crash.due_deliveries(NOW)

    assert (again.id, again.body, again.attempts) == (sent.id, sent.body, 0)


def test_what_arrived_after_all_is_neither_rescheduled_nor_given_up(ledger: Ledger) -> None:
    sent = ledger.add_delivery(None, HOOK, {"n": 1}, send_at=NOW, now=NOW)
    sender(ledger).mark_delivered([sent.id], NOW)

    sender(ledger).reschedule([sent.id], LATER, "late")
    sender(ledger).mark_dead([sent.id], "later")

    assert ledger.delivery(sent.id).state == DELIVERED


def test_a_dead_delivery_stays_and_can_be_brought_back(ledger: Ledger) -> None:
    sent = ledger.add_delivery(None, HOOK, {"n": 1}, send_at=NOW, now=NOW)
    sender(ledger).mark_attempting({sent.id: [sent.id]}, NOW)

    sender(ledger).mark_dead([sent.id], "410: gone")

    assert ledger.due_deliveries(LATER) == []
    assert ledger.delivery(sent.id) == replace(
        sent,
        attempts=1,
        state=DEAD,
        next_attempt_at=None,
        error="410: gone",
        message=sent.id,
        attempted_at=NOW,
    )

    ledger.retry([sent.id], LATER)

    assert ledger.due_deliveries(LATER) == [replace(sent, next_attempt_at=LATER, error="410: gone")]


def test_retrying_what_is_not_there_changes_nothing(ledger: Ledger) -> None:
    sent = ledger.add_delivery(None, HOOK, {"n": 1}, send_at=NOW, now=NOW)
    sender(ledger).mark_dead([sent.id], "gone")

    with pytest.raises(NotFoundError, match="no delivery msg_nobody; `monitor deliveries` lists them"):
        ledger.retry([sent.id, "msg_nobody"], LATER)

    assert ledger.delivery(sent.id).state == DEAD
    with pytest.raises(NotFoundError):
        ledger.delivery("msg_nobody")


def test_nothing_is_sent_to_a_disabled_channel_until_it_is_enabled(ledger: Ledger) -> None:
    sent = ledger.add_delivery(None, HOOK, {"n": 1}, send_at=NOW, now=NOW)

    ledger.disable_channel("hook", "410: gone", NOW)

    assert ledger.disabled_channels() == {"hook": "410: gone"}
    assert ledger.due_channels(NOW) == []
    assert ledger.due_deliveries(NOW) == ledger.due_deliveries(NOW, channel="hook") == []

    ledger.enable_channel("hook")

    assert ledger.due_deliveries(NOW) == [sent]


def test_what_was_attempted_together_comes_together_however_few_are_asked_for(ledger: Ledger) -> None:
    sent = [ledger.add_delivery(None, HOOK, {"n": n}, send_at=NOW, now=NOW).id for n in range(9)]
    sender(ledger).mark_attempting({"digest_1": sent[:3], "digest_2": sent[3:6], sent[6]: [sent[6]]}, NOW)

    assert [each.id for each in ledger.due_deliveries(NOW, 4, channel="hook")] == sent[:6]
    assert [each.id for each in ledger.due_deliveries(NOW, 3, channel="hook")] == sent[:3]


def test_companions_are_found_by_an_index_that_deliveries_that_go_alone_are_not_in(ledger: Ledger) -> None:
    sent = [ledger.add_delivery(None, HOOK, {"n": n}, send_at=NOW, now=NOW).id for n in range(4)]
    sender(ledger).mark_attempting({"digest_1": sent[:3], sent[3]: [sent[3]]}, NOW)
    seen: list[str] = []
    ledger.sqlite.set_trace_callback(seen.append)
    assert [each.id for each in ledger.due_deliveries(NOW, 1, channel="hook")] == sent[:3]
    ledger.sqlite.set_trace_callback(None)

    plan = [step[3] for step in ledger.rows(f"EXPLAIN QUERY PLAN {seen[-1]}")]
    indexed = (
        "SELECT id FROM deliveries INDEXED BY deliveries_together WHERE state = 'pending' AND message <> id"
    )

    assert plan[0] == "SEARCH deliveries USING INDEX deliveries_together (message=?)"
    assert not [step for step in plan if step.startswith("SCAN")]
    assert [each for (each,) in ledger.rows(indexed)] == sent[:3]


def test_what_a_clock_that_was_ahead_has_timed_is_timed_anew(ledger: Ledger) -> None:
    ahead = NOW + timedelta(days=400)
    early, created, tried = (
        ledger.add_delivery(None, HOOK, {"n": n}, send_at=at, now=at).id
        for n, at in enumerate((NOW - timedelta(days=1), ahead, NOW))
    )
    sender(ledger).mark_attempting({tried: [tried]}, ahead)
    sender(ledger).reschedule([tried, early], ahead, "503")

    assert ledger.retime("hook", LATER, ahead_of=NOW) == 2
    assert {each.id for each in ledger.due_deliveries(LATER)} == {created, tried}
    assert ledger.retime("hook", LATER, ahead_of=NOW) == 0


def test_a_channel_takes_messages_not_deliveries(ledger: Ledger) -> None:
    sent = [ledger.add_delivery(None, HOOK, {"n": n}, send_at=NOW, now=NOW).id for n in range(5)]
    sender(ledger).mark_attempting({"digest_1": sent[:3], sent[3]: [sent[3]]}, NOW)
    sender(ledger).mark_delivered(sent[:4], LATER)

    assert ledger.sent_at("hook", NOW) == [LATER, LATER]
    assert ledger.sent_at("hook", LATER) == ledger.sent_at("mail", NOW) == []


def test_a_channel_in_trouble_is_so_once_until_it_is_well(ledger: Ledger) -> None:
    sent = ledger.add_delivery(None, HOOK, {"n": 1}, send_at=NOW, now=NOW)

    assert ledger.mark_failing("hook", "HTTP 500", NOW)
    assert not ledger.mark_failing("hook", "HTTP 502", LATER)
    assert ledger.disabled_channels() == {}
    assert ledger.due_deliveries(NOW) == [sent]
    assert ledger.mark_well("hook")
    assert not ledger.mark_well("hook")

    ledger.disable_channel("hook", "410", NOW)
    ledger.enable_channel("hook")
    assert ledger.disabled_channels() == {}
    assert not ledger.mark_failing("hook", "HTTP 500", NOW)


@pytest.mark.parametrize("column", ["id", "change", "channel", "body", "created_at"])
def test_what_a_delivery_says_cannot_be_changed(ledger: Ledger, change: Change, column: str) -> None:
    ledger.add_delivery(change, HOOK, {"n": 1}, send_at=NOW, now=NOW)

    with pytest.raises(sqlite3.IntegrityError, match="the same on every attempt"):
        ledger.run(f"UPDATE deliveries SET {column} = NULL")  # noqa: S608 - a table of our own columns
    with pytest.raises(sqlite3.IntegrityError, match="are kept"):
        ledger.run("DELETE FROM deliveries")


def test_an_id_that_would_break_the_signature_is_refused(ledger: Ledger) -> None:
    sent = ledger.add_delivery(None, HOOK, {"n": 1}, send_at=NOW, now=NOW)

    with pytest.raises(sqlite3.IntegrityError):
        ledger.add_deliveries([replace(sent, id="msg_a.b", channel="mail")])


def test_deliveries_are_listed_newest_first_and_filtered(ledger: Ledger, change: Change) -> None:
    old = ledger.add_delivery(change, HOOK, {"n": 1}, send_at=NOW, now=NOW)
    new = ledger.add_delivery(change, MAIL, {"n": 1}, send_at=LATER, now=LATER)
    sender(ledger).mark_dead([old.id], "refused")

    def listed(**wanted: object) -> list[str]:
        return [delivery.id for delivery in ledger.deliveries(**wanted)]  # type: ignore[arg-type] # a table of both

    assert listed() == [new.id, old.id]
    assert listed(limit=1) == [new.id]
    assert listed(state="dead") == [old.id]
    assert listed(channel="mail") == [new.id]
    assert listed(change=change.id) == [new.id, old.id]
    assert listed(since=LATER) == [new.id]
    assert listed(state="dead", channel="mail") == []


def test_looking_for_what_is_due_sorts_nothing_however_much_waits(ledger: Ledger) -> None:
    seen: list[str] = []
    ledger.sqlite.set_trace_callback(seen.append)
    ledger.due_deliveries(NOW, 50, channel="hook")
    ledger.sqlite.set_trace_callback(None)

    plan = [step[3] for step in ledger.rows(f"EXPLAIN QUERY PLAN {seen[-1]}")]

    assert "SEARCH deliveries USING INDEX deliveries_due (channel=? AND next_attempt_at<?)" in plan
    assert not [step for step in plan if "TEMP B-TREE" in step]


def test_a_delivery_is_known_by_the_beginning_of_its_id_if_no_other_begins_so(ledger: Ledger) -> None:
    one, two = (ledger.add_delivery(None, HOOK, {"n": n}, send_at=NOW, now=NOW) for n in range(2))
    assert ledger.delivery(one.id) == one
    assert ledger.delivery(f"{one.id[:12]}…") == one
    assert ledger.delivery(two.id[:12]) == two
    for short in ("msg_", "", "…", "msg_%", one.id[:7]):
        with pytest.raises(NotFoundError):
            ledger.delivery(short)


def test_the_beginning_of_several_ids_names_none(ledger: Ledger) -> None:
    one = ledger.add_delivery(None, HOOK, {"n": 1}, send_at=NOW, now=NOW)
    ledger.add_deliveries([replace(one, id=f"{one.id[:12]}{letter}") for letter in ("", "x", "y")])
    with pytest.raises(NotFoundError, match="several deliveries begin with"):
        ledger.delivery(one.id[:11])
    assert ledger.delivery(one.id[:12]).id == one.id[:12]


def test_another_change_that_says_the_same_is_another_delivery(ledger: Ledger, change: Change) -> None:
    (another,) = ledger.add_changes([replace(change, at=LATER)])
    ids = [
        ledger.add_delivery(each, HOOK, {"n": 1}, send_at=NOW, now=NOW).id
        for each in (change, another, change, another)
    ]
    assert len(set(ids)) == 2
    assert ids[:2] == ids[2:]
    assert len(list(ledger.deliveries())) == 2
