"""Parse well-formed RSS, RDF and Atom by lxml: the fast path, forty times as fast as the tolerant one.

It returns None for everything else: markup that is not well-formed, entity declarations, base64, a root element that is not
a feed's. The tolerant path then parses the same bytes; both give the same result for what both can parse.

Formats: RSS 0.90, 0.91, 0.92, 1.0 (RDF), 2.0; Atom 0.3 and 1.0 (RFC 4287); the modules content, Dublin Core, syndication,
Media RSS, iTunes and FeedBurner.
"""

from __future__ import annotations

import html
import re
from datetime import timedelta
from functools import lru_cache

from lxml import etree
from lxml.etree import _Element

from monitor.parse.entry import MAX_ENTRIES, Entry, Feed
from monitor.parse.links import joined
from monitor.parse.timestamps import first_date
from monitor.parse.wellformed import parse_xml

__all__ = ["read_strictly", "update_period"]

_LANG, _BASE = (f"{{http://www.w3.org/XML/1998/namespace}}{name}" for name in ("lang", "base"))
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDF_ABOUT = f"{{{_RDF}}}about"

# The role of each element; of several with one role the best, then the first, counts (see _best). RSS feeds contain elements of
# Atom without its namespace and Atom feeds contain `item`, so each knows the other's names that have no meaning of its own.
_RSS = {
    "title": "title", "link": "link", "guid": "guid", "pubdate": "published", "author": "author", "description": "description",
    "language": "language", "ttl": "ttl", "item": "item", "channel": "channel", "source": "source", "fullitem": "content",
    "body": "content", "summary": "itunes:summary", "id": "id", "published": "published", "issued": "issued", "created": "created",
    "updated": "updated", "modified": "updated", "entry": "item",
}  # fmt: skip
_ATOM = {
    "title": "atom:title", "link": "atom:link", "id": "id", "published": "published", "issued": "issued", "created": "created",
    "updated": "updated", "modified": "updated", "author": "atom:author", "content": "atom:content", "summary": "atom:summary",
    "entry": "item", "source": "atom:source", "item": "item", "pubdate": "published", "description": "description",
}  # fmt: skip
_FAMILIES = {
    "rss": _RSS,
    "atom": _ATOM,
    "dc": {"title": "title", "creator": "author", "author": "author", "date": "updated", "description": "description", "language": "language"},
    "dcterms": {"issued": "published", "created": "created", "modified": "updated"},
    "content": {"encoded": "content"},
    "media": {"title": "media:title", "description": "media:description", "group": "group", "content": "group"},
    "sy": {"updateperiod": "period", "updatefrequency": "frequency"},
    "feedburner": {"origlink": "origlink"},
    "itunes": {"summary": "itunes:summary", "author": "itunes:author"},
    "xhtml": {"body": "content", "div": "content"},
}  # fmt: skip
# Namespaces by their names without scheme, "www." and trailing marks, in lower case.
_NAMESPACES = {
    **dict.fromkeys((
        "", "purl.org/rss/1.0", "purl.org/net/rss1.1", "my.netscape.com/rdf/simple/0.9", "channel.netscape.com/rdf/simple/0.9",
        "my.netscape.com/publish/formats/rss-0.91.dtd", "backend.userland.com/rss2", "backend.userland.com/rss",
        "backend.userland.com/rss091", "blogs.law.harvard.edu/tech/rss", "cyber.law.harvard.edu/rss/rss.html",
        "rssboard.org/rss-specification",
    ), "rss"),
    **dict.fromkeys(("w3.org/2005/atom", "purl.org/atom/ns"), "atom"),
    **dict.fromkeys(("purl.org/dc/elements/1.1", "purl.org/dc/elements/1.0"), "dc"),
    "purl.org/dc/terms": "dcterms",
    "purl.org/rss/1.0/modules/content": "content",
    "search.yahoo.com/mrss": "media",
    "purl.org/rss/1.0/modules/syndication": "sy",
    "rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "w3.org/1999/xhtml": "xhtml",
}  # fmt: skip
_MOST_TAGS = 1000
_SCHEME = re.compile(r"(?:https?:)?//(?:www\.)?", re.IGNORECASE)
# The roles of which only the first text counts; of an address or a date that is given several times, the last, as other readers do.
_PLAIN = frozenset({"title", "id", "language", "origlink", "ttl", "period", "frequency"})
_DATES = ("published", "issued", "created", "updated")
_TEXTS = frozenset({*_PLAIN, *_DATES, "link"})
# The fullest first.
_BODIES = (
    "content",
    "atom:content",
    "summary",
    "description",
    "atom:summary",
    "itunes:summary",
    "media:description",
)
_DECLARATION = re.compile(r' xmlns(?::\w{1,40})?="[^"<>]{0,200}"')
_ROOTS = frozenset({"rss", "rdf", "feed"})
_HTML_TYPES = ("text/html", "html", "application/xhtml+xml", "xhtml")
_HTTP = ("http://", "https://")
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}


