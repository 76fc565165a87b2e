"""Read the blocks of HTML in one pass over its tags, without a tree, so that depth and size do no harm.

The boilerplate around an article (navigation, sidebars, code, comments) is left out (docs/decisions/0012-blocks-and-html.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from monitor.model import BlockKind, SourceOffsets
from monitor.parse.block_builder import BlockBuilder, BlockDraft
from monitor.parse.post_signature import EmbedDraft, read_embed

__all__ = ["has_tags", "html_blocks"]

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,30})([^<>]*)>|<!--|<[!?][^<>]*>")
_CLOSING = re.compile(r"</([A-Za-z][A-Za-z0-9:-]{0,30})")
_CLASS = re.compile(r"""\b(?:class|id|role)\s*=\s*["']?([^"'<>]{0,300})""", re.IGNORECASE)
_LANG = re.compile(r"""\blang\s{0,3}=\s{0,3}["']?([A-Za-z-]{2,12})""", re.IGNORECASE)
_WORDS = re.compile(r"[a-z]+")
_ALT = re.compile(r"""(?<![\w-])alt\s{0,3}=\s{0,3}(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_LONGEST_ATTRIBUTES = 2_000

# Elements whose text is not part of the article: code, boilerplate, and controls.
_DROPPED = frozenset((
    "script", "style", "noscript", "template", "svg", "math", "nav", "aside", "footer", "header", "form", "button",
    "select", "option", "textarea", "iframe", "object", "audio", "video", "canvas", "map", "dialog", "head", "title",
    "menu", "label",
))  # fmt: skip
# Between their tags there are none.
_RAW = frozenset(["script", "style"])
_BLOCKS: dict[str, BlockKind] = {
    "p": "paragraph", "div": "paragraph", "section": "paragraph", "article": "paragraph", "main": "paragraph", "body": "paragraph",
    "html": "paragraph", "center": "paragraph", "pre": "paragraph", "address": "paragraph", "details": "paragraph", "hr": "paragraph",
    "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading", "h6": "heading", "summary": "heading",
    "dt": "heading", "legend": "heading", "li": "item", "dd": "paragraph", "ul": "paragraph", "ol": "paragraph", "dl": "paragraph",
    "table": "paragraph", "thead": "paragraph", "tbody": "paragraph", "tfoot": "paragraph", "tr": "row", "td": "row", "th": "row",
    "caption": "caption", "figcaption": "caption", "figure": "paragraph", "blockquote": "quote", "fieldset": "paragraph",
}  # fmt: skip
_CONTAINERS = frozenset((
    "div", "section", "article", "main", "blockquote", "figure", "ul", "ol", "dl", "table", "tr", "td", "th", "li",
    "details", "center", "fieldset",
))  # fmt: skip
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_IN_TABLE = frozenset(("tr", "table", "tbody", "thead", "tfoot"))
_MARKED = {"a": "links", "b": "strong", "strong": "strong"}
# Words of the class of boxes around an article.
_FURNITURE = frozenset((
    "ad", "ads", "advert", "advertisement", "promo", "promotion", "newsletter", "related", "rel", "recommended",
    "recommendations", "comments", "comment", "share", "sharing", "social", "sidebar", "footer", "breadcrumb",
    "breadcrumbs", "toc", "popular", "trending", "more", "readmore", "morelinks", "teaserlist", "navigation", "nav",
    "menu", "subscribe", "signup", "banner", "sponsored", "widget", "cookie", "disclaimer", "byline",
))  # fmt: skip
_FIELD = re.compile(r"[^\W\d_][^:：.!?。]{1,40}[:：] ?\S")
_LONGEST_NAME, _LONGEST_FIELD = 80, 140
_HIDDEN_WORD = re.compile("hidden|none", re.IGNORECASE)
_QUOTED = re.compile(r"""([\w:-]{1,40})\s{0,9}=\s{0,9}("[^"]*"|'[^']*'|[^\s"'<>]+)""")
_HIDDEN = re.compile(r"(?:^|\s)(?:hidden(?=[\s/=]|$)|(?:aria-hidden|style)=hidden)", re.IGNORECASE)
_HIDING = re.compile(
    r"(?:^|[\s;\"'])(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)(?![\w-])", re.IGNORECASE
)
_WHOLE = frozenset(("html", "body", "main", "article"))
# The classes of quotes that contain a post; parsing uses "post" for all.
_POSTS = frozenset(["post", "tweet", "twitter", "bluesky", "mastodon", "instagram", "threads", "tiktok"])


def has_tags(source: str) -> bool:
    """Return whether `source` contains a tag."""
    return _TAG.search(source) is not None


def html_blocks(source: str, *, post: bool = False) -> Iterator[BlockDraft]:
    """Yield the blocks of an HTML fragment or page in reading order, whatever its tags.

    In a `post` the descriptions of pictures are blocks of the kind `alt`, and a link by itself is a block of the kind `card`.
    """
    before: BlockDraft | None = None
    for block in _blocks(source, post=post):
        if before is None:
            before = block
        elif _defines(before, block):
            before = _row(before, block)
        else:
            if _names_card(before, block):
                before.kind, before.level = "heading", 5
            yield before
            before = block
    if before is not None:
        yield before


def _blocks(source: str, *, post: bool) -> Iterator[BlockDraft]:
    reader = _Reader(source, post=post)
    offset = 0
    for tag in _tags(source):
        reader.text(offset, tag.start)
        offset = tag.end
        if tag.name:
            yield from reader.tag(tag)
    reader.text(offset, len(source))
    yield from reader.finished()


class _Container(NamedTuple):
    """An open container: the kind of its text, and the post that it belongs to."""

    name: str
    kind: BlockKind
    embed: EmbedDraft | None


class _Reader:
    """The state of the pass over the tags: the open containers, what is being left out, the block under construction."""

    def __init__(self, source: str, *, post: bool) -> None:
        self._source = source
        self._post = post
        self._left_out = ""
        self._depth = 0
        self._open: list[_Container] = []
        self._counts: dict[str, int] = {}
        self._inline: dict[str, int] = {}
        self._next: tuple[BlockKind | None, str, int] = (None, "", 0)
        self._tag = ""
        self._cell = ""
        self._gathered: BlockBuilder | None = None

    @property
    def _builder(self) -> BlockBuilder:
        """Return the block under construction; it is begun when needed, since most tags have no text of their own."""
        if self._gathered is None:
            kind, lang, level = self._next
            lang = lang or (self._embed.lang if self._embed else "")
            self._gathered = BlockBuilder(
                "html",
                kind or self._kind,
                lang=lang,
                level=level,
                embed=self._embed,
                tag=self._tag,
            )
        return self._gathered

    @cached_property
    def _last_closings(self) -> dict[str, int]:
        """Return where each element is closed last; most documents leave nothing out and need not be searched for it."""
        return {tag[1].lower(): tag.start() for tag in _CLOSING.finditer(self._source)}

    @property
    def _kind(self) -> BlockKind:
        return self._open[-1].kind if self._open else "paragraph"

    @property
    def _embed(self) -> EmbedDraft | None:
        return self._open[-1].embed if self._open else None

    def text(self, start: int, end: int) -> None:
        """Add the text between two tags."""
        if not self._left_out and start < end:
            self._builder.add(self._source[start:end], start)

    def finished(self) -> Iterator[BlockDraft]:
        """Yield the finished block if it has text."""
        block = self._gathered.block() if self._gathered is not None else None
        if block is not None:
            yield _finished(block, post=self._post)

    def tag(self, tag: _Tag) -> Iterator[BlockDraft]:
        """Process a tag; yield the block that it ends."""
        name = tag.name
        if self._left_out:
            self._leave_out(tag)
        elif not tag.closing and _is_furniture(name, tag.attributes):
            # An unclosed element hides nothing, unless it contains code.
            if not tag.attributes.endswith("/") and (
                name in _RAW or self._last_closings.get(name, -1) >= tag.end
            ):
                self._left_out, self._depth = name, 1
            if name in _BLOCKS:
                yield from self._restart()
        elif name == "br":
            self._builder.add("\n", tag.start, collapse=False, entities=False)
        elif name in _MARKED:
            self._emphasise(tag)
        elif name == "img" and self._post and not tag.closing:
            yield from self._picture(tag)
        elif name in ("td", "th"):
            self._part_cells(tag)
        elif name in _BLOCKS:
            if self._kind == "row" and self._cell == "td" and name in _HEADINGS and not tag.closing:
                self._lay_out()
            if self._kind == "row" and name not in _IN_TABLE:
                self._builder.separate(tag.start)
            else:
                yield from self._restart(tag)

    def _lay_out(self) -> None:
        """Treat an open table as layout, as in newsletters: a data cell contains no heading."""
        self._open = [
            container._replace(kind="paragraph") if container.kind == "row" else container
            for container in self._open
        ]
        self._inline.pop("cell", None)

    def _picture(self, tag: _Tag) -> Iterator[BlockDraft]:
        """Yield the description of a picture as a block of its own."""
        words = _ALT.search(tag.attributes, 0, _LONGEST_ATTRIBUTES)
        if words is None:
            return
        yield from self._restart()
        group = 1 if words[1] is not None else 2
        builder = BlockBuilder("html", "alt", embed=self._embed)
        builder.add(words[group], tag.end - 1 - len(tag.attributes) + words.start(group))
        if (block := builder.block()) is not None:
            yield block

    def _leave_out(self, tag: _Tag) -> None:
        if tag.name != self._left_out:
            return
        if tag.closing:
            self._depth -= 1
        elif tag.name in _RAW or tag.attributes.endswith("/"):
            return
        else:
            self._depth += 1
        if not self._depth or tag.start >= self._last_closings.get(tag.name, 0):
            self._left_out = ""

    def _emphasise(self, tag: _Tag) -> None:
        if not tag.closing:
            self._inline[tag.name] = len(self._builder)
        elif tag.name in self._inline:
            self._builder.mark(_MARKED[tag.name], self._inline.pop(tag.name))

    def _part_cells(self, tag: _Tag) -> None:
        self._cell = "" if tag.closing else tag.name
        if tag.closing and "cell" in self._inline:
            self._builder.mark("cells", self._inline.pop("cell"))
        self._builder.separate(tag.start)
        if not tag.closing:
            self._inline["cell"] = len(self._builder)

    def _restart(self, tag: _Tag | None = None) -> Iterator[BlockDraft]:
        """End the block, and begin the one of `tag` or the one after it."""
        yield from self.finished()
        if self._inline:
            self._inline = {}
        self._gathered, self._next = None, (None, "", 0)
        self._tag = "" if tag is None or tag.closing else tag.name
        if tag is None:
            return
        if tag.name in _CONTAINERS:
            if tag.closing:
                self._close(tag.name)
            else:
                self._enter(tag)
        elif not tag.closing:
            lang = _LANG.search(tag.attributes[:_LONGEST_ATTRIBUTES]) if self._kind == "post" else None
            level = int(tag.name[1]) if tag.name[0] == "h" and tag.name[1:].isdigit() else 0
            self._next = (self._kind_of(tag.name), lang[1] if lang else "", level)

    def _kind_of(self, name: str) -> BlockKind:
        kind = _BLOCKS[name]
        return self._kind if kind == "paragraph" and self._kind in ("quote", "post", "item") else kind

    def _enter(self, tag: _Tag) -> None:
        kind, embed = self._kind_of(tag.name), self._embed
        if tag.name == "blockquote" and _names(tag.attributes) & _POSTS:
            kind, embed = "post", read_embed(tag.attributes)
        self._open.append(_Container(tag.name, kind, embed))
        self._counts[tag.name] = self._counts.get(tag.name, 0) + 1

    def _close(self, name: str) -> None:
        """Close the nearest container of this tag and all within it; ignore a closing tag without an opening one."""
        while self._counts.get(name, 0):
            popped = self._open.pop()
            self._counts[popped.name] -= 1
            if popped.name == name:
                return


class _Tag(NamedTuple):
    """A tag, or a comment or declaration, which has no name."""

    start: int
    end: int
    name: str = ""
    closing: bool = False
    attributes: str = ""


def _tags(source: str) -> Iterator[_Tag]:
    """Yield the tags and comments, without tags inside of comments; an unclosed comment is ignored."""
    shown_from = 0
    closed = True
    for tag in _TAG.finditer(source):
        if tag.start() < shown_from:
            continue
        if tag[0] != "<!--":
            yield _Tag(tag.start(), tag.end(), (tag[2] or "").lower(), bool(tag[1]), tag[3] or "")
            continue
        end = source.find("-->", tag.end()) if closed else -1
        closed = end >= 0
        if closed:
            shown_from = end + 3
            yield _Tag(tag.start(), shown_from)


def _finished(block: BlockDraft, *, post: bool) -> BlockDraft:
    """Return the block with its kind: a paragraph all in bold is a heading, and one that is only a link is boilerplate."""
    length = len(block.text)
    if (
        block.kind == "paragraph"
        and block.strong >= max(1, length - 2)
        and length <= 140
        and not block.text.endswith((".", "!", ",", ";"))
    ):
        block.kind, block.level = "heading", 4
    if block.kind in ("item", "paragraph") and block.links >= max(1, length - 1) and length <= 200:
        block.kind = "card" if post and block.kind == "paragraph" else "link"
    return block


def _defines(term: BlockDraft, definition: BlockDraft) -> bool:
    """Return whether a definition list gives only a date or number for a term, so that both are one row."""
    return (
        term.tag == "dt"
        and definition.tag == "dd"
        and len(term.text) <= _LONGEST_NAME
        and len(definition.text) <= _LONGEST_NAME
        and any(map(str.isdecimal, definition.text))
        and _FIELD.match(definition.text) is None
    )


def _row(term: BlockDraft, definition: BlockDraft) -> BlockDraft:
    start = len(term.text) + 1
    before, after = term.offsets, definition.offsets
    return BlockDraft(
        term.part,
        "row",
        text=f"{term.text} {definition.text}",
        offsets=SourceOffsets(
            [*before.starts, start - 1, *(at + start for at in after.starts)],
            [*before.offsets, before.end(start - 2), *after.offsets],
            {**before.ends, **{at + start: end for at, end in after.ends.items()}},
        ),
        unseen=[*term.unseen, *((at + start, char, length) for at, char, length in definition.unseen)],
        cells=[(0, len(term.text)), (start, start + len(definition.text))],
        lang=term.lang,
        embed=term.embed,
    )


def _names_card(block: BlockDraft, following: BlockDraft) -> bool:
    """Return whether a short line without a full stop is the subject of the field after it, as on a card: "Iron Orchard", "Release date: 3 June"."""
    return (
        block.kind == following.kind
        and (block.kind == "paragraph" or (block.kind == "item" and following.tag != "li"))
        and len(block.text) <= _LONGEST_NAME
        and len(following.text) <= _LONGEST_FIELD
        and not block.text.endswith((".", "!", "?", "…", ",", ";", ":", "。", "！", "？", "："))
        and _FIELD.match(following.text) is not None
        and _FIELD.match(block.text) is None
    )


def _is_hidden(name: str, attributes: str) -> bool:
    """Return whether a browser does not show the element; one that contains the whole page may be shown by a script."""
    return (
        name not in _WHOLE
        and len(attributes) <= _LONGEST_ATTRIBUTES
        and _HIDDEN.search(_QUOTED.sub(_styled, attributes)) is not None
    )


def _styled(value: re.Match[str]) -> str:
    """Return the part of an attribute's value that concerns hiding."""
    hides = (
        _HIDING.search(value[0]) is not None
        if value[1].lower() == "style"
        else value[2].strip("\"' ").lower() == "true"
    )
    return f" {value[1]}={'hidden' if hides else 'shown'} "


def _names(attributes: str) -> frozenset[str]:
    if len(attributes) > _LONGEST_ATTRIBUTES or ("=" not in attributes):
        return frozenset()
    return frozenset(word for value in _CLASS.findall(attributes) for word in _WORDS.findall(value.lower()))


def _is_furniture(name: str, attributes: str) -> bool:
    if name in _DROPPED:
        return True
    if attributes and _HIDDEN_WORD.search(attributes) and _is_hidden(name, attributes):
        return True
    return (
        name in ("div", "section", "ul", "ol", "p", "span")
        and "=" in attributes
        and bool(_names(attributes) & _FURNITURE)
    )
