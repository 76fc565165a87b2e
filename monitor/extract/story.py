"""What a whole document is about decides how its sentences are read: its subject, whose word it is, how it says it knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from monitor.extract.credits import find_credits, outlets_of
from monitor.extract.fold import fold
from monitor.extract.happenings import is_official
from monitor.extract.sentence import Sentence
from monitor.extract.subjects import Subject, listed_with, owner_of, owners, subjects_named
from monitor.extract.works import Named
from monitor.model import Document, WorkKind

__all__ = ["Story", "survey"]


@dataclass
class Story:
    """What the headline and the lead tell of the whole document.

    `subjects` is what the headline is about (one subject, or none where it names several or none), `makers_voice` that
    the document is its maker's own word, `hearsay` that its lead speaks of a leak or a rumour, `lead_credit` who is
    credited there with a list of dates, for the works of `lead_works`. `is_calendar` tells that the headline speaks of
    films, games or dates at large, so that a line may just name a work and its day. `brand` is the name that stands for "the company",
    `only_season` the one season that the text speaks of, `outlets` the folded names that it shows to be of the press, `others` those that have instalments
    and are not watched.
    """

    sentences: Sequence[Sequence[Sentence]]
    subjects: list[Subject] = field(default_factory=list)
    lead: Sentence | None = None
    makers_voice: bool = False
    hearsay: bool = False
    lead_credit: list[str] = field(default_factory=list)
    lead_works: frozenset[str] = frozenset()
    brand: str = ""
    only_season: str = ""
    is_roundup: bool = False
    is_calendar: bool = False
    outlets: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    def is_of_others(self, sentence: Sentence) -> bool:
        """Tell whether the sentence is about a name that has instalments of its own, and names no watched work."""
        if not self.others or any(token.kind == "work" for token in sentence.stream):
            return False
        text = fold(sentence.text)
        return any(name in text for name in self.others)

    def content_of(self, sentence: Sentence, name: Named) -> str | None:
        """Return the DLC or the edition that a watched alias stands for, None when it is the work itself."""
        language, kind = sentence.language, name.work.kind
        if name.own and kind is WorkKind.GAME and self._words() & language.dlc_bare:
            return f"dlc: {name.alias}"
        if name.extra and kind in (WorkKind.GAME, WorkKind.OTHER, WorkKind.BOOK):
            if self._words() & language.dlc_bare:
                return f"dlc: {name.extra}"
            if self._words() & language.editions:
                return f"edition: {name.extra}"
        return None

    def contents_of(self, sentence: Sentence, name: Named) -> list[str]:
        """Return the DLC that are watched as aliases of a game, where the sentence speaks of its DLC at large."""
        if name.work.kind is not WorkKind.GAME or name.alias != name.work.title:
            return []
        if not {token.text for token in sentence.stream} & sentence.language.dlc_bare:
            return []
        return sorted(
            {other.alias for other in _named(self.sentences) if other.work == name.work and other.own}
        )

    def _words(self) -> set[str]:
        return set(fold(" ".join(one.text for block in self.sentences for one in block)).split())


def survey(document: Document, sentences: Sequence[Sequence[Sentence]]) -> Story:
    """Return what the document as a whole is about."""
    story = Story(sentences)
    headline = [one for block in sentences[:1] for one in block if one.block.kind == "headline"]
    body = [one for block in sentences for one in block if one.block.kind != "headline"]
    lead = [*headline, *body[:2]]
    story.subjects = _main_subjects(document, headline, body)
    story.lead = next(iter(body), None)
    story.brand = next((name for sentence in headline for name in owners(sentence)), "")
    story.hearsay = any(
        cue.kind == "hedge" and cue.get("strong") for sentence in lead for cue in sentence.cues
    )
    story.lead_works = frozenset(name.work.title for name in _named([lead]))
    if len({name.work.title for name in _named(sentences)}) > 1:
        story.lead_credit = _credited_with_dates(lead)
    story.makers_voice = document.official or _is_trailer_entry(headline, body)
    story.only_season = _only_season(sentences)
    story.outlets = frozenset(
        name for block in sentences for sentence in block for name in outlets_of(sentence)
    )
    story.others = frozenset(
        owner_of(sentence, at)
        for block in sentences
        for sentence in block
        for at, token in enumerate(sentence.stream)
        if token.kind == "inst"
    ) - {""}
    story.is_calendar = any(
        {token.text for token in sentence.stream} & sentence.language.listings for sentence in headline
    )
    story.is_roundup = _is_roundup([one for block in sentences[:2] for one in block])
    return story


def _main_subjects(
    document: Document, headline: Sequence[Sentence], body: Sequence[Sentence]
) -> list[Subject]:
    found = [subject for sentence in headline for subject in subjects_named(sentence)]
    if not found and not document.title.strip():
        found = next((named[:1] for named in map(subjects_named, body) if named), [])
    if len({subject.work.title for subject in found}) > 1:
        return [] if any(_lists_works(sentence) for sentence in headline) else found[:1]
    if not found:
        return []
    main = next((subject for subject in found if subject.instalment), found[0])
    named = {token.value.name for sentence in headline for token in sentence.stream if token.kind == "inst"}
    if main.instalment is None and len(named) == 1:
        main = replace(main, instalment=next(iter(named)))
    return [main]


def _lists_works(sentence: Sentence) -> bool:
    return any(
        len(listed_with(sentence, at)) > 2 for at, one in enumerate(sentence.stream) if one.kind == "work"
    )


def _credited_with_dates(lead: Sequence[Sentence]) -> list[str]:
    """Return the makers whom the lead credits with games, films, dates in the plural."""
    found: list[str] = []
    for sentence in lead:
        if {token.text for token in sentence.stream} & sentence.language.listings:
            found.extend(credit.name for credit in find_credits(sentence) if credit.voice == "maker")
    return list(dict.fromkeys(found))


def _is_trailer_entry(headline: Sequence[Sentence], body: Sequence[Sentence]) -> bool:
    """Tell a video entry named "… – Official Trailer", or whose text calls its trailer, clip or spot official."""
    return any(
        cue.kind in ("trailer", "clip")
        and is_official(sentence, cue)
        and (sentence in headline or cue.first <= 6)
        for sentence in [*headline, *body[:1]]
        for cue in sentence.cues
    )


def _is_roundup(opening: Sequence[Sentence]) -> bool:
    """Tell a list of trailers, a line for each: its headline or lead speaks of trailers, of none in particular."""
    return any(
        cue.kind == "trailer"
        and sentence.stream[cue.last - 1].text.endswith("s")
        and not subjects_named(sentence)
        for sentence in opening
        for cue in sentence.cues
    )


def _only_season(sentences: Sequence[Sequence[Sentence]]) -> str:
    seasons = {
        token.value.name
        for block in sentences
        for sentence in block
        for token in sentence.stream
        if token.kind == "inst" and token.value.unit == "season" and " part " not in token.value.name
    }
    return str(next(iter(seasons))) if len(seasons) == 1 else ""


def _named(sentences: Sequence[Sequence[Sentence]]) -> Iterator[Named]:
    return (
        token.value for block in sentences for one in block for token in one.stream if token.kind == "work"
    )
