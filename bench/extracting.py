"""How fast claims are read, as a ratio to the obvious alternative on the same texts, and how cost grows."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from bench.naming import beside_first_version
from bench.texts import WORKS, entries, unrelated_works
from monitor.extract import Extractor
from monitor.model import Claim, Document
from monitor.parse import structured

__all__ = ["run"]

T = TypeVar("T")
_PUBLISHED = datetime(2023, 5, 4, tzinfo=UTC)


def run(shared: Path) -> None:
    """Print the tables."""
    documents = list(entries(shared, 20_000))
    extractor = Extractor(WORKS)
    read_all(extractor, documents[:2000])  # what is built on first use is built
    seconds, claims = timed(lambda: read_all(extractor, documents))
    size = sum(len(d.title) + len(d.html) + len(d.text) for d in documents)
    print(
        f"reading claims     {len(documents) / seconds:>10,.0f} documents/s   {size / seconds / 1e6:.2f} MB/s   {claims} claims, 20 works watched, one core"
    )
    against_dateparser(documents, seconds / len(documents))
    growth_with_watch_list(documents, seconds)
    growth_with_text()
    beside_first_version(shared)


def against_dateparser(documents: Sequence[Document], each: float) -> None:
    """Compare with a generic date parser, which one would wire up behind a keyword today."""
    from dateparser.search import search_dates  # noqa: PLC0415 - loading it is slow and not measured

    few = documents[:: len(documents) // 100]
    seconds, _ = timed(
        lambda: [search_dates(f"{d.title}. {d.html or d.text}", languages=["en"]) for d in few]
    )
    print(f"ratio to dateparser.search_dates on the same texts: {seconds / len(few) / each:,.0f} x as fast")


def growth_with_watch_list(documents: Sequence[Document], base: float) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    loading, many = timed(lambda: Extractor([*WORKS, *unrelated_works(100_000)]))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    read_all(many, documents[:2000])
    again, _ = timed(lambda: read_all(Extractor(WORKS), documents))
    seconds, _ = timed(lambda: read_all(many, documents))
    print(
        f"100,000 further works: {seconds / min(base, again):.2f} x the time; loaded in {loading:.1f} s, {grown / 1024:.0f} MB"
    )


def growth_with_text() -> None:
    extractor = Extractor(WORKS)
    print("hostile texts        100 kB       1 MB   growth (10 = linear)")
    for name, make in HOSTILE.items():
        small, large = (timed(partial(claims_of, extractor, make(size)))[0] for size in (100_000, 1_000_000))
        print(f"  {name:<18} {small:6.3f} s   {large:6.3f} s   {large / small:.1f}")


def _document(*, text: str = "", html: str = "") -> Document:
    return Document(
        id="x", published=_PUBLISHED, lang="en", title="Alan Wake 2 release date", text=text, html=html
    )


def _filled(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size]


HOSTILE: dict[str, Callable[[int], Document]] = {
    "nested tags": lambda size: _document(
        html=_filled("<div>", size // 2) + "Alan Wake 2" + _filled("</div>", size // 2)
    ),
    "one long line": lambda size: _document(text="Alan Wake 2 " + _filled("comes out and ", size)),
    "one long word": lambda size: _document(text="Alan Wake 2 " + "a" * size),
    "digit wall": lambda size: _document(text="Alan Wake 2 " + "1" * size),
    "digits and blanks": lambda size: _document(text="Alan Wake 2 " + _filled("12 10 2023 ", size)),
    "repeated title": lambda size: _document(text=_filled("Alan Wake 2 ", size)),
    "repeated date": lambda size: _document(text="Alan Wake 2 is out " + _filled("on May 4, ", size)),
    "repeated claim": lambda size: _document(text=_filled("Alan Wake 2 launches on October 17. ", size)),
    "credit chain": lambda size: _document(text=_filled("according to X, Y told Z that Alan Wake 2 ", size)),
    "open tags": lambda size: _document(html=_filled("<p>Alan Wake 2<a href='", size)),
    "entities": lambda size: _document(html="Alan Wake 2" + _filled("&amp;&#1234;", size)),
}


def claims_of(extractor: Extractor, document: Document) -> tuple[Claim, ...]:
    return extractor.claims(structured(document)) if any(extractor.might_claim([document])) else ()


def read_all(extractor: Extractor, documents: Sequence[Document]) -> int:
    return sum(len(claims_of(extractor, document)) for document in documents)


def timed(work: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result
