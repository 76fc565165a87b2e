"""Laws that hold for any document: reading is total, every quote is a slice, the watch list's order and size do not matter."""

from __future__ import annotations

from html import unescape

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.extract import Extractor
from monitor.model import Document, Work, WorkKind
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


def _document(title: str, body: str, *, markup: bool) -> Document:
    html, text = (body, "") if markup else ("", body)
    return Document(id="d", published=NOW, lang="en", title=title, html=html, text=text)


@settings(max_examples=250, deadline=None)
@given(title=_TEXTS, body=_TEXTS, markup=st.booleans())
def test_any_document_is_read_and_every_quote_is_a_slice_of_it(title: str, body: str, markup: bool) -> None:
    document = _document(title, body, markup=markup)

    claims = Extractor(_WORKS).claims(document)

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

    assert Extractor(_WORKS).claims(document) == Extractor(_WORKS[::-1]).claims(document)


@settings(max_examples=80, deadline=None)
@given(title=_TEXTS, body=_TEXTS)
def test_works_that_are_not_named_change_nothing(title: str, body: str) -> None:
    document = _document(title, body, markup=False)

    assert Extractor(_WORKS).claims(document) == Extractor((*_OTHERS, *_WORKS)).claims(document)


@settings(max_examples=120, deadline=None)
@given(title=_TEXTS, body=_TEXTS, markup=st.booleans())
def test_every_mark_and_date_stands_in_its_part(title: str, body: str, markup: bool) -> None:
    document = _document(title, body, markup=markup)
    parts = {"title": document.title, "text": document.text, "html": document.html}

    explanation = Extractor(_WORKS).explain(document)

    for mark in explanation.marks:
        assert 0 <= mark.span.start < mark.span.end <= len(parts[mark.span.part])
    for found in Extractor(_WORKS).dates(document):
        assert 0 <= found.span.start < found.span.end <= len(parts[found.span.part])


@settings(max_examples=120, deadline=None)
@given(title=_TEXTS, body=_TEXTS)
def test_no_claim_is_made_twice(title: str, body: str) -> None:
    claims = Extractor(_WORKS).claims(_document(title, body, markup=False))

    keys = [(claim.title, claim.instalment, claim.event, claim.status, claim.when) for claim in claims]
    assert len(keys) == len(set(keys))


def test_a_document_without_a_watched_work_is_not_read_further() -> None:
    assert (
        Extractor(_WORKS).claims(_document("Harbour Nights launches on May 4", "It is out.", markup=False))
        == ()
    )
