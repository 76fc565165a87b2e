"""The Extractor as others call it: claims, dates with their places, and the reasons of both."""

from __future__ import annotations

import itertools
from html import unescape

import pytest

from monitor.extract import Extractor
from monitor.model import Certainty, Document, Event, Post, Status, Work, WorkKind
from monitor.parse import structured
from tests.builders import at, document

_SILO = Work("Silo", WorkKind.SERIES)
_WAKE = Work("Alan Wake 2", WorkKind.GAME, ("AW2",))

_POST = (
    '<p>They wrote:</p><blockquote class="post" data-author="Harbour Lights (@harbourlights)" '
    'data-at="2023-06-06T09:00:00Z" cite="https://posts.example/1" lang="en">'
    "<p>Silo season 2 premieres tomorrow.</p></blockquote>"
)


def slices(read: Document, part: str, start: int, end: int) -> str:
    return {"title": read.title, "text": read.text, "html": read.html}[part][start:end]


def test_a_claim_of_an_embedded_post_says_whose_post_it_is_and_counts_from_it() -> None:
    (claim,) = Extractor([_SILO]).claims(
        structured(document(html=_POST, title="Silo: what we know", published=at("2023-06-20")))
    )
    assert (claim.instalment, str(claim.when), claim.sources) == (
        "season 2",
        "2023-06-07",
        ("Harbour Lights",),
    )
    assert claim.post == Post("Harbour Lights", at("2023-06-06T09:00:00"), "https://posts.example/1")


def test_a_claim_outside_of_a_post_has_none() -> None:
    claims = Extractor([_SILO]).claims(
        structured(document(html=f"{_POST}<p>Silo season 3 premieres in 2025.</p>"))
    )
    assert [claim.post is None for claim in claims] == [False, True]


@pytest.mark.parametrize("part", ["title", "text", "html"])
def test_a_quote_is_a_slice_of_the_part_it_stands_in(part: str) -> None:
    words = "Alan Wake 2 launches on October 26 &amp; later elsewhere."
    read = document(**{part: f"<p>First.</p><p>{words}</p>" if part == "html" else words})
    (claim,) = Extractor([_WAKE]).claims(structured(read))
    assert claim.span is not None
    assert claim.span.part == part
    assert claim.quote == (unescape(words) if part == "html" else words)
    assert slices(read, claim.span.part, claim.span.start, claim.span.end) == words


def test_every_date_of_a_document_is_found_with_its_place_whatever_is_watched() -> None:
    read = document(
        title="A fair on May 4, 2024",
        html="<p>It is held <b>next year</b>.</p><p>The other one is held in late&nbsp;2024.</p>",
    )
    found = Extractor([]).dates(structured(read))
    assert [(date.span.part, date.edtf) for date in found] == [
        ("title", "2024-05-04"), ("html", "2024"), ("html", "2024-39"),
    ]  # fmt: skip
    assert [slices(read, date.span.part, date.span.start, date.span.end) for date in found[:2]] == [
        "May 4, 2024", "next year",
    ]  # fmt: skip
    assert found[2].text == "late 2024"


def test_an_explanation_names_the_marks_the_rules_and_why_a_date_is_no_claim() -> None:
    read = document(
        "Northfall announced that Alan Wake 2 launches on October 26. It will be shown at a fair on August 22."
    )
    explanation = Extractor([_WAKE]).explain(structured(read))
    assert {"work", "date", "release", "say"} <= {mark.kind for mark in explanation.marks}
    assert ("work", "Alan Wake 2") in {(mark.kind, mark.label) for mark in explanation.marks}
    assert explanation.claims == Extractor([_WAKE]).claims(structured(read))
    assert [rule for rule in explanation.claims[0].rules if rule.startswith("+ ")]
    (found, reason), *_ = explanation.unclaimed
    assert (found.text, found.edtf) == ("August 22", "2023-08-22")
    assert reason


def test_nothing_is_claimed_of_nothing() -> None:
    for extractor in (Extractor([]), Extractor([_WAKE])):
        assert extractor.claims(structured(document(""))) == ()
        assert extractor.dates(structured(document(""))) == ()
        assert extractor.explain(structured(document(""))).claims == ()


def test_reading_again_reads_the_same() -> None:
    extractor, read = Extractor([_WAKE, _SILO]), document(html=_POST, text="")
    assert (
        extractor.claims(structured(read))
        == extractor.claims(structured(read))
        == Extractor([_SILO, _WAKE]).claims(structured(read))
    )


