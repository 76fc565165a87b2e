"""Convert a page to one document: the part named by the selector, else the main text, as a fragment with its structure.

The fragment has headings, paragraphs, lists, tables, captions and quotes (see `monitor.parse.html_tree`), and embedded posts in the
one form of `monitor.parse.embeds`. The time is the later of the page's publication and modification, since a page is polled
for additions to it.
"""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from datetime import datetime, timedelta

from lxml import etree
from lxml.etree import _Element

from monitor.errors import ParseError
from monitor.model import Document, Fetched, Parsed, Source
from monitor.parse.clean import clean, is_markup, plain
from monitor.parse.credit import is_name_official
from monitor.parse.embeds import normalise_posts
from monitor.parse.entry import MAX_BODY, language
from monitor.parse.feed import read_text
from monitor.parse.html_tree import fragment, read_html, spread_cells, strip_hidden, text_of
from monitor.parse.metadata import read_metadata
from monitor.parse.timestamps import published_at, unread_dates

__all__ = ["article", "parse_page"]

_LONGEST = 6_000_000
# Beyond these limits main-text extraction could take seconds; plain extraction does not.
_MOST_ELEMENTS = 20_000
_LONGEST_FOR_MAIN_TEXT = 1_500_000
_TOO_LITTLE = 200
_MOST_SELECTED = 200
_LONGEST_CELL, _LONGEST_TABLE = 1000, 50_000
_KEEP = "data-keep"
_UNREAD = ("script", "style", "noscript", "template")
_FURNITURE = ("nav", "aside", "footer", "menu", "dialog")
_TOKEN = re.compile(r"\s*xqkeep(\d{1,6})xq\s*")


def parse_page(fetched: Fetched, source: Source, *, now: datetime) -> Parsed:
    """Return the page as one document. Raises ParseError when it is not a page, the selector matches nothing, or it has no text."""
    root = _read(fetched)
    metadata = read_metadata(root, fetched.url)
    body = _body(root, source, fetched.url)
    times = [time for time in (metadata.published, metadata.modified) if time is not None and time <= now]
    address = metadata.url or (fetched.url if fetched.url.startswith(("http://", "https://")) else "")
    document = Document(
        id=metadata.url or fetched.url,
        url=address,
        source=source.name,
        published=published_at(max(times, default=None), now),
        lang=language(source.lang, metadata.lang),
        title=metadata.title,
        html=body,
        author=metadata.author or metadata.site,
        official=is_name_official(source, (metadata.author, metadata.site), url=fetched.url, link=""),
    )
    return Parsed(
        documents=(document,),
        title=metadata.site or metadata.title,
        doubt=unread_dates([metadata.unread], 1) if metadata.unread else "",
    )


def article(fetched: Fetched, document: Document, source: Source) -> Document:
    """Return the whole article behind the teaser `document`, read from the page in `fetched`.

    It keeps the fields of the entry; the page gives its body, and its byline, language and headline if the entry had none. A
    page with less text than the teaser is ignored. Raises ParseError when it is not a page.
    """
    root = _read(fetched)
    metadata = read_metadata(root, fetched.url)
    body = _body(root, source, fetched.url)
    if len(body) <= len(document.html or document.text):
        return document
    author = document.author or metadata.author or metadata.site
    return replace(
        document,
        published=_better(document.published, metadata.published),
        lang=document.lang or metadata.lang,
        title=document.title or metadata.title,
        html=body,
        text="",
        author=author,
        official=document.official
        or is_name_official(source, (author, metadata.author, metadata.site), url=fetched.url, link=""),
    )


def _better(entry: datetime, page: datetime | None) -> datetime:
    """Return the earlier time; a page's date without a time counts only when the entry came more than a day later."""
    if page is None:
        return entry
    bare = (page.hour, page.minute, page.second) == (0, 0, 0)
    return page if page < entry - (timedelta(days=1) if bare else timedelta(0)) else entry


