"""Show the text of a stored document as its typed blocks, and a quote as a passage with its context."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.model import Block, Claim, Document, Span
from monitor.parse import blocks_as_written
from monitor.review.views import Passage

__all__ = ["PartText", "part_texts", "passage"]

_CONTEXT = 240
"""The characters of context on each side of a quote."""


@dataclass(frozen=True)
class PartText:
    """The text of the title or the body of a document as a person reads it; `part` is the part that spans refer to.

    The text of markup is that of its blocks, each on a line of its own; any other text is as it is.
    """

    part: str
    text: str
    blocks: Sequence[Block] = ()

    def covered(self, span: Span) -> tuple[int, int]:
        """Return the characters of `text` that `span`, of the same part, covers."""
        if self.part != "html":
            return span.start, span.end
        return self._position(span.start), self._position(span.end)

    def _position(self, offset: int) -> int:
        """Return the position of the first character at or behind an offset of the source."""
        start = 0
        for block in self.blocks:
            length = len(block.text)
            if offset <= block.offsets.offset(length - 1):
                return start + block.offsets.position(offset, length)
            if offset <= block.offsets.end(length - 1):
                return start + length
            start += length + 1
        return len(self.text)


def part_texts(document: Document, blocks: Iterable[Block] | None = None) -> list[PartText]:
    """Return the texts of the parts of `document` that have any, its title first.

    `blocks` are those to show where they are known already; else all are shown, as they are written.
    """
    found = [PartText("title", document.title)]
    if document.html:
        known = blocks_as_written(document) if blocks is None else blocks
        blocks = [block for block in known if block.part == "html"]
        found.append(PartText("html", "\n".join(block.text for block in blocks), blocks))
    else:
        found.append(PartText("text", document.text))
    return [one for one in found if one.text]


def passage(document: Document | None, claim: Claim, lang: str = "") -> Passage:
    """Return the quote of `claim` in its context in `document`; the quote alone where the document or its position is not known."""
    span = claim.span
    if document is None or span is None:
        return Passage(quote=claim.quote, lang=lang)
    shown = (
        PartText("title", document.title)
        if span.part == "title"
        else next((one for one in part_texts(document) if one.part == span.part), PartText(span.part, ""))
    )
    text = shown.text
    first, last = shown.covered(span)
    if not text[first:last]:
        return Passage(quote=claim.quote, lang=lang)
    start, end = max(0, first - _CONTEXT), min(len(text), last + _CONTEXT)
    return Passage(
        before=text[start:first],
        quote=text[first:last],
        after=text[last:end],
        is_cut_before=start > 0,
        is_cut_after=end < len(text),
        lang=lang,
    )
