"""Parse feeds that are not well-formed, by feedparser: slow, but it accepts nearly anything.

feedparser is given bytes and never an address; the text starts at the root element, so it has no DOCTYPE, and ends after the last entry
that is used.
"""

from __future__ import annotations

import itertools
import re
from typing import Any

import feedparser

from monitor.parse.entry import MAX_ENTRIES, Entry, Feed
from monitor.parse.strict import update_period

__all__ = ["read_tolerantly"]

# feedparser takes up to 0.05 ms for a tag, whatever the tag is.
_LONGEST = 1_000_000
_MOST_TAGS = 60_000
_OPENING = re.compile("<")
_HTML_TYPES = ("text/html", "application/xhtml+xml")
# feedparser takes these for the entry's own description, so that an image's caption can replace the text.
_SIDE_DESCRIPTIONS = re.compile(r"<(/?)(media:description|itunes:summary|summary)(?:\s[^<>]*)?>")
# feedparser closes elements that HTML never closes.
_VOID_CLOSING = re.compile(r"</(?:area|base|col|frame|hr|img|input|link|meta|param|source|track|wbr)>")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9A-Fa-f]+)|([0-9]+));?")
_SIDE_NAMES = {
    "media:description": "media:about",
    "itunes:summary": "itunes:about",
    "summary": "itunes:about",
}
_ATOM_ROOT = re.compile(r"<(?:\w{1,30}:)?feed[\s>]")
_DIV = re.compile(r"<(/?)div(?=[\s>])")


def read_tolerantly(text: str) -> Feed | None:
    """Return the feed in `text`, which starts at its root element, or None when feedparser finds none either."""
    text, dropped = _first_entries(_REFERENCE.sub(_possible, _with_sides_apart(text)))
    try:
        result = feedparser.parse(
            text.encode("utf-8", "replace"),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception:  # noqa: BLE001 - what hostile markup makes the library raise is the site's fault, not ours
        return None
    feed = result.feed
    atom = str(result.get("version") or "").startswith("atom")
    if not result.entries and not result.get("version"):
        return None
    return Feed(
        title=str(feed.get("title", "")),
        author=_names(feed, atom) if atom else "",
        lang=str(feed.get("language", "") or ""),
        ttl=update_period(
            *(str(feed.get(name, "") or "") for name in ("ttl", "sy_updateperiod", "sy_updatefrequency"))
        ),
        entries=tuple(
            _entry(entry, atom, str(feed.get("language", "") or "")) for entry in result.entries[:MAX_ENTRIES]
        ),
        dropped=dropped + max(len(result.entries) - MAX_ENTRIES, 0),
    )


def _with_sides_apart(text: str) -> str:
    """Return `text` with the descriptions of pictures and episodes, and RSS's `summary`, renamed."""
    is_atom = _ATOM_ROOT.match(text) is not None
    return _SIDE_DESCRIPTIONS.sub(
        lambda match: (
            match[0] if is_atom and match[2] == "summary" else f"<{match[1]}{_SIDE_NAMES[match[2]]}>"
        ),
        text,
    )


def _unwrapped(markup: str) -> str:
    """Return XHTML without Atom's wrapping `div`."""
    if not markup.startswith("<div") or not markup.endswith("</div>"):
        return markup
    depth = 0
    for match in _DIV.finditer(markup):
        depth += -1 if match[1] else 1
        if not depth:
            return markup[markup.index(">") + 1 : match.start()] if match.end() + 1 == len(markup) else markup
    return markup


def _possible(match: re.Match[str]) -> str:
    """Return a character reference, or "" for an invalid one: feedparser would raise."""
    digits = match[1] or match[2]
    code = int(digits, 16 if match[1] else 10) if len(digits) <= 8 else -1
    return match[0] if 0 <= code < 0xD800 or 0xDFFF < code < 0x110000 else ""


def _first_entries(text: str) -> tuple[str, int]:
    """Return the text up to the end of the last entry within both limits, and the number of entries after it."""
    end = "</entry>" if text.count("</entry>") > text.count("</item>") else "</item>"
    total = text.count(end)
    longest = _longest(text)
    if total <= MAX_ENTRIES and len(text) <= longest:
        return text, 0
    position = kept = 0
    while kept < MAX_ENTRIES and 0 <= (found := text.find(end, position)) <= longest:
        position = found + len(end)
        kept += 1
    return text[: position or longest], total - kept


def _longest(text: str) -> int:
    if text.count("<") <= _MOST_TAGS:
        return _LONGEST
    tags = itertools.islice(_OPENING.finditer(text), _MOST_TAGS, None)
    return min(_LONGEST, next(tags).start())


def _entry(entry: Any, atom: bool, feed_lang: str) -> Entry:
    title = entry.get("title_detail") or {}
    body, markup, lang = _best(entry, atom)
    lang = lang or str(title.get("language") or "")
    return Entry(
        id=str(entry.get("id", "")),
        link=str(entry.get("feedburner_origlink") or _link(entry, atom)),
        title=str(entry.get("title", "")),
        title_markup=not (atom and title.get("type") == "text/plain"),
        body=body,
        body_markup=markup,
        dates=tuple(
            filter(None, (str(dict.get(entry, name) or "") for name in ("published", "created", "updated")))
        ),
        author=_names(entry, atom),
        outlet=str((entry.get("source") or {}).get("title", "")),
        lang=str(entry.get("language") or (lang if lang != feed_lang else "")),
    )


def _best(entry: Any, atom: bool) -> tuple[str, bool, str]:
    details = [*entry.get("content", ()), entry.get("summary_detail") or {}]
    for detail in details:
        if value := str(detail.get("value", "")).strip():
            if detail.get("type") == "application/xhtml+xml":
                value = _VOID_CLOSING.sub("", _unwrapped(value).strip() if atom else value)
            return value, not (atom and detail.get("type") == "text/plain"), str(detail.get("language") or "")
    for name, markup in (("itunes_about", True), ("media_about", False)):
        if value := str(entry.get(name, "")).strip():
            return value, markup, ""
    return "", True, ""


def _link(entry: Any, atom: bool) -> str:
    links = [
        str(link["href"])
        for link in entry.get("links", ())
        if link.get("rel") == "alternate"
        and link.get("type", "text/html") in _HTML_TYPES
        and link.get("href")
    ]
    if links:
        return links[0 if atom else -1]
    # feedparser takes the id for a link where there is no other, but not the address that an entry of RDF is about.
    link = str(entry.get("link") or ("" if "guidislink" in entry else entry.get("id", "")))
    return link if link.startswith(("http://", "https://")) or ("guidislink" in entry and not atom) else ""


def _names(holder: Any, atom: bool) -> str:
    names = [str(author.get("name", "")) for author in holder.get("authors", ())]
    # feedparser may leave the end of a mail address beside the name: the original is available when there is one author.
    if not atom and len(names) < 2:
        names = [str(holder.get("author", ""))]
    return ", ".join(dict.fromkeys(name for name in names if name))
