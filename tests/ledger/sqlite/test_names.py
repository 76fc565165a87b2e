from __future__ import annotations

from monitor.ledger import Ledger
from monitor.ledger.sqlite.documents import add_sightings
from monitor.model import Channel, ChannelKind
from tests.builders import NOW, document, observation, source


def test_titles_are_those_that_something_was_claimed_of(ledger: Ledger) -> None:
    ledger.record_document(document(), NOW, [observation(title=title) for title in ("żółty Pies", "STRASSE")])
    assert ledger.titles() == ["STRASSE", "żółty Pies"]


def test_sources_are_those_configured_and_those_that_claims_were_met_at(ledger: Ledger) -> None:
    ledger.sync_sources([source("polled.example")], NOW)
    ledger.record_document(document("1", source="replayed.example"), NOW, [observation()])
    add_sightings(ledger, [document("1", source="copy.example", url="https://copy.example")], NOW)
    assert ledger.source_names() == ["copy.example", "polled.example", "replayed.example"]


def test_channels_are_those_sent_to_and_those_in_trouble(ledger: Ledger) -> None:
    ledger.add_delivery(
        None, Channel(name="hook", kind=ChannelKind.CONSOLE, target=""), {"n": 1}, send_at=NOW, now=NOW
    )
    ledger.disable_channel("mail", "gone", NOW)
    assert ledger.channel_names() == ["hook", "mail"]
