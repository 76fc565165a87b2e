"""Documents compared with what feedparser's and gofeed's own fixtures expect: fixtures.py [DIR] [--list] [--paths].

DIR (../shared/fixtures) holds the archives `feedparser-*.tar.gz` and `gofeed-*.tar.gz`. Compared are the title, address, date, body and
author that a fixture asserts of an entry, by their words: the markup a library leaves in a value is its own affair. What the
fixtures of feedparser's sanitiser expect otherwise than we keep it is listed and not counted. `--paths` compares the documents of the strict and
of the tolerant path for every fixture that both read. The exit status is 1 when a share is below its bar, or when two paths differ in a fixture that
docs/decisions/0030-feed-parsing.md does not list.
"""

from __future__ import annotations

import argparse
import ast
import calendar
import html
import json
import re
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import feedparser
from lxml import etree

from monitor.errors import ParseError
from monitor.model import Document, Fetched, Source, SourceKind, Validators
from monitor.parse.charset import decode
from monitor.parse.entry import byline, parsed
from monitor.parse.feed import feed_text, parse_feed, read_text
from monitor.parse.html_tree import read_html
from monitor.parse.strict import read_strictly
from monitor.parse.tolerant import read_tolerantly

NOW = datetime(2027, 1, 1, tzinfo=UTC)
BARS = {"feedparser": 0.98, "gofeed": 0.97}
# Why they differ is in docs/decisions/0030-feed-parsing.md.
RECORDED = frozenset(
    {
        *(f"tests/wellformed/namespace/atom{name}.xml" for name in ("mathml", "svg", "svgdctitle", "svgdesc", "svgtitle", "xlink")),
        "tests/wellformed/rss/item_category_image.xml", "tests/wellformed/rss/item_guid_isPermaLink_ValueError.xml",
        "testdata/parser/atom/atom10_feed_entry_source_mixed_content.xml", "testdata/parser/atom/entry_id_xml_base.xml",
        "testdata/parser/rss/issue_217_enclosure_children.xml", "testdata/parser/rss/rss_channel_item_author_naked_markup.xml",
        "testdata/parser/rss/rss_channel_item_guid_naked_markup.xml", "testdata/parser/rss/rss_channel_item_uri_at_protocol.xml",
    }
)  # fmt: skip
_SOURCE = Source(name="fixture", kind=SourceKind.FEED, url="", target="", follow=False)
_EXPECTATION = re.compile(r"Expect:\s*(.*?)\s*-->", re.DOTALL)
_CONTENT_TYPE = re.compile(r"Header:\s*Content-type:\s*(.*)", re.IGNORECASE)
_LOCATION = re.compile(r"Header:\s*Content-Location:\s*(.*)", re.IGNORECASE)
# What of an entry in feedparser's model is which field of a document.
_FIELDS = {
    ("title",): "title",
    ("title_detail", "value"): "title",
    ("link",): "address",
    ("links", 0, "href"): "address",
    ("published_parsed",): "date",
    ("created_parsed",): "date",
    ("updated_parsed",): "date",
    ("published",): "date",
    ("created",): "date",
    ("updated",): "date",
    ("summary",): "body",
    ("description",): "body",
    ("summary_detail", "value"): "body",
    ("content", 0, "value"): "body",
    ("author",): "author",
    ("author_detail", "name"): "author",
    ("authors", 0, "name"): "author",
}
# Of the dates of an entry the first counts, and the fullest of its bodies.
_DATES = ("published", "issued", "pubDate", "created", "updated", "modified", "date", "lastmod")
_FULLER = re.compile(r"<(?:atom:)?content[\s>]|encoded>|<fullitem|<xhtml:body|<body[\s>]")
_SHORTER = re.compile(r"<(?:summary|description)[\s>]")
_SANITISER = "/sanitize/"


class Asserted(NamedTuple):
    """One value that a fixture expects of an entry."""

    fixture: str
    number: int
    field: str
    value: Any


class Fixture(NamedTuple):
    """One feed and what is expected of its entries."""

    name: str
    fetched: Fetched
    asserted: tuple[Asserted, ...]


def feedparser_fixtures(archive: Path) -> Iterator[Fixture]:
    """Yield feedparser's fixtures; the comment at the head of each is a Python expression over its result."""
    for name, body in _members(archive, ".xml"):
        text = decode(body)
        match = _EXPECTATION.search(text)
        kind, location = _CONTENT_TYPE.search(text), _LOCATION.search(text)
        url = f"http://127.0.0.1:8097/{name}"
        if location:
            url = feedparser.urls.make_safe_absolute_uri(url, location[1].strip()) or url
        fetched = _fetched(url, body, kind[1].strip() if kind else "")
        yield Fixture(name, fetched, tuple(_expected(name, match[1], text)) if match else ())


