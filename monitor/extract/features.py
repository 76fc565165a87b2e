"""Features: what is known of a candidate, as strings that a person can read.

A feature is present or absent. Names of works, of outlets and numbers do not become features: a work is "@W" where it is the
candidate's and "@V" where it is another, a number "#", so that what is learned holds for works never seen.
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
from monitor.extract.zones import is_between_days, written
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
"""Tokens of a sentence whose words are features."""


_MARKS = frozenset((",", ";", ":", "(", ")", "-", "–", "—", "|", "/"))


class Seen:
    """A document's sentences as masked words, made once each and used by every candidate."""

    def __init__(self, text: Survey) -> None:
        self.text = text
        self._words: dict[tuple[int, str], list[str]] = {}
        self._cues: dict[int, list[tuple[Cue, str]]] = {}
        self._bags: dict[tuple[int, str], list[str]] = {}
        document = text.document
        self.of_document = _of_document(text)
        self.is_post = not text.headline
        self.nature = _nature(text)
        self._until_midnight = self.is_post and any(
            place.sentence.stream[at].value.is_midnight for place in text.places for at in place.dates
        )
        self._headline: dict[str, list[str]] = {}
        self._skeletons: dict[tuple[int, str], list[tuple[int, str]]] = {}
        self._chains: dict[int, dict[int, int]] = {}
        self._readings: dict[tuple[int, int], tuple[DateReading, ...]] = {}
        self._near: dict[tuple[int, int], When] = {}
        self._folded: str | None = None
        self._headlines: list[str] | None = None
        self._counts: dict[str, int] = {}
        self.kept: dict[tuple[str, int | str], Any] = {}
        """What other stages have made of a sentence or a work, by their own names."""
        self.names: dict[str, dict[str, list[str]]] = {}
        self.named: dict[tuple[int, str, str], list[tuple[int, int, str, str, list[str]]]] = {}
        self.spelled: dict[tuple[str, str], str] = {}
        self.spans: dict[tuple[int, ...], list[tuple[int, int]]] = {}
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
        """Return what the sentence is built of, each with its token index: works, dates, parts, the kinds of cues, and commas."""
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
        """Yield where a run of words with capitals begins that is no recognised name; none where capitals tell no names."""
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
        """Return for each work of the sentence the number of the list that it stands in: "A, B and C" are one list."""
        known = self._chains.get(place.index)
        if known is None:
            known = {}
            number = 0
            stream = place.sentence.stream
            joiners = place.sentence.language.joiners | place.sentence.language.and_words
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
        """Return how often a run of folded tokens stands in the document."""
        known = self._counts.get(folded)
        if known is None:
            known = self._counts[folded] = self._folded_text().count(f" {folded} ")
        return known

    def in_headline(self, folded: str) -> bool:
        """Tell whether a run of folded tokens stands in the headline."""
        if self._headlines is None:
            self._headlines = [place.sentence.spaced for place in self.text.headline]
        return any(f" {folded} " in headline for headline in self._headlines)

    def _folded_text(self) -> str:
        if self._folded is None:
            self._folded = "".join([place.sentence.spaced for place in self.text.places])
        return self._folded

    def readings(self, place: Place, at: int) -> tuple[DateReading, ...]:
        """Return every period that the date at a token could mean, with the year of the last date that states one."""
        known = self._readings.get((place.index, at))
        if known is None:
            mention = place.sentence.stream[at].value
            published = self.written(place)
            if self._until_midnight and mention.text.casefold() in place.sentence.language.tonight_words:
                mention = mention.next_day()
            if self.is_post and mention.is_counted_in_days and is_between_days(published):
                mention = mention.approximate()
            known = self._readings[place.index, at] = mention.readings(
                published, near=self._near.get((place.index, at))
            )
        return known

    def written(self, place: Place) -> datetime:
        """Return when a sentence was written, in the zone that counts its days."""
        block = place.sentence.block
        if not self.is_post:
            return block.posted or self.text.document.published
        return written(block.posted or self.text.document.published, block.text)

    def parted(self, place: Place) -> Place | None:
        """Return the last place before this one that names a numbered part."""
        return self._parted[place.index]

    def cues(self, place: Place) -> list[tuple[Cue, str]]:
        """Return the sentence's cues, each with its kind and what its rule says of tense and event."""
        known = self._cues.get(place.index)
        if known is None:
            known = self._cues[place.index] = [(cue, kind_of(cue.rule)) for cue in place.sentence.cues]
        return known

    def headline(self, title: str) -> list[str]:
        """Return features of the headline: its words, its cues, and which works it names."""
        known = self._headline.get(title)
        if known is None:
            known = self._headline[title] = list(self._of_headline(title))
        return known

    def _of_headline(self, title: str) -> Iterable[str]:
        named = self.text.in_headline
        yield f"head={'this' if title in named else 'other' if named else 'none'}"
        if not self.text.headline:
            yield "head:absent"
        for place in self.text.headline[:2]:
            for word in dict.fromkeys(self.words(place, title)[:24]):
                yield f"h:{word}"
            for _, kind in self.cues(place):
                yield f"hc:{kind}"
            solid = [name for _, name in self.skeleton(place, title) if name not in _MARKS]
            yield f"hk={'_'.join(solid[:6])}"
            for first, second in itertools.pairwise(solid[:10]):
                yield f"hk2:{first}_{second}"
            if place.sentence.question:
                yield "h?"