def read_strictly(body: bytes) -> Feed | None:
    """Return the feed in `body` (UTF-8, whatever its declaration says), or None when only the tolerant path can parse it."""
    if b"<!ENTITY" in body:
        return None
    try:
        root = parse_xml(body)
    except etree.XMLSyntaxError:
        return None
    if root is None or _local(root.tag).lower() not in _ROOTS:
        return None
    try:
        return _feed(root)
    except _NotStrictError:
        return None


class _NotStrictError(Exception):
    """Well-formed content that only the tolerant path parses."""


def _feed(root: _Element) -> Feed:
    roles = _roles_of(root)
    texts, parts = _read(root, roles)
    channel = parts["channel"][0] if "channel" in parts else root
    items = parts.get("item", [])
    if channel is not root:
        texts, parts = _read(channel, roles)
        items = parts.get("item", []) + items
    if not items:
        raise _NotStrictError
    kept, dropped = _newest(items, roles)
    lang = channel.get(_LANG) or root.get(_LANG) or ""
    base = _based(channel.get(_BASE), _based(root.get(_BASE), ""))
    return Feed(
        title=_title(texts, parts)[0],
        author=_names(parts) if "atom:author" in parts else "",
        lang=texts.get("language") or lang,
        ttl=update_period(texts.get("ttl", ""), texts.get("period", ""), texts.get("frequency", "")),
        entries=tuple([_entry(item, base, roles) for item in kept]),
        dropped=dropped,
    )


class _Roles:
    """The role of each tag of the feeds of one family whose own namespaces are `own`; `known` grows as tags are met.

    An unknown namespace is taken for the feed's own if it is the default one, else for the usual one of its prefix.
    """

    def __init__(self, family: str, own: frozenset[str]) -> None:
        self.known: dict[str, str | None] = {}
        self._family = family
        self._own = own

    def of(self, element: _Element) -> str | None:
        """Return the role of `element`, None for an unknown one."""
        namespace, name = _split(element.tag)
        known = _NAMESPACES.get(_SCHEME.sub("", namespace.strip(), count=1).rstrip("/#").lower())
        is_own = namespace in self._own
        is_default = not element.prefix and known in (None, "rss", "atom")
        family = self._family if is_own or is_default else known or element.prefix or ""
        role = _FAMILIES.get(family, {}).get(name.lower())
        # Cached for all such feeds, so neither what depends on the prefix of one element, nor more than the known names.
        if (is_own or (known and not is_default)) and len(self.known) < _MOST_TAGS:
            self.known[element.tag] = role
        return role


@lru_cache(maxsize=64)
def _roles(family: str, own: frozenset[str]) -> _Roles:
    return _Roles(family, own)


