"""Find the options for the instalment of a mention: those named in the text, and none.

Numbered instalments are recognised entities. Names of content ("Phantom Liberty", a mode, an edition) are any names near the work in
the sentence or the headline; the weights reject those that are not content.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import Any

from monitor.extract.candidates import Candidate, Place
from monitor.extract.claim_language import ClaimLanguage
from monitor.extract.features import Seen
from monitor.extract.scoring import Head
from monitor.extract.sentence import Sentence
from monitor.extract.templates import Features
from monitor.extract.trailers import plain_words

__all__ = ["PartOption", "part_options"]

_LONGEST = 6
_BACK = 3
_WHOLE = frozenset({"season", "series"})
_PARTS = frozenset({"part", "volume", "episode"})
_JOINED = 6
_KINDS = ("dlc", "edition")
_CONTENT_OF = frozenset({"game"})
_SIGNS = frozenset({"noun", "head work", "head work:", "head work-", "head work–", "called", "head work's"})
_READ = 60
_QUOTED = 60
_FAR = 4
_LENGTH = 60
_NEXT = 3
_EDGES = " '’\"“”:-–—"
_UNITS = {
    "series": ("special", "edition"),
    "film": ("edition",),
    "device": ("edition",),
    "book": ("edition",),
}
_BREAKS = frozenset(
    (":", "-", "–", "—", "|", ",", "(", ")", ".", "!", "?", ";", "/", '"', "“", "”", "…", "•", "[", "]")
)


@dataclass(slots=True, eq=False)
class PartOption:
    """One option for the instalment of a mention (None for the work as a whole), with its features.

    `own` are features of this option. Each of its `marks` is three features, which other options of the `unit` may also have.
    """

    name: str | None
    own: Features
    marks: Collection[str] = ()
    unit: str = ""
    code: str = ""

    @property
    def features(self) -> list[str]:
        """Return all its features."""
        return [*self.own, *(one for mark in self.marks for one in _of_mark(self.unit, self.code, mark))]

    def score(self, head: Head) -> int:
        """Return the sum of its features; those of marks and of the option itself are distinct."""
        own = head.bias[0] + head.rows.total_of(self.own)
        if not self.marks:
            return own
        return own + sum(map(head.rows.joint(_of_mark, self.unit, self.code).__getitem__, self.marks))


def _of_mark(unit: str, code: str, mark: str) -> tuple[str, str, str]:
    return f"{unit}|{mark}", mark, f"{mark}|{code}"


@dataclass(slots=True, eq=False)
class _Named:
    """A name or number: as written, its `unit`, its normalised words, and features of its places."""

    name: str
    unit: str
    bare: str
    seen: dict[str, None]


def part_options(seen: Seen, candidate: Candidate, code: str) -> list[PartOption]:
    """Return the options for the instalment of a candidate of class `code`, the whole work first."""
    place, title = candidate.place, candidate.reach.work.title
    kind, how = candidate.reach.work.kind.value, candidate.reach.how[0]
    found: dict[str, _Named] = {}
    _numbered(place, candidate, "here", found)
    neighbours = list(_neighbours(seen, candidate))
    for reached, other in neighbours:
        _numbered(other, candidate, reached, found)
    _of_whole([("here", place), *neighbours], found)
    for reached, where in _places_of_names(seen, candidate):
        _contents(seen, where, candidate, reached, found)
    here = {place.sentence.stream[at].value.extra for at in place.at(title)}
    for extra, marks in _extras(seen, title).items():
        for unit in _KINDS:
            _note(
                found,
                f"{unit}: {extra}",
                unit,
                [*marks, "alias extra"] if extra in here else marks,
                _bare(extra),
            )
    index = _index(seen, title)
    if kind in _CONTENT_OF:
        _elsewhere(seen, title, index, found)
    bares = {one.bare for one in found.values() if one.bare}
    shown = {bare: index.get(bare, ()) for bare in bares}
    strong = [marks for marks in shown.values() if marks]
    counts = Counter(one.unit for one in found.values())
    spoken = _spoken(seen, place)
    noun = bool(spoken)
    lang = place.sentence.language.code

    whole = Features()
    is_here = any("here" in one.seen for one in found.values())
    whole.filled += [
        (_whole_work, code, kind, how, lang, is_here),
        (_whole_beside, noun, how, min(len(strong), 3), tuple(counts)),
    ]
    whole.shared = [_around_work(seen, place, title)]
    whole.bags += [("whole|noun:", set(spoken[:3])), ("whole|doc:", {*chain.from_iterable(strong)})]
    if candidate.date is not None:
        words = seen.words(place, title)
        whole.bags.append(("whole|d<:", set(words[max(0, candidate.date - 5) : candidate.date])))
    made = [PartOption(None, whole)]

    ranks = _ranks(shown)
    others = min(len(found) - 1, 4)
    marked: dict[int, list[tuple[Any, ...]]] = {}
    """The marks beside a noun, by the features of a name, which its units share."""
    for one in found.values():
        own = Features()
        own.filled.append((_unit, one.unit, code, kind, how, lang, noun, others, min(counts[one.unit], 4)))
        evidence: Sequence[str] = ()
        if one.bare:
            evidence = [f"doc:{mark}" for mark in shown[one.bare]]
            own.filled.append((_ranked, one.unit, *ranks[one.bare]))
        beside = marked.get(id(one.seen))
        if beside is None:
            beside = marked[id(one.seen)] = [
                *[
                    (_beside_noun, mark, how, noun)
                    for mark in one.seen
                    if mark.startswith(("headline", "here|behind"))
                ],
                *[(_shown_beside_noun, mark, how, noun) for mark in evidence],
            ]
        own.filled += beside
        made.append(PartOption(one.name, own, {*one.seen, *evidence}, one.unit, code))
    return made


def _whole_work(code: str, kind: str, how: str, lang: str, is_here: bool) -> Iterable[str]:
    yield f"whole|{code}"
    yield f"whole|kind={kind}"
    yield f"whole|how={how}"
    yield f"whole|lang={lang}"
    yield f"whole|{code}|{kind}"
    yield f"whole|here={is_here}"


def _whole_beside(noun: bool, how: str, strong: int, units: Sequence[str]) -> Iterable[str]:
    yield f"whole|noun={noun}"
    yield f"whole|noun={noun}|{how}"
    yield f"whole|evidence={strong}|noun={noun}|{how}"
    for unit in units:
        yield f"whole|has {unit}"


def _unit(
    unit: str, code: str, kind: str, how: str, lang: str, noun: bool, others: int, alike: int
) -> Iterable[str]:
    yield f"{unit}|noun={noun}|{how}"
    yield f"{unit}|{code}"
    yield f"{unit}|kind={kind}"
    yield f"{unit}|how={how}"
    yield f"{unit}|lang={lang}"
    yield f"{unit}|{code}|{kind}"
    yield f"{unit}|others={others}"
    yield f"{unit}|same unit={alike}"


def _ranked(
    unit: str, strong: int, rivals: int, most: bool, within: bool, around: bool, longer: bool, shorter: bool
) -> Iterable[str]:
    yield f"{unit}|strong={strong}|rivals={rivals}"
    yield f"{unit}|most={most}"
    yield f"{unit}|within={within}|around={around}"
    yield f"{unit}|longer={longer}|shorter={shorter}"


def _beside_noun(mark: str, how: str, noun: bool) -> Iterable[str]:
    return (f"{mark}|{how}|noun={noun}",)


def _shown_beside_noun(mark: str, how: str, noun: bool) -> Iterable[str]:
    return (f"{mark}|noun={noun}|{how}",)


def _around_work(seen: Seen, place: Place, title: str) -> Features:
    """Return the features around the work in a sentence, for or against the work as a whole."""
    key = "whole", (place.index, title)
    known: Features | None = seen.kept.get(key)
    if known is None:
        known = seen.kept[key] = Features()
        words = seen.words(place, title)
        for at in place.at(title)[:2]:
            behind, ahead = words[at + 1 : at + 4], words[max(0, at - 3) : at][::-1]
            known.names += [f"whole|w+{offset}:{word}" for offset, word in enumerate(behind)]
            known.names += [f"whole|w-{offset}:{word}" for offset, word in enumerate(ahead)]
            known.names.append(f"whole|w+01:{'_'.join(behind[:2])}")
        known.bags.append(("whole|c:", seen.kinds(place)))
    return known


def _spoken(seen: Seen, place: Place) -> list[str]:
    """Return the words of a sentence for additions to a work and for editions."""
    key = "nouns of parts", place.index
    known: list[str] | None = seen.kept.get(key)
    if known is None:
        nouns = place.sentence.language.content_nouns
        known = seen.kept[key] = [
            token.text for token in place.sentence.stream if token.text in nouns and not token.kind
        ]
    return known


def _ranks(shown: Mapping[str, Sequence[str]]) -> dict[str, tuple[int, int, bool, bool, bool, bool, bool]]:
    """Return the relations between the names: which name contains which, and which has more evidence."""
    rivals = min(sum(map(bool, shown.values())), 3)
    most = max(map(len, shown.values()), default=0)
    # Each name between blanks, so that another one is found in it as whole words.
    padded = [(f" {name} ", len(marks)) for name, marks in shown.items()]
    found = {}
    for (whole, strong), name in zip(padded, shown, strict=True):
        within = [other for longer, other in padded if whole in longer and whole != longer]
        around = [other for shorter, other in padded if shorter in whole and whole != shorter]
        longer = any(other >= strong for other in within)
        shorter = any(other > strong for other in around)
        is_most = most == strong and bool(most)
        found[name] = strong, rivals, is_most, bool(within), bool(around), longer, shorter
    return found


_NO_WORD = re.compile(r"\W+")


def _bare(name: str) -> str:
    """Return a name of content as normalised words."""
    return _NO_WORD.sub(" ", name.casefold()).strip()


def _without_owning(name: str) -> str:
    """Return a name without the ending of an owner: "Phantom Liberty's new trailer"."""
    return name[:-2] if name.endswith(("'s", "’s")) else name


def _index(seen: Seen, title: str) -> dict[str, list[str]]:
    """Return the evidence in the document for each name near the work: a noun after it, the work before it, a quotation."""
    known: dict[str, list[str]] | None = seen.names.get(title)
    if known is not None:
        return known
    marks: dict[str, dict[str, None]] = {}
    spelled: dict[str, str] = {}
    for place in seen.text.places[:_READ]:
        own = place.at(title)
        if place.titles and not own:
            continue
        sentence = place.sentence
        stream, language = sentence.stream, sentence.language
        where = "head" if sentence.block.kind == "headline" else "body"
        cues = {cue.first: cue.kind for cue in sentence.cues}
        for first, last, text, bare in _cached_spans(seen, place, own):
            if not bare:
                continue
            shown = marks.setdefault(bare, {})
            spelled.setdefault(bare, text)
            before = stream[first - 1] if first else None
            behind = stream[last] if last < len(stream) else None
            if behind is not None and not behind.kind:
                if behind.text in language.dlc:
                    shown[f"{where} noun"] = shown["noun"] = None
                elif behind.text in language.editions:
                    shown[f"{where} edition"] = None
            if before is not None and not before.kind:
                if before.text in language.dlc_called:
                    shown["called"] = None
                elif before.text in language.dlc:
                    shown[f"{where} noun before"] = None
            if own:
                joint = stream[first - 1].text if first and stream[first - 1].text in _JOINTS else ""
                if first - 1 - bool(joint) in own:
                    shown[f"{where} work{joint}"] = None
                if behind is not None and behind.kind == "work":
                    shown[f"{where} before work"] = None
                if any(
                    behind is not None and behind.text in language.linking_words and at == last + 1
                    for at in own
                ):
                    shown[f"{where} of work"] = None
            if last in cues or last + 1 in cues:
                shown[f"{where} cue:{cues.get(last) or cues.get(last + 1)}"] = None
            if any(
                start < stream[first].start and end > stream[last - 1].end and end - start < _QUOTED
                for start, end in sentence.quotes
            ):
                shown["quoted"] = None
    found = seen.names[title] = {name: list(shown) for name, shown in marks.items()}
    seen.spelled.update({(title, name): text for name, text in spelled.items()})
    return found


def _elsewhere(seen: Seen, title: str, index: dict[str, list[str]], found: dict[str, _Named]) -> None:
    """Add the names that are content by the document's evidence although they are in none of the examined places."""
    known = {one.bare for one in found.values()}
    likely = sorted(
        (name for name, marks in index.items() if name not in known and not _SIGNS.isdisjoint(marks)),
        key=lambda name: -len(index[name]),
    )
    for rank, name in enumerate(likely[:_FAR]):
        _note(found, f"dlc: {seen.spelled[title, name]}", "dlc", ["doc", f"doc#{rank}"], name)


