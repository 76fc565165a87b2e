"""Which instalments a mention may be about: those that the text names, the whole work first."""

from __future__ import annotations

import pytest

from monitor.extract.features import Seen
from monitor.extract.parts import options
from tests.extract.reading import found, surveyed


def _names(text: str, of: str, **fields: str) -> list[str | None]:
    read = surveyed(text, **fields)
    candidate = next(one for one in reversed(found(read)) if one.reach.work.title == of)
    return [option.name for option in options(Seen(read), candidate, "rs")]


def test_a_work_that_nothing_stands_beside_is_one_whole() -> None:
    assert _names("Silo is here.", "Silo") == [None]


@pytest.mark.parametrize(
    ("text", "of", "part"),
    [
        ("Silo season 2 launches on May 4.", "Silo", "season 2"),
        ("The second season of Silo launches on May 4.", "Silo", "season 2"),
        ("Silo season 2 is done. It launches on May 4.", "Silo", "season 2"),
        ("Silo season 1 episode 6 airs on May 4.", "Silo", "season 1 episode 6"),
        ("Redfall: Night Springs launches on May 4.", "Redfall", "dlc: Night Springs"),
        (
            "Night Springs, the first expansion for Redfall, launches on May 4.",
            "Redfall",
            "dlc: Night Springs",
        ),
        ("The Redfall Bite Back Edition launches on May 4.", "Redfall", "edition: Bite Back Edition"),
    ],
)
def test_what_the_text_names_is_an_option(text: str, of: str, part: str) -> None:
    assert part in _names(text, of)


def test_the_headline_names_parts_for_the_text_below() -> None:
    assert "season 2" in _names("Silo launches on May 4.", "Silo", title="All about season 2")


def test_a_part_that_stands_far_away_is_no_option() -> None:
    assert "season 2" not in _names(
        "Silo season 2 is done. One. Two. Three. Four. Silo launches on May 4.", "Silo"
    )


def test_options_are_named_once() -> None:
    names = _names(
        "Silo season 2 and season 2 and the second season of Silo launch on May 4.",
        "Silo",
        title="Silo season 2",
    )
    assert len(names) == len(set(names))
