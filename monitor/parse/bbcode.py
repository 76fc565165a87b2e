"""Convert Steam's BBCode (`[b]`, `[h1]`, `[list]`, `[*]`, `[url=…]`) to HTML.

Source: Steamworks documentation, "Text formatting". Anything that is not a tag of that list is left unchanged.
"""

from __future__ import annotations

import html
import re

from monitor.parse.clean import is_markup
from monitor.parse.links import absolute

__all__ = ["has_bbcode", "html_of_bbcode"]

_CLOSING = re.compile(r"\[/(?:b|i|u|h[1-3]|p|list|olist|url|quote|strike|table|td|th|tr)\]", re.IGNORECASE)
_TAG = re.compile(
    r"\[(/?)(b|i|u|strike|h[1-3]|p|list|olist|\*|url|quote|table|tr|th|td|img|previewyoutube|spoiler|noparse|code|hr)(?=[\]=\s])"
    r"(?:=([^\[\]]{0,1000}))?[^\[\]]{0,100}\]",
    re.IGNORECASE,
)
_NAMES = {
    "b": "strong", "i": "em", "u": "u", "strike": "s", "h1": "h2", "h2": "h3", "h3": "h4", "p": "p", "list": "ul", "olist": "ol",
    "quote": "blockquote", "table": "table", "tr": "tr", "th": "th", "td": "td", "spoiler": "span", "code": "code",
}  # fmt: skip
_PICTURES = re.compile(
    r"\[(?:img|previewyoutube)[^\[\]]{0,200}\][^\[\]]{0,500}\[/(?:img|previewyoutube)\]", re.IGNORECASE
)


def has_bbcode(text: str) -> bool:
    """Return whether `text` contains BBCode: the closing tag of one of the pairs."""
    return "[/" in text and _CLOSING.search(text) is not None


def html_of_bbcode(text: str) -> str:
    """Return `text`, plain or already HTML, with its BBCode as HTML. Linear in its length."""
    plain = not is_markup(text)
    text = _PICTURES.sub("", text)
    if plain:
        text = html.escape(html.unescape(text), quote=False)
    items: list[bool] = []
    pieces: list[str] = []
    end = 0
    for tag in _TAG.finditer(text):
        pieces.append(text[end : tag.start()])
        pieces.append(_element(tag, items))
        end = tag.end()
    pieces.append(text[end:])
    return "".join(pieces).replace("\n", "<br>") if plain else "".join(pieces)


def _element(tag: re.Match[str], items: list[bool]) -> str:
    """Return a tag as HTML; `items` holds for each open list whether an item of it is open."""
    closes, name = bool(tag[1]), tag[2].lower()
    if name == "*":
        if closes or not items:
            return ""
        before, items[-1] = ("</li>" if items[-1] else ""), True
        return f"{before}<li>"
    if name in ("list", "olist"):
        if not closes:
            items.append(False)
            return f"<{_NAMES[name]}>"
        last = "</li>" if items and items.pop() else ""
        return f"{last}</{_NAMES[name]}>"
    if name == "url":
        if closes:
            return "</a>"
        return f'<a href="{html.escape(absolute(html.unescape((tag[3] or "").strip(chr(34)))))}">'
    if name in _NAMES:
        return f"</{_NAMES[name]}>" if closes else f"<{_NAMES[name]}>"
    return "<hr>" if name == "hr" and not closes else ""
