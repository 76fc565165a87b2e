"""Parse HTML to a tree of bounded depth, and write a tree as a small, plain fragment; both in linear time.

libxml2 fails at 256 nested elements and most code that walks a tree recurses, so nothing deeper than `MAX_DEPTH` is built, and no
more than `MAX_ELEMENTS`: further elements are left out, their text is kept.

A fragment keeps the elements that separate blocks (headings, paragraphs, lists, tables, quotes, figures and their captions), emphasis,
line breaks, links, and `<time datetime>`. Attributes other than those of `_ATTRIBUTES` are removed, and scripts, styles and
form controls with all that they contain.
"""

from __future__ import annotations

import copy
import html
import re
from collections.abc import Iterable
from typing import Any

from lxml import etree
from lxml.etree import _Element

from monitor.parse.links import absolute

__all__ = [
    "MAX_DEPTH",
    "MAX_ELEMENTS",
    "fragment",
    "has_class",
    "read_html",
    "spread_cells",
    "strip_hidden",
    "text_of",
]

MAX_DEPTH = 200
MAX_ELEMENTS = 50_000
_EXCESSIVE = "Excessive depth"

_DROPPED = frozenset(
    {
        "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "math", "canvas", "button",
        "input", "select", "textarea", "option", "audio", "video", "source", "track", "map", "head", "title", "meta", "link",
        "base", "frame", "frameset", "applet", "dialog", "datalist", "img", "picture",
    }
)  # fmt: skip
_KEPT = {
    **{tag: tag for tag in (
        "h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "tr", "th", "td",
        "blockquote", "figure", "figcaption", "pre", "br", "hr", "a", "em", "strong", "time", "sub", "sup", "q", "cite", "s", "del",
    )},
    "b": "strong", "i": "em", "strike": "s",
    **dict.fromkeys((
        "div", "section", "article", "main", "aside", "nav", "header", "footer", "address", "details", "summary", "center", "fieldset", "hgroup", "menu", "form",
    ), "div"),
}  # fmt: skip
_VOID = frozenset({"br", "hr"})
_ATTRIBUTES = {
    "a": ("href",),
    "time": ("datetime",),
    "blockquote": ("class", "data-author", "data-at", "cite"),
}
_LANG = ("lang",)
_LONGEST_ATTRIBUTE = 4096
_WHOLE = frozenset({"html", "body", "main", "article"})
_HIDING = re.compile(
    r"(?:^|[\s;])(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)(?![\w-])", re.IGNORECASE
)
_MOST_COPIES, _MOST_ROWS, _LONGEST_CELL = 2000, 200, 300
_SPACES = re.compile(r"[ \t\n\r\f\v]+")


def read_html(text: str) -> _Element | None:
    """Return the root element of an HTML page or fragment (`html` with a `body`), None when it is empty."""
    # libxml2 ends the document at a NUL.
    data = text.replace("\0", "").encode("utf-8", "replace")
    if not data.strip():
        return None
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        if data.count(b"<") <= MAX_ELEMENTS:
            root = etree.fromstring(data, parser)
            if root is not None and not any(_EXCESSIVE in entry.message for entry in parser.error_log):
                return root
        return etree.fromstring(data, etree.HTMLParser(encoding="utf-8", target=_BoundedTree()))
    except (etree.XMLSyntaxError, AssertionError):
        return None


class _BoundedTree:
    """A parser target that builds no element below `MAX_DEPTH` and none after `MAX_ELEMENTS`."""

    def __init__(self) -> None:
        self._builder = etree.TreeBuilder()
        self._open: list[bool] = []
        self._depth = 0
        self._elements = 0

    def start(self, tag: str | bytes, attrib: Any) -> None:
        built = self._depth < MAX_DEPTH and self._elements < MAX_ELEMENTS
        self._open.append(built)
        if built:
            self._depth += 1
            self._elements += 1
            self._builder.start(tag, attrib)

    def end(self, tag: str | bytes) -> None:
        if self._open.pop():
            self._depth -= 1
            self._builder.end(tag)

    def data(self, data: str | bytes) -> None:
        if self._depth:
            self._builder.data(data)

    def comment(self, text: str | bytes) -> None:
        pass

    def close(self) -> _Element:
        return self._builder.close()


def fragment(elements: Iterable[_Element], *, limit: int, base: str = "") -> str:
    """Return `elements` as one HTML fragment of the form above, about `limit` characters at most, every tag closed.

    Links are resolved against `base`; links to other schemes than http and https are removed.
    """
    writer = _Writer(limit, base)
    for element in elements:
        writer.write(element)
    return "".join(writer.pieces).strip()