def _cached_spans(seen: Seen, place: Place, own: Sequence[int]) -> list[tuple[int, int, str, str]]:
    """Return the spans of tokens of a sentence that may be the name of an instalment, each as written and as normalised words."""
    key = (place.index, *own)
    known: list[tuple[int, int, str, str]] | None = seen.spans.get(key)
    if known is None:
        written = [
            (first, last, _without_owning(place.sentence.original(first, last).strip(_EDGES)))
            for first, last in _spans(place.sentence, own)
        ]
        known = seen.spans[key] = [(first, last, text, _bare(text)) for first, last, text in written]
    return known


def _note(found: dict[str, _Named], name: str, unit: str, marks: Iterable[str], bare: str = "") -> None:
    key = f"{unit}: {bare}" if bare else name
    known = found.get(key)
    if known is None:
        found[key] = _Named(name, unit, bare, dict.fromkeys(marks))
    else:
        # Other units may share the features.
        known.seen = known.seen | dict.fromkeys(marks)


def _note_content(
    found: dict[str, _Named], text: str, units: Sequence[str], marks: Sequence[str], bare: str
) -> None:
    """Add a name for each of its possible units; its features are shared by those added together."""
    fresh: dict[str, None] | None = None
    told: dict[str, None] | None = None
    for unit in units:
        key = f"{unit}: {bare}"
        known = found.get(key)
        if known is None:
            fresh = dict.fromkeys(marks) if fresh is None else fresh
            found[key] = _Named(f"{unit}: {text}", unit, bare, fresh)
        elif known.seen is not told:
            known.seen.update(dict.fromkeys(marks))
            told = known.seen