def _roles_of(root: _Element) -> _Roles:
    namespace, name = _split(root.tag)
    own = frozenset({root.nsmap.get(None) or "", namespace}) - {_RDF}
    return _roles("atom" if name.lower() == "feed" else "rss", own)


def _newest(items: list[_Element], roles: _Roles) -> tuple[list[_Element], int]:
    """Return the entries within the limit, from the end if the last is newer than the first, and the number beyond it."""
    dropped = len(items) - MAX_ENTRIES
    if dropped <= 0:
        return items, 0
    first, last = (first_date(_dates(_read(items[n], roles)[0])) for n in (0, -1))
    if first is not None and last is not None and last > first:
        return items[dropped:], dropped
    return items[:MAX_ENTRIES], dropped


def _read(element: _Element, roles: _Roles) -> tuple[dict[str, str], dict[str, list[_Element]]]:
    """Return the children of `element` by role: the first text that is not blank, and the elements of the other roles."""
    texts: dict[str, str] = {}
    parts: dict[str, list[_Element]] = {}
    known = roles.known
    for child in element:
        tag = child.tag
        role = known[tag] if tag in known else roles.of(child)
        if role is None:
            continue
        if role in _TEXTS:
            if role in texts and role in _PLAIN:
                continue
            text = (_value(child) if len(child) else child.text or "").strip()
            if text or (role == "link" and (text := _href(child))):
                texts[role] = text
        elif role in parts:
            parts[role].append(child)
        elif role == "group":
            for inner in child.iter():
                inner_role = known[inner.tag] if inner.tag in known else roles.of(inner)
                if inner_role is not None and inner_role.startswith("media:"):
                    parts.setdefault(inner_role, []).append(inner)
        else:
            parts[role] = [child]
    return texts, parts


def _entry(item: _Element, base: str, roles: _Roles) -> Entry:
    texts, parts = _read(item, roles)
    base = _based(item.get(_BASE), base)
    title, title_markup, title_lang = (texts["title"], True, "") if "title" in texts else _title(texts, parts)
    body, body_markup, lang = _best(parts)
    guid = parts["guid"][0] if "guid" in parts else None
    name = texts.get("id") or (_value(guid) if guid is not None else "") or item.get(_RDF_ABOUT) or ""
    link = texts.get("origlink") or texts.get("link") or (_link(parts) if "atom:link" in parts else "")
    if not link and (
        guid.get("isPermaLink", "true").lower() == "true" if guid is not None else name.startswith(_HTTP)
    ):
        link = name
    return Entry(
        name,
        joined(base, link) if base and link else link,
        title,
        title_markup,
        body,
        body_markup,
        _dates(texts),
        _names(parts) if "author" in parts or "atom:author" in parts or "itunes:author" in parts else "",
        _outlet(parts, roles) if "source" in parts or "atom:source" in parts else "",
        texts.get("language") or lang or (title_lang if not body else "") or item.get(_LANG) or "",
    )


def _best(parts: dict[str, list[_Element]]) -> tuple[str, bool, str]:
    """Return the fullest body an entry has: (body, whether it is HTML, its own language)."""
    for role in _BODIES:
        if role not in parts:
            continue
        for element in parts[role]:
            markup = True
            if role.startswith("atom:"):
                body, markup = _construct(element)
            elif role == "media:description":
                body, markup = _value(element), element.get("type") == "html"
            else:
                body = _inner(element) if len(element) else element.text or ""
            if body := body.strip():
                return body, markup, element.get(_LANG) or ""
    return "", True, ""


def _title(texts: dict[str, str], parts: dict[str, list[_Element]]) -> tuple[str, bool, str]:
    """Return a title: (text, whether it is HTML, its own language)."""
    if "title" in texts:
        return texts["title"], True, ""
    for element in parts.get("atom:title", ()):
        text, markup = _construct(element)
        if text.strip():
            return text, markup, element.get(_LANG) or ""
    for element in parts.get("media:title", ()):
        if text := _value(element).strip():
            return text, element.get("type") == "html", ""
    return "", True, ""


