"""Return the pause between requests to one domain. This table is the only list of hosts that the monitor knows by name."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from datetime import timedelta
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList

__all__ = ["DEFAULT_PAUSE", "PAUSES", "domain", "pause_of", "sites"]

DEFAULT_PAUSE = timedelta(seconds=1)

PAUSES: dict[str, timedelta] = {
    # about one request a minute and address for feeds without a login
    "reddit.com": timedelta(seconds=60),
    # its front ends answer 404 and 429 to bursts of channel feeds
    "youtube.com": timedelta(seconds=2),
    # one limit over all its subdomains
    "tumblr.com": timedelta(seconds=5),
    # any burst is met with a captcha
    "google.com": timedelta(seconds=10),
    # previews of public channels are rationed
    "t.me": timedelta(seconds=5),
    # 200 requests in five minutes
    "steampowered.com": timedelta(seconds=2),
    # blogs of one service, counted together
    "medium.com": timedelta(seconds=5),
    "substack.com": timedelta(seconds=3),
    "wordpress.com": timedelta(seconds=2),
    "livejournal.com": timedelta(seconds=5),
    # open data with published limits
    "wikidata.org": timedelta(seconds=2),
    "wikipedia.org": timedelta(seconds=2),
    "tvmaze.com": timedelta(milliseconds=600),
    "bsky.app": timedelta(milliseconds=500),
}

# Names under which one service answers.
_SAME = {
    "youtu.be": "youtube.com",
    "redd.it": "reddit.com",
    "telegram.me": "t.me",
    "substackcdn.com": "substack.com",
}


@functools.lru_cache(maxsize=16384)
def domain(host: str) -> str:
    """Return the registrable domain of `host` (ASCII, as in a URL), by the Public Suffix List with its private part.

    An IP address, or a name without a registrable domain (``localhost``), is returned as it is.
    """
    host = _plain(host)
    try:
        return str(ip_address(host))
    except ValueError:
        registrable = _suffixes().privatesuffix(host) or host
        return _SAME.get(registrable, registrable)


def sites(own: Collection[str]) -> Callable[[str], str]:
    """Return a function from a host to the site that its requests are spaced by: itself if it is among `own`, else its registrable domain."""
    hosts = frozenset(map(_plain, own))

    def site(host: str) -> str:
        name = _plain(host)
        return name if name in hosts else domain(name)

    return site if hosts else domain


def _plain(host: str) -> str:
    return host.rstrip(".").lower()


def pause_of(domain: str) -> timedelta:
    """Return the default pause between two requests to `domain`."""
    return PAUSES.get(domain, DEFAULT_PAUSE)


@functools.cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