def gofeed_fixtures(archive: Path) -> Iterator[Fixture]:
    """Yield gofeed's fixtures; beside each feed stands what it reads as JSON."""
    members = dict(_members(archive, ".xml", ".json"))
    for name, body in members.items():
        stem, _, ending = name.rpartition(".")
        if ending == "json" and (f"{stem}.xml" in members or stem.endswith("_expected")):
            continue
        beside = members.get(f"{stem}.json" if ending == "xml" else f"{stem}_expected.json", b"{}")
        try:
            expected = json.loads(beside)
        except ValueError:
            expected = {}
        items = expected.get("items") or expected.get("entries") or [] if isinstance(expected, dict) else []
        fetched = _fetched(f"https://feeds.example/{name}", body, "")
        yield Fixture(name, fetched, tuple(_gofeed_asserted(name, items)))


def _members(archive: Path, *endings: str) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(archive) as tar:
        for member in tar:
            stream = tar.extractfile(member) if member.isfile() and member.name.endswith(endings) else None
            if stream is not None:
                yield member.name.removeprefix("./"), stream.read()


def _fetched(url: str, body: bytes, content_type: str) -> Fetched:
    return Fetched(url=url, body=body, validators=Validators(), content_type=content_type)


def _expected(name: str, expression: str, text: str) -> Iterator[Asserted]:
    """Yield what `expression` says of entries: every equation with a subscript of `entries` on its left."""
    try:
        tree = ast.parse(expression.strip().replace("\n", " "), mode="eval")
    except SyntaxError:
        return
    if "not entries[0].has_key('link')" in expression:
        yield Asserted(name, 0, "address", "")
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Compare) and all(isinstance(op, ast.Eq) for op in node.ops)):
            continue
        value = _literal(node.comparators[-1])
        for left in (node.left, *node.comparators[:-1]):
            path = _path(left)
            if value is None or len(path) < 3 or path[0] != "entries" or not isinstance(path[1], int):
                continue
            field = _FIELDS.get(tuple(path[2:]))
            if tuple(path[2:]) == ("links", 0) and isinstance(value, dict):
                field, path, value = "address", [*path, "href"], value.get("href")
            if field is None or (field == "date" and not _counts(str(path[2]), text)):
                continue
            if field == "body" and path[2] != "content" and _FULLER.search(text) and _SHORTER.search(text):
                continue
            if field == "address" and path[2] == "links" and text.count("<link") > 1:
                continue
            yield Asserted(name, path[1], field, value)


def _counts(name: str, text: str) -> bool:
    first = next(
        (date for date in _DATES if re.search(rf"<(?:\w+:)?{date}\b|\s{date}=", text, re.IGNORECASE)), ""
    )
    said = {
        "issued": "published",
        "pubDate": "published",
        "modified": "updated",
        "date": "updated",
        "lastmod": "updated",
    }
    return said.get(first, first) == name.removesuffix("_parsed")


def _path(node: ast.expr) -> list[Any]:
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return [*_path(node.value), node.attr]
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return [*_path(node.value), node.slice.value]
    return []


def _literal(node: ast.expr) -> Any:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _literal(node.left) + _literal(node.right)
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _gofeed_asserted(name: str, items: list[dict[str, Any]]) -> Iterator[Asserted]:
    for number, item in enumerate(items):
        if "title" in item:
            yield Asserted(name, number, "title", item["title"])
        link = item.get("link") or item.get("url")
        if not link and isinstance(item.get("links"), list):
            links = [one if isinstance(one, dict) else {"href": one} for one in item["links"]]
            link = next(
                (
                    one["href"]
                    for one in links
                    if one.get("rel", "alternate") == "alternate" and one.get("href")
                ),
                "",
            )
        if link:
            yield Asserted(name, number, "address", link)
        dates = ("publishedParsed", "pubDateParsed", "date_published", "updatedParsed", "date_modified")
        if date := next((item[key] for key in dates if item.get(key)), ""):
            yield Asserted(name, number, "date", date)
        content = item.get("content") or item.get("content_html") or item.get("content_text")
        body = content.get("value", "") if isinstance(content, dict) else content
        if body := body or item.get("description") or item.get("summary"):
            yield Asserted(name, number, "body", body)
        author = item.get("authors") or item.get("author")
        written = author if isinstance(author, list) else [author]
        names = [one if isinstance(one, str) else (one or {}).get("name", "") for one in written]
        if any(names):
            yield Asserted(name, number, "author", ", ".join(filter(None, names)))


def agrees(asserted: Asserted, document: Document) -> bool:
    """Whether `document` says what is asserted, by its words."""
    expected = asserted.value
    if asserted.field == "date":
        return document.published == _moment(expected)
    if asserted.field == "address":
        return document.url == str(expected).strip()
    text = str(expected)
    # What is escaped once too often we read as it was meant, other libraries as it stands.
    wanted = {_squeezed(words) for words in (text, _seen(text), _seen(html.unescape(text)))}
    if asserted.field == "title":
        return _squeezed(document.title) in wanted
    if asserted.field == "author":
        # An entry may have several authors, of which a fixture names the first.
        return f"{document.author}, ".startswith((f"{byline(text)}, ", f"{text}, "))
    own = _seen(document.html) if document.html else document.text
    return _squeezed(own) in wanted


