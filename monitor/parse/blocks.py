"""Split a document into typed blocks as a reader sees them, without the boilerplate around the article.

The number and the length of blocks are bounded (docs/decisions/0012-blocks-and-html.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from monitor.model import Block, BlockKind, Document, StructuredDocument
from monitor.parse.block_builder import LONGEST_TEXT, BlockBuilder, BlockDraft
from monitor.parse.markup import has_tags, html_blocks
from monitor.parse.post_signature import EmbedDraft, read_repost, read_signature

__all__ = ["blocks_as_written", "structured"]

_LINE_END = re.compile(r"\n(?:[ \t\r]*\n)*")
_LONGEST_BLOCK = 5_000
_LEAST = 64
_PARAGRAPHS_OF_POST = 20


def structured(document: Document) -> StructuredDocument:
    """Return the document with its blocks in reading order, its headline first; total, and linear in its length.

    What extraction need not see is left out: long blocks that are repeated, what is beyond the limits of length and number, and the
    signatures of embedded posts, whose authors the blocks name.
    """
    body = _body(document)
    if document.is_post:
        body = _passed_on(body)
    drafts = list(_bounded(chain(_text_blocks("title", document.title, kind="headline"), body)))
    return StructuredDocument(document, tuple([draft.finished() for draft in drafts]))


def blocks_as_written(document: Document) -> list[Block]:
    """Return all blocks of the document's body, with signatures and repetitions, for a view of it."""
    return [draft.finished() for draft in _body(document)]


def _body(document: Document) -> Iterator[BlockDraft]:
    if document.html and has_tags(document.html):
        return html_blocks(document.html, post=document.is_post)
    if document.html:
        return _text_blocks("html", document.html, entities=True)
    return _text_blocks("text", document.text)


def _passed_on(found: Iterable[BlockDraft]) -> Iterator[BlockDraft]:
    """Yield the blocks of a post; after the words by which it reposts another post, they belong to that post."""
    embed: EmbedDraft | None = None
    for block in found:
        if embed is None and (repost := read_repost(block.text)) is not None:
            embed = repost.embed
            block = block.cut(repost.start, len(block.text))  # noqa: PLW2901 - the same block
        if embed is not None and block.embed is None:
            block.kind, block.embed = "post", embed
        if block.text:
            yield block


def _bounded(found: Iterable[BlockDraft]) -> Iterator[BlockDraft]:
    """Yield blocks within the limits of length and number, and without repeated long blocks, so that extraction is linear."""
    room = LONGEST_TEXT
    seen: set[str] = set()
    before: list[BlockDraft] = []
    for block in found:
        _sign(block, before)
        if not block.text:
            continue
        for piece in _pieces(block):
            if room <= 0:
                return
            if len(piece.text) > 40 and piece.kind != "headline":
                if piece.text in seen:
                    continue
                seen.add(piece.text)
            # The cost of the shortest block, in characters.
            room -= max(len(piece.text), _LEAST)
            quoted = piece.kind == "quote" and before and before[-1].kind == "quote"
            before = [*before[-_PARAGRAPHS_OF_POST:], piece] if quoted else [piece]
            yield piece


def _pieces(block: BlockDraft) -> Iterator[BlockDraft]:
    if len(block.text) <= _LONGEST_BLOCK:
        yield block
        return
    start = 0
    while start < len(block.text):
        end = min(start + _LONGEST_BLOCK, len(block.text))
        if end < len(block.text):
            stop = block.text.rfind(". ", start + _LONGEST_BLOCK // 2, end)
            end = (
                stop + 2
                if stop > 0
                else max(block.text.rfind(" ", start + _LONGEST_BLOCK // 2, end) + 1, 0) or end
            )
        yield block.cut(start, end)
        start = end


def _sign(block: BlockDraft, before: Sequence[BlockDraft]) -> None:
    """Remove the signature from the end of an embedded post and store its author and time."""
    if block.kind in ("headline", "heading", "row"):
        return
    signature = read_signature(block.text)
    if signature is None:
        return
    embed = block.embed or EmbedDraft()
    embed.sign(signature)
    block.text = block.text[: signature.start].rstrip()
    block.cells = [cell for cell in block.cells if cell[1] <= len(block.text)]
    # A signature in a block of its own belongs to the block before it.
    for one in [block] if block.text else before:
        if one.kind in ("quote", "paragraph", "post") and one.embed in (None, embed):
            one.kind, one.embed = "post", embed


def _text_blocks(
    part: str, text: str, kind: BlockKind = "paragraph", *, entities: bool = False
) -> Iterator[BlockDraft]:
    """Yield each line as a block; a short line by itself without a full stop is a heading."""
    start = 0
    previous_blank = True
    lines: list[tuple[int, int, bool, bool]] = []
    for gap in _LINE_END.finditer(text + "\n"):
        blank_after = gap[0].count("\n") > 1 or gap.end() > len(text)
        if text[start : gap.start()].strip():
            lines.append((start, gap.start(), previous_blank, blank_after))
            previous_blank = blank_after
        else:
            previous_blank = True
        start = gap.end()
    for first, last, blank_before, blank_after in lines:
        builder = BlockBuilder(part, kind)
        builder.add(text[first:last], first, collapse=False, entities=entities)
        block = builder.block()
        if block is None:
            continue
        if kind == "paragraph" and blank_before and blank_after and _is_heading(block.text):
            block.kind = "heading"
        elif kind == "paragraph" and block.text[:1] in "-•*►–·" and len(block.text) > 1:
            block.kind = "item"
        yield block


def _is_heading(text: str) -> bool:
    stripped = text.rstrip("\"'”’»)")
    return (
        len(text) <= 110
        and (
            stripped.endswith(("?", "？"))
            or not stripped.endswith((".", "!", "…", ":", ",", "。", "！", ";"))
        )
        and text[:1] not in "“\"'#@►"
    )
