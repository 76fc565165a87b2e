from __future__ import annotations

import pytest

from monitor.ledger import Ledger
from monitor.ledger.titles import same_titles
from tests.builders import NOW, document, observation


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("straße", ["STRASSE"]),
        ("ŻÓŁTY pies", ["żółty Pies"]),
        ("żółty", []),
        ("%", []),
    ],
)
def test_a_title_is_found_in_whatever_case_it_is_typed(ledger: Ledger, typed: str, found: list[str]) -> None:
    named = [observation(title=title) for title in ("żółty Pies", "STRASSE", "żółty kot")]
    ledger.record_document(document(), NOW, named)

    assert same_titles(ledger, typed) == found
    assert ledger.titles() == ["STRASSE", "żółty Pies", "żółty kot"]
