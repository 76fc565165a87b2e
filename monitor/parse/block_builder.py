"""Build a block from pieces of a document, keeping the place of every character in the source."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from monitor.model import Block, BlockKind, SourceOffsets
from monitor.model.invisible import format_characters, parts_words
from monitor.parse.post_signature import EmbedDraft

__all__ = ["LONGEST_TEXT", "BlockBuilder", "BlockDraft"]

LONGEST_TEXT = 100_000
"""The most characters of a document that are read; no article is longer."""

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_UNEVEN = re.compile(r"[^\S ]|  ")


@dataclass(eq=False)
class BlockDraft:
    """A block whose kind and author may still change: by what follows it, or by a signature behind it.

    `links` and `strong` are the numbers of its characters in links and in bold, `tag` is the HTML element that begins it.
    The other fields are those of :class:`monitor.model.Block`.
    """

    part: str
    kind: BlockKind
    text: str
    offsets: SourceOffsets
    cells: list[tuple[int, int]] = field(default_factory=list)
    unseen: list[tuple[int, str, int]] = field(default_factory=list)
    links: int = 0
    level: int = 0
    lang: str = ""
    strong: int = 0
    tag: str = ""
    embed: EmbedDraft | None = None

    def cut(self, start: int, end: int) -> BlockDraft:
        """Return the part of the block from `start` to `end`, without cells."""
        return BlockDraft(
            part=self.part,
            kind=self.kind,
            text=self.text[start:end],
            offsets=self.offsets.cut(start, end) if start < end else SourceOffsets((), ()),
            unseen=[(at - start, char, length) for at, char, length in self.unseen if start < at < end],
            level=self.level,
            lang=self.lang,
            tag=self.tag,
            embed=self.embed,
        )

    def finished(self) -> Block:
        """Return the block as it is now."""
        return Block(
            self.part,
            self.kind,
            self.text,
            self.offsets,
            self.cells,
            self.level,
            self.lang,
            None if self.embed is None else self.embed.finished(),
            self.unseen,
        )


class BlockBuilder:
    """A block under construction: text is added piece by piece, blanks are collapsed, and each character keeps its offset."""

    def __init__(
        self,
        part: str,
        kind: BlockKind,
        *,
        lang: str = "",
        level: int = 0,
        embed: EmbedDraft | None = None,
        tag: str = "",
    ) -> None:
        self._head = (part, kind, lang, level, embed, tag)
        self._chunks: list[str] = []
        self._length = 0
        self._space = True
        self._starts: list[int] = []
        self._offsets: list[int] = []
        self._ends: dict[int, int] = {}
        self._following = -1
        self._unseen: list[tuple[int, str, int]] = []
        self._just_unseen = "", 0
        self._cells: list[tuple[int, int]] = []
        self._strong = self._links = 0

    def __len__(self) -> int:
        return self._length

    def add(self, chunk: str, offset: int, *, collapse: bool = True, entities: bool = True) -> None:
        """Add a piece of the document that begins at `offset`, with entities resolved and runs of blanks collapsed to one."""
        last = 0
        if entities and "&" in chunk:
            for entity in _ENTITY.finditer(chunk):
                chars = html.unescape(entity[0])
                if chars == entity[0]:
                    continue
                self._plain(chunk[last : entity.start()], offset + last, collapse)
                for char in chars:
                    before = self._length
                    self._plain(char, offset + entity.start(), collapse)
                    if self._length > before:
                        self._ends[self._length - 1] = offset + entity.end()
                last = entity.end()
        self._plain(chunk[last:], offset + last, collapse)

    def _plain(self, chunk: str, offset: int, collapse: bool) -> None:
        if not collapse:
            self._take(chunk, offset)
            return
        if _UNEVEN.search(chunk) is None and not format_characters(chunk):
            if self._space and chunk[:1] == " ":
                chunk, offset = chunk[1:], offset + 1
            if chunk:
                self._put(chunk, offset)
                self._space = chunk[-1] == " "
            return
        last = 0
        for gap in _SPACE.finditer(chunk):
            self._take(chunk[last : gap.start()], offset + last)
            if not self._space:
                self._take(" ", offset + gap.start())
                self._space = True
            last = gap.end()
        self._take(chunk[last:], offset + last)

    def _take(self, chunk: str, offset: int) -> None:
        unseen = format_characters(chunk)
        if not unseen:
            self._put(chunk, offset)
            return
        last = 0
        for at in unseen:
            self._put(chunk[last:at], offset + last)
            self._unseen.append((self._length, chunk[at], 0))
            self._just_unseen = chunk[at], offset + at
            last = at + 1
        self._put(chunk[last:], offset + last)

    def _put(self, chunk: str, offset: int) -> None:
        # Beyond the limit of a document nothing is read.
        chunk = chunk[: max(0, LONGEST_TEXT - self._length)]
        if not chunk:
            return
        unseen, at = self._just_unseen
        if unseen:
            self._just_unseen = "", 0
            if self._chunks and parts_words(self._chunks[-1][-1], unseen, chunk[0]):
                self._unseen[-1] = (self._length, unseen, 1)
                self._put(" ", at)
        if offset != self._following:
            self._starts.append(self._length)
            self._offsets.append(offset)
        self._following = offset + len(chunk)
        self._chunks.append(chunk)
        self._length += len(chunk)
        self._space = chunk.isspace() and len(chunk) == 1

    def mark(self, spans: str, start: int) -> None:
        """Mark the text added since `start` as `cells`, `strong` or `links`."""
        if start < self._length:
            if spans == "cells":
                self._cells.append((start, self._length))
            elif spans == "strong":
                self._strong += self._length - start
            else:
                self._links += self._length - start

    def separate(self, offset: int) -> None:
        """Separate the text so far from what follows at the end of a cell, so that they are not one sentence."""
        if self._length and not self._space:
            self._take(" ", offset)
            self._space = True

    def block(self) -> BlockDraft | None:
        """Return the block, without blanks at its ends; None when it has no text."""
        text = "".join(self._chunks)
        stripped = text.rstrip()
        if not stripped:
            return None
        lead = len(text) - len(text.lstrip())
        end = len(stripped)
        part, kind, lang, level, embed, tag = self._head
        offsets = SourceOffsets(self._starts, self._offsets, self._ends)
        cells, unseen = self._cells, self._unseen
        if lead or (self._starts[-1] >= end):
            offsets = offsets.cut(lead, end)
        if cells:
            cells = [(max(0, a - lead), min(b, end) - lead) for a, b in cells if a < end]
        if unseen:
            unseen = [(at - lead, char, length) for at, char, length in unseen if lead < at < end]
        return BlockDraft(
            part, kind, stripped[lead:], offsets, cells, unseen, self._links, level, lang, self._strong, tag, embed
        )  # fmt: skip
