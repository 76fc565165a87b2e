"""`monitor run` beside a Bluesky and a Mastodon that we did not write, for two minutes: each claim is told once."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path

import pytest

from tests.fakes_daemon import program
from tests.fakes_social import TOKEN, Network, open_network
from tests.real.servers import Asked, Command, bluesky, commands, mastodon
from tests.test_social import Ran, dated, until_read

SKY, LATER_SKY, TOOT, TAKEN_BACK = "Harbour Lights", "Velvet Archipelago", "Iron Bell", "Marble Orchard"
VIDEO, SUBMISSION = "Glass Viaduct", "Winter Quarry"
SECONDS = float(os.environ.get("MONITOR_SOAK_SECONDS", "120"))


@pytest.mark.timeout(900)
async def test_the_daemon_beside_real_servers_tells_each_claim_once(tmp_path: Path) -> None:
    config, database = tmp_path / "sources.yaml", tmp_path / "monitor.db"
    for name in ("sky", "toots"):
        (tmp_path / name).mkdir()
    async with (
        bluesky(tmp_path / "sky") as (sky, ask),
        mastodon(tmp_path / "toots") as (toots, toot),
        open_network() as network,
    ):
        do = commands(ask)
        await do("account", name="lantern", shown="Lantern Works")
        await do("post", by="lantern", text="Good morning from the harbour.")
        await toot(text="Good morning from the harbour.")
        for kind in ("youtube", "reddit"):
            network.post(kind, "1", "Good morning from the harbour.")
        common = {"allow_private": True, "every": "1s", "pause": "0s", "obey_robots": False}
        told = {
            "watch": [SKY, LATER_SKY, TOOT, TAKEN_BACK, VIDEO, SUBMISSION],
            "sources": [
                {"bluesky": "lantern.test", "name": "bluesky", "api": sky, "official": ["lantern.test"], **common},
                {"mastodon": "@testuser@localhost", "name": "mastodon", "api": toots, "official": ["testuser"], **common},
                *(each for each in network.sources() if each["name"] in ("youtube", "reddit")),
            ],
            "channels": [{"webhook": f"{network.url}/alert", "allow_private": True, "only": {"trailers": "all"}, "rate": "none"}],
        }  # fmt: skip
        config.write_text(json.dumps(told), encoding="utf-8")
        arguments = "monitor", "run", "--verbose", "--config", str(config), "--db", str(database)
        secret = f"https://www.reddit.com/.rss?feed={TOKEN}&user=someone"
        begun = asyncio.get_running_loop().time()
        async with program(*arguments, log=tmp_path / "log", REDDIT_FEED=secret) as daemon:
            await until_read(database)
            await _story(network, do, toot)
            await asyncio.sleep(max(0.0, begun + SECONDS - asyncio.get_running_loop().time()))
            daemon.send_signal(signal.SIGTERM)
            code = await asyncio.wait_for(daemon.wait(), 20)
        log = (tmp_path / "log").read_text(encoding="utf-8")
        ran = Ran(tmp_path, log, code, network.alerts, network.asked)
    assert code == 0, log
    assert "Traceback" not in log
    assert "a bug of ours" not in log
    assert TOKEN not in log
    assert {title: ran.kinds(title) for title in (SKY, LATER_SKY, TOOT, TAKEN_BACK, SUBMISSION)} == {
        SKY: ["appeared"],
        LATER_SKY: ["appeared"],  # by the account that was renamed
        TOOT: ["appeared", "moved_later"],  # as it was edited
        TAKEN_BACK: ["appeared", "retracted"],  # as it was deleted
        SUBMISSION: ["appeared"],
    }
    assert ran.kinds(VIDEO).count("released") == 1
    official = {each["data"]["title"] for each in ran.alerts if (each["data"].get("to") or {}).get("certainty") == "official"}  # fmt: skip
    assert official == {SKY, LATER_SKY, TOOT, TAKEN_BACK, VIDEO}


async def _story(network: Network, do: Command, toot: Asked) -> None:
    await do("post", by="lantern", text=dated(SKY))
    wrong = await do("post", by="lantern", text=dated(TAKEN_BACK))
    single = await toot(text=dated(TOOT))
    network.post("reddit", "2", dated(SUBMISSION))
    network.post("youtube", "2", f"{VIDEO} - Official Launch Trailer. Watch the official launch trailer for {VIDEO}.", views=0)  # fmt: skip
    await network.until(lambda: {SKY, TAKEN_BACK, TOOT, SUBMISSION} <= _told(network))
    await toot(edit=single, text=dated(TOOT, "October 27, 2031"))
    await do("delete", by="lantern", uri=wrong["uri"])
    network.posts["youtube"][0].views = 7
    await network.until(lambda: _count(network, TOOT) >= 2 and _count(network, TAKEN_BACK) >= 2)
    await network.until(lambda: "trailer.released" in {each["type"] for each in network.alerts})
    await do("rename", by="lantern", name="renamed")
    await do("post", by="lantern", text=dated(LATER_SKY))
    await network.until(lambda: LATER_SKY in _told(network))


def _told(network: Network) -> set[str]:
    return {str(each["data"].get("title")) for each in network.alerts}


def _count(network: Network, title: str) -> int:
    return sum(each["data"].get("title") == title for each in network.alerts)