def test_two_works_are_told_apart_in_one_sentence() -> None:
    claims = Extractor([_WAKE, _SILO]).claims(
        structured(document("Silo returns on October 26, and Alan Wake 2 launches on November 3."))
    )
    assert [(claim.title, str(claim.when)) for claim in claims] == [
        ("Silo", "2023-10-26"), ("Alan Wake 2", "2023-11-03"),
    ]  # fmt: skip


def test_a_work_that_the_headline_does_not_name_is_told_in_passing() -> None:
    read = document("Alan Wake 2 launches on October 26.", title="Silo, and what else the autumn brings")
    (claim,) = Extractor([_WAKE, _SILO]).claims(structured(read))
    assert claim.passing
    assert "passing" not in claim.to_dict()


def test_a_work_that_the_headline_names_is_not_told_in_passing() -> None:
    (claim,) = Extractor([_WAKE]).claims(
        structured(document("Alan Wake 2 launches on October 26.", title="Alan Wake 2 dated"))
    )
    assert (claim.passing, claim.inherited) == (False, False)


def test_a_claim_whose_sentence_does_not_refer_to_the_work_has_an_inherited_subject() -> None:
    read = document("Launching on October 26, 2023.", title="Alan Wake 2 gets a release date")
    claims = Extractor([_WAKE]).claims(structured(read))
    assert [claim.inherited for claim in claims if claim.when] == [True]


def test_the_makers_own_document_is_the_makers_word() -> None:
    read = document("Alan Wake 2 launches on October 26.", title="Alan Wake 2 has a date", official=True)
    assert {claim.certainty for claim in Extractor([_WAKE]).claims(structured(read))} == {Certainty.OFFICIAL}


def test_a_hundred_thousand_works_are_watched_at_once() -> None:
    words = [
        "lantern",
        "harbour",
        "winter",
        "ledger",
        "orchid",
        "copper",
        "meadow",
        "signal",
        "paper",
        "gravel",
    ]
    titles = (" ".join(five).title() for five in itertools.product(words, repeat=5))
    extractor = Extractor([*map(Work, titles), _WAKE])
    claims = extractor.claims(
        structured(
            document("Alan Wake 2 launches on October 26. Winter Ledger Orchid Copper Meadow is out now.")
        )
    )
    assert [(claim.title, claim.event, claim.status) for claim in claims] == [
        ("Alan Wake 2", Event.RELEASE, Status.SCHEDULED),
        ("Winter Ledger Orchid Copper Meadow", Event.RELEASE, Status.RELEASED),
    ]


@pytest.mark.parametrize(
    "unit",
    [
        "comes out and ", "on May 4, ", "according to X, Y told Z that Alan Wake 2 ", "will not finally be able to ", "(", "“«", "e\u0301",
        "\u202eAlan Wake 2\u202c ", "発売日은10月17日", "Out. ", "season 2 part 3 ", "PS5, PC in Japan, ", "Of The A. & B of ", "https://a.b/c ",
        "a | B ", "12 10 2023 ", "1", ".", "—", "DLC called Night Springs. ", "Alan Wake ",
    ],
)  # fmt: skip
def test_a_hostile_text_is_read_to_its_end(unit: str) -> None:
    size = 15_000
    read = document(
        "Alan Wake 2 launches on October 17, 2023. " + (unit * (size // len(unit)))[:size],
        title="Alan Wake 2 release date",
    )
    extractor = Extractor([_WAKE])
    claims, dates = extractor.claims(structured(read)), extractor.dates(structured(read))
    assert claims
    assert dates
    for claim in claims:
        assert claim.quote
        assert len(claim.quote) <= 1000
    for found in dates:
        assert slices(read, found.span.part, found.span.start, found.span.end) == found.text


@pytest.mark.parametrize(("lang", "written", "when"), [
    ("", "12.05.2027", "2027-05-12"),
    ("en", "12.05.2027", "2027-05-12"),
    ("en-US", "12/05/2027", "2027-12-05"),
])  # fmt: skip
def test_with_dots_the_day_comes_first(lang: str, written: str, when: str) -> None:
    read = document(f"Alan Wake 2 launches on {written}.", title="Alan Wake 2 has a date", lang=lang)
    assert [str(claim.when) for claim in Extractor([_WAKE]).claims(structured(read))] == [when]
