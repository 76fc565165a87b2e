"""Short ways to make the model's values in tests: every field has a sensible default."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zlib import crc32

from monitor.model import (
    Certainty,
    Claim,
    Document,
    Event,
    Observation,
    Source,
    SourceKind,
    Status,
    When,
    Work,
)

NOW = datetime(2023, 8, 10, 12, 0, tzinfo=UTC)
"""The one reference time of the tests: a Thursday."""


def at(text: str) -> datetime:
    """Return the aware time that `text` (ISO 8601) names, UTC unless it says otherwise."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def work(title: str = "Alan Wake 2", **fields: Any) -> Work:
    return Work(title, **fields)


def document(text: str = "", **fields: Any) -> Document:
    # A text of its own is a document of its own: what has one id or address is one document.
    name = f"doc-{crc32(text.encode('utf-8', 'surrogatepass')):x}" if text else "doc-1"
    defaults = {
        "id": name,
        "url": f"https://news.example/{name}",
        "source": "news.example",
        "published": NOW,
        "lang": "en",
    }
    return Document(**{**defaults, "text": text, **fields})


def claim(when: str | None = "2023-10-17", **fields: Any) -> Claim:
    defaults: dict[str, Any] = {
        "title": "Alan Wake 2",
        "event": Event.RELEASE,
        "status": Status.SCHEDULED,
        "certainty": Certainty.REPORTED,
        "quote": "It comes out on the day.",
    }
    return Claim(**{**defaults, "when": When.parse(when) if when else None, **fields})


def observation(when: str | None = "2023-10-17", **fields: Any) -> Observation:
    own = {
        "id": 1,
        "document": "d1",
        "source": "news.example",
        "url": "https://news.example/doc-1",
        "published": NOW,
        "seen_at": NOW,
        "headline": "A headline",
        "author": "",
        "lang": "",
        "claim_id": 0,
    }
    mine = {name: fields.pop(name) for name in list(fields) if name in own}
    return Observation(claim=fields.pop("claim", None) or claim(when, **fields), **{**own, **mine})


def source(name: str = "news.example", **fields: Any) -> Source:
    defaults = {
        "kind": SourceKind.FEED,
        "target": "https://news.example/feed.xml",
        "url": "https://news.example/feed.xml",
    }
    return Source(name=name, **{**defaults, **fields})
