"""What is known of a candidate: features hold for works never seen, so no name and no number is one."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.extract.candidates import Survey
from monitor.extract.decode import featured
from monitor.extract.features import Seen, grain_of, relation_to
from monitor.extract.parts import part_options
from monitor.model import When
from tests.extract.reading import surveyed


def _features(text: Survey, *, dated: bool) -> list[set[str]]:
    return [
        set(row.features) for row in featured(text, Seen(text)) if (row.candidate.date is not None) is dated
    ]


def test_words_are_masked() -> None:
    text = surveyed("Silo season 2 follows Redfall on PS5 on May 4, 2024, after 13 months.")
    words = Seen(text).words(text.places[0], "Silo")
    assert [word for word in words if word[0] in "@#"] == ["@W", "@inst", "@V", "@plat", "@date", "#"]
    assert Seen(text).words(text.places[0], "Redfall")[:4] == ["@V", "@inst", "follows", "@W"]


def test_no_name_of_a_work_and_no_number_is_a_feature() -> None:
    text = surveyed(
        "Silo season 2 and Alan Wake 2 launch on May 4, 2024, 137 days after Redfall.\n\nNo trailer for Alan Wake 2 yet.",
        title="Alan Wake 2 and Silo: 55 facts",
    )
    seen = Seen(text)
    rows = featured(text, seen)
    made = {feature for row in rows for feature in row.features}
    made |= {
        mark for row in rows for option in part_options(seen, row.candidate, "rs") for mark in option.features
    }
    assert made
    for name in ("silo", "wake", "redfall", "2024", "137", "55"):
        assert not [feature for feature in made if name in feature.casefold()], name


def test_two_works_of_a_kind_have_the_same_features() -> None:
    one, other = (
        _features(surveyed(f"{name} launches on May 4."), dated=True) for name in ("Redfall", "Alan Wake 2")
    )
    assert one == other


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        ("Redfall launches on May 4, 2024.", "how=named"),
        ("Redfall launches on May 4, 2024.", "W<D"),
        ("On May 4, 2024, Redfall launches.", "D<W"),
        ("Redfall launches on May 4, 2024.", "grain=day"),
        ("Redfall launches in May 2024.", "grain=month"),
        ("Redfall launches on May 4, 2024.", "time=ahead400"),
        ("Redfall launched on May 4, 2021.", "time=past"),
        ("Redfall launches on May 4, 2024.", "sc:release/present"),
        ("Redfall launches on May 4, 2024.", "mW<D:launches"),
        ("Does Redfall launch on May 4, 2024?", "?"),
        ("“Redfall launches on May 4, 2024,” they say.", "quoted"),
        ("Redfall and Silo launch on May 4, 2024.", "named=2"),
    ],
)
def test_a_dated_candidate_has_the_feature(text: str, feature: str) -> None:
    assert feature in _features(surveyed(text), dated=True)[0]


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        ("Redfall is out now.", "w+0:is"),
        ("Redfall is out now.", "sc:out"),
        ("Redfall is out now.", "U"),
        ("Here is Redfall", "w#=last"),
    ],
)
def test_a_candidate_without_a_date_has_the_feature(text: str, feature: str) -> None:
    assert feature in _features(surveyed(text), dated=False)[0]


def test_the_headline_is_known() -> None:
    text = surveyed("Redfall launches on May 4, 2024.", title="Redfall has been delayed")
    features = _features(text, dated=True)[-1]
    assert features >= {"head=this", "h:delayed"}
    assert any(feature.startswith("hc:delay") for feature in features)


@pytest.mark.parametrize(
    ("when", "grain"),
    [
        (None, "none"), ("2024-05-04", "day"), ("2024-05", "month"), ("2024-33", "quarter"), ("2024", "year"), ("2024-05/..", "open"),
    ],
)  # fmt: skip
def test_a_period_has_a_grain(when: str | None, grain: str) -> None:
    assert grain_of(When.parse(when) if when else None) == grain


@pytest.mark.parametrize(
    ("when", "relation"),
    [
        (None, "none"), ("2023-08-10", "today"), ("2023-08-09", "past1"), ("2023-08-05", "past7"), ("2021", "past"),
        ("2023-08-12", "ahead7"), ("2023-09", "ahead60"), ("2024", "ahead400"), ("2026", "ahead"), ("2023", "within"),
    ],
)  # fmt: skip
def test_a_period_lies_somewhere_from_the_day_of_publication(when: str | None, relation: str) -> None:
    assert relation_to(When.parse(when) if when else None, date(2023, 8, 10)) == relation
