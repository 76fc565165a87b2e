"""Parse YouTube channels and playlists from their Atom feeds: a document is the title and the whole description of a video.

A channel is identified by its id, which every entry has; anyone may choose the displayed name. A video without views is not
out yet: a premiere, or one that was just published.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from monitor.errors import ParseError
from monitor.model import Account, Fetched, FetchOutcome, Form, Parsed, Source, account_name, same_name
from monitor.parse.credit import is_account_official
from monitor.parse.entry import Entry
from monitor.parse.feed import parse_posts, read_text
from monitor.parse.resolver import Resolver, account_named

__all__ = ["YoutubeAccounts", "parse_youtube"]

_ENTRY = re.compile(r"<entry[\s>]")
_ID = re.compile(r"<id>\s*([^<>\s]{1,100})\s*</id>")
_CHANNEL = re.compile(r"<yt:channelId>\s*([\w-]{1,60})\s*</yt:channelId>", re.ASCII)
_AUTHOR = re.compile(r"/channel/(UC[\w-]{1,60})\s*</uri>", re.ASCII)
_VIEWS = re.compile(r"<media:statistics\s[^<>]{0,200}?views=\"(\d{1,15})\"", re.ASCII)
# Attributes are searched within their own tag, so that each tag is scanned once.
_LINK = re.compile(r"<(?:link|meta)\s[^<>]{0,1000}>", re.IGNORECASE)
_CANONICAL = re.compile(r"\brel=[\"']canonical[\"']", re.IGNORECASE)
_CHANNEL_PAGE = re.compile(r"https?://(?:[\w.-]{1,60}(?::\d{1,5})?)/channel/(UC[\w-]{22})", re.ASCII)
_CONSENT = re.compile(r"https?://consent\.(?:youtube|google)\.[a-z.]{2,6}/", re.IGNORECASE)
_HEAD = 1_500_000
# The playlist of long videos, without shorts and broadcasts: its id is the channel's with another prefix.
_LONG_VIDEOS = "UULF"


class _Video(NamedTuple):
    channel: str
    views: int | None


_UNKNOWN = _Video("", None)


def parse_youtube(fetched: Fetched, source: Source, *, now: datetime) -> Parsed:
    """Return the videos of a channel or playlist. Raises ParseError."""
    text = read_text(fetched)
    if _CONSENT.search(text, 0, _HEAD) and "<entry" not in text:
        raise ParseError("is YouTube's consent page, not a feed", where=fetched.url)
    videos = _videos(text)

    def adapted(entry: Entry, source: Source) -> Entry:
        channel = videos.get(entry.id, _UNKNOWN).channel
        return entry._replace(official=is_account_official(source, (channel,)))

    read = parse_posts(fetched, source, now=now, adapt=adapted)
    documents = tuple(
        replace(each, form=Form.PREMIERE if videos.get(each.id, _UNKNOWN).views == 0 else Form.VIDEO)
        for each in read.documents
    )
    doubt = read.doubt or _nobody_credited(source, {video.channel for video in videos.values()})
    return replace(read, documents=documents, listed=tuple(each.id for each in documents), doubt=doubt)


def _nobody_credited(source: Source, channels: set[str]) -> str:
    if not source.official or not source.account or is_account_official(source, {source.account, *channels}):
        return ""
    return f"no name under `official:` is the id of this channel; write {source.account}"


def _videos(text: str) -> dict[str, _Video]:
    """Return the channel and the number of views of each entry, by the id of the entry."""
    found: dict[str, _Video] = {}
    for entry in _ENTRY.split(text)[1:]:
        named = _ID.search(entry)
        if named is None:
            continue
        channel = _CHANNEL.search(entry) or _AUTHOR.search(entry)
        views = _VIEWS.search(entry)
        found[named[1]] = _Video(channel[1] if channel else "", int(views[1]) if views else None)
    return found


class YoutubeAccounts(Resolver):
    """Resolves handles to channel ids by the canonical link of the channel's page; a handle may be reassigned."""

    def question(self, source: Source) -> str:
        """Return the channel's page, "" when the target is an id."""
        return "" if "/feeds/videos.xml" in source.url else source.url

    def answer(self, fetched: Fetched, source: Source, known: Account | None, now: datetime) -> Account:
        """Return the channel of a page; a `known` one is kept, whatever the handle means now. Raises ParseError."""
        text = read_text(fetched)[:_HEAD]
        channel = next(
            (
                page[1]
                for tag in _LINK.finditer(text)
                if _CANONICAL.search(tag[0]) and (page := _CHANNEL_PAGE.search(tag[0]))
            ),
            "",
        )
        if not channel:
            wall = _CONSENT.search(text) is not None
            what = (
                "is YouTube's consent page"
                if wall
                else "is not the page of a channel (its canonical link names none)"
            )
            raise ParseError(f"{what}; write the channel's id, UC…", where=fetched.url)
        return account_named(source, source.url.rpartition("/")[2], channel, known, now, what="channel")

    def refused(
        self, outcome: FetchOutcome, source: Source, known: Account | None, now: datetime
    ) -> Account | None:
        """Return the channel to use when the page is refused: the `known` one."""
        del outcome, source
        return None if known is None or not known.id else replace(known, asked_at=now)

    def bound(self, source: Source, account: Account | None) -> Source:
        """Return `source` with the feed of its channel."""
        channel = account.id if account is not None else account_name(source.kind, _named(source.url))
        own = {account.known_as if account is not None else "", source.target} - {""}
        official = tuple(
            channel if channel and any(same_name(each, name) for name in own) else each
            for each in source.official
        )
        url = source.url
        if channel:
            base = (
                url.partition("/feeds/videos.xml")[0] if "/feeds/" in url else url[: -len(urlsplit(url).path)]
            )
            query = f"channel_id={channel}" if source.shorts else f"playlist_id={_LONG_VIDEOS}{channel[2:]}"
            url = f"{base}/feeds/videos.xml?{query}"
        return replace(source, url=url, account=channel, official=official)


def _named(url: str) -> str:
    return parse_qs(urlsplit(url).query).get("channel_id", [""])[0]