def _extras(seen: Seen, title: str) -> dict[str, list[str]]:
    """Return what the document's names of a work say beyond its title, with where they stand and how often the work is named so."""
    known: dict[str, list[str]] | None = seen.kept.get(("extras", title))
    if known is None:
        counts: Counter[str] = Counter()
        headed: set[str] = set()
        named = 0
        for place in seen.text.places:
            for at in place.at(title):
                extra = place.sentence.stream[at].value.extra
                named += 1
                if extra:
                    counts[extra] += 1
                    if place.sentence.block.kind == "headline":
                        headed.add(extra)
        known = {
            extra: [
                f"alias doc|head={extra in headed}",
                f"alias doc|head={extra in headed}|all={count == named}",
                f"alias doc|{min(count, 3)}",
                f"alias doc|others={min(len(counts) - 1, 2)}",
            ]
            for extra, count in counts.items()
        }
        seen.kept["extras", title] = known
    return known


def _neighbours(seen: Seen, candidate: Candidate) -> Iterator[tuple[str, Place]]:
    """Yield the other places whose numbered instalments may be meant."""
    place = candidate.place
    for other in seen.text.headline:
        if other is not place:
            yield "headline", other
    if place.heading is not None and place.heading is not place:
        yield "heading", place.heading
    places = seen.text.places
    for back in range(1, _BACK + 1):
        if place.index - back < 0:
            break
        other = places[place.index - back]
        if other.sentence.block.kind != "headline":
            yield f"back{back}", other
    carried = None if place.instalments else seen.parted(place)
    if (
        carried is not None
        and place.index - carried.index > _BACK
        and carried.sentence.block.kind != "headline"
    ):
        yield "carried", carried
    if place.index + 1 < len(places) and ("below" in candidate.reach.how or "quoted" in candidate.reach.how):
        yield "behind", places[place.index + 1]


