"""Laws that hold for any document: reading is total, every quote is a slice, the watch list's order and size do not matter."""

from __future__ import annotations

from html import unescape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.extract import Extractor
from monitor.extract.candidates import MOST, survey
from monitor.extract.decode import LEAST, MOST_WEIGHED, featured, hypotheses, select
from monitor.extract.features import Seen
from monitor.extract.marks import mark as marked
from monitor.extract.scoring import shipped
from monitor.extract.work_index import WorkIndex
from monitor.model import Document, Work, WorkKind
from monitor.parse import structured
from tests.builders import NOW

_WORKS = (
    Work("Alan Wake 2", WorkKind.GAME, ("AW2",)),
    Work("Silo", WorkKind.SERIES),
    Work("지금 우리 학교는", WorkKind.SERIES, ("All of Us Are Dead",)),
)
_OTHERS = tuple(Work(f"Zorvak Mintel {number}", WorkKind.FILM) for number in range(40))

_PIECES = st.sampled_from(
    [
        "Alan Wake 2", "Silo", "All of Us Are Dead", "지금 우리 학교는", "season 2", "the second season", "시즌2", "it", "the series",
        "launches on", "was released in", "has been delayed", "from", "to", "until", "will not", "may", "reportedly", "October 27",
        "2024", "late 2024", "next week", "soon", "on PS5", "in Japan", "a new trailer", "official", "Remedy announced", "according to",
        "Variety", "said", ".", "?", ",", ":", " – ", "\n\n", "“", "”", "(", ")", "<b>", "</b>", "<p>", "</p>", "<h2>", "<li>", "<td>",
        "<blockquote>", "&amp;", "&#8211;", "— Silo (@silo) May 4, 2023", "https://a.example/silo", "Demo", "no release date yet",
    ]
)  # fmt: skip
_TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(_PIECES, max_size=40).map(" ".join),
    st.lists(_PIECES, max_size=40).map("".join),
)


_KNOWN = "Alan Wake 2 launches on October 27, 2023. It was announced on May 4, 2021."


def _document(title: str, body: str, *, markup: bool) -> Document:
    html, text = (body, "") if markup else ("", body)
    return Document(id="d", published=NOW, lang="en", title=title, html=html, text=text)


@settings(max_examples=250, deadline=None)
@given(title=_TEXTS, body=_TEXTS, markup=st.booleans())
@example(title="", body=_KNOWN, markup=False)
@example(title="", body=f"<p>{_KNOWN}</p>", markup=True)
def test_any_document_is_read_and_every_quote_is_a_slice_of_it(title: str, body: str, markup: bool) -> None:
    document = _document(title, body, markup=markup)

    claims = Extractor(_WORKS).claims(structured(document))

    assert claims or _KNOWN not in body
    for claim in claims:
        assert claim.span is not None
        source = {"title": document.title, "text": document.text, "html": document.html}[claim.span.part]
        slice_ = source[claim.span.start : claim.span.end]
        if claim.span.part == "html":
            # Its words in their order, without the tags and what a reader does not see.
            letters = iter("".join(unescape(slice_).split()))
            assert all(letter in letters for letter in "".join(claim.quote.split()))
        else:
            assert claim.quote == slice_
        assert claim.quote.strip()


@settings(max_examples=120, deadline=None)
@given(title=_TEXTS, body=_TEXTS)
def test_the_order_of_the_works_does_not_matter(title: str, body: str) -> None:
    document = _document(title, body, markup=False)

    assert Extractor(_WORKS).claims(structured(document)) == Extractor(_WORKS[::-1]).claims(
        structured(document)
    )


@settings(max_examples=80, deadline=None)
@given(title=_TEXTS, body=_TEXTS)
def test_works_that_are_not_named_change_nothing(title: str, body: str) -> None:
    document = _document(title, body, markup=False)

    assert Extractor(_WORKS).claims(structured(document)) == Extractor((*_OTHERS, *_WORKS)).claims(
        structured(document)
    )


