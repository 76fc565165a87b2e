"""Store the weights of some ten thousand features, each a row of integers that are added at once.

The rows used by every candidate are a dictionary. Those used only by claims are stored as bytes, in a fifth of the memory: the
names in one run, the numbers in another, with a hash table of the names.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from operator import add
from typing import Any, TypeVar

from monitor.extract.templates import Features, Template

__all__ = ["KEPT", "Rows"]

_BYTES = 4
"""The bytes of a lane: fewer than 2 to the 16 rows can be added, far more than a candidate has features."""
_MIDDLE = 1 << 8 * _BYTES - 1
_LANE = (1 << 8 * _BYTES) - 1
_OFFSET = 1 << 15
_SIGN_FLIPPED = bytes(byte ^ 0x80 for byte in range(256))
_SPARSE = 4
"""The slots of the table for each name, so that the slot of an unknown name is mostly empty."""
KEPT = 1 << 13
"""The least rows that a table caches; it caches at most twice as many."""


_Key = TypeVar("_Key")
_Kept = TypeVar("_Kept")


class Rows:
    """The rows of a head by feature: `width` numbers of 16 bit for each name.

    A packed row is one integer with a lane for each of its numbers: adding two rows adds all their numbers at once.
    """

    __slots__ = (
        "_filled",
        "_joints",
        "_kept",
        "_middles",
        "_written",
        "packed",
        "total",
        "width",
    )

    def __init__(
        self, names: Iterable[str], numbers: array[int], width: int, *, compact: bool = False
    ) -> None:
        """Store the distinct names and their numbers, row by row. Raises ValueError when they do not match."""
        self.width = width
        self._middles = _repeated(_MIDDLE, width)
        self._joints: dict[tuple[Template, str, str], Mapping[str, int]] = {}
        self._filled = _Ready(self._sum, KEPT // 4)
        self._written = _Ready(self._each, KEPT // 16)
        self._kept: Mapping[str, int]
        self.packed: Callable[[str], int | None]
        """Return the packed row of a feature; None or 0 for an unknown one."""
        self.total: Callable[[Iterable[str]], int]
        """Return the sum of the packed rows of distinct features."""
        if compact:
            table = _Table(names, numbers, width)
            self._kept, self.packed, self.total = table, table.ready.__getitem__, table.total
        else:
            rows = dict(zip(names, _packed(numbers, width), strict=True))
            self._kept, self.packed, self.total = rows, rows.get, partial(_total, rows)
        if len(numbers) != len(self._kept) * width:
            raise ValueError(f"{len(self._kept)} features and {len(numbers)} weights do not match")

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def joint(self, template: Template, one: str, other: str) -> Mapping[str, int]:
        """Return for each mark the sum of the packed rows of the features of `template(one, other, mark)`.

        Recent results are cached. The template must be a function of a module.
        """
        known = self._joints.get((template, one, other))
        if known is None:
            known = _Ready(lambda mark: self.total(template(one, other, mark)), KEPT // 8)
            self._joints[template, one, other] = known
        return known

    def total_of(self, features: Features) -> int:
        """Return the sum of the packed rows of `features`; those of templates are mostly kept."""
        total = self.total(_plain(features))
        if features.filled:
            total += sum(map(self._filled.__getitem__, set(features.filled)))
        for one in features.shared:
            known = one.totals.get(id(self))
            if known is None:
                known = one.totals[id(self)] = self.total_of(one)
            total += known
        return total

    def _sum(self, filled: tuple[Any, ...]) -> int:
        """Return the sum of the packed rows of a template's features for some values."""
        template, *values = filled
        return self.total(set(template(*values)))

    def _each(self, filled: tuple[Any, ...]) -> Sequence[tuple[int, str]]:
        """Return a template's known features for some values, each after its packed row."""
        template, *values = filled
        return [(packed, name) for name in set(template(*values)) if (packed := self.packed(name))]

    def differences(self, features: Features, one: int, other: int | None) -> list[tuple[int, str]]:
        """Return for each known feature the number at `one`, minus that at `other` if given."""
        middles, first = self._middles, 8 * _BYTES * one
        found = [(packed + middles, name) for packed, name in self._weighed(features)]
        if other is None:
            return [((lanes >> first & _LANE) - _MIDDLE, name) for lanes, name in found]
        second = 8 * _BYTES * other
        return [((lanes >> first & _LANE) - (lanes >> second & _LANE), name) for lanes, name in found]

    def _weighed(self, features: Features) -> list[tuple[int, str]]:
        """Return the known features, each after its packed row."""
        names = _plain(features)
        found = [
            (packed, name) for packed, name in zip(map(self.packed, names), names, strict=True) if packed
        ]
        for filled in set(features.filled):
            found += self._written[filled]
        for one in features.shared:
            found += self._weighed(one)
        return found

    def unpack(self, packed: int) -> list[int]:
        """Return the numbers of a packed row or of a sum of packed rows."""
        if self.width == 1:
            return [packed]
        # With an offset of half a lane no number is negative, so none borrows from the next.
        lanes = (packed + self._middles).to_bytes(self.width * _BYTES, "little")
        return [lane - _MIDDLE for lane in struct.unpack(f"<{self.width}I", lanes)]


