from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch.body import read
from monitor.model import Trouble, Unreachable


async def chunks(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


@given(body=st.binary(max_size=2000), size=st.integers(1, 500), packed=st.booleans())
def test_a_body_is_the_same_however_it_is_cut_and_packed(body: bytes, size: int, packed: bool) -> None:
    sent = gzip.compress(body) if packed else body
    got = asyncio.run(read(chunks(sent, size), "gzip" if packed else "", 4000))
    assert got == body or body.startswith(b"\x1f\x8b\x08")


@given(body=st.binary(max_size=3000), cap=st.integers(0, 3000), packed=st.booleans(), cut=st.booleans())
def test_never_more_than_the_cap(body: bytes, cap: int, packed: bool, cut: bool) -> None:
    sent = gzip.compress(body) if packed else body
    got = asyncio.run(read(chunks(sent, 700), "gzip" if packed else "", cap, cut=cut))
    if isinstance(got, bytes):
        assert len(got) <= cap
        assert body.startswith(got)
    else:
        assert got.trouble in {Trouble.TOO_LARGE, Trouble.PROTOCOL}


@given(st.binary(max_size=500), st.sampled_from(["gzip", "", "identity", "x-gzip", "gzip,", "deflate"]))
def test_no_bytes_make_it_fail(body: bytes, coding: str) -> None:
    asyncio.run(read(chunks(b"\x1f\x8b\x08" + body, 100), coding, 1000))


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (gzip.compress(b"one") + gzip.compress(b"two"), b"onetwo"),
        (gzip.compress(b"one") + b"\0" * 512, b"one"),
        (gzip.compress(b""), b""),
    ],
    ids=["two members", "padded", "empty"],
)
async def test_gzip_is_read_as_servers_write_it(sent: bytes, expected: bytes) -> None:
    assert await read(chunks(sent, 5), "gzip", 1000) == expected


async def test_a_strange_coding_is_named_without_its_control_characters() -> None:
    got = await read(chunks(b"", 1), "br\x1b[2J, é", 100)
    assert isinstance(got, Unreachable)
    assert got.detail == "the body is encoded in a way that was not asked for: br[2J, "
