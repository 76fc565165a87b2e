"""A ledger for the page, made by real polls of feeds on this machine: ten invented works, six outlets, three months.

Feeds grow entry by entry while the monitor's clock follows, as in the demo; what is read, believed, told and held back is
the pipeline's own work.
"""

from __future__ import annotations

import asyncio
import html
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from monitor import wire
from monitor.model import VerdictKind
from monitor.review import Review

NOW = datetime(2026, 11, 30, 10, 30, tzinfo=UTC)
"""The time at which the ledger is looked at: a Monday."""

WATCH: list[dict[str, Any]] = [
    {"title": "Harbour of Glass", "kind": "game", "aliases": ["HoG", "유리 항구"]},
    {"title": "The Lantern Trade", "kind": "series", "instalments": ["season 3"]},
    {"title": "Salt and Signal", "kind": "film"},
    {"title": "Nightferry", "kind": "game"},
    {"title": "Orbit Nine", "kind": "device"},
    {"title": "Paper Crown", "kind": "series", "instalments": ["season 2"]},
    {"title": "The Long Thaw", "kind": "film"},
    {"title": "Kestrel Drift", "kind": "game"},
    {"title": "Moss Kingdom", "kind": "game"},
    {"title": "Windup Garden", "kind": "album"},
    {"title": "Quiet Engine", "kind": "book"},
]

OUTLETS = {
    "newsdesk": "newsdesk.example",
    "pixelpost": "pixelpost.example",
    "leaks": "leakwatch.example",
    "evening": "evening.example",
    "screen": "screenpaper.example",
    "seoul": "seoulplay.example",
}


@dataclass(frozen=True)
class Entry:
    """What an outlet publishes: `at` is months-day-hour of 2026."""

    at: str
    outlet: str
    title: str
    text: str
    lang: str = "en"

    @property
    def time(self) -> datetime:
        return datetime.fromisoformat(f"2026-{self.at}:00+00:00")


ENTRIES = (
    # What stands in the feeds at the first pass is a baseline: logged, and nobody is told.
    Entry("09-01T08:10", "leaks", "Harbour of Glass this winter?", "Harbour of Glass could come out in the first half of 2027, an insider claims."),
    Entry("09-01T09:00", "newsdesk", "Harbour of Glass this year", "Northlight confirmed that Harbour of Glass will be released in 2026."),
    Entry("09-02T10:00", "screen", "The Lantern Trade renewed", "The Lantern Trade season 3 will premiere in early 2027, Meridian Pictures confirmed."),
    Entry("09-03T11:00", "evening", "Orbit Nine on the horizon", "Orbit Nine is expected to launch in the second half of 2027, analysts say."),
    # From here on, a change is news.
    Entry("09-15T14:05", "newsdesk", "Nightferry sets sail", "Nightferry will be released in spring 2027, Tallow Games announced today."),
    Entry("09-16T09:30", "pixelpost", "Nightferry: spring", "Nightferry comes out in spring 2027, Tallow Games announced."),
    Entry("09-22T16:00", "screen", "Paper Crown returns", "Paper Crown season 2 will premiere in December 2026, Meridian Pictures confirmed."),
    Entry("09-29T12:00", "evening", "The Long Thaw dated", "The Long Thaw opens in theatres on 18 December 2026, the distributor Grey Heron confirmed."),
    Entry("10-05T15:00", "pixelpost", "Kestrel Drift in November", "Kestrel Drift will be released on 20 November 2026, Ninepin announced."),
    Entry("10-07T10:10", "newsdesk", "A date for Harbour of Glass", "Northlight confirmed that Harbour of Glass will be released in December 2026."),
    Entry("10-08T09:00", "seoul", "유리 항구, 12월 출시", "유리 항구가 2026년 12월에 출시된다고 노스라이트가 밝혔다.", "ko"),
    Entry("10-14T18:20", "leaks", "Salt and Signal moves?", "Salt and Signal is rumoured to come out in June 2027, an insider claims."),
    Entry("10-20T13:00", "screen", "Salt and Signal", "Salt and Signal will be released in summer 2027, Grey Heron confirmed."),
    Entry("10-27T08:00", "evening", "Orbit Nine next autumn", "Orbit Nine will launch in October 2027, reports say."),
    Entry("11-03T17:00", "newsdesk", "Harbour of Glass has its day", "Northlight confirmed that Harbour of Glass will be released on December 10, 2026."),
    Entry("11-03T17:45", "pixelpost", "Harbour of Glass: 10 December", "Harbour of Glass launches on December 10, 2026, Northlight announced."),
    Entry("11-04T07:30", "evening", "A winter harbour", "Harbour of Glass arrives on December 10, 2026."),
    Entry("11-06T09:00", "seoul", "유리 항구 12월 10일 출시", "유리 항구는 2026년 12월 10일에 출시된다.", "ko"),
    Entry("11-10T12:00", "screen", "Paper Crown day", "Paper Crown season 2 premieres on December 16, 2026, Meridian Pictures confirmed."),
    Entry("11-12T10:00", "leaks", "Moss Kingdom, some day", "Moss Kingdom is coming in 2027, according to a leak."),
    Entry("11-17T16:40", "newsdesk", "Nightferry: the day", "Nightferry will be released on 15 April 2027, Tallow Games announced."),
    Entry("11-18T11:00", "screen", "The Lantern Trade: spring", "The Lantern Trade season 3 will premiere in April 2027, Meridian Pictures confirmed."),
    Entry("11-20T09:00", "pixelpost", "Kestrel Drift is out", "Kestrel Drift is out now."),
    Entry("11-24T15:10", "newsdesk", "Harbour of Glass slips", "Northlight confirmed that Harbour of Glass will now be released on January 28, 2027."),
    Entry("11-24T15:50", "pixelpost", "Harbour of Glass: January", "Harbour of Glass will now be released on January 28, 2027, Northlight announced."),
    Entry("11-24T18:00", "evening", "No harbour this year", "Harbour of Glass now comes out on 28 January 2027."),
    Entry("11-25T08:30", "leaks", "Harbour of Glass, again", "Harbour of Glass is rumoured to come out on 25 March 2027, an insider claims."),
    Entry("11-26T09:00", "screen", "Salt and Signal: the day", "Salt and Signal will be released on 4 June 2027, Grey Heron confirmed."),
    Entry("11-26T13:00", "evening", "Windup Garden cancelled", "Windup Garden has been cancelled, Low Tide Records confirmed."),
    Entry("11-27T10:00", "pixelpost", "Nightferry earlier?", "Nightferry will be released on 1 April 2027."),
    Entry("11-28T09:30", "evening", "The Long Thaw waits", "The Long Thaw opens in theatres on 25 December 2026."),
    Entry("11-29T08:00", "leaks", "The Lantern Trade in summer", "The Lantern Trade season 3 is rumoured to premiere in summer 2027, a leaker claims."),
    Entry("11-29T17:20", "newsdesk", "Orbit Nine has a day", "Orbit Nine will launch on 7 October 2027, Halden confirmed."),
)  # fmt: skip


