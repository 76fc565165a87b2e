"""Read a body whole and within a limit; the limit applies to the decompressed bytes."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator

from monitor.fetch.budget import FREE_BYTES, Room
from monitor.model import Trouble, Unreachable

__all__ = ["read", "too_large"]

_GZIP = 16 + zlib.MAX_WBITS
_MAGIC = b"\x1f\x8b\x08"
# A gzip file may have several members; thousands of empty ones are a denial of service.
_MEMBERS = 64
_PIECE = FREE_BYTES


async def read(
    chunks: AsyncIterator[bytes], coding: str, cap: int, *, cut: bool = False, room: Room | None = None
) -> bytes | Unreachable:
    """Return the body in `chunks`, the raw bytes, decoded from `coding` (Content-Encoding).

    At most `cap` bytes are held: a larger body is TOO_LARGE, or is truncated with `cut`. `room` is where a large body waits until
    it may be held. Only gzip is supported, since nothing else is requested; a body that is itself a gzip file (sitemap.xml.gz) is unpacked under the same limit.
    """
    codings = [each for each in coding.lower().replace(" ", "").split(",") if each not in {"", "identity"}]
    if codings not in ([], ["gzip"], ["x-gzip"]):
        return Unreachable(
            trouble=Trouble.PROTOCOL,
            detail="the body is encoded in a way that was not asked for: " + _shown(coding),
        )
    unpack = _Gunzip(cap) if codings else None
    parts: list[bytes] = []
    size = packed = 0
    async for chunk in chunks:
        packed += len(chunk)
        for part in unpack.pieces(chunk) if unpack else (chunk,):
            size += len(part)
            if room is not None:
                await room.grow(size)
            parts.append(part)
        if size > cap or packed > cap:
            return b"".join(parts)[:cap] if cut else too_large(cap)
        if unpack and unpack.broken:
            return _broken()
    if unpack and not unpack.whole and not cut:
        return _broken()
    body = b"".join(parts)
    if body.startswith(_MAGIC):
        unpack = _Gunzip(cap)
        parts, size = [], len(body)
        for part in unpack.pieces(body):
            size += len(part)
            if room is not None:
                await room.grow(size)
            parts.append(part)
        body = b"".join(parts)
        if len(body) > cap:
            return body[:cap] if cut else too_large(cap)
        if not unpack.whole:
            return _broken()
    return body


class _Gunzip:
    """A gzip decompressor that yields at most one byte more than what is left of `cap`, in pieces: a chunk may hold a thousand times its size."""

    def __init__(self, cap: int) -> None:
        self._left = cap + 1
        self._members = 1
        self._unpack = zlib.decompressobj(_GZIP)
        self.broken = False

    @property
    def whole(self) -> bool:
        """Return whether the last member has ended."""
        return self._unpack.eof and not self.broken

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the decompressed `chunk`, up to the limit and one byte."""
        while chunk and self._left > 0 and not self.broken:
            if self._unpack.eof:
                if not chunk.startswith(
                    _MAGIC[:1]
                ):  # zero padding after the last member, as tar and some servers add
                    break
                self._members += 1
                self.broken = self._members > _MEMBERS
                self._unpack = zlib.decompressobj(_GZIP)
            try:
                part = self._unpack.decompress(chunk, min(self._left, _PIECE))
            except zlib.error:
                self.broken = True
                break
            self._left -= len(part)
            yield part
            chunk = self._unpack.unused_data if self._unpack.eof else self._unpack.unconsumed_tail


def too_large(cap: int) -> Unreachable:
    """Return the trouble of a body beyond `cap` bytes."""
    return Unreachable(trouble=Trouble.TOO_LARGE, detail=f"the body is larger than {cap / 2**20:g} MiB")


def _broken() -> Unreachable:
    return Unreachable(trouble=Trouble.PROTOCOL, detail="the compressed body is broken or cut short")


def _shown(text: str) -> str:
    return "".join(letter for letter in text[:40] if letter.isascii() and letter.isprintable())
