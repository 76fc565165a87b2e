"""Mastodon accounts by their RSS feed (`https://HOST/@user.rss`): posts without titles, known by the account's address."""

from __future__ import annotations

import re

from monitor.parse.entry import Entry
from monitor.parse.feed import account_feed

__all__ = ["parse_mastodon"]

_POST = re.compile(r"https?://([^/\s@]{1,255})/(?:users/|@)(\w[\w.-]{0,100})(?=/)")


def _with_account(entry: Entry) -> Entry:
    match = _POST.match(entry.link or entry.id)
    if match is None:
        return entry
    account = f"@{match[2]}@{match[1]}"
    return entry._replace(author=entry.author or account, accounts=(account, match[2]))


parse_mastodon = account_feed(_with_account)
