"""Bring texts and titles to one spelling for the search of titles: words with one space between them.

Scripts without spaces between words, or with particles attached to them, are separated from other scripts and written without spaces:
"영화 Silo는" is spelled " 영화 silo 는 ", 지금 우리 학교는 as 지금우리학교는. Marks that do not distinguish words and emoji are left out.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate

from monitor.extract.normalise import CJK, compact, compacted, is_cjk, words

__all__ = ["ROMAN", "end_of_mark", "placed", "spelled", "stands_apart", "varies"]

ROMAN = {
    "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10", "xi": "11",
    "xii": "12", "xiii": "13", "xiv": "14", "xv": "15", "xvi": "16", "xvii": "17", "xviii": "18", "xix": "19", "xx": "20",
}  # fmt: skip
"""The Roman numerals of titles in lower case, with their digits."""

# Where none of these stands, a compact text only wants its blanks evened.
_VARIES = re.compile(
    "[\u0300-\u036f\u0590-\u0dff\u1100-\u11ff\u200b-\u200d\u3005-\uffff\U00010000-\U0010ffff]"
)
_SILENT = re.compile("[\u0300-\u036f\u0640\u064b-\u065f\u0670\u093c\u200b-\u200d\u20e3\ufe0e\ufe0f]")
_EMOJI = re.compile("[\U0001f000-\U0001faff]")
_WORD = re.compile(r"\S+")


def varies(text: str) -> bool:
    """Return whether a text has scripts or marks that make its spelling differ from its words."""
    return not text.isascii() and _VARIES.search(text) is not None


def spelled(text: str) -> str:
    """Return the spelling of `text`, with a space before and after it."""
    if not varies(text):
        return words(text)
    even = _SILENT.sub("", _EMOJI.sub(" ", compacted(text)))
    return f" {' '.join(''.join(run.split()) for run in _runs().findall(even))} "


def placed(text: str) -> tuple[str, Callable[[int], int]]:
    """Return the spelling of `text`, and the mapping of its characters to offsets in `text`."""
    if varies(text):
        return _placed_by_character(text)
    even = compact(text)
    each = even.split()
    origins = [word.start() for word in _WORD.finditer(even)]
    starts = [*accumulate((len(word) + 1 for word in each), initial=1)][:-1]

    def origin(offset: int) -> int:
        index = max(bisect_right(starts, offset) - 1, 0)
        return origins[index] + offset - starts[index]

    return f" {' '.join(each)} ", origin


def _placed_by_character(text: str) -> tuple[str, Callable[[int], int]]:
    even = _EMOJI.sub(" ", compact(text))
    at: Sequence[int] = range(len(even))
    if _SILENT.search(even):
        at = [offset for offset, char in enumerate(even) if not _SILENT.match(char)]
        even = _SILENT.sub("", even)
    pieces = [" "]
    origins = array("L", [0])
    for run in _runs().finditer(even):
        for offset, char in zip(at[run.start() : run.end()], run[0], strict=True):
            if not char.isspace():
                pieces.append(char)
                origins.append(offset)
        pieces.append(" ")
        origins.append(at[run.end() - 1] + 1)
    return "".join(pieces), origins.__getitem__


def end_of_mark(text: str, end: int) -> int:
    """Return the end in the text of a word that is spelled up to `end`: after the marks that the spelling leaves out."""
    while _SILENT.match(text, end):
        end += 1
    return end


@cache
def _runs() -> re.Pattern[str]:
    """Return the pattern of a unit without spaces in a spelling: a run of such a script, or a word of any other."""
    return re.compile(rf"[{CJK}](?:[ \t]*[{CJK}])*|[^\s{CJK}]+")


@cache
def _parted() -> re.Pattern[str]:
    """Return the pattern of a blank within such a script."""
    return re.compile(rf"(?<=[{CJK}])[ \t]+(?=[{CJK}])")


_SHORT = 4
"""The characters below which a name is easily a part of other words."""
_STOPS = frozenset("。！？!?；;，,、\n")
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")


def stands_apart(alias: str, text: str, start: int, end: int, suffixes: frozenset[str]) -> bool:
    """Return whether the name in `text[start:end]` is not a part of other words, in scripts without spaces.

    Katakana continue within a word; a Hangul word begins after a space and ends with one of the particles `suffixes`; a short name has
    its spaces where `alias` has them; and a name does not span the end of a clause.
    """
    found = text[start:end]
    if not any(map(is_cjk, (alias[0], alias[-1]))):
        return True
    if compact(found).split() != compact(alias).split():
        if (set(found) & _STOPS) - set(alias):
            return False
        if (
            len(_parted().findall(found)) != len(_parted().findall(alias))
            and sum(map(is_cjk, alias)) < _SHORT
        ):
            return False
    before, after = text[start - 1 : start], text[end : end + 1]
    if alias[-1].isdecimal() and is_cjk(found[-1]) and after and is_cjk(after):
        # 三 of 三十周年 is not the number of an instalment.
        return False
    for script in (_KATAKANA, _HANGUL):
        if script.match(found[0]) and script.match(before) and (script is _KATAKANA or len(alias) < _SHORT):
            return False
    if _KATAKANA.match(found[-1]) and _KATAKANA.match(after):
        return False
    if suffixes and len(alias) < _SHORT and _HANGUL.match(found[-1]) and _HANGUL.match(after):
        rest = re.match(r"[^\W\d_]+", text[end : end + 12])
        return rest is not None and rest[0].startswith(tuple(suffixes))
    return True