@cache
def kind_of(rule: CueRule) -> str:
    """Return the kind of a rule's cues with the tense and the event that it states."""
    stated = (str(rule.meaning[key]) for key in ("tense", "event") if key in rule.meaning)
    return "/".join([rule.kind, *stated])


def _nature(text: Survey) -> str:
    """Return what kind of text a document is, "" for an article: a maker's own word, a video, a post, whose words need no verb."""
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
"""Sentences of an entry that is a headline and little more."""


def _of_nature(seen: Seen, candidate: Candidate) -> Iterable[str]:
    """Yield features of a post, a video or a maker's own text beside what its sentence is built of."""
    nature = seen.nature
    if candidate.place.sentence.block.kind == "post":
        nature = nature.removeprefix("official ")
    if not nature:
        return
    place, title = candidate.place, candidate.reach.work.title
    solid = [name for _, name in seen.skeleton(place, title) if name not in _MARKS]
    kinds = "+".join(sorted({kind for _, kind in seen.cues(place)}))
    block, how = place.sentence.block.kind, candidate.reach.how[0]
    yield f"n={nature}"
    yield f"n={nature}|b={block}|{how}"
    yield f"n={nature}|{kinds}"
    yield f"n={nature}|{how}|{'_'.join(solid[:6])}"
    yield f"n={nature}|words={_bucket(sum(not token.kind for token in place.sentence.stream))}"
    yield f"n={nature}|places={min(len(seen.text.places), 6)}|{how}"
    yield f"nk={block}|{how}|{'_'.join(solid[:6])}"
    document = seen.text.document
    if document.official and block != "post":
        yield f"n=official|{kinds}|{how}"
        yield f"n=official|{'_'.join(solid[:6])}"
    if place.sentence.block.kind == "headline" and title in seen.text.in_headline:
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
    """Return the kind of a work for use in features; nothing for "other", which is also a work whose kind was not given."""
    return () if work.kind is WorkKind.OTHER else (work.kind.value,)


def _of_reach(candidate: Candidate) -> list[str]:
    text, place, reach = candidate.text, candidate.place, candidate.reach
    title = reach.work.title
    how = reach.how[0]
    gap = min(reach.gap, 6)
    block = place.sentence.block.kind
    main = title == text.main
    found = [
        f"how={how}",
        f"ways={'+'.join(reach.how)}",
        f"gap={gap}",
        f"how={how}|named={min(len(place.titles), 3)}",
        f"how={how}|main={main}",
        f"how={how}|b={block}",
        *(f"kind={medium}" for medium in medium_of(reach.work)),
        f"named={min(len(place.titles), 4)}",
        f"block={block}",
        f"index={min(place.index, 8)}",
        f"lang={place.sentence.language.code}",
    ]
    if place.sentence.question:
        found += ["?", f"?|b={block}"]
    if place.sentence.titled:
        found.append("titled")
    if how != "named":
        found.append(
            f"opens={place.sentence.stream[0].kind or place.sentence.stream[0].text if place.sentence.stream else ''}"
        )
    return found


