from __future__ import annotations

import hashlib
import inspect
import pickle
from dataclasses import MISSING, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Document
from tests.builders import at, document

ONE = document("Alan Wake 2 is out.", title="Out now")


@pytest.mark.parametrize(
    "other",
    [
        replace(ONE, url="https://mirror.example/1"),
        replace(ONE, id="another-guid"),
        replace(ONE, source="mirror.example"),
        replace(ONE, published=at("2023-09-01")),
        replace(ONE, text="Alan  Wake 2\nis out. "),
        replace(ONE, text="", html="Alan Wake 2 is out."),
    ],
)
def test_the_same_content_elsewhere_has_the_same_fingerprint(other: object) -> None:
    assert getattr(other, "fingerprint") == ONE.fingerprint  # noqa: B009 - the parametrization's type


@pytest.mark.parametrize("other", [replace(ONE, title="Out"), replace(ONE, text="Alan Wake 2 is not out.")])
def test_other_content_has_another(other: object) -> None:
    assert getattr(other, "fingerprint") != ONE.fingerprint  # noqa: B009 - the parametrization's type


def test_title_and_body_do_not_run_together() -> None:
    assert document("b c", title="a").fingerprint != document("c", title="a b").fingerprint


@given(st.text())
def test_any_text_has_one(text: str) -> None:
    assert len(document(text).fingerprint) == 32


def test_lone_surrogates_have_one() -> None:
    assert document("\ud800").fingerprint


# Every blank that Python knows, runs of the ordinary ones, and what stands near them.
BLANKS = [chr(code) for code in range(0x3001) if chr(code).isspace()]
PIECES = st.sampled_from(
    [*BLANKS, " ", "  ", "\n", "\n\n  ", "a", "Z.", "\0", "\x7f", "é", "한", "\ufeff", "\ud800", "😀"]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)


@given(TEXTS, TEXTS, st.booleans())
def test_it_is_of_the_words_alone_whatever_the_blanks_between_them(
    title: str, body: str, is_html: bool
) -> None:
    words = (" ".join(part.split()).encode("utf-8", "surrogatepass") for part in (title, body))
    digest = hashlib.sha256(b"\0".join((b"1", *words))).hexdigest()
    assert document(**{"title": title, "html" if is_html else "text": body}).fingerprint == digest[:32]


def test_those_in_databases_stay_good() -> None:
    title, html = "Żar-ptak: season\u00a02", "<p>Out\n in  <b>May</b>…</p>\n"
    assert document(title=title, html=html).fingerprint == "9887b221c6586cb1866bf149491c05a4"


def test_it_is_made_of_the_fields_that_it_declares() -> None:
    parameters = inspect.signature(Document).parameters
    defaults = {
        field.name: inspect.Parameter.empty if field.default is MISSING else field.default
        for field in fields(Document)
    }
    assert {name: parameter.default for name, parameter in parameters.items()} == defaults
    values = {name: f"the {name}" for name in defaults}
    assert vars(Document(**values)) == values  # type: ignore[arg-type]


def test_it_is_the_same_in_another_process_with_or_without_its_fingerprint() -> None:
    one = replace(ONE)
    for _ in range(2):
        other = pickle.loads(pickle.dumps(one))  # noqa: S301 - our own bytes
        assert (other, other.fingerprint) == (ONE, one.fingerprint)
