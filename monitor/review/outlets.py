"""Name outlets and accounts as a person calls them, and show who made a statement."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from monitor.model import Observation
from monitor.reconcile import Origin, host_of, is_shared, said_at
from monitor.review.views import OriginView, StatementView

__all__ = ["origin_view", "outlet_name", "statement_view"]

_PREFIXES = ("www.", "m.", "mobile.", "old.", "amp.")
# Addresses that name an account: the host's label, and the part of the path that is the account.
_ACCOUNTS = (
    (re.compile(r"youtube\.com/(@[\w.-]{1,100})"), "youtube.com"),
    (re.compile(r"youtube\.com/channel/(UC[\w-]{22})"), "youtube.com"),
    (re.compile(r"bsky\.app/profile/([\w.:%-]{1,253})"), "bsky.app"),
    (re.compile(r"reddit\.com/(r/\w{1,50})"), "reddit.com"),
    (re.compile(r"reddit\.com/(u(?:ser)?/[\w-]{1,50})"), "reddit.com"),
    (re.compile(r"(?:^|//|\.)(?:x|twitter)\.com/(\w{1,30})/status"), "x.com"),
)
_TOOT = re.compile(r"https?://([^/\s]{3,260})/(@[\w.@-]{1,200})/\d{5,20}")
_LONGEST = 80


def statement_view(observation: Observation) -> StatementView:
    """Return an observation as the statement that it records; an embedded post counts at its own time."""
    claim = observation.claim
    return StatementView(
        name=outlet_name(observation.url, observation.source, observation.author),
        credits=claim.sources,
        author=claim.post.author if claim.post else "",
        source=observation.source,
        url=observation.url,
        headline=observation.headline,
        lang=observation.lang,
        at=said_at(observation),
        certainty=claim.certainty,
        claim=observation.claim_id,
        observation=observation.id,
        document=observation.document,
    )


def origin_view(origin: Origin) -> OriginView:
    """Return an origin with its name: the last credit, else the author of the post, else the outlet."""
    first = origin.first
    post = first.claim.post
    name = origin.chain[-1] if origin.chain else (post.author if post else "")
    return OriginView(
        name=name or outlet_name(first.url, first.source, first.author),
        chain=origin.chain,
        documents=len(origin.observations),
        first=statement_view(first),
    )


@lru_cache(maxsize=2048)
def outlet_name(url: str, source: str, author: str = "") -> str:
    """Return the name of the outlet: its host, or on a site that many accounts share the account and the site.

    Without an address it is the source's name, or the host and account of that where it is an address itself.
    """
    place = url if _host(url) else source
    host = _host(place)
    if not host:
        return _short(source or author or "unknown")
    if found := _TOOT.match(place):
        return _short(author or f"{found[2]}@{found[1]}")
    if not is_shared(place):
        return _short(host)
    named = author or _account(url) or _account(source)
    return _short(f"{named}, {host}" if named else host)


def _account(place: str) -> str:
    for pattern, _ in _ACCOUNTS:
        if found := pattern.search(place):
            return found[1]
    try:
        query = parse_qs(urlsplit(place).query)
    except ValueError:
        return ""
    return next((query[name][0] for name in ("channel_id", "playlist_id", "user") if query.get(name)), "")


def _host(place: str) -> str:
    host = host_of(place)
    for prefix in _PREFIXES:
        host = host.removeprefix(prefix)
    return host


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
