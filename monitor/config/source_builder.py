"""Build a Source from an entry under `sources:`: its address, its name, and the options of its kind."""

from __future__ import annotations

import hashlib
import re
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from monitor.config.addresses import address, at_server
from monitor.config.entries import INSTEAD, UNREAD, WHY_UNREAD, SourceEntry
from monitor.config.faults import shown
from monitor.config.report import Path_, Report
from monitor.config.yaml_tree import plain
from monitor.model import Source, SourceKind, account_name, is_one_account, same_name

__all__ = ["build_source", "is_private"]

_LONGEST_NAME = 100
_SOCIAL = frozenset({SourceKind.YOUTUBE, SourceKind.BLUESKY, SourceKind.MASTODON, SourceKind.REDDIT})
# Networks whose robots.txt disallows the feeds that they publish for feed readers (docs/decisions/0037).
_UNWELCOMING = {SourceKind.YOUTUBE: "YouTube", SourceKind.REDDIT: "Reddit"}
# A file has no host; a service counts the requests to all of its hosts together.
_WITHOUT_HOST_OF_ITS_OWN = frozenset(
    {SourceKind.FILE, SourceKind.YOUTUBE, SourceKind.BLUESKY, SourceKind.REDDIT}
)
_FEED_TOKEN = re.compile(r"[\w.-]{2,200}", re.ASCII)
_FULL_NAMES = {
    SourceKind.YOUTUBE: "write the channel's id, UC and 22 more characters",
    SourceKind.BLUESKY: "write the account's DID, or its handle as in netflix.com",
    SourceKind.MASTODON: 'write "@user@instance"',
    SourceKind.REDDIT: "write u/name",
}


def build_source(report: Report, path: Path_, value: Any) -> Source | None:
    """Return the source described by `value`; None when it has faults, which are added to `report`."""
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
    if entry.site and kind in _WITHOUT_HOST_OF_ITS_OWN:
        report.fault(
            (*path, "site"), "`site` is for feeds, pages, sitemaps and mastodon", "leave it out", key=True
        )
        misplaced = True
    url, secret, wrong = _of_its_kind(report, path, entry, kind, url)
    if not url or misplaced or wrong:
        return None
    if not entry.allow_private and kind is not SourceKind.FILE and is_private(url):
        report.note(
            place,
            "this is not a public address and will be refused",
            "add allow_private: true if you trust it",
        )
    if kind in (SourceKind.FEED, SourceKind.PAGE) and (network := _unread_network(url)):
        report.note(place, f"this is a page of {network}: {WHY_UNREAD}", INSTEAD)
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
        has_own_site=entry.site,
        select=entry.select,
        # A sitemap has addresses without articles.
        follow=entry.follow if "follow" in entry.model_fields_set else kind is SourceKind.SITEMAP,
        official=entry.official,
        lang=entry.lang or "",
        timezone=entry.timezone or "",
        allow_private=entry.allow_private,
        obey_robots=_obeys_robots(entry, kind),
        api=entry.api or "",
        shorts=entry.shorts,
        account=_known_account(kind, target),
        secret=secret,
    )


def _of_its_kind(
    report: Report, path: Path_, entry: SourceEntry, kind: SourceKind, url: str
) -> tuple[str, str, bool]:
    """Return the address with the kind's own keys applied, the secret query, and whether one of the keys is wrong."""
    secret, wrong = "", False
    for key, kinds, meant in (
        ("api", _SOCIAL, "`api` is for bluesky, mastodon, youtube and reddit"),
        ("shorts", {SourceKind.YOUTUBE}, "`shorts` is for youtube"),
        ("token", {SourceKind.REDDIT}, "`token` is for reddit"),
    ):
        if key in entry.model_fields_set and getattr(entry, key) is not None and kind not in kinds:
            report.fault((*path, key), meant, "leave it out", key=True)
            wrong = True
    if wrong:
        return url, "", True
    if url and entry.api:
        url = report.tried((*path, "api"), lambda: at_server(url, entry.api or ""))
    if entry.token:
        filled = report.filled((*path, "token"), entry.token)
        secret = _feed_query(filled) if filled else ""
        if filled and not secret:
            report.fault(
                (*path, "token"),
                "this is not the query of a private feed",
                "on reddit.com/prefs/feeds copy an address: feed=…&user=… of it is what is meant",
            )
        wrong = not secret
    if kind in _SOCIAL:
        _note_credit(report, path, entry, kind)
        if kind in _UNWELCOMING and not entry.allow_private and "obey_robots" not in entry.model_fields_set:
            report.note(
                (*path, kind.value),
                f"the robots.txt of {_UNWELCOMING[kind]} disallows the feeds that it publishes; this one is read as feed readers do, at its pace",
                "obey_robots: true keeps to robots.txt, and reads nothing",
            )
        elif kind in _UNWELCOMING and entry.obey_robots and not entry.allow_private:
            report.note(
                (*path, "obey_robots"),
                f"the robots.txt of {_UNWELCOMING[kind]} disallows the feeds that it publishes, and this source keeps to that",
                "it will read nothing; leave the key out, or name the maker's blog",
            )
    return url, secret, wrong


