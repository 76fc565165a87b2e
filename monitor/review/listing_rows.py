"""Make the rows of listings: sources with state and advice, changes, and deliveries with work and sentence."""

from __future__ import annotations

import json
import shlex
from datetime import datetime
from typing import Any

from monitor.ledger import SourceRow
from monitor.model import Change, Delivery, Trouble, instant
from monitor.notify import composed
from monitor.notify.wording import ended, sentence
from monitor.review.views import DeliveryView, SourceView
from monitor.schedule import late as is_late

__all__ = ["advice_for", "change_row", "delivery_row", "delivery_summary", "source_row", "source_view"]

# The other kinds of source have no address in the configuration.
_WRITTEN_AS_ADDRESS = ("feed", "page", "sitemap")


def _state(row: SourceRow, *, is_late: bool) -> str:
    """Return the state of a source in a word or two: ok, first pass, new, late, silent, failing, bug, gone, removed."""
    state = row.state
    if not row.configured:
        return "removed"
    if state.gone:
        return "gone"
    if state.failures:
        return "bug" if state.last_result == Trouble.BUG else "failing"
    if is_late:
        return "late"
    if state.last_poll_at is None:
        return "new"
    if state.silence_alerted:
        return "silent"
    return "first pass" if state.baseline else "ok"


def advice_for(row: SourceRow) -> str:
    """Return what the user has to do about a source, "" unless it is gone or moved for good."""
    state = row.state
    if not row.configured:
        return ""
    if state.gone:
        return (
            f"take it out of sources.yaml; `monitor poll {shlex.quote(state.name)}` asks whether it is back"
        )
    if state.moved_to:
        moved = f"it moved for good and is read at {state.moved_to}"
        return f"{moved}: write `{row.kind}: {state.moved_to}`" if row.kind in _WRITTEN_AS_ADDRESS else moved
    return ""


def delivery_summary(delivery: Delivery) -> tuple[str, str]:
    """Return the work that a delivery is about, "" for a notice of the monitor itself, and its sentence."""
    body = json.loads(delivery.body)
    data = body["data"]
    if "change" not in data:
        return "", str(data["title"])
    return str(data["title"]), str(data.get("sentence") or ended(sentence(body, "en")))


def change_row(change: Change) -> dict[str, Any]:
    """Return a change as its alert's data, with its id and time: a row of `monitor changes`."""
    data = composed(change)["data"]
    leading = {name: data.pop(name) for name in ("id", "sentence", "show")}
    return {"id": leading.pop("id"), "at": instant(change.at), **leading, **data}


def delivery_row(delivery: Delivery) -> dict[str, Any]:
    """Return a delivery with its work and sentence: a row of `monitor deliveries`."""
    title, text = delivery_summary(delivery)
    return DeliveryView(delivery=delivery, title=title, slug="", sentence=text).to_dict()


def source_row(row: SourceRow, now: datetime) -> dict[str, Any]:
    """Return a source's health at `now`: a row of `monitor sources`."""
    return source_view(row, now).to_dict()


def source_view(row: SourceRow, now: datetime) -> SourceView:
    """Return a source as it is at `now`."""
    state = row.state
    late = is_late(state, now) if row.configured else ""
    return SourceView(
        name=state.name,
        kind=row.kind,
        url=row.url,
        state=_state(row, is_late=bool(late)),
        last_poll_at=state.last_poll_at,
        last_result=state.last_result,
        next_poll_at=state.next_poll_at if row.configured and not state.gone else None,
        last_success_at=state.last_success_at,
        failures=state.failures,
        documents=state.documents,
        claims=state.claims,
        error=state.error if state.failures else late or state.error,
        moved_to=state.moved_to,
        advice=advice_for(row),
    )
