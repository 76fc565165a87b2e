"""Compute the features of a candidate, as readable strings.

A feature is present or absent. Names of works, of outlets and numbers do not become features: a work is "@W" if it is the
candidate's and "@V" if it is another, a number "#", so that the weights apply to unseen works.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from monitor.extract.candidates import Candidate, Place, Survey
from monitor.extract.cues import Cue, CueRule
from monitor.extract.dates.alternatives import DateReading
from monitor.extract.templates import Features
from monitor.extract.zones import is_between_days, on_clock, zone_named
from monitor.model import When, Work, WorkKind

__all__ = [
    "Seen",
    "dated_features",
    "grain_of",
    "kind_of",
    "medium_of",
    "reading_features",
    "relation_to",
    "undated_features",
]

_WINDOW = 5
_BETWEEN = 14
_LONGEST = 60
"""The most tokens of a sentence whose words are features."""


_MARKS = frozenset((",", ";", ":", "(", ")", "-", "–", "—", "|", "/"))


class Seen:
    """A cache of a document's sentences as masked words and other shared results, used by every candidate."""

    def __init__(self, text: Survey) -> None:
        self.text = text
        self._words: dict[tuple[int, str], list[str]] = {}
        self._cues: dict[int, list[tuple[Cue, str]]] = {}
        self._bags: dict[tuple[int, str], list[str]] = {}
        document = text.document
        self.of_document = _of_document(text)
        self._shared = Features()
        self._shared.names += self.of_document
        self.is_post = not text.headline
        self.nature = _nature(text)
        self._until_midnight = self.is_post and any(
            place.sentence.stream[at].value.is_midnight for place in text.places for at in place.dates
        )
        self._headline: dict[str, Features] = {}
        self._solids: dict[tuple[int, str], list[str]] = {}
        self._kinds: dict[int, tuple[str, ...]] = {}
        self._skeletons: dict[tuple[int, str], list[tuple[int, str]]] = {}
        self._chains: dict[int, dict[int, int]] = {}
        self._readings: dict[tuple[int, int], tuple[DateReading, ...]] = {}
        self._near: dict[tuple[int, int], When] = {}
        self._folded: str | None = None
        self._headlines: list[str] | None = None
        self._counts: dict[str, int] = {}
        self.kept: dict[tuple[str, int | str | tuple[int, str]], Any] = {}
        """The cached results of other stages for a sentence or a work, by their own names."""
        self.names: dict[str, dict[str, list[str]]] = {}
        self.named: dict[tuple[int, str, str], list[tuple[int, int, str, str, list[str]]]] = {}
        self.spelled: dict[tuple[str, str], str] = {}
        self.spans: dict[tuple[int, ...], list[tuple[int, int, str, str]]] = {}
        last: When | None = None
        self._parted: list[Place | None] = []
        parted: Place | None = None
        for place in text.places:
            self._parted.append(parted)
            if place.instalments:
                parted = place
            for at in place.dates:
                if last is not None:
                    self._near[place.index, at] = last
                mention = place.sentence.stream[at].value
                ahead = mention.resolve(document.published)
                if ahead is not None and ahead == mention.resolve(document.published, past=True):
                    last = ahead

    def words(self, place: Place, title: str) -> list[str]:
        """Return the sentence's tokens masked: @W the work of `title`, @V another, @date, @inst, @scope, # a number."""
        known = self._words.get((place.index, title))
        if known is None:
            known = self._words[place.index, title] = [
                (
                    ("@W" if token.value.work.title == title else "@V")
                    if token.kind == "work"
                    else f"@{token.value.group[:4]}"
                    if token.kind == "scope"
                    else f"@{token.kind}"
                )
                if token.kind
                else "#"
                if token.text[0].isdigit()
                else token.text
                for token in place.sentence.stream
            ]
        return known

    def skeleton(self, place: Place, title: str) -> list[tuple[int, str]]:
        """Return the skeleton of the sentence with token indexes: works, dates, instalments, the kinds of cues, and commas."""
        known = self._skeletons.get((place.index, title))
        if known is None:
            words = self.words(place, title)
            found = [(at, word) for at, word in enumerate(words) if word[0] == "@" or word in _MARKS]
            found += [(at, "@N") for at in self._names(place)]
            found += [(cue.first, kind) for cue, kind in self.cues(place)]
            found.sort()
            known = self._skeletons[place.index, title] = found
        return known

    def _names(self, place: Place) -> Iterable[int]:
        """Yield the start of each run of capitalised words that is not a recognised name; nothing if capitals do not mark names."""
        sentence = place.sentence
        if sentence.titled or not sentence.language.titlecase:
            return
        text = sentence.block.text
        last = -2
        for at, token in enumerate(sentence.stream):
            if (
                at
                and not token.kind
                and text[token.start].isupper()
                and token.text not in sentence.language.stops
            ):
                if at != last + 1:
                    yield at
                last = at

    def chain(self, place: Place) -> dict[int, int]:
        """Return for each work of the sentence the number of its list: "A, B and C" are one list."""
        known = self._chains.get(place.index)
        if known is None:
            known = {}
            number = 0
            stream = place.sentence.stream
            joiners = place.sentence.language.joining_words
            last: int | None = None
            for at in place.works:
                if last is not None and not all(
                    token.text in joiners or token.kind in ("inst", "scope")
                    for token in stream[last + 1 : at]
                ):
                    number += 1
                known[at] = number
                last = at
            self._chains[place.index] = known
        return known

    def count(self, folded: str) -> int:
        """Return the number of occurrences of a run of normalised tokens in the document."""
        known = self._counts.get(folded)
        if known is None:
            known = self._counts[folded] = self._folded_text().count(f" {folded} ")
        return known

    def in_headline(self, folded: str) -> bool:
        """Return whether a run of normalised tokens occurs in the headline."""
        if self._headlines is None:
            self._headlines = [place.sentence.spaced for place in self.text.headline]
        return any(f" {folded} " in headline for headline in self._headlines)

    def _folded_text(self) -> str:
        if self._folded is None:
            self._folded = "".join([place.sentence.spaced for place in self.text.places])
        return self._folded

    def readings(self, place: Place, at: int) -> tuple[DateReading, ...]:
        """Return every period that the date at a token could mean, given the year of the last date that states one."""
        known = self._readings.get((place.index, at))
        if known is None:
            mention = place.sentence.stream[at].value
            published = self.written(place)
            if self._until_midnight and mention.text.casefold() in place.sentence.language.tonight_words:
                mention = mention.next_day()
            if self.is_post and mention.is_countdown_in_weeks:
                mention = mention.in_days()  # a post counts down to the very day
            if self.is_post and mention.is_counted_in_days and self._is_between_days(place):
                mention = mention.approximate()
            known = self._readings[place.index, at] = mention.readings(
                published, near=self._near.get((place.index, at))
            )
        return known

    def written(self, place: Place) -> datetime:
        """Return the time of writing of a sentence, in the time zone of its days."""
        block = place.sentence.block
        if block.posted is None:
            return self.text.document.published
        zone = zone_named(block.text) if self.is_post and not block.posted.utcoffset() else ""
        return on_clock(block.posted, zone) if zone else block.posted

    def _is_between_days(self, place: Place) -> bool:
        """Return whether the day may have been another one for the writer of a sentence."""
        block = place.sentence.block
        is_known = self.text.document.timezone if block.posted is None else zone_named(block.text)
        return not is_known and is_between_days(self.written(place))

    def parted(self, place: Place) -> Place | None:
        """Return the last place before this one with a numbered instalment."""
        return self._parted[place.index]

    def cues(self, place: Place) -> list[tuple[Cue, str]]:
        """Return the sentence's cues, each with its kind and the tense and event of its rule."""
        known = self._cues.get(place.index)
        if known is None:
            known = self._cues[place.index] = [(cue, kind_of(cue.rule)) for cue in place.sentence.cues]
        return known

    def kinds(self, place: Place) -> tuple[str, ...]:
        """Return the distinct kinds of the sentence's cues, in order of their names."""
        known = self._kinds.get(place.index)
        if known is None:
            known = self._kinds[place.index] = tuple(sorted({kind for _, kind in self.cues(place)}))
        return known

    def solid(self, place: Place, title: str) -> list[str]:
        """Return the skeleton of the sentence without punctuation."""
        known = self._solids.get((place.index, title))
        if known is None:
            known = self._solids[place.index, title] = [
                name for _, name in self.skeleton(place, title) if name not in _MARKS
            ]
        return known

    def shared(self, title: str) -> list[Features]:
        """Return the features that all candidates of a work share: those of the document and of its headline."""
        known = self._headline.get(title)
        if known is None:
            known = self._headline[title] = self._of_headline(title)
        return [self._shared, known]

    def _of_headline(self, title: str) -> Features:
        """Return the features of the headline: its words, its cues, and its works."""
        found = Features()
        named = self.text.in_headline
        found.names.append(f"head={'this' if title in named else 'other' if named else 'none'}")
        if not self.text.headline:
            found.names.append("head:absent")
        words: dict[str, None] = {}
        kinds: dict[str, None] = {}
        for place in self.text.headline[:2]:
            words.update(dict.fromkeys(self.words(place, title)[:24]))
            kinds.update(dict.fromkeys(self.kinds(place)))
            solid = self.solid(place, title)
            found.names.append(f"hk={'_'.join(solid[:6])}")
            found.names += [f"hk2:{first}_{second}" for first, second in itertools.pairwise(solid[:10])]
            if place.sentence.question:
                found.names.append("h?")
        found.bags += [("h:", words), ("hc:", kinds)]
        return found


