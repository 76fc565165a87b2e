from __future__ import annotations

from typing import Any

import pytest

from monitor.extract.blocks import Block
from monitor.extract.draft import Draft
from monitor.extract.merging import merged
from monitor.model import Certainty, Event, Status, When, Work


def _draft(when: str | None = None, **fields: Any) -> Draft:
    defaults: dict[str, Any] = {
        "work": Work("Silo"),
        "instalment": None,
        "event": Event.RELEASE,
        "status": Status.SCHEDULED,
        "certainty": Certainty.REPORTED,
        "sources": [],
        "scope": [],
        "block": Block("text", "paragraph"),
        "start": 0,
        "end": 0,
        "rules": [],
    }
    return Draft(when=When.parse(when) if when else None, **{**defaults, **fields})


def _whens(*drafts: Draft) -> list[str | None]:
    return [str(draft.when) if draft.when else None for draft in merged(drafts)]


def test_a_claim_told_twice_is_told_once_with_the_strongest_certainty_and_joined_sources() -> None:
    (draft,) = merged(
        [
            _draft("2024-05", sources=["A"], scope=["PC"]),
            _draft("2024-05", sources=["B"], certainty=Certainty.OFFICIAL, scope=["PS5"]),
        ]
    )

    assert draft.certainty is Certainty.OFFICIAL
    assert draft.sources == ["A", "B"]
    assert draft.scope == ["PC", "PS5"]


@pytest.mark.parametrize(
    ("wide", "narrow", "kept"),
    [
        ("2024", "2024-05", ["2024-05"]),
        (None, "2024-05", ["2024-05"]),
        ("2024-05", "2024-06", ["2024-05", "2024-06"]),
        ("../2024-06-30", "2024-05-04", ["2024-05-04"]),
    ],
)
def test_of_nested_dates_the_narrower_is_kept(wide: str | None, narrow: str, kept: list[str]) -> None:
    assert sorted(filter(None, _whens(_draft(wide), _draft(narrow)))) == kept
    assert sorted(filter(None, _whens(_draft(narrow), _draft(wide)))) == kept


def test_an_open_bound_from_another_source_is_a_claim_of_its_own() -> None:
    assert len(_whens(_draft("2024/..", sources=["A"]), _draft("2024-05"))) == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"instalment": "season 2"},
        {"event": Event.TRAILER},
        {"status": Status.DENIED},
        {"work": Work("Barbie")},
    ],
)
def test_what_differs_in_anything_else_is_another_claim(fields: dict[str, Any]) -> None:
    assert len(_whens(_draft("2024"), _draft("2024-05", **fields))) == 2


def test_two_scopes_are_two_releases() -> None:
    assert len(_whens(_draft("2024", scope=["PC"]), _draft("2024-05", scope=["PS5"]))) == 2


def test_a_physical_edition_says_nothing_of_the_release() -> None:
    assert len(_whens(_draft("2024"), _draft("2024-05", scope=["disc"]))) == 2


def test_unannounced_stays_beside_a_date() -> None:
    assert (
        len(_whens(_draft(None, status=Status.UNANNOUNCED), _draft("2024", status=Status.UNANNOUNCED))) == 2
    )
