"""Convert the filters of listings to SQL conditions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["WHOLE", "Condition", "is_in_language", "is_of_instalment", "is_one_of"]

Condition = tuple[str, Sequence[Any]]
"""An SQL condition and its parameters."""

WHOLE = "whole"
"""The name of the work itself beside its instalments ("season 2")."""


def is_one_of(column: str, values: Sequence[str]) -> Condition:
    """Return the condition that `column` is one of `values`."""
    return f"{column} IN ({', '.join('?' * len(values))})", values


def is_of_instalment(column: str, instalment: str) -> Condition:
    """Return the condition that `column` is an instalment or a part of it ("season 6 part 1" of "season 6"), or the work itself."""
    if instalment == WHOLE:
        return f"{column} IS NULL", ()
    return f"({column} = ? OR substr({column}, 1, ?) = ?)", (
        instalment,
        len(instalment) + 1,
        f"{instalment} ",
    )


def is_in_language(column: str, tag: str) -> Condition:
    """Return the condition that `column` is a language or a variety of it ("pt-BR" of "pt"; BCP 47, RFC 4647 basic filtering)."""
    low = tag.casefold().replace("_", "-")
    return f"(lower({column}) = ? OR substr(lower({column}), 1, ?) = ?)", (low, len(low) + 1, f"{low}-")
