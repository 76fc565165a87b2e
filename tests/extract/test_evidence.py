"""Evidence in words: what spoke for a claim, and what against each date that made none."""

from __future__ import annotations

import pytest

from monitor.extract import Extractor
from monitor.extract.evidence import in_words
from monitor.model import When
from monitor.parse import structured
from tests.builders import document
from tests.extract.reading import WORKS


@pytest.mark.parametrize(
    ("feature", "words"),
    [
        ("how=named", "the sentence names the work"),
        ("how=lead", "the lead of the list names the work"),
        ("d-0:until", "“until” right before the date"),
        ("d-01:not_before", "“not before” right before the date"),
        ("w+0:launches", "“launches” right behind the work"),
        ("mW<D:launches_on", "“launches on” between the work and the date"),
        ("sc:trailer", "the sentence speaks of a trailer"),
        ("sc:delay/past|ahead60", "the sentence speaks of a delay"),
        ("hc:trailer", "the headline speaks of a trailer"),
        ("dc<release/future:1-3", "a release is spoken of before the date"),
        ("h:delayed", "the headline says “delayed”"),
        ("s:@V", "“another work” in the sentence"),
        ("?", "the sentence is a question"),
        ("quoted", "the date stands in a quotation"),
        ("grain=day", "how exact the date is (grain=day)"),
        ("k<@W_release", "k<@W_release"),
    ],
)
def test_a_feature_is_said_in_words(feature: str, words: str) -> None:
    assert in_words(feature) == words


@pytest.mark.parametrize(
    "text",
    [
        "Redfall launches on May 4, 2024.",
        "Redfall has no release date yet.",
        "Redfall has been delayed to November 14, 2023.",
        "A new trailer for Redfall has been released.",
    ],
)
def test_a_claim_names_what_spoke_for_it(text: str) -> None:
    claims = Extractor(WORKS).claims(structured(document(text)))

    assert claims
    for claim in claims:
        assert any(rule.startswith("+ ") for rule in claim.rules), claim.rules
        assert all(rule[:2] in ("+ ", "− ") and rule[2:].strip() for rule in claim.rules)
        assert len(set(claim.rules)) == len(claim.rules) <= 4


@pytest.mark.parametrize(
    "text",
    [
        "Filming ends on May 4, 2024.",
        "Redfall is a game. The studio was founded on May 4, 1999, and moved in 2004.",
        "Reviews of Redfall were written in June 2022, and a fair opens on August 22, 2023, in Cologne.",
        "Redfall launches on May 4, 2024. Redfall launches in 2024. Redfall comes on May 4, 2024.",
        "Prices fell on June 3. It is soon. Redfall was a long time ago.",
        "Redfall moves from October 3, 2023 to November 14, 2023.",
    ],
)
def test_every_date_makes_a_claim_or_has_a_reason(text: str) -> None:
    read = document(text)
    explanation = Extractor(WORKS).explain(structured(read))

    assert all(reason.strip() for _, reason in explanation.unclaimed)
    reasoned = [(found.span.start, found.span.end) for found, _ in explanation.unclaimed]
    assert len(set(reasoned)) == len(reasoned)
    said = [claim.when for claim in explanation.claims if claim.when]
    for found in Extractor(WORKS).dates(structured(read)):
        assert (found.span.start, found.span.end) in reasoned or any(
            When.parse(found.edtf).contains(when) for when in said
        )


def test_a_date_out_of_reach_of_any_work_says_so() -> None:
    explanation = Extractor(WORKS).explain(structured(document("A fair opens on May 4, 2024.")))
    assert [reason for _, reason in explanation.unclaimed] == ["no watched work is in reach"]


def test_a_date_that_is_no_claim_names_what_spoke_against_it() -> None:
    explanation = Extractor(WORKS).explain(
        structured(document("Redfall is new. The studio was founded on May 4, 1999."))
    )
    ((_, reason),) = explanation.unclaimed
    assert "% against a claim" in reason
    assert "− " in reason