@cache
def kind_of(rule: CueRule) -> str:
    """Return the kind of a rule's cues with their tense and event."""
    stated = (str(rule.meaning[key]) for key in ("tense", "event") if key in rule.meaning)
    return "/".join([rule.kind, *stated])


def _nature(text: Survey) -> str:
    """Return the nature of a document, "" for an article: a maker's own text, a video or a post, which need no verb."""
    document = text.document
    found = ["official"] if document.official else []
    if text.is_video:
        found.append("video")
    elif not text.headline:
        found.append("post")
    elif len(text.places) <= _FEW:
        found.append("short")
    elif not found:
        return ""
    return " ".join(found)


_FEW = 4
"""The most sentences of an entry that is hardly more than a headline."""


def _of_nature(seen: Seen, candidate: Candidate, found: Features) -> None:
    """Add the features of a post, a video or a maker's own text together with the skeleton of its sentence."""
    nature = seen.nature
    place, title = candidate.place, candidate.reach.work.title
    block, how = place.sentence.block.kind, candidate.reach.how[0]
    if block == "post":
        nature = nature.removeprefix("official ")
    if not nature:
        return
    length = _bucket(sum(not token.kind for token in place.sentence.stream))
    is_official = seen.text.document.official and block != "post"
    is_headline = block == "headline" and title in seen.text.in_headline
    found.filled += [
        (_nature_of_text, nature, block, how, length, min(len(seen.text.places), 6)),
        (
            _nature_of_sentence, nature, block, how, "+".join(seen.kinds(place)), tuple(seen.solid(place, title)[:6]),
            is_official, is_headline,
        ),
    ]  # fmt: skip


