"""Build one message from one or several deliveries; the same deliveries always give the same id and the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from monitor.model import Delivery, Message

__all__ = ["DIGEST", "alert_body", "message"]

DIGEST = "monitor.digest"
"""The `type` of a body that holds several alerts: `data` is ``{"count": n, "further_trailers": n, "alerts": [alert, …]}``."""


def alert_body(alert: dict[str, Any]) -> bytes:
    """Return an alert as the JSON that is stored with its delivery and sent on every attempt: one line, UTF-8."""
    return json.dumps(alert, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def message(deliveries: Sequence[Delivery], *, attempt_at: datetime, further_trailers: int = 0) -> Message:
    """Return the message that carries `deliveries`; every alert in it has the id of its delivery as ``"id"``.

    For one delivery `id` and `body` are the delivery's own. For several `id` is derived from theirs and `body` lists their alerts,
    so that a receiver can drop duplicates one by one even when an alert comes again in another message. The same form is used when
    `further_trailers` are counted beside a single delivery.
    """
    if not deliveries:
        raise ValueError("a message carries at least one delivery")
    alerts = tuple({"id": delivery.id, **json.loads(delivery.body)} for delivery in deliveries)
    if len(deliveries) == 1 and not further_trailers:
        id_, body = deliveries[0].id, deliveries[0].body
    else:
        joined = hashlib.sha256("\n".join(delivery.id for delivery in deliveries).encode()).hexdigest()[:32]
        id_ = f"digest_{joined}"
        body = alert_body(
            {
                "type": DIGEST,
                "timestamp": max(alert["timestamp"] for alert in alerts),
                "data": {"count": len(alerts), "further_trailers": further_trailers, "alerts": alerts},
            }
        )
    return Message(
        id=id_,
        body=body,
        alerts=alerts,
        attempt_at=attempt_at,
        created_at=max(delivery.created_at for delivery in deliveries),
        further_trailers=further_trailers,
    )
