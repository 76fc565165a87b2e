"""Tell the demo's story: a season from rumour to release, in the words of three fictional outlets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["TURNS", "WORK", "StoryEntry", "story"]

WORK = "The Lantern Coast"
TURNS = 7
"""The number of entries after those that are published at the start."""


@dataclass(frozen=True)
class StoryEntry:
    """An entry of an outlet's feed, published the given number of days after the start; those of day 0 exist at the start."""

    day: int
    outlet: str
    title: str
    html: str


def story(today: date) -> tuple[StoryEntry, ...]:
    """Return the entries, oldest first, of a story that begins `today` and ends with the release."""
    date_first_set = today + timedelta(days=252)
    release = date_first_set + timedelta(days=28)
    window = f"{date_first_set:%B %Y}"
    return (
        StoryEntry(
            0,
            "Harbour Post",
            "Looking back at The Lantern Coast",
            f"<p>The first season of The Lantern Coast premiered on 3 March {today.year - 1}. "
            "There is no release date for season 2 yet.</p>",
        ),
        StoryEntry(
            0, "Signal and Static", "What we watched this week", "<p>Three films, two of them good.</p>"
        ),
        StoryEntry(
            0, "Screen Ledger", "The week's ratings", "<p>The quiz show keeps its lead for a tenth week.</p>"
        ),
        StoryEntry(
            21,
            "Signal and Static",
            "A leak about The Lantern Coast season 2",
            f"<p>According to a leak, The Lantern Coast season 2 could arrive in {date_first_set.year}.</p>",
        ),
        StoryEntry(
            60,
            "Harbour Post",
            "Northlight sets a window for The Lantern Coast season 2",
            f"<p>Northlight confirmed that season 2 of The Lantern Coast will premiere in {window}.</p>",
        ),
        StoryEntry(
            105,
            "Screen Ledger",
            "The Lantern Coast season 2 has a date",
            f"<p>The Lantern Coast season 2 premieres on {_day(date_first_set)}, Northlight announced.</p>",
        ),
        StoryEntry(
            107,
            "Signal and Static",
            "Mark your calendar for The Lantern Coast",
            f"<p>As Northlight announced, season 2 of The Lantern Coast premieres on {_day(date_first_set)}.</p>",
        ),
        StoryEntry(
            161,
            "Screen Ledger",
            "The Lantern Coast season 2 is delayed",
            f"<p>Northlight has delayed season 2 of The Lantern Coast from {_day(date_first_set)} to {_day(release)}.</p>",
        ),
        StoryEntry(
            203,
            "Harbour Post",
            "The Lantern Coast season 2 – Official Trailer",
            "<p>Northlight released the official trailer for season 2 of The Lantern Coast today.</p>",
        ),
        StoryEntry(
            (release - today).days,
            "Screen Ledger",
            "The Lantern Coast season 2 is here",
            "<p>Northlight confirmed that season 2 of The Lantern Coast is out now.</p>",
        ),
    )


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
