"""Convert what a person writes for a source to the address that is fetched, with one function for each kind of source."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from monitor.model import SourceKind

__all__ = ["ADDRESSES", "address", "at_server", "local_path", "web_address"]

_CHANNEL_ID = re.compile(r"UC[\w-]{22}\Z", re.ASCII)
_PLAYLIST_ID = re.compile(r"(?:PL|UU|OL|FL|EL|TL)[\w-]{10,60}\Z", re.ASCII)
_CHANNEL_HANDLE = re.compile(r"@[\w.·-]{2,60}\Z")
_HANDLE = re.compile(r"(?=.{3,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\Z", re.IGNORECASE)
_DID = re.compile(r"did:(?:plc|web):[\w.:%-]{3,200}\Z", re.ASCII)
_FEDIVERSE = re.compile(
    r"(?P<what>[@#])(?P<name>[^\s@#/?]{1,120})@(?P<host>[^\s@#/?:]{3,253}(?::\d{1,5})?)\Z"
)
_REDDIT = re.compile(r"/?(?P<what>r|u|user)/(?P<name>[\w-]{2,40}(?:\+[\w-]{2,40}){0,50})/?\Z", re.ASCII)

_REDDIT_SEARCH = re.compile(
    r"(?:/?(?P<where>r/[\w+-]{2,400})/?\s{1,9})?search:\s{0,9}(?P<words>\S.{0,300})\Z"
)


def address(kind: SourceKind, target: str, folder: Path) -> str:
    """Return the URL to fetch for `target`; a `file` is relative to `folder`. Raises ValueError, which says what to write instead."""
    return ADDRESSES[kind](target, folder)


def web_address(target: str) -> str:
    """Return an http or https URL as written. Raises ValueError when it is not one, is ambiguous or holds credentials."""
    if re.search(r"[\s\\\x00-\x20\x7f]", target):
        raise ValueError("an address holds no spaces or backslashes")
    if "://" not in target:
        guess = target.lstrip("/")
        raise ValueError(f"an address begins with https://; write https://{guess}")
    try:
        parts = urlsplit(target)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"this is not an address: {error}") from None
    if parts.scheme.lower() not in ("http", "https"):
        raise ValueError(f"{parts.scheme}:// is not read; an address begins with https://")
    if not host or port == 0:
        raise ValueError("this address names no host")
    if "@" in parts.netloc:
        raise ValueError("an address that is polled holds no user name or password: it is shown in listings")
    return target


def local_path(name: str, folder: Path) -> Path:
    """Return the path `name`, relative to `folder`. Raises ValueError when its ~user does not exist."""
    try:
        return (folder / Path(name).expanduser()).absolute()
    except RuntimeError as error:
        raise ValueError(f"this path cannot be read: {error}") from None


def _web(target: str, _folder: Path) -> str:
    return web_address(target)


def _file(target: str, folder: Path) -> str:
    return local_path(target.removeprefix("file://"), folder).resolve().as_uri()


def _youtube(target: str, _folder: Path) -> str:
    """Return the feed of a channel or playlist; a handle has no feed, so its page is returned, which names the channel."""
    name = target
    if "://" in target:
        parts = urlsplit(web_address(target))
        steps = [step for step in parts.path.split("/") if step]
        query = parse_qs(parts.query)
        named = (query.get("channel_id") or query.get("playlist_id") or query.get("list") or [""])[0]
        name = named or (steps[1] if steps[:1] == ["channel"] and len(steps) > 1 else (steps or [""])[0])
        if len(steps) > 1 and steps[0] in ("c", "user") and re.fullmatch(r"[\w.-]{1,60}", steps[1]):
            return f"https://www.youtube.com/{steps[0]}/{quote(steps[1])}"
    if _CHANNEL_ID.match(name):
        return f"https://www.youtube.com/feeds/videos.xml?channel_id={name}"
    if _PLAYLIST_ID.match(name):
        return f"https://www.youtube.com/feeds/videos.xml?playlist_id={name}"
    if _CHANNEL_HANDLE.match(name):
        return f"https://www.youtube.com/{quote(name, safe='@')}"
    raise ValueError(
        "a channel is named by its id, UC and 22 more characters, or its @handle, a playlist by its PL…; "
        "on the channel's page: About, Share channel, Copy channel ID"
    )


def _bluesky(target: str, _folder: Path) -> str:
    """Return the address at the public AppView, which needs no account (app.bsky.feed.getAuthorFeed)."""
    actor = target.removeprefix("https://bsky.app/profile/").removeprefix("@").rstrip("/")
    if not (_HANDLE.match(actor) or _DID.match(actor)):
        raise ValueError(
            "an account is named by its handle, as in netflix.com or name.bsky.social, or its did:plc:…"
        )
    return (
        "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed"
        f"?actor={quote(actor, safe='')}&limit=50&filter=posts_and_author_threads"
    )


def _mastodon(target: str, _folder: Path) -> str:
    """Return the public feed of an account or tag on its own instance."""
    named = target
    if "://" in target:
        parts = urlsplit(web_address(target))
        named = f"{parts.path.strip('/').removesuffix('.rss')}@{parts.netloc}"
    elif target.count("@") == 1 and not target.startswith(("@", "#")):
        named = f"@{target}"
    found = _FEDIVERSE.match(named)
    if not found:
        raise ValueError('an account is written "@user@instance", a tag "#tag@instance", in quotes')
    name = quote(found["name"], safe="")
    path = f"@{name}" if found["what"] == "@" else f"tags/{name}"
    return web_address(f"https://{found['host']}/{path}.rss")


def _reddit(target: str, _folder: Path) -> str:
    """Return the Atom feed of a subreddit (or several, r/a+b), of a user or a search; the JSON needs an account.

    The host is always www.reddit.com: old.reddit.com answers with a login page.
    """
    if "://" in target:
        parts = urlsplit(web_address(target))
        steps = [step for step in parts.path.strip("/").split("/") if step]
        words = parse_qs(parts.query).get("q", [""])[0]
        where = "/".join(steps[:2]) if steps[:1] == ["r"] else ""
        if words and steps[-1].partition(".")[0] == "search":
            return _reddit_search(where, words)
        return _reddit("/".join(steps[:2]), _folder)
    if searched := _REDDIT_SEARCH.match(target):
        return _reddit_search(searched["where"] or "", searched["words"])
    found = _REDDIT.match(target)
    if not found:
        raise ValueError(
            'a subreddit is written r/name, several r/one+two, a user u/name, a search "search: words" or "r/name search: words"'
        )
    if found["what"] == "r":
        return f"https://www.reddit.com/r/{found['name']}/new/.rss"
    return f"https://www.reddit.com/user/{found['name']}/submitted/.rss"


def _reddit_search(where: str, words: str) -> str:
    if where:
        if not re.fullmatch(r"r/[\w-]{2,40}(?:\+[\w-]{2,40}){0,50}", where, re.ASCII):
            raise ValueError("a search is of all Reddit or of a subreddit, r/name")
        return f"https://www.reddit.com/{where}/search.rss?q={quote(words)}&restrict_sr=on&sort=new"
    return f"https://www.reddit.com/search.rss?q={quote(words)}&sort=new"


def at_server(url: str, api: str) -> str:
    """Return the address `url` of a social kind at the server `api`. Raises ValueError when `api` is not an address."""
    base = urlsplit(web_address(api))
    if base.query or base.fragment:
        raise ValueError("`api` is the address of a server, as in https://api.example.com")
    return url.replace(
        "://".join(urlsplit(url)[:2]), f"{base.scheme}://{base.netloc}{base.path.rstrip('/')}", 1
    )


ADDRESSES: Mapping[SourceKind, Callable[[str, Path], str]] = {
    SourceKind.FEED: _web,
    SourceKind.PAGE: _web,
    SourceKind.SITEMAP: _web,
    SourceKind.FILE: _file,
    SourceKind.YOUTUBE: _youtube,
    SourceKind.BLUESKY: _bluesky,
    SourceKind.MASTODON: _mastodon,
    SourceKind.REDDIT: _reddit,
}
