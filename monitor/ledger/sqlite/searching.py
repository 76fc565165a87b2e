"""Make the text that is indexed of an observation, and the query for what a person types.

The full-text index (SQLite's FTS5) divides text at blanks and punctuation. Japanese and Chinese have no blanks, and Korean joins
particles to its words: runs of their letters are indexed as pairs of neighbours, so that any part of a run is found as a phrase.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from monitor.ledger.sqlite.columns import folded

__all__ = ["indexed", "match_of"]

_RUN = re.compile(
    "[\\u1100-\\u11ff\\u3005-\\u3007\\u3040-\\u30ff\\u3130-\\u318f\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff\\U00020000-\\U0003ffff]+"
)
_MOST_WORDS = 16
_LONGEST = 64


@lru_cache(maxsize=2048)
def indexed(text: str) -> str:
    """Return `text` as it is indexed: without case and accents, runs of Han, kana and hangul as pairs; SQL has the function as `indexed`."""
    plain = folded(text)
    return plain if plain.isascii() else _RUN.sub(_pairs, plain)


def _pairs(run: re.Match[str]) -> str:
    letters = run[0]
    pairs = [one + other for one, other in pairwise(letters)]
    return f" {' '.join([*pairs, letters[-1]])} "


def match_of(text: str) -> str:
    """Return the FTS5 query for rows that have every word of `text`, or a word that begins with it; "" where `text` has no words.

    A run of Han, kana or hangul is found inside a longer one. Of many words the first ones count.
    """
    return " AND ".join(f"({_phrase(word)})" for word in _words(folded(text))[:_MOST_WORDS])


def _words(text: str) -> list[str]:
    """Return the runs of letters, digits and marks of `text`, which are the tokens of the index."""
    return "".join(c if c.isalnum() or unicodedata.category(c) in ("Mn", "Mc") else " " for c in text).split()


def _phrase(word: str) -> str:
    """Return the phrase for a word of letters and digits only, which needs no escapes."""
    tokens: list[str] = []
    position = 0
    word = word[:_LONGEST]
    for run in _RUN.finditer(word):
        if run.start() > position:
            tokens.append(word[position : run.start()])
        letters, position = run[0], run.end()
        tokens += [one + other for one, other in pairwise(letters)]
        if position < len(word) or len(letters) == 1:
            tokens.append(letters[-1])
    if position < len(word):
        tokens.append(word[position:])
    is_whole_run = (
        len(tokens) > 0
        and position == len(word)
        and len(tokens[-1]) == 2
        and bool(_RUN.fullmatch(tokens[-1]))
    )
    return '"' + " ".join(tokens) + ('"' if is_whole_run else '" *')
