"""Turn a stored document into plain text, and a quote into a passage with its context."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from monitor.model import Claim, Document, Span
from monitor.review.views import Passage

__all__ = ["covered", "passage", "readable"]

_CONTEXT = 240
"""The characters of context on each side of a quote."""
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "h1", "h2",
     "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot",
     "th", "thead", "tr", "ul"}
)  # fmt: skip
_PIECES = re.compile(
    r"<(?P<close>/?)(?P<tag>[A-Za-z][A-Za-z0-9]{0,30})(?:[^<>]{0,20000})>|<!--|&#?\w{1,30};|[^<&]+|[<&]"
)
_SKIPPED = frozenset({"script", "style", "template", "noscript"})


def passage(document: Document | None, claim: Claim, lang: str = "") -> Passage:
    """Return the quote of `claim` in its context in `document`; the quote alone where the document or its position is not known."""
    span = claim.span
    if document is None or span is None:
        return Passage(quote=claim.quote, lang=lang)
    text, offsets = readable(getattr(document, span.part), is_html=span.part == "html")
    first, last = covered(offsets, span)
    start, end = max(0, first - _CONTEXT), min(len(text), last + _CONTEXT)
    return Passage(
        before=text[start:first],
        quote=text[first:last],
        after=text[last:end],
        is_cut_before=start > 0,
        is_cut_after=end < len(text),
        lang=lang,
    )


def readable(source: str, *, is_html: bool) -> tuple[str, list[int]]:
    """Return the text of a part of a document, and for each of its characters the offset in the part."""
    if not is_html:
        return source, list(range(len(source)))
    letters: list[str] = []
    offsets: list[int] = []
    for piece, offset in _words(source):
        # The letters of a reference stand where it begins, those of text each where they are.
        step = int(piece == " ".join(re.split(r"\s", source[offset : offset + len(piece)])))
        for number, letter in enumerate(piece):
            if letter.isspace() and letters and letters[-1].isspace() and not (letter == "\n" != letters[-1]):
                continue
            letters.append(letter)
            offsets.append(offset + step * number)
    return "".join(letters), offsets


def covered(offsets: Sequence[int], span: Span) -> tuple[int, int]:
    """Return the characters of the readable text that `span` covers."""
    return bisect_left(offsets, span.start), bisect_left(offsets, span.end)


def _words(source: str) -> Iterator[tuple[str, int]]:
    """Yield the text of markup with its offsets: tags of blocks as line breaks, other tags and scripts not at all."""
    skipped = ""
    position = 0
    while found := _PIECES.match(source, position):
        piece, position = found[0], found.end()
        tag = (found["tag"] or "").lower()
        if piece == "<!--":
            end = source.find("-->", position)
            position = len(source) if end < 0 else end + 3
        elif skipped:
            skipped = "" if tag == skipped and found["close"] else skipped
        elif tag in _SKIPPED and not found["close"]:
            skipped = tag
        elif tag:
            if tag in _BLOCKS:
                yield "\n", found.start()
        elif piece.startswith("&") and len(piece) > 1:
            yield html.unescape(piece), found.start()
        else:
            yield " ".join(re.split(r"\s", piece)), found.start()
