"""Parse XML that is well-formed and refuse any other, without external resources and without entity expansion.

The text before the root element is left out, including the DOCTYPE with its entities; references to them are not resolved.
"""

from __future__ import annotations

import re

from lxml import etree
from lxml.etree import _Element

from monitor.errors import ParseError

__all__ = ["document_of", "parse_xml"]

# The characters that XML 1.0 (2.2) does not allow.
_NO_CHARACTERS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
# "&" in an address is often not written as "&amp;"; a reference to an entity is then taken literally.
_STRAY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
_FIRST = re.compile(r"<([A-Za-z_][\w.:-]{0,60})")
_HEAD = 200_000


def parse_xml(body: bytes) -> _Element:
    """Return the root of well-formed XML in UTF-8, whatever its declaration says. Raises lxml's XMLSyntaxError."""
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(body, parser)


def document_of(text: str, root: re.Pattern[str], what: str, where: str) -> _Element:
    """Return the root element of the document in `text`; its lines are counted as in `text`.

    `root` matches the opening of that element with its name as group 1, `what` names the format. Raises ParseError for another kind of document,
    and for one that is truncated, not well-formed, or nested too deeply.
    """
    opening = root.search(text, 0, _HEAD)
    if opening is None:
        raise ParseError(f"is {_found(text)}, not {what}", where=where)
    start, name = opening.start(), opening[1]
    end = text.rfind(f"</{name}")
    if end < 0:
        raise ParseError(f"breaks off before its </{name}>: it was cut short", where=where)
    text = "\n" * text.count("\n", 0, start) + f"{text[start:end]}</{name}>"
    try:
        return _parsed(text)
    except etree.XMLSyntaxError:
        pass
    try:
        return _parsed(_STRAY.sub("&amp;", text))
    except etree.XMLSyntaxError as error:
        raise ParseError(_fault(error), where=where) from None


def _parsed(text: str) -> _Element:
    return parse_xml(text.translate(_NO_CHARACTERS).encode("utf-8", "replace"))


def _found(text: str) -> str:
    first = _FIRST.search(text, 0, _HEAD)
    if "<!doctype html" in text[:_HEAD].lower() or (first and first[1].lower() in ("html", "head", "body")):
        return "an HTML page"
    return (
        f"XML of another kind (its first element is <{first[1]}>)" if first else "plain text or binary data"
    )


def _fault(error: etree.XMLSyntaxError) -> str:
    said = " ".join((error.msg or "it cannot be read").split())
    if "depth" in said.lower():
        return "is nested too deeply to be meant"
    return f"is not well-formed XML: line {error.lineno or 1}: {said.partition(', line ')[0][:200]}"