def _of_whole(near: Sequence[tuple[str, Place]], found: dict[str, _Named]) -> None:
    """Add each part in a place together with the season in another place: "Part 2" under "Season 3"."""
    seasons: dict[str, list[str]] = {}
    parts: dict[str, list[str]] = {}
    for how, place in near:
        for at in place.instalments:
            value = place.sentence.stream[at].value
            if value.unit in _WHOLE and value.name.count(" ") == 1:
                seasons.setdefault(value.name, []).append(how)
            elif value.unit in _PARTS and (how == "here" or how.startswith("back")):
                parts.setdefault(value.name, []).append(how)
    for part, hows in parts.items():
        if seasons:
            _note(found, part, part.split()[0], ["season near"])
        for order, (season, ways) in enumerate(seasons.items()):
            marks = [
                f"of whole|{hows[0]}|{ways[0]}",
                f"of whole|{hows[0]}|{order}/{min(len(seasons), 3)}",
                f"of whole|{part.split()[0]}",
                *(f"of whole|season {how}" for how in dict.fromkeys(ways)),
            ]
            _note(found, f"{season} {part}", "joined", marks)


def _numbered(place: Place, candidate: Candidate, how: str, found: dict[str, _Named]) -> None:
    """Add the recognised instalments of a place, with their positions relative to the work, the date and the other works."""
    sentence = place.sentence
    own = place.at(candidate.reach.work.title)
    names = list(_joined(place))
    for order, (at, name, unit) in enumerate(names):
        marks = [how, f"{how}|{order}/{min(len(names), 3)}"]
        near = min(own, key=lambda one: abs(one - at)) if own else None
        if near is not None:
            gap = at - near
            side = "behind" if gap > 0 else "before"
            between = sentence.stream[min(near, at) + 1 : max(near, at)]
            marks.append(f"{how}|{side}|{_distance(abs(gap) - 1)}")
            if len(between) <= 4:
                marks.append(f"{how}|{side}|{'_'.join(one.kind or one.text for one in between)}")
            closest = min(place.works, key=lambda one: abs(one - at))
            marks.append(f"{how}|own={closest in own}")
            rivals = [other for other, _, _ in names if abs(other - near) < abs(at - near)]
            marks.append(f"{how}|nearest={not rivals}")
        elif place.works:
            marks.append(f"{how}|of another")
        else:
            marks.append(f"{how}|no work")
        if how == "here" and candidate.date is not None:
            date = candidate.date
            gap = at - date
            marks.append(f"here|date|{'behind' if gap > 0 else 'before'}|{_distance(abs(gap))}")
            other_dates = [one for one in place.dates if one != date]
            marks.append(
                f"here|date nearest={not other_dates or min(abs(one - at) for one in other_dates) > abs(gap)}"
            )
            rivals = [other for other, _, _ in names if abs(other - date) < abs(gap)]
            marks.append(f"here|nearest to date={not rivals}")
            between = sentence.stream[min(at, date) + 1 : max(at, date)]
            marks += [f"here|db:{one.kind or one.text}" for one in between[:8]]
        if at:
            marks.append(f"{how}|<{sentence.stream[at - 1].kind or sentence.stream[at - 1].text}")
        if at + 1 < len(sentence.stream):
            marks.append(f"{how}|>{sentence.stream[at + 1].kind or sentence.stream[at + 1].text}")
        _note(found, name, unit, marks)


