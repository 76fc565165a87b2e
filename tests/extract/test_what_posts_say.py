"""What posts of official accounts and of others say, kind by kind: each kind of post with what must be read of it, and no more."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.extract import Extractor
from monitor.model import Claim, Document, Form, Work, WorkKind
from monitor.parse import structured
from tests.builders import at

LAKE = Work("Mirror Lake: Part Three", WorkKind.FILM)
HARBOUR = Work("Glass Harbour", WorkKind.SERIES)
TIDE = Work("Iron Tide", WorkKind.GAME)
VELVET = Work("Velvet Archipelago VI", WorkKind.GAME, ("VA VI", "VA 6", "VA6"))
READER = Extractor([LAKE, HARBOUR, TIDE, VELVET])
PUBLISHED = "2026-03-10T15:00:00Z"


def claims(published: str = PUBLISHED, **fields: Any) -> tuple[Claim, ...]:
    fields = {"id": "1", "source": "an account", "lang": "en", "form": Form.POST, **fields}
    return READER.claims(structured(Document(published=at(published), **fields)))


def said(**fields: Any) -> set[str]:
    """Return what a document claims, each as "TITLE part event status when certainty scope"."""
    return {
        " ".join(
            [claim.title.split()[0], claim.instalment or "-", claim.event, claim.status, str(claim.when or "-"), claim.certainty, "+".join(claim.scope)]
        ).strip()
        for claim in claims(**fields)
    }  # fmt: skip


MAKER = {"official": True}
VIDEO = {"official": True, "form": Form.VIDEO}
TRAILER = "Mirror - trailer released - official"
QUOTE = '<blockquote class="post" data-author="Leaks (@leaks.example)" data-at="2026-03-09T10:00:00Z"><p>Glass Harbour S2 comes in March 2027</p></blockquote>'

ROWS: dict[str, list[tuple[dict[str, Any], set[str]]]] = {
    "an account's own trailer": [
        ({**VIDEO, "title": "Mirror Lake: Part Three | Official Trailer"}, {TRAILER}),
        ({**VIDEO, "title": "Mirror Lake: Part Three | Official Trailer", "text": "Only in theaters December 18."}, {TRAILER, "Mirror - release scheduled 2026-12-18 official theatres"}),
    ],
    "a planned date is no delay": [
        ({"title": "Iron Tide", "text": "Planned Release Date: Q4 2026", **MAKER}, {"Iron - release scheduled 2026-36 official"}),
        ({"text": "Iron Tide's planned release date is Q4 2026."}, {"Iron - release scheduled 2026-36 reported"}),
    ],
    "a trailer that is still to come": [
        ({"text": "Mirror Lake: Part Three. Trailer 3. Tomorrow, 9 AM ET.", **MAKER}, {"Mirror - trailer scheduled 2026-03-11 official"}),
        ({"title": "Mirror Lake: Part Three | Trailer 3 - Premieres March 12", **VIDEO}, {"Mirror - trailer scheduled 2026-03-12 official"}),
        ({"title": "Mirror Lake: Part Three | Official Trailer", "official": True, "form": Form.PREMIERE}, {"Mirror - trailer scheduled - official"}),
    ],
    "what fans make or say of a trailer": [
        ({"title": f"Mirror Lake: Part Three | Official Trailer {words}", "form": form}, set())
        for words in ("REACTION", "(Concept)", "(FAN MADE)", "(parody)")
        for form in (Form.VIDEO, Form.POST)
    ],
    "a sibling under the trailer": [
        ({**VIDEO, "title": "Mirror Lake: Part Three | Official Trailer", "text": "Mirror Lake: Part Two now streaming on Max."}, {TRAILER}),
    ],
    "an answer above a quoted post": [
        ({"html": f"<p>False. It's November 27.</p>{QUOTE}", **MAKER}, {"Glass season 2 release denied 2027-03 official", "Glass season 2 release scheduled 2026-11-27 official"}),
    ],
    "a maker's title and date": [
        ({"text": "Iron Tide\n\nNovember 19, 2026\n\nPS5 | Xbox Series X|S", **MAKER}, {"Iron - release scheduled 2026-11-19 official PS5+Xbox Series"}),
        ({"text": "Iron Tide — November 19", **MAKER}, {"Iron - release scheduled 2026-11-19 official"}),
        ({"text": "Iron Tide: November 19", **MAKER}, {"Iron - release scheduled 2026-11-19 official"}),
        ({"text": "Glass Harbour Season 2. Only on Netflix November 27.", **MAKER}, {"Glass season 2 release scheduled 2026-11-27 official"}),
        ({"text": "Glass Harbour Season 2. Now streaming.", **MAKER}, {"Glass season 2 release released - official"}),
    ],
    "a title in a hashtag": [
        ({"text": "#GlassHarbour season 2 arrives November 27"}, {"Glass season 2 release scheduled 2026-11-27 reported"}),
        ({"text": "#MirrorLakePartThree is in theaters December 18"}, {"Mirror - release scheduled 2026-12-18 reported theatres"}),
        ({"text": "#VA6 launches November 19"}, {"Velvet - release scheduled 2026-11-19 reported"}),
    ],
    "a day that is counted or written in figures": [
        ({"text": "5 days left until Glass Harbour Season 2"}, {"Glass season 2 release scheduled 2026-03-15 reported"}),
        ({"text": "Glass Harbour season 2 D-3", **MAKER}, {"Glass season 2 release scheduled 2026-03-13 official"}),
        ({"text": "ONE WEEK until Glass Harbour Season 2 premieres!", **MAKER}, {"Glass season 2 release scheduled 2026-03-17 official"}),
        ({"text": "Glass Harbour season 2 drops tonight at midnight PT"}, {"Glass season 2 release scheduled 2026-03-11 reported"}),
        ({"text": "Iron Tide\n11.19.26", **MAKER}, {"Iron - release scheduled 2026-11-19 official"}),
        ({"text": "Iron Tide. 7 17 26", **MAKER}, {"Iron - release scheduled 2026-07-17 official"}),
        ({"text": "Glass Harbour season 2 premieres tomorrow", "published": "2026-03-11T03:00:00Z"}, {"Glass season 2 release scheduled 2026-03-12~ reported"}),
        ({"text": "Glass Harbour season 2 premieres tomorrow", "published": "2026-03-11T03:00:00Z", "timezone": "America/New_York"}, {"Glass season 2 release scheduled 2026-03-11 reported"}),
        ({"text": "Glass Harbour season 2 premieres tomorrow", "published": "2026-03-11T12:00:00+09:00", "timezone": "America/New_York"}, {"Glass season 2 release scheduled 2026-03-12 reported"}),
    ],
    "a number of the title is no day": [
        ({"text": "Glass Harbour 5 November premiere"}, {"Glass season 5 release scheduled 2026-11 reported"}),
        ({"text": "VA 6 December 1!"}, {"Velvet - release scheduled 2026-12-01 reported"}),
    ],
    "a correction": [
        ({"text": "Glass Harbour season 2 premieres November 27. EDIT: it's actually December 4"}, {"Glass season 2 release denied 2026-11-27 reported", "Glass season 2 release scheduled 2026-12-04 reported"}),
        ({"text": "Glass Harbour season 2 comes December 4, not November 27 as we said"}, {"Glass season 2 release denied 2026-11-27 reported", "Glass season 2 release scheduled 2026-12-04 reported"}),
    ],
    "to be announced": [
        ({"title": "Iron Tide", "text": "Planned Release Date: To be announced", **MAKER}, {"Iron - release unannounced - official"}),
    ],
    "a card of the maker's trailer": [
        ({"html": '<p>New!</p><p class="card"><a href="https://video.example/1">Glass Harbour: Season 2 | Official Trailer | Netflix</a></p>', **MAKER}, {"Glass season 2 trailer released - official"}),
    ],
    "a newsletter's table": [
        ({"title": "This week", "form": Form.ARTICLE, "html": "<table><tr><td>Glass Harbour</td><td>April 17</td></tr><tr><td>Mirror Lake: Part Three (theatrical)</td><td>July 17</td></tr></table>"}, {"Glass - release scheduled 2026-04-17 reported", "Mirror - release scheduled 2026-07-17 reported theatres"}),
    ],
    "markup of Steam": [
        ({"title": "Iron Tide", "text": "[b]Iron Tide launches May 14![/b]\n[list][*]PC[*]PS5[/list]", **MAKER}, {"Iron - release scheduled 2026-05-14 official PC+PS5"}),
    ],
    "what pictures show": [
        ({"html": '<p>Glass Harbour season 2</p><p class="alt">A poster. Only on Netflix November 27</p>', **MAKER}, {"Glass season 2 release scheduled 2026-11-27 official"}),
    ],
    "what was right before": [
        ({"title": "[Rumor] Iron Tide coming June 5"}, {"Iron - release scheduled 2026-06-05 rumoured"}),
        ({"title": "[Leak] Iron Tide release date is June 5"}, {"Iron - release scheduled 2026-06-05 rumoured"}),
        ({"text": "glass harbour s2 drops nov 27 omg"}, {"Glass season 2 release scheduled 2026-11-27 reported"}),
        ({"text": "Iron Tide is 50% off until March 20!", **MAKER}, set()),
        ({"text": "GIVEAWAY: win a copy of Iron Tide! Ends March 20.", **MAKER}, set()),
        ({"text": "When will Iron Tide come out?\nA) May\nB) November\nC) never"}, set()),
        ({"text": "Will Iron Tide get delayed again?"}, set()),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [pytest.param(*case, id=f"{row} {number}") for row, cases in ROWS.items() for number, case in enumerate(cases)],
)  # fmt: skip
def test_each_kind_of_post_says_what_it_says(fields: dict[str, Any], wanted: set[str]) -> None:
    assert said(**fields) == wanted


@pytest.mark.parametrize("text", ["RT @lanternworks: Iron Tide will be released on November 19, 2026.", "Forwarded from Lantern Works\nIron Tide will be released on November 19, 2026."])  # fmt: skip
def test_what_a_post_passes_on_is_credited_to_whom_it_quotes(text: str) -> None:
    (claim,) = claims(text=text, official=True)
    assert claim.post is not None
    assert claim.post.author.removeprefix("@").casefold().replace(" ", "") == "lanternworks"
    assert claim.certainty != "official"  # of the account that passes it on


def test_a_maker_with_a_role_in_its_name_is_credited_by_the_whole_name() -> None:
    (scheduled, *_) = claims(title="Iron Tide delayed to Q1 2027, Team Lantern confirms", form=Form.ARTICLE)
    assert scheduled.sources == ("Team Lantern",)