def _read(fetched: Fetched) -> _Element:
    text = read_text(fetched)
    if text.startswith("%PDF-") or "\0" in text[:1024]:
        raise ParseError("is a PDF or other binary data, not a page", where=fetched.url)
    if not is_markup(text[:_LONGEST]):
        raise ParseError("is not an HTML page (there is no markup in it)", where=fetched.url)
    root = read_html(text[:_LONGEST])
    if root is None:
        raise ParseError("is an HTML page with nothing in it", where=fetched.url)
    return root


def _body(root: _Element, source: Source, url: str) -> str:
    etree.strip_elements(root, *_UNREAD, with_tail=False)
    strip_hidden(root)
    spread_cells(root)
    posts = normalise_posts(root, url)
    if source.select:
        return _selected(root, source.select, url)
    main = _main_text(root, posts)
    container = _container(root)
    if main is None or (container.tag != "body" and _words(main) < _TOO_LITTLE):
        main = [container]
    body = _kept(main, url)
    if not body:
        raise ParseError("has no readable text", where=url)
    return body


def _selected(root: _Element, selector: str, url: str) -> str:
    # Imported here: it takes a third of a second, and only a selector needs it.
    from bs4 import BeautifulSoup  # noqa: PLC0415 - slow to import, not always needed
    from soupsieve import SelectorSyntaxError  # noqa: PLC0415 - as above

    soup = BeautifulSoup(_serialised(root), "lxml")
    try:
        found = soup.select(selector, limit=_MOST_SELECTED)
    except (SelectorSyntaxError, NotImplementedError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise ParseError(f"the selector {selector!r} cannot be read ({reason})", where=url) from None
    chosen = {id(element) for element in found}
    outermost = [element for element in found if chosen.isdisjoint(map(id, element.parents))]
    tree = read_html("".join(f"<div>{element}</div>" for element in outermost)) if outermost else None
    body = "" if tree is None else _kept([tree], url)
    if not body:
        what = "has no text" if found else "matches nothing on the page"
        raise ParseError(f"the selector {selector!r} {what}", where=url)
    return body


def _kept(elements: list[_Element], url: str) -> str:
    """Return the elements as a fragment, "" when it has no words."""
    body = clean(fragment(elements, limit=MAX_BODY, base=url), 2 * MAX_BODY)
    return body if plain(body).strip() else ""


def _main_text(root: _Element, posts: list[_Element]) -> list[_Element] | None:
    """Return the main text found by trafilatura, with posts, captions, tables and definitions; None when it finds none or is not applicable.

    trafilatura drops figures and lists within cells, and rewrites quotes and definitions, so each of these is replaced by a paragraph with its
    words and a token, and restored at the token afterwards.
    """
    if sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        return None
    kept = [*posts, *_captions(root)]
    kept += _tables(root, kept)
    for number, node in enumerate(kept):
        node.set(_KEEP, str(number))
    text = _serialised(_with_tokens(root))
    if len(text) > _LONGEST_FOR_MAIN_TEXT:
        return None
    found = _extracted(text)
    main = read_html(found) if found else None
    if main is None:
        return None
    restored = _restore(main, kept)
    return [
        main,
        *(post for number, post in enumerate(posts) if number not in restored and not _beside(post)),
    ]


def _captions(root: _Element) -> list[_Element]:
    for figure in root.iter("figure"):
        if figure.find(".//blockquote") is not None or figure.find(".//table") is not None:
            figure.tag = "div"
    return [figure for figure in root.iter("figure") if figure.find(".//figcaption") is not None]


def _tables(root: _Element, kept: list[_Element]) -> list[_Element]:
    """Return the data tables and definition lists that are not within an element kept already."""
    found: list[_Element] = []
    apart = set(kept)
    for element in root.iter("table", "dl"):
        if any(ancestor in apart for ancestor in element.iterancestors()):
            continue
        if _is_data(element):
            apart.add(element)
            found.append(element)
    return found


def _is_data(element: _Element) -> bool:
    """Return whether a table or a definition list holds data, not layout or navigation."""
    if element.tag == "table":
        cells = list(element.iter("td", "th"))
        if len(cells) < 2 or any(
            True for _ in element.iterdescendants("table", "article", "h1", "h2", *_FURNITURE)
        ):
            return False
    else:
        cells = list(element.iter("dt", "dd"))
        if not any(cell.tag == "dd" for cell in cells):
            return False
    sizes = [len(text_of(cell, _LONGEST_CELL + 1)) for cell in cells]
    links = sum(len(text_of(link, _LONGEST_CELL)) for link in element.iter("a"))
    return max(sizes) <= _LONGEST_CELL and sum(sizes) <= _LONGEST_TABLE and links * 10 <= sum(sizes) * 9


def _with_tokens(root: _Element) -> _Element:
    tree = copy.deepcopy(root)
    _demote_articles(tree)
    # trafilatura drops `time` with its words.
    for node in tree.iter("time"):
        node.tag = "span"
    for node in [node for node in tree.iter("blockquote", "figure", "table", "dl") if node.get(_KEEP)]:
        parent = node.getparent()
        if parent is None:
            continue
        stand_in = etree.Element("p")
        words = node.find(".//figcaption") if node.tag == "figure" else node
        stand_in.text = f"xqkeep{node.get(_KEEP)}xq {text_of(words if words is not None else node)}"
        stand_in.tail = node.tail
        parent.replace(node, stand_in)
    return tree


def _demote_articles(tree: _Element) -> None:
    """Turn each `article` into a `div` when all are small compared with their container in `main`: they are cards, not the text."""
    main = tree.find(".//main")
    articles = [] if main is None else list(main.iter("article"))
    if main is None or not articles or tree.xpath("count(//article//main)"):
        return
    most = max(len(text_of(article, MAX_BODY)) for article in articles)
    if most * 2 < len(text_of(main, MAX_BODY)):
        for article in articles:
            article.tag = "div"


def _restore(main: _Element, kept: list[_Element]) -> set[int]:
    """Replace the tokens by the kept elements; return the numbers of the tokens that were found."""
    restored: set[int] = set()
    for node in [node for node in main.iter() if node.text and "xqkeep" in node.text]:
        match, parent = _TOKEN.match(node.text or ""), node.getparent()
        if match is None or parent is None or int(match[1]) >= len(kept) or int(match[1]) in restored:
            continue
        original = copy.deepcopy(kept[int(match[1])])
        original.tail = node.tail
        parent.replace(node, original)
        restored.add(int(match[1]))
    return restored


def _beside(post: _Element) -> bool:
    return any(ancestor.tag in _FURNITURE for ancestor in post.iterancestors())


def _container(root: _Element) -> _Element:
    """Return the element of the text: an article, main, else the body; boilerplate (navigation, footer, ads) is removed from it."""
    for name in _FURNITURE:
        etree.strip_elements(root, name, with_tail=False)
    for name in ("article", "main"):
        if found := list(root.iter(name)):
            return max(found, key=lambda element: len(text_of(element, MAX_BODY)))
    body = root.find("body")
    return root if body is None else body


def _words(elements: _Element | list[_Element]) -> int:
    return sum(
        len(text_of(element, MAX_BODY))
        for element in (elements if isinstance(elements, list) else [elements])
    )


def _serialised(root: _Element) -> str:
    return str(etree.tostring(root, method="html", encoding="unicode"))


def _extracted(text: str) -> str:
    # Imported here: it takes half a second, and feeds alone do not need it.
    import logging  # noqa: PLC0415 - as below

    import trafilatura  # noqa: PLC0415 - slow to import, not always needed

    # A page without main text is not logged: it is parsed another way, or the ParseError says so.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = trafilatura.extract(
            text,
            output_format="html",
            include_comments=False,
            include_tables=True,
            include_formatting=True,
            include_links=False,
            with_metadata=False,
        )
    except Exception:  # noqa: BLE001 - whatever a hostile page does to the library, the plain reading is there
        return ""
    return found or ""
