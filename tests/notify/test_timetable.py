"""Digests, quiet hours and rates."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ConfigError
from monitor.model import ChannelKind
from monitor.notify.message import message
from monitor.notify.timetable import DIGEST_SIZE, Digest, QuietHours, Rate, batches, check_timetable, send_at
from tests.builders import NOW, at
from tests.fakes_notify import change, channel, delivery


@pytest.mark.parametrize(
    ("digest", "now", "sent"),
    [
        ("hourly", "2023-08-10T12:00", "2023-08-10T12:00"),
        ("hourly", "2023-08-10T12:00:01", "2023-08-10T13:00"),
        ("hourly", "2023-12-31T23:59", "2024-01-01T00:00"),
        ("daily 08:00", "2023-08-10T07:59", "2023-08-10T08:00"),
        ("daily 08:00", "2023-08-10T08:00", "2023-08-10T08:00"),
        ("daily 08:00", "2023-08-10T08:00:01", "2023-08-11T08:00"),
        ("daily 08:00 Europe/Warsaw", "2023-08-10T05:00", "2023-08-10T06:00"),
        ("daily 08:00 Europe/Warsaw", "2023-12-10T06:30", "2023-12-10T07:00"),
        ("daily 01:00 Asia/Tokyo", "2023-08-10T15:30", "2023-08-10T16:00"),
        ("weekly monday 08:00", "2023-08-10T12:00", "2023-08-14T08:00"),
        ("weekly thursday 08:00", "2023-08-10T12:00", "2023-08-17T08:00"),
        ("weekly thursday 18:00", "2023-08-10T12:00", "2023-08-10T18:00"),
        # The night in which Warsaw skips 02:00 to 03:00, and the one in which it has that hour twice.
        ("daily 02:30 Europe/Warsaw", "2024-03-30T23:00", "2024-03-31T01:30"),
        ("daily 02:30 Europe/Warsaw", "2024-10-26T22:00", "2024-10-27T00:30"),
        ("daily 02:30 Europe/Warsaw", "2024-10-27T00:30:01", "2024-10-28T01:30"),
    ],
)
def test_a_digest_comes_at_its_next_local_time(digest: str, now: str, sent: str) -> None:
    assert send_at(channel(digest=digest), at(now)) == at(sent)


@pytest.mark.parametrize(
    ("quiet", "now", "sent"),
    [
        ("22:00-07:00", "2023-08-10T12:00", "2023-08-10T12:00"),
        ("22:00-07:00", "2023-08-10T22:00", "2023-08-11T07:00"),
        ("22:00-07:00", "2023-08-11T06:59:59", "2023-08-11T07:00"),
        ("22:00-07:00", "2023-08-11T07:00", "2023-08-11T07:00"),
        ("13:00-14:00", "2023-08-10T13:30", "2023-08-10T14:00"),
        ("22:00-07:00 Europe/Warsaw", "2023-08-10T20:30", "2023-08-11T05:00"),
        ("22:00-07:00 America/New_York", "2023-08-10T20:30", "2023-08-10T20:30"),
        ("00:00-08:00", "2023-08-10T00:00", "2023-08-10T08:00"),
        ("20:00-00:00", "2023-08-10T23:59", "2023-08-11T00:00"),
    ],
)
def test_what_falls_into_quiet_hours_waits_for_their_end(quiet: str, now: str, sent: str) -> None:
    assert send_at(channel(quiet=quiet), at(now)) == at(sent)


def test_a_digest_moves_out_of_the_quiet_hours() -> None:
    both = channel(digest="daily 06:00", quiet="22:00-07:00")
    assert send_at(both, NOW) == at("2023-08-11T07:00")


def test_without_digest_and_quiet_hours_an_alert_goes_at_once() -> None:
    assert send_at(channel(), NOW) == NOW


_MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda moment: at(moment.isoformat()))  # noqa: DTZ001 - hypothesis wants naive bounds


@given(
    _MOMENTS,
    st.sampled_from(["", "hourly", "daily 02:30 Europe/Warsaw", "weekly sunday 23:59 Pacific/Auckland"]),
    st.sampled_from(["", "22:00-07:00 Europe/Warsaw", "02:00-03:00 America/New_York"]),
)
def test_nothing_is_sent_before_its_time_nor_more_than_a_week_and_a_day_late(
    now: datetime, digest: str, quiet: str
) -> None:
    sent = send_at(channel(digest=digest, quiet=quiet), now)
    assert now <= sent <= now + timedelta(days=8, hours=1)


@pytest.mark.parametrize("text", ["", "never", "daily", "daily 8", "daily 25:00", "daily 08:00 Mars", "weekly 08:00", "hourly x",
                                  "daily 08:00 ../../etc/passwd", "daily 08:000", "daily ٠٨:٠٠"])  # fmt: skip
def test_what_is_no_digest_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Digest.parse(text)


@pytest.mark.parametrize(
    "text", ["", "22:00", "22:00-22:00", "22-7", "22:00-07:00 Mars", "22:00-07:00 UTC x"]
)
def test_what_are_no_quiet_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        QuietHours.parse(text)


@pytest.mark.parametrize("text", ["20", "0/1h", "20/0h", "20/h1", "20/1x", "-1/1h", "/", "x/1h"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a rate"):
        Rate.parse(text)


@pytest.mark.parametrize("fields", [{"digest": "never"}, {"quiet": "always"}, {"options": {"rate": "lots"}}])
def test_a_channel_whose_timetable_cannot_be_read_is_a_fault_of_the_file(fields: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"^channel phone: "):
        check_timetable(channel(**fields))


def test_a_rate_counts_the_messages_of_its_last_span() -> None:
    rate = Rate.parse("3/10m")
    times = [NOW - timedelta(minutes=minutes) for minutes in (1, 9, 10, 60)]
    assert rate.left(times, NOW) == 1
    assert rate.left([*times, NOW, NOW], NOW) == 0


def _ids(groups: tuple[tuple[object, ...], ...]) -> list[int]:
    return [len(group) for group in groups]


def test_without_a_rate_every_delivery_is_its_own_message() -> None:
    assert _ids(batches(channel(ChannelKind.WEBHOOK), [delivery(n) for n in range(5)], [], NOW)) == [1] * 5


def test_a_digest_is_one_message_of_bounded_size() -> None:
    due = [delivery(n) for n in range(DIGEST_SIZE + 1)]
    assert _ids(batches(channel(digest="hourly"), due, [], NOW)) == [DIGEST_SIZE, 1]


def test_what_would_exceed_the_rate_comes_in_one_summary() -> None:
    limited = channel(options={"rate": "5/1h"})
    sent_at = [NOW - timedelta(minutes=5)]
    due = [delivery(number) for number in range(20)]
    assert _ids(batches(limited, due[:4], sent_at, NOW)) == [1, 1, 1, 1]
    assert batches(limited, due, sent_at, NOW) == (tuple(due),)


def test_a_full_rate_sends_nothing_until_its_time_is_over() -> None:
    limited = channel(options={"rate": "1/1h"})
    assert batches(limited, [delivery(1)], [NOW - timedelta(minutes=59)], NOW) == ()
    assert _ids(batches(limited, [delivery(1)], [NOW - timedelta(minutes=60)], NOW)) == [1]


def test_mail_is_limited_by_itself_and_the_limit_can_be_lifted() -> None:
    due = [delivery(number, change(title=f"Work {number}")) for number in range(100)]
    assert _ids(batches(channel(ChannelKind.EMAIL), due[:30], [], NOW)) == [1] * 30
    assert _ids(batches(channel(ChannelKind.EMAIL), due, [], NOW)) == [100]
    assert _ids(batches(channel(ChannelKind.EMAIL, options={"rate": ""}), due, [], NOW)) == [1] * 100


@given(
    st.integers(0, 40), st.integers(0, 12), st.sampled_from(["", "10/1h"]), st.sampled_from(["", "hourly"])
)
def test_whatever_is_due_goes_once_at_most_and_within_the_rate(
    due: int, sent: int, rate: str, digest: str
) -> None:
    deliveries = [
        delivery(number, message=("", "digest_1", f"msg_{number}")[number % 3]) for number in range(due)
    ]
    limited = channel(digest=digest, options={"rate": rate})
    groups = batches(limited, deliveries, [NOW] * sent, NOW)
    going = [one.id for group in groups for one in group]
    assert len(going) == len(set(going))
    assert not rate or len(groups) <= max(0, 10 - sent)
    assert all(group for group in groups)
    assert going or not due or (rate and sent >= 10)


def test_what_was_tried_together_is_tried_together_again_and_alone() -> None:
    digest = channel(digest="hourly")
    tried = [delivery(n, attempts=1, message="digest_1") for n in range(3)]
    later = [delivery(9, attempts=1, message="msg_9")]
    fresh = [delivery(n) for n in range(20, 22)]
    groups = batches(digest, [*fresh, *tried, *later], [], NOW)
    assert sorted(map(set, ([d.id for d in group] for group in groups)), key=len) == [
        {"msg_9"},
        {"msg_20", "msg_21"},
        {"msg_0", "msg_1", "msg_2"},
    ]


def test_a_message_has_one_order_whatever_order_its_deliveries_are_due_in() -> None:
    due = [delivery(n, created_at=NOW + timedelta(seconds=n % 3), message="digest_1") for n in range(6)]
    (first,) = batches(channel(digest="hourly"), due, [], NOW)
    (again,) = batches(channel(digest="hourly"), due[::-1], [], NOW)
    assert first == again


def test_people_get_one_message_a_work_and_programs_one_a_change() -> None:
    due = [delivery(n, change(title=("Hades II", "Silksong")[n % 2])) for n in range(5)]
    assert _ids(batches(channel(ChannelKind.EMAIL), due, [], NOW)) == [3, 2]
    assert _ids(batches(channel(ChannelKind.WEBHOOK), due, [], NOW)) == [1] * 5


def test_what_waited_for_the_end_of_quiet_hours_comes_in_one_message() -> None:
    waited = [
        delivery(n, change(title=f"Work {n}"), created_at=NOW - timedelta(hours=n + 1)) for n in range(3)
    ]
    fresh = delivery(9, change(title="Work 9"))
    sleeper = channel(ChannelKind.EMAIL, quiet="22:00-07:00 UTC")
    assert _ids(batches(sleeper, [*waited, fresh], [], NOW)) == [3, 1]
    assert _ids(batches(channel(quiet="22:00-07:00 UTC"), [*waited, fresh], [], NOW)) == [1] * 4


def test_a_webhooks_digest_stays_under_what_the_specification_asks_for() -> None:
    due = [delivery(n, change(title=f"Work {n}")) for n in range(150)]
    groups = batches(channel(ChannelKind.WEBHOOK, digest="hourly"), due, [], NOW)
    sizes = [len(message(group, attempt_at=NOW).body) for group in groups]
    assert sum(_ids(groups)) == 150
    assert max(sizes) < 20_000
    assert min(sizes[:-1]) > 17_000


def test_times_that_only_a_wrong_clock_can_have_set_block_no_rate() -> None:
    rate = Rate.parse("1/1h")
    assert rate.left([NOW + timedelta(minutes=30)], NOW) == 0
    assert rate.left([NOW + timedelta(days=400)], NOW) == 1


def test_single_messages_that_failed_in_the_same_second_stay_single() -> None:
    tried = [delivery(n, attempts=1, message=f"msg_{n}") for n in range(3)]
    assert _ids(batches(channel(ChannelKind.WEBHOOK), tried, [], NOW)) == [1, 1, 1]
