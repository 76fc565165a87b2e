"""Generate the candidates of a document: every (work, date or none) of which a sentence could make a claim, and how the sentence refers to the work.

Recall comes first: a candidate is only a possibility, and none is excluded. The context that the scorer needs beyond the sentence
(the works in the headline, the work named last) is collected once for the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from monitor.extract.dates.alternatives import DateReading
from monitor.extract.sentence import Sentence
from monitor.extract.spelling import ROMAN
from monitor.extract.templates import Features
from monitor.extract.tokens import tokens
from monitor.extract.variants import PART_WORDS
from monitor.model import Document, Form, Work

__all__ = [
    "MOST",
    "Candidate",
    "Mention",
    "Place",
    "Reach",
    "Survey",
    "candidates",
    "names_sibling",
    "refers",
    "survey",
]

_VIDEOS = frozenset((Form.VIDEO, Form.PREMIERE))
_REACHED = 4
"""The most works that a sentence may refer to without naming them."""


@dataclass(slots=True, eq=False)
class Place:
    """A sentence with the token indexes of its works, dates, instalments and scopes.

    `index` and `block` count sentences and blocks from 0; `heading` is the place of the heading above, `lead` of the line that
    introduces the list; `columns` are the normalised headings of a table's columns.
    """

    sentence: Sentence
    index: int
    block: int
    works: list[int]
    dates: list[int]
    instalments: list[int]
    scopes: list[int]
    heading: Place | None = None
    lead: Place | None = None
    columns: Sequence[str] = ()
    titles: frozenset[str] = frozenset()

    def at(self, title: str) -> list[int]:
        """Return the token indexes at which the work of `title` is named."""
        return [at for at in self.works if self.sentence.stream[at].value.work.title == title]


@dataclass(slots=True, eq=False)
class Survey:
    """A document as places, with the works in its headline and those that it names most often."""

    document: Document
    places: list[Place]
    headline: list[Place]
    in_headline: dict[str, Work]
    works: dict[str, Work]
    counts: dict[str, int]
    main: str = ""

    @property
    def is_video(self) -> bool:
        """Return whether the document is a video, by its form or, where the parser knew none, by the name of its source."""
        form = self.document.form
        return form in _VIDEOS or (form is Form.ARTICLE and "youtube" in self.document.source.casefold())


@dataclass(frozen=True, slots=True)
class Reach:
    """How a sentence refers to a work: `how` names every way, `gap` is the number of sentences since it was named (0 here)."""

    work: Work
    how: tuple[str, ...]
    gap: int


@dataclass(slots=True, eq=False)
class Candidate:
    """A possible claim of a sentence about a work: with the date at token `date`, or without a date if that is None."""

    text: Survey
    place: Place
    reach: Reach
    date: int | None
    key: tuple[int, str, int | None] = field(init=False)

    def __post_init__(self) -> None:
        self.key = (self.place.index, self.reach.work.title, self.date)


@dataclass(slots=True, eq=False)
class Mention:
    """One candidate that supports a claim: the probability of its class, and that of no claim."""

    candidate: Candidate
    chance: float
    none: float
    reading: DateReading | None
    features: Features = field(default_factory=Features)
    rank: int = 0
    """The number of works that are likelier for the same date."""
    part: float = 1.0
    """The probability of its instalment."""


def survey(document: Document, blocks: Sequence[Sequence[Sentence]]) -> Survey:
    """Return the document's sentences as places, in reading order."""
    places: list[Place] = []
    works: dict[str, Work] = {}
    counts: dict[str, int] = {}
    heading: Place | None = None
    lead: Place | None = None
    columns: Sequence[str] = ()
    last_kind = ""
    for number, block in enumerate(blocks):
        if not block:
            continue
        kind = block[0].block.kind
        if kind == "row":
            if last_kind != "row":
                columns = ()
        else:
            columns = ()
        first: Place | None = None
        for sentence in block:
            place = _place(sentence, len(places), number)
            place.heading, place.columns = heading, columns
            if kind == "item":
                place.lead = lead
            places.append(place)
            first = first or place
            for at in place.works:
                work = sentence.stream[at].value.work
                works.setdefault(work.title, work)
                counts[work.title] = counts.get(work.title, 0) + 1
        if kind == "heading":
            heading, lead = first, None
        elif kind == "row" and not columns and len(block[0].block.cells) > 1 and first and not first.works:
            row = block[0].block
            columns = tuple(" ".join(row.text[a:b].casefold().split()) for a, b in row.cells)
        if kind not in ("item", "headline", "heading"):
            lead = places[-1]
        last_kind = kind
    headline = [place for place in places if place.sentence.block.kind == "headline"]
    in_headline = {
        place.sentence.stream[at].value.work.title: place.sentence.stream[at].value.work
        for place in headline
        for at in place.works
    }
    text = Survey(document, places, headline, in_headline, works, counts)
    if works:
        order = list(works)
        text.main = max(works, key=lambda title: (title in in_headline, counts[title], -order.index(title)))
    return text


