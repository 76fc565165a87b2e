"""Where a work can come out: platforms, services, media and territories, each by the names that a language has for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from monitor.extract.cues import unelided
from monitor.extract.normalise import is_cjk
from monitor.extract.tokens import Token, tokens

__all__ = ["Scope", "ScopeNames"]

_GROUPS = ("platforms", "services", "media", "territories")


@dataclass(frozen=True)
class Scope:
    """Where a work comes out, by its canonical name, and which group of names that is of."""

    name: str
    group: str


@dataclass(frozen=True, eq=False, repr=False)
class ScopeNames:
    """The names that a language has for places: their tokens, and whether they begin with a capital.

    `others` make a name of something else of the name of a platform or service that they follow, in a script that parts no words
    of that of a territory; `words` are spelled like names.
    A name may follow one of the `elisions` ("l'Europe") and carry one of the `suffixes` behind an apostrophe ("Netflix'te").
    """

    names: Mapping[tuple[str, ...], tuple[Scope, bool]]
    others: frozenset[str]
    words: frozenset[str]
    elisions: frozenset[str] = frozenset()
    suffixes: frozenset[str] = frozenset()

    @classmethod
    def listed(
        cls,
        raw: Mapping[str, Any],
        shared: ScopeNames | None = None,
        *,
        stops: frozenset[str] = frozenset(),
        elisions: frozenset[str] = frozenset(),
        suffixes: frozenset[str] = frozenset(),
    ) -> ScopeNames:
        """Return the places of a file (by group and canonical name), with those of every language; `stops` make no names.

        `elisions` and `suffixes` are what the language's words may lose their vowel before, and end with behind an apostrophe.
        """
        names = dict(shared.names) if shared else {}
        for group in _GROUPS:
            for name, spellings in raw.get(group, {}).items():
                for spelling in spellings:
                    tokenised = tuple(token.text for token in tokens(spelling))
                    names[tokenised] = Scope(name, group), spelling[0].isupper()
        others = frozenset(raw.get("others", ())) | (shared.others if shared else frozenset())
        words = frozenset(raw.get("words", ())) | (shared.words if shared else frozenset())
        return cls(names, others - stops, words, elisions, suffixes)

    def find(self, text: str, words: Sequence[Token]) -> Iterator[tuple[int, int, Scope]]:
        """Yield the places that `text` names, of which `words` are the tokens: the longest name first, none overlapping."""
        if self.elisions or self.suffixes:
            words = [self._bare(word) for word in words]
        behind = 0
        for at, word in enumerate(words):
            if at < behind or word.text not in self._openings:
                continue
            for last in range(min(at + self._openings[word.text], len(words)), at, -1):
                known = self.names.get(tuple([one.text for one in words[at:last]]))
                if known is None:
                    continue
                scope, capital = known
                start, end = word.start, words[last - 1].end
                # "us" is no country, "max" no service: what has a capital in its name is written with one.
                if (capital and text[start].islower()) or text[start:end] in self.words:
                    continue
                if scope.group != "media" and self._goes_on(text, end, scope, words[last : last + 1]):
                    continue
                yield start, end, scope
                behind = last
                break

    def _bare(self, token: Token) -> Token:
        """Return a token without the elided word that it begins with, and without the suffix that it ends with."""
        if "'" not in token.text:
            return token
        word = unelided(token.text, self.elisions)
        if word:
            return token._replace(text=word, start=token.end - len(word))
        name, _, suffix = token.text.rpartition("'")
        if suffix in self.suffixes:
            return token._replace(text=name, end=token.start + len(name))
        return token

    @cached_property
    def _openings(self) -> Mapping[str, int]:
        """The first token of every name, with how many tokens the longest name has that begins so."""
        longest: dict[str, int] = {}
        for name in self.names:
            longest[name[0]] = max(longest.get(name[0], 0), len(name))
        return longest

    def _goes_on(self, text: str, end: int, scope: Scope, following: Sequence[Token]) -> bool:
        """Whether the name that stops at `end` is the beginning of another: "Xbox Showcase", 日本語 (a language, no territory)."""
        return any(
            token.text in self.others
            and (
                token.start == end and is_cjk(token.text)
                if scope.group == "territories"
                else token.start == end + 1 and text[token.start].isupper()
            )
            for token in following
        )