class _Writer:
    def __init__(self, limit: int, base: str) -> None:
        self.pieces: list[str] = []
        self._left = limit
        self._base = base
        self._open: list[str] = []

    def write(self, element: _Element) -> None:
        walker = etree.iterwalk(element, events=("start", "end"))
        for event, node in walker:
            tag = node.tag if isinstance(node.tag, str) else ""
            if event == "start":
                if self._left <= 0:
                    break
                if not tag or tag in _DROPPED:
                    walker.skip_subtree()
                    continue
                self._start(tag, node)
                self._text(node.text)
            else:
                if tag and tag not in _DROPPED:
                    self._end(tag)
                if node is not element:
                    self._text(node.tail)
        while self._open:
            self._end(self._open[-1])

    def _start(self, tag: str, node: _Element) -> None:
        kept = _KEPT.get(tag)
        if kept is None:
            return
        shown = [f"<{kept}"]
        shown += [
            f' {name}="{html.escape(value)}"'
            for name in (*_ATTRIBUTES.get(tag, ()), *_LANG)
            if (value := self._attribute(name, node.get(name)))
        ]
        shown.append(">")
        self._put("".join(shown))
        if kept not in _VOID:
            self._open.append(tag)

    def _attribute(self, name: str, value: str | None) -> str:
        if not value or len(value) > _LONGEST_ATTRIBUTE or (name == "class" and value != "post"):
            return ""
        return absolute(value, self._base) if name in ("href", "cite") else value

    def _end(self, tag: str) -> None:
        kept = _KEPT.get(tag)
        if kept is not None and kept not in _VOID:
            self._open.pop()
            self._put(f"</{kept}>")

    def _text(self, text: str | None) -> None:
        if text and self._left > 0:
            text = text if "pre" in self._open else _SPACES.sub(" ", text)
            shown = html.escape(text[: self._left], quote=False)
            # An escaped character takes at most five: "&amp;".
            self._put(
                shown if len(shown) <= self._left else html.escape(text[: self._left // 5], quote=False)
            )

    def _put(self, piece: str) -> None:
        self.pieces.append(piece)
        self._left -= len(piece)


def strip_hidden(root: _Element) -> None:
    """Remove the elements below `root` that a browser does not show: `hidden`, `aria-hidden="true"`, and hiding styles.

    An element that contains the whole page is kept: some sites show it by a script.
    """
    hidden = [
        element
        for element in root.iter(etree.Element)
        if element.attrib and element.tag not in _WHOLE and _is_hidden(element)
    ]
    for element in hidden:
        parent = element.getparent()
        if parent is not None:
            _keep_tail(element, parent)
            parent.remove(element)


def _is_hidden(element: _Element) -> bool:
    return (
        element.get("hidden") is not None
        or (element.get("aria-hidden") or "").strip().lower() == "true"
        or _HIDING.search((element.get("style") or "")[:_LONGEST_ATTRIBUTE]) is not None
    )


def _keep_tail(element: _Element, parent: _Element) -> None:
    before = element.getprevious()
    if not element.tail:
        return
    if before is not None:
        before.tail = (before.tail or "") + element.tail
    else:
        parent.text = (parent.text or "") + element.tail


def spread_cells(root: _Element) -> None:
    """Copy each short cell that spans several rows of a table below `root` into all of them, so that each row is whole."""
    room = _MOST_COPIES
    for table in root.iter("table"):
        # For each column, how many further rows get a copy, and of which cell.
        spanning: dict[int, tuple[int, _Element]] = {}
        for row in [row for row in table.iter("tr") if next(row.iterancestors("table"), None) is table]:
            below: dict[int, tuple[int, _Element]] = {}
            column = 0
            for cell in [*row.iterchildren("td", "th"), None]:
                while column in spanning and room > 0:
                    rows, original = spanning.pop(column)
                    room -= 1
                    again = copy.deepcopy(original)
                    again.tail = None
                    row.insert(len(row) if cell is None else row.index(cell), again)
                    if rows > 1:
                        below[column] = (rows - 1, original)
                    column += 1
                if cell is None:
                    break
                rows = _span(cell, "rowspan")
                if rows > 1 and len(text_of(cell, _LONGEST_CELL + 1)) <= _LONGEST_CELL:
                    below[column] = (rows - 1, cell)
                column += _span(cell, "colspan")
            spanning = below


def _span(cell: _Element, name: str) -> int:
    value = (cell.get(name) or "").strip()
    return min(max(int(value), 1), _MOST_ROWS) if value.isdecimal() and len(value) < 6 else 1


def has_class(element: _Element, *names: str) -> bool:
    """Return whether `element` has one of the classes `names`."""
    value = element.get("class")
    return value is not None and not set(names).isdisjoint(value.split())


def text_of(element: _Element, limit: int = 10_000) -> str:
    """Return the words of `element` on one line, at most `limit` characters."""
    pieces: list[str] = []
    size = 0
    for piece in element.itertext():
        pieces.append(str(piece))
        size += len(piece)
        if size > limit:
            break
    return " ".join("".join(pieces).split())[:limit]
