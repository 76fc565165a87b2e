"""Deliveries: ten thousand at once to a local receiver, beside a channel that hangs, and through three hundred kills.

Each figure is also a ratio: to the same bodies posted by the bare client without a ledger, and to the same channel alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from monitor.cycle import Outbox
from monitor.leases import Leases
from monitor.ledger import Ledger, SqliteStore
from monitor.model import Channel, ChannelKind, Delivery, DeliveryState
from monitor.net import OPEN_HOST, open_client
from monitor.notify import alert_body, notifier, sample_alert
from monitor.sending import DeliveryRecorder
from tests.fakes_daemon import SECRET, kill_and_check

COUNT = 10_000
AT_ONCE = 16

_RECEIVER = """
import asyncio
from aiohttp import web
from standardwebhooks.webhooks import Webhook
verifier = Webhook({secret!r})
seen = set()
async def take(request):
    verifier.verify(await request.read(), dict(request.headers))
    seen.add(request.headers["webhook-id"])
    return web.Response(status=204)
async def plain(request):
    await request.read()
    return web.Response(status=204)
async def hang(request):
    await asyncio.Event().wait()
async def count(request):
    told = len(seen)
    seen.clear()
    return web.Response(text=str(told))
async def main():
    application = web.Application()
    application.router.add_post("/take", take)
    application.router.add_post("/plain", plain)
    application.router.add_post("/hang", hang)
    application.router.add_get("/count", count)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


def run(_shared: Path) -> None:
    """Print the figures."""
    asyncio.run(_delivering())
    kills = int(os.environ.get("MONITOR_KILLS", "300"))
    with tempfile.TemporaryDirectory() as folder:
        hit = asyncio.run(kill_and_check(Path(folder), kills))
    print(f"kill -9, {kills} times: {dict(hit)}, none missing")


async def _delivering() -> None:
    async with _receiver() as site:
        bare = await _bare(f"{site}/plain")
        print(f"bare client: {bare:.0f} posts/s")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        alone = await _sent(site, COUNT, hanging=False)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(
            f"{COUNT} deliveries: {alone:.0f}/s, {alone / bare:.2f} of the bare client, memory +{grown:.0f} MiB"
        )
        pairs = [
            (await _sent(site, COUNT // 4, hanging=False), await _sent(site, COUNT // 4, hanging=True))
            for _ in range(5)
        ]
        own, beside = (max(rates) for rates in zip(*pairs, strict=True))
        print(f"beside a channel that hangs: {beside / own:.2f} of that alone (the best of five pairs)")


@contextlib.asynccontextmanager
async def _receiver() -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _RECEIVER.format(secret=SECRET), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(await process.stdout.readline())}"
    finally:
        process.kill()
        await process.wait()


async def _bare(url: str) -> float:
    """Return how many posts a second the client makes by itself."""
    bodies = [alert_body(sample_alert(datetime.now(UTC))) for _ in range(COUNT // 4)]
    async with open_client(timeout=20) as client:
        began = time.perf_counter()
        for start in range(0, len(bodies), AT_ONCE):
            await asyncio.gather(
                *(
                    client.post(url, content=body, extensions={OPEN_HOST: True})
                    for body in bodies[start : start + AT_ONCE]
                )
            )
        return len(bodies) / (time.perf_counter() - began)


async def _sent(site: str, count: int, *, hanging: bool) -> float:
    """Return how many deliveries a second leave for a receiver that verifies each."""
    channels = {
        name: Channel(
            name=name, kind=ChannelKind.WEBHOOK, target=f"{site}/{name}", secrets={"secret": SECRET}, allow_private=True
        )
        for name in (["take", "hang"] if hanging else ["take"])
    }  # fmt: skip
    with (
        tempfile.TemporaryDirectory() as folder,
        Ledger.open(Path(folder) / "monitor.db", checkpoint=True) as ledger,
    ):
        _queue(ledger, channels, count)
        notifiers = {name: notifier(channel) for name, channel in channels.items()}
        store = SqliteStore(ledger)
        leases = Leases(store)
        recorder = DeliveryRecorder(channels, lambda: 0.0)
        outbox = Outbox(store, leases, recorder, notifiers, lambda: datetime.now(UTC))
        stuck = asyncio.create_task(outbox.send_due("hang")) if hanging else None
        began = time.perf_counter()
        await outbox.send_due("take")
        rate = count / (time.perf_counter() - began)
        if stuck is not None:
            stuck.cancel()
            await asyncio.gather(stuck, return_exceptions=True)
        async with open_client(timeout=20) as client:
            answer = await client.get(f"{site}/count", extensions={OPEN_HOST: True})
        assert answer.text == str(count), f"{answer.text} of {count} arrived"
        for each in notifiers.values():
            await each.aclose()
        await leases.close()
    return rate


def _queue(ledger: Ledger, channels: Mapping[str, Channel], count: int) -> None:
    now = datetime.now(UTC)
    ledger.add_deliveries(
        Delivery(
            id=f"msg_{name}_{number}",
            change=0,
            channel=name,
            state=DeliveryState.PENDING,
            attempts=0,
            next_attempt_at=now,
            body=alert_body(sample_alert(now)),
            created_at=now,
        )
        for name in channels
        for number in range(count)
    )
