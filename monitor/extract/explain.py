"""Explain a document: what was recognised, its claims with their evidence, and why each other date has no claim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from monitor.extract.candidates import Survey
from monitor.extract.dates import find_dates
from monitor.extract.decode import Featured, Hypothesis
from monitor.extract.evidence import against
from monitor.extract.recognition import Recognised, deciding_words, passages
from monitor.extract.scoring import Weights
from monitor.model import Claim, Span, StructuredDocument

__all__ = ["DateFound", "Explanation", "LanguageFound", "MarkFound", "explained", "find_all_dates"]


@dataclass(frozen=True)
class DateFound:
    """A date expression of a document: its span, its text, and its EDTF value ("" for "soon")."""

    span: Span
    text: str
    edtf: str


@dataclass(frozen=True)
class MarkFound:
    """A recognised span: `kind` is work, inst, date, scope or the kind of a cue; `label` is its meaning."""

    span: Span
    kind: str
    label: str


@dataclass(frozen=True)
class LanguageFound:
    """The language of a document, or of a passage in another language: its tag, and how it was recognised.

    `how` is configured, declared, script, words or unsure, `words` are those that decided. For the document `span` is None.
    """

    span: Span | None
    lang: str
    how: str
    words: tuple[str, ...] = ()
    text: str = ""
    """The passage as shown."""


@dataclass(frozen=True)
class Explanation:
    """The explanation of a document: the marks, the claims with their evidence, and each other date with the reasons against it.

    `languages` are the document's and then, in reading order, those of the passages in another language.
    """

    marks: tuple[MarkFound, ...]
    claims: tuple[Claim, ...]
    unclaimed: tuple[tuple[DateFound, str], ...]
    languages: tuple[LanguageFound, ...]


def explained(
    read: StructuredDocument,
    text: Survey,
    rows: Sequence[Featured],
    found: Sequence[Hypothesis],
    decided: Sequence[Hypothesis],
    claims: Sequence[Claim],
    weights: Weights,
    lang: str = "",
) -> Explanation:
    """Return the explanation of a document, surveyed as `text`: `rows` are its candidates, `found` its hypotheses, `decided` those that are claims.

    `lang` is its configured language.
    """
    claimed = {
        (mention.candidate.place.index, mention.candidate.date)
        for one in decided
        for mention in one.mentions
        if mention.reading is not None and mention.reading.when == one.when
    }
    likeliest: dict[tuple[int, int], Featured] = {}
    head = weights["dated"]
    none = head.classes.index("none")
    for row in rows:
        if row.candidate.date is not None:
            key = row.candidate.place.index, row.candidate.date
            if (
                key not in likeliest
                or head.sums(row.features)[none] < head.sums(likeliest[key].features)[none]
            ):
                likeliest[key] = row
    unclaimed = []
    for place in text.places:
        for at in place.dates:
            if (place.index, at) in claimed:
                continue
            token = place.sentence.stream[at]
            when = token.value.resolve(text.document.published)
            span = place.sentence.block.place(token.start, token.end)
            reason = (
                "it names no period"
                if when is None
                else against(likeliest.get((place.index, at)), weights, found)
            )
            unclaimed.append((DateFound(span, token.value.text, str(when or "")), reason))
    return Explanation(tuple(_marks(text)), tuple(claims), tuple(unclaimed), tuple(_languages(read, lang)))


def _languages(read: StructuredDocument, lang: str) -> Iterator[LanguageFound]:
    """Yield the language of a document, and each run of blocks in another one."""
    found, declared = read.blocks, read.document.lang
    whole, languages = passages(found, declared, lang)
    yield _in_language(None, whole, [block.text for block in found], declared, lang)
    told_blocks = zip(found, languages, strict=True)
    for (part, one), run in groupby(told_blocks, key=lambda pair: (pair[0].part, pair[1])):
        if one.code != whole.code:
            passage_blocks = [block for block, _ in run]
            first, last = passage_blocks[0], passage_blocks[-1]
            span = Span(part, first.span(0, 1)[0], last.span(0, len(last.text))[1])
            of_passage = _in_language(span, one, [block.text for block in passage_blocks], first.lang)
            yield replace(
                of_passage, text=" ".join(block.shown(0, len(block.text)) for block in passage_blocks)
            )


def _in_language(span: Span | None, one: Recognised, texts: Sequence[str], *declared: str) -> LanguageFound:
    words = deciding_words(" ".join(texts), one.code) if one.how == "words" else ()
    return LanguageFound(span, one.tag(*reversed(declared)), one.how, words)


def find_all_dates(read: StructuredDocument) -> Iterator[DateFound]:
    """Yield every date expression of a document, in reading order."""
    declared = read.document.lang
    _, languages = passages(read.blocks, declared)
    for block, one in zip(read.blocks, languages, strict=True):
        for mention in find_dates(block.text, one.tag(block.lang, declared)):
            when = mention.resolve(read.document.published)
            span = block.place(mention.start, mention.end)
            yield DateFound(span, block.shown(mention.start, mention.end), str(when or ""))


def _marks(text: Survey) -> Iterator[MarkFound]:
    for place in text.places:
        sentence = place.sentence
        for token in sentence.stream:
            if token.kind:
                yield MarkFound(sentence.block.place(token.start, token.end), token.kind, _label(token.value))
        for cue in sentence.cues:
            first, last = sentence.stream[cue.first], sentence.stream[cue.last - 1]
            yield MarkFound(sentence.block.place(first.start, last.end), cue.kind, cue.rule.name)


def _label(value: object) -> str:
    labels = (getattr(value, name, None) for name in ("name", "alias", "text"))
    return next((label for label in labels if isinstance(label, str)), str(value))