def _plain(features: Features) -> list[str]:
    """Return the features that are not of templates as text."""
    names = [*dict.fromkeys(features.names)]
    # Most bags have few words, for which a comprehension costs more than it saves.
    append = names.append
    for prefix, words in features.bags:
        for word in words:
            append(prefix + word)
    for prefixes, words in features.runs:
        names += map(add, prefixes, words)
    return names


def _total(rows: dict[str, int], features: Iterable[str]) -> int:
    return sum(filter(None, map(rows.get, features)))


def _packed(numbers: array[int], width: int) -> Iterator[int]:
    """Yield the packed rows of `width` numbers each; equal rows of one number are the same object."""
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
    """Return 16-bit integers as lanes, least significant byte first, each with an offset that makes it positive."""
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    halves = numbers.tobytes()
    lanes = bytearray(len(numbers) * _BYTES)
    lanes[0::_BYTES] = halves[0::2]
    lanes[1::_BYTES] = halves[1::2].translate(_SIGN_FLIPPED)
    return bytes(lanes)


def _table_of(hashes: array[int]) -> array[int]:
    """Return a hash table with open addressing: each slot has the number of a row, counted from 1, or 0."""
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


class _Ready(dict[_Key, _Kept]):
    """A cache of what `make` returns for a key, bounded to two generations of `most` entries.

    When it is full it becomes the older generation, whose entries move to the new one when they are used again.
    """

    __slots__ = ("_make", "_most", "_older")

    def __init__(self, make: Callable[[_Key], _Kept], most: int) -> None:
        super().__init__()
        self._make, self._most = make, most
        self._older: dict[_Key, _Kept] = {}

    def __missing__(self, key: _Key) -> _Kept:
        found = self._older.get(key)
        if found is None:
            found = self._make(key)
        if len(self) >= self._most:
            self._older = self.copy()
            self.clear()
        self[key] = found
        return found


class _Table(Mapping[str, int]):
    """Names and their packed rows in few runs of bytes; `ready` caches recent ones."""

    __slots__ = ("_lanes", "_names", "_offsets", "_size", "_starts", "_table", "ready")

    def __init__(self, names: Iterable[str], numbers: array[int], width: int) -> None:
        # Each name is between two line ends, so that a part of another name does not match.
        lines = bytearray(b"\n")
        starts, hashes = array("i", [0]), array("q")
        for name in names:
            lines += name.encode()
            lines += b"\n"
            starts.append(len(lines) - 1)
            hashes.append(hash(name))
        self._names, self._starts, self._table = bytes(lines), starts, _table_of(hashes)
        self._lanes, self._size, self._offsets = _lanes_of(numbers), width * _BYTES, _repeated(_OFFSET, width)
        self.ready = _Ready(self.__getitem__, KEPT)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __iter__(self) -> Iterator[str]:
        for first, last in pairwise(self._starts):
            yield self._names[first + 1 : last].decode()

    def total(self, names: Iterable[str]) -> int:
        """Return the sum of the packed rows of distinct features; most are unknown, mostly recognised by an empty slot."""
        table, mask, ready = self._table, len(self._table) - 1, self.ready
        return sum([ready[name] for name in names if table[hash(name) & mask]])

    def __getitem__(self, name: str) -> int:
        """Return the packed row of a feature, 0 for an unknown one."""
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
