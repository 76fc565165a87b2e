"""Split a document into blocks as a reader sees them, without the boilerplate around the article.

The number and the length of blocks are bounded (docs/decisions/0012-blocks-and-html.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from monitor.extract.block_builder import LONGEST_TEXT, Block, BlockBuilder
from monitor.extract.markup import html_blocks, is_markup, shown
from monitor.extract.post_signature import Embed, read_repost, read_signature
from monitor.model import Document

__all__ = ["Block", "blocks", "is_post", "passage"]

_LINE_END = re.compile(r"\n(?:[ \t\r]*\n)*")
_LONGEST_BLOCK = 5_000
_LEAST = 64
_PARAGRAPHS_OF_POST = 20


def blocks(document: Document) -> list[Block]:
    """Return the document's blocks in reading order, its headline first."""
    if document.html and is_markup(document.html):
        body = html_blocks(document.html, post=is_post(document))
    elif document.html:
        body = _text_blocks("html", document.html, entities=True)
    else:
        body = _text_blocks("text", document.text)
    if is_post(document):
        body = _passed_on(body)
    return list(_bounded(chain(_text_blocks("title", document.title, kind="headline"), body)))


def is_post(document: Document) -> bool:
    """Return whether a document is a post of a social network, which has no headline."""
    return not document.title.strip() and len(document.html or document.text) <= _LONGEST_POST


_LONGEST_POST = 10_000


def _passed_on(found: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks of a post; after the words by which it reposts another post, they belong to that post."""
    embed: Embed | None = None
    for block in found:
        if embed is None and (repost := read_repost(block.text)) is not None:
            embed = repost.embed
            block = _cut(block, repost.start, len(block.text))  # noqa: PLW2901 - the same block
        if embed is not None and block.embed is None:
            block.kind, block.embed = "post", embed
        if block.text:
            yield block


def _bounded(found: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks within the limits of length and number, and without repeated long blocks, so that extraction is linear."""
    room = LONGEST_TEXT
    seen: set[str] = set()
    before: list[Block] = []
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


def _pieces(block: Block) -> Iterator[Block]:
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
        yield _cut(block, start, end)
        start = end


def _cut(block: Block, start: int, end: int) -> Block:
    piece = replace(block, text=block.text[start:end], at=block.at[start:end], titles=[], cells=[])
    piece.titles = [
        (first - start, last - start) for first, last in block.titles if start <= first and last <= end
    ]
    return piece


def passage(document: Document, part: str, start: int, end: int) -> str:
    """Return a slice of the document as shown: for HTML without tags, with a space for each tag that separates words, and with entities resolved."""
    if part == "html":
        return shown(document.html[start:end])
    source = document.title if part == "title" else document.text
    return source[start:end]


def _sign(block: Block, before: Sequence[Block]) -> None:
    """Remove the signature from the end of an embedded post and store its author and time."""
    if block.kind in ("headline", "heading", "row"):
        return
    signature = read_signature(block.text)
    if signature is None:
        return
    embed = block.embed or Embed()
    embed.sign(signature)
    block.text = block.text[: signature.start].rstrip()
    block.at = block.at[: len(block.text)]
    for spans in (block.titles, block.cells):
        spans[:] = [span for span in spans if span[1] <= len(block.text)]
    # A signature in a block of its own belongs to the block before it.
    for one in [block] if block.text else before:
        if one.kind in ("quote", "paragraph", "post") and one.embed in (None, embed):
            one.kind, one.embed = "post", embed


def _text_blocks(part: str, text: str, kind: str = "paragraph", *, entities: bool = False) -> Iterator[Block]:
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
