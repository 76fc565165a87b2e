"""The names by which an account is known for certain, network by network."""

from __future__ import annotations

import pytest

from monitor.model import SourceKind
from monitor.model.account import account_name, is_one_account, same_name

CHANNEL = "UC" + "a1" * 11
DID = "did:plc:" + "a2b3" * 6


@pytest.mark.parametrize(
    ("kind", "written", "name"),
    [
        (SourceKind.YOUTUBE, CHANNEL, CHANNEL),
        (SourceKind.YOUTUBE, "Remedy Entertainment", ""),
        (SourceKind.BLUESKY, DID, DID),
        (SourceKind.BLUESKY, "@Remedy.Example", "remedy.example"),
        (SourceKind.BLUESKY, "Remedy", ""),
        (SourceKind.MASTODON, "@Remedy@social.example", "remedy@social.example"),
        (SourceKind.MASTODON, "https://social.example/@Remedy", "remedy@social.example"),
        (SourceKind.MASTODON, "@remedy", ""),
        (SourceKind.REDDIT, "u/Remedy_", "u/remedy_"),
        (SourceKind.REDDIT, "r/alanwake", ""),
        (SourceKind.FEED, "Remedy", ""),
    ],
)
def test_a_full_name_has_one_form(kind: SourceKind, written: str, name: str) -> None:
    assert account_name(kind, written) == name


@pytest.mark.parametrize(
    ("kind", "target", "expected"),
    [
        (SourceKind.YOUTUBE, CHANNEL, True),
        (SourceKind.YOUTUBE, "PL" + "a1" * 10, False),
        (SourceKind.MASTODON, "@remedy@social.example", True),
        (SourceKind.MASTODON, "#alanwake@social.example", False),
        (SourceKind.REDDIT, "u/remedy", True),
        (SourceKind.REDDIT, "r/alanwake", False),
        (SourceKind.BLUESKY, "remedy.example", True),
        (SourceKind.FEED, "remedy.example", False),
    ],
)
def test_a_source_may_be_one_account(kind: SourceKind, target: str, expected: bool) -> None:
    assert is_one_account(kind, target) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("@Remedy", "remedy", True), ("Ada  Kern", "ada kern", True), ("Ada", "Kern", False), ("", "", False), ("@", " ", False)],
)  # fmt: skip
def test_names_are_the_same_whatever_their_case(one: str, other: str, expected: bool) -> None:
    assert same_name(one, other) is expected
