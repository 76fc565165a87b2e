"""An entry under `sources:` to a Source: its address, its name, and what fits its kind."""

from __future__ import annotations

import hashlib
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from monitor.config.addresses import address
from monitor.config.entries import SourceEntry
from monitor.config.faults import shown
from monitor.config.report import Path_, Report
from monitor.model import Source, SourceKind

__all__ = ["build_source", "is_private"]

_LONGEST_NAME = 100


def build_source(report: Report, path: Path_, value: Any) -> Source | None:
    """Return the source that `value` describes, or None and its faults."""
    entry = report.read(SourceEntry, value, path)
    if entry is None:
        return None
    kind = next(kind for kind in SourceKind if getattr(entry, kind.value) is not None)
    target: str = getattr(entry, kind.value)
    place = (*path, kind.value)
    url = report.tried(place, lambda: address(kind, target, report.folder))
    misplaced = False
    if entry.select and (trouble := _selector_trouble(entry.select)):
        report.fault((*path, "select"), trouble)
        misplaced = True
    if entry.select and kind not in (SourceKind.PAGE, SourceKind.FILE):
        report.fault((*path, "select"), "`select` is for pages", "leave it out, or write page:", key=True)
        misplaced = True
    if entry.follow and kind not in (SourceKind.FEED, SourceKind.SITEMAP, SourceKind.FILE):
        report.fault((*path, "follow"), "`follow` is for feeds and sitemaps", "leave it out", key=True)
        misplaced = True
    if not url or misplaced:
        return None
    if not entry.allow_private and kind is not SourceKind.FILE and is_private(url):
        report.note(
            place, "this is no public address and will be refused", "add allow_private: true if you trust it"
        )
    if not entry.obey_robots and not entry.allow_private:
        report.note(
            (*path, "obey_robots"),
            "this source is read whatever its site's robots.txt says",
            "that is your call",
        )
    if kind is SourceKind.FILE and not Path(urlsplit(url).path).exists():
        report.note(place, "there is no such file yet")
    return Source(
        name=entry.name or source_name(kind, target, url),
        kind=kind,
        target=target,
        url=url,
        every=entry.every,
        pause=entry.pause,
        select=entry.select,
        # An address without its article says next to nothing.
        follow=entry.follow if "follow" in entry.model_fields_set else kind is SourceKind.SITEMAP,
        official=entry.official,
        lang=entry.lang or "",
        allow_private=entry.allow_private,
        obey_robots=entry.obey_robots,
    )


def _selector_trouble(selector: str) -> str:
    """Return why a CSS selector cannot be compiled, "" when it can."""
    from soupsieve import SelectorSyntaxError, compile  # noqa: A004, PLC0415 - its name; slow to import, not always needed

    try:
        compile(selector)
    except (SelectorSyntaxError, NotImplementedError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        return f"{shown(selector)} is no CSS selector: {reason[:1].lower()}{reason[1:]}"
    return ""


def source_name(kind: SourceKind, target: str, url: str) -> str:
    """Return the name of a source that was given none.

    It follows from this source alone: the ledger knows a source by its name, and another entry must not change it.
    """
    name = target
    if kind in (SourceKind.FEED, SourceKind.PAGE, SourceKind.SITEMAP):
        parts = urlsplit(url)
        name = (
            parts.netloc.removeprefix("www.")
            + parts.path.rstrip("/")
            + (f"?{parts.query}" if parts.query else "")
        )
    elif kind is SourceKind.YOUTUBE:
        name = f"youtube {url.rpartition('=')[2]}"
    elif kind is SourceKind.BLUESKY:
        name = f"bluesky {target.removeprefix('https://bsky.app/profile/').strip('@/')}"
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{name[: _LONGEST_NAME - 9]} {hashlib.sha256(name.encode()).hexdigest()[:8]}"


def is_private(url: str) -> bool:
    """Tell whether the host of `url` is plainly not on the public internet, without asking a name server."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost", ".lan", ".home.arpa"))
