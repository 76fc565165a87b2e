from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from monitor.fetch.files import read_file
from monitor.model import Fetched, FetchOutcome, NotModified, Trouble, Unreachable, Validators

FEED = b"<rss></rss>"


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "my feed é.xml"
    path.write_bytes(FEED)
    return path


async def read(path: Path | str, validators: Validators | None = None, cap: int = 100) -> FetchOutcome:
    url = path.as_uri() if isinstance(path, Path) else path
    return await read_file(url, validators or Validators(), cap)


async def test_a_file_is_read_once_and_then_only_when_it_changed(feed: Path) -> None:
    first = await read(feed)
    assert isinstance(first, Fetched)
    assert (first.url, first.body, first.content_type) == (feed.as_uri(), FEED, "application/xml")
    assert isinstance(await read(feed, first.validators), NotModified)

    os.utime(feed, (0, 0))
    touched = await read(feed, first.validators)
    assert isinstance(touched, NotModified)
    assert touched.validators != first.validators

    await asyncio.to_thread(feed.write_bytes, FEED + b"\n")
    changed = await read(feed, touched.validators)
    assert isinstance(changed, Fetched)
    assert changed.body == FEED + b"\n"


async def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, why in (
        (tmp_path / "pipe", "not a regular file"),
        (tmp_path, "not a regular file"),
        (Path("/dev/zero"), "not a regular file"),
        (tmp_path / "missing.xml", "No such file"),
    ):
        outcome = await read(path)
        assert isinstance(outcome, Unreachable)
        assert outcome.trouble is Trouble.FILE
        assert str(path) in outcome.detail
        assert why in outcome.detail


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("file:feed.xml", "must be absolute"),
        ("file://feed.xml", "names a file of this machine"),
        ("file://server.example/feed.xml", "names a file of this machine"),
        ("file:///a%00b", "NUL"),
        ("file://[", "cannot be read"),
    ],
)
async def test_an_address_that_names_no_file_here_is_refused(url: str, why: str) -> None:
    outcome = await read(url)
    assert isinstance(outcome, Unreachable)
    assert outcome.trouble is Trouble.FILE
    assert why in outcome.detail


async def test_a_large_file_is_refused(feed: Path) -> None:
    outcome = await read(feed, cap=len(FEED) - 1)
    assert isinstance(outcome, Unreachable)
    assert outcome.trouble is Trouble.TOO_LARGE
    assert isinstance(await read(feed, cap=len(FEED)), Fetched)
