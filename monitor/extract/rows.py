"""Rows: the weights of some ten thousand features, each a row of whole numbers that are added at once.

The rows that every candidate asks for are a dictionary. Those that only a claim asks for stand in bytes, in a fifth of the memory: the
names in one run, the numbers in another, and a table finds a name by its hash.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import pairwise

__all__ = ["KEPT", "Rows"]

_BYTES = 4
"""Of a lane: fewer than 2 to the 16 rows can be added, far more than a candidate has features."""
_MIDDLE = 1 << 8 * _BYTES - 1
_LANE = (1 << 8 * _BYTES) - 1
_OFFSET = 1 << 15
_SIGN_FLIPPED = bytes(byte ^ 0x80 for byte in range(256))
_SPARSE = 4
"""Slots of the table for each name, so that a name that is in no row is mostly told by an empty slot."""
KEPT = 1 << 13
"""Rows that a table keeps ready at least; it keeps twice as many at most."""


_Template = Callable[[str, str, str], Iterable[str]]


class Rows:
    """The rows of a head by feature: `width` numbers of 16 bit for each name.

    A packed row is one whole number with a lane for each of its numbers: adding two rows adds all their numbers at once.
    """

    __slots__ = ("_joints", "_kept", "_middles", "packed", "width")

    def __init__(
        self, names: Iterable[str], numbers: array[int], width: int, *, compact: bool = False
    ) -> None:
        """Take the names, no two the same, and their numbers, one row after the other. ValueError when they do not match."""
        self.width = width
        self._middles = _repeated(_MIDDLE, width)
        self._joints: dict[tuple[_Template, str, str], _Joint] = {}
        self._kept: Mapping[str, int]
        self.packed: Callable[[str], int | None]
        """Return the packed row of a feature; nothing, or 0, for one that has none."""
        if compact:
            table = _Table(names, numbers, width)
            self._kept, self.packed = table, table.ready.__getitem__
        else:
            rows = dict(zip(names, _packed(numbers, width), strict=True))
            self._kept, self.packed = rows, rows.get
        if len(numbers) != len(self._kept) * width:
            raise ValueError(f"{len(self._kept)} features and {len(numbers)} weights do not match")

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def joint(self, template: _Template, one: str, other: str) -> Mapping[str, int]:
        """Return for any mark the sum of the packed rows of the features that `template(one, other, mark)` makes of it.

        What was asked for lately is kept, and its features are not made again. The template must be a function of a module.
        """
        known = self._joints.get((template, one, other))
        if known is None:
            known = self._joints[template, one, other] = _Joint(self, partial(template, one, other))
        return known

    def number(self, packed: int, index: int) -> int:
        """Return the number at `index` of a packed row."""
        return (packed + self._middles >> 8 * _BYTES * index & _LANE) - _MIDDLE

    def unpack(self, packed: int) -> list[int]:
        """Return the numbers of a packed row, or of a sum of such rows."""
        if self.width == 1:
            return [packed]
        # With half of what a lane holds added to each number none is negative, and none borrows from the next.
        lanes = (packed + self._middles).to_bytes(self.width * _BYTES, "little")
        return [lane - _MIDDLE for lane in struct.unpack(f"<{self.width}I", lanes)]


def _packed(numbers: array[int], width: int) -> Iterator[int]:
    """Yield the packed rows of `width` numbers each; those of one number are one object each, however many there are."""
    if width == 1:
        shared: dict[int, int] = {}
        yield from (shared.setdefault(number, number) for number in numbers)
        return
    lanes, size, offsets = _lanes_of(numbers), width * _BYTES, _repeated(_OFFSET, width)
    for at in range(0, len(lanes), size):
        yield int.from_bytes(lanes[at : at + size], "little") - offsets


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


class _Joint(dict[str, int]):
    """The sums of the rows of all features that a mark makes, by mark; begun anew when it is full."""

    __slots__ = ("_features", "_rows")

    def __init__(self, rows: Rows, features: Callable[[str], Iterable[str]]) -> None:
        super().__init__()
        self._rows, self._features = rows, features

    def __missing__(self, mark: str) -> int:
        if len(self) >= KEPT // 8:
            self.clear()
        total = self[mark] = sum(filter(None, map(self._rows.packed, self._features(mark))))
        return total


class _Table(Mapping[str, int]):
    """Names and their packed rows in few runs of bytes; `ready` has those that were asked for lately."""

    __slots__ = ("_lanes", "_names", "_offsets", "_size", "_starts", "_table", "ready")

    def __init__(self, names: Iterable[str], numbers: array[int], width: int) -> None:
        # Each name between two line ends, so that no other name begins or ends where it does.
        lines = bytearray(b"\n")
        starts, hashes = array("i", [0]), array("q")
        for name in names:
            lines += name.encode()
            lines += b"\n"
            starts.append(len(lines) - 1)
            hashes.append(hash(name))
        self._names, self._starts, self._table = bytes(lines), starts, _table_of(hashes)
        self._lanes, self._size, self._offsets = _lanes_of(numbers), width * _BYTES, _repeated(_OFFSET, width)
        self.ready = _Ready(self)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __iter__(self) -> Iterator[str]:
        for first, last in pairwise(self._starts):
            yield self._names[first + 1 : last].decode()

    def __getitem__(self, name: str) -> int:
        """Return the packed row of a feature, 0 for one that has none."""
        table, starts = self._table, self._starts
        slot = hash(name) & len(table) - 1
        at = table[slot]
        if not at:
            return 0
        line = f"\n{name}\n".encode(errors="surrogatepass")
        while not (
            self._names.startswith(line, starts[at - 1]) and starts[at] - starts[at - 1] == len(line) - 1
        ):
            slot = slot + 1 & len(table) - 1
            at = table[slot]
            if not at:
                return 0
        last = at * self._size
        return int.from_bytes(self._lanes[last - self._size : last], "little") - self._offsets


class _Ready(dict[str, int]):
    """Packed rows that were asked for lately, of features with a row or without: a lookup is mostly that of a dictionary.

    When it is full it becomes the older generation, of which what is asked for again moves to the new one.
    """

    __slots__ = ("_older", "_table")

    def __init__(self, table: _Table) -> None:
        super().__init__()
        self._table = table
        self._older: dict[str, int] = {}

    def __missing__(self, name: str) -> int:
        row = self._older.get(name)
        if row is None:
            row = self._table[name]
        if len(self) >= KEPT:
            self._older = self.copy()
            self.clear()
        self[name] = row
        return row
