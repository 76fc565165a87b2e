"""Resolve and compare the addresses in documents: absolute, http or https.

An address that parsers could take for different hosts (with a backslash, a control character, user information) is rejected.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from publicsuffixlist import PublicSuffixList

__all__ = ["absolute", "canonical_url", "host", "joined", "same_site"]

_LONGEST = 4096
_AMBIGUOUS = re.compile(r"[\x00-\x1f\x7f\\]")
# Most addresses: absolute, plain, and not a redirect of Google's.
_SIMPLE = re.compile(
    r"https?://(?!(?:www\.)?google\.)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:/[A-Za-z0-9/._~%?=&;,+#!:-]*)?"
)
_UNSAFE = re.compile(r"[\s\"<>`{}|^]")
_GOOGLE = re.compile(r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?")
_TRACKING = frozenset(
    {
        "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "igshid", "igsh", "mc_cid", "mc_eid",
        "mkt_tok", "ref_src", "ref_url", "cmpid", "ftag", "ocid", "_hsenc", "_hsmi", "vero_id", "wt_mc", "guccounter",
    }
)  # fmt: skip
_PORTS = {"http": 80, "https": 443}


def absolute(link: str, base: str = "") -> str:
    """Return `link` resolved against `base`, or "" when it is not a valid http or https address.

    A Google redirect (`google.com/url?url=…`, as in alerts) becomes the address that it leads to.
    """
    link = link.strip()
    if len(link) <= _LONGEST and _SIMPLE.fullmatch(link):
        return link
    if not link or len(link) > _LONGEST or link.endswith("://") or _AMBIGUOUS.search(link):
        return ""
    try:
        whole = urljoin(base, link)
        parts = urlsplit(whole)
        if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc or (parts.port == 0):
            return ""
    except ValueError:
        return ""
    if parts.path == "/url" and _GOOGLE.fullmatch(parts.hostname):
        target = dict(parse_qsl(parts.query))
        return absolute(target.get("url") or target.get("q") or "")
    return _UNSAFE.sub(lambda match: quote(match[0]), whole)


def joined(base: str, link: str) -> str:
    """Return `link` resolved against `base` (RFC 3986, 5.2): `link` itself when `base` is not valid, "" when `link` is not."""
    try:
        return urljoin(base, link)
    except ValueError:
        pass
    try:
        urlsplit(link)
    except ValueError:
        return ""
    return link


def canonical_url(url: str) -> str:
    """Return `url` normalised for comparison: without fragment, tracking parameters and default port, with a lower-case host."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    if parts.scheme not in _PORTS or not parts.hostname:
        return url
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    netloc = name if port in (None, _PORTS[parts.scheme]) else f"{name}:{port}"
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _is_tracking(k)]
    return urlunsplit((parts.scheme, netloc, parts.path or "/", urlencode(query), ""))


def host(url: str) -> str:
    """Return the host of `url` in lower case, "" when it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def same_site(url_a: str, url_b: str) -> bool:
    """Return whether both addresses belong to one registrable domain (Public Suffix List), or name the same host."""
    one, other = host(url_a).rstrip("."), host(url_b).rstrip(".")
    if not one or not other:
        return False
    return one == other or (_site(one) == _site(other) != "")


@lru_cache(maxsize=4096)
def _site(name: str) -> str:
    if ":" in name or name.replace(".", "").isdigit():
        return ""
    return _suffixes().privatesuffix(name) or ""


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(only_icann=False)


def _is_tracking(parameter: str) -> bool:
    name = parameter.casefold()
    return name.startswith("utm_") or name in _TRACKING
