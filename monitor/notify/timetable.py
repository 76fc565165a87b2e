"""Decide when a channel gets its alerts: digests, quiet hours, a rate. Pure arithmetic on aware times and IANA zones.

A local time skipped by a clock change moves forward by the skipped hour; one that is repeated means the first occurrence.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.errors import ConfigError
from monitor.model import Channel, ChannelKind, Delivery

__all__ = ["DIGEST_SIZE", "Digest", "QuietHours", "Rate", "batches", "check_timetable", "rate_of", "send_at"]

DIGEST_SIZE: Final = 200
"""The most alerts in one message, so that it stays readable and mail servers accept it."""

# Standard Webhooks asks for payloads under 20 kB; each alert of a digest gains its id, the digest its frame.
_PAYLOAD = 20_000 - 200
_ID = 60

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UTC = ZoneInfo("UTC")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
# Mailboxes and chats are read by people, the others by programs.
_PEOPLES_RATE = "30/1h"
_PEOPLES = frozenset({ChannelKind.EMAIL, ChannelKind.APPRISE})


@dataclass(frozen=True)
class Digest:
    """`hourly`, `daily HH:MM [Zone]` or `weekly DAY HH:MM [Zone]`; `day` 0 is Monday, None every day."""

    hourly: bool = False
    day: int | None = None
    at: time = time(0)
    zone: ZoneInfo = _UTC

    @classmethod
    def parse(cls, text: str) -> Digest:
        """Return the parsed `text`. Raises ValueError when it is not valid."""
        match text.split():
            case ["hourly"]:
                return cls(hourly=True)
            case ["daily", at, *zone] if len(zone) <= 1:
                return cls(at=_clock(at), zone=_zone(zone))
            case ["weekly", day, at, *zone] if len(zone) <= 1 and day.casefold() in _DAYS:
                return cls(day=_DAYS.index(day.casefold()), at=_clock(at), zone=_zone(zone))
            case _:
                raise ValueError(
                    f"{text!r} is not a digest: write hourly, daily 08:00 Europe/Warsaw or weekly monday 08:00"
                )

    def next(self, now: datetime) -> datetime:
        """Return the first time of this digest that is not before `now`."""
        if self.hourly:
            hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
            return hour if hour >= now else hour + timedelta(hours=1)
        today = now.astimezone(self.zone).date()
        for days in range(9):
            on = today + timedelta(days=days)
            if self.day is None or on.weekday() == self.day:
                at = datetime.combine(on, self.at, self.zone).astimezone(UTC)
                if at >= now:
                    return at
        raise AssertionError("a week has every day")


@dataclass(frozen=True)
class QuietHours:
    """`HH:MM-HH:MM [Zone]`: from `start` until just before `end`, past midnight when `end` is earlier."""

    start: time
    end: time
    zone: ZoneInfo

    @classmethod
    def parse(cls, text: str) -> QuietHours:
        """Return the parsed `text`. Raises ValueError when it is not valid."""
        hours, *zone = text.split() or [""]
        first, dash, last = hours.partition("-")
        if not dash or len(zone) > 1:
            raise ValueError(f"{text!r} are not quiet hours: write 22:00-07:00 Europe/Warsaw")
        start, end = _clock(first), _clock(last)
        if start == end:
            raise ValueError(f"{text!r} are not quiet hours: they end when they start")
        return cls(start, end, _zone(zone))

    def over(self, now: datetime) -> datetime:
        """Return `now`, or the end of the quiet hours when `now` is within them."""
        today = now.astimezone(self.zone).date()
        for days in (-1, 0):
            on = today + timedelta(days=days)
            until = on + timedelta(days=1) if self.end <= self.start else on
            start = datetime.combine(on, self.start, self.zone).astimezone(UTC)
            end = datetime.combine(until, self.end, self.zone).astimezone(UTC)
            if start <= now < end:
                return end
        return now


@dataclass(frozen=True)
class Rate:
    """At most `count` messages in any `span`: ``20/1h``."""

    count: int
    span: timedelta

    @classmethod
    def parse(cls, text: str) -> Rate:
        """Return the parsed `text`. Raises ValueError when it is not valid."""
        count, slash, span = text.partition("/")
        number, unit = span[:-1] or "1", span[-1:]
        if (
            not slash
            or not _is_number(count)
            or not _is_number(number)
            or unit not in _UNITS
            or not int(count) * int(number)
        ):
            raise ValueError(f"{text!r} is not a rate: write how many in what time, as in 20/1h")
        return cls(int(count), timedelta(seconds=int(number) * _UNITS[unit]))

    def left(self, sent_at: Iterable[datetime], now: datetime) -> int:
        """Return how many more messages may be sent at `now`.

        Times after `now` (the clock was set back) count too, unless they are beyond any plausible clock skew.
        """
        return max(0, self.count - sum(abs(now - at) < self.span for at in sent_at))


def send_at(channel: Channel, now: datetime) -> datetime:
    """Return when an alert of `now` may first go to `channel`: its next digest, moved out of its quiet hours."""
    at = _digest(channel.digest).next(now) if channel.digest else now
    return _quiet(channel.quiet).over(at) if channel.quiet else at


def batches(
    channel: Channel, due: Sequence[Delivery], sent_at: Iterable[datetime], now: datetime
) -> tuple[tuple[Delivery, ...], ...]:
    """Return `due` as the messages to send to `channel` now; `sent_at` are the times of the last messages.

    Deliveries that were attempted together are attempted together again, so that their message keeps its id and its bytes. Of the
    new ones a digest is one message; else people get one message for the deliveries that waited for the end of the quiet hours and one
    for each work, and programs one for each delivery. If that would exceed the rate, all new ones are sent in one summary; when
    the rate is used up, nothing is sent. A message holds at most `DIGEST_SIZE` alerts, and a webhook's stays under 20 kB.
    """
    rate = rate_of(channel)
    left = rate.left(sent_at, now) if rate else len(due)
    companies: dict[str, list[Delivery]] = {}
    for delivery in due:
        companies.setdefault(delivery.message, []).append(delivery)
    fresh = companies.pop("", [])
    groups = [_ordered(company) for company in companies.values()]
    new = _together(channel, fresh) if channel.digest else _by_occasion(channel, fresh)
    groups += _together(channel, fresh) if len(groups) + len(new) > left else new
    return tuple(groups[:left])


def _by_occasion(channel: Channel, fresh: Sequence[Delivery]) -> list[tuple[Delivery, ...]]:
    if channel.kind not in _PEOPLES:
        return [(delivery,) for delivery in fresh]
    occasions: dict[str, list[Delivery]] = {}
    for delivery in fresh:
        waited = channel.quiet and (delivery.next_attempt_at or delivery.created_at) > delivery.created_at
        occasion = "" if waited else str(json.loads(delivery.body)["data"]["title"])
        occasions.setdefault(occasion, []).append(delivery)
    return [group for occasion in occasions.values() for group in _together(channel, occasion)]


def _together(channel: Channel, deliveries: Sequence[Delivery]) -> list[tuple[Delivery, ...]]:
    """Return deliveries in as few messages as possible."""
    limit = _PAYLOAD if channel.kind is ChannelKind.WEBHOOK else None
    groups: list[tuple[Delivery, ...]] = []
    group: list[Delivery] = []
    size = 0
    for delivery in _ordered(deliveries):
        own = len(delivery.body) + _ID
        if group and (len(group) == DIGEST_SIZE or (limit is not None and size + own > limit)):
            groups.append(tuple(group))
            group, size = [], 0
        group.append(delivery)
        size += own
    return [*groups, tuple(group)] if group else groups


def _ordered(deliveries: Sequence[Delivery]) -> tuple[Delivery, ...]:
    """Return deliveries in the order of their creation, which attempts do not change."""
    return tuple(sorted(deliveries, key=lambda each: (each.created_at, each.change, each.id)))


def rate_of(channel: Channel) -> Rate | None:
    """Return the rate of `channel`: its own, else thirty an hour for mail and chats, else None."""
    text = channel.options.get("rate", _PEOPLES_RATE if channel.kind in _PEOPLES else "")
    return _rate(text) if text else None


def check_timetable(channel: Channel) -> None:
    """Raise ConfigError when a channel's digest, quiet hours or rate cannot be read."""
    try:
        if channel.digest:
            _digest(channel.digest)
        if channel.quiet:
            _quiet(channel.quiet)
        rate_of(channel)
    except ValueError as error:
        raise ConfigError(str(error), where=f"channel {channel.name}") from None


@lru_cache(maxsize=256)
def _digest(text: str) -> Digest:
    return Digest.parse(text)


@lru_cache(maxsize=256)
def _quiet(text: str) -> QuietHours:
    return QuietHours.parse(text)


@lru_cache(maxsize=256)
def _rate(text: str) -> Rate:
    return Rate.parse(text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 8


def _clock(text: str) -> time:
    hour, colon, minute = text.partition(":")
    if not colon or not _is_number(hour) or not _is_number(minute) or len(minute) != 2:
        raise ValueError(f"{text!r} is not a time of day: write 08:00")
    return time(int(hour), int(minute))


def _zone(names: Sequence[str]) -> ZoneInfo:
    try:
        return ZoneInfo(names[0] if names else "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"{names[0]!r} is not a time zone: write its IANA name, as in Europe/Warsaw"
        ) from None
