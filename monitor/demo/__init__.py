"""Run the demo: the whole product in half a minute, offline, with a local site, the real daemon, and its alerts."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from monitor import wire
from monitor.daemon import Daemon
from monitor.demo.site import Site
from monitor.demo.story import TURNS, WORK
from monitor.model import counted

__all__ = ["run"]


async def run(say: Callable[[str], None], *, seconds: float = 28.0) -> None:
    """Run the story in about `seconds`; `say` receives the lines of the narration, alerts go to the console channel.

    The daemon's clock follows the story: each turn advances it by weeks.
    """
    began_at = wire.now()
    site = Site(began_at)
    await site.start()
    try:
        with tempfile.TemporaryDirectory(prefix="monitor-demo-") as folder:
            await _tell(site, Path(folder), say, seconds, lambda: wire.now() + timedelta(days=site.day))
    finally:
        await site.stop()


async def _tell(
    site: Site, folder: Path, say: Callable[[str], None], seconds: float, clock: Callable[[], datetime]
) -> None:
    config = folder / "sources.yaml"
    config.write_text(_configuration(site), encoding="utf-8")
    with wire.open_ledger(folder / "monitor.db", owner=True) as ledger:
        daemon = Daemon(lambda deliver, stopping: wire.build(config, ledger, deliver, stopping, clock=clock))
        say(f"Three outlets on this machine, polled every second for one work: {WORK}, season 2.")
        running = asyncio.create_task(daemon.run())
        pause = seconds / (TURNS + 1)
        await asyncio.sleep(pause)
        say("First pass: what stands in the feeds is logged, and nobody is alerted.")
        while not running.done() and (entry := site.turn()) is not None:
            say(f"{clock():%d %B %Y} · {entry.outlet} publishes “{entry.title}”")
            await asyncio.sleep(pause)
        daemon.stop()
        await running
        say(
            f"{counted(ledger.count('observations'), 'claim')} logged with their evidence, "
            f"{counted(ledger.count('changes'), 'change')} alerted."
        )


def _configuration(site: Site) -> str:
    # JSON is YAML, and needs no escaping.
    return json.dumps(
        {
            "watch": [{"title": WORK, "kind": "series", "instalments": ["season 2"]}],
            "sources": [
                {"feed": url, "name": outlet, "every": "1s", "allow_private": True}
                for outlet, url in site.outlets.items()
            ],
            "channels": ["console"],
        }
    )