def _place(sentence: Sentence, index: int, block: int) -> Place:
    works: list[int] = []
    dates: list[int] = []
    instalments: list[int] = []
    scopes: list[int] = []
    lists = {"work": works, "date": dates, "inst": instalments, "scope": scopes}
    for at, token in enumerate(sentence.stream):
        if token.kind:
            lists[token.kind].append(at)
    titles = frozenset(sentence.stream[at].value.work.title for at in works)
    return Place(sentence, index, block, works, dates, instalments, scopes, titles=titles)


def refers(place: Place, work: Work) -> bool:
    """Return whether a sentence names a work or refers to it by an instalment, by a pronoun, or by a word for its kind."""
    if work.title in place.titles or place.instalments:
        return True
    language = place.sentence.language
    words = language.pronouns | language.anaphors.get(work.kind.value, frozenset())
    return any(not token.kind and token.text in words for token in place.sentence.stream)


def candidates(text: Survey) -> Iterator[Candidate]:
    """Yield the first `MOST` candidates of a document: for each sentence and each work that it may refer to, with each date and without one."""
    return islice(_candidates(text), MOST)


MOST = 3_000
"""The most candidates of a document; the longest articles have some hundreds."""


def _candidates(text: Survey) -> Iterator[Candidate]:
    last: Place | None = None
    for place in text.places:
        reaches = list(_reaches(text, place, last))
        is_substantial = bool(place.sentence.cues) or place.sentence.block.kind in ("item", "row", "heading")
        for reach in reaches:
            for date in place.dates:
                yield Candidate(text, place, reach, date)
            if "named" in reach.how or (is_substantial and reach.gap <= _NEAR):
                yield Candidate(text, place, reach, None)
        if place.works:
            last = place


_NEAR = 6


def _reaches(text: Survey, place: Place, last: Place | None) -> Iterator[Reach]:
    found: dict[str, list[str]] = {}
    gaps: dict[str, int] = {}

    def reach(titles: Sequence[str], how: str, gap: int) -> None:
        for title in titles:
            ways = found.setdefault(title, [])
            if how not in ways:
                ways.append(how)
            gaps[title] = min(gaps.get(title, gap), gap)

    reach(sorted(place.titles), "named", 0)
    if last is not None:
        gap = place.index - last.index
        reach(_titles(last), "back" if last.block == place.block else "before", gap)
    if place.lead is not None:
        reach(_titles(place.lead), "lead", place.index - place.lead.index)
    if place.heading is not None and place.sentence.block.kind != "headline":
        reach(_titles(place.heading), "section", place.index - place.heading.index)
    if place.sentence.block.kind != "headline":
        reach(list(text.in_headline), "headline", place.index)
        if len(text.works) == 1:
            reach(list(text.works), "only", place.index)
        elif text.main:
            reach([text.main], "main", place.index)
    if not place.titles:
        reach(_below(text, place), "below", 1)
        reach(_quoted(text, place), "quoted", 1)
    for title in [title for title in found if "named" not in found[title]]:
        if names_sibling(place, text.works[title]):
            del found[title]
    others = 0
    for title, ways in found.items():
        if ways[0] not in ("named", "below"):
            others += 1
            if others > _REACHED:
                continue
        yield Reach(text.works[title], tuple(ways), gaps[title])


