"""The wording of a page: numbers in little room."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from monitor.i18n import words_for
from monitor.web.speech import Speech


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("en", 7, "7"),
        ("en", 9999, "9,999"),
        ("en", 10_000, "10K"),
        ("de", 9999, "9.999"),
        ("ja", 10_000, "1万"),
    ],
)
def test_a_large_number_is_short_where_there_is_little_room(language: str, number: int, said: str) -> None:
    speech = Speech(words_for(language), ZoneInfo("UTC"), datetime(2026, 1, 1, tzinfo=UTC))
    assert speech.number_short(number) == said
