from __future__ import annotations

import pytest

from monitor.extract.scope_names import ScopeNames
from monitor.extract.tokens import tokens

_SHARED = ScopeNames.listed(
    {
        "platforms": {"Xbox": ["Xbox"], "Xbox Series": ["Xbox Series X", "Xbox Series X|S"]},
        "services": {"Netflix": ["Netflix"], "Max": ["Max"]},
        "territories": {"US": ["US", "U.S."]},
        "others": ["showcase", "next"],
        "words": ["Us"],
    },
)
_PLACES = ScopeNames.listed(
    {
        "territories": {"Poland": ["Polska", "Polsce"], "US": ["アメリカ合衆国の各州"], "Japan": ["日本"]},
        "others": ["語"],
    },
    _SHARED,
    stops=frozenset({"next"}),
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("on Xbox", ["Xbox"]),
        ("on XBOX Series X | S and Xbox", ["Xbox Series", "Xbox"]),
        ("in the U.S. and the US", ["US", "US"]),
        ("Us at the max", []),
        ("the Xbox Showcase", []),
        ("the Xbox showcase", ["Xbox"]),
        ("on Netflix Next week", ["Netflix"]),
        ("Polska, w Polsce", ["Poland", "Poland"]),
        ("an Xboxer", []),
        ("アメリカ合衆国の各州で", ["US"]),
        ("日本で、日本語の", ["Japan"]),
        ("", []),
    ],
)
def test_a_text_names_these_places(text: str, named: list[str]) -> None:
    assert [scope.name for _, _, scope in _PLACES.find(text, tokens(text))] == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("dans l’Europe", [("Europe", "Europe")]),
        ("Netflix'te", [("Netflix", "Netflix")]),
        ("Netflix's", []),
        ("m'Europe", []),
    ],
)
def test_a_place_is_found_between_an_elided_word_and_a_suffix(
    text: str, named: list[tuple[str, str]]
) -> None:
    places = ScopeNames.listed(
        {"services": {"Netflix": ["Netflix"]}, "territories": {"Europe": ["Europe"]}},
        elisions=frozenset({"l"}),
        suffixes=frozenset({"te"}),
    )

    found = list(places.find(text, tokens(text)))

    assert [(scope.name, text[start:end]) for start, end, scope in found] == named


def test_a_place_says_where_it_is_named_and_of_which_group() -> None:
    text = "now on Netflix"

    assert [(text[start:end], scope.group) for start, end, scope in _PLACES.find(text, tokens(text))] == [
        ("Netflix", "services")
    ]
