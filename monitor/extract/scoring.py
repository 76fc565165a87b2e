"""Scoring: what a candidate scores is the sum of the integer weights of its features, one sum a class.

Weights are whole numbers, so that a score is the same on every machine. `UNIT` of them are one unit of log odds; a multinomial
head's sums are turned into chances by a softmax, an independent head's each by a logistic function.
"""

from __future__ import annotations

import json
import math
import sys
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from operator import add
from pathlib import Path

from monitor.errors import LanguageError
from monitor.extract.rows import Rows

__all__ = ["UNIT", "Head", "Weights", "bucket", "chances", "odds", "shipped", "sigmoid"]

UNIT = 256
_OF_CLAIMS = frozenset(("certainty", "credit", "scope", "vouched"))
"""Heads that are asked of claims alone, so that their weights may take more time than memory."""


@dataclass(frozen=True, eq=False, repr=False)
class Head:
    """One decision: its classes, their biases, and for each feature its row of weights, one a class."""

    classes: tuple[str, ...]
    bias: tuple[int, ...]
    rows: Rows

    @classmethod
    def of(
        cls,
        classes: Sequence[str],
        bias: Sequence[int],
        names: Iterable[str],
        weights: array[int],
        *,
        compact: bool = False,
    ) -> Head:
        """Return the head of `names` whose `weights` (16 bit, signed) stand one row after the other.

        A `compact` one takes less memory and more time. ValueError when there are more names than weights, or fewer.
        """
        return cls(tuple(classes), tuple(bias), Rows(names, weights, len(classes), compact=compact))

    def sums(self, features: Iterable[str]) -> list[int]:
        """Return one sum a class over the distinct `features`."""
        found = self.rows.unpack(sum(filter(None, map(self.rows.packed, set(features)))))
        return [*map(add, self.bias, found)]

    def weights(self, feature: str) -> list[int]:
        """Return the weights of a feature, one a class; zeros for one that has none."""
        return self.rows.unpack(self.rows.packed(feature) or 0)


@dataclass(frozen=True, eq=False, repr=False)
class Weights:
    """The heads by name, and which training wrote them."""

    heads: Mapping[str, Head]
    version: str = ""

    def __getitem__(self, name: str) -> Head:
        return self.heads[name]

    def packed(self) -> bytes:
        """Return the weights as bytes: a line of JSON, then compressed the names of the features and their whole numbers.

        The numbers are 16 bit, least significant byte first.
        """
        heads = sorted(self.heads.items())
        about = {
            "version": self.version,
            "heads": {
                name: {"classes": head.classes, "bias": head.bias, "features": len(head.rows)}
                for name, head in heads
            },
        }
        names = "\n".join(one for _, head in heads for one in head.rows)
        numbers = array("h")
        for _, head in heads:
            for name in head.rows:
                numbers.extend(head.weights(name))
        if sys.byteorder == "big":
            numbers.byteswap()
        encoded = names.encode()
        return b"".join([
            json.dumps({**about, "names": len(encoded)}, sort_keys=True).encode(),
            b"\n",
            zlib.compress(encoded + numbers.tobytes(), 9),
        ])  # fmt: skip

    @classmethod
    def unpacked(cls, packed: bytes) -> Weights:
        """Return the weights of what `packed` wrote. ValueError when it is damaged."""
        first, _, rest = packed.partition(b"\n")
        about = json.loads(first)
        names = _lines(rest, about["names"])
        numbers = _numbers(rest, about["names"])
        heads: dict[str, Head] = {}
        at = 0
        for name, one in sorted(about["heads"].items()):
            width, count = len(one["classes"]), one["features"]
            heads[name] = Head.of(
                one["classes"],
                one["bias"],
                islice(names, count),
                numbers[at : at + width * count],
                compact=name in _OF_CLAIMS,
            )
            at += width * count
        return cls(heads, about["version"])


def _inflated(packed: bytes) -> Iterator[bytes]:
    """Yield what was compressed, piece by piece: as a whole it would be a fifth of what is kept. ValueError when it is damaged."""
    stream = zlib.decompressobj()
    try:
        for at in range(0, len(packed), _PIECE):
            yield stream.decompress(packed[at : at + _PIECE])
    except zlib.error as error:
        raise ValueError("the weights are damaged") from error
    if not stream.eof:
        raise ValueError("the weights are cut off")


_PIECE = 1 << 14


def _lines(packed: bytes, size: int) -> Iterator[str]:
    """Yield the lines of the first `size` bytes of what was compressed."""
    begun = b""
    for piece in _inflated(packed):
        *lines, begun = (begun + piece[:size]).split(b"\n")
        yield from map(bytes.decode, lines)
        size -= len(piece)
        if size <= 0:
            yield begun.decode()
            return


def _numbers(packed: bytes, start: int) -> array[int]:
    """Return what was compressed, from its byte `start` on, as whole numbers of 16 bit."""
    found = bytearray()
    for piece in _inflated(packed):
        found += piece[start:]
        start = max(0, start - len(piece))
    numbers = array("h", bytes(found))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


@cache
def shipped() -> Weights:
    """Return the weights that are shipped with this version. LanguageError when their file is missing or damaged."""
    path = Path(__file__).with_name("weights") / "claims.weights"
    try:
        return Weights.unpacked(path.read_bytes())
    except (OSError, ValueError, KeyError, StopIteration) as error:
        raise LanguageError("the weights of the reader cannot be read", where=path.name) from error


def chances(sums: Sequence[int]) -> list[float]:
    """Return the softmax of a multinomial head's sums."""
    top = max(sums)
    powers = [math.exp((one - top) / UNIT) for one in sums]
    total = sum(powers)
    return [power / total for power in powers]


def sigmoid(total: int) -> float:
    """Return the chance that an independent head's sum stands for."""
    return 1 / (1 + math.exp(-total / UNIT)) if total > -40 * UNIT else 0.0


def odds(chance: float) -> float:
    """Return the log odds of a chance, bounded to what eight units hold."""
    return math.log(max(chance, 0.0003) / max(1 - chance, 0.0003))


def bucket(chance: float) -> str:
    """Return a chance as one of twelve steps of its log odds, for use as a feature."""
    return str(max(-6, min(6, round(odds(chance) * 1.5))))
