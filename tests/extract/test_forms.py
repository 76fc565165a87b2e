"""What the form of a document makes of its claims: premieres are to come, and a quoted post has its own author."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.extract.forms import by_form
from monitor.model import Certainty, Claim, Event, Form, Post, Status
from tests.builders import claim, document

OWN, THEIRS = "https://social.example/@maker/1", "https://social.example/@fan/2"


def trailer(when: str | None = None, **fields: object) -> Claim:
    return claim(when, event=Event.TRAILER, **{"status": Status.RELEASED, **fields})


OUT, DATED = trailer(), trailer("2023-10-17", status=Status.SCHEDULED)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([], []),
        ([claim()], [claim()]),
        ([OUT], [replace(OUT, status=Status.SCHEDULED)]),
        ([OUT, DATED], [DATED]),
        ([trailer("2023-10-17")], [replace(OUT, status=Status.SCHEDULED)]),
        ([OUT, replace(DATED, title="Silo")], [replace(OUT, status=Status.SCHEDULED), replace(DATED, title="Silo")]),
        ([OUT, replace(DATED, instalment="season 2")], [replace(OUT, status=Status.SCHEDULED), replace(DATED, instalment="season 2")]),
        ([claim(None, status=Status.RELEASED)], [claim(None, status=Status.RELEASED)]),
    ],
)  # fmt: skip
def test_a_premiere_is_listed_before_it_is_out(claims: list[Claim], expected: list[Claim]) -> None:
    assert by_form(document(form=Form.PREMIERE), claims) == tuple(expected)


@pytest.mark.parametrize(
    ("form", "official", "post", "status", "certainty"),
    [
        (Form.POST, True, THEIRS, Status.SCHEDULED, Certainty.REPORTED),
        (Form.THREAD, True, THEIRS, Status.SCHEDULED, Certainty.REPORTED),
        (Form.REPLY, True, THEIRS, Status.SCHEDULED, Certainty.REPORTED),
        (Form.POST, True, OWN, Status.SCHEDULED, Certainty.OFFICIAL),
        (Form.POST, True, None, Status.SCHEDULED, Certainty.OFFICIAL),
        (Form.POST, True, THEIRS, Status.DENIED, Certainty.OFFICIAL),  # whoever quotes it denies it
        (
            Form.POST,
            False,
            THEIRS,
            Status.SCHEDULED,
            Certainty.REPORTED,
        ),  # by an account that anybody may have
        (Form.ARTICLE, True, THEIRS, Status.SCHEDULED, Certainty.OFFICIAL),
    ],
)
def test_a_post_that_is_quoted_is_its_authors_word(
    form: Form, official: bool, post: str | None, status: Status, certainty: Certainty
) -> None:
    said = claim(
        status=status, certainty=Certainty.OFFICIAL, post=None if post is None else Post("Fan", url=post)
    )
    (read,) = by_form(document(form=form, official=official, url=OWN), [said])
    assert read == replace(said, certainty=certainty)


@pytest.mark.parametrize("known", [Certainty.REPORTED, Certainty.EXPECTED, Certainty.RUMOURED])
def test_a_quoted_post_becomes_no_surer(known: Certainty) -> None:
    said = claim(certainty=known, post=Post("Fan", url=THEIRS))
    assert by_form(document(form=Form.POST, official=True, url=OWN), [said]) == (said,)


def test_a_document_without_an_address_has_no_posts_of_its_own() -> None:
    said = claim(certainty=Certainty.OFFICIAL, post=Post("Fan"))
    (read,) = by_form(document(form=Form.POST, official=True, url=""), [said])
    assert read.certainty is Certainty.REPORTED


@pytest.mark.parametrize(
    ("form", "official", "sources", "then"),
    [
        (Form.POST, False, (), Certainty.REPORTED),
        (Form.THREAD, False, ("@someone",), Certainty.REPORTED),
        (Form.VIDEO, False, (), Certainty.REPORTED),
        (Form.REPLY, False, ("Netflix",), Certainty.OFFICIAL),
        (Form.POST, True, (), Certainty.OFFICIAL),
        (Form.ARTICLE, False, (), Certainty.OFFICIAL),
    ],
)
def test_an_account_that_is_not_the_makers_makes_nothing_official_by_itself(
    form: Form, official: bool, sources: tuple[str, ...], then: Certainty
) -> None:
    said = claim(when="2026-05-14", certainty=Certainty.OFFICIAL, sources=sources)
    (read,) = by_form(document("A post.", form=form, official=official), [said])
    assert read.certainty is then
    assert (read.when, read.sources) == (said.when, said.sources)
