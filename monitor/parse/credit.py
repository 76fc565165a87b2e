"""Decide whether a document was published by one of those that its source's `official:` names.

An account is identified by what nobody else can take on (DID, channel id, user@host, u/name), never by its display name. A bare name
(a byline, an outlet) counts on the source's own site only, and no name counts on a site where anyone may publish under any name.
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.model import Source, account_name, same_name
from monitor.parse.links import host, same_site

__all__ = ["is_account_official", "is_name_official"]

# Sites that republish others' content, or where anyone chooses the displayed name.
_PLATFORMS = (
    "news.google.com", "bing.com", "youtube.com", "youtu.be", "reddit.com", "bsky.app", "x.com", "twitter.com", "facebook.com",
    "instagram.com", "threads.net", "threads.com", "tiktok.com", "weibo.com", "news.ycombinator.com", "lobste.rs",
)  # fmt: skip
# Each subdomain of these belongs to somebody else; the bare domain is shared by all.
_HOSTERS = (
    "medium.com", "tumblr.com", "substack.com", "wordpress.com", "livejournal.com", "blogspot.com", "ghost.io", "github.io",
)  # fmt: skip
# Hosts that serve the feeds of other sites.
_SYNDICATORS = ("feeds.feedburner.com", "feeds2.feedburner.com", "feedproxy.google.com", "rss.libsyn.com")


def is_account_official(source: Source, accounts: Iterable[str], bare: str = "") -> bool:
    """Return whether `source` lists one of `accounts` as official, each a name of the author that nobody else can take on.

    `bare` is the author's name without a host, if the author's account is on the source's own host.
    """
    if not source.official:
        return False
    known = {name for each in accounts if each for name in (each, account_name(source.kind, each)) if name}
    return any(
        (written in known)
        or (account_name(source.kind, written) in known)
        or (bare != "" and same_name(written, bare))
        for written in source.official
    )


def is_name_official(source: Source, names: Iterable[str], *, url: str, link: str, title: str = "") -> bool:
    """Return whether `source` lists one of `names` as official, for a document at `link` ("" for none) that was read from `url`.

    Names of the document count on the source's own site only; the `title` of the feed counts for any link, since an entry
    cannot set it.
    """
    if not source.official:
        return False
    home = host(url) or host(source.url)
    if _is_of(home, _PLATFORMS) or home in _HOSTERS:
        return False
    counted = [title, *names] if _is_own_site(source, home, url, link) else [title]
    return any(same_name(written, name) for name in counted if name for written in source.official)


def _is_own_site(source: Source, home: str, url: str, link: str) -> bool:
    """Return whether the document at `link` is on the site of the source, or on the site that it now redirects to."""
    # A file on this machine has no host: its names are trusted.
    if not home or not link or home in _SYNDICATORS:
        return True
    if _is_of(home, _HOSTERS):
        return host(link) == home
    return not _is_of(host(link), _PLATFORMS) and (same_site(link, url) or same_site(link, source.url))


def _is_of(name: str, domains: tuple[str, ...]) -> bool:
    return name in domains or name.endswith(tuple(f".{domain}" for domain in domains))
