"""Make a sample alert to test a channel or explain its rules; it is recognisable as a test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.i18n import message, words_for
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
from monitor.notify.wording import composed

__all__ = ["sample_alert", "sample_change"]


def sample_change(now: datetime, title: str = "", locale: str = "en") -> Change:
    """Return a change of an invented work, its date moved by ten days to the month after `now`, in the words of `locale`."""
    words = words_for(locale)
    title = title or words.say(message("Test of your monitor"))
    key = Key(title, None, Event.RELEASE)
    month = (now.astimezone(UTC).replace(day=1) + timedelta(days=45)).strftime("%Y-%m")
    before, after = When.parse(f"{month}-17"), When.parse(f"{month}-27")
    claim = Claim(
        title=title,
        event=Event.RELEASE,
        status=Status.SCHEDULED,
        when=after,
        certainty=Certainty.OFFICIAL,
        sources=(words.say(message("your monitor")),),
        quote=words.say(message("This is a test: the channel works when you can read it.")),
    )
    evidence = Observation(
        claim=claim,
        document="",
        source="monitor notify test",
        url="https://example.com/test",
        published=now,
        seen_at=now,
        headline=words.say(message("A test alert")),
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


def sample_alert(now: datetime, locale: str = "en") -> dict[str, Any]:
    """Return the alert of :func:`sample_change` as a channel of `locale` gets it, marked ``"test": true``."""
    body = composed(sample_change(now, locale=locale), locale)
    return {**body, "data": body["data"] | {"show": "monitor notify test"}, "test": True}
