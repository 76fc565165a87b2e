"""Score candidates: the score of a class is the sum of the integer weights of the features.

Weights are integers, so that a score is the same on every machine. `UNIT` is one unit of log odds; the sums of a multinomial
head become probabilities by a softmax, those of an independent head each by a logistic function.
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
from monitor.extract.templates import Features

__all__ = ["UNIT", "Head", "Weights", "bucket", "chances", "odds", "shipped", "sigmoid"]

UNIT = 256
_OF_CLAIMS = frozenset(("certainty", "credit", "scope", "vouched"))
"""The heads that are used for claims only, so that their weights are stored to save memory rather than time."""


@dataclass(frozen=True, eq=False, repr=False)
class Head:
    """One decision: its classes, their biases, and for each feature its row of weights, one for each class."""

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
        """Return the head with features `names` and their `weights` (16 bit, signed) row by row.

        A `compact` one takes less memory and more time. Raises ValueError when the numbers of names and weights do not match.
        """
        return cls(tuple(classes), tuple(bias), Rows(names, weights, len(classes), compact=compact))

    def sums(self, features: Iterable[str] | Features) -> list[int]:
        """Return the sum for each class over the distinct `features`."""
        rows = self.rows
        total = rows.total_of(features) if isinstance(features, Features) else rows.total(set(features))
        found = rows.unpack(total)
        return [*map(add, self.bias, found)]

    def passes(self, features: Features) -> bool:
        """Return whether the sum for the only class is not below 0."""
        return self.bias[0] + self.rows.total_of(features) >= 0

    def weights(self, feature: str) -> list[int]:
        """Return the weights of a feature, one for each class; zeros for an unknown one."""
        return self.rows.unpack(self.rows.packed(feature) or 0)


@dataclass(frozen=True, eq=False, repr=False)
class Weights:
    """The heads by name, and the version of their training."""

    heads: Mapping[str, Head]
    version: str = ""

    def __getitem__(self, name: str) -> Head:
        return self.heads[name]

    def screen(self, name: str) -> Head | None:
        """Return the screen `name`; None for weights without it, which give up nothing."""
        return self.heads.get(f"{name} screen")

    def packed(self) -> bytes:
        """Return the weights as bytes: a line of JSON, then the compressed names of the features and their integers.

        The integers are 16 bit, least significant byte first.
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
        """Return the weights from the bytes of `packed`. Raises ValueError when they are damaged."""
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
    """Yield the decompressed bytes in pieces, to save memory. Raises ValueError when they are damaged."""
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
    """Yield the lines of the first `size` decompressed bytes."""
    begun = b""
    for piece in _inflated(packed):
        *lines, begun = (begun + piece[:size]).split(b"\n")
        yield from map(bytes.decode, lines)
        size -= len(piece)
        if size <= 0:
            yield begun.decode()
            return


def _numbers(packed: bytes, start: int) -> array[int]:
    """Return the decompressed bytes from `start` on as 16-bit integers."""
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
    """Return the weights shipped with this version. Raises LanguageError when their file is missing or damaged."""
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
    """Return the probability for the sum of an independent head."""
    return 1 / (1 + math.exp(-total / UNIT)) if total > -40 * UNIT else 0.0


def odds(chance: float) -> float:
    """Return the log odds of a probability, bounded to eight units."""
    return math.log(max(chance, 0.0003) / max(1 - chance, 0.0003))


def bucket(chance: float) -> str:
    """Return a probability as one of twelve steps of its log odds, for use as a feature."""
    return str(max(-6, min(6, round(odds(chance) * 1.5))))