@settings(max_examples=120, deadline=None)
@given(title=_TEXTS, body=_TEXTS, markup=st.booleans())
@example(title="", body=_KNOWN, markup=False)
def test_every_mark_and_date_stands_in_its_part(title: str, body: str, markup: bool) -> None:
    document = _document(title, body, markup=markup)
    parts = {"title": document.title, "text": document.text, "html": document.html}

    explanation = Extractor(_WORKS).explain(structured(document))

    dates = Extractor(_WORKS).dates(structured(document))
    assert (explanation.marks and dates) or body != _KNOWN
    for mark in explanation.marks:
        assert 0 <= mark.span.start < mark.span.end <= len(parts[mark.span.part])
    for found in dates:
        assert 0 <= found.span.start < found.span.end <= len(parts[found.span.part])


@settings(max_examples=120, deadline=None)
@given(title=_TEXTS, body=_TEXTS)
def test_no_claim_is_made_twice(title: str, body: str) -> None:
    claims = Extractor(_WORKS).claims(structured(_document(title, body, markup=False)))

    keys = [(claim.title, claim.instalment, claim.event, claim.status, claim.when) for claim in claims]
    assert len(keys) == len(set(keys))


def test_a_document_without_a_watched_work_is_not_read_further() -> None:
    assert (
        Extractor(_WORKS).claims(
            structured(_document("Harbour Nights launches on May 4", "It is out.", markup=False))
        )
        == ()
    )


@settings(max_examples=60, deadline=None)
@given(title=_TEXTS, body=_TEXTS)
@example(title="", body=_KNOWN)
def test_a_claim_names_its_evidence_and_is_sure_by_some_degree(title: str, body: str) -> None:
    claims = Extractor(_WORKS).claims(structured(_document(title, body, markup=False)))
    assert claims or body != _KNOWN
    for claim in claims:
        assert claim.rules
        assert all(rule[:2] in ("+ ", "− ") for rule in claim.rules)
        assert claim.confidence is not None
        assert LEAST <= claim.confidence <= 1


@settings(max_examples=60, deadline=None)
@given(title=_TEXTS, body=_TEXTS)
@example(title="", body=_KNOWN)
def test_every_date_that_makes_no_claim_has_a_reason(title: str, body: str) -> None:
    explanation = Extractor(_WORKS).explain(structured(_document(title, body, markup=False)))

    assert explanation.unclaimed or body != _KNOWN
    assert all(reason.strip() for _, reason in explanation.unclaimed)


_HOSTILE = {
    "distinct dates": lambda index: (
        f"Alan Wake 2 launches on {1 + index % 28} May {2024 + index // 28 % 900}. "
    ),
    "distinct dates in a line": lambda index: (
        f"Alan Wake 2 launches on {1 + index % 28} May {2024 + index // 28 % 900}, "
    ),
    "works and dates": lambda index: f"{_OTHERS[index % 40].title} launches on {1 + index % 28} May 2024, ",
    "seasons": lambda index: f"Silo season {index % 90} and ",
    "names": lambda index: f"Alan Wake 2 Night Spring{index}, ",
    "quotations": lambda index: f"“Silo is out” “Night {index}” ",
}


@pytest.mark.parametrize("kind", _HOSTILE)
def test_what_is_weighed_of_a_hostile_text_is_bounded(kind: str) -> None:
    body = "".join(_HOSTILE[kind](index) for index in range(25_000))[:1_000_000]
    read = _document("Alan Wake 2", body, markup=False)
    text = survey(read, marked(structured(read), WorkIndex((*_WORKS, *_OTHERS))))
    seen = Seen(text)

    rows = featured(text, seen)
    found = hypotheses(seen, rows, shipped())

    assert sum(len(place.sentence.stream) for place in text.places) < 60_000
    assert len(rows) <= MOST
    assert len(found) <= MOST_WEIGHED
    assert len(select(text, seen, found, shipped())) <= MOST_WEIGHED