def _below(text: Survey, place: Place) -> list[str]:
    """Return the works named below a dated line without a work: in the next sentence, or in the list that it introduces."""
    if not place.dates:
        return []
    found: dict[str, None] = {}
    kind = place.sentence.block.kind
    leads = kind == "paragraph" and _is_line(place, _LEAD)
    for other in text.places[place.index + 1 : place.index + 1 + _LISTED]:
        listed = other.sentence.block.kind in ("item", "row")
        if leads and not listed and other.block != place.block and not other.dates:
            if not _is_line(other, _ENTRY):
                leads = False
            listed = leads
        if other.dates and not (listed and kind in ("headline", "heading")):
            if other.block == place.block and other.titles:
                break
            if kind not in ("headline", "heading"):
                break
        if other.sentence.block.kind == "heading" and kind != "headline":
            break
        near = other.index - place.index <= _FOLLOWING and (other.block == place.block or kind == "headline")
        if near or listed or (kind == "heading" and other.heading is place):
            found.update(dict.fromkeys(_titles(other)))
        if len(found) >= _LISTED:
            break
    return list(found)[:_LISTED]


def _is_line(place: Place, most: int) -> bool:
    """Return whether a paragraph is a line of at most `most` characters and not a sentence, as in a list whose items are paragraphs."""
    line = place.sentence.block.text.strip()
    return len(line) <= most and not line.endswith(_ENDS)


_LEAD = 40
_ENTRY = 80
_ENDS = (".", "!", "?", "…", "。", "！", "？", "।")


def _quoted(text: Survey, place: Place) -> list[str]:
    """Return the works named in a post that is quoted below the words of another post, which may be an answer to it."""
    if place.sentence.block.kind == "post" or place.block > _ABOVE:
        return []
    for other in text.places[place.index + 1 : place.index + 1 + _LISTED]:
        if other.sentence.block.kind == "post":
            return _titles(other)
        if other.block > place.block + _ABOVE:
            break
    return []


_ABOVE = 3
"""The most paragraphs above a quoted post."""


def names_sibling(place: Place, work: Work) -> bool:
    """Return whether a sentence names another work whose title begins like that of `work`: Part Two for Part Three."""
    stems = _stems(work)
    if not stems:
        return False
    stream = place.sentence.stream
    words = [word for token in stream if token.text not in _JOINTS for word in token.text.split()]
    words = [word.strip(":-–—#,") for word in words]
    for stem, rest in stems:
        size = len(stem)
        for at in range(len(words) - size):
            if tuple(words[at : at + size]) != stem:
                continue
            behind = tuple(words[at + size : at + size + len(rest)])
            if behind != rest and (_is_part(behind[0]) or behind[:1] == rest[:1]):
                return True
    return False


_JOINTS = frozenset((":", "-", "–", "—", "#", ","))
_MOST_PARTS = 10


def _is_part(word: str) -> bool:
    first = word.split(maxsplit=1)[0] if word else ""
    return first.isdigit() or first in PART_WORDS or int(ROMAN.get(first, _MOST_PARTS + 1)) <= _MOST_PARTS


@lru_cache(maxsize=4096)
def _stems(work: Work) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Return the stem and the end of each name that ends with an instalment or a number: (dune), (part, three)."""
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], None] = {}
    for name in (work.title, *work.aliases):
        words = tuple(token.text for token in tokens(name) if token.text not in _JOINTS)
        at = next((at for at in range(1, len(words)) if _is_part(words[at])), 0)
        if at and len(words) - at <= _LONGEST_END:
            found[words[:at], words[at:]] = None
    return tuple(found)


_LONGEST_END = 2
_FOLLOWING = 2
_LISTED = 24


def _titles(place: Place) -> list[str]:
    stream = place.sentence.stream
    return list(dict.fromkeys(stream[at].value.work.title for at in place.works))
