"""Choose the scopes of a claim: the platforms, the territories and the services on which it says that the work comes out.

Every scope named in the claim's sentence or its neighbours is an option, including early access and an unveiling; the weights of its
position decide whether it belongs to the claim.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from monitor.extract.candidates import Candidate, Mention, Place
from monitor.extract.features import Seen
from monitor.extract.scoring import Weights, sigmoid
from monitor.extract.tokens import Token

__all__ = ["ScopeOption", "scope_options", "scopes_of"]

UNVEILING = "unveiling"
_JOINERS = frozenset((",", "/", "|", "&", "+", "(", ")", "、", "，", "·", "and"))
_WINDOW = 4


@dataclass(slots=True, eq=False)
class ScopeOption:
    """One scope that a claim may have, by its canonical name, with features."""

    name: str
    features: list[str] = field(default_factory=list)


def scope_options(seen: Seen, candidate: Candidate, code: str) -> list[ScopeOption]:
    """Return the options for the scopes of a candidate's claim of class `code`."""
    place = candidate.place
    kind = candidate.reach.work.kind.value
    found: dict[str, ScopeOption] = {}
    groups: dict[str, str] = {}
    hows: dict[str, set[str]] = {}
    here = len(place.scopes)
    common = [
        code,
        f"kind={kind}",
        f"lang={place.sentence.language.code}",
        f"block={place.sentence.block.kind}",
    ]
    for how, other in _places(seen, place):
        for order, at in enumerate(other.scopes):
            scope = other.sentence.stream[at].value
            option = found.setdefault(scope.name, ScopeOption(scope.name))
            groups[scope.name] = scope.group
            known = hows.setdefault(scope.name, set())
            if how in known and how != "here":
                continue
            known.add(how)
            marks = _marks(seen, candidate, other, at, how)
            option.features += [f"{how}|{mark}" for mark in marks]
            option.features += [f"{scope.group}|{how}|{mark}" for mark in marks]
            option.features += [
                f"{how}|{scope.group}|{code}",
                f"{how}|{scope.group}|{kind}",
                f"{how}|here={min(here, 3)}|{scope.group}",
                f"{how}|order={min(order, 2)}/{min(len(other.scopes), 4)}",
                f"{how}|dated={candidate.date is not None}|{code[0]}",
            ]
    for name, option in found.items():
        group = groups[name]
        ways = "+".join(sorted(hows[name]))
        option.features += [
            f"ways={ways}",
            f"ways={ways}|{code[0]}",
            f"group={group}",
            *(f"{group}|{one}" for one in common),
            *common,
        ]
        option.features.append(f"owned={name.casefold() in candidate.reach.work.title.casefold()}")
        option.features.append(f"scope={name.casefold()}|{kind}")
        option.features.append(f"scope={name.casefold()}|here={'here' in hows[name]}")
    if code[0] == "r" and (kind == "device" or any(cue.get("unveils") for cue in place.sentence.cues)):
        found[UNVEILING] = ScopeOption(UNVEILING, list(_unveiling(seen, candidate, code)))
    return list(found.values())


def _places(seen: Seen, place: Place) -> Iterator[tuple[str, Place]]:
    """Yield the places whose scopes may be meant, with their relation to the claim's place."""
    yield "here", place
    taken = {place.index}
    for how, other in (("heading", place.heading), ("lead", place.lead)):
        if other is not None and other.index not in taken:
            taken.add(other.index)
            yield how, other
    for other in seen.text.headline[:2]:
        if other.index not in taken:
            taken.add(other.index)
            yield "headline", other
    places = seen.text.places
    if place.index and place.index - 1 not in taken:
        yield "back", places[place.index - 1]
    if place.index + 1 < len(places) and place.index + 1 not in taken:
        yield "next", places[place.index + 1]


def _word(token: Token | None) -> str:
    if token is None:
        return "$"
    if token.kind:
        return f"@{token.kind}"
    return "#" if token.text[:1].isdigit() else token.text


def _marks(seen: Seen, candidate: Candidate, place: Place, at: int, how: str) -> list[str]:
    """Return the features of the scope at a token: the words around it and around its list, and the positions of the date and the work."""
    sentence = place.sentence
    stream = sentence.stream
    title = candidate.reach.work.title
    first, last = _list_around(sentence.stream, at)
    before = stream[at - 1] if at else None
    behind = stream[at + 1] if at + 1 < len(stream) else None
    lead = stream[first - 1] if first else None
    tail = stream[last + 1] if last + 1 < len(stream) else None
    marks = [
        f"<{_word(before) if before else '^'}",
        f">{_word(behind)}",
        f"l<{_word(lead) if lead else '^'}",
        f"l>{_word(tail)}",
        f"l<>{_word(lead) if lead else '^'}|{_word(tail)}",
        f"list={min(sum(stream[one].kind == 'scope' for one in range(first, last + 1)), 4)}",
    ]
    if first > 1:
        marks.append(f"l<<{_word(stream[first - 2])}_{_word(lead)}")
    if last + 2 < len(stream):
        marks.append(f"l>>{_word(tail)}_{_word(stream[last + 2])}")
    marks += [f"b<{_word(token)}" for token in stream[max(0, first - _WINDOW) : first]]
    marks += [f"b>{_word(token)}" for token in stream[last + 1 : last + 1 + _WINDOW]]
    if lead is not None and lead.text in sentence.language.prepositions:
        marks.append("l<prep")
    if behind is not None and behind.text in sentence.language.versions:
        marks.append("version")
    if any(start <= stream[at].start < end for start, end in sentence.quotes):
        marks.append("quoted")
    if sentence.titled:
        marks.append("titled")
    nearest: tuple[int, str, str] | None = None
    for cue, kind in seen.cues(place):
        if cue.last <= at:
            gap, side = at - cue.last, "<"
        elif cue.first > at:
            gap, side = cue.first - at - 1, ">"
        else:
            gap, side = 0, "="
        step = "0" if not gap else "1-3" if gap < 4 else "4-9" if gap < 10 else "far"
        marks.append(f"c{side}{kind}:{step}")
        if nearest is None or gap < nearest[0]:
            nearest = (gap, side, kind)
    marks.append(f"nc={nearest[1]}{nearest[2]}" if nearest else "nc=none")
    own = place.at(title)
    if own:
        near = min(own, key=lambda one: (abs(one - at), one))
        side = "<" if near < at else ">"
        closest = min(place.works, key=lambda one: (abs(one - at), one))
        gap = abs(near - at) - 1
        marks += [
            f"W{side}{'0' if not gap else '1-3' if gap < 4 else '4-9' if gap < 10 else 'far'}",
            f"W closest={closest in own}",
        ]
        between = stream[min(near, at) + 1 : max(near, at)]
        if len(between) <= 4:
            marks.append(f"W{side}{'_'.join(map(_word, between))}")
    elif place.works:
        marks.append("W of another")
    else:
        marks.append("W none")
    if how == "here" and candidate.date is not None:
        marks += _of_date(place, candidate.date, at, first, last)
    elif place.dates:
        marks.append(f"dates={min(len(place.dates), 2)}")
    return marks


