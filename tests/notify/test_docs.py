"""docs/alerts.md says what is so: its configurations are read, its JSON is what is sent, its text what people read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from monitor.config import load
from monitor.model import Certainty, ChannelKind
from monitor.notify import composed, notifier
from monitor.notify.layout import text_of
from monitor.notify.wording import alert_text
from tests.builders import at, observation
from tests.fakes_notify import change

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

DOC = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text("utf-8")
SECRETS = {
    "WEBHOOK_SECRET": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "OLD_WEBHOOK_SECRET": "an older one",
    "HOOK_TOKEN": "t0ken",
    "SMTP_PASSWORD": "p@ss",
    "RING_TOKEN": "r1ng",
    "DISCORD_ID": "1234567890",
    "DISCORD_TOKEN": "a" * 40,
}


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", DOC, re.MULTILINE | re.DOTALL)


def _told() -> dict[str, Any]:
    said = observation(
        "2023-10-27",
        certainty=Certainty.OFFICIAL,
        sources=("Remedy",),
        quote="Ten more days, and then we are done.",
        url="https://remedy.example/news/ten-more-days",
        source="remedy.example",
        headline="A word on our date",
        published=at("2023-08-10T14:03"),
        claim_id=31,
        lang="en",
    )
    body = composed(change(evidence=(said,), id=12))
    body["timestamp"] = "2023-08-10T14:03:00Z"
    body["data"]["from"]["since"] = "2023-05-24T20:00:00Z"
    return body


@pytest.mark.parametrize("text", _blocks("yaml"))
async def test_every_configuration_shown_is_read_and_served(text: str, tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(f"watch: [Alan Wake 2]\nsources: [feed: https://news.example/feed]\n{text}", "utf-8")
    channels = load(path, SECRETS).channels
    assert channels
    for channel in channels:
        serving = notifier(channel)
        await serving.aclose()


def test_every_kind_of_channel_is_shown() -> None:
    shown = " ".join(_blocks("yaml"))
    assert [kind for kind in ChannelKind if f"- {kind}" not in shown] == []


def test_the_json_shown_is_the_alert() -> None:
    (shown,) = _blocks("json")
    assert json.loads(shown) == _told()


def test_the_text_shown_is_what_people_read() -> None:
    shown = DOC.split("```\n")[1]
    assert shown.rstrip("\n") == text_of(alert_text(_told(), "en"))
