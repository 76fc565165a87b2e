"""What the form of a document makes of its claims."""

from __future__ import annotations

import pytest

from monitor.extract.forms import by_form
from monitor.model import Certainty, Form
from tests.builders import claim, document


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
