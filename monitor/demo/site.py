"""Serve the demo's web site: one feed for each outlet, on this machine only, that grows entry by entry."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

from aiohttp import web

from monitor.demo.story import StoryEntry, story

__all__ = ["Site"]


class Site:
    """Serves the feeds on 127.0.0.1; `turn` publishes the next entry. Answers conditional requests as real sites do."""

    def __init__(self, begins_at: datetime) -> None:
        self._begins_at = begins_at
        self._entries = story(begins_at.date())
        self._told = sum(entry.day == 0 for entry in self._entries)

    @property
    def outlets(self) -> dict[str, str]:
        """Return the name of each outlet and the address of its feed."""
        return {
            outlet: f"http://127.0.0.1:{self._port}/{_slug(outlet)}.xml"
            for outlet in dict.fromkeys(entry.outlet for entry in self._entries)
        }

    async def start(self) -> None:
        """Listen on a free port."""
        application = web.Application()
        application.router.add_get("/{slug}.xml", self._feed)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port: int = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening."""
        await self._runner.cleanup()

    @property
    def day(self) -> int:
        """Return the number of days that the story has lasted."""
        return self._entries[self._told - 1].day

    def turn(self) -> StoryEntry | None:
        """Publish the next entry and return it; None at the end."""
        if self._told == len(self._entries):
            return None
        self._told += 1
        return self._entries[self._told - 1]

    async def _feed(self, request: web.Request) -> web.Response:
        slug = request.match_info["slug"]
        entries = [entry for entry in self._entries[: self._told] if _slug(entry.outlet) == slug]
        body = "".join(map(self._item, reversed(entries)))
        text = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{slug}</title>{body}</channel></rss>'
        tag = hashlib.sha256(text.encode()).hexdigest()
        response = web.Response(text=text, content_type="application/rss+xml")
        response.etag = tag
        if any(known.value == tag for known in request.if_none_match or ()):
            return web.Response(status=304)
        return response

    def _item(self, entry: StoryEntry) -> str:
        number = self._entries.index(entry)
        return (
            f"<item><title>{escape(entry.title)}</title><guid isPermaLink='false'>demo-{number}</guid>"
            f"<link>http://127.0.0.1:{self._port}/story/{number}</link>"
            f"<pubDate>{format_datetime((self._begins_at + timedelta(days=entry.day)).astimezone(UTC))}</pubDate>"
            f"<description>{escape(entry.html)}</description></item>"
        )


def _slug(outlet: str) -> str:
    return outlet.lower().replace(" ", "-")
