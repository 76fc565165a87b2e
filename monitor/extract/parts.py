"""Parts: which instalment of its work a mention is about, of those that the text names, "none" among them.

Numbered parts are marks. Names of content ("Phantom Liberty", a mode, an edition) are whatever stands as a name beside the work, in
the sentence or the headline; what is none of the sort is sorted out by the weights.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.extract.candidates import Candidate, Place
from monitor.extract.features import Seen
from monitor.extract.scoring import Head
from monitor.extract.sentence import Sentence
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
    """One instalment that a mention may be about (None for the work as a whole), with what is known of it.

    `own` are features of this option. Each of its `marks` is three features, which other options of the `unit` have as well.
    """

    name: str | None
    own: list[str]
    marks: Sequence[str] = ()
    unit: str = ""
    code: str = ""

    @property
    def features(self) -> list[str]:
        """All its features."""
        return [*self.own, *(one for mark in self.marks for one in _of_mark(self.unit, self.code, mark))]

    def score(self, head: Head) -> int:
        """Return the sum of its features; no mark has a feature that another mark has, or the option itself."""
        (own,) = head.sums(self.own)
        if not self.marks:
            return own
        return own + sum(map(head.rows.joint(_of_mark, self.unit, self.code).__getitem__, self.marks))


def _of_mark(unit: str, code: str, mark: str) -> tuple[str, str, str]:
    return f"{unit}|{mark}", mark, f"{mark}|{code}"


@dataclass(slots=True, eq=False)
class _Named:
    """A name or number found: as written, its `unit`, its folded words, and what was seen of the places where it stands."""

    name: str
    unit: str
    bare: str
    seen: dict[str, None]


def part_options(seen: Seen, candidate: Candidate, code: str) -> list[PartOption]:
    """Return the instalments that a candidate of class `code` may be about, the whole work first."""
    place = candidate.place
    found: dict[str, _Named] = {}
    whole: list[str] = []
    _numbered(place, candidate, "here", found)
    neighbours = list(_neighbours(seen, candidate))
    for reached, other in neighbours:
        _numbered(other, candidate, reached, found)
    _of_whole([("here", place), *neighbours], found)
    for how, where in _places_of_names(seen, candidate):
        _contents(seen, where, candidate, how, found)
    title = candidate.reach.work.title
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
    kind = candidate.reach.work.kind.value
    index = _index(seen, title)
    if kind in _CONTENT_OF:
        _elsewhere(seen, title, index, found)
    how = candidate.reach.how[0]
    common = [f"{code}", f"kind={kind}", f"how={how}", f"lang={place.sentence.language.code}"]
    counts = Counter(one.unit for one in found.values())
    units = sorted(counts)
    whole += [f"whole|{one}" for one in common]
    whole += [f"whole|has {unit}" for unit in units]
    whole += [f"whole|{code}|{kind}", f"whole|here={any('here' in one.seen for one in found.values())}"]
    for at in place.at(title)[:2]:
        words = seen.words(place, title)
        whole += [f"whole|w+{offset}:{word}" for offset, word in enumerate(words[at + 1 : at + 4])]
        whole += [f"whole|w-{offset}:{word}" for offset, word in enumerate(words[max(0, at - 3) : at][::-1])]
        whole.append(f"whole|w+01:{'_'.join(words[at + 1 : at + 3])}")
    whole += [f"whole|c:{kind}" for _, kind in seen.cues(place)]
    if candidate.date is not None:
        words = seen.words(place, title)
        whole += [f"whole|d<:{word}" for word in words[max(0, candidate.date - 5) : candidate.date]]
    nouns = place.sentence.language.dlc | place.sentence.language.editions
    spoken = [token.text for token in place.sentence.stream if not token.kind and token.text in nouns]
    noun = f"noun={bool(spoken)}"
    whole += [f"whole|{noun}", f"whole|{noun}|{how}", *(f"whole|noun:{word}" for word in spoken[:3])]
    bares = {one.bare for one in found.values() if one.bare}
    strong = {name: index[name] for name in bares if index.get(name)}
    whole.append(f"whole|evidence={min(len(strong), 3)}|{noun}|{how}")
    whole += [f"whole|doc:{mark}" for mark in sorted(set().union(*strong.values()))]
    most = max(map(len, strong.values()), default=0)
    # Each name between blanks, in which another stands as whole words.
    padded = [(f" {other} ", len(other), len(index.get(other, ()))) for other in bares]
    made = [PartOption(None, whole)]
    for one in found.values():
        evidence = [f"doc:{mark}" for mark in index.get(one.bare, ())] if one.bare else []
        features = [
            f"{mark}|{how}|{noun}" for mark in one.seen if mark.startswith(("headline", "here|behind"))
        ]
        features += [f"{mark}|{noun}|{how}" for mark in evidence]
        features.append(f"{one.unit}|{noun}|{how}")
        features += [f"{one.unit}|{mark}" for mark in common]
        bare = one.bare
        if bare:
            features.append(f"{one.unit}|strong={len(evidence)}|rivals={min(len(strong), 3)}")
            features.append(f"{one.unit}|most={most == len(evidence) and bool(most)}")
            whole_words, size = f" {bare} ", len(bare)
            within = [shown for other, length, shown in padded if length > size and whole_words in other]
            around = [shown for other, length, shown in padded if length < size and other in whole_words]
            features.append(f"{one.unit}|within={bool(within)}|around={bool(around)}")
            longer = any(shown >= len(evidence) for shown in within)
            shorter = any(shown > len(evidence) for shown in around)
            features.append(f"{one.unit}|longer={longer}|shorter={shorter}")
        features += [f"{one.unit}|{code}|{kind}", f"{one.unit}|others={min(len(found) - 1, 4)}"]
        features.append(f"{one.unit}|same unit={min(counts[one.unit], 4)}")
        made.append(PartOption(one.name, features, [*one.seen, *evidence], one.unit, code))
    return made


_NO_WORD = re.compile(r"\W+")


def _bare(name: str) -> str:
    """Return a name of content as folded words."""
    return _NO_WORD.sub(" ", name.casefold()).strip()


def _without_owning(name: str) -> str:
    """Return a name without the ending of an owner: "Phantom Liberty's new trailer"."""
    return name[:-2] if name.endswith(("'s", "’s")) else name


def _index(seen: Seen, title: str) -> dict[str, list[str]]:
    """Return what the document shows of each name that stands near the work: the noun behind it, the work before it, a quotation."""
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
        for first, last in _cached_spans(seen, place, own):
            text = _without_owning(sentence.original(first, last).strip(_EDGES))
            bare = _bare(text)
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
                    behind is not None
                    and behind.text in language.of_words | language.prepositions
                    and at == last + 1
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
    """Note the names that the document shows to be content, though they stand in none of the places looked at."""
    known = {one.bare for one in found.values()}
    likely = sorted(
        (name for name, marks in index.items() if name not in known and not _SIGNS.isdisjoint(marks)),
        key=lambda name: -len(index[name]),
    )
    for rank, name in enumerate(likely[:_FAR]):
        _note(found, f"dlc: {seen.spelled[title, name]}", "dlc", ["doc", f"doc#{rank}"], name)


def _cached_spans(seen: Seen, place: Place, own: Sequence[int]) -> list[tuple[int, int]]:
    key = (place.index, *own)
    known: list[tuple[int, int]] | None = seen.spans.get(key)
    if known is None:
        known = seen.spans[key] = _spans(place.sentence, own)
    return known


def _note(found: dict[str, _Named], name: str, unit: str, marks: Iterable[str], bare: str = "") -> None:
    key = f"{unit}: {bare}" if bare else name
    known = found.get(key)
    if known is None:
        known = found[key] = _Named(name, unit, bare, {})
    known.seen.update(dict.fromkeys(marks))


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
    """Yield the other places whose numbered parts may be meant."""
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
    """Note each part that a place names with the season that another place names: "Part 2" under "Season 3"."""
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
    """Note the marked parts of a place, with where each stands from the work, the date and the other works."""
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
    """Yield the parts that a sentence names, each also with the season that stands beside it: "season 1 episode 6"."""
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
    """Note what stands as a name in a place, as content, as an edition, and as a special."""
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
        for unit in _UNITS.get(kind, _KINDS):
            _note(found, f"{unit}: {text}", unit, [*marks, *date], bare)


def _named(seen: Seen, place: Place, title: str, how: str) -> Iterator[tuple[int, int, str, str, list[str]]]:
    """Yield the names of a place: their tokens, as written, as folded words, and what is seen of each."""
    sentence = place.sentence
    stream, language = sentence.stream, sentence.language
    own = place.at(title)
    for first, last in _cached_spans(seen, place, own):
        text = _without_owning(sentence.original(first, last).strip(_EDGES))
        bare = _bare(text)
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
            _edge(sentence, first - 1, own),
            _edge(sentence, last, own),
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
    """Return what kind of token stands at an edge of a name."""
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
    """Return how the words of a name are written: C with a capital, A all in capitals, c small, # a number, and the kinds of marks."""
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


