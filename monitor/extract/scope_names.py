"""Find the names of scopes in a language: platforms, services, media and territories."""

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
    """A scope by its canonical name, and the group that it belongs to."""

    name: str
    group: str


@dataclass(frozen=True, eq=False, repr=False)
class ScopeNames:
    """The names of scopes in a language: their tokens, and whether they are capitalised.

    After a name, one of `others` makes it the name of something else: of a platform or service, and in a script without spaces also of
    a territory. `words` are spelled like names. A name may follow one of the `elisions` ("l'Europe") and have one of the `suffixes` after
    an apostrophe ("Netflix'te").
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
        """Return the scopes of a file (by group and canonical name) with those of every language, without the names in `stops`.

        `elisions` are the words that lose their vowel before a name, `suffixes` the endings after an apostrophe.
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
        """Yield the scopes named in `text`, whose tokens are `words`: the longest name first, without overlaps."""
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
                # "us" is not a country, "max" not a service: a name with a capital must be written with one.
                if (capital and text[start].islower()) or text[start:end] in self.words:
                    continue
                if scope.group != "media" and self._goes_on(text, end, scope, words[last : last + 1]):
                    continue
                yield start, end, scope
                behind = last
                break

    def _bare(self, token: Token) -> Token:
        """Return a token without an elided word at its beginning and without a suffix at its end."""
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
        """Return the first token of every name, with the number of tokens of the longest name that begins with it."""
        longest: dict[str, int] = {}
        for name in self.names:
            longest[name[0]] = max(longest.get(name[0], 0), len(name))
        return longest

    def _goes_on(self, text: str, end: int, scope: Scope, following: Sequence[Token]) -> bool:
        """Return whether the name that ends at `end` is the beginning of another: "Xbox Showcase", 日本語 (a language, not a territory)."""
        return any(
            token.text in self.others
            and (
                token.start == end and is_cjk(token.text)
                if scope.group == "territories"
                else token.start == end + 1 and text[token.start].isupper()
            )
            for token in following
        )
