"""Channel, Delivery and Message: where alerts go, and one alert on its way there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

__all__ = ["Channel", "ChannelFilter", "ChannelKind", "Delivery", "DeliveryState", "Message"]


class ChannelKind(StrEnum):
    """The kinds of channel, by their key in sources.yaml."""

    CONSOLE = "console"
    WEBHOOK = "webhook"
    EMAIL = "email"
    FILE = "file"
    EXEC = "exec"
    APPRISE = "apprise"


@dataclass(frozen=True, kw_only=True)
class ChannelFilter:
    """The conditions of `only:` or `except:`. An empty field is no condition; all others must hold.

    `trailers` is "all" or "". In `only:`, "all" asks for every trailer and not only the milestones, and restricts nothing. In
    `except:` it holds every trailer back.
    """

    titles: tuple[str, ...] = ()
    instalments: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    certainty: str = ""
    origins: int = 0
    scopes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    trailers: str = ""


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A configured place that alerts are sent to. `name` is unique; `target` is its address and never contains a secret.

    `secrets` holds the values from the environment or from files, by name (`secret`, `smtp`, `password`…); the repr hides them.
    `options` are the settings of this kind of channel, validated. `base_url` is the public address of the page that alerts link to, "" for
    none.
    """

    name: str
    kind: ChannelKind
    target: str
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    options: dict[str, Any] = field(default_factory=dict)
    only: ChannelFilter | None = None
    excluding: ChannelFilter | None = None
    digest: str = ""
    quiet: str = ""
    locale: str = "en"
    base_url: str = ""
    allow_private: bool = False


class DeliveryState(StrEnum):
    """The state of a delivery."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One alert on its way to one channel; `id` is its idempotency key, the same on every attempt.

    `message` is the id of the message of the last attempt, "" before the first: deliveries that were attempted together are retried
    together. `attempted_at` is the time of that attempt.
    """

    id: str
    change: int
    channel: str
    state: DeliveryState
    attempts: int
    next_attempt_at: datetime | None
    body: bytes
    """The alert as JSON, the same bytes on every attempt."""
    error: str = ""
    created_at: datetime
    delivered_at: datetime | None = None
    message: str = ""
    attempted_at: datetime | None = None
    is_taken_back: bool = False
    """Whether it was given up because the verdict that it tells was undone before it was sent."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a notifier sends: the alerts of one or more deliveries (more than one only in a digest).

    `further_trailers` counts, in a digest, the trailers that were logged since the last one and that the channel does not receive.
    """

    id: str
    body: bytes
    alerts: tuple[dict[str, Any], ...]
    attempt_at: datetime
    created_at: datetime
    """When the newest of its deliveries was created; the same on every attempt."""
    further_trailers: int = 0