def _construct(element: _Element) -> tuple[str, bool]:
    """Return an Atom text construct (RFC 4287, 3.1 and 4.1.3; `mode` of Atom 0.3) as (text, whether it is HTML)."""
    kind = (element.get("type") or "text").lower().partition(";")[0].strip()
    if element.get("mode") == "base64" or not (
        kind in ("text", "html", "xhtml") or kind.startswith("text/") or kind.endswith("xml")
    ):
        raise _NotStrictError
    if len(element):
        wrapped = _wrapped(element)
        if wrapped is not None and not len(wrapped) and kind == "html":
            return wrapped.text or "", True
        return _inner(element if wrapped is None else wrapped), True
    return element.text or "", kind not in ("text", "text/plain")


def _wrapped(element: _Element) -> _Element | None:
    """Return the `div` that is all that Atom has in `element` (RFC 4287, 3.1.1.3), None when it contains anything else."""
    child = element[0]
    alone = len(element) == 1 and _local(child.tag) == "div"
    return child if alone and not (element.text or "").strip() and not (child.tail or "").strip() else None


def _inner(element: _Element) -> str:
    """Return the markup inside `element` as HTML."""
    for node in element.iter():
        node.tag = _local(node.tag)
    etree.cleanup_namespaces(element)
    markup = "".join(etree.tostring(child, method="html", encoding="unicode") for child in element)
    return html.escape(element.text or "", quote=False) + _DECLARATION.sub("", markup)


def _link(parts: dict[str, list[_Element]]) -> str:
    """Return the address of the first alternate version that is HTML; some feeds give it as the text of the element."""
    return next((href for element in parts["atom:link"] if (href := _href(element))), "")


def _href(element: _Element) -> str:
    href = element.get("href") or _value(element).strip()
    if (
        href
        and element.get("rel", "alternate") == "alternate"
        and element.get("type", "text/html") in _HTML_TYPES
    ):
        return joined(_based(element.get(_BASE), ""), href)
    return ""


def _names(parts: dict[str, list[_Element]]) -> str:
    names = [_value(element).strip() for element in parts.get("author", ())]
    for author in parts.get("atom:author", ()):
        names += [(child.text or "").strip() for child in author if _local(child.tag) == "name"]
    if not any(names):
        names = [_value(element).strip() for element in parts.get("itunes:author", ())]
    return ", ".join(dict.fromkeys(name for name in names if name))


def _outlet(parts: dict[str, list[_Element]], roles: _Roles) -> str:
    if "source" in parts:
        return _value(parts["source"][0])
    return _title(*_read(parts["atom:source"][0], roles))[0]


def _dates(texts: dict[str, str]) -> tuple[str, ...]:
    """Return the candidates for the time of publication, the likeliest first."""
    if "updated" not in texts and "issued" not in texts and "created" not in texts:
        return (texts["published"],) if "published" in texts else ()
    return tuple([texts[role] for role in _DATES if role in texts])


def update_period(ttl: str, period: str, frequency: str) -> timedelta | None:
    """Return the time for which a feed is fresh: `ttl` in minutes (RSS 2.0), else the syndication module's period."""
    if ttl.strip().isdecimal() and len(ttl.strip()) < 8:
        return timedelta(minutes=int(ttl))
    whole = _PERIODS.get(period.strip().lower())
    times = int(frequency) if frequency.strip().isdecimal() and len(frequency.strip()) < 6 else 1
    return whole / max(times, 1) if whole else None


def _value(element: _Element) -> str:
    return "".join(map(str, element.itertext())) if len(element) else element.text or ""


def _based(own: str | None, outer: str) -> str:
    return outer if own is None else joined(outer, own.strip()) or outer


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _split(tag: str) -> tuple[str, str]:
    """Return a tag as (namespace, local name)."""
    namespace, _, name = tag.rpartition("}")
    return namespace[1:], name
