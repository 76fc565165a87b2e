"""Which instalments a mention may be about: those that the text names, the whole work first, and what the document shows of each."""

from __future__ import annotations

import pytest

from monitor.extract.candidates import candidates, survey
from monitor.extract.features import Seen
from monitor.extract.marks import mark
from monitor.extract.parts import PartOption, part_options
from monitor.extract.scoring import shipped
from monitor.extract.work_index import WorkIndex
from monitor.model import Work, WorkKind
from monitor.parse import structured
from tests.builders import document
from tests.extract.reading import found as all_candidates
from tests.extract.reading import surveyed

_CATALOGUE = WorkIndex([Work("Ember Vale", WorkKind.GAME)])


def _options(text: str, of: str, title: str = "") -> dict[str | None, PartOption]:
    """Return the options of the first mention whose sentence holds `of`, by name."""
    read = document(text, title=title)
    found = survey(read, mark(structured(read), _CATALOGUE))
    seen = Seen(found)
    chosen = next(one for one in candidates(found) if of in one.place.sentence.text)
    return {option.name: option for option in part_options(seen, chosen, "rs")}


def test_one_name_in_two_spellings_is_one_option() -> None:
    made = _options(
        "The Ash Road is coming to Ember Vale on 4 May.", "4 May", title="Ember Vale: THE ASH ROAD Trailer"
    )
    assert sorted(name.casefold() for name in made if name).count("dlc: the ash road") == 1


def test_a_name_that_the_document_calls_an_expansion_elsewhere_is_an_option_everywhere() -> None:
    text = "Ember Vale has the Ash Road expansion. Fans are glad. Nobody slept. Ember Vale returns to shops. It launches on 4 May."
    assert "dlc: Ash Road" in _options(text, "4 May")


def test_what_the_document_shows_of_a_name_is_told_wherever_it_stands() -> None:
    text = "Ember Vale has the Ash Road expansion. Ash Road comes to Ember Vale on 4 May."
    assert "doc:noun" in _options(text, "4 May")["dlc: Ash Road"].features
    assert (
        "doc:noun"
        not in _options("Ash Road comes to Ember Vale on 4 May.", "4 May")["dlc: Ash Road"].features
    )


def test_an_option_scores_the_sum_of_the_weights_of_its_features() -> None:
    head = shipped()["part"]
    text = "Ember Vale season 2 has the Ash Road expansion, Ember Vale: Tin Sea the Deluxe Edition. Both launch on 4 May."
    for of in ("season 2", "4 May"):
        made = _options(text, of, title="Ember Vale: Ash Road Trailer")
        assert len(made) > 4
        for _ in range(2):  # as it is looked up first, and as it is kept
            assert [one.score(head) for one in made.values()] == [
                head.sums(one.features)[0] for one in made.values()
            ]


def test_a_name_beside_another_work_is_no_option() -> None:
    catalogue = WorkIndex([Work("Ember Vale", WorkKind.GAME), Work("Night Harbour", WorkKind.GAME)])
    read = document(
        "Night Harbour gets the Tin Sea expansion. Nobody slept. Rain fell. It rained on. Ember Vale launches on 4 May."
    )
    found = survey(read, mark(structured(read), catalogue))
    chosen = next(one for one in candidates(found) if one.reach.work.title == "Ember Vale")
    assert "dlc: Tin Sea" not in {option.name for option in part_options(Seen(found), chosen, "rs")}


def _names(text: str, of: str, **fields: str) -> list[str | None]:
    read = surveyed(text, **fields)
    candidate = next(one for one in reversed(all_candidates(read)) if one.reach.work.title == of)
    return [option.name for option in part_options(Seen(read), candidate, "rs")]


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


def test_options_are_named_once() -> None:
    names = _names(
        "Silo season 2 and season 2 and the second season of Silo launch on May 4.",
        "Silo",
        title="Silo season 2",
    )
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("title", "part"),
    [
        ("Ember Vale - Official Tin Sea Overview Trailer", "dlc: Tin Sea"),
        ("Ember Vale: March of the Tin King out now", "dlc: March of the Tin King"),
        ("Ember Vale - Official Spring Breakout 2023 Trailer", "dlc: Spring Breakout"),
        ("Ember Vale - Official Spring Breakout 2023 Trailer", "dlc: Spring Breakout 2023"),
        ("Ember Vale Season 3 Reloaded is live", "dlc: Season 3 Reloaded"),
        ("The 20th Anniversary re-release of Ember Vale is out", "edition: 20th Anniversary"),
        ("A remastered Ember Vale is coming on 4 May", "edition: remastered"),
    ],
)
def test_a_name_may_hold_a_month_a_year_or_a_number_and_stand_among_the_words_for_a_trailer(
    title: str, part: str
) -> None:
    assert part in _options("Nobody slept.", "Ember Vale", title=title)


def test_a_date_behind_a_name_is_none_of_its_words() -> None:
    made = _options("Ember Vale is here.", "Tin", title="Ember Vale: Tin Sea launches March 4, 2023")
    assert "dlc: Tin Sea" in made
    assert not any(name and ("March" in name or "2023" in name) for name in made)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Ember Vale: Tin Sea’s new trailer is here, out on 4 May.", "dlc: Tin Sea"),
        ("Called Ash Road, the mode comes to Ember Vale on 4 May.", "dlc: Ash Road"),
        ("Malice and Mirth comes to Ember Vale on 4 May.", "dlc: Malice and Mirth"),
        (
            "On 4 May we go to Ember Vale with Tin Sea: Night Watch.",
            "dlc: Tin Sea: Night Watch",
        ),
        ("The Ash Road Expansion comes to Ember Vale on 4 May.", "dlc: Ash Road"),
        ("Ember Vale 1.20 Ash Road comes on 4 May.", "dlc: Ash Road"),
    ],
)
def test_a_name_is_told_from_what_stands_around_it(text: str, part: str) -> None:
    assert part in _options(text, "4 May")


def _aliased(text: str, of: str) -> dict[str | None, PartOption]:
    work = Work("Ember Vale Chronicles", WorkKind.GAME, ("Ember Vale", "Ember Vale: Tin Sea"))
    read = document(text)
    found = survey(read, mark(structured(read), WorkIndex([work])))
    chosen = next(one for one in candidates(found) if of in one.place.sentence.text)
    return {option.name: option for option in part_options(Seen(found), chosen, "rs")}


def test_what_a_name_of_the_work_says_beyond_another_is_an_option_of_the_whole_document() -> None:
    made = _aliased(
        "Ember Vale: Tin Sea is an expansion. Nobody slept. Nobody ate. Nobody sang. It comes on 4 May.",
        "4 May",
    )
    assert any(mark.startswith("alias doc|") for mark in made["dlc: Tin Sea"].marks)
    assert "alias extra" not in made["dlc: Tin Sea"].marks


def test_a_name_of_the_work_in_its_own_sentence_is_known_as_such() -> None:
    assert "alias extra" in _aliased("Ember Vale: Tin Sea comes on 4 May.", "4 May")["dlc: Tin Sea"].marks