def _distance(gap: int) -> str:
    return str(gap) if gap < 4 else "4-7" if gap < 8 else "far"


def _joined(place: Place) -> Iterator[tuple[int, str, str]]:
    """Yield the instalments in a sentence, each also together with an adjacent season: "season 1 episode 6"."""
    stream = place.sentence.stream
    marked = [(at, stream[at].value) for at in place.instalments]
    for at, value in marked:
        yield at, value.name, value.unit or "part"
    for at, value in marked:
        for other, season in marked:
            if season.unit not in _WHOLE or season.name.count(" ") != 1 or abs(other - at) > _JOINED:
                continue
            if value.unit in _PARTS:
                yield at, f"{season.name} {value.name}", "joined"
            elif value.unit == "chapter":
                yield at, f"{value.name} {season.name}", "joined"


def _places_of_names(seen: Seen, candidate: Candidate) -> Iterator[tuple[str, Place]]:
    yield "here", candidate.place
    for other in seen.text.headline[:2]:
        if other is not candidate.place:
            yield "headline", other
    places, index = seen.text.places, candidate.place.index
    if index and places[index - 1].sentence.block.kind != "headline":
        yield "back", places[index - 1]


def _contents(seen: Seen, place: Place, candidate: Candidate, how: str, found: dict[str, _Named]) -> None:
    """Add the names in a place as content, as an edition, and as a special."""
    title = candidate.reach.work.title
    if how != "here" and place.titles and title not in place.titles:
        return
    key = place.index, title, how
    known = seen.named.get(key)
    if known is None:
        known = seen.named[key] = list(_named(seen, place, title, how))
    kind = candidate.reach.work.kind.value
    for first, last, text, bare, marks in known:
        date: list[str] = []
        if how == "here" and candidate.date is not None:
            gap = candidate.date - last if candidate.date >= last else first - candidate.date
            date.append(f"here|date|{'<' if candidate.date >= last else '>'}{_distance(gap)}")
        if how in ("here", "headline"):
            date.append(f"{how}|{kind}")
        _note_content(found, text, _UNITS.get(kind, _KINDS), [*marks, *date] if date else marks, bare)