class Site:
    """The feeds of the outlets on 127.0.0.1, and two places that alerts are sent to: one takes them, one is gone."""

    def __init__(self) -> None:
        self.published = 0
        self.failing: set[str] = set()

    async def start(self) -> None:
        application = web.Application()
        application.router.add_get("/{outlet}.xml", self._feed)
        application.router.add_post("/gone", self._gone)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port: int = self._runner.addresses[0][1]

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _gone(self, _: web.Request) -> web.Response:
        return web.Response(status=410)

    async def _feed(self, request: web.Request) -> web.Response:
        outlet = request.match_info["outlet"]
        if outlet in self.failing:
            return web.Response(status=503, text="down for maintenance")
        items = "".join(
            f"<item><title>{html.escape(entry.title)}</title><guid isPermaLink='false'>{number}</guid>"
            f"<link>https://{OUTLETS[outlet]}/{number}</link><pubDate>{format_datetime(entry.time)}</pubDate>"
            f"<description>{html.escape(entry.text)}</description></item>"
            for number, entry in reversed(list(enumerate(ENTRIES[: self.published])))
            if entry.outlet == outlet
        )
        lang = next(entry.lang for entry in ENTRIES if entry.outlet == outlet)
        return web.Response(
            text=f'<?xml version="1.0"?><rss version="2.0"><channel><title>{outlet}</title><language>{lang}</language>{items}</channel></rss>',
            content_type="application/rss+xml",
        )


def configuration(port: int, folder: Path) -> dict[str, Any]:
    """Return sources.yaml as a value."""
    return {
        "watch": WATCH,
        "sources": [
            {
                "feed": f"http://127.0.0.1:{port}/{slug}.xml",
                "name": name,
                "every": "30m",
                "allow_private": True,
            }
            for slug, name in OUTLETS.items()
        ],
        "channels": [
            {"file": str(folder / "alerts.jsonl"), "name": "editors"},
            {"file": str(folder / "official.jsonl"), "name": "fans", "only": {"certainty": "official"}},
            {"webhook": f"http://127.0.0.1:{port}/gone", "name": "old-bot", "allow_private": True},
        ],
        "timezone": "Europe/Warsaw",
    }


def make(folder: Path) -> tuple[Path, Path]:
    """Make the ledger and its configuration in `folder`; return their paths."""
    # In a thread of its own: a browser that a test drives has an event loop in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(_make(folder))).result()


async def _make(folder: Path) -> tuple[Path, Path]:
    config, database = folder / "sources.yaml", folder / "monitor.db"
    site = Site()
    await site.start()
    at = ENTRIES[0].time
    try:
        config.write_text(json.dumps(configuration(site.port, folder), ensure_ascii=False), encoding="utf-8")
        with wire.open_ledger(database, owner=True) as ledger:
            runtime = await wire.build(config, ledger, asyncio.Event(), clock=lambda: at)
            try:
                site.published = 4
                at = ENTRIES[3].time + timedelta(hours=1)
                await wire.poll_now(runtime)
                for number, entry in enumerate(ENTRIES[4:], 5):
                    site.published, at = number, entry.time + timedelta(minutes=3)
                    await wire.poll_now(runtime, [OUTLETS[entry.outlet]])
                    await runtime.cycle.overdue(at)
                site.failing = {"screen"}
                at = NOW - timedelta(minutes=4)
                await wire.poll_now(runtime)
                at = NOW - timedelta(seconds=20)
                await runtime.housekeeping()
            finally:
                await runtime.release()
    finally:
        await site.stop()
    return config, database


def judged(database: Path, config: Path) -> None:
    """Let a person confirm one claim and dismiss another."""
    from monitor.config import load

    review = Review(database, load(config, {}), clock=lambda: NOW - timedelta(hours=2))
    cards = [card for card in review.claims().rows if card.claim.title == "Salt and Signal"]
    review.judge(cards[0].id, VerdictKind.CONFIRMED, actor="robin", note="the studio told me")
    review.close()


__all__ = ["ENTRIES", "NOW", "OUTLETS", "WATCH", "Entry", "Site", "configuration", "judged", "make"]