def _nature_of_text(nature: str, block: str, how: str, length: str, places: int) -> Iterable[str]:
    yield f"n={nature}"
    yield f"n={nature}|b={block}|{how}"
    yield f"n={nature}|words={length}"
    yield f"n={nature}|places={places}|{how}"


def _nature_of_sentence(
    nature: str,
    block: str,
    how: str,
    kinds: str,
    solid: Sequence[str],
    is_official: bool,
    is_headline: bool,
) -> Iterable[str]:
    yield f"n={nature}|{kinds}"
    yield f"n={nature}|{how}|{'_'.join(solid)}"
    yield f"nk={block}|{how}|{'_'.join(solid)}"
    if is_official:
        yield f"n=official|{kinds}|{how}"
        yield f"n=official|{'_'.join(solid)}"
    if is_headline:
        yield f"n={nature}|headline|{kinds}"
        yield f"n={nature}|headline|{'_'.join(solid[:5])}"


def _of_document(text: Survey) -> list[str]:
    places = text.places
    found = [f"works={min(len(text.works), 5)}", f"long={min(len(places) // 5, 6)}"]
    if text.is_video:
        found.append("src:video")
    if text.document.official:
        found.append("src:official")
    return found


def medium_of(work: Work) -> tuple[str, ...]:
    """Return the kind of a work for use in features; "" for "other", which also means that it was not given."""
    return () if work.kind is WorkKind.OTHER else (work.kind.value,)


def _of_reach(candidate: Candidate, found: Features) -> None:
    """Add how the sentence refers to the work, and the kind of the sentence."""
    place, reach = candidate.place, candidate.reach
    sentence = place.sentence
    found.filled += [
        (_reach, reach.how, reach.work.title == candidate.text.main, sentence.block.kind, len(place.titles)),
        (
            _around_reach,
            min(reach.gap, 6),
            medium_of(reach.work),
            min(place.index, 8),
            sentence.language.code,
        ),
    ]
    if sentence.question:
        found.names += ["?", f"?|b={sentence.block.kind}"]
    if sentence.titled:
        found.names.append("titled")
    if reach.how[0] != "named":
        opens = (sentence.stream[0].kind or sentence.stream[0].text) if sentence.stream else ""
        found.runs.append((("opens=",), (opens,)))