def _obeys_robots(entry: SourceEntry, kind: SourceKind) -> bool:
    """Return whether robots.txt is obeyed: as it is written, else on every site but those that publish feeds which it disallows."""
    return entry.obey_robots if "obey_robots" in entry.model_fields_set else kind not in _UNWELCOMING


def _feed_query(text: str) -> str:
    """Return the `feed` and `user` of a private feed's address or query, "" when one of them is missing."""
    query = parse_qs(text.strip().rpartition("?")[2])
    feed, user = (query.get(name, [""])[0] for name in ("feed", "user"))
    if not _FEED_TOKEN.fullmatch(feed) or not _FEED_TOKEN.fullmatch(user):
        return ""
    return urlencode({"feed": feed, "user": user})


def _known_account(kind: SourceKind, target: str) -> str:
    """Return the account id if `target` is one, "" for a name that has to be resolved."""
    if kind not in (SourceKind.YOUTUBE, SourceKind.BLUESKY):
        return ""
    name = account_name(kind, target)
    return name if name.startswith(("UC", "did:")) else ""


def _note_credit(report: Report, path: Path_, entry: SourceEntry, kind: SourceKind) -> None:
    """Add a note for each name under `official` that has no effect, since anyone may take it on."""
    target: str = getattr(entry, kind.value)
    is_one = is_one_account(kind, target)
    for number, written in enumerate(entry.official):
        if account_name(kind, written) or (is_one and _names_itself(kind, written, target)):
            continue
        place = (*path, "official", number) if isinstance(_raw(report, path), list) else (*path, "official")
        what = f"{shown(written)} is not the full name of an account, so that anyone may take it on, and has no effect here"
        report.note(place, what, _FULL_NAMES[kind])


def _names_itself(kind: SourceKind, written: str, target: str) -> bool:
    """Return whether a short name is the source's own account: its handle, or its user name without the host."""
    if same_name(written, target):
        return True
    name = account_name(kind, target)
    if kind is SourceKind.MASTODON:
        return same_name(written, name.partition("@")[0])
    if kind is SourceKind.REDDIT:
        return same_name(written, name.removeprefix("u/"))
    return kind is SourceKind.YOUTUBE and same_name(written, target.rpartition("/")[2])


def _raw(report: Report, path: Path_) -> object:
    value: object = plain(report.root)
    for step in (*path, "official"):
        value = value[step] if isinstance(value, list | dict) else None  # type: ignore[index]
    return value


def _selector_trouble(selector: str) -> str:
    """Return why a CSS selector cannot be compiled, "" when it can."""
    from soupsieve import SelectorSyntaxError, compile  # noqa: A004, PLC0415 - its name; slow to import, not always needed

    try:
        compile(selector)
    except (SelectorSyntaxError, NotImplementedError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        return f"{shown(selector)} is not a CSS selector: {reason[:1].lower()}{reason[1:]}"
    return ""


def _unread_network(url: str) -> str:
    """Return the network of `url` if it is one whose accounts cannot be polled; "" otherwise."""
    labels = (urlsplit(url).hostname or "").lower().split(".")
    return UNREAD.get(labels[-2], "") if len(labels) > 1 and labels[-1] in ("com", "net") else ""


def source_name(kind: SourceKind, target: str, url: str) -> str:
    """Return the default name of a source.

    It depends on this source only: the ledger identifies a source by its name, and another entry must not change it.
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
        name = f"youtube {url.rpartition('=')[2].rpartition('/')[2]}"
    elif kind is SourceKind.BLUESKY:
        name = f"bluesky {target.removeprefix('https://bsky.app/profile/').strip('@/')}"
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{name[: _LONGEST_NAME - 9]} {hashlib.sha256(name.encode()).hexdigest()[:8]}"


def is_private(url: str) -> bool:
    """Return whether the host of `url` is certainly not on the public internet, without a DNS query."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost", ".lan", ".home.arpa"))