def _moment(value: Any) -> datetime | None:
    if isinstance(value, tuple):
        return datetime.fromtimestamp(calendar.timegm(value), UTC)
    fields = feedparser.datetimes._parse_date(str(value))  # noqa: SLF001 - the library's own reading of its own fixture
    return datetime.fromtimestamp(calendar.timegm(fields), UTC) if fields else None


def _seen(markup: str) -> str:
    """Return the words of HTML as a browser would show them."""
    root = read_html(markup)
    if root is None:
        return ""
    etree.strip_elements(root, "script", "style", "head", "noscript", "iframe", "object", with_tail=False)
    return "".join(map(str, root.itertext()))


def _squeezed(text: str) -> str:
    return "".join(text.split())


def documents(fetched: Fetched) -> tuple[Document, ...]:
    """Return the documents as a poll of the feed would."""
    try:
        return parse_feed(fetched, _SOURCE, now=NOW).documents
    except ParseError:
        return ()


def compare(library: str, archive: Path, *, listed: bool) -> bool:
    """Print how many of the values that `archive` asserts we read too; return whether they reach the bar."""
    fixtures = feedparser_fixtures if library == "feedparser" else gofeed_fixtures
    good: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    own: list[Asserted] = []
    for fixture in fixtures(archive):
        if not fixture.asserted:
            continue
        read = documents(fixture.fetched)
        for one in dict.fromkeys(fixture.asserted):
            document = read[one.number] if one.number < len(read) else None
            if document is not None and agrees(one, document):
                good[one.field] += 1
            elif _SANITISER in one.fixture:
                own.append(one)
            else:
                bad[one.field] += 1
                if listed:
                    _show(one, document)
    print(f"{library}: field, agree, differ")
    for field in sorted({*good, *bad}):
        print(f"  {field:8} {good[field]:4} {bad[field]:4}")
    total = good.total() + bad.total()
    share = good.total() / total if total else 0.0
    print(f"  all      {good.total():4} {bad.total():4}   {share:.1%} (bar {BARS[library]:.0%})")
    print(f"  the sanitiser's own choice, not counted: {len(own)}")
    if listed:
        for one in own:
            print(f"    {one.fixture}: {one.field}")
    return share >= BARS[library]


def _show(one: Asserted, document: Document | None) -> None:
    own = {"title": "title", "address": "url", "date": "published", "author": "author"}
    print(f"{one.fixture} [{one.number}] {one.field}")
    print(f"    expected {one.value!r}"[:300])
    if document is None:
        print("    read     no such entry")
    else:
        said = (document.html or document.text) if one.field == "body" else getattr(document, own[one.field])
        print(f"    read     {said!r}"[:300])


def compare_paths(library: str, archive: Path, *, listed: bool) -> bool:
    """Print for how many fixtures the strict and the tolerant path make other documents; return whether each such is recorded."""
    fixtures = feedparser_fixtures if library == "feedparser" else gofeed_fixtures
    both = unrecorded = 0
    differ: Counter[str] = Counter()
    for fixture in fixtures(archive):
        if not fixture.name.endswith(".xml"):
            continue
        try:
            text = feed_text(read_text(fixture.fetched), fixture.fetched.url)
        except ParseError:
            continue
        feeds = (read_strictly(text.encode("utf-8", "replace")), read_tolerantly(text))
        if feeds[0] is None or feeds[1] is None or not (feeds[0].entries or feeds[1].entries):
            continue
        both += 1
        one, other = (
            parsed(feed, _SOURCE, url=fixture.fetched.url, now=NOW).documents if feed.entries else ()
            for feed in feeds
        )
        if one == other:
            continue
        fields = [
            field
            for a, b in zip(one, other, strict=False)
            for field in ("id", "url", "published", "lang", "title", "html", "text", "author")
            if getattr(a, field) != getattr(b, field)
        ] or ["number of entries"]
        differ[",".join(sorted(set(fields)))] += 1
        unrecorded += fixture.name not in RECORDED
        if listed:
            print(f"{fixture.name}: {', '.join(fields)}")
            for field in dict.fromkeys(fields):
                for a, b in zip(one, other, strict=False):
                    if field != "number of entries" and getattr(a, field) != getattr(b, field):
                        print(f"    strict   {getattr(a, field)!r}"[:240])
                        print(f"    tolerant {getattr(b, field)!r}"[:240])
    print(
        f"{library}: read by both paths {both}, other documents {differ.total()}, of which not recorded {unrecorded}"
    )
    for field, count in differ.most_common():
        print(f"  {count:4} {field}")
    return not unrecorded


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("../shared/fixtures"))
    parser.add_argument("--list", action="store_true", help="show every value that differs")
    parser.add_argument("--paths", action="store_true", help="compare the strict with the tolerant path")
    arguments = parser.parse_args()
    fine = True
    for library in BARS:
        for archive in sorted(arguments.folder.glob(f"{library}-*.tar.gz")):
            check = compare_paths if arguments.paths else compare
            fine &= check(library, archive, listed=arguments.list)
    return 0 if fine else 1


if __name__ == "__main__":
    raise SystemExit(main())
