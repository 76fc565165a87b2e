"""An alert of nobody's making, for trying a channel or explaining its rules; it reads as a test at first sight."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model import (
    Belief,
    Certainty,
    Change,
    ChangeKind,
    Claim,
    Event,
    Key,
    Observation,
    Status,
    When,
)
from monitor.model import instant as instant_of
from monitor.notify.wording import NOTICE, composed

__all__ = ["notice", "sample_alert", "sample_change"]


def sample_change(now: datetime, title: str = "Test of your monitor") -> Change:
    """Return a change of an invented work, its date moved by ten days to the month after `now`."""
    key = Key(title, None, Event.RELEASE)
    month = (now.astimezone(UTC).replace(day=1) + timedelta(days=45)).strftime("%Y-%m")
    before, after = When.parse(f"{month}-17"), When.parse(f"{month}-27")
    claim = Claim(
        title=title,
        event=Event.RELEASE,
        status=Status.SCHEDULED,
        when=after,
        certainty=Certainty.OFFICIAL,
        sources=("your monitor",),
        quote="This is a test: the channel works when you can read it.",
    )
    evidence = Observation(
        claim=claim,
        document="",
        source="monitor notify test",
        url="https://example.com/test",
        published=now,
        seen_at=now,
        headline="A test alert",
    )
    return Change(
        kind=ChangeKind.MOVED_LATER,
        key=key,
        before=Belief(Status.SCHEDULED, before, Certainty.OFFICIAL),
        since=now - timedelta(days=30),
        after=Belief(Status.SCHEDULED, after, Certainty.OFFICIAL),
        at=now,
        evidence=(evidence,),
    )


def sample_alert(now: datetime) -> dict[str, Any]:
    """Return the alert of :func:`sample_change`, marked ``"test": true``."""
    body = composed(sample_change(now))
    return {**body, "data": body["data"] | {"show": "monitor notify test"}, "test": True}


def notice(title: str, text: str, at: datetime) -> dict[str, Any]:
    """Return what the monitor says about itself as an alert: a dead channel, a source that fell silent."""
    return {"type": NOTICE, "timestamp": instant_of(at), "data": {"title": title, "text": text}}
