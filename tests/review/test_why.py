"""Why a claim is or is not believed and alerted: the reasons, from what a replay and a first pass left in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.extract import Extractor
from monitor.ledger import Ledger
from monitor.model import Channel, ChannelFilter, ChannelKind, Document, Verdict, VerdictKind
from monitor.recording import Recorder
from monitor.review.why import Why, explain, gather, gather_title
from monitor.workers.worker import extracted
from tests.builders import NOW, document, work
from tests.fakes import record, replay

TITLE = "Glass Harbour"
WORKS = [work(TITLE)]
DESK = Channel(name="desk", kind=ChannelKind.CONSOLE, target="")
SURE = replace(DESK, name="sure", only=ChannelFilter(certainty="official"))
OUTLET = "Glass Harbour will be released on {}, 2027."


def said(day: int, text: str, name: str, *, title: str = "Glass Harbour", **fields: str) -> Document:
    own = {"id": name, "url": f"https://{name}.example/1", "source": f"{name}.example"}
    return document(text, title=title, published=NOW + timedelta(days=day), **{**own, **fields})


STORY = [
    said(0, OUTLET.format("May 21"), "paper"),
    said(1, f"Also: {OUTLET.format('June 3')}", "weekly", title="The week in games"),
    said(2, "Glass Harbour could come out on October 2, 2027, a leak says.", "leaks"),
    said(3, "The teaser for Glass Harbour.", "video", title="Glass Harbour - Official Teaser"),
    said(20, "The second teaser for Glass Harbour.", "video2", title="Glass Harbour - Official Teaser 2"),
    said(21, OUTLET.format("May 12"), "paper"),
    said(22, "May 12, 2027 is when Glass Harbour will be released.", "radio"),
]  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "monitor.db") as ledger:
        replay(ledger, WORKS, [DESK, SURE], STORY)
        yield ledger


def why(ledger: Ledger, when: str | None, event: str = "release") -> Why:
    (number,) = [
        row.id for row in ledger.claims(titles=[TITLE], event=event) if str(row.claim.when) == str(when)
    ]
    return explain(gather(ledger, number, [DESK, SURE], WORKS))


REASONS = [
    ("2027-05-21", False, "its document was edited and does not say so any more"),
    ("2027-06-03", False, "it is said by the way, and nobody else says so"),
    ("2027-10-02", False, "something else was believed since: it outweighs what was believed"),
    ("2027-05-12", True, "it outweighs what was believed"),
]


@pytest.mark.parametrize(("when", "is_believed", "reason"), REASONS)
def test_a_claim_has_a_reason_to_be_believed_or_not(
    ledger: Ledger, when: str, is_believed: bool, reason: str
) -> None:
    told = why(ledger, when)
    assert told.is_believed is is_believed
    assert told.reason.startswith(reason)
    if not is_believed:
        assert [str(each.standing.belief.when) for each in told.believed] == ["2027-05-12"]


def test_each_document_of_a_claim_says_what_it_counted_for(ledger: Ledger) -> None:
    assert [
        (each.observation.source, each.believed, each.reason) for each in why(ledger, "2027-05-12").said
    ] == [
        ("paper.example", True, "it outweighs what was believed"),
        ("radio.example", True, "it says what is believed already"),
    ]


def test_each_channel_says_why_it_was_or_was_not_alerted(ledger: Ledger) -> None:
    change = why(ledger, "2027-05-21").changes[0]
    assert {route.channel: (route.state, route.reasons[0]) for route in change.routes} == {
        "desk": ("not sent", "the channel was not there when this changed, or nobody was to be alerted"),
        "sure": ("held back", "only: certainty reported is not at least official"),
        "replay": ("delivered", "an archive was replayed: the alert was written and sent to nobody"),
    }


def test_a_further_trailer_was_held_back_by_its_rule(ledger: Ledger) -> None:
    first, second = why(ledger, None, "trailer").changes
    assert second.change.trailer == "teaser 2"
    held = {route.channel: route.reasons for route in second.routes if route.state == "held back"}
    reason = "trailers: the teaser 2 is a further one; `only: {trailers: all}` asks for each"
    assert held == {"desk": (reason,), "sure": (reason,)}
    assert "replay" in {route.channel for route in first.routes}


@pytest.mark.parametrize("when", ["2027-06-03", "2027-10-02"])
def test_what_is_not_believed_says_why_nothing_was_alerted(ledger: Ledger, when: str) -> None:
    told = why(ledger, when)
    if not told.changes:
        assert told.unalerted == "what is not believed is not alerted"
    else:
        assert [each.change.kind.value for each in told.changes] == ["rumoured"]


def test_what_a_first_pass_found_says_so(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "first.db") as ledger:
        recorder = Recorder({TITLE: WORKS[0]}, [DESK])
        record(ledger, recorder, extracted(Extractor(WORKS), STORY[0]), now=NOW, baseline=True)
        told = why(ledger, "2027-05-21")
    assert told.is_believed
    assert told.unalerted.startswith("it was learnt in a first pass")


def test_what_repeats_names_the_change_that_told_it(ledger: Ledger) -> None:
    recorder = Recorder({TITLE: WORKS[0]}, [DESK])
    again = said(
        23, "Its release on May 12, 2027 is near, and Glass Harbour will be released on May 12, 2027.", "late"
    )
    record(ledger, recorder, extracted(Extractor(WORKS), again), now=NOW + timedelta(days=23))
    assert why(ledger, "2027-05-12").unalerted == ""


def test_a_dismissal_is_the_reason(ledger: Ledger) -> None:
    number = why(ledger, "2027-05-12").id
    ledger.add_verdict(Verdict(number, VerdictKind.DISMISSED, NOW + timedelta(days=30), "a typo"))
    recorder = Recorder({TITLE: WORKS[0]}, [DESK])
    for event in ("release",):
        subject = next(each for each in ledger.subjects() if each[1].value == event)
        recorder.revise(ledger, *subject, now=NOW + timedelta(days=30))
    told = why(ledger, "2027-05-12")
    assert (told.is_believed, told.reason) == (False, "a person dismissed it")


def test_every_claim_of_a_work_has_its_reason(ledger: Ledger) -> None:
    told = [explain(facts) for facts in gather_title(ledger, TITLE, None)]
    assert len(told) == ledger.count("claims")
    assert all(each.reason for each in told)
    assert all(each.unalerted or each.changes for each in told)