def _skeleton_around(seen: Seen, candidate: Candidate, at: int) -> Iterable[str]:
    """Yield what the sentence is built of around a token, and between it and the work."""
    place = candidate.place
    skeleton = seen.skeleton(place, candidate.reach.work.title)
    before = [name for index, name in skeleton if index < at][-4:]
    after = [name for index, name in skeleton if index > at][:4]
    solid_before = [name for name in before if name not in _MARKS]
    solid_after = [name for name in after if name not in _MARKS]
    yield f"k<{'_'.join(before[-2:])}"
    yield f"k<{'_'.join(before[-3:])}"
    yield f"k>{'_'.join(after[:2])}"
    yield f"k<>{'_'.join(before[-1:])}|{'_'.join(after[:1])}"
    yield f"ks<{'_'.join(solid_before[-2:])}"
    yield f"ks<{'_'.join(solid_before[-3:])}"
    yield f"ks<>{'_'.join(solid_before[-1:])}|{'_'.join(solid_after[:1])}"
    yield f"ks<>{'_'.join(solid_before[-2:])}|{'_'.join(solid_after[:1])}"
    own = _near(place.at(candidate.reach.work.title), at)
    if own is not None:
        low, high = min(own, at), max(own, at)
        between = [name for index, name in skeleton if low < index < high]
        side = "<" if own < at else ">"
        yield f"kb{side}{'_'.join(between[:7])}"
        solid = [name for name in between if name not in _MARKS]
        yield f"kbs{side}{'_'.join(solid[:5])}"
        outer = [name for index, name in skeleton if index < low][-1:]
        yield f"kbo{side}{'_'.join(outer)}|{'_'.join(solid[:3])}"


_VERBAL = frozenset(
    ("release", "out", "delay", "cancel", "unannounced", "advance", "due", "launched", "shown", "coming")
)
_SUBJECTS = frozenset(("@W", "@V", "@N", "@inst"))


def _subject_of(seen: Seen, place: Place, title: str, cue: Cue) -> str:
    """Return what stands nearest before a cue that can be its subject: the work, another, a name, a part, else "none"."""
    nearest = "none"
    for index, name in seen.skeleton(place, title):
        if index >= cue.first:
            break
        if name in _SUBJECTS:
            nearest = name
    return nearest


def _subjects(seen: Seen, candidate: Candidate, at: int | None) -> Iterable[str]:
    """Yield features of what comes out by the sentence's build: the subject of the cue nearest before a date, and behind it."""
    place, title = candidate.place, candidate.reach.work.title
    verbal = [(cue, kind) for cue, kind in seen.cues(place) if cue.kind in _VERBAL]
    if at is None:
        for cue, kind in verbal[:4]:
            yield f"subj={_subject_of(seen, place, title, cue)}|{kind}"
        return
    before = [one for one in verbal if one[0].first < at]
    behind = [one for one in verbal if one[0].first > at]
    for name, one in (("<", before[-1:]), (">", behind[:1])):
        for cue, kind in one:
            subject = _subject_of(seen, place, title, cue)
            yield f"subj{name}{subject}"
            yield f"subj{name}{subject}|{kind}"


def _beside(seen: Seen, candidate: Candidate) -> Iterable[str]:
    """Yield the kinds of the cues right before and right behind the work: "filming of X", "the X showcase"."""
    place = candidate.place
    for own in place.at(candidate.reach.work.title)[:2]:
        for cue, kind in seen.cues(place):
            if 0 <= own - cue.last <= _BESIDE:
                yield f"wl={kind}"
                yield f"wl{own - cue.last}={kind}"
            elif 0 < cue.first - own <= _BESIDE:
                yield f"wr={kind}"
                yield f"wr{cue.first - own}={kind}"


_BESIDE = 3


