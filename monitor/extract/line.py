"""A line is a sentence with what was found in it: its clauses, its happenings, its credits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.extract.credits import Credit
from monitor.extract.cues import Cue
from monitor.extract.happenings import Happening, clauses_of
from monitor.extract.sentence import Sentence

__all__ = ["Line", "line_of"]


@dataclass
class Line:
    """A sentence being read. `clauses` numbers the clause of each token, `others` are the cues that own dates of their own."""

    sentence: Sentence
    happenings: list[Happening]
    credits: Sequence[Credit]
    clauses: Sequence[int]
    others: Sequence[Cue]

    def clause(self, at: int) -> int:
        """Return the clause of token `at`, of the last one behind the end."""
        return self.clauses[min(at, len(self.clauses) - 1)]


def line_of(sentence: Sentence, happenings: list[Happening], credited: Sequence[Credit]) -> Line:
    """Return `sentence` ready to be read."""
    others = [cue for cue in sentence.cues if cue.kind == "other" or (cue.kind == "say" and cue.get("tells"))]
    return Line(sentence, happenings, credited, clauses_of(sentence), others)
