"""Feature templates: the features of a candidate as the few values that they are made of, most of which are summed unwritten.

The sum of what a template makes of values that many texts share is kept (`monitor/extract/rows.py`). Features are written as text for
training, for explanations, and where their values were not asked for lately.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

__all__ = ["Features", "Template"]

Template = Callable[..., Iterable[str]]


class Features:
    """The features of a candidate: a set that iterates over its members as text.

    One feature must not be added in two of the ways below, since their weights are summed apart; in one way it may be repeated.
    """

    __slots__ = ("bags", "filled", "names", "runs", "shared", "totals")

    def __init__(self) -> None:
        self.names: list[str] = []
        """Features as text."""
        self.filled: list[tuple[Any, ...]] = []
        """Templates, which are functions of a module, each with the values that it is called with."""
        self.bags: list[tuple[str, Collection[str]]] = []
        """Prefixes, each with distinct words: one feature a word."""
        self.runs: list[tuple[tuple[str, ...], Sequence[str]]] = []
        """Distinct prefixes, each with the one word behind it; words may be fewer than prefixes."""
        self.shared: list[Features] = []
        """Features of other candidates as well; nothing is added to these once they have been summed."""
        self.totals: dict[int, int] = {}
        """The sum of the weights by head, of shared features."""

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(self._written()))

    def _written(self) -> Iterator[str]:
        yield from self.names
        for template, *values in self.filled:
            yield from template(*values)
        for prefix, words in self.bags:
            for word in words:
                yield prefix + word
        for prefixes, words in self.runs:
            for prefix, word in zip(prefixes, words, strict=False):
                yield prefix + word
        yield from chain.from_iterable(self.shared)