def _named(seen: Seen, place: Place, title: str, how: str) -> Iterator[tuple[int, int, str, str, list[str]]]:
    """Yield the names of a place: their tokens, as written, as normalised words, and their features."""
    sentence = place.sentence
    stream, language = sentence.stream, sentence.language
    own = place.at(title)
    edges: dict[int, str] = {}

    def edge(at: int) -> str:
        known = edges.get(at)
        if known is None:
            known = edges[at] = _edge(sentence, at, own)
        return known

    for first, last, text, bare in _cached_spans(seen, place, own):
        if not bare or len(text) > _LENGTH:
            continue
        folded = " ".join(token.text for token in stream[first:last])
        behind = stream[last] if last < len(stream) else None
        before = stream[first - 1] if first else None
        after, prior = (
            (behind.kind or behind.text) if behind else "$",
            (before.kind or before.text) if before else "^",
        )
        near = min(own, key=lambda one: min(abs(one - first), abs(one - last + 1))) if own else None
        begun, ended, shape = (
            edge(first - 1),
            edge(last),
            _shape(sentence, first, last),
        )
        tail = stream[last - 1].text
        is_noun = tail in language.dlc or tail in language.editions or tail in language.edition_words
        marks = [
            how,
            f"{how}|size={min(last - first, 4)}",
            f"{how}|>{after}",
            f"{how}|<{prior}",
            *(
                f"name:{token.text}"
                for token in stream[first:last]
                if not token.kind and token.text.isalpha()
            ),
            f"{how}|edges={begun}|{ended}",
            f"edges={begun}|{ended}|{shape}",
            f"shape={shape}",
            f"{how}|{shape}|titled={sentence.titled}",
            f"count={min(seen.count(folded), 3)}",
            f"inhead={seen.in_headline(folded)}",
            f"tail={tail if is_noun else 'other'}",
            "titled" if sentence.titled else "prose",
        ]
        if behind is not None and not behind.kind and behind.text in language.dlc:
            marks.append("noun behind")
        if any(not one.kind and one.text in language.edition_words for one in stream[first:last]):
            marks.append("edition word")
        if stream[first].text in language.generic or tail in language.generic:
            marks.append("generic")
        if near is None:
            marks.append(f"{how}|no work")
        else:
            gap = first - near if first > near else near - last + 1
            side = "behind" if first > near else "before"
            between = stream[near + 1 : first] if first > near else stream[last:near]
            marks.append(f"{how}|{side}|{_distance(max(gap - 1, 0))}")
            if len(between) <= _NEXT:
                path = "_".join(one.kind or one.text for one in between)
                marks += [f"{how}|{side}|{path}", f"{side}|{path}|>{after}"]
        yield first, last, text, bare, marks


