"""Counts with their nouns, in English."""

from __future__ import annotations

__all__ = ["counted"]

_VOWELS = "aeiou"


def counted(count: int, noun: str) -> str:
    """Return a count and its noun: "1 delivery", "2 deliveries", "0 days"."""
    if count == 1:
        return f"1 {noun}"
    if noun.endswith("y") and noun[-2:-1] not in _VOWELS:
        return f"{count} {noun[:-1]}ies"
    return f"{count} {noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{count} {noun}s"
