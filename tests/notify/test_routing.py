"""Whether a channel wants a change, and why."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.model import Certainty, ChangeKind, ChannelFilter, Event, Work
from monitor.notify.routing import decide
from tests.builders import observation
from tests.fakes_notify import change, channel

LATE = {"kind": ChangeKind.MOVED_LATER}
WORK = Work("All of Us Are Dead", aliases=("AOUAD", "지금 우리 학교는"))


@pytest.mark.parametrize(
    ("rule", "fields", "wanted"),
    [
        ({}, {}, True),
        ({"titles": ("alan wake 2",)}, {}, True),
        ({"titles": ("Hades II",)}, {}, False),
        ({"instalments": ("season 2",)}, {"instalment": "season 2"}, True),
        ({"instalments": ("season 2",)}, {"instalment": "season 2 part 1"}, True),
        ({"instalments": ("season 2",)}, {"instalment": "season 20"}, False),
        ({"instalments": ("season 2",)}, {"instalment": None}, False),
        ({"instalments": ("whole",)}, {"instalment": None}, True),
        ({"events": ("trailer",)}, {}, False),
        ({"events": ("trailer", "release")}, {}, True),
        ({"events": ("trailer",)}, {"event": Event.TRAILER}, True),
        ({"changes": ("moved_later", "released")}, {}, True),
        ({"changes": ("released",)}, {}, False),
        ({"certainty": "reported"}, {"certainty": Certainty.OFFICIAL}, True),
        ({"certainty": "reported"}, {"certainty": Certainty.REPORTED}, True),
        ({"certainty": "reported"}, {"certainty": Certainty.EXPECTED}, False),
        ({"certainty": "rumoured"}, {"certainty": Certainty.RUMOURED}, True),
        ({"scopes": ("ps5",)}, {"scope": ("PS5", "Switch")}, True),
        ({"scopes": ("PS5",)}, {"scope": ("Switch",)}, False),
        ({"scopes": ("PS5",)}, {"scope": ()}, True),
        ({"sources": ("news.example",)}, {}, True),
        ({"sources": ("example",)}, {}, False),
        ({"sources": ("other.example",)}, {}, False),
        ({"titles": ("Alan Wake 2",), "events": ("trailer",)}, {}, False),
    ],
)
def test_only_lets_through_what_fits_every_field(
    rule: dict[str, Any], fields: dict[str, Any], wanted: bool
) -> None:
    assert decide(channel(only=ChannelFilter(**rule)), change(**fields)).wanted is wanted


@pytest.mark.parametrize(
    ("rule", "fields", "wanted"),
    [
        ({}, {}, True),
        ({"titles": ("Alan Wake 2",)}, {}, False),
        ({"titles": ("Alan Wake 2",), "events": ("trailer",)}, {}, True),
        ({"certainty": "expected"}, {"certainty": Certainty.RUMOURED}, False),
        ({"certainty": "expected"}, {"certainty": Certainty.REPORTED}, True),
        ({"scopes": ("Japan",)}, {"scope": ("Japan",)}, False),
        ({"scopes": ("Japan",)}, {"scope": ("Japan", "PS5")}, True),
        ({"scopes": ("Japan",)}, {"scope": ()}, True),
        ({"origins": 1}, {}, False),
        ({"sources": ("news.example",)}, {}, False),
    ],
)
def test_except_holds_back_what_fits_every_field(
    rule: dict[str, Any], fields: dict[str, Any], wanted: bool
) -> None:
    assert decide(channel(excluding=ChannelFilter(**rule)), change(**fields)).wanted is wanted


@pytest.mark.parametrize(("origins", "wanted"), [(None, True), (1, False), (2, True), (3, True)])
def test_origins_are_those_of_the_belief_or_the_distinct_sources_of_the_evidence(
    origins: int | None, wanted: bool
) -> None:
    evidence = tuple(
        observation("2023-10-27", source=name) for name in ("a.example", "b.example", "a.example")
    )
    decision = decide(channel(only=ChannelFilter(origins=2)), change(evidence=evidence), origins=origins)
    assert decision.wanted is wanted


@pytest.mark.parametrize(
    ("named", "spoken", "wanted"),
    [
        ("en", ["en-US"], True),
        ("en", ["ko", "en"], True),
        ("pt-BR", ["pt"], False),
        ("pt", ["pt-BR"], True),
        ("en", ["enm"], False),
        ("en", [], False),
    ],
)
def test_a_language_covers_its_regions(named: str, spoken: list[str], wanted: bool) -> None:
    evidence = tuple(observation("2023-10-27", lang=tag) for tag in ["", *spoken])
    assert decide(channel(only=ChannelFilter(languages=(named,))), change(evidence=evidence)).wanted is wanted


def test_a_source_may_be_named_by_any_domain_its_host_is_in() -> None:
    told = change(
        evidence=(observation("2023-10-27", source="IGN feed", url="https://www.news.ign.example/a"),)
    )
    for name in ("ign feed", "www.news.ign.example", "ign.example"):
        assert decide(channel(only=ChannelFilter(sources=(name,))), told).wanted
    assert not decide(channel(only=ChannelFilter(sources=("gn.example",))), told).wanted


def test_except_holds_back_only_if_nothing_of_the_evidence_is_wanted() -> None:
    told = change(
        evidence=tuple(observation("2023-10-27", source=s, url="") for s in ("a.example", "b.example"))
    )
    assert decide(channel(excluding=ChannelFilter(sources=("a.example",))), told).wanted
    assert not decide(channel(excluding=ChannelFilter(sources=("a.example", "b.example"))), told).wanted


def test_an_alias_names_the_work() -> None:
    told = change(title="All of Us Are Dead")
    assert decide(channel(only=ChannelFilter(titles=("aouad",))), told, WORK).wanted


def test_the_instalments_of_a_work_limit_every_channel_and_say_so() -> None:
    awaited = Work("All of Us Are Dead", instalments=("season 2",))
    assert decide(channel(), change(title=awaited.title, instalment="season 2"), awaited).wanted
    decision = decide(channel(), change(title=awaited.title, instalment="season 1"), awaited)
    assert not decision.wanted
    assert decision.reasons == ("All of Us Are Dead: season 1 is not among its instalments season 2",)


def test_the_reasons_name_every_rule_that_spoke() -> None:
    rules = channel(
        only=ChannelFilter(events=("release",), certainty="reported"),
        excluding=ChannelFilter(scopes=("Japan",)),
    )
    assert decide(rules, change()).reasons == (
        "only: event release is among release",
        "only: certainty official is at least reported",
        "not except: scope everywhere is not among Japan",
    )
    refused = decide(rules, change(certainty=Certainty.RUMOURED, event=Event.TRAILER))
    assert refused.reasons == (
        "only: event trailer is not among release",
        "only: certainty rumoured is not at least reported",
    )
    assert decide(rules, change(scope=("Japan",))).reasons == ("except: scope Japan is among Japan",)
    assert decide(channel(), change()).reasons == ("no rule says otherwise",)


TRAILER: dict[str, Any] = {"kind": ChangeKind.RELEASED, "event": Event.TRAILER, "before": None, "after": None}


@pytest.mark.parametrize(
    ("rules", "milestone", "wanted"),
    [
        ({}, "first teaser", True),
        ({}, "", False),
        ({"only": ChannelFilter(trailers="all")}, "", True),
        ({"only": ChannelFilter(events=("trailer",))}, "", False),
        ({"only": ChannelFilter(events=("trailer",), trailers="all")}, "", True),
        ({"only": ChannelFilter(events=("release",), trailers="all")}, "", False),
        ({"excluding": ChannelFilter(trailers="all")}, "first teaser", False),
    ],
)
def test_of_trailers_a_channel_gets_the_milestones_unless_it_asks_for_all(
    rules: dict[str, Any], milestone: str, wanted: bool
) -> None:
    told = change(**TRAILER, milestone=milestone, trailer="story trailer")
    decided = decide(channel(**rules), told)
    assert decided.wanted is wanted
    if rules == {} and not wanted:
        assert decided.rule == "trailers"
        assert decided.reasons == (
            "trailers: the story trailer is a further one; `only: {trailers: all}` asks for each",
        )


def test_to_ask_for_all_trailers_restricts_nothing() -> None:
    assert decide(channel(only=ChannelFilter(trailers="all")), change()).wanted
    assert decide(channel(excluding=ChannelFilter(trailers="all")), change()).wanted
