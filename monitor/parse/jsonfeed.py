"""Parse JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1) leniently: a field of a wrong type is treated as missing."""

from __future__ import annotations

import json
from typing import Any

from monitor.errors import ParseError
from monitor.parse.entry import MAX_ENTRIES, Entry, Feed

__all__ = ["read_json", "read_json_feed"]


def read_json(text: str, where: str) -> Any:
    """Return the JSON value in `text`. Raises ParseError when it is not JSON, or is nested too deeply."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ParseError("is JSON that is nested too deeply", where=where) from None
    except ValueError as error:
        ended = getattr(error, "pos", 0) >= len(text.rstrip())
        what = "JSON ends in the middle" if ended else f"is not valid JSON ({str(error)[:120]})"
        raise ParseError(what, where=where) from None


def read_json_feed(value: Any, where: str) -> Feed:
    """Return the JSON `value` as a feed. Raises ParseError when it is something else."""
    if not isinstance(value, dict) or not _is_feed(value):
        raise ParseError("is JSON, but no JSON Feed (its version names none)", where=where)
    items = [item for item in sequence(value.get("items")) if isinstance(item, dict)]
    return Feed(
        title=string(value.get("title")),
        author=_authors(value),
        lang=string(value.get("language")),
        entries=tuple(_entry(item) for item in items[:MAX_ENTRIES]),
        dropped=max(len(items) - MAX_ENTRIES, 0),
    )


def _is_feed(value: dict[str, Any]) -> bool:
    """Return whether the version is an address of jsonfeed.org, or only its number with a list of items."""
    version = string(value.get("version"))
    return "jsonfeed.org" in version or (
        version in ("1", "1.0", "1.1") and isinstance(value.get("items"), list)
    )


def string(value: Any) -> str:
    """Return `value` when it is a string, else ""."""
    return value if isinstance(value, str) else ""


def sequence(value: Any) -> list[Any]:
    """Return `value` when it is an array, else an empty one."""
    return value if isinstance(value, list) else []


def mapping(value: Any) -> dict[str, Any]:
    """Return `value` when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def _entry(item: dict[str, Any]) -> Entry:
    name = item.get("id")
    markup, text = string(item.get("content_html")), string(item.get("content_text"))
    return Entry(
        # Version 1.1 requires that a number is accepted as an id.
        id=str(name) if isinstance(name, int) else string(name),
        link=string(item.get("url")) or string(item.get("external_url")),
        title=string(item.get("title")),
        title_markup=False,
        body=markup or text or string(item.get("summary")),
        body_markup=bool(markup),
        dates=tuple(date for name in ("date_published", "date_modified") if (date := string(item.get(name)))),
        author=_authors(item),
        lang=string(item.get("language")),
    )


def _authors(holder: dict[str, Any]) -> str:
    authors = [*sequence(holder.get("authors")), holder.get("author")]
    return ", ".join(name for author in authors if (name := string(mapping(author).get("name"))))
