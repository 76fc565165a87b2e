"""Screen out what cannot matter, by a few features, before all features are computed.

A screen is a head of one class whose bias contains its threshold: what has a sum below 0 is given up. Its features are known without
reading the words of a sentence, so that it costs a small part of what it saves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.extract.candidates import Candidate, Place
from monitor.extract.dates.alternatives import DateReading
from monitor.extract.features import Seen, grain_of, medium_of, relation_to
from monitor.extract.templates import Features
from monitor.model import When

__all__ = ["features_of_candidate", "features_of_part"]

_NEAR = 3


def features_of_candidate(seen: Seen, candidate: Candidate, readings: Sequence[DateReading]) -> Features:
    """Return the features by which a candidate is given up or not; `readings` are those of its date."""
    place, reach = candidate.place, candidate.reach
    how, media = reach.how[0], medium_of(reach.work)
    kinds = seen.kinds(place)
    found = Features()
    found.shared = [*seen.shared(reach.work.title), _of_place(seen, place)]
    found.filled.append((
        _reached, reach.how, place.sentence.block.kind, min(reach.gap, 6), media, reach.work.title == seen.text.main,
        min(len(place.titles), 3),
    ))  # fmt: skip
    if candidate.date is not None:
        where = relation_to(readings[0].when, seen.text.document.published.date())
        found.shared.append(_of_date(seen, place, candidate.date, where, readings[0].when))
        found.filled.append((_reached_of_date, how, where, min(len(place.dates), 3)))
        found.filled += [(_spoken, kind, how, media, where) for kind in kinds]
        return found
    is_dated = bool(place.dates)
    found.filled += [(_spoken, kind, how, media, is_dated) for kind in kinds]
    own = place.at(reach.work.title)
    if own:
        found.filled += [
            (_beside, "W", *_around(place, own[0])),
            (_cues, "W", *_nearest(seen, place, own[0])),
        ]
    else:
        found.filled.append((_unnamed, how, kinds[:3], is_dated))
    return found


def _of_date(seen: Seen, place: Place, at: int, where: str, when: When) -> Features:
    """Return the features of a date, which the candidates of all works share."""
    known: Features | None = seen.kept.get(("screened date", (place.index, str(at))))
    if known is None:
        known = seen.kept["screened date", (place.index, str(at))] = Features()
        mention = place.sentence.stream[at].value
        known.filled += [
            (_dated, where, grain_of(when), mention.bound, mention.is_vague, mention.is_doubtful),
            (_beside, "D", *_around(place, at)),
            (_cues, "D", *_nearest(seen, place, at)),
        ]
    return known


def _reached(
    ways: Sequence[str], block: str, gap: int, media: Sequence[str], main: bool, named: int
) -> Iterable[str]:
    how = ways[0]
    yield f"how={how}|{block}"
    yield f"ways={'+'.join(ways)}"
    yield f"how={how}|gap={gap}"
    yield f"how={how}|main={main}|named={named}"
    for medium in media:
        yield f"kind={medium}|{how}"


def _spoken(kind: str, how: str, media: Sequence[str], beside: str | bool) -> Iterable[str]:
    yield f"sc:{kind}|{how}"
    yield f"sc:{kind}|{beside}"
    yield f"sc:{kind}|{beside}|{how}"
    for medium in media:
        yield f"sc:{kind}|{medium}"


def _unnamed(how: str, kinds: Sequence[str], is_dated: bool) -> Iterable[str]:
    yield f"scs={how}|{'+'.join(kinds)}"
    yield f"dated={is_dated}|{how}"


def _dated(where: str, grain: str, bound: str, vague: bool, doubtful: bool) -> Iterable[str]:
    yield f"time={where}|{grain}"
    yield f"grain={grain}|{bound}"
    yield f"vague={vague}"
    yield f"doubtful={doubtful}|{grain}"


def _reached_of_date(how: str, where: str, dates: int) -> Iterable[str]:
    return f"time={where}|{how}", f"dates={dates}|{how}"


def _around(place: Place, at: int) -> tuple[str, str]:
    """Return the tokens beside a token."""
    stream = place.sentence.stream
    before = stream[at - 1] if at else None
    behind = stream[at + 1] if at + 1 < len(stream) else None
    return (
        "^" if before is None else f"@{before.kind}" if before.kind else before.text,
        "$" if behind is None else f"@{behind.kind}" if behind.kind else behind.text,
    )


def _beside(what: str, before: str, behind: str) -> Iterable[str]:
    return f"{what}<{before}", f"{what}>{behind}"


def _nearest(seen: Seen, place: Place, point: int) -> tuple[str, str]:
    """Return the kinds of the nearest cues before and behind a token, each with whether it is near."""
    before = behind = "-"
    for cue, kind in seen.cues(place):
        if cue.last <= point:
            before = kind if point - cue.last <= _NEAR else f"{kind}~"
        elif cue.first > point and behind == "-":
            behind = kind if cue.first - point <= _NEAR else f"{kind}~"
    return before, behind


def _cues(what: str, before: str, behind: str) -> Iterable[str]:
    return f"{what}c<{before}", f"{what}c>{behind}", f"{what}c<>{before}|{behind}"


def _of_place(seen: Seen, place: Place) -> Features:
    """Return the features of a sentence and of its neighbours, which all its candidates share."""
    known: Features | None = seen.kept.get(("screened", place.index))
    if known is None:
        known = seen.kept["screened", place.index] = Features()
        sentence, places = place.sentence, seen.text.places
        known.names += [
            f"b={sentence.block.kind}|{'?' if sentence.question else 'titled' if sentence.titled else '-'}",
            f"index={min(place.index, 6)}",
            f"lang={sentence.language.code}",
            f"cues={min(len(sentence.cues), 4)}|dates={min(len(place.dates), 3)}|works={min(len(place.works), 3)}",
            f"n={seen.nature}|{sentence.block.kind}",
        ]
        known.bags.append(("r:", {cue.rule.name for cue in sentence.cues}))
        if place.index:
            known.bags.append(("pc:", seen.kinds(places[place.index - 1])))
        if place.heading is not None:
            known.bags.append(("sec:", seen.kinds(place.heading)))
        if place.index + 1 < len(places):
            known.bags.append(("nc:", seen.kinds(places[place.index + 1])))
    return known


def features_of_part(seen: Seen, candidate: Candidate) -> Features:
    """Return the features by which a candidate is about the work as a whole, without weighing the names beside it."""
    place, work = candidate.place, candidate.reach.work
    how = candidate.reach.how[0]
    found = Features()
    found.shared = [_of_parts_in_document(seen, work.title)]
    kind = work.kind.value
    found.names.append(f"how={how}|{kind}")
    _of_parts_in_place(place, work.title, f"here|{kind}", found)
    for other in seen.text.headline[:2]:
        if other is not place:
            _of_parts_in_place(other, work.title, f"head|{kind}", found)
    if place.heading is not None and place.heading.instalments:
        found.names.append(f"heading|num|{kind}")
    if place.index:
        before = seen.text.places[place.index - 1]
        if before.sentence.block.kind != "headline":
            _of_parts_in_place(before, work.title, f"back|{kind}", found)
    carried = seen.parted(place)
    if carried is not None:
        found.names.append(f"carried|{min(place.index - carried.index, 6)}|{kind}")
    elif place.index + 1 < len(seen.text.places) and seen.text.places[place.index + 1].instalments:
        found.names.append(f"next|{how}|{kind}")
    return found


def _of_parts_in_place(place: Place, title: str, where: str, found: Features) -> None:
    """Add the features of a sentence that speak for an instalment: numbers, nouns for content, the token behind the work, quotations."""
    sentence = place.sentence
    stream, language = sentence.stream, sentence.language
    names = found.names
    if place.instalments:
        names.append(f"{where}|num")
    names += [
        f"{where}|noun:{token.text}"
        for token in stream
        if not token.kind and token.text in language.content_nouns
    ]
    if any(not token.kind and token.text in language.edition_words for token in stream):
        names.append(f"{where}|edition word")
    own = place.at(title)
    text = sentence.block.text
    for at in own[:2]:
        behind = stream[at + 1] if at + 1 < len(stream) else None
        written = (
            "$"
            if behind is None
            else f"@{behind.kind}"
            if behind.kind
            else "C"
            if text[behind.start].isupper()
            else "#"
            if behind.text[0].isdigit()
            else "c"
            if behind.text[0].isalpha()
            else behind.text
        )
        after = stream[at + 2] if at + 2 < len(stream) else None
        capital = after is not None and (text[after.start].isupper() or after.text[0].isdigit())
        titled = "titled" if sentence.titled else "prose"
        names += [
            f"{where}|W>{written}|{titled}",
            f"{where}|W>{written}|{capital}|{titled}",
        ]
        if behind is not None and not behind.kind:
            names.append(f"{where}|W>.{behind.text}")
    if not own:
        names.append(f"{where}|no work")
    if sentence.quotes:
        names.append(f"{where}|quotes")


def _of_parts_in_document(seen: Seen, title: str) -> Features:
    """Return the features of the document: whether it numbers instalments, and names the work by an alias that says more than its title."""
    known: Features | None = seen.kept.get(("screened parts", title))
    if known is None:
        known = seen.kept["screened parts", title] = Features()
        places = seen.text.places
        numbered = sum(bool(place.instalments) for place in places)
        extras = [
            bool(place.sentence.stream[at].value.extra) for place in places[:60] for at in place.at(title)
        ]
        nouns = sum(
            any(
                not token.kind and token.text in place.sentence.language.content_nouns
                for token in place.sentence.stream
            )
            for place in places[:60]
        )
        known.names += [
            f"doc|num={min(numbered, 2)}",
            f"doc|extra={any(extras)}|all={all(extras)}",
            f"doc|nouns={min(nouns, 3)}",
            f"doc|long={min(len(places) // 4, 5)}",
        ]
    return known