def _edge(sentence: Sentence, at: int, own: Sequence[int]) -> str:
    """Return the kind of the token at an edge of a name."""
    stream, language = sentence.stream, sentence.language
    if not 0 <= at < len(stream):
        return "end"
    token = stream[at]
    if token.kind:
        return "own" if at in own else token.kind
    if token.text in _JOINTS or token.text in _BREAKS:
        return token.text
    for kind, words in (
        ("dlc", language.dlc),
        ("edition", language.editions),
        ("official", language.official_words),
        ("generic", language.generic),
    ):
        if token.text in words:
            return kind
    for cue in sentence.cues:
        if cue.first <= at < cue.last:
            return f"cue {cue.kind}"
    capital = "C" if sentence.block.text[token.start].isupper() else "c"
    return capital if token.text[0].isalnum() else token.text


def _shape(sentence: Sentence, first: int, last: int) -> str:
    """Return the shape of a name: C for a capitalised word, A for capitals, c for lower case, # for a number, and the kinds of marks."""
    text = sentence.block.text
    found = []
    for token in sentence.stream[first:last][:_LONGEST]:
        written = text[token.start : token.end]
        if token.kind:
            found.append(f"@{token.kind}")
        elif not written[0].isalnum():
            found.append("-")
        elif written[0].isdigit():
            found.append("#")
        else:
            found.append(
                "A" if len(written) > 1 and written.isupper() else "C" if written[0].isupper() else "c"
            )
    return "".join(one for index, one in enumerate(found) if not index or found[index - 1] != one)


@lru_cache(maxsize=64)
def _leads(language: ClaimLanguage) -> frozenset[str]:
    """Return the words that introduce a name and are not part of it."""
    return language.generic | language.official_words | plain_words()


