"""Define the typed blocks of a document: runs of text that a reader sees as one, with their places in the source.

Blocks are found once, by `monitor.parse`; extraction, explanations and views of a document use them and see no markup.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from monitor.model.claim import Span
from monitor.model.document import Document

__all__ = ["Block", "BlockKind", "Embed", "SourceOffsets", "StructuredDocument"]

BlockKind = Literal[
    "headline", "heading", "paragraph", "item", "row", "caption", "quote", "post", "card", "alt", "link"
]
"""The kinds of blocks. In a post, `card` is the title or description of a linked page, and `alt` the description of a picture;
elsewhere a block that is only a link is of the kind `link`, and no part of the text."""

_NONE: Mapping[int, int] = {}


class SourceOffsets(NamedTuple):
    """The places of the characters of a text in its source, as runs of characters that follow each other in both.

    A run begins at the position `starts[i]` of the text and at the offset `offsets[i]` of the source; both rise, except that the
    characters of one entity have the same offset. `ends` has the end in the source of each character that an entity stands for.
    """

    starts: Sequence[int]
    offsets: Sequence[int]
    ends: Mapping[int, int] = _NONE

    def offset(self, position: int) -> int:
        """Return the offset in the source of the character at `position`."""
        run = bisect_right(self.starts, position) - 1
        return self.offsets[run] + position - self.starts[run]

    def end(self, position: int) -> int:
        """Return the offset in the source behind the character at `position`."""
        end = self.ends.get(position) if self.ends else None
        return self.offset(position) + 1 if end is None else end

    def position(self, offset: int, length: int) -> int:
        """Return the position of the first character at or behind `offset`, `length` (of the text) where there is none."""
        run = bisect_left(self.offsets, offset)
        following = self.starts[run] if run < len(self.starts) else length
        if not run:
            return 0
        return min(self.starts[run - 1] + offset - self.offsets[run - 1], following, length)

    def cut(self, start: int, end: int) -> SourceOffsets:
        """Return the places of the characters from `start` to `end`."""
        first, last = bisect_right(self.starts, start) - 1, bisect_left(self.starts, end)
        starts = [max(0, one - start) for one in self.starts[first:last]]
        offsets = [self.offset(start), *self.offsets[first + 1 : last]]
        ends = {at - start: to for at, to in self.ends.items() if start <= at < end} if self.ends else _NONE
        return SourceOffsets(starts, offsets, ends)


class Embed(NamedTuple):
    """An embedded post: fields are "" or None where the document does not give them."""

    author: str = ""
    handle: str = ""
    at: datetime | None = None
    url: str = ""


class Block(NamedTuple):
    """A run of text that a reader sees as one, in the `part` of the document that its offsets refer to: title, html or text.

    `text` has single spaces for white space and no invisible characters. `cells` are the spans of the cells of a row, `level` is that of a heading
    (1 to 6, 0 where it has none), `lang` the language that the markup declares for it.
    `unseen` are the invisible characters of the source: where they stand in `text`, and how many of its characters stand for them.
    """

    part: str
    kind: BlockKind
    text: str
    offsets: SourceOffsets
    cells: Sequence[tuple[int, int]] = ()
    level: int = 0
    lang: str = ""
    embed: Embed | None = None
    unseen: Sequence[tuple[int, str, int]] = ()
    unmasked: str = ""
    """The same as `text` with its addresses, where they are masked in `text`; else ""."""

    @property
    def author(self) -> str:
        """Return the author of the embedded post that the block belongs to, "" for none."""
        return self.embed.author if self.embed else ""

    @property
    def handle(self) -> str:
        """Return the handle of that author, "" for none."""
        return self.embed.handle if self.embed else ""

    @property
    def posted(self) -> datetime | None:
        """Return the time of the embedded post, to which its relative dates refer; None when it is not known."""
        return self.embed.at if self.embed else None

    @property
    def url(self) -> str:
        """Return the address of the embedded post, "" for none."""
        return self.embed.url if self.embed else ""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the document's part of the characters from `start` to `end`, which is exclusive in both."""
        return self.offsets.offset(start), self.offsets.end(end - 1)

    def place(self, start: int, end: int) -> Span:
        """Return the span in the document of the characters from `start` to `end`."""
        return Span(self.part, *self.span(start, end))

    def shown(self, start: int, end: int) -> str:
        """Return the words from `start` to `end` as the source has them, with invisible characters; those of markup on one line."""
        text = self.unmasked or self.text
        pieces = []
        last = start
        for at, char, length in self.unseen:
            if start < at < end:
                pieces += [text[last:at], char]
                last = at + length
        pieces.append(text[last:end])
        words = "".join(pieces)
        return " ".join(words.split()) if self.part == "html" else words

    def masked(self, text: str) -> Block:
        """Return the block with `text`, of the same length, in which addresses are masked."""
        return self if text == self.text else self._replace(text=text, unmasked=self.text)


class StructuredDocument(NamedTuple):
    """A document and its blocks in reading order, its headline first."""

    document: Document
    blocks: tuple[Block, ...]
