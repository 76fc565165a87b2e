"""Every claim can explain itself: what was recognised where, which rules made it, and why a date made none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.extract.blocks import Block, blocks, passage
from monitor.extract.claims import Article
from monitor.extract.dates import find_dates
from monitor.extract.language import recognise
from monitor.model import Claim, Document, Span

__all__ = ["DateFound", "Explanation", "Mark", "explained", "find_all_dates", "span_of"]


@dataclass(frozen=True)
class DateFound:
    """A date expression of a document: where it stands, its text, and its EDTF value ("" for "soon")."""

    span: Span
    text: str
    edtf: str


@dataclass(frozen=True)
class Mark:
    """Something recognised: `kind` is work, inst, date, scope or the kind of a cue; `label` what it is taken for."""

    span: Span
    kind: str
    label: str


@dataclass(frozen=True)
class Explanation:
    """Why a document yields its claims: the marks, the claims with their rules, and each date without a claim with why not."""

    marks: tuple[Mark, ...]
    claims: tuple[Claim, ...]
    unclaimed: tuple[tuple[DateFound, str], ...]


def explained(document: Document, article: Article, claims: Sequence[Claim]) -> Explanation:
    """Return the explanation of a document that was read as `article` and made `claims`."""
    unclaimed = []
    for sentence, token, reason in article.unclaimed:
        when = token.value.resolve(document.published)
        span = span_of(sentence.block, token.start, token.end)
        unclaimed.append((DateFound(span, token.value.text, str(when or "")), reason))
    return Explanation(tuple(_marks(article)), tuple(claims), tuple(unclaimed))


def find_all_dates(document: Document) -> Iterator[DateFound]:
    """Yield every date expression of a document, in reading order."""
    found = blocks(document)
    code = recognise(document.lang, " ".join(block.text for block in found))
    for block in found:
        for mention in find_dates(block.text, document.lang or code):
            when = mention.resolve(document.published)
            span = span_of(block, mention.start, mention.end)
            yield DateFound(span, passage(document, span.part, span.start, span.end), str(when or ""))


def span_of(block: Block, start: int, end: int) -> Span:
    """Return where a stretch of a block stands in its document."""
    first, last = block.span(start, end)
    return Span(block.part, first, last)


def _marks(article: Article) -> Iterator[Mark]:
    for sentence in (one for block in article.sentences for one in block):
        for token in sentence.stream:
            if token.kind:
                yield Mark(span_of(sentence.block, token.start, token.end), token.kind, _label(token.value))
        for cue in sentence.cues:
            first, last = sentence.stream[cue.first], sentence.stream[cue.last - 1]
            yield Mark(span_of(sentence.block, first.start, last.end), cue.kind, cue.rule.name)


def _label(value: object) -> str:
    labels = (getattr(value, name, None) for name in ("name", "alias", "text"))
    return next((label for label in labels if isinstance(label, str)), str(value))
