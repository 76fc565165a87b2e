"""In which zone a text counts its days: its own offset, else the zone it names, else that of its source, else either day."""

from __future__ import annotations

import pytest

from monitor.extract import Extractor
from monitor.extract.zones import is_between_days
from monitor.model import Form, Work
from monitor.parse import structured
from tests.builders import at, document

READER = Extractor([Work("Alan Wake 2")])
LATE = "2026-03-11T03:00:00Z"  # the tenth in America, the eleventh in Asia


@pytest.mark.parametrize(
    ("published", "timezone", "text", "day"),
    [
        (LATE, "", "Alan Wake 2 comes out tomorrow, 9 AM ET.", "2026-03-11"),
        (LATE, "", "Alan Wake 2 is out tonight at midnight PT.", "2026-03-11"),
        ("2026-03-10T20:00:00Z", "", "Alan Wake 2 comes out tomorrow at 9 a.m. JST.", "2026-03-12"),
        (LATE, "", "Alan Wake 2 comes out tomorrow.", "2026-03-12~"),
        ("2026-03-11T15:00:00Z", "", "Alan Wake 2 comes out tomorrow.", "2026-03-12"),
        ("2026-03-11T03:00:00+09:00", "", "Alan Wake 2 comes out tomorrow, 9 AM ET.", "2026-03-12"),
        (LATE, "America/Los_Angeles", "Alan Wake 2 comes out tomorrow.", "2026-03-11"),
        (LATE, "Asia/Seoul", "Alan Wake 2 comes out tomorrow.", "2026-03-12"),
        (LATE, "Europe/London", "Alan Wake 2 comes out tomorrow.", "2026-03-12"),  # at no offset, and known
        ("2026-03-10T20:00:00Z", "Asia/Seoul", "Alan Wake 2 comes out tomorrow.", "2026-03-12"),
        (LATE, "America/Los_Angeles", "Alan Wake 2 comes out in 5 days.", "2026-03-15"),
        (LATE, "Asia/Seoul", "Alan Wake 2 comes out tomorrow, 9 AM ET.", "2026-03-11"),
        ("2026-03-11T03:00:00+09:00", "America/New_York", "Alan Wake 2 comes out tomorrow.", "2026-03-12"),
    ],
)
def test_a_post_counts_days_by_its_offset_else_the_zone_it_names_else_its_sources(
    published: str, timezone: str, text: str, day: str
) -> None:
    post = document(text, published=at(published), timezone=timezone, form=Form.POST)
    assert [str(claim.when) for claim in READER.claims(structured(post))] == [day]
    if timezone or " ET" in text:
        assert [found.edtf for found in READER.dates(structured(post))] == [day]


@pytest.mark.parametrize(
    ("published", "day"),
    [
        (LATE, "2026-03-11"),
        ("2026-03-11T00:00:00Z", "2026-03-12"),  # a date without an hour is the writer's day
    ],
)
def test_an_article_counts_days_in_the_zone_of_its_source(published: str, day: str) -> None:
    article = document("The studio said that Alan Wake 2 comes out tomorrow.", title="Alan Wake 2", published=at(published), timezone="America/New_York")  # fmt: skip
    assert [str(claim.when) for claim in READER.claims(structured(article))] == [day]


def test_an_embedded_post_with_a_time_of_its_own_is_not_of_the_sources_zone() -> None:
    quote = '<blockquote class="post" data-author="Fox (@fox)" data-at="2026-03-11T15:00:00Z"><p>Alan Wake 2 launches tomorrow.</p></blockquote>'
    post = document(html=f"<p>Look.</p>{quote}", published=at("2026-03-12T03:00:00Z"), timezone="America/Los_Angeles", form=Form.POST)  # fmt: skip
    assert [str(claim.when) for claim in READER.claims(structured(post))] == ["2026-03-12"]


def test_a_zone_that_this_machine_does_not_know_is_utc() -> None:
    post = document("Alan Wake 2 comes out tomorrow.", published=at("2026-03-11T15:00:00Z"), timezone="Mars/Olympus", form=Form.POST)  # fmt: skip
    assert [str(claim.when) for claim in READER.claims(structured(post))] == ["2026-03-12"]


@pytest.mark.parametrize("text", ["a MET gala tomorrow: Alan Wake 2", "tomorrow, the ET film. Alan Wake 2"])
def test_letters_without_an_hour_are_no_zone(text: str) -> None:
    post = document(text, published=at("2026-03-11T15:00:00Z"), form=Form.POST)
    assert {found.edtf for found in READER.dates(structured(post))} == {"2026-03-12"}


@pytest.mark.parametrize(
    ("published", "between"),
    [
        ("2026-03-11T03:00:00Z", True),
        ("2026-03-11T07:59:00Z", True),
        ("2026-03-11T15:00:00Z", False),
        ("2026-03-11T00:00:00Z", False),
        ("2026-03-11T03:00:00-05:00", False),
    ],
)
def test_early_in_a_day_of_utc_the_writers_day_is_not_known(published: str, between: bool) -> None:
    assert is_between_days(at(published)) is between
