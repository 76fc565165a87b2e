"""Build a block piece by piece, with the offset of every character in the document."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import datetime

from monitor.extract.normalise import format_characters, parts_words
from monitor.extract.post_signature import Embed

__all__ = ["LONGEST_TEXT", "Block", "BlockBuilder"]

LONGEST_TEXT = 100_000
"""The most characters of a document that are read; no article is longer."""

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_UNEVEN = re.compile(r"[^\S ]|  ")


@dataclass
class Block:
    """A run of text that a reader sees as one.

    `kind` is heading, paragraph, item, row, caption, quote, post, or in a post a link's `card` or the description of a picture, `alt`; `part` says which text of the document it is from
    and `at` has the offset of each character of `text` in it. `titles` are the spans set in italics.
    """

    part: str
    kind: str
    text: str = ""
    at: list[int] = field(default_factory=list)
    titles: list[tuple[int, int]] = field(default_factory=list)
    cells: list[tuple[int, int]] = field(default_factory=list)
    links: int = 0
    level: int = 0
    lang: str = ""
    strong: int = 0
    tag: str = ""
    """The HTML element that begins it."""
    embed: Embed | None = None

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
        """Return the offsets in the document's part of the characters from `start` to `end`."""
        return self.at[start], self.at[end - 1] + 1


class BlockBuilder:
    """A block under construction: text is added piece by piece, blanks are collapsed, and each character keeps its offset."""

    def __init__(
        self,
        part: str,
        kind: str,
        *,
        lang: str = "",
        level: int = 0,
        embed: Embed | None = None,
        tag: str = "",
        whole: bool = False,
    ) -> None:
        """Begin a block; with `whole` invisible characters are kept."""
        self._whole = whole
        self._unseen = "", 0
        self._block = Block(part, kind, lang=lang, level=level, embed=embed, tag=tag)
        self._chunks: list[str] = []
        self._length = 0
        self._space = True

    def __len__(self) -> int:
        return self._length

    def add(self, chunk: str, offset: int, *, collapse: bool = True, entities: bool = True) -> None:
        """Add a piece of the document that begins at `offset`, with entities resolved and runs of blanks collapsed to one."""
        last = 0
        if entities and "&" in chunk:
            for entity in _ENTITY.finditer(chunk):
                char = html.unescape(entity[0])
                if char == entity[0]:
                    continue
                self._plain(chunk[last : entity.start()], offset + last, collapse)
                for one in char:
                    self._plain(one, offset + entity.start(), collapse)
                last = entity.end()
        self._plain(chunk[last:], offset + last, collapse)

    def _plain(self, chunk: str, offset: int, collapse: bool) -> None:
        if not collapse:
            self._take(chunk, offset)
            return
        if _UNEVEN.search(chunk) is None and (self._whole or not format_characters(chunk)):
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
        if self._whole or not (unseen := format_characters(chunk)):
            self._put(chunk, offset)
            return
        last = 0
        for at in unseen:
            self._put(chunk[last:at], offset + last)
            self._unseen = chunk[at], offset + at
            last = at + 1
        self._put(chunk[last:], offset + last)

    def _put(self, chunk: str, offset: int) -> None:
        # Beyond the limit of a document nothing is read.
        chunk = chunk[: max(0, LONGEST_TEXT - self._length)]
        if not chunk:
            return
        unseen, at = self._unseen
        if unseen:
            self._unseen = "", 0
            if self._chunks and parts_words(self._chunks[-1][-1], unseen, chunk[0]):
                self._put(" ", at)
        self._chunks.append(chunk)
        self._block.at.extend(range(offset, offset + len(chunk)))
        self._length += len(chunk)
        self._space = chunk.isspace() and len(chunk) == 1

    def mark(self, spans: str, start: int) -> None:
        """Mark the text added since `start` as `titles` (italics), `cells`, `strong` or `links`."""
        if start < self._length:
            if spans == "titles":
                self._block.titles.append((start, self._length))
            elif spans == "cells":
                self._block.cells.append((start, self._length))
            elif spans == "strong":
                self._block.strong += self._length - start
            else:
                self._block.links += self._length - start

    def separate(self, offset: int) -> None:
        """Separate the text so far from what follows at the end of a cell, so that they are not one sentence."""
        if self._length and not self._space:
            self._take(" ", offset)
            self._space = True

    def block(self) -> Block | None:
        """Return the block, without blanks at its ends; None when it has no text."""
        block = self._block
        block.text = "".join(self._chunks)
        stripped = block.text.rstrip()
        if not stripped:
            return None
        lead = len(block.text) - len(block.text.lstrip())
        block.text = stripped[lead:]
        block.at = block.at[lead : len(stripped)]
        for spans in (block.titles, block.cells):
            spans[:] = [
                (max(0, a - lead), min(b - lead, len(block.text)))
                for a, b in spans
                if a - lead < len(block.text)
            ]
        return block
