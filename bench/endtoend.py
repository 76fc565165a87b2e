"""The main job on real entries: daemon, feeds on loopback hosts, a webhook receiver and an SMTP server, and a kill -9.

    endtoend.py SHARED [--feeds 200] [--hosts 20] [--steps 5]

Feeds are served by SHARED/eval/feedserver.py from the half-year archive. The daemon polls them, is killed in the
middle of a round of news, started again, and told to stop. Printed: what was asked of the feeds, what stands in the
ledger, what each channel received, how often an alert came twice, and how long the daemon took to end.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

from aiohttp import web
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

SECRET = "whsec_" + "bW9uaXRvci1iZW5jaC1zZWNyZXQtMzItYnl0ZXMh"
WORKS = {
    "Alan Wake 2": ["Alan Wake II"],
    "Starfield": [],
    "Diablo IV": ["Diablo 4"],
    "Final Fantasy XVI": ["Final Fantasy 16", "FF16"],
    "The Legend of Zelda: Tears of the Kingdom": ["Tears of the Kingdom"],
    "Street Fighter 6": [],
    "Resident Evil 4": ["Resident Evil 4 Remake"],
    "Star Wars Jedi: Survivor": ["Jedi Survivor"],
    "Redfall": [],
    "Marvel's Spider-Man 2": ["Spider-Man 2"],
    "Baldur's Gate 3": ["Baldur's Gate III"],
    "The Last of Us Part I": [],
    "Suicide Squad: Kill the Justice League": [],
    "Barbie": [],
    "Oppenheimer": [],
    "Indiana Jones and the Dial of Destiny": ["Dial of Destiny"],
    "The Witcher": [],
    "Black Mirror": [],
    "Secret Invasion": [],
    "Ahsoka": [],
}


class Received:
    """A webhook receiver and a mailbox: what came, how often, and whether its signature held."""

    def __init__(self) -> None:
        self.hooks: Counter[str] = Counter()
        self.mails: Counter[str] = Counter()
        self.bodies: dict[str, set[bytes]] = {}
        self.bad = 0

    async def hook(self, request: web.Request) -> web.Response:
        body = await request.read()
        try:
            Webhook(SECRET).verify(body, dict(request.headers))
        except WebhookVerificationError:
            self.bad += 1
            return web.Response(status=401)
        name = request.headers["webhook-id"]
        self.hooks[name] += 1
        self.bodies.setdefault(name, set()).add(body)
        if random.random() < 0.05:  # what a receiver does on a bad day
            return web.Response(status=503, headers={"Retry-After": "1"})
        return web.Response()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mail: Message = message_from_bytes(envelope.content or b"")  # type: ignore[arg-type]
        self.mails[str(mail["Message-ID"])] += 1
        return "250 OK"


async def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shared", type=Path)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--hosts", type=int, default=20)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=20, help="how long each step may settle")
    arguments = parser.parse_args()
    received = Received()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hook_port = await serve(received)
        mail = Controller(received, hostname="127.0.0.1", port=0)  # type: ignore[no-untyped-call]
        mail.port = free_port()
        mail.start()  # type: ignore[no-untyped-call]
        feeds_port = free_port()
        archive = arguments.shared / "corpora" / "replay-2023-h1.jsonl.gz"
        entries = laid_out(archive, arguments.feeds, folder / "entries.jsonl")
        feeds = await asyncio.create_subprocess_exec(
            sys.executable, str(arguments.shared / "eval" / "feedserver.py"),
            "--entries", str(entries),
            "--hosts", str(arguments.hosts), "--port", str(feeds_port), "--feeds", str(arguments.feeds),
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert feeds.stdout is not None
        print((await feeds.stdout.readline()).decode().strip())
        config = folder / "sources.yaml"
        config.write_text(
            json.dumps({
                "watch": [{"title": title, "aliases": aliases} for title, aliases in WORKS.items()],
                "sources": [
                    {"feed": f"http://127.0.0.{1 + n % arguments.hosts}:{feeds_port}/feed/{n}.xml", "every": "2s", "allow_private": True, "pause": "0s"}
                    for n in range(arguments.feeds)
                ],
                "channels": [
                    {"webhook": f"http://127.0.0.1:{hook_port}/", "secret": "${BENCH_SECRET}", "allow_private": True},
                    {"email": "bench@example.com", "smtp": f"smtp://127.0.0.1:{mail.port}?starttls=never"},
                ],
            }),
            encoding="utf-8",
        )  # fmt: skip
        try:
            await story(arguments, folder, config, f"http://127.0.0.1:{feeds_port}")
            report(folder / "monitor.db", received, f"http://127.0.0.1:{feeds_port}")
        finally:
            feeds.terminate()
            await feeds.wait()
            mail.stop()  # type: ignore[no-untyped-call]
            print((folder / "daemon.log").read_text(encoding="utf-8")[-1500:])
    return 0


def laid_out(archive: Path, feeds: int, into: Path) -> Path:
    """Write an archive of `feeds` sources: thirty entries as they came, then those that name a watched work.

    Their times are moved to the last days, in order, so that what a step publishes is news and not an old article.
    """
    names = [name.casefold() for title, aliases in WORKS.items() for name in (title, *aliases)]
    plain: list[dict[str, Any]] = []
    telling: list[dict[str, Any]] = []
    with gzip.open(archive, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            text = f"{row['title']} {row.get('html') or ''}".casefold()
            told = any(name in text for name in names) and any(
                word in text for word in ("release", "launch", "trailer", "premiere")
            )
            (telling if told else plain).append(row)
            if len(plain) >= 30 * feeds and len(telling) >= 6 * feeds:
                break
    began = datetime.now(UTC) - timedelta(days=2)
    with into.open("w", encoding="utf-8") as out:
        for feed in range(feeds):
            chosen = [plain[(feed * 30 + n) % len(plain)] for n in range(30)] + [
                telling[(feed + n * feeds) % len(telling)] for n in range(6)
            ]
            for minute, row in enumerate(chosen):
                at = began + timedelta(minutes=minute)
                out.write(json.dumps({**row, "source": f"feed-{feed}", "published": at.isoformat()}) + "\n")
    return into


async def story(arguments: argparse.Namespace, folder: Path, config: Path, site: str) -> None:
    daemon = await start(config, folder)
    await settled(daemon, folder / "monitor.db", "sources", "baseline = 0", arguments.feeds)
    for step in range(arguments.steps):
        get(f"{site}/step")
        if step == arguments.steps // 2:
            await asyncio.sleep(random.uniform(0.5, 2.0))
            daemon.send_signal(signal.SIGKILL)
            await daemon.wait()
            print("killed (SIGKILL) in the middle of a round, started again")
            daemon = await start(config, folder)
        await asyncio.sleep(arguments.seconds / arguments.steps + 4)
    await asyncio.sleep(8)
    began = time.monotonic()
    daemon.send_signal(signal.SIGTERM)
    code = await daemon.wait()
    print(f"SIGTERM: exit {code} after {time.monotonic() - began:.1f} s")


async def start(config: Path, folder: Path) -> asyncio.subprocess.Process:
    program = str(Path(sys.executable).with_name("monitor"))
    with (folder / "daemon.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            program, "run", "--config", str(config), "--db", str(folder / "monitor.db"),
            env={**os.environ, "BENCH_SECRET": SECRET}, stdout=log, stderr=log,
        )  # fmt: skip


async def settled(
    daemon: asyncio.subprocess.Process,
    database: Path,
    table: str,
    condition: str,
    count: int,
    limit: float = 120,
) -> None:
    began = time.monotonic()
    while time.monotonic() - began < limit:
        if daemon.returncode is not None:
            raise SystemExit(f"the daemon ended with {daemon.returncode}")
        await asyncio.sleep(0.5)
        if database.exists():
            with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
                try:
                    (now,) = db.execute(f"select count(*) from {table} where {condition}").fetchone()
                except sqlite3.OperationalError:
                    continue
            if now >= count:
                print(f"first pass: {count} {table} in {time.monotonic() - began:.1f} s")
                return
    print(f"first pass: not done after {limit:g} s")


def report(database: Path, received: Received, site: str) -> None:
    print("feeds:", get(f"{site}/stats"))
    with sqlite3.connect(database) as db:

        def count(sql: str) -> Any:
            return db.execute(sql).fetchone()[0]

        print(
            "ledger:",
            {
                table: count(f"select count(*) from {table}")
                for table in ("documents", "observations", "standings", "changes", "deliveries")
            },
        )
        print(
            "deliveries:",
            dict(
                db.execute("select channel || ' ' || state, count(*) from deliveries group by 1").fetchall()
            ),
        )
        print("documents twice:", count("select count(*) - count(distinct fingerprint) from documents"))
        print("integrity:", count("pragma integrity_check"))
        hooks = {
            row[0]
            for row in db.execute(
                "select id from deliveries where channel like '%webhook%' or channel like 'http%'"
            )
        }
    print(
        f"webhook: {len(received.hooks)} alerts in {received.hooks.total()} posts, {received.bad} bad signatures, "
        f"{len(hooks - set(received.hooks))} missing, {sum(len(b) > 1 for b in received.bodies.values())} with a second body"
    )
    print(f"mail: {len(received.mails)} messages, {received.mails.total() - len(received.mails)} repeated")


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310
        return json.loads(answer.read())


async def serve(received: Received) -> int:
    application = web.Application()
    application.router.add_post("/", received.hook)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return int(runner.addresses[0][1])


def free_port() -> int:
    import socket  # noqa: PLC0415

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
