"""Clean text from outside for storage: one encoding, no control characters, a bounded length.

Marks of writing direction are kept, since they belong to the text; characters that control a terminal or a parser are removed.
"""

from __future__ import annotations

import html
import re

__all__ = ["clean", "is_markup", "one_line", "plain", "unescaped"]

_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_UNWANTED_AS_SPACES = bytes(
    ord(" ") if _UNWANTED.match(chr(code)) or code == ord("\r") else code for code in range(256)
)
_ELEMENT = re.compile(r"<(?:/?[A-Za-z][A-Za-z0-9:-]*(?:\s[^<>]*)?/?>|!--)")
_TAG = re.compile(r"<[!/?]?[A-Za-z-][^<>]*>")
# An entity whose "&" was escaped once more.
_TWICE = re.compile(
    r"&amp;((?:amp;){0,3}(?:#\d{2,6}|#[xX][0-9A-Fa-f]{2,5}|amp|quot|apos|nbsp|shy|[lr][sd]quo|hellip|[nm]dash|[A-Za-z](?:acute|grave|uml|circ|tilde|cedil));)"
)
_MEANT = re.compile(
    r"</(?:a|abbr|b|big|blockquote|cite|code|div|em|figure|font|h[1-6]|i|li|ol|p|s|small|span|strong|sub|sup|table|td|tr|u|ul)\s?>|<br\s?/?>",
    re.IGNORECASE,
)
_MOST_ESCAPES = 3
# The tags that occur in headlines; anything else in angle brackets is text.
_HEADLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|big|br|cite|code|del|div|em|font|h[1-6]|i|img|ins|mark|p|q|s|small|span|strong|sub|sup|u|wbr)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


def clean(text: str, limit: int) -> str:
    """Return `text` with line feeds only, without control characters, cut to `limit` characters.

    UTF-8 that was read as Latin-1 and encoded again is repaired; C1 controls become the Windows-1252 characters that were meant.
    """
    text = text[:limit]
    if not text.isascii():
        text = _mended(text)
    if _is_wanted(text):
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _UNWANTED.search(text):
        text = _UNWANTED.sub(_wanted, text)
    return text


def unescaped(markup: str) -> str:
    """Return HTML that was escaped once or twice too often unescaped, and any other HTML unchanged.

    It was escaped too often when it has no tag and unescaping it yields the end of an element, or when its tags contain nothing but one
    escaped element. Text about tags ("the &lt;b&gt; tag") yields no end of an element and stays text.
    """
    if "&amp;" in markup:
        markup = _TWICE.sub(r"&\1", markup)
    if "lt;" not in markup:
        return markup
    if is_markup(markup):
        words = _TAG.sub("", markup).strip()
        if not words.startswith("&lt;") or not words.endswith("&gt;"):
            return markup
    meant = markup
    for _ in range(_MOST_ESCAPES):
        meant = html.unescape(meant)
        if _MEANT.search(meant):
            return meant
        if "lt;" not in meant:
            break
    return markup


def one_line(text: str, limit: int, *, markup: bool = False) -> str:
    """Return `text` as a headline or name: on one line, with entities resolved and, with `markup`, without tags."""
    # Most headlines, names and ids need no change.
    if text.isascii() and text.isprintable() and "&" not in text and "<" not in text and "  " not in text:
        return text.strip(" ")[:limit]
    if markup and "&" in text:
        text = unescaped(text)
    if markup and "<" in text:
        text = _HEADLINE_TAG.sub(_gap, text)
    if "&" in text:
        text = html.unescape(text)
    return clean(" ".join(text.split()), limit)


def plain(markup: str) -> str:
    """Return the words of an HTML fragment with a space for each tag; for measuring, not for display."""
    words = _TAG.sub(" ", markup)
    return html.unescape(words) if "&" in words else words


def is_markup(text: str) -> bool:
    """Return whether `text` contains an HTML tag or comment, so that it must be parsed as HTML."""
    return "<" in text and _ELEMENT.search(text) is not None


def _is_wanted(text: str) -> bool:
    """Return True when `text` certainly contains nothing to remove; cheaper than searching for it."""
    if text.isascii():
        data = text.encode()
        return data.translate(_UNWANTED_AS_SPACES) == data
    # Every unwanted character is unprintable.
    return text.replace("\n", " ").isprintable()


def _mended(text: str) -> str:
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _wanted(match: re.Match[str]) -> str:
    character = match[0]
    if "\x80" <= character <= "\x9f":
        return character.encode("latin-1").decode("cp1252", "ignore")
    return ""


def _gap(match: re.Match[str]) -> str:
    return " " if match[0].casefold().lstrip("</").startswith(("br", "p", "div", "img")) else ""