def _reach(ways: Sequence[str], main: bool, block: str, named: int) -> Iterable[str]:
    how = ways[0]
    yield f"how={how}"
    yield f"ways={'+'.join(ways)}"
    yield f"how={how}|named={min(named, 3)}"
    yield f"how={how}|main={main}"
    yield f"how={how}|b={block}"
    yield f"named={min(named, 4)}"
    yield f"block={block}"


def _around_reach(gap: int, media: Sequence[str], index: int, code: str) -> Iterable[str]:
    yield f"gap={gap}"
    for medium in media:
        yield f"kind={medium}"
    yield f"index={index}"
    yield f"lang={code}"


def _skeleton_around(seen: Seen, candidate: Candidate, at: int, found: Features) -> None:
    """Add the skeleton around a token, and between it and the work."""
    place = candidate.place
    skeleton = seen.skeleton(place, candidate.reach.work.title)
    before = [name for index, name in skeleton if index < at][-4:]
    after = [name for index, name in skeleton if index > at][:4]
    solid_before = [name for name in before if name not in _MARKS]
    solid_after = [name for name in after if name not in _MARKS]
    next_after, next_solid = "_".join(after[:1]), "_".join(solid_after[:1])
    found.bags += [
        ("k<", {"_".join(before[-2:]), "_".join(before[-3:])}),
        ("ks<", {"_".join(solid_before[-2:]), "_".join(solid_before[-3:])}),
        ("ks<>", {f"{'_'.join(solid_before[-size:])}|{next_solid}" for size in (1, 2)}),
    ]
    found.runs.append((("k>", "k<>"), ("_".join(after[:2]), f"{'_'.join(before[-1:])}|{next_after}")))
    own = _near(place.at(candidate.reach.work.title), at)
    if own is not None:
        low, high = min(own, at), max(own, at)
        between = [name for index, name in skeleton if low < index < high]
        solid = [name for name in between if name not in _MARKS]
        outer = [name for index, name in skeleton if index < low][-1:]
        prefixes = ("kb<", "kbs<", "kbo<") if own < at else ("kb>", "kbs>", "kbo>")
        built = "_".join(between[:7]), "_".join(solid[:5]), f"{'_'.join(outer)}|{'_'.join(solid[:3])}"
        found.runs.append((prefixes, built))


_VERBAL = frozenset(
    ("release", "out", "delay", "cancel", "unannounced", "advance", "due", "launched", "shown", "coming")
)
_SUBJECTS = frozenset(("@W", "@V", "@N", "@inst"))


def _subject_of(seen: Seen, place: Place, title: str, cue: Cue) -> str:
    """Return the nearest possible subject before a cue: the work, another, a name, an instalment, else "none"."""
    nearest = "none"
    for index, name in seen.skeleton(place, title):
        if index >= cue.first:
            break
        if name in _SUBJECTS:
            nearest = name
    return nearest


def _subjects(seen: Seen, candidate: Candidate, at: int | None, found: Features) -> None:
    """Add features of the subject of the release: that of the nearest cue before a date, and after it."""
    place, title = candidate.place, candidate.reach.work.title
    verbal = [(cue, kind) for cue, kind in seen.cues(place) if cue.kind in _VERBAL]
    if not verbal:
        return
    if at is None:
        found.bags.append((
            "subj=",
            {f"{_subject_of(seen, place, title, cue)}|{kind}" for cue, kind in verbal[:4]},
        ))  # fmt: skip
        return
    before = [one for one in verbal if one[0].first < at]
    behind = [one for one in verbal if one[0].first > at]
    for prefix, one in (("subj<", before[-1:]), ("subj>", behind[:1])):
        for cue, kind in one:
            subject = _subject_of(seen, place, title, cue)
            found.bags.append((prefix, (subject, f"{subject}|{kind}")))


