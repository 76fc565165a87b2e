"""How far a hedge and a credit reach."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.extract.credits import Credit
from monitor.extract.cues import Cue
from monitor.extract.happenings import Happening
from monitor.extract.reading import Sentence

__all__ = ["covers", "reaches"]


def reaches(sentence: Sentence, hedge: Cue, happening: Happening, index: int) -> bool:
    """A hedge stands in its claim, or shortly before its verb or its date, or right behind it."""
    first, last = min(happening.first, index), max(happening.last, index + 1)
    if hedge.first >= last:
        between = sentence.stream[last : hedge.first]
        return len(between) <= 4 and not any(token.text in ("and", ",") for token in between)
    return first - 10 <= hedge.first


def covers(
    sentence: Sentence, credit: Credit, happening: Happening, index: int, clauses: Sequence[int]
) -> bool:
    """Whether a credit reaches a claim: in its sentence, unless another clause with its own subject lies between."""
    del clauses
    stream = sentence.stream
    if (
        credit.first > happening.first
        and happening.first < 12
        and (happening.named or happening.kind == "soon" or happening.dated)
    ):
        # "Ahead of its release date, NAME shared a trailer": what leads up to the statement is the author's.
        if any(token.text == "," for token in stream[max(happening.last, index) : credit.first]):
            return False
    if credit.first > max(happening.last, index) and stream[0].text in sentence.language.subordinators:
        return False
    return True
