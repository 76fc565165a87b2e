from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
