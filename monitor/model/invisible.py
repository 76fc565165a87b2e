"""Find and remove the characters of a text that nobody sees."""

from __future__ import annotations

import re

__all__ = ["format_characters", "parts_words", "without_format"]

# Unicode's category Cf except its visible signs, and other invisible characters: grapheme joiner, Hangul fillers, variation selectors.
_FORMAT = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001-\U000e007f\U000e0100-\U000e01ef]"
)
_ZERO_WIDTH_SPACE = "\u200b"


def format_characters(text: str) -> list[int]:
    """Return the offsets of invisible characters in `text`."""
    return [] if text.isascii() else [match.start() for match in _FORMAT.finditer(text)]


def parts_words(before: str, char: str, after: str) -> bool:
    """Return whether an invisible character separates two words: a zero-width space between a small letter and a capital.

    Elsewhere in a word it only marks where a line may break.
    """
    return char == _ZERO_WIDTH_SPACE and before.islower() and after.isupper()


def without_format(text: str) -> str:
    """Return `text` without invisible characters; the same object when it has none."""
    if text.isascii() or _FORMAT.search(text) is None:
        return text
    return _FORMAT.sub(
        lambda match: (
            " "
            if parts_words(
                text[match.start() - 1 : match.start()], match[0], text[match.end() : match.end() + 1]
            )
            else ""
        ),
        text,
    )
