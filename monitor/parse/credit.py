"""Credit: whether a document is the word of one whom its source's `official:` names.

An account is known by what nobody else can take on (DID, channel id, user@host, u/name), never by its display name. A bare name
(a byline, an outlet) counts on the source's own site only, and no name counts on a site where everyone may publish under any.
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.model import Source, account_name, same_name
from monitor.parse.links import host, same_site

__all__ = ["is_account_official", "is_name_official"]

# Sites that pass on what others publish, or where everyone chooses the name that is shown.
_PLATFORMS = (
    "news.google.com", "bing.com", "youtube.com", "youtu.be", "reddit.com", "bsky.app", "x.com", "twitter.com", "facebook.com",
    "instagram.com", "threads.net", "threads.com", "tiktok.com", "weibo.com", "news.ycombinator.com", "lobste.rs",
)  # fmt: skip
# Each host of these is another's; the bare domain is everyone's.
_HOSTERS = (
    "medium.com", "tumblr.com", "substack.com", "wordpress.com", "livejournal.com", "blogspot.com", "ghost.io", "github.io",
)  # fmt: skip
# Hosts that serve the feeds of others' sites, each under an address of its own.
_SYNDICATORS = ("feeds.feedburner.com", "feeds2.feedburner.com", "feedproxy.google.com", "rss.libsyn.com")


def is_account_official(source: Source, accounts: Iterable[str], bare: str = "") -> bool:
    """Whether `source` calls one of `accounts` official, each a name of the author that nobody else can take on.

    `bare` is the author's name without a host, where the author is at home on the source's own host.
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
    """Whether `source` calls one of `names` official, of a document at `link` ("" for none) that was read from `url`.

    Names of the document count on the source's own site; the `title` of the whole feed wherever its entries lead, since it is
    no entry's to choose.
    """
    if not source.official:
        return False
    home = host(url) or host(source.url)
    if _is_of(home, _PLATFORMS) or home in _HOSTERS:
        return False
    counted = [title, *names] if _is_own_site(source, home, url, link) else [title]
    return any(same_name(written, name) for name in counted if name for written in source.official)


def _is_own_site(source: Source, home: str, url: str, link: str) -> bool:
    """Whether the document at `link` stands on the site of the source, or of where that now answers."""
    # A file on this machine has no host: who wrote it says whose word it is.
    if not home or not link or home in _SYNDICATORS:
        return True
    if _is_of(home, _HOSTERS):
        return host(link) == home
    return not _is_of(host(link), _PLATFORMS) and (same_site(link, url) or same_site(link, source.url))


def _is_of(name: str, domains: tuple[str, ...]) -> bool:
    return name in domains or name.endswith(tuple(f".{domain}" for domain in domains))
