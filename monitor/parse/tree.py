"""HTML from outside as a tree of bounded depth, and a tree as a small, plain fragment; both in linear time.

libxml2 gives up at 256 nested elements and most code that walks a tree recurses, so nothing deeper than `MAX_DEPTH` is built:
elements beyond it are left out, their text stays.

A fragment keeps what tells blocks apart (headings, paragraphs, lists, tables, quotes, figures and their captions), emphasis,
line breaks, links, and `<time datetime>`; attributes other than those of `_ATTRIBUTES` go, and scripts, styles and
controls go with all they contain.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Any

from lxml import etree
from lxml.etree import _Element

from monitor.parse.links import absolute

__all__ = ["MAX_DEPTH", "fragment", "has_class", "read_html", "text_of"]

MAX_DEPTH = 200
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
_SPACES = re.compile(r"[ \t\n\r\f\v]+")


def read_html(text: str) -> _Element | None:
    """Return the root element of an HTML page or fragment (`html` with a `body`), None when there is nothing in it."""
    # libxml2 ends the document at a NUL.
    data = text.replace("\0", "").encode("utf-8", "replace")
    if not data.strip():
        return None
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
        if root is not None and not any(_EXCESSIVE in entry.message for entry in parser.error_log):
            return root
        return etree.fromstring(data, etree.HTMLParser(encoding="utf-8", target=_ShallowTree()))
    except (etree.XMLSyntaxError, AssertionError):
        return None


class _ShallowTree:
    """A parser target that builds no element below `MAX_DEPTH`."""

    def __init__(self) -> None:
        self._builder = etree.TreeBuilder()
        self._depth = 0

    def start(self, tag: str | bytes, attrib: Any) -> None:
        self._depth += 1
        if self._depth <= MAX_DEPTH:
            self._builder.start(tag, attrib)

    def end(self, tag: str | bytes) -> None:
        if self._depth <= MAX_DEPTH:
            self._builder.end(tag)
        self._depth -= 1

    def data(self, data: str | bytes) -> None:
        if self._depth:
            self._builder.data(data)

    def comment(self, text: str | bytes) -> None:
        pass

    def close(self) -> _Element:
        return self._builder.close()


def fragment(elements: Iterable[_Element], *, limit: int, base: str = "") -> str:
    """Return `elements` as one HTML fragment of the form above: about `limit` characters of text at most, every tag closed.

    Links are resolved against `base`; one that is not to http or https is no link any more.
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

    def write(self, element: _Element) -> None:
        dropped: _Element | None = None
        preformatted = 0
        for event, node in etree.iterwalk(element, events=("start", "end")):
            tag = node.tag if isinstance(node.tag, str) else ""
            if dropped is None and event == "start":
                if not tag or tag in _DROPPED:
                    dropped = node
                    continue
                preformatted += tag == "pre"
                self._open(tag, node)
                self._text(node.text, pre=preformatted > 0)
            elif event == "end":
                if dropped is None:
                    preformatted -= tag == "pre"
                    self._close(tag)
                elif node is dropped:
                    dropped = None
                else:
                    continue
                if node is not element:
                    self._text(node.tail, pre=preformatted > 0)

    def _open(self, tag: str, node: _Element) -> None:
        kept = _KEPT.get(tag)
        if kept is None:
            return
        self.pieces.append(f"<{kept}")
        for name in (*_ATTRIBUTES.get(tag, ()), *_LANG):
            if value := self._attribute(name, node.get(name)):
                self.pieces.append(f' {name}="{html.escape(value)}"')
        self.pieces.append(">")

    def _attribute(self, name: str, value: str | None) -> str:
        if not value or len(value) > _LONGEST_ATTRIBUTE or (name == "class" and value != "post"):
            return ""
        return absolute(value, self._base) if name in ("href", "cite") else value

    def _close(self, tag: str) -> None:
        kept = _KEPT.get(tag)
        if kept is not None and kept not in _VOID:
            self.pieces.append(f"</{kept}>")

    def _text(self, text: str | None, *, pre: bool) -> None:
        if not text or self._left <= 0:
            return
        text = text if pre else _SPACES.sub(" ", text)
        self.pieces.append(html.escape(text[: self._left], quote=False))
        self._left -= len(text)


def has_class(element: _Element, *names: str) -> bool:
    """Whether `element` carries one of the classes `names`."""
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
