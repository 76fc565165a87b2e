"""Rows: the weights of some hundred thousand features, in a fifth of the memory that a dictionary of them takes.

The names stand in one run of bytes and the numbers in another; a table finds a name by its hash. What was asked for lately is kept
ready to be added, since most features of a text stood in the last hundred texts too.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterable, Iterator
from itertools import pairwise

__all__ = ["KEPT", "Rows"]

_BYTES = 4
"""Of a lane: fewer than 2 to the 16 rows can be added, far more than a candidate has features."""
_MIDDLE = 1 << 8 * _BYTES - 1
_OFFSET = 1 << 15
_SIGN_FLIPPED = bytes(byte ^ 0x80 for byte in range(256))
_SPARSE = 4
"""Slots of the table for each name, so that a name that is in no row is mostly told by an empty slot."""
KEPT = 1 << 13
"""Rows that a head keeps ready at least; it keeps twice as many at most."""


class Rows:
    """The rows of a head by feature: `width` numbers of 16 bit for each name.

    A packed row is one whole number with a lane for each of its numbers: adding two rows adds all their numbers at once.
    """

    __slots__ = ("_middles", "_names", "_starts", "packed", "width")

    def __init__(self, names: Iterable[str], numbers: array[int], width: int) -> None:
        """Take the names, no two the same, and their numbers, one row after the other. ValueError when they do not match."""
        # Each name between two line ends, so that no other name begins or ends where it does.
        lines = bytearray(b"\n")
        starts, hashes = array("i", [0]), array("q")
        for name in names:
            lines += name.encode()
            lines += b"\n"
            starts.append(len(lines) - 1)
            hashes.append(hash(name))
        if len(numbers) != len(hashes) * width:
            raise ValueError(f"{len(hashes)} features and {len(numbers)} weights do not match")
        self.width = width
        self._middles = _repeated(_MIDDLE, width)
        self._names, self._starts = bytes(lines), starts
        self.packed = _Packed(self._names, starts, _table_of(hashes), numbers, width)
        """Packed rows by name; that of a feature without a row is 0."""

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __iter__(self) -> Iterator[str]:
        for first, last in pairwise(self._starts):
            yield self._names[first + 1 : last].decode()

    @property
    def size(self) -> int:
        """How many bytes the rows take, without those that are kept ready."""
        return len(self._names) + self._starts.itemsize * len(self._starts) + self.packed.size

    def unpack(self, packed: int) -> list[int]:
        """Return the numbers of a packed row, or of a sum of such rows."""
        if self.width == 1:
            return [packed]
        # With half of what a lane holds added to each number none is negative, and none borrows from the next.
        lanes = (packed + self._middles).to_bytes(self.width * _BYTES, "little")
        return [lane - _MIDDLE for lane in struct.unpack(f"<{self.width}I", lanes)]


def _repeated(number: int, width: int) -> int:
    """Return `number` in each of `width` lanes."""
    return int.from_bytes(number.to_bytes(_BYTES, "little") * width, "little")


def _lanes_of(numbers: array[int]) -> bytes:
    """Return numbers of 16 bit as lanes, least significant byte first, each with an offset that makes it positive."""
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    halves = numbers.tobytes()
    lanes = bytearray(len(numbers) * _BYTES)
    lanes[0::_BYTES] = halves[0::2]
    lanes[1::_BYTES] = halves[1::2].translate(_SIGN_FLIPPED)
    return bytes(lanes)


def _table_of(hashes: array[int]) -> array[int]:
    """Return a hash table with open addresses: in each slot which row stands there, counted from 1, or 0."""
    size = 1
    while size < _SPARSE * len(hashes):
        size *= 2
    table, mask = array("i", bytes(4 * size)), size - 1
    for at, code in enumerate(hashes, 1):
        slot = code & mask
        while table[slot]:
            slot = slot + 1 & mask
        table[slot] = at
    return table


class _Packed(dict[str, int]):
    """Packed rows by name, of which those are kept that were asked for lately: to look up one of these is the work of a dictionary.

    When it is full it becomes the older generation, of which what is asked for again moves to the new one.
    """

    __slots__ = ("_lanes", "_names", "_offsets", "_older", "_size", "_starts", "_table")

    def __init__(
        self, names: bytes, starts: array[int], table: array[int], numbers: array[int], width: int
    ) -> None:
        super().__init__()
        self._names, self._starts, self._table = names, starts, table
        self._lanes, self._size, self._offsets = _lanes_of(numbers), width * _BYTES, _repeated(_OFFSET, width)
        self._older: dict[str, int] = {}

    @property
    def size(self) -> int:
        """How many bytes the table and the numbers take."""
        return len(self._lanes) + self._table.itemsize * len(self._table)

    def __missing__(self, name: str) -> int:
        row = self._older.get(name)
        if row is None:
            row = 0
            table = self._table
            slot = hash(name) & len(table) - 1
            if at := table[slot]:
                names, starts = self._names, self._starts
                line = f"\n{name}\n".encode(errors="surrogatepass")
                while at and not (
                    names.startswith(line, starts[at - 1]) and starts[at] - starts[at - 1] == len(line) - 1
                ):
                    slot = slot + 1 & len(table) - 1
                    at = table[slot]
                if at:
                    last = at * self._size
                    row = int.from_bytes(self._lanes[last - self._size : last], "little") - self._offsets
        if len(self) >= KEPT:
            self._older = self.copy()
            self.clear()
        self[name] = row
        return row