def _beside(seen: Seen, candidate: Candidate, found: Features) -> None:
    """Add the kinds of the cues right before and right after the work: "filming of X", "the X showcase"."""
    place = candidate.place
    for own in place.at(candidate.reach.work.title)[:2]:
        for cue, kind in seen.cues(place):
            if 0 <= own - cue.last <= _BESIDE:
                found.names += [f"wl={kind}", f"wl{own - cue.last}={kind}"]
            elif 0 < cue.first - own <= _BESIDE:
                found.names += [f"wr={kind}", f"wr{cue.first - own}={kind}"]


_BESIDE = 3


def _move(place: Place, at: int) -> tuple[Any, ...]:
    """Return which end of a move "from … to …" a date is, and whether it is a delay or an advance."""
    stream, language = place.sentence.stream, place.sentence.language

    def role(date: int) -> str:
        word = stream[date - 1].text if date else ""
        if word in language.from_words and word not in language.to_words:
            return "from"
        return "to" if word in language.to_words else "-"

    others = "+".join([role(date) for date in place.dates if date != at])
    moves = "+".join(sorted({cue.kind for cue in place.sentence.cues if cue.kind in _MOVES}))
    return _moved, role(at), others, moves


_MOVES = frozenset(("delay", "advance", "due"))


def _moved(own: str, others: str, moves: str) -> Iterable[str]:
    return f"move={own}|{others}|{moves}", f"move={own}|{moves}"


def _near(at: Sequence[int], point: int) -> int | None:
    return min(at, key=lambda one: (abs(one - point), one)) if at else None


def _bucket(distance: int) -> str:
    return (
        str(distance)
        if distance < 5
        else "5-7"
        if distance < 8
        else "8-12"
        if distance < 13
        else "13-20"
        if distance < 21
        else "21+"
    )


def _cues_around(seen: Seen, place: Place, point: int, prefix: str, found: Features) -> None:
    """Add features of the cues by their side of, and distance from, the token at `point`."""
    nearest: tuple[int, str, str] | None = None
    before: tuple[int, str] | None = None
    after: tuple[int, str] | None = None
    kinds: dict[str, None] = {}
    rules: dict[str, None] = {}
    for cue, kind in seen.cues(place):
        if cue.last <= point:
            distance, side = point - cue.last, "<"
            if before is None or distance < before[0]:
                before = (distance, kind)
        elif cue.first > point:
            distance, side = cue.first - point - 1, ">"
            if after is None or distance < after[0]:
                after = (distance, kind)
        else:
            distance, side = 0, "="
        sided = side + kind
        kinds[sided] = None
        kinds[
            sided
            + (":0" if not distance else ":1-3" if distance < 4 else ":4-9" if distance < 10 else ":far")
        ] = None
        rules[side + cue.rule.name] = None
        if nearest is None or distance < nearest[0]:
            nearest = (distance, side, kind)
    if kinds:
        found.bags += [(f"{prefix}c", kinds), (f"{prefix}r", rules)]
    near = f"{nearest[1]}{nearest[2]}" if nearest else "none"
    sides = f"{before[1] if before else '-'}|{after[1] if after else '-'}"
    found.runs.append(((f"{prefix}nc=", f"{prefix}nc<>"), (near, sides)))


def grain_of(when: When | None) -> str:
    """Return the length of a period: day, week, month, quarter, half, year, open, or none."""
    if when is None:
        return "none"
    if when.is_open:
        return "open"
    days = when.days or 0
    for limit, name in (
        (1, "day"),
        (8, "week"),
        (32, "month"),
        (100, "quarter"),
        (200, "half"),
        (370, "year"),
    ):
        if days <= limit:
            return name
    return "years"


def relation_to(when: When | None, today: date) -> str:
    """Return the relation of a period to `today`: long past, past, about now, ahead, far ahead."""
    if when is None:
        return "none"
    lo, hi = when.interval
    if hi is not None and hi < today:
        days = (today - hi).days
        return (
            "past1"
            if days == 1
            else "past7"
            if days <= 7
            else "past60"
            if days <= 60
            else "past400"
            if days <= 400
            else "past"
        )
    if lo is not None and lo > today:
        days = (lo - today).days
        return "ahead7" if days <= 7 else "ahead60" if days <= 60 else "ahead400" if days <= 400 else "ahead"
    return "today" if when.is_day else "within"


