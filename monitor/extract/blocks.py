"""What a reader sees as one block is read as one block; what frames the article says nothing.

HTML is read by one pass over its tags, without a tree, so that neither depth nor size can hurt
(docs/decisions/0012-blocks-and-html.md). Every character of a block knows where it stood in the document.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

from monitor.extract.posts import Signature, read_signature
from monitor.model import Document

__all__ = ["Block", "blocks", "passage"]

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,30})([^<>]*)>|<!--(?:(?!-->)[^<>])*-->|<[!?][^<>]*>")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_BLANK_LINE = re.compile(r"[ \t\r]*\n(?:[ \t\r]*\n)+|\r?\n")
_CLASS = re.compile(r"""\b(?:class|id|role)\s*=\s*["']?([^"'<>]{0,300})""", re.IGNORECASE)
_LANG = re.compile(r"""\blang\s*=\s*["']?([A-Za-z-]{2,12})""", re.IGNORECASE)
_WORDS = re.compile(r"[a-z]+")

_LONGEST_BLOCK = 5_000
_LONGEST_TEXT = 100_000

# Their text is no text of the article: code, furniture, and ways to act.
_DROPPED = frozenset(
    "script style noscript template svg math nav aside footer header form button select option textarea iframe object "
    "audio video canvas map dialog head title menu label".split()
)
_BLOCKS = {
    "p": "paragraph", "div": "paragraph", "section": "paragraph", "article": "paragraph", "main": "paragraph", "body": "paragraph",
    "html": "paragraph", "center": "paragraph", "pre": "paragraph", "address": "paragraph", "details": "paragraph", "hr": "paragraph",
    "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading", "h6": "heading", "summary": "heading",
    "dt": "heading", "legend": "heading", "li": "item", "dd": "paragraph", "ul": "paragraph", "ol": "paragraph", "dl": "paragraph",
    "table": "paragraph", "thead": "paragraph", "tbody": "paragraph", "tfoot": "paragraph", "tr": "row", "td": "cell", "th": "cell",
    "caption": "caption", "figcaption": "caption", "figure": "paragraph", "blockquote": "quote", "fieldset": "paragraph",
}  # fmt: skip
_CONTAINERS = frozenset(
    "div section article main blockquote figure ul ol dl table tr td th li details center fieldset".split()
)
_EMPHASIS = frozenset(("em", "i", "cite", "strong", "b"))
_TITLES = frozenset(("em", "i", "cite"))
# What sites call the boxes around an article: a word of the class, whole.
_FURNITURE = frozenset(
    "ad ads advert advertisement promo promotion newsletter related rel recommended recommendations comments comment share sharing "
    "social sidebar footer breadcrumb breadcrumbs toc popular trending more readmore morelinks teaserlist navigation nav menu "
    "subscribe signup banner sponsored widget cookie disclaimer byline".split()
)
_POSTS = frozenset("tweet twitter bluesky mastodon instagram threads tiktok".split())


@dataclass
class Block:
    """A run of text that a reader takes as one.

    `kind` is heading, paragraph, item, row, caption, quote or post; `part` says which text of the document it stands in
    and `at` the offset there of each character of `text`. `titles` are the spans set in italics.
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
    author: str = ""
    handle: str = ""
    posted: datetime | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where the characters from `start` to `end` stand in the document's part."""
        return self.at[start], self.at[end - 1] + 1


def blocks(document: Document) -> list[Block]:
    """Return the document's blocks in reading order, its headline first."""
    if document.html and _TAG.search(document.html):
        body = _html_blocks(document.html)
    elif document.html:
        body = _text_blocks("html", document.html, entities=True)
    else:
        body = _text_blocks("text", document.text)
    return list(_bounded(chain(_text_blocks("title", document.title, kind="headline"), body)))


def _bounded(found: Iterable[Block]) -> Iterator[Block]:
    """No article has a paragraph, or a length, beyond these, or says one long thing twice: reading is linear whatever comes in."""
    room = _LONGEST_TEXT
    seen: set[str] = set()
    for block in found:
        _sign(block)
        if not block.text:
            continue
        for piece in _pieces(block):
            if room <= 0:
                return
            if len(piece.text) > 40 and piece.kind != "headline":
                if piece.text in seen:
                    continue
                seen.add(piece.text)
            room -= len(piece.text)
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
    """Return a slice of the document as plain text: of HTML, each tag is a space and entities are read."""
    if part == "html":
        source = document.html[start:end]
        return " ".join(html.unescape(re.sub(r"<[^<>]+>", " ", source)).split())
    source = document.title if part == "title" else document.text
    return source[start:end]


def _sign(block: Block) -> None:
    """An embedded post ends with who posted it and when; the signature is no part of what it says."""
    if block.kind in ("headline", "heading", "row"):
        return
    signature: Signature | None = read_signature(block.text)
    if signature is None:
        return
    block.kind = "post"
    block.author, block.handle, block.posted = signature.author, signature.handle, signature.at
    block.text, block.at = block.text[: signature.start], block.at[: signature.start]


def _text_blocks(part: str, text: str, kind: str = "paragraph", *, entities: bool = False) -> Iterator[Block]:
    """Each line is a block; a short line without a full stop that stands alone is a heading."""
    start = 0
    previous_blank = True
    lines: list[tuple[int, int, bool, bool]] = []
    for gap in _BLANK_LINE.finditer(text + "\n"):
        blank_after = gap[0].count("\n") > 1 or gap.end() > len(text)
        if text[start : gap.start()].strip():
            lines.append((start, gap.start(), previous_blank, blank_after))
            previous_blank = blank_after
        else:
            previous_blank = True
        start = gap.end()
    for first, last, blank_before, blank_after in lines:
        builder = _Builder(part, kind)
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


class _Builder:
    """One block being gathered: text chunk by chunk, blanks collapsed, each character with its offset."""

    def __init__(self, part: str, kind: str, *, lang: str = "", level: int = 0) -> None:
        self._block = Block(part, kind, lang=lang, level=level)
        self._chunks: list[str] = []
        self._length = 0
        self._space = True

    def __len__(self) -> int:
        return self._length

    def add(self, chunk: str, offset: int, *, collapse: bool = True, entities: bool = True) -> None:
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
        last = 0
        for gap in _SPACE.finditer(chunk):
            self._take(chunk[last : gap.start()], offset + last)
            if not self._space:
                self._take(" ", offset + gap.start())
                self._space = True
            last = gap.end()
        self._take(chunk[last:], offset + last)

    def _take(self, chunk: str, offset: int) -> None:
        if not chunk:
            return
        self._chunks.append(chunk)
        self._block.at.extend(range(offset, offset + len(chunk)))
        self._length += len(chunk)
        self._space = chunk.isspace() and len(chunk) == 1

    def mark(self, spans: str, start: int) -> None:
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
        """A cell ends: its text and the next one's are not one sentence."""
        if self._length and not self._space:
            self._take(" ", offset)
            self._space = True

    def block(self) -> Block | None:
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


def _html_blocks(source: str) -> Iterator[Block]:
    dropped = ""  # the container whose content is being skipped
    depth = 0  # how many of that container are open
    open_tags: list[tuple[str, str]] = []  # containers, each with the kind that its text has
    counts: dict[str, int] = {}
    builder = _Builder("html", "paragraph")
    inline: dict[str, int] = {}
    offset = 0
    breaks = 0

    def kind_here() -> str:
        return open_tags[-1][1] if open_tags else "paragraph"

    def lang_here() -> str:
        return post_lang[-1] if post_lang else ""

    post_lang: list[str] = []
    last_close: dict[str, int] = {}
    for tag in _TAG.finditer(source):
        if not dropped and tag.start() > offset:
            builder.add(source[offset : tag.start()], offset)
        offset = tag.end()
        name = (tag[2] or "").lower()
        if not name:
            continue
        closing = bool(tag[1])
        if dropped:
            if name == dropped:
                depth += -1 if closing else 0 if tag[3].endswith("/") else 1
                if depth == 0:
                    dropped = ""
            continue
        if not closing and _is_furniture(name, tag[3]):
            if name not in ("br", "hr", "img") and not tag[3].endswith("/"):
                # An unclosed one hides nothing: only what a closing tag ends is left out.
                if name not in last_close:
                    last_close[name] = source.rfind(f"</{name}")
                if name in _DROPPED or last_close[name] >= offset:
                    dropped, depth = name, 1
            if (block := builder.block()) is not None and name in _BLOCKS:
                yield _finished(block)
                builder, inline = _Builder("html", kind_here()), {}
            continue
        if name == "br":
            breaks = (
                breaks + 1 if offset - tag.start() and not source[offset : offset + 1].strip() else breaks
            )
            builder.add("\n", tag.start(), collapse=False, entities=False)
            continue
        if name in _EMPHASIS or name == "a":
            if not closing:
                inline[name] = len(builder)
            elif name in inline:
                start = inline.pop(name)
                builder.mark("links" if name == "a" else "titles" if name in _TITLES else "strong", start)
            continue
        if name not in _BLOCKS:
            continue
        if name in ("td", "th"):
            if closing and "cell" in inline:
                builder.mark("cells", inline.pop("cell"))
            builder.separate(tag.start())
            if not closing:
                inline["cell"] = len(builder)
            continue
        in_cell = kind_here() == "row"
        if in_cell and name not in ("tr", "table", "tbody", "thead", "tfoot"):
            builder.separate(tag.start())
            continue
        if (block := builder.block()) is not None:
            yield _finished(block)
        kind = _BLOCKS[name]
        if name in _CONTAINERS:
            if closing:
                if counts.get(name, 0):
                    while open_tags:
                        popped, popped_kind = open_tags.pop()
                        counts[popped] -= 1
                        if popped_kind == "post" and post_lang:
                            post_lang.pop()
                        if popped == name:
                            break
            else:
                outer = kind_here()
                if name == "blockquote" and _names(tag[3]) & _POSTS:
                    kind = "post"
                    post_lang.append("")
                elif kind == "paragraph" and outer in ("quote", "post", "item"):
                    kind = outer
                open_tags.append((name, kind))
                counts[name] = counts.get(name, 0) + 1
            builder, inline = _Builder("html", kind_here(), lang=lang_here()), {}
            continue
        if closing:
            builder = _Builder("html", kind_here(), lang=lang_here())
        else:
            outer = kind_here()
            lang = _LANG.search(tag[3])
            own = kind if kind != "paragraph" or outer not in ("quote", "post", "item") else outer
            level = int(name[1]) if name[0] == "h" and name[1:].isdigit() else 0
            builder = _Builder(
                "html", own, lang=lang[1] if lang and outer == "post" else lang_here(), level=level
            )
        inline = {}
    if not dropped and offset < len(source):
        builder.add(source[offset:], offset)
    if (block := builder.block()) is not None:
        yield _finished(block)


def _finished(block: Block) -> Block:
    """A paragraph all in bold is a heading; an item that is one link, or a page's link on its own, is furniture."""
    length = len(block.text)
    if (
        block.kind == "paragraph"
        and block.strong >= length - 2
        and length <= 140
        and not block.text.endswith((".", "!", ",", ";"))
    ):
        block.kind, block.level = "heading", 4
    if block.kind in ("item", "paragraph") and block.links >= length - 1 and length <= 200:
        block.kind = "link"
    return block


def _names(attributes: str) -> frozenset[str]:
    if len(attributes) > 2000 or ("=" not in attributes):
        return frozenset()
    return frozenset(word for value in _CLASS.findall(attributes) for word in _WORDS.findall(value.lower()))


def _is_furniture(name: str, attributes: str) -> bool:
    if name in _DROPPED:
        return True
    return (
        name in ("div", "section", "ul", "ol", "p", "span")
        and "=" in attributes
        and bool(_names(attributes) & _FURNITURE)
    )
