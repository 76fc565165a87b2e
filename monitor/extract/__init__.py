"""Document and works in, claims out: pure, and total on any text.

`Extractor(works)` holds the watched works; its methods never raise on what a document holds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from monitor.extract.blocks import blocks, passage
from monitor.extract.claims import Article, Draft
from monitor.extract.dates import find_dates
from monitor.extract.language import recognise
from monitor.extract.merging import merged
from monitor.extract.reading import read
from monitor.extract.works import Catalogue
from monitor.model import Claim, Document, Span, Work

__all__ = ["DateFound", "Explanation", "Extractor", "Mark"]


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


class Extractor:
    """Reads documents for what they claim about the watched works."""

    def __init__(self, works: Sequence[Work]) -> None:
        self._catalogue = Catalogue(works)

    def claims(self, document: Document) -> tuple[Claim, ...]:
        """Return the claims of `document`, each once, in reading order."""
        if not self._catalogue.might_name(document.title, document.html or document.text):
            return ()
        return self._claims(document, Article(document, read(document, self._catalogue)))

    def dates(self, document: Document) -> tuple[DateFound, ...]:
        """Return every date expression of `document`, whatever is watched, with offsets into its parts as they came in."""
        return tuple(_dates(document))

    def explain(self, document: Document) -> Explanation:
        """Return what was recognised in `document` and which rules made, or did not make, claims of it."""
        article = Article(document, read(document, self._catalogue))
        claims = self._claims(document, article)
        marks = []
        for block in article.sentences:
            for sentence in block:
                for token in sentence.stream:
                    if token.kind:
                        marks.append(
                            Mark(
                                _span(sentence.block, token.start, token.end), token.kind, _label(token.value)
                            )
                        )
                for cue in sentence.cues:
                    first, last = sentence.stream[cue.first], sentence.stream[cue.last - 1]
                    marks.append(Mark(_span(sentence.block, first.start, last.end), cue.kind, cue.rule.name))
        unclaimed = []
        for sentence, token, reason in article.unclaimed:
            when = token.value.resolve(document.published)
            found = DateFound(
                _span(sentence.block, token.start, token.end), token.value.text, str(when or "")
            )
            unclaimed.append((found, reason))
        return Explanation(tuple(marks), claims, tuple(unclaimed))

    def _claims(self, document: Document, article: Article) -> tuple[Claim, ...]:
        in_headline = {named.work.title for named in self._catalogue.find(document.title)}
        return tuple(_claim(document, draft, in_headline) for draft in merged(article.read()))


def _claim(document: Document, draft: Draft, in_headline: Collection[str]) -> Claim:
    span = _span(draft.block, draft.start, draft.end)
    rules = list(draft.rules)
    if document.title.strip() and draft.work.title not in in_headline:
        rules.append("a passing mention")
    if draft.inherited:
        rules.append("an inherited subject")
    return Claim(
        title=draft.work.title,
        event=draft.event,
        status=draft.status,
        instalment=draft.instalment,
        when=draft.when,
        certainty=draft.certainty,
        sources=tuple(draft.sources),
        scope=tuple(draft.scope),
        quote=passage(document, span.part, span.start, span.end),
        span=span,
        rules=tuple(dict.fromkeys(rules)),
        post=draft.post,
    )


def _span(block: object, start: int, end: int) -> Span:
    from monitor.extract.blocks import Block

    assert isinstance(block, Block)
    first, last = block.span(start, end)
    return Span(block.part, first, last)


def _label(value: object) -> str:
    for name in ("name", "alias", "text"):
        label = getattr(value, name, None)
        if isinstance(label, str):
            return label
    return str(value)


def _dates(document: Document) -> list[DateFound]:
    found = []
    parts = [block for block in blocks(document)]
    code = recognise(document.lang, " ".join(block.text for block in parts))
    tag = (
        document.lang
        if document.lang and document.lang.partition("-")[0].lower() == code
        else document.lang or code
    )
    for block in parts:
        for mention in find_dates(block.text, tag):
            when = mention.resolve(document.published)
            span = _span(block, mention.start, mention.end)
            found.append(DateFound(span, passage(document, span.part, span.start, span.end), str(when or "")))
    return found
