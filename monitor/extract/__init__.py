"""Document and works in, claims out: pure, and total on any text.

The way of a document: marks (what stands in the text), candidates (what could be a claim), features, scoring, decode (what is
one), and of each claim its evidence. `Extractor(works)` holds the watched works; its methods never raise on what a document holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor import __version__
from monitor.extract.adjustment import Adjustment
from monitor.extract.attribution import attribution_of, certainty_of, credits_of
from monitor.extract.blocks import passage
from monitor.extract.candidates import Survey, survey
from monitor.extract.decode import (
    CODES,
    Featured,
    Hypothesis,
    featured,
    hypotheses,
    is_inherited,
    is_passing,
    select,
)
from monitor.extract.evidence import evidence
from monitor.extract.explain import (
    DateFound,
    Explanation,
    LanguageFound,
    Mark,
    explained,
    find_all_dates,
    span_of,
)
from monitor.extract.features import Seen
from monitor.extract.marks import mark
from monitor.extract.scopes import scopes_of
from monitor.extract.scoring import UNIT, Weights, shipped
from monitor.extract.trailers import Trailer, name_of
from monitor.extract.work_index import WorkIndex
from monitor.model import Certainty, Claim, Document, Event, Post, Status, TrailerKind, Work

__all__ = ["Adjustment", "DateFound", "Explanation", "Extractor", "LanguageFound", "Mark", "claims_of"]


@dataclass(frozen=True, eq=False)
class _Read:
    """A document as it was read: its places, its candidates, what they may mean, and what was decided."""

    text: Survey
    seen: Seen
    rows: list[Featured]
    found: list[Hypothesis]
    decided: list[Hypothesis]


class Extractor:
    """Reads documents for what they claim about the watched works, with the shipped weights unless others are given.

    An `adjustment` is what the installation's verdicts add to them.
    """

    def __init__(
        self, works: Sequence[Work], weights: Weights | None = None, *, adjustment: Adjustment | None = None
    ) -> None:
        self._catalogue = WorkIndex(works)
        self._given = weights
        self._adjustment = adjustment

    @property
    def _weights(self) -> Weights:
        return self._given if self._given is not None else shipped()

    @property
    def version(self) -> str:
        """The version of the reader and of its weights, as observations keep it."""
        read = f"{__version__} {self._weights.version}".rstrip()
        return read if self._adjustment is None else f"{read} adjusted {self._adjustment.version}"

    def claims(self, document: Document, lang: str = "") -> tuple[Claim, ...]:
        """Return the claims of `document`, each once, in reading order; `lang` is what a person says that it is in."""
        if not any(self.might_claim([document])):
            return ()
        return self._claims(self._read(document, lang))

    def might_claim(self, documents: Sequence[Document]) -> list[bool]:
        """Whether each of `documents` can have claims; False is certain, and costs a small part of looking for them."""
        return self._catalogue.might_name(
            [f"{document.title}\n{document.html or document.text}" for document in documents]
        )

    def dates(self, document: Document) -> tuple[DateFound, ...]:
        """Return every date expression of `document`, whatever is watched, with offsets into its parts as they came in."""
        return tuple(find_all_dates(document))

    def explain(self, document: Document, lang: str = "") -> Explanation:
        """Return what was recognised in `document`, the evidence of its claims, and what spoke against each other date.

        `lang` is what a person says that it is in.
        """
        read = self._read(document, lang)
        claims = self._claims(read)
        return explained(read.text, read.rows, read.found, read.decided, claims, self._weights, lang)

    def _read(self, document: Document, lang: str = "") -> _Read:
        text = survey(document, mark(document, self._catalogue, lang))
        seen = Seen(text)
        rows = featured(text, seen)
        found = hypotheses(seen, rows, self._weights)
        decided = select(text, seen, found, self._weights, self._adjustment)
        return _Read(text, seen, rows, found, decided)

    def _claims(self, read: _Read) -> tuple[Claim, ...]:
        return claims_of(read.text, read.seen, read.decided, self._weights)


def claims_of(text: Survey, seen: Seen, decided: Sequence[Hypothesis], weights: Weights) -> tuple[Claim, ...]:
    """Return decided hypotheses as claims, with whose word each is and where it holds."""
    return tuple(_claim(text, seen, one, weights) for one in decided)


def _is_of_today(one: Hypothesis, document: Document) -> bool:
    """Tell whether a hypothesis is a trailer that came out on the day of its document, which then says when."""
    return (
        one.code == "tr"
        and one.when is not None
        and one.when.earliest == one.when.latest == document.published.date()
    )


def _claim(text: Survey, seen: Seen, one: Hypothesis, weights: Weights) -> Claim:
    """Return a decided hypothesis as a claim; it is `passing` when the document's headline does not name the work."""
    document = text.document
    candidate = one.best.candidate
    sentence = candidate.place.sentence
    block = sentence.block
    span = span_of(block, sentence.start, sentence.end)
    event, status = CODES[one.code]
    poster = block.author or block.handle
    told = attribution_of(seen, one.mentions, one.code, weights)
    quote = passage(document, span.part, span.start, span.end)
    trailer = (
        name_of(one.title, document.title, quote)
        if event == Event.TRAILER
        else Trailer("", TrailerKind.TRAILER)
    )
    return Claim(
        title=one.title,
        event=Event(event),
        status=Status(status),
        instalment=one.part,
        when=None if _is_of_today(one, document) else one.when,
        certainty=Certainty(certainty_of(seen, told, one.code, weights)),
        sources=tuple(credits_of(seen, told, one.code)),
        scope=tuple(scopes_of(seen, one.mentions, one.code, weights)),
        quote=quote,
        span=span,
        rules=(*evidence(one, weights), *_of_verdicts(one)),
        post=Post(poster, block.posted, block.url) if block.kind == "post" and poster else None,
        passing=is_passing(text, one),
        inherited=is_inherited(one),
        confidence=round(one.score, 3),
        trailer=trailer.name,
        trailer_kind=trailer.kind,
    )


def _of_verdicts(one: Hypothesis) -> tuple[str, ...]:
    """Return what the installation's verdicts did to a claim, as its evidence names it."""
    if not one.adjusted:
        return ()
    return (f"{'+' if one.adjusted > 0 else '−'} your verdicts: {abs(one.adjusted) / UNIT:.1f}",)