def dated_features(
    seen: Seen, candidate: Candidate, ahead: When | None, back: When | None, today: date
) -> Features:
    """Return the features of a candidate with a date, which means `ahead` for future and `back` for past events."""
    place, title = candidate.place, candidate.reach.work.title
    at = candidate.date
    assert at is not None  # noqa: S101 - its caller asks only for dates
    sentence = place.sentence
    words = seen.words(place, title)
    mention = sentence.stream[at].value
    own = place.at(title)
    found = Features()
    found.shared = seen.shared(title)
    _of_reach(candidate, found)
    _of_nature(seen, candidate, found)
    how = candidate.reach.how[0]
    media = medium_of(candidate.reach.work)
    where = relation_to(ahead, today)
    dates = place.dates
    found.filled += [
        (_period, how, grain_of(ahead), where, relation_to(back, today), ahead != back, media),
        (_mentioned, mention.bound, mention.is_vague, mention.is_doubtful, mention.is_range, mention.is_approximate),
        (_order, min(len(dates), 4), min(dates.index(at), 3)),
        _move(place, at),
        *[(_cue_beside_date, kind, media, where, how) for kind in seen.kinds(place)],
    ]  # fmt: skip
    _skeleton_around(seen, candidate, at, found)
    _subjects(seen, candidate, at, found)
    _beside(seen, candidate, found)
    near = _near(own, at)
    if near is not None:
        _between(seen, place, words, near, at, where, found)
    _words_around_date(words, at, where, found)
    _cues_around(seen, place, at, "d", found)
    date_words = sentence.block.text[sentence.stream[at].start : sentence.stream[at].end].casefold().split()
    found.bags += [
        ("dt:", {f"#{len(word)}" if word[0].isdigit() else word for word in date_words[:5]}),
        ("s:", dict.fromkeys(words[:_LONGEST])),
    ]
    _around(seen, candidate, found)
    if any(start <= sentence.stream[at].start < end for start, end in sentence.quotes):
        found.names.append("quoted")
    for index, (start, end) in enumerate(sentence.block.cells):
        if start <= sentence.stream[at].start < end:
            found.names.append(f"cell={min(index, 4)}")
            if index < len(place.columns):
                found.names += [f"col:{word}" for word in place.columns[index].split()[:4]]
    return found


def _period(
    how: str,
    grain: str,
    where: str,
    behind: str,
    yearless: bool,
    media: Sequence[str],
) -> Iterable[str]:
    yield "D"
    yield f"grain={grain}"
    yield f"time={where}/{behind}" if yearless else f"time={where}"
    yield f"grain={grain}|time={where}"
    yield f"yearless={yearless}"
    yield f"how={how}|time={where}"
    for medium in media:
        yield f"kind={medium}|grain={grain}"


def _mentioned(bound: str, *is_so: bool) -> Iterable[str]:
    yield f"bound={bound}"
    for name, so in zip(("vague", "doubtful", "range", "about"), is_so, strict=True):
        if so:
            yield name


def _order(dates: int, order: int) -> Iterable[str]:
    return f"dates={dates}", f"date#={order}/{dates}"


def _cue_beside_date(kind: str, media: Sequence[str], where: str, how: str) -> Iterable[str]:
    yield f"sc:{kind}"
    for medium in media:
        yield f"sc:{kind}|{medium}"
    yield f"sc:{kind}|{where}"
    yield f"sc:{kind}|{how}"