def _of_date(place: Place, date: int, at: int, first: int, last: int) -> Iterator[str]:
    stream = place.sentence.stream
    gap = at - date
    side = "<" if gap > 0 else ">"
    step = abs(gap) - 1
    bucket = "0" if not step else "1" if step == 1 else "2-4" if step < 5 else "5-9" if step < 10 else "far"
    yield f"D{side}{bucket}"
    rivals = [one for one in place.dates if one != date]
    yield f"dates={min(len(rivals), 3)}"
    if rivals:
        nearest = min(place.dates, key=lambda one: (min(abs(one - first), abs(one - last)), one))
        yield f"D nearest={nearest == date}"
        yield f"D nearest={nearest == date}|{side}"
        behind = [one for one in place.dates if one > last]
        before = [one for one in place.dates if one < first]
        yield f"D next={bool(behind) and behind[0] == date}|last={bool(before) and before[-1] == date}"
        parted = any(min(at, date) < one < max(at, date) for one in rivals)
        yield f"D between={parted}|{side}"
    between = stream[min(at, date) + 1 : max(at, date)]
    if len(between) <= 4:
        yield f"D{side}{'_'.join(map(_word, between))}"
    for token in between:
        if token.text in place.sentence.language.relatives:
            yield f"D{side}relative"
            break


def _list_around(stream: Sequence[Token], at: int) -> tuple[int, int]:
    """Return the first and the last token of the list of scopes that contains token `at`."""
    first = last = at
    while first > 0 and (
        stream[first - 1].kind == "scope"
        or (first > 1 and _joins(stream[first - 1]) and stream[first - 2].kind == "scope")
    ):
        first -= 1
    size = len(stream)
    while last + 1 < size and (
        stream[last + 1].kind == "scope"
        or (last + 2 < size and _joins(stream[last + 1]) and stream[last + 2].kind == "scope")
    ):
        last += 1
    return first, last


def _joins(token: Token) -> bool:
    return not token.kind and (token.text in _JOINERS or len(token.text) <= 3)


def _unveiling(seen: Seen, candidate: Candidate, code: str) -> Iterator[str]:
    """Yield the features by which the claim of a device is about its unveiling rather than its sale."""
    place = candidate.place
    title = candidate.reach.work.title
    dated = candidate.date is not None
    kind = candidate.reach.work.kind.value
    yield "U"
    for one in (
        code,
        f"kind={kind}",
        f"dated={dated}",
        f"block={place.sentence.block.kind}",
        f"lang={place.sentence.language.code}",
    ):
        yield f"U|{one}"
    words = seen.words(place, title)
    for index, word in enumerate(words[:60]):
        yield f"U|{word}"
        if index + 1 < len(words):
            yield f"U|{word}_{words[index + 1]}"
    point = candidate.date if candidate.date is not None else next(iter(place.at(title)), None)
    for cue, sort in seen.cues(place):
        mark = "unveils" if cue.get("unveils") else sort
        yield f"U|c:{mark}"
        yield f"U|c:{mark}|{code}"
        if point is not None:
            gap = point - cue.last if cue.last <= point else cue.first - point
            yield f"U|c:{mark}|{'<' if cue.last <= point else '>'}{'0-3' if gap < 4 else 'far'}"
    if point is not None:
        for token in words[max(0, point - 4) : point]:
            yield f"U|d<{token}"
        for token in words[point + 1 : point + 4]:
            yield f"U|d>{token}"
    for other in seen.text.headline[:1]:
        for word in seen.words(other, title)[:20]:
            yield f"U|h:{word}"


LEAST = 0.5
"""The least probability of a scope of the claim."""
_TOLD = 3
_SHARE = 0.5


def scopes_of(seen: Seen, mentions: Sequence[Mention], code: str, weights: Weights) -> list[str]:
    """Return the scopes of a claim of class `code`, joined over the mentions that carry it, in reading order."""
    head = weights["scope"]
    ordered = sorted(mentions, key=lambda one: (-one.chance, one.candidate.place.index))
    least = ordered[0].chance * _SHARE if ordered else 0.0
    found: dict[str, None] = {}
    for mention in [one for one in ordered if one.chance >= least][:_TOLD]:
        for option in scope_options(seen, mention.candidate, code):
            if sigmoid(head.sums(option.features)[0]) >= LEAST:
                found[option.name] = None
    return list(found)
