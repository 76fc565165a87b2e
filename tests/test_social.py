"""The daemon beside a server that plays every network: each yields its claim once, and no token is to be found anywhere."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import signal
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import main
from monitor.errors import LedgerError
from monitor.ledger import Ledger
from tests.fakes_daemon import program
from tests.fakes_social import DID, TOKEN, Network, open_network
from tests.waiting import until

TITLES = {
    "bluesky": "Harbour Lights", "mastodon": "Iron Bell", "tag": "Marble Orchard", "youtube": "Glass Viaduct", "reddit": "Winter Quarry",
}  # fmt: skip
RENAMED = "Velvet Archipelago"
SECONDS = float(os.environ.get("MONITOR_SOAK_SECONDS", "0"))


def dated(title: str, day: str = "October 17, 2031") -> str:
    return f"{title} will be released on {day}."


@dataclass
class Ran:
    """What a daemon did and left behind."""

    folder: Path
    log: str
    code: int
    alerts: list[dict[str, Any]]
    asked: dict[str, list[tuple[float, str]]]
    told: dict[str, str] = field(default_factory=dict)

    def kinds(self, title: str) -> list[str]:
        return [each["type"].partition(".")[2] for each in self.alerts if each["data"].get("title") == title]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    result = asyncio.run(_run(tmp_path_factory.mktemp("social")))
    result.told = _shown(result)
    return result


async def _run(folder: Path) -> Ran:
    database, config = folder / "monitor.db", folder / "sources.yaml"
    async with open_network() as network:
        for kind in TITLES:
            network.post(kind, "1", "Good morning from the harbour.")
        network.remaining = 10**6
        told = {
            "watch": [*TITLES.values(), RENAMED],
            "sources": network.sources(),
            "channels": [
                {
                    "webhook": f"{network.url}/alert",
                    "allow_private": True,
                    "only": {"trailers": "all"},
                    "rate": "none",
                },
                {"file": "alerts.jsonl"},
            ],
        }
        config.write_text(json.dumps(told), encoding="utf-8")
        arguments = "monitor", "run", "--verbose", "--config", str(config), "--db", str(database)
        secret = f"https://www.reddit.com/.rss?feed={TOKEN}&user=someone"
        async with program(*arguments, log=folder / "log", REDDIT_FEED=secret) as daemon:
            await _story(network, database)
            if SECONDS:
                await asyncio.sleep(SECONDS)
            daemon.send_signal(signal.SIGTERM)
            code = await asyncio.wait_for(daemon.wait(), 20)
    log = (folder / "log").read_text(encoding="utf-8")
    return Ran(folder, log, code, network.alerts, network.asked)


def _shown(ran: Ran) -> dict[str, str]:
    """Return what each command that shows something of sources or claims prints."""
    config, database = str(ran.folder / "sources.yaml"), str(ran.folder / "monitor.db")
    shown = {
        "sources": ("sources", "--format", "json", "--config", config),
        "bugs": ("sources", "--bugs", "--config", config),
        "export claims": ("export", "claims"),
        "export changes": ("export", "changes"),
        "timeline": ("timeline", TITLES["bluesky"], "--format", "json", "--config", config),
        "timeline in words": ("timeline", TITLES["bluesky"], "--config", config),
        "claims": ("claims", "--format", "json"),
        "check": ("check", "--config", config),
    }
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("REDDIT_FEED", f"feed={TOKEN}&user=someone")
        return {
            name: _told(*arguments, *(() if name == "check" else ("--db", database)))
            for name, arguments in shown.items()
        }


async def _story(network: Network, database: Path) -> None:
    await network.until(lambda: all(len(network.asked[kind]) >= 3 for kind in TITLES))
    await until_read(database)
    for kind, title in TITLES.items():
        if kind != "youtube":
            network.post(kind, "2", dated(title))
    network.post("youtube", "2", f"{TITLES['youtube']} - Official Launch Trailer. Watch the official launch trailer for {TITLES['youtube']}.", views=0)  # fmt: skip
    await network.until(lambda: len(_titles(network)) >= 4)
    # An edit, a deletion, a rename and a premiere.
    network.posts["mastodon"][0].text = dated(TITLES["mastodon"], "October 27, 2031")
    network.posts["mastodon"][0].edited = datetime.now(UTC)
    network.delete("bluesky", "2")
    network.posts["youtube"][0].views = 7
    await network.until(
        lambda: _titles(network)[TITLES["bluesky"]] >= 2 and _titles(network)[TITLES["mastodon"]] >= 2
    )
    await network.until(lambda: "trailer.released" in {each["type"] for each in network.alerts})
    network.handle = "renamed.example"
    network.post("bluesky", "3", dated(RENAMED))
    await network.until(lambda: _titles(network)[RENAMED] >= 1)
    # What was told already is read again and again, and tells nothing.
    polls = {kind: len(network.asked[kind]) for kind in TITLES}
    await network.until(lambda: all(len(network.asked[kind]) >= polls[kind] + 2 for kind in TITLES))


def _titles(network: Network) -> Counter[str]:
    return Counter(str(each["data"].get("title")) for each in network.alerts)


async def until_read(database: Path) -> None:
    """Wait until every source's first pass is kept: what is posted after that is news."""

    def is_read() -> bool:
        with contextlib.suppress(LedgerError), Ledger.open(database, read_only=True) as ledger:
            states = [row.state for row in ledger.sources()]
            return bool(states) and not any(state.baseline for state in states)
        return False

    await until(is_read, database.parent)