def _between(
    seen: Seen, place: Place, words: Sequence[str], near: int, at: int, where: str, found: Features
) -> None:
    """Add the words between a date and the nearest mention of the work, and around the mention."""
    names = found.names
    chain = seen.chain(place)
    kin = [one for one in place.works if chain[one] == chain[near]]
    if len(kin) > 1:
        link = _near(kin, at)
        assert link is not None  # noqa: S101 - there are two
        names.append(f"listed={min(len(kin), 4)}")
        if link != near:
            gap = words[min(link, at) + 1 : max(link, at)]
            names.append(f"via={'<' if link < at else '>'}{_bucket(len(gap))}")
            names += [f"via:{word}" for word in gap[:10]]
            names.append(f"viapath:{'_'.join(gap[:5])}")
    low, high = min(near, at), max(near, at)
    side = "W<D" if near < at else "D<W"
    found.runs += [
        (_BEFORE_WORK, words[max(0, near - 3) : near][::-1]),
        (_BEHIND_WORK, words[near + 1 : near + 4]),
    ]
    if near + 2 < len(words):
        names.append(f"w+01:{words[near + 1]}_{words[near + 2]}")
    if near > 1:
        names.append(f"w-01:{words[near - 2]}_{words[near - 1]}")
    between = words[low + 1 : high]
    found.filled += [
        (_apart, side, _bucket(high - low - 1), min(between.count("@V"), 2), min(between.count("@date"), 2)),
        (_closest, _near(place.works, at) == near, min(len(place.titles), 3)),
    ]
    stretches = (
        [between] if len(between) <= _BETWEEN else [between[: _BETWEEN // 2], between[-_BETWEEN // 2 :]]
    )
    found.bags.append((f"m{side}:", {word for stretch in stretches for word in stretch}))
    for stretch in stretches:
        names += [f"m{side}:{word}_{behind}" for word, behind in itertools.pairwise(stretch)]
    if len(between) <= 6:
        names.append(f"path{side}:{'_'.join(between)}")
    kinds = [kind for cue, kind in seen.cues(place) if cue.first >= low and cue.last <= high + 1]
    names.append(f"mc{side}={'+'.join(kinds[:4])}")
    if kinds:
        found.bags.append((f"mc{side}:", {f"{kind}|{where}" for kind in kinds}))
    names += [f"mp{side}:{mark}" for mark in _PARTING if mark in between]


_PARTING = (",", ";", "(", ":", "-", "–", "—", ".")
_BEFORE_WORK = tuple(f"w-{offset}:" for offset in range(_WINDOW))
_BEHIND_WORK = tuple(f"w+{offset}:" for offset in range(_WINDOW))
_BEFORE_DATE = tuple(f"d-{offset}:" for offset in range(_WINDOW))
_BEHIND_DATE = tuple(f"d+{offset}:" for offset in range(_WINDOW))


def _apart(side: str, distance: str, others: int, dates: int) -> Iterable[str]:
    return side, f"dist={distance}", f"{side}|dist={distance}", f"{side}|V={others}", f"{side}|date={dates}"


def _closest(closest: bool, named: int) -> Iterable[str]:
    return (f"closest={closest}|named={named}",)


def _words_around_date(words: Sequence[str], at: int, where: str, found: Features) -> None:
    left = words[max(0, at - _WINDOW) : at][::-1]
    right = words[at + 1 : at + 1 + _WINDOW]
    found.runs += [(_BEFORE_DATE, left), (_BEHIND_DATE, right)]
    found.bags += [("d<:", set(left)), ("d>:", set(right))]
    if len(left) > 1:
        found.names.append(f"d-01:{left[1]}_{left[0]}")
    if len(left) > 2:
        found.names.append(f"d-012:{left[2]}_{left[1]}_{left[0]}")
    if len(right) > 1:
        found.names.append(f"d+01:{right[0]}_{right[1]}")
    if left and right:
        found.names.append(f"d-+:{left[0]}_{right[0]}")
    if left:
        found.names.append(f"d-0:{left[0]}|{where}")


def undated_features(seen: Seen, candidate: Candidate) -> Features:
    """Return the features of a candidate without a date."""
    place, title = candidate.place, candidate.reach.work.title
    sentence = place.sentence
    words = seen.words(place, title)
    own = place.at(title)
    how = candidate.reach.how[0]
    found = Features()
    found.shared = seen.shared(title)
    _of_reach(candidate, found)
    _of_nature(seen, candidate, found)
    media = medium_of(candidate.reach.work)
    kinds = seen.kinds(place)
    is_dated = bool(place.dates)
    found.filled += [(_cue_beside_work, kind, media, how, is_dated, sentence.block.kind) for kind in kinds]
    solid = seen.solid(place, title)
    built = "_".join([name for _, name in seen.skeleton(place, title)[:9]])
    found.runs.append((
        ("U", "dates=", "scs=", "k=", "ks="),
        ("", str(min(len(place.dates), 2)), "+".join(kinds), built, "_".join(solid[:8])),
    ))  # fmt: skip
    if own:
        _cues_around(seen, place, own[0], "w", found)
        _words_around_work(seen, place, words, own, found)
    _subjects(seen, candidate, None, found)
    _beside(seen, candidate, found)
    for index, name in enumerate(solid):
        if name == "@W":
            found.names += [
                f"ksw>{'_'.join(solid[index + 1 : index + 2])}",
                f"ksw>{'_'.join(solid[index + 1 : index + 3])}",
                f"ksw<{'_'.join(solid[max(0, index - 1) : index])}",
                f"ksw<{'_'.join(solid[max(0, index - 2) : index])}",
            ]
    if own and len(place.works) > 1:
        chain = seen.chain(place)
        found.names.append(f"listed={min(sum(chain[one] == chain[own[0]] for one in place.works), 4)}")
    if any(sentence.stream[at].value.is_vague for at in place.dates):
        found.names.append("vague")
    read = words[:_LONGEST]
    found.bags += [("r:", {cue.rule.name for cue, _ in seen.cues(place)}), ("s:", set(read))]
    found.names += [f"s:{word}_{behind}" for word, behind in itertools.pairwise(read)]
    _around(seen, candidate, found)
    return found


def _cue_beside_work(
    kind: str,
    media: Sequence[str],
    how: str,
    is_dated: bool,
    block: str,
) -> Iterable[str]:
    yield f"sc:{kind}"
    for medium in media:
        yield f"sc:{kind}|{medium}"
    yield f"sc:{kind}|{how}"
    yield f"sc:{kind}|d={is_dated}"
    yield f"sc:{kind}|b={block}"


def _words_around_work(
    seen: Seen, place: Place, words: Sequence[str], own: Sequence[int], found: Features
) -> None:
    point, last = own[0], own[-1]
    left = words[max(0, point - _WINDOW) : point][::-1]
    first = words[point + 1 : point + 1 + _WINDOW]
    right = words[last + 1 : last + 1 + _WINDOW] if len(own) > 1 else ()
    found.runs += [(_BEFORE_WORK, left), (_BEHIND_WORK, first)]
    found.bags += [("w<:", set(left)), ("w>:", {*first, *right})]
    names = found.names
    if len(left) > 1:
        names.append(f"w-01:{left[1]}_{left[0]}")
    if len(first) > 1:
        names.append(f"w+01:{first[0]}_{first[1]}")
    if len(first) > 2:
        names.append(f"w+012:{first[0]}_{first[1]}_{first[2]}")
    names.append(f"w#={'first' if point == 0 else 'last' if last == len(words) - 1 else 'mid'}")
    for cue, kind in seen.cues(place):
        if cue.first >= last:
            gap = words[last + 1 : cue.first]
            if len(gap) <= 5:
                names.append(f"wpath:{'_'.join(gap)}>{kind}")
        elif cue.last <= point:
            gap = words[cue.last : point]
            if len(gap) <= 5:
                names.append(f"wpath:{kind}<{'_'.join(gap)}")


def _around(seen: Seen, candidate: Candidate, found: Features) -> None:
    """Add features of the neighbouring sentences: their cues and, weaker, the words of the heading above."""
    places, index = seen.text.places, candidate.place.index
    bags = found.bags
    if index:
        before = places[index - 1]
        bags.append(("pc:", seen.kinds(before)))
        if before.sentence.block.kind == "heading":
            bags.append(("p:", set(seen.words(before, candidate.reach.work.title)[:10])))
    heading = candidate.place.heading
    if heading is not None:
        bags.append(("sec:", seen.kinds(heading)))
    if index + 1 < len(places):
        bags.append(("nc:", seen.kinds(places[index + 1])))


def reading_features(
    seen: Seen, candidate: Candidate, code: str, reading: DateReading, index: int, count: int
) -> list[str]:
    """Return the features of one reading of a candidate's date for a claim of class `code`."""
    at = candidate.date
    assert at is not None  # noqa: S101 - as above
    place = candidate.place
    stream = place.sentence.stream
    words = seen.words(place, candidate.reach.work.title)
    mention = stream[at].value
    name, where = reading.name, relation_to(reading.when, seen.text.document.published.date())
    before = words[at - 1] if at else "^"
    first = mention.text.casefold().split()[:2]
    return [
        f"{code}|{name}",
        f"{code}|{reading.anchor}|{where}",
        f"{name}|{index}/{min(count, 4)}",
        f"{reading.form}|{reading.anchor}",
        f"{code}|{where}",
        f"{name}|<{before}",
        f"{reading.form}|<{before}|{code}",
        f"{reading.form}|{' '.join(first[:1])}",
        f"{reading.form}|{' '.join(first)}",
        f"{reading.form}|{grain_of(reading.when)}|{mention.bound}",
        f"index={index}|{code}",
        f"doubtful={mention.is_doubtful}|{name}",
        *(f"{reading.form}|c:{kind}" for _, kind in seen.cues(place)),
        f"lang={place.sentence.language.code}|{name}",
        f"tag={seen.text.document.lang.casefold()}|{name}",
    ]
