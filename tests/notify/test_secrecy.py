"""No secret leaves through words."""

from __future__ import annotations

import pytest

from monitor.notify.secrecy import redact


@pytest.mark.parametrize(
    ("text", "secrets", "shown"),
    [
        (
            "login as ann:hunter22 failed",
            {"smtp": "smtps://ann:hunter22@mail.example"},
            "login as ann:*** failed",
        ),
        ("login p@ss/word", {"smtp": "smtps://ann:p%40ss%2Fword@mail.example"}, "login ***"),
        ("key whsec_c2VjcmV0a2V5 bad", {"secret": "whsec_c2VjcmV0a2V5 other"}, "key *** bad"),
        (
            "POST /services/T0001/B0002secret",
            {"url": "https://hooks.example/services/T0001/B0002secret"},
            "POST /***/T0001/***",
        ),
        ("GET /x?token=abcdef", {"url": "https://h.example/x?token=abcdef"}, "GET /x?***"),
        ("a b c", {"x": "a"}, "a b c"),
        ("two\nlines\x1b[2J", {}, "two lines[2J"),
    ],
)
def test_secrets_and_parts_of_secret_addresses_are_starred(
    text: str, secrets: dict[str, str], shown: str
) -> None:
    assert redact(text, secrets) == shown