def _move(place: Place, at: int) -> Iterable[str]:
    """Yield which end of a move "from … to …" a date is, with whether something is put off or brought forward."""
    stream, language = place.sentence.stream, place.sentence.language

    def role(date: int) -> str:
        word = stream[date - 1].text if date else ""
        if word in language.from_words - language.to_words:
            return "from"
        return "to" if word in language.to_words else "-"

    own = role(at)
    others = "+".join(role(date) for date in place.dates if date != at)
    moves = "+".join(
        sorted({cue.kind for cue in place.sentence.cues if cue.kind in ("delay", "advance", "due")})
    )
    yield f"move={own}|{others}|{moves}"
    yield f"move={own}|{moves}"


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


def _grams(words: Sequence[str], prefix: str) -> list[str]:
    """Return the words as features, and each two that follow one another."""
    return [
        *[f"{prefix}{word}" for word in words],
        *[f"{prefix}{word}_{behind}" for word, behind in itertools.pairwise(words)],
    ]


def _cues_around(seen: Seen, place: Place, point: int, prefix: str) -> list[str]:
    """Return features of the cues by their side of, and distance from, the token at `point`."""
    found = []
    nearest: tuple[int, str, str] | None = None
    before: tuple[int, str] | None = None
    after: tuple[int, str] | None = None
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
        found.append(f"{prefix}c{side}{kind}")
        found.append(
            f"{prefix}c{side}{kind}:{'0' if not distance else '1-3' if distance < 4 else '4-9' if distance < 10 else 'far'}"
        )
        found.append(f"{prefix}r{side}{cue.rule.name}")
        if nearest is None or distance < nearest[0]:
            nearest = (distance, side, kind)
    near = f"{nearest[1]}{nearest[2]}" if nearest else "none"
    found.append(f"{prefix}nc={near}")
    found.append(f"{prefix}nc<>{before[1] if before else '-'}|{after[1] if after else '-'}")
    return found


