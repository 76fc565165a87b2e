"""A document is screened once and scanned once, whoever reads it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.cli import main
from monitor.extract import Extractor
from monitor.model import Document, Fetched, SourceKind, Span, Validators
from monitor.review.passages import passage
from monitor.workers.worker import extracted, read, read_article
from tests.builders import NOW, claim, document, source, work
from tests.calls import Call, calls_of

BODY = "<h2>Alan Wake 2</h2><p>It launches on <b>October 17, 2023</b>, says the maker.</p><p>A trailer is out.</p>"
TEASER = document(html="<p>A date for Alan Wake 2 …</p>", title="Alan Wake 2")
EXTRACTOR = Extractor([work()])
FEED = (
    '<rss version="2.0"><channel><title>News</title>'
    + "".join(
        f"<item><title>{title}</title><guid>{title}</guid><description><![CDATA[{BODY}]]></description></item>"
        for title in ("Alan Wake 2 dated", "Alan Wake 2 again")
    )
    + "<item><title>Silo</title><guid>3</guid><description><![CDATA[<p>It rains.</p>]]></description></item></channel></rss>"
)
PAGE = f"<html><head><title>Alan Wake 2</title></head><body><main><article>{BODY * 4}</article></main></body></html>"


def fetched(body: str) -> Fetched:
    return Fetched(url="https://news.example/x", body=body.encode(), validators=Validators())


def feed() -> object:
    return read(EXTRACTOR, fetched(FEED), source(), NOW)


def page() -> object:
    return read(EXTRACTOR, fetched(PAGE), source(kind=SourceKind.PAGE), NOW)


def article() -> object:
    return read_article(EXTRACTOR, fetched(PAGE), TEASER, source())


def archived() -> object:
    return extracted(EXTRACTOR, document(html=BODY, title="Alan Wake 2"))


@pytest.mark.parametrize(
    ("reading", "screened", "scanned"),
    [(feed, 3, 2), (page, 1, 1), (article, 1, 1), (archived, 1, 1)],
)
def test_a_document_is_screened_once_and_scanned_once_if_it_may_claim(
    reading: Callable[[], object], screened: int, scanned: int
) -> None:
    calls = calls_of(reading, sized="documents")
    assert sum(call.size for call in calls if call.name == "Extractor.might_claim") == screened
    assert _scans(calls) == scanned


@pytest.mark.parametrize("explain", [[], ["--explain"]])
def test_the_command_extract_scans_a_document_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], explain: list[str]
) -> None:
    file = tmp_path / "one.jsonl"
    one = {"id": "1", "published": "2023-08-10", "title": "Alan Wake 2", "html": BODY, "watch": [{"title": "Alan Wake 2"}]}  # fmt: skip
    file.write_text(json.dumps(one), encoding="utf-8")
    calls = calls_of(lambda: main(["extract", str(file), *explain]), sized="documents")
    (written,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert written["claims"]
    assert written["dates"]
    assert sum(call.size for call in calls if call.name == "Extractor.might_claim") == 1
    assert _scans(calls) == 1


def test_the_command_extract_shows_a_page_by_its_only_scan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "page.html"
    file.write_text(PAGE, encoding="utf-8")
    calls = calls_of(lambda: main(["extract", str(file), "--watch", "Alan Wake 2", "--explain"]))
    assert "October 17, 2023" in capsys.readouterr().out
    assert _scans(calls) == 1


def test_a_claim_is_shown_in_context_by_one_scan() -> None:
    stored: Document = document(html=BODY)
    said = claim(span=Span("html", BODY.index("It"), BODY.index(", says")))
    calls = calls_of(lambda: passage(stored, said))
    assert passage(stored, said).quote == "It launches on October 17, 2023"
    assert _scans(calls) == 1


def test_a_quote_of_a_headline_is_shown_without_a_scan_of_the_body() -> None:
    stored = document(html=BODY, title="Alan Wake 2 launches on October 17, 2023")
    said = claim(span=Span("title", 0, 11))
    calls = calls_of(lambda: passage(stored, said))
    assert passage(stored, said).quote == "Alan Wake 2"
    assert _scans(calls) == 0


def _scans(calls: list[Call]) -> int:
    """Return how often markup was scanned for blocks."""
    return sum(call.name == "_Reader.__init__" and call.module == "parse/markup" for call in calls)
