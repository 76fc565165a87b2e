"""Put into words what a row of the ledger says: the state of a source, what to do about it, what a delivery tells."""

from __future__ import annotations

import json
import shlex

from monitor.ledger import SourceRow
from monitor.model import Delivery, Trouble
from monitor.notify.wording import ended, sentence

__all__ = ["advice_for", "state_of", "told_by"]

# The other kinds of source have no address in the configuration.
_WRITTEN_AS_ADDRESS = ("feed", "page", "sitemap")


def state_of(row: SourceRow, *, is_late: bool) -> str:
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


def told_by(delivery: Delivery) -> tuple[str, str]:
    """Return the work that a delivery is about, "" for a notice of the monitor itself, and its sentence."""
    body = json.loads(delivery.body)
    data = body["data"]
    if "change" not in data:
        return "", str(data["title"])
    return str(data["title"]), str(data.get("sentence") or ended(sentence(body, "en")))
