"""Decide whether a channel gets a change, and return the reasons; a pure function.

Of trailers a channel gets the milestones, unless it asks for all. `only:` lets through what fits all the fields it names, `except:` holds back what fits all the fields it names. Where a
change has several values of a field (scopes, sources), one that fits is enough for `only:`, while `except:` needs all of
them: an alert is held back only if nothing of it is wanted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from monitor.model import Certainty, Change, ChangeKind, Channel, ChannelFilter, Event, Work
from monitor.notify.timetable import send_at

__all__ = ["EVERY", "WHOLE", "Decision", "decide", "is_further_trailer", "send_at"]

WHOLE = "whole"
"""The name of the work as a whole in a filter, beside "season 2"."""
EVERY = "all"
"""The value of a filter that asks for every trailer, not only for milestones."""


@dataclass(frozen=True)
class Decision:
    """The decision whether a channel gets an alert, with its `reasons` in words.

    `rule` names what held it back: "instalments" (those of the watched work), "trailers", "only" or "except"; "" if nothing did.
    """

    wanted: bool
    reasons: tuple[str, ...]
    rule: str = ""


def decide(
    channel: Channel,
    change: Change,
    work: Work | None = None,
    *,
    origins: int | None = None,
) -> Decision:
    """Return whether `channel` gets `change`, and why.

    `work` is the watched work (its `instalments` limit every channel, its aliases count as titles), `origins` how many
    independent origins the belief has (the distinct sources of the evidence when None).
    """
    subject = _Subject(change, work, origins)
    if work is not None and work.instalments and not subject.is_of(work.instalments):
        return Decision(
            False,
            (f"{work.title}: {_of(change)} is not among its instalments {_list(work.instalments)}",),
            "instalments",
        )
    only = list(subject.fits(channel.only, most=False)) if channel.only else []
    if missing := [reason for fits, reason in only if not fits]:
        return Decision(False, tuple(f"only: {reason}" for reason in missing), "only")
    excluded = list(subject.fits(channel.excluding, most=True)) if channel.excluding else []
    if excluded and all(fits for fits, _ in excluded):
        return Decision(False, tuple(f"except: {reason}" for _, reason in excluded), "except")
    if is_further_trailer(change) and not _wants_every_trailer(channel):
        called = f"the {change.trailer}" if change.trailer else "this trailer"
        reason = f"{called} is a further one; `only: {{trailers: all}}` asks for each"
        return Decision(False, (f"trailers: {reason}",), "trailers")
    reasons = [f"only: {reason}" for _, reason in only]
    if change.milestone:
        reasons.insert(0, f"trailers: it is the {change.milestone}")
    reasons += [f"not except: {reason}" for fits, reason in excluded if not fits]
    return Decision(True, tuple(reasons) or ("no rule says otherwise",))


def is_further_trailer(change: Change) -> bool:
    """Return whether a change is a trailer that is not a milestone: only channels that ask for every trailer get it."""
    is_told = change.kind in (ChangeKind.APPEARED, ChangeKind.RELEASED)
    return change.key.event is Event.TRAILER and is_told and not change.milestone


def _wants_every_trailer(channel: Channel) -> bool:
    return channel.only is not None and channel.only.trailers == EVERY


@dataclass(frozen=True)
class _Subject:
    change: Change
    work: Work | None
    origins: int | None

    def fits(self, rule: ChannelFilter, *, most: bool) -> Iterator[tuple[bool, str]]:
        """Yield for each field of `rule` whether it fits, and the reason in words; bounds are upper bounds with `most`."""
        change, key = self.change, self.change.key
        if rule.titles:
            names = {
                name.casefold() for name in ([key.title, *self.work.aliases] if self.work else [key.title])
            }
            yield _verdict("title", key.title, not names.isdisjoint(_folded(rule.titles)), rule.titles)
        if rule.instalments:
            yield _verdict("instalment", _of(change), self.is_of(rule.instalments), rule.instalments)
        if rule.events:
            yield _verdict("event", key.event.value, key.event.value in _folded(rule.events), rule.events)
        if rule.trailers and most:
            yield _verdict("event", key.event.value, key.event is Event.TRAILER, ["trailer"])
        if rule.changes:
            yield _verdict(
                "change", change.kind.value, change.kind.value in _folded(rule.changes), rule.changes
            )
        if rule.certainty:
            certainty, bound = _certainty(change), Certainty(rule.certainty)
            yield _bound("certainty", certainty.rank, bound.rank, certainty.value, bound.value, most=most)
        if rule.origins:
            count = self._origins()
            yield _bound("origins", count, rule.origins, str(count), str(rule.origins), most=most)
        if rule.scopes:
            # A date without a scope applies to each place, but is not a date for that place alone.
            fits = _some(key.scope, rule.scopes, most=most) if key.scope else not most
            yield _verdict("scope", _list(key.scope) or "everywhere", fits, rule.scopes)
        if rule.languages:
            tags = list(dict.fromkeys(item.lang for item in change.evidence if item.lang))
            spoken = [_range(tag) for tag in tags]
            wanted = [_range(tag) for tag in rule.languages]
            found = [any(tag[: len(want)] == want for want in wanted) for tag in spoken]
            yield _verdict(
                "language", _list(tags) or "unknown", _quantified(found, most=most), rule.languages
            )
        if rule.sources:
            found = [
                not _source_names(item.source, item.url).isdisjoint(_folded(rule.sources))
                for item in change.evidence
            ]
            shown = _list(list(dict.fromkeys(item.source for item in change.evidence))) or "unknown"
            yield _verdict("source", shown, _quantified(found, most=most), rule.sources)

    def is_of(self, instalments: Collection[str]) -> bool:
        """Return whether the change is about one of `instalments` or a part of one: season 2 part 1 is of season 2, season 20 is not."""
        own = (self.change.key.instalment or WHOLE).casefold()
        return any(own == name or own.startswith(f"{name} ") for name in _folded(instalments))

    def _origins(self) -> int:
        return len({item.source for item in self.change.evidence}) if self.origins is None else self.origins


def _certainty(change: Change) -> Certainty:
    """Return the certainty of a change; for a retraction, that of the belief that was alerted."""
    taken_back = change.verdict is not None or change.after is None
    beliefs = [change.after, change.before if taken_back else None]
    known = [belief.certainty for belief in beliefs if belief is not None]
    return max(known, key=lambda certainty: certainty.rank, default=Certainty.OFFICIAL)


def _verdict(field: str, own: str, fits: bool, named: Collection[str]) -> tuple[bool, str]:
    return fits, f"{field} {own} is {'' if fits else 'not '}among {_list(named)}"


def _bound(field: str, own: int, bound: int, shown: str, limit: str, *, most: bool) -> tuple[bool, str]:
    fits = own <= bound if most else own >= bound
    side = "most" if most else "least"
    return fits, f"{field} {shown} is {'' if fits else 'not '}at {side} {limit}"


def _some(own: Collection[str], named: Collection[str], *, most: bool) -> bool:
    wanted = _folded(named)
    return _quantified([item.casefold() in wanted for item in own], most=most)


def _quantified(found: list[bool], *, most: bool) -> bool:
    return bool(found) and (all(found) if most else any(found))


def _source_names(source: str, url: str) -> set[str]:
    """Return the names of a source in filters: its name, the host of the document, and the domains of that host."""
    try:
        host = (urlsplit(url).hostname or "").casefold()
    except ValueError:
        host = ""
    labels = host.split(".")
    return {source.casefold(), *(".".join(labels[start:]) for start in range(max(0, len(labels) - 1)))}


def _range(tag: str) -> list[str]:
    return tag.casefold().replace("_", "-").split("-")


def _folded(names: Collection[str]) -> set[str]:
    return {name.casefold() for name in names}


def _of(change: Change) -> str:
    return change.key.instalment or "the work as a whole"


def _list(names: Collection[str]) -> str:
    return ", ".join(names)
