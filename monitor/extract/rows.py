"""Rows: the weights of some ten thousand features, each a row of whole numbers that are added at once.

The rows that every candidate asks for are a dictionary. Those that only a claim asks for stand in bytes, in a fifth of the memory: the
names in one run, the numbers in another, and a table finds a name by its hash.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from operator import getitem
from typing import Any, TypeVar

from monitor.extract.templates import Features, Template

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


_Key = TypeVar("_Key")
_Kept = TypeVar("_Kept")


class Rows:
    """The rows of a head by feature: `width` numbers of 16 bit for each name.

    A packed row is one whole number with a lane for each of its numbers: adding two rows adds all their numbers at once.
    """

    __slots__ = (
        "_behind",
        "_filled",
        "_joints",
        "_kept",
        "_middles",
        "_runs",
        "_written",
        "packed",
        "total",
        "width",
    )

    def __init__(
        self, names: Iterable[str], numbers: array[int], width: int, *, compact: bool = False
    ) -> None:
        """Take the names, no two the same, and their numbers, one row after the other. ValueError when they do not match."""
        self.width = width
        self._middles = _repeated(_MIDDLE, width)
        self._joints: dict[tuple[Template, str, str], Mapping[str, int]] = {}
        self._filled = _Ready(self._sum, KEPT)
        self._written = _Ready(self._each, KEPT // 4)
        self._behind: dict[str, Mapping[str, int]] = {}
        self._runs: dict[tuple[str, ...], Sequence[Mapping[str, int]]] = {}
        self._kept: Mapping[str, int]
        self.packed: Callable[[str], int | None]
        """Return the packed row of a feature; nothing, or 0, for one that has none."""
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
        """Return for any mark the sum of the packed rows of the features that `template(one, other, mark)` makes of it.

        What was asked for lately is kept, and its features are not made again. The template must be a function of a module.
        """
        known = self._joints.get((template, one, other))
        if known is None:
            known = _Ready(lambda mark: self.total(template(one, other, mark)), KEPT // 8)
            self._joints[template, one, other] = known
        return known

    def total_of(self, features: Features) -> int:
        """Return the sum of the packed rows of `features`, most of which are not written as text for it."""
        total = self.total(set(features.names)) if features.names else 0
        if features.filled:
            total += sum(map(self._filled.__getitem__, set(features.filled)))
        behind = self._behind
        for prefix, words in features.bags:
            if words:
                total += sum(map((behind.get(prefix) or self._begun(prefix)).__getitem__, words))
        for prefixes, words in features.runs:
            total += sum(map(getitem, self._runs.get(prefixes) or self._run(prefixes), words))
        for one in features.shared:
            known = one.totals.get(id(self))
            if known is None:
                known = one.totals[id(self)] = self.total_of(one)
            total += known
        return total

    def _begun(self, prefix: str) -> Mapping[str, int]:
        """Return the packed rows of the features that begin with a prefix, by what stands behind it."""
        known = self._behind.get(prefix)
        if known is None:
            known = _Ready(lambda word: self.packed(prefix + word) or 0, KEPT // 8)
            self._behind[prefix] = known
        return known

    def _run(self, prefixes: tuple[str, ...]) -> Sequence[Mapping[str, int]]:
        known = self._runs[prefixes] = [self._begun(prefix) for prefix in prefixes]
        return known

    def _sum(self, filled: tuple[Any, ...]) -> int:
        """Return the sum of the packed rows of what a template makes of values."""
        template, *values = filled
        return self.total(set(template(*values)))

    def _each(self, filled: tuple[Any, ...]) -> Sequence[tuple[int, str]]:
        """Return the features that a template makes of values and that have a row, each behind its packed row."""
        template, *values = filled
        return [(packed, name) for name in set(template(*values)) if (packed := self.packed(name))]

    def differences(self, features: Features, one: int, other: int | None) -> list[tuple[int, str]]:
        """Return for each feature that has a row the number at `one`, less that at `other` where it is given."""
        middles, first = self._middles, 8 * _BYTES * one
        found = [(packed + middles, name) for packed, name in self._weighed(features)]
        if other is None:
            return [((lanes >> first & _LANE) - _MIDDLE, name) for lanes, name in found]
        second = 8 * _BYTES * other
        return [((lanes >> first & _LANE) - (lanes >> second & _LANE), name) for lanes, name in found]

    def _weighed(self, features: Features) -> list[tuple[int, str]]:
        """Return the features that have a row, each behind its packed row."""
        found = [(packed, name) for name in set(features.names) if (packed := self.packed(name))]
        for filled in set(features.filled):
            found += self._written[filled]
        for prefix, words in features.bags:
            behind = self._begun(prefix)
            found += [(packed, prefix + word) for word in words if (packed := behind[word])]
        for prefixes, words in features.runs:
            for prefix, word in zip(prefixes, words, strict=False):
                if packed := self._begun(prefix)[word]:
                    found.append((packed, prefix + word))
        for one in features.shared:
            found += self._weighed(one)
        return found

    def unpack(self, packed: int) -> list[int]:
        """Return the numbers of a packed row, or of a sum of such rows."""
        if self.width == 1:
            return [packed]
        # With half of what a lane holds added to each number none is negative, and none borrows from the next.
        lanes = (packed + self._middles).to_bytes(self.width * _BYTES, "little")
        return [lane - _MIDDLE for lane in struct.unpack(f"<{self.width}I", lanes)]


def _total(rows: dict[str, int], features: Iterable[str]) -> int:
    return sum(filter(None, map(rows.get, features)))


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


class _Ready(dict[_Key, _Kept]):
    """A cache of what `make` returns for a key, bounded to two generations of `most` entries.

    When it is full it becomes the older generation, of which what is asked for again moves to the new one.
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
        self.ready = _Ready(self.__getitem__, KEPT)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __iter__(self) -> Iterator[str]:
        for first, last in pairwise(self._starts):
            yield self._names[first + 1 : last].decode()

    def total(self, names: Iterable[str]) -> int:
        """Return the sum of the packed rows of distinct features: most have none, which mostly an empty slot tells."""
        table, mask, ready = self._table, len(self._table) - 1, self.ready
        return sum([ready[name] for name in names if table[hash(name) & mask]])

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
