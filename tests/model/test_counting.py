from __future__ import annotations

import pytest

from monitor.model import counted


@pytest.mark.parametrize(
    ("count", "noun", "told"),
    [
        (0, "claim", "0 claims"),
        (1, "claim", "1 claim"),
        (2, "delivery", "2 deliveries"),
        (1, "delivery", "1 delivery"),
        (2, "day", "2 days"),
        (3, "address", "3 addresses"),
        (2, "independent origin", "2 independent origins"),
        (5, "further trailer", "5 further trailers"),
    ],
)
def test_what_is_counted_has_the_form_of_its_number(count: int, noun: str, told: str) -> None:
    assert counted(count, noun) == told
