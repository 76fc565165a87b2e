"""Account: the account that a source's name resolves to, and the canonical form in which names of accounts are compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from monitor.model.source import SourceKind

__all__ = ["Account", "account_name", "is_one_account", "same_name"]

_CHANNEL = re.compile(r"(?:https?://(?:www\.)?youtube\.com/channel/)?(UC[\w-]{22})/?", re.ASCII)
_DID = re.compile(r"(?:https://bsky\.app/profile/)?(did:(?:plc|web):[\w.:%-]{3,200})/?", re.ASCII)
_DOMAIN = re.compile(
    r"(?:https://bsky\.app/profile/)?@?((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62})/?",
    re.IGNORECASE | re.ASCII,
)
_FEDIVERSE = re.compile(r"@?([^\s@#/?]{1,120}@[^\s@#/?]{3,260})")
_FEDIVERSE_PAGE = re.compile(r"https?://([^\s@#/?]{3,260})/@([^\s@#/?]{1,120})/?")
_USER = re.compile(
    r"(?:https?://(?:\w+\.)?reddit\.com)?/?u(?:ser)?/([\w-]{2,40})/?", re.ASCII | re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Account:
    """The account that the `target` of a `source` resolves to: the service's own `id` of it, which is never reassigned.

    `known_as` is the name under which it was resolved first, `note` what a person should know about it ("" for nothing): that it was
    renamed or has moved. `since` is when this id was first stored, `asked_at` when the service was last asked for it; None asks again at
    the next poll.
    """

    source: str
    target: str
    id: str
    known_as: str = ""
    note: str = ""
    since: datetime
    asked_at: datetime | None = None


def account_name(kind: SourceKind, written: str) -> str:
    """Return the canonical form of a full account name of `kind`, "" where `written` identifies no account for certain.

    A full name is one that no two accounts have at the same time: a channel id, a DID or a domain, user@host, u/name. A display name, and
    a user name without its host, are not.
    """
    name = " ".join(written.split())
    if kind is SourceKind.YOUTUBE:
        found = _CHANNEL.fullmatch(name)
        return found[1] if found else ""
    if kind is SourceKind.BLUESKY:
        if found := _DID.fullmatch(name):
            return found[1]
        found = _DOMAIN.fullmatch(name)
        return found[1].lower() if found else ""
    if kind is SourceKind.MASTODON:
        if found := _FEDIVERSE_PAGE.fullmatch(name):
            return f"{found[2]}@{found[1]}".casefold()
        found = _FEDIVERSE.fullmatch(name)
        return found[1].casefold() if found else ""
    if kind is SourceKind.REDDIT:
        found = _USER.fullmatch(name)
        return f"u/{found[1].lower()}" if found else ""
    return ""


def same_name(one: str, other: str) -> bool:
    """Return whether two names are equal except for case, blanks and a leading "@"."""
    return _folded(one) == _folded(other) != ""


def is_one_account(kind: SourceKind, target: str) -> bool:
    """Return whether all posts of a social source are from one account: it is not a tag, playlist, subreddit or search."""
    if kind is SourceKind.YOUTUBE:
        return not re.search(r"(?:^|[?&](?:list|playlist_id)=)(?:PL|OL|FL|EL|TL)[\w-]{10,}", target)
    if kind is SourceKind.MASTODON:
        return "#" not in target and "/tags/" not in target
    if kind is SourceKind.REDDIT:
        return account_name(kind, target) != ""
    return kind is SourceKind.BLUESKY


def _folded(name: str) -> str:
    return " ".join(name.split()).removeprefix("@").casefold()
