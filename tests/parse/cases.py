"""The cases of tests/cases: a body beside the documents that are expected of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from monitor.model import Document, Fetched, Parsed, Source, SourceKind, Validators
from tests.builders import source

CASES = Path(__file__).parents[1] / "cases"


def fetched(body: bytes | str, url: str = "https://news.example/feed.xml", content_type: str = "") -> Fetched:
    data = body.encode() if isinstance(body, str) else body
    return Fetched(url=url, body=data, validators=Validators(), content_type=content_type)


def of_kind(kind: SourceKind, **fields: Any) -> Source:
    return source(kind=kind, **fields)


def shown(parsed: Parsed) -> dict[str, Any]:
    """Return what was parsed in the form of the expected files: what is empty is left out."""
    whole = {
        "title": parsed.title,
        "ttl_seconds": None if parsed.ttl is None else parsed.ttl.total_seconds(),
        "dropped": parsed.dropped,
        "documents": [_document(document, document.id in parsed.teasers) for document in parsed.documents],
    }
    return {name: value for name, value in whole.items() if value}


def expected(path: Path) -> Any:
    return json.loads(path.with_name(path.name + ".documents.json").read_text(encoding="utf-8"))


def _document(document: Document, teaser: bool) -> dict[str, Any]:
    fields = {
        "id": document.id,
        "url": document.url,
        "published": document.published.isoformat(),
        "lang": document.lang,
        "title": document.title,
        "html": document.html,
        "text": document.text,
        "author": document.author,
        "official": document.official,
        "teaser": teaser,
    }
    return {name: value for name, value in fields.items() if value}
