from __future__ import annotations

import pytest

from monitor.web.negotiation import accepted, spoken_for


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("*", "en"),
        ("pl", "pl"),
        ("pl-PL,en;q=0.5", "pl-PL"),
        ("en;q=0.5, de", "de"),
        ("sv, ja;q=0.7", "ja"),
        ("zh-TW", "zh-Hant-TW"),
        ("de;q=0, fr", "fr"),
        ("DE", "de"),
        ("en-GB", "en-GB"),
    ],
)
def test_the_first_language_that_is_spoken_is_taken(header: str, language: str) -> None:
    assert spoken_for(header).language == language


def test_without_one_the_language_of_the_configuration_is_taken() -> None:
    assert spoken_for("sv, fi;q=0.4", "pl").language == "pl"


@pytest.mark.parametrize(
    "header", ["q=1;;;,,,", "a" * 100_000, "en;q=nan", "en;q=9", ";q=1", "../../etc", "é", "\x00"]
)
def test_no_header_is_too_odd(header: str) -> None:
    assert spoken_for(header).language == "en"
    assert all(tag.isascii() for tag in accepted(header))
