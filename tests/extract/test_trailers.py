"""What a trailer is called, as its document calls it."""

from __future__ import annotations

import time

import pytest

from monitor.extract import Extractor
from monitor.extract.trailers import Trailer, is_imitation, is_talk, name_of
from monitor.model import TrailerKind, Work
from monitor.parse import structured
from tests.builders import document

T, L, X = TrailerKind.TEASER, TrailerKind.LAUNCH, TrailerKind.TRAILER

NAMES = [
    ("Glass Harbour - Official Launch Trailer", "launch trailer", L),
    ("Glass Harbour | Release Trailer", "release trailer", L),
    ("Glass Harbour – Launch-Trailer", "launch-trailer", L),
    ("Glass Harbour gets a new launch trailer", "launch trailer", L),
    ("Glass Harbour Official Release Date Trailer", "release date trailer", X),
    ("Glass Harbour - Official Teaser 2", "teaser 2", T),
    ("Glass Harbour – Teaser Trailer #2", "teaser trailer 2", T),
    ("Glass Harbour Season 2 — Official Teaser | Somewhere TV", "official teaser", T),
    ("Glass Harbour: Character Trailer – Azucena", "character trailer: Azucena", X),
    ("Glass Harbour – Character Trailer: Old Tom of the Quay", "character trailer: Old Tom of the Quay", X),
    ("Glass Harbour - Official Azucena Overview Trailer", "overview trailer: Azucena", X),
    ("Glass Harbour — Azucena Reveal & Gameplay Trailer", "reveal & gameplay trailer: Azucena", X),
    ("Glass Harbour - Official 'Salt in the Wind' Animated Trailer", "animated trailer: Salt in the Wind", X),
    ("Glass Harbour - Official Trailer", "official trailer", X),
    ("Glass Harbour - Official Story Trailer | Autumn Showcase 2026", "story trailer", X),
    ("Glass Harbour Final Trailer (2026)", "final trailer", X),
    ("The Second Trailer for Glass Harbour Is Here", "second trailer", X),
    ("Glass Harbour: Brightwater Drops New Gameplay Trailer", "gameplay trailer", X),
    ("New Glass Harbour trailer teases a storm", "trailer", X),
    ("Glass Harbour - The Animated Trailer", "animated trailer", X),
    ("Glass Harbour: drugi oficjalny zwiastun", "drugi zwiastun", X),
    ("Glass Harbour: bande-annonce officielle", "bande-annonce", X),
    ("Glass Harbour: ローンチトレーラー公開", "ローンチトレーラー", L),
    ("Glass Harbour 시즌 2 | 티저 예고편", "티저 예고편", T),
    ("Glass Harbour has a date", "", X),
]


@pytest.mark.parametrize(("headline", "name", "kind"), NAMES)
def test_a_trailer_is_called_as_its_headline_does(headline: str, name: str, kind: TrailerKind) -> None:
    assert name_of("Glass Harbour", headline, "") == Trailer(name, kind)


def test_where_the_headline_names_none_the_passage_does() -> None:
    told = name_of("Glass Harbour", "This week in games", "A launch trailer for Glass Harbour came out, too.")
    assert told == Trailer("launch trailer", L)


def test_a_name_is_no_part_of_the_works_own() -> None:
    assert name_of("The Tales of Ys: Salt", "Ys: Salt Trailer", "").name == "trailer"


def test_claims_carry_it_beside_the_contracts_fields() -> None:
    read = document(
        "The studio confirmed that Glass Harbour launches on May 21, 2027.", title="Glass Harbour - Official Launch Trailer"
    )  # fmt: skip
    claims = Extractor([Work("Glass Harbour")]).claims(structured(read))
    assert {(claim.event.value, claim.trailer) for claim in claims} == {
        ("trailer", "launch trailer"),
        ("release", ""),
    }
    assert all("trailer" not in claim.to_dict() for claim in claims)


def test_long_and_odd_texts_cost_little() -> None:
    began = time.process_time()
    for text in (
        "trailer " * 20_000,
        "“" * 50_000,
        "Trailer: " * 9_000,
        "a' " * 30_000,
        "\0" * 1000,
        "ティザー" * 9_000,
    ):
        name_of("Glass Harbour", text, text)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("text", "imitation", "talk"),
    [
        ("Silo - Official Trailer 3 (Concept)", True, False),
        ("Silo Official Trailer (FAN MADE)", True, False),
        ("Silo official trailer (parody)", True, False),
        ("Silo Official Trailer REACTION!!", False, True),
        ("Reaccionamos al tráiler de Silo", False, True),
        ("『Silo』予告 リアクション", False, True),
        ("Silo | Official Trailer", False, False),
        ("Silo: the conception of a trailer", False, False),
    ],
)
def test_a_headline_may_say_that_its_video_is_made_by_fans_or_talks_of_one(
    text: str, imitation: bool, talk: bool
) -> None:
    assert (is_imitation(text), is_talk(text)) == (imitation, talk)