def grain_of(when: When | None) -> str:
    """Return how long a period is: day, week, month, quarter, half, year, open, or none."""
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
    """Return where a period lies from `today`: long past, past, about now, ahead, far ahead."""
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
) -> list[str]:
    """Return the features of a candidate with a date, which means `ahead` for what is to come and `back` for what has been."""
    place, title = candidate.place, candidate.reach.work.title
    at = candidate.date
    assert at is not None  # noqa: S101 - its caller asks only for dates
    sentence = place.sentence
    words = seen.words(place, title)
    mention = sentence.stream[at].value
    own = place.at(title)
    found = ["D", *seen.of_document, *_of_reach(candidate), *seen.headline(title)]
    found += _of_nature(seen, candidate)
    how = candidate.reach.how[0]
    grain = grain_of(ahead)
    where = relation_to(ahead, today)
    behind = relation_to(back, today)
    yearless = ahead != back
    time = f"{where}/{behind}" if yearless else where
    found += [
        f"grain={grain}",
        f"time={time}",
        f"grain={grain}|time={where}",
        f"bound={mention.bound}",
        f"yearless={yearless}",
        f"how={how}|time={where}",
        *(f"kind={medium}|grain={grain}" for medium in medium_of(candidate.reach.work)),
    ]
    if mention.is_vague:
        found.append("vague")
    if mention.is_doubtful:
        found.append("doubtful")
    if mention.is_range:
        found.append("range")
    if mention.is_approximate:
        found.append("about")
    near = _near(own, at)
    dates = place.dates
    order = dates.index(at)
    found += [f"dates={min(len(dates), 4)}", f"date#={min(order, 3)}/{min(len(dates), 4)}"]
    found += _skeleton_around(seen, candidate, at)
    found += _subjects(seen, candidate, at)
    found += _beside(seen, candidate)
    found += _move(place, at)
    if near is not None:
        chain = seen.chain(place)
        kin = [one for one in place.works if chain[one] == chain[near]]
        if len(kin) > 1:
            link = _near(kin, at)
            assert link is not None  # noqa: S101 - there are two
            found.append(f"listed={min(len(kin), 4)}")
            if link != near:
                gap = words[min(link, at) + 1 : max(link, at)]
                found.append(f"via={'<' if link < at else '>'}{_bucket(len(gap))}")
                found += [f"via:{word}" for word in gap[:10]]
                found.append(f"viapath:{'_'.join(gap[:5])}")
        low, high = min(near, at), max(near, at)
        side = "W<D" if near < at else "D<W"
        for offset, word in enumerate(words[max(0, near - 3) : near][::-1]):
            found.append(f"w-{offset}:{word}")
        for offset, word in enumerate(words[near + 1 : near + 4]):
            found.append(f"w+{offset}:{word}")
        if near + 2 < len(words):
            found.append(f"w+01:{words[near + 1]}_{words[near + 2]}")
        if near > 1:
            found.append(f"w-01:{words[near - 2]}_{words[near - 1]}")
        between = words[low + 1 : high]
        found += [
            side,
            f"dist={_bucket(high - low - 1)}",
            f"{side}|dist={_bucket(high - low - 1)}",
            f"{side}|V={min(between.count('@V'), 2)}",
            f"{side}|date={min(between.count('@date'), 2)}",
        ]
        nearest = _near(place.works, at)
        found.append(f"closest={nearest == near}|named={min(len(place.titles), 3)}")
        if len(between) <= _BETWEEN:
            found += _grams(between, f"m{side}:")
        else:
            found += _grams(between[: _BETWEEN // 2], f"m{side}:")
            found += _grams(between[-_BETWEEN // 2 :], f"m{side}:")
        if len(between) <= 6:
            found.append(f"path{side}:{'_'.join(between)}")
        kinds = [kind for cue, kind in seen.cues(place) if cue.first >= low and cue.last <= high + 1]
        found.append(f"mc{side}={'+'.join(kinds[:4])}")
        found += [f"mc{side}:{kind}|{where}" for kind in kinds]
        for mark in (",", ";", "(", ":", "-", "–", "—", "."):
            if mark in between:
                found.append(f"mp{side}:{mark}")
    left = words[max(0, at - _WINDOW) : at][::-1]
    right = words[at + 1 : at + 1 + _WINDOW]
    for offset, word in enumerate(left):
        found.append(f"d-{offset}:{word}")
        found.append(f"d<:{word}")
    for offset, word in enumerate(right):
        found.append(f"d+{offset}:{word}")
        found.append(f"d>:{word}")
    if len(left) > 1:
        found.append(f"d-01:{left[1]}_{left[0]}")
    if len(left) > 2:
        found.append(f"d-012:{left[2]}_{left[1]}_{left[0]}")
    if len(right) > 1:
        found.append(f"d+01:{right[0]}_{right[1]}")
    if left and right:
        found.append(f"d-+:{left[0]}_{right[0]}")
    if left:
        found.append(f"d-0:{left[0]}|{where}")
    found += _cues_around(seen, place, at, "d")
    media = medium_of(candidate.reach.work)
    for _, kind in seen.cues(place):
        found.append(f"sc:{kind}")
        found += [f"sc:{kind}|{medium}" for medium in media]
        found.append(f"sc:{kind}|{where}")
        found.append(f"sc:{kind}|{how}")
    for token in dict.fromkeys(
        sentence.block.text[sentence.stream[at].start : sentence.stream[at].end].casefold().split()[:5]
    ):
        found.append(f"dt:{'#' + str(len(token)) if token[0].isdigit() else token}")
    found += [f"s:{word}" for word in dict.fromkeys(words[:_LONGEST])]
    found += _around(seen, candidate)
    if any(start <= sentence.stream[at].start < end for start, end in sentence.quotes):
        found.append("quoted")
    for index, (start, end) in enumerate(sentence.block.cells):
        if start <= sentence.stream[at].start < end:
            found.append(f"cell={min(index, 4)}")
            if index < len(place.columns):
                found += [f"col:{word}" for word in place.columns[index].split()[:4]]
    return found


def undated_features(seen: Seen, candidate: Candidate) -> list[str]:
    """Return the features of a candidate without a date."""
    place, title = candidate.place, candidate.reach.work.title
    sentence = place.sentence
    words = seen.words(place, title)
    own = place.at(title)
    how = candidate.reach.how[0]
    found = ["U", *seen.of_document, *_of_reach(candidate), *seen.headline(title)]
    found += _of_nature(seen, candidate)
    found.append(f"dates={min(len(place.dates), 2)}")
    kinds = [kind for _, kind in seen.cues(place)]
    media = medium_of(candidate.reach.work)
    for kind in kinds:
        found += [
            f"sc:{kind}",
            *(f"sc:{kind}|{medium}" for medium in media),
            f"sc:{kind}|{how}",
            f"sc:{kind}|d={bool(place.dates)}",
            f"sc:{kind}|b={sentence.block.kind}",
        ]
    found.append(f"scs={'+'.join(sorted(set(kinds)))}")
    if own:
        point = own[0]
        found += _cues_around(seen, place, point, "w")
        left = words[max(0, point - _WINDOW) : point][::-1]
        right = words[own[-1] + 1 : own[-1] + 1 + _WINDOW]
        first = words[point + 1 : point + 1 + _WINDOW]
        for offset, word in enumerate(left):
            found += [f"w-{offset}:{word}", f"w<:{word}"]
        for offset, word in enumerate(first):
            found += [f"w+{offset}:{word}", f"w>:{word}"]
        if len(own) > 1:
            found += [f"w>:{word}" for word in right]
        if len(left) > 1:
            found.append(f"w-01:{left[1]}_{left[0]}")
        if len(first) > 1:
            found.append(f"w+01:{first[0]}_{first[1]}")
        if len(first) > 2:
            found.append(f"w+012:{first[0]}_{first[1]}_{first[2]}")
        found.append(f"w#={'first' if point == 0 else 'last' if own[-1] == len(words) - 1 else 'mid'}")
        for cue, kind in seen.cues(place):
            if cue.first >= own[-1]:
                gap = words[own[-1] + 1 : cue.first]
                if len(gap) <= 5:
                    found.append(f"wpath:{'_'.join(gap)}>{kind}")
            elif cue.last <= point:
                gap = words[cue.last : point]
                if len(gap) <= 5:
                    found.append(f"wpath:{kind}<{'_'.join(gap)}")
    found += _subjects(seen, candidate, None)
    found += _beside(seen, candidate)
    skeleton = [name for _, name in seen.skeleton(place, title)]
    found.append(f"k={'_'.join(skeleton[:9])}")
    solid = [name for name in skeleton if name not in _MARKS]
    found.append(f"ks={'_'.join(solid[:8])}")
    for index, name in enumerate(solid):
        if name == "@W":
            found += [
                f"ksw>{'_'.join(solid[index + 1 : index + 2])}",
                f"ksw>{'_'.join(solid[index + 1 : index + 3])}",
            ]
            found += [
                f"ksw<{'_'.join(solid[max(0, index - 1) : index])}",
                f"ksw<{'_'.join(solid[max(0, index - 2) : index])}",
            ]
    if own and len(place.works) > 1:
        chain = seen.chain(place)
        found.append(f"listed={min(sum(chain[one] == chain[own[0]] for one in place.works), 4)}")
    if any(sentence.stream[at].value.is_vague for at in place.dates):
        found.append("vague")
    found += [f"r:{cue.rule.name}" for cue, _ in seen.cues(place)]
    found += _grams(list(words[:_LONGEST]), "s:")
    found += _around(seen, candidate)
    return found


def _around(seen: Seen, candidate: Candidate) -> Iterable[str]:
    """Yield features of the neighbouring sentences: their cues and, weaker, the words of the one behind."""
    places, index = seen.text.places, candidate.place.index
    if index:
        before = places[index - 1]
        for _, kind in seen.cues(before):
            yield f"pc:{kind}"
        if before.sentence.block.kind == "heading":
            for word in seen.words(before, candidate.reach.work.title)[:10]:
                yield f"p:{word}"
    heading = candidate.place.heading
    if heading is not None:
        for _, kind in seen.cues(heading):
            yield f"sec:{kind}"
    if index + 1 < len(places):
        for _, kind in seen.cues(places[index + 1]):
            yield f"nc:{kind}"


def reading_features(
    seen: Seen, candidate: Candidate, code: str, reading: DateReading, index: int, count: int
) -> list[str]:
    """Return the features of one reading of a candidate's date, taken for a claim of class `code`."""
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
