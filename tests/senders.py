"""What a sender records of deliveries, each time under a lease of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.ledger import Lease, Ledger

__all__ = ["send_pending", "sender"]


@dataclass
class _Sender:
    ledger: Ledger
    channel: str

    def mark_attempting(self, messages: Mapping[str, Iterable[str]], now: datetime) -> None:
        lease = self._take()
        try:
            self.ledger.mark_attempting(lease, messages, now)
        finally:
            self.ledger.release([lease])

    def mark_delivered(self, ids: Iterable[str], now: datetime) -> None:
        with self.ledger.transaction():
            lease = self._take()
            self.ledger.mark_delivered(lease, ids, now)
            self.ledger.release([lease])

    def reschedule(self, ids: Iterable[str], next_attempt_at: datetime, error: str) -> None:
        with self.ledger.transaction():
            lease = self._take()
            self.ledger.reschedule(lease, ids, next_attempt_at, error)
            self.ledger.release([lease])

    def mark_dead(self, ids: Iterable[str], error: str) -> None:
        with self.ledger.transaction():
            lease = self._take()
            self.ledger.mark_dead(lease, ids, error)
            self.ledger.release([lease])

    def _take(self) -> Lease:
        lease = self.ledger.take_channel("a test", self.channel)
        assert lease is not None
        return lease


def sender(ledger: Ledger, channel: str = "hook") -> _Sender:
    """Return the only sender of a channel."""
    return _Sender(ledger, channel)


def send_pending(ledger: Ledger, now: datetime) -> None:
    """Record everything pending as sent and accepted at `now`, one message for each channel."""
    pending = list(ledger.deliveries(state="pending"))
    for channel in {each.channel for each in pending}:
        ids = [each.id for each in pending if each.channel == channel]
        sender(ledger, channel).mark_attempting({f"m {channel}": ids}, now)
        sender(ledger, channel).mark_delivered(ids, now)