def _spans(sentence: Sentence, own: Sequence[int]) -> list[tuple[int, int]]:
    """Return the spans of tokens that may be the name of an instalment: after the work up to a break, capitalised runs, quotations."""
    stream, language, text = sentence.stream, sentence.language, sentence.block.text
    found: dict[tuple[int, int], None] = {}
    stops = {at for cue in sentence.cues if cue.kind in _STOPS for at in range(cue.first, cue.last)}
    small = language.small_words
    nouns = language.content_nouns
    leads = _leads(language)

    def take(first: int, last: int) -> None:
        """Add a span, also without its introducing words and without the noun for its kind."""
        while first < last and (
            stream[first].text in _JOINTS
            or stream[first].text in language.dlc_called
            or (stream[first].text in leads and stream[first].text not in language.articles)
        ):
            first += 1
        while last > first and (stream[last - 1].text in small or stream[last - 1].text in _JOINTS):
            last -= 1
        if not 0 < last - first <= _LONGEST:
            return
        if all((one.kind and one.kind != "work") or not one.text[:1].isalnum() for one in stream[first:last]):
            return
        found[first, last] = None
        if last - first > 1:
            # Without its article, or the number of a version: "The Growing Together", "1.20 Trails & Tales".
            begins = [first]
            if stream[first].text in language.articles or (
                stream[first].text[:1].isdigit() and not stream[first].kind and capital[first + 1]
            ):
                begins.append(first + 1)
                found[first + 1, last] = None
            tail = stream[last - 1].text
            if tail in nouns or tail in leads:
                shorter = last - 1
                while shorter - first > 1 and (
                    stream[shorter - 1].text in leads or stream[shorter - 1].text in nouns
                ):
                    shorter -= 1
                for begin in begins:
                    if begin < shorter:
                        found[begin, shorter] = None

    capital = [token.kind in ("", "work") and text[token.start].isupper() for token in stream]

    def is_in_name(at: int) -> bool:
        """Return whether a month, a season or a year may be part of a name: "March of the Tin King", "Tin Games 2023"."""
        token = stream[at]
        if (
            token.kind != "date"
            or not token.text.isalnum()
            or not text[token.start].isalnum()
            or text[token.start].islower()
        ):
            return False
        if token.text.isdigit():
            return (
                at > 0 and capital[at - 1] and stream[at - 1].kind == "" and stream[at - 1].text not in leads
            )
        behind = at + 1
        while behind < len(stream) and behind < at + 3 and stream[behind].text in small:
            behind += 1
        return behind < len(stream) and capital[behind] and behind not in own

    def is_break(at: int) -> bool:
        token = stream[at]
        if token.kind == "date":
            return not is_in_name(at)
        return (token.kind == "scope" or token.text in _BREAKS or at in stops) or at in own

    breaks = [is_break(at) for at in range(len(stream))]

    def opens(at: int) -> bool:
        """Return whether a number, an instalment or a season begins a name: "Season 3 Reloaded", "20th Anniversary"."""
        token = stream[at]
        if not (token.kind in ("inst", "date") or (not token.kind and token.text[:1].isdigit())):
            return False
        return at + 1 < len(stream) and (
            (capital[at + 1] and not breaks[at + 1] and stream[at + 1].text not in leads)
            or (token.kind == "date" and not token.text.isdigit() and not breaks[at])
        )

    for at in own:
        first = at + 1
        while first < len(stream) and stream[first].text in _JOINTS:
            first += 1
        last = first
        while (
            last < len(stream)
            and last - first < _LONGEST + 2
            and not breaks[last]
            and stream[last].text not in _POSSESSIVES
        ):
            last += 1
        if sentence.titled or (first < len(stream) and (capital[first] or stream[at + 1].text in _JOINTS)):
            for end in range(min(last, first + _LONGEST), first, -1):
                found[first, end] = None
            take(first, min(last, first + _LONGEST))
            # "Official Spring Breakout Trailer": the name begins after "official", or after all words for a trailer.
            bare = first
            for known in (language.official_words, leads):
                start = bare
                while bare < last and stream[bare].text in known:
                    bare += 1
                if bare > start:
                    for end in range(min(last, bare + _LONGEST), bare, -1):
                        found[bare, end] = None
    opened: int | None = None
    runs: list[tuple[int, int]] = []
    for at in range(len(stream) + 1):
        if at < len(stream) and not breaks[at]:
            token = stream[at]
            if capital[at] and token.text not in language.official_words:
                opened = at if opened is None else opened
                continue
            if opened is None and opens(at):
                opened = at
                continue
            if opened is not None and (
                token.kind in ("inst", "date")
                or token.text in small
                or token.text in _INNER
                or token.text[:1].isdigit()
            ):
                continue
        if opened is not None:
            take(opened, at)
            runs.append((opened, at))
            if stream[at - 1].kind == "date":
                take(opened, at - 1)
            opened = None
    joiners = language.and_words | language.prepositions
    for (first, end), (begin, last) in pairwise(runs):
        # One name: "Mischief and Magic", "A Tale: The Return".
        if begin == end + 1 and last - first <= _LONGEST and not stream[end].kind:
            between = stream[end].text
            if between == ":" or (between in joiners and not sentence.titled):
                take(first, last)
    for at, token in enumerate(stream):
        if not token.kind and token.text in language.dlc and at and not breaks[at - 1] and not capital[at]:
            before = stream[at - 1]
            if (
                not before.kind
                and before.text[0].isalnum()
                and before.text not in leads
                and before.text not in small
            ):
                found[at - 1, at + 1] = None
        elif (
            not token.kind and token.text in language.edition_words and any(abs(at - one) <= 2 for one in own)
        ):
            found[at, at + 1] = None
    for start, end in sentence.quotes:
        inside = [
            at
            for at, token in enumerate(stream)
            if start < token.start and token.end < end and token.text not in _QUOTES
        ]
        if inside and not any(stream[at].kind == "work" for at in inside):
            take(inside[0], inside[-1] + 1)
    return list(found)[:_MOST]


_INNER = frozenset(("'", "&", "+"))
_STOPS = frozenset(("trailer", "clip"))
_JOINTS = frozenset((":", "-", "–", "—", "'s", "'", "’s", ",", "s", "|", "["))
_POSSESSIVES = frozenset(("'s", "’s"))
_QUOTES = frozenset(('"', "“", "”", "'", "「", "」", "『", "』", "《", "》"))
_MOST = 20
