"""A document says a thing once: the narrower date, the strongest certainty, the sources joined."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.extract.draft import Draft
from monitor.model import Event, Status

__all__ = ["merged"]


def merged(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the drafts with repetitions joined and coarser dates dropped, in reading order."""
    joined: list[Draft] = []
    by_key: dict[tuple[object, ...], Draft] = {}
    for draft in drafts:
        key = _key(draft)
        known = by_key.get(key)
        if known is None:
            by_key[key] = draft
            joined.append(draft)
        else:
            _join(known, draft)
    kept = [
        draft for draft in joined if not any(_covers(other, draft) for other in joined if other is not draft)
    ]
    for draft in joined:
        if draft not in kept:
            narrower = next((other for other in kept if _covers(other, draft)), None)
            if narrower is not None and draft.event is Event.TRAILER:
                _join(narrower, draft)
    return kept


# A physical edition, early access or an unveiling comes at a time of its own.
_PHYSICAL = frozenset(("disc", "vinyl", "paperback", "hardcover", "audiobook", "early access", "unveiling"))


def _key(draft: Draft) -> tuple[object, ...]:
    return (
        draft.work.title,
        draft.instalment,
        draft.event,
        draft.status,
        None if draft.when is None else draft.when.edtf,
    )


def _join(known: Draft, draft: Draft) -> None:
    if draft.certainty.rank > known.certainty.rank:
        known.certainty = draft.certainty
        known.block, known.start, known.end, known.post = draft.block, draft.start, draft.end, draft.post
    known.sources.extend(source for source in draft.sources if source not in known.sources)
    known.scope.extend(name for name in draft.scope if name not in known.scope)
    known.inherited = known.inherited and draft.inherited
    known.rules.extend(rule for rule in draft.rules if rule not in known.rules)


def _covers(narrow: Draft, wide: Draft) -> bool:
    """Whether `narrow` says what `wide` says, and more exactly."""
    if (narrow.work.title, narrow.event, narrow.status) != (wide.work.title, wide.event, wide.status):
        return False
    if narrow.instalment != wide.instalment and not (
        wide.instalment is None and str(narrow.instalment).startswith("edition: ")
    ):
        return False
    if narrow.scope and wide.scope and not set(narrow.scope) & set(wide.scope):
        return False
    if not wide.scope and narrow.scope and set(narrow.scope) <= _PHYSICAL:
        return False
    if narrow.when is None:
        return False
    if wide.when is None:
        return wide.status is not Status.UNANNOUNCED
    if wide.when.is_open and not narrow.when.is_open and set(wide.sources) != set(narrow.sources):
        return False
    return wide.when.contains(narrow.when) and wide.when.interval != narrow.when.interval