def _spans(sentence: Sentence, own: Sequence[int]) -> list[tuple[int, int]]:
    """Return the spans of tokens that may be the name of a part: what follows the work up to a break, runs of capitals, quotations."""
    stream, language, text = sentence.stream, sentence.language, sentence.block.text
    found: dict[tuple[int, int], None] = {}
    stops = {at for cue in sentence.cues if cue.kind in _STOPS for at in range(cue.first, cue.last)}
    small = language.inner_words | language.articles | language.of_words
    nouns = language.dlc | language.editions
    leads = language.generic | language.official_words | plain_words()

    def take(first: int, last: int) -> None:
        """Note a span, and it without what introduces it and without the word for what it is."""
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
                stream[first].text[:1].isdigit() and not stream[first].kind and is_capital(first + 1)
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

    def is_capital(at: int) -> bool:
        token = stream[at]
        return token.kind in ("", "work") and text[token.start].isupper()

    def is_in_name(at: int) -> bool:
        """Tell whether a month, a season or a year may be a word of a name: "March of the Tin King", "Tin Games 2023"."""
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
                at > 0
                and is_capital(at - 1)
                and stream[at - 1].kind == ""
                and stream[at - 1].text not in leads
            )
        behind = at + 1
        while behind < len(stream) and behind < at + 3 and stream[behind].text in small:
            behind += 1
        return behind < len(stream) and is_capital(behind) and behind not in own

    def is_break(at: int) -> bool:
        token = stream[at]
        if token.kind == "date":
            return not is_in_name(at)
        return (token.kind == "scope" or token.text in _BREAKS or at in stops) or at in own

    def opens(at: int) -> bool:
        """Tell whether a number, a part or a season begins a name: "Season 3 Reloaded", "20th Anniversary"."""
        token = stream[at]
        if not (token.kind in ("inst", "date") or (not token.kind and token.text[:1].isdigit())):
            return False
        return at + 1 < len(stream) and (
            (is_capital(at + 1) and not is_break(at + 1) and stream[at + 1].text not in leads)
            or (token.kind == "date" and not token.text.isdigit() and not is_break(at))
        )

    for at in own:
        first = at + 1
        while first < len(stream) and stream[first].text in _JOINTS:
            first += 1
        last = first
        while (
            last < len(stream)
            and last - first < _LONGEST + 2
            and not is_break(last)
            and stream[last].text not in _POSSESSIVES
        ):
            last += 1
        if sentence.titled or (first < len(stream) and (is_capital(first) or stream[at + 1].text in _JOINTS)):
            for end in range(min(last, first + _LONGEST), first, -1):
                found[first, end] = None
            take(first, min(last, first + _LONGEST))
            # "Official Spring Breakout Trailer": the name begins behind "official", or behind all that a trailer is called.
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
        if at < len(stream) and not is_break(at):
            token = stream[at]
            if is_capital(at) and token.text not in language.official_words:
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
        if (
            not token.kind
            and token.text in language.dlc
            and at
            and not is_break(at - 1)
            and not is_capital(at)
        ):
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
