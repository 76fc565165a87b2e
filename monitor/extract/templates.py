"""Hold the features of a candidate as templates with values, so that most are summed without building their text.

The sum of a template for values that many texts share is cached (`monitor/extract/rows.py`). Features are built as text for
training, for explanations, and for values that are not in the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

__all__ = ["Features", "Template"]

Template = Callable[..., Iterable[str]]


class Features:
    """The features of a candidate: a set that iterates over its members as text.

    A feature must be added in only one of the ways below, since their weights are summed separately; within one way it may be repeated.
    """

    __slots__ = ("bags", "filled", "names", "runs", "shared", "totals")

    def __init__(self) -> None:
        self.names: list[str] = []
        """Features as text."""
        self.filled: list[tuple[Any, ...]] = []
        """Templates, which are functions of a module, each with its arguments."""
        self.bags: list[tuple[str, Collection[str]]] = []
        """Prefixes, each with distinct words: one feature for each word."""
        self.runs: list[tuple[tuple[str, ...], Sequence[str]]] = []
        """Distinct prefixes, each with one word after it; there may be fewer words than prefixes."""
        self.shared: list[Features] = []
        """Features shared with other candidates; nothing is added to them after they have been summed."""
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
