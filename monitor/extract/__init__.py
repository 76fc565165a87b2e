"""Extract the claims of a document about watched works from its typed blocks; pure, and total on any text.

The stages are: marks (recognise entities in the text), candidates (possible claims), features, scoring, decode (choose the
claims), and evidence. `Extractor(works)` holds the watched works; its methods never raise, whatever a document contains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor import __version__
from monitor.extract.adjustment import Adjustment
from monitor.extract.attribution import attribution_of, certainty_of, credits_of
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
    MarkFound,
    explained,
    find_all_dates,
)
from monitor.extract.features import Seen
from monitor.extract.forms import by_form
from monitor.extract.marks import mark
from monitor.extract.scopes import scopes_of
from monitor.extract.scoring import UNIT, Weights, shipped
from monitor.extract.trailers import Trailer, name_of
from monitor.extract.work_index import WorkIndex
from monitor.extract.zones import at_home
from monitor.model import (
    Certainty,
    Claim,
    Document,
    Event,
    Post,
    Status,
    StructuredDocument,
    TrailerKind,
    Work,
)

__all__ = ["Adjustment", "DateFound", "Explanation", "Extractor", "LanguageFound", "MarkFound", "claims_of"]


@dataclass(frozen=True, eq=False)
class _Read:
    """The intermediate results for a document: its places, its candidates with features, their hypotheses, and the chosen ones."""

    text: Survey
    seen: Seen
    rows: list[Featured]
    found: list[Hypothesis]
    decided: list[Hypothesis]


class Extractor:
    """Extracts what documents claim about the watched works, with the shipped weights unless others are given.

    An `adjustment` holds what the installation's verdicts add to the scores.
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
        """Return the version of the extractor and of its weights, which observations record."""
        read = f"{__version__} {self._weights.version}".rstrip()
        return read if self._adjustment is None else f"{read} adjusted {self._adjustment.version}"

    def might_claim(self, documents: Sequence[Document]) -> list[bool]:
        """Return for each of `documents` whether it can have claims; False is certain, and costs a small part of an extraction.

        Their blocks are not needed: most documents name no watched work.
        """
        return self._catalogue.might_name(
            [f"{document.title}\n{document.html or document.text}" for document in documents]
        )

    def claims(self, structured: StructuredDocument, lang: str = "") -> tuple[Claim, ...]:
        """Return the claims of a document, each once, in reading order; `lang` is its configured language."""
        return self._claims(self._read(_at_home(structured), lang))

    def dates(self, structured: StructuredDocument) -> tuple[DateFound, ...]:
        """Return every date expression of a document, whatever is watched, with offsets into its original parts."""
        return tuple(find_all_dates(_at_home(structured)))

    def explain(self, structured: StructuredDocument, lang: str = "") -> Explanation:
        """Return what was recognised in a document, the evidence of its claims, and the reasons against each other date.

        `lang` is its configured language.
        """
        structured = _at_home(structured)
        read = self._read(structured, lang)
        claims = self._claims(read)
        return explained(
            structured, read.text, read.rows, read.found, read.decided, claims, self._weights, lang
        )

    def _read(self, structured: StructuredDocument, lang: str) -> _Read:
        text = survey(structured.document, mark(structured, self._catalogue, lang))
        seen = Seen(text)
        rows = featured(text, seen)
        found = hypotheses(seen, rows, self._weights)
        decided = select(text, seen, found, self._weights, self._adjustment)
        return _Read(text, seen, rows, found, decided)

    def _claims(self, read: _Read) -> tuple[Claim, ...]:
        return by_form(read.text.document, claims_of(read.text, read.seen, read.decided, self._weights))


def _at_home(structured: StructuredDocument) -> StructuredDocument:
    """Return a document with its time on its writer's clock."""
    document = structured.document
    return structured._replace(document=at_home(document, is_post=document.is_post))


def claims_of(text: Survey, seen: Seen, decided: Sequence[Hypothesis], weights: Weights) -> tuple[Claim, ...]:
    """Return the chosen hypotheses as claims, with their attribution and scope."""
    return tuple(_claim(text, seen, one, weights) for one in decided)


def _is_of_today(one: Hypothesis, document: Document) -> bool:
    """Return whether a hypothesis is a trailer that came out on the day of its document, whose time then dates it."""
    return (
        one.code == "tr"
        and one.when is not None
        and one.when.earliest == one.when.latest == document.published.date()
    )


def _claim(text: Survey, seen: Seen, one: Hypothesis, weights: Weights) -> Claim:
    """Return a chosen hypothesis as a claim; it is `passing` when the document's headline does not name the work."""
    document = text.document
    candidate = one.best.candidate
    sentence = candidate.place.sentence
    block = sentence.block
    span = block.place(sentence.start, sentence.end)
    event, status = CODES[one.code]
    poster = block.author or block.handle
    told = attribution_of(seen, one.mentions, one.code, weights)
    quote = block.shown(sentence.start, sentence.end)
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
    """Return the effect of the installation's verdicts on a claim, as a line of its evidence."""
    if not one.adjusted:
        return ()
    return (f"{'+' if one.adjusted > 0 else '−'} your verdicts: {abs(one.adjusted) / UNIT:.1f}",)
