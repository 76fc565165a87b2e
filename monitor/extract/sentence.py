"""Define a sentence: tokens in which titles, instalments, dates and scopes are recognised, with its cues."""

from __future__ import annotations

from dataclasses import dataclass, field

from monitor.extract.claim_language import ClaimLanguage
from monitor.extract.cues import Cue
from monitor.extract.instalments import Instalment
from monitor.extract.scope_names import Scope
from monitor.extract.tokens import Token
from monitor.model import Block

__all__ = ["Instalment", "Scope", "Sentence"]


@dataclass
class Sentence:
    """A sentence of a block, as tokens and cues."""

    block: Block
    start: int
    end: int
    language: ClaimLanguage
    stream: list[Token]
    cues: list[Cue]
    first: bool
    question: bool
    quotes: list[tuple[int, int]] = field(default_factory=list)
    titled: bool = False

    @property
    def text(self) -> str:
        """Return the sentence as written."""
        return self.block.text[self.start : self.end]

    @property
    def spaced(self) -> str:
        """Return the normalised tokens with a space before, between and after them, for searching phrases."""
        return f" {' '.join([token.text for token in self.stream])} "

    def original(self, first: int, last: int) -> str:
        """Return the text of the tokens from `first` up to `last`, as written."""
        if first >= last:
            return ""
        return self.block.text[self.stream[first].start : self.stream[last - 1].end]