def _told(*arguments: str) -> str:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        assert main(arguments) == 0, out.getvalue() + err.getvalue()
    return out.getvalue() + err.getvalue()


def test_the_daemon_ends_well(ran: Ran) -> None:
    assert ran.code == 0, ran.log
    assert "Traceback" not in ran.log
    assert "a bug of ours" not in ran.log


@pytest.mark.parametrize("kind", ["tag", "reddit"])
def test_each_kind_yields_its_claim_once(ran: Ran, kind: str) -> None:
    assert ran.kinds(TITLES[kind]) == ["appeared"]


def test_an_edit_moves_the_date_once(ran: Ran) -> None:
    assert ran.kinds(TITLES["mastodon"]) == ["appeared", "moved_later"]


def test_a_deletion_takes_back_what_it_alone_carried(ran: Ran) -> None:
    assert ran.kinds(TITLES["bluesky"]) == ["appeared", "retracted"]


def test_the_timeline_shows_the_deletion(ran: Ran) -> None:
    assert [row["change"] for row in json.loads(ran.told["timeline"])].count("deleted") == 1
    assert "was deleted" in " ".join(ran.told["timeline in words"].split())


def test_a_premiere_is_released_when_it_has_been_seen(ran: Ran) -> None:
    assert ran.kinds(TITLES["youtube"])[-1] == "released"
    assert ran.kinds(TITLES["youtube"]).count("released") == 1


def test_a_renamed_account_is_read_on_as_the_maker(ran: Ran) -> None:
    assert ran.kinds(RENAMED) == ["appeared"]
    (alert,) = [each for each in ran.alerts if each["data"].get("title") == RENAMED]
    assert alert["data"]["to"]["certainty"] == "official"


def test_a_name_is_asked_for_once(ran: Ran) -> None:
    asked = [path for kind in ran.asked.values() for _, path in kind]
    for question in ("resolveHandle", "accounts/lookup", "/@lantern"):
        assert sum(question in path for path in asked) == 1
    assert any(DID.replace(":", "%3A") in path or DID in path for path in asked)


@pytest.mark.parametrize("where", ["log", "alerts", "file", "database", "sources", "bugs", "export claims", "export changes", "claims", "timeline", "check"])  # fmt: skip
def test_no_token_is_to_be_found(ran: Ran, where: str) -> None:
    assert any(f"feed={TOKEN}" in path for _, path in ran.asked["reddit"])  # it was sent
    if where == "log":
        text = ran.log
    elif where == "alerts":
        text = json.dumps(ran.alerts)
    elif where == "file":
        text = (ran.folder / "alerts.jsonl").read_text(encoding="utf-8")
    elif where == "database":
        text = b"".join(file.read_bytes() for file in ran.folder.glob("monitor.db*")).decode("latin-1")
    else:
        text = ran.told[where]
    assert text or where == "bugs"
    assert TOKEN not in text
